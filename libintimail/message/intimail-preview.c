/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-message-private.h"

/* White space, which is folded; controls too. */
static gboolean
is_space (gunichar character)
{
  if (character < 0x1680)
    return character <= ' ' || (character >= 0x7f && character <= 0xa0);

  return g_unichar_isspace (character);
}

/* What newsletters fill their hidden first line with, which is left out. */
static gboolean
is_filler (gunichar character)
{
  return character == 0x200b || character == 0x200c || character == 0x034f || character == 0xfeff || character == 0xad;
}

static gboolean
is_graphic (char c)
{
  return c > ' ' && c < 0x7f;
}

char *
intimail_message_fold_preview (const char *text, gsize limit, gsize max_bytes, gboolean *full)
{
  char *preview = g_malloc (MIN (max_bytes, strlen (text)) + 1);
  gsize used = 0;
  gsize n = 0; /* characters */
  gboolean space = FALSE;

  /* A space is written with what follows it: none stands at the end. */
  while (*text != '\0')
    {
      gsize length = 1;

      if (!is_graphic (*text))
        {
          gunichar character = g_utf8_get_char (text);

          length = (gsize) (g_utf8_next_char (text) - text);
          if (is_space (character) || is_filler (character))
            {
              space = space || (used > 0 && is_space (character));
              text += length;
              continue;
            }
        }
      if (n + space >= limit || used + space + length > max_bytes)
        break;
      if (space)
        preview[used++] = ' ';
      memcpy (preview + used, text, length);
      used += length;
      text += length;
      n += space + 1;
      space = FALSE;
      for (; n < limit && used < max_bytes && is_graphic (*text); n++)
        preview[used++] = *text++;
    }
  if (full != NULL)
    *full = *text != '\0';
  preview[used] = '\0';

  return preview;
}

static const char *
skip_spaces (const char *at)
{
  while (*at == ' ')
    at++;

  return at;
}

/* "[list]", "Re:", "Re[2]:", "Fwd:" and any other word of at most 12 letters with
 * a colon: what follows it, or NULL when there is none. Digits end the search, so
 * that "12:30 lunch" stays. */
static const char *
skip_prefix (const char *at)
{
  const char *word = at;

  if (*at == '[')
    {
      gsize length = strcspn (at + 1, "[]");

      return at[1 + length] == ']' ? skip_spaces (at + length + 2) : NULL;
    }
  for (int n = 0; n < 12 && g_unichar_isalpha (g_utf8_get_char (at)); n++)
    at = g_utf8_next_char (at);
  if (at == word)
    return NULL;
  at = skip_spaces (at);
  if (*at == '[' || *at == '(')
    {
      gsize length = strspn (at + 1, "0123456789");

      if (length == 0 || strchr ("])", at[1 + length]) == NULL || at[1 + length] == '\0')
        return NULL;
      at = skip_spaces (at + length + 2);
    }
  if (g_str_has_prefix (at, "\357\274\232"))
    return skip_spaces (at + 3);

  return *at == ':' ? skip_spaces (at + 1) : NULL;
}

static gboolean
strip_end (char *text)
{
  gsize length = strlen (text);

  if (length >= 5 && g_ascii_strcasecmp (text + length - 5, "(fwd)") == 0)
    {
      text[length - 5] = '\0';
      g_strchomp (text);
      return TRUE;
    }

  return FALSE;
}

char *
intimail_message_strip_subject (const char *subject)
{
  g_autofree char *folded = intimail_message_fold_preview (subject, G_MAXSIZE, G_MAXSIZE, NULL);
  char *base = folded;

  for (;;)
    {
      const char *behind = skip_prefix (base);
      gsize length = strlen (base);

      /* A blob or a prefix with nothing behind it is the subject itself. */
      if (behind != NULL && (*behind != '\0' || *base != '['))
        base = (char *) behind;
      else if (g_ascii_strncasecmp (base, "[fwd:", 5) == 0 && base[length - 1] == ']')
        {
          base[length - 1] = '\0';
          base = (char *) skip_spaces (base + 5);
          g_strchomp (base);
        }
      else if (!strip_end (base))
        return g_strdup (base);
    }
}
