/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail guard: what logs tell, and who is banned for it.
 */

#include "command-guard-log.h"
#include "command-guard.h"
#include "command-output.h"

/* Milliseconds. */
#define PATIENCE 5000u
#define COMMAND_GUARD_EVENTS "/run/intimail-guard/events"

typedef struct
{
  char *patterns;
  char *now;
  char **services;
  gboolean aggressive;
  gboolean all;
} TestOptions;

static void
test_options_clear (TestOptions *options)
{
  g_free (options->patterns);
  g_free (options->now);
  g_strfreev (options->services);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestOptions, test_options_clear)

typedef struct
{
  Command *command;
  gboolean all;
  guint64 events;
  const char *socket; /* of the history */
  GError *error;
} Test;

static void
print_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  Test *test = user_data;
  g_autofree char *time = NULL;
  g_autofree char *account = NULL;

  if (intimail_guard_event_get_kind (event) == INTIMAIL_GUARD_KIND_SIGN_IN && !test->all)
    return;
  test->events++;
  if (test->command->json)
    {
      g_autofree char *json = intimail_guard_event_to_json (event, line);

      command_output_print ("%s", json);
      return;
    }
  time = command_output_format_time (intimail_guard_event_get_time (event));
  account = command_output_clean (intimail_guard_event_get_account (event));
  command_output_print ("%8u  %s  %-16s %-10s %-14s %s\n", line, time,
                        intimail_guard_event_get_address (event), intimail_guard_event_get_service (event),
                        intimail_guard_kind_to_string (intimail_guard_event_get_kind (event)), account);
}

