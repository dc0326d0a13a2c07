/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery-fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk-shim.h"

#define MESSAGE "From: anna@home.example\nTo: bert@home.example\nBcc: carl@home.example\nSubject: hello\n\nx\n"

static const char *const to_bert[] = { "bert@home.example", NULL };

static IntimailPerson *
get_person (Fixture *self, const char *uid)
{
  g_autoptr (GError) error = NULL;
  IntimailPerson *person = intimail_directory_lookup_person (intimail_site_get_directory (self->site), uid, NULL, &error);

  g_assert_no_error (error);
  return person;
}

static char *
send (Fixture *self, const char *uid, const char *sender, const char *const *recipients, const char *text, GError **error)
{
  g_autoptr (IntimailPerson) person = get_person (self, uid);
  IntimailOutbox *outbox = intimail_outbox_new (self->site, person);
  g_autoptr (GBytes) message = g_bytes_new_static (text, strlen (text));
  char *id = intimail_outbox_send (outbox, sender, recipients, message, NULL, error);

  test_support_assert_finalized (outbox);
  return id;
}

/* "SUBJECT KEYWORDS" of all in the mailbox. */
static char *
list_mailbox (Fixture *self, const char *uid, IntimailMailboxRole role)
{
  g_autoptr (IntimailPerson) person = get_person (self, uid);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailAccount) account = intimail_site_get_account (self->site, person, &error);
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (account, role, &error);
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, intimail_mailbox_get_id (mailbox));
  g_autoptr (IntimailListing) listing = intimail_account_query (account, filter, NULL, FALSE, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

      g_string_append_printf (text, "%s%s%s;", intimail_envelope_get_subject (envelope),
                              intimail_envelope_has_keyword (envelope, "$draft") ? " $draft" : "",
                              intimail_envelope_has_keyword (envelope, "$seen") ? " $seen" : "");
    }

  return g_string_free (text, FALSE);
}

static void
assert_mailboxes (Fixture *self, const char *drafts, const char *sent, const char *inbox)
{
  g_autofree char *in_drafts = list_mailbox (self, "anna", INTIMAIL_MAILBOX_ROLE_DRAFTS);
  g_autofree char *in_sent = list_mailbox (self, "anna", INTIMAIL_MAILBOX_ROLE_SENT);
  g_autofree char *in_inbox = list_mailbox (self, "bert", INTIMAIL_MAILBOX_ROLE_INBOX);

  g_assert_cmpstr (in_drafts, ==, drafts);
  g_assert_cmpstr (in_sent, ==, sent);
  g_assert_cmpstr (in_inbox, ==, inbox);
}

static void
test_sent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = send (fixture, "anna", "anna@home.example", to_bert, MESSAGE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (id);
  assert_mailboxes (fixture, "", "hello $seen;", "hello;");
}

static const struct
{
  const char *uid;
  const char *sender;
  const char *text;
  IntimailError code;
  const char *says;
} refusals[] = {
  { "anna", "bert@home.example", MESSAGE, INTIMAIL_ERROR_PERMISSION_DENIED, "no address of anna" },
  { "bert", "bert@home.example", MESSAGE, INTIMAIL_ERROR_PERMISSION_DENIED, "from anna@home.example" },
  { "anna", "anna@home.example", "Subject: x\n\n", INTIMAIL_ERROR_INVALID_ARGUMENT, "from whom" },
  { "gone", "gone@home.example", "From: gone@home.example\n\n", INTIMAIL_ERROR_DISABLED, "closed" },
  { "full", "full@home.example", "From: full@home.example\nSubject: more than a hundred bytes, which is the quota of this one\n\nand some more of it\n",
    INTIMAIL_ERROR_OVER_QUOTA, "bytes are missing" },
};

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (send (fixture, refusals[i].uid, refusals[i].sender, to_bert, refusals[i].text, &error));
      g_assert_error (error, INTIMAIL_ERROR, (int) refusals[i].code);
      g_assert_nonnull (strstr (error->message, refusals[i].says));
    }
  assert_mailboxes (fixture, "", "", "");
}

