/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail mailbox: the folders of somebody's mail.
 */

#include "command-output.h"
#include "command.h"

static void
build_mailbox (JsonBuilder *builder, IntimailMailbox *mailbox)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "id", intimail_mailbox_get_id (mailbox));
  command_output_add_string (builder, "name", intimail_mailbox_get_name (mailbox));
  command_output_add_string (builder, "path", intimail_mailbox_get_path (mailbox));
  command_output_add_string (builder, "role", command_get_role_name (intimail_mailbox_get_role (mailbox)));
  command_output_add_number (builder, "messages", intimail_mailbox_get_n_messages (mailbox));
  command_output_add_number (builder, "unread", intimail_mailbox_get_n_unread (mailbox));
  json_builder_end_object (builder);
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (GPtrArray) mailboxes = NULL;
  CommandTable *table;

  if (!command_parse (command, &command_mailbox_verbs[0], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  mailboxes = account != NULL ? intimail_account_list_mailboxes (account, NULL, error) : NULL;
  if (mailboxes == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      JsonBuilder *builder = json_builder_begin_array (json_builder_new ());

      for (guint i = 0; i < mailboxes->len; i++)
        build_mailbox (builder, mailboxes->pdata[i]);
      command_output_print_json (json_builder_end_array (builder));
      return COMMAND_DONE;
    }

  table = command_table_new (">MESSAGES|>UNREAD|ROLE|MAILBOX");
  for (guint i = 0; i < mailboxes->len; i++)
    {
      IntimailMailbox *mailbox = mailboxes->pdata[i];
      g_autofree char *messages = g_strdup_printf ("%u", intimail_mailbox_get_n_messages (mailbox));
      g_autofree char *unread = g_strdup_printf ("%u", intimail_mailbox_get_n_unread (mailbox));

      command_table_add (table, messages, unread, command_get_role_name (intimail_mailbox_get_role (mailbox)),
                         intimail_mailbox_get_path (mailbox), NULL);
    }
  command_table_print (table, "no mailbox");

  return COMMAND_DONE;
}

const CommandVerb command_mailbox_verbs[] = {
  { "mailbox list", "UID", "List somebody's mailboxes", NULL, run_list },
  { NULL },
};
