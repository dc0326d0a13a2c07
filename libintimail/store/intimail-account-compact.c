/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index of which over half is dead is written anew, in a thread and without the
 * mutex or the lock: deliveries go on. What they append meanwhile is copied behind it,
 * the last of it under the lock, together with the rename.
 *
 * Whoever has the account open meets a file of another form then. It knows all that is
 * in it, but not where: it goes on with the file before for what it has read, and a
 * thread like this one looks up the new places.
 */

#include "store/intimail-account-private.h"

#include <fcntl.h>
#include <string.h>

#include "base/intimail-fd-private.h"
#include "store/intimail-index-draft-private.h"
#include "store/intimail-lock-private.h"

/* So many records with the mutex held. */
#define BATCH 500
/* Rounds of copying what was appended during the round before, until so little is left. */
#define ROUNDS 8
#define REST_BYTES (64 * 1024)
/* More than this is not copied under the lock. */
#define REST_MAX_BYTES (4 * 1024 * 1024)

typedef struct
{
  guint64 offset;
  guint32 length; /* 0: none */
} Place;

struct _IntimailAccountCompaction
{
  IntimailAccount *account; /* borrowed: it waits for the thread */
  GThread *thread;
  gint stop;     /* atomic: the file that is being written is ended, and no more is begun */
  gboolean done; /* under the mutex */
};

/* One mailbox. */
typedef struct
{
  IntimailAccountCompaction *compaction;
  IntimailAccount *account;
  guint n_loads; /* of the account: after another all numbers are others */
  guint folder;
  Place *places; /* by slot */
  guint32 n_places;
} Job;

/* What is copied of a record. */
typedef struct
{
  IntimailId id;
  IntimailId thread;
  guint32 slot;
  guint64 offset;
  guint32 length;
  guint64 last_offset;
  guint32 last_length;
  gint64 received;
  guint64 bits;
  GStrv keywords; /* those of the bits; NULL: its line is copied as it is */
} Item;

static void
clear_item (gpointer data)
{
  g_strfreev (((Item *) data)->keywords);
}

static IntimailFolder *
get_folder (const Job *job)
{
  return intimail_account_get_folder (job->account, job->folder);
}

/* Under the mutex. */
static gboolean
is_current (const Job *job)
{
  IntimailAccount *self = job->account;

  return self->opened && !self->must_reload && self->ops == NULL &&
         self->n_loads == job->n_loads && !get_folder (job)->gone;
}

/* --- writing it anew --- */

static gboolean
is_copied (const IntimailRecord *record, const Job *job, guint64 from)
{
  return record->folder == job->folder && record->length > 0 && record->offset < from;
}

/* Reads what others appended: often and little, since it is under the lock. FALSE when
 * the draft is good for nothing any more. */
static gboolean
hear_others (Job *job, IntimailIndexDraft *draft)
{
  gboolean ok = is_current (job) && intimail_account_lock (job->account, NULL);

  intimail_account_unlock (job->account);
  return ok && is_current (job) && intimail_index_draft_is_of (draft, get_folder (job)->index);
}

/* The records from @slot on that have their line in what is copied. One that came
 * later, or changed later, has a line behind it. */
static GArray *
gather (Job *job, IntimailIndexDraft *draft, guint32 slot)
{
  IntimailAccount *self = job->account;
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  gboolean current;

  g_array_set_clear_func (items, clear_item);
  g_mutex_lock (&self->mutex);
  current = hear_others (job, draft);
  for (guint32 end = MIN (slot + BATCH, job->n_places); current && slot < end; slot++)
    {
      const IntimailRecord *record = intimail_table_get (self->table, slot);
      Item item = { 0 };

      if (!is_copied (record, job, draft->from))
        continue;
      item = (Item){ record->id, *intimail_table_get_thread_id (self->table, slot), slot, record->offset, record->length,
                     record->last_offset, record->last_length, record->received, record->keywords, NULL };
      if (record->last_offset != record->offset && record->last_offset < draft->from)
        item.keywords = intimail_account_name_keywords (self, record->keywords, TRUE);
      g_array_append_val (items, item);
    }
  g_mutex_unlock (&self->mutex);
  return current ? g_steal_pointer (&items) : NULL;
}