/* What is not sent stays, once, and says so. */
static void
test_draft_stays (Fixture *fixture, gconstpointer data)
{
  static const char *const nobody[] = { "bert@home.example", "nobody@home.example", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (send (fixture, "anna", "anna@home.example", nobody, MESSAGE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "kept among the drafts: nobody@home.example"));
  assert_mailboxes (fixture, "hello $draft $seen;", "", "");
}

/* Killed at each change of the disk: the copy is where it belongs, or a draft of which the
 * writer is told. */
static void
test_kill (Fixture *fixture, gconstpointer data)
{
  int status = 1;
  int nth = 1;

  for (; status != 0 && nth < 400; nth++)
    {
      IntimailSender *sender = intimail_sender_new (fixture->site);
      g_autofree char *drafts = NULL;
      g_autofree char *sent = NULL;
      g_autofree char *told = NULL;
      g_autofree char *inbox = NULL;
      g_autoptr (GError) error = NULL;
      pid_t child = fork ();

      if (child == 0)
        {
          g_autofree char *id = NULL;

          disk_shim_set_root (fixture->folder);
          disk_shim_arm (DISK_SHIM_ALL & ~(1 << DISK_SHIM_READ | 1 << DISK_SHIM_OPEN), nth, 1, DISK_SHIM_KILL);
          id = send (fixture, "anna", "anna@home.example", to_bert, MESSAGE, NULL);
          disk_shim_disarm ();
          _exit (id == NULL);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));
      g_assert_true (intimail_sender_run (sender, g_get_real_time () / G_USEC_PER_SEC, NULL, NULL, &error));
      test_support_assert_finalized (sender);
      drafts = list_mailbox (fixture, "anna", INTIMAIL_MAILBOX_ROLE_DRAFTS);
      sent = list_mailbox (fixture, "anna", INTIMAIL_MAILBOX_ROLE_SENT);
      told = list_mailbox (fixture, "anna", INTIMAIL_MAILBOX_ROLE_INBOX);
      inbox = list_mailbox (fixture, "bert", INTIMAIL_MAILBOX_ROLE_INBOX);
      if (*sent != '\0')
        g_assert_true (*drafts == '\0' && *told == '\0' && g_str_equal (inbox, "hello;"));
      else if (*told != '\0')
        g_assert_true (g_str_equal (drafts, "hello $draft $seen;") && g_str_equal (told, "Sent or not: hello;"));
      else
        g_assert_true (*inbox == '\0' && (*drafts == '\0' || g_str_equal (drafts, "hello $draft $seen;")));
      g_assert_true (status != 0 || *sent != '\0');
      fixture_teardown (fixture, NULL);
      fixture_setup (fixture, NULL);
    }
  g_test_message ("killed at %d calls", nth - 2);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (nth, >, 20);
}

/* The third message of an hour is refused, and the administrators hear of it once. */
static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.conf", NULL);
  g_autofree char *alarm = NULL;
  g_autoptr (GError) error = NULL;

  test_support_write_file (path, "[site]\ndomains=home.example\npostmaster=carl\n[transport]\nkind=local\nhour-messages=2\n");
  g_clear_object (&fixture->site);
  fixture_open (fixture);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *id = send (fixture, "anna", "anna@home.example", to_bert, MESSAGE, &error);

      g_assert_no_error (error);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_null (send (fixture, "anna", "anna@home.example", to_bert, MESSAGE, &refused));
      g_assert_error (refused, INTIMAIL_ERROR, INTIMAIL_ERROR_RATE_LIMITED);
      g_assert_nonnull (strstr (refused->message, "goes on at"));
    }
  alarm = list_mailbox (fixture, "carl", INTIMAIL_MAILBOX_ROLE_INBOX);
  g_assert_cmpstr (alarm, ==, "anna sends too much mail;");
  assert_mailboxes (fixture, "", "hello $seen;hello $seen;", "hello;hello;");
}

static void
take_id (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **id = user_data;
  g_autoptr (GError) error = NULL;

  *id = intimail_outbox_send_finish (INTIMAIL_OUTBOX (source), result, &error);
  g_assert_no_error (error);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) person = get_person (fixture, "anna");
  IntimailOutbox *outbox = intimail_outbox_new (fixture->site, person);
  g_autoptr (GBytes) message = g_bytes_new_static (MESSAGE, strlen (MESSAGE));
  g_autofree char *id = NULL;

  intimail_outbox_send_async (outbox, "anna@home.example", to_bert, message, NULL, take_id, &id);
  while (id == NULL)
    g_main_context_iteration (NULL, TRUE);
  test_support_assert_finalized (outbox);
  assert_mailboxes (fixture, "", "hello $seen;", "hello;");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/outbox/sent", test_sent },
    { "/outbox/refused", test_refused },
    { "/outbox/draft-stays", test_draft_stays },
    { "/outbox/kill", test_kill },
    { "/outbox/limit", test_limit },
    { "/outbox/async", test_async },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
