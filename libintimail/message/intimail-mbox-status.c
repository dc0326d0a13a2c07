/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-mbox-private.h"

#include <string.h>

#define KEYWORD_LENGTH_MAX 255

/* How nothing is lost, whatever fields a message brings along.
 *
 * A writer appends one block of lines to the header: Status, X-Status, X-Keywords,
 * in that order and one spelling. A reader takes such a block off the end of the
 * header when the writer would have put exactly that block there, and leaves
 * every other field alone. The writer puts none where the reader would find the
 * same message with the same keywords without. So reading what was written gives
 * the message and the keywords, and writing what was read gives the file's bytes.
 *
 * Content-Length follows the same rule, as the last line. */

typedef enum
{
  KIND_NONE,
  KIND_STATUS,
  KIND_X_STATUS,
  KIND_X_KEYWORDS,
  KIND_MOZILLA_STATUS,
  KIND_MOZILLA_KEYS,
  KIND_LENGTH,
} Kind;

static const struct
{
  const char *name;
  Kind kind;
} fields[] = {
  { "Status:", KIND_STATUS },
  { "X-Status:", KIND_X_STATUS },
  { "X-Keywords:", KIND_X_KEYWORDS },
  { "X-Mozilla-Status:", KIND_MOZILLA_STATUS },
  { "X-Mozilla-Keys:", KIND_MOZILLA_KEYS },
  { "Content-Length:", KIND_LENGTH },
};

static const struct
{
  const char *word;
  char letter;
  Kind kind;     /* the field of the letter */
  guint mozilla; /* the bit in X-Mozilla-Status */
} flags[] = {
  { "$seen", 'R', KIND_STATUS, 0x0001 },
  { "$answered", 'A', KIND_X_STATUS, 0x0002 },
  { "$flagged", 'F', KIND_X_STATUS, 0x0004 },
  { "$draft", 'T', KIND_X_STATUS, 0 },
  { "\\deleted", 'D', KIND_X_STATUS, 0x0008 },
  { "$forwarded", 0, KIND_NONE, 0x1000 },
};

#define N_FLAGS G_N_ELEMENTS (flags)
#define N_LETTERS (N_FLAGS - 1) /* the last is written as a word */

typedef struct
{
  guint bits;
  GPtrArray *words; /* sorted, each once */
} Flags;

static void
flags_clear (Flags *self)
{
  g_clear_pointer (&self->words, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Flags, flags_clear)

static gboolean
is_keyword (const char *word)
{
  gsize length = strlen (word);

  for (gsize i = 0; i < length; i++)
    {
      if (word[i] < 0x21 || word[i] > 0x7e || strchr ("(){]%*\"\\", word[i]) != NULL)
        return FALSE;
    }
  return length > 0 && length <= KEYWORD_LENGTH_MAX;
}

static void
add_word (Flags *self, const char *text)
{
  g_autofree char *word = g_ascii_strdown (text, -1);
  guint i;

  for (i = 0; i < N_FLAGS; i++)
    {
      if (strcmp (word, flags[i].word) == 0)
        {
          self->bits |= 1u << i;
          return;
        }
    }
  if (!is_keyword (word))
    return;
  if (self->words == NULL)
    self->words = g_ptr_array_new_with_free_func (g_free);
  for (i = 0; i < self->words->len; i++)
    {
      int order = strcmp (word, g_ptr_array_index (self->words, i));

      if (order == 0)
        return;
      if (order < 0)
        break;
    }
  if (self->words->len < INTIMAIL_MBOX_KEYWORDS_MAX)
    g_ptr_array_insert (self->words, (int) i, g_steal_pointer (&word));
}

static void
add_words (Flags *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    add_word (self, words[i]);
}

static gboolean
flags_equal (const Flags *a, const Flags *b)
{
  guint n_a = a->words != NULL ? a->words->len : 0;
  guint n_b = b->words != NULL ? b->words->len : 0;

  if (a->bits != b->bits || n_a != n_b)
    return FALSE;
  for (guint i = 0; i < n_a; i++)
    {
      if (strcmp (g_ptr_array_index (a->words, i), g_ptr_array_index (b->words, i)) != 0)
        return FALSE;
    }
  return TRUE;
}

static GStrv
flags_name (const Flags *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < N_FLAGS; i++)
    {
      if ((self->bits >> i & 1) != 0)
        g_strv_builder_add (builder, flags[i].word);
    }
  for (guint i = 0; self->words != NULL && i < self->words->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->words, i));
  return g_strv_builder_end (builder);
}

