/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What reading and writing of mbox files share: lines, the line that begins a
 * message, and the fields in which mail programs note what was read.
 */

#pragma once

#include <intimail/intimail-mbox-reader.h>
#include <intimail/intimail-mbox-writer.h>
#include <intimail/intimail-message.h>

G_BEGIN_DECLS

/* A line that begins a message has at most so many bytes. */
#define INTIMAIL_MBOX_SEPARATOR_MAX 1000
/* Of one message that many keywords are kept, and of one field that many bytes. */
#define INTIMAIL_MBOX_KEYWORDS_MAX 64
#define INTIMAIL_MBOX_STATUS_MAX (32 * 1024)
/* A longer header has no status and no Content-Length. */
#define INTIMAIL_MBOX_HEADER_MAX (1024 * 1024)
/* What a file is, is judged by that many messages and bytes at its beginning. */
#define INTIMAIL_MBOX_DETECT_MESSAGES 32
#define INTIMAIL_MBOX_DETECT_BYTES (16 * 1024 * 1024)

/* A line without its end, which may be CRLF. */
typedef struct
{
  const char *text;
  gsize length;
  gsize next; /* where the line after it begins */
} IntimailMboxLine;

void intimail_mbox_line_take (const char *data,
                              gsize size,
                              gsize position,
                              IntimailMboxLine *line);

/* --- intimail-mbox-separator.c --- */

/* "From sender Thu Jan  1 00:00:00 1970", the time in UTC (RFC 4155). */
gboolean intimail_mbox_separator_parse (const IntimailMboxLine *line,
                                        gint64 *received);

/* A line "From sender" without a time, if @after it comes a header field. */
gboolean intimail_mbox_separator_is_bare (const IntimailMboxLine *line,
                                          const IntimailMboxLine *after);

/* With its line end. A sender that is no word becomes MAILER-DAEMON. */
char *intimail_mbox_separator_write (const char *sender,
                                     gint64 received);

/* --- intimail-mbox-status.c --- */

/* Keywords of a message in an mbox file, and the lines at the end of its header
 * that are not the message's but the file's. */
typedef struct
{
  gsize cut;
  gsize cut_length;
  GStrv keywords;
} IntimailMboxStatus;

void intimail_mbox_status_clear (IntimailMboxStatus *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailMboxStatus, intimail_mbox_status_clear)

/* May @word stand in the fields? "\\deleted" may. */
gboolean intimail_mbox_status_is_keyword (const char *word);

/* Reads the fields of a message that stands in a file. @with_length tells that the
 * file's format has Content-Length. */
void intimail_mbox_status_read (const char *data,
                                gsize size,
                                gboolean with_length,
                                IntimailMboxStatus *status);

/* The lines that a message needs at @where in a file, so that what reads it gives
 * back the message and its keywords; "" when it says all by itself. NULL when its
 * header is too long or has no end, and cannot take a line. */
char *intimail_mbox_status_write (const char *data,
                                  gsize size,
                                  const char *const *keywords,
                                  gboolean with_length,
                                  gsize *where);

/* The value of the last Content-Length before @header_end. */
gboolean intimail_mbox_status_get_length (const char *data,
                                          gsize header_end,
                                          guint64 *length);

/* Where the empty line after the header is, or @size; where the limit is, when
 * neither comes before it. */
gsize intimail_mbox_status_find_header_end (const char *data,
                                            gsize size);

/* --- intimail-mbox-reader.c --- */

/* A message where it stands in the file. */
typedef struct
{
  gsize start;
  gsize end;
  gsize n_quoted; /* lines with a ">" that is not the message's */
  gint64 received;
  const char *from_line; /* what follows "From ", not ended; NULL without such a line */
  gsize from_line_length;
  IntimailMboxStatus status; /* offsets from @start */
} IntimailMboxItem;

void intimail_mbox_item_clear (IntimailMboxItem *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailMboxItem, intimail_mbox_item_clear)

/* Finds the next message; FALSE after the last. */
gboolean intimail_mbox_reader_take (IntimailMboxReader *self,
                                    IntimailMboxItem *item);

guint64 intimail_mbox_item_get_size (const IntimailMboxItem *self);

/* The message's bytes, piece by piece. FALSE when @func said so. */
typedef gboolean (*IntimailMboxFunc) (const char *data,
                                      gsize length,
                                      gpointer user_data);
gboolean intimail_mbox_reader_visit (IntimailMboxReader *self,
                                     const IntimailMboxItem *item,
                                     IntimailMboxFunc func,
                                     gpointer user_data);

/* --- intimail-mbox-writer.c --- */

/* The line that begins @message when nobody says which: its Return-Path, else its
 * From. */
char *intimail_mbox_writer_make_line (IntimailMessage *message,
                                      gint64 received);

/* Appends with that line, which has its line end. */
gboolean intimail_mbox_writer_append_with_line (IntimailMboxWriter *self,
                                                GBytes *message,
                                                const char *line,
                                                const char *const *keywords,
                                                GCancellable *cancellable,
                                                GError **error);

G_END_DECLS
