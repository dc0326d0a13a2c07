/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who gets the answer of somebody who is away, and who does not.
 */

#include "delivery-fixture.h"

#include "delivery/intimail-vacation-reply-private.h"
#include "delivery/intimail-vacation-senders-private.h"

#define BODY "\nAre you there?\n"
#define TO_ANNA "From: Zoe <zoe@far.example>\nTo: Anna <anna@home.example>\nSubject: Lunch\nMessage-ID: <1@far.example>\nReferences: <0@far.example>\n"

typedef struct
{
  const char *name;
  const char *sender;
  const char *header;
  gboolean answered;
} Case;

static const Case cases[] = {
  { "plain", "zoe@far.example", TO_ANNA, TRUE },
  { "alias", "zoe@far.example", "To: anna.l@home.example\n", TRUE },
  { "detail", "zoe@far.example", "To: anna+x@home.example\n", TRUE },
  { "cc", "zoe@far.example", "To: bert@home.example\nCc: x@y.example, ANNA@home.example\n", TRUE },
  { "resent", "zoe@far.example", "To: bert@home.example\nResent-To: anna@home.example\n", TRUE },
  { "not-automatic", "zoe@far.example", "Auto-Submitted: no\n" TO_ANNA, TRUE },
  { "not-automatic-comment", "zoe@far.example", "Auto-Submitted: no (really)\n" TO_ANNA, TRUE },
  { "high-precedence", "zoe@far.example", "Precedence: first-class\n" TO_ANNA, TRUE },
  { "colleague", "bert@home.example", TO_ANNA, TRUE },
  { "request-elsewhere", "requests@far.example", TO_ANNA, TRUE },

  { "null-sender", "", TO_ANNA, FALSE },
  { "no-domain", "root", TO_ANNA, FALSE },
  { "oneself", "Anna@home.example", TO_ANNA, FALSE },
  { "own-alias", "anna.l@home.example", TO_ANNA, FALSE },
  { "mailer-daemon", "MAILER-DAEMON@far.example", TO_ANNA, FALSE },
  { "owner", "owner-garden@far.example", TO_ANNA, FALSE },
  { "request", "garden-request@far.example", TO_ANNA, FALSE },
  { "bounces", "garden-bounces@far.example", TO_ANNA, FALSE },
  { "verp", "garden-bounces+anna=home.example@far.example", TO_ANNA, FALSE },
  { "listserv", "LISTSERV@far.example", TO_ANNA, FALSE },
  { "no-reply", "no-reply@far.example", TO_ANNA, FALSE },
  { "not-addressed", "zoe@far.example", "To: everybody@far.example\nSubject: x\n", FALSE },
  { "no-to", "zoe@far.example", "Subject: x\n", FALSE },
  { "bcc-to-others", "zoe@far.example", "To: anna@far.example\n", FALSE },
  { "list-id", "zoe@far.example", "List-Id: <garden.far.example>\n" TO_ANNA, FALSE },
  { "list-unsubscribe", "zoe@far.example", "List-Unsubscribe: <https://far.example>\n" TO_ANNA, FALSE },
  { "list-post", "zoe@far.example", "list-post: NO\n" TO_ANNA, FALSE },
  { "auto-generated", "zoe@far.example", "Auto-Submitted: auto-generated\n" TO_ANNA, FALSE },
  { "auto-replied", "zoe@far.example", "auto-submitted: Auto-Replied\n" TO_ANNA, FALSE },
  { "auto-twice", "zoe@far.example", "Auto-Submitted: no\nAuto-Submitted: auto-notified\n" TO_ANNA, FALSE },
  { "auto-unknown", "zoe@far.example", "Auto-Submitted: nothing\n" TO_ANNA, FALSE },
  { "bulk", "zoe@far.example", "Precedence: bulk\n" TO_ANNA, FALSE },
  { "list", "zoe@far.example", "Precedence: List\n" TO_ANNA, FALSE },
  { "junk", "zoe@far.example", "precedence:junk\n" TO_ANNA, FALSE },
  { "suppressed", "zoe@far.example", "X-Auto-Response-Suppress: DR, OOF, AutoReply\n" TO_ANNA, FALSE },
  { "report", "zoe@far.example", "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n" TO_ANNA, FALSE },
};

