/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text in whatever charset a mail claims, to UTF-8.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Decodes @length bytes of @charset, NULL or "" when nothing was claimed. Never
 * fails: what cannot be decoded becomes U+FFFD. The result is valid UTF-8 and
 * holds no NUL. @problem (may be NULL) tells that the claim was unknown or that
 * the bytes do not keep to it. */
char *intimail_charset_decode (const char *charset,
                               const char *data,
                               gsize length,
                               gboolean *problem);

/* The label by which this room knows @charset, a constant; NULL when there is no
 * decoder for it. */
const char *intimail_charset_find (const char *charset);

/* The name that iconv() has for what writers mean by @charset, a constant; NULL as above. */
const char *intimail_charset_find_decoder (const char *charset);

/* What an HTML text says of its own charset (<meta charset=...>), a constant as
 * above; NULL when it says nothing. */
const char *intimail_charset_find_in_html (const char *data,
                                           gsize length);

G_END_DECLS
