/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include "store-support.h"

typedef struct
{
  GAsyncResult *result;
  GThread *thread;
} Answer;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->result = g_object_ref (result);
  answer->thread = g_thread_self ();
}

/* Runs the context until the answer is there. Gives it away. */
static GAsyncResult *
await (Answer *answer)
{
  while (answer->result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  g_assert_true (answer->thread == g_thread_self ());
  return g_steal_pointer (&answer->result);
}

#define AWAIT(call)                       \
  g_autoptr (GAsyncResult) result = NULL; \
  Answer answer = { NULL, NULL };         \
  call;                                   \
  result = await (&answer)

static void
test_account_calls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;

  {
    AWAIT (intimail_account_open_async (fixture->account, NULL, on_ready, &answer));
    g_assert_true (intimail_account_open_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_refresh_async (fixture->account, NULL, on_ready, &answer));
    g_assert_true (intimail_account_refresh_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_get_changes_async (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, state, 0, NULL, on_ready, &answer));
    g_autoptr (IntimailChanges) changes = intimail_account_get_changes_finish (fixture->account, result, &error);

    g_assert_cmpstr (intimail_changes_get_created (changes)[0], ==, id);
  }
  {
    AWAIT (intimail_account_get_state_async (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, NULL, on_ready, &answer));
    g_autofree char *now = intimail_account_get_state_finish (fixture->account, result, &error);
    g_autofree char *expected = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);

    g_assert_cmpstr (now, ==, expected);
  }
  {
    AWAIT (intimail_account_record_change_async (fixture->account, INTIMAIL_CHANGE_TYPE_IDENTITY, "i1", TRUE, NULL, on_ready, &answer));
    g_assert_true (intimail_account_record_change_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_record_removal_async (fixture->account, INTIMAIL_CHANGE_TYPE_IDENTITY, "i1", NULL, on_ready, &answer));
    g_assert_true (intimail_account_record_removal_finish (fixture->account, result, &error));
  }
  g_assert_no_error (error);
}

static void
test_mailbox_calls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mailbox_id = NULL;
  g_autoptr (GError) error = NULL;

  {
    AWAIT (intimail_account_create_mailbox_async (fixture->account, "A", NULL, NULL, on_ready, &answer));
    g_autoptr (IntimailMailbox) mailbox = intimail_account_create_mailbox_finish (fixture->account, result, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (intimail_mailbox_get_name (mailbox), ==, "A");
    mailbox_id = g_strdup (intimail_mailbox_get_id (mailbox));
  }
  {
    AWAIT (intimail_account_update_mailbox_async (fixture->account, mailbox_id, "B", NULL, INTIMAIL_MAILBOX_ROLE_NONE, 7, FALSE, NULL, on_ready, &answer));
    g_assert_true (intimail_account_update_mailbox_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_lookup_mailbox_async (fixture->account, mailbox_id, NULL, on_ready, &answer));
    g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_finish (fixture->account, result, &error);

    g_assert_cmpstr (intimail_mailbox_get_name (mailbox), ==, "B");
    g_assert_cmpuint (intimail_mailbox_get_sort_order (mailbox), ==, 7);
    g_assert_false (intimail_mailbox_is_subscribed (mailbox));
  }
  {
    AWAIT (intimail_account_lookup_mailbox_by_path_async (fixture->account, "B", NULL, on_ready, &answer));
    g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_path_finish (fixture->account, result, &error);

    g_assert_cmpstr (intimail_mailbox_get_id (mailbox), ==, mailbox_id);
  }
  {
    AWAIT (intimail_account_lookup_mailbox_by_role_async (fixture->account, INTIMAIL_MAILBOX_ROLE_JUNK, NULL, on_ready, &answer));
    g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role_finish (fixture->account, result, &error);

    g_assert_cmpint (intimail_mailbox_get_role (mailbox), ==, INTIMAIL_MAILBOX_ROLE_JUNK);
  }
  {
    AWAIT (intimail_account_remove_mailbox_async (fixture->account, mailbox_id, FALSE, NULL, on_ready, &answer));
    g_assert_true (intimail_account_remove_mailbox_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_list_mailboxes_async (fixture->account, NULL, on_ready, &answer));
    g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes_finish (fixture->account, result, &error);

    g_assert_cmpuint (mailboxes->len, ==, 6);
  }
  g_assert_no_error (error);
}

