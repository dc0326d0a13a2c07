/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-content-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "message/intimail-part-private.h"

#define CHUNK (128 * 1024)

/* One of the four is set. */
struct _IntimailContent
{
  gatomicrefcount references;

  GBytes *bytes;
  IntimailPart *part;
  char *path;
  gboolean follow;
  GInputStream *stream;
  goffset start;    /* of a stream that can seek; -1: it cannot */
  gboolean is_used; /* a stream that cannot seek was read */
};

static IntimailContent *
content_new (void)
{
  IntimailContent *self = g_new0 (IntimailContent, 1);

  g_atomic_ref_count_init (&self->references);
  self->start = -1;
  return self;
}

IntimailContent *
intimail_content_new_bytes (GBytes *bytes)
{
  IntimailContent *self = content_new ();

  self->bytes = g_bytes_ref (bytes);
  return self;
}

IntimailContent *
intimail_content_new_part (IntimailPart *part)
{
  IntimailContent *self = content_new ();

  self->part = g_object_ref (part);
  return self;
}

/* A pipe would wait for somebody who writes, and a device never ends. */
static int
open_file (const char *path, gboolean follow, struct stat *status, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
  g_autofree char *shown = g_filename_display_name (path);

  if (fd < 0 || fstat (fd, status) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot read the file %s", shown);
      return -1;
    }
  if (!S_ISREG (status->st_mode))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s is no file", shown);
      return -1;
    }
  return intimail_fd_steal (&fd);
}

IntimailContent *
intimail_content_new_file (const char *path, gboolean follow, GError **error)
{
  struct stat status;
  g_auto (IntimailFd) fd = open_file (path, follow, &status, error);
  IntimailContent *self;

  if (fd < 0)
    return NULL;
  self = content_new ();
  self->path = g_strdup (path);
  self->follow = follow;
  return self;
}

IntimailContent *
intimail_content_new_stream (GInputStream *stream)
{
  IntimailContent *self = content_new ();

  self->stream = g_object_ref (stream);
  if (G_IS_SEEKABLE (stream) && g_seekable_can_seek (G_SEEKABLE (stream)))
    self->start = g_seekable_tell (G_SEEKABLE (stream));
  return self;
}

IntimailContent *
intimail_content_ref (IntimailContent *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
intimail_content_unref (IntimailContent *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->part);
  g_clear_object (&self->stream);
  g_free (self->path);
  g_free (self);
}

gboolean
intimail_content_is_repeatable (IntimailContent *self)
{
  return self->stream == NULL || self->start >= 0;
}

gint64
intimail_content_get_size (IntimailContent *self)
{
  struct stat status;

  if (self->bytes != NULL)
    return (gint64) g_bytes_get_size (self->bytes);
  if (self->part != NULL)
    return (gint64) intimail_part_get_size (self->part);

  return self->path != NULL && stat (self->path, &status) == 0 ? (gint64) status.st_size : -1;
}

/* A program that is told to stop does not wait for the end of a large file. */
static gboolean
read_bytes (GBytes *bytes, IntimailTransferSink sink, gpointer user_data, GCancellable *cancellable, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < size; i += CHUNK)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !sink (data + i, MIN (CHUNK, size - i), user_data, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_file (IntimailContent *self, IntimailTransferSink sink, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree char *chunk = g_malloc (CHUNK);
  struct stat status;
  g_auto (IntimailFd) fd = open_file (self->path, self->follow, &status, error);

  while (fd >= 0)
    {
      ssize_t n = read (fd, chunk, CHUNK);

      if (n == 0)
        return TRUE;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot read the file %s", self->path);
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !sink (chunk, (gsize) n, user_data, error))
        return FALSE;
    }

  return FALSE;
}

static gboolean
set_stream_error (GError *cause, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_is_cancelled (cancellable) && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read a stream: %s", cause->message);
  g_error_free (cause);

  return FALSE;
}

