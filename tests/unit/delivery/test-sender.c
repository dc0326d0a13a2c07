/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery-fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk-shim.h"

#include "delivery/intimail-sender-private.h"
#include "delivery/intimail-submission-private.h"

#define NOW 1800000000
#define DAY (24 * 60 * 60)
#define MESSAGE "From: anna@home.example\nTo: bert@home.example\nSubject: later\n\nx\n"

typedef struct
{
  IntimailPerson *anna;
  IntimailAccount *account;
  char *email_id;
} Mail;

static IntimailAccount *
open_account (Fixture *self, const char *uid, IntimailPerson **person)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) found = intimail_directory_lookup_person (intimail_site_get_directory (self->site), uid, NULL, &error);
  IntimailAccount *account = intimail_site_get_account (self->site, found, &error);

  g_assert_no_error (error);
  if (person != NULL)
    *person = g_steal_pointer (&found);
  return account;
}

static char *
get_mailbox_id (IntimailAccount *account, IntimailMailboxRole role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (account, role, &error);

  g_assert_no_error (error);
  return g_strdup (intimail_mailbox_get_id (mailbox));
}

static void
mail_init (Mail *self, Fixture *fixture)
{
  static const char *const keywords[] = { "$draft", "$seen", NULL };
  g_autoptr (GBytes) message = g_bytes_new_static (MESSAGE, strlen (MESSAGE));
  g_autofree char *drafts = NULL;
  g_autoptr (GError) error = NULL;

  self->account = open_account (fixture, "anna", &self->anna);
  drafts = get_mailbox_id (self->account, INTIMAIL_MAILBOX_ROLE_DRAFTS);
  self->email_id = intimail_account_deliver (self->account, message, drafts, keywords, 0, NULL, &error);
  g_assert_no_error (error);
}

static void
mail_clear (Mail *self)
{
  g_clear_object (&self->account);
  g_clear_object (&self->anna);
  g_clear_pointer (&self->email_id, g_free);
}

static void
add_full (Mail *self, Fixture *fixture, const char *id, const char *recipient, gint64 due, IntimailSubmissionStatus status)
{
  char *recipients[] = { (char *) recipient, NULL };
  const IntimailSubmission submission = {
    .id = (char *) id,
    .identity_id = (char *) "i",
    .email_id = self->email_id,
    .thread_id = (char *) "t",
    .sender = (char *) "anna@home.example",
    .recipients = recipients,
    .sent = due,
    .due = due,
    .status = status,
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_sender_note (fixture->site, self->anna, &error));
  intimail_submission_add (self->account, &submission, &error);
  g_assert_no_error (error);
  g_assert_true (intimail_sender_note (fixture->site, self->anna, &error));
}

static gint64
run (Fixture *fixture, gint64 now)
{
  IntimailSender *sender = intimail_sender_new (fixture->site);
  g_autoptr (GError) error = NULL;
  gint64 next = -1;

  g_assert_true (intimail_sender_run (sender, now, &next, NULL, &error));
  g_assert_no_error (error);
  test_support_assert_finalized (sender);
  return next;
}

static IntimailSubmissionStatus
get_status (Mail *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions = intimail_submission_list (self->account, &error);

  g_assert_no_error (error);
  return intimail_submission_find (submissions, id)->status;
}

static void
assert_status (Mail *self, const char *id, IntimailSubmissionStatus status)
{
  g_assert_cmpint (get_status (self, id), ==, status);
}

/* In one mailbox alone; with $draft or not. */
static void
assert_copy (Mail *self, IntimailMailboxRole role, gboolean is_draft)
{
  g_autofree char *mailbox = get_mailbox_id (self->account, role);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (self->account, self->email_id, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((char **) intimail_envelope_get_mailbox_ids (envelope)), ==, 1);
  g_assert_cmpstr (intimail_envelope_get_mailbox_ids (envelope)[0], ==, mailbox);
  g_assert_cmpint (intimail_envelope_has_keyword (envelope, "$draft"), ==, is_draft);
}

/* Not before its time, and once. */
static void
test_due (Fixture *fixture, gconstpointer data)
{
  Mail mail;

  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@home.example", NOW + 100, INTIMAIL_SUBMISSION_PENDING);
  g_assert_cmpint (run (fixture, NOW), ==, NOW + 100);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 0);
  assert_copy (&mail, INTIMAIL_MAILBOX_ROLE_DRAFTS, TRUE);
  g_assert_cmpint (run (fixture, NOW + 100), ==, 0);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
  assert_status (&mail, "s1", INTIMAIL_SUBMISSION_FINAL);
  assert_copy (&mail, INTIMAIL_MAILBOX_ROLE_SENT, FALSE);
  g_assert_cmpint (run (fixture, NOW + 200), ==, 0);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
  mail_clear (&mail);
}

