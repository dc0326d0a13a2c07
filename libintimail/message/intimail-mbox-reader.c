/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-mbox-reader.h>

#include <string.h>

#include "message/intimail-mbox-private.h"

/**
 * IntimailMboxFormat:
 * @INTIMAIL_MBOX_FORMAT_RD: mboxrd: a line of `>`s and `From ` has one `>` more
 *   than in the message, which is undone
 * @INTIMAIL_MBOX_FORMAT_O: mboxo: only `From ` itself was given a `>`. Whether
 *   `>From ` was in the message cannot be told: it is undone only after
 *   [method@Intimail.MboxReader.set_unquote]
 * @INTIMAIL_MBOX_FORMAT_CL: mboxcl: hidden as in mboxrd, and a field
 *   Content-Length says how long the body is
 * @INTIMAIL_MBOX_FORMAT_CL2: mboxcl2: Content-Length alone; nothing is hidden
 *
 * How a message hides lines that look like the beginning of the next.
 *
 * Since: 1.0
 */

/**
 * IntimailMboxReader:
 *
 * Takes the messages out of an mbox file (RFC 4155), one after the other.
 *
 * A message begins at the file's start or after an empty line, with a line
 * `From `, a sender and a date, or a sender alone when a header field follows.
 * Where a Content-Length counts, it is believed when it leads to the end or to
 * such a line; else the next such line ends the message. Messages are parts of the
 * file's bytes, not copies, unless something has to be changed back.
 *
 * Mail programs note what was read in the fields Status, X-Status and X-Keywords.
 * They become keywords. As the last fields of the header, in the order and
 * spelling of [class@Intimail.MboxWriter], they are the file's and are taken off;
 * elsewhere they stay. X-Mozilla-Status and X-Mozilla-Keys are understood, too.
 *
 * One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailMboxReader
{
  GObject parent_instance;

  GBytes *bytes;
  const char *data;
  gsize size;
  IntimailMboxFormat format;
  gboolean unquote;
  gsize position;     /* of the next line "From " */
  gboolean landed;    /* the last message's Content-Length was right */
  gboolean overran;   /* it leads beyond the end of the file */
  gsize n_bare_lines; /* "From " that begins no message */
  IntimailMboxItem item;
};

G_DEFINE_FINAL_TYPE (IntimailMboxReader, intimail_mbox_reader, G_TYPE_OBJECT)

static void
intimail_mbox_reader_finalize (GObject *object)
{
  IntimailMboxReader *self = INTIMAIL_MBOX_READER (object);

  intimail_mbox_item_clear (&self->item);
  g_clear_pointer (&self->bytes, g_bytes_unref);

  G_OBJECT_CLASS (intimail_mbox_reader_parent_class)->finalize (object);
}

static void
intimail_mbox_reader_class_init (IntimailMboxReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_mbox_reader_finalize;
}

static void
intimail_mbox_reader_init (IntimailMboxReader *self)
{
}

/**
 * intimail_mbox_reader_new:
 * @bytes: the content of an mbox file
 * @format: how lines are hidden in it
 *
 * Makes a reader. The bytes may be those of a mapped file: memory does not grow
 * with them.
 *
 * Returns: (transfer full): a reader
 *
 * Since: 1.0
 */
IntimailMboxReader *
intimail_mbox_reader_new (GBytes *bytes, IntimailMboxFormat format)
{
  IntimailMboxReader *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_MBOX_READER, NULL);
  self->bytes = g_bytes_ref (bytes);
  self->data = g_bytes_get_data (bytes, &self->size);
  self->format = format;
  self->unquote = format == INTIMAIL_MBOX_FORMAT_RD || format == INTIMAIL_MBOX_FORMAT_CL;
  return self;
}

/**
 * intimail_mbox_reader_set_unquote:
 * @self: a reader
 * @unquote: whether the `>` is taken off lines that hide a `From `
 *
 * Says whether hidden lines are shown again. At first they are, but for mboxo,
 * where nobody can tell which lines were hidden. In mboxcl2 nothing is hidden.
 *
 * Since: 1.0
 */
void
intimail_mbox_reader_set_unquote (IntimailMboxReader *self, gboolean unquote)
{
  g_return_if_fail (INTIMAIL_IS_MBOX_READER (self));

  self->unquote = unquote;
}

