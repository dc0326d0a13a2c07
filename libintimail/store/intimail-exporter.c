/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-exporter.h>

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "base/intimail-error-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-export-place-private.h"
#include "store/intimail-export-sink-private.h"

/* A message more is told with so many bytes. */
#define PROGRESS_BYTES (1024 * 1024)

/**
 * IntimailExporter:
 *
 * Writes the mail of an account where other programs can read it: mbox files, or a
 * Maildir.
 *
 * A Maildir is exact: names, flags, keywords and times are those of the account, and
 * the mailboxes lie inside as Maildir++ says. An mbox holds what
 * [class@Intimail.MboxWriter] says; what it cannot hold as it is, is refused and listed.
 * Importing the export gives the same messages byte for byte, and exporting an
 * imported mbox gives the same file, if it was in the form that the writer writes; its
 * lines `From ` are kept where the file system has extended attributes.
 *
 * Nothing is overwritten. The export is written beside its place, flushed, and put
 * there at the end: what is there is whole.
 *
 * One thread at a time may use it, and one run at a time.
 *
 * Since: 1.0
 */
struct _IntimailExporter
{
  GObject parent_instance;

  IntimailAccount *account;
  char *mailbox_id;
  IntimailTransferFormat format;
  IntimailTransferReport report;
};

enum
{
  SIGNAL_PROGRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IntimailExporter, intimail_exporter, G_TYPE_OBJECT)

static void
intimail_exporter_finalize (GObject *object)
{
  IntimailExporter *self = INTIMAIL_EXPORTER (object);

  intimail_transfer_report_clear (&self->report);
  g_clear_object (&self->account);
  g_free (self->mailbox_id);
  G_OBJECT_CLASS (intimail_exporter_parent_class)->finalize (object);
}

static void
intimail_exporter_class_init (IntimailExporterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_exporter_finalize;

  /**
   * IntimailExporter::progress:
   * @self: the exporter
   * @n_bytes: bytes of messages that are done
   * @n_total: bytes of all messages
   * @n_messages: messages that were exported
   *
   * Some more messages are written.
   *
   * Emitted in the thread of [method@Intimail.Exporter.run], or in the main context
   * that was the thread default at [method@Intimail.Exporter.run_async].
   *
   * Since: 1.0
   */
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", INTIMAIL_TYPE_EXPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 3, G_TYPE_UINT64, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
intimail_exporter_init (IntimailExporter *self)
{
  self->format = INTIMAIL_TRANSFER_FORMAT_MBOXRD;
  intimail_transfer_report_init (&self->report);
}

/**
 * intimail_exporter_new:
 * @account: an account
 *
 * Makes an exporter.
 *
 * Returns: (transfer full): an exporter
 *
 * Since: 1.0
 */
IntimailExporter *
intimail_exporter_new (IntimailAccount *account)
{
  IntimailExporter *self;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (account), NULL);

  self = g_object_new (INTIMAIL_TYPE_EXPORTER, NULL);
  self->account = g_object_ref (account);
  return self;
}

/**
 * intimail_exporter_set_mailbox_id:
 * @self: an exporter
 * @mailbox_id: (nullable): a mailbox; %NULL is all of them
 *
 * Says what is exported.
 *
 * Since: 1.0
 */
void
intimail_exporter_set_mailbox_id (IntimailExporter *self, const char *mailbox_id)
{
  g_return_if_fail (INTIMAIL_IS_EXPORTER (self));

  g_free (self->mailbox_id);
  self->mailbox_id = g_strdup (mailbox_id);
}

/**
 * intimail_exporter_set_format:
 * @self: an exporter
 * @format: %INTIMAIL_TRANSFER_FORMAT_MBOXRD, which it is at first,
 *   %INTIMAIL_TRANSFER_FORMAT_MBOXCL2 or %INTIMAIL_TRANSFER_FORMAT_MAILDIR
 *
 * Says what is written. One mailbox becomes an mbox file or a Maildir; all of them
 * become a folder with a file for each mailbox, `Archive.mbox` and
 * `Archive/2024.mbox`, or a Maildir with the others inside.
 *
 * Since: 1.0
 */
void
intimail_exporter_set_format (IntimailExporter *self, IntimailTransferFormat format)
{
  g_return_if_fail (INTIMAIL_IS_EXPORTER (self));

  self->format = format;
}

/**
 * intimail_exporter_get_counts:
 * @self: an exporter
 *
 * Gets the counts of all runs.
 *
 * Returns: (transfer none) (element-type IntimailTransferCount): one for each
 *   mailbox
 *
 * Since: 1.0
 */
GPtrArray *
intimail_exporter_get_counts (IntimailExporter *self)
{
  g_return_val_if_fail (INTIMAIL_IS_EXPORTER (self), NULL);

  return self->report.counts;
}

