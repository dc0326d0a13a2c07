/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail directory: what Postfix and Dovecot need to ask the same directory.
 */

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command-output.h"
#include "command.h"

/* What checkpassword(8) and Dovecot agree about. */
#define QUESTION_FD 3
#define MAX_QUESTION 512
#define STATUS_WRONG 1
#define STATUS_UNKNOWN 3
#define STATUS_TROUBLE 111

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

/* As socketmap_table(5) writes where the agent answers; NULL when it does nowhere. */
static char *
make_socketmap (IntimailSite *site, const char *name)
{
  const char *listen = intimail_site_get_map_listen (site);

  if (*listen == '\0')
    return NULL;

  return g_strdup_printf ("socketmap:%s%s:%s", g_str_has_prefix (listen, "unix:") ? "" : "inet:", listen, name);
}

static void
print_table (const char *setting, char **tables)
{
  g_autofree char *joined = g_strjoinv (", ", tables);

  command_output_print ("%s = %s\n", setting, joined);
}

static gboolean
is_elsewhere (IntimailSite *site, IntimailPerson *person)
{
  const char *host = intimail_person_get_mail_host (person);

  return *host != '\0' && g_ascii_strcasecmp (host, intimail_site_get_hostname (site)) != 0;
}

/* Postfix asks this table for all mail, also for what goes out: who has one machine does
 * without. */
static gboolean
print_transports (Command *command, IntimailDirectory *directory, GError **error)
{
  g_autofree char *table = make_socketmap (command->site, "transports");
  g_autoptr (GPtrArray) people = intimail_directory_list_people (directory, NULL, error);
  gboolean is_needed = FALSE;

  for (guint i = 0; people != NULL && i < people->len && !is_needed; i++)
    is_needed = is_elsewhere (command->site, people->pdata[i]);
  if (table != NULL && people != NULL)
    command_output_print ("# For people whose mail another machine keeps (person set --host).\n%stransport_maps = %s\n",
                          is_needed ? "" : "# ", table);

  return people != NULL;
}

/* A table that is asked before the agent answers without it, also when that is away. */
static void
print_postfix_settings (Command *command, GStrvBuilder *recipients, GStrvBuilder *senders)
{
  g_autofree char *domains = g_strjoinv (" ", (char **) intimail_site_get_domains (command->site));
  g_autofree char *duties = make_duties (command->site);
  g_autofree char *all = make_socketmap (command->site, "recipients");
  g_autofree char *logins = make_socketmap (command->site, "senders");
  g_auto (GStrv) recipient_tables = NULL;
  g_auto (GStrv) sender_tables = NULL;

  g_strv_builder_add (recipients, duties);
  if (all != NULL)
    g_strv_builder_add (recipients, all);
  if (logins != NULL)
    g_strv_builder_add (senders, logins);
  recipient_tables = g_strv_builder_end (recipients);
  sender_tables = g_strv_builder_end (senders);
  command_output_print ("# For main.cf: see ldap_table(5) and socketmap_table(5), which \"intimail-deliver --map\"\n"
                        "# answers.\n"
                        "virtual_mailbox_domains = %s\n",
                        domains);
  print_table ("virtual_mailbox_maps", recipient_tables);
  print_table ("smtpd_sender_login_maps", sender_tables);
  command_output_print ("recipient_delimiter = +\nvirtual_transport = lmtp:%s\n", intimail_site_get_lmtp_listen (command->site));
  command_output_print ("# Kind to servers that do not know a home's address: one message a second to each place,\n"
                        "# and so one at a time.\n"
                        "smtp_destination_concurrency_limit = 2\n"
                        "smtp_destination_recipient_limit = 20\n"
                        "smtp_destination_rate_delay = 1s\n");
}

/* The tables of an LDAP server; what they cannot know (an alias that has ended, the
 * addresses beside a list's), the agent answers. */
