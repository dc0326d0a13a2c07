/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "test-support.h"

typedef struct
{
  char *folder;
  char *path;
  IntimailAccount *account;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = test_support_make_folder ("account");
  fixture->path = g_build_filename (fixture->folder, "anna", NULL);
  fixture->account = intimail_account_new (fixture->path);
  g_assert_true (intimail_account_open (fixture->account, NULL, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_support_assert_finalized (fixture->account);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static GBytes *
make_message (const char *from, const char *subject, const char *id, const char *references)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "From: %s\nTo: anna@home.example\nSubject: %s\nMessage-ID: <%s>\n", from, subject, id);
  if (references != NULL)
    g_string_append_printf (text, "References: <%s>\n", references);
  g_string_append (text, "Date: Fri, 20 Nov 2026 10:00:00 +0100\n\nGood morning,\nall is well.\n");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static char *
deliver (Fixture *fixture, const char *subject, const char *id, gint64 received)
{
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", subject, id, NULL);
  g_autoptr (GError) error = NULL;
  char *result = intimail_account_deliver (fixture->account, message, NULL, NULL, received, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

static char *
get_role_id (IntimailAccount *account, IntimailMailboxRole role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (account, role, &error);

  g_assert_no_error (error);
  return g_strdup (intimail_mailbox_get_id (mailbox));
}

static void
assert_consistent (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = intimail_account_check_index (account, NULL, NULL, &error);

  g_assert_no_error (error);
  for (gsize i = 0; findings[i] != NULL; i++)
    g_test_message ("%s", findings[i]);
  g_assert_cmpuint (g_strv_length (findings), ==, 0);
}

static void
test_roles (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes (fixture->account, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (mailboxes->len, ==, 6);
  g_assert_cmpint (intimail_mailbox_get_role (g_ptr_array_index (mailboxes, 0)), ==, INTIMAIL_MAILBOX_ROLE_INBOX);
  for (guint role = INTIMAIL_MAILBOX_ROLE_INBOX; role <= INTIMAIL_MAILBOX_ROLE_TRASH; role++)
    {
      g_autofree char *id = get_role_id (fixture->account, (IntimailMailboxRole) role);

      g_assert_nonnull (id);
    }
}

static void
test_deliver_and_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = deliver (fixture, "=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "1@other.example", 1700000000);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (fixture->account, id, &error);
  g_autoptr (IntimailMailbox) mailbox = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) expected = make_message ("Bob <bob@other.example>", "=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "1@other.example", NULL);
  g_autoptr (IntimailAccount) again = NULL;
  g_autoptr (IntimailEnvelope) envelope_again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (intimail_envelope_get_id (envelope), ==, id);
  g_assert_cmpstr (intimail_envelope_get_subject (envelope), ==, "Grüße");
  g_assert_cmpstr (intimail_envelope_get_from (envelope), ==, "Bob <bob@other.example>");
  g_assert_cmpint (intimail_envelope_get_received (envelope), ==, 1700000000);
  g_assert_cmpint (intimail_envelope_get_sent (envelope), ==, 1795165200);
  g_assert_cmpint (intimail_envelope_get_sent_offset (envelope), ==, 60);
  g_assert_cmpstr (intimail_envelope_get_mailbox_ids (envelope)[0], ==, inbox);
  g_assert_cmpuint (intimail_envelope_get_size (envelope), ==, g_bytes_get_size (expected));

  bytes = intimail_account_load_message (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, expected));

  mailbox = intimail_account_lookup_mailbox (fixture->account, inbox, &error);
  g_assert_cmpuint (intimail_mailbox_get_n_messages (mailbox), ==, 1);
  g_assert_cmpuint (intimail_mailbox_get_n_unread (mailbox), ==, 1);
  g_assert_cmpuint (intimail_mailbox_get_n_threads (mailbox), ==, 1);
  g_assert_cmpuint (intimail_mailbox_get_n_unread_threads (mailbox), ==, 1);
  assert_consistent (fixture->account);

  /* Another one that reads what the first wrote. */
  again = intimail_account_new (fixture->path);
  envelope_again = intimail_account_get_envelope (again, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_envelope_get_subject (envelope_again), ==, "Grüße");
  g_assert_cmpstr (intimail_envelope_get_thread_id (envelope_again), ==, intimail_envelope_get_thread_id (envelope));
}

static void
test_query (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = deliver (fixture, "b", "a@x", 1700000100);
  g_autofree char *b = deliver (fixture, "Re: a", "b@x", 1700000300);
  g_autofree char *c = deliver (fixture, "c", "c@x", 1700000200);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, inbox);
  const char *const by_subject[] = { "subject", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (fixture->account, filter, NULL, FALSE, NULL, &error);
  g_autoptr (IntimailListing) sorted = NULL;
  g_autoptr (IntimailEnvelope) item = NULL;
  guint position;

  g_assert_no_error (error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 3);
  g_assert_cmpstr (intimail_listing_get_id (listing, 0), ==, b);
  g_assert_cmpstr (intimail_listing_get_id (listing, 1), ==, c);
  g_assert_cmpstr (intimail_listing_get_id (listing, 2), ==, a);
  g_assert_null (intimail_listing_get_id (listing, 3));
  g_assert_true (intimail_listing_find (listing, a, &position));
  g_assert_cmpuint (position, ==, 2);
  item = g_list_model_get_item (G_LIST_MODEL (listing), 1);
  g_assert_cmpstr (intimail_envelope_get_subject (item), ==, "c");

  sorted = intimail_account_query (fixture->account, NULL, by_subject, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_listing_get_id (sorted, 0), ==, b);
  g_assert_cmpstr (intimail_listing_get_id (sorted, 1), ==, a);
  g_assert_cmpstr (intimail_listing_get_id (sorted, 2), ==, c);
}

static void
test_keywords (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = deliver (fixture, "x", "1@x", 0);
  const char *const ids[] = { id, NULL };
  const char *const add[] = { "$seen", "$label:red", NULL };
  const char *const remove[] = { "$seen", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *state = intimail_account_get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &error);
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (IntimailEnvelope) envelope_after = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (IntimailAccount) again = NULL;

  g_assert_true (intimail_account_set_keywords (fixture->account, ids, add, NULL, NULL, &error));
  g_assert_no_error (error);
  envelope = intimail_account_get_envelope (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_true (intimail_envelope_has_keyword (envelope, "$seen"));
  g_assert_true (intimail_envelope_has_keyword (envelope, "$label:red"));
  assert_consistent (fixture->account);

  again = intimail_account_new (fixture->path);
  g_assert_true (intimail_account_set_keywords (again, ids, NULL, remove, NULL, &error));
  g_assert_no_error (error);
  envelope_after = intimail_account_get_envelope (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_false (intimail_envelope_has_keyword (envelope_after, "$seen"));
  g_assert_true (intimail_envelope_has_keyword (envelope_after, "$label:red"));
  assert_consistent (fixture->account);
  assert_consistent (again);

  changes = intimail_account_get_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, state, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_changes_get_updated (changes)[0], ==, id);
  g_assert_null (intimail_changes_get_updated (changes)[1]);
  g_assert_null (intimail_changes_get_created (changes)[0]);
  g_assert_null (intimail_changes_get_destroyed (changes)[0]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("roles", test_roles);
  ADD ("deliver-and-read", test_deliver_and_read);
  ADD ("query", test_query);
  ADD ("keywords", test_keywords);

  return g_test_run ();
}
