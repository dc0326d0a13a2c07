/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The lines of a log that is a file, as it is or packed by gzip, in bounded memory.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

/* What is kept of a line whose end did not come yet: more than a detector looks at. */
#define COMMAND_GUARD_LOG_MAX_LINE (64 * 1024u)

/* Calls @func with each event and the number of its line. A @path that ends with ".gz" is
 * unpacked; "-" is the standard input. After a failure, which names @path, the lines before were judged. */
gboolean command_guard_log_read (const char *path,
                                 IntimailDetector *detector,
                                 gint64 now,
                                 IntimailDetectorFunc func,
                                 gpointer user_data,
                                 GError **error);

gboolean command_guard_log_scan (GInputStream *stream,
                                 gboolean is_packed,
                                 IntimailDetector *detector,
                                 gint64 now,
                                 IntimailDetectorFunc func,
                                 gpointer user_data,
                                 GError **error);

G_END_DECLS
