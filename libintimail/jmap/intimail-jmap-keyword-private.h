/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Keywords (RFC 8621 section 4.1.1), and the sets {"name": true} in JSON.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* 1 to 255 characters of %x21-7e without ( ) { ] % * " \ */
gboolean intimail_jmap_keyword_is_valid (const char *keyword);

/* The names in an object whose members are all true; NULL when one is not. */
char **intimail_jmap_set_to_strv (JsonObject *object);

G_END_DECLS
