/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The addresses of a field as mail really has them; nothing is refused.
 */

#pragma once

#include <intimail/intimail-address.h>

G_BEGIN_DECLS

/* @text is unfolded UTF-8. Returns an array of IntimailFieldGroup. */
GPtrArray *intimail_address_list_read (const char *text);

G_END_DECLS
