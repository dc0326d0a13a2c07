/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "test-support.h"

static void
test_replace_and_read (void)
{
  g_autofree char *folder = test_support_make_folder ("fd");
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  struct stat status;
  gsize length;

  g_assert_true (intimail_file_replace (path, "old", 3, 0600, &error));
  g_assert_no_error (error);
  g_assert_true (intimail_file_replace (path, "a\0b", 3, 0600, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  {
    g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC);

    g_assert_true (intimail_fd_read_all (fd, 3, &data, &length, &error));
    g_assert_cmpmem (data, length, "a\0b", 3);
  }
  {
    g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC);

    g_assert_false (intimail_fd_read_all (fd, 2, &data, &length, &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
  }
  test_support_remove_folder (folder);
}

static void
test_replace_without_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_file_replace ("/nonexistent/folder/file", "x", 1, 0600, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
}

static void
test_full_disk (void)
{
  g_auto (IntimailFd) fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_fd_write_all (fd, "x", 1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
}

/* Nobody finds it, and it is not inherited. */
static void
test_nameless (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (IntimailFd) fd = intimail_fd_open_nameless (&error);
  g_autofree char *data = NULL;
  struct stat status;
  gsize length;

  g_assert_no_error (error);
  g_assert_true (intimail_fd_write_all (fd, "abc", 3, &error));
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  g_assert_cmpuint (status.st_nlink, ==, 0);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, FD_CLOEXEC);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  g_assert_true (intimail_fd_read_all (fd, 10, &data, &length, &error));
  g_assert_cmpmem (data, length, "abc", 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fd/replace-and-read", test_replace_and_read);
  g_test_add_func ("/fd/replace-without-folder", test_replace_without_folder);
  g_test_add_func ("/fd/full-disk", test_full_disk);
  g_test_add_func ("/fd/nameless", test_nameless);

  return g_test_run ();
}
