/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GMime alone and IntimailMessage, which stands on it, read the same mails. Where they
 * do not agree, the reason must be known. That the fast reader agrees with
 * IntimailMessage is seen by the fuzz target, which test-corpora.c gives all mails.
 */

#include <locale.h>
#include <string.h>

#include <gmime/gmime.h>

#include "mail-collection.h"
#include "reading-differences.h"
#include "reading.h"
#include "test-support.h"

static const char *const item_names[READING_N_ITEMS] = {
  "From", "To", "Cc", "Subject", "Message-ID", "Date", "tree", "content", "file names"
};

typedef struct
{
  guint n_messages;
  guint n_equal[READING_N_ITEMS];
  guint n_unexplained;
  GHashTable *reasons[READING_N_ITEMS]; /* reason -> number */
} Comparison;

static void
count_reason (GHashTable *reasons, const char *reason)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (reasons, reason));

  g_hash_table_insert (reasons, (gpointer) reason, GUINT_TO_POINTER (n + 1));
}

static void
compare (const char *path, GBytes *bytes, gpointer user_data)
{
  Comparison *comparison = user_data;
  g_autoptr (Reading) ours = reading_new_with_intimail (bytes);
  g_autoptr (Reading) theirs = reading_new_with_gmime (bytes);

  comparison->n_messages++;
  for (ReadingItem item = 0; item < READING_N_ITEMS; item++)
    {
      const char *reason;

      if (strcmp (ours->items[item], theirs->items[item]) == 0)
        {
          comparison->n_equal[item]++;
          continue;
        }
      reason = reading_explain_difference (path, bytes, item, ours, theirs);
      if (reason != NULL)
        {
          count_reason (comparison->reasons[item], reason);
          continue;
        }
      comparison->n_unexplained++;
      g_test_message ("%s: %s\n  ours:  %s\n  GMime: %s", path, item_names[item], ours->items[item],
                      theirs->items[item]);
    }
}

/* Beside the messages there lie licences, notes, and what is expected of them. */
static void
compare_message (const char *path, GBytes *bytes, gpointer user_data)
{
  static const char *const patterns[] = {
    "*.eml", "*.msg", "*/cpython-email/msg_*.txt", "*/php-mime/mails/*", "*/mailcore2/parser/input/*"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i], path))
      {
        compare (path, bytes, user_data);
        return;
      }
}

static void
begin (Comparison *comparison)
{
  for (int i = 0; i < READING_N_ITEMS; i++)
    comparison->reasons[i] = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
end (Comparison *comparison)
{
  g_test_message ("%u messages", comparison->n_messages);
  for (int i = 0; i < READING_N_ITEMS; i++)
    {
      GHashTableIter iter;
      gpointer reason;
      gpointer n;

      g_test_message ("%s: %u agree, %u differ", item_names[i], comparison->n_equal[i],
                      comparison->n_messages - comparison->n_equal[i]);
      g_hash_table_iter_init (&iter, comparison->reasons[i]);
      while (g_hash_table_iter_next (&iter, &reason, &n))
        g_test_message ("  %5u %s", GPOINTER_TO_UINT (n), (const char *) reason);
      g_hash_table_unref (comparison->reasons[i]);
    }
  g_assert_cmpuint (comparison->n_unexplained, ==, 0);
}

static void
test_mime (void)
{
  const char *corpora = test_support_get_corpora ();
  g_autofree char *path = NULL;
  Comparison comparison = { 0 };

  if (corpora == NULL)
    return;
  path = g_build_filename (corpora, "mime", NULL);
  begin (&comparison);
  mail_collection_visit (path, compare_message, &comparison);
  g_assert_cmpuint (comparison.n_messages, >, 200);
  end (&comparison);
}

static void
test_scale (void)
{
  const char *corpora = test_support_get_corpora ();
  Comparison comparison = { 0 };

  if (corpora == NULL)
    return;
  begin (&comparison);
  g_assert_cmpuint (mail_collection_visit_archive (corpora, compare, &comparison), ==, 6046);
  end (&comparison);
}

/* What is in the tree is there without the collections, too. */
static void
test_tree (void)
{
  const char *source = g_getenv ("INTIMAIL_SOURCE_ROOT");
  g_autofree char *corpus = g_build_filename (source, "tests", "fuzz", "corpus", "message", NULL);
  g_autofree char *samples = g_build_filename (source, "frontends", "command", "samples", NULL);
  Comparison comparison = { 0 };

  g_assert_nonnull (source);
  begin (&comparison);
  mail_collection_visit (corpus, compare, &comparison);
  mail_collection_visit (samples, compare_message, &comparison);
  g_assert_cmpuint (comparison.n_messages, >, 10);
  end (&comparison);
}

int
main (int argc, char *argv[])
{
  int status;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_mime_init ();

  g_test_add_func ("/gmime/tree", test_tree);
  g_test_add_func ("/gmime/mime", test_mime);
  g_test_add_func ("/gmime/scale", test_scale);

  status = g_test_run ();
  g_mime_shutdown ();

  return status;
}
