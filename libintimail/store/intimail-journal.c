/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-journal-private.h"

#include <string.h>

#include "base/intimail-secret-private.h"
#include "store/intimail-journal-event-private.h"

#define FORMAT 1
/* Where to begin reading: one mark for so many events. */
#define MARK_EVERY 64
#define TRIM_ABOVE (1024 * 1024)

typedef IntimailJournalMark Mark;
typedef IntimailJournalGap Gap;

static char *
read_boot (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    return g_strdup ("");
  return g_strdup (g_strstrip (text));
}

IntimailJournal *
intimail_journal_new (int root_fd)
{
  IntimailJournal *self = g_new0 (IntimailJournal, 1);

  intimail_log_init (&self->log, root_fd, "intimail.journal");
  self->boot = read_boot ();
  self->gaps = g_array_new (FALSE, FALSE, sizeof (Gap));
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->mailboxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pending = g_string_new (NULL);
  return self;
}

void
intimail_journal_free (IntimailJournal *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < INTIMAIL_JOURNAL_N_COLUMNS; i++)
    intimail_column_clear (&self->columns[i]);
  intimail_log_clear (&self->log);
  g_free (self->boot);
  g_free (self->last_boot);
  g_free (self->epoch);
  g_array_unref (self->gaps);
  g_array_unref (self->marks);
  g_hash_table_unref (self->mailboxes);
  g_string_free (self->pending, TRUE);
  g_free (self);
}

void
intimail_journal_set_boot (IntimailJournal *self, const char *boot)
{
  g_free (self->boot);
  self->boot = g_strdup (boot);
}

void
intimail_journal_forget (IntimailJournal *self)
{
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->last_boot, g_free);
  self->floor = 0;
  self->last = 0;
  self->first_time = 0;
  memset (self->states, 0, sizeof self->states);
  g_array_set_size (self->gaps, 0);
  g_array_set_size (self->marks, 0);
  self->n_since_mark = 0;
  g_hash_table_remove_all (self->mailboxes);
  self->trusted = FALSE;
}

gboolean
intimail_journal_is_stale (IntimailJournal *self)
{
  return intimail_log_check (&self->log) != INTIMAIL_LOG_SAME || !self->trusted;
}

static void
follow_mailboxes (IntimailJournal *self, const IntimailJournalEvent *event)
{
  IntimailChangeOp op;
  const char *id;
  gsize id_length;

  if (!intimail_journal_event_view (event, INTIMAIL_CHANGE_TYPE_MAILBOX, &op, &id, &id_length))
    return;
  if (op == INTIMAIL_CHANGE_ADD)
    g_hash_table_add (self->mailboxes, g_strndup (id, id_length));
  else if (op == INTIMAIL_CHANGE_REMOVE)
    {
      g_autofree char *key = g_strndup (id, id_length);

      g_hash_table_remove (self->mailboxes, key);
    }
}

static void
take_event (IntimailJournal *self, const IntimailJournalEvent *event, guint64 offset)
{
  if (event->boot.raw != NULL)
    {
      Gap gap = { self->last, event->n };

      g_free (self->last_boot);
      self->last_boot = g_strndup (event->boot.raw, event->boot.raw_length);
      g_array_append_val (self->gaps, gap);
    }
  if (self->marks->len == 0 || ++self->n_since_mark >= MARK_EVERY)
    {
      Mark mark = { event->n, offset };

      g_array_append_val (self->marks, mark);
      self->n_since_mark = 0;
    }
  if (self->first_time == 0)
    self->first_time = event->time;

  self->last = event->n;
  for (guint type = 0; type < INTIMAIL_JOURNAL_N_TYPES; type++)
    {
      IntimailChangeOp op;
      const char *id;
      gsize id_length;

      if (intimail_journal_event_view (event, (IntimailChangeType) type, &op, &id, &id_length))
        self->states[type] = event->n;
    }
  follow_mailboxes (self, event);
}

static void
take_header_member (IntimailJournal *self, const IntimailJsonMember *member, gint64 *format, gint64 *inode)
{
  if (member->kind == INTIMAIL_JSON_KIND_INTEGER)
    {
      if (intimail_json_member_is (member, "format"))
        *format = member->integer;
      else if (intimail_json_member_is (member, "inode"))
        *inode = member->integer;
      else if (intimail_json_member_is (member, "n"))
        self->floor = self->last = member->integer;
      for (guint type = 0; type < INTIMAIL_JOURNAL_N_TYPES; type++)
        {
          if (intimail_json_member_is (member, intimail_journal_type_names[type]))
            self->states[type] = member->integer;
        }
    }
  else if (member->kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (member, "epoch"))
    {
      g_free (self->epoch);
      self->epoch = intimail_json_member_dup_string (member);
    }
  else if (member->kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (member, "boot"))
    {
      g_free (self->last_boot);
      self->last_boot = intimail_json_member_dup_string (member);
    }
  else if (member->kind == INTIMAIL_JSON_KIND_STRINGS && intimail_json_member_is (member, "mailboxes"))
    {
      g_auto (GStrv) ids = intimail_json_member_dup_strings (member);

      for (gsize i = 0; ids[i] != NULL; i++)
        g_hash_table_add (self->mailboxes, g_strdup (ids[i]));
    }
}