static void
test_message_calls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *blob_id = g_strconcat ("r", id, NULL);
  g_autofree char *thread_id = NULL;
  const char *const ids[] = { id, NULL };
  const char *const words[] = { "$flagged", NULL };
  const char *const to[] = { trash, NULL };
  const char *const sort[] = { "subject", NULL };
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_SUBJECT, "x");
  g_autoptr (GError) error = NULL;

  {
    AWAIT (intimail_account_query_async (fixture->account, filter, sort, TRUE, NULL, on_ready, &answer));
    g_autoptr (IntimailListing) listing = intimail_account_query_finish (fixture->account, result, &error);

    g_assert_cmpstr (intimail_listing_get_id (listing, 0), ==, id);
  }
  {
    AWAIT (intimail_account_set_keywords_async (fixture->account, ids, words, NULL, NULL, on_ready, &answer));
    g_assert_true (intimail_account_set_keywords_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_set_mailboxes_async (fixture->account, ids, to, NULL, on_ready, &answer));
    g_assert_true (intimail_account_set_mailboxes_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_get_envelope_async (fixture->account, id, NULL, on_ready, &answer));
    g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope_finish (fixture->account, result, &error);

    g_assert_cmpstr (intimail_envelope_get_mailbox_ids (envelope)[0], ==, trash);
    g_assert_true (intimail_envelope_has_keyword (envelope, "$flagged"));
    thread_id = g_strdup (intimail_envelope_get_thread_id (envelope));
  }
  {
    AWAIT (intimail_account_get_thread_async (fixture->account, thread_id, NULL, on_ready, &answer));
    g_auto (GStrv) thread = intimail_account_get_thread_finish (fixture->account, result, &error);

    g_assert_cmpstr (thread[0], ==, id);
  }
  {
    AWAIT (intimail_account_open_message_async (fixture->account, id, NULL, on_ready, &answer));
    g_autoptr (IntimailMessage) message = intimail_account_open_message_finish (fixture->account, result, &error);

    g_assert_nonnull (message);
  }
  {
    AWAIT (intimail_account_load_message_async (fixture->account, id, NULL, on_ready, &answer));
    g_autoptr (GBytes) bytes = intimail_account_load_message_finish (fixture->account, result, &error);
    g_autoptr (GBytes) expected = intimail_account_load_message (fixture->account, id, NULL);

    g_assert_true (g_bytes_equal (bytes, expected));
  }
  {
    AWAIT (intimail_account_load_blob_async (fixture->account, blob_id, NULL, on_ready, &answer));
    g_autoptr (GBytes) bytes = intimail_account_load_blob_finish (fixture->account, result, &error);

    g_assert_nonnull (bytes);
  }
  {
    AWAIT (intimail_account_begin_upload_async (fixture->account, 10, NULL, on_ready, &answer));
    g_autoptr (IntimailUpload) upload = intimail_account_begin_upload_finish (fixture->account, result, &error);

    g_assert_nonnull (upload);
  }
  {
    AWAIT (intimail_account_remove_messages_async (fixture->account, ids, NULL, on_ready, &answer));
    g_assert_true (intimail_account_remove_messages_finish (fixture->account, result, &error));
  }
  g_assert_no_error (error);
  g_assert_cmpuint (count_messages (fixture->account), ==, 0);
}

