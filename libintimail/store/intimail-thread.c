/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-thread-private.h"

#include <string.h>

/* What mail programs put before a subject when they answer or forward. */
static const char *const leaders[] = {
  "re",
  "fw",
  "fwd", /* RFC 5256 */
  "aw",
  "wg",
  "antw", /* German, Dutch */
  "sv",
  "vs",
  "vl",
  "vb", /* Nordic */
  "tr",
  "ref",
  "rv",
  "rif",
  "r",
  "i", /* French, Spanish, Italian */
  "res",
  "enc", /* Portuguese */
  "odp",
  "pd",
  "yn",
  "ilt",
  "ynt",
  "doorst",
  "回复",
  "转发",
  "答复",
  "回覆",
  "轉寄",
  "답장",
  "전달",
  "返信",
  "転送",
};

/* Is there no white space but single spaces between words? */
static gboolean
is_joined (const char *text)
{
  const char *start = text;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      guchar c = (guchar) *text;

      if (c < 0x80 ? c < ' ' || c == 0x7f : g_unichar_isspace (g_utf8_get_char (text)) || g_unichar_iscntrl (g_utf8_get_char (text)))
        return FALSE;
      if (c == ' ' && (text == start || text[1] == ' ' || text[1] == '\0'))
        return FALSE;
    }

  return TRUE;
}

/* Runs of white space become a space. */
static char *
join_spaces (const char *text)
{
  GString *joined = g_string_sized_new (strlen (text) + 1);
  gboolean space = FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar ch = g_utf8_get_char (c);

      if (ch < 0x80 ? ch <= ' ' || ch == 0x7f : g_unichar_isspace (ch) || g_unichar_iscntrl (ch))
        {
          space = joined->len > 0;
          continue;
        }
      if (space)
        g_string_append_c (joined, ' ');
      space = FALSE;
      g_string_append_len (joined, c, g_utf8_next_char (c) - c);
    }

  return g_string_free (joined, FALSE);
}

static char *
normalize (const char *subject)
{
  g_autofree char *composed = NULL;
  g_autofree char *folded = NULL;

  if (g_str_is_ascii (subject))
    folded = g_ascii_strdown (subject, -1);
  else
    {
      composed = g_utf8_normalize (subject, -1, G_NORMALIZE_ALL_COMPOSE);
      folded = g_utf8_casefold (composed != NULL ? composed : "", -1);
    }
  return is_joined (folded) ? g_steal_pointer (&folded) : join_spaces (folded);
}

static const char *
skip_spaces (const char *text)
{
  while (*text == ' ')
    text++;
  return text;
}

/* "[...]" and the spaces after it, or @text. */
static const char *
skip_blob (const char *text)
{
  const char *end;

  if (*text != '[')
    return text;
  end = text + 1 + strcspn (text + 1, "[]");
  return *end == ']' ? skip_spaces (end + 1) : text;
}

/* "re: ", "re[2]: ", or @text. */
static const char *
skip_leader (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (leaders); i++)
    {
      const char *rest;
      gsize length;

      if (leaders[i][0] != text[0])
        continue;
      length = strlen (leaders[i]);
      if (strncmp (text, leaders[i], length) != 0)
        continue;
      rest = skip_blob (skip_spaces (text + length));
      if (*rest == ':')
        return skip_spaces (rest + 1);
      /* A full-width colon follows words of wide letters. */
      if (g_str_has_prefix (rest, "："))
        return skip_spaces (rest + strlen ("："));
    }

  return text;
}

static void
strip_trailer (char *text)
{
  gsize length = strlen (text);

  while (TRUE)
    {
      while (length > 0 && text[length - 1] == ' ')
        length--;
      if (length < 5 || strncmp (text + length - 5, "(fwd)", 5) != 0)
        break;
      length -= 5;
    }
  text[length] = '\0';
}

static const char *
strip_leaders (const char *text)
{
  while (TRUE)
    {
      const char *before = text;
      const char *rest = text;

      /* Blobs before a leader go with it ... */
      while (skip_blob (rest) != rest)
        rest = skip_blob (rest);
      if (skip_leader (rest) != rest)
        text = skip_leader (rest);
      /* ... and one alone goes when something is left. */
      else if (skip_blob (text) != text && *skip_blob (text) != '\0')
        text = skip_blob (text);
      if (text == before)
        return text;
    }
}

static char *
strip (char *text)
{
  char *start = text;

  while (TRUE)
    {
      gsize length;

      strip_trailer (start);
      start += strip_leaders (start) - start;
      length = strlen (start);
      if (length < 6 || strncmp (start, "[fwd:", 5) != 0 || start[length - 1] != ']')
        return g_strdup (start);
      start[length - 1] = '\0';
      start += skip_spaces (start + 5) - start;
    }
}

char *
intimail_thread_get_base_subject (const char *subject)
{
  g_autofree char *text = normalize (subject);

  return strip (text);
}

char *
intimail_thread_strip_subject (const char *folded)
{
  g_autofree char *text = is_joined (folded) ? g_strdup (folded) : join_spaces (folded);

  return strip (text);
}

IntimailId
intimail_thread_get_id (const char *root, const char *message_id, const char *subject, const IntimailId *own_id)
{
  g_autofree char *base = intimail_thread_get_base_subject (subject);
  IntimailIdText own = intimail_id_format ('m', own_id);
  g_autoptr (GString) key = g_string_new (NULL);

  if (root == NULL)
    root = message_id[0] != '\0' ? message_id : own.text;
  g_string_append (key, root);
  g_string_append_c (key, '\0');
  g_string_append (key, base);
  return intimail_id_hash (key->str, key->len);
}
