/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-message.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

/**
 * IntimailSignatureStatus:
 * @INTIMAIL_SIGNATURE_STATUS_UNKNOWN_KEY: nobody can say: the key is not there
 * @INTIMAIL_SIGNATURE_STATUS_GOOD: made with that key, and nothing was changed since
 * @INTIMAIL_SIGNATURE_STATUS_BAD: not made for what is there now
 * @INTIMAIL_SIGNATURE_STATUS_KEY_EXPIRED: good, but the key has expired
 * @INTIMAIL_SIGNATURE_STATUS_SIGNATURE_EXPIRED: good, but the signature has expired
 * @INTIMAIL_SIGNATURE_STATUS_KEY_REVOKED: good, but its owner has revoked the key
 * @INTIMAIL_SIGNATURE_STATUS_FAILED: it could not be judged
 *
 * What is known of a signature.
 *
 * Since: 1.0
 */
typedef enum
{
  INTIMAIL_SIGNATURE_STATUS_UNKNOWN_KEY = 0,
  INTIMAIL_SIGNATURE_STATUS_GOOD = 1,
  INTIMAIL_SIGNATURE_STATUS_BAD = 2,
  INTIMAIL_SIGNATURE_STATUS_KEY_EXPIRED = 3,
  INTIMAIL_SIGNATURE_STATUS_SIGNATURE_EXPIRED = 4,
  INTIMAIL_SIGNATURE_STATUS_KEY_REVOKED = 5,
  INTIMAIL_SIGNATURE_STATUS_FAILED = 6,
} IntimailSignatureStatus;

#define INTIMAIL_TYPE_SIGNATURE (intimail_signature_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailSignature, intimail_signature, INTIMAIL, SIGNATURE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_signature_verify (IntimailMessage *message,
                                      const char *keyring,
                                      GCancellable *cancellable,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_signature_verify_async (IntimailMessage *message,
                                      const char *keyring,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_signature_verify_finish (IntimailMessage *message,
                                             GAsyncResult *result,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailSignatureStatus intimail_signature_get_status (IntimailSignature *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_signature_is_trusted (IntimailSignature *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_signature_get_fingerprint (IntimailSignature *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_signature_get_name (IntimailSignature *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_signature_get_email (IntimailSignature *self);

INTIMAIL_AVAILABLE_IN_1_0
GDateTime *intimail_signature_get_created (IntimailSignature *self);

G_END_DECLS
