/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-listing.h>

#include "store-support.h"

#define N 40

static IntimailListing *
list_inbox (Fixture *fixture, const char *const *sort)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, inbox);
  g_autoptr (GError) error = NULL;
  IntimailListing *listing = intimail_account_query (fixture->account, filter, sort, FALSE, NULL, &error);

  g_assert_no_error (error);
  return listing;
}

static void
deliver_many (Fixture *fixture, char **ids, guint n, const char *prefix)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%s%u@x", prefix, i);

      ids[i] = deliver_to (fixture->account, NULL, message_id, message_id, NULL, 1000 + i);
    }
}

static void
destroy (Fixture *fixture, char *const *ids, guint n)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      const char *const one[] = { ids[i], NULL };

      g_assert_true (intimail_account_remove_messages (fixture->account, one, NULL, &error));
      g_assert_no_error (error);
    }
}

/* What was listed stays what it was, whatever takes the place of a message. */
static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  const char *const oldest_first[] = { "receivedAt", NULL };
  char *ids[N];
  char *later[N];
  g_autoptr (IntimailListing) newest = NULL;
  g_autoptr (IntimailListing) oldest = NULL;
  g_autoptr (IntimailEnvelope) empty = NULL;
  guint position;

  deliver_many (fixture, ids, N, "a");
  newest = list_inbox (fixture, NULL);
  oldest = list_inbox (fixture, oldest_first);
  g_assert_cmpstr (intimail_listing_get_id (newest, 3), ==, ids[N - 4]);
  destroy (fixture, ids, N / 2);
  deliver_many (fixture, later, N, "b");

  g_assert_cmpuint (intimail_listing_get_n_ids (newest), ==, N);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpstr (intimail_listing_get_id (newest, i), ==, ids[N - 1 - i]);
      g_assert_cmpstr (intimail_listing_get_id (oldest, i), ==, ids[i]);
    }
  g_assert_true (intimail_listing_find (newest, ids[0], &position));
  g_assert_cmpuint (position, ==, N - 1);
  g_assert_false (intimail_listing_find (newest, later[0], NULL));
  g_assert_null (intimail_listing_get_id (newest, N));

  /* A row of a list model is never missing. */
  empty = g_list_model_get_item (G_LIST_MODEL (oldest), 0);
  g_assert_cmpstr (intimail_envelope_get_id (empty), ==, ids[0]);
  g_assert_cmpstr (intimail_envelope_get_subject (empty), ==, "");
  for (guint i = 0; i < N; i++)
    {
      g_free (ids[i]);
      g_free (later[i]);
    }
}

/* Also when the whole index is made anew under it. */
static void
test_rebuild (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  char *ids[N];

  deliver_many (fixture, ids, N, "a");
  listing = list_inbox (fixture, NULL);
  g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < N; i++)
    g_assert_cmpstr (intimail_listing_get_id (listing, i), ==, ids[N - 1 - i]);
  envelope = intimail_listing_get_envelope (listing, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_envelope_get_id (envelope), ==, ids[N - 1]);
  for (guint i = 0; i < N; i++)
    g_free (ids[i]);
}

/* Envelopes are kept as long as nothing changes, and no longer. */
static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (IntimailEnvelope) first = NULL;
  g_autoptr (IntimailEnvelope) again = NULL;
  g_autoptr (IntimailEnvelope) changed = NULL;
  g_autoptr (IntimailEnvelope) last = NULL;
  const char *const words[] = { "$seen", NULL };
  const char *one[] = { NULL, NULL };
  char *ids[N];

  deliver_many (fixture, ids, N, "a");
  listing = list_inbox (fixture, NULL);
  first = g_list_model_get_item (G_LIST_MODEL (listing), 0);
  again = g_list_model_get_item (G_LIST_MODEL (listing), 0);
  g_assert_true (first == again);
  g_assert_false (intimail_envelope_has_keyword (first, "$seen"));
  one[0] = ids[N - 1];
  g_assert_true (intimail_account_set_keywords (other, one, words, NULL, NULL, NULL));
  g_assert_true (intimail_account_refresh (fixture->account, NULL, NULL));
  changed = g_list_model_get_item (G_LIST_MODEL (listing), 0);
  g_assert_true (intimail_envelope_has_keyword (changed, "$seen"));
  last = g_list_model_get_item (G_LIST_MODEL (listing), N - 1);
  g_assert_cmpstr (intimail_envelope_get_id (last), ==, ids[0]);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (listing), N));
  for (guint i = 0; i < N; i++)
    g_free (ids[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/listing/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("snapshot", test_snapshot);
  ADD ("pages", test_pages);
  ADD ("rebuild", test_rebuild);
  return g_test_run ();
}
