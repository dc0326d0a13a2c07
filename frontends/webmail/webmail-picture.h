/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A text as a picture that a telephone reads (QR code, ISO/IEC 18004).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The dark squares as a path of SVG in a picture of *@size by *@size units; NULL when the
 * text is too long. */
char *webmail_picture_draw (const char *text,
                            guint *size);

G_END_DECLS
