/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-import-run-private.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "message/intimail-date-private.h"
#include "store/intimail-import-batch-private.h"
#include "store/intimail-mailbox-name-private.h"
#include "store/intimail-transfer-source-private.h"

/* --- what the runs before left --- */

void
intimail_import_memory_init (IntimailImportMemory *self)
{
  self->finished = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_import_state_free);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
intimail_import_memory_clear (IntimailImportMemory *self)
{
  for (guint i = 0; g_hash_table_size (self->open) == 0 && i < self->finished->len; i++)
    intimail_import_state_forget (g_ptr_array_index (self->finished, i));
  g_clear_pointer (&self->finished, g_ptr_array_unref);
  g_clear_pointer (&self->open, g_hash_table_unref);
}

/* Who asks for the same once more knows how it ended before, and means it. */
static void
forget_finished (IntimailImportMemory *self, const char *name)
{
  for (guint i = 0; i < self->finished->len; i++)
    {
      IntimailImportState *state = g_ptr_array_index (self->finished, i);

      if (strcmp (intimail_import_state_get_name (state), name) != 0)
        continue;
      intimail_import_state_forget (state);
      g_ptr_array_remove_index_fast (self->finished, i);
      return;
    }
}

/* --- where a box goes --- */

/* A run in progress. */
typedef struct
{
  const IntimailImportSettings *settings;
  gpointer object; /* that has the signal "progress" */
  IntimailAccount *account;
  IntimailImportMemory *memory;
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
  const IntimailImportSettings *settings = run->settings;
  g_autoptr (IntimailMailbox) mailbox = NULL;

  if (settings->mailbox_id != NULL)
    mailbox = intimail_account_lookup_mailbox (run->account, settings->mailbox_id, error);
  else
    mailbox = intimail_account_lookup_mailbox_by_role (run->account, INTIMAIL_MAILBOX_ROLE_INBOX, error);

  for (gsize i = 0; mailbox != NULL && !settings->flat && box->names[i] != NULL; i++)
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
  summary = intimail_summary_new_from_bytes (bytes, TRUE);
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
  intimail_transfer_report_progress (run->report, run->object, run->context);
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

  source = mailbox != NULL ? intimail_transfer_source_open (box, run->settings->unquote, &local_error) : NULL;
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
  batch = intimail_import_batch_new (run->account, intimail_mailbox_get_id (mailbox), run->settings->ignore_quota, error);
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

/* Opens the state of the source. */
static IntimailImportState *
open_state (Run *run, const char *path, GError **error)
{
  const IntimailImportSettings *settings = run->settings;
  g_autofree char *what = g_strdup_printf ("%s %d %d", settings->mailbox_id != NULL ? settings->mailbox_id : "", settings->flat, settings->format);
  g_autofree char *name = intimail_import_state_make_name (path, what);

  forget_finished (run->memory, name);
  return intimail_import_state_open (run->account, path, name, settings->restart, error);
}

static gboolean
import_boxes (Run *run, GPtrArray *boxes, GError **error)
{
  for (guint i = 0; i < boxes->len; i++)
    {
      if (!import_box (run, g_ptr_array_index (boxes, i), boxes->len == 1, error))
        return FALSE;
    }
  return TRUE;
}

/* Whoever is killed after the state is finished loses what else is written at the end, so
 * that is written before. */
static void
finish (Run *run)
{
  g_mutex_lock (&run->account->mutex);
  intimail_account_image_save (run->account);
  g_mutex_unlock (&run->account->mutex);
  intimail_import_state_finish (run->state);
}

static gboolean
import_source (Run *run, const char *path, GPtrArray *boxes, GError **error)
{
  g_autoptr (IntimailImportState) state = open_state (run, path, error);

  if (state == NULL)
    return FALSE;
  run->state = state;
  if (intimail_import_state_is_finished (state))
    {
      intimail_transfer_report_note (run->report, path, "was imported to its end before: nothing is to be done (--restart imports it anew)");
      run->report->n_bytes = run->report->n_total;
    }
  else
    {
      if (!import_boxes (run, boxes, error))
        return FALSE;
      if (run->report->n_failed != run->n_failed_before)
        return TRUE;
      finish (run);
    }
  g_ptr_array_add (run->memory->finished, g_steal_pointer (&state));
  g_hash_table_remove (run->memory->open, path);
  return TRUE;
}

gboolean
intimail_import_run (const IntimailImportSettings *settings,
                     IntimailImportMemory *memory,
                     IntimailTransferReport *report,
                     gpointer object,
                     const char *path,
                     GMainContext *context,
                     GCancellable *cancellable,
                     GError **error)
{
  Run run = {
    .settings = settings,
    .object = object,
    .account = settings->account,
    .memory = memory,
    .report = report,
    .context = context,
    .cancellable = cancellable,
    .n_failed_before = report->n_failed,
  };
  g_autoptr (GPtrArray) boxes = NULL;
  gboolean ok;

  g_hash_table_add (memory->open, g_strdup (path));
  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !intimail_account_open (settings->account, NULL, error))
    return FALSE;
  boxes = intimail_transfer_find_boxes (path, settings->format, report, error);
  ok = boxes != NULL && (!settings->skip_duplicates || learn_all (&run, error));
  if (ok)
    {
      measure (&run, boxes);
      ok = import_source (&run, path, boxes, error);
    }
  g_clear_pointer (&run.known, g_hash_table_unref);
  return ok;
}
