/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-header-text-private.h"

#include <string.h>

/* RFC 5322 section 2.1.1 allows 998 bytes in a line; a word is not folded. */
#define MAX_WORD 900
/* RFC 2047 section 2: 75 bytes in a word and 76 in a line with one, also behind
 * "Reply-To: ". */
#define MAX_ENCODED_BYTES 39
#define MAX_ENCODED_WORD 66
#define MAX_ENCODED_LINE 76
/* "=?utf-8?B?" and "?=". */
#define WORD_SIGNS 12
/* See intimail_header_text_set_parameter(). */
#define MAX_PARAMETER_NAME 32
#define MAX_SECTION 40

char *
intimail_header_text_clean (const char *text)
{
  char *copy = g_utf8_make_valid (text, -1);

  for (char *p = copy; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';

  return g_strstrip (copy);
}

/* What looks like an encoded word would be decoded where it is read, and GMime writes it
 * as it is; a word may also be too long for a line. */
static gboolean
needs_encoding (const char *text)
{
  if (strstr (text, "=?") != NULL)
    return TRUE;
  while (*text != '\0')
    {
      gsize length = strcspn (text, " ");

      if (length > MAX_WORD)
        return TRUE;
      text += length;
      text += strspn (text, " ");
    }

  return FALSE;
}

/* The bytes of the longest beginning of @text that becomes a word of base64 without padding;
 * all of it when it fits into the last word; 0 when there is none. */
static gsize
measure_word (const char *text, gsize limit)
{
  const char *end = text;
  gsize best = 0;

  while (*end != '\0' && (gsize) (g_utf8_next_char (end) - text) <= limit)
    {
      end = g_utf8_next_char (end);
      if ((end - text) % 3 == 0)
        best = (gsize) (end - text);
    }

  return *end == '\0' ? (gsize) (end - text) : best;
}

static void
append_quoted (GString *words, const char *text, gsize length)
{
  g_string_append (words, "=?utf-8?Q?");
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (words, "=%02X", (guchar) text[i]);
  g_string_append (words, "?=");
}

/* All of @text in encoded words. Only the last has padding: GMime 3.2.13, as it is in Debian
 * 12, drops what follows a padded word of base64. A letter that stands in the way of that is
 * quoted-printable. */
static char *
encode_all (const char *text, gsize first_limit, const char *separator)
{
  GString *words = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize length = measure_word (text, words->len == 0 ? first_limit : MAX_ENCODED_BYTES);

      if (words->len > 0)
        g_string_append (words, separator);
      if (length > 0)
        {
          g_autofree char *encoded = g_base64_encode ((const guchar *) text, length);

          g_string_append_printf (words, "=?utf-8?B?%s?=", encoded);
        }
      else
        {
          length = (gsize) (g_utf8_next_char (text) - text);
          append_quoted (words, text, length);
        }
      text += length;
    }

  return g_string_free (words, FALSE);
}

/* Words that GMime wrote, of which it would drop some when it reads them. */
static gboolean
has_inner_padding (const char *encoded)
{
  for (const char *at = strstr (encoded, "=?="); at != NULL; at = strstr (at + 3, "=?="))
    {
      gsize space = strspn (at + 3, " \t\r\n");

      if (space > 0 && g_str_has_prefix (at + 3 + space, "=?"))
        return TRUE;
    }

  return FALSE;
}

/* Something between two of @ends is longer than @limit, and has an encoded word. */
static gboolean
has_long_words (const char *text, const char *ends, gsize limit)
{
  while (*text != '\0')
    {
      gsize length = strcspn (text, ends);

      if (length > limit && g_strstr_len (text, (gssize) length, "=?") != NULL)
        return TRUE;
      text += length;
      text += strspn (text, ends);
    }

  return FALSE;
}

