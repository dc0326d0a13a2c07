/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-support.h"

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

static void
test_move (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *id = deliver (fixture, "x", "1@x", 1700000000);
  const char *const ids[] = { id, NULL };
  const char *const to_trash[] = { trash, NULL };
  const char *const to_both[] = { inbox, archive, NULL };
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *thread_state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_THREAD);
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_set_mailboxes (fixture->account, ids, to_trash, NULL, &error));
  g_assert_no_error (error);
  assert_counts (fixture->account, inbox, 0, 0, 0, 0);
  assert_counts (fixture->account, trash, 1, 1, 1, 1);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", id, "");
  assert_consistent (fixture->account);

  /* Out of the trash into two others at once. */
  g_assert_true (intimail_account_set_mailboxes (fixture->account, ids, to_both, NULL, &error));
  g_assert_no_error (error);
  assert_counts (fixture->account, inbox, 1, 1, 1, 1);
  assert_counts (fixture->account, archive, 1, 1, 1, 1);
  assert_counts (fixture->account, trash, 0, 0, 0, 0);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", id, "");
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_THREAD, &thread_state, "", "", "");
  assert_consistent (fixture->account);
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
  envelope = intimail_account_get_envelope (fixture->account, id, &error);
  g_assert_cmpuint (g_strv_length ((GStrv) intimail_envelope_get_mailbox_ids (envelope)), ==, 2);
  g_assert_cmpint (intimail_envelope_get_received (envelope), ==, 1700000000);

  {
    const char *const seen[] = { "$seen", NULL };
    g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);

    g_assert_true (intimail_account_set_keywords (again, ids, seen, NULL, NULL, &error));
    g_assert_no_error (error);
    assert_counts (again, inbox, 1, 0, 1, 0);
    assert_counts (fixture->account, archive, 1, 0, 1, 0);
    assert_consistent (fixture->account);
  }
  {
    const char *const nowhere[] = { NULL };
    const char *const wrong[] = { "bnone", NULL };

    g_assert_false (intimail_account_set_mailboxes (fixture->account, ids, nowhere, NULL, &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    g_clear_error (&error);
    g_assert_false (intimail_account_set_mailboxes (fixture->account, ids, wrong, NULL, &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  }
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *id = deliver (fixture, "x", "1@x", 0);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *thread_state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_THREAD);
  g_autofree char *mailbox_state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX);
  g_autofree char *blob = g_strconcat ("r", id, NULL);
  g_autofree char *part = g_strconcat ("p", id, "_1", NULL);
  const char *const ids[] = { id, NULL };
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (fixture->account, id, NULL);
  g_autoptr (GBytes) expected = make_message ("Bob <bob@other.example>", "x", "1@x", NULL);
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (GBytes) decoded = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GError) error = NULL;

  changes = intimail_account_get_changes (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX, mailbox_state, 0, NULL, &error);
  g_assert_false (intimail_changes_counts_only (changes));
  g_clear_object (&changes);
  g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
  g_assert_no_error (error);
  assert_counts (fixture->account, inbox, 0, 0, 0, 0);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", "", id);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_THREAD, &thread_state, "", "", intimail_envelope_get_thread_id (envelope));
  changes = intimail_account_get_changes (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX, mailbox_state, 0, NULL, &error);
  g_assert_true (intimail_changes_counts_only (changes));
  g_assert_cmpstr (intimail_changes_get_updated (changes)[0], ==, inbox);
  assert_consistent (fixture->account);

  /* What a draft held is there a while longer. */
  raw = intimail_account_load_blob (fixture->account, blob, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (raw, expected));
  decoded = intimail_account_load_blob (fixture->account, part, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (decoded, NULL), g_bytes_get_size (decoded), "Good morning,\nall is well.\n", 27);

  g_assert_null (intimail_account_get_envelope (fixture->account, id, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *a = deliver_to (fixture->account, inbox, "Plan", "a@x", NULL, 1700000000);
  g_autofree char *b = deliver_to (fixture->account, archive, "Re: plan", "b@x", "a@x", 1700000001);
  g_autofree char *c = deliver_to (fixture->account, trash, "AW: Plan", "c@x", "a@x", 1700000002);
  g_autofree char *d = deliver_to (fixture->account, inbox, "Other", "d@x", "a@x", 1700000003);
  const char *const b_only[] = { b, NULL };
  const char *const a_only[] = { a, NULL };
  const char *const seen[] = { "$seen", NULL };
  g_autofree char *mailbox_state = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (fixture->account, a, &error);
  g_auto (GStrv) ids = intimail_account_get_thread (fixture->account, intimail_envelope_get_thread_id (envelope), &error);
  g_autoptr (IntimailListing) collapsed = NULL;
  g_autofree char *both = NULL;
  const char *touched[] = { inbox, archive, NULL };

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (ids), ==, 3);
  g_assert_cmpstr (ids[0], ==, a);
  g_assert_cmpstr (ids[1], ==, b);
  g_assert_cmpstr (ids[2], ==, c);
  assert_counts (fixture->account, inbox, 2, 2, 2, 2);

  collapsed = intimail_account_query (fixture->account, NULL, NULL, TRUE, NULL, &error);
  g_assert_cmpuint (intimail_listing_get_n_ids (collapsed), ==, 2);
  g_assert_cmpstr (intimail_listing_get_id (collapsed, 0), ==, d);
  g_assert_cmpstr (intimail_listing_get_id (collapsed, 1), ==, c);

  /* Read in one mailbox, the conversation is still unread in both: b is unread. */
  g_assert_true (intimail_account_set_keywords (fixture->account, a_only, seen, NULL, NULL, &error));
  assert_counts (fixture->account, inbox, 2, 1, 2, 2);
  assert_counts (fixture->account, archive, 1, 1, 1, 1);

  /* Read in the archive: the inbox changes with it. The trash stands alone. */
  mailbox_state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX);
  g_assert_true (intimail_account_set_keywords (fixture->account, b_only, seen, NULL, NULL, &error));
  assert_counts (fixture->account, inbox, 2, 1, 2, 1);
  assert_counts (fixture->account, archive, 1, 0, 1, 0);
  assert_counts (fixture->account, trash, 1, 1, 1, 1);
  both = join_sorted (touched);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX, &mailbox_state, "", both, "");
  assert_consistent (fixture->account);
}

