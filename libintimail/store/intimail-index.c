/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-index-private.h"

#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"

/* 1 had each keyword, and all ancestors: such a file is made anew. */
#define FORMAT 2
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

/* The first line of the file. */
typedef struct
{
  gint64 format;
  gint64 n; /* no event in it is later, as far as the file before knew */
  char *mailbox;
  char *token; /* no two files have the same */

  /* Of a file that was written anew: the token of the one before, and where what was
   * appended to it from @from on begins here. */
  char *of;
  guint64 from;
  guint64 at;
} Header;

static void
header_clear (Header *header)
{
  g_free (header->mailbox);
  g_free (header->token);
  g_free (header->of);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Header, header_clear)

static void
take_header_text (Header *header, const IntimailJsonMember *member)
{
  g_autofree char *text = intimail_json_member_dup_string (member);

  if (intimail_json_member_is (member, "from"))
    g_ascii_string_to_unsigned (text, 16, 0, G_MAXINT64, &header->from, NULL);
  else if (intimail_json_member_is (member, "at"))
    g_ascii_string_to_unsigned (text, 16, 0, G_MAXINT64, &header->at, NULL);
  else if (header->mailbox == NULL && intimail_json_member_is (member, "mailbox"))
    header->mailbox = g_steal_pointer (&text);
  else if (header->token == NULL && intimail_json_member_is (member, "token"))
    header->token = g_steal_pointer (&text);
  else if (header->of == NULL && intimail_json_member_is (member, "of"))
    header->of = g_steal_pointer (&text);
}

static gboolean
parse_header (const char *line, gsize length, Header *header)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "format"))
        header->format = member.integer;
      else if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "n"))
        header->n = member.integer;
      else if (member.kind == INTIMAIL_JSON_KIND_STRING)
        take_header_text (header, &member);
    }
  return intimail_json_line_reader_is_complete (&reader);
}

/* The numbers have one width, so that the line can be written before they are known. */
void
intimail_index_write_header (GString *text, const char *mailbox_id, const char *token, gint64 n, const char *of, guint64 from, guint64 at)
{
  intimail_json_line_begin (text);
  intimail_json_line_add_integer (text, "format", FORMAT);
  intimail_json_line_add_string (text, "mailbox", mailbox_id);
  intimail_json_line_add_string (text, "token", token);
  if (n != 0)
    intimail_json_line_add_integer (text, "n", n);
  if (of != NULL)
    {
      g_autofree char *from_text = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", from);
      g_autofree char *at_text = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", at);

      intimail_json_line_add_string (text, "of", of);
      intimail_json_line_add_string (text, "from", from_text);
      intimail_json_line_add_string (text, "at", at_text);
    }
  intimail_json_line_end (text);
}

static gboolean
take_first_line (guint64 offset, const char *line, gsize length, gpointer user_data)
{
  parse_header (line, length, user_data);
  return FALSE;
}

static gboolean
read_header (const IntimailLog *log, Header *header)
{
  g_auto (IntimailLog) view = { 0 };

  return intimail_log_init_view (&view, log) && intimail_log_read_lines (&view, take_first_line, header);
}

char *
intimail_index_dup_token (const IntimailIndex *self)
{
  g_auto (Header) header = { 0 };

  read_header (&self->log, &header);
  return g_steal_pointer (&header.token);
}

/* Was the file that took the place of ours made of it? Then all that we know still
 * holds, and what is new stands behind it. */
static gboolean
follow (IntimailIndex *self)
{
  g_auto (IntimailFd) fd = intimail_log_open_other (&self->log);
  IntimailLog other = { .root_fd = -1, .fd = fd, .path = self->log.path, .earlier_fd = -1 };
  g_auto (Header) ours = { 0 };
  g_auto (Header) theirs = { 0 };

  if (fd < 0 || !self->trusted || self->log.fd < 0 || self->log.joint > 0 || !read_header (&self->log, &ours) || !read_header (&other, &theirs) ||
      theirs.format != FORMAT || g_strcmp0 (theirs.mailbox, self->mailbox_id) != 0 || ours.token == NULL ||
      g_strcmp0 (theirs.of, ours.token) != 0 || theirs.at == 0 || !intimail_log_join (&self->log, &fd, theirs.from, theirs.at))
    return FALSE;
  self->joint_from = theirs.from;
  self->joint_at = theirs.at;
  return TRUE;
}

IntimailLogStatus
intimail_index_check (IntimailIndex *self)
{
  IntimailLogStatus status = intimail_log_look (&self->log);

  if (status == INTIMAIL_LOG_REPLACED && follow (self))
    status = intimail_log_look (&self->log);
  if (status == INTIMAIL_LOG_REPLACED || status == INTIMAIL_LOG_MISSING)
    {
      intimail_log_check (&self->log);
      self->trusted = FALSE;
      self->n_live = 0;
      self->last_n = 0;
      self->rest_until = 0;
    }
  return status;
}

gboolean
intimail_index_is_joined (const IntimailIndex *self)
{
  return self->log.joint > 0;
}

void
intimail_index_leave_earlier (IntimailIndex *self)
{
  intimail_log_leave_earlier (&self->log);
  self->joint_from = self->joint_at = 0;
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
      g_auto (Header) header = { 0 };
      gboolean whole = parse_header (line, length, &header);

      reading->index->last_n = header.n;
      reading->newer = whole && header.format > FORMAT;
      reading->index->trusted = whole && header.format == FORMAT && g_strcmp0 (header.mailbox, reading->index->mailbox_id) == 0;
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

  intimail_index_write_header (text, self->mailbox_id, token, 0, NULL, 0, 0);
  if (lines_offset != NULL)
    *lines_offset = text->len;
  if (lines != NULL)
    g_string_append_len (text, lines->str, (gssize) lines->len);

  intimail_log_replace (&self->log, text->str, text->len, NULL);
  self->trusted = TRUE;
  self->n_live = lines != NULL ? lines->len : 0;
  self->rest_until = 0;
}

gboolean
intimail_index_append (IntimailIndex *self, const GString *lines, guint64 *offset, GError **error)
{
  return intimail_log_append (&self->log, lines->str, lines->len, offset, error);
}

gboolean
intimail_index_is_worn (IntimailIndex *self)
{
  return self->log.end > WORN_ABOVE && self->n_live < self->log.end / 2 && self->log.memory == NULL && !intimail_index_is_joined (self);
}

char *
intimail_index_get_line (IntimailIndex *self, guint64 offset, gsize length)
{
  return intimail_log_read (&self->log, offset, length);
}