/* The line after @line, to be looked at. */
static void
peek (IntimailMboxReader *self, const IntimailMboxLine *line, IntimailMboxLine *after)
{
  intimail_mbox_line_take (self->data, self->size, line->next, after);
}

static gboolean
is_separator (IntimailMboxReader *self, const IntimailMboxLine *line, gint64 *received)
{
  IntimailMboxLine after;

  /* Nearly every line is done with here. */
  *received = 0;
  if (line->length < 5 || line->text[0] != 'F' || memcmp (line->text, "From ", 5) != 0)
    return FALSE;
  if (intimail_mbox_separator_parse (line, received))
    return TRUE;
  peek (self, line, &after);
  return intimail_mbox_separator_is_bare (line, &after);
}

static gboolean
is_separator_at (IntimailMboxReader *self, gsize position)
{
  IntimailMboxLine line;
  gint64 ignored;

  intimail_mbox_line_take (self->data, self->size, position, &line);
  return is_separator (self, &line, &ignored);
}

/**
 * intimail_mbox_reader_is_mbox:
 * @bytes: the content of a file
 *
 * Tells whether a file begins as an mbox file does, empty lines left out.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
intimail_mbox_reader_is_mbox (GBytes *bytes)
{
  g_autoptr (IntimailMboxReader) reader = NULL;
  IntimailMboxLine line = { .next = 0 };
  gint64 ignored;

  g_return_val_if_fail (bytes != NULL, FALSE);

  reader = intimail_mbox_reader_new (bytes, INTIMAIL_MBOX_FORMAT_RD);
  while (line.next < MIN (reader->size, INTIMAIL_MBOX_SEPARATOR_MAX))
    {
      peek (reader, &line, &line);
      if (line.length > 0)
        return is_separator (reader, &line, &ignored);
    }
  return FALSE;
}

/* Whether the line has a ">" that is not the message's. */
static gboolean
is_quoted (IntimailMboxReader *self, const IntimailMboxLine *line)
{
  gsize n = 0;

  if (!self->unquote || self->format == INTIMAIL_MBOX_FORMAT_CL2 || line->length < 6 || line->text[0] != '>')
    return FALSE;
  while (n < line->length && line->text[n] == '>')
    n++;
  if (self->format == INTIMAIL_MBOX_FORMAT_O && n > 1)
    return FALSE;

  return line->length - n >= 5 && memcmp (line->text + n, "From ", 5) == 0;
}

/* Goes on to the next message's beginning. The empty line before it is not this
 * message's. */
static void
find_end (IntimailMboxReader *self, IntimailMboxItem *item)
{
  gboolean after_empty = FALSE;
  gsize empty = item->start;
  IntimailMboxLine line = { .next = item->start };
  gint64 ignored;

  for (self->position = item->start; self->position < self->size; self->position = line.next)
    {
      peek (self, &line, &line);
      if (after_empty && is_separator (self, &line, &ignored))
        break;
      if (is_quoted (self, &line))
        item->n_quoted++;
      else if (line.length >= 5 && line.text[0] == 'F' && memcmp (line.text, "From ", 5) == 0)
        self->n_bare_lines++;
      after_empty = line.length == 0;
      if (after_empty)
        empty = self->position;
    }
  item->end = after_empty ? empty : self->position;
}

/* Where the next message begins when this one ends at @end: at once, or after an
 * empty line, with one more for a last line that had no end. */
static gboolean
find_landing (IntimailMboxReader *self, gsize end, gsize *next)
{
  *next = end;
  for (guint n_empty = 0; n_empty <= 2; n_empty++)
    {
      IntimailMboxLine line;

      if (*next == self->size || is_separator_at (self, *next))
        return TRUE;
      intimail_mbox_line_take (self->data, self->size, *next, &line);
      if (line.length > 0)
        return FALSE;
      *next = line.next;
    }
  return FALSE;
}

