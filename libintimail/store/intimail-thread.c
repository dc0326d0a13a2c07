/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-thread-private.h"

#include <string.h>

/* What mail programs put before a subject when they answer or forward. */
#define LEADER(text) { text, sizeof (text) - 1 }
static const struct
{
  const char *text;
  gsize length;
} leaders[] = {
  LEADER ("re"),
  LEADER ("fw"),
  LEADER ("fwd"), /* RFC 5256 */
  LEADER ("aw"),
  LEADER ("wg"),
  LEADER ("antw"), /* German, Dutch */
  LEADER ("sv"),
  LEADER ("vs"),
  LEADER ("vl"),
  LEADER ("vb"), /* Nordic */
  LEADER ("tr"),
  LEADER ("ref"),
  LEADER ("rv"),
  LEADER ("rif"),
  LEADER ("r"),
  LEADER ("i"), /* French, Spanish, Italian */
  LEADER ("res"),
  LEADER ("enc"), /* Portuguese */
  LEADER ("odp"),
  LEADER ("pd"),
  LEADER ("yn"),
  LEADER ("ilt"),
  LEADER ("ynt"),
  LEADER ("doorst"),
  LEADER ("回复"),
  LEADER ("转发"),
  LEADER ("答复"),
  LEADER ("回覆"),
  LEADER ("轉寄"),
  LEADER ("답장"),
  LEADER ("전달"),
  LEADER ("返信"),
  LEADER ("転送"),
};

/* The first bytes of characters that may be white space or control characters. */
static const guint8 may_be_space[256] = { [0 ... ' '] = 1, [0x7f] = 1, [0xc2] = 1, [0xe1 ... 0xe3] = 1 };

static gboolean
is_space (const char *text)
{
  guint8 c = (guint8) *text;
  gunichar character;

  if (c < 0x80 || may_be_space[c] == 0)
    return may_be_space[c] != 0;
  character = g_utf8_get_char (text);
  return g_unichar_isspace (character) || g_unichar_iscntrl (character);
}

/* Is there no white space but single spaces between words? */
static gboolean
is_joined (const char *text)
{
  const char *start = text;

  for (;; text++)
    {
      if (may_be_space[(guint8) *text] == 0)
        continue;
      if (*text == '\0')
        return TRUE;
      if (*text == ' ' ? text == start || text[1] == ' ' || text[1] == '\0' : is_space (text))
        return FALSE;
    }
}

/* Runs of white space become a space. */
static void
join_spaces (char *text)
{
  char *to = text;
  gboolean space = FALSE;

  for (const char *c = text; *c != '\0';)
    {
      const char *next = g_utf8_next_char (c);

      if (is_space (c))
        {
          space = to > text;
          c = next;
          continue;
        }
      if (space)
        *to++ = ' ';
      space = FALSE;
      /* What is moved may lie over where it was. */
      memmove (to, c, (gsize) (next - c));
      to += next - c;
      c = next;
    }
  *to = '\0';
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
  return g_steal_pointer (&folded);
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

      if (leaders[i].text[0] != text[0] || strncmp (text, leaders[i].text, leaders[i].length) != 0)
        continue;
      rest = skip_blob (skip_spaces (text + leaders[i].length));
      if (*rest == ':')
        return skip_spaces (rest + 1);
      /* A full-width colon follows words of wide letters. */
      if (g_str_has_prefix (rest, "："))
        return skip_spaces (rest + strlen ("："));
    }

  return text;
}

/* The length without "(fwd)" at the end. */
static gsize
strip_trailer (const char *text, gsize length)
{
  while (TRUE)
    {
      while (length > 0 && text[length - 1] == ' ')
        length--;
      if (length < 5 || strncmp (text + length - 5, "(fwd)", 5) != 0)
        return length;
      length -= 5;
    }
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

char *
intimail_thread_strip_subject (char *folded, gsize *length)
{
  char *start = folded;

  if (!is_joined (folded))
    join_spaces (folded);
  *length = strlen (folded);
  while (TRUE)
    {
      gsize n_stripped;

      *length = strip_trailer (start, *length);
      start[*length] = '\0';
      n_stripped = (gsize) (strip_leaders (start) - start);
      start += n_stripped;
      *length -= n_stripped;
      if (*length < 6 || strncmp (start, "[fwd:", 5) != 0 || start[*length - 1] != ']')
        return start;
      n_stripped = (gsize) (skip_spaces (start + 5) - start);
      start[*length - 1] = '\0';
      start += n_stripped;
      *length -= n_stripped + 1;
    }
}

char *
intimail_thread_get_base_subject (const char *subject)
{
  g_autofree char *text = normalize (subject);
  gsize length;

  return g_strdup (intimail_thread_strip_subject (text, &length));
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
