/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail guard: what the guard that is at work knows, and is told.
 */

#include <sqlite3.h>
#include <string.h>

#include "command-guard-talk.h"
#include "command-guard.h"
#include "command-output.h"
#include "command.h"

typedef struct
{
  char *socket;
  char *reason;
  int seconds;
  gboolean ever;
} BanOptions;

static void
ban_options_clear (BanOptions *options)
{
  g_free (options->socket);
  g_free (options->reason);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BanOptions, ban_options_clear)

static const CommandVerb *
find_verb (const char *words)
{
  const CommandVerb *verb = command_guard_verbs;

  while (!g_str_equal (verb->words, words))
    verb++;

  return verb;
}

static gboolean
parse (Command *command, BanOptions *options, const char *words, int *argc, char ***argv, int min, int max, GError **error)
{
  const GOptionEntry entries[] = {
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &options->socket, "Where the guard listens", "FILE" },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &options->reason, "Why", "TEXT" },
    { "for", 0, 0, G_OPTION_ARG_INT, &options->seconds, "How long", "SECONDS" },
    { "ever", 0, 0, G_OPTION_ARG_NONE, &options->ever, "For ever", NULL },
    { NULL },
  };

  if (!command_parse (command, find_verb (words), entries, argc, argv, min, max, error))
    return FALSE;
  if (options->socket == NULL)
    options->socket = g_strdup (COMMAND_GUARD_SOCKET);

  return options->seconds >= 0 || command_usage (error, "--for is a number of seconds");
}

typedef struct
{
  char **fields;
  gint64 since;
  gint64 until;
} Row;

static gboolean
read_row (Row *row, const char *line)
{
  row->fields = g_strsplit (line, "\t", 5);
  if (g_strv_length (row->fields) != 5)
    return FALSE;
  row->since = g_ascii_strtoll (row->fields[1], NULL, 10);
  row->until = g_ascii_strtoll (row->fields[2], NULL, 10);

  return TRUE;
}

static void
row_clear (Row *row)
{
  g_strfreev (row->fields);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

static void
add_json_row (JsonBuilder *builder, const Row *row)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "address", row->fields[0]);
  command_output_add_time (builder, "since", row->since);
  command_output_add_time (builder, "until", row->until);
  command_output_add_number (builder, "count", g_ascii_strtoull (row->fields[3], NULL, 10));
  command_output_add_string (builder, "reason", row->fields[4]);
  json_builder_end_object (builder);
}

static void
print_bans (Command *command, const char *answer, gboolean is_feed)
{
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);
  JsonBuilder *builder = command->json ? json_builder_new () : NULL;
  CommandTable *table = command->json || is_feed ? NULL : command_table_new ("Address|Since|Until|>Time|Why");

  if (builder != NULL)
    json_builder_begin_array (builder);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (Row) row = { 0 };
      g_autofree char *since = NULL;
      g_autofree char *until = NULL;

      if (!read_row (&row, *line))
        continue;
      since = command_output_format_time (row.since);
      until = row.until != 0 ? command_output_format_time (row.until) : g_strdup ("ever");
      if (builder != NULL)
        add_json_row (builder, &row);
      else if (table != NULL)
        command_table_add (table, row.fields[0], since, until, row.fields[3], row.fields[4], NULL);
      else
        command_output_print ("%s\n", row.fields[0]);
    }
  if (table != NULL)
    command_table_print (table, "Nobody is banned.");
  if (builder != NULL)
    {
      json_builder_end_array (builder);
      command_output_print_json (builder);
    }
}

static CommandStatus
list_bans (Command *command, const char *words, int argc, char **argv, GError **error)
{
  g_auto (BanOptions) options = { 0 };
  g_autofree char *answer = NULL;

  if (!parse (command, &options, words, &argc, &argv, 0, 0, error))
    return COMMAND_DONE;
  answer = command_guard_talk (options.socket, error, "list", NULL);
  if (answer == NULL)
    return COMMAND_FAILED;
  print_bans (command, answer, g_str_equal (words, "guard feed"));

  return COMMAND_DONE;
}

CommandStatus
command_guard_list (Command *command, int argc, char **argv, GError **error)
{
  return list_bans (command, "guard list", argc, argv, error);
}

CommandStatus
command_guard_feed (Command *command, int argc, char **argv, GError **error)
{
  return list_bans (command, "guard feed", argc, argv, error);
}

CommandStatus
command_guard_ban (Command *command, int argc, char **argv, GError **error)
{
  g_auto (BanOptions) options = { 0 };

  if (!parse (command, &options, "guard ban", &argc, &argv, 1, -1, error))
    return COMMAND_DONE;
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *seconds = g_strdup_printf ("%d", options.ever ? 0 : options.seconds > 0 ? options.seconds
                                                                                               : -1);
      g_autofree char *answer = command_guard_talk (options.socket, error, "ban", argv[i], seconds,
                                                    options.reason != NULL ? options.reason : "by command", NULL);

      if (answer == NULL)
        return COMMAND_FAILED;
    }

  return COMMAND_DONE;
}

