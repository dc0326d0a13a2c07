/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What rules make of a message on its way to people.
 */

#include "delivery-fixture.h"

#include "delivery/intimail-rule-set-private.h"

#define MESSAGE "From: zoe@far.example\nTo: anna@home.example\nSubject: Tomatoes\nMessage-ID: <1@far.example>\n\nhello\n"

#define RULES(rules) "{\"rules\":[" rules "]}"
#define TOMATOES "\"conditions\":[{\"field\":\"subject\",\"test\":\"contains\",\"value\":\"tomato\"}]"

static void
setup (Fixture *self, gconstpointer data)
{
  g_autofree char *end = NULL;
  g_autofree char *program = NULL;

  fixture_setup (self, data);
  end = g_strdup_printf ("cat > %s/message; echo >> %s/calls", self->folder, self->folder);
  program = make_program (self, end);
  set_transport (self, "sendmail", program);
}

static void
set_rules (Fixture *self, const char *uid, const char *json)
{
  g_autofree char *folder = g_build_filename (self->folder, "mail", uid, NULL);
  g_autofree char *path = g_build_filename (folder, "intimail.rules", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  test_support_write_file (path, json);
}

static void
set_spam_fields (Fixture *self, const char *fields)
{
  g_autofree char *path = g_build_filename (self->folder, "intimail.conf", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, &error);
  g_key_file_set_string (file, "deliver", "spam-fields", fields);
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
  g_clear_object (&self->site);
  fixture_open (self);
}

static guint
count_calls (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "calls", NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  return g_file_get_contents (path, &text, &length, NULL) ? (guint) length : 0;
}

static char *
load_sent (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "message", NULL);
  g_autoptr (GBytes) bytes = test_support_read_file (path);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* "ok", or an enhanced status. */
static char *
deliver_to (Fixture *self, const char *sender, const char *const *recipients, const char *message, gboolean confirmed)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, sender);
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (GError) error = NULL;

  intimail_delivery_await_confirmation (delivery);
  for (gsize i = 0; recipients[i] != NULL; i++)
    {
      intimail_delivery_add_recipient (delivery, recipients[i], 0, NULL, &error);
      g_assert_no_error (error);
    }
  intimail_delivery_write (delivery, bytes, NULL, &error);
  intimail_delivery_finish (delivery, NULL, &error);
  if (confirmed)
    intimail_delivery_confirm (delivery);

  return g_strdup (error != NULL ? intimail_error_get_enhanced_status (error) : "ok");
}

static void
assert_delivers (Fixture *self, const char *message, const char *wanted)
{
  static const char *const anna[] = { "anna@home.example", NULL };
  g_autofree char *result = deliver_to (self, "zoe@far.example", anna, message, TRUE);

  g_assert_cmpstr (result, ==, wanted);
}

/* How many messages a mailbox of anna's has, and the flags of the last. */
static guint
count_in (Fixture *self, const char *folder, const char **letters)
{
  g_autofree char *cur = g_build_filename (folder, "cur", NULL);
  g_autofree char *new = g_build_filename (folder, "new", NULL);
  g_autoptr (GPtrArray) seen = list_folder (self, "anna", cur);
  g_autoptr (GPtrArray) unseen = list_folder (self, "anna", new);

  if (letters != NULL)
    *letters = seen->len > 0 ? g_intern_string (strstr (seen->pdata[0], ":2,")) : "";
  return seen->len + unseen->len;
}