static void
setup (Fixture *self, gconstpointer data)
{
  static const char *const aliases[] = { "anna.l@home.example", NULL };
  g_autoptr (IntimailPerson) anna = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end = NULL;
  g_autofree char *program = NULL;

  fixture_setup (self, data);
  anna = intimail_directory_lookup_person (intimail_site_get_directory (self->site), "anna", NULL, &error);
  intimail_person_set_aliases (anna, aliases);
  intimail_directory_update_person (intimail_site_get_directory (self->site), anna, NULL, &error);
  g_assert_no_error (error);
  end = g_strdup_printf ("cat > %s/message; echo >> %s/calls", self->folder, self->folder);
  program = make_program (self, end);
  set_transport (self, "sendmail", program);
}

static void
set_vacation (Fixture *self, const char *uid, const char *members)
{
  g_autofree char *folder = g_build_filename (self->folder, "mail", uid, NULL);
  g_autofree char *path = g_build_filename (folder, "intimail.rules", NULL);
  g_autofree char *json = g_strdup_printf ("{\"vacation\":{%s}}", members);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  test_support_write_file (path, json);
}

static guint
count_calls (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "calls", NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  return g_file_get_contents (path, &text, &length, NULL) ? (guint) length : 0;
}

static void
deliver_to (Fixture *self, const char *sender, const char *recipient, const char *header, gboolean confirmed)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, sender);
  g_autofree char *text = g_strconcat (header, BODY, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  intimail_delivery_await_confirmation (delivery);
  intimail_delivery_add_recipient (delivery, recipient, 0, NULL, &error);
  intimail_delivery_write (delivery, bytes, NULL, &error);
  intimail_delivery_finish (delivery, NULL, &error);
  g_assert_no_error (error);
  if (confirmed)
    intimail_delivery_confirm (delivery);
}

static void
deliver (Fixture *self, const char *sender, const char *header)
{
  deliver_to (self, sender, "anna@home.example", header, TRUE);
}

static void
forget_senders (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "mail/anna/intimail.vacation", NULL);

  g_unlink (path);
}

/* Each by a delivery, and by what the rules say of it. */
static void
test_cases (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) anna = intimail_directory_lookup_person (intimail_site_get_directory (fixture->site), "anna", NULL, NULL);
  guint n_calls = 0;

  set_vacation (fixture, "anna", "\"enabled\":true,\"text\":\"Away\"");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *stored = g_strdup_printf ("Return-Path: <%s>\n%s%s", cases[i].sender, cases[i].header, BODY);
      g_autoptr (GBytes) message = g_bytes_new (stored, strlen (stored));
      g_autoptr (IntimailAccount) account = intimail_site_get_account (fixture->site, anna, NULL);
      g_autoptr (IntimailRuleSet) set = intimail_rule_set_load (account, NULL, NULL);
      g_autoptr (IntimailRuleOutcome) outcome = NULL;

      forget_senders (fixture);
      g_test_message ("%s", cases[i].name);
      outcome = intimail_rule_set_test (set, fixture->site, anna, message, NULL, NULL);
      g_test_message ("%s", intimail_rule_outcome_get_step_reason (outcome, 0));
      g_assert_cmpint (intimail_rule_outcome_is_answered (outcome), ==, cases[i].answered);
      deliver (fixture, cases[i].sender, cases[i].header);
      n_calls += cases[i].answered;
      g_assert_cmpuint (count_calls (fixture), ==, n_calls);
    }
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, G_N_ELEMENTS (cases));
}

static IntimailMessage *
load_answer (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "message", NULL);
  g_autoptr (GBytes) bytes = test_support_read_file (path);
  g_autoptr (GError) error = NULL;
  IntimailMessage *message = intimail_message_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  return message;
}