/* Believes Content-Length when it leads somewhere. */
static gboolean
find_end_by_length (IntimailMboxReader *self, IntimailMboxItem *item)
{
  const char *data = self->data + item->start;
  gsize size = self->size - item->start;
  gsize header_end = intimail_mbox_status_find_header_end (data, size);
  IntimailMboxLine line = { .next = size };
  guint64 length;
  gsize next;

  self->overran = FALSE;
  if (header_end < size)
    intimail_mbox_line_take (data, size, header_end, &line);
  if (line.length > 0 || !intimail_mbox_status_get_length (data, header_end, &length))
    return FALSE;
  self->overran = length > size - line.next;
  if (self->overran || !find_landing (self, item->start + line.next + length, &next))
    return FALSE;

  item->end = item->start + line.next + length;
  /* A header alone: the empty line parts it from the next message. */
  if (length == 0 && next == item->end)
    item->end = item->start + header_end;
  self->position = next;
  line.next = item->start;
  while (self->format == INTIMAIL_MBOX_FORMAT_CL && line.next < item->end)
    {
      intimail_mbox_line_take (self->data, item->end, line.next, &line);
      item->n_quoted += is_quoted (self, &line);
    }
  return TRUE;
}

static gboolean
has_length (IntimailMboxReader *self)
{
  return self->format == INTIMAIL_MBOX_FORMAT_CL || self->format == INTIMAIL_MBOX_FORMAT_CL2;
}

void
intimail_mbox_item_clear (IntimailMboxItem *self)
{
  intimail_mbox_status_clear (&self->status);
  memset (self, 0, sizeof *self);
}

static void
skip_empty_lines (IntimailMboxReader *self)
{
  IntimailMboxLine line = { .next = 0 };
  gsize start = 0;

  while (line.next < MIN (self->size, INTIMAIL_MBOX_SEPARATOR_MAX))
    {
      start = line.next;
      peek (self, &line, &line);
      if (line.length > 0)
        break;
    }
  if (start < self->size && is_separator_at (self, start))
    self->position = start;
}

/* Takes the line that begins a message. */
static gboolean
find_start (IntimailMboxReader *self, IntimailMboxItem *item)
{
  IntimailMboxLine line;

  intimail_mbox_item_clear (item);
  if (self->position == 0)
    skip_empty_lines (self);
  if (self->position >= self->size)
    return FALSE;

  intimail_mbox_line_take (self->data, self->size, self->position, &line);
  item->start = self->position;
  /* What is no mbox is one message. */
  if (is_separator (self, &line, &item->received))
    {
      item->start = line.next;
      item->from_line = line.text + strlen ("From ");
      item->from_line_length = line.length - strlen ("From ");
    }
  return TRUE;
}

gboolean
intimail_mbox_reader_take (IntimailMboxReader *self, IntimailMboxItem *item)
{
  if (!find_start (self, item))
    return FALSE;
  self->landed = has_length (self) && find_end_by_length (self, item);
  if (!self->landed)
    find_end (self, item);
  intimail_mbox_status_read (self->data + item->start, item->end - item->start, has_length (self), &item->status);
  return TRUE;
}

guint64
intimail_mbox_item_get_size (const IntimailMboxItem *self)
{
  return self->end - self->start - self->status.cut_length - self->n_quoted;
}

static gboolean
visit_part (IntimailMboxReader *self, const IntimailMboxItem *item, gsize start, gsize end, IntimailMboxFunc func, gpointer user_data)
{
  IntimailMboxLine line = { .next = start };
  gsize position;

  for (position = start; item->n_quoted > 0 && position < end; position = line.next)
    {
      intimail_mbox_line_take (self->data, end, position, &line);
      if (!is_quoted (self, &line))
        continue;
      if (position > start && !func (self->data + start, position - start, user_data))
        return FALSE;
      start = position + 1;
    }
  return start >= end || func (self->data + start, end - start, user_data);
}

gboolean
intimail_mbox_reader_visit (IntimailMboxReader *self, const IntimailMboxItem *item, IntimailMboxFunc func, gpointer user_data)
{
  gsize cut = item->start + item->status.cut;

  return visit_part (self, item, item->start, cut, func, user_data) &&
         visit_part (self, item, cut + item->status.cut_length, item->end, func, user_data);
}

typedef struct
{
  char *data;
  gsize length;
} Copy;

static gboolean
append_to_copy (const char *data, gsize length, gpointer user_data)
{
  Copy *copy = user_data;

  memcpy (copy->data + copy->length, data, length);
  copy->length += length;
  return TRUE;
}

/**
 * intimail_mbox_reader_next:
 * @self: a reader
 *
 * Takes the next message, without its line `From `, without the empty line that
 * parts it from the next, and without the fields that are the file's.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL after the last
 *
 * Since: 1.0
 */
