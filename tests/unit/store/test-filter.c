/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-support.h"

static char *
deliver_text (IntimailAccount *account, const char *text, gint64 received)
{
  g_autoptr (GBytes) message = g_bytes_new_static (text, strlen (text));
  const char *const seen[] = { "$seen", NULL };
  g_autoptr (GError) error = NULL;
  char *id = intimail_account_deliver (account, message, NULL, received % 2 == 0 ? seen : NULL, received, NULL, &error);

  g_assert_no_error (error);
  return id;
}

/* The letters of the messages that a filter finds, oldest first. */
static char *
find (IntimailAccount *account, IntimailFilter *filter, char *const *ids)
{
  const char *const oldest_first[] = { "receivedAt", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, filter, oldest_first, FALSE, NULL, &error);
  GString *found = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      for (gsize k = 0; ids[k] != NULL; k++)
        {
          if (strcmp (intimail_listing_get_id (listing, i), ids[k]) == 0)
            g_string_append_c (found, (char) ('a' + k));
        }
    }
  return g_string_free (found, FALSE);
}

static const struct
{
  IntimailFilterField field;
  const char *text;
  gint64 number;
  const char *found;
} cases[] = {
  { INTIMAIL_FILTER_FIELD_FROM, "bob", 0, "ac" },
  { INTIMAIL_FILTER_FIELD_FROM, "BOB other", 0, "ac" },
  { INTIMAIL_FILTER_FIELD_FROM, "\"other bob\"", 0, "" },
  { INTIMAIL_FILTER_FIELD_FROM, "zoë", 0, "b" },
  { INTIMAIL_FILTER_FIELD_FROM, "ZOË", 0, "b" },
  { INTIMAIL_FILTER_FIELD_TO, "anna", 0, "ab" },
  { INTIMAIL_FILTER_FIELD_CC, "carol", 0, "b" },
  { INTIMAIL_FILTER_FIELD_BCC, "dave", 0, "c" },
  { INTIMAIL_FILTER_FIELD_SUBJECT, "GRÜSSE", 0, "b" },
  { INTIMAIL_FILTER_FIELD_SUBJECT, "grüße", 0, "b" },
  { INTIMAIL_FILTER_FIELD_SUBJECT, "", 0, "abc" },
  { INTIMAIL_FILTER_FIELD_BODY, "pancakes", 0, "c" },
  { INTIMAIL_FILTER_FIELD_TEXT, "pancakes bob", 0, "c" },
  { INTIMAIL_FILTER_FIELD_TEXT, "anna", 0, "ab" },
  { INTIMAIL_FILTER_FIELD_HEADER, "X-Thing", 0, "c" },
  { INTIMAIL_FILTER_FIELD_HEADER, "x-thing:some", 0, "c" },
  { INTIMAIL_FILTER_FIELD_HEADER, "X-Thing:none", 0, "" },
  { INTIMAIL_FILTER_FIELD_HAS_KEYWORD, "$seen", 0, "b" },
  { INTIMAIL_FILTER_FIELD_HAS_KEYWORD, "never", 0, "" },
  { INTIMAIL_FILTER_FIELD_ALL_IN_THREAD_HAVE_KEYWORD, "$seen", 0, "b" },
  { INTIMAIL_FILTER_FIELD_SOME_IN_THREAD_HAVE_KEYWORD, "$seen", 0, "b" },
  { INTIMAIL_FILTER_FIELD_IN_MAILBOX, "nowhere", 0, "" },
  { INTIMAIL_FILTER_FIELD_IN_THREAD, "nowhere", 0, "" },
  { INTIMAIL_FILTER_FIELD_BEFORE, NULL, 1002, "a" },
  { INTIMAIL_FILTER_FIELD_AFTER, NULL, 1002, "bc" },
  { INTIMAIL_FILTER_FIELD_MIN_SIZE, NULL, 100, "bc" },
  { INTIMAIL_FILTER_FIELD_MAX_SIZE, NULL, 100, "a" },
  { INTIMAIL_FILTER_FIELD_HAS_ATTACHMENT, NULL, 1, "" },
  { INTIMAIL_FILTER_FIELD_HAS_ATTACHMENT, NULL, 0, "abc" },
};

