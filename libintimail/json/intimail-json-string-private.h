/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JSON strings (RFC 8259 section 7): how they are written and taken apart.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends @text with its quotes, escaping only what has to be. Bytes that are
 * not UTF-8 and code points that I-JSON forbids become U+FFFD. */
void intimail_json_string_append (GString *output,
                                  const char *text,
                                  gsize length);

/* The first byte that is a quote, a backslash or a control character, or @end. */
const char *intimail_json_string_skip_plain (const char *next,
                                             const char *end);

/* Reads the escape that @next points to, a backslash. Returns what follows it,
 * or NULL when it is not one escape of one character: half a surrogate pair is
 * none. */
const char *intimail_json_string_read_escape (const char *next,
                                              const char *end,
                                              gunichar *character);

/* RFC 7493 section 2.1. */
gboolean intimail_json_string_is_noncharacter (gunichar character);

G_END_DECLS
