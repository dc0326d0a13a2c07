/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-fold-private.h"

#include <string.h>

#define PAGE_SIZE 256
#define N_PAGES (0x110000 / PAGE_SIZE)

/* What each character becomes, whatever stands beside it: up to three characters of 21
 * bits, the first one lowest; 0 for those that look at their neighbours. A page is filled
 * when one of its characters is met. */
static guint64 *pages[N_PAGES];

#define BITS 21
#define N_RESULTS 3
/* Of one result, and of what three of them are made of: two bytes at least. */
#define BYTES_MAX 4
#define GROWTH_MAX (N_RESULTS * BYTES_MAX / 2)

/* The meaning of it all; for most text there is a faster way to the same. */
static char *
fold_slowly (const char *text, gsize length)
{
  g_autofree char *composed = g_utf8_normalize (text, (gssize) length, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (composed != NULL ? composed : "", -1);
  char *again = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);

  return again != NULL ? again : g_strdup ("");
}

/* May it become one with the character before it? */
static gboolean
joins (gunichar character)
{
  return g_unichar_ismark (character) || g_unichar_combining_class (character) != 0 ||
         (character >= 0x1100 && character <= 0x11ff);
}

static guint64
fold_alone (gunichar character)
{
  char text[6];
  gsize length = (gsize) g_unichar_to_utf8 (character, text);
  g_autofree char *folded = NULL;
  guint64 results = 0;
  guint n = 0;

  if (character == 0 || !g_unichar_validate (character) || joins (character))
    return 0;
  folded = fold_slowly (text, length);
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar result = g_utf8_get_char (c);

      if (n == N_RESULTS || joins (result))
        return 0;
      results |= (guint64) result << BITS * n++;
    }
  return results;
}

static const guint64 *
get_page (guint number)
{
  guint64 *page = g_atomic_pointer_get (&pages[number]);

  if (page != NULL)
    return page;
  page = g_new (guint64, PAGE_SIZE);
  for (guint i = 0; i < PAGE_SIZE; i++)
    page[i] = fold_alone (number * PAGE_SIZE + i);
  if (!g_atomic_pointer_compare_and_exchange (&pages[number], NULL, page))
    g_free (page);
  return g_atomic_pointer_get (&pages[number]);
}

/* NUL is no text. */
static gboolean
is_ascii (char byte)
{
  return (guint8) byte - 1u < 0x7f;
}

static char
fold_ascii (char byte)
{
  return byte >= 'A' && byte <= 'Z' ? (char) (byte | 0x20) : byte;
}

#define ONES G_GUINT64_CONSTANT (0x0101010101010101)

/* Eight at once. FALSE when one of them is none of those. */
static gboolean
fold_eight (char *to, const char *text)
{
  guint64 word;
  guint64 upper;

  memcpy (&word, text, sizeof word);
  if (((word | (word - ONES)) & (ONES * 0x80)) != 0)
    return FALSE;
  /* The highest bit of each byte from 'A' on, and not beyond 'Z', becomes the one between
   * the cases. */
  upper = (word + ONES * (0x80 - 'A')) & ~(word + ONES * (0x7f - 'Z')) & (ONES * 0x80);
  word |= upper >> 2;
  memcpy (to, &word, sizeof word);
  return TRUE;
}

/* The ASCII characters at the start: their number. */
static gsize
fold_start (GString *folded, const char *text, gsize length)
{
  gsize start = folded->len;
  gsize n = 0;
  char *to;

  g_string_set_size (folded, start + length);
  to = folded->str + start;
  while (length - n >= 8 && fold_eight (to + n, text + n))
    n += 8;
  for (; n < length && is_ascii (text[n]); n++)
    to[n] = fold_ascii (text[n]);
  g_string_truncate (folded, start + n);
  return n;
}

static char *
put_character (char *to, gunichar character)
{
  if (character >= 0x800)
    return to + g_unichar_to_utf8 (character, to);
  if (character >= 0x80)
    {
      *to++ = (char) (0xc0 | character >> 6);
      character = 0x80 | (character & 0x3f);
    }
  *to++ = (char) character;
  return to;
}

/* Of text that is valid. */
static inline gunichar
get_character (const char *text)
{
  guint8 first = (guint8) text[0];

  return first < 0xe0 ? (gunichar) (first & 0x1f) << 6 | ((guint8) text[1] & 0x3f) : g_utf8_get_char (text);
}

/* The rest. FALSE at a character that has to be seen with its neighbours. */
static gboolean
fold_quickly (GString *folded, const char *text, const char *end)
{
  gsize start = folded->len;
  char *to;

  g_string_set_size (folded, start + (gsize) (end - text) * GROWTH_MAX);
  to = folded->str + start;
  while (text < end)
    {
      gunichar character;
      guint64 results;

      if ((guint8) *text < 0x80)
        {
          *to++ = fold_ascii (*text++);
          continue;
        }
      character = get_character (text);
      results = get_page (character / PAGE_SIZE)[character % PAGE_SIZE];
      if (results == 0)
        return FALSE;
      for (; results != 0; results >>= BITS)
        to = put_character (to, (gunichar) (results & ((1 << BITS) - 1)));
      text = g_utf8_next_char (text);
    }
  g_string_truncate (folded, (gsize) (to - folded->str));
  return TRUE;
}

void
intimail_fold_append (GString *folded, const char *text, gsize length)
{
  gsize start = folded->len;
  gsize n_ascii = fold_start (folded, text, length);
  g_autofree char *valid = NULL;
  g_autofree char *slowly = NULL;

  if (n_ascii == length)
    return;

  if (!g_utf8_validate_len (text + n_ascii, length - n_ascii, NULL))
    {
      valid = g_utf8_make_valid (text, (gssize) length);
      text = valid;
      length = strlen (valid);
    }
  if (fold_quickly (folded, text + n_ascii, text + length))
    return;
  g_string_truncate (folded, start);
  slowly = fold_slowly (text, length);
  g_string_append (folded, slowly);
}

char *
intimail_fold (const char *text)
{
  g_autoptr (GString) folded = g_string_sized_new (strlen (text) + 1);

  intimail_fold_append (folded, text, strlen (text));
  return g_string_free (g_steal_pointer (&folded), FALSE);
}
