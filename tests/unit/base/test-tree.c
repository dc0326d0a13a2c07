/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-tree-private.h"
#include "test-support.h"

static void
make (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  test_support_write_file (path, "x");
}

static gboolean
is_there (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_remove (void)
{
  g_autofree char *folder = test_support_make_folder ("tree");
  g_autofree char *link = g_build_filename (folder, "ann", "link", NULL);
  g_autofree char *other = g_build_filename (folder, "ben", NULL);
  g_autoptr (GError) error = NULL;

  make (folder, "ann/cur/1");
  make (folder, "ann/.Sent/cur/2");
  make (folder, "ben/cur/3");
  g_assert_cmpint (symlink (other, link), ==, 0);
  for (int i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("ann/new/%d", i);

      make (folder, name);
    }
  g_assert_true (intimail_tree_remove (folder, "ann", &error));
  g_assert_no_error (error);
  g_assert_false (is_there (folder, "ann"));
  /* What a link leads to stays. */
  g_assert_true (is_there (folder, "ben/cur/3"));
  g_assert_true (intimail_tree_remove (folder, "ann", &error));
  g_assert_true (intimail_tree_remove (other, "cur/3", &error));
  g_assert_false (is_there (folder, "ben/cur/3"));
  g_assert_true (is_there (folder, "ben/cur"));
  test_support_remove_folder (folder);
}

static void
test_too_deep (void)
{
  g_autofree char *folder = test_support_make_folder ("tree");
  g_autoptr (GString) path = g_string_new ("top");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < INTIMAIL_TREE_MAX_DEPTH; i++)
    g_string_append (path, "/d");
  g_string_append (path, "/file");
  make (folder, path->str);
  g_assert_false (intimail_tree_remove (folder, "top", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_true (is_there (folder, path->str));
  g_clear_error (&error);
  /* One less is not too deep. */
  g_assert_true (intimail_tree_remove (folder, "top/d", &error));
  g_assert_no_error (error);
  test_support_remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tree/remove", test_remove);
  g_test_add_func ("/tree/too-deep", test_too_deep);

  return g_test_run ();
}
