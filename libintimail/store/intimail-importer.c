/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-importer.h>

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "message/intimail-date-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-import-batch-private.h"
#include "store/intimail-import-state-private.h"
#include "store/intimail-mailbox-name-private.h"
#include "store/intimail-transfer-source-private.h"

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
 * `intimail.import-*` in the account remembers it.
 *
 * One thread at a time may use it, and one run at a time.
 *
 * Since: 1.0
 */
struct _IntimailImporter
{
  GObject parent_instance;

  IntimailAccount *account;
  char *mailbox_id;
  IntimailTransferFormat format;
  gboolean unquote;
  gboolean flat;
  gboolean skip_duplicates;
  gboolean ignore_quota;
  gboolean restart;
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

  intimail_transfer_report_clear (&self->report);
  g_clear_object (&self->account);
  g_free (self->mailbox_id);
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
  self->account = g_object_ref (account);
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

  g_free (self->mailbox_id);
  self->mailbox_id = g_strdup (mailbox_id);
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

  self->format = format;
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

  self->unquote = unquote;
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

  self->flat = flat;
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

  self->skip_duplicates = skip_duplicates;
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

  self->ignore_quota = ignore_quota;
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

  self->restart = restart;
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
 * why; which lost a keyword. The first 1,000 are kept.
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

/* --- where a box goes --- */

/* A run in progress. */
typedef struct
{
  IntimailImporter *importer;
  IntimailAccount *account;
  IntimailTransferReport *report;
  IntimailImportState *state;
  GHashTable *known; /* of the account's messages, with skip-duplicates */
  GMainContext *context;
  GCancellable *cancellable;
  guint64 n_failed_before;

  /* Of the box. */
  IntimailTransferSource *source;
  IntimailImportBatch *batch;
  IntimailTransferCount *count;
  guint64 box_bytes; /* of this box, which the report knows of */
  guint64 stored_offset;
} Run;

static IntimailMailbox *
find_child (GPtrArray *mailboxes, const char *parent_id, const char *name)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      IntimailMailbox *mailbox = g_ptr_array_index (mailboxes, i);

      if (g_strcmp0 (intimail_mailbox_get_parent_id (mailbox), parent_id) == 0 && strcmp (intimail_mailbox_get_name (mailbox), name) == 0)
        return mailbox;
    }
  return NULL;
}

static IntimailMailbox *
find_role (GPtrArray *mailboxes, IntimailMailboxRole role)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      IntimailMailbox *mailbox = g_ptr_array_index (mailboxes, i);

      if (role != INTIMAIL_MAILBOX_ROLE_NONE && intimail_mailbox_get_role (mailbox) == role)
        return mailbox;
    }
  return NULL;
}

static IntimailMailboxRole
guess_role (const char *name)
{
  g_autofree char *folder = intimail_mailbox_name_to_folder ("", name, NULL);

  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    return INTIMAIL_MAILBOX_ROLE_INBOX;
  return folder != NULL ? intimail_folder_guess_role (folder) : INTIMAIL_MAILBOX_ROLE_NONE;
}

/* The mailbox called @name in @parent_id, made when it is not there. */
static IntimailMailbox *
take_child (Run *run, const char *parent_id, const char *name, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes (run->account, run->cancellable, error);
  IntimailMailbox *found;

  if (mailboxes == NULL)
    return NULL;
  found = find_child (mailboxes, parent_id, name);
  if (found == NULL && parent_id == NULL)
    found = find_role (mailboxes, guess_role (name));
  if (found != NULL)
    return g_object_ref (found);
  return intimail_account_create_mailbox (run->account, name, parent_id, run->cancellable, error);
}

static IntimailMailbox *
choose_mailbox (Run *run, const IntimailTransferBox *box, GError **error)
{
  IntimailImporter *importer = run->importer;
  g_autoptr (IntimailMailbox) mailbox = NULL;

  if (importer->mailbox_id != NULL)
    mailbox = intimail_account_lookup_mailbox (run->account, importer->mailbox_id, error);
  else
    mailbox = intimail_account_lookup_mailbox_by_role (run->account, INTIMAIL_MAILBOX_ROLE_INBOX, error);

  for (gsize i = 0; mailbox != NULL && !importer->flat && box->names[i] != NULL; i++)
    {
      gboolean at_top = intimail_mailbox_get_role (mailbox) == INTIMAIL_MAILBOX_ROLE_INBOX;
      IntimailMailbox *child = take_child (run, at_top ? NULL : intimail_mailbox_get_id (mailbox), box->names[i], error);

      g_object_unref (mailbox);
      mailbox = child;
    }
  return g_steal_pointer (&mailbox);
}

