/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-checksum-private.h"

#include <string.h>

/* Odd, so that multiplying loses nothing: the bits of the golden ratio and others. */
#define FACTOR_A G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
#define FACTOR_B G_GUINT64_CONSTANT (0xd6e8feb86659fd93)

#define N_LANES 4

static inline guint64
turn (guint64 value)
{
  return value << 29 | value >> 35;
}

static inline guint64
stir (guint64 state, guint64 word)
{
  return turn (state ^ word) * FACTOR_A;
}

static inline guint64
read_word (const guint8 *bytes)
{
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  return word;
}

/* Lanes that do not wait for one another. */
guint64
intimail_checksum (gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  gsize left = length;
  guint64 lanes[N_LANES] = { FACTOR_A, FACTOR_B, FACTOR_A + FACTOR_B, FACTOR_A ^ FACTOR_B };
  guint64 sum = length;
  guint64 rest = 0;

  for (; left >= sizeof lanes; left -= sizeof lanes, bytes += sizeof lanes)
    {
      for (guint i = 0; i < N_LANES; i++)
        lanes[i] = stir (lanes[i], read_word (bytes + 8 * i));
    }
  for (guint i = 0; i < N_LANES; i++)
    sum = stir (sum, lanes[i]) ^ (sum >> 32);
  for (; left >= sizeof rest; left -= sizeof rest, bytes += sizeof rest)
    sum = stir (sum, read_word (bytes));
  if (left > 0)
    memcpy (&rest, bytes, left);
  sum = stir (sum, rest) * FACTOR_B;
  return sum ^ sum >> 31;
}
