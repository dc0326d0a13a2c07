/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include <intimail/intimail.h>

#include "delivery/intimail-rule-set-private.h"
#include "test-support.h"

#define FULL                                                                                            \
  "{\n"                                                                                                 \
  "  \"version\": 1,\n"                                                                                 \
  "  \"rules\": [\n"                                                                                    \
  "    {\n"                                                                                             \
  "      \"name\": \"Garden\",\n"                                                                       \
  "      \"enabled\": false,\n"                                                                         \
  "      \"match\": \"any\",\n"                                                                         \
  "      \"conditions\": [\n"                                                                           \
  "        {\"field\": \"list-id\", \"test\": \"contains\", \"value\": \"gard\xc3\xa9n \\\"x\\\"\"},\n" \
  "        {\"field\": \"size\", \"not\": true, \"test\": \"over\", \"value\": 1000000},\n"             \
  "        {\"field\": \"header:x-foo\", \"test\": \"exists\"}],\n"                                     \
  "      \"mailbox\": \"Lists/Garden\",\n"                                                              \
  "      \"keywords\": [\"$seen\", \"garden\"],\n"                                                      \
  "      \"forward\": [\"zoe@far.example\"],\n"                                                         \
  "      \"keep\": false,\n"                                                                            \
  "      \"stop\": true\n"                                                                              \
  "    },\n"                                                                                            \
  "    {\n"                                                                                             \
  "      \"name\": \"Rest\",\n"                                                                         \
  "      \"match\": \"all\",\n"                                                                         \
  "      \"conditions\": []\n"                                                                          \
  "    }\n"                                                                                             \
  "  ],\n"                                                                                              \
  "  \"vacation\": {\n"                                                                                 \
  "    \"enabled\": true,\n"                                                                            \
  "    \"from\": \"2030-01-01T00:00:00Z\",\n"                                                           \
  "    \"until\": \"2030-01-15T12:30:00Z\",\n"                                                          \
  "    \"subject\": \"Away\",\n"                                                                        \
  "    \"text\": \"Back\\nsoon\",\n"                                                                    \
  "    \"html\": \"<p>Back</p>\",\n"                                                                    \
  "    \"days\": 3\n"                                                                                   \
  "  },\n"                                                                                              \
  "  \"junk\": false\n"                                                                                 \
  "}\n"

typedef struct
{
  char *folder;
  IntimailAccount *account;
} Fixture;

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = test_support_make_folder ("rule-set");
  self->account = intimail_account_new (self->folder);
  intimail_account_open (self->account, NULL, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  test_support_assert_finalized (self->account);
  test_support_remove_folder (self->folder);
  g_free (self->folder);
}

static void
write_rules (Fixture *self, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, "intimail.rules", NULL);

  test_support_write_file (path, text);
}

static void
test_document (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_parse (FULL, "", &error);
  g_autofree char *json = NULL;
  g_autoptr (GPtrArray) rules = NULL;
  g_autoptr (GPtrArray) conditions = NULL;
  IntimailRule *rule;
  IntimailVacation *vacation;

  g_assert_no_error (error);
  json = intimail_rule_set_to_json (set);
  g_assert_cmpstr (json, ==, FULL);

  rules = intimail_rule_set_get_rules (set);
  g_assert_cmpuint (rules->len, ==, 2);
  rule = rules->pdata[0];
  g_assert_cmpstr (intimail_rule_get_name (rule), ==, "Garden");
  g_assert_false (intimail_rule_get_enabled (rule));
  g_assert_true (intimail_rule_get_matches_any (rule));
  g_assert_true (intimail_rule_get_stops (rule));
  g_assert_false (intimail_rule_get_keeps_copy (rule));
  g_assert_cmpstr (intimail_rule_get_mailbox (rule), ==, "Lists/Garden");
  g_assert_cmpstr (intimail_rule_get_keywords (rule)[1], ==, "garden");
  g_assert_cmpstr (intimail_rule_get_forwards (rule)[0], ==, "zoe@far.example");
  conditions = intimail_rule_get_conditions (rule);
  g_assert_cmpuint (conditions->len, ==, 3);
  g_assert_cmpstr (intimail_rule_condition_get_value (conditions->pdata[1]), ==, "1000000");
  g_assert_true (intimail_rule_set_lookup_rule (set, "Rest") == rules->pdata[1]);
  g_assert_null (intimail_rule_set_lookup_rule (set, "rest"));
  g_assert_false (intimail_rule_set_get_files_junk (set));

  vacation = intimail_rule_set_get_vacation (set);
  g_assert_true (intimail_vacation_get_enabled (vacation));
  g_assert_cmpint (intimail_vacation_get_start (vacation), ==, 1893456000);
  g_assert_cmpint (intimail_vacation_get_end (vacation), ==, 1894710600);
  g_assert_cmpstr (intimail_vacation_get_subject (vacation), ==, "Away");
  g_assert_cmpstr (intimail_vacation_get_text (vacation), ==, "Back\nsoon");
  g_assert_cmpstr (intimail_vacation_get_html (vacation), ==, "<p>Back</p>");
  g_assert_cmpuint (intimail_vacation_get_days (vacation), ==, 3);
  g_assert_false (intimail_vacation_is_active (vacation, 1893455999));
  g_assert_true (intimail_vacation_is_active (vacation, 1893456000));
  g_assert_false (intimail_vacation_is_active (vacation, 1894710600));
}