/* --- duplicates --- */

static guint
hash_id (gconstpointer data)
{
  return (guint) intimail_id_get_word (data);
}

static gboolean
equal_id (gconstpointer a, gconstpointer b)
{
  return intimail_id_compare (a, b) == 0;
}

/* TRUE when it was not known. */
static gboolean
learn (GHashTable *known, const char *message_id, guint64 size)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", size, message_id);
  IntimailId id = intimail_id_hash (text, strlen (text));

  return g_hash_table_add (known, g_memdup2 (&id, sizeof id));
}

static gboolean
learn_all (Run *run, GError **error)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (run->account, NULL, NULL, FALSE, run->cancellable, error);

  if (listing == NULL)
    return FALSE;
  run->known = g_hash_table_new_full (hash_id, equal_id, g_free, NULL);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, NULL);

      if (envelope != NULL && *intimail_envelope_get_message_id (envelope) != '\0')
        learn (run->known, intimail_envelope_get_message_id (envelope), intimail_envelope_get_size (envelope));
    }
  return TRUE;
}

static gboolean
is_duplicate (Run *run, const IntimailSummary *summary)
{
  return run->known != NULL && summary->message_id != NULL && summary->message_id[0] != '\0' &&
         !learn (run->known, summary->message_id, summary->size);
}

/* --- one message --- */

/* When the last server took it: the first Received, after its semicolon. */
static gint64
read_received (IntimailMessage *message)
{
  GPtrArray *headers = intimail_message_get_headers (message);
  GDateTime *date = intimail_message_get_date (message);

  for (guint i = 0; i < headers->len; i++)
    {
      IntimailField *field = g_ptr_array_index (headers, i);
      g_autofree char *value = NULL;
      g_autoptr (GDateTime) time = NULL;
      const char *semicolon;

      if (g_ascii_strcasecmp (intimail_field_get_name (field), "Received") != 0)
        continue;
      value = intimail_field_get_text (field);
      semicolon = strrchr (value, ';');
      time = semicolon != NULL ? intimail_date_parse (semicolon + 1) : NULL;
      if (time != NULL && g_date_time_to_unix (time) > 0)
        return g_date_time_to_unix (time);
      break;
    }
  return date != NULL ? g_date_time_to_unix (date) : 0;
}

static gint64
choose_received (const IntimailTransferItem *item, IntimailMessage *message)
{
  gint64 received = item->received;

  if (received <= 0 && message != NULL)
    received = read_received (message);
  return received > 0 ? received : item->modified;
}

/* Keywords that the mailbox cannot have stay in an mbox message's own words. */
static GStrv
choose_keywords (Run *run, IntimailTransferItem *item)
{
  g_autoptr (GStrvBuilder) taken = g_strv_builder_new ();
  gboolean all = TRUE;

  for (gsize i = 0; item->keywords[i] != NULL; i++)
    {
      g_autofree char *why = NULL;

      if (intimail_import_batch_take_keyword (run->batch, item->keywords[i]))
        {
          g_strv_builder_add (taken, item->keywords[i]);
          continue;
        }
      all = FALSE;
      why = g_strdup_printf ("imported without the keyword \"%s\", of which the mailbox has too many", item->keywords[i]);
      intimail_transfer_report_note (run->report, item->what, why);
    }
  if (!all)
    intimail_transfer_item_keep_status (item);
  return g_strv_builder_end (taken);
}

/* What an mbox said after "From ", if an export would not say the same. */
static const char *
choose_from_line (const IntimailTransferItem *item, IntimailMessage *message, gint64 received)
{
  g_autofree char *line = NULL;
  gsize length = item->mbox.from_line_length;

  if (item->mbox.from_line == NULL || message == NULL)
    return NULL;
  line = intimail_mbox_writer_make_line (message, received);
  if (strlen (line) == length + strlen ("From \n") && memcmp (line + strlen ("From "), item->mbox.from_line, length) == 0)
    return NULL;
  return item->mbox.from_line;
}