/**
 * intimail_exporter_get_problems:
 * @self: an exporter
 *
 * Gets what there is to know of single messages: which could not be exported, and
 * why. The first 1,000 are kept.
 *
 * Returns: (transfer none) (array zero-terminated=1): lines for people
 *
 * Since: 1.0
 */
const char *const *
intimail_exporter_get_problems (IntimailExporter *self)
{
  g_return_val_if_fail (INTIMAIL_IS_EXPORTER (self), NULL);

  return (const char *const *) self->report.problems->pdata;
}

/* --- what is exported --- */

/* A mailbox, its messages, and where they go below the export's place. */
typedef struct
{
  char *mailbox;
  IntimailTransferBox box;
  IntimailTransferSource *source;
  char *target;
} Part;

static void
free_part (gpointer data)
{
  Part *part = data;

  g_clear_pointer (&part->source, intimail_transfer_source_free);
  g_strfreev (part->box.names);
  g_free (part->box.path);
  g_free (part->mailbox);
  g_free (part->target);
  g_free (part);
}

/* A run in progress. */
typedef struct
{
  IntimailExporter *exporter;
  IntimailTransferReport *report;
  GMainContext *context;
  GCancellable *cancellable;
  GPtrArray *parts;
  IntimailExportPlace place;
} Run;

static void
run_clear (Run *self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  intimail_export_place_clear (&self->place);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* "Archive/2024.mbox" */
static char *
name_mbox (IntimailMailbox *mailbox)
{
  g_auto (GStrv) names = g_strsplit (intimail_mailbox_get_path (mailbox), "/", -1);
  g_autofree char *path = NULL;

  if (intimail_mailbox_get_role (mailbox) == INTIMAIL_MAILBOX_ROLE_INBOX)
    return g_strdup ("Inbox.mbox");
  for (gsize i = 0; names[i] != NULL; i++)
    {
      char *encoded = intimail_transfer_box_encode_name (names[i]);

      g_free (names[i]);
      names[i] = encoded;
    }
  path = g_strjoinv ("/", names);
  return g_strconcat (path, ".mbox", NULL);
}

static char *
get_folder_name (IntimailAccount *account, const char *id, GError **error)
{
  char *name = NULL;

  if (intimail_account_begin (account, error))
    {
      IntimailFolder *folder = intimail_account_find_folder (account, id);

      if (folder != NULL)
        name = g_strdup (folder->name);
      else
        intimail_account_set_not_found (error, "mailbox", id);
    }
  intimail_account_end (account);
  return name;
}

static gboolean
add_part (Run *run, IntimailMailbox *mailbox, GError **error)
{
  IntimailAccount *account = run->exporter->account;
  g_autofree char *folder = get_folder_name (account, intimail_mailbox_get_id (mailbox), error);
  Part *part;

  if (folder == NULL)
    return FALSE;
  part = g_new0 (Part, 1);
  g_ptr_array_add (run->parts, part);
  part->mailbox = g_strdup (intimail_mailbox_get_path (mailbox));
  part->box.format = INTIMAIL_TRANSFER_FORMAT_MAILDIR;
  part->box.path = g_build_filename (intimail_account_get_path (account), folder, NULL);
  part->box.names = g_new0 (char *, 1);
  if (run->exporter->mailbox_id != NULL)
    part->target = g_strdup ("");
  else if (run->exporter->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR)
    part->target = g_steal_pointer (&folder);
  else
    part->target = name_mbox (mailbox);
  part->source = intimail_transfer_source_open (&part->box, FALSE, error);
  if (part->source != NULL)
    run->report->n_total += intimail_transfer_source_get_size (part->source);
  return part->source != NULL;
}

static gboolean
find_parts (Run *run, GError **error)
{
  IntimailExporter *self = run->exporter;
  g_autoptr (GPtrArray) mailboxes = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;

  run->parts = g_ptr_array_new_with_free_func (free_part);
  if (self->mailbox_id != NULL)
    {
      mailbox = intimail_account_lookup_mailbox (self->account, self->mailbox_id, error);
      return mailbox != NULL && add_part (run, mailbox, error);
    }
  mailboxes = intimail_account_list_mailboxes (self->account, run->cancellable, error);
  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      if (!add_part (run, g_ptr_array_index (mailboxes, i), error))
        return FALSE;
    }
  return mailboxes != NULL;
}

/* --- a mailbox --- */

static void
tell_progress (Run *run, Part *part, guint64 *told)
{
  guint64 done = intimail_transfer_source_get_done (part->source);

  run->report->n_bytes += done - *told;
  *told = done;
  intimail_transfer_report_progress (run->report, run->exporter, run->context);
}

