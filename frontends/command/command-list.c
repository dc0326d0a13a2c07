/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail list: groups with an address, whose members get what is written to it.
 */

#include <string.h>

#include "command-output.h"
#include "command.h"

/* By the numbers of IntimailGroupPosters. */
static const char *const posters[] = { "anyone", "members", "owners" };

/* What an option said; NULL: nothing. */
typedef struct
{
  char *mail;
  char *description;
  char *posters;
  char *hidden;
} Details;

static void
details_clear (Details *details)
{
  g_free (details->mail);
  g_free (details->description);
  g_free (details->posters);
  g_free (details->hidden);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Details, details_clear)

static gboolean
apply_posters (IntimailGroup *group, const char *word, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (posters); i++)
    if (g_str_equal (word, posters[i]))
      {
        intimail_group_set_posters (group, (IntimailGroupPosters) i);
        return TRUE;
      }

  return command_usage (error, "\"%s\" is nobody who may write: take anyone, members or owners", word);
}

static gboolean
apply_details (IntimailGroup *group, const Details *details, GError **error)
{
  if (details->hidden != NULL && !g_str_equal (details->hidden, "yes") && !g_str_equal (details->hidden, "no"))
    return command_usage (error, "--hidden is yes or no, not \"%s\"", details->hidden);
  if (details->mail != NULL)
    intimail_group_set_mail (group, details->mail);
  if (details->description != NULL)
    intimail_group_set_description (group, details->description);
  if (details->hidden != NULL)
    intimail_group_set_hidden (group, g_str_equal (details->hidden, "yes"));

  return details->posters == NULL || apply_posters (group, details->posters, error);
}

static gboolean
is_address (const char *member)
{
  return strchr (member, '@') != NULL;
}

/* @list with @added and without @removed; NULL when one of those is not in it. */
static char **
change (const char *const *list, char **added, char **removed, const char *what, const char *name, GError **error)
{
  g_autoptr (GStrvBuilder) changed = g_strv_builder_new ();

  for (gsize i = 0; removed != NULL && removed[i] != NULL; i++)
    if (!g_strv_contains (list, removed[i]))
      {
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                     "\"%s\" is no %s of the list \"%s\": see \"intimail list show %s\"", removed[i], what, name, name);
        return NULL;
      }
  for (gsize i = 0; list[i] != NULL; i++)
    if (removed == NULL || !g_strv_contains ((const char *const *) removed, list[i]))
      g_strv_builder_add (changed, list[i]);
  for (gsize i = 0; added != NULL && added[i] != NULL; i++)
    if (!g_strv_contains (list, added[i]))
      g_strv_builder_add (changed, added[i]);

  return g_strv_builder_end (changed);
}

/* Those of @words that are addresses, or that are not. */
static char **
select_words (char **words, gboolean addresses)
{
  g_autoptr (GStrvBuilder) selected = g_strv_builder_new ();

  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    if (is_address (words[i]) == addresses)
      g_strv_builder_add (selected, words[i]);

  return g_strv_builder_end (selected);
}

static gboolean
change_members (IntimailGroup *group, char **added, char **removed, GError **error)
{
  const char *name = intimail_group_get_name (group);

  for (gboolean addresses = FALSE; addresses <= TRUE; addresses++)
    {
      g_auto (GStrv) new_ones = select_words (added, addresses);
      g_auto (GStrv) old_ones = select_words (removed, addresses);
      const char *const *list = addresses ? intimail_group_get_member_addresses (group) : intimail_group_get_members (group);
      g_auto (GStrv) changed = change (list, new_ones, old_ones, "member", name, error);

      if (changed == NULL)
        return FALSE;
      if (addresses)
        intimail_group_set_member_addresses (group, (const char *const *) changed);
      else
        intimail_group_set_members (group, (const char *const *) changed);
    }

  return TRUE;
}

static gboolean
change_owners (IntimailGroup *group, char **added, char **removed, GError **error)
{
  g_auto (GStrv) changed = change (intimail_group_get_owners (group), added, removed, "owner",
                                   intimail_group_get_name (group), error);

  if (changed == NULL)
    return FALSE;
  intimail_group_set_owners (group, (const char *const *) changed);
  return TRUE;
}

