/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail index: what is derived from the mail, compared and made again.
 */

#include "command-output.h"
#include "command.h"

/* The mailboxes to look at: one that is named, or all. */
static GPtrArray *
list_mailboxes (IntimailAccount *account, const char *name, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = NULL;
  IntimailMailbox *mailbox;

  if (name == NULL)
    return intimail_account_list_mailboxes (account, NULL, error);
  mailbox = command_lookup_mailbox (account, name, error);
  if (mailbox == NULL)
    return NULL;
  mailboxes = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (mailboxes, mailbox);
  return g_steal_pointer (&mailboxes);
}

/* Everybody when nobody is named. */
static char **
list_uids (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GStrvBuilder) uids = g_strv_builder_new ();
  g_autoptr (GPtrArray) people = NULL;
  IntimailDirectory *directory = command_get_directory (command, error);

  if (directory == NULL)
    return NULL;
  for (int i = 1; i < argc; i++)
    g_strv_builder_add (uids, argv[i]);
  if (argc > 1)
    return g_strv_builder_end (uids);
  people = intimail_directory_list_people (directory, NULL, error);
  if (people == NULL)
    return NULL;
  for (guint i = 0; i < people->len; i++)
    g_strv_builder_add (uids, intimail_person_get_uid (people->pdata[i]));

  return g_strv_builder_end (uids);
}

typedef struct
{
  Command *command;
  JsonBuilder *builder; /* with --json */
  const char *uid;
  IntimailAccount *account;
  guint n_differences;
} Visit;

typedef gboolean (*VisitMailbox) (Visit *visit, IntimailMailbox *mailbox, GError **error);

static gboolean
check_mailbox (Visit *visit, IntimailMailbox *mailbox, GError **error)
{
  g_auto (GStrv) differences = intimail_account_check_index (visit->account, intimail_mailbox_get_id (mailbox), NULL, error);

  if (differences == NULL)
    return FALSE;
  for (gsize i = 0; differences[i] != NULL; i++)
    {
      g_autofree char *clean = command_output_clean (differences[i]);

      visit->n_differences++;
      if (visit->builder == NULL)
        {
          command_output_print ("%s: %s: %s\n", visit->uid, intimail_mailbox_get_path (mailbox), clean);
          continue;
        }
      json_builder_begin_object (visit->builder);
      command_output_add_string (visit->builder, "uid", visit->uid);
      command_output_add_string (visit->builder, "mailbox", intimail_mailbox_get_path (mailbox));
      command_output_add_string (visit->builder, "difference", clean);
      json_builder_end_object (visit->builder);
    }

  return TRUE;
}

static gboolean
rebuild_mailbox (Visit *visit, IntimailMailbox *mailbox, GError **error)
{
  g_autoptr (IntimailMailbox) after = NULL;

  if (!intimail_account_rebuild_index (visit->account, intimail_mailbox_get_id (mailbox), NULL, NULL, NULL, error))
    return FALSE;
  after = intimail_account_lookup_mailbox (visit->account, intimail_mailbox_get_id (mailbox), error);
  if (after == NULL)
    return FALSE;
  if (visit->builder == NULL)
    {
      g_autofree char *path = command_output_clean (intimail_mailbox_get_path (mailbox));

      command_output_print ("%s: %s: %u messages\n", visit->uid, path, intimail_mailbox_get_n_messages (after));
      return TRUE;
    }
  json_builder_begin_object (visit->builder);
  command_output_add_string (visit->builder, "uid", visit->uid);
  command_output_add_string (visit->builder, "mailbox", intimail_mailbox_get_path (mailbox));
  command_output_add_number (visit->builder, "messages", intimail_mailbox_get_n_messages (after));
  json_builder_end_object (visit->builder);

  return TRUE;
}

static gboolean
visit_person (Visit *visit, const char *name, VisitMailbox function, GError **error)
{
  g_autoptr (IntimailAccount) account = command_get_account (visit->command, visit->uid, error);
  g_autoptr (GPtrArray) mailboxes = account != NULL ? list_mailboxes (account, name, error) : NULL;

  if (mailboxes == NULL)
    return FALSE;
  visit->account = account;
  for (guint i = 0; i < mailboxes->len; i++)
    if (!function (visit, mailboxes->pdata[i], error))
      return FALSE;

  return TRUE;
}

static CommandStatus
visit_all (Command *command, const CommandVerb *verb, int argc, char **argv, VisitMailbox function, guint *n_differences, GError **error)
{
  g_autofree char *name = NULL;
  const GOptionEntry entries[] = {
    { "mailbox", 0, 0, G_OPTION_ARG_STRING, &name, "This mailbox alone: a path, or a role like inbox (all)", "MAILBOX" },
    { NULL },
  };
  g_auto (GStrv) uids = NULL;
  Visit visit = { .command = command };
  gboolean good = TRUE;

  if (!command_parse (command, verb, entries, &argc, &argv, 0, -1, error))
    return COMMAND_USAGE;
  uids = list_uids (command, argc, argv, error);
  if (uids == NULL)
    return COMMAND_FAILED;
  visit.builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  for (gsize i = 0; good && uids[i] != NULL; i++)
    {
      visit.uid = uids[i];
      good = visit_person (&visit, name, function, error);
    }
  if (visit.builder != NULL)
    command_output_print_json (json_builder_end_array (visit.builder));
  *n_differences = visit.n_differences;

  return COMMAND_DONE;
}

static CommandStatus
run_check (Command *command, int argc, char **argv, GError **error)
{
  guint n = 0;

  if (visit_all (command, &command_index_verbs[0], argc, argv, check_mailbox, &n, error) != COMMAND_DONE)
    return COMMAND_DONE;
  if (n == 0)
    return COMMAND_DONE;
  if (!command->json)
    command_output_print ("no mail is lost by this; \"intimail index rebuild\" mends it\n");

  return COMMAND_DIFFERENCE;
}

static CommandStatus
run_rebuild (Command *command, int argc, char **argv, GError **error)
{
  guint n = 0;

  visit_all (command, &command_index_verbs[1], argc, argv, rebuild_mailbox, &n, error);

  return COMMAND_DONE;
}

const CommandVerb command_index_verbs[] = {
  { "index check", "[UID...]", "Compare the indexes with the mail",
    "Prints each difference, and then ends with the status 7.", run_check },
  { "index rebuild", "[UID...]", "Make the indexes again from the mail", NULL, run_rebuild },
  { NULL },
};
