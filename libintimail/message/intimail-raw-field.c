/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-raw-field-private.h"

#include <string.h>

#include "message/intimail-charset-private.h"
#include "message/intimail-encoded-word-private.h"
#include "message/intimail-parameters-private.h"

/* Of one field so many message ids; see intimail_field_get_message_ids(). */
#define MAX_MESSAGE_IDS 1000
#define MAX_QUEUE_ID 32

/* The length of a field's name at the start of a line; 0 when it is no field.
 * @colon is set to the offset of its colon. */
static gsize
measure_name (const char *line, gsize length, gsize *colon)
{
  gsize name = 0;

  while (name < length && line[name] > 0x20 && line[name] < 0x7f && line[name] != ':')
    name++;
  /* RFC 5322 section 4.5.1: white space before the colon. */
  for (*colon = name; *colon < length && (line[*colon] == ' ' || line[*colon] == '\t');)
    ++*colon;

  return *colon < length && line[*colon] == ':' ? name : 0;
}

static gsize
measure_line (const char *line, gsize length)
{
  const char *newline = memchr (line, '\n', length);

  return newline != NULL ? (gsize) (newline - line) + 1 : length;
}

static gboolean
is_empty_line (const char *line, gsize length)
{
  return length == 0 || line[0] == '\n' || (line[0] == '\r' && (length == 1 || line[1] == '\n'));
}

static gboolean
is_field (const char *line, gsize length)
{
  gsize colon;

  return length > 0 && measure_name (line, measure_line (line, length), &colon) > 0;
}

/* The field at @line with the lines that continue it. */
static gsize
measure_field (const char *line, gsize length)
{
  gsize used = measure_line (line, length);

  while (used < length && (line[used] == ' ' || line[used] == '\t'))
    used += measure_line (line + used, length - used);

  return used;
}

static gsize
without_line_end (const char *text, gsize length)
{
  if (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > 0 && text[length - 1] == '\r')
    length--;

  return length;
}

static gboolean
has_prefix (const char *line, gsize length, const char *prefix)
{
  return length >= strlen (prefix) && memcmp (line, prefix, strlen (prefix)) == 0;
}

/* The line of an mbox, or one that some program broke; but text without a field
 * behind it is the body, whose empty line was forgotten. */
static gboolean
is_skipped_line (const char *line, gsize first, gsize length, gboolean at_start)
{
  if (at_start && (has_prefix (line, length, "From ") || has_prefix (line, length, ">From ")))
    return TRUE;

  return is_field (line + first, length - first);
}

static void
add_field (GArray *fields, const char *line, gsize name, gsize colon, gsize length)
{
  IntimailRawField field = { line, name, line + colon + 1, without_line_end (line + colon + 1, length - colon - 1) };

  g_array_append_val (fields, field);
}

gsize
intimail_raw_fields_parse (GArray *fields,
                           const char *data,
                           gsize offset,
                           gsize end,
                           guint *budget,
                           IntimailRawFieldStop stop,
                           gpointer user_data)
{
  gsize start = offset;

  while (offset < end && !is_empty_line (data + offset, end - offset))
    {
      const char *line = data + offset;
      gsize left = end - offset;
      gsize length;
      gsize colon;
      gsize name;

      if (line[0] == '-' && stop != NULL && stop (line, left, user_data))
        return offset;
      length = measure_field (line, left);
      name = measure_name (line, length, &colon);
      if (name == 0)
        {
          gsize first = measure_line (line, left);

          if (!is_skipped_line (line, first, left, offset == start))
            return offset;
          offset += first;
          continue;
        }
      if (*budget > 0 && offset - start + length <= INTIMAIL_FIELD_MAX_BLOCK)
        {
          add_field (fields, line, name, colon, length);
          (*budget)--;
        }
      offset += length;
    }

  return offset < end ? offset + measure_line (data + offset, end - offset) : offset;
}

gboolean
intimail_raw_field_is (const IntimailRawField *self, const char *name)
{
  return self->name_length == strlen (name) && g_ascii_strncasecmp (self->name, name, self->name_length) == 0;
}

const IntimailRawField *
intimail_raw_fields_find (const IntimailRawField *fields, guint n_fields, const char *name)
{
  gsize length = strlen (name);

  /* The last letter tells most of those of one length apart. */
  for (guint i = n_fields; i > 0; i--)
    if (fields[i - 1].name_length == length && ((fields[i - 1].name[length - 1] ^ name[length - 1]) & ~0x20) == 0 &&
        g_ascii_strncasecmp (fields[i - 1].name, name, length) == 0)
      return &fields[i - 1];

  return NULL;
}

static gboolean
is_eight_bit (const char *data, gsize length)
{
  guint64 bits = 0;
  gsize i;

  for (i = 0; length - i >= sizeof (guint64); i += sizeof (guint64))
    {
      guint64 word;

      memcpy (&word, data + i, sizeof word);
      bits |= word;
    }
  for (; i < length; i++)
    bits |= (guchar) data[i];

  return (bits & G_GUINT64_CONSTANT (0x8080808080808080)) != 0;
}

const char *
intimail_raw_fields_find_charset (const IntimailRawField *fields, guint n_fields)
{
  const IntimailRawField *type = intimail_raw_fields_find (fields, n_fields, "Content-Type");
  const IntimailRawField *last = type != NULL ? &fields[n_fields - 1] : NULL;
  g_autoptr (IntimailParameters) parameters = NULL;
  g_autofree char *charset = NULL;
  g_autofree char *text = NULL;

  /* They follow each other in the message. */
  if (type == NULL || !is_eight_bit (fields[0].name, (gsize) (last->value - fields[0].name) + last->length))
    return NULL;
  text = intimail_raw_field_unfold (type, NULL);
  parameters = intimail_parameters_new (text);
  charset = intimail_parameters_get (parameters, "charset");

  return charset != NULL ? intimail_charset_find (charset) : NULL;
}