static gboolean
parse_line (const Item *item, const char *line, gsize length, IntimailIndexLine *parsed)
{
  return line != NULL && length > 0 && line[length - 1] == '\n' && memchr (line, '\n', length - 1) == NULL &&
         intimail_index_line_parse (line, length - 1, parsed) && intimail_id_compare (&parsed->id, &item->id) == 0;
}

/* A line with damaged texts: they are in the message, too. */
static IntimailSummary *
load_summary (Job *job, const Item *item)
{
  IntimailAccount *self = job->account;
  IntimailSummary *summary = NULL;

  g_mutex_lock (&self->mutex);
  if (is_current (job) && intimail_id_compare (&intimail_table_get (self->table, item->slot)->id, &item->id) == 0)
    summary = intimail_account_load_summary (self, item->slot);
  g_mutex_unlock (&self->mutex);
  return summary;
}

/* One line for a message and what became of it. */
static GString *
merge (Job *job, IntimailIndexDraft *draft, const Item *item, const char *line)
{
  g_autofree char *last = intimail_log_read (&draft->source, item->last_offset, item->last_length);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (IntimailSummary) summary = intimail_index_line_parse_summary (line, item->length - 1);
  g_autofree char *file = NULL;
  IntimailIndexLine parsed;

  if (!parse_line (item, last, item->last_length, &parsed))
    return NULL;
  if (summary == NULL)
    summary = load_summary (job, item);
  file = intimail_json_member_dup_string (&parsed.file);
  if (summary == NULL || file == NULL)
    return NULL;
  intimail_index_line_write_add (text, &item->id, parsed.n, &item->thread, item->received, file, (const char *const *) item->keywords,
                                 intimail_keyword_is_in_name (item->bits, file), summary);
  return g_steal_pointer (&text);
}

/* FALSE also when the index does not say what was read from it. */
static gboolean
copy_item (Job *job, IntimailIndexDraft *draft, IntimailLogWindow *window, const Item *item)
{
  const char *line = intimail_log_window_read (window, &draft->source, item->offset, item->length);
  Place *place = &job->places[item->slot];
  g_autoptr (GString) merged = NULL;
  IntimailIndexLine parsed;

  if (!parse_line (item, line, item->length, &parsed))
    return FALSE;
  place->length = item->length;
  if (item->keywords == NULL)
    return intimail_index_draft_add (draft, line, item->length, &place->offset);

  merged = merge (job, draft, item, line);
  if (merged == NULL)
    return FALSE;
  place->length = (guint32) merged->len;
  return intimail_index_draft_add (draft, merged->str, merged->len, &place->offset);
}

static gboolean
copy_lines (Job *job, IntimailIndexDraft *draft)
{
  g_auto (IntimailLogWindow) window = { 0 };

  for (guint32 slot = 0; slot < job->n_places; slot += BATCH)
    {
      g_autoptr (GArray) items = gather (job, draft, slot);

      for (guint i = 0; items != NULL && i < items->len; i++)
        {
          if (!copy_item (job, draft, &window, &g_array_index (items, Item, i)))
            return FALSE;
        }
      if (items == NULL)
        return FALSE;
    }
  return intimail_index_draft_end_lines (draft);
}

/* Others append meanwhile: the lock is taken to hear of it, and not for the copying. */
static gboolean
copy_appended (Job *job, IntimailIndexDraft *draft)
{
  IntimailAccount *self = job->account;
  guint64 end = G_MAXUINT64;

  for (guint i = 0; i < ROUNDS && end - draft->copied > REST_BYTES; i++)
    {
      gboolean current;

      g_mutex_lock (&self->mutex);
      current = hear_others (job, draft);
      if (current)
        end = get_folder (job)->index->log.end;
      g_mutex_unlock (&self->mutex);
      if (!current || (end - draft->copied > REST_BYTES && !intimail_index_draft_copy (draft, end)))
        return FALSE;
    }
  return TRUE;
}

/* --- what both have in common: the places in memory --- */

static gboolean
has_all_places (const Job *job, guint64 from)
{
  IntimailTable *table = job->account->table;
  guint n;
  const guint32 *slots = intimail_table_get_folder (table, job->folder, &n);

  for (guint i = 0; i < n; i++)
    {
      if (intimail_table_get (table, slots[i])->offset < from && (slots[i] >= job->n_places || job->places[slots[i]].length == 0))
        return FALSE;
    }
  return TRUE;
}

