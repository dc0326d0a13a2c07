/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail alias: more addresses of somebody, for good or for a time.
 */

#include "command-output.h"
#include "command.h"

typedef struct
{
  gboolean temporary;
  char *expires;
  char *note;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->expires);
  g_free (options->note);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *
get_state (IntimailTemporaryAlias *alias)
{
  if (alias == NULL)
    return "lasting";

  return intimail_temporary_alias_is_active (alias) ? "active" : "ended";
}

/* @alias is NULL for an address that does not end. */
static void
build_alias (JsonBuilder *builder, IntimailPerson *person, const char *address, IntimailTemporaryAlias *alias)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "alias", address);
  command_output_add_string (builder, "uid", intimail_person_get_uid (person));
  command_output_add_string (builder, "mail", intimail_person_get_mail (person));
  command_output_add_string (builder, "state", get_state (alias));
  command_output_add_time (builder, "expiry", alias != NULL ? intimail_temporary_alias_get_expiry (alias) : 0);
  command_output_add_string (builder, "note", alias != NULL ? intimail_temporary_alias_get_note (alias) : "");
  json_builder_end_object (builder);
}

static void
add_temporary (Command *command, IntimailPerson *person, const Options *options, const char *address, GError **error)
{
  g_autoptr (IntimailTemporaryAlias) alias = NULL;
  JsonBuilder *builder;
  gint64 expiry = 0;

  if (options->expires != NULL && !command_parse_time (options->expires, &expiry, error))
    return;
  alias = intimail_directory_add_temporary_alias (command->directory, intimail_person_get_uid (person),
                                                  address, expiry, options->note != NULL ? options->note : "", NULL, error);
  if (alias == NULL)
    return;
  if (!command->json)
    {
      command_output_print ("%s\n", intimail_temporary_alias_get_address (alias));
      return;
    }
  builder = json_builder_new ();
  build_alias (builder, person, intimail_temporary_alias_get_address (alias), alias);
  command_output_print_json (builder);
}

static void
add_lasting (Command *command, IntimailPerson *person, int n, char **addresses, GError **error)
{
  g_autoptr (GStrvBuilder) aliases = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  g_strv_builder_addv (aliases, (const char **) intimail_person_get_aliases (person));
  for (int i = 0; i < n; i++)
    if (!g_strv_contains (intimail_person_get_aliases (person), addresses[i]))
      g_strv_builder_add (aliases, addresses[i]);
  list = g_strv_builder_end (aliases);
  intimail_person_set_aliases (person, (const char *const *) list);
  intimail_directory_update_person (command->directory, person, NULL, error);
}

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { FALSE };
  const GOptionEntry entries[] = {
    { "temporary", 0, 0, G_OPTION_ARG_NONE, &options.temporary, "An address that ends; without ADDRESS, one is made", NULL },
    { "expires", 0, 0, G_OPTION_ARG_STRING, &options.expires, "When it ends: 30d, 2030-12-31 (never)", "TIME" },
    { "note", 0, 0, G_OPTION_ARG_STRING, &options.note, "What it is for", "TEXT" },
    { NULL },
  };
  g_autoptr (IntimailPerson) person = NULL;

  if (!command_parse (command, &command_alias_verbs[0], entries, &argc, &argv, 1, -1, error))
    return COMMAND_DONE;
  if (options.temporary ? argc > 3 : argc < 3)
    {
      command_usage (error, options.temporary ? "one temporary alias at a time" : "name an address: see \"intimail alias add --help\"");
      return COMMAND_USAGE;
    }
  if (!options.temporary && (options.expires != NULL || options.note != NULL))
    {
      command_usage (error, "only what is --temporary has an end and a note");
      return COMMAND_USAGE;
    }
  person = command_lookup_person (command, argv[1], error);
  if (person == NULL)
    return COMMAND_FAILED;
  if (options.temporary)
    add_temporary (command, person, &options, argc > 2 ? argv[2] : NULL, error);
  else
    add_lasting (command, person, argc - 2, argv + 2, error);

  return COMMAND_DONE;
}

static void
add_row (CommandTable *table, IntimailPerson *person, const char *address, IntimailTemporaryAlias *alias)
{
  g_autofree char *expiry = command_output_format_time (alias != NULL ? intimail_temporary_alias_get_expiry (alias) : 0);

  command_table_add (table, address, intimail_person_get_uid (person), intimail_person_get_mail (person), get_state (alias),
                     expiry, alias != NULL ? intimail_temporary_alias_get_note (alias) : "", NULL);
}

