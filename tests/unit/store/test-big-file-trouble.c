/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Big files when something goes wrong: cut off, cancelled, killed, a full disk.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "big-file-support.h"
#include "disk-shim.h"

#define N_MAX 200

/* An upload that is cut off leaves nothing, not even a name while it goes on. */
static void
test_cut_upload (BigFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->fixture.path, "intimail.uploads", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (self->fixture.account, 0, &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("half", 4);

  g_assert_no_error (error);
  g_assert_true (intimail_upload_write (upload, bytes, &error));
  g_assert_cmpuint (count_files (folder), ==, 0);
  test_support_assert_finalized (g_steal_pointer (&upload));
  g_assert_cmpuint (count_files (folder), ==, 0);
}

static void
test_upload_full_disk (BigFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->fixture.path, "intimail.uploads", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (self->fixture.account, 0, &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("half", 4);

  g_assert_no_error (error);
  disk_shim_set_root (self->fixture.folder);
  disk_shim_arm (1 << DISK_SHIM_WRITE, 1, 1000, ENOSPC);
  g_assert_false (intimail_upload_write (upload, bytes, &error));
  disk_shim_disarm ();
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
  g_clear_error (&error);
  disk_shim_arm (1 << DISK_SHIM_LINK, 1, 1, ENOSPC);
  g_assert_null (intimail_upload_finish (upload, &error));
  disk_shim_disarm ();
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
  test_support_assert_finalized (g_steal_pointer (&upload));
  g_assert_cmpuint (count_files (folder), ==, 0);
}

/* 10 GB that take no room: the size is taken as it is, nothing is read. */
static void
test_sparse (BigFixture *self, gconstpointer data)
{
  const goffset size = G_GINT64_CONSTANT (10) * 1024 * 1024 * 1024;
  g_autofree char *path = g_build_filename (self->fixture.path, "intimail.uploads", "uaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("disk.img", NULL);
  g_autoptr (IntimailBigFileStore) store = intimail_big_file_store_new (self->big, 0);
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char end[16];
  int fd;

  intimail_account_set_big_files (account, store, "anna");
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fd, size - 3), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), >, 0);
  g_assert_cmpint (write (fd, "end", 3), ==, 3);
  close (fd);
  g_assert_true (intimail_account_add_big_file_from_blob (account, file, "uaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_big_file_get_size (file), ==, (guint64) size);
  stream = intimail_big_file_store_open (store, file, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_seekable_seek (G_SEEKABLE (stream), size - 3, G_SEEK_SET, NULL, &error));
  g_assert_cmpint (g_input_stream_read (stream, end, sizeof end, NULL, &error), ==, 3);
  g_assert_cmpmem (end, 3, "end", 3);
}

static void
test_cancelled (BigFixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("a", NULL);
  g_autoptr (GInputStream) stream = make_stream (10);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (intimail_account_add_big_file (self->fixture.account, file, stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (self->own), ==, 0);
}

static void
test_no_store (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GError) error = NULL;
  guint n = 1;

  g_assert_null (intimail_account_list_big_files (account, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (intimail_account_expire_big_files (account, 0, &n, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
}

/* Each call to the disk fails once, the disk full: then it is temporary, and nothing is
 * there; or it did not matter, and all is there. */
static void
test_full_disk (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) before = add (self, 10);
  guint n_failed = 0;
  int nth = 1;

  for (; nth < N_MAX; nth++)
    {
      g_autoptr (IntimailBigFile) file = NULL;
      g_autoptr (GError) error = NULL;
      guint n_files = count_files (self->own);
      gboolean ok;
      int seen;

      disk_shim_set_root (self->fixture.folder);
      disk_shim_arm (DISK_SHIM_ALL & ~(1 << DISK_SHIM_UNLINK), nth, 1, ENOSPC);
      ok = try_add (self, 300, &file, &error);
      seen = disk_shim_disarm ();
      if (ok)
        assert_content (self, file);
      else
        g_assert_true (error->domain == INTIMAIL_ERROR && (error->code == INTIMAIL_ERROR_STORAGE_FULL || error->code == INTIMAIL_ERROR_FAILED));
      n_failed += !ok;
      g_assert_cmpuint (count_files (self->own), ==, n_files + (ok ? 2 : 0));
      if (seen < nth)
        break;
    }
  g_test_message ("%u of %d calls matter", n_failed, nth - 1);
  g_assert_cmpuint (n_failed, >=, 5);
  g_assert_cmpint (nth, <, N_MAX);
}

/* Killed at each call to the disk, it is there as a whole or not at all. */
static void
test_kill (BigFixture *self, gconstpointer data)
{
  guint n_kept = 0;
  int nth = 1;
  int status = 1;

  for (; nth < N_MAX && status != 0; nth++)
    {
      g_autoptr (GPtrArray) files = NULL;
      g_autoptr (GError) error = NULL;
      pid_t child = fork ();

      if (child == 0)
        {
          disk_shim_set_root (self->fixture.folder);
          disk_shim_arm (DISK_SHIM_ALL, nth, 1, DISK_SHIM_KILL);
          _exit (!try_add (self, 300, NULL, NULL));
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));
      files = intimail_account_list_big_files (self->fixture.account, NULL, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < files->len; i++)
        assert_content (self, files->pdata[i]);
      n_kept = files->len;
      /* An hour later. */
      intimail_big_file_store_clear_up (self->store, "anna", g_get_real_time () / G_USEC_PER_SEC + 3601);
      g_assert_cmpuint (count_files (self->own), ==, 2 * files->len);
    }
  g_assert_cmpint (nth, <, N_MAX);
  g_assert_cmpint (nth, >, 5);
  g_assert_cmpuint (n_kept, >=, 1);
}

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  n_warnings += level == G_LOG_LEVEL_WARNING;

  return G_LOG_WRITER_HANDLED;
}

static void
test_damaged (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) file = add (self, 10);
  g_autoptr (IntimailBigFile) other = add (self, 10);
  g_autofree char *bytes = g_strdup_printf ("%s/%s.data", self->own, intimail_big_file_get_id (file));
  g_autofree char *record = g_strdup_printf ("%s/%s.json", self->own, intimail_big_file_get_id (other));
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (truncate (bytes, 9), ==, 0);
  stream = intimail_big_file_store_open (self->store, file, NULL, NULL, &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_clear_error (&error);
  test_support_write_file (record, "nonsense\n");
  files = intimail_account_list_big_files (self->fixture.account, NULL, &error);
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 1);
}

#define ADD(name, func) g_test_add ("/store/big-file-trouble/" name, BigFixture, NULL, set_up_big, func, tear_down_big)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (count_warnings, NULL, NULL);
  ADD ("cut-upload", test_cut_upload);
  ADD ("upload-full-disk", test_upload_full_disk);
  ADD ("sparse", test_sparse);
  ADD ("cancelled", test_cancelled);
  ADD ("no-store", test_no_store);
  ADD ("full-disk", test_full_disk);
  ADD ("kill", test_kill);
  ADD ("damaged", test_damaged);

  return g_test_run ();
}
