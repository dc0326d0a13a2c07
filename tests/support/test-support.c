/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-support.h"

#include <glib/gstdio.h>

char *
test_support_make_folder (const char *name)
{
  const char *root = g_getenv ("INTIMAIL_BUILD_ROOT");
  g_autofree char *parent = g_build_filename (root != NULL ? root : g_get_tmp_dir (), "test-folders", NULL);
  g_autofree char *template = g_strdup_printf ("%s/%s-XXXXXX", parent, name);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_nonnull (g_mkdtemp_full (template, 0700));
  return g_steal_pointer (&template);
}

void
test_support_remove_folder (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          test_support_remove_folder (child);
        }
    }
  g_remove (path);
}

void
test_support_assert_finalized (gpointer object)
{
  gpointer weak = object;

  g_object_add_weak_pointer (object, &weak);
  g_object_unref (object);
  for (int i = 0; i < 500 && g_atomic_pointer_get (&weak) != NULL; i++)
    g_usleep (10 * 1000);
  g_assert_null (weak);
}

const char *
test_support_get_corpora (void)
{
  const char *path = g_getenv ("INTIMAIL_CORPORA");

  if (path == NULL || *path == '\0')
    {
      g_test_message ("INTIMAIL_CORPORA is not set: the public test mails are not read");
      return NULL;
    }

  return path;
}

GBytes *
test_support_read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

void
test_support_write_file (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}
