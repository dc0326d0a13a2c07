/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail index: what is derived from the mail, compared and made again.
 */

#include <unistd.h>

#include "command-output.h"
#include "command-transfer.h"
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

static void
print_differences (JsonBuilder *builder, const char *uid, char **differences)
{
  for (gsize i = 0; differences[i] != NULL; i++)
    {
      g_autofree char *clean = command_output_clean (differences[i]);

      if (builder == NULL)
        {
          command_output_print ("%s: %s\n", uid, clean);
          continue;
        }
      json_builder_begin_object (builder);
      command_output_add_string (builder, "uid", uid);
      command_output_add_string (builder, "difference", clean);
      json_builder_end_object (builder);
    }
}

/* Not the site's account: one that is opened mends what should be seen here. */
static char **
check_person (Command *command, const char *uid, gboolean deep, GError **error)
{
  g_autoptr (IntimailPerson) person = command_lookup_person (command, uid, error);
  g_autofree char *path = person != NULL ? intimail_site_get_account_path (command->site, person) : NULL;
  g_autoptr (IntimailAccount) account = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) texts = NULL;
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  if (person == NULL)
    return NULL;
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_new0 (char *, 1);
  account = intimail_account_new (path);

  names = intimail_account_check_index (account, NULL, NULL, error);
  if (names == NULL || !deep)
    return g_steal_pointer (&names);
  texts = intimail_account_check_messages (account, NULL, NULL, error);
  if (texts == NULL)
    return NULL;
  g_strv_builder_addv (all, (const char **) names);
  g_strv_builder_addv (all, (const char **) texts);
  return g_strv_builder_end (all);
}

/* What is left when the indexes of somebody are made again. */
static char **
mend_person (Command *command, const char *uid, gboolean deep, GError **error)
{
  g_autoptr (IntimailAccount) account = command_get_account (command, uid, error);

  if (account == NULL || !intimail_account_rebuild_index (account, NULL, NULL, NULL, NULL, error))
    return NULL;
  return check_person (command, uid, deep, error);
}

static CommandStatus
run_check (Command *command, int argc, char **argv, GError **error)
{
  gboolean deep = FALSE;
  gboolean mend = FALSE;
  const GOptionEntry entries[] = {
    { "deep", 0, 0, G_OPTION_ARG_NONE, &deep, "Read each message, and compare it with what the index says of it", NULL },
    { "mend", 0, 0, G_OPTION_ARG_NONE, &mend, "Make the indexes again of those whose indexes differ", NULL },
    { NULL },
  };
  g_auto (GStrv) uids = NULL;
  JsonBuilder *builder;
  guint n = 0;

  if (!command_parse (command, &command_index_verbs[0], entries, &argc, &argv, 0, -1, error))
    return COMMAND_DONE;
  uids = command_list_uids (command, argc, argv, error);
  if (uids == NULL)
    return COMMAND_FAILED;
  builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  for (gsize i = 0; uids[i] != NULL; i++)
    {
      g_auto (GStrv) differences = check_person (command, uids[i], deep, error);

      if (differences == NULL)
        break;
      print_differences (builder, uids[i], differences);
      if (mend && differences[0] != NULL)
        {
          g_auto (GStrv) left = mend_person (command, uids[i], deep, error);

          if (left == NULL)
            break;
          n += g_strv_length (left);
        }
      else
        n += g_strv_length (differences);
    }
  if (builder != NULL)
    command_output_print_json (json_builder_end_array (builder));
  else if (n > 0)
    command_output_print ("no mail is lost by this; \"intimail index rebuild\" mends it\n");

  return n > 0 ? COMMAND_DIFFERENCE : COMMAND_DONE;
}

static void
print_rebuilt (JsonBuilder *builder, const char *uid, IntimailMailbox *mailbox)
{
  g_autofree char *path = command_output_clean (intimail_mailbox_get_path (mailbox));

  if (builder == NULL)
    {
      command_output_print ("%s: %s: %u messages\n", uid, path, intimail_mailbox_get_n_messages (mailbox));
      return;
    }
  json_builder_begin_object (builder);
  command_output_add_string (builder, "uid", uid);
  command_output_add_string (builder, "mailbox", path);
  command_output_add_number (builder, "messages", intimail_mailbox_get_n_messages (mailbox));
  json_builder_end_object (builder);
}

static void
draw (goffset current, goffset total, gpointer user_data)
{
  command_progress_draw (user_data, (guint64) current, (guint64) total, (guint64) current);
}

static gboolean
rebuild_mailbox (Command *command, IntimailAccount *account, const char *id, GError **error)
{
  gboolean show = !command->json && isatty (STDERR_FILENO);
  CommandProgress progress = { 0 };
  gboolean ok = intimail_account_rebuild_index (account, id, show ? draw : NULL, &progress, NULL, error);

  command_progress_end (&progress);
  return ok;
}

static gboolean
rebuild_person (Command *command, const char *uid, const char *name, JsonBuilder *builder, GError **error)
{
  g_autoptr (IntimailAccount) account = command_get_account (command, uid, error);
  g_autoptr (GPtrArray) mailboxes = account != NULL ? list_mailboxes (account, name, error) : NULL;

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      const char *id = intimail_mailbox_get_id (mailboxes->pdata[i]);
      g_autoptr (IntimailMailbox) after = NULL;

      if (!rebuild_mailbox (command, account, id, error))
        return FALSE;
      after = intimail_account_lookup_mailbox (account, id, error);
      if (after == NULL)
        return FALSE;
      print_rebuilt (builder, uid, after);
    }

  return mailboxes != NULL;
}

static CommandStatus
run_rebuild (Command *command, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = { { NULL } };
  g_auto (GStrv) uids = NULL;
  JsonBuilder *builder;

  if (!command_parse (command, &command_index_verbs[1], entries, &argc, &argv, 0, 2, error))
    return COMMAND_DONE;
  uids = command_list_uids (command, MIN (argc, 2), argv, error);
  if (uids == NULL)
    return COMMAND_FAILED;
  builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  for (gsize i = 0; uids[i] != NULL; i++)
    if (!rebuild_person (command, uids[i], argc > 2 ? argv[2] : NULL, builder, error))
      break;
  if (builder != NULL)
    command_output_print_json (json_builder_end_array (builder));

  return COMMAND_DONE;
}

const CommandVerb command_index_verbs[] = {
  { "index check", "[UID...]", "Compare the indexes with the mail",
    "Prints each difference, and then ends with the status 7. Nothing is mended without --mend.", run_check },
  { "index rebuild", "[UID [MAILBOX]]", "Make the indexes again from the mail",
    "Without a person those of everybody. A mailbox is a path, or a role like inbox.", run_rebuild },
  { NULL },
};