GBytes *
intimail_mbox_reader_next (IntimailMboxReader *self)
{
  IntimailMboxItem *item;
  Copy copy = { 0 };

  g_return_val_if_fail (INTIMAIL_IS_MBOX_READER (self), NULL);

  item = &self->item;
  if (!intimail_mbox_reader_take (self, item))
    return NULL;
  if (item->n_quoted == 0 && item->status.cut_length == 0)
    return g_bytes_new_from_bytes (self->bytes, item->start, item->end - item->start);

  copy.data = g_malloc (intimail_mbox_item_get_size (item));
  intimail_mbox_reader_visit (self, item, append_to_copy, &copy);
  return g_bytes_new_take (copy.data, copy.length);
}

/**
 * intimail_mbox_reader_get_received:
 * @self: a reader
 *
 * Gets when the message that was taken last had come in.
 *
 * Returns: seconds since 1970, UTC; 0 when the file does not say
 *
 * Since: 1.0
 */
gint64
intimail_mbox_reader_get_received (IntimailMboxReader *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MBOX_READER (self), 0);

  return self->item.received;
}

/**
 * intimail_mbox_reader_get_keywords:
 * @self: a reader
 *
 * Gets the keywords of the message that was taken last, in lower case: `$seen`,
 * `$answered`, `$flagged`, `$draft`, `$forwarded`, words of the person, and
 * `\deleted` for what is marked as deleted.
 *
 * Returns: (transfer none) (array zero-terminated=1): the keywords, the reader's
 *   until the next message is taken
 *
 * Since: 1.0
 */
const char *const *
intimail_mbox_reader_get_keywords (IntimailMboxReader *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (INTIMAIL_IS_MBOX_READER (self), none);

  return self->item.status.keywords != NULL ? (const char *const *) self->item.status.keywords : none;
}

/**
 * intimail_mbox_reader_get_offset:
 * @self: a reader
 *
 * Gets how far into the file the reader has come.
 *
 * Returns: bytes before the message that comes next
 *
 * Since: 1.0
 */
guint64
intimail_mbox_reader_get_offset (IntimailMboxReader *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MBOX_READER (self), 0);

  return self->position;
}

/* Does each Content-Length lead to the next message? The last may be cut off. */
static gboolean
has_lengths (GBytes *bytes)
{
  g_autoptr (IntimailMboxReader) reader = intimail_mbox_reader_new (bytes, INTIMAIL_MBOX_FORMAT_CL2);
  g_auto (IntimailMboxItem) item = { 0 };
  guint n = 0;

  while (n < INTIMAIL_MBOX_DETECT_MESSAGES && find_start (reader, &item))
    {
      if (!find_end_by_length (reader, &item))
        return n > 0 && reader->overran;
      n++;
    }
  return n > 0;
}

/**
 * intimail_mbox_reader_detect_format:
 * @bytes: the content of an mbox file
 *
 * Guesses how lines are hidden, so that nothing is changed back that may have been
 * in the message.
 *
 * It is mboxcl2 when each of the first 32 messages has a Content-Length that leads
 * to the next one or to the end; a last one that is cut off does not count. Else
 * it is mboxo when a line that begins no message begins with `From ` all the same
 * in the first 16 MiB: who wrote that does not hide every such line, as mboxrd
 * does. Else it is mboxrd. An mboxcl cannot be told from an mboxcl2.
 *
 * Returns: the format
 *
 * Since: 1.0
 */
IntimailMboxFormat
intimail_mbox_reader_detect_format (GBytes *bytes)
{
  g_autoptr (IntimailMboxReader) reader = NULL;
  g_autoptr (GBytes) beginning = NULL;
  g_auto (IntimailMboxItem) item = { 0 };

  g_return_val_if_fail (bytes != NULL, INTIMAIL_MBOX_FORMAT_RD);

  beginning = g_bytes_new_from_bytes (bytes, 0, MIN (g_bytes_get_size (bytes), INTIMAIL_MBOX_DETECT_BYTES));
  if (has_lengths (bytes))
    return INTIMAIL_MBOX_FORMAT_CL2;
  reader = intimail_mbox_reader_new (beginning, INTIMAIL_MBOX_FORMAT_RD);
  while (reader->n_bare_lines == 0 && intimail_mbox_reader_take (reader, &item))
    continue;
  return reader->n_bare_lines > 0 ? INTIMAIL_MBOX_FORMAT_O : INTIMAIL_MBOX_FORMAT_RD;
}
