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

  for (guint i = n_fields; i > 0; i--)
    if (fields[i - 1].name_length == length && g_ascii_strncasecmp (fields[i - 1].name, name, length) == 0)
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
      char c = self->value[i];

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
  g_autofree char *decoded = NULL;

  if (strstr (unfolded, "=?") == NULL && g_str_is_ascii (unfolded))
    return g_steal_pointer (&unfolded);
  decoded = intimail_encoded_words_decode (unfolded);

  return g_utf8_normalize (decoded, -1, G_NORMALIZE_NFC);
}

char **
intimail_raw_field_read_bracketed (const char *unfolded, guint limit)
{
  const char *open = strchr (unfolded, '<');
  GPtrArray *items = NULL;

  for (guint n = 0; open != NULL && n < limit; n++)
    {
      gsize length = strcspn (open + 1, "<>");
      g_autofree char *item = g_strstrip (g_strndup (open + 1, length));

      if (*item != '\0' && open[1 + length] == '>')
        {
          if (items == NULL)
            items = g_ptr_array_new ();
          g_ptr_array_add (items, g_steal_pointer (&item));
        }
      /* What stands between two brackets is dropped. */
      open = strchr (open + 1 + length, '<');
    }
  if (items == NULL)
    return NULL;
  g_ptr_array_add (items, NULL);

  return (char **) g_ptr_array_free (items, FALSE);
}

char **
intimail_raw_field_read_message_ids (const IntimailRawField *self, const char *charset)
{
  g_autofree char *unfolded = intimail_raw_field_unfold (self, charset);
  char **ids = intimail_raw_field_read_bracketed (unfolded, MAX_MESSAGE_IDS);

  if (ids != NULL)
    return ids;
  /* Some programs leave the brackets out. */
  if (*unfolded != '\0' && strpbrk (unfolded, " \t<>()") == NULL && strchr (unfolded, '@') != NULL)
    {
      char *id[] = { unfolded, NULL };

      return g_strdupv (id);
    }

  return NULL;
}

char *
intimail_raw_field_read_message_id (const IntimailRawField *self, const char *charset, gsize limit)
{
  g_auto (GStrv) ids = intimail_raw_field_read_message_ids (self, charset);

  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      if (strlen (ids[i]) <= limit)
        return g_strdup (ids[i]);
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
