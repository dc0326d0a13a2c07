/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-support.h"

/* A view: it knows of each change what it was told, and checks that it adds up. */
typedef struct
{
  IntimailListing *listing;
  GPtrArray *ids;
  GString *told;
} View;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  View *view = user_data;

  g_assert_cmpuint (position + removed, <=, view->ids->len);
  if (removed > 0)
    g_ptr_array_remove_range (view->ids, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (IntimailEnvelope) envelope = g_list_model_get_item (model, position + i);

      g_ptr_array_insert (view->ids, (gint) (position + i), g_strdup (intimail_envelope_get_id (envelope)));
    }
  g_assert_cmpuint (view->ids->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < view->ids->len; i++)
    g_assert_cmpstr (g_ptr_array_index (view->ids, i), ==, intimail_listing_get_id (view->listing, i));
  g_string_append_printf (view->told, "%u-%u+%u ", position, removed, added);
}

static void
view_init (View *view, IntimailAccount *account, IntimailFilter *filter)
{
  g_autoptr (GError) error = NULL;

  view->listing = intimail_account_query (account, filter, NULL, FALSE, NULL, &error);
  g_assert_no_error (error);
  view->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < intimail_listing_get_n_ids (view->listing); i++)
    g_ptr_array_add (view->ids, g_strdup (intimail_listing_get_id (view->listing, i)));
  view->told = g_string_new (NULL);
  g_signal_connect (view->listing, "items-changed", G_CALLBACK (on_items_changed), view);
  g_assert_true (intimail_listing_start_following (view->listing, &error));
  g_assert_true (intimail_listing_start_following (view->listing, &error));
  g_assert_no_error (error);
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
view_clear (View *view)
{
  g_ptr_array_unref (view->ids);
  g_string_free (view->told, TRUE);
  test_support_assert_finalized (view->listing);
  drain ();
}

static void
wait_for (View *view, const char *expected)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  while (strcmp (view->told->str, expected) != 0 && g_get_monotonic_time () < end)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpstr (view->told->str, ==, expected);
  g_string_truncate (view->told, 0);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  g_autofree char *a = deliver_to (fixture->account, NULL, "a", "a@x", NULL, 1000);
  g_autofree char *b = deliver_to (fixture->account, NULL, "b", "b@x", NULL, 2000);
  g_autofree char *c = deliver_to (fixture->account, NULL, "c", "c@x", NULL, 3000);
  g_autofree char *d = NULL;
  const char *const middle[] = { b, NULL };
  const char *const two[] = { a, c, NULL };
  const char *const words[] = { "$seen", NULL };
  View view;

  view_init (&view, fixture->account, NULL);
  d = deliver_to (other, NULL, "d", "d@x", NULL, 4000);
  wait_for (&view, "0-0+1 ");
  g_assert_true (intimail_account_set_keywords (other, two, words, NULL, NULL, NULL));
  wait_for (&view, "1-1+1 3-1+1 ");
  g_assert_true (intimail_account_remove_messages (fixture->account, middle, NULL, NULL));
  wait_for (&view, "2-1+0 ");
  g_assert_true (intimail_account_rebuild_index (other, NULL, NULL, NULL, NULL, NULL));
  wait_for (&view, "0-3+3 ");
  view_clear (&view);
}

/* What a filter lets in and out by a change of keywords, and sorting. */
static void
test_filter (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = deliver_to (fixture->account, NULL, "a", "a@x", NULL, 1000);
  g_autofree char *b = deliver_to (fixture->account, NULL, "b", "b@x", NULL, 2000);
  g_autoptr (GPtrArray) filters = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IntimailFilter) filter = NULL;
  const char *const ids[] = { b, NULL };
  const char *const words[] = { "$seen", NULL };
  View view;

  g_ptr_array_add (filters, intimail_filter_new_text (INTIMAIL_FILTER_FIELD_HAS_KEYWORD, "$seen"));
  filter = intimail_filter_new_operator (INTIMAIL_FILTER_OPERATOR_NOT, filters);
  view_init (&view, fixture->account, filter);
  g_assert_true (intimail_account_set_keywords (fixture->account, ids, words, NULL, NULL, NULL));
  wait_for (&view, "0-1+0 ");
  g_assert_true (intimail_account_set_keywords (fixture->account, ids, NULL, words, NULL, NULL));
  wait_for (&view, "0-0+1 ");
  view_clear (&view);
}

/* It ends when it is told to, and when the listing goes while it asks. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  g_autofree char *a = deliver_to (fixture->account, NULL, "a", "a@x", NULL, 1000);
  g_autofree char *b = NULL;
  View gone;
  View stopped;
  View follows;

  view_init (&gone, fixture->account, NULL);
  view_clear (&gone);
  view_init (&stopped, fixture->account, NULL);
  view_init (&follows, fixture->account, NULL);
  intimail_listing_stop_following (stopped.listing);
  b = deliver_to (other, NULL, "b", "b@x", NULL, 2000);
  wait_for (&follows, "0-0+1 ");
  drain ();
  g_assert_cmpstr (stopped.told->str, ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (stopped.listing)), ==, 1);
  view_clear (&stopped);
  view_clear (&follows);
}

static void
tear_down_watched (Fixture *fixture, gconstpointer data)
{
  intimail_account_stop_watching (fixture->account);
  drain ();
  tear_down (fixture, data);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/listing-follow/" name, Fixture, NULL, set_up, func, tear_down_watched)
  ADD ("changes", test_changes);
  ADD ("filter", test_filter);
  ADD ("stop", test_stop);

  return g_test_run ();
}
