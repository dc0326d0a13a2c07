/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail export: mail to files and folders that other programs read.
 */

#include "command-transfer.h"
#include "command.h"

static gboolean
set_up (IntimailExporter *exporter, IntimailAccount *account, const char *mailbox_name, const char *format_name, GError **error)
{
  static const char *const formats[] = { "mboxrd", "mboxcl2", "maildir", NULL };
  g_autoptr (IntimailMailbox) mailbox = NULL;
  IntimailTransferFormat format;

  if (format_name != NULL)
    {
      if (!command_transfer_parse_format (format_name, formats, &format, error))
        return FALSE;
      intimail_exporter_set_format (exporter, format);
    }
  if (mailbox_name == NULL)
    return TRUE;
  mailbox = command_lookup_mailbox (account, mailbox_name, error);
  if (mailbox == NULL)
    return FALSE;
  intimail_exporter_set_mailbox_id (exporter, intimail_mailbox_get_id (mailbox));
  return TRUE;
}

static CommandStatus
export_all (Command *command, IntimailExporter *exporter, const char *path, GError **error)
{
  CommandProgress progress = { 0 };
  gboolean ok;

  command_progress_watch (&progress, command, exporter);
  ok = intimail_exporter_run (exporter, path, NULL, error);
  command_progress_end (&progress);
  /* After an error nothing is there to be counted. */
  if (!ok)
    return COMMAND_FAILED;
  return command_transfer_report (command, "exported", intimail_exporter_get_counts (exporter), intimail_exporter_get_problems (exporter));
}

static CommandStatus
run_export (Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *mailbox = NULL;
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "mailbox", 0, 0, G_OPTION_ARG_STRING, &mailbox, "This mailbox alone: a path, or a role like inbox (all)", "MAILBOX" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "mboxrd, mboxcl2 or maildir (mboxrd)", "FORMAT" },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailExporter) exporter = NULL;

  if (!command_parse (command, &command_export_verbs[0], entries, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  exporter = account != NULL ? intimail_exporter_new (account) : NULL;
  if (exporter == NULL || !set_up (exporter, account, mailbox, format, error))
    return COMMAND_FAILED;
  command_reach_all_files ();

  return export_all (command, exporter, argv[2], error);
}

const CommandVerb command_export_verbs[] = {
  { "export", "UID PATH", "Export mail to mbox or Maildir",
    "PATH becomes a folder with an mbox for each mailbox, or a Maildir; with\n"
    "--mailbox, one mbox or Maildir. Nothing may be there but an empty folder.",
    run_export },
  { NULL },
};
