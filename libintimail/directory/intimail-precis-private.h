/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Passwords in the form in which two ways to type one are equal: the profile
 * OpaqueString of PRECIS (RFC 8265 section 4.2, on the FreeformClass of RFC 8264).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is hashed and compared in the place of @password: spaces of other kinds are
 * spaces, and the text is in normal form C. INVALID_ARGUMENT when it is no UTF-8, empty,
 * or holds what nobody types on purpose. To be freed by intimail_secret_free(). */
char *intimail_precis_prepare_password (const char *password,
                                        GError **error);

G_END_DECLS
