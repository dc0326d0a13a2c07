/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An order that is kept and mended, against one that is made anew.
 */

#include "store-support.h"

#include "store/intimail-text-pool-private.h"

static const char *const froms[] = {
  "Zoé <z@x>",
  "anna <b@x>",
  "Anna <a@x>",
  "=?UTF-8?Q?=C3=84nne?= <c@x>",
  "b@x",
  "\"Борис\" <d@x>",
  "broken <<>",
  "",
};

static const char *const subjects[] = {
  "plan",
  "Re: plan",
  "a much longer plan that begins alike, one",
  "a much longer plan that begins alike, two",
  "[list] Plan",
  "Straße",
  "STRASSE",
  "",
};

static char *
list (IntimailAccount *account, const char *const *sort)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, sort, FALSE, NULL, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    g_string_append_printf (text, "%s\n", intimail_listing_get_id (listing, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_same_orders (Fixture *fixture, gboolean with_table)
{
  static const char *const sorts[][3] = {
    { "subject", NULL },
    { "-subject", NULL },
    { "from", NULL },
    { "-from", "subject", NULL },
    { "to", "-from", NULL },
    { "from", "-receivedAt", NULL },
    { "size", "-subject", NULL },
  };
  g_autofree char *table = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autoptr (IntimailAccount) other = NULL;

  if (!with_table)
    g_unlink (table);
  other = intimail_account_new (fixture->path);
  for (gsize i = 0; i < G_N_ELEMENTS (sorts); i++)
    {
      g_autofree char *kept = list (fixture->account, sorts[i]);
      g_autofree char *anew = list (other, sorts[i]);

      g_assert_cmpstr (kept, ==, anew);
    }
}

static char *
deliver_one (Fixture *fixture, GRand *rand, guint number)
{
  g_autofree char *message_id = g_strdup_printf ("%u@x", number);
  g_autoptr (GBytes) message = make_message (froms[g_rand_int_range (rand, 0, G_N_ELEMENTS (froms))],
                                             subjects[g_rand_int_range (rand, 0, G_N_ELEMENTS (subjects))], message_id, NULL);
  g_autoptr (GError) error = NULL;
  char *id = intimail_account_deliver (fixture->account, message, NULL, NULL, g_rand_int_range (rand, 1, 9), NULL, &error);

  g_assert_no_error (error);
  return id;
}

/* The other process takes its records from the table that the one before it wrote, or
 * reads all: both see the same. */
static void
test_mended (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 90; i++)
    g_ptr_array_add (ids, deliver_one (fixture, rand, i));
  assert_same_orders (fixture, FALSE);
  for (guint step = 0; step < 40; step++)
    {
      for (guint i = 0; i < 3; i++)
        g_ptr_array_add (ids, deliver_one (fixture, rand, 1000 + step * 3 + i));
      for (guint i = 0; i < 3; i++)
        {
          guint victim = (guint) g_rand_int_range (rand, 0, (gint) ids->len);
          const char *const one[] = { g_ptr_array_index (ids, victim), NULL };

          g_assert_true (intimail_account_remove_messages (fixture->account, one, NULL, &error));
          g_assert_no_error (error);
          g_ptr_array_remove_index_fast (ids, victim);
        }
      assert_same_orders (fixture, step % 2 == 0);
    }
}

/* Few of many are sorted without an order of all. */
static void
test_few (Fixture *fixture, gconstpointer data)
{
  static const char *const by_subject[] = { "subject", NULL };
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_SUBJECT, "alike");
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *subject = g_strdup_printf ("x%u", i);
      g_autofree char *id = deliver_to (fixture->account, NULL, subject, subject, NULL, 0);
    }
  second = deliver_to (fixture->account, NULL, "begins alike, two", "two@x", NULL, 0);
  first = deliver_to (fixture->account, NULL, "Begins alike, one", "one@x", NULL, 0);
  listing = intimail_account_query (fixture->account, filter, by_subject, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 2);
  g_assert_cmpstr (intimail_listing_get_id (listing, 0), ==, first);
  g_assert_cmpstr (intimail_listing_get_id (listing, 1), ==, second);
}

