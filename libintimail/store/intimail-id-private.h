/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Identifiers of messages and threads as 128 bits in memory, and as a letter and
 * 26 letters of base32 outside.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INTIMAIL_ID_TEXT_LENGTH 27

typedef struct
{
  guint8 bytes[16];
} IntimailId;

/* The text with its NUL. */
typedef struct
{
  char text[INTIMAIL_ID_TEXT_LENGTH + 1];
} IntimailIdText;

/* FALSE when @text is not what intimail_id_format() makes: then there is no such thing. */
gboolean intimail_id_parse (char prefix,
                            const char *text,
                            gsize length,
                            IntimailId *id);

IntimailIdText intimail_id_format (char prefix,
                                   const IntimailId *id);

/* The first 128 bits of SHA-256. */
IntimailId intimail_id_hash (gconstpointer data,
                             gsize length);

static inline guint64
intimail_id_get_word (const IntimailId *id)
{
  guint64 word;

  __builtin_memcpy (&word, id->bytes, sizeof word);
  return word;
}

static inline int
intimail_id_compare (const IntimailId *a, const IntimailId *b)
{
  return __builtin_memcmp (a->bytes, b->bytes, sizeof a->bytes);
}

G_END_DECLS
