/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail import: mail from files and folders of other programs.
 */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "command-output.h"
#include "command.h"

typedef struct
{
  Command *command;
  IntimailAccount *account;
  const char *mailbox_id;
  const char *format; /* auto, mboxrd, mboxo, maildir or eml */
  GHashTable *known;  /* message ids that are there already, with --skip-known */
  guint n_imported;
  guint n_skipped;
} Import;

/* The letters of a Maildir file name after ":2,". */
static void
add_maildir_keywords (GStrvBuilder *keywords, const char *name)
{
  static const struct
  {
    char letter;
    const char *keyword;
  } letters[] = {
    { 'S', "$seen" },
    { 'R', "$answered" },
    { 'F', "$flagged" },
    { 'D', "$draft" },
    { 'P', "$forwarded" },
  };
  const char *info = strstr (name, ":2,");

  for (gsize i = 0; info != NULL && i < G_N_ELEMENTS (letters); i++)
    if (strchr (info + 3, letters[i].letter) != NULL)
      g_strv_builder_add (keywords, letters[i].keyword);
}

/* What mbox programs note in Status and X-Status. */
static void
add_mbox_keywords (GStrvBuilder *keywords, IntimailMessage *message)
{
  g_autofree char *status = intimail_message_get_field (message, "Status");
  g_autofree char *more = intimail_message_get_field (message, "X-Status");

  if (status != NULL && strchr (status, 'R') != NULL)
    g_strv_builder_add (keywords, "$seen");
  if (more != NULL && strchr (more, 'A') != NULL)
    g_strv_builder_add (keywords, "$answered");
  if (more != NULL && strchr (more, 'F') != NULL)
    g_strv_builder_add (keywords, "$flagged");
  if (more != NULL && strchr (more, 'T') != NULL)
    g_strv_builder_add (keywords, "$draft");
}

static gboolean
is_known (Import *import, IntimailMessage *message)
{
  const char *id = intimail_message_get_message_id (message);

  return import->known != NULL && id != NULL && *id != '\0' && !g_hash_table_add (import->known, g_strdup (id));
}

/* @name is a Maildir file's, or NULL for a message of an mbox or an .eml file.
 * @received may be 0: then the message's own date counts. */
static gboolean
import_message (Import *import, GBytes *bytes, const char *name, gint64 received, GError **error)
{
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, error);
  g_autoptr (GStrvBuilder) keywords = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  g_autofree char *id = NULL;

  if (message == NULL)
    return FALSE;
  if (is_known (import, message))
    {
      import->n_skipped++;
      return TRUE;
    }
  if (received == 0)
    {
      GDateTime *date = intimail_message_get_date (message);

      received = date != NULL && g_date_time_to_unix (date) > 0 ? g_date_time_to_unix (date) : g_get_real_time () / G_USEC_PER_SEC;
    }
  if (name != NULL)
    add_maildir_keywords (keywords, name);
  else
    add_mbox_keywords (keywords, message);
  list = g_strv_builder_end (keywords);
  command_act_as_owner (TRUE);
  id = intimail_account_deliver (import->account, bytes, import->mailbox_id, (const char *const *) list, received, NULL, error);
  command_act_as_owner (FALSE);
  if (id == NULL)
    return FALSE;
  import->n_imported++;

  return TRUE;
}

/* The file is mapped: a mailbox of gigabytes takes no memory. */
static GBytes *
map_file (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &local_error);

  if (file == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR,
                   g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? INTIMAIL_ERROR_NOT_FOUND : INTIMAIL_ERROR_FAILED,
                   "%s", local_error->message);
      return NULL;
    }

  return g_mapped_file_get_bytes (file);
}

static gboolean
import_mbox (Import *import, GBytes *bytes, IntimailMboxFormat format, GError **error)
{
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (bytes, format);

  while (TRUE)
    {
      g_autoptr (GBytes) message = intimail_mbox_reader_next (reader);

      if (message == NULL)
        return TRUE;
      if (!import_message (import, message, NULL, intimail_mbox_reader_get_received (reader), error))
        return FALSE;
    }
}

static gboolean
import_file (Import *import, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = map_file (path, error);

  if (bytes == NULL)
    return FALSE;
  if (g_str_equal (import->format, "mboxo"))
    return import_mbox (import, bytes, INTIMAIL_MBOX_FORMAT_O, error);
  if (g_str_equal (import->format, "mboxrd") ||
      (g_str_equal (import->format, "auto") && intimail_mbox_reader_is_mbox (bytes)))
    return import_mbox (import, bytes, INTIMAIL_MBOX_FORMAT_RD, error);

  return import_message (import, bytes, NULL, 0, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* The names in a folder, in order, hidden ones left out. */
static char **
list_folder (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &local_error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const char *name;
  char **list;

  if (dir == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, local_error->message);
      return NULL;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_strv_builder_add (names, name);
  list = g_strv_builder_end (names);
  qsort (list, g_strv_length (list), sizeof *list, compare_names);
  return list;
}

/* One of cur/ and new/; the file's time says when the mail came in. */
static gboolean
import_maildir_part (Import *import, const char *path, const char *part, GError **error)
{
  g_autofree char *folder = g_build_filename (path, part, NULL);
  g_auto (GStrv) names = list_folder (folder, error);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *file = g_build_filename (folder, names[i], NULL);
      g_autoptr (GBytes) bytes = map_file (file, error);
      GStatBuf status;

      if (bytes == NULL)
        return FALSE;
      if (!import_message (import, bytes, names[i], g_stat (file, &status) == 0 ? status.st_mtime : 0, error))
        return FALSE;
    }

  return names != NULL;
}

static void
warn_of_subfolders (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *cur = g_build_filename (path, name, "cur", NULL);
      g_autofree char *clean = command_output_clean (name);

      if (name[0] == '.' && g_file_test (cur, G_FILE_TEST_IS_DIR))
        g_printerr ("intimail: the subfolder %s was left out: import it by itself, with --mailbox\n", clean);
    }
}

