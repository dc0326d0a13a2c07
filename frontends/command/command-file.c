/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail file: files that mail links to.
 */

#include "command-output.h"
#include "command-password.h"
#include "command.h"

#define DAY (24 * 60 * 60)

typedef struct
{
  char *name;
  char *type;
  char *expires;
  int downloads;
  CommandPasswordOptions password;
} AddOptions;

static void
add_options_clear (AddOptions *options)
{
  g_free (options->name);
  g_free (options->type);
  g_free (options->expires);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AddOptions, add_options_clear)

/* The link opens the file to whoever sees it: lists are without. */
static gboolean
build_file (JsonBuilder *builder, IntimailSite *site, IntimailBigFile *file, gboolean with_link, GError **error)
{
  g_autofree char *link = with_link ? intimail_site_make_big_file_link (site, file, error) : NULL;

  if (with_link && link == NULL)
    return FALSE;
  json_builder_begin_object (builder);
  command_output_add_string (builder, "id", intimail_big_file_get_id (file));
  command_output_add_string (builder, "uid", intimail_big_file_get_owner (file));
  command_output_add_string (builder, "name", intimail_big_file_get_name (file));
  command_output_add_string (builder, "type", intimail_big_file_get_content_type (file));
  command_output_add_number (builder, "size", intimail_big_file_get_size (file));
  command_output_add_time (builder, "created", intimail_big_file_get_created (file));
  command_output_add_time (builder, "expires", intimail_big_file_get_expires (file));
  command_output_add_boolean (builder, "password", intimail_big_file_has_password (file));
  command_output_add_number (builder, "downloads", intimail_big_file_get_n_downloads (file));
  command_output_add_number (builder, "maxDownloads", intimail_big_file_get_max_downloads (file));
  command_output_add_boolean (builder, "detached", intimail_big_file_is_detached (file));
  if (with_link)
    command_output_add_string (builder, "link", link);
  json_builder_end_object (builder);

  return TRUE;
}

static char *
format_end (IntimailBigFile *file)
{
  g_autofree char *text = command_output_format_time (intimail_big_file_get_expires (file));

  return g_strdup (*text != '\0' ? text : "never");
}

static char *
format_downloads (IntimailBigFile *file)
{
  guint max = intimail_big_file_get_max_downloads (file);

  return max > 0 ? g_strdup_printf ("%u of %u", intimail_big_file_get_n_downloads (file), max)
                 : g_strdup_printf ("%u", intimail_big_file_get_n_downloads (file));
}

static char *
format_size (IntimailBigFile *file)
{
  g_autofree char *text = command_output_format_size (intimail_big_file_get_size (file));

  return g_strdup (*text != '\0' ? text : "0");
}

