/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail person: who has mail here.
 */

#include <string.h>

#include "command-output.h"
#include "command-password.h"
#include "command.h"

/* What "add" and "set" may say about somebody; NULL leaves it. */
typedef struct
{
  char *mail;
  char *name;
  char **aliases;
  char *quota;
  char *quota_messages;
  char *status;
  char *expiry;
  char **admin_of;
  char *maildir;
  char *host;
} Details;

static void
details_clear (Details *details)
{
  g_free (details->mail);
  g_free (details->name);
  g_strfreev (details->aliases);
  g_free (details->quota);
  g_free (details->quota_messages);
  g_free (details->status);
  g_free (details->expiry);
  g_strfreev (details->admin_of);
  g_free (details->maildir);
  g_free (details->host);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Details, details_clear)

static gboolean
apply_status (IntimailPerson *person, const char *status, GError **error)
{
  if (g_str_equal (status, "active"))
    intimail_person_set_status (person, INTIMAIL_PERSON_STATUS_ACTIVE);
  else if (g_str_equal (status, "disabled"))
    intimail_person_set_status (person, INTIMAIL_PERSON_STATUS_DISABLED);
  else
    return command_usage (error, "\"%s\" is no status: take active or disabled", status);

  return TRUE;
}

/* "none" alone is none of them. */
static void
apply_places (IntimailPerson *person, const Details *details)
{
  static const char *const nothing[] = { NULL };
  const char *const *domains = (const char *const *) details->admin_of;

  if (domains != NULL)
    intimail_person_set_admin_domains (person, g_str_equal (domains[0], "none") ? nothing : domains);
  if (details->maildir != NULL)
    intimail_person_set_maildir (person, g_str_equal (details->maildir, "none") ? "" : details->maildir);
  if (details->host != NULL)
    intimail_person_set_mail_host (person, g_str_equal (details->host, "none") ? "" : details->host);
}

static gboolean
apply_details (IntimailPerson *person, const Details *details, GError **error)
{
  guint64 number;
  gint64 expiry;

  apply_places (person, details);
  if (details->name != NULL)
    intimail_person_set_display_name (person, details->name);
  if (details->aliases != NULL)
    intimail_person_set_aliases (person, (const char *const *) details->aliases);
  if (details->quota != NULL)
    {
      if (!command_parse_size (details->quota, &number, error))
        return FALSE;
      intimail_person_set_quota_bytes (person, number);
    }
  if (details->quota_messages != NULL)
    {
      if (!g_str_equal (details->quota_messages, "none") &&
          !g_ascii_string_to_unsigned (details->quota_messages, 10, 0, G_MAXINT64, &number, NULL))
        return command_usage (error, "\"%s\" is no number of messages: write digits, or none", details->quota_messages);
      intimail_person_set_quota_messages (person, g_str_equal (details->quota_messages, "none") ? 0 : number);
    }
  if (details->expiry != NULL)
    {
      if (!command_parse_time (details->expiry, &expiry, error))
        return FALSE;
      intimail_person_set_expiry (person, expiry);
    }

  return details->status == NULL || apply_status (person, details->status, error);
}

static gboolean
join_admins (IntimailDirectory *directory, const char *uid, GError **error)
{
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (directory, "admins", NULL, error);
  g_autoptr (GStrvBuilder) members = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (admins == NULL)
    return FALSE;
  g_strv_builder_addv (members, (const char **) intimail_group_get_members (admins));
  g_strv_builder_add (members, uid);
  list = g_strv_builder_end (members);
  intimail_group_set_members (admins, (const char *const *) list);

  return intimail_directory_update_group (directory, admins, NULL, error);
}

static void
tell_password (Command *command, const char *uid, const char *password)
{
  JsonBuilder *builder;

  if (!command->json)
    {
      command_output_print ("password of %s: %s\n", uid, password);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  command_output_add_string (builder, "uid", uid);
  command_output_add_string (builder, "password", password);
  json_builder_end_object (builder);
  command_output_print_json (builder);
}

/* Mail of an earlier person is nothing for a later one, unless somebody says so. */
static gboolean
check_no_mail (Command *command, IntimailPerson *person, GError **error)
{
  g_autofree char *path = intimail_site_get_account_path (command->site, person);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
               "there is mail in %s, perhaps of an earlier \"%s\": move it away, or let them have it with --take-mail",
               path, intimail_person_get_uid (person));
  return FALSE;
}