static gboolean
write_ldap_tables (IntimailLdapDirectory *directory,
                   const char *folder,
                   GStrvBuilder *recipients,
                   GStrvBuilder *senders,
                   GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autofree char *text = intimail_ldap_directory_make_postfix_map (directory, maps[i].map, &local_error);
      g_autofree char *table = g_strdup_printf ("ldap:%s/%s", folder, maps[i].file);

      /* A directory whose groups have no addresses has no such table. */
      if (text == NULL && g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
        continue;
      if (text == NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      if (text == NULL || !write_file (folder, maps[i].file, text, error))
        return FALSE;
      g_strv_builder_add (g_str_equal (maps[i].map, "senders") ? senders : recipients, table);
    }

  return TRUE;
}

static CommandStatus
run_postfix_maps (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GStrvBuilder) recipients = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) senders = g_strv_builder_new ();
  IntimailDirectory *directory;
  g_autofree char *folder = NULL;

  if (!command_parse (command, &command_peers_verbs[0], NULL, &argc, &argv, 0, 1, error))
    return COMMAND_DONE;
  directory = command_get_whole_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  if (INTIMAIL_IS_LDAP_DIRECTORY (directory))
    {
      if (argc < 2)
        {
          command_usage (error, "name the folder that the tables of the LDAP server go into");
          return COMMAND_USAGE;
        }
      folder = g_canonicalize_filename (argv[1], NULL);
      if (!write_ldap_tables (INTIMAIL_LDAP_DIRECTORY (directory), folder, recipients, senders, error))
        return COMMAND_FAILED;
    }
  else if (*intimail_site_get_map_listen (command->site) == '\0')
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                           "the agent answers for a directory that is a file: say where by map in [deliver]");
      return COMMAND_FAILED;
    }
  print_postfix_settings (command, recipients, senders);

  return print_transports (command, directory, error) ? COMMAND_DONE : COMMAND_FAILED;
}

/* ---- Dovecot ---- */

/* Whose that is. */
static char *
find_reader (const char *path)
{
  struct stat status;
  struct passwd *user;

  if (stat (path, &status) < 0)
    return g_strdup ("root");
  user = getpwuid (status.st_uid);

  return user != NULL ? g_strdup (user->pw_name) : g_strdup_printf ("%u", status.st_uid);
}

/* The command that runs: in a build tree it is another one than the installed. */
static char *
find_program (void)
{
  char *path = g_file_read_link ("/proc/self/exe", NULL);

  return path != NULL ? path : g_strdup ("intimail");
}

/* How Dovecot asks us. */
static char *
make_question (Command *command)
{
  g_autofree char *program = find_program ();
  g_autofree char *site = g_canonicalize_filename (intimail_site_get_path (command->site), NULL);

  return g_strdup_printf ("%s --site %s directory check-password", program, site);
}

/* What a mailbox is for (RFC 6154) is said by its name: Dovecot has one list for everybody. */
static void
print_special_use (void)
{
  static const struct
  {
    IntimailMailboxRole role;
    const char *use;
  } uses[] = {
    { INTIMAIL_MAILBOX_ROLE_DRAFTS, "Drafts" },
    { INTIMAIL_MAILBOX_ROLE_SENT, "Sent" },
    { INTIMAIL_MAILBOX_ROLE_ARCHIVE, "Archive" },
    { INTIMAIL_MAILBOX_ROLE_JUNK, "Junk" },
    { INTIMAIL_MAILBOX_ROLE_TRASH, "Trash" },
  };

  command_output_print ("# What mailboxes are for.\nnamespace inbox {\n  inbox = yes\n");
  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++)
    {
      g_auto (GStrv) names = intimail_mailbox_role_list_names (uses[i].role);

      for (gsize j = 0; names[j] != NULL; j++)
        command_output_print ("  mailbox %s {\n    special_use = \\%s\n  }\n", names[j], uses[i].use);
    }
  command_output_print ("}\n");
}

static void
print_service (const char *path)
{
  g_autofree char *reader = find_reader (path);

  command_output_print ("# Who may read the directory.\nservice auth {\n  user = %s\n}\n", reader);
}

static void
print_check_password (Command *command)
{
  g_autofree char *args = make_question (command);

  command_output_print ("# Written by \"intimail directory dovecot-auth\": for a file in conf.d of Dovecot 2.3.\n"
                        "passdb {\n  driver = checkpassword\n  args = %s\n}\n"
                        "userdb {\n  driver = prefetch\n}\n"
                        "userdb {\n  driver = checkpassword\n  args = %s\n}\n",
                        args, args);
  print_service (intimail_ldif_directory_get_path (INTIMAIL_LDIF_DIRECTORY (intimail_site_get_directory (command->site))));
  print_special_use ();
}

static void
print_passdb (const char *folder, const char *name, const char *more)
{
  command_output_print ("passdb {\n  driver = ldap\n  args = %s/intimail-%s.conf.ext\n%s}\n", folder, name, more);
}

