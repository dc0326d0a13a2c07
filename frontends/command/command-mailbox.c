/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail mailbox: the folders of somebody's mail.
 */

#include <string.h>

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

/* The mailbox that holds @path, NULL at the top, and the last name. */
static gboolean
split_path (IntimailAccount *account, const char *path, IntimailMailbox **parent, const char **name, GError **error)
{
  const char *slash = strrchr (path, '/');
  g_autofree char *above = slash != NULL ? g_strndup (path, (gsize) (slash - path)) : NULL;

  *name = slash != NULL ? slash + 1 : path;
  *parent = above != NULL ? command_lookup_mailbox (account, above, error) : NULL;

  return above == NULL || *parent != NULL;
}

static const char *
get_id (IntimailMailbox *mailbox)
{
  return mailbox != NULL ? intimail_mailbox_get_id (mailbox) : NULL;
}

static CommandStatus
run_create (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailMailbox) parent = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;
  const char *name;

  if (!command_parse (command, &command_mailbox_verbs[1], NULL, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  if (account == NULL || !split_path (account, argv[2], &parent, &name, error))
    return COMMAND_FAILED;
  mailbox = intimail_account_create_mailbox (account, name, get_id (parent), NULL, error);
  if (mailbox != NULL && command->json)
    {
      JsonBuilder *builder = json_builder_new ();

      build_mailbox (builder, mailbox);
      command_output_print_json (builder);
    }

  return COMMAND_DONE;
}

static CommandStatus
run_rename (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;
  g_autoptr (IntimailMailbox) parent = NULL;
  const char *name;

  if (!command_parse (command, &command_mailbox_verbs[2], NULL, &argc, &argv, 3, 3, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  mailbox = account != NULL ? command_lookup_mailbox (account, argv[2], error) : NULL;
  if (mailbox == NULL || !split_path (account, argv[3], &parent, &name, error))
    return COMMAND_FAILED;
  intimail_account_update_mailbox (account, intimail_mailbox_get_id (mailbox), name, get_id (parent),
                                   intimail_mailbox_get_role (mailbox), intimail_mailbox_get_sort_order (mailbox),
                                   intimail_mailbox_is_subscribed (mailbox), NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_remove (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;
  gboolean with_messages = FALSE;
  const GOptionEntry entries[] = {
    { "with-messages", 0, 0, G_OPTION_ARG_NONE, &with_messages, "Remove the messages inside too", NULL },
    { NULL },
  };

  if (!command_parse (command, &command_mailbox_verbs[3], entries, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  mailbox = account != NULL ? command_lookup_mailbox (account, argv[2], error) : NULL;
  if (mailbox != NULL)
    intimail_account_remove_mailbox (account, intimail_mailbox_get_id (mailbox), with_messages, NULL, error);

  return COMMAND_DONE;
}

const CommandVerb command_mailbox_verbs[] = {
  { "mailbox list", "UID", "List somebody's mailboxes", NULL, run_list },
  { "mailbox create", "UID PATH", "Make a mailbox", "PATH is a name, or names from the top with \"/\" between.", run_create },
  { "mailbox rename", "UID MAILBOX PATH", "Give a mailbox another name or place", "Mailboxes inside go with it.", run_rename },
  { "mailbox remove", "UID MAILBOX", "Remove a mailbox", NULL, run_remove },
  { NULL },
};
