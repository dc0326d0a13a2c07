/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deliver-lmtp.h"
#include "deliver-map.h"
#include "deliver-policy.h"

/* Seconds that a peer who is sent away gets to take his reply. */
#define BUSY_TIMEOUT 1

/* How long a thread without a connection waits for the next, and how many do: a
 * process that hands over one message costs no thread of its own then. */
#define IDLE_TIMEOUT (10 * G_USEC_PER_SEC)
#define MAX_IDLE_THREADS 4

/* The threads of one run. They may outlive it when the time for the end is over,
 * so they are counted. */
typedef struct
{
  GMutex mutex;
  GCond arrived;
  GCond ended;
  GQueue visitors; /* for the threads that wait */
  guint n_connections;
  guint n_threads;
  guint n_idle;
  gboolean ending;
} Crowd;

typedef struct
{
  DeliverServer *server;
  Crowd *crowd;
  DeliverProtocol protocol;
  int fd;
} Visitor;

gboolean
deliver_server_is_stopping (const DeliverServer *self)
{
  struct pollfd fd = { .fd = self->stop_fd, .events = POLLIN };

  return poll (&fd, 1, 0) > 0;
}

void
deliver_server_serve (DeliverServer *self, DeliverProtocol protocol, int in_fd, int out_fd, gboolean busy)
{
  DeliverConnection connection = { .in_fd = in_fd, .out_fd = out_fd, .stop_fd = self->stop_fd };

  if (protocol == DELIVER_PROTOCOL_LMTP)
    deliver_lmtp_serve (self, &connection, busy);
  else if (protocol == DELIVER_PROTOCOL_POLICY && !busy)
    deliver_policy_serve (self, &connection);
  else if (!busy)
    deliver_map_serve (self, &connection);
}

static void
serve_visitor (Visitor *self)
{
  deliver_server_serve (self->server, self->protocol, self->fd, self->fd, FALSE);
  close (self->fd);
  g_free (self);
}

/* The next connection, or NULL when the thread is not needed any more. */
static Visitor *
wait_for_visitor (Crowd *self)
{
  gint64 end = g_get_monotonic_time () + IDLE_TIMEOUT;

  if (self->n_idle >= MAX_IDLE_THREADS)
    return NULL;

  self->n_idle++;
  while (g_queue_is_empty (&self->visitors) && !self->ending && g_cond_wait_until (&self->arrived, &self->mutex, end))
    ;
  self->n_idle--;
  return g_queue_pop_head (&self->visitors);
}

static gpointer
serve_visitors (gpointer data)
{
  Visitor *visitor = data;
  Crowd *crowd = visitor->crowd;

  while (visitor != NULL)
    {
      serve_visitor (visitor);
      g_mutex_lock (&crowd->mutex);
      crowd->n_connections--;
      g_cond_signal (&crowd->ended);
      visitor = wait_for_visitor (crowd);
      if (visitor == NULL)
        crowd->n_threads--;
      g_cond_signal (&crowd->ended);
      g_mutex_unlock (&crowd->mutex);
    }

  return NULL;
}

/* Gives it to a thread that waits, or to a new one. FALSE when there is none to be
 * had. */
static gboolean
pass_on (Crowd *self, Visitor *visitor)
{
  GThread *thread;
  gboolean ok = TRUE;

  g_mutex_lock (&self->mutex);
  if (self->n_idle > g_queue_get_length (&self->visitors))
    {
      g_queue_push_tail (&self->visitors, visitor);
      g_cond_signal (&self->arrived);
    }
  else
    {
      thread = g_thread_try_new ("connection", serve_visitors, visitor, NULL);
      ok = thread != NULL;
      self->n_threads += ok ? 1 : 0;
      g_clear_pointer (&thread, g_thread_unref);
    }
  g_mutex_unlock (&self->mutex);

  return ok;
}

/* One more connection, if there is room. */
static gboolean
admit (Crowd *self, guint max)
{
  gboolean room;

  g_mutex_lock (&self->mutex);
  room = self->n_connections < max;
  if (room)
    self->n_connections++;
  g_mutex_unlock (&self->mutex);
  return room;
}

static void
dismiss (DeliverServer *server, Crowd *crowd, const DeliverListener *listener, int fd, gboolean admitted)
{
  DeliverServer hurried = *server;

  hurried.timeout = BUSY_TIMEOUT;
  deliver_server_serve (&hurried, listener->protocol, fd, fd, TRUE);
  close (fd);
  if (!admitted)
    return;

  g_mutex_lock (&crowd->mutex);
  crowd->n_connections--;
  g_mutex_unlock (&crowd->mutex);
}

static void
receive (DeliverServer *server, Crowd *crowd, const DeliverListener *listener)
{
  int fd = accept4 (listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  gboolean admitted;
  Visitor *visitor;

  if (fd < 0)
    {
      /* Out of descriptors: the connection stays in the queue; do not spin. */
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
        g_usleep (G_USEC_PER_SEC / 10);
      return;
    }

  admitted = admit (crowd, server->max_connections);
  visitor = g_new0 (Visitor, 1);
  *visitor = (Visitor){ server, crowd, listener->protocol, fd };
  if (admitted && pass_on (crowd, visitor))
    return;

  g_free (visitor);
  dismiss (server, crowd, listener, fd, admitted);
}

static void
accept_until_stopped (DeliverServer *self, Crowd *crowd, GArray *listeners)
{
  guint n = listeners->len + 1;
  g_autofree struct pollfd *fds = g_new0 (struct pollfd, n);

  for (guint i = 0; i < listeners->len; i++)
    fds[i] = (struct pollfd){ .fd = g_array_index (listeners, DeliverListener, i).fd, .events = POLLIN };
  fds[n - 1] = (struct pollfd){ .fd = self->stop_fd, .events = POLLIN };

  while (fds[n - 1].revents == 0)
    {
      if (poll (fds, n, -1) < 0)
        continue;
      for (guint i = 0; i < listeners->len; i++)
        if (fds[i].revents != 0)
          receive (self, crowd, &g_array_index (listeners, DeliverListener, i));
    }
}

static gboolean
wait_for_all (Crowd *self, guint seconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  guint left;

  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->arrived);
  while (self->n_threads > 0 && g_cond_wait_until (&self->ended, &self->mutex, end))
    ;
  left = self->n_threads;
  g_mutex_unlock (&self->mutex);
  return left == 0;
}

gboolean
deliver_server_run (DeliverServer *self, GArray *listeners)
{
  Crowd *crowd = g_new0 (Crowd, 1);

  g_mutex_init (&crowd->mutex);
  g_cond_init (&crowd->arrived);
  g_cond_init (&crowd->ended);
  for (guint i = 0; i < listeners->len; i++)
    fcntl (g_array_index (listeners, DeliverListener, i).fd, F_SETFL, O_NONBLOCK);

  accept_until_stopped (self, crowd, listeners);
  for (guint i = 0; i < listeners->len; i++)
    close (g_array_index (listeners, DeliverListener, i).fd);
  /* Threads that are left keep the crowd; the process ends in a moment. */
  if (!wait_for_all (crowd, self->stop_limit))
    return FALSE;

  g_mutex_clear (&crowd->mutex);
  g_cond_clear (&crowd->arrived);
  g_cond_clear (&crowd->ended);
  g_free (crowd);
  return TRUE;
}