static void
create_mailbox (Fixture *self, const char *name)
{
  g_autoptr (IntimailPerson) anna = intimail_directory_lookup_person (intimail_site_get_directory (self->site), "anna", NULL, NULL);
  g_autoptr (IntimailAccount) account = intimail_site_get_account (self->site, anna, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_create_mailbox (account, name, NULL, NULL, &error);

  g_assert_no_error (error);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  const char *letters;

  create_mailbox (fixture, "Garden");
  set_rules (fixture, "anna",
             RULES ("{\"name\":\"mark\"," TOMATOES ",\"keywords\":[\"$flagged\"]},"
                    "{\"name\":\"garden\"," TOMATOES ",\"mailbox\":\"Garden\",\"keywords\":[\"$seen\"]},"
                    "{\"name\":\"trash\"," TOMATOES ",\"mailbox\":\"trash\"}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, ".Garden", &letters), ==, 1);
  g_assert_cmpstr (letters, ==, ":2,FS");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 0);
  assert_delivers (fixture, "Subject: Beans\n\nhello\n", "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);
  g_assert_cmpuint (count_calls (fixture), ==, 0);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  set_rules (fixture, "anna",
             RULES ("{\"name\":\"off\",\"enabled\":false,\"stop\":true},"
                    "{\"name\":\"last\",\"keywords\":[\"$seen\"],\"stop\":true},"
                    "{\"name\":\"never\",\"mailbox\":\"trash\",\"forward\":[\"zoe@far.example\"]}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);
  g_assert_cmpuint (count_calls (fixture), ==, 0);
}

static void
test_trash (Fixture *fixture, gconstpointer data)
{
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"mailbox\":\"trash\",\"forward\":[\"zoe@far.example\"],\"keep\":false}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, ".Trash", NULL), ==, 1);
  g_assert_cmpuint (count_calls (fixture), ==, 0);
}

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  n_warnings += (level & G_LOG_LEVEL_WARNING) != 0;
  return G_LOG_WRITER_HANDLED;
}

/* Nothing that is wrong with rules costs a message. */
static void
test_wrong_rules (Fixture *fixture, gconstpointer data)
{
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"mailbox\":\"Nowhere\"}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);

  set_rules (fixture, "anna", "{\"rules\":[{\"name\":\"x\",\"mailbox\":\"trash\"}");
  assert_delivers (fixture, MESSAGE, "ok");
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 3);
}

/* One person's rules are no other's. */
static void
test_each_alone (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "anna@home.example", "bert@home.example", NULL };
  g_autofree char *result = NULL;

  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"mailbox\":\"trash\"}"));
  result = deliver_to (fixture, "zoe@far.example", two, MESSAGE, TRUE);
  g_assert_cmpstr (result, ==, "ok");
  g_assert_cmpuint (count_in (fixture, ".Trash", NULL), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
}

static void
test_forward (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "anna@home.example", "bert@home.example", NULL };
  g_autofree char *sent = NULL;
  g_autofree char *again = NULL;
  g_autofree char *result = NULL;

  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\",\"two@far.example\"]},"
                                     "{\"name\":\"y\",\"forward\":[\"two@far.example\"]}"));
  assert_delivers (fixture, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\nzoe@far.example\n--\none@far.example\ntwo@far.example\n");
  sent = load_sent (fixture);
  g_assert_true (g_str_has_prefix (sent, "Delivered-To: anna@home.example\nReceived: by mail.home.example"));
  g_assert_true (g_str_has_suffix (sent, MESSAGE));
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);

  /* Also where several get it, it is known again. */
  result = deliver_to (fixture, "zoe@far.example", two, MESSAGE, TRUE);
  again = load_sent (fixture);
  g_assert_true (g_str_has_prefix (again, "Delivered-To: anna@home.example\nReceived: by mail.home.example"));
  g_assert_cmpuint (count_calls (fixture), ==, 2);
}

/* Rules add up, and the sum has a limit too. */
static void
test_forward_limit (Fixture *fixture, gconstpointer data)
{
  set_rules (fixture, "anna",
             RULES ("{\"name\":\"x\",\"forward\":[\"1@f.example\",\"2@f.example\",\"3@f.example\",\"4@f.example\",\"5@f.example\",\"6@f.example\"]},"
                    "{\"name\":\"y\",\"forward\":[\"6@f.example\",\"7@f.example\",\"8@f.example\",\"9@f.example\",\"10@f.example\",\"11@f.example\"]}"));
  assert_delivers (fixture, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\nzoe@far.example\n--\n1@f.example\n2@f.example\n3@f.example\n4@f.example\n5@f.example\n"
                                     "6@f.example\n7@f.example\n8@f.example\n9@f.example\n10@f.example\n");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);
}

static void
test_forward_alone (Fixture *fixture, gconstpointer data)
{
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"],\"keep\":false}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 0);
  g_assert_cmpuint (count_calls (fixture), ==, 1);

  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"],\"keep\":false},{\"name\":\"y\",\"mailbox\":\"archive\"}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, ".Archive", NULL), ==, 1);
}

static void
test_loop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) hops = g_string_new (NULL);

  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"],\"keep\":false}"));
  assert_delivers (fixture, "Received: by far.example\nDelivered-To: Anna+x@HOME.example\n" MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);
  for (guint i = 0; i < 51; i++)
    g_string_append (hops, "Received: by far.example\n");
  g_string_append (hops, MESSAGE);
  assert_delivers (fixture, hops->str, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 2);
  g_assert_cmpuint (count_calls (fixture), ==, 0);
  assert_delivers (fixture, "Received: by far.example\nDelivered-To: bert@home.example\n" MESSAGE, "ok");
  g_assert_cmpuint (count_calls (fixture), ==, 1);
}

