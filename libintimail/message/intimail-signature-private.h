/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-signature.h>

G_BEGIN_DECLS

/* What a program that verifies said. @fingerprint may be the id of a key; the others may be
 * NULL, and 0 for not known. */
IntimailSignature *intimail_signature_new (IntimailSignatureStatus status,
                                           gboolean trusted,
                                           const char *fingerprint,
                                           const char *name,
                                           const char *email,
                                           gint64 created);

G_END_DECLS