static void
test_upkeep_calls (Fixture *fixture, gconstpointer data)
{
  gint64 tomorrow = g_get_real_time () / G_USEC_PER_SEC + 24 * 60 * 60;
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *id = deliver_to (fixture->account, trash, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;
  guint n = 99;

  {
    AWAIT (intimail_account_get_quota_async (fixture->account, NULL, on_ready, &answer));
    g_autoptr (IntimailQuota) quota = intimail_account_get_quota_finish (fixture->account, result, &error);

    g_assert_cmpuint (intimail_quota_get_used_messages (quota), ==, 1);
  }
  {
    AWAIT (intimail_account_check_quota_async (fixture->account, 1, NULL, on_ready, &answer));
    g_assert_true (intimail_account_check_quota_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_rebuild_index_async (fixture->account, NULL, NULL, on_ready, &answer));
    g_assert_true (intimail_account_rebuild_index_finish (fixture->account, result, &error));
  }
  {
    AWAIT (intimail_account_check_messages_async (fixture->account, NULL, NULL, on_ready, &answer));
    g_auto (GStrv) findings = intimail_account_check_messages_finish (fixture->account, result, &error);

    g_assert_nonnull (findings);
    g_assert_null (findings[0]);
  }
  {
    AWAIT (intimail_account_check_index_async (fixture->account, trash, NULL, on_ready, &answer));
    g_auto (GStrv) findings = intimail_account_check_index_finish (fixture->account, result, &error);

    g_assert_nonnull (findings);
    g_assert_null (findings[0]);
  }
  {
    AWAIT (intimail_account_list_expired_async (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, tomorrow, NULL, on_ready, &answer));
    g_auto (GStrv) ids = intimail_account_list_expired_finish (fixture->account, result, &error);

    g_assert_cmpstr (ids[0], ==, id);
  }
  {
    AWAIT (intimail_account_expire_async (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, tomorrow, NULL, on_ready, &answer));
    g_assert_true (intimail_account_expire_finish (fixture->account, result, &n, &error));
    g_assert_cmpuint (n, ==, 1);
  }
  {
    AWAIT (intimail_account_expire_async (fixture->account, INTIMAIL_MAILBOX_ROLE_JUNK, tomorrow, NULL, on_ready, &answer));
    g_assert_true (intimail_account_expire_finish (fixture->account, result, &n, &error));
    g_assert_cmpuint (n, ==, 0);
  }
  g_assert_no_error (error);
}

/* The errors of the call that waits; and one that was cancelled did nothing. */
static void
test_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancelled);
  {
    AWAIT (intimail_account_lookup_mailbox_async (fixture->account, "bnone", NULL, on_ready, &answer));
    g_assert_null (intimail_account_lookup_mailbox_finish (fixture->account, result, &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
    g_clear_error (&error);
  }
  {
    AWAIT (intimail_account_create_mailbox_async (fixture->account, "a/b", NULL, NULL, on_ready, &answer));
    g_assert_null (intimail_account_create_mailbox_finish (fixture->account, result, &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    g_clear_error (&error);
  }
  {
    AWAIT (intimail_account_create_mailbox_async (fixture->account, "A", NULL, cancelled, on_ready, &answer));
    g_assert_null (intimail_account_create_mailbox_finish (fixture->account, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  {
    AWAIT (intimail_account_get_quota_async (fixture->account, cancelled, on_ready, &answer));
    g_assert_null (intimail_account_get_quota_finish (fixture->account, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  g_assert_null (intimail_account_lookup_mailbox_by_path (fixture->account, "A", NULL));
}

/* Each thread has its answers in its own context, and many may ask at once. */
static gpointer
ask_in_thread (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      AWAIT (intimail_account_list_mailboxes_async (fixture->account, NULL, on_ready, &answer));
      g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes_finish (fixture->account, result, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (mailboxes->len, ==, 6);
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_contexts (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask_in_thread, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-async/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("account-calls", test_account_calls);
  ADD ("mailbox-calls", test_mailbox_calls);
  ADD ("message-calls", test_message_calls);
  ADD ("upkeep-calls", test_upkeep_calls);
  ADD ("errors", test_errors);
  ADD ("contexts", test_contexts);

  return g_test_run ();
}
