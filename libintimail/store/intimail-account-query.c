/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-account-found-private.h"
#include "store/intimail-envelope-private.h"
#include "store/intimail-filter-private.h"
#include "store/intimail-line-order-private.h"
#include "store/intimail-listing-private.h"
#include "store/intimail-sort-private.h"

/* Below this a copy is cheaper than a mapping. */
#define MAP_ABOVE (64 * 1024)

guint32
intimail_account_find_message (IntimailAccount *self, const char *id)
{
  IntimailId parsed;

  if (!intimail_id_parse ('m', id, strlen (id), &parsed))
    return INTIMAIL_TABLE_NONE;
  return intimail_table_find (self->table, &parsed);
}

char *
intimail_account_get_file (IntimailAccount *self, guint32 slot)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);
  IntimailIndex *index = intimail_account_get_folder (self, record->folder)->index;
  g_autofree char *line = NULL;
  g_autofree char *file = NULL;
  IntimailIndexLine parsed;

  if (record->last_length == 0)
    {
      const char *pending = intimail_account_get_pending_file (self, slot);

      /* It could not be written down, and stands nowhere. */
      if (pending == NULL)
        errno = EIO;
      return g_strdup (pending);
    }
  line = intimail_index_get_line (index, record->last_offset, record->last_length);
  if (line != NULL && intimail_index_line_parse (line, record->last_length - 1, &parsed) && intimail_id_compare (&parsed.id, &record->id) == 0)
    file = intimail_json_member_dup_string (&parsed.file);
  if (file == NULL || !intimail_found_is_name_of (self, file, &record->id))
    {
      /* Somebody wrote into the index: what was read from it is worth nothing. */
      self->must_reload = self->is_doubtful = TRUE;
      errno = EIO;
      return NULL;
    }
  return g_steal_pointer (&file);
}

int
intimail_account_open_record (IntimailAccount *self, guint32 slot, char **path)
{
  int failed = ENOENT;

  for (guint32 i = slot; i != INTIMAIL_TABLE_NONE; i = intimail_table_next_copy (self->table, i))
    {
      IntimailFolder *folder = intimail_account_get_folder (self, intimail_table_get (self->table, i)->folder);
      g_autofree char *file = intimail_account_get_file (self, i);
      int fd = file != NULL ? intimail_folder_open_file (folder, file, path) : -1;

      if (fd >= 0)
        return fd;
      failed = errno != ENOENT ? errno : failed;
    }
  errno = failed;
  return -1;
}

GBytes *
intimail_account_map_file (int fd, GError **error)
{
  g_autoptr (GMappedFile) mapped = NULL;
  struct stat status;
  char *data;
  gsize length;

  if (fstat (fd, &status) < 0 || lseek (fd, 0, SEEK_SET) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot look at a message");
      return NULL;
    }
  if (status.st_size <= MAP_ABOVE)
    return intimail_fd_read_all (fd, G_MAXINT, &data, &length, error) ? g_bytes_new_take (data, length) : NULL;

  mapped = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  if (mapped == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot map a message");
      return NULL;
    }
  return g_mapped_file_get_bytes (mapped);
}

static IntimailSummary *
read_summary_from_message (IntimailAccount *self, guint32 slot)
{
  g_auto (IntimailFd) fd = intimail_account_open_record (self, slot, NULL);
  g_autoptr (GBytes) bytes = fd >= 0 ? intimail_account_map_file (fd, NULL) : NULL;

  return bytes != NULL ? intimail_summary_new_from_bytes (bytes, !self->without_previews) : NULL;
}

IntimailSummary *
intimail_account_load_summary (IntimailAccount *self, guint32 slot)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);
  IntimailIndex *index = intimail_account_get_folder (self, record->folder)->index;
  g_autofree char *line = NULL;
  IntimailIndexLine parsed;

  if (record->length == 0)
    {
      const IntimailSummary *pending = intimail_account_get_pending_summary (self, slot);

      return pending != NULL ? intimail_summary_copy (pending) : NULL;
    }
  line = intimail_index_get_line (index, record->offset, record->length);
  if (line != NULL && intimail_index_line_parse (line, record->length - 1, &parsed) &&
      intimail_id_compare (&parsed.id, &record->id) == 0)
    {
      IntimailSummary *summary = intimail_index_line_parse_summary (line, record->length - 1);

      if (summary != NULL)
        return summary;
    }
  /* The index says nothing of use; the message does. */
  return read_summary_from_message (self, slot);
}

