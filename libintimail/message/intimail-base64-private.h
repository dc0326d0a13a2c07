/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bytes as base64 in lines of 76 letters (RFC 2045 section 6.8), in pieces of any size.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that make one line. */
#define INTIMAIL_BASE64_LINE 57

/* What @length bytes more may become, at most. */
#define INTIMAIL_BASE64_ROOM(length) (((length) / INTIMAIL_BASE64_LINE + 1) * 77)

/* Zero at the beginning. */
typedef struct
{
  guchar line[INTIMAIL_BASE64_LINE];
  gsize length; /* of the line that is begun */
} IntimailBase64;

/* Each gives how many letters, with the line ends, it wrote to @text. */
gsize intimail_base64_step (IntimailBase64 *self,
                            const char *data,
                            gsize length,
                            char *text);
gsize intimail_base64_close (IntimailBase64 *self,
                             char *text);

G_END_DECLS
