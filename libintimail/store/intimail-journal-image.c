/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-journal-parts-private.h"

#include <string.h>

typedef struct
{
  guint64 end;
  guint64 mark;
  gint64 floor;
  gint64 last;
  gint64 first_time;
  gint64 states[INTIMAIL_JOURNAL_N_TYPES];
  guint64 n_since_mark;
} Head;

/* The epoch, the last boot, and the mailboxes: a line each. */
static void
write_texts (IntimailJournal *self, IntimailColumn *column)
{
  g_autoptr (GString) text = g_string_new (self->epoch);
  GHashTableIter iter;
  gpointer id;

  g_string_append_printf (text, "\n%s", self->last_boot);
  g_hash_table_iter_init (&iter, self->mailboxes);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_string_append_printf (text, "\n%s", (const char *) id);
  intimail_column_reserve (column, (guint32) text->len);
  memcpy (column->data, text->str, text->len);
  column->n = (guint32) text->len;
}

static void
wrap (IntimailColumn *column, GArray *array, gsize size)
{
  intimail_column_init (column, size);
  intimail_column_borrow (column, array->data, array->len, array->len);
}

gboolean
intimail_journal_write_image (IntimailJournal *self, IntimailImageWriter *writer)
{
  Head head = { self->log.end, 0, self->floor, self->last, self->first_time, { 0 }, self->n_since_mark };

  if (!self->trusted || self->pending->len > 0 || !intimail_log_get_mark (&self->log, head.end, &head.mark))
    return FALSE;
  memcpy (head.states, self->states, sizeof head.states);
  for (guint i = 0; i < INTIMAIL_JOURNAL_N_COLUMNS; i++)
    intimail_column_clear (&self->columns[i]);
  intimail_column_init (&self->columns[0], sizeof head);
  intimail_column_append (&self->columns[0], &head);
  intimail_column_init (&self->columns[1], 1);
  write_texts (self, &self->columns[1]);
  wrap (&self->columns[2], self->gaps, sizeof (IntimailJournalGap));
  wrap (&self->columns[3], self->marks, sizeof (IntimailJournalMark));
  for (guint i = 0; i < INTIMAIL_JOURNAL_N_COLUMNS; i++)
    intimail_image_writer_add (writer, (IntimailImageKind) (INTIMAIL_IMAGE_JOURNAL_HEAD + i), 0, &self->columns[i], FALSE);
  return TRUE;
}

static gboolean
take_texts (IntimailJournal *self, const IntimailColumn *column)
{
  g_autofree char *text = g_strndup (column->data, column->n);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (g_strv_length (lines) < 2 || g_strcmp0 (lines[0], self->epoch) != 0)
    return FALSE;
  g_free (self->last_boot);
  self->last_boot = g_strdup (lines[1]);
  g_hash_table_remove_all (self->mailboxes);
  for (gsize i = 2; lines[i] != NULL; i++)
    g_hash_table_add (self->mailboxes, g_strdup (lines[i]));
  return TRUE;
}

static gboolean
resume (IntimailJournal *self, IntimailImage *image)
{
  IntimailColumn heads;
  IntimailColumn texts;
  IntimailColumn gaps;
  IntimailColumn marks;
  const Head *head;

  intimail_column_init (&heads, sizeof (Head));
  intimail_column_init (&texts, 1);
  intimail_column_init (&gaps, sizeof (IntimailJournalGap));
  intimail_column_init (&marks, sizeof (IntimailJournalMark));
  if (!intimail_image_lend (image, INTIMAIL_IMAGE_JOURNAL_HEAD, 0, &heads) || heads.n != 1 ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_JOURNAL_TEXTS, 0, &texts) ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_JOURNAL_GAPS, 0, &gaps) ||
      !intimail_image_lend (image, INTIMAIL_IMAGE_JOURNAL_MARKS, 0, &marks) ||
      !intimail_journal_read_header (self))
    return FALSE;
  head = intimail_column_get (&heads, 0);
  if (self->floor != head->floor || !take_texts (self, &texts) || !intimail_log_resume (&self->log, head->end, head->mark))
    return FALSE;

  self->last = head->last;
  self->first_time = head->first_time;
  memcpy (self->states, head->states, sizeof self->states);
  self->n_since_mark = (guint) head->n_since_mark;
  g_array_append_vals (self->gaps, gaps.data, gaps.n);
  g_array_append_vals (self->marks, marks.data, marks.n);
  return TRUE;
}

void
intimail_journal_resume (IntimailJournal *self, IntimailImage *image)
{
  g_autofree char *path = NULL;

  if (resume (self, image))
    return;
  path = g_strdup (self->log.path);
  intimail_journal_forget (self);
  intimail_log_clear (&self->log);
  intimail_log_init (&self->log, self->log.root_fd, path);
}