static Kind
get_kind (const IntimailMboxLine *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      gsize length = strlen (fields[i].name);

      if (line->length >= length && line->length <= INTIMAIL_MBOX_STATUS_MAX &&
          g_ascii_strncasecmp (line->text, fields[i].name, length) == 0)
        return fields[i].kind;
    }
  return KIND_NONE;
}

static char *
get_value (const IntimailMboxLine *line)
{
  const char *colon = memchr (line->text, ':', line->length);

  return g_strstrip (g_strndup (colon + 1, line->length - (gsize) (colon + 1 - line->text)));
}

static void
add_field (Flags *self, Kind kind, const IntimailMboxLine *line)
{
  g_autofree char *value = get_value (line);

  if (kind == KIND_X_KEYWORDS || kind == KIND_MOZILLA_KEYS)
    add_words (self, value);
  for (guint i = 0; i < N_FLAGS; i++)
    {
      if (kind == KIND_MOZILLA_STATUS && (g_ascii_strtoull (value, NULL, 16) & flags[i].mozilla) != 0)
        self->bits |= 1u << i;
      if (flags[i].letter != 0 && kind == flags[i].kind && strchr (value, flags[i].letter) != NULL)
        self->bits |= 1u << i;
    }
}

/* The block that says this, and nothing else does. */
static char *
write_block (const Flags *self, const char *line_end)
{
  g_autoptr (GString) text = g_string_new ((self->bits & 1) != 0 ? "Status: RO" : "Status: O");
  gboolean has_words = self->words != NULL || (self->bits >> N_LETTERS & 1) != 0;

  g_string_append (text, line_end);
  if ((self->bits & ((1u << N_LETTERS) - 1) & ~1u) != 0)
    {
      g_string_append (text, "X-Status: ");
      for (guint i = 1; i < N_LETTERS; i++)
        {
          if ((self->bits >> i & 1) != 0)
            g_string_append_c (text, flags[i].letter);
        }
      g_string_append (text, line_end);
    }
  if (has_words)
    {
      g_string_append (text, "X-Keywords:");
      if ((self->bits >> N_LETTERS & 1) != 0)
        g_string_append_printf (text, " %s", flags[N_LETTERS].word);
      for (guint i = 0; self->words != NULL && i < self->words->len; i++)
        g_string_append_printf (text, " %s", (const char *) g_ptr_array_index (self->words, i));
      g_string_append (text, line_end);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gsize
intimail_mbox_status_find_header_end (const char *data, gsize size)
{
  IntimailMboxLine line;

  size = MIN (size, INTIMAIL_MBOX_HEADER_MAX);
  for (gsize position = 0; position < size; position = line.next)
    {
      intimail_mbox_line_take (data, size, position, &line);
      if (line.length == 0)
        return position;
    }
  return size;
}

/* Lines end as the first one does, if it is not too long a line. */
static const char *
get_line_end (const char *data, gsize size)
{
  static const char crlf[] = "\r\n";
  const char *newline = size > 0 ? memchr (data, '\n', MIN (size, INTIMAIL_MBOX_HEADER_MAX)) : NULL;

  return newline != NULL && newline > data && newline[-1] == '\r' ? crlf : crlf + 1;
}

/* A message, looked over. */
typedef struct
{
  const char *data;
  gsize header_end;
  gsize body_length;
  const char *line_end;
  gboolean alike;    /* lines end likewise at the beginning and after the header */
  gboolean too_long; /* the header */
} Text;

static void
look_over (const char *data, gsize size, Text *text)
{
  IntimailMboxLine empty = { .length = 0, .next = size };

  text->data = data;
  text->header_end = intimail_mbox_status_find_header_end (data, size);
  text->line_end = get_line_end (data, size);
  text->alike = text->line_end == get_line_end (data + text->header_end, size - text->header_end);
  if (text->header_end < size)
    intimail_mbox_line_take (data, size, text->header_end, &empty);
  text->body_length = size - empty.next;
  /* At the limit there is no empty line. */
  text->too_long = empty.length > 0 || (size > INTIMAIL_MBOX_HEADER_MAX && text->header_end == INTIMAIL_MBOX_HEADER_MAX);
}

/* --- the block of status lines --- */

/* The lines with status at the end of a header. */
typedef struct
{
  const char *data;
  const char *line_end;
  gboolean may_be_all; /* a block with no line before it ends its lines as what follows does */
  GArray *lines;       /* of IntimailMboxLine */
  Flags before;        /* what the lines before those say */
} Tail;

static void
tail_clear (Tail *self)
{
  flags_clear (&self->before);
  g_clear_pointer (&self->lines, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tail, tail_clear)

static void
fold_lines (Flags *flags_of, const GArray *lines, guint start, guint end)
{
  for (guint i = start; i < end; i++)
    {
      const IntimailMboxLine *line = &g_array_index (lines, IntimailMboxLine, i);

      add_field (flags_of, get_kind (line), line);
    }
}

/* Of the header up to @end, which may be before where the header ends. */
static void
read_tail (const Text *text, gsize end, Tail *tail)
{
  IntimailMboxLine line;

  *tail = (Tail){ text->data, text->line_end, text->alike, g_array_new (FALSE, FALSE, sizeof line), { 0 } };
  for (gsize position = 0; position < end; position = line.next)
    {
      Kind kind;

      intimail_mbox_line_take (text->data, end, position, &line);
      kind = get_kind (&line);
      if (kind == KIND_STATUS || kind == KIND_X_STATUS || kind == KIND_X_KEYWORDS)
        {
          g_array_append_val (tail->lines, line);
          continue;
        }
      fold_lines (&tail->before, tail->lines, 0, tail->lines->len);
      g_array_set_size (tail->lines, 0);
      if (kind == KIND_MOZILLA_STATUS || kind == KIND_MOZILLA_KEYS)
        add_field (&tail->before, kind, &line);
    }
}

/* The first line of the block that ends before line @end; @end when there is none. */
static guint
find_block (const Tail *tail, guint end, Flags *said)
{
  static const Kind order[] = { KIND_X_KEYWORDS, KIND_X_STATUS, KIND_STATUS };
  const IntimailMboxLine *first;
  g_autofree char *text = NULL;
  gsize length;
  guint start = end;
  Kind last = KIND_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (order) && start > 0; i++)
    {
      Kind kind = get_kind (&g_array_index (tail->lines, IntimailMboxLine, start - 1));

      if (kind == order[i])
        {
          start--;
          last = kind;
        }
    }
  if (last != KIND_STATUS || (g_array_index (tail->lines, IntimailMboxLine, start).text == tail->data && !tail->may_be_all))
    return end;

  fold_lines (said, tail->lines, start, end);
  first = &g_array_index (tail->lines, IntimailMboxLine, start);
  length = g_array_index (tail->lines, IntimailMboxLine, end - 1).next - (gsize) (first->text - tail->data);
  text = write_block (said, tail->line_end);
  return strlen (text) == length && memcmp (text, first->text, length) == 0 ? start : end;
}

/* Whether the header up to line @end says by itself what it says; then @said. If
 * not, its last block, from line @start, says @said of what is before.
 *
 * Blocks may be stacked: whether the last is the file's depends on whether the
 * one before it is, down to the first. */
static gboolean
judge (const Tail *tail, Flags *said, guint *start)
{
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (Flags) all = { tail->before.bits, NULL };
  guint end = tail->lines->len;
  gboolean keeps = TRUE;

  for (guint i = 0; tail->before.words != NULL && i < tail->before.words->len; i++)
    add_word (&all, g_ptr_array_index (tail->before.words, i));
  while (TRUE)
    {
      g_auto (Flags) block = { 0 };
      guint first = find_block (tail, end, &block);

      g_array_append_val (ends, end);
      if (first == end)
        break;
      end = first;
    }
  fold_lines (&all, tail->lines, 0, end);
  *start = tail->lines->len;
  for (guint i = ends->len - 1; i-- > 0;)
    {
      g_auto (Flags) block = { 0 };

      *start = g_array_index (ends, guint, i + 1);
      find_block (tail, g_array_index (ends, guint, i), &block);
      keeps = keeps && flags_equal (&all, &block);
      fold_lines (&all, tail->lines, *start, g_array_index (ends, guint, i));
      if (i == 0 && !keeps)
        *said = (Flags){ block.bits, g_steal_pointer (&block.words) };
    }
  if (keeps)
    *said = (Flags){ all.bits, g_steal_pointer (&all.words) };
  return keeps;
}

/* --- Content-Length --- */

static gboolean
parse_length (const IntimailMboxLine *line, guint64 *length)
{
  g_autofree char *value = get_value (line);

  return g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, length, NULL);
}

gboolean
intimail_mbox_status_get_length (const char *data, gsize header_end, guint64 *length)
{
  gboolean found = FALSE;
  IntimailMboxLine line;

  for (gsize position = 0; position < header_end; position = line.next)
    {
      intimail_mbox_line_take (data, header_end, position, &line);
      if (get_kind (&line) == KIND_LENGTH)
        found = parse_length (&line, length);
    }
  return found;
}

static char *
write_length (gsize length, const char *line_end)
{
  return g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "%s", length, line_end);
}

