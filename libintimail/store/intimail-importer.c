/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-importer.h>

#include "store/intimail-import-run-private.h"
#include "base/intimail-call-private.h"

/**
 * IntimailImporter:
 *
 * Brings mail of other programs into an account: mbox files, Maildirs with the
 * mailboxes inside them, message files, and folders of any of these.
 *
 * Every message is stored byte for byte, with its flags, its keywords and the time
 * at which it came in; folders become mailboxes. The source is only read. What is
 * counted as imported is on the disk. A message that cannot be taken is a problem
 * to be listed, and the next one follows.
 *
 * An import that ends early, were it by a power cut, goes on where it was when it is
 * run again: nothing is there twice and nothing is missing. The file
 * `intimail.import-*` in the account remembers it, also that a source is done: that is
 * forgotten when the importer is disposed of and everything it was asked for is done,
 * or when it runs over the same source once more. So release it after you have told of
 * the result: who is killed before imports nothing twice.
 *
 * One thread at a time may use it, and one run at a time.
 *
 * Since: 1.0
 */
struct _IntimailImporter
{
  GObject parent_instance;

  IntimailImportSettings settings;
  IntimailImportMemory memory;
  IntimailTransferReport report;
};

enum
{
  SIGNAL_PROGRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IntimailImporter, intimail_importer, G_TYPE_OBJECT)

static void
intimail_importer_finalize (GObject *object)
{
  IntimailImporter *self = INTIMAIL_IMPORTER (object);

  intimail_import_memory_clear (&self->memory);
  intimail_transfer_report_clear (&self->report);
  g_clear_object (&self->settings.account);
  g_free (self->settings.mailbox_id);
  G_OBJECT_CLASS (intimail_importer_parent_class)->finalize (object);
}

static void
intimail_importer_class_init (IntimailImporterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_importer_finalize;

  /**
   * IntimailImporter::progress:
   * @self: the importer
   * @n_bytes: bytes of the source that are done
   * @n_total: bytes of the source
   * @n_messages: messages that were imported
   *
   * Some more messages are on the disk, or were left out.
   *
   * Emitted in the thread of [method@Intimail.Importer.run], or in the main context
   * that was the thread default at [method@Intimail.Importer.run_async].
   *
   * Since: 1.0
   */
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", INTIMAIL_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 3, G_TYPE_UINT64, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
intimail_importer_init (IntimailImporter *self)
{
  intimail_import_memory_init (&self->memory);
  intimail_transfer_report_init (&self->report);
}

/**
 * intimail_importer_new:
 * @account: an account
 *
 * Makes an importer.
 *
 * Returns: (transfer full): an importer
 *
 * Since: 1.0
 */
IntimailImporter *
intimail_importer_new (IntimailAccount *account)
{
  IntimailImporter *self;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (account), NULL);

  self = g_object_new (INTIMAIL_TYPE_IMPORTER, NULL);
  self->settings.account = g_object_ref (account);
  return self;
}

/**
 * intimail_importer_set_mailbox_id:
 * @self: an importer
 * @mailbox_id: (nullable): a mailbox; %NULL is the inbox
 *
 * Says where the mail goes. Mailboxes found in the source are made inside this
 * one, or at the top when it is the inbox; there, those with a known role, such as
 * Sent, go into the mailbox of that role.
 *
 * Since: 1.0
 */
void
intimail_importer_set_mailbox_id (IntimailImporter *self, const char *mailbox_id)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  g_free (self->settings.mailbox_id);
  self->settings.mailbox_id = g_strdup (mailbox_id);
}

/**
 * intimail_importer_set_format:
 * @self: an importer
 * @format: what the source is; at first %INTIMAIL_TRANSFER_FORMAT_AUTO
 *
 * Says how the source is read. By itself, a folder with `cur/` is a Maildir, a file
 * `.eml` is one message, a file that begins as an mbox does is one, of the variant
 * that [func@Intimail.MboxReader.detect_format] gives, and any other file that was named
 * is one message.
 *
 * Since: 1.0
 */
void
intimail_importer_set_format (IntimailImporter *self, IntimailTransferFormat format)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  self->settings.format = format;
}

/**
 * intimail_importer_set_unquote:
 * @self: an importer
 * @unquote: whether `>From ` in an mboxo becomes `From `
 *
 * Says whether lines are changed back that may have been so in the message: see
 * [method@Intimail.MboxReader.set_unquote]. At first they are not.
 *
 * Since: 1.0
 */
void
intimail_importer_set_unquote (IntimailImporter *self, gboolean unquote)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  self->settings.unquote = unquote;
}

/**
 * intimail_importer_set_flat:
 * @self: an importer
 * @flat: whether all mail goes into one mailbox
 *
 * Says that folders of the source do not become mailboxes.
 *
 * Since: 1.0
 */
void
intimail_importer_set_flat (IntimailImporter *self, gboolean flat)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  self->settings.flat = flat;
}