static void
test_canceled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Mail mail;

  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@home.example", NOW, INTIMAIL_SUBMISSION_PENDING);
  g_assert_true (intimail_submission_change (mail.account, "s1", INTIMAIL_SUBMISSION_PENDING, INTIMAIL_SUBMISSION_CANCELED, 0, &error));
  g_assert_cmpint (run (fixture, NOW + 1), ==, 0);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 0);
  assert_copy (&mail, INTIMAIL_MAILBOX_ROLE_DRAFTS, TRUE);
  /* Too late the second time. */
  g_assert_false (intimail_submission_change (mail.account, "s1", INTIMAIL_SUBMISSION_PENDING, INTIMAIL_SUBMISSION_CANCELED, 0, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  mail_clear (&mail);
}

/* What waits is not forgotten, however old. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Mail mail;

  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@home.example", 1000, INTIMAIL_SUBMISSION_PENDING);
  add_full (&mail, fixture, "s2", "bert@home.example", 1000, INTIMAIL_SUBMISSION_CANCELED);
  add_full (&mail, fixture, "s3", "bert@home.example", 1000, INTIMAIL_SUBMISSION_PENDING);
  assert_status (&mail, "s1", INTIMAIL_SUBMISSION_PENDING);
  g_assert_false (intimail_submission_remove (mail.account, "s2", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (intimail_submission_remove (mail.account, "s1", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  mail_clear (&mail);
}

/* Who removes what waits does not want it to be sent. */
static void
test_removed_message (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Mail mail;

  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@home.example", NOW, INTIMAIL_SUBMISSION_PENDING);
  intimail_account_remove_messages (mail.account, (const char *const[]){ mail.email_id, NULL }, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run (fixture, NOW + 1), ==, 0);
  assert_status (&mail, "s1", INTIMAIL_SUBMISSION_CANCELED);
  g_assert_cmpuint (count_messages (fixture, "bert") + count_messages (fixture, "anna"), ==, 0);
  mail_clear (&mail);
}

/* A program was killed while it sent: nobody sends it again, and anna hears of it. */
static void
test_interrupted (Fixture *fixture, gconstpointer data)
{
  g_autofree char *notice = NULL;
  Mail mail;

  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@home.example", NOW, INTIMAIL_SUBMISSION_SENDING);
  g_assert_cmpint (run (fixture, NOW + 1), ==, 0);
  assert_status (&mail, "s1", INTIMAIL_SUBMISSION_HELD);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 0);
  notice = load_message (fixture, "anna");
  g_assert_nonnull (strstr (notice, "Subject: Sent or not: later\n"));
  g_assert_nonnull (strstr (notice, "among your drafts"));
  run (fixture, NOW + 2);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  mail_clear (&mail);
}

/* Refused for good: a draft again, also where the client had moved it, and a word why. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *notice = NULL;
  g_autofree char *sent = NULL;
  g_autoptr (GError) error = NULL;
  Mail mail;

  mail_init (&mail, fixture);
  sent = get_mailbox_id (mail.account, INTIMAIL_MAILBOX_ROLE_SENT);
  intimail_account_set_mailboxes (mail.account, (const char *const[]){ mail.email_id, NULL }, (const char *const[]){ sent, NULL }, NULL, &error);
  g_assert_no_error (error);
  intimail_account_set_keywords (mail.account, (const char *const[]){ mail.email_id, NULL }, NULL, (const char *const[]){ "$draft", NULL }, NULL, &error);
  g_assert_no_error (error);
  add_full (&mail, fixture, "s1", "nobody@home.example", NOW, INTIMAIL_SUBMISSION_PENDING);
  g_assert_cmpint (run (fixture, NOW), ==, 0);
  assert_status (&mail, "s1", INTIMAIL_SUBMISSION_FAILED);
  assert_copy (&mail, INTIMAIL_MAILBOX_ROLE_DRAFTS, TRUE);
  notice = load_message (fixture, "anna");
  g_assert_nonnull (strstr (notice, "Subject: Not sent: later\n"));
  g_assert_nonnull (strstr (notice, "nobody@home.example"));
  mail_clear (&mail);
}

/* For now: again and again for a day, then never. */
static void
test_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = make_program (fixture, "cat >/dev/null; echo x >> \"$(dirname \"$0\")\"/calls; exit 75");
  g_autofree char *calls = g_build_filename (fixture->folder, "calls", NULL);
  g_autofree char *content = NULL;
  gint64 next = NOW;
  guint n = 0;
  Mail mail;

  set_transport (fixture, "sendmail", program);
  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@far.example", NOW, INTIMAIL_SUBMISSION_PENDING);
  for (; next != 0; n++)
    {
      gint64 now = next;

      g_assert_cmpuint (count_messages (fixture, "anna"), ==, 0);
      next = run (fixture, now);
      g_assert_true (next == 0 || (next > now && next <= NOW + DAY));
    }
  g_assert_cmpuint (n, >, 10);
  g_assert_cmpuint (n, <, 100);
  assert_status (&mail, "s1", INTIMAIL_SUBMISSION_FAILED);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_true (g_file_get_contents (calls, &content, NULL, NULL));
  g_assert_cmpuint (strlen (content), ==, 2 * n);
  mail_clear (&mail);
}