/* Whoever is new must be somebody: says what to do. */
static gboolean
check_people (Command *command, char **words, GError **error)
{
  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_autoptr (IntimailPerson) person = is_address (words[i]) ? NULL : command_lookup_person (command, words[i], error);

      if (person == NULL && !is_address (words[i]))
        return FALSE;
    }

  return TRUE;
}

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Details) details = { NULL };
  g_auto (GStrv) members = NULL;
  g_auto (GStrv) owners = NULL;
  const GOptionEntry entries[] = {
    { "mail", 0, 0, G_OPTION_ARG_STRING, &details.mail, "The address (NAME at the first domain)", "ADDRESS" },
    { "description", 0, 0, G_OPTION_ARG_STRING, &details.description, "A line for people", "TEXT" },
    { "member", 0, 0, G_OPTION_ARG_STRING_ARRAY, &members, "A member: a uid or an address; may come again", "MEMBER" },
    { "owner", 0, 0, G_OPTION_ARG_STRING_ARRAY, &owners, "Who looks after it; may come again", "UID" },
    { "posters", 0, 0, G_OPTION_ARG_STRING, &details.posters, "Who may write to it: anyone, members, owners (anyone)", "WHO" },
    { "hidden", 0, 0, G_OPTION_ARG_STRING, &details.hidden, "Show it to its members alone: yes or no (no)", "WORD" },
    { NULL },
  };
  g_autoptr (IntimailGroup) group = NULL;
  IntimailDirectory *directory;

  if (!command_parse (command, &command_list_verbs[0], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  group = intimail_group_new (argv[1]);
  if (details.mail == NULL)
    details.mail = g_strconcat (argv[1], "@", intimail_site_get_domains (command->site)[0], NULL);
  if (apply_details (group, &details, error) && check_people (command, members, error) &&
      check_people (command, owners, error) && change_members (group, members, NULL, error) &&
      change_owners (group, owners, NULL, error))
    intimail_directory_add_group (directory, group, NULL, error);

  return COMMAND_DONE;
}

static void
build_list (JsonBuilder *builder, IntimailGroup *group)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "name", intimail_group_get_name (group));
  command_output_add_string (builder, "mail", intimail_group_get_mail (group));
  command_output_add_string (builder, "description", intimail_group_get_description (group));
  command_output_add_string (builder, "posters", posters[intimail_group_get_posters (group)]);
  json_builder_set_member_name (builder, "hidden");
  json_builder_add_boolean_value (builder, intimail_group_get_hidden (group));
  command_output_add_strings (builder, "owners", intimail_group_get_owners (group));
  command_output_add_strings (builder, "members", intimail_group_get_members (group));
  command_output_add_strings (builder, "memberAddresses", intimail_group_get_member_addresses (group));
  json_builder_end_object (builder);
}

