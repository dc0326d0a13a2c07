/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-mime-stream-private.h"

#include <string.h>

#define GATHERED (64 * 1024)

struct _IntimailMimeStream
{
  GMimeStream parent_instance;

  GOutputStream *output;
  GCancellable *cancellable;
  GError *error;
  gsize length;
  char *gathered; /* room for GATHERED bytes */
};

G_DEFINE_FINAL_TYPE (IntimailMimeStream, intimail_mime_stream, intimail_gmime.g_mime_stream_get_type ())

static gboolean
write_gathered (IntimailMimeStream *self, GError **error)
{
  gsize length = self->length;

  self->length = 0;
  return length == 0 || g_output_stream_write_all (self->output, self->gathered, length, NULL, self->cancellable, error);
}

gboolean
intimail_mime_stream_write (IntimailMimeStream *self, const char *data, gsize length, GError **error)
{
  if (length > GATHERED - self->length && !write_gathered (self, error))
    return FALSE;
  if (length > GATHERED)
    return g_output_stream_write_all (self->output, data, length, NULL, self->cancellable, error);
  memcpy (self->gathered + self->length, data, length);
  self->length += length;

  return TRUE;
}

static ssize_t
intimail_mime_stream_take (GMimeStream *stream, const char *data, size_t length)
{
  IntimailMimeStream *self = INTIMAIL_MIME_STREAM (stream);

  if (self->error != NULL || !intimail_mime_stream_write (self, data, length, &self->error))
    return -1;
  stream->position += (gint64) length;

  return (ssize_t) length;
}

static int
intimail_mime_stream_flush (GMimeStream *stream)
{
  IntimailMimeStream *self = INTIMAIL_MIME_STREAM (stream);

  return self->error == NULL && write_gathered (self, &self->error) ? 0 : -1;
}

static void
intimail_mime_stream_finalize (GObject *object)
{
  IntimailMimeStream *self = INTIMAIL_MIME_STREAM (object);

  g_clear_object (&self->output);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->gathered);
  G_OBJECT_CLASS (intimail_mime_stream_parent_class)->finalize (object);
}

static void
intimail_mime_stream_class_init (IntimailMimeStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_mime_stream_finalize;
  ((GMimeStreamClass *) klass)->write = intimail_mime_stream_take;
  ((GMimeStreamClass *) klass)->flush = intimail_mime_stream_flush;
}

static void
intimail_mime_stream_init (IntimailMimeStream *self)
{
  self->gathered = g_malloc (GATHERED);
}

GMimeStream *
intimail_mime_stream_new (GOutputStream *output, GCancellable *cancellable)
{
  IntimailMimeStream *self = g_object_new (INTIMAIL_TYPE_MIME_STREAM, NULL);

  self->output = g_object_ref (output);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  return (GMimeStream *) self;
}

GCancellable *
intimail_mime_stream_get_cancellable (IntimailMimeStream *self)
{
  return self->cancellable;
}

void
intimail_mime_stream_fail (IntimailMimeStream *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

gboolean
intimail_mime_stream_finish (IntimailMimeStream *self, GError **error)
{
  if (self->error == NULL)
    write_gathered (self, &self->error);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));

  return FALSE;
}