static void
test_fields (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = deliver_text (fixture->account, "From: Bob <bob@other.example>\nTo: anna@home.example\nSubject: a\n\nx\n", 1001);
  g_autofree char *b = deliver_text (fixture->account, "From: =?utf-8?q?Zo=C3=AB?= <zoe@x.example>\nTo: Anna <anna@home.example>\nCc: carol@x.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nhello\n", 1002);
  g_autofree char *c = deliver_text (fixture->account, "From: bob@other.example\nBcc: dave@x.example\nSubject: c\nX-Thing: something\n\nWe had Pancakes for breakfast, and nothing else.\n", 1003);
  char *const ids[] = { a, b, c, NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailFilter) filter = cases[i].text != NULL ? intimail_filter_new_text (cases[i].field, cases[i].text) : intimail_filter_new_number (cases[i].field, cases[i].number);
      g_autofree char *found = find (fixture->account, filter, ids);

      g_assert_cmpstr (found, ==, cases[i].found);
    }

  for (int op = INTIMAIL_FILTER_OPERATOR_AND; op <= INTIMAIL_FILTER_OPERATOR_NOT; op++)
    {
      static const char *const expected[] = { "c", "abc", "" };
      static const char *const of_none[] = { "abc", "", "abc" };
      g_autoptr (GPtrArray) filters = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (IntimailFilter) filter = NULL;
      g_autoptr (IntimailFilter) empty = NULL;
      g_autofree char *found = NULL;
      g_autofree char *found_by_empty = NULL;

      empty = intimail_filter_new_operator ((IntimailFilterOperator) op, filters);
      g_ptr_array_add (filters, intimail_filter_new_text (INTIMAIL_FILTER_FIELD_FROM, "bob"));
      g_ptr_array_add (filters, intimail_filter_new_number (INTIMAIL_FILTER_FIELD_AFTER, 1002));
      filter = intimail_filter_new_operator ((IntimailFilterOperator) op, filters);
      found = find (fixture->account, filter, ids);
      found_by_empty = find (fixture->account, empty, ids);
      g_assert_cmpstr (found, ==, expected[op]);
      g_assert_cmpstr (found_by_empty, ==, of_none[op]);
    }
}

static void
test_sort (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = deliver_text (fixture->account, "From: zed@x.example\nSubject: Re: beta\n\nxxxxxxxxxxxx\n", 1003);
  g_autofree char *b = deliver_text (fixture->account, "From: Émile <a@x.example>\nSubject: alpha\n\nx\n", 1002);
  g_autofree char *c = deliver_text (fixture->account, "From: Bob <z@x.example>\nSubject: Gamma\n\nxxxxxx\n", 1001);
  static const struct
  {
    const char *sort;
    const char *order;
  } orders[] = {
    { "receivedAt", "cba" },
    { "-receivedAt", "abc" },
    { "subject", "bac" },
    { "-subject", "cab" },
    { "from", "cab" },
    { "-hasKeyword:$seen", "b" },
    { "size", "b" },
  };
  const char *const wrong[] = { "colour", NULL };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      const char *const sort[] = { orders[i].sort, NULL };
      g_autoptr (IntimailListing) listing = intimail_account_query (fixture->account, NULL, sort, FALSE, NULL, &error);

      g_assert_no_error (error);
      for (guint k = 0; orders[i].order[k] != '\0'; k++)
        g_assert_cmpstr (intimail_listing_get_id (listing, k), ==, orders[i].order[k] == 'a' ? a : orders[i].order[k] == 'b' ? b
                                                                                                                             : c);
    }
  g_assert_null (intimail_account_query (fixture->account, NULL, wrong, FALSE, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
}

typedef struct
{
  IntimailAccount *account;
  gint n;
} Work;

static gpointer
deliver_in_thread (gpointer data)
{
  Work *work = data;
  const char *const flagged[] = { "$flagged", NULL };

  for (int i = 0; i < 15; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%d@x", g_atomic_int_add (&work->n, 1));
      g_autofree char *id = deliver_to (work->account, NULL, "x", message_id, NULL, 0);
      const char *const ids[] = { id, NULL };

      g_assert_true (intimail_account_set_keywords (work->account, ids, flagged, NULL, NULL, NULL));
    }
  return NULL;
}

/* One account, many threads: they share flushes and lose nothing. */
static void
test_threads (Fixture *fixture, gconstpointer data)
{
  Work work = { fixture->account, 0 };
  GThread *threads[8];
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_HAS_KEYWORD, "$flagged");
  g_autoptr (IntimailListing) listing = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("deliver", deliver_in_thread, &work);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  listing = intimail_account_query (fixture->account, filter, NULL, FALSE, NULL, NULL);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 15 * G_N_ELEMENTS (threads));
  assert_consistent (fixture->account);
}

/* A sender whose address is none sorts by the name that is shown, as any other. */
static void
test_sort_broken_address (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "From: \"Bob, the second\" <bob@@other example>\n\nx\n",
    "From: Carol <carol@other.example>\n\nx\n",
    "From: Anna <no address>\n\nx\n",
  };
  const char *const sort[] = { "from", NULL };
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GError) error = NULL;
  char *ids[G_N_ELEMENTS (texts)];

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    ids[i] = deliver_text (fixture->account, texts[i], 1000 + (gint64) i);
  listing = intimail_account_query (fixture->account, NULL, sort, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_listing_get_id (listing, 0), ==, ids[2]);
  g_assert_cmpstr (intimail_listing_get_id (listing, 1), ==, ids[0]);
  g_assert_cmpstr (intimail_listing_get_id (listing, 2), ==, ids[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    g_free (ids[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/filter/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("fields", test_fields);
  ADD ("sort", test_sort);
  ADD ("sort-broken-address", test_sort_broken_address);
  ADD ("threads", test_threads);

  return g_test_run ();
}
