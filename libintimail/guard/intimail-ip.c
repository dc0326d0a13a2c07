/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-ip-private.h"

#include <arpa/inet.h>
#include <string.h>

static const guint8 v4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static gboolean
parse_bits (const char *text, guint max, guint *bits)
{
  guint value = 0;

  if (*text == '\0' || strlen (text) > 3)
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      value = value * 10 + (guint) (*text - '0');
    }
  *bits = value;

  return value <= max;
}

gboolean
intimail_ip_parse (const char *text, gsize length, IntimailIp *ip)
{
  char buffer[INTIMAIL_IP_TEXT];
  IntimailIp result = { .bits = INTIMAIL_IP_BITS };
  struct in_addr v4;
  guint bits;
  char *slash;

  if (length == 0 || length >= sizeof buffer || memchr (text, '\0', length) != NULL)
    return FALSE;
  memcpy (buffer, text, length);
  buffer[length] = '\0';
  slash = strchr (buffer, '/');
  if (slash != NULL)
    *slash++ = '\0';

  if (inet_pton (AF_INET, buffer, &v4) == 1)
    {
      memcpy (result.bytes, v4_prefix, sizeof v4_prefix);
      memcpy (result.bytes + sizeof v4_prefix, &v4, sizeof v4);
      bits = 32;
      if (slash != NULL && !parse_bits (slash, 32, &bits))
        return FALSE;
      bits += INTIMAIL_IP_V4_BITS;
    }
  else
    {
      if (inet_pton (AF_INET6, buffer, result.bytes) != 1)
        return FALSE;
      bits = INTIMAIL_IP_BITS;
      if (slash != NULL && !parse_bits (slash, INTIMAIL_IP_BITS, &bits))
        return FALSE;
    }
  *ip = intimail_ip_network (&result, bits);

  return TRUE;
}

gboolean
intimail_ip_is_v4 (const IntimailIp *ip)
{
  return ip->bits >= INTIMAIL_IP_V4_BITS && memcmp (ip->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

IntimailIp
intimail_ip_network (const IntimailIp *ip, guint bits)
{
  IntimailIp network = { .bits = (guint8) MIN (bits, INTIMAIL_IP_BITS) };
  guint whole = network.bits / 8;

  memcpy (network.bytes, ip->bytes, whole);
  if (network.bits % 8 != 0)
    network.bytes[whole] = ip->bytes[whole] & (guint8) (0xff00 >> (network.bits % 8));

  return network;
}

gboolean
intimail_ip_contains (const IntimailIp *network, const IntimailIp *ip)
{
  IntimailIp other;

  if (ip->bits < network->bits)
    return FALSE;
  other = intimail_ip_network (ip, network->bits);
  return memcmp (other.bytes, network->bytes, sizeof other.bytes) == 0;
}

gboolean
intimail_ip_equal (const IntimailIp *a, const IntimailIp *b)
{
  return a->bits == b->bits && memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

guint
intimail_ip_hash (const IntimailIp *ip)
{
  guint64 high;
  guint64 low;

  memcpy (&high, ip->bytes, sizeof high);
  memcpy (&low, ip->bytes + sizeof high, sizeof low);
  low ^= (high + ip->bits) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  low = (low ^ low >> 33) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  low = (low ^ low >> 33) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);

  return (guint) (low ^ low >> 33);
}

const char *
intimail_ip_format (const IntimailIp *ip, char buffer[INTIMAIL_IP_TEXT])
{
  gboolean is_v4 = intimail_ip_is_v4 (ip);
  gsize length;

  if (is_v4)
    inet_ntop (AF_INET, ip->bytes + sizeof v4_prefix, buffer, INTIMAIL_IP_TEXT);
  else
    inet_ntop (AF_INET6, ip->bytes, buffer, INTIMAIL_IP_TEXT);
  length = strlen (buffer);
  if (ip->bits < INTIMAIL_IP_BITS)
    g_snprintf (buffer + length, (gulong) (INTIMAIL_IP_TEXT - length), "/%u", ip->bits - (is_v4 ? INTIMAIL_IP_V4_BITS : 0));

  return buffer;
}
