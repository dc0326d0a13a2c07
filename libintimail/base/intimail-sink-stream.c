/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-sink-stream-private.h"

struct _IntimailSinkStream
{
  GOutputStream parent_instance;

  IntimailSinkFunc func;
  gpointer target;
};

G_DEFINE_FINAL_TYPE (IntimailSinkStream, intimail_sink_stream, G_TYPE_OUTPUT_STREAM)

static gssize
intimail_sink_stream_write (GOutputStream *stream, const void *data, gsize length, GCancellable *cancellable, GError **error)
{
  IntimailSinkStream *self = INTIMAIL_SINK_STREAM (stream);

  return self->func (self->target, data, length, error) ? (gssize) length : -1;
}

static void
intimail_sink_stream_class_init (IntimailSinkStreamClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = intimail_sink_stream_write;
}

static void
intimail_sink_stream_init (IntimailSinkStream *self)
{
}

GOutputStream *
intimail_sink_stream_new (IntimailSinkFunc func, gpointer target)
{
  IntimailSinkStream *self = g_object_new (INTIMAIL_TYPE_SINK_STREAM, NULL);

  self->func = func;
  self->target = target;

  return G_OUTPUT_STREAM (self);
}
