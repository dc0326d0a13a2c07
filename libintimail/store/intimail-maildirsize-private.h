/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file maildirsize of Maildir++, which Dovecot, maildrop and Courier share:
 * a line with the limits, then a line for each change.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define INTIMAIL_MAILDIRSIZE_MAX 5120      /* bytes; a longer file is counted anew */
#define INTIMAIL_MAILDIRSIZE_AGE (15 * 60) /* seconds; without room and older, likewise */

typedef struct
{
  guint64 limit_bytes; /* 0 is none */
  guint64 limit_messages;
  guint64 used_bytes;
  guint64 used_messages;
  guint64 big_bytes; /* beside the mail: counts, and is not in the file */
  gsize file_size;
  guint n_lines;   /* changes, after the line with the limits */
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

/* May the sums be taken as they are, for a message of @size bytes that wants in? A
 * long file is counted anew. Where there is no room, figures count that were summed
 * up at once, not long ago; others may be wrong by now. */
gboolean intimail_maildirsize_is_trusted (const IntimailMaildirsize *value,
                                          guint64 size,
                                          gint64 now);

/* Is there room for one more message of @size bytes? */
gboolean intimail_maildirsize_has_room (const IntimailMaildirsize *value,
                                        guint64 size);

/* How full it is, of bytes or messages, whichever is more; rounded down. */
guint intimail_maildirsize_get_percentage (const IntimailMaildirsize *value);

G_END_DECLS