/* A filter cannot say "now", and so nothing of who has expired. Where the server takes a
 * password, we are asked for the last word; who guesses starts no process. */
static void
print_ldap_auth (Command *command, const char *folder)
{
  g_autofree char *root = command_get_mail_root (command);
  g_autofree char *args = make_question (command);

  command_output_print ("# For dovecot.conf, in this order and instead of other passdbs and userdbs.\n");
  print_passdb (folder, "disabled", "  deny = yes\n");
  print_passdb (folder, "people", "  result_success = continue\n");
  print_passdb (folder, "logins", "  skip = authenticated\n");
  print_passdb (folder, "app-passwords", "  skip = authenticated\n  result_success = continue\n");
  command_output_print ("# Who has expired does not sign in; without this they do.\n"
                        "passdb {\n  driver = checkpassword\n  args = %s\n  skip = unauthenticated\n}\n",
                        args);
  command_output_print ("userdb {\n  driver = ldap\n  args = %s/intimail-people.conf.ext\n}\n", folder);
  print_service (root);
  print_special_use ();
}

static gboolean
write_ldap_auth (Command *command, IntimailLdapDirectory *directory, const char *folder, GError **error)
{
  static const char *const names[] = { "disabled", "people", "logins", "app-passwords" };
  g_autofree char *root = command_get_mail_root (command);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = intimail_ldap_directory_make_dovecot_auth (directory, names[i], root, error);
      g_autofree char *file = g_strdup_printf ("intimail-%s.conf.ext", names[i]);

      if (text == NULL || !write_file (folder, file, text, error))
        return FALSE;
    }

  return TRUE;
}

static CommandStatus
run_dovecot_auth (Command *command, int argc, char **argv, GError **error)
{
  IntimailDirectory *directory;
  g_autofree char *folder = NULL;

  if (!command_parse (command, &command_peers_verbs[1], NULL, &argc, &argv, 0, 1, error))
    return COMMAND_DONE;
  directory = command_get_whole_directory (command, error);
  if (directory == NULL)
    return COMMAND_FAILED;
  if (!INTIMAIL_IS_LDAP_DIRECTORY (directory))
    {
      print_check_password (command);
      return COMMAND_DONE;
    }
  if (argc < 2)
    {
      command_usage (error, "name the folder for what Dovecot asks the LDAP server");
      return COMMAND_USAGE;
    }
  folder = g_canonicalize_filename (argv[1], NULL);
  if (!write_ldap_auth (command, INTIMAIL_LDAP_DIRECTORY (directory), folder, error))
    return COMMAND_FAILED;
  print_ldap_auth (command, folder);

  return COMMAND_DONE;
}

/* "login\0password\0time\0" on a descriptor of its own. FALSE when it is not. */
static gboolean
read_question (char question[MAX_QUESTION + 1], const char **login, const char **password)
{
  gsize length = 0;
  gssize got = 1;
  const char *end;

  while (length < MAX_QUESTION && got > 0)
    {
      do
        got = read (QUESTION_FD, question + length, MAX_QUESTION - length);
      while (got < 0 && errno == EINTR);
      length += got > 0 ? (gsize) got : 0;
    }
  question[length] = '\0';
  end = memchr (question, '\0', length);
  if (got < 0 || end == NULL || memchr (end + 1, '\0', length - (gsize) (end + 1 - question)) == NULL)
    return FALSE;
  *login = question;
  *password = end + 1;

  return g_utf8_validate (*login, -1, NULL);
}

/* A uid, or somebody's address to the letter. */
static IntimailPerson *
find_person (IntimailDirectory *directory, const char *login, GError **error)
{
  g_autoptr (GObject) owner = NULL;

  if (strchr (login, '@') == NULL)
    return intimail_directory_lookup_person (directory, login, NULL, error);
  owner = intimail_directory_lookup_address (directory, login, NULL, error);
  if (owner != NULL && !INTIMAIL_IS_PERSON (owner))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "\"%s\" is a list", login);

  return owner != NULL && INTIMAIL_IS_PERSON (owner) ? INTIMAIL_PERSON (g_steal_pointer (&owner)) : NULL;
}

