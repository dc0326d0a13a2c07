/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An address or a network of the Internet, IPv4 inside IPv6 (RFC 4291 section 2.5.5.2).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INTIMAIL_IP_BITS 128u
/* An IPv4 network of n bits has so many more here. */
#define INTIMAIL_IP_V4_BITS 96u
/* Enough for the text of an address with its bits and a NUL. */
#define INTIMAIL_IP_TEXT 64

typedef struct
{
  guint8 bytes[16];
  guint8 bits; /* 128: one address */
} IntimailIp;

/* An address, or a network as "192.0.2.0/24"; bits past the network become 0. A name
 * is none. FALSE leaves @ip alone. */
gboolean intimail_ip_parse (const char *text,
                            gsize length,
                            IntimailIp *ip);

gboolean intimail_ip_is_v4 (const IntimailIp *ip);

/* The network of so many bits, of 128, that holds @ip. */
IntimailIp intimail_ip_network (const IntimailIp *ip,
                                guint bits);

gboolean intimail_ip_contains (const IntimailIp *network,
                               const IntimailIp *ip);

gboolean intimail_ip_equal (const IntimailIp *a,
                            const IntimailIp *b);

guint intimail_ip_hash (const IntimailIp *ip);

/* The text of it, without "/32" and "/128". Returns @buffer. */
const char *intimail_ip_format (const IntimailIp *ip,
                                char buffer[INTIMAIL_IP_TEXT]);

G_END_DECLS
