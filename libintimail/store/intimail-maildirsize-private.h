/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file maildirsize of Maildir++, which Dovecot, maildrop and Courier share:
 * a line with the limits, then a line for each change.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define INTIMAIL_MAILDIRSIZE_MAX 5120      /* bytes; a longer file is counted anew */
#define INTIMAIL_MAILDIRSIZE_AGE (15 * 60) /* seconds; when over quota and older, likewise */

typedef struct
{
  guint64 limit_bytes; /* 0 is none */
  guint64 limit_messages;
  guint64 used_bytes;
  guint64 used_messages;
  gsize file_size;
  gint64 modified; /* seconds since 1970 */
} IntimailMaildirsize;

/* FALSE when it is not such a file, or its sums are below zero. */
gboolean intimail_maildirsize_parse (const char *data,
                                     gsize length,
                                     IntimailMaildirsize *result);

/* FALSE when there is none, or none that can be trusted: count anew. */
gboolean intimail_maildirsize_read (int root_fd,
                                    IntimailMaildirsize *result);

/* Adds a change. A change that cannot be written makes the file wrong: it is
 * then removed, and counted anew by the next who asks. */
void intimail_maildirsize_append (int root_fd,
                                  gint64 bytes,
                                  gint64 messages);

/* Writes the file anew. */
gboolean intimail_maildirsize_replace (int root_fd,
                                       const IntimailMaildirsize *value,
                                       GError **error);

/* Is there room for one more message of @size bytes? */
gboolean intimail_maildirsize_has_room (const IntimailMaildirsize *value,
                                        guint64 size);

G_END_DECLS