GStrv
intimail_account_get_mailbox_ids (IntimailAccount *self, guint32 slot)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint32 i = intimail_table_find_first (self->table, slot); i != INTIMAIL_TABLE_NONE; i = intimail_table_next_copy (self->table, i))
    g_strv_builder_add (builder, intimail_account_get_folder (self, intimail_table_get (self->table, i)->folder)->id);

  return g_strv_builder_end (builder);
}

IntimailEnvelope *
intimail_account_make_envelope (IntimailAccount *self, guint32 slot)
{
  IntimailSummary *summary = intimail_account_load_summary (self, slot);
  IntimailRecord *record = intimail_table_get (self->table, slot);

  if (summary == NULL)
    return NULL;
  return intimail_envelope_new (&record->id, intimail_table_get_thread_id (self->table, slot), record->received, summary,
                                intimail_account_get_mailbox_ids (self, slot),
                                intimail_account_name_keywords (self, intimail_table_get_keywords (self->table, slot), FALSE));
}

static void
set_no_envelope (IntimailAccount *self, guint32 slot, const char *id, IntimailListing *listing, guint position, GError **error)
{
  int reason = errno;
  IntimailIdText text;
  IntimailId listed;

  if (listing != NULL && intimail_listing_resolve_locked (listing, position, &listed))
    {
      text = intimail_id_format ('m', &listed);
      id = text.text;
    }
  if (slot == INTIMAIL_TABLE_NONE)
    intimail_account_set_no_message (self, error, id);
  else
    intimail_account_set_unopened (error, reason, id);
}

/* A message by its id, or by its place in a listing. */
static IntimailEnvelope *
get_envelope (IntimailAccount *self, const char *id, IntimailListing *listing, guint position, GError **error)
{
  IntimailEnvelope *envelope = NULL;
  gboolean again = TRUE;

  /* A damaged index is read anew, once. */
  for (gboolean first = TRUE; again; first = FALSE)
    {
      again = FALSE;
      if (intimail_account_begin_recent (self, error))
        {
          guint32 slot = listing != NULL ? intimail_listing_find_locked (listing, position) : intimail_account_find_message (self, id);

          if (slot != INTIMAIL_TABLE_NONE)
            envelope = intimail_account_make_envelope (self, slot);
          again = first && envelope == NULL && self->is_doubtful;
          if (envelope == NULL && !again)
            set_no_envelope (self, slot, id, listing, position, error);
        }
      intimail_account_end (self);
    }
  return envelope;
}

/**
 * intimail_account_get_envelope:
 * @self: an account
 * @id: the id of a message
 * @error: return location for an error
 *
 * Gets what the index knows of a message.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no such message, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the envelope
 *
 * Since: 1.0
 */
IntimailEnvelope *
intimail_account_get_envelope (IntimailAccount *self, const char *id, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return get_envelope (self, id, NULL, 0, error);
}

IntimailEnvelope *
intimail_account_get_listed (IntimailAccount *self, IntimailListing *listing, guint position, GError **error)
{
  return get_envelope (self, NULL, listing, position, error);
}

typedef struct
{
  gint64 received;
  IntimailId id;
} Dated;

static int
compare_dated (gconstpointer a, gconstpointer b)
{
  const Dated *x = a;
  const Dated *y = b;

  if (x->received != y->received)
    return x->received < y->received ? -1 : 1;
  return intimail_id_compare (&x->id, &y->id);
}

/**
 * intimail_account_get_thread:
 * @self: an account
 * @thread_id: the id of a conversation
 * @error: return location for an error
 *
 * Gets the messages of a conversation, oldest first.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when no message belongs to it, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of messages
 *
 * Since: 1.0
 */
char **
intimail_account_get_thread (IntimailAccount *self, const char *thread_id, GError **error)
{
  g_autoptr (GArray) messages = g_array_new (FALSE, FALSE, sizeof (Dated));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  IntimailId id;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (thread_id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!intimail_account_begin_recent (self, error))
    {
      intimail_account_end (self);
      return NULL;
    }
  if (intimail_id_parse ('t', thread_id, strlen (thread_id), &id))
    {
      guint32 slot = intimail_table_find_thread (self->table, &id);

      for (; slot != INTIMAIL_TABLE_NONE; slot = intimail_table_get (self->table, slot)->thread_next)
        {
          IntimailRecord *record = intimail_table_get (self->table, slot);
          Dated dated = { record->received, record->id };

          if (intimail_table_is_first (self->table, slot))
            g_array_append_val (messages, dated);
        }
    }
  intimail_account_end (self);

  if (messages->len == 0)
    {
      intimail_account_set_not_found (error, "conversation", thread_id);
      return NULL;
    }
  g_array_sort (messages, compare_dated);
  for (guint i = 0; i < messages->len; i++)
    g_strv_builder_add (builder, intimail_id_format ('m', &g_array_index (messages, Dated, i).id).text);
  return g_strv_builder_end (builder);
}