/* What is left out is as it is by default. */
static void
test_short_document (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_parse (" {\"rules\":[{\"name\":\"x\"}]} ", "", &error);
  IntimailRule *rule;

  g_assert_no_error (error);
  rule = intimail_rule_set_lookup_rule (set, "x");
  g_assert_true (intimail_rule_get_enabled (rule));
  g_assert_false (intimail_rule_get_matches_any (rule));
  g_assert_false (intimail_rule_get_stops (rule));
  g_assert_true (intimail_rule_get_keeps_copy (rule));
  g_assert_true (intimail_rule_set_get_files_junk (set));
  g_assert_false (intimail_vacation_get_enabled (intimail_rule_set_get_vacation (set)));
  g_assert_cmpuint (intimail_vacation_get_days (intimail_rule_set_get_vacation (set)), ==, 7);
}

static void
test_wrong_documents (void)
{
  static const struct
  {
    const char *json;
    int code;
    const char *says;
  } wrong[] = {
    { "", INTIMAIL_ERROR_INVALID_ARGUMENT, "" },
    { "[]", INTIMAIL_ERROR_INVALID_ARGUMENT, "no object" },
    { "{\"rules\":[]} x", INTIMAIL_ERROR_INVALID_ARGUMENT, "byte" },
    { "{\"rules\":[],\"rules\":[]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "" },
    { "{\"rule\":[]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"rule\" is not known" },
    { "{\"version\":2}", INTIMAIL_ERROR_INVALID_ARGUMENT, "version 1" },
    { "{\"rules\":{}}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"rules\": it is no array" },
    { "{\"rules\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", INTIMAIL_ERROR_EXISTS, "rule 2" },
    { "{\"rules\":[{}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "rule 1: the name" },
    { "{\"rules\":[{\"name\":\"a\\nb\"}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "the name" },
    { "{\"rules\":[{\"name\":\"a\",\"enabled\":1}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"enabled\": it is neither" },
    { "{\"rules\":[{\"name\":\"a\",\"match\":\"some\"}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"match\"" },
    { "{\"rules\":[{\"name\":\"a\",\"match\":1}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"match\"" },
    { "{\"rules\":[{\"name\":\"a\",\"mailbox\":null}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"mailbox\": it is no string" },
    { "{\"rules\":[{\"name\":\"a\",\"keywords\":[\"a b\"]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "keyword" },
    { "{\"rules\":[{\"name\":\"a\",\"keywords\":[1]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "array of strings" },
    { "{\"rules\":[{\"name\":\"a\",\"forward\":[\"-oQ/tmp\"]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "forward to" },
    { "{\"rules\":[{\"name\":\"a\",\"forward\":\"b@c.example\"}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"forward\"" },
    { "{\"rules\":[{\"name\":\"a\",\"conditions\":[{\"test\":\"is\"}]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "condition 1: it has" },
    { "{\"rules\":[{\"name\":\"a\",\"conditions\":[{\"field\":\"from\",\"test\":\"is\",\"value\":\"x\",\"no\":1}]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"no\" is not known" },
    { "{\"rules\":[{\"name\":\"a\",\"conditions\":[{\"field\":\"size\",\"test\":\"over\",\"value\":1.5}]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"value\"" },
    { "{\"rules\":[{\"name\":\"a\",\"conditions\":[{\"field\":\"size\",\"test\":\"over\",\"value\":-5}]}]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "bytes" },
    { "{\"vacation\":{\"from\":\"tomorrow\"}}", INTIMAIL_ERROR_INVALID_ARGUMENT, "no time" },
    { "{\"vacation\":{\"from\":\"2030-01-02T00:00:00Z\",\"until\":\"2030-01-01T00:00:00Z\"}}", INTIMAIL_ERROR_INVALID_ARGUMENT, "ends before" },
    { "{\"vacation\":{\"days\":0}}", INTIMAIL_ERROR_INVALID_ARGUMENT, "days" },
    { "{\"vacation\":{\"days\":366}}", INTIMAIL_ERROR_INVALID_ARGUMENT, "days" },
    { "{\"vacation\":{\"subject\":\"a\\nBcc: x@y.example\"}}", INTIMAIL_ERROR_INVALID_ARGUMENT, "subject" },
    { "{\"vacation\":[]}", INTIMAIL_ERROR_INVALID_ARGUMENT, "no object" },
    { "{\"junk\":\"yes\"}", INTIMAIL_ERROR_INVALID_ARGUMENT, "\"junk\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", wrong[i].json);
      g_assert_null (intimail_rule_set_parse (wrong[i].json, "", &error));
      g_assert_error (error, INTIMAIL_ERROR, wrong[i].code);
      g_test_message ("-> %s", error->message);
      g_assert_nonnull (strstr (error->message, wrong[i].says));
    }
}

static void
assert_too_large (const char *json)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_rule_set_parse (json, "", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

/* @n times @element, with its number for "%u", between two texts. */
static char *
repeat (const char *before, const char *element, guint n, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) parts = g_strsplit (element, "%u", 2);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", parts[0]);
      if (parts[1] != NULL)
        g_string_append_printf (text, "%u%s", i, parts[1]);
    }
  g_string_append (text, after);

  return g_string_free (text, FALSE);
}

static void
test_limits (void)
{
  static const char condition[] = "{\"field\":\"from\",\"test\":\"is\",\"value\":\"x\"}";
  g_autofree char *rules = repeat ("{\"rules\":[", "{\"name\":\"r%u\"}", INTIMAIL_RULE_SET_MAX_RULES + 1, "]}");
  g_autofree char *most = repeat ("{\"rules\":[", "{\"name\":\"r%u\"}", INTIMAIL_RULE_SET_MAX_RULES, "]}");
  g_autofree char *conditions = repeat ("{\"rules\":[{\"name\":\"a\",\"conditions\":[", condition, INTIMAIL_RULE_MAX_CONDITIONS + 1, "]}]}");
  g_autofree char *fifty = repeat ("{\"name\":\"r%u\",\"conditions\":[", condition, INTIMAIL_RULE_MAX_CONDITIONS, "]}");
  g_autofree char *all = repeat ("{\"rules\":[", fifty, INTIMAIL_RULE_SET_MAX_CONDITIONS / INTIMAIL_RULE_MAX_CONDITIONS + 1, "]}");
  g_autofree char *forwards = repeat ("{\"rules\":[{\"name\":\"a\",\"forward\":[", "\"a%u@b.example\"", INTIMAIL_RULE_MAX_FORWARDS + 1, "]}]}");
  g_autofree char *keywords = repeat ("{\"rules\":[{\"name\":\"a\",\"keywords\":[", "\"k%u\"", INTIMAIL_RULE_MAX_KEYWORDS + 1, "]}]}");
  g_autofree char *filling = g_strnfill (INTIMAIL_VACATION_MAX_TEXT + 1, 'x');
  g_autofree char *text = g_strdup_printf ("{\"vacation\":{\"text\":\"%s\"}}", filling);
  g_autofree char *space = g_strnfill (INTIMAIL_RULE_SET_MAX_SIZE, ' ');
  g_autofree char *size = g_strconcat (space, "{}", NULL);
  g_autoptr (IntimailRuleSet) full = intimail_rule_set_parse (most, "", NULL);
  g_autoptr (IntimailRule) one_more = intimail_rule_new ("more");
  g_autoptr (GError) error = NULL;

  assert_too_large (rules);
  assert_too_large (conditions);
  assert_too_large (all);
  assert_too_large (forwards);
  assert_too_large (keywords);
  assert_too_large (text);
  assert_too_large (size);
  g_assert_nonnull (full);
  g_assert_false (intimail_rule_set_add_rule (full, one_more, -1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

static void
test_lengths (void)
{
  g_autofree char *long_text = g_strnfill (INTIMAIL_RULE_MAX_MAILBOX + 1, 'x');
  g_autofree char *name = g_strndup (long_text, INTIMAIL_RULE_MAX_NAME);
  g_autofree char *mailbox = g_strndup (long_text, INTIMAIL_RULE_MAX_MAILBOX);
  g_autofree char *field = g_strdup_printf ("header:%.*s", INTIMAIL_RULE_MAX_FIELD, long_text);
  g_autofree char *long_name = g_strconcat (name, "x", NULL);
  g_autofree char *long_field = g_strconcat (field, "x", NULL);
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_new ();
  g_autoptr (IntimailRule) good = intimail_rule_new (name);
  g_autoptr (IntimailRule) bad = intimail_rule_new (long_name);
  g_autoptr (IntimailRuleCondition) condition = intimail_rule_condition_new (field, "exists", "", FALSE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (condition);
  g_assert_null (intimail_rule_condition_new (long_field, "exists", "", FALSE, NULL));
  intimail_rule_set_mailbox (good, mailbox);
  g_assert_true (intimail_rule_set_add_rule (set, good, -1, &error));
  g_assert_no_error (error);
  intimail_rule_set_mailbox (good, long_text);
  g_assert_false (intimail_rule_set_check (set, NULL));
  g_assert_false (intimail_rule_set_add_rule (set, bad, -1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static void
test_editing (void)
{
  static const char *const bad[] = { "no address", NULL };
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_new ();
  g_autoptr (IntimailRule) first = intimail_rule_new ("first");
  g_autoptr (IntimailRule) second = intimail_rule_new ("second");
  g_autoptr (IntimailRule) nameless = g_object_new (INTIMAIL_TYPE_RULE, NULL);
  g_autoptr (GPtrArray) rules = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_rule_set_add_rule (set, second, -1, &error));
  g_assert_true (intimail_rule_set_add_rule (set, first, 0, &error));
  g_assert_no_error (error);
  rules = intimail_rule_set_get_rules (set);
  g_assert_true (rules->pdata[0] == first && rules->pdata[1] == second);
  g_assert_false (intimail_rule_set_add_rule (set, first, 0, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (intimail_rule_set_add_rule (set, nameless, 0, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (intimail_rule_set_remove_rule (set, "first", &error));
  g_assert_false (intimail_rule_set_remove_rule (set, "first", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* Its own text is taken, too. */
  intimail_rule_set_mailbox (second, "Lists");
  intimail_rule_set_mailbox (second, intimail_rule_get_mailbox (second));
  g_assert_cmpstr (intimail_rule_get_mailbox (second), ==, "Lists");
  intimail_rule_set_forwards (second, bad);
  intimail_rule_set_forwards (second, intimail_rule_get_forwards (second));
  g_assert_false (intimail_rule_set_check (set, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) none = intimail_rule_set_load (fixture->account, NULL, &error);
  g_autoptr (IntimailRuleSet) first = NULL;
  g_autoptr (IntimailRuleSet) second = NULL;
  g_autoptr (IntimailRule) rule = intimail_rule_new ("x");
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.rules", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (intimail_rule_set_get_state (none), ==, "");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  intimail_rule_set_add_rule (none, rule, -1, &error);
  g_assert_true (intimail_rule_set_save (none, fixture->account, NULL, &error));
  g_assert_no_error (error);
  json = intimail_rule_set_to_json (none);
  bytes = test_support_read_file (path);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), json, strlen (json));

  first = intimail_rule_set_load (fixture->account, NULL, &error);
  second = intimail_rule_set_load (fixture->account, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_rule_set_get_state (first), ==, intimail_rule_set_get_state (none));
  intimail_rule_set_set_files_junk (first, FALSE);
  g_assert_true (intimail_rule_set_save (first, fixture->account, NULL, &error));
  g_assert_true (intimail_rule_set_save (first, fixture->account, NULL, &error));
  g_assert_no_error (error);
  /* Who was slower does not undo it. */
  g_assert_false (intimail_rule_set_save (second, fixture->account, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST);
}

static void
test_hand_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  write_rules (fixture, "{ \"rules\" : [\r\n\t{ \"name\" : \"by hand\" } ] }\n");
  set = intimail_rule_set_load (fixture->account, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (intimail_rule_set_lookup_rule (set, "by hand"));
  g_assert_true (intimail_rule_set_save (set, fixture->account, NULL, &error));

  write_rules (fixture, "{ \"rules\" : [ }");
  g_assert_null (intimail_rule_set_load (fixture->account, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "intimail.rules"));
}

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  n_warnings += (level & G_LOG_LEVEL_WARNING) != 0;
  return G_LOG_WRITER_HANDLED;
}

/* The same file is read once; another one, again. */
static void
test_borrow (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRuleSet) first = NULL;
  g_autoptr (IntimailRuleSet) second = NULL;
  g_autoptr (IntimailRuleSet) third = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.rules", NULL);

  g_assert_null (intimail_rule_set_borrow (fixture->account, &error));
  g_assert_no_error (error);
  write_rules (fixture, "{\"rules\":[{\"name\":\"a\"}]}");
  first = intimail_rule_set_borrow (fixture->account, &error);
  second = intimail_rule_set_borrow (fixture->account, &error);
  g_assert_true (first == second);
  write_rules (fixture, "{\"rules\":[{\"name\":\"longer\"}]}");
  third = intimail_rule_set_borrow (fixture->account, &error);
  g_assert_nonnull (intimail_rule_set_lookup_rule (third, "longer"));

  write_rules (fixture, "{");
  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (intimail_rule_set_borrow (fixture->account, &error));
      /* Said once. */
      g_assert_cmpuint (n_warnings, ==, 1);
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_null (intimail_rule_set_borrow (fixture->account, &error));
  g_assert_no_error (error);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) saved = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;
  g_autoptr (GError) error = NULL;

  intimail_rule_set_load_async (fixture->account, NULL, keep_result, &loaded);
  wait_for (&loaded);
  set = intimail_rule_set_load_finish (loaded, &error);
  g_assert_no_error (error);
  intimail_rule_set_set_files_junk (set, FALSE);
  intimail_rule_set_save_async (set, fixture->account, NULL, keep_result, &saved);
  wait_for (&saved);
  g_assert_true (intimail_rule_set_save_finish (set, saved, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_rule_set_get_state (set), !=, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  g_test_add_func ("/rule-set/document", test_document);
  g_test_add_func ("/rule-set/short-document", test_short_document);
  g_test_add_func ("/rule-set/wrong-documents", test_wrong_documents);
  g_test_add_func ("/rule-set/limits", test_limits);
  g_test_add_func ("/rule-set/lengths", test_lengths);
  g_test_add_func ("/rule-set/editing", test_editing);
  g_test_add ("/rule-set/file", Fixture, NULL, setup, test_file, teardown);
  g_test_add ("/rule-set/hand-edited", Fixture, NULL, setup, test_hand_edited, teardown);
  g_test_add ("/rule-set/borrow", Fixture, NULL, setup, test_borrow, teardown);
  g_test_add ("/rule-set/async", Fixture, NULL, setup, test_async, teardown);

  return g_test_run ();
}
