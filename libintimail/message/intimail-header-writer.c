/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-header-writer-private.h"

#include <string.h>

/* RFC 5322 section 2.1.1, and RFC 2047 section 2. */
#define FOLD_AT 78
#define MAX_ENCODED_WORD 75
#define ENCODED_WORD_FRAME 12 /* "=?utf-8?B?" and "?=" */

void
intimail_header_writer_begin (IntimailHeaderWriter *self, GString *text, const char *name)
{
  self->text = text;
  g_string_append (text, name);
  g_string_append_c (text, ':');
  self->column = strlen (name) + 1;
}

void
intimail_header_writer_append (IntimailHeaderWriter *self, const char *text)
{
  g_string_append (self->text, text);
  self->column += strlen (text);
}

void
intimail_header_writer_add_word (IntimailHeaderWriter *self, const char *word)
{
  if (self->column + 1 + strlen (word) > FOLD_AT && self->text->str[self->text->len - 1] != ':')
    {
      g_string_append_c (self->text, '\n');
      self->column = 0;
    }
  intimail_header_writer_append (self, " ");
  intimail_header_writer_append (self, word);
}

void
intimail_header_writer_end (IntimailHeaderWriter *self)
{
  g_string_append_c (self->text, '\n');
}

/* A control character would end the line, or not be seen at all. */
static char *
without_controls (const char *text)
{
  char *copy = g_utf8_make_valid (text, -1);

  for (char *p = copy; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';

  return copy;
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;

  return TRUE;
}

/* One more character has to fit into the line and the encoded word. */
static gsize
measure_chunk (const char *text, const char *end, gsize max_bytes)
{
  const char *p = text;

  while (p < end)
    {
      const char *next = g_utf8_next_char (p);

      if ((gsize) (next - text) > max_bytes && p > text)
        break;
      p = next;
    }

  return p - text;
}

static void
add_encoded_words (IntimailHeaderWriter *self, const char *text, const char *end)
{
  /* Three bytes become four characters. */
  const gsize max_bytes = (MAX_ENCODED_WORD - ENCODED_WORD_FRAME) / 4 * 3;

  while (text < end)
    {
      gsize room = self->column + 1 + ENCODED_WORD_FRAME < FOLD_AT ? (FOLD_AT - self->column - 1 - ENCODED_WORD_FRAME) / 4 * 3 : 0;
      gsize length = measure_chunk (text, end, room >= 9 ? MIN (room, max_bytes) : max_bytes);
      g_autofree char *encoded = g_base64_encode ((const guchar *) text, length);
      g_autofree char *word = g_strdup_printf ("=?utf-8?B?%s?=", encoded);

      intimail_header_writer_add_word (self, word);
      text += length;
    }
}

static void
add_plain_words (IntimailHeaderWriter *self, const char *text, const char *end)
{
  g_autofree char *copy = g_strndup (text, end - text);
  g_auto (GStrv) words = g_strsplit (copy, " ", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' || words[i + 1] != NULL)
      intimail_header_writer_add_word (self, words[i]);
}

/* From the first to the last word that cannot stand as it is. */
static gboolean
find_encoded_range (const char *text, const char **start, const char **end)
{
  *start = NULL;
  for (const char *p = text; *p != '\0';)
    {
      gsize length = strcspn (p, " ");
      g_autofree char *word = g_strndup (p, length);

      if (!is_ascii (word) || strstr (word, "=?") != NULL || length > 900)
        {
          if (*start == NULL)
            *start = p;
          *end = p + length;
        }
      p += length;
      while (*p == ' ')
        p++;
    }

  return *start != NULL;
}

void
intimail_header_writer_add_text (IntimailHeaderWriter *self, const char *text)
{
  g_autofree char *clean = without_controls (text);
  const char *start;
  const char *end;

  g_strstrip (clean);
  if (!find_encoded_range (clean, &start, &end))
    {
      add_plain_words (self, clean, clean + strlen (clean));
      return;
    }
  if (start > clean)
    add_plain_words (self, clean, start - 1);
  add_encoded_words (self, start, end);
  if (*end != '\0')
    add_plain_words (self, end + 1, end + strlen (end));
}

static gboolean
is_atoms (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr (" !#$%&'*+-/=?^_`{|}~", *text) == NULL)
      return FALSE;

  return TRUE;
}

static char *
quote (const char *text)
{
  GString *quoted = g_string_new ("\"");

  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *text);
    }
  g_string_append_c (quoted, '"');

  return g_string_free (quoted, FALSE);
}

void
intimail_header_writer_add_phrase (IntimailHeaderWriter *self, const char *text)
{
  g_autofree char *clean = without_controls (text);
  g_autofree char *quoted = NULL;

  g_strstrip (clean);
  if (!is_ascii (clean) || strstr (clean, "=?") != NULL || strlen (clean) > 900)
    {
      add_encoded_words (self, clean, clean + strlen (clean));
      return;
    }
  if (is_atoms (clean) && strstr (clean, "  ") == NULL)
    {
      add_plain_words (self, clean, clean + strlen (clean));
      return;
    }
  quoted = quote (clean);
  intimail_header_writer_add_word (self, quoted);
}

static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (*text <= ' ' || *text >= 0x7f || strchr ("()<>@,;:\\\"/[]?=*'%", *text) != NULL)
      return FALSE;

  return TRUE;
}

/* name*0*=utf-8''..., name*1*=...: RFC 2231. */
static void
add_extended_parameter (IntimailHeaderWriter *self, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);
  gboolean whole = strlen (name) + strlen (escaped) + 12 < FOLD_AT;
  const char *p = escaped;

  for (guint section = 0; section == 0 || *p != '\0'; section++)
    {
      gsize length = whole ? strlen (p) : MIN (strlen (p), 48);
      g_autofree char *chunk = NULL;
      g_autofree char *word = NULL;

      /* Not inside "%xx". */
      while (p[length] != '\0' && length > 2 && (p[length - 1] == '%' || p[length - 2] == '%'))
        length--;
      chunk = g_strndup (p, length);
      if (whole)
        word = g_strdup_printf ("%s*=utf-8''%s", name, chunk);
      else
        word = g_strdup_printf ("%s*%u*=%s%s", name, section, section == 0 ? "utf-8''" : "", chunk);
      intimail_header_writer_append (self, ";");
      intimail_header_writer_add_word (self, word);
      p += length;
    }
}

void
intimail_header_writer_add_parameter (IntimailHeaderWriter *self, const char *name, const char *value)
{
  g_autofree char *clean = without_controls (value);
  g_autofree char *quoted = NULL;
  g_autofree char *word = NULL;

  /* Some readers decode what looks encoded. */
  if (!is_ascii (clean) || strlen (clean) > 60 || strstr (clean, "=?") != NULL)
    {
      add_extended_parameter (self, name, clean);
      return;
    }
  if (!is_token (clean))
    quoted = quote (clean);
  word = g_strconcat (name, "=", quoted != NULL ? quoted : clean, NULL);
  intimail_header_writer_append (self, ";");
  intimail_header_writer_add_word (self, word);
}