/**
 * intimail_account_load_message:
 * @self: an account
 * @id: the id of a message
 * @error: return location for an error
 *
 * Gets the bytes of a message as they are stored.
 *
 * A large message is mapped, not read. Fails with %INTIMAIL_ERROR_NOT_FOUND when
 * there is no such message, and with %INTIMAIL_ERROR_FAILED when it cannot be read.
 * Any thread may call it.
 *
 * Returns: (transfer full): the message
 *
 * Since: 1.0
 */
GBytes *
intimail_account_load_message (IntimailAccount *self, const char *id, GError **error)
{
  g_auto (IntimailFd) fd = -1;
  gboolean again = TRUE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  for (gboolean first = TRUE; again; first = FALSE)
    {
      again = FALSE;
      if (intimail_account_begin_recent (self, error))
        {
          guint32 slot = intimail_account_find_message (self, id);

          if (slot != INTIMAIL_TABLE_NONE)
            fd = intimail_account_open_record (self, slot, NULL);
          again = first && fd < 0 && self->is_doubtful;
          if (slot == INTIMAIL_TABLE_NONE)
            intimail_account_set_no_message (self, error, id);
          else if (fd < 0 && !again)
            intimail_account_set_unopened (error, errno, id);
        }
      intimail_account_end (self);
    }

  return fd >= 0 ? intimail_account_map_file (fd, error) : NULL;
}

/**
 * intimail_account_open_message:
 * @self: an account
 * @id: the id of a message
 * @error: return location for an error
 *
 * Opens a message to read its parts.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is no such message, and with
 * %INTIMAIL_ERROR_FAILED when it cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the message
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_account_open_message (IntimailAccount *self, const char *id, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = intimail_account_load_message (self, id, error);
  return bytes != NULL ? intimail_message_new_from_bytes (bytes, error) : NULL;
}

static void
gather_folder (IntimailAccount *self, IntimailFolder *folder, GArray *slots)
{
  guint n;
  const guint32 *all = intimail_table_get_folder (self->table, folder->number, &n);

  if (n == intimail_table_get_counts (self->table, folder->number)->n_messages)
    {
      g_array_append_vals (slots, all, n);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      if ((intimail_table_get (self->table, all[i])->keywords & INTIMAIL_KEYWORD_TRASHED) == 0)
        g_array_append_val (slots, all[i]);
    }
}

/* The records that may match: those of one mailbox when the filter says so, one
 * for each message otherwise. */
static GArray *
gather (IntimailAccount *self, IntimailFilterProgram *program)
{
  GArray *slots = g_array_new (FALSE, FALSE, sizeof (guint32));
  const char *mailbox_id = intimail_filter_program_get_mailbox (program);
  IntimailFolder *folder = mailbox_id != NULL ? intimail_account_find_folder (self, mailbox_id) : NULL;
  guint n = intimail_table_get_n_slots (self->table);

  if (folder != NULL)
    gather_folder (self, folder, slots);
  if (mailbox_id != NULL)
    return slots;
  for (guint32 i = 0; i < n; i++)
    {
      if (intimail_table_get (self->table, i)->folder != G_MAXUINT16 && intimail_table_is_first (self->table, i))
        g_array_append_val (slots, i);
    }
  return slots;
}

/* A query that looks at each of many records. */
typedef struct
{
  IntimailAccount *account;
  IntimailFilter *filter;
  GArray *places; /* in the order in which the index has their lines */
  guint8 *matches;
  GCancellable *cancellable;
  guint at_once;
  gint next;
} Matching;

/* Few where each is opened; a good part of the index where lines are looked at. */
#define MATCH_MESSAGES 32
#define MATCH_LINES 1024