/* Lines from @from on moved together. */
static void
move_record (const Job *job, IntimailRecord *record, guint32 slot, guint64 from, guint64 shift)
{
  gboolean is_last_behind = record->last_offset >= from;

  if (record->offset >= from)
    record->offset += shift;
  else
    {
      record->offset = job->places[slot].offset;
      record->length = job->places[slot].length;
    }
  if (is_last_behind)
    record->last_offset += shift;
  else
    {
      record->last_offset = record->offset;
      record->last_length = record->length;
    }
}

static void
move_all (const Job *job, guint64 from, guint64 at)
{
  IntimailAccount *self = job->account;
  IntimailIndex *index = get_folder (job)->index;
  guint n;
  const guint32 *slots = intimail_table_get_folder (self->table, job->folder, &n);

  index->n_live = 0;
  for (guint i = 0; i < n; i++)
    {
      IntimailRecord *record = intimail_table_get (self->table, slots[i]);

      move_record (job, record, slots[i], from, at - from);
      index->n_live += record->length + (record->last_offset != record->offset ? record->last_length : 0);
    }
  index->rest_until = 0;
  /* The image knows the places of before. */
  self->image_end = 0;
  self->image_wanted = TRUE;
}

/* Under the lock, and short: what is in memory can wait. */
static gboolean
install_locked (Job *job, IntimailIndexDraft *draft)
{
  IntimailAccount *self = job->account;
  IntimailIndex *index = get_folder (job)->index;

  if (!is_current (job) || !intimail_index_draft_is_of (draft, index) || index->log.end - draft->copied > REST_MAX_BYTES ||
      !intimail_index_draft_copy (draft, index->log.end))
    return FALSE;
  /* Whoever appends looks into the journal before: so this is seen in time. */
  intimail_journal_add_note (self->journal, "compact");
  return intimail_journal_commit (self->journal, NULL) && intimail_index_draft_install (draft, index);
}

static gboolean
install (Job *job, IntimailIndexDraft *draft)
{
  IntimailAccount *self = job->account;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  /* What comes with the lock has its places behind those that were chosen. */
  ok = is_current (job) && has_all_places (job, draft->from) && intimail_account_lock (self, NULL);
  ok = ok && install_locked (job, draft);
  intimail_account_unlock (self);
  if (ok)
    move_all (job, draft->from, draft->at);
  g_mutex_unlock (&self->mutex);
  return ok;
}

static gboolean
begin_draft (Job *job, IntimailIndexDraft *draft, int *right)
{
  IntimailAccount *self = job->account;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = is_current (job);
  *right = ok ? openat (self->root_fd, "intimail.lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
  ok = *right >= 0 && intimail_lock_take_compacting (*right) && intimail_index_draft_begin (draft, get_folder (job)->index);
  g_mutex_unlock (&self->mutex);
  return ok;
}

static gboolean
write_anew (Job *job)
{
  g_auto (IntimailFd) right = -1; /* closed last: then somebody else may write one */
  g_auto (IntimailIndexDraft) draft = { .root_fd = -1, .fd = -1, .source = { .fd = -1, .earlier_fd = -1 } };

  return begin_draft (job, &draft, &right) && copy_lines (job, &draft) && copy_appended (job, &draft) && install (job, &draft);
}

/* --- looking up the places in what somebody else wrote anew --- */

typedef struct
{
  IntimailId id;
  Place place;
} Line;

typedef struct
{
  Job *job;
  guint64 end;
  GArray *lines;
  gboolean failed;
} Lookup;

static gboolean
take_lines (Lookup *lookup)
{
  IntimailAccount *self = lookup->job->account;
  gboolean current;

  g_mutex_lock (&self->mutex);
  current = is_current (lookup->job) && intimail_index_is_joined (get_folder (lookup->job)->index);
  for (guint i = 0; current && i < lookup->lines->len; i++)
    {
      const Line *line = &g_array_index (lookup->lines, Line, i);
      guint32 slot = intimail_table_find_in_folder (self->table, &line->id, lookup->job->folder);

      if (slot != INTIMAIL_TABLE_NONE && slot < lookup->job->n_places)
        lookup->job->places[slot] = line->place;
    }
  g_mutex_unlock (&self->mutex);
  g_array_set_size (lookup->lines, 0);
  return current && g_atomic_int_get (&lookup->job->compaction->stop) == 0;
}

static gboolean
note_line (guint64 offset, const char *text, gsize length, gpointer user_data)
{
  Lookup *lookup = user_data;
  IntimailIndexLine parsed;
  Line line;

  if (offset >= lookup->end)
    return FALSE;
  if (offset == 0 || !intimail_index_line_parse (text, length, &parsed))
    return TRUE;
  line = (Line){ parsed.id, { offset, (guint32) length + 1 } };
  g_array_append_val (lookup->lines, line);
  lookup->failed = lookup->lines->len >= BATCH && !take_lines (lookup);
  return !lookup->failed;
}

static gboolean
begin_lookup (Job *job, Lookup *lookup, IntimailLog *view)
{
  IntimailAccount *self = job->account;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = is_current (job) && intimail_log_init_view (view, &get_folder (job)->index->log);
  if (ok)
    lookup->end = get_folder (job)->index->joint_at;
  g_mutex_unlock (&self->mutex);
  return ok;
}

static gboolean
end_lookup (Job *job)
{
  IntimailAccount *self = job->account;
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = is_current (job) && intimail_index_is_joined (get_folder (job)->index);
  if (ok && has_all_places (job, get_folder (job)->index->joint_from))
    {
      IntimailIndex *index = get_folder (job)->index;

      move_all (job, index->joint_from, index->joint_at);
      intimail_index_leave_earlier (index);
    }
  else if (ok)
    self->must_reload = TRUE;
  g_mutex_unlock (&self->mutex);
  return ok;
}

static gboolean
look_up (Job *job)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (Line));
  Lookup lookup = { job, 0, lines, FALSE };
  g_auto (IntimailLog) view = { .fd = -1, .earlier_fd = -1 };

  return begin_lookup (job, &lookup, &view) && intimail_log_read_lines (&view, note_line, &lookup) && !lookup.failed &&
         take_lines (&lookup) && end_lookup (job);
}

