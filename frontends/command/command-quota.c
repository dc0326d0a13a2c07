/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail quota: how much mail people keep, and may keep.
 */

#include "command-output.h"
#include "command.h"

static void
build_quota (JsonBuilder *builder, const char *uid, IntimailQuota *quota)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "uid", uid);
  command_output_add_number (builder, "usedBytes", intimail_quota_get_used_bytes (quota));
  command_output_add_number (builder, "limitBytes", intimail_quota_get_limit_bytes (quota));
  command_output_add_number (builder, "usedMessages", intimail_quota_get_used_messages (quota));
  command_output_add_number (builder, "limitMessages", intimail_quota_get_limit_messages (quota));
  json_builder_end_object (builder);
}

static void
add_row (CommandTable *table, const char *uid, IntimailQuota *quota)
{
  guint64 used = intimail_quota_get_used_bytes (quota);
  guint64 limit = intimail_quota_get_limit_bytes (quota);
  guint64 limit_messages = intimail_quota_get_limit_messages (quota);
  g_autofree char *used_text = g_format_size (used);
  g_autofree char *limit_text = command_output_format_size (limit);
  g_autofree char *percent = limit > 0 ? g_strdup_printf ("%.0f %%", 100.0 * (double) used / (double) limit) : g_strdup ("");
  g_autofree char *messages = g_strdup_printf ("%" G_GUINT64_FORMAT, intimail_quota_get_used_messages (quota));
  g_autofree char *limit_messages_text = limit_messages > 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, limit_messages) : g_strdup ("");

  command_table_add (table, uid, used_text, limit_text, percent, messages, limit_messages_text, NULL);
}

static gboolean
show_person (Command *command, IntimailPerson *person, CommandTable *table, JsonBuilder *builder, GError **error)
{
  g_autoptr (IntimailAccount) account = intimail_site_get_account (command->site, person, error);
  g_autoptr (IntimailQuota) quota = account != NULL ? intimail_account_get_quota (account, error) : NULL;
  const char *uid = intimail_person_get_uid (person);

  if (quota == NULL)
    return FALSE;
  if (table != NULL)
    add_row (table, uid, quota);
  else
    build_quota (builder, uid, quota);

  return TRUE;
}

/* Those who are named, or everybody. */
static GPtrArray *
list_people (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_object_unref);
  IntimailDirectory *directory = command_get_directory (command, error);

  if (directory == NULL)
    return NULL;
  if (argc < 2)
    return intimail_directory_list_people (directory, NULL, error);
  for (int i = 1; i < argc; i++)
    {
      IntimailPerson *person = command_lookup_person (command, argv[i], error);

      if (person == NULL)
        return NULL;
      g_ptr_array_add (people, person);
    }

  return g_steal_pointer (&people);
}

static CommandStatus
run_quota (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  CommandTable *table;
  JsonBuilder *builder;

  if (!command_parse (command, &command_quota_verbs[0], NULL, &argc, &argv, 0, -1, error))
    return COMMAND_DONE;
  people = list_people (command, argc, argv, error);
  if (people == NULL)
    return COMMAND_FAILED;
  table = command->json ? NULL : command_table_new ("UID|>USED|>LIMIT|>FULL|>MESSAGES|>LIMIT");
  builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  for (guint i = 0; i < people->len; i++)
    if (!show_person (command, people->pdata[i], table, builder, error))
      break;
  if (table != NULL)
    command_table_print (table, "nobody yet: see \"intimail person add --help\"");
  else
    command_output_print_json (json_builder_end_array (builder));

  return COMMAND_DONE;
}

const CommandVerb command_quota_verbs[] = {
  { "quota", "[UID...]", "Show how much mail people keep, and may keep",
    "\"intimail person set UID --quota SIZE\" changes it.", run_quota },
  { NULL },
};