/* All of it in words of ours, a word a line. */
static char *
write_encoded (const char *name, const char *clean)
{
  gsize column = strlen (name) + 2;
  gsize room = MAX_ENCODED_LINE - MIN (column, MAX_ENCODED_LINE);
  gsize limit = room > WORD_SIGNS ? (room - WORD_SIGNS) / 4 * 3 : 0;
  g_autofree char *words = encode_all (clean, limit < 4 ? MAX_ENCODED_BYTES : MIN (limit, MAX_ENCODED_BYTES), "\n ");

  return g_strconcat (name, limit < 4 ? ":\n " : ": ", words, "\n", NULL);
}

char *
intimail_header_text_write (const char *name, const char *text)
{
  g_autofree char *clean = intimail_header_text_clean (text);
  g_autofree char *encoded = NULL;
  g_autofree char *line = NULL;
  g_autofree char *folded = NULL;

  if (*clean == '\0')
    return g_strconcat (name, ":\n", NULL);
  if (needs_encoding (clean))
    return write_encoded (name, clean);
  encoded = intimail_gmime.g_mime_utils_header_encode_text (NULL, clean, "utf-8");
  line = g_strconcat (name, ": ", encoded, NULL);
  folded = intimail_gmime.g_mime_utils_unstructured_header_fold (NULL, NULL, line);

  return has_inner_padding (folded) || has_long_words (folded, "\n", MAX_ENCODED_LINE) ? write_encoded (name, clean) : g_steal_pointer (&folded);
}

char *
intimail_header_text_prepare_phrase (const char *text)
{
  g_autofree char *clean = intimail_header_text_clean (text);
  g_autofree char *encoded = NULL;

  if (!needs_encoding (clean))
    {
      encoded = intimail_gmime.g_mime_utils_header_encode_phrase (NULL, clean, "utf-8");
      if (!has_inner_padding (encoded) && !has_long_words (encoded, " \t\n", MAX_ENCODED_WORD))
        return g_steal_pointer (&clean);
    }

  return encode_all (clean, MAX_ENCODED_BYTES, " ");
}

/* name*0*=utf-8''..., name*1*=...: RFC 2231, as parameters that GMime does not know to
 * be extended. */
static void
set_extended (GMimeParamList *list, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);
  const char *at = escaped;

  for (guint section = 0; section == 0 || *at != '\0'; section++)
    {
      gsize length = MIN (strlen (at), MAX_SECTION);
      g_autofree char *section_name = g_strdup_printf ("%s*%u*", name, section);
      g_autofree char *chunk = NULL;

      /* Not inside "%xx". */
      while (at[length] != '\0' && (at[length - 1] == '%' || at[length - 2] == '%'))
        length--;
      chunk = g_strdup_printf ("%s%.*s", section == 0 ? "utf-8''" : "", (int) length, at);
      intimail_gmime.g_mime_param_list_set_parameter (list, section_name, chunk);
      at += length;
    }
}

/* GMime 3.2.13 loops for ever over a value that has to be cut when the name leaves no
 * room for it in a line (mended in 3.2.15): longer names are left out. It also cannot be
 * told to encode a short value, and readers would decode one that looks encoded. */
void
intimail_header_text_set_parameter (GMimeParamList *list, const char *name, const char *value)
{
  g_autofree char *clean = g_utf8_make_valid (value, -1);
  GMimeParam *parameter;

  if (strlen (name) > MAX_PARAMETER_NAME)
    return;
  for (char *p = clean; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';
  if (g_str_is_ascii (clean) && strstr (clean, "=?") != NULL)
    {
      set_extended (list, name, clean);
      return;
    }
  intimail_gmime.g_mime_param_list_set_parameter (list, name, clean);
  parameter = intimail_gmime.g_mime_param_list_get_parameter (list, name);
  intimail_gmime.g_mime_param_set_charset (parameter, "utf-8");
  intimail_gmime.g_mime_param_set_encoding_method (parameter, GMIME_PARAM_ENCODING_METHOD_RFC2231);
}