static gboolean
take_header (IntimailJournal *self, const char *line, gsize length)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gint64 format = 0;
  gint64 inode = 0;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    take_header_member (self, &member, &format, &inode);

  /* A copy, or one that came back from a backup, does not know what others were
   * told since: it has another inode. One in memory has none. */
  return intimail_json_line_reader_is_complete (&reader) && format == FORMAT && self->epoch != NULL &&
         self->last_boot != NULL && self->log.memory == NULL && inode == (gint64) self->log.inode;
}

static gboolean
take_first_line (guint64 offset, const char *line, gsize length, gpointer user_data)
{
  IntimailJournal *self = user_data;

  self->trusted = take_header (self, line, length);
  return FALSE;
}

gboolean
intimail_journal_read_header (IntimailJournal *self)
{
  return intimail_log_check (&self->log) != INTIMAIL_LOG_MISSING && intimail_log_read_lines (&self->log, take_first_line, self) &&
         self->trusted;
}

static gboolean
take_line (guint64 offset, const char *line, gsize length, gpointer user_data)
{
  IntimailJournal *self = user_data;
  IntimailJournalEvent event;

  if (offset == 0)
    {
      self->trusted = take_header (self, line, length);
      return self->trusted;
    }
  if (!intimail_journal_event_parse (line, length, &event) || event.n <= self->last)
    {
      self->trusted = FALSE;
      return FALSE;
    }
  take_event (self, &event, offset);
  return TRUE;
}

gboolean
intimail_journal_read (IntimailJournal *self)
{
  switch (intimail_log_check (&self->log))
    {
    case INTIMAIL_LOG_SAME:
      return self->trusted;
    case INTIMAIL_LOG_MISSING:
      intimail_journal_forget (self);
      return FALSE;
    case INTIMAIL_LOG_REPLACED:
      intimail_journal_forget (self);
      break;
    case INTIMAIL_LOG_GREW:
      break;
    }

  if (!intimail_log_read_lines (&self->log, take_line, self))
    self->trusted = FALSE;
  return self->trusted;
}

/* The inode is that of the file that the line will stand in: written twice. */
static void
write_header (IntimailJournal *self, GString *text, ino_t inode, gint64 now)
{
  g_autofree const char **ids = (const char **) g_hash_table_get_keys_as_array (self->mailboxes, NULL);

  intimail_json_line_begin (text);
  intimail_json_line_add_integer (text, "format", FORMAT);
  intimail_json_line_add_string (text, "epoch", self->epoch);
  intimail_json_line_add_string (text, "boot", self->last_boot);
  intimail_json_line_add_integer (text, "inode", (gint64) inode);
  intimail_json_line_add_integer (text, "n", self->floor);
  intimail_json_line_add_integer (text, "time", now);
  for (guint type = 0; type < INTIMAIL_JOURNAL_N_TYPES; type++)
    intimail_json_line_add_integer (text, intimail_journal_type_names[type], MIN (self->states[type], self->floor));
  intimail_json_line_add_strings (text, "mailboxes", ids);
  intimail_json_line_end (text);
}

/* An empty file first, then its lines: half a journal is one without a header,
 * which nobody trusts. */
static gboolean
write_anew (IntimailJournal *self, const char *lines, gsize length, gint64 now)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 offset;

  intimail_log_replace (&self->log, "", 0, NULL);
  write_header (self, text, self->log.inode, now);
  g_string_append_len (text, lines, (gssize) length);
  return intimail_log_append (&self->log, text->str, text->len, &offset, NULL);
}

void
intimail_journal_begin (IntimailJournal *self, const char *const *mailbox_ids, gint64 last)
{
  /* An index line with a greater number would be a doubt again. */
  last = MAX (last, self->last);
  intimail_journal_forget (self);
  self->epoch = intimail_secret_token (10);
  self->last_boot = g_strdup (self->boot);
  self->floor = self->last = last;
  for (guint type = 0; type < INTIMAIL_JOURNAL_N_TYPES; type++)
    self->states[type] = last;
  for (gsize i = 0; mailbox_ids != NULL && mailbox_ids[i] != NULL; i++)
    g_hash_table_add (self->mailboxes, g_strdup (mailbox_ids[i]));
  write_anew (self, "", 0, g_get_real_time () / G_USEC_PER_SEC);
  self->trusted = TRUE;
}

/* Finds where the events begin that are kept. */
typedef struct
{
  gint64 oldest;
  gint64 last_dropped;
  guint64 offset;
  gboolean found;
} Trim;

