/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Signatures of OpenPGP, judged by GnuPG through GMime and GPGME.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* So long GnuPG may take. */
#define INTIMAIL_PGP_TIMEOUT (20 * G_TIME_SPAN_SECOND)

/* That many that do not end may be left behind, before no more is begun. */
#define INTIMAIL_PGP_MAX_LEFT 4

/* The signatures in @signature of @content, whose line ends are CR LF. @keyring is GnuPG's folder, NULL
 * for its own choice. UNAVAILABLE when GnuPG is not there, or takes longer than @timeout;
 * FAILED when @signature is none. */
GPtrArray *intimail_pgp_verify (const char *keyring,
                                GBytes *content,
                                GBytes *signature,
                                GTimeSpan timeout,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
