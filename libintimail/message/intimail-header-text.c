/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-header-text-private.h"

#include <string.h>

/* RFC 5322 section 2.1.1 allows 998 bytes in a line; a word is not folded. */
#define MAX_WORD 900
/* RFC 2047 section 2: 75 bytes with "=?utf-8?B?" and "?=". */
#define MAX_ENCODED_BYTES 45
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

/* All of @text in encoded words. */
static char *
encode_all (const char *text)
{
  GString *words = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *encoded = NULL;

      while (*end != '\0' && g_utf8_next_char (end) - text <= MAX_ENCODED_BYTES)
        end = g_utf8_next_char (end);
      encoded = g_base64_encode ((const guchar *) text, (gsize) (end - text));
      g_string_append_printf (words, "%s=?utf-8?B?%s?=", words->len > 0 ? " " : "", encoded);
      text = end;
    }

  return g_string_free (words, FALSE);
}

char *
intimail_header_text_write (const char *name, const char *text)
{
  g_autofree char *clean = intimail_header_text_clean (text);
  g_autofree char *encoded = NULL;
  g_autofree char *line = NULL;

  if (*clean == '\0')
    return g_strconcat (name, ":\n", NULL);
  encoded = needs_encoding (clean) ? encode_all (clean) : intimail_gmime.g_mime_utils_header_encode_text (NULL, clean, "utf-8");
  line = g_strconcat (name, ": ", encoded, NULL);

  return intimail_gmime.g_mime_utils_unstructured_header_fold (NULL, NULL, line);
}

char *
intimail_header_text_prepare_phrase (const char *text)
{
  g_autofree char *clean = intimail_header_text_clean (text);

  return needs_encoding (clean) ? encode_all (clean) : g_steal_pointer (&clean);
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
