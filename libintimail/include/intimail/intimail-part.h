/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-field.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_PART (intimail_part_get_type ())

/**
 * IntimailProtection:
 * @INTIMAIL_PROTECTION_NONE: neither signed nor encrypted
 * @INTIMAIL_PROTECTION_PGP_SIGNED: signed with OpenPGP (PGP/MIME, RFC 3156)
 * @INTIMAIL_PROTECTION_PGP_ENCRYPTED: encrypted with OpenPGP (PGP/MIME)
 * @INTIMAIL_PROTECTION_PGP_INLINE_SIGNED: a text that holds one signed with OpenPGP
 * @INTIMAIL_PROTECTION_PGP_INLINE_ENCRYPTED: a text that holds one encrypted with OpenPGP
 * @INTIMAIL_PROTECTION_SMIME_SIGNED: signed with S/MIME (RFC 8551)
 * @INTIMAIL_PROTECTION_SMIME_ENCRYPTED: encrypted with S/MIME
 *
 * How a part claims to be protected.
 *
 * Since: 1.0
 */
typedef enum
{
  INTIMAIL_PROTECTION_NONE = 0,
  INTIMAIL_PROTECTION_PGP_SIGNED = 1,
  INTIMAIL_PROTECTION_PGP_ENCRYPTED = 2,
  INTIMAIL_PROTECTION_PGP_INLINE_SIGNED = 3,
  INTIMAIL_PROTECTION_PGP_INLINE_ENCRYPTED = 4,
  INTIMAIL_PROTECTION_SMIME_SIGNED = 5,
  INTIMAIL_PROTECTION_SMIME_ENCRYPTED = 6,
} IntimailProtection;

/* intimail-message.h, which includes this header, says what it is. */
typedef struct _IntimailMessage IntimailMessage;

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailPart, intimail_part, INTIMAIL, PART, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_id (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_content_type (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_charset (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_disposition (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_name (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_content_id (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_part_get_content_location (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_part_get_languages (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_part_get_size (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_part_is_multipart (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_part_get_parts (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_part_get_headers (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_part_get_content (IntimailPart *self,
                                   GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_part_write (IntimailPart *self,
                              GOutputStream *stream,
                              GCancellable *cancellable,
                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_part_write_async (IntimailPart *self,
                                GOutputStream *stream,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_part_write_finish (IntimailPart *self,
                                     GAsyncResult *result,
                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_part_guess_content_type (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_part_is_disguised (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_part_make_file_name (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_part_can_open (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMessage *intimail_part_open (IntimailPart *self,
                                     GCancellable *cancellable,
                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_part_open_async (IntimailPart *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMessage *intimail_part_open_finish (IntimailPart *self,
                                            GAsyncResult *result,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailProtection intimail_part_get_protection (IntimailPart *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_part_get_text (IntimailPart *self,
                              gboolean *problem,
                              GError **error);

G_END_DECLS
