/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-export-sink-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "store/intimail-account-private.h"
#include "store/intimail-import-batch-private.h"

#define BUFFER_BYTES (256 * 1024)

struct _IntimailExportSink
{
  char *path;
  IntimailTransferReport *report;

  /* An mbox. */
  GOutputStream *stream;
  IntimailMboxWriter *writer;

  /* A Maildir. */
  int fd;
};

void
intimail_export_sink_free (IntimailExportSink *self)
{
  g_clear_object (&self->writer);
  g_clear_object (&self->stream);
  intimail_fd_close (self->fd);
  g_free (self->path);
  g_free (self);
}

static gboolean
make_mbox (IntimailExportSink *self, IntimailMboxFormat format, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GFileOutputStream) stream = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, &local_error);

  if (stream == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR,
                   g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? INTIMAIL_ERROR_STORAGE_FULL : INTIMAIL_ERROR_FAILED,
                   "%s", local_error->message);
      return FALSE;
    }
  self->stream = g_buffered_output_stream_new_sized (G_OUTPUT_STREAM (stream), BUFFER_BYTES);
  self->writer = intimail_mbox_writer_new (self->stream, format);
  return TRUE;
}

static gboolean
make_maildir (IntimailExportSink *self, GError **error)
{
  static const char *const parts[] = { "cur", "new", "tmp" };

  /* The root of a tree is there already. */
  if (mkdir (self->path, 0700) < 0 && errno != EEXIST)
    {
      intimail_set_error_from_errno (error, errno, "cannot make the folder %s", self->path);
      return FALSE;
    }
  self->fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (self->fd >= 0 && mkdirat (self->fd, parts[i], 0700) == 0)
        continue;
      intimail_set_error_from_errno (error, errno, "cannot make the folder %s/%s", self->path, parts[i]);
      return FALSE;
    }
  return TRUE;
}

IntimailExportSink *
intimail_export_sink_new (const char *path, IntimailTransferFormat format, IntimailTransferReport *report, GError **error)
{
  g_autoptr (IntimailExportSink) self = g_new0 (IntimailExportSink, 1);
  gboolean ok;

  self->path = g_strdup (path);
  self->report = report;
  self->fd = -1;
  if (format == INTIMAIL_TRANSFER_FORMAT_MAILDIR)
    ok = make_maildir (self, error);
  else
    ok = make_mbox (self, format == INTIMAIL_TRANSFER_FORMAT_MBOXCL2 ? INTIMAIL_MBOX_FORMAT_CL2 : INTIMAIL_MBOX_FORMAT_RD, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

/* --- mbox --- */

/* The line of the mbox that the message was imported from. */
static char *
get_line (const IntimailTransferItem *item, GBytes *bytes)
{
  g_autoptr (IntimailMessage) message = NULL;
  char text[INTIMAIL_MBOX_SEPARATOR_MAX + 2] = "From ";
  gssize got = fgetxattr (item->fd, INTIMAIL_IMPORT_FROM_LINE, text + strlen ("From "), INTIMAIL_MBOX_SEPARATOR_MAX - strlen ("From "));

  if (got > 0)
    {
      IntimailMboxLine line = { text, (gsize) got + strlen ("From "), 0 };
      gint64 received;

      text[line.length] = '\n';
      if (memchr (text, '\n', line.length) == NULL && strlen (text) == line.length + 1 && intimail_mbox_separator_parse (&line, &received))
        return g_strdup (text);
    }
  message = intimail_message_new_from_bytes (bytes, NULL);
  return intimail_mbox_writer_make_line (message, item->received);
}

static GStrv
choose_keywords (IntimailExportSink *self, const IntimailTransferItem *item)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (gsize i = 0; item->keywords[i] != NULL; i++)
    {
      g_autofree char *why = NULL;

      if (intimail_mbox_status_is_keyword (item->keywords[i]))
        {
          g_strv_builder_add (words, item->keywords[i]);
          continue;
        }
      why = g_strdup_printf ("exported without the keyword \"%s\", which an mbox cannot hold", item->keywords[i]);
      intimail_transfer_report_note (self->report, item->what, why);
    }
  return g_strv_builder_end (words);
}

static gboolean
append_to_mbox (IntimailExportSink *self, IntimailTransferSource *source, const IntimailTransferItem *item, gboolean *fatal, GError **error)
{
  g_autoptr (GBytes) bytes = item->size > INTIMAIL_TRANSFER_MEMORY_MAX ? intimail_account_map_file (item->fd, error) : intimail_transfer_source_load (source, item, error);
  g_auto (GStrv) keywords = choose_keywords (self, item);
  g_autofree char *line = bytes != NULL ? get_line (item, bytes) : NULL;
  g_autoptr (GError) local_error = NULL;

  *fatal = FALSE;
  if (bytes == NULL)
    return FALSE;
  if (intimail_mbox_writer_append_with_line (self->writer, bytes, line, (const char *const *) keywords, NULL, &local_error))
    return TRUE;
  *fatal = !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* --- Maildir --- */

static gboolean
append_to_maildir (IntimailExportSink *self, IntimailTransferSource *source, const IntimailTransferItem *item, gboolean *fatal, GError **error)
{
  const struct timespec times[2] = { { (time_t) item->modified, 0 }, { (time_t) item->modified, 0 } };
  g_autofree char *name = g_build_filename (item->part, item->name, NULL);
  g_auto (IntimailFd) fd = openat (self->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  *fatal = TRUE;
  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot create %s/%s", self->path, name);
      return FALSE;
    }
  if (intimail_transfer_source_copy (source, item, fd, error) && futimens (fd, times) == 0)
    return TRUE;
  if (error != NULL && *error == NULL)
    intimail_set_error_from_errno (error, errno, "cannot set the time of %s/%s", self->path, name);
  *fatal = error != NULL && g_error_matches (*error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
  unlinkat (self->fd, name, 0);
  return FALSE;
}

/* Which letters stand for which words. */
static gboolean
write_words (IntimailExportSink *self, IntimailTransferSource *source, GError **error)
{
  g_autofree char *text = intimail_transfer_source_describe_words (source);
  g_auto (IntimailFd) fd = -1;

  if (*text == '\0')
    return TRUE;
  fd = openat (self->fd, "dovecot-keywords", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0)
    return intimail_fd_write_all (fd, text, strlen (text), error);
  intimail_set_error_from_errno (error, errno, "cannot create %s/dovecot-keywords", self->path);
  return FALSE;
}

gboolean
intimail_export_sink_append (IntimailExportSink *self, IntimailTransferSource *source, const IntimailTransferItem *item, gboolean *fatal, GError **error)
{
  return self->writer != NULL ? append_to_mbox (self, source, item, fatal, error) : append_to_maildir (self, source, item, fatal, error);
}

gboolean
intimail_export_sink_close (IntimailExportSink *self, IntimailTransferSource *source, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->writer == NULL)
    return write_words (self, source, error);
  if (g_output_stream_close (self->stream, NULL, &local_error))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR,
               g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? INTIMAIL_ERROR_STORAGE_FULL : INTIMAIL_ERROR_FAILED,
               "%s: %s", self->path, local_error->message);
  return FALSE;
}
