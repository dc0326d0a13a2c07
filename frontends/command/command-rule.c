/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail rule: what somebody wants done with mail that comes.
 */



#include "command-input.h"
#include "command-output.h"
#include "command.h"

typedef struct
{
  char **conditions;
  gboolean any;
  char *mailbox;
  gboolean seen;
  gboolean flagged;
  char **keywords;
  char **forwards;
  gboolean no_copy;
  gboolean stop;
  int position;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->conditions);
  g_free (options->mailbox);
  g_strfreev (options->keywords);
  g_strfreev (options->forwards);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The account and its rules; the account is the caller's too. */
static IntimailRuleSet *
load (Command *command, const char *uid, IntimailAccount **account, GError **error)
{
  *account = command_get_account (command, uid, error);

  return *account != NULL ? intimail_rule_set_load (*account, NULL, error) : NULL;
}

/* ---- Adding ---- */

/* "FIELD [not] TEST [VALUE]": the value is the rest, as it is. */
static gboolean
add_condition (IntimailRule *rule, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  g_autoptr (IntimailRuleCondition) condition = NULL;
  gboolean negated = words[0] != NULL && words[1] != NULL && g_str_equal (words[1], "not");
  const char *test;
  const char *value;

  if (negated)
    {
      g_auto (GStrv) all = g_steal_pointer (&words);

      words = g_strsplit (all[2] != NULL ? all[2] : "", " ", 2);
      test = words[0] != NULL ? words[0] : "";
      value = words[0] != NULL && words[1] != NULL ? words[1] : "";
      condition = intimail_rule_condition_new (all[0], test, value, TRUE, error);
    }
  else
    {
      test = words[0] != NULL && words[1] != NULL ? words[1] : "";
      value = *test != '\0' && words[2] != NULL ? words[2] : "";
      condition = intimail_rule_condition_new (words[0] != NULL ? words[0] : "", test, value, FALSE, error);
    }
  if (condition != NULL && intimail_rule_add_condition (rule, condition, error))
    return TRUE;
  g_prefix_error (error, "--if \"%s\": ", text);

  return FALSE;
}

/* A role keeps its meaning, whatever the mailbox is called; an id too. */
static gboolean
set_mailbox (IntimailRule *rule, IntimailAccount *account, const char *name, GError **error)
{
  g_autoptr (IntimailMailbox) mailbox = command_lookup_mailbox (account, name, error);

  if (mailbox == NULL)
    return FALSE;
  intimail_rule_set_mailbox (rule, intimail_mailbox_get_role (mailbox) != INTIMAIL_MAILBOX_ROLE_NONE
                                       ? command_get_role_name (intimail_mailbox_get_role (mailbox))
                                       : intimail_mailbox_get_id (mailbox));
  return TRUE;
}

static void
set_keywords (IntimailRule *rule, const Options *options)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (options->seen)
    g_strv_builder_add (builder, "$seen");
  if (options->flagged)
    g_strv_builder_add (builder, "$flagged");
  if (options->keywords != NULL)
    g_strv_builder_addv (builder, (const char **) options->keywords);
  list = g_strv_builder_end (builder);
  intimail_rule_set_keywords (rule, (const char *const *) list);
}