/* A verb with addresses, or one without, whose answer is printed as it is. */
static CommandStatus
say (Command *command, const char *words, int min, int max, int argc, char **argv, GError **error)
{
  g_auto (BanOptions) options = { 0 };
  const char *verb = words + strlen ("guard ");
  int first = 1;

  if (!parse (command, &options, words, &argc, &argv, min, max, error))
    return COMMAND_DONE;
  do
    {
      const char *address = argc > first ? argv[first] : NULL;
      const char *reason = g_str_equal (verb, "allow") ? (options.reason != NULL ? options.reason : "by command") : NULL;
      g_autofree char *answer = command_guard_talk (options.socket, error, verb, address, reason, NULL);
      g_autofree char *clean = answer != NULL ? command_output_clean_lines (answer) : NULL;

      if (clean == NULL)
        return COMMAND_FAILED;
      command_output_print ("%s", clean);
    }
  while (++first < argc);

  return COMMAND_DONE;
}

CommandStatus
command_guard_unban (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard unban", 1, -1, argc, argv, error);
}

CommandStatus
command_guard_allow (Command *command, int argc, char **argv, GError **error)
{
  /* Without an address: who is allowed. */
  if (argc > 1)
    return say (command, "guard allow", 0, -1, argc, argv, error);
  return say (command, "guard allowed", 0, 0, argc, argv, error);
}

CommandStatus
command_guard_allowed (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard allowed", 0, 0, argc, argv, error);
}

CommandStatus
command_guard_disallow (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard disallow", 1, -1, argc, argv, error);
}

CommandStatus
command_guard_explain (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard explain", 1, -1, argc, argv, error);
}

CommandStatus
command_guard_confirm (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard confirm", 0, 0, argc, argv, error);
}

CommandStatus
command_guard_reload (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard reload", 0, 0, argc, argv, error);
}

CommandStatus
command_guard_compare (Command *command, int argc, char **argv, GError **error)
{
  return say (command, "guard compare", 0, 0, argc, argv, error);
}

CommandStatus
command_guard_stats (Command *command, int argc, char **argv, GError **error)
{
  g_auto (BanOptions) options = { 0 };
  g_autofree char *answer = NULL;
  g_auto (GStrv) lines = NULL;
  JsonBuilder *builder;

  if (!parse (command, &options, "guard stats", &argc, &argv, 0, 0, error))
    return COMMAND_DONE;
  answer = command_guard_talk (options.socket, error, "stats", NULL);
  if (answer == NULL)
    return COMMAND_FAILED;
  if (!command->json)
    {
      command_output_print ("%s", answer);
      return COMMAND_DONE;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  lines = g_strsplit (answer, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *tab = strchr (*line, '\t');

      if (tab == NULL)
        continue;
      *tab++ = '\0';
      if (g_ascii_isdigit (*tab))
        command_output_add_number (builder, *line, g_ascii_strtoull (tab, NULL, 10));
      else
        command_output_add_string (builder, *line, tab);
    }
  json_builder_end_object (builder);
  command_output_print_json (builder);

  return COMMAND_DONE;
}

static gboolean
import_row (sqlite3_stmt *statement, const char *socket, gint64 now, guint *n, GError **error)
{
  const char *address = (const char *) sqlite3_column_text (statement, 0);
  gint64 time = sqlite3_column_int64 (statement, 1);
  gint64 length = sqlite3_column_int64 (statement, 2);
  gint64 left = length < 0 ? 0 : time + length - now;
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, left);
  g_autofree char *answer = NULL;
  g_autoptr (GError) local_error = NULL;

  if (address == NULL || (length >= 0 && left <= 0))
    return TRUE;
  answer = command_guard_talk (socket, &local_error, "ban", address, seconds, "from fail2ban", NULL);
  *n += answer != NULL;
  /* One that is allowed here, or is no address, is no reason to leave out the others. */
  if (answer != NULL || g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED) ||
      g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    {
      if (answer == NULL)
        g_printerr ("intimail: %s\n", local_error->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
import_bans (sqlite3 *database, const char *path, const char *socket, guint *n, GError **error)
{
  /* The last ban of each; "bips" is so since 0.11. */
  static const char query[] = "SELECT ip, max(timeofban), bantime FROM bips GROUP BY ip";
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (database, query, -1, &statement, NULL);
  gboolean is_right = TRUE;

  while (result == SQLITE_OK && is_right && (result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      is_right = import_row (statement, socket, now, n, error);
      result = SQLITE_OK;
    }
  sqlite3_finalize (statement);
  if (is_right && result != SQLITE_DONE)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "%s is no data base of fail2ban (0.11 or later): %s", path, sqlite3_errmsg (database));

  return is_right && result == SQLITE_DONE;
}

CommandStatus
command_guard_import (Command *command, int argc, char **argv, GError **error)
{
  g_auto (BanOptions) options = { 0 };
  sqlite3 *database = NULL;
  guint n = 0;
  gboolean is_right;

  if (!parse (command, &options, "guard import", &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (sqlite3_open_v2 (argv[1], &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "%s: %s", argv[1], sqlite3_errmsg (database));
      sqlite3_close (database);
      return COMMAND_NOT_FOUND;
    }
  is_right = import_bans (database, argv[1], options.socket, &n, error);
  sqlite3_close (database);
  if (is_right)
    command_output_print ("%u bans came in\n", n);

  return is_right ? COMMAND_DONE : COMMAND_FAILED;
}
