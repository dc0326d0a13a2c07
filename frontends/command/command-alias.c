/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail alias: more addresses of somebody.
 */

#include "command-output.h"
#include "command.h"

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (GStrvBuilder) aliases = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (!command_parse (command, &command_alias_verbs[0], NULL, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  person = command_lookup_person (command, argv[1], error);
  if (person == NULL)
    return COMMAND_FAILED;
  g_strv_builder_addv (aliases, (const char **) intimail_person_get_aliases (person));
  for (int i = 2; i < argc; i++)
    if (!g_strv_contains (intimail_person_get_aliases (person), argv[i]))
      g_strv_builder_add (aliases, argv[i]);
  list = g_strv_builder_end (aliases);
  intimail_person_set_aliases (person, (const char *const *) list);
  intimail_directory_update_person (intimail_site_get_directory (command->site), person, NULL, error);

  return COMMAND_DONE;
}

static void
print_aliases (Command *command, GPtrArray *people, const char *uid)
{
  CommandTable *table = command->json ? NULL : command_table_new ("ALIAS|UID|MAIL");
  JsonBuilder *builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;

  for (guint i = 0; i < people->len; i++)
    {
      IntimailPerson *person = people->pdata[i];
      const char *const *aliases = intimail_person_get_aliases (person);

      for (gsize j = 0; aliases[j] != NULL && (uid == NULL || g_str_equal (uid, intimail_person_get_uid (person))); j++)
        {
          if (table != NULL)
            {
              command_table_add (table, aliases[j], intimail_person_get_uid (person), intimail_person_get_mail (person), NULL);
              continue;
            }
          json_builder_begin_object (builder);
          command_output_add_string (builder, "alias", aliases[j]);
          command_output_add_string (builder, "uid", intimail_person_get_uid (person));
          command_output_add_string (builder, "mail", intimail_person_get_mail (person));
          json_builder_end_object (builder);
        }
    }
  if (table != NULL)
    command_table_print (table, "no alias: see \"intimail alias add --help\"");
  else
    command_output_print_json (json_builder_end_array (builder));
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  IntimailDirectory *directory;

  if (!command_parse (command, &command_alias_verbs[1], NULL, &argc, &argv, 0, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  if (argc > 1)
    {
      g_autoptr (IntimailPerson) person = command_lookup_person (command, argv[1], error);

      if (person == NULL)
        return COMMAND_FAILED;
    }
  people = intimail_directory_list_people (directory, NULL, error);
  if (people == NULL)
    return COMMAND_FAILED;
  print_aliases (command, people, argc > 1 ? argv[1] : NULL);

  return COMMAND_DONE;
}

/* Takes the alias from whoever has it. */
static gboolean
remove_alias (IntimailDirectory *directory, const char *alias, GError **error)
{
  g_autoptr (GPtrArray) people = intimail_directory_list_people (directory, NULL, error);

  for (guint i = 0; people != NULL && i < people->len; i++)
    {
      const char *const *aliases = intimail_person_get_aliases (people->pdata[i]);
      g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
      g_auto (GStrv) list = NULL;

      for (gsize j = 0; aliases[j] != NULL; j++)
        if (g_ascii_strcasecmp (aliases[j], alias) != 0)
          g_strv_builder_add (rest, aliases[j]);
      list = g_strv_builder_end (rest);
      if (g_strv_length (list) == g_strv_length ((char **) aliases))
        continue;
      intimail_person_set_aliases (people->pdata[i], (const char *const *) list);
      return intimail_directory_update_person (directory, people->pdata[i], NULL, error);
    }
  if (people != NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                 "nobody has the alias \"%s\": see \"intimail alias list\"", alias);

  return FALSE;
}

static CommandStatus
run_remove (Command *command, int argc, char **argv, GError **error)
{
  IntimailDirectory *directory;

  if (!command_parse (command, &command_alias_verbs[2], NULL, &argc, &argv, 1, -1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  for (int i = 1; directory != NULL && i < argc; i++)
    if (!remove_alias (directory, argv[i], error))
      return COMMAND_FAILED;

  return COMMAND_DONE;
}

const CommandVerb command_alias_verbs[] = {
  { "alias add", "UID ADDRESS...", "Give somebody more addresses", NULL, run_add },
  { "alias list", "[UID]", "List the aliases", NULL, run_list },
  { "alias remove", "ADDRESS...", "Remove aliases", NULL, run_remove },
  { NULL },
};