/* Whose the mail is: they read it as who delivers it. */
static void
set_ids (const char *home)
{
  g_autofree char *root = g_path_get_dirname (home);
  struct stat status = { .st_uid = getuid (), .st_gid = getgid () };
  g_autofree char *uid = NULL;
  g_autofree char *gid = NULL;

  if (stat (home, &status) < 0)
    stat (root, &status);
  uid = g_strdup_printf ("%u", status.st_uid);
  gid = g_strdup_printf ("%u", status.st_gid);
  g_setenv ("userdb_uid", uid, TRUE);
  g_setenv ("userdb_gid", gid, TRUE);
}

/* What Dovecot's checkpassword-reply hands on. */
static void
set_environment (Command *command, IntimailPerson *person)
{
  g_autofree char *home = intimail_site_get_account_path (command->site, person);
  g_autofree char *mail = g_strconcat ("maildir:", home, NULL);
  g_autofree char *rule = g_strdup_printf ("*:bytes=%" G_GUINT64_FORMAT ":messages=%" G_GUINT64_FORMAT,
                                           intimail_person_get_quota_bytes (person), intimail_person_get_quota_messages (person));

  g_setenv ("USER", intimail_person_get_uid (person), TRUE);
  g_setenv ("HOME", home, TRUE);
  g_setenv ("userdb_mail", mail, TRUE);
  g_setenv ("userdb_quota_rule", rule, TRUE);
  set_ids (home);
  g_setenv ("EXTRA", "userdb_uid userdb_gid userdb_mail userdb_quota_rule", TRUE);
}

static int
map_error (const GError *error, gboolean authorized)
{
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    return STATUS_WRONG;
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED) ||
      g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT) ||
      g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return authorized ? STATUS_UNKNOWN : STATUS_WRONG;

  g_printerr ("intimail: %s\n", error->message);
  return STATUS_TROUBLE;
}

/* With AUTHORIZED=1 Dovecot asks about somebody without a password, and has to be told
 * that it was understood: a program that does not know this lets nobody in. */
static int
check_password (Command *command, IntimailDirectory *directory, char **program)
{
  char question[MAX_QUESTION + 1];
  const char *login = NULL;
  const char *password = NULL;
  gboolean authorized = g_strcmp0 (g_getenv ("AUTHORIZED"), "1") == 0;
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (GError) error = NULL;

  if (!read_question (question, &login, &password))
    return STATUS_TROUBLE;
  person = authorized ? find_person (directory, login, &error)
                      : intimail_directory_authenticate_client (directory, login, password, NULL, &error);
  if (person == NULL)
    return map_error (error, authorized);
  if (!intimail_person_is_active (person))
    return STATUS_UNKNOWN;
  if (authorized)
    g_setenv ("AUTHORIZED", "2", TRUE);
  set_environment (command, person);
  execv (program[0], program);
  g_printerr ("intimail: cannot run %s: %s\n", program[0], g_strerror (errno));

  return STATUS_TROUBLE;
}

/* For whoever signs in, and not as the caller. NULL when it cannot be. */
static IntimailDirectory *
open_directory (Command *command)
{
  g_autoptr (GError) error = NULL;

  if (command_get_site (command, &error) != NULL)
    return intimail_site_get_directory (command->site);
  g_printerr ("intimail: %s\n", error->message);

  return NULL;
}

static CommandStatus
run_check_password (Command *command, int argc, char **argv, GError **error)
{
  IntimailDirectory *directory;

  if (!command_parse (command, &command_peers_verbs[2], NULL, &argc, &argv, 1, -1, error))
    return COMMAND_DONE;
  directory = open_directory (command);

  return (CommandStatus) (directory != NULL ? check_password (command, directory, argv + 1) : STATUS_TROUBLE);
}

const CommandVerb command_peers_verbs[] = {
  { "directory postfix-maps", "[FOLDER]", "Print what Postfix needs to ask the directory",
    "Prints lines for main.cf. Tables for an LDAP server are written into FOLDER, and hold\n"
    "the secret of [directory], if it has one.",
    run_postfix_maps },
  { "directory dovecot-auth", "[FOLDER]", "Print what Dovecot needs to ask the directory",
    "For passdb and userdb of Dovecot 2.3. Files for an LDAP server are written into FOLDER,\n"
    "and hold the secret of [directory], if it has one.",
    run_dovecot_auth },
  { "directory check-password", "PROGRAM...", "Check a password for Dovecot's checkpassword",
    "The question is read from descriptor 3. Exits with 1 when the password is wrong, 3 when\n"
    "nobody has that name, 111 when it cannot be known now; else it becomes PROGRAM.",
    run_check_password },
  { NULL },
};
