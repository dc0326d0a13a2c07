/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail group: people under one name, and perhaps one address.
 */

#include "command-output.h"
#include "command.h"

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *mail = NULL;
  g_autofree char *description = NULL;
  g_auto (GStrv) members = NULL;
  const GOptionEntry entries[] = {
    { "mail", 0, 0, G_OPTION_ARG_STRING, &mail, "An address whose mail all members get", "ADDRESS" },
    { "description", 0, 0, G_OPTION_ARG_STRING, &description, "A line for people", "TEXT" },
    { "member", 0, 0, G_OPTION_ARG_STRING_ARRAY, &members, "A member; may come again", "UID" },
    { NULL },
  };
  g_autoptr (IntimailGroup) group = NULL;
  IntimailDirectory *directory;

  if (!command_parse (command, &command_group_verbs[0], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  group = intimail_group_new (argv[1]);
  if (mail != NULL)
    intimail_group_set_mail (group, mail);
  if (description != NULL)
    intimail_group_set_description (group, description);
  if (members != NULL)
    intimail_group_set_members (group, (const char *const *) members);
  intimail_directory_add_group (directory, group, NULL, error);

  return COMMAND_DONE;
}

static void
build_group (JsonBuilder *builder, IntimailGroup *group)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "name", intimail_group_get_name (group));
  command_output_add_string (builder, "description", intimail_group_get_description (group));
  command_output_add_string (builder, "mail", intimail_group_get_mail (group));
  command_output_add_strings (builder, "members", intimail_group_get_members (group));
  json_builder_end_object (builder);
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;
  IntimailDirectory *directory;
  CommandTable *table;

  if (!command_parse (command, &command_group_verbs[1], NULL, &argc, &argv, 0, 0, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  groups = directory != NULL ? intimail_directory_list_groups (directory, NULL, error) : NULL;
  if (groups == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      JsonBuilder *builder = json_builder_begin_array (json_builder_new ());

      for (guint i = 0; i < groups->len; i++)
        build_group (builder, groups->pdata[i]);
      command_output_print_json (json_builder_end_array (builder));
      return COMMAND_DONE;
    }

  table = command_table_new ("NAME|MAIL|MEMBERS|DESCRIPTION");
  for (guint i = 0; i < groups->len; i++)
    {
      IntimailGroup *group = groups->pdata[i];
      g_autofree char *members = g_strjoinv (", ", (char **) intimail_group_get_members (group));

      command_table_add (table, intimail_group_get_name (group), intimail_group_get_mail (group), members,
                         intimail_group_get_description (group), NULL);
    }
  command_table_print (table, "no group yet: see \"intimail group add --help\"");

  return COMMAND_DONE;
}

static CommandStatus
run_set (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *mail = NULL;
  g_autofree char *description = NULL;
  const GOptionEntry entries[] = {
    { "mail", 0, 0, G_OPTION_ARG_STRING, &mail, "An address whose mail all members get; \"\" for none", "ADDRESS" },
    { "description", 0, 0, G_OPTION_ARG_STRING, &description, "A line for people; \"\" for none", "TEXT" },
    { NULL },
  };
  g_autoptr (IntimailGroup) group = NULL;

  if (!command_parse (command, &command_group_verbs[2], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (mail == NULL && description == NULL)
    {
      command_usage (error, "nothing to change: see \"intimail group set --help\"");
      return COMMAND_USAGE;
    }
  group = command_lookup_group (command, argv[1], error);
  if (group == NULL)
    return COMMAND_FAILED;
  if (mail != NULL)
    intimail_group_set_mail (group, mail);
  if (description != NULL)
    intimail_group_set_description (group, description);
  intimail_directory_update_group (command->directory, group, NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_join (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailGroup) group = NULL;
  g_autoptr (GStrvBuilder) members = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (!command_parse (command, &command_group_verbs[3], NULL, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  group = command_lookup_group (command, argv[1], error);
  if (group == NULL)
    return COMMAND_FAILED;
  g_strv_builder_addv (members, (const char **) intimail_group_get_members (group));
  for (int i = 2; i < argc; i++)
    {
      g_autoptr (IntimailPerson) person = command_lookup_person (command, argv[i], error);

      if (person == NULL)
        return COMMAND_FAILED;
      if (!intimail_group_has_member (group, argv[i]))
        g_strv_builder_add (members, argv[i]);
    }
  list = g_strv_builder_end (members);
  intimail_group_set_members (group, (const char *const *) list);
  intimail_directory_update_group (command->directory, group, NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_leave (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailGroup) group = NULL;
  g_autoptr (GStrvBuilder) members = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  const char *const *old;

  if (!command_parse (command, &command_group_verbs[4], NULL, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  group = command_lookup_group (command, argv[1], error);
  if (group == NULL)
    return COMMAND_FAILED;
  for (int i = 2; i < argc; i++)
    if (!intimail_group_has_member (group, argv[i]))
      {
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                     "\"%s\" is not in the group \"%s\": see \"intimail group list\"", argv[i], argv[1]);
        return COMMAND_FAILED;
      }
  old = intimail_group_get_members (group);
  for (gsize i = 0; old[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) argv + 2, old[i]))
      g_strv_builder_add (members, old[i]);
  list = g_strv_builder_end (members);
  intimail_group_set_members (group, (const char *const *) list);
  intimail_directory_update_group (command->directory, group, NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_remove (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailGroup) group = NULL;

  if (!command_parse (command, &command_group_verbs[5], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  group = command_lookup_group (command, argv[1], error);
  if (group != NULL)
    intimail_directory_remove_group (command->directory, argv[1], NULL, error);

  return COMMAND_DONE;
}

const CommandVerb command_group_verbs[] = {
  { "group add", "NAME", "Add a group", NULL, run_add },
  { "group list", "", "List the groups with their members",
    "The members of \"admins\" administrate the site and get what is sent to its\n"
    "postmaster and abuse addresses.",
    run_list },
  { "group set", "NAME", "Change a group's address or description", NULL, run_set },
  { "group join", "NAME UID...", "Let people join a group", NULL, run_join },
  { "group leave", "NAME UID...", "Let people leave a group", NULL, run_leave },
  { "group remove", "NAME", "Remove a group; its members stay", NULL, run_remove },
  { NULL },
};
