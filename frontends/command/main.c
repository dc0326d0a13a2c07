/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail(1): a site without a screen. Each noun has a file with its verbs.
 */

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "command-output.h"
#include "command.h"

#define DEFAULT_SITE "/etc/intimail"

static const CommandVerb *const tables[] = {
  command_init_verbs,
  command_person_verbs,
  command_app_password_verbs,
  command_second_factor_verbs,
  command_group_verbs,
  command_list_verbs,
  command_alias_verbs,
  command_directory_verbs,
  command_peers_verbs,
  command_mailbox_verbs,
  command_message_verbs,
  command_send_verbs,
  command_rule_verbs,
  command_vacation_verbs,
  command_import_verbs,
  command_export_verbs,
  command_quota_verbs,
  command_expire_verbs,
  command_file_verbs,
  command_index_verbs,
  command_guard_verbs,
};

static void
print_verbs (const char *first_word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CommandVerb *verb = tables[i]; verb->words != NULL; verb++)
      {
        g_autofree char *left = g_strdup_printf ("%s %s", verb->words, verb->arguments);
        gsize length = first_word != NULL ? strlen (first_word) : 0;

        if (first_word == NULL || (strncmp (verb->words, first_word, length) == 0 && verb->words[length] == ' '))
          command_output_print ("  %-37s %s\n", left, verb->summary);
      }
}

static void
print_help (void)
{
  command_output_print ("usage: intimail [--site DIR] [--json] VERB ...\n\n"
                        "People, groups and mail of one site, which is the folder DIR (default:\n"
                        "$INTIMAIL_SITE, else " DEFAULT_SITE ").\n\n");
  print_verbs (NULL);
  command_output_print ("\n\"intimail VERB --help\" says more; so does intimail(1).\n");
}

/* How many words of argv name the verb; 0 when they do not. */
static int
match (const CommandVerb *verb, int argc, char **argv)
{
  g_auto (GStrv) words = g_strsplit (verb->words, " ", -1);
  int n = (int) g_strv_length (words);

  if (argc < n)
    return 0;
  for (int i = 0; i < n; i++)
    if (!g_str_equal (words[i], argv[i]))
      return 0;

  return n;
}

static gboolean
is_noun (const char *word)
{
  gsize length = strlen (word);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CommandVerb *verb = tables[i]; verb->words != NULL; verb++)
      if (length > 0 && strncmp (verb->words, word, length) == 0 && verb->words[length] == ' ')
        return TRUE;

  return FALSE;
}

static CommandStatus
get_status (const GError *error)
{
  if (error->domain == COMMAND_USAGE_ERROR)
    return COMMAND_USAGE;
  if (error->domain != INTIMAIL_ERROR)
    return COMMAND_FAILED;

  switch ((IntimailError) error->code)
    {
    case INTIMAIL_ERROR_INVALID_ARGUMENT:
      return COMMAND_USAGE;
    case INTIMAIL_ERROR_NOT_FOUND:
      return COMMAND_NOT_FOUND;
    case INTIMAIL_ERROR_EXISTS:
    case INTIMAIL_ERROR_NOT_EMPTY:
      return COMMAND_EXISTS;
    case INTIMAIL_ERROR_PERMISSION_DENIED:
    case INTIMAIL_ERROR_DISABLED:
    case INTIMAIL_ERROR_NOT_SUPPORTED:
    case INTIMAIL_ERROR_POSTING_REFUSED:
    case INTIMAIL_ERROR_LOOP:
    case INTIMAIL_ERROR_CODE_NEEDED:
    case INTIMAIL_ERROR_RATE_LIMITED:
      return COMMAND_REFUSED;
    case INTIMAIL_ERROR_TOO_LARGE:
    case INTIMAIL_ERROR_OVER_QUOTA:
    case INTIMAIL_ERROR_STORAGE_FULL:
      return COMMAND_NO_ROOM;
    case INTIMAIL_ERROR_FAILED:
    case INTIMAIL_ERROR_UNAVAILABLE:
    case INTIMAIL_ERROR_STATE_LOST:
    case INTIMAIL_ERROR_UNCERTAIN:
      return COMMAND_FAILED;
    }

  return COMMAND_FAILED;
}

