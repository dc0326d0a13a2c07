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

char *
intimail_message_fold_preview (const char *text, glong limit, gboolean *full)
{
  /* A space takes the place of what was read, but for the last one. */
  char *preview = g_malloc (limit < 1024 ? 4 * (gsize) limit + 8 : strlen (text) + 8);
  char *to = preview;
  gboolean space = FALSE;

  while (*text != '\0' && limit > 0)
    {
      const char *next = g_utf8_next_char (text);
      gunichar character = (guchar) *text < 0x80 ? (guchar) *text : g_utf8_get_char (text);

      if (is_space (character))
        space = to > preview;
      else if (character < 0x80 || !is_filler (character))
        {
          if (space && --limit > 0)
            *to++ = ' ';
          space = FALSE;
          if (limit-- > 0)
            while (text < next)
              *to++ = *text++;
        }
      text = next;
    }
  if (full != NULL)
    *full = limit <= 0;
  /* No white space at the end, where the limit cut it. */
  while (to > preview && to[-1] == ' ')
    to--;
  *to = '\0';

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
  g_autofree char *folded = intimail_message_fold_preview (subject, G_MAXLONG, NULL);
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
