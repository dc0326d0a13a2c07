/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reports of mail servers, and what a person's submissions say after them.
 */

#include "delivery-fixture.h"

#include "delivery/intimail-submission-private.h"

#define BERT "bert@far.example"
#define CARL "Carl@far.example"

static IntimailAccount *
open_account (Fixture *self, const char *uid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (intimail_site_get_directory (self->site), uid, NULL, &error);
  IntimailAccount *account = intimail_site_get_account (self->site, person, &error);

  g_assert_no_error (error);
  return account;
}

static void
add_submission (IntimailAccount *account, const char *id, const char *message_id, IntimailSubmissionStatus status)
{
  char *recipients[] = { (char *) BERT, (char *) CARL, NULL };
  char *delivered[] = { (char *) "queued", (char *) "queued", NULL };
  char *replies[] = { (char *) "250 2.0.0 queued", (char *) "250 2.0.0 queued", NULL };
  const IntimailSubmission submission = {
    .id = (char *) id,
    .identity_id = (char *) "i",
    .email_id = (char *) "m",
    .thread_id = (char *) "t",
    .message_id = (char *) message_id,
    .sender = (char *) "anna@home.example",
    .recipients = recipients,
    .delivered = status == INTIMAIL_SUBMISSION_FINAL ? delivered : NULL,
    .replies = status == INTIMAIL_SUBMISSION_FINAL ? replies : NULL,
    .sent = g_get_real_time () / G_USEC_PER_SEC,
    .due = status == INTIMAIL_SUBMISSION_FINAL ? 0 : 1,
    .status = status,
  };
  g_autoptr (GError) error = NULL;

  intimail_submission_add (account, &submission, &error);
  g_assert_no_error (error);
}

/* To anna, as Postfix writes it; gives nothing back: the sender of a report hears nothing. */
static void
deliver (Fixture *self, const char *sender, const char *recipients, const char *message_id)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, sender);
  g_autofree char *text = g_strdup_printf ("From: MAILER-DAEMON@mx.example\nTo: anna@home.example\nSubject: Undelivered\n"
                                           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                                           "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n%s\n"
                                           "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <%s>\n--b--\n",
                                           recipients, message_id);
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_delivery_add_recipient (delivery, "anna@home.example", 0, NULL, &error));
  g_assert_true (intimail_delivery_write (delivery, message, NULL, &error));
  g_assert_true (intimail_delivery_finish (delivery, NULL, &error));
  g_assert_no_error (error);
}

#define ROW(address, action, more) "Final-Recipient: rfc822; " address "\nAction: " action "\n" more "\n"
#define FAILED ROW (BERT, "failed", "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such\n  user\n")

/* "bert's|bert's reply|carl's|carl's reply|reports" */
static void
assert_state (IntimailAccount *account, const char *id, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions = intimail_submission_list (account, &error);
  const IntimailSubmission *submission = intimail_submission_find (submissions, id);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = submission->delivered == NULL
              ? g_strdup ("nothing")
              : g_strdup_printf ("%s|%s|%s|%s|%u", submission->delivered[0], submission->replies[0], submission->delivered[1],
                                 submission->replies[1], submission->reports != NULL ? g_strv_length (submission->reports) : 0);
  g_assert_cmpstr (found, ==, state);
}

static char *
get_only_message (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);

  g_assert_no_error (error);
  return g_strdup (intimail_listing_get_id (listing, 0));
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = open_account (fixture, "anna");
  g_autofree char *state = intimail_account_get_state (account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, NULL);
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GPtrArray) submissions = NULL;
  g_autofree char *report = NULL;
  g_autoptr (GError) error = NULL;

  add_submission (account, "s1", "one@home.example", INTIMAIL_SUBMISSION_FINAL);
  deliver (fixture, "", FAILED, "one@home.example");
  assert_state (account, "s1", "no|550 5.1.1 no such user|queued|250 2.0.0 queued|1");
  submissions = intimail_submission_list (account, &error);
  report = get_only_message (account);
  g_assert_cmpstr (intimail_submission_find (submissions, "s1")->reports[0], ==, report);
  /* Clients hear of it. */
  changes = intimail_account_get_changes (account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, state, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_strv_contains (intimail_changes_get_updated (changes), "s1"));
}

/* One after the other; the address in whatever case. */
static void
test_delayed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = open_account (fixture, "anna");

  add_submission (account, "s1", "one@home.example", INTIMAIL_SUBMISSION_FINAL);
  deliver (fixture, "", ROW ("carl@FAR.example", "delayed", "Status: 4.4.1\n"), "one@home.example");
  assert_state (account, "s1", "queued|250 2.0.0 queued|queued|450 4.4.1|1");
  deliver (fixture, "", ROW ("carl@far.example", "delivered", "Status: 2.1.5\n") FAILED, "one@home.example");
  assert_state (account, "s1", "no|550 5.1.1 no such user|yes|250 2.1.5|2");
  deliver (fixture, "", ROW ("somebody@else.example", "failed", "Status: 5.1.1\n"), "one@home.example");
  assert_state (account, "s1", "no|550 5.1.1 no such user|yes|250 2.1.5|3");
}

/* Of two with one Message-ID the later; one that waits was not sent. A report that comes
 * before the end of the hand-over is noted, too. */
static void
test_which (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = open_account (fixture, "anna");

  add_submission (account, "s1", "one@home.example", INTIMAIL_SUBMISSION_FINAL);
  add_submission (account, "s2", "one@home.example", INTIMAIL_SUBMISSION_SENDING);
  add_submission (account, "s3", "one@home.example", INTIMAIL_SUBMISSION_PENDING);
  deliver (fixture, "", FAILED, "one@home.example");
  assert_state (account, "s1", "queued|250 2.0.0 queued|queued|250 2.0.0 queued|0");
  assert_state (account, "s2", "no|550 5.1.1 no such user|queued||1");
  assert_state (account, "s3", "nothing");
}

/* Somebody else's message, no report, or one with a sender. */
static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = open_account (fixture, "anna");
  g_autofree char *path = g_build_filename (intimail_account_get_path (account), "intimail.submissions", NULL);

  deliver (fixture, "", FAILED, "one@home.example");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  add_submission (account, "s1", "one@home.example", INTIMAIL_SUBMISSION_FINAL);
  deliver (fixture, "", FAILED, "two@home.example");
  deliver (fixture, "mailer@mx.example", FAILED, "one@home.example");
  deliver (fixture, "", "", "one@home.example");
  assert_state (account, "s1", "queued|250 2.0.0 queued|queued|250 2.0.0 queued|0");
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = open_account (fixture, "anna");

  add_submission (account, "s1", "one@home.example", INTIMAIL_SUBMISSION_FINAL);
  for (guint i = 0; i < 25; i++)
    deliver (fixture, "", ROW (CARL, "delayed", "Status: 4.4.1\n"), "one@home.example");
  assert_state (account, "s1", "queued|250 2.0.0 queued|queued|450 4.4.1|20");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/sent-report/failed", test_failed },
    { "/sent-report/delayed", test_delayed },
    { "/sent-report/which", test_which },
    { "/sent-report/nothing", test_nothing },
    { "/sent-report/flood", test_flood },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