static void
put_mail (Fixture *fixture, guint number)
{
  g_autofree char *subject = g_strdup_printf ("%s%u", number % 3 == 0 ? "Re: " : "", number * 7919 % 1000);
  g_autofree char *message_id = g_strdup_printf ("%u@x", number);
  g_autoptr (GBytes) message = make_message (froms[number % G_N_ELEMENTS (froms)], subject, message_id, NULL);
  g_autofree char *path = g_strdup_printf ("%s/cur/%u.M%u.x:2,", fixture->path, number, number);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents_full (path, g_bytes_get_data (message, NULL), (gssize) g_bytes_get_size (message),
                                           G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
}

/* So many are read by two threads, each with a pool of its own. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  static const char *const by_subject[] = { "subject", NULL };
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GError) error = NULL;
  guint last = 0;

  for (guint i = 0; i < 4500; i++)
    put_mail (fixture, i);
  g_clear_object (&fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  listing = intimail_account_query (fixture->account, NULL, by_subject, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 4500);
  for (guint i = 0; i < 4500; i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);
      const char *subject = intimail_envelope_get_subject (envelope);
      g_autofree char *digits = g_strdup_printf ("%u", last);
      const char *base = g_str_has_prefix (subject, "Re: ") ? subject + 4 : subject;

      if (i > 0)
        g_assert_cmpint (strcmp (digits, base), <=, 0);
      last = (guint) g_ascii_strtoull (base, NULL, 10);
    }
  g_clear_object (&listing);
  assert_same_orders (fixture, FALSE);
}

static guint32
add_text (IntimailTextPool *pool, const char *raw, const char *key)
{
  g_autoptr (GString) text = g_string_new (key);

  return intimail_text_pool_add (pool, raw, raw != NULL ? strlen (raw) : 0, text);
}

/* Each text twice: it is found when it comes again, also when the cells have grown. */
static void
fill_pool (IntimailTextPool *pool)
{
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *raw = g_strdup_printf ("Text %u", i);
      g_autofree char *key = g_strdup_printf ("text %05u", i / 2);

      g_assert_cmpuint (intimail_text_pool_find (pool, raw, strlen (raw)), ==, INTIMAIL_TEXT_POOL_NONE);
      g_assert_cmpuint (add_text (pool, raw, key), ==, i);
      g_assert_cmpuint (intimail_text_pool_find (pool, raw, strlen (raw)), ==, i);
    }
  g_assert_cmpuint (intimail_text_pool_find (pool, "Text 0", 6), ==, 0);
}

static void
test_pool (void)
{
  g_autoptr (IntimailTextPool) one = intimail_text_pool_new ();
  g_autoptr (IntimailTextPool) two = intimail_text_pool_new ();
  g_autofree guint32 *ranks = NULL;
  g_autofree guint32 *none = NULL;
  guint32 n_ranks = 9;

  intimail_text_pool_sort (one);
  intimail_text_pool_sort (two);
  none = intimail_text_pool_rank (one, two, &n_ranks);
  g_assert_cmpuint (n_ranks, ==, 0);
  fill_pool (one);
  add_text (two, NULL, "text 00001");
  add_text (two, "", "");
  add_text (two, "z", "text 00001x");
  g_assert_cmpuint (intimail_text_pool_find (two, "", 0), ==, 1);

  intimail_text_pool_sort (one);
  intimail_text_pool_sort (two);
  ranks = intimail_text_pool_rank (one, two, &n_ranks);
  g_assert_cmpuint (n_ranks, ==, 1502);
  g_assert_cmpuint (ranks[3001], ==, 0);
  g_assert_cmpuint (ranks[0], ==, 1);
  g_assert_cmpuint (ranks[1], ==, 1);
  g_assert_cmpuint (ranks[2], ==, 2);
  g_assert_cmpuint (ranks[3000], ==, 2);
  g_assert_cmpuint (ranks[3002], ==, 3);
  g_assert_cmpuint (ranks[2999], ==, 1501);
}