static gboolean
rewind_stream (IntimailContent *self, GCancellable *cancellable, GError **error)
{
  GError *cause = NULL;

  if (self->start < 0 && self->is_used)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "a stream that cannot seek was read before");
      return FALSE;
    }
  self->is_used = TRUE;
  if (self->start >= 0 && !g_seekable_seek (G_SEEKABLE (self->stream), self->start, G_SEEK_SET, cancellable, &cause))
    return set_stream_error (cause, cancellable, error);

  return TRUE;
}

static gboolean
read_stream (IntimailContent *self, IntimailTransferSink sink, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree char *chunk = NULL;
  GError *cause = NULL;
  gssize n;

  if (!rewind_stream (self, cancellable, error))
    return FALSE;
  chunk = g_malloc (CHUNK);
  while ((n = g_input_stream_read (self->stream, chunk, CHUNK, cancellable, &cause)) > 0)
    if (!sink (chunk, (gsize) n, user_data, error))
      return FALSE;

  return n == 0 || set_stream_error (cause, cancellable, error);
}

gboolean
intimail_content_read (IntimailContent *self, IntimailTransferSink sink, gpointer user_data, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->bytes != NULL)
    return read_bytes (self->bytes, sink, user_data, cancellable, error);
  if (self->part != NULL)
    return intimail_part_read (self->part, sink, user_data, error);
  if (self->path != NULL)
    return read_file (self, sink, user_data, cancellable, error);

  return read_stream (self, sink, user_data, cancellable, error);
}

typedef struct
{
  IntimailContentTraits *traits;
  gsize line;
  char rest[4]; /* the beginning of a character whose end is in the next piece */
  gsize n_rest;
} Scan;

static void
scan_lines (Scan *scan, const guchar *data, gsize length)
{
  IntimailContentTraits *traits = scan->traits;

  for (gsize i = 0; i < length; i++)
    {
      scan->line = data[i] == '\n' ? 0 : scan->line + 1;
      traits->longest = MAX (traits->longest, scan->line);
      traits->n_high += data[i] >= 0x80;
      traits->n_nul += data[i] == '\0';
      traits->n_return += data[i] == '\r';
    }
}

/* Bytes at @data that a character needs; 0 when none begins there. */
static gsize
measure_character (guchar first)
{
  return first < 0x80 ? 1 : first < 0xc2 ? 0
                        : first < 0xe0   ? 2
                        : first < 0xf0   ? 3
                        : first < 0xf5   ? 4
                                         : 0;
}

static void
scan_characters (Scan *scan, const char *data, gsize length)
{
  const char *end;

  while (scan->n_rest > 0 && length > 0 && scan->traits->utf8)
    {
      scan->rest[scan->n_rest++] = *data++;
      length--;
      if (scan->n_rest == measure_character ((guchar) scan->rest[0]))
        {
          scan->traits->utf8 = g_utf8_validate_len (scan->rest, scan->n_rest, NULL);
          scan->n_rest = 0;
        }
    }
  if (!scan->traits->utf8 || length == 0 || g_utf8_validate_len (data, length, &end))
    return;
  scan->n_rest = length - (gsize) (end - data);
  if (scan->n_rest >= measure_character ((guchar) *end))
    scan->traits->utf8 = FALSE;
  else
    memcpy (scan->rest, end, scan->n_rest);
}

static gboolean
scan_chunk (const char *data, gsize length, gpointer user_data, GError **error)
{
  Scan *scan = user_data;

  scan->traits->size += length;
  scan_lines (scan, (const guchar *) data, length);
  if (scan->traits->utf8)
    scan_characters (scan, data, length);

  return TRUE;
}

gboolean
intimail_content_scan (IntimailContent *self, IntimailContentTraits *traits, GCancellable *cancellable, GError **error)
{
  Scan scan = { .traits = traits };

  memset (traits, 0, sizeof *traits);
  traits->utf8 = TRUE;
  if (!intimail_content_read (self, scan_chunk, &scan, cancellable, error))
    return FALSE;
  traits->utf8 = traits->utf8 && scan.n_rest == 0;

  return TRUE;
}
