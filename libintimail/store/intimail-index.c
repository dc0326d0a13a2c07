/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-index-private.h"

#include "base/intimail-secret-private.h"

#define FORMAT 1
#define WORN_ABOVE (64 * 1024)

IntimailIndex *
intimail_index_new (int root_fd, const char *path, const char *mailbox_id)
{
  IntimailIndex *self = g_new0 (IntimailIndex, 1);

  intimail_log_init (&self->log, root_fd, path);
  self->mailbox_id = g_strdup (mailbox_id);
  return self;
}

void
intimail_index_free (IntimailIndex *self)
{
  if (self == NULL)
    return;
  intimail_log_clear (&self->log);
  g_free (self->mailbox_id);
  g_free (self);
}

IntimailLogStatus
intimail_index_check (IntimailIndex *self)
{
  IntimailLogStatus status = intimail_log_check (&self->log);

  if (status == INTIMAIL_LOG_REPLACED || status == INTIMAIL_LOG_MISSING)
    {
      self->trusted = FALSE;
      self->n_live = 0;
      self->last_n = 0;
    }
  return status;
}

static gint64
read_header (const char *line, gsize length, const char *mailbox_id)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gint64 format = 0;
  gboolean ours = FALSE;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return 0;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "format"))
        format = member.integer;
      if (member.kind == INTIMAIL_JSON_KIND_STRING && intimail_json_member_is (&member, "mailbox"))
        {
          g_autofree char *id = intimail_json_member_dup_string (&member);

          ours = g_strcmp0 (id, mailbox_id) == 0;
        }
    }
  if (!intimail_json_line_reader_is_complete (&reader))
    return 0;
  if (format > FORMAT)
    return format;
  return format == FORMAT && ours ? FORMAT : 0;
}

typedef struct
{
  IntimailIndex *index;
  IntimailIndexFunc func;
  gpointer user_data;
  gboolean newer;
} Reading;

static gboolean
take_line (guint64 offset, const char *line, gsize length, gpointer user_data)
{
  Reading *reading = user_data;
  IntimailIndexLine parsed;

  if (offset == 0)
    {
      gint64 format = read_header (line, length, reading->index->mailbox_id);

      reading->newer = format > FORMAT;
      reading->index->trusted = format == FORMAT;
      return reading->index->trusted;
    }
  /* A damaged line costs what it said; the mailbox is looked through anyway. */
  if (intimail_index_line_parse (line, length, &parsed))
    {
      reading->index->last_n = MAX (reading->index->last_n, parsed.n);
      reading->func (&parsed, offset, length + 1, reading->user_data);
    }
  return TRUE;
}

gboolean
intimail_index_read (IntimailIndex *self, IntimailIndexFunc func, gpointer user_data)
{
  Reading reading = { self, func, user_data, FALSE };

  if (!intimail_log_read_lines (&self->log, take_line, &reading))
    self->trusted = FALSE;
  if (reading.newer)
    intimail_log_use_memory (&self->log);
  return self->trusted;
}

gboolean
intimail_index_get_state (IntimailIndex *self, IntimailIndexState *state)
{
  *state = (IntimailIndexState){ self->log.end, 0, self->last_n, self->n_live };
  return self->trusted && intimail_log_get_mark (&self->log, state->end, &state->mark);
}

gboolean
intimail_index_resume (IntimailIndex *self, const IntimailIndexState *state)
{
  if (!intimail_log_resume (&self->log, state->end, state->mark))
    return FALSE;
  self->last_n = state->last_n;
  self->n_live = state->n_live;
  self->trusted = TRUE;
  return TRUE;
}

void
intimail_index_begin (IntimailIndex *self, GString *lines, guint64 *lines_offset)
{
  g_autoptr (GString) text = g_string_new (NULL);
  /* No two files begin alike. */
  g_autofree char *token = intimail_secret_token (10);

  intimail_json_line_begin (text);
  intimail_json_line_add_integer (text, "format", FORMAT);
  intimail_json_line_add_string (text, "mailbox", self->mailbox_id);
  intimail_json_line_add_string (text, "token", token);
  intimail_json_line_end (text);
  if (lines_offset != NULL)
    *lines_offset = text->len;
  if (lines != NULL)
    g_string_append_len (text, lines->str, (gssize) lines->len);

  intimail_log_replace (&self->log, text->str, text->len, NULL);
  self->trusted = TRUE;
  self->n_live = lines != NULL ? lines->len : 0;
}

gboolean
intimail_index_append (IntimailIndex *self, const GString *lines, guint64 *offset, GError **error)
{
  return intimail_log_append (&self->log, lines->str, lines->len, offset, error);
}

gboolean
intimail_index_is_worn (IntimailIndex *self)
{
  return self->log.end > WORN_ABOVE && self->n_live < self->log.end / 2;
}

char *
intimail_index_get_line (IntimailIndex *self, guint64 offset, gsize length)
{
  return intimail_log_read (&self->log, offset, length);
}
