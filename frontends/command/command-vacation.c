/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail vacation: the answer while somebody is away.
 */

#include <string.h>

#include "command-output.h"
#include "command.h"

typedef struct
{
  char *text;
  char *subject;
  char *from;
  char *until;
  int days;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->text);
  g_free (options->subject);
  g_free (options->from);
  g_free (options->until);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *
get_state (IntimailVacation *vacation)
{
  if (!intimail_vacation_get_enabled (vacation))
    return "off";

  return intimail_vacation_is_active (vacation, g_get_real_time () / G_USEC_PER_SEC) ? "on" : "outside of its period";
}

static void
print_vacation (IntimailVacation *vacation)
{
  g_autofree char *from = command_output_format_time (intimail_vacation_get_start (vacation));
  g_autofree char *until = command_output_format_time (intimail_vacation_get_end (vacation));
  g_autofree char *subject = command_output_clean (intimail_vacation_get_subject (vacation));
  g_autofree char *text = command_output_clean_lines (intimail_vacation_get_text (vacation));

  command_output_print ("state: %s\nfrom: %s\nuntil: %s\ndays: %u\nsubject: %s\n\n%s\n", get_state (vacation), from, until,
                        intimail_vacation_get_days (vacation), subject, text);
}

static void
print_vacation_json (IntimailVacation *vacation)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());

  command_output_add_boolean (builder, "enabled", intimail_vacation_get_enabled (vacation));
  command_output_add_string (builder, "state", get_state (vacation));
  command_output_add_time (builder, "from", intimail_vacation_get_start (vacation));
  command_output_add_time (builder, "until", intimail_vacation_get_end (vacation));
  command_output_add_number (builder, "days", intimail_vacation_get_days (vacation));
  command_output_add_string (builder, "subject", intimail_vacation_get_subject (vacation));
  command_output_add_string (builder, "text", intimail_vacation_get_text (vacation));
  command_output_add_string (builder, "html", intimail_vacation_get_html (vacation));
  json_builder_end_object (builder);
  command_output_print_json (builder);
}

static CommandStatus
run_show (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  if (!command_parse (command, &command_vacation_verbs[0], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  set = account != NULL ? intimail_rule_set_load (account, NULL, error) : NULL;
  if (set == NULL)
    return COMMAND_FAILED;
  if (command->json)
    print_vacation_json (intimail_rule_set_get_vacation (set));
  else
    print_vacation (intimail_rule_set_get_vacation (set));

  return COMMAND_DONE;
}

static gboolean
fill (IntimailVacation *vacation, const Options *options, GError **error)
{
  gint64 time;

  if (options->text != NULL)
    {
      intimail_vacation_set_text (vacation, options->text);
      intimail_vacation_set_html (vacation, "");
    }
  if (options->subject != NULL)
    intimail_vacation_set_subject (vacation, options->subject);
  if (options->from != NULL)
    {
      if (!command_parse_time (options->from, &time, error))
        return FALSE;
      intimail_vacation_set_start (vacation, time);
    }
  if (options->until != NULL)
    {
      if (!command_parse_time (options->until, &time, error))
        return FALSE;
      intimail_vacation_set_end (vacation, time);
    }
  if (options->days != 0)
    intimail_vacation_set_days (vacation, (guint) MAX (options->days, 0));
  intimail_vacation_set_enabled (vacation, TRUE);

  return TRUE;
}

static CommandStatus
run_set (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "text", 0, 0, G_OPTION_ARG_STRING, &options.text, "The answer", "TEXT" },
    { "subject", 0, 0, G_OPTION_ARG_STRING, &options.subject, "Its subject (Auto: and that of the mail)", "TEXT" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &options.from, "When it begins: 2030-12-31, or never for now", "TIME" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &options.until, "When it ends: 14d, 2030-12-31, or never", "TIME" },
    { "days", 0, 0, G_OPTION_ARG_INT, &options.days, "Days in which a sender gets one answer (7)", "N" },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  if (!command_parse (command, &command_vacation_verbs[1], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  set = account != NULL ? intimail_rule_set_load (account, NULL, error) : NULL;
  if (set == NULL)
    return COMMAND_FAILED;
  if (fill (intimail_rule_set_get_vacation (set), &options, error))
    intimail_rule_set_save (set, account, NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_end (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  if (!command_parse (command, &command_vacation_verbs[2], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  set = account != NULL ? intimail_rule_set_load (account, NULL, error) : NULL;
  if (set == NULL)
    return COMMAND_FAILED;
  intimail_vacation_set_enabled (intimail_rule_set_get_vacation (set), FALSE);
  intimail_rule_set_save (set, account, NULL, error);

  return COMMAND_DONE;
}

const CommandVerb command_vacation_verbs[] = {
  { "vacation show", "UID", "Show the answer while somebody is away", NULL, run_show },
  { "vacation set", "UID", "Switch the answer on, and say what it is",
    "What is not named stays as it is. A sender gets it once in some days; lists, bulk mail and\n"
    "programs get none.",
    run_set },
  { "vacation end", "UID", "Switch the answer off, and keep its text", NULL, run_end },
  { NULL },
};