static gboolean
load_services (IntimailDetector *detector, char **services, GError **error)
{
  for (; *services != NULL; services++)
    {
      g_autoptr (GError) local_error = NULL;

      /* The site may have one of that name. */
      if (intimail_detector_load_service (detector, *services, &local_error) || g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

/* What came with the library, then the site's own, or those of one folder alone. */
static IntimailDetector *
make_detector (Command *command, const TestOptions *options, gboolean has_all, GError **error)
{
  g_autoptr (IntimailDetector) detector = intimail_detector_new ();
  gboolean is_loaded = options->patterns != NULL;
  g_autofree char *folder = g_build_filename (command->site_path, "guard.d", NULL);

  if (!is_loaded && options->services != NULL)
    is_loaded = load_services (detector, options->services, error);
  else if (!is_loaded)
    is_loaded = has_all ? intimail_detector_load_service (detector, NULL, error) : intimail_detector_load_builtin (detector, error);
  if (!is_loaded || !intimail_detector_load_folder (detector, options->patterns != NULL ? options->patterns : folder, error))
    return NULL;
  intimail_detector_set_aggressive (detector, options->aggressive);
  intimail_detector_set_untimed (detector, TRUE);
  intimail_detector_set_services (detector, (const char *const *) options->services);

  return g_steal_pointer (&detector);
}

static CommandStatus
run_test (Command *command, int argc, char **argv, GError **error)
{
  g_auto (TestOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "patterns", 0, 0, G_OPTION_ARG_FILENAME, &options.patterns, "Use the pattern files of this folder alone", "DIR" },
    { "service", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.services, "Look for this service alone; may be repeated", "NAME" },
    { "now", 0, 0, G_OPTION_ARG_STRING, &options.now, "The time to take a line without a year from", "TIME" },
    { "aggressive", 0, 0, G_OPTION_ARG_NONE, &options.aggressive, "Count what honest people do now and then, too", NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &options.all, "Print who signed in, too", NULL },
    { NULL },
  };
  g_autoptr (IntimailDetector) detector = NULL;
  Test test = { .command = command };
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (!command_parse (command, &command_guard_verbs[0], entries, &argc, &argv, 1, -1, error) ||
      (options.now != NULL && !command_parse_time (options.now, &now, error)))
    return COMMAND_DONE;
  test.all = options.all;
  detector = make_detector (command, &options, TRUE, error);
  if (detector == NULL)
    return COMMAND_FAILED;
  for (int i = 1; i < argc; i++)
    if (!command_guard_log_read (argv[i], detector, now, print_event, &test, error))
      return COMMAND_FAILED;
  if (!command->json)
    command_output_print ("%" G_GUINT64_FORMAT " events in %" G_GUINT64_FORMAT " lines\n",
                          test.events, intimail_detector_get_lines (detector));

  return COMMAND_DONE;
}

/* The guard may be busy for a while; longer than PATIENCE it is not there. */
static void
report_event (IntimailGuardEvent *event, guint line, gpointer user_data)
{
  Test *test = user_data;

  for (guint i = 0; i < PATIENCE && test->error == NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (intimail_guard_event_report (event, test->socket, &error))
        {
          test->events++;
          return;
        }
      if (i == PATIENCE - 1 || !g_file_test (test->socket, G_FILE_TEST_EXISTS) || !g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE))
        test->error = g_steal_pointer (&error);
      else
        g_usleep (1000);
    }
}

static CommandStatus
run_history (Command *command, int argc, char **argv, GError **error)
{
  g_auto (TestOptions) options = { 0 };
  g_autofree char *socket = NULL;
  const GOptionEntry entries[] = {
    { "service", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.services, "Look for this service alone; may be repeated", "NAME" },
    { "events", 0, 0, G_OPTION_ARG_FILENAME, &socket, "Where the guard takes events", "FILE" },
    { NULL },
  };
  g_autoptr (IntimailDetector) detector = NULL;
  Test test = { .command = command };
  const CommandVerb *verb = command_guard_verbs;

  while (!g_str_equal (verb->words, "guard history"))
    verb++;
  if (!command_parse (command, verb, entries, &argc, &argv, 1, -1, error))
    return COMMAND_DONE;
  test.socket = socket != NULL ? socket : COMMAND_GUARD_EVENTS;
  detector = make_detector (command, &options, FALSE, error);
  if (detector == NULL)
    return COMMAND_FAILED;
  intimail_detector_set_untimed (detector, FALSE);
  for (int i = 1; i < argc && test.error == NULL; i++)
    if (!command_guard_log_read (argv[i], detector, g_get_real_time () / G_USEC_PER_SEC, report_event, &test, error))
      return COMMAND_FAILED;
  if (test.error != NULL)
    {
      g_propagate_error (error, test.error);
      return COMMAND_FAILED;
    }
  if (!command->json)
    command_output_print ("%" G_GUINT64_FORMAT " events\n", test.events);

  return COMMAND_DONE;
}

const CommandVerb command_guard_verbs[] = {
  { "guard test", "FILE...", "Say what the guard sees in logs",
    "Nothing is banned. A FILE whose name ends with .gz is unpacked; \"-\" is the standard\n"
    "input. Patterns come with the program, and all services are looked for that none of\n"
    "--service names; patterns in guard.d of the site's folder stand for them. See\n"
    "intimail-guard-patterns(5).",
    run_test },
  { "guard list", "", "Show who is banned", NULL, command_guard_list },
  { "guard feed", "", "Print who is banned for another firewall", "One address or network a line, or JSON.", command_guard_feed },
  { "guard ban", "ADDRESS...", "Ban an address or a network",
    "Without --for and --ever, as long as the guard would.", command_guard_ban },
  { "guard unban", "ADDRESS...", "End a ban", NULL, command_guard_unban },
  { "guard allow", "ADDRESS...", "Never ban an address or a network", NULL, command_guard_allow },
  { "guard allowed", "", "Show who is never banned", NULL, command_guard_allowed },
  { "guard disallow", "ADDRESS...", "Take an allowance back", NULL, command_guard_disallow },
  { "guard explain", "ADDRESS...", "Tell why an address is banned, or not", NULL, command_guard_explain },
  { "guard stats", "", "Show what the guard has done", NULL, command_guard_stats },
  { "guard compare", "", "Compare the firewall with the guard, and mend it", NULL, command_guard_compare },
  { "guard confirm", "", "Say that the rules that close something are right", NULL, command_guard_confirm },
  { "guard reload", "", "Have the settings read again", NULL, command_guard_reload },
  { "guard history", "FILE...", "Have the guard judge by old logs, too",
    "What FILE tells counts as when it happened, so only what may still bring a ban does.\n"
    "Do not name a log that the guard follows. A FILE whose name ends with .gz is unpacked.",
    run_history },
  { "guard import", "FILE", "Take over the bans of fail2ban",
    "FILE is its data base, /var/lib/fail2ban/fail2ban.sqlite3.", command_guard_import },
  { NULL },
};