static gboolean
find_kept (guint64 offset, const char *line, gsize length, gpointer user_data)
{
  Trim *trim = user_data;
  IntimailJournalEvent event;

  if (offset == 0 || !intimail_journal_event_parse (line, length, &event))
    return TRUE;
  if (event.time >= trim->oldest)
    {
      trim->offset = offset;
      trim->found = TRUE;
      return FALSE;
    }
  trim->last_dropped = event.n;
  return TRUE;
}

void
intimail_journal_trim (IntimailJournal *self, gint64 now)
{
  Trim trim = { now - INTIMAIL_JOURNAL_KEPT, 0, 0, FALSE };
  guint64 end = self->log.end;
  g_autofree char *kept = NULL;
  gsize length;

  if (!self->trusted || end < TRIM_ABOVE || self->first_time >= trim.oldest || self->log.memory != NULL)
    return;

  self->log.end = 0;
  trim.offset = end;
  if (!intimail_log_read_lines (&self->log, find_kept, &trim) || trim.last_dropped == 0)
    {
      self->log.end = end;
      return;
    }
  length = trim.found ? (gsize) (end - trim.offset) : 0;
  self->log.end = end;
  kept = intimail_log_read (&self->log, trim.offset, length);
  if (kept == NULL)
    return;

  self->floor = trim.last_dropped;
  write_anew (self, kept, length, now);
  /* Marks and gaps are those of another file now. */
  intimail_log_clear (&self->log);
  intimail_log_init (&self->log, self->log.root_fd, "intimail.journal");
  intimail_journal_read (self);
}

gint64
intimail_journal_get_last (IntimailJournal *self)
{
  return self->last;
}

const char *
intimail_journal_get_epoch (IntimailJournal *self)
{
  return self->epoch;
}

GHashTable *
intimail_journal_get_mailboxes (IntimailJournal *self)
{
  return self->mailboxes;
}

static gint64
begin_line (IntimailJournal *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (self->pending->len == 0)
    self->pending_last = self->last;
  if (self->pending->len == 0 && g_strcmp0 (self->last_boot, self->boot) != 0)
    {
      self->pending_last += INTIMAIL_JOURNAL_GAP;
      intimail_json_line_begin (self->pending);
      intimail_json_line_add_integer (self->pending, "n", self->pending_last);
      intimail_json_line_add_integer (self->pending, "time", now);
      intimail_json_line_add_string (self->pending, "boot", self->boot);
      intimail_json_line_end (self->pending);
    }

  self->pending_last++;
  intimail_json_line_begin (self->pending);
  intimail_json_line_add_integer (self->pending, "n", self->pending_last);
  intimail_json_line_add_integer (self->pending, "time", now);
  return self->pending_last;
}

gint64
intimail_journal_add_email (IntimailJournal *self,
                            IntimailChangeOp op,
                            const IntimailId *id,
                            const IntimailId *thread,
                            gboolean thread_changed,
                            IntimailChangeOp thread_op,
                            const char *const *mailbox_ids)
{
  IntimailIdText id_text = intimail_id_format ('m', id);
  IntimailIdText thread_text = intimail_id_format ('t', thread);
  gint64 n = begin_line (self);

  intimail_json_line_add_string (self->pending, "type", "Email");
  intimail_json_line_add_string (self->pending, "op", intimail_journal_op_names[op]);
  intimail_json_line_add_string (self->pending, "id", id_text.text);
  intimail_json_line_add_string (self->pending, "thread", thread_text.text);
  if (thread_changed)
    intimail_json_line_add_string (self->pending, "threadop", intimail_journal_op_names[thread_op]);
  if (mailbox_ids != NULL)
    intimail_json_line_add_strings (self->pending, "mailboxes", mailbox_ids);
  intimail_json_line_end (self->pending);
  return n;
}

gint64
intimail_journal_add_other (IntimailJournal *self, IntimailChangeType type, IntimailChangeOp op, const char *id)
{
  gint64 n = begin_line (self);

  intimail_json_line_add_string (self->pending, "type", intimail_journal_type_names[type]);
  intimail_json_line_add_string (self->pending, "op", intimail_journal_op_names[op]);
  intimail_json_line_add_string (self->pending, "id", id);
  intimail_json_line_end (self->pending);
  return n;
}

void
intimail_journal_add_note (IntimailJournal *self, const char *note)
{
  begin_line (self);
  intimail_json_line_add_string (self->pending, "note", note);
  intimail_json_line_end (self->pending);
}

gboolean
intimail_journal_commit (IntimailJournal *self, GError **error)
{
  guint64 offset;
  gsize start = 0;
  gboolean ok;

  if (self->pending->len == 0)
    return TRUE;

  ok = intimail_log_append (&self->log, self->pending->str, self->pending->len, &offset, error);
  while (ok && start < self->pending->len)
    {
      const char *line = self->pending->str + start;
      gsize length = (gsize) (strchr (line, '\n') - line);

      take_line (offset + start, line, length, self);
      start += length + 1;
    }
  g_string_truncate (self->pending, 0);
  return ok;
}