static gpointer
run_in_thread (gpointer data)
{
  run (data, NOW);
  return NULL;
}

static void
test_together (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];
  Mail mail;

  mail_init (&mail, fixture);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      add_full (&mail, fixture, id, "bert@home.example", NOW, INTIMAIL_SUBMISSION_PENDING);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("sender", run_in_thread, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 5);
  mail_clear (&mail);
}

/* By itself: what waited before, and what comes then. */
static void
test_start (Fixture *fixture, gconstpointer data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  IntimailSender *sender;
  Mail mail;

  mail_init (&mail, fixture);
  add_full (&mail, fixture, "s1", "bert@home.example", now - 10, INTIMAIL_SUBMISSION_PENDING);
  sender = intimail_sender_new (fixture->site);
  g_assert_true (intimail_sender_start (sender, &error));
  while (get_status (&mail, "s1") != INTIMAIL_SUBMISSION_FINAL)
    g_main_context_iteration (NULL, FALSE);
  add_full (&mail, fixture, "s2", "bert@home.example", now + 1, INTIMAIL_SUBMISSION_PENDING);
  while (get_status (&mail, "s2") != INTIMAIL_SUBMISSION_FINAL)
    g_main_context_iteration (NULL, FALSE);
  intimail_sender_stop (sender);
  while (intimail_sender_is_busy (sender))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  test_support_assert_finalized (sender);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 2);
  mail_clear (&mail);
}

/* ---- Killed at each change of the disk ---- */

/* What is only read or opened leaves the disk as it was. */
#define CHANGES (DISK_SHIM_ALL & ~(1 << DISK_SHIM_READ | 1 << DISK_SHIM_OPEN))
#define N_MAX 400

static const struct
{
  const char *name;
  const char *recipient;
  IntimailSubmissionStatus status;
  IntimailSubmissionStatus end;
} kills[] = {
  { "sent", "bert@home.example", INTIMAIL_SUBMISSION_PENDING, INTIMAIL_SUBMISSION_FINAL },
  { "refused", "nobody@home.example", INTIMAIL_SUBMISSION_PENDING, INTIMAIL_SUBMISSION_FAILED },
  { "interrupted", "bert@home.example", INTIMAIL_SUBMISSION_SENDING, INTIMAIL_SUBMISSION_HELD },
};

/* TRUE when it came to its end. */
static gboolean
run_and_die (Fixture *fixture, int nth)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      g_autoptr (IntimailSite) site = intimail_site_open (fixture->folder, NULL);
      g_autoptr (IntimailSender) sender = intimail_sender_new (site);

      disk_shim_set_root (fixture->folder);
      disk_shim_arm (CHANGES, nth, 1, DISK_SHIM_KILL);
      intimail_sender_run (sender, NOW, NULL, NULL, NULL);
      disk_shim_disarm ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));

  return status == 0;
}

/* In a mailbox, with that beginning of the subject. */
static guint
count_in (IntimailAccount *account, IntimailMailboxRole role, const char *start)
{
  g_autofree char *mailbox = get_mailbox_id (account, role);
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, mailbox);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, filter, NULL, FALSE, NULL, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

      g_assert_no_error (error);
      n += g_str_has_prefix (intimail_envelope_get_subject (envelope), start);
    }

  return n;
}

static void
empty_inbox (IntimailAccount *account)
{
  g_autofree char *mailbox = get_mailbox_id (account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autoptr (IntimailFilter) filter = intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, mailbox);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, filter, NULL, FALSE, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      const char *const ids[] = { intimail_listing_get_id (listing, i), NULL };

      intimail_account_remove_messages (account, ids, NULL, &error);
      g_assert_no_error (error);
    }
}

/* Whatever was there when the programs were killed: it is sent once and in Sent, or it is a
 * draft and its writer was told once why. */
