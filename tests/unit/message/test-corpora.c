/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads every mail of the public collections through and through.
 */

#include <intimail/intimail.h>

#include "../../fuzz/fuzz-message.c"
#include "test-support.h"

static guint
read_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  if (folder == NULL)
    {
      g_autoptr (GBytes) bytes = test_support_read_file (path);
      gsize size;
      gconstpointer data = g_bytes_get_data (bytes, &size);

      LLVMFuzzerTestOneInput (data, size);
      return 1;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      n += read_folder (child);
    }

  return n;
}

static void
test_mime (void)
{
  const char *corpora = test_support_get_corpora ();
  g_autofree char *path = NULL;
  guint n;

  if (corpora == NULL)
    return;
  path = g_build_filename (corpora, "mime", NULL);
  n = read_folder (path);
  g_test_message ("%u files", n);
  g_assert_cmpuint (n, >, 200);
}

static void
test_scale (void)
{
  const char *corpora = test_support_get_corpora ();
  g_autofree char *archive = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) tar = NULL;
  guint n;

  if (corpora == NULL)
    return;
  archive = g_build_filename (corpora, "scale", "spamassassin-corpus.tar.xz", NULL);
  folder = test_support_make_folder ("scale");
  tar = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "tar", "-xJf", archive, "-C", folder, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (tar, NULL, &error));
  g_assert_no_error (error);
  n = read_folder (folder);
  g_test_message ("%u mails", n);
  g_assert_cmpuint (n, ==, 6046);
  test_support_remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/corpora/mime", test_mime);
  g_test_add_func ("/corpora/scale", test_scale);

  return g_test_run ();
}
