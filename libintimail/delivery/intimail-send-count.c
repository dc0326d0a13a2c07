/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-send-count-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-fd-private.h"
#include "delivery/intimail-locked-file-private.h"
#include "json/intimail-json-line-private.h"

#define NAME "intimail.sent"
#define HOUR (60 * 60)
#define DAY (24 * HOUR)
#define MAX_FILE_SIZE (16 * 1024 * 1024)
/* From here on, what is older than a day is left out. */
#define TIDY_SIZE (32 * 1024)

/* One line. An alarm has no recipients. */
typedef struct
{
  gint64 time;
  gint64 recipients;
} Row;

typedef struct
{
  char *path;
  IntimailFd fd;
  gsize size;
  GArray *rows; /* of the last day, the oldest first */
} Book;

static void
book_clear (Book *self)
{
  intimail_fd_close (self->fd);
  g_free (self->path);
  g_clear_pointer (&self->rows, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

static gboolean
read_row (const char *line, gsize length, Row *row)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  *row = (Row){ 0 };
  if (!intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "time"))
      row->time = member.integer;
    else if (member.kind == INTIMAIL_JSON_KIND_INTEGER && intimail_json_member_is (&member, "recipients"))
      row->recipients = MAX (0, member.integer);

  return intimail_json_line_reader_is_complete (&reader);
}

static void
append_row (GString *text, const Row *row)
{
  intimail_json_line_begin (text);
  intimail_json_line_add_integer (text, "time", row->time);
  intimail_json_line_add_integer (text, "recipients", row->recipients);
  intimail_json_line_end (text);
}

/* A clock that was set back leaves lines of tomorrow: they count for none. */
static gboolean
book_read (Book *self, gint64 now, GError **error)
{
  g_autofree char *data = NULL;

  if (!intimail_fd_read_all (self->fd, MAX_FILE_SIZE, &data, &self->size, error))
    return FALSE;
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  for (const char *line = data; line < data + self->size;)
    {
      const char *newline = memchr (line, '\n', (gsize) (data + self->size - line));
      const char *end = newline != NULL ? newline : data + self->size;
      Row row;

      if (read_row (line, (gsize) (end - line), &row) && row.time > now - DAY && row.time <= now)
        g_array_append_val (self->rows, row);
      line = end + 1;
    }

  return TRUE;
}

static gboolean
book_tidy (Book *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len; i++)
    append_row (text, &g_array_index (self->rows, Row, i));

  return intimail_file_replace (self->path, text->str, text->len, 0600, error);
}

static gboolean
book_append (Book *self, const Row *row, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  append_row (line, row);
  if (!intimail_locked_file_append (self->fd, self->size, line->str, line->len, error))
    return FALSE;
  if (self->size <= TIDY_SIZE || self->rows->len * 2 * line->len > self->size)
    return TRUE;
  g_array_append_vals (self->rows, row, 1);

  return book_tidy (self, error);
}

/* When the message would fit again, or 0 when it does now. */
static gint64
find_end (Book *self, const IntimailSendLimit *limit, gint64 window, guint n_recipients, gint64 now)
{
  gint64 messages = 1;
  gint64 recipients = n_recipients;

  for (guint i = self->rows->len; i > 0; i--)
    {
      const Row *row = &g_array_index (self->rows, Row, i - 1);

      if (row->time <= now - window || row->recipients == 0)
        continue;
      messages++;
      recipients += row->recipients;
      if ((limit->messages > 0 && messages > limit->messages) || (limit->recipients > 0 && recipients > limit->recipients))
        return row->time + window;
    }

  return 0;
}

static gboolean
has_alarm (Book *self, gint64 since)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_array_index (self->rows, Row, i).recipients == 0 && g_array_index (self->rows, Row, i).time > since)
      return TRUE;

  return FALSE;
}

static void
refuse (gint64 end, gboolean of_day, GError **error)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (end);
  g_autofree char *text = g_date_time_format (time, of_day ? "%Y-%m-%d %H:%M" : "%H:%M");

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_RATE_LIMITED,
               "too much mail was sent with this account in the last %s; it goes on at %s, and the administrators know",
               of_day ? "day" : "hour", text);
}

/* To more people than it may ever be. */
static gboolean
check_alone (const IntimailSendLimit *limit, guint n_recipients, GError **error)
{
  if (limit->recipients == 0 || n_recipients <= limit->recipients)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the message is to %u people, and this site sends to %u at most",
               n_recipients, limit->recipients);
  return FALSE;
}

gboolean
intimail_send_count_take (const char *folder,
                          const IntimailSendLimits *limits,
                          guint n_recipients,
                          gint64 now,
                          gboolean *alarm,
                          GError **error)
{
  g_auto (Book) book = { .path = g_build_filename (folder, NAME, NULL), .fd = -1 };
  Row row = { now, n_recipients };
  gint64 hour_end;
  gint64 day_end;

  *alarm = FALSE;
  book.fd = intimail_locked_file_open (book.path, error);
  if (book.fd < 0 || !book_read (&book, now, error))
    return FALSE;
  if (!check_alone (&limits->hour, n_recipients, error) || !check_alone (&limits->day, n_recipients, error))
    return FALSE;
  hour_end = find_end (&book, &limits->hour, HOUR, n_recipients, now);
  day_end = find_end (&book, &limits->day, DAY, n_recipients, now);
  if (hour_end == 0 && day_end == 0)
    return book_append (&book, &row, error);

  if (!has_alarm (&book, now - (day_end > 0 ? DAY : HOUR)))
    {
      row.recipients = 0;
      if (!book_append (&book, &row, error))
        return FALSE;
      *alarm = TRUE;
    }
  refuse (MAX (hour_end, day_end), day_end > hour_end, error);

  return FALSE;
}