/* When nothing comes again nobody looks any more, and the ranks are the same. */
static void
test_pool_of_new (void)
{
  g_autoptr (IntimailTextPool) one = intimail_text_pool_new ();
  g_autoptr (IntimailTextPool) two = intimail_text_pool_new ();
  g_autofree guint32 *ranks = NULL;
  guint32 n_ranks;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *raw = g_strdup_printf ("%u", 1000 + i);

      g_assert_cmpuint (intimail_text_pool_find (one, raw, strlen (raw)), ==, INTIMAIL_TEXT_POOL_NONE);
      add_text (one, raw, raw);
    }
  g_assert_cmpuint (intimail_text_pool_find (one, "1000", 4), ==, INTIMAIL_TEXT_POOL_NONE);
  g_assert_cmpuint (add_text (one, "1000", "1000"), ==, 3000);
  intimail_text_pool_sort (one);
  intimail_text_pool_sort (two);
  ranks = intimail_text_pool_rank (one, two, &n_ranks);
  g_assert_cmpuint (n_ranks, ==, 3000);
  g_assert_cmpuint (ranks[0], ==, 0);
  g_assert_cmpuint (ranks[3000], ==, 0);
  g_assert_cmpuint (ranks[2999], ==, 2999);
}

/* Some of few letters and any byte, many the same, with starts in common of any length. */
static char *
make_key (GRand *rand)
{
  static const char *const starts[] = { "", "a", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghabcdefghabcdefghabcdefgh", "\xff\xff\xff\xff\xff\xff\xff\xff" };
  GString *key = g_string_new (starts[g_rand_int_range (rand, 0, G_N_ELEMENTS (starts))]);
  guint n = (guint) g_rand_int_range (rand, 0, 5);

  while (n-- > 0)
    g_string_append_c (key, g_rand_boolean (rand) ? 'a' : (char) g_rand_int_range (rand, 1, 256));
  return g_string_free (key, FALSE);
}

static void
test_pool_order (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint n = 0; n < 6000; n = n * 2 + 1)
    {
      g_autoptr (IntimailTextPool) one = intimail_text_pool_new ();
      g_autoptr (IntimailTextPool) two = intimail_text_pool_new ();
      g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
      g_autofree guint32 *ranks = NULL;
      guint32 n_ranks;

      for (guint i = 0; i < 2 * n; i++)
        {
          g_ptr_array_add (keys, make_key (rand));
          add_text (i < n ? one : two, NULL, g_ptr_array_index (keys, i));
        }
      intimail_text_pool_sort (one);
      intimail_text_pool_sort (two);
      ranks = intimail_text_pool_rank (one, two, &n_ranks);
      for (guint i = 0; i < 20 * n; i++)
        {
          guint a = (guint) g_rand_int_range (rand, 0, (gint) (2 * n));
          guint b = (guint) g_rand_int_range (rand, 0, (gint) (2 * n));
          int order = strcmp (g_ptr_array_index (keys, a), g_ptr_array_index (keys, b));

          g_assert_cmpint ((ranks[a] > ranks[b]) - (ranks[a] < ranks[b]), ==, (order > 0) - (order < 0));
          g_assert_cmpuint (ranks[a], <, n_ranks);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/text-order/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("mended", test_mended);
  ADD ("few", test_few);
  ADD ("many", test_many);
  g_test_add_func ("/text-order/pool", test_pool);
  g_test_add_func ("/text-order/pool-of-new", test_pool_of_new);
  g_test_add_func ("/text-order/pool-order", test_pool_order);
  return g_test_run ();
}