static void
print_table (GPtrArray *groups)
{
  CommandTable *table = command_table_new ("NAME|MAIL|POSTERS|MEMBERS|DESCRIPTION");

  for (guint i = 0; i < groups->len; i++)
    {
      IntimailGroup *group = groups->pdata[i];
      guint n = g_strv_length ((char **) intimail_group_get_members (group)) +
                g_strv_length ((char **) intimail_group_get_member_addresses (group));
      g_autofree char *n_members = g_strdup_printf ("%u", n);

      command_table_add (table, intimail_group_get_name (group), intimail_group_get_mail (group),
                         posters[intimail_group_get_posters (group)], n_members, intimail_group_get_description (group), NULL);
    }
  command_table_print (table, "no list yet: see \"intimail list add --help\"");
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;
  IntimailDirectory *directory;
  JsonBuilder *builder;

  if (!command_parse (command, &command_list_verbs[1], NULL, &argc, &argv, 0, 0, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  groups = directory != NULL ? intimail_directory_list_groups (directory, NULL, error) : NULL;
  if (groups == NULL)
    return COMMAND_FAILED;
  for (guint i = groups->len; i > 0; i--)
    if (*intimail_group_get_mail (groups->pdata[i - 1]) == '\0')
      g_ptr_array_remove_index (groups, i - 1);
  if (!command->json)
    {
      print_table (groups);
      return COMMAND_DONE;
    }
  builder = json_builder_begin_array (json_builder_new ());
  for (guint i = 0; i < groups->len; i++)
    build_list (builder, groups->pdata[i]);
  command_output_print_json (json_builder_end_array (builder));

  return COMMAND_DONE;
}

/* A group that has an address. */
static IntimailGroup *
lookup_list (Command *command, const char *name, GError **error)
{
  g_autoptr (IntimailGroup) group = command_lookup_group (command, name, error);

  if (group == NULL || *intimail_group_get_mail (group) != '\0')
    return g_steal_pointer (&group);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
               "the group \"%s\" is no list: give it an address by \"intimail group set %s --mail ADDRESS\"", name, name);
  return NULL;
}

static void
print_field (const char *title, const char *text)
{
  g_autofree char *clean = command_output_clean (text);

  if (*clean != '\0')
    command_output_print ("%-12s %s\n", title, clean);
}

static void
print_fields (const char *title, const char *const *list)
{
  for (gsize i = 0; list[i] != NULL; i++)
    print_field (i == 0 ? title : "", list[i]);
}

static CommandStatus
run_show (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailGroup) group = NULL;
  JsonBuilder *builder;

  if (!command_parse (command, &command_list_verbs[2], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  group = lookup_list (command, argv[1], error);
  if (group == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      builder = json_builder_new ();
      build_list (builder, group);
      command_output_print_json (builder);
      return COMMAND_DONE;
    }
  print_field ("name", intimail_group_get_name (group));
  print_field ("mail", intimail_group_get_mail (group));
  print_field ("description", intimail_group_get_description (group));
  print_field ("posters", posters[intimail_group_get_posters (group)]);
  print_field ("hidden", intimail_group_get_hidden (group) ? "yes" : "no");
  print_fields ("owners", intimail_group_get_owners (group));
  print_fields ("members", intimail_group_get_members (group));
  print_fields (intimail_group_get_members (group)[0] == NULL ? "members" : "", intimail_group_get_member_addresses (group));

  return COMMAND_DONE;
}

static CommandStatus
run_set (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Details) details = { NULL };
  const GOptionEntry entries[] = {
    { "mail", 0, 0, G_OPTION_ARG_STRING, &details.mail, "The address", "ADDRESS" },
    { "description", 0, 0, G_OPTION_ARG_STRING, &details.description, "A line for people; \"\" for none", "TEXT" },
    { "posters", 0, 0, G_OPTION_ARG_STRING, &details.posters, "Who may write to it: anyone, members, owners", "WHO" },
    { "hidden", 0, 0, G_OPTION_ARG_STRING, &details.hidden, "Show it to its members alone: yes or no", "WORD" },
    { NULL },
  };
  g_autoptr (IntimailGroup) group = NULL;

  if (!command_parse (command, &command_list_verbs[3], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (details.mail == NULL && details.description == NULL && details.posters == NULL && details.hidden == NULL)
    {
      command_usage (error, "nothing to change: see \"intimail list set --help\"");
      return COMMAND_USAGE;
    }
  group = lookup_list (command, argv[1], error);
  if (group != NULL && apply_details (group, &details, error))
    intimail_directory_update_group (command->directory, group, NULL, error);

  return COMMAND_DONE;
}

static void
print_strings (Command *command, const char *const *first, const char *const *second)
{
  JsonBuilder *builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  const char *const *lists[] = { first, second };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize j = 0; lists[i] != NULL && lists[i][j] != NULL; j++)
      {
        g_autofree char *clean = command_output_clean (lists[i][j]);

        if (builder != NULL)
          json_builder_add_string_value (builder, lists[i][j]);
        else
          command_output_print ("%s\n", clean);
      }
  if (builder != NULL)
    command_output_print_json (json_builder_end_array (builder));
}

/* What "members" and "owners" share: they change, or are printed. */
static CommandStatus
run_people (Command *command, const CommandVerb *verb, gboolean owners, int argc, char **argv, GError **error)
{
  g_auto (GStrv) added = NULL;
  g_auto (GStrv) removed = NULL;
  const GOptionEntry entries[] = {
    { "add", 0, 0, G_OPTION_ARG_STRING_ARRAY, &added, "Add this one; may come again", owners ? "UID" : "MEMBER" },
    { "remove", 0, 0, G_OPTION_ARG_STRING_ARRAY, &removed, "Remove this one; may come again", owners ? "UID" : "MEMBER" },
    { NULL },
  };
  g_autoptr (IntimailGroup) group = NULL;

  if (!command_parse (command, verb, entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  group = lookup_list (command, argv[1], error);
  if (group == NULL)
    return COMMAND_FAILED;
  if (added == NULL && removed == NULL)
    {
      print_strings (command, owners ? intimail_group_get_owners (group) : intimail_group_get_members (group),
                     owners ? NULL : intimail_group_get_member_addresses (group));
      return COMMAND_DONE;
    }
  if (check_people (command, added, error) && (owners ? change_owners : change_members) (group, added, removed, error))
    intimail_directory_update_group (command->directory, group, NULL, error);

  return COMMAND_DONE;
}

static CommandStatus
run_members (Command *command, int argc, char **argv, GError **error)
{
  return run_people (command, &command_list_verbs[4], FALSE, argc, argv, error);
}

static CommandStatus
run_owners (Command *command, int argc, char **argv, GError **error)
{
  return run_people (command, &command_list_verbs[5], TRUE, argc, argv, error);
}

static CommandStatus
run_remove (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailGroup) group = NULL;

  if (!command_parse (command, &command_list_verbs[6], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  group = lookup_list (command, argv[1], error);
  if (group != NULL)
    intimail_directory_remove_group (command->directory, argv[1], NULL, error);

  return COMMAND_DONE;
}

const CommandVerb command_list_verbs[] = {
  { "list add", "NAME", "Add a mailing list", "A list is a group with an address: \"intimail group\" sees it too.", run_add },
  { "list list", "", "List the mailing lists", NULL, run_list },
  { "list show", "NAME", "Show a mailing list with its owners and members", NULL, run_show },
  { "list set", "NAME", "Change a list's address, description, posters or hiding", NULL, run_set },
  { "list members", "NAME", "Print, add or remove members",
    "A member is a person's uid, or an address: of somebody elsewhere, or of another list.", run_members },
  { "list owners", "NAME", "Print, add or remove owners",
    "Owners may write to the list, and get what comes back from its members.", run_owners },
  { "list remove", "NAME", "Remove a list; its members stay", NULL, run_remove },
  { NULL },
};