/**
 * intimail_importer_set_skip_duplicates:
 * @self: an importer
 * @skip_duplicates: whether mail that is there is left out
 *
 * Says whether a message is left out when the account, in any mailbox, has one with
 * the same Message-ID and the same size. A message without Message-ID is never left
 * out.
 *
 * Since: 1.0
 */
void
intimail_importer_set_skip_duplicates (IntimailImporter *self, gboolean skip_duplicates)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  self->settings.skip_duplicates = skip_duplicates;
}

/**
 * intimail_importer_set_ignore_quota:
 * @self: an importer
 * @ignore_quota: whether mail is taken that has no room
 *
 * Says whether the quota is counted only, and stops nothing.
 *
 * Since: 1.0
 */
void
intimail_importer_set_ignore_quota (IntimailImporter *self, gboolean ignore_quota)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  self->settings.ignore_quota = ignore_quota;
}

/**
 * intimail_importer_set_restart:
 * @self: an importer
 * @restart: whether to begin anew
 *
 * Says whether an interrupted import of the same source is forgotten: its messages
 * stay, and are imported again.
 *
 * Since: 1.0
 */
void
intimail_importer_set_restart (IntimailImporter *self, gboolean restart)
{
  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));

  self->settings.restart = restart;
}

/**
 * intimail_importer_get_counts:
 * @self: an importer
 *
 * Gets the counts of all runs, also after an error.
 *
 * Returns: (transfer none) (element-type IntimailTransferCount): one for each
 *   mailbox
 *
 * Since: 1.0
 */
GPtrArray *
intimail_importer_get_counts (IntimailImporter *self)
{
  g_return_val_if_fail (INTIMAIL_IS_IMPORTER (self), NULL);

  return self->report.counts;
}

/**
 * intimail_importer_get_problems:
 * @self: an importer
 *
 * Gets what there is to know of single messages: which could not be imported, and
 * why; which lost a keyword. A source that another importer had done before is named,
 * too. The first 1,000 are kept.
 *
 * Returns: (transfer none) (array zero-terminated=1): lines for people
 *
 * Since: 1.0
 */
const char *const *
intimail_importer_get_problems (IntimailImporter *self)
{
  g_return_val_if_fail (INTIMAIL_IS_IMPORTER (self), NULL);

  return (const char *const *) self->report.problems->pdata;
}

static gboolean
run_in_context (IntimailImporter *self, const char *path, GMainContext *context, GCancellable *cancellable, GError **error)
{
  return intimail_import_run (&self->settings, &self->memory, &self->report, self, path, context, cancellable, error);
}

/**
 * intimail_importer_run:
 * @self: an importer
 * @path: (type filename): an mbox, a Maildir, a message file, or a folder of them
 * @cancellable: (nullable): a cancellable, heeded between two messages; what was
 *   written until then is stored
 * @error: return location for an error
 *
 * Imports what is at @path, or goes on with it. A file that an importer before this one
 * has done, of which nobody was told, is done: nothing is imported, and
 * [method@Intimail.Importer.get_problems] says so.
 *
 * Whether single messages failed is told by [method@Intimail.Importer.get_counts] and
 * [method@Intimail.Importer.get_problems]; they alone are tried when it is run again.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is nothing at @path,
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when that is no mail, or an mbox of which a part is
 * missing, %INTIMAIL_ERROR_OVER_QUOTA or %INTIMAIL_ERROR_STORAGE_FULL when there is no
 * more room: run it again when there is; %INTIMAIL_ERROR_STATE_LOST when the source
 * was changed since the import was interrupted, and %INTIMAIL_ERROR_FAILED when the
 * account cannot be written, or @path cannot be read or is just being changed or
 * imported.
 *
 * Returns: whether everything was looked at
 *
 * Since: 1.0
 */
gboolean
intimail_importer_run (IntimailImporter *self, const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_IMPORTER (self), FALSE);
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
 * intimail_importer_run_async:
 * @self: an importer
 * @path: (type filename): an mbox, a Maildir, a message file, or a folder of them
 * @cancellable: (nullable): a cancellable, heeded between two messages
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Imports without making the caller wait: see [method@Intimail.Importer.run]. Until
 * the end, nothing else may be asked of the importer.
 *
 * Since: 1.0
 */
void
intimail_importer_run_async (IntimailImporter *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_call, .is_change = TRUE, .texts = { path } };

  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));
  g_return_if_fail (path != NULL);

  intimail_call_start (self, intimail_importer_run_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_importer_run_finish:
 * @self: an importer
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Importer.run_async].
 *
 * Fails as [method@Intimail.Importer.run] does.
 *
 * Returns: whether everything was looked at
 *
 * Since: 1.0
 */
gboolean
intimail_importer_run_finish (IntimailImporter *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_importer_run_async, result, error) != NULL;
}
