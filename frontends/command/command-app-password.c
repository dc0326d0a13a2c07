/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail person app-password: passwords of somebody's mail programs.
 */

#include "command-output.h"
#include "command.h"

static void
build_app_password (JsonBuilder *builder, IntimailAppPassword *app_password)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "id", intimail_app_password_get_id (app_password));
  command_output_add_string (builder, "name", intimail_app_password_get_name (app_password));
  command_output_add_time (builder, "created", intimail_app_password_get_created (app_password));
  command_output_add_time (builder, "lastUse", intimail_app_password_get_last_use (app_password));
  json_builder_end_object (builder);
}

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *text = NULL;
  IntimailDirectory *directory;
  JsonBuilder *builder;

  if (!command_parse (command, &command_app_password_verbs[0], NULL, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  text = directory != NULL ? intimail_directory_add_app_password (directory, argv[1], argv[2], NULL, error) : NULL;
  if (text == NULL)
    return COMMAND_FAILED;
  if (!command->json)
    {
      command_output_print ("app password of %s, shown this once: %s\n", argv[1], text);
      return COMMAND_DONE;
    }
  builder = json_builder_begin_object (json_builder_new ());
  command_output_add_string (builder, "uid", argv[1]);
  command_output_add_string (builder, "name", argv[2]);
  command_output_add_string (builder, "password", text);
  command_output_print_json (json_builder_end_object (builder));

  return COMMAND_DONE;
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  IntimailDirectory *directory;
  CommandTable *table;

  if (!command_parse (command, &command_app_password_verbs[1], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  list = directory != NULL ? intimail_directory_list_app_passwords (directory, argv[1], NULL, error) : NULL;
  if (list == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      JsonBuilder *builder = json_builder_begin_array (json_builder_new ());

      for (guint i = 0; i < list->len; i++)
        build_app_password (builder, list->pdata[i]);
      command_output_print_json (json_builder_end_array (builder));
      return COMMAND_DONE;
    }
  table = command_table_new ("ID|CREATED|LAST USE|NAME");
  for (guint i = 0; i < list->len; i++)
    {
      g_autofree char *created = command_output_format_time (intimail_app_password_get_created (list->pdata[i]));
      g_autofree char *used = command_output_format_time (intimail_app_password_get_last_use (list->pdata[i]));

      command_table_add (table, intimail_app_password_get_id (list->pdata[i]), created, *used != '\0' ? used : "never",
                         intimail_app_password_get_name (list->pdata[i]), NULL);
    }
  command_table_print (table, "none: see \"intimail person app-password add --help\"");

  return COMMAND_DONE;
}

static CommandStatus
run_revoke (Command *command, int argc, char **argv, GError **error)
{
  IntimailDirectory *directory;

  if (!command_parse (command, &command_app_password_verbs[2], NULL, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL || !intimail_directory_revoke_app_password (directory, argv[1], argv[2], NULL, error))
    return COMMAND_FAILED;

  return COMMAND_DONE;
}

const CommandVerb command_app_password_verbs[] = {
  { "person app-password add", "UID NAME", "Make a password for one mail program",
    "It is shown once, and opens mail by JMAP and IMAP alone: not the page, and no setting.\n"
    "NAME is for people, such as \"phone\".",
    run_add },
  { "person app-password list", "UID", "List passwords of mail programs, and their last use", NULL, run_list },
  { "person app-password revoke", "UID ID", "End the password of a mail program",
    "ID is what \"list\" shows.", run_revoke },
  { NULL },
};
