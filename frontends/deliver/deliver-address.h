/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mail addresses as the command line names them.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What would end a line of LMTP, or a path in it, is no address; nor is what is not
 * UTF-8. Options are taken as G_OPTION_ARG_FILENAME, the bytes as they come: pipe(8)
 * runs programs in the C locale, where GOption knows ASCII alone. */
gboolean deliver_address_is_plain (const char *text);

G_END_DECLS