static void
print_person (CommandTable *table, JsonBuilder *builder, IntimailPerson *person)
{
  const char *const *aliases = intimail_person_get_aliases (person);
  g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (person);

  for (gsize i = 0; aliases[i] != NULL; i++)
    if (table != NULL)
      add_row (table, person, aliases[i], NULL);
    else
      build_alias (builder, person, aliases[i], NULL);
  for (guint i = 0; i < ending->len; i++)
    {
      const char *address = intimail_temporary_alias_get_address (ending->pdata[i]);

      if (table != NULL)
        add_row (table, person, address, ending->pdata[i]);
      else
        build_alias (builder, person, address, ending->pdata[i]);
    }
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  IntimailDirectory *directory;
  CommandTable *table;
  JsonBuilder *builder;

  if (!command_parse (command, &command_alias_verbs[1], NULL, &argc, &argv, 0, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  if (argc > 1)
    {
      IntimailPerson *person = command_lookup_person (command, argv[1], error);

      people = g_ptr_array_new_with_free_func (g_object_unref);
      if (person == NULL)
        return COMMAND_FAILED;
      g_ptr_array_add (people, person);
    }
  else
    {
      people = intimail_directory_list_people (directory, NULL, error);
    }
  if (people == NULL)
    return COMMAND_FAILED;
  table = command->json ? NULL : command_table_new ("ALIAS|UID|MAIL|STATE|EXPIRY|NOTE");
  builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  for (guint i = 0; i < people->len; i++)
    print_person (table, builder, people->pdata[i]);
  if (table != NULL)
    command_table_print (table, "no alias: see \"intimail alias add --help\"");
  else
    command_output_print_json (json_builder_end_array (builder));

  return COMMAND_DONE;
}

/* Whose alias it is. */
static IntimailPerson *
lookup_owner (IntimailDirectory *directory, const char *alias, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GObject) owner = intimail_directory_lookup_address (directory, alias, NULL, &local_error);

  if (INTIMAIL_IS_PERSON (owner))
    return INTIMAIL_PERSON (g_steal_pointer (&owner));
  if (owner == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                 "nobody has the alias \"%s\": see \"intimail alias list\"", alias);

  return NULL;
}

/* Takes the alias from whoever has it. */
static gboolean
remove_alias (IntimailDirectory *directory, const char *alias, GError **error)
{
  g_autoptr (IntimailPerson) person = lookup_owner (directory, alias, error);
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  const char *const *aliases;

  if (person == NULL)
    return FALSE;
  aliases = intimail_person_get_aliases (person);
  for (gsize i = 0; aliases[i] != NULL; i++)
    if (g_ascii_strcasecmp (aliases[i], alias) != 0)
      g_strv_builder_add (rest, aliases[i]);
  list = g_strv_builder_end (rest);
  if (g_strv_length (list) == g_strv_length ((char **) aliases))
    return intimail_directory_remove_temporary_alias (directory, intimail_person_get_uid (person), alias, NULL, error);
  intimail_person_set_aliases (person, (const char *const *) list);

  return intimail_directory_update_person (directory, person, NULL, error);
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

static CommandStatus
run_end (Command *command, int argc, char **argv, GError **error)
{
  IntimailDirectory *directory;

  if (!command_parse (command, &command_alias_verbs[3], NULL, &argc, &argv, 1, -1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  for (int i = 1; directory != NULL && i < argc; i++)
    {
      g_autoptr (IntimailPerson) person = lookup_owner (directory, argv[i], error);

      if (person == NULL ||
          !intimail_directory_end_temporary_alias (directory, intimail_person_get_uid (person), argv[i], NULL, error))
        return COMMAND_FAILED;
    }

  return COMMAND_DONE;
}

const CommandVerb command_alias_verbs[] = {
  { "alias add", "UID [ADDRESS...]", "Give somebody more addresses",
    "With --temporary, an address that ends by itself or by \"intimail alias end\". It is\n"
    "printed; when none is named, it is a word and digits in the domain of the main address.",
    run_add },
  { "alias list", "[UID]", "List the aliases and what has become of them", NULL, run_list },
  { "alias remove", "ADDRESS...", "Remove aliases: others may have them then", NULL, run_remove },
  { "alias end", "ADDRESS...", "End temporary aliases: their mail is refused", NULL, run_end },
  { NULL },
};
