/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail import: mail from files and folders of other programs.
 */

#include <string.h>

#include "command-output.h"
#include "command-transfer.h"
#include "command.h"

typedef struct
{
  char *mailbox;
  char *format;
  gboolean flat;
  gboolean unquote;
  gboolean skip_duplicates;
  gboolean ignore_quota;
  gboolean restart;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->mailbox);
  g_free (self->format);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
set_up (IntimailImporter *importer, const Options *options, IntimailAccount *account, GError **error)
{
  static const char *const formats[] = { "auto", "mboxrd", "mboxo", "mboxcl", "mboxcl2", "maildir", "eml", NULL };
  g_autoptr (IntimailMailbox) mailbox = NULL;
  IntimailTransferFormat format = INTIMAIL_TRANSFER_FORMAT_AUTO;

  if (options->format != NULL && !command_transfer_parse_format (options->format, formats, &format, error))
    return FALSE;
  mailbox = command_lookup_mailbox (account, options->mailbox != NULL ? options->mailbox : "inbox", error);
  if (mailbox == NULL)
    return FALSE;
  intimail_importer_set_mailbox_id (importer, intimail_mailbox_get_id (mailbox));
  intimail_importer_set_format (importer, format);
  intimail_importer_set_flat (importer, options->flat);
  intimail_importer_set_unquote (importer, options->unquote);
  intimail_importer_set_skip_duplicates (importer, options->skip_duplicates);
  intimail_importer_set_ignore_quota (importer, options->ignore_quota);
  intimail_importer_set_restart (importer, options->restart);
  return TRUE;
}

static CommandStatus
import_all (Command *command, IntimailImporter *importer, int argc, char **argv, GError **error)
{
  CommandProgress progress = { 0 };
  gboolean ok = TRUE;

  command_progress_watch (&progress, command, importer);
  for (int i = 2; ok && i < argc; i++)
    ok = intimail_importer_run (importer, argv[i], NULL, error);
  command_progress_end (&progress);
  if (!ok && error != NULL && (g_error_matches (*error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA) || g_error_matches (*error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL)))
    g_prefix_error (error, "the same command goes on when there is more room (--ignore-quota takes it all the same): ");

  /* Also after an error: so much is there. */
  return command_transfer_report (command, "imported", intimail_importer_get_counts (importer), intimail_importer_get_problems (importer));
}

static CommandStatus
run_import (Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "mailbox", 0, 0, G_OPTION_ARG_STRING, &options.mailbox, "Into this mailbox: a path, or a role like archive (inbox)", "MAILBOX" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format, "auto, mboxrd, mboxo, mboxcl, mboxcl2, maildir or eml (auto)", "FORMAT" },
    { "flat", 0, 0, G_OPTION_ARG_NONE, &options.flat, "Make no mailboxes of folders", NULL },
    { "skip-duplicates", 0, 0, G_OPTION_ARG_NONE, &options.skip_duplicates, "Leave out mail whose Message-ID and size are there already", NULL },
    { "unquote", 0, 0, G_OPTION_ARG_NONE, &options.unquote, "In an mboxo, make \">From \" \"From \"", NULL },
    { "ignore-quota", 0, 0, G_OPTION_ARG_NONE, &options.ignore_quota, "Take mail for which there is no room", NULL },
    { "restart", 0, 0, G_OPTION_ARG_NONE, &options.restart, "Begin anew, whatever an interrupted import has done", NULL },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailImporter) importer = NULL;

  if (!command_parse (command, &command_import_verbs[0], entries, &argc, &argv, 2, -1, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  importer = account != NULL ? intimail_importer_new (account) : NULL;
  if (importer == NULL || !set_up (importer, &options, account, error))
    return COMMAND_FAILED;
  command_reach_all_files ();

  return import_all (command, importer, argc, argv, error);
}

const CommandVerb command_import_verbs[] = {
  { "import", "UID PATH...", "Import mail from mbox, Maildir or .eml",
    "PATH is an mbox file, a Maildir, an .eml file, or a folder of these; folders\n"
    "become mailboxes. Nothing there is changed. What was read, answered or flagged\n"
    "stays so. After an interruption the same command goes on where it was.",
    run_import },
  { NULL },
};
