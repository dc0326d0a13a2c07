/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-subject-private.h"

#include <string.h>

/* Bytes of the longest prefix, and some more. */
#define MAX_PREFIX 16

/* What programs write in English, French, German, Dutch, the languages of the north, Polish,
 * Italian and Portuguese; in lower case, and composed. */
static const char *const replies[] = { "re", "r\303\251", "r\303\251p", "ref", "aw", "antw", "sv", "vs", "odp", "rif", "res", NULL };
static const char *const forwards[] = { "fwd", "fw", "tr", "wg", "doorst", "vb", "vl", "pd", "enc", NULL };

static const char *
skip_space (const char *text)
{
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  return text;
}

/* The number in "Re[2]:" or "Re(2):". */
static const char *
skip_number (const char *text)
{
  gsize digits;

  if (*text != '[' && *text != '(')
    return text;
  digits = strspn (text + 1, G_CSET_DIGITS);
  if (digits == 0 || digits > 4 || text[1 + digits] != (*text == '[' ? ']' : ')'))
    return text;

  return text + digits + 2;
}

/* With the accents that stand alone. */
static gboolean
is_letter (gunichar character)
{
  return g_unichar_isalpha (character) || g_unichar_ismark (character);
}

/* What follows one prefix; NULL when there is none. */
static const char *
skip_prefix (const char *text, const char *const *prefixes)
{
  const char *end = text;
  g_autofree char *word = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *composed = NULL;

  while (is_letter (g_utf8_get_char (end)) && end - text < MAX_PREFIX)
    end = g_utf8_next_char (end);
  word = g_strndup (text, (gsize) (end - text));
  folded = g_utf8_strdown (word, -1);
  composed = g_utf8_normalize (folded, -1, G_NORMALIZE_NFC);
  if (composed == NULL || !g_strv_contains (prefixes, composed))
    return NULL;
  end = skip_space (skip_number (skip_space (end)));
  if (*end == ':')
    return skip_space (end + 1);

  /* The colon of East Asian fonts. */
  return g_utf8_get_char (end) == 0xff1a ? skip_space (g_utf8_next_char (end)) : NULL;
}

static char *
replace_prefixes (const char *subject, const char *const *prefixes, const char *prefix)
{
  g_autofree char *rest = NULL;

  subject = skip_space (subject);
  for (const char *next = subject; next != NULL; next = skip_prefix (subject, prefixes))
    subject = next;
  rest = g_strchomp (g_strdup (subject));

  return g_strconcat (prefix, rest, NULL);
}

char *
intimail_subject_make_reply (const char *subject)
{
  return replace_prefixes (subject, replies, "Re: ");
}

char *
intimail_subject_make_forward (const char *subject)
{
  return replace_prefixes (subject, forwards, "Fwd: ");
}
