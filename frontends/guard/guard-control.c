/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-control.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_LINE 4096
#define TIMEOUT 10 /* seconds */
#define MAX_CONNECTIONS 16

struct _GuardControl
{
  char *path;
  GuardDaemon *daemon;
  GSocketService *service;
  GCancellable *cancellable;
  guint n_connections;
};

typedef struct
{
  GuardControl *control; /* NULL: it is gone */
  GSocketConnection *connection;
  GCancellable *cancellable;
  char line[MAX_LINE];
  gsize length;
  char *answer;
} Connection;

static void
connection_free (Connection *self)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    self->control->n_connections--;
  g_object_unref (self->connection);
  g_object_unref (self->cancellable);
  g_free (self->answer);
  g_free (self);
}

static void
on_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connection *self = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL);
  connection_free (self);
}

static void
answer (Connection *self)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_auto (GStrv) words = g_strsplit (self->line, "\t", 8);

  self->answer = g_utf8_validate (self->line, -1, NULL) ? guard_daemon_command (self->control->daemon, (const char *const *) words)
                                                        : g_strdup ("error\t1\tno such command\n");
  g_output_stream_write_all_async (output, self->answer, strlen (self->answer), G_PRIORITY_DEFAULT, self->cancellable, on_written, self);
}

static void read_more (Connection *self);

static void
on_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Connection *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);
  char *end;

  if (n <= 0)
    {
      connection_free (self);
      return;
    }
  self->length += (gsize) n;
  end = memchr (self->line, '\n', self->length);
  if (end == NULL && self->length == sizeof self->line)
    connection_free (self);
  else if (end == NULL)
    read_more (self);
  else
    {
      *end = '\0';
      answer (self);
    }
}

static void
read_more (Connection *self)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));

  g_input_stream_read_async (input, self->line + self->length, sizeof self->line - self->length, G_PRIORITY_DEFAULT, self->cancellable, on_read, self);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  GuardControl *control = user_data;
  Connection *self;

  if (control->n_connections >= MAX_CONNECTIONS)
    return TRUE;
  control->n_connections++;
  g_socket_set_timeout (g_socket_connection_get_socket (connection), TIMEOUT);
  self = g_new0 (Connection, 1);
  self->control = control;
  self->connection = g_object_ref (connection);
  self->cancellable = g_object_ref (control->cancellable);
  read_more (self);

  return TRUE;
}

GuardControl *
guard_control_new (const char *path, GuardDaemon *daemon, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GuardControl *self = g_new0 (GuardControl, 1);
  mode_t old;
  gboolean listens;

  self->path = g_strdup (path);
  self->daemon = daemon;
  self->cancellable = g_cancellable_new ();
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  /* One that was killed left it; two at once would share the state's file, which the
   * service manager does not let happen. */
  g_unlink (path);
  /* Who may command is who may open it: the guard's own user, and root. */
  old = umask (0177);
  listens = g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);
  umask (old);
  if (!listens)
    {
      guard_control_free (self);
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  g_socket_service_start (self->service);

  return self;
}

void
guard_control_free (GuardControl *self)
{
  g_cancellable_cancel (self->cancellable);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_object_unref (self->service);
  g_object_unref (self->cancellable);
  g_unlink (self->path);
  g_free (self->path);
  g_free (self);
}
