/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail directory: the people's directory as a whole, and who else asks it.
 */

#include <pwd.h>
#include <string.h>

#include "command-output.h"
#include "command.h"

static IntimailLdapDirectory *
get_ldap_directory (Command *command, GError **error)
{
  IntimailDirectory *directory = command_get_whole_directory (command, error);

  if (directory == NULL || INTIMAIL_IS_LDAP_DIRECTORY (directory))
    return (IntimailLdapDirectory *) directory;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
               "the directory of this site is a file: set uri in [directory] to an LDAP server first");
  return NULL;
}

static void
print_lines (Command *command, char **lines, const char *nothing)
{
  JsonBuilder *builder;

  if (!command->json)
    {
      for (gsize i = 0; lines[i] != NULL; i++)
        {
          g_autofree char *line = command_output_clean (lines[i]);

          command_output_print ("%s\n", line);
        }
      if (lines[0] == NULL)
        command_output_print ("%s\n", nothing);
      return;
    }
  builder = json_builder_begin_array (json_builder_new ());
  for (gsize i = 0; lines[i] != NULL; i++)
    json_builder_add_string_value (builder, lines[i]);
  command_output_print_json (json_builder_end_array (builder));
}

/* As the server sees a local user by ldapi. */
static char *
make_service_dn (const char *service, GError **error)
{
  struct passwd *user;

  if (service == NULL || *service == '\0' || strchr (service, '=') != NULL)
    return g_strdup (service != NULL ? service : "");
  user = getpwnam (service);
  if (user == NULL)
    {
      command_usage (error, "\"%s\" is neither a user of this machine nor a DN", service);
      return NULL;
    }

  return g_strdup_printf ("gidNumber=%u+uidNumber=%u,cn=peercred,cn=external,cn=auth", user->pw_gid, user->pw_uid);
}

static CommandStatus
run_init (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *schema = NULL;
  g_autofree char *service = NULL;
  g_autofree char *organization = NULL;
  g_autofree char *writer = NULL;
  gboolean entries_only = FALSE;
  const GOptionEntry entries[] = {
    { "schema", 0, 0, G_OPTION_ARG_FILENAME, &schema, "The file intimail.ldif", "FILE" },
    { "service", 0, 0, G_OPTION_ARG_STRING, &service, "The user or DN that the agents bind as", "WHO" },
    { "organization", 0, 0, G_OPTION_ARG_STRING, &organization, "The name of the family or association", "NAME" },
    { "entries-only", 0, 0, G_OPTION_ARG_NONE, &entries_only, "Leave the server's configuration alone", NULL },
    { NULL },
  };
  IntimailLdapDirectory *directory;
  g_auto (GStrv) done = NULL;

  if (!command_parse (command, &command_directory_verbs[0], entries, &argc, &argv, 0, 0, error))
    return COMMAND_DONE;
  writer = make_service_dn (service, error);
  directory = writer != NULL ? get_ldap_directory (command, error) : NULL;
  if (directory == NULL)
    return COMMAND_FAILED;
  done = intimail_ldap_directory_prepare (directory, organization != NULL ? organization : "",
                                          entries_only ? NULL : schema != NULL ? schema
                                                                               : COMMAND_SCHEMA_PATH,
                                          writer, NULL, error);
  if (done == NULL)
    return COMMAND_FAILED;
  print_lines (command, done, "nothing was missing");

  return COMMAND_DONE;
}

static CommandStatus
run_check (Command *command, int argc, char **argv, GError **error)
{
  g_auto (GStrv) findings = NULL;

  if (!command_parse (command, &command_directory_verbs[1], NULL, &argc, &argv, 0, 0, error) ||
      command_get_whole_directory (command, error) == NULL)
    return COMMAND_DONE;
  findings = intimail_site_check_directory (command->site, NULL, error);
  if (findings == NULL)
    return COMMAND_FAILED;
  print_lines (command, findings, "all is well");

  return findings[0] != NULL ? COMMAND_DIFFERENCE : COMMAND_DONE;
}

/* "csv", "ldif", or what the name of a file says. */
static gboolean
parse_format (const char *format, const char *path, gboolean *is_ldif, GError **error)
{
  *is_ldif = format != NULL ? g_str_equal (format, "ldif") : path != NULL && g_str_has_suffix (path, ".ldif");
  if (format == NULL || *is_ldif || g_str_equal (format, "csv"))
    return TRUE;

  return command_usage (error, "\"%s\" is no format: take csv or ldif", format);
}

static CommandStatus
run_export (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "csv (people alone, the default) or ldif (people and groups)", "FORMAT" },
    { NULL },
  };
  IntimailDirectory *directory;
  g_autofree char *text = NULL;
  gboolean is_ldif;

  if (!command_parse (command, &command_directory_verbs[2], entries, &argc, &argv, 0, 0, error) ||
      !parse_format (format, NULL, &is_ldif, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory != NULL)
    text = is_ldif ? intimail_directory_export_ldif (directory, NULL, error) : intimail_directory_export_people (directory, NULL, error);
  if (text == NULL)
    return COMMAND_FAILED;
  command_output_print ("%s", text);

  return COMMAND_DONE;
}

static CommandStatus
run_import (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "csv or ldif (by the name of the file)", "FORMAT" },
    { NULL },
  };
  IntimailDirectory *directory;
  g_autofree char *text = NULL;
  gsize length;
  guint n_added = 0;
  gboolean is_ldif;

  if (!command_parse (command, &command_directory_verbs[3], entries, &argc, &argv, 1, 1, error) ||
      !parse_format (format, argv[1], &is_ldif, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  if (directory == NULL || !g_file_get_contents (argv[1], &text, &length, error))
    return COMMAND_FAILED;
  if (strlen (text) != length)
    {
      command_usage (error, "%s holds a NUL byte: it is neither a table nor LDIF", argv[1]);
      return COMMAND_FAILED;
    }
  if (is_ldif ? !intimail_directory_import_ldif (directory, text, &n_added, NULL, error)
              : !intimail_directory_import_people (directory, text, &n_added, NULL, error))
    {
      g_prefix_error (error, "%s: ", argv[1]);
      return COMMAND_FAILED;
    }
  command_output_print (command->json ? "{\"added\":%u}\n" : is_ldif ? "people and groups added: %u\n"
                                                                     : "people added: %u\n",
                        n_added);

  return COMMAND_DONE;
}

const CommandVerb command_directory_verbs[] = {
  { "directory init", "", "Make an empty LDAP server ready",
    "Loads the schema, adds indexes, sets the access rules, and adds the base, ou=people,\n"
    "ou=groups and the group admins. Run it as root with uri=ldapi:/// in [directory].",
    run_init },
  { "directory check", "", "Look for mistakes among people and groups",
    "Exits with 7 when something is found.", run_check },
  { "directory export", "", "Print everybody as a table (CSV), or with groups as LDIF", "Passwords are not in it.", run_export },
  { "directory import", "FILE", "Add the people of a table (CSV), or people and groups of LDIF: all or none",
    "LDIF is what ends with .ldif, or --format ldif says. Of a table, the first line names\n"
    "the columns: uid, mail, and what else there is of name, aliases (parted by blanks),\n"
    "quotaBytes, quotaMessages, status, expiry, password.",
    run_import },
  { NULL },
};
