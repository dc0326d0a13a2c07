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
  IntimailDirectory *directory = command_get_directory (command, error);

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
      command_get_site (command, error) == NULL)
    return COMMAND_DONE;
  findings = intimail_site_check_directory (command->site, NULL, error);
  if (findings == NULL)
    return COMMAND_FAILED;
  print_lines (command, findings, "all is well");

  return findings[0] != NULL ? COMMAND_DIFFERENCE : COMMAND_DONE;
}

/* A file that may hold a secret. */
static gboolean
write_file (const char *folder, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640, error);
}

static const struct
{
  const char *map;
  const char *file;
} maps[] = {
  { "people", "intimail-people.cf" },
  { "groups", "intimail-groups.cf" },
  { "senders", "intimail-senders.cf" },
};

/* The duties of the administrators are there whatever the directory holds. */
static char *
make_duties (IntimailSite *site)
{
  const char *const *domains = intimail_site_get_domains (site);
  GString *text = g_string_new ("inline:{");

  for (gsize i = 0; domains[i] != NULL; i++)
    g_string_append_printf (text, "%s{postmaster@%s=admins}, {abuse@%s=admins}", i > 0 ? ", " : " ", domains[i], domains[i]);
  g_string_append (text, " }");

  return g_string_free (text, FALSE);
}

static void
print_postfix_settings (Command *command, const char *folder, gboolean has_groups)
{
  g_autofree char *domains = g_strjoinv (" ", (char **) intimail_site_get_domains (command->site));
  g_autofree char *duties = make_duties (command->site);

  command_output_print ("# For main.cf: see ldap_table(5). The files are in the folder that was named.\n"
                        "virtual_mailbox_domains = %s\n"
                        "virtual_mailbox_maps = ldap:%s/intimail-people.cf%s%s%s, %s\n"
                        "smtpd_sender_login_maps = ldap:%s/intimail-senders.cf\n"
                        "recipient_delimiter = +\n"
                        "virtual_transport = lmtp:%s\n",
                        domains, folder, has_groups ? ", ldap:" : "", has_groups ? folder : "",
                        has_groups ? "/intimail-groups.cf" : "", duties, folder, intimail_site_get_lmtp_listen (command->site));
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

  if (!command_parse (command, &command_directory_verbs[4], entries, &argc, &argv, 0, 0, error) ||
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

  if (!command_parse (command, &command_directory_verbs[5], entries, &argc, &argv, 1, 1, error) ||
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

static CommandStatus
run_postfix_maps (Command *command, int argc, char **argv, GError **error)
{
  IntimailLdapDirectory *directory;
  g_autofree char *folder = NULL;
  gboolean has_groups = FALSE;

  if (!command_parse (command, &command_directory_verbs[2], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = get_ldap_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  folder = g_canonicalize_filename (argv[1], NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *text = intimail_ldap_directory_make_postfix_map (directory, maps[i].map, &local_error);

      /* A directory whose groups have no addresses has no such table. */
      if (text == NULL && g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
        continue;
      if (text == NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      if (text == NULL || !write_file (folder, maps[i].file, text, error))
        return COMMAND_FAILED;
      has_groups |= g_str_equal (maps[i].map, "groups");
    }
  print_postfix_settings (command, folder, has_groups);

  return COMMAND_DONE;
}

static void
print_passdb (const char *folder, const char *name, const char *more)
{
  command_output_print ("passdb {\n  driver = ldap\n  args = %s/intimail-%s.conf.ext\n%s}\n", folder, name, more);
}

static void
print_dovecot_settings (const char *folder)
{
  command_output_print ("# For dovecot.conf, in this order and instead of other passdbs and userdbs.\n");
  print_passdb (folder, "disabled", "  deny = yes\n");
  print_passdb (folder, "people", "");
  print_passdb (folder, "logins", "");
  print_passdb (folder, "app-passwords", "");
  command_output_print ("userdb {\n  driver = ldap\n  args = %s/intimail-people.conf.ext\n}\n", folder);
}

static CommandStatus
run_dovecot_auth (Command *command, int argc, char **argv, GError **error)
{
  static const char *const names[] = { "disabled", "people", "logins", "app-passwords" };
  IntimailLdapDirectory *directory;
  g_autoptr (IntimailPerson) anybody = intimail_person_new ("x", "x@x.example");
  g_autofree char *folder = NULL;
  g_autofree char *account = NULL;
  g_autofree char *root = NULL;

  if (!command_parse (command, &command_directory_verbs[3], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  directory = get_ldap_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  folder = g_canonicalize_filename (argv[1], NULL);
  account = intimail_site_get_account_path (command->site, anybody);
  root = g_path_get_dirname (account);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = intimail_ldap_directory_make_dovecot_auth (directory, names[i], root, error);
      g_autofree char *file = g_strdup_printf ("intimail-%s.conf.ext", names[i]);

      if (text == NULL || !write_file (folder, file, text, error))
        return COMMAND_FAILED;
    }
  print_dovecot_settings (folder);

  return COMMAND_DONE;
}

const CommandVerb command_directory_verbs[] = {
  { "directory init", "", "Make an empty LDAP server ready",
    "Loads the schema, adds indexes, sets the access rules, and adds the base, ou=people,\n"
    "ou=groups and the group admins. Run it as root with uri=ldapi:/// in [directory].",
    run_init },
  { "directory check", "", "Look for mistakes among people and groups",
    "Exits with 7 when something is found.", run_check },
  { "directory postfix-maps", "FOLDER", "Write tables for Postfix into a folder",
    "Prints what main.cf wants. The files hold the secret of [directory], if it has one.",
    run_postfix_maps },
  { "directory dovecot-auth", "FOLDER", "Write what Dovecot 2.3 signs people in with into a folder",
    "Prints what dovecot.conf wants. The files hold the secret of [directory], if it has one.",
    run_dovecot_auth },
  { "directory export", "", "Print everybody as a table (CSV), or with groups as LDIF", "Passwords are not in it.", run_export },
  { "directory import", "FILE", "Add the people of a table (CSV), or people and groups of LDIF: all or none",
    "LDIF is what ends with .ldif, or --format ldif says. Of a table, the first line names\n"
    "the columns: uid, mail, and what else there is of name, aliases (parted by blanks),\n"
    "quotaBytes, quotaMessages, status, expiry, password.",
    run_import },
  { NULL },
};