static void
test_mailboxes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) work = intimail_account_create_mailbox (fixture->account, "Büro & mehr. 2026", NULL, NULL, &error);
  g_autoptr (IntimailMailbox) inner = NULL;
  g_autoptr (IntimailMailbox) found = NULL;
  g_autofree char *id = NULL;
  g_autofree char *expected = NULL;
  const char *work_id;

  g_assert_no_error (error);
  work_id = intimail_mailbox_get_id (work);
  g_assert_cmpstr (intimail_mailbox_get_name (work), ==, "Büro & mehr. 2026");
  inner = intimail_account_create_mailbox (fixture->account, "日本語", work_id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_mailbox_get_parent_id (inner), ==, work_id);
  g_assert_cmpstr (intimail_mailbox_get_path (inner), ==, "Büro & mehr. 2026/日本語");
  id = deliver_to (fixture->account, intimail_mailbox_get_id (inner), "x", "1@x", NULL, 0);
  {
    const char *created[] = { work_id, intimail_mailbox_get_id (inner), NULL };

    expected = join_sorted (created);
  }
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX, &state, expected, "", "");

  g_assert_null (intimail_account_create_mailbox (fixture->account, "日本語", work_id, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (intimail_account_create_mailbox (fixture->account, "a/b", NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* The one inside comes along, with its mail. */
  g_assert_true (intimail_account_update_mailbox (fixture->account, work_id, "Work", NULL, INTIMAIL_MAILBOX_ROLE_NONE, 7, FALSE, NULL, &error));
  g_assert_no_error (error);
  found = intimail_account_lookup_mailbox_by_path (fixture->account, "Work/日本語", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_mailbox_get_id (found), ==, intimail_mailbox_get_id (inner));
  g_assert_cmpuint (intimail_mailbox_get_n_messages (found), ==, 1);
  g_assert_false (intimail_account_update_mailbox (fixture->account, work_id, "Work", intimail_mailbox_get_id (inner), INTIMAIL_MAILBOX_ROLE_NONE, 7, FALSE, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  assert_consistent (fixture->account);

  g_assert_false (intimail_account_remove_mailbox (fixture->account, work_id, TRUE, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_EMPTY);
  g_clear_error (&error);
  g_assert_false (intimail_account_remove_mailbox (fixture->account, intimail_mailbox_get_id (inner), FALSE, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_EMPTY);
  g_clear_error (&error);
  g_assert_true (intimail_account_remove_mailbox (fixture->account, intimail_mailbox_get_id (inner), TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (intimail_account_remove_mailbox (fixture->account, work_id, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_messages (fixture->account), ==, 0);
  assert_consistent (fixture->account);
}

static void
test_upload (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (fixture->account, 10, &error);
  g_autoptr (GBytes) five = g_bytes_new_static ("12345", 5);
  g_autoptr (GBytes) six = g_bytes_new_static ("123456", 6);
  g_autofree char *id = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  g_assert_true (intimail_upload_write (upload, five, &error));
  g_assert_false (intimail_upload_write (upload, six, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_true (intimail_upload_write (upload, five, &error));
  g_assert_cmpuint (intimail_upload_get_size (upload), ==, 10);
  id = intimail_upload_finish (upload, &error);
  g_assert_no_error (error);
  bytes = intimail_account_load_blob (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "1234512345", 10);

  {
    static const char *const wrong[] = { "", "u", "r", "p", "x", "u../../maildirsize", "rm../../x", "pm_1", "rmaaaaaaaaaaaaaaaaaaaaaaaaaa" };

    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
      {
        g_assert_null (intimail_account_load_blob (fixture->account, wrong[i], &error));
        g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
        g_clear_error (&error);
      }
  }
}

static void
count_change (IntimailAccount *account, guint *n)
{
  ++*n;
}

static void
wait_for (guint *n, guint wanted)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  while (*n < wanted && g_get_monotonic_time () < end)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpuint (*n, >=, wanted);
}

static void
test_watch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  guint n = 0;

  g_signal_connect (fixture->account, "changed", G_CALLBACK (count_change), &n);
  g_assert_true (intimail_account_start_watching (fixture->account, &error));
  g_assert_no_error (error);
  id = deliver_to (other, NULL, "x", "1@x", NULL, 0);
  wait_for (&n, 1);
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);

  /* A mailbox that is made later is watched too. */
  {
    g_autoptr (IntimailMailbox) mailbox = intimail_account_create_mailbox (other, "New", NULL, NULL, &error);
    g_autofree char *second = NULL;

    wait_for (&n, 2);
    g_assert_cmpuint (count_messages (fixture->account), ==, 1);
    second = deliver_to (other, intimail_mailbox_get_id (mailbox), "y", "2@x", NULL, 0);
    wait_for (&n, 3);
    g_assert_cmpuint (count_messages (fixture->account), ==, 2);
  }
  intimail_account_stop_watching (fixture->account);
}

typedef struct
{
  GString *text; /* "+created ~updated -destroyed " for each signal */
  guint n;
} Heard;

static void
on_changes (IntimailAccount *account, IntimailChanges *changes, gpointer user_data)
{
  Heard *heard = user_data;

  heard->n++;
  if (changes == NULL)
    {
      g_string_append (heard->text, "? ");
      return;
    }
  for (gsize i = 0; intimail_changes_get_created (changes)[i] != NULL; i++)
    g_string_append_printf (heard->text, "+%s ", intimail_changes_get_created (changes)[i]);
  for (gsize i = 0; intimail_changes_get_updated (changes)[i] != NULL; i++)
    g_string_append_printf (heard->text, "~%s ", intimail_changes_get_updated (changes)[i]);
  for (gsize i = 0; intimail_changes_get_destroyed (changes)[i] != NULL; i++)
    g_string_append_printf (heard->text, "-%s ", intimail_changes_get_destroyed (changes)[i]);
}

static void
wait_for_text (Heard *heard, const char *expected)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  while (strcmp (heard->text->str, expected) != 0 && g_get_monotonic_time () < end)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpstr (heard->text->str, ==, expected);
  g_string_truncate (heard->text, 0);
}

/* Which messages and mailboxes it is, each told once, whoever did it. */
static void
test_changes_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  g_autofree char *before = deliver_to (fixture->account, NULL, "before", "0@x", NULL, 0);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  Heard messages = { g_string_new (NULL), 0 };
  Heard mailboxes = { g_string_new (NULL), 0 };
  g_autofree char *id = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->account, "messages-changed", G_CALLBACK (on_changes), &messages);
  g_signal_connect (fixture->account, "mailboxes-changed", G_CALLBACK (on_changes), &mailboxes);
  g_assert_true (intimail_account_start_watching (fixture->account, &error));
  id = deliver_to (other, NULL, "x", "1@x", NULL, 0);
  expected = g_strdup_printf ("+%s ", id);
  wait_for_text (&messages, expected);
  {
    g_autofree char *counts = g_strdup_printf ("~%s ", inbox);

    wait_for_text (&mailboxes, counts);
  }
  /* By this object itself, too. */
  {
    const char *const ids[] = { before, NULL };
    const char *const words[] = { "$flagged", NULL };
    g_autofree char *updated = g_strdup_printf ("~%s ", before);
    g_autofree char *destroyed = g_strdup_printf ("-%s ", before);

    g_assert_true (intimail_account_set_keywords (fixture->account, ids, words, NULL, NULL, NULL));
    wait_for_text (&messages, updated);
    g_assert_true (intimail_account_remove_messages (other, ids, NULL, NULL));
    wait_for_text (&messages, destroyed);
  }
  /* What was known before is lost with the index. */
  g_string_truncate (mailboxes.text, 0);
  g_assert_true (intimail_account_rebuild_index (other, NULL, NULL, NULL, NULL, &error));
  wait_for_text (&messages, "? ");
  intimail_account_stop_watching (fixture->account);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_signal_handlers_disconnect_by_data (fixture->account, &messages);
  g_signal_handlers_disconnect_by_data (fixture->account, &mailboxes);
  g_string_free (messages.text, TRUE);
  g_string_free (mailboxes.text, TRUE);
}

/* What Dovecot would find out by reading: the size with CR LF at each line's end. */
static void
test_vsize (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *fields;
  } cases[] = {
    { "", ",S=0,W=0" },
    { "\n", ",S=1,W=2" },
    { "a\nb\n", ",S=4,W=6" },
    { "a\r\nb\r\n", ",S=6,W=6" },
    { "a\r\nb\n\r", ",S=6,W=7" },
    { "a\r", ",S=2,W=2" },
  };

  intimail_account_set_vsize_in_name (fixture->account, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) message = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      g_autofree char *id = intimail_account_deliver (fixture->account, message, NULL, NULL, 0, NULL, &error);
      const char *const ids[] = { id, NULL };
      g_auto (GStrv) files = NULL;

      g_assert_no_error (error);
      files = list_files (fixture, "new");
      g_assert_cmpuint (g_strv_length (files), ==, 1);
      g_assert_true (g_str_has_suffix (files[0], cases[i].fields));
      g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
    }
}

/* For what is delivered and what is found, and until the index is made anew. */
static void
test_previews (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = make_message ("bob@b.example", "one", "one@x", NULL);
  g_autofree char *path = g_build_filename (fixture->path, "new", "1.M1.x", NULL);
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 4; round++)
    {
      g_autoptr (IntimailListing) listing = NULL;

      intimail_account_set_previews (fixture->account, round % 2 == 0);
      if (round == 0)
        {
          g_free (intimail_account_deliver (fixture->account, message, NULL, NULL, 0, NULL, &error));
          g_assert_true (g_file_set_contents (path, g_bytes_get_data (message, NULL), (gssize) g_bytes_get_size (message), &error));
        }
      else
        intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 2);
      for (guint i = 0; i < 2; i++)
        {
          g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

          g_assert_cmpstr (intimail_envelope_get_preview (envelope), ==, round % 2 == 0 ? "Good morning, all is well." : "");
        }
    }
}

static void
on_delivered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **id = user_data;
  g_autoptr (GError) error = NULL;

  *id = intimail_account_deliver_finish (INTIMAIL_ACCOUNT (source), result, &error);
  g_assert_no_error (error);
}

static void
test_deliver_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = make_message ("a@b", "x", "1@x", NULL);
  const char *const keywords[] = { "$seen", NULL };
  g_autofree char *id = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  intimail_account_deliver_async (fixture->account, message, NULL, keywords, 0, NULL, on_delivered, &id);
  while (id == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (id);
  envelope = intimail_account_get_envelope (fixture->account, id, NULL);
  g_assert_true (intimail_envelope_has_keyword (envelope, "$seen"));
  assert_consistent (fixture->account);
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
  ADD ("move", test_move);
  ADD ("remove", test_remove);
  ADD ("threads", test_threads);
  ADD ("mailboxes", test_mailboxes);
  ADD ("upload", test_upload);
  ADD ("watch", test_watch);
  ADD ("changes-told", test_changes_told);
  ADD ("vsize", test_vsize);
  ADD ("previews", test_previews);
  ADD ("deliver-async", test_deliver_async);

  return g_test_run ();
}