/* What fails for now is asked for again; what fails for good is kept. */
static void
test_forward_fails (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *end;
    const char *result;
    guint n_kept;
  } cases[] = {
    { "cat > /dev/null; exit 75", "4.3.0", 0 },
    { "cat > /dev/null; exit 71", "4.3.0", 0 },
    /* It may have got away, and must not go out twice. */
    { "cat > /dev/null; kill -9 $$", "ok", 1 },
    { "cat > /dev/null; exit 67", "ok", 2 },
    { "cat > /dev/null; exit 65", "ok", 3 },
    { "cat > /dev/null; exit 77", "ok", 4 },
  };

  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"],\"keep\":false}"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *program = make_program (fixture, cases[i].end);

      g_test_message ("%s", cases[i].end);
      assert_delivers (fixture, MESSAGE, cases[i].result);
      g_assert_cmpuint (count_in (fixture, "", NULL), ==, cases[i].n_kept);
    }
}

/* The sender did not hear of it and asks again: nothing goes out twice, whether the
 * process lives on or not. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  static const char *const anna[] = { "anna@home.example", NULL };
  const char *const rules[] = {
    RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"]}"),
    RULES ("{\"name\":\"longer\",\"forward\":[\"one@far.example\"],\"keep\":false}"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autofree char *message = g_strdup_printf ("X-Number: %u\n%s", i, MESSAGE);

      set_rules (fixture, "anna", rules[i]);
      for (guint j = 0; j < 4; j++)
        {
          g_autofree char *result = deliver_to (fixture, "zoe@far.example", anna, message, j == 3);

          g_assert_cmpstr (result, ==, "ok");
          if (j == 1)
            {
              g_clear_object (&fixture->site);
              fixture_open (fixture);
            }
        }
      g_assert_cmpuint (count_calls (fixture), ==, 2 * i + 1);
      g_assert_cmpuint (count_in (fixture, "", NULL), ==, 1);

      /* It is known now: the same bytes are another message. */
      assert_delivers (fixture, message, "ok");
      g_assert_cmpuint (count_calls (fixture), ==, 2 * i + 2);
      if (i == 0)
        {
          g_autoptr (GPtrArray) names = list_folder (fixture, "anna", "new");

          g_assert_cmpuint (names->len, ==, 2);
          g_assert_cmpint (g_unlink (names->pdata[0]), ==, 0);
        }
    }
}

/* The mail server has it, but here there is no room for now: sent on once in all. */
static void
test_again_after_failure (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = g_build_filename (fixture->folder, "mail/anna/new", NULL);
  g_autofree char *aside = g_build_filename (fixture->folder, "mail/anna/aside", NULL);

  assert_delivers (fixture, "Subject: first\n\n", "ok");
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"]}"));
  g_assert_cmpint (g_rename (inbox, aside), ==, 0);
  test_support_write_file (inbox, "in the way");
  assert_delivers (fixture, MESSAGE, "4.3.0");
  g_assert_cmpuint (count_calls (fixture), ==, 1);
  g_assert_cmpint (g_unlink (inbox), ==, 0);
  g_assert_cmpint (g_rename (aside, inbox), ==, 0);
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_calls (fixture), ==, 1);
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 2);
}

/* On a site without a mail server: round and round it goes once. */
static void
test_local_loop (Fixture *fixture, gconstpointer data)
{
  set_transport (fixture, "local", NULL);
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"bert@home.example\"]}"));
  set_rules (fixture, "bert", RULES ("{\"name\":\"x\",\"forward\":[\"anna@home.example\"],\"keep\":false}"));
  assert_delivers (fixture, MESSAGE, "ok");
  /* As it came, and as it came back. */
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 2);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 0);

  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"full@home.example\"],\"keep\":false}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 3);

  /* Who is refused costs no other one the mail, and the mail is kept for them. */
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"full@home.example\",\"carl@home.example\"],\"keep\":false}"));
  assert_delivers (fixture, MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, 4);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 1);
}

