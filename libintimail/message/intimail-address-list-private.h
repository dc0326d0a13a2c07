/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The addresses of a field as mail really has them; nothing is refused.
 */

#pragma once

#include <intimail/intimail-address.h>

G_BEGIN_DECLS

/* @text is unfolded UTF-8. Returns an array of IntimailFieldGroup. */
GPtrArray *intimail_address_list_read (const char *text);

/* The addresses of such an array without the groups. */
GPtrArray *intimail_address_list_join (GPtrArray *groups);

/* A phrase with its encoded words decoded, white space folded, without controls. */
char *intimail_address_list_decode_name (const char *text);

/* What intimail_address_list_to_string() makes of the addresses in @text, when they
 * are as nearly all are, names and brackets; else NULL. It saves the index an object for each. */
char *intimail_address_list_rewrite_simple (const char *text);

G_END_DECLS
