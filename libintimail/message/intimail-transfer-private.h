/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Content-Transfer-Encoding undone, in one pass and a fixed amount of memory.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_TRANSFER_IDENTITY,
  INTIMAIL_TRANSFER_QUOTED_PRINTABLE,
  INTIMAIL_TRANSFER_BASE64,
  INTIMAIL_TRANSFER_UUENCODE,
  INTIMAIL_TRANSFER_UNKNOWN, /* taken as it is, and said to be a problem */
} IntimailTransfer;

/* Takes decoded bytes; FALSE with an error ends the decoding. */
typedef gboolean (*IntimailTransferSink) (const char *data,
                                          gsize length,
                                          gpointer user_data,
                                          GError **error);

/* @name is the field's value, NULL when there is none. */
IntimailTransfer intimail_transfer_from_name (const char *name);

/* Base64 is decoded here; quoted-printable and uuencode by GMime. Fails with UNAVAILABLE when
 * that cannot be loaded now, and as @sink does. */
gboolean intimail_transfer_decode (IntimailTransfer transfer,
                                   const char *data,
                                   gsize length,
                                   IntimailTransferSink sink,
                                   gpointer user_data,
                                   GError **error);

/* How many bytes that would be. Cannot fail, and does not need GMime. */
guint64 intimail_transfer_measure (IntimailTransfer transfer,
                                   const char *data,
                                   gsize length);

/* The first @limit decoded bytes; what follows is not decoded. @with_gmime: GMime, which is
 * loaded, decodes what it decodes above. */
GByteArray *intimail_transfer_decode_start (IntimailTransfer transfer,
                                            gboolean with_gmime,
                                            const char *data,
                                            gsize length,
                                            guint limit);

/* The decoders of a short text inside a field; the same rules. */
void intimail_transfer_append_base64 (GByteArray *to,
                                      const char *data,
                                      gsize length);

G_END_DECLS