/* Where the header ends without one more line of ours before @end; @end when there
 * is none. */
static gsize
find_length_line (const Text *text, gsize end)
{
  g_autofree char *line = write_length (text->body_length, text->line_end);
  gsize length = strlen (line);

  if (end < length || memcmp (text->data + end - length, line, length) != 0)
    return end;
  if (end > length ? text->data[end - length - 1] != '\n' : !text->alike)
    return end;
  return end - length;
}

/* Does the header say by itself how long the body is, in a line that is not one of
 * ours at its end? If not, the last of these is the file's. Where more lines are to
 * follow, nothing is @at_end. */
static gboolean
says_length (const Text *text, gboolean at_end)
{
  gsize end = text->header_end;
  guint64 length;

  for (gsize next = find_length_line (text, end); at_end && next != end; next = find_length_line (text, end))
    end = next;
  return intimail_mbox_status_get_length (text->data, end, &length) && length == text->body_length;
}

/* --- both --- */

gboolean
intimail_mbox_status_is_keyword (const char *word)
{
  return is_keyword (word) || strcmp (word, "\\deleted") == 0;
}

void
intimail_mbox_status_clear (IntimailMboxStatus *self)
{
  g_clear_pointer (&self->keywords, g_strfreev);
}

void
intimail_mbox_status_read (const char *data, gsize size, gboolean with_length, IntimailMboxStatus *status)
{
  g_auto (Flags) said = { 0 };
  g_auto (Tail) tail = { 0 };
  guint start;
  Text text;

  look_over (data, size, &text);
  status->cut = text.header_end;
  status->cut_length = 0;
  status->keywords = NULL;
  if (text.too_long)
    return;
  status->cut = with_length && !says_length (&text, TRUE) ? find_length_line (&text, text.header_end) : text.header_end;
  read_tail (&text, status->cut, &tail);
  if (!judge (&tail, &said, &start))
    status->cut = (gsize) (g_array_index (tail.lines, IntimailMboxLine, start).text - data);
  status->cut_length = text.header_end - status->cut;
  status->keywords = flags_name (&said);
}