static gboolean
fill (IntimailRule *rule, IntimailAccount *account, const Options *options, GError **error)
{
  for (gsize i = 0; options->conditions != NULL && options->conditions[i] != NULL; i++)
    if (!add_condition (rule, options->conditions[i], error))
      return FALSE;
  if (options->mailbox != NULL && !set_mailbox (rule, account, options->mailbox, error))
    return FALSE;
  set_keywords (rule, options);
  if (options->forwards != NULL)
    intimail_rule_set_forwards (rule, (const char *const *) options->forwards);
  intimail_rule_set_matches_any (rule, options->any);
  intimail_rule_set_keeps_copy (rule, !options->no_copy);
  intimail_rule_set_stops (rule, options->stop);

  return TRUE;
}

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "if", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.conditions, "\"FIELD [not] TEST VALUE\", any number of times", "TEXT" },
    { "any", 0, 0, G_OPTION_ARG_NONE, &options.any, "One condition is enough", NULL },
    { "mailbox", 0, 0, G_OPTION_ARG_STRING, &options.mailbox, "Where the mail goes: a path, a role or an id", "MAILBOX" },
    { "seen", 0, 0, G_OPTION_ARG_NONE, &options.seen, "Mark it as read", NULL },
    { "flagged", 0, 0, G_OPTION_ARG_NONE, &options.flagged, "Mark it with a flag", NULL },
    { "keyword", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.keywords, "Mark it with a word, any number of times", "WORD" },
    { "forward", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.forwards, "Send it on, any number of times", "ADDRESS" },
    { "no-copy", 0, 0, G_OPTION_ARG_NONE, &options.no_copy, "Keep no copy of what is sent on", NULL },
    { "stop", 0, 0, G_OPTION_ARG_NONE, &options.stop, "Look at no later rule when this one matches", NULL },
    { "position", 0, 0, G_OPTION_ARG_INT, &options.position, "Its place among the rules, from 1 (the last)", "N" },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;
  g_autoptr (IntimailRule) rule = NULL;

  if (!command_parse (command, &command_rule_verbs[0], entries, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  set = load (command, argv[1], &account, error);
  if (set == NULL)
    return COMMAND_FAILED;
  rule = intimail_rule_new (argv[2]);
  if (fill (rule, account, &options, error) && intimail_rule_set_add_rule (set, rule, options.position - 1, error))
    intimail_rule_set_save (set, account, NULL, error);

  return COMMAND_DONE;
}

/* ---- Looking ---- */

/* The path of what a rule names; its own words when there is no such mailbox. */
static char *
find_path (IntimailAccount *account, const char *name)
{
  g_autoptr (IntimailMailbox) mailbox = command_lookup_mailbox (account, name, NULL);

  return g_strdup (mailbox != NULL ? intimail_mailbox_get_path (mailbox) : name);
}

static char *
describe_conditions (IntimailRule *rule)
{
  g_autoptr (GPtrArray) conditions = intimail_rule_get_conditions (rule);
  GString *text = g_string_new (conditions->len == 0 ? "always" : NULL);

  for (guint i = 0; i < conditions->len; i++)
    {
      g_autofree char *one = intimail_rule_condition_to_string (conditions->pdata[i]);

      g_string_append_printf (text, "%s%s", i == 0 ? "" : intimail_rule_get_matches_any (rule) ? " or "
                                                                                               : " and ",
                              one);
    }

  return g_string_free (text, FALSE);
}

static void
add_words (GPtrArray *all, const char *before, const char *const *words)
{
  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (all, g_strconcat (before, words[i], NULL));
}

static char *
describe_actions (IntimailRule *rule, IntimailAccount *account)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  const char *mailbox = intimail_rule_get_mailbox (rule);

  if (*mailbox != '\0')
    {
      g_autofree char *path = find_path (account, mailbox);

      g_ptr_array_add (all, g_strconcat ("to ", path, NULL));
    }
  add_words (all, "mark ", intimail_rule_get_keywords (rule));
  add_words (all, "send on to ", intimail_rule_get_forwards (rule));
  if (!intimail_rule_get_keeps_copy (rule))
    g_ptr_array_add (all, g_strdup ("no copy"));
  if (intimail_rule_get_stops (rule))
    g_ptr_array_add (all, g_strdup ("stop"));
  g_ptr_array_add (all, NULL);

  return g_strjoinv (", ", (char **) all->pdata);
}

