/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-control.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <intimail/intimail.h>

#define MAX_LINE 4096
#define TIMEOUT 10 /* seconds */
#define MAX_CONNECTIONS 16
#define BACKLOG 16

struct _GuardControl
{
  char *path;
  GuardDaemon *daemon;
  int fd;
  guint source;
  GPtrArray *connections;
};

typedef struct
{
  GuardControl *control;
  int fd;
  guint source;
  guint timeout;
  char line[MAX_LINE];
  gsize length;
  char *answer;
  gsize written;
  gsize left;
} Connection;

static void
connection_free (gpointer data)
{
  Connection *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->timeout, g_source_remove);
  close (self->fd);
  g_free (self->answer);
  g_free (self);
}

static void
end_connection (Connection *self)
{
  g_ptr_array_remove_fast (self->control->connections, self);
}

static gboolean
on_timeout (gpointer data)
{
  Connection *self = data;

  self->timeout = 0;
  end_connection (self);

  return G_SOURCE_REMOVE;
}

/* A source that frees its connection must not be removed again with it. */
static gboolean
end_from_source (Connection *self)
{
  self->source = 0;
  end_connection (self);

  return G_SOURCE_REMOVE;
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer data)
{
  Connection *self = data;
  gssize n = send (fd, self->answer + self->written, self->left, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? G_SOURCE_CONTINUE : end_from_source (self);
  self->written += (gsize) n;
  self->left -= (gsize) n;

  return self->left > 0 ? G_SOURCE_CONTINUE : end_from_source (self);
}

static void
answer (Connection *self)
{
  g_auto (GStrv) words = g_strsplit (self->line, "\t", 8);

  self->answer = g_utf8_validate (self->line, -1, NULL) ? guard_daemon_command (self->control->daemon, (const char *const *) words)
                                                        : g_strdup ("error\t1\tno such command\n");
  self->left = strlen (self->answer);
  self->source = g_unix_fd_add (self->fd, G_IO_OUT | G_IO_HUP, on_writable, self);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  Connection *self = data;
  gssize n = recv (fd, self->line + self->length, sizeof self->line - self->length, MSG_DONTWAIT);
  char *end;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    return end_from_source (self);
  self->length += (gsize) n;
  end = memchr (self->line, '\n', self->length);
  if (end == NULL)
    return self->length < sizeof self->line ? G_SOURCE_CONTINUE : end_from_source (self);
  *end = '\0';
  self->source = 0;
  answer (self);

  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (int fd, GIOCondition condition, gpointer data)
{
  GuardControl *self = data;
  int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  Connection *connection;

  if (peer < 0)
    return G_SOURCE_CONTINUE;
  if (self->connections->len >= MAX_CONNECTIONS)
    {
      close (peer);
      return G_SOURCE_CONTINUE;
    }
  connection = g_new0 (Connection, 1);
  connection->control = self;
  connection->fd = peer;
  connection->source = g_unix_fd_add (peer, G_IO_IN | G_IO_HUP, on_readable, connection);
  connection->timeout = g_timeout_add_seconds (TIMEOUT, on_timeout, connection);
  g_ptr_array_add (self->connections, connection);

  return G_SOURCE_CONTINUE;
}

/* -1 with @error set. */
static int
listen_at (const char *path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = -1;
  mode_t old;

  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: too long for a socket", path);
      return -1;
    }
  /* One that was killed left it; two at once would share the state's file, which the
   * service manager does not let happen. */
  g_unlink (path);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  /* Who may command is who may open it: the guard's own user, and root. */
  old = umask (0177);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, BACKLOG) < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot listen at %s: %s", path, g_strerror (errno));
      if (fd >= 0)
        close (fd);
      fd = -1;
    }
  umask (old);

  return fd;
}

GuardControl *
guard_control_new (const char *path, GuardDaemon *daemon, GError **error)
{
  int fd = listen_at (path, error);
  GuardControl *self;

  if (fd < 0)
    return NULL;
  self = g_new0 (GuardControl, 1);
  self->path = g_strdup (path);
  self->daemon = daemon;
  self->fd = fd;
  self->connections = g_ptr_array_new_with_free_func (connection_free);
  self->source = g_unix_fd_add (fd, G_IO_IN, on_incoming, self);

  return self;
}

void
guard_control_free (GuardControl *self)
{
  g_source_remove (self->source);
  g_ptr_array_unref (self->connections);
  close (self->fd);
  g_unlink (self->path);
  g_free (self->path);
  g_free (self);
}
