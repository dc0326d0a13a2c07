/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-charset-private.h"
#include "message/intimail-encoded-word-private.h"
#include "message/intimail-transfer-private.h"

#define MAX_CHARSET 40

/* One encoded word, taken apart. */
typedef struct
{
  char charset[MAX_CHARSET + 1];
  char encoding;
  const char *text;
  gsize length;
  const char *end;
} Word;

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* With @anywhere it may touch what is around it, and hold spaces. */
static gboolean
parse_word (const char *at, gboolean anywhere, Word *word)
{
  const char *charset = at + 2;
  const char *mark;
  gsize length;

  if (at[0] != '=' || at[1] != '?')
    return FALSE;
  mark = strchr (charset, '?');
  if (mark == NULL || mark == charset || mark[1] == '\0' || mark[2] != '?')
    return FALSE;
  /* RFC 2231 section 5 lets a language follow. */
  length = strcspn (charset, "*? \t");
  if (length == 0 || length > MAX_CHARSET || charset + length > mark)
    return FALSE;
  memcpy (word->charset, charset, length);
  word->charset[length] = '\0';
  word->encoding = g_ascii_toupper (mark[1]);
  word->text = mark + 3;
  word->length = strcspn (word->text, anywhere ? "?\r\n" : "? \t\r\n");
  word->end = word->text + word->length + 2;

  return (word->encoding == 'B' || word->encoding == 'Q') &&
         word->text[word->length] == '?' && word->text[word->length + 1] == '=' &&
         (anywhere || *word->end == '\0' || is_space (*word->end)) &&
         intimail_charset_find (word->charset) != NULL;
}

gsize
intimail_encoded_word_measure (const char *at)
{
  Word word;

  return parse_word (at, FALSE, &word) ? (gsize) (word.end - at) : 0;
}

static void
append_word (GByteArray *bytes, const Word *word)
{
  if (word->encoding == 'B')
    {
      intimail_transfer_append_base64 (bytes, word->text, word->length);
      return;
    }
  for (gsize i = 0; i < word->length; i++)
    {
      guint8 byte = (guint8) word->text[i];

      if (byte == '_')
        byte = ' ';
      else if (byte == '=' && i + 2 < word->length &&
               g_ascii_isxdigit (word->text[i + 1]) && g_ascii_isxdigit (word->text[i + 2]))
        {
          byte = (guint8) (g_ascii_xdigit_value (word->text[i + 1]) << 4 | g_ascii_xdigit_value (word->text[i + 2]));
          i += 2;
        }
      g_byte_array_append (bytes, &byte, 1);
    }
}

static void
append_without_controls (GString *result, const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x20 && *text != 0x7f)
      g_string_append_c (result, *text);
}

/* In the wide charsets a NUL is half of a letter. */
static void
drop_nuls (GByteArray *bytes, const char *charset)
{
  guint used = 0;

  if (g_ascii_strncasecmp (charset, "utf-16", 6) == 0 || g_ascii_strncasecmp (charset, "utf-32", 6) == 0)
    return;
  for (guint i = 0; i < bytes->len; i++)
    if (bytes->data[i] != 0)
      bytes->data[used++] = bytes->data[i];
  g_byte_array_set_size (bytes, used);
}

/* Decodes a run of words of one charset at once: some writers cut a character in
 * two. Returns what follows the run. */
static const char *
decode_run (const char *at, gboolean anywhere, Word *word, GString *result)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = NULL;
  Word next;

  append_word (bytes, word);
  at = word->end;
  for (;;)
    {
      const char *behind = at;

      while (is_space (*behind))
        behind++;
      if ((behind == at && !anywhere) || !parse_word (behind, anywhere, &next) ||
          g_ascii_strcasecmp (next.charset, word->charset) != 0)
        break;
      append_word (bytes, &next);
      at = next.end;
    }
  drop_nuls (bytes, word->charset);
  text = intimail_charset_decode (word->charset, (const char *) bytes->data, bytes->len, NULL);
  append_without_controls (result, text);

  return at;
}

static char *
decode (const char *text, gboolean anywhere)
{
  g_autoptr (GString) result = NULL;
  const char *at = text;
  Word word;

  if (strstr (text, "=?") == NULL)
    return g_strdup (text);

  result = g_string_sized_new (strlen (text));
  while (*at != '\0')
    {
      gboolean placed = anywhere || at == text || is_space (at[-1]);

      if (placed && parse_word (at, anywhere, &word))
        {
          const char *behind;

          at = decode_run (at, anywhere, &word, result);
          /* White space between two words is not shown. */
          behind = at;
          while (is_space (*behind))
            behind++;
          if (behind > at && parse_word (behind, anywhere, &word))
            at = behind;
        }
      else
        g_string_append_c (result, *at++);
    }

  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
intimail_encoded_words_decode (const char *text)
{
  return decode (text, FALSE);
}

char *
intimail_encoded_words_decode_anywhere (const char *text)
{
  return decode (text, TRUE);
}

/* Letters that are composed whatever stands beside them: their quick check (UAX 15) is
 * Yes and their combining class 0. There are more; these are what most mail is written
 * in, and the normalization of GLib costs more than all else that is done to a subject. */
static gboolean
is_composed (gunichar letter)
{
  return letter < 0x300 ||
         (letter >= 0x400 && letter <= 0x482) ||
         (letter >= 0x3041 && letter <= 0x3096) ||
         (letter >= 0x30a1 && letter <= 0x30fa) ||
         (letter >= 0x4e00 && letter <= 0x9fff) ||
         (letter >= 0xac00 && letter <= 0xd7a3);
}

static gboolean
is_all_composed (const char *text)
{
  while (*text != '\0')
    {
      if ((guchar) *text < 0xcc) /* U+0300 */
        text += (guchar) *text < 0x80 ? 1 : 2;
      else if (is_composed (g_utf8_get_char (text)))
        text = g_utf8_next_char (text);
      else
        return FALSE;
    }

  return TRUE;
}

char *
intimail_encoded_words_compose (const char *text)
{
  g_autofree char *decoded = intimail_encoded_words_decode (text);

  if (is_all_composed (decoded))
    return g_steal_pointer (&decoded);
  return g_utf8_normalize (decoded, -1, G_NORMALIZE_NFC);
}
