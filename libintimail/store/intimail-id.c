/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-id-private.h"

#include <string.h>

static int
letter_to_value (char c)
{
  if (c >= 'a' && c <= 'z')
    return c - 'a';
  if (c >= '2' && c <= '7')
    return c - '2' + 26;
  return -1;
}

gboolean
intimail_id_parse (char prefix, const char *text, gsize length, IntimailId *id)
{
  guint bits = 0;
  guint held = 0;
  gsize n = 0;

  if (length != INTIMAIL_ID_TEXT_LENGTH || text[0] != prefix)
    return FALSE;

  for (gsize i = 1; i < length; i++)
    {
      int value = letter_to_value (text[i]);

      if (value < 0)
        return FALSE;
      bits = bits << 5 | (guint) value;
      held += 5;
      if (held >= 8 && n < sizeof id->bytes)
        {
          held -= 8;
          id->bytes[n++] = (guint8) (bits >> held);
        }
      bits &= (1u << held) - 1;
    }

  /* The last letter has two bits to spare: one spelling for each id. */
  return bits == 0;
}

IntimailIdText
intimail_id_format (char prefix, const IntimailId *id)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
  IntimailIdText result;
  guint bits = 0;
  guint held = 0;
  gsize n = 0;

  result.text[n++] = prefix;
  for (gsize i = 0; i < sizeof id->bytes; i++)
    {
      bits = bits << 8 | id->bytes[i];
      held += 8;
      while (held >= 5)
        {
          held -= 5;
          result.text[n++] = letters[bits >> held & 31];
        }
      bits &= (1u << held) - 1;
    }
  result.text[n++] = letters[bits << (5 - held) & 31];
  result.text[n] = '\0';

  return result;
}

IntimailId
intimail_id_hash (gconstpointer data, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize digest_length = sizeof digest;
  IntimailId id;

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  memcpy (id.bytes, digest, sizeof id.bytes);
  return id;
}