static void
print_list (GPtrArray *files)
{
  CommandTable *table = command_table_new ("ID|>SIZE|UNTIL|>DOWNLOADS|NAME");

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *size = format_size (files->pdata[i]);
      g_autofree char *end = format_end (files->pdata[i]);
      g_autofree char *downloads = format_downloads (files->pdata[i]);

      command_table_add (table, intimail_big_file_get_id (files->pdata[i]), size, end, downloads, intimail_big_file_get_name (files->pdata[i]), NULL);
    }
  command_table_print (table, "none: see \"intimail file add --help\"");
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (GPtrArray) files = NULL;
  JsonBuilder *builder;

  if (!command_parse (command, &command_file_verbs[1], NULL, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  files = account != NULL ? intimail_account_list_big_files (account, NULL, error) : NULL;
  if (files == NULL)
    return COMMAND_FAILED;
  if (!command->json)
    {
      print_list (files);
      return COMMAND_DONE;
    }
  builder = json_builder_begin_array (json_builder_new ());
  for (guint i = 0; i < files->len; i++)
    build_file (builder, command->site, files->pdata[i], FALSE, NULL);
  command_output_print_json (json_builder_end_array (builder));

  return COMMAND_DONE;
}

static CommandStatus
print_file (Command *command, IntimailBigFile *file, GError **error)
{
  g_autofree char *link = intimail_site_make_big_file_link (command->site, file, error);
  g_autofree char *size = format_size (file);
  g_autofree char *end = format_end (file);
  g_autofree char *downloads = format_downloads (file);
  g_autofree char *name = command_output_clean (intimail_big_file_get_name (file));
  g_autofree char *sender = command_output_clean (intimail_big_file_get_sender (file));

  if (link == NULL)
    return COMMAND_FAILED;
  if (command->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      build_file (builder, command->site, file, TRUE, NULL);
      command_output_print_json (g_steal_pointer (&builder));
      return COMMAND_DONE;
    }
  command_output_print ("id:        %s\nname:      %s\ntype:      %s\nsize:      %s\nfrom:      %s\nuntil:     %s\ndownloads: %s\npassword:  %s\nlink:      %s\n",
                        intimail_big_file_get_id (file), name, intimail_big_file_get_content_type (file), size, sender, end, downloads,
                        intimail_big_file_has_password (file) ? "yes" : "no", link);

  return COMMAND_DONE;
}

static CommandStatus
run_show (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailBigFile) file = NULL;

  if (!command_parse (command, &command_file_verbs[2], NULL, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  file = account != NULL ? intimail_account_lookup_big_file (account, argv[2], NULL, error) : NULL;

  return file != NULL ? print_file (command, file, error) : COMMAND_FAILED;
}

static gboolean
set_end (Command *command, const AddOptions *options, IntimailBigFile *file, GError **error)
{
  guint days = intimail_site_get_big_days (command->site);
  gint64 seconds = days > 0 ? g_get_real_time () / G_USEC_PER_SEC + (gint64) days * DAY : 0;

  if (options->expires != NULL && !command_parse_time (options->expires, &seconds, error))
    return FALSE;
  intimail_big_file_set_expires (file, seconds);

  return TRUE;
}

static gboolean
set_password (Command *command, const AddOptions *options, IntimailBigFile *file, GError **error)
{
  g_auto (CommandPassword) password = NULL;

  if (!options->password.from_stdin)
    return TRUE;

  return command_password_get (&options->password, intimail_big_file_get_name (file), &password, error) &&
         intimail_site_set_big_file_password (command->site, file, password, error);
}

static void
set_sender (IntimailPerson *person, IntimailBigFile *file)
{
  const char *name = intimail_person_get_display_name (person);
  g_autofree char *sender = name != NULL && *name != '\0' ? g_strdup_printf ("%s <%s>", name, intimail_person_get_mail (person))
                                                          : g_strdup (intimail_person_get_mail (person));

  intimail_big_file_set_sender (file, sender);
}

static IntimailBigFile *
make_file (Command *command, const AddOptions *options, const char *uid, const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  const char *name = options->name != NULL ? options->name : base;
  g_autofree char *guess = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *type = guess != NULL ? g_content_type_get_mime_type (guess) : NULL;
  g_autoptr (IntimailPerson) person = command_lookup_person (command, uid, error);
  g_autoptr (IntimailBigFile) file = NULL;

  if (person == NULL)
    return NULL;
  if (options->downloads < 0)
    {
      command_usage (error, "--downloads is a number; 0 is any");
      return NULL;
    }
  file = intimail_big_file_new (name, options->type != NULL ? options->type : type);
  set_sender (person, file);
  intimail_big_file_set_max_downloads (file, (guint) options->downloads);

  return set_end (command, options, file, error) && set_password (command, options, file, error) ? g_steal_pointer (&file) : NULL;
}

/* Opened as who asks, before the owner of the mail is asked for. */
static GInputStream *
open_path (const char *path, GError **error)
{
  g_autoptr (GFile) place = g_file_new_for_path (g_str_equal (path, "-") ? "/dev/stdin" : path);
  g_autoptr (GError) local_error = NULL;
  GFileInputStream *stream = g_file_read (place, NULL, &local_error);

  if (stream == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "%s", local_error->message);

  return stream != NULL ? G_INPUT_STREAM (stream) : NULL;
}

static CommandStatus
run_add (Command *command, int argc, char **argv, GError **error)
{
  g_auto (AddOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "How it is called (default: as PATH)", "NAME" },
    { "type", 0, 0, G_OPTION_ARG_STRING, &options.type, "Its type (default: by the name)", "TYPE" },
    { "expires", 0, 0, G_OPTION_ARG_STRING, &options.expires, "When it ends: 7d, 2030-12-31 or never (default: as the site says)", "TIME" },
    { "downloads", 0, 0, G_OPTION_ARG_INT, &options.downloads, "How often it may be fetched", "NUMBER" },
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &options.password.from_stdin, "Ask for a password, which is a line of standard input", NULL },
    { NULL },
  };
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (IntimailBigFile) file = NULL;
  g_autoptr (IntimailAccount) account = NULL;

  if (!command_parse (command, &command_file_verbs[0], entries, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  if (options.password.from_stdin && g_str_equal (argv[2], "-"))
    {
      command_usage (error, "both the password and the file cannot come by standard input");
      return COMMAND_FAILED;
    }
  if (command_get_site (command, error) == NULL)
    return COMMAND_FAILED;
  file = make_file (command, &options, argv[1], argv[2], error);
  stream = file != NULL ? open_path (argv[2], error) : NULL;
  account = stream != NULL ? command_get_account (command, argv[1], error) : NULL;
  if (account == NULL || !intimail_account_add_big_file (account, file, stream, NULL, error))
    return COMMAND_FAILED;

  return print_file (command, file, error);
}

static CommandStatus
run_revoke (Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;

  if (!command_parse (command, &command_file_verbs[3], NULL, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  if (account == NULL)
    return COMMAND_FAILED;
  for (int i = 2; i < argc; i++)
    if (!intimail_account_remove_big_file (account, argv[i], NULL, error))
      return COMMAND_FAILED;

  return COMMAND_DONE;
}

const CommandVerb command_file_verbs[] = {
  { "file add", "UID PATH", "Keep a file and print a link that opens it",
    "PATH \"-\" is standard input. The file counts for the quota of UID. Whoever has the link\n"
    "may fetch it, until it ends: see big-days in intimail.conf(5).",
    run_add },
  { "file list", "UID", "List the files that somebody shares by links", NULL, run_list },
  { "file show", "UID ID", "Show a shared file, with its link", NULL, run_show },
  { "file revoke", "UID ID...", "End the link of a shared file, and remove it",
    "ID is what \"list\" shows.", run_revoke },
  { NULL },
};
