/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail message send: a message that lies ready, for somebody.
 */

#include "command-input.h"
#include "command-output.h"
#include "command.h"

static void
add_all (GPtrArray *recipients, GPtrArray *addresses)
{
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      const char *email = intimail_address_get_email (addresses->pdata[i]);

      if (!g_ptr_array_find_with_equal_func (recipients, email, g_str_equal, NULL))
        g_ptr_array_add (recipients, g_strdup (email));
    }
}

/* Those who are named, or all that the message names. NULL-terminated. */
static GPtrArray *
find_recipients (IntimailMessage *message, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);

  for (int i = 2; i < argc; i++)
    g_ptr_array_add (recipients, g_strdup (argv[i]));
  if (recipients->len == 0)
    {
      add_all (recipients, intimail_message_get_to (message));
      add_all (recipients, intimail_message_get_cc (message));
      add_all (recipients, intimail_message_get_bcc (message));
    }
  if (recipients->len == 0)
    {
      command_usage (error, "the message is to nobody: name the recipients behind the UID");
      return NULL;
    }
  g_ptr_array_add (recipients, NULL);

  return g_steal_pointer (&recipients);
}

static gboolean
send (Command *command, const char *sender, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailPerson) person = command_lookup_person (command, argv[1], error);
  g_autoptr (IntimailAccount) account = person != NULL ? command_get_account (command, argv[1], error) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (GPtrArray) recipients = NULL;
  g_autoptr (IntimailOutbox) outbox = NULL;
  g_autofree char *id = NULL;

  if (account == NULL)
    return FALSE;
  bytes = command_input_read (intimail_site_get_max_message_size (command->site), error);
  message = bytes != NULL ? intimail_message_new_from_bytes (bytes, error) : NULL;
  recipients = message != NULL ? find_recipients (message, argc, argv, error) : NULL;
  if (recipients == NULL)
    return FALSE;
  outbox = intimail_outbox_new (command->site, person);
  id = intimail_outbox_send (outbox, sender != NULL ? sender : intimail_person_get_mail (person),
                             (const char *const *) recipients->pdata, bytes, NULL, error);
  if (id == NULL)
    return FALSE;
  if (command->json)
    {
      JsonBuilder *builder = json_builder_new ();

      json_builder_begin_object (builder);
      command_output_add_string (builder, "id", id);
      json_builder_end_object (builder);
      command_output_print_json (builder);
    }
  else
    command_output_print ("Sent: %s\n", id);

  return TRUE;
}

static CommandStatus
run_send (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *sender = NULL;
  const GOptionEntry entries[] = {
    { "sender", 0, 0, G_OPTION_ARG_STRING, &sender, "Who gets what comes back: an address of theirs (the main one)", "ADDRESS" },
    { NULL },
  };

  if (!command_parse (command, &command_send_verbs[0], entries, &argc, &argv, 1, -1, error))
    return COMMAND_DONE;

  return send (command, sender, argc, argv, error) ? COMMAND_DONE : COMMAND_FAILED;
}

const CommandVerb command_send_verbs[] = {
  { "message send", "UID [RECIPIENT...]", "Send the message that comes by standard input",
    "It goes to those who are named, or else to all in To, Cc and Bcc. From has to be an\n"
    "address of UID. The copy is among the sent mail, or among the drafts when it is not sent.",
    run_send },
  { NULL },
};
