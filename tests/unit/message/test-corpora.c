/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads every mail of the public collections through and through.
 */

#include <intimail/intimail.h>

#include "../../fuzz/fuzz-message.c"
#include "mail-collection.h"
#include "test-support.h"

static void
read_through (const char *path, GBytes *bytes, gpointer user_data)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  LLVMFuzzerTestOneInput (data, size);
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
  n = mail_collection_visit (path, read_through, NULL);
  g_test_message ("%u files", n);
  g_assert_cmpuint (n, >, 200);
}

static void
test_scale (void)
{
  const char *corpora = test_support_get_corpora ();
  guint n;

  if (corpora == NULL)
    return;
  n = mail_collection_visit_archive (corpora, read_through, NULL);
  g_test_message ("%u mails", n);
  g_assert_cmpuint (n, ==, 6046);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/corpora/mime", test_mime);
  g_test_add_func ("/corpora/scale", test_scale);

  return g_test_run ();
}
