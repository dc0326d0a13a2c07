/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What stands in a message where an attachment was.
 */

#pragma once

#include <intimail/intimail-big-file.h>

G_BEGIN_DECLS

/* The header and the body of a part of text, without a line end behind it. */
char *intimail_detach_note_make (IntimailBigFile *file,
                                 const char *link,
                                 gboolean french,
                                 gboolean with_cr);

G_END_DECLS
