/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "command-output.h"

G_DEFINE_QUARK (command_usage_error, command_usage_error)

gboolean
command_usage (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, COMMAND_USAGE_ERROR, 0, message);
  return FALSE;
}

static void
print_help (const CommandVerb *verb, GOptionContext *context)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

  command_output_print ("%s", help);
}

static GOptionContext *
make_context (const CommandVerb *verb, const GOptionEntry *entries, const GOptionEntry *shared)
{
  g_autofree char *parameters = g_strdup_printf ("%s%s%s", verb->words, *verb->arguments != '\0' ? " " : "", verb->arguments);
  g_autofree char *summary = g_strdup_printf ("%s.%s%s", verb->summary,
                                              verb->description != NULL ? "\n\n" : "",
                                              verb->description != NULL ? verb->description : "");
  GOptionContext *context = g_option_context_new (parameters);

  g_option_context_set_summary (context, summary);
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, shared, NULL);
  return context;
}

static gboolean
check_count (const CommandVerb *verb, int n, int min, int max, GError **error)
{
  if (n >= min && (max < 0 || n <= max))
    return TRUE;

  return command_usage (error, "%s: usage: intimail %s%s%s; see \"intimail %s --help\"",
                        n < min ? "something is missing" : "too much was given",
                        verb->words, *verb->arguments != '\0' ? " " : "", verb->arguments, verb->words);
}

gboolean
command_parse (Command *command,
               const CommandVerb *verb,
               const GOptionEntry *entries,
               int *argc,
               char ***argv,
               int min,
               int max,
               GError **error)
{
  g_autofree char *site_path = NULL;
  gboolean help = FALSE;
  const GOptionEntry shared[] = {
    { "site", 0, 0, G_OPTION_ARG_FILENAME, &site_path, "The folder of the site", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &command->json, "Print JSON for programs", NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Print this", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = make_context (verb, entries, shared);
  g_autoptr (GError) local_error = NULL;

  if (!g_option_context_parse (context, argc, argv, &local_error))
    return command_usage (error, "%s: see \"intimail %s --help\"", local_error->message, verb->words);
  if (help)
    {
      print_help (verb, context);
      return FALSE;
    }
  if (*argc > 1 && g_str_equal ((*argv)[1], "--"))
    {
      (*argc)--;
      (*argv)++;
    }
  if (site_path != NULL)
    {
      g_free (command->site_path);
      command->site_path = g_steal_pointer (&site_path);
    }

  return check_count (verb, *argc - 1, min, max, error);
}

IntimailSite *
command_get_site (Command *command, GError **error)
{
  g_autofree char *config = g_build_filename (command->site_path, "intimail.conf", NULL);

  if (command->site != NULL)
    return command->site;
  if (!g_file_test (command->site_path, G_FILE_TEST_IS_DIR) ||
      (g_access (command->site_path, R_OK | X_OK) == 0 && !g_file_test (config, G_FILE_TEST_EXISTS)))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                   "there is no site in %s: name its folder with --site DIR, or make one with "
                   "\"intimail init DIR --domain DOMAIN\"",
                   command->site_path);
      return NULL;
    }
  command->site = intimail_site_open (command->site_path, error);

  return command->site;
}

char *
command_get_mail_root (Command *command)
{
  g_autoptr (IntimailPerson) anybody = intimail_person_new ("x", "x@x.example");
  g_autofree char *path = intimail_site_get_account_path (command->site, anybody);

  return g_path_get_dirname (path);
}

static gboolean
is_owner_of (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && status.st_uid == getuid ();
}

/* Whoever owns the site or its mail can do to them what they like, without us. */
static gboolean
is_caller_owner (Command *command)
{
  g_autofree char *root = command_get_mail_root (command);

  return getuid () == 0 || is_owner_of (command->site_path) || is_owner_of (root);
}

IntimailDirectory *
command_get_whole_directory (Command *command, GError **error)
{
  IntimailSite *site = command_get_site (command, error);

  if (site == NULL || is_caller_owner (command))
    return site != NULL ? intimail_site_get_directory (site) : NULL;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                       "not permitted: that is for root, and for the owner of the site");
  return NULL;
}

IntimailDirectory *
command_get_directory (Command *command, GError **error)
{
  IntimailSite *site = command_get_site (command, error);
  struct passwd *caller;

  if (site == NULL || command->directory != NULL)
    return command->directory;
  if (is_caller_owner (command))
    command->directory = g_object_ref (intimail_site_get_directory (site));
  else
    {
      caller = getpwuid (getuid ());
      if (caller == NULL)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "not permitted: the user %u has no name", getuid ());
          return NULL;
        }
      command->caller = g_strdup (caller->pw_name);
      command->directory = intimail_directory_act_as (intimail_site_get_directory (site), command->caller);
    }

  return command->directory;
}