/* Some at a time, until there are no more. */
static gpointer
match_some (gpointer data)
{
  Matching *matching = data;
  g_autoptr (IntimailFilterProgram) program = intimail_filter_program_new (matching->account, matching->filter);

  while (!g_cancellable_is_cancelled (matching->cancellable))
    {
      guint start = (guint) g_atomic_int_add (&matching->next, (gint) matching->at_once);

      if (start >= matching->places->len)
        break;
      for (guint i = start; i < MIN (start + matching->at_once, matching->places->len); i++)
        {
          const IntimailLinePlace *place = &g_array_index (matching->places, IntimailLinePlace, i);

          matching->matches[place->number] = (guint8) intimail_filter_program_match (program, place->slot);
        }
    }
  return NULL;
}

/* With a second thread: nothing of the account changes while this one holds its
 * mutex. */
static gboolean
keep_matching (IntimailAccount *self, IntimailFilter *filter, guint at_once, GArray *slots, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *matches = g_new0 (guint8, slots->len + 1);
  g_autoptr (GArray) places = intimail_line_order_new (self->table, (const guint32 *) (gconstpointer) slots->data, slots->len);
  Matching matching = { self, filter, places, matches, cancellable, at_once, 0 };
  GThread *other = NULL;
  guint kept = 0;

  if (slots->len > at_once * 2 && g_get_num_processors () > 1)
    other = g_thread_try_new ("intimail-match", match_some, &matching, NULL);
  match_some (&matching);
  if (other != NULL)
    g_thread_join (other);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  for (guint i = 0; i < slots->len; i++)
    {
      if (matches[i] != 0)
        g_array_index (slots, guint32, kept++) = g_array_index (slots, guint32, i);
    }
  g_array_set_size (slots, kept);
  return TRUE;
}

/* The first message of each conversation stays. */
static void
collapse (IntimailAccount *self, GArray *slots)
{
  g_autofree guint8 *seen = g_new0 (guint8, intimail_table_get_n_threads (self->table) + 1);
  guint kept = 0;

  for (guint i = 0; i < slots->len; i++)
    {
      guint32 slot = g_array_index (slots, guint32, i);
      guint8 *there = &seen[intimail_table_get (self->table, slot)->thread];

      if (*there == 0)
        g_array_index (slots, guint32, kept++) = slot;
      *there = 1;
    }
  g_array_set_size (slots, kept);
}

static IntimailListing *
query_open (IntimailAccount *self, IntimailFilter *filter, const char *const *sort, gboolean collapse_threads, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailFilterProgram) program = intimail_filter_program_new (self, filter);
  g_autoptr (GArray) slots = NULL;
  IntimailListing *listing;
  guint n;

  slots = gather (self, program);
  if (!intimail_filter_program_is_trivial (program) && !keep_matching (self, filter, intimail_filter_program_reads_messages (program) ? MATCH_MESSAGES : MATCH_LINES, slots, cancellable, error))
    return NULL;
  if (!intimail_sort (self, slots, intimail_filter_program_get_mailbox (program) != NULL, sort, cancellable, error))
    return NULL;
  if (collapse_threads)
    collapse (self, slots);

  n = slots->len;
  listing = intimail_listing_new (self, (guint32 *) (gpointer) g_array_free (g_steal_pointer (&slots), FALSE), n);
  intimail_listing_set_query (listing, filter, sort, collapse_threads);
  return listing;
}

/**
 * intimail_account_query:
 * @self: an account
 * @filter: (nullable): which messages; %NULL is all
 * @sort: (nullable) (array zero-terminated=1): by what, the most important first;
 *   %NULL is `-receivedAt`
 * @collapse_threads: whether only the first message of each conversation is listed
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists messages.
 *
 * Sorting is by `receivedAt`, `sentAt`, `size`, `from`, `to`, `cc`, `subject`,
 * `hasKeyword:WORD`, `allInThreadHaveKeyword:WORD` or
 * `someInThreadHaveKeyword:WORD`, each the other way round with `-` before it.
 *
 * Fails with %INTIMAIL_ERROR_NOT_SUPPORTED for another word in @sort, with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read, and with
 * %G_IO_ERROR_CANCELLED. Any thread may call it.
 *
 * Returns: (transfer full): the list, as it is now
 *
 * Since: 1.0
 */
IntimailListing *
intimail_account_query (IntimailAccount *self, IntimailFilter *filter, const char *const *sort, gboolean collapse_threads, GCancellable *cancellable, GError **error)
{
  IntimailListing *listing = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (filter == NULL || INTIMAIL_IS_FILTER (filter), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, cancellable, error))
    listing = query_open (self, filter, sort, collapse_threads, cancellable, error);
  intimail_account_end (self);
  return listing;
}