static void
print_table (IntimailRuleSet *set, IntimailAccount *account)
{
  g_autoptr (GPtrArray) rules = intimail_rule_set_get_rules (set);
  CommandTable *table = command_table_new (">|NAME|STATE|WHEN|THEN");

  for (guint i = 0; i < rules->len; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      g_autofree char *conditions = describe_conditions (rules->pdata[i]);
      g_autofree char *actions = describe_actions (rules->pdata[i], account);

      command_table_add (table, number, intimail_rule_get_name (rules->pdata[i]),
                         intimail_rule_get_enabled (rules->pdata[i]) ? "on" : "off", conditions, actions, NULL);
    }
  command_table_print (table, "no rule: see \"intimail rule add --help\"");
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  if (!command_parse (command, &command_rule_verbs[1], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  set = load (command, argv[1], &account, error);
  if (set == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      g_autofree char *json = intimail_rule_set_to_json (set);

      command_output_print ("%s", json);
    }
  else
    {
      print_table (set, account);
    }

  return COMMAND_DONE;
}

/* ---- Changing ---- */

static gboolean
set_enabled (IntimailRuleSet *set, const char *name, gboolean enabled, GError **error)
{
  IntimailRule *rule = intimail_rule_set_lookup_rule (set, name);

  if (rule == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no rule \"%s\": see \"intimail rule list\"", name);
      return FALSE;
    }
  intimail_rule_set_enabled (rule, enabled);

  return TRUE;
}

/* All of the named rules, or none. */
static CommandStatus
change (Command *command, const CommandVerb *verb, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  if (!command_parse (command, verb, NULL, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  set = load (command, argv[1], &account, error);
  if (set == NULL)
    return COMMAND_FAILED;
  for (int i = 2; i < argc; i++)
    {
      gboolean ok = g_str_equal (verb->words, "rule remove") ? intimail_rule_set_remove_rule (set, argv[i], error)
                                                             : set_enabled (set, argv[i], g_str_equal (verb->words, "rule enable"), error);

      if (!ok)
        return COMMAND_FAILED;
    }
  intimail_rule_set_save (set, account, NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_remove (Command *command, int argc, char **argv, GError **error)
{
  return change (command, &command_rule_verbs[2], argc, argv, error);
}

static CommandStatus
run_enable (Command *command, int argc, char **argv, GError **error)
{
  return change (command, &command_rule_verbs[3], argc, argv, error);
}

static CommandStatus
run_disable (Command *command, int argc, char **argv, GError **error)
{
  return change (command, &command_rule_verbs[4], argc, argv, error);
}

/* ---- Why a mail is where it is ---- */

static char *
find_outcome_path (IntimailRuleOutcome *outcome, IntimailAccount *account)
{
  const char *id = intimail_rule_outcome_get_mailbox_id (outcome);

  if (!intimail_rule_outcome_is_kept (outcome))
    return g_strdup ("");

  return find_path (account, id != NULL ? id : "inbox");
}

static void
print_outcome (IntimailRuleOutcome *outcome, const char *path)
{
  CommandTable *table = command_table_new ("|RULE|WHY");
  g_autofree char *keywords = g_strjoinv (" ", (char **) intimail_rule_outcome_get_keywords (outcome));
  g_autofree char *forwards = g_strjoinv (" ", (char **) intimail_rule_outcome_get_forwards (outcome));

  for (guint i = 0; i < intimail_rule_outcome_get_n_steps (outcome); i++)
    command_table_add (table, intimail_rule_outcome_get_step_matched (outcome, i) ? "yes" : "no",
                       intimail_rule_outcome_get_step_name (outcome, i), intimail_rule_outcome_get_step_reason (outcome, i), NULL);
  command_table_print (table, "no rule");
  command_output_print ("\ngoes to: %s\n", *path != '\0' ? path : "no mailbox");
  if (*keywords != '\0')
    command_output_print ("is marked: %s\n", keywords);
  if (*forwards != '\0')
    command_output_print ("is sent on to: %s\n", forwards);
  command_output_print ("is answered: %s\n", intimail_rule_outcome_is_answered (outcome) ? "yes" : "no");
}

static void
print_outcome_json (IntimailRuleOutcome *outcome, const char *path)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());

  command_output_add_string (builder, "mailbox", path);
  command_output_add_strings (builder, "keywords", intimail_rule_outcome_get_keywords (outcome));
  command_output_add_strings (builder, "forward", intimail_rule_outcome_get_forwards (outcome));
  command_output_add_boolean (builder, "kept", intimail_rule_outcome_is_kept (outcome));
  command_output_add_boolean (builder, "answered", intimail_rule_outcome_is_answered (outcome));
  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < intimail_rule_outcome_get_n_steps (outcome); i++)
    {
      json_builder_begin_object (builder);
      command_output_add_string (builder, "name", intimail_rule_outcome_get_step_name (outcome, i));
      command_output_add_boolean (builder, "matched", intimail_rule_outcome_get_step_matched (outcome, i));
      command_output_add_string (builder, "reason", intimail_rule_outcome_get_step_reason (outcome, i));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  command_output_print_json (builder);
}

static CommandStatus
run_test (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (IntimailRuleOutcome) outcome = NULL;
  g_autofree char *path = NULL;

  if (!command_parse (command, &command_rule_verbs[5], NULL, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  person = command_lookup_person (command, argv[1], error);
  set = person != NULL ? load (command, argv[1], &account, error) : NULL;
  if (set == NULL)
    return COMMAND_FAILED;
  message = g_str_equal (argv[2], "-") ? command_input_read (intimail_site_get_max_message_size (command->site), error)
                                       : intimail_account_load_message (account, argv[2], error);
  if (message == NULL)
    return COMMAND_FAILED;
  outcome = intimail_rule_set_test (set, command->site, person, message, NULL, error);
  if (outcome == NULL)
    return COMMAND_FAILED;
  path = find_outcome_path (outcome, account);
  if (command->json)
    print_outcome_json (outcome, path);
  else
    print_outcome (outcome, path);

  return COMMAND_DONE;
}

const CommandVerb command_rule_verbs[] = {
  { "rule add", "UID NAME", "Make a rule for mail that comes",
    "FIELD is from, to, subject, list-id, header:NAME or size; TEST is contains, is, begins,\n"
    "ends, glob or exists, of size over or under. Without --if it is for every mail.",
    run_add },
  { "rule list", "UID", "List somebody's rules in their order", "With --json, all that intimail.rules(5) has.", run_list },
  { "rule remove", "UID NAME...", "Remove rules", NULL, run_remove },
  { "rule enable", "UID NAME...", "Switch rules on", NULL, run_enable },
  { "rule disable", "UID NAME...", "Switch rules off, and keep them", NULL, run_disable },
  { "rule test", "UID MESSAGE", "Say what the rules make of a mail, and why",
    "MESSAGE is the id of a mail, or \"-\" for one on the standard input. Nothing is stored or sent.", run_test },
  { NULL },
};
