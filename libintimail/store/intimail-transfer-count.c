/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-transfer-count-private.h"

#include <string.h>

/**
 * IntimailTransferFormat:
 * @INTIMAIL_TRANSFER_FORMAT_AUTO: as what is found there suggests
 * @INTIMAIL_TRANSFER_FORMAT_MBOXRD: mbox, %INTIMAIL_MBOX_FORMAT_RD
 * @INTIMAIL_TRANSFER_FORMAT_MBOXO: mbox, %INTIMAIL_MBOX_FORMAT_O
 * @INTIMAIL_TRANSFER_FORMAT_MBOXCL: mbox, %INTIMAIL_MBOX_FORMAT_CL
 * @INTIMAIL_TRANSFER_FORMAT_MBOXCL2: mbox, %INTIMAIL_MBOX_FORMAT_CL2
 * @INTIMAIL_TRANSFER_FORMAT_MAILDIR: a Maildir, with the mailboxes inside it
 * @INTIMAIL_TRANSFER_FORMAT_EML: a file for each message
 *
 * How mail lies outside of an account.
 *
 * Since: 1.0
 */

/**
 * IntimailTransferCount:
 *
 * How many messages of a mailbox were imported or exported.
 *
 * It does not change once the transfer has ended; any thread may use it then.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailTransferCount, intimail_transfer_count, G_TYPE_OBJECT)

static void
intimail_transfer_count_finalize (GObject *object)
{
  g_free (INTIMAIL_TRANSFER_COUNT (object)->mailbox);
  G_OBJECT_CLASS (intimail_transfer_count_parent_class)->finalize (object);
}

static void
intimail_transfer_count_class_init (IntimailTransferCountClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_transfer_count_finalize;
}

static void
intimail_transfer_count_init (IntimailTransferCount *self)
{
}

/**
 * intimail_transfer_count_get_mailbox:
 * @self: a count
 *
 * Gets the path of the mailbox in the account.
 *
 * Returns: (transfer none): the names from the top, with slashes between
 *
 * Since: 1.0
 */
const char *
intimail_transfer_count_get_mailbox (IntimailTransferCount *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TRANSFER_COUNT (self), NULL);

  return self->mailbox;
}

/**
 * intimail_transfer_count_get_n_messages:
 * @self: a count
 *
 * Gets how many messages were taken over.
 *
 * Returns: a number of messages
 *
 * Since: 1.0
 */
guint64
intimail_transfer_count_get_n_messages (IntimailTransferCount *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TRANSFER_COUNT (self), 0);

  return self->n_messages;
}

/**
 * intimail_transfer_count_get_n_skipped:
 * @self: a count
 *
 * Gets how many messages were left out because they are there already.
 *
 * Returns: a number of messages
 *
 * Since: 1.0
 */
guint64
intimail_transfer_count_get_n_skipped (IntimailTransferCount *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TRANSFER_COUNT (self), 0);

  return self->n_skipped;
}

/**
 * intimail_transfer_count_get_n_failed:
 * @self: a count
 *
 * Gets how many messages could not be taken over.
 *
 * Returns: a number of messages
 *
 * Since: 1.0
 */
guint64
intimail_transfer_count_get_n_failed (IntimailTransferCount *self)
{
  g_return_val_if_fail (INTIMAIL_IS_TRANSFER_COUNT (self), 0);

  return self->n_failed;
}

void
intimail_transfer_report_init (IntimailTransferReport *self)
{
  memset (self, 0, sizeof *self);
  self->counts = g_ptr_array_new_with_free_func (g_object_unref);
  self->problems = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->problems, NULL);
}

void
intimail_transfer_report_clear (IntimailTransferReport *self)
{
  g_clear_pointer (&self->counts, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
}

IntimailTransferCount *
intimail_transfer_report_get_count (IntimailTransferReport *self, const char *mailbox)
{
  IntimailTransferCount *count;

  for (guint i = 0; i < self->counts->len; i++)
    {
      count = g_ptr_array_index (self->counts, i);
      if (strcmp (count->mailbox, mailbox) == 0)
        return count;
    }
  count = g_object_new (INTIMAIL_TYPE_TRANSFER_COUNT, NULL);
  count->mailbox = g_strdup (mailbox);
  g_ptr_array_add (self->counts, count);
  return count;
}

void
intimail_transfer_report_note (IntimailTransferReport *self, const char *what, const char *why)
{
  if (self->problems->len > INTIMAIL_TRANSFER_PROBLEMS_MAX)
    return;
  g_ptr_array_insert (self->problems, (int) self->problems->len - 1, g_strdup_printf ("%s: %s", what, why));
}

void
intimail_transfer_report_fail (IntimailTransferReport *self, IntimailTransferCount *count, const char *what, const char *why)
{
  if (count != NULL)
    count->n_failed++;
  self->n_failed++;
  intimail_transfer_report_note (self, what, why);
}

typedef struct
{
  GObject *object;
  guint64 n_bytes;
  guint64 n_total;
  guint64 n_messages;
} Progress;

static void
progress_free (gpointer data)
{
  g_object_unref (((Progress *) data)->object);
  g_free (data);
}

static gboolean
progress_emit (gpointer data)
{
  Progress *progress = data;

  g_signal_emit_by_name (progress->object, "progress", progress->n_bytes, progress->n_total, progress->n_messages);
  return G_SOURCE_REMOVE;
}

void
intimail_transfer_report_progress (const IntimailTransferReport *self, gpointer object, GMainContext *context)
{
  Progress *progress;
  GSource *source;

  if (context == NULL)
    {
      g_signal_emit_by_name (object, "progress", self->n_bytes, self->n_total, self->n_messages);
      return;
    }
  progress = g_new0 (Progress, 1);
  *progress = (Progress){ g_object_ref (object), self->n_bytes, self->n_total, self->n_messages };
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, progress_emit, progress, progress_free);
  g_source_attach (source, context);
  g_source_unref (source);
}