char *
intimail_mbox_status_write (const char *data, gsize size, const char *const *keywords, gboolean with_length, gsize *where)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_auto (Flags) wanted = { 0 };
  g_auto (Flags) said = { 0 };
  g_auto (Tail) tail = { 0 };
  guint start;
  Text text;

  for (gsize i = 0; keywords != NULL && keywords[i] != NULL; i++)
    add_word (&wanted, keywords[i]);
  look_over (data, size, &text);
  *where = text.header_end;
  if (text.too_long)
    return with_length || (keywords != NULL && keywords[0] != NULL) ? NULL : g_strdup ("");
  read_tail (&text, text.header_end, &tail);
  if (!judge (&tail, &said, &start) || !flags_equal (&said, &wanted))
    {
      g_autofree char *block = write_block (&wanted, text.line_end);

      g_string_append (lines, block);
    }
  if (with_length && !says_length (&text, lines->len == 0))
    {
      g_autofree char *line = write_length (text.body_length, text.line_end);

      g_string_append (lines, line);
    }
  /* A header without an end cannot be parted from what follows. */
  if (text.header_end > 0 && data[text.header_end - 1] != '\n')
    return NULL;
  if (lines->len > 0 && text.header_end + lines->len >= INTIMAIL_MBOX_HEADER_MAX)
    return NULL;
  return g_string_free (g_steal_pointer (&lines), FALSE);
}