static GBytes *
write_message (Run *run, const IntimailTransferItem *item, int fd, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize size;

  if (item->size > INTIMAIL_TRANSFER_MEMORY_MAX)
    return intimail_transfer_source_copy (run->source, item, fd, error) ? intimail_account_map_file (fd, error) : NULL;
  bytes = intimail_transfer_source_load (run->source, item, error);
  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  return intimail_fd_write_all (fd, data, size, error) ? g_steal_pointer (&bytes) : NULL;
}

/* Writes one message into the batch. FALSE with an error that is the message's, or,
 * with @fatal, one that the next message would have, too. */
static gboolean
take_message (Run *run, IntimailTransferItem *item, gboolean *fatal, GError **error)
{
  g_auto (GStrv) keywords = choose_keywords (run, item);
  g_autofree char *unique = intimail_import_state_make_unique (run->state, item->seconds, item->key);
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (IntimailSummary) summary = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *from_line;
  gint64 received;
  int fd;

  fd = intimail_import_batch_create (run->batch, unique, error);
  *fatal = fd < 0;
  if (fd < 0)
    return FALSE;
  bytes = write_message (run, item, fd, error);
  if (bytes == NULL)
    {
      *fatal = error != NULL && g_error_matches (*error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
      intimail_import_batch_drop (run->batch, fd, unique);
      return FALSE;
    }
  summary = intimail_summary_new_from_bytes (bytes);
  if (is_duplicate (run, summary))
    {
      run->count->n_skipped++;
      intimail_import_batch_drop (run->batch, fd, unique);
      return TRUE;
    }
  /* A Maildir says all by itself. */
  message = item->received <= 0 || item->mbox.from_line != NULL ? intimail_message_new_from_bytes (bytes, NULL) : NULL;
  received = choose_received (item, message);
  from_line = choose_from_line (item, message, received);
  *fatal = TRUE;
  return intimail_import_batch_add (run->batch, fd, g_steal_pointer (&unique), bytes, received, (const char *const *) keywords,
                                    from_line, item->mbox.from_line_length, g_steal_pointer (&summary), error);
}

/* --- a box --- */

static gboolean
store_batch (Run *run, GError **error)
{
  guint n_stored;
  gboolean ok = intimail_import_batch_store (run->batch, &n_stored, error);

  run->count->n_messages += n_stored;
  run->report->n_messages += n_stored;
  run->report->n_bytes += intimail_transfer_source_get_done (run->source) - run->box_bytes;
  run->box_bytes = intimail_transfer_source_get_done (run->source);
  if (ok && run->report->n_failed == run->n_failed_before && run->stored_offset > 0)
    intimail_import_state_note_offset (run->state, run->stored_offset);
  intimail_transfer_report_progress (run->report, run->importer, run->context);
  return ok;
}

/* Is it there from a run before? */
static gboolean
is_done (Run *run, const IntimailTransferItem *item, gboolean is_only_mbox)
{
  return (is_only_mbox && item->mbox.start < intimail_import_state_get_offset (run->state)) ||
         intimail_import_state_is_done (run->state, item->key);
}

/* FALSE for what stops the whole import. */
static gboolean
take_item (Run *run, IntimailTransferItem *item, gboolean is_only_mbox, GError *item_error, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean fatal = FALSE;

  if (item_error != NULL)
    intimail_transfer_report_fail (run->report, run->count, item->what, item_error->message);
  else if (!is_done (run, item, is_only_mbox) && !take_message (run, item, &fatal, &local_error) && !fatal)
    intimail_transfer_report_fail (run->report, run->count, item->what, local_error->message);
  else if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (is_only_mbox)
    run->stored_offset = item->mbox.end;
  return TRUE;
}

static gboolean
take_items (Run *run, gboolean is_only_mbox, GError **error)
{
  g_auto (IntimailTransferItem) item = { .fd = -1 };
  gboolean ok = TRUE;

  while (ok)
    {
      g_autoptr (GError) item_error = NULL;

      if (g_cancellable_set_error_if_cancelled (run->cancellable, error))
        break;
      if (!intimail_transfer_source_next (run->source, &item, &item_error))
        return store_batch (run, error);
      ok = take_item (run, &item, is_only_mbox, item_error, error);
      if (ok && intimail_import_batch_is_full (run->batch))
        ok = store_batch (run, error);
    }
  /* What was written so far need not be written again. */
  store_batch (run, NULL);
  return FALSE;
}

static gboolean
import_box (Run *run, const IntimailTransferBox *box, gboolean is_only, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailMailbox) mailbox = choose_mailbox (run, box, &local_error);
  g_autoptr (IntimailTransferSource) source = NULL;
  g_autoptr (IntimailImportBatch) batch = NULL;
  gboolean is_only_mbox = is_only && box->format != INTIMAIL_TRANSFER_FORMAT_MAILDIR && box->format != INTIMAIL_TRANSFER_FORMAT_EML;

  source = mailbox != NULL ? intimail_transfer_source_open (box, run->importer->unquote, &local_error) : NULL;
  if (source == NULL && is_only)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* One of many boxes that cannot be read: the others can. */
  if (source == NULL)
    {
      intimail_transfer_report_fail (run->report, NULL, box->path, local_error->message);
      return TRUE;
    }
  batch = intimail_import_batch_new (run->account, intimail_mailbox_get_id (mailbox), run->importer->ignore_quota, error);
  if (batch == NULL)
    return FALSE;
  run->source = source;
  run->batch = batch;
  run->count = intimail_transfer_report_get_count (run->report, intimail_mailbox_get_path (mailbox));
  run->box_bytes = 0;
  run->stored_offset = 0;
  return take_items (run, is_only_mbox, error);
}