static gboolean
export_messages (Run *run, Part *part, IntimailExportSink *sink, GError **error)
{
  IntimailTransferCount *count = intimail_transfer_report_get_count (run->report, part->mailbox);
  g_auto (IntimailTransferItem) item = { .fd = -1 };
  guint64 told = 0;

  while (!g_cancellable_set_error_if_cancelled (run->cancellable, error))
    {
      g_autoptr (GError) local_error = NULL;
      gboolean fatal = FALSE;

      if (!intimail_transfer_source_next (part->source, &item, &local_error))
        {
          tell_progress (run, part, &told);
          return intimail_export_sink_close (sink, part->source, error);
        }
      if (local_error == NULL && intimail_export_sink_append (sink, part->source, &item, &fatal, &local_error))
        {
          count->n_messages++;
          run->report->n_messages++;
        }
      else if (!fatal)
        intimail_transfer_report_fail (run->report, count, item.what, local_error->message);
      else
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (intimail_transfer_source_get_done (part->source) - told >= PROGRESS_BYTES)
        tell_progress (run, part, &told);
    }
  return FALSE;
}

static gboolean
export_part (Run *run, Part *part, GError **error)
{
  g_autofree char *path = *part->target != '\0' ? g_build_filename (run->place.beside, part->target, NULL) : g_strdup (run->place.beside);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (IntimailExportSink) sink = NULL;

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot make the folder %s", folder);
      return FALSE;
    }
  sink = intimail_export_sink_new (path, run->exporter->format, run->report, error);
  return sink != NULL && export_messages (run, part, sink, error);
}

static gboolean
export_all (Run *run, GError **error)
{
  for (guint i = 0; i < run->parts->len; i++)
    {
      if (!export_part (run, g_ptr_array_index (run->parts, i), error))
        return FALSE;
    }
  return intimail_export_place_finish (&run->place, error);
}

static gboolean
run_in_context (IntimailExporter *self, const char *path, GMainContext *context, GCancellable *cancellable, GError **error)
{
  g_auto (Run) run = { .exporter = self, .report = &self->report, .context = context, .cancellable = cancellable };

  if (self->format != INTIMAIL_TRANSFER_FORMAT_MBOXRD && self->format != INTIMAIL_TRANSFER_FORMAT_MBOXCL2 && self->format != INTIMAIL_TRANSFER_FORMAT_MAILDIR)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "mboxrd, mboxcl2 and Maildir are written, and no other format");
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !find_parts (&run, error) || !intimail_export_place_begin (&run.place, path, self->mailbox_id != NULL && self->format != INTIMAIL_TRANSFER_FORMAT_MAILDIR, error))
    return FALSE;
  if (export_all (&run, error))
    return TRUE;
  intimail_export_place_abandon (&run.place);
  return FALSE;
}

/**
 * intimail_exporter_run:
 * @self: an exporter
 * @path: (type filename): where the export goes: nothing may be there, but for an
 *   empty folder where a folder is written
 * @cancellable: (nullable): a cancellable, heeded between two messages; then nothing
 *   is left behind
 * @error: return location for an error
 *
 * Exports the account, or one mailbox of it.
 *
 * When it returns %TRUE, the export is on the disk. Whether single messages failed is
 * told by [method@Intimail.Exporter.get_counts] and
 * [method@Intimail.Exporter.get_problems].
 *
 * Fails with %INTIMAIL_ERROR_EXISTS when something is there,
 * %INTIMAIL_ERROR_NOT_FOUND when there is no such mailbox, or no folder to write into,
 * %INTIMAIL_ERROR_INVALID_ARGUMENT for a format that is not written,
 * %INTIMAIL_ERROR_STORAGE_FULL when the disk has no room, and
 * %INTIMAIL_ERROR_FAILED when the account cannot be read or @path not be written.
 *
 * Returns: whether it is there
 *
 * Since: 1.0
 */
gboolean
intimail_exporter_run (IntimailExporter *self, const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_EXPORTER (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return run_in_context (self, path, NULL, cancellable, error);
}

static gpointer
run_call (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (run_in_context (self, call->texts[0], call->context, cancellable, error));
}

/**
 * intimail_exporter_run_async:
 * @self: an exporter
 * @path: (type filename): where the export goes
 * @cancellable: (nullable): a cancellable, heeded between two messages
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Exports without making the caller wait: see [method@Intimail.Exporter.run]. Until
 * the end, nothing else may be asked of the exporter.
 *
 * Since: 1.0
 */
void
intimail_exporter_run_async (IntimailExporter *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_call, .is_change = TRUE, .texts = { path } };

  g_return_if_fail (INTIMAIL_IS_EXPORTER (self));
  g_return_if_fail (path != NULL);

  intimail_call_start (self, intimail_exporter_run_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_exporter_run_finish:
 * @self: an exporter
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Exporter.run_async].
 *
 * Fails as [method@Intimail.Exporter.run] does.
 *
 * Returns: whether it is there
 *
 * Since: 1.0
 */
gboolean
intimail_exporter_run_finish (IntimailExporter *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_exporter_run_async, result, error) != NULL;
}