static IntimailSubmissionStatus
assert_ended (Fixture *fixture, Mail *mail, const char *id, gsize row)
{
  g_autoptr (IntimailAccount) bert = open_account (fixture, "bert", NULL);
  IntimailSubmissionStatus status;
  gboolean held;

  g_assert_true (intimail_account_refresh (mail->account, NULL, NULL));
  status = get_status (mail, id);
  held = status == INTIMAIL_SUBMISSION_HELD;
  g_assert_true (held || status == kills[row].end);
  g_assert_cmpuint (count_in (mail->account, INTIMAIL_MAILBOX_ROLE_INBOX, "Sent or not: later"), ==, held);
  g_assert_cmpuint (count_in (mail->account, INTIMAIL_MAILBOX_ROLE_INBOX, "Not sent: later"), ==, status == INTIMAIL_SUBMISSION_FAILED);
  if (status == INTIMAIL_SUBMISSION_FINAL)
    assert_copy (mail, INTIMAIL_MAILBOX_ROLE_SENT, FALSE);
  else
    assert_copy (mail, INTIMAIL_MAILBOX_ROLE_DRAFTS, TRUE);
  if (!held)
    g_assert_cmpuint (count_in (bert, INTIMAIL_MAILBOX_ROLE_INBOX, "later"), ==, status == INTIMAIL_SUBMISSION_FINAL);
  g_assert_cmpuint (count_in (bert, INTIMAIL_MAILBOX_ROLE_INBOX, ""), <=, 1);
  empty_inbox (bert);
  empty_inbox (mail->account);

  return status;
}

/* Killed at the nth change, and once more while the next one picks up what is left. */
static void
test_kill (Fixture *fixture, gconstpointer data)
{
  for (gsize row = 0; row < G_N_ELEMENTS (kills); row++)
    {
      gboolean done = FALSE;
      guint n_held = 0;
      int nth = 1;

      for (; !done && nth < N_MAX; nth++)
        {
          g_autofree char *id = g_strdup_printf ("s-%s-%d", kills[row].name, nth);
          Mail mail;

          mail_init (&mail, fixture);
          add_full (&mail, fixture, id, kills[row].recipient, NOW, kills[row].status);
          done = run_and_die (fixture, nth);
          run_and_die (fixture, nth % 23 + 1);
          g_assert_cmpint (run (fixture, NOW), ==, 0);
          n_held += assert_ended (fixture, &mail, id, row) == INTIMAIL_SUBMISSION_HELD;
          mail_clear (&mail);
        }
      g_test_message ("%s: killed at %d calls, %u of them held back", kills[row].name, nth - 2, n_held);
      g_assert_true (done);
      g_assert_cmpint (nth, >, 10);
      g_assert_cmpuint (n_held, <, (guint) nth);
    }
}

/* What the disk refuses is done as soon as it takes it. */
static void
test_failing_disk (Fixture *fixture, gconstpointer data)
{
  for (gsize row = 0; row < G_N_ELEMENTS (kills); row++)
    {
      int nth = 1;
      int seen = 1;

      for (; seen >= nth - 1 && nth < N_MAX; nth++)
        {
          g_autofree char *id = g_strdup_printf ("d-%s-%d", kills[row].name, nth);
          g_autoptr (IntimailSender) sender = intimail_sender_new (fixture->site);
          gint64 next = 0;
          gboolean looked;
          Mail mail;

          mail_init (&mail, fixture);
          add_full (&mail, fixture, id, kills[row].recipient, NOW, kills[row].status);
          disk_shim_set_root (fixture->folder);
          disk_shim_arm (CHANGES, nth, 1, ENOSPC);
          looked = intimail_sender_run (sender, NOW, &next, NULL, NULL);
          seen = disk_shim_disarm ();
          /* It says when it tries again. */
          while (looked && next != 0)
            g_assert_true (intimail_sender_run (sender, next, &next, NULL, NULL));
          if (!looked)
            run (fixture, NOW);
          assert_ended (fixture, &mail, id, row);
          mail_clear (&mail);
        }
      g_test_message ("%s: %d calls failed", kills[row].name, nth - 2);
      g_assert_cmpint (nth, >, 10);
      g_assert_cmpint (nth, <, N_MAX);
    }
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/sender/due", test_due },
    { "/sender/canceled", test_canceled },
    { "/sender/kept", test_kept },
    { "/sender/removed-message", test_removed_message },
    { "/sender/interrupted", test_interrupted },
    { "/sender/refused", test_refused },
    { "/sender/kill", test_kill },
    { "/sender/failing-disk", test_failing_disk },
    { "/sender/later", test_later },
    { "/sender/together", test_together },
    { "/sender/start", test_start },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
