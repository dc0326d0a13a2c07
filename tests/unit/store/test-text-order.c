/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An order that is kept and mended, against one that is made anew.
 */

#include "store-support.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/text-order/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("mended", test_mended);
  ADD ("few", test_few);
  return g_test_run ();
}