static gboolean
add_person (Command *command,
            const char *uid,
            const Details *details,
            const char *password,
            gboolean admin,
            gboolean take_mail,
            GError **error)
{
  IntimailDirectory *directory = command_get_directory (command, error);
  g_autoptr (IntimailPerson) person = NULL;
  g_autofree char *mail = NULL;

  if (directory == NULL)
    return FALSE;
  mail = details->mail != NULL ? g_strdup (details->mail)
                               : g_strdup_printf ("%s@%s", uid, intimail_site_get_domains (command->site)[0]);
  person = intimail_person_new (uid, mail);

  return apply_details (person, details, error) &&
         (take_mail || check_no_mail (command, person, error)) &&
         intimail_directory_add_person (directory, person, password, NULL, error) &&
         (!admin || join_admins (directory, uid, error));
}

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Details) details = { 0 };
  CommandPasswordOptions options = { 0 };
  g_auto (CommandPassword) password = NULL;
  gboolean admin = FALSE;
  gboolean take_mail = FALSE;
  const GOptionEntry entries[] = {
    { "mail", 0, 0, G_OPTION_ARG_STRING, &details.mail, "The main address (UID at the first domain)", "ADDRESS" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &details.name, "The name for people", "NAME" },
    { "alias", 0, 0, G_OPTION_ARG_STRING_ARRAY, &details.aliases, "Another address; may come again", "ADDRESS" },
    { "quota", 0, 0, G_OPTION_ARG_STRING, &details.quota, "Mail that may be kept: 500M, 2G (none)", "SIZE" },
    { "quota-messages", 0, 0, G_OPTION_ARG_STRING, &details.quota_messages, "Messages that may be kept (none)", "N" },
    { "expiry", 0, 0, G_OPTION_ARG_STRING, &details.expiry, "When the account ends: 90d, 2030-12-31 (never)", "TIME" },
    { "admin-of", 0, 0, G_OPTION_ARG_STRING_ARRAY, &details.admin_of, "A domain to administrate; may come again", "DOMAIN" },
    { "maildir", 0, 0, G_OPTION_ARG_FILENAME, &details.maildir, "The folder of the mail (UID)", "FOLDER" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &details.host, "The machine that keeps the mail (any)", "HOST" },
    { "take-mail", 0, 0, G_OPTION_ARG_NONE, &take_mail, "Give them the mail that is in their folder already", NULL },
    { "admin", 0, 0, G_OPTION_ARG_NONE, &admin, "Let them administrate the site", NULL },
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &options.from_stdin, "Read the password from standard input", NULL },
    { "generate", 0, 0, G_OPTION_ARG_NONE, &options.generate, "Make a password and print it", NULL },
    { "no-password", 0, 0, G_OPTION_ARG_NONE, &options.none, "No password yet: they cannot sign in", NULL },
    { NULL },
  };
  const char *uid;

  if (!command_parse (command, &command_person_verbs[0], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  uid = argv[1];
  /* No question about a password before it is clear that there is a site. */
  if (command_get_site (command, error) == NULL ||
      !command_password_get (&options, uid, &password, error) ||
      !add_person (command, uid, &details, password, admin, take_mail, error))
    return COMMAND_FAILED;
  if (options.generate)
    tell_password (command, uid, password);

  return COMMAND_DONE;
}

static const char *
describe_status (IntimailPerson *person)
{
  if (intimail_person_get_removal (person) != 0)
    return "removed";
  if (intimail_person_get_status (person) == INTIMAIL_PERSON_STATUS_DISABLED)
    return "disabled";

  return intimail_person_is_active (person) ? "active" : "expired";
}

static void
build_person (JsonBuilder *builder, IntimailPerson *person)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "uid", intimail_person_get_uid (person));
  command_output_add_string (builder, "uuid", intimail_person_get_uuid (person));
  command_output_add_string (builder, "mail", intimail_person_get_mail (person));
  command_output_add_string (builder, "name", intimail_person_get_display_name (person));
  command_output_add_strings (builder, "aliases", intimail_person_get_aliases (person));
  command_output_add_number (builder, "quotaBytes", intimail_person_get_quota_bytes (person));
  command_output_add_number (builder, "quotaMessages", intimail_person_get_quota_messages (person));
  command_output_add_string (builder, "status", describe_status (person));
  command_output_add_time (builder, "expiry", intimail_person_get_expiry (person));
  command_output_add_time (builder, "removal", intimail_person_get_removal (person));
  command_output_add_boolean (builder, "deletesMail", intimail_person_get_deletes_mail (person));
  command_output_add_strings (builder, "adminOf", intimail_person_get_admin_domains (person));
  command_output_add_string (builder, "maildir", intimail_person_get_maildir (person));
  command_output_add_string (builder, "host", intimail_person_get_mail_host (person));
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  IntimailDirectory *directory;
  CommandTable *table;

  if (!command_parse (command, &command_person_verbs[1], NULL, &argc, &argv, 0, 0, error))
    return COMMAND_DONE;
  directory = command_get_directory (command, error);
  people = directory != NULL ? intimail_directory_list_people (directory, NULL, error) : NULL;
  if (people == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      JsonBuilder *builder = json_builder_begin_array (json_builder_new ());

      for (guint i = 0; i < people->len; i++)
        {
          build_person (builder, people->pdata[i]);
          json_builder_end_object (builder);
        }
      command_output_print_json (json_builder_end_array (builder));
      return COMMAND_DONE;
    }

  table = command_table_new ("UID|MAIL|STATUS|>QUOTA|NAME");
  for (guint i = 0; i < people->len; i++)
    {
      IntimailPerson *person = people->pdata[i];
      g_autofree char *quota = command_output_format_size (intimail_person_get_quota_bytes (person));

      command_table_add (table, intimail_person_get_uid (person), intimail_person_get_mail (person),
                         describe_status (person), quota, intimail_person_get_display_name (person), NULL);
    }
  command_table_print (table, "nobody yet: see \"intimail person add --help\"");

  return COMMAND_DONE;
}