static gboolean
import_eml_folder (Import *import, const char *path, GError **error)
{
  g_auto (GStrv) names = list_folder (path, error);
  guint n = 0;

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *file = g_build_filename (path, names[i], NULL);
      g_autofree char *lower = g_ascii_strdown (names[i], -1);

      if (!g_str_has_suffix (lower, ".eml"))
        continue;
      n++;
      if (!import_file (import, file, error))
        return FALSE;
    }
  if (names != NULL && n == 0)
    return command_usage (error, "\"%s\" is neither a Maildir (with cur/ and new/) nor a folder with .eml files", path);

  return names != NULL;
}

static gboolean
import_path (Import *import, const char *path, GError **error)
{
  g_autofree char *cur = g_build_filename (path, "cur", NULL);
  gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);
  gboolean is_maildir = is_folder && g_file_test (cur, G_FILE_TEST_IS_DIR);

  if (g_str_equal (import->format, "maildir") && !is_maildir)
    return command_usage (error, "\"%s\" is no Maildir: it has no folder cur/", path);
  if (is_maildir)
    {
      warn_of_subfolders (path);
      return import_maildir_part (import, path, "cur", error) && import_maildir_part (import, path, "new", error);
    }
  if (is_folder)
    return import_eml_folder (import, path, error);

  return import_file (import, path, error);
}

static gboolean
learn_known (Import *import, GError **error)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (import->account, NULL, NULL, FALSE, NULL, error);

  if (listing == NULL)
    return FALSE;
  import->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, NULL);

      if (envelope != NULL && *intimail_envelope_get_message_id (envelope) != '\0')
        g_hash_table_add (import->known, g_strdup (intimail_envelope_get_message_id (envelope)));
    }

  return TRUE;
}

/* Also after an error: so much is there. */
static void
print_result (Import *import)
{
  JsonBuilder *builder;

  if (!import->command->json)
    {
      command_output_print ("imported %u", import->n_imported);
      if (import->known != NULL)
        command_output_print (", skipped %u that were there", import->n_skipped);
      command_output_print ("\n");
      return;
    }
  builder = json_builder_begin_object (json_builder_new ());
  command_output_add_number (builder, "imported", import->n_imported);
  command_output_add_number (builder, "skipped", import->n_skipped);
  command_output_print_json (json_builder_end_object (builder));
}

static gboolean
import_all (Import *import, int argc, char **argv, GError **error)
{
  for (int i = 2; i < argc; i++)
    if (!import_path (import, argv[i], error))
      {
        if (error != NULL && *error != NULL && strstr ((*error)->message, argv[i]) == NULL)
          g_prefix_error (error, "%s: ", argv[i]);
        return FALSE;
      }

  return TRUE;
}

static CommandStatus
run_import (Command *command, int argc, char **argv, GError **error)
{
  static const char *const formats[] = { "auto", "mboxrd", "mboxo", "maildir", "eml", NULL };
  g_autofree char *mailbox_name = NULL;
  g_autofree char *format = NULL;
  gboolean skip_known = FALSE;
  const GOptionEntry entries[] = {
    { "mailbox", 0, 0, G_OPTION_ARG_STRING, &mailbox_name, "Into this mailbox: a path, or a role like archive (inbox)", "MAILBOX" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "auto, mboxrd, mboxo, maildir or eml (auto)", "FORMAT" },
    { "skip-known", 0, 0, G_OPTION_ARG_NONE, &skip_known, "Leave out mail whose Message-ID is there already", NULL },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;
  g_autoptr (GHashTable) known = NULL;
  Import import = { .command = command };

  if (!command_parse (command, &command_import_verbs[0], entries, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  import.format = format != NULL ? format : "auto";
  if (!g_strv_contains (formats, import.format))
    {
      command_usage (error, "\"%s\" is no format: take auto, mboxrd, mboxo, maildir or eml", format);
      return COMMAND_USAGE;
    }
  account = command_get_account (command, argv[1], error);
  mailbox = account != NULL ? command_lookup_mailbox (account, mailbox_name != NULL ? mailbox_name : "inbox", error) : NULL;
  if (mailbox == NULL)
    return COMMAND_FAILED;
  import.account = account;
  import.mailbox_id = intimail_mailbox_get_id (mailbox);
  if (skip_known && !learn_known (&import, error))
    return COMMAND_FAILED;
  known = import.known;
  command_act_as_owner (FALSE);
  import_all (&import, argc, argv, error);
  command_act_as_owner (TRUE);
  print_result (&import);

  return COMMAND_DONE;
}

const CommandVerb command_import_verbs[] = {
  { "import", "UID PATH...", "Import mail from mbox, Maildir or .eml",
    "PATH is an mbox file, a Maildir, an .eml file or a folder of them. Nothing there\n"
    "is changed. What was read, answered or flagged stays so. After an interruption,\n"
    "--skip-known goes on.",
    run_import },
  { NULL },
};