/* --- when --- */

static IntimailFolder *
choose_folder (IntimailAccount *self)
{
  if (!self->opened || self->must_reload || self->lock_fd < 0)
    return NULL;
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && (intimail_index_is_joined (folder->index) || intimail_index_is_worn (folder->index)) &&
          folder->index->log.end >= folder->index->rest_until)
        return folder;
    }
  return NULL;
}

static void
do_job (IntimailAccountCompaction *self, IntimailFolder *folder)
{
  IntimailAccount *account = self->account;
  gboolean is_joined = intimail_index_is_joined (folder->index);
  guint32 n = intimail_table_get_n_slots (account->table);
  Job job = { self, account, account->n_loads, folder->number, g_new0 (Place, n), n };
  gboolean ok;

  g_mutex_unlock (&account->mutex);
  ok = is_joined ? look_up (&job) : write_anew (&job);
  g_mutex_lock (&account->mutex);
  g_free (job.places);

  /* What failed will fail again: later. */
  if (!ok && account->opened && account->n_loads == job.n_loads)
    get_folder (&job)->index->rest_until = get_folder (&job)->index->log.end * 5 / 4;
}

static gpointer
work (gpointer data)
{
  IntimailAccountCompaction *self = data;
  IntimailFolder *folder;

  g_mutex_lock (&self->account->mutex);
  /* Once in any case: a program that changes little and ends would never do it. */
  do
    {
      folder = choose_folder (self->account);
      if (folder != NULL)
        do_job (self, folder);
    }
  while (folder != NULL && g_atomic_int_get (&self->stop) == 0);
  self->done = TRUE;
  g_mutex_unlock (&self->account->mutex);
  return NULL;
}

static void
join (IntimailAccount *self)
{
  g_thread_join (self->compaction->thread);
  g_clear_pointer (&self->compaction, g_free);
}

void
intimail_account_compact_worn (IntimailAccount *self)
{
  if (self->compaction != NULL && self->compaction->done)
    join (self);
  if (self->compaction != NULL || choose_folder (self) == NULL)
    return;
  self->compaction = g_new0 (IntimailAccountCompaction, 1);
  self->compaction->account = self;
  self->compaction->thread = g_thread_try_new ("intimail-compact", work, self->compaction, NULL);
  if (self->compaction->thread == NULL)
    g_clear_pointer (&self->compaction, g_free);
}

void
intimail_account_compact_end (IntimailAccount *self)
{
  if (self->compaction == NULL)
    return;
  g_atomic_int_set (&self->compaction->stop, 1);
  join (self);
}
