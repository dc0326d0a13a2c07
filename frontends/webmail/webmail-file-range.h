/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which bytes of a file are wanted: RFC 9110 section 14.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEBMAIL_FILE_RANGE_ALL,  /* none is asked for, or not one that is served */
  WEBMAIL_FILE_RANGE_PART, /* @first to @last */
  WEBMAIL_FILE_RANGE_NONE, /* it begins behind the end */
} WebmailFileRange;

/* @text is a Range field, or NULL. Several ranges at once are not served, and what is no
 * range is no error: all of it is sent then. */
WebmailFileRange webmail_file_range_parse (const char *text,
                                           guint64 size,
                                           guint64 *first,
                                           guint64 *last);

G_END_DECLS