static void
assert_field (IntimailMessage *message, const char *name, const char *wanted)
{
  g_autofree char *text = intimail_message_get_field (message, name);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailMessage) answer = NULL;
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  set_vacation (fixture, "anna", "\"enabled\":true,\"subject\":\"Je suis \xc3\xa0 la mer\",\"text\":\"Bis Montag\"");
  deliver (fixture, "zoe@far.example", "From: Zoe <zoe@far.example>\nReply-To: other@far.example\nTo: anna.l@home.example\nSubject: Lunch\nMessage-ID: <1@far.example>\nReferences: <0@far.example>\n");
  assert_file (fixture, "arguments", "-i\n-f\n\n--\nzoe@far.example\n");
  answer = load_answer (fixture);
  assert_field (answer, "From", "anna <anna.l@home.example>");
  /* Who gets reports, and not whom the message names (RFC 3834 section 4). */
  assert_field (answer, "To", "zoe@far.example");
  assert_field (answer, "Subject", "Je suis \xc3\xa0 la mer");
  assert_field (answer, "Auto-Submitted", "auto-replied");
  assert_field (answer, "In-Reply-To", "<1@far.example>");
  assert_field (answer, "References", "<0@far.example> <1@far.example>");
  assert_field (answer, "X-Auto-Response-Suppress", "All");
  id = intimail_message_get_field (answer, "Message-ID");
  g_assert_nonnull (id);
  text = intimail_message_get_preview (answer);
  g_assert_cmpstr (text, ==, "Bis Montag");
}

/* Without words of one's own; with a subject that would begin a field. */
static void
test_default_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailMessage) answer = NULL;
  g_autofree char *text = NULL;

  set_vacation (fixture, "anna", "\"enabled\":true");
  deliver (fixture, "zoe@far.example", "To: anna@home.example\nSubject: =?utf-8?q?Lunch=0D=0ABcc:_x=40y.example?=\n");
  answer = load_answer (fixture);
  assert_field (answer, "Bcc", NULL);
  text = intimail_message_get_field (answer, "Subject");
  g_assert_true (g_str_has_prefix (text, "Auto: Lunch"));
  g_clear_pointer (&text, g_free);
  text = intimail_message_get_preview (answer);
  g_assert_true (g_str_has_prefix (text, "I am away"));
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  set_vacation (fixture, "anna", "\"enabled\":true,\"text\":\"Away\"");
  deliver (fixture, "zoe@far.example", TO_ANNA);
  deliver (fixture, "ZOE@far.example", TO_ANNA "X-Number: 2\n");
  g_assert_cmpuint (count_calls (fixture), ==, 1);
  deliver (fixture, "bert@home.example", TO_ANNA);
  g_assert_cmpuint (count_calls (fixture), ==, 2);
  g_clear_object (&fixture->site);
  fixture_open (fixture);
  deliver (fixture, "zoe@far.example", TO_ANNA "X-Number: 3\n");
  g_assert_cmpuint (count_calls (fixture), ==, 2);

  /* Another answer is news for everybody. */
  set_vacation (fixture, "anna", "\"enabled\":true,\"text\":\"Still away\"");
  deliver (fixture, "zoe@far.example", TO_ANNA "X-Number: 4\n");
  g_assert_cmpuint (count_calls (fixture), ==, 3);
}

/* The sender of the message asks again: no second answer. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  set_vacation (fixture, "anna", "\"enabled\":true");
  for (guint i = 0; i < 3; i++)
    deliver_to (fixture, "zoe@far.example", "anna@home.example", TO_ANNA, i == 2);
  g_assert_cmpuint (count_calls (fixture), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
}

static void
test_period (Fixture *fixture, gconstpointer data)
{
  set_vacation (fixture, "anna", "\"enabled\":true,\"until\":\"2001-01-01T00:00:00Z\"");
  deliver (fixture, "zoe@far.example", TO_ANNA);
  set_vacation (fixture, "anna", "\"enabled\":true,\"from\":\"2901-01-01T00:00:00Z\"");
  deliver (fixture, "zoe@far.example", TO_ANNA);
  set_vacation (fixture, "anna", "\"enabled\":false");
  deliver (fixture, "zoe@far.example", TO_ANNA);
  g_assert_cmpuint (count_calls (fixture), ==, 0);
}

/* The message is there all the same, and the next one gets the answer. */
static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  g_autofree char *failing = make_program (fixture, "exit 75");
  g_autofree char *end = g_strdup_printf ("cat > %s/message; echo >> %s/calls", fixture->folder, fixture->folder);
  g_autofree char *working = NULL;

  set_vacation (fixture, "anna", "\"enabled\":true");
  deliver (fixture, "zoe@far.example", TO_ANNA);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  working = make_program (fixture, end);
  deliver (fixture, "zoe@far.example", TO_ANNA);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
  g_assert_cmpuint (count_calls (fixture), ==, 1);
}