/* Are they all printable ASCII? */
static inline gboolean
is_simple_word (guint64 word)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

  /* A borrow from a byte below makes this say no once too often, never too seldom. */
  return ((word | (word - ones * 0x20)) & (ones * 0x80)) == 0;
}

char *
intimail_raw_field_unfold (const IntimailRawField *self, const char *charset)
{
  char *copy = g_malloc (self->length + 1);
  gsize used = 0;
  guchar bits = 0;
  gboolean escaped = FALSE;
  char *text;

  for (gsize i = 0; i < self->length; i++)
    {
      guint64 word;
      char c;

      for (; self->length - i >= sizeof word; i += sizeof word, used += sizeof word)
        {
          memcpy (&word, self->value + i, sizeof word);
          if (!is_simple_word (word))
            break;
          memcpy (copy + used, &word, sizeof word);
        }
      if (i == self->length)
        break;
      c = self->value[i];
      if (c == '\0' || c == '\n' || c == '\r')
        continue;
      bits |= (guchar) c;
      escaped = escaped || c == '\033';
      copy[used++] = c;
    }
  copy[used] = '\0';
  if (bits < 0x80 && !escaped)
    return g_strstrip (copy);

  text = intimail_charset_decode (g_utf8_validate_len (copy, used, NULL) ? NULL : charset, copy, used, NULL);
  g_free (copy);

  return g_strstrip (text);
}

char *
intimail_raw_field_read_text (const IntimailRawField *self, const char *charset)
{
  g_autofree char *unfolded = intimail_raw_field_unfold (self, charset);

  return intimail_encoded_words_compose (unfolded);
}

/* What stands in the next pair of brackets, without the white space around it: its start
 * and length. @at is set behind it; NULL when there is none. What stands between two
 * opening brackets is dropped. */
static const char *
next_bracketed (const char **at, gsize *length)
{
  const char *open = strchr (*at, '<');

  while (open != NULL)
    {
      const char *item = open + 1;
      gsize n = strcspn (item, "<>");
      gboolean closed = item[n] == '>';

      *at = item + n;
      while (n > 0 && g_ascii_isspace (item[n - 1]))
        n--;
      while (n > 0 && g_ascii_isspace (*item))
        item++, n--;
      if (n > 0 && closed)
        {
          *length = n;
          return item;
        }
      open = strchr (*at, '<');
    }

  return NULL;
}

/* Some programs leave the brackets out. */
static gboolean
is_bare_id (const char *unfolded)
{
  return *unfolded != '\0' && strpbrk (unfolded, " \t<>()") == NULL && strchr (unfolded, '@') != NULL;
}

char **
intimail_raw_field_read_bracketed (const char *unfolded, guint limit)
{
  g_autoptr (GPtrArray) items = NULL;
  const char *item;
  gsize length;

  for (guint n = 0; n < limit && (item = next_bracketed (&unfolded, &length)) != NULL; n++)
    {
      if (items == NULL)
        items = g_ptr_array_new ();
      g_ptr_array_add (items, g_strndup (item, length));
    }
  if (items == NULL)
    return NULL;
  g_ptr_array_add (items, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&items), FALSE);
}

char **
intimail_raw_field_read_message_ids (const IntimailRawField *self, const char *charset)
{
  g_autofree char *unfolded = intimail_raw_field_unfold (self, charset);
  char **ids = intimail_raw_field_read_bracketed (unfolded, MAX_MESSAGE_IDS);
  char *bare[] = { unfolded, NULL };

  return ids == NULL && is_bare_id (unfolded) ? g_strdupv (bare) : ids;
}

char *
intimail_raw_field_read_message_id (const IntimailRawField *self, const char *charset, gsize limit)
{
  g_autofree char *unfolded = intimail_raw_field_unfold (self, charset);
  const char *at = unfolded;
  const char *id;
  gsize length;

  if (is_bare_id (unfolded))
    return strlen (unfolded) <= limit ? g_steal_pointer (&unfolded) : NULL;
  for (guint n = 0; n < MAX_MESSAGE_IDS && (id = next_bracketed (&at, &length)) != NULL; n++)
    {
      if (length <= limit)
        return g_strndup (id, length);
    }

  return NULL;
}

static gboolean
is_fold (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the word "id", wherever the field was folded; NULL when there is none. */
static const char *
find_id (const char *at, const char *end)
{
  for (; end - at >= 4; at++)
    {
      const char *letter = memchr (at + 1, 'i', (gsize) (end - at) - 3);

      if (letter == NULL)
        return NULL;
      at = letter - 1;
      if (is_fold (at[0]) && at[2] == 'd' && is_fold (at[3]))
        return at + 4;
    }

  return NULL;
}

char *
intimail_raw_field_read_queue_id (const IntimailRawField *self)
{
  const char *end = self->value + self->length;
  const char *at;
  gsize length = 0;

  if (!intimail_raw_field_is (self, "Received"))
    return NULL;
  at = memmem (self->value, self->length, "(Postfix", 8);
  at = at != NULL ? find_id (at, end) : NULL;
  if (at == NULL)
    return NULL;
  while (at < end && is_fold (*at))
    at++;
  while (at + length < end && g_ascii_isalnum (at[length]))
    length++;

  return length > 0 && length <= MAX_QUEUE_ID ? g_strndup (at, length) : NULL;
}