static CommandStatus
complain (const GError *error)
{
  g_autofree char *message = command_output_clean (error->message);

  fprintf (stderr, "intimail: %s\n", message);
  return get_status (error);
}

static CommandStatus
run_verb (Command *command, const CommandVerb *verb, int n_words, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  CommandStatus status;

  /* The verb is the name of the program that its options see. */
  status = verb->run (command, argc - n_words + 1, argv + n_words - 1, &error);
  if (error != NULL)
    return complain (error);
  if (fflush (stdout) != 0)
    {
      fprintf (stderr, "intimail: the output cannot be written\n");
      return COMMAND_FAILED;
    }

  return status;
}

/* "list UID" and "show UID ID" are short for verbs of "message": what is typed most.
 * A verb of mailing lists comes first, whoever has its name. */
static const CommandVerb *
find_short_verb (int argc, char **argv)
{
  if (argc < 2 || *argv[1] == '-')
    return NULL;
  for (const CommandVerb *verb = command_message_verbs; verb->words != NULL; verb++)
    if (g_str_equal (verb->words + strlen ("message "), argv[0]))
      return verb;

  return NULL;
}

static CommandStatus
dispatch (Command *command, int argc, char **argv)
{
  const CommandVerb *short_verb;
  g_autofree char *word = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CommandVerb *verb = tables[i]; verb->words != NULL; verb++)
      {
        int n_words = match (verb, argc, argv);

        if (n_words > 0)
          return run_verb (command, verb, n_words, argc, argv);
      }
  short_verb = find_short_verb (argc, argv);
  if (short_verb != NULL)
    return run_verb (command, short_verb, 1, argc, argv);

  word = command_output_clean (argv[0]);
  if (argc == 1 && is_noun (argv[0]))
    fprintf (stderr, "intimail: %s what? See \"intimail %s --help\"\n", word, word);
  else if (argc > 1 && is_noun (argv[0]) && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
    {
      print_verbs (argv[0]);
      return COMMAND_DONE;
    }
  else
    fprintf (stderr, "intimail: unknown verb \"%s%s%s\": see \"intimail --help\"\n", word,
             is_noun (argv[0]) ? " " : "", is_noun (argv[0]) ? argv[1] : "");

  return COMMAND_USAGE;
}

static CommandStatus
run (Command *command, int argc, char **argv)
{
  gboolean help = FALSE;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "site", 0, 0, G_OPTION_ARG_FILENAME, &command->site_path, "The folder of the site", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &command->json, "Print JSON for programs", NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Print this", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  /* Options after the verb are the verb's. */
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "intimail: %s: see \"intimail --help\"\n", error->message);
      return COMMAND_USAGE;
    }
  if (version)
    {
      command_output_print ("intimail %d.%d.%d\n", INTIMAIL_MAJOR_VERSION, INTIMAIL_MINOR_VERSION, INTIMAIL_MICRO_VERSION);
      return COMMAND_DONE;
    }
  if (help || (argc > 1 && g_str_equal (argv[1], "help")))
    {
      print_help ();
      return COMMAND_DONE;
    }
  if (argc < 2)
    {
      fprintf (stderr, "intimail: what shall be done? See \"intimail --help\"\n");
      return COMMAND_USAGE;
    }
  if (command->site_path == NULL)
    command->site_path = g_strdup (g_getenv ("INTIMAIL_SITE"));
  if (command->site_path == NULL || *command->site_path == '\0')
    {
      g_free (command->site_path);
      command->site_path = g_strdup (DEFAULT_SITE);
    }

  return dispatch (command, argc - 1, argv + 1);
}

int
main (int argc, char **argv)
{
  Command command = { 0 };
  CommandStatus status;

  setlocale (LC_ALL, "");
  g_set_prgname ("intimail");
  status = run (&command, argc, argv);
  g_free (command.caller);
  g_clear_object (&command.directory);
  g_clear_object (&command.site);
  g_free (command.site_path);

  return status;
}