/* Two who are away write to each other: one answer, and none to the answer. */
static void
test_two (Fixture *fixture, gconstpointer data)
{
  set_transport (fixture, "local", NULL);
  set_vacation (fixture, "anna", "\"enabled\":true");
  set_vacation (fixture, "bert", "\"enabled\":true");
  deliver_to (fixture, "bert@home.example", "anna@home.example", "From: bert@home.example\n" TO_ANNA, TRUE);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
}

static void
test_senders (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailVacation) vacation = intimail_vacation_new ();
  g_autoptr (IntimailPerson) anna = intimail_directory_lookup_person (intimail_site_get_directory (fixture->site), "anna", NULL, NULL);
  g_autoptr (IntimailAccount) account = intimail_site_get_account (fixture->site, anna, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "mail/anna/intimail.vacation", NULL);
  const gint64 day = 24 * 60 * 60;
  const gint64 now = 1893456000;
  g_autoptr (GBytes) bytes = NULL;
  gboolean had;

  intimail_vacation_set_days (vacation, 2);
#define CHECK(key, time, take, wanted)                                                                          \
  G_STMT_START                                                                                                  \
  {                                                                                                             \
    g_autoptr (GError) error = NULL;                                                                            \
    g_assert_true (intimail_vacation_senders_check (account, vacation, key, now + (time), take, &had, &error)); \
    g_assert_no_error (error);                                                                                  \
    g_assert_cmpint (had, ==, wanted);                                                                          \
  }                                                                                                             \
  G_STMT_END
  CHECK ("a@b.example", 0, FALSE, FALSE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  CHECK ("a@b.example", 0, TRUE, FALSE);
  CHECK ("a@b.example", 1, TRUE, TRUE);
  CHECK ("a@b.example", 2 * day - 1, TRUE, TRUE);
  CHECK ("a@b.example", 2 * day, TRUE, FALSE);
  /* The clock was set back. */
  CHECK ("a@b.example", -10 * day, TRUE, FALSE);

  /* Half a line, and rubbish. */
  test_support_write_file (path, "{\"format\":\"intimail-vac");
  CHECK ("a@b.example", 0, TRUE, FALSE);
  CHECK ("a@b.example", 0, TRUE, TRUE);
  test_support_write_file (path, "rubbish\n\n{}\n");
  CHECK ("a@b.example", 0, TRUE, FALSE);

  for (guint i = 0; i < INTIMAIL_VACATION_MAX_SENDERS - 1; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u@b.example", i);

      CHECK (key, 0, TRUE, FALSE);
    }
  CHECK ("one.more@b.example", 0, TRUE, TRUE);
  bytes = test_support_read_file (path);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 100 * 1024);
  CHECK ("one.more@b.example", 2 * day, TRUE, FALSE);
#undef CHECK
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/vacation/" name, Fixture, NULL, setup, function, fixture_teardown)
  ADD ("cases", test_cases);
  ADD ("answer", test_answer);
  ADD ("default-answer", test_default_answer);
  ADD ("once", test_once);
  ADD ("again", test_again);
  ADD ("period", test_period);
  ADD ("trouble", test_trouble);
  ADD ("two", test_two);
  ADD ("senders", test_senders);
#undef ADD

  return g_test_run ();
}