static void
test_junk (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *field;
    gboolean junk;
  } cases[] = {
    { "X-Spam: Yes\n", TRUE },
    { "X-Spam-Flag: YES\n", TRUE },
    { "x-spam-status: Yes, score=15.2 required=5\n", TRUE },
    { "X-Spam: no\n", FALSE },
    { "X-Spam-Status: No, score=0.1\n", FALSE },
    { "X-Spam-Flag: NO\nX-Spam-Flag: YES\n", TRUE },
    { "X-Other: yes\n", FALSE },
  };
  guint n_junk = 0;
  guint n_inbox = 0;

  /* Without a filter of ours, the words of others. */
  assert_delivers (fixture, "X-Spam: Yes\n" MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, ++n_inbox);
  set_spam_fields (fixture, "X-Spam;X-Spam-Flag;X-Spam-Status");
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\",\"forward\":[\"one@far.example\"]}"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *message = g_strconcat (cases[i].field, MESSAGE, NULL);

      g_test_message ("%s", cases[i].field);
      assert_delivers (fixture, message, "ok");
      n_junk += cases[i].junk;
      n_inbox += !cases[i].junk;
      g_assert_cmpuint (count_in (fixture, ".Junk", NULL), ==, n_junk);
      g_assert_cmpuint (count_in (fixture, "", NULL), ==, n_inbox);
      g_assert_cmpuint (count_calls (fixture), ==, n_inbox - 1);
    }

  /* A person's word counts more; and who does not want it. */
  set_rules (fixture, "anna", RULES ("{\"name\":\"x\"," TOMATOES ",\"mailbox\":\"inbox\"}"));
  assert_delivers (fixture, "X-Spam: Yes\n" MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, ++n_inbox);
  set_rules (fixture, "anna", "{\"junk\":false}");
  assert_delivers (fixture, "X-Spam: Yes\n" MESSAGE, "ok");
  g_assert_cmpuint (count_in (fixture, "", NULL), ==, ++n_inbox);
}

static void
test_outcome (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) anna = intimail_directory_lookup_person (intimail_site_get_directory (fixture->site), "anna", NULL, NULL);
  g_autoptr (GBytes) message = g_bytes_new_static (MESSAGE, strlen (MESSAGE));
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleOutcome) outcome = NULL;
  g_autoptr (GString) steps = g_string_new (NULL);
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_parse (
      RULES ("{\"name\":\"beans\",\"conditions\":[{\"field\":\"subject\",\"test\":\"contains\",\"value\":\"beans\"}]},"
             "{\"name\":\"nowhere\"," TOMATOES ",\"mailbox\":\"Nowhere\",\"keywords\":[\"$seen\"],\"forward\":[\"one@far.example\"]},"
             "{\"name\":\"all\",\"stop\":true},"
             "{\"name\":\"late\"}"),
      "", &error);

  g_assert_no_error (error);
  outcome = intimail_rule_set_test (set, fixture->site, anna, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (intimail_rule_outcome_get_mailbox_id (outcome));
  g_assert_cmpstr (intimail_rule_outcome_get_keywords (outcome)[0], ==, "$seen");
  g_assert_cmpstr (intimail_rule_outcome_get_forwards (outcome)[0], ==, "one@far.example");
  g_assert_true (intimail_rule_outcome_is_kept (outcome));
  g_assert_false (intimail_rule_outcome_is_answered (outcome));
  for (guint i = 0; i < intimail_rule_outcome_get_n_steps (outcome); i++)
    g_string_append_printf (steps, "%s %s: %s\n", intimail_rule_outcome_get_step_matched (outcome, i) ? "+" : "-",
                            intimail_rule_outcome_get_step_name (outcome, i), intimail_rule_outcome_get_step_reason (outcome, i));
  g_assert_cmpstr (steps->str, ==,
                   "- beans: not so: subject contains \"beans\"\n"
                   "+ nowhere: every condition is met\n"
                   "+ all: it is for every message\n"
                   "- late: not looked at: a rule before it ends here\n"
                   "- nowhere: it stays in the inbox: there is no mailbox \"Nowhere\"\n"
                   "- vacation: it is switched off\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

#define ADD(name, function) g_test_add ("/delivery-rules/" name, Fixture, NULL, setup, function, fixture_teardown)
  ADD ("file", test_file);
  ADD ("stop", test_stop);
  ADD ("trash", test_trash);
  ADD ("wrong-rules", test_wrong_rules);
  ADD ("each-alone", test_each_alone);
  ADD ("forward", test_forward);
  ADD ("forward-limit", test_forward_limit);
  ADD ("forward-alone", test_forward_alone);
  ADD ("loop", test_loop);
  ADD ("forward-fails", test_forward_fails);
  ADD ("again", test_again);
  ADD ("again-after-failure", test_again_after_failure);
  ADD ("local-loop", test_local_loop);
  ADD ("junk", test_junk);
  ADD ("outcome", test_outcome);
#undef ADD

  return g_test_run ();
}
