/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text whose paragraphs flow (RFC 3676): lines that end with a space go on in the next one,
 * and how often a line is quoted is said by the ">" in front of it.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of lines that are paragraphs; lines with ">" in front are quoted. White space at the end of
 * a line is lost, but for the line "-- ". */
char *intimail_flowed_write (const char *text);

/* A paragraph in each line, with ">" in front as often as it is quoted; @del_space: what
 * ends a line that goes on is no part of the text. */
char *intimail_flowed_read (const char *text,
                            gboolean del_space);

G_END_DECLS
