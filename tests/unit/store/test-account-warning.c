/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-support.h"

#define SIZE 1000

static const guint marks[] = { 80, 95 };

static void
arm (IntimailAccount *account, guint64 bytes, guint64 messages)
{
  g_autoptr (IntimailAddress) postmaster = intimail_address_parse ("postmaster@home.example", NULL);
  g_autoptr (IntimailAddress) anna = intimail_address_parse ("Anna Åström <anna@home.example>", NULL);

  intimail_account_set_quota_limits (account, bytes, messages);
  intimail_account_set_quota_warnings (account, marks, G_N_ELEMENTS (marks), postmaster, anna);
}

/* A message of so many bytes. */
static char *
deliver (IntimailAccount *account, gsize size, GError **error)
{
  g_autoptr (GString) text = g_string_new ("Subject: x\n\n");
  g_autoptr (GBytes) message = NULL;

  g_string_set_size (text, size);
  memset (text->str + 12, 'x', size - 12);
  message = g_string_free_to_bytes (g_steal_pointer (&text));
  return intimail_account_deliver (account, message, NULL, NULL, 0, NULL, error);
}

static void
deliver_ok (IntimailAccount *account, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = deliver (account, size, &error);

  g_assert_no_error (error);
  g_assert_nonnull (id);
}

/* The ids of the warnings, the newest first. */
static IntimailListing *
list_warnings (IntimailAccount *account)
{
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_FROM, "postmaster@home.example");
  g_autoptr (GError) error = NULL;
  IntimailListing *listing = intimail_account_query (account, filter, NULL, FALSE, NULL, &error);

  g_assert_no_error (error);
  return listing;
}

static guint
count_warnings (IntimailAccount *account)
{
  g_autoptr (IntimailListing) listing = list_warnings (account);

  return intimail_listing_get_n_ids (listing);
}

static char *
load_warning (IntimailAccount *account)
{
  g_autoptr (IntimailListing) listing = list_warnings (account);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_account_load_message (account, intimail_listing_get_id (listing, 0), &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static guint64
get_used (IntimailAccount *account)
{
  g_autoptr (IntimailQuota) quota = intimail_account_get_quota (account, NULL);

  return intimail_quota_get_used_bytes (quota);
}

static void
remove_mail (IntimailAccount *account)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;

  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    g_strv_builder_add (builder, intimail_listing_get_id (listing, i));
  ids = g_strv_builder_end (builder);
  g_assert_true (intimail_account_remove_messages (account, (const char *const *) ids, NULL, NULL));
}

/* Exactly at the mark, once, and again only after it was below. */
static void
test_crossings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  arm (fixture->account, 100 * SIZE, 0);
  deliver_ok (fixture->account, 80 * SIZE - 1);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 0);
  remove_mail (fixture->account);
  deliver_ok (fixture->account, 80 * SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
  text = load_warning (fixture->account);
  g_assert_nonnull (strstr (text, "From: postmaster@home.example\n"));
  g_assert_nonnull (strstr (text, "<anna@home.example>\n"));
  g_assert_nonnull (strstr (text, "Subject: Your mailbox is 80 % full\n"));
  g_assert_nonnull (strstr (text, "Auto-Submitted: auto-generated\n"));
  g_assert_nonnull (strstr (text, "80.0 kB of 100.0 kB"));

  deliver_ok (fixture->account, SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
  deliver_ok (fixture->account, 95 * SIZE - get_used (fixture->account));
  g_assert_cmpuint (count_warnings (fixture->account), ==, 2);
  deliver_ok (fixture->account, SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 2);

  /* It falls below both, and goes over both at once: one, for the higher. */
  remove_mail (fixture->account);
  deliver_ok (fixture->account, 96 * SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
  assert_consistent (fixture->account);
}

/* Another object, as after a restart, and another at the same time. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);
  g_autoptr (IntimailAccount) third = NULL;

  arm (fixture->account, 100 * SIZE, 0);
  arm (again, 100 * SIZE, 0);
  deliver_ok (fixture->account, 85 * SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
  deliver_ok (again, SIZE);
  third = intimail_account_new (fixture->path);
  arm (third, 100 * SIZE, 0);
  deliver_ok (third, SIZE);
  g_assert_cmpuint (count_warnings (again), ==, 1);

  /* One sees that there is room again, another warns. */
  remove_mail (third);
  deliver_ok (again, SIZE);
  deliver_ok (fixture->account, 85 * SIZE);
  g_assert_cmpuint (count_warnings (third), ==, 1);
}

/* The number of messages fills it up too; and the warning itself is not refused. */
static void
test_messages_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailQuota) quota = NULL;
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  arm (fixture->account, 0, 5);
  for (guint i = 0; i < 4; i++)
    deliver_ok (fixture->account, SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
  quota = intimail_account_get_quota (fixture->account, &error);
  g_assert_cmpuint (intimail_quota_get_used_messages (quota), ==, 5);
  text = load_warning (fixture->account);
  g_assert_nonnull (strstr (text, "    4 messages of 5\n"));
  id = deliver (fixture->account, SIZE, &error);
  g_assert_null (id);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
}

/* To the last byte: the message is taken, and the warning goes over the limit. */
static void
test_over (Fixture *fixture, gconstpointer data)
{
  arm (fixture->account, 100 * SIZE, 0);
  deliver_ok (fixture->account, 100 * SIZE);
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
  g_assert_cmpuint (get_used (fixture->account), >, 100 * SIZE);
  g_assert_null (deliver (fixture->account, 12, NULL));
  g_assert_cmpuint (count_warnings (fixture->account), ==, 1);
}

static void
test_french (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  intimail_account_set_language (fixture->account, "fr");
  arm (fixture->account, 100 * SIZE, 1000);
  deliver_ok (fixture->account, 81 * SIZE + 500);
  listing = list_warnings (fixture->account);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 1);
  envelope = intimail_listing_get_envelope (listing, 0, &error);
  g_assert_cmpstr (intimail_envelope_get_subject (envelope), ==, "Votre boîte aux lettres est pleine à 81 %");
  message = intimail_account_open_message (fixture->account, intimail_listing_get_id (listing, 0), &error);
  g_assert_no_error (error);
  text = intimail_message_get_text (message);
  g_assert_nonnull (strstr (text, "81,5 ko sur 100,0 ko"));
  g_assert_nonnull (strstr (text, "1 messages sur 1000"));
  g_assert_nonnull (strstr (text, "Videz aussi la corbeille"));
}

/* No limit, no mark: nothing to tell. */
static void
test_none (Fixture *fixture, gconstpointer data)
{
  arm (fixture->account, 0, 0);
  deliver_ok (fixture->account, SIZE);
  intimail_account_set_quota_limits (fixture->account, SIZE * 2, 0);
  intimail_account_set_quota_warnings (fixture->account, NULL, 0, NULL, NULL);
  deliver_ok (fixture->account, SIZE);
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-warning/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("crossings", test_crossings);
  ADD ("restart", test_restart);
  ADD ("messages-full", test_messages_full);
  ADD ("over", test_over);
  ADD ("french", test_french);
  ADD ("none", test_none);

  return g_test_run ();
}