/* --- the run --- */

static void
measure (Run *run, GPtrArray *boxes)
{
  for (guint i = 0; i < boxes->len; i++)
    {
      g_autoptr (IntimailTransferSource) source = NULL;
      const IntimailTransferBox *box = g_ptr_array_index (boxes, i);
      GStatBuf status;

      if (box->format == INTIMAIL_TRANSFER_FORMAT_MAILDIR || box->format == INTIMAIL_TRANSFER_FORMAT_EML)
        source = intimail_transfer_source_open (box, FALSE, NULL);
      if (source != NULL)
        run->report->n_total += intimail_transfer_source_get_size (source);
      else if (g_stat (box->path, &status) == 0)
        run->report->n_total += (guint64) status.st_size;
    }
}

static gboolean
import_boxes (Run *run, const char *path, GPtrArray *boxes, GError **error)
{
  IntimailImporter *importer = run->importer;
  g_autofree char *what = g_strdup_printf ("%s %d %d", importer->mailbox_id != NULL ? importer->mailbox_id : "", importer->flat, importer->format);
  g_autoptr (IntimailImportState) state = intimail_import_state_open (run->account, path, what, importer->restart, error);

  if (state == NULL)
    return FALSE;
  run->state = state;
  for (guint i = 0; i < boxes->len; i++)
    {
      if (!import_box (run, g_ptr_array_index (boxes, i), boxes->len == 1, error))
        return FALSE;
    }
  if (run->report->n_failed == run->n_failed_before)
    intimail_import_state_finish (state);
  return TRUE;
}

static gboolean
run_in_context (IntimailImporter *self, const char *path, GMainContext *context, GCancellable *cancellable, GError **error)
{
  Run run = { .importer = self, .account = self->account, .report = &self->report, .context = context, .cancellable = cancellable };
  g_autoptr (GPtrArray) boxes = NULL;
  gboolean ok;

  run.n_failed_before = self->report.n_failed;
  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !intimail_account_open (self->account, NULL, error))
    return FALSE;
  boxes = intimail_transfer_find_boxes (path, self->format, &self->report, error);
  if (boxes == NULL || (self->skip_duplicates && !learn_all (&run, error)))
    return FALSE;
  measure (&run, boxes);
  ok = import_boxes (&run, path, boxes, error);
  g_clear_pointer (&run.known, g_hash_table_unref);
  return ok;
}

/**
 * intimail_importer_run:
 * @self: an importer
 * @path: (type filename): an mbox, a Maildir, a message file, or a folder of them
 * @cancellable: (nullable): a cancellable, heeded between two messages; what was
 *   written until then is stored
 * @error: return location for an error
 *
 * Imports what is at @path, or goes on with it.
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

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (run_in_context (source, task_data, g_task_get_context (task), cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
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
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (INTIMAIL_IS_IMPORTER (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, intimail_importer_run_async);
  /* What is stored is reported as stored, however late the cancel. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, run_in_thread);
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
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