/* The names of the groups that somebody is in. */
static char **
list_groups_of (IntimailDirectory *directory, const char *uid, GError **error)
{
  g_autoptr (GPtrArray) groups = intimail_directory_list_groups (directory, NULL, error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (groups == NULL)
    return NULL;
  for (guint i = 0; i < groups->len; i++)
    if (intimail_group_has_member (groups->pdata[i], uid))
      g_strv_builder_add (names, intimail_group_get_name (groups->pdata[i]));

  return g_strv_builder_end (names);
}

static void
print_line (const char *title, const char *text)
{
  g_autofree char *clean = command_output_clean (text);

  if (*text != '\0')
    command_output_print ("%-10s %s\n", title, clean);
}

static void
print_person (IntimailPerson *person, char **groups)
{
  g_autofree char *aliases = g_strjoinv (", ", (char **) intimail_person_get_aliases (person));
  g_autofree char *names = g_strjoinv (", ", groups);
  g_autofree char *quota = command_output_format_size (intimail_person_get_quota_bytes (person));
  g_autofree char *messages = intimail_person_get_quota_messages (person) > 0
                                  ? g_strdup_printf ("%" G_GUINT64_FORMAT " messages", intimail_person_get_quota_messages (person))
                                  : g_strdup ("");
  g_autofree char *expiry = command_output_format_time (intimail_person_get_expiry (person));
  g_autofree char *removal = command_output_format_time (intimail_person_get_removal (person));
  g_autofree char *domains = g_strjoinv (", ", (char **) intimail_person_get_admin_domains (person));

  print_line ("uid", intimail_person_get_uid (person));
  print_line ("name", intimail_person_get_display_name (person));
  print_line ("mail", intimail_person_get_mail (person));
  print_line ("aliases", aliases);
  print_line ("groups", names);
  print_line ("status", describe_status (person));
  print_line ("expiry", expiry);
  print_line ("gone after", removal);
  if (*removal != '\0')
    print_line ("then", intimail_person_get_deletes_mail (person) ? "the mail is deleted" : "the mail is kept aside");
  print_line ("admin of", domains);
  print_line ("folder", intimail_person_get_maildir (person));
  print_line ("host", intimail_person_get_mail_host (person));
  print_line ("quota", quota);
  print_line ("", messages);
}

static CommandStatus
run_show (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_auto (GStrv) groups = NULL;
  JsonBuilder *builder;

  if (!command_parse (command, &command_person_verbs[2], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  person = command_lookup_person (command, argv[1], error);
  groups = person != NULL ? list_groups_of (command->directory, argv[1], error) : NULL;
  if (groups == NULL)
    return COMMAND_FAILED;
  if (!command->json)
    {
      print_person (person, groups);
      return COMMAND_DONE;
    }
  builder = json_builder_new ();
  build_person (builder, person);
  command_output_add_strings (builder, "groups", (const char *const *) groups);
  command_output_print_json (json_builder_end_object (builder));

  return COMMAND_DONE;
}

static CommandStatus
run_set (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Details) details = { 0 };
  const GOptionEntry entries[] = {
    { "mail", 0, 0, G_OPTION_ARG_STRING, &details.mail, "The main address", "ADDRESS" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &details.name, "The name for people", "NAME" },
    { "quota", 0, 0, G_OPTION_ARG_STRING, &details.quota, "Mail that may be kept: 500M, 2G, none", "SIZE" },
    { "quota-messages", 0, 0, G_OPTION_ARG_STRING, &details.quota_messages, "Messages that may be kept, or none", "N" },
    { "status", 0, 0, G_OPTION_ARG_STRING, &details.status, "active, or disabled: no mail, no signing in", "STATUS" },
    { "expiry", 0, 0, G_OPTION_ARG_STRING, &details.expiry, "When the account ends: 90d, 2030-12-31, never", "TIME" },
    { "admin-of", 0, 0, G_OPTION_ARG_STRING_ARRAY, &details.admin_of, "A domain to administrate; may come again; none", "DOMAIN" },
    { "maildir", 0, 0, G_OPTION_ARG_FILENAME, &details.maildir, "The folder of the mail; none for UID", "FOLDER" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &details.host, "The machine that keeps the mail; none for any", "HOST" },
    { NULL },
  };
  g_autoptr (IntimailPerson) person = NULL;

  if (!command_parse (command, &command_person_verbs[3], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (details.mail == NULL && details.name == NULL && details.quota == NULL && details.quota_messages == NULL &&
      details.status == NULL && details.expiry == NULL && details.admin_of == NULL && details.maildir == NULL &&
      details.host == NULL)
    {
      command_usage (error, "nothing to change: see \"intimail person set --help\"");
      return COMMAND_USAGE;
    }
  person = command_lookup_person (command, argv[1], error);
  if (person == NULL)
    return COMMAND_FAILED;
  if (details.mail != NULL)
    intimail_person_set_mail (person, details.mail);
  if (apply_details (person, &details, error))
    intimail_directory_update_person (command->directory, person, NULL, error);

  return COMMAND_DONE;
}

/* By its owner: the old one is asked for, before the new one. */
static gboolean
change_own_password (Command *command, const CommandPasswordOptions *options, char **password, GError **error)
{
  g_auto (CommandPassword) old_password = NULL;

  return command_password_get_old (options, command->caller, &old_password, error) &&
         command_password_get (options, command->caller, password, error) &&
         intimail_directory_change_password (command->directory, command->caller, old_password, *password, NULL, error);
}

static gboolean
set_password (Command *command, const CommandPasswordOptions *options, const char *uid, char **password, GError **error)
{
  return command_password_get (options, uid, password, error) &&
         intimail_directory_set_password (command->directory, uid, *password, NULL, error);
}

static CommandStatus
run_passwd (Command *command, int argc, char **argv, GError **error)
{
  CommandPasswordOptions options = { 0 };
  g_auto (CommandPassword) password = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  const GOptionEntry entries[] = {
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &options.from_stdin, "Read the password from standard input", NULL },
    { "generate", 0, 0, G_OPTION_ARG_NONE, &options.generate, "Make a password and print it", NULL },
    { NULL },
  };

  if (!command_parse (command, &command_person_verbs[4], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  person = command_lookup_person (command, argv[1], error);
  if (person == NULL ||
      !(g_strcmp0 (command->caller, argv[1]) == 0 ? change_own_password (command, &options, &password, error)
                                                  : set_password (command, &options, argv[1], &password, error)))
    return COMMAND_FAILED;
  if (options.generate)
    tell_password (command, argv[1], password);

  return COMMAND_DONE;
}

const CommandVerb command_person_verbs[] = {
  { "person add", "UID", "Add somebody",
    "UID is the name to sign in with: a-z, 0-9, \".\", \"_\" and \"-\". Without one of\n"
    "--password-stdin, --generate and --no-password, the password is asked for.",
    run_add },
  { "person list", "", "List everybody", NULL, run_list },
  { "person show", "UID", "Show what is known about somebody", NULL, run_show },
  { "person set", "UID", "Change what is known about somebody", NULL, run_set },
  { "person passwd", "UID", "Give somebody a new password",
    "Without --password-stdin or --generate, it is asked for. Whoever changes their own is\n"
    "asked for the old one first; with --password-stdin it is a line of its own.",
    run_passwd },
  { "person remove", "UID", "Remove somebody; it can be undone for a time",
    "From now on they neither sign in nor get mail, and nobody else gets their name. After\n"
    "removed-days of intimail.conf, \"intimail expire\" removes what is left: the mail is put\n"
    "aside with --keep-mail, which is what happens without a word, or deleted.",
    command_person_remove },
  { "person restore", "UID", "Undo the removal of somebody", NULL, command_person_restore },
  { NULL },
};