/* What to do about it belongs to the error. */
static void
add_hint (GError **error, const char *hint)
{
  char *message;

  if (error == NULL || !g_error_matches (*error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return;
  message = g_strdup_printf ("%s: see \"%s\"", (*error)->message, hint);
  g_free ((*error)->message);
  (*error)->message = message;
}

IntimailPerson *
command_lookup_person (Command *command, const char *uid, GError **error)
{
  IntimailDirectory *directory = command_get_directory (command, error);
  IntimailPerson *person;

  if (directory == NULL)
    return NULL;
  person = intimail_directory_lookup_person (directory, uid, NULL, error);
  if (person == NULL)
    add_hint (error, "intimail person list");

  return person;
}

IntimailGroup *
command_lookup_group (Command *command, const char *name, GError **error)
{
  IntimailDirectory *directory = command_get_directory (command, error);
  IntimailGroup *group;

  if (directory == NULL)
    return NULL;
  group = intimail_directory_lookup_group (directory, name, NULL, error);
  if (group == NULL)
    add_hint (error, "intimail group list");

  return group;
}

/* The owner of the mail; root until that is known. */
static uid_t owner_uid;
static gid_t owner_gid;

void
command_act_as_owner (gboolean owner)
{
  if (getuid () != 0 || owner_uid == 0)
    return;
  /* As root first: nobody else may change the group. */
  if (seteuid (0) < 0 || setegid (owner ? owner_gid : 0) < 0 || (owner && seteuid (owner_uid) < 0))
    g_error ("cannot change the user: %s", g_strerror (errno));
}

void
command_reach_all_files (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

  if (getuid () != 0 || owner_uid == 0 || syscall (SYS_capget, &header, data) < 0)
    return;
  /* What root gave up with its user id, but for good it did not. Without it, files
   * that the owner may read can be imported all the same. */
  data[0].effective |= data[0].permitted & (1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH);
  syscall (SYS_capset, &header, data);
}

void
command_become_owner (Command *command)
{
  g_autofree char *root = command_get_mail_root (command);
  struct stat status;

  if (stat (root, &status) == 0)
    {
      owner_uid = status.st_uid;
      owner_gid = status.st_gid;
    }
  command_act_as_owner (TRUE);
}

IntimailAccount *
command_get_account (Command *command, const char *uid, GError **error)
{
  g_autoptr (IntimailPerson) person = command_lookup_person (command, uid, error);

  if (person == NULL)
    return NULL;
  command_become_owner (command);
  return intimail_site_get_account (command->site, person, error);
}

char **
command_list_uids (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (GStrvBuilder) uids = g_strv_builder_new ();
  g_autoptr (GPtrArray) people = NULL;
  IntimailDirectory *directory = command_get_directory (command, error);

  if (directory == NULL)
    return NULL;
  for (int i = 1; i < argc; i++)
    g_strv_builder_add (uids, argv[i]);
  if (argc > 1)
    return g_strv_builder_end (uids);
  people = intimail_directory_list_people (directory, NULL, error);
  if (people == NULL)
    return NULL;
  for (guint i = 0; i < people->len; i++)
    g_strv_builder_add (uids, intimail_person_get_uid (people->pdata[i]));

  return g_strv_builder_end (uids);
}

static const char *const role_names[] = { "", "inbox", "drafts", "sent", "archive", "junk", "trash" };

const char *
command_get_role_name (IntimailMailboxRole role)
{
  return (guint) role < G_N_ELEMENTS (role_names) ? role_names[role] : "";
}

IntimailMailbox *
command_lookup_mailbox (IntimailAccount *account, const char *name, GError **error)
{
  IntimailMailbox *mailbox = intimail_account_lookup_mailbox_by_path (account, name, NULL);

  for (guint i = 1; mailbox == NULL && i < G_N_ELEMENTS (role_names); i++)
    if (g_ascii_strcasecmp (role_names[i], name) == 0)
      mailbox = intimail_account_lookup_mailbox_by_role (account, (IntimailMailboxRole) i, NULL);
  if (mailbox == NULL)
    mailbox = intimail_account_lookup_mailbox (account, name, NULL);
  if (mailbox == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND,
                 "no such mailbox \"%s\": see \"intimail mailbox list UID\"", name);

  return mailbox;
}

gboolean
command_parse_size (const char *text, guint64 *size, GError **error)
{
  static const char units[] = "kmgt";
  g_autofree char *lower = g_ascii_strdown (text, -1);
  char *rest;
  double number;
  double factor = 1;

  *size = 0;
  if (g_str_equal (lower, "none"))
    return TRUE;
  number = g_ascii_strtod (lower, &rest);
  rest += strspn (rest, " ");
  if (*rest != '\0' && strchr (units, *rest) != NULL)
    {
      gboolean is_binary = rest[1] == 'i';

      for (const char *unit = units; unit <= strchr (units, *rest); unit++)
        factor *= is_binary ? 1024 : 1000;
      rest += is_binary ? 2 : 1;
    }
  rest += *rest == 'b' ? 1 : 0;
  if (!g_ascii_isdigit (lower[0]) || *rest != '\0' || !(number >= 0 && number * factor < 9e18))
    return command_usage (error, "\"%s\" is no size: write bytes, or 500M, 2G, 1.5GiB, or none", text);
  *size = (guint64) (number * factor);

  return TRUE;
}

gboolean
command_parse_time (const char *text, gint64 *seconds, GError **error)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  g_autofree char *full = strlen (text) == strlen ("2030-12-31") ? g_strconcat (text, "T00:00:00", NULL) : g_strdup (text);
  g_autofree char *days = g_strndup (text, *text != '\0' ? strlen (text) - 1 : 0);
  g_autoptr (GDateTime) time = NULL;
  guint64 number;

  *seconds = 0;
  if (g_str_equal (text, "never"))
    return TRUE;
  if (g_str_has_suffix (text, "d") && g_ascii_string_to_unsigned (days, 10, 1, 36500, &number, NULL))
    {
      *seconds = g_get_real_time () / G_USEC_PER_SEC + (gint64) number * 24 * 60 * 60;
      return TRUE;
    }
  time = g_date_time_new_from_iso8601 (full, local);
  if (time == NULL || g_date_time_to_unix (time) <= 0)
    return command_usage (error, "\"%s\" is no time: write 30d, 2030-12-31, 2030-12-31T18:00:00Z or never", text);
  *seconds = g_date_time_to_unix (time);

  return TRUE;
}
