/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-reports.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "guard-daemon.h"

#define MAX_REPORT 4096u
/* What is read before others get their turn. */
#define MAX_TURN 1000u
#define MAX_SERVICES 16u
#define BACKLOG 4096
/* Peers that are connected and have said nothing yet. */
#define MAX_PEERS 256u

struct _GuardReports
{
  char *path;
  int fd;
  guint source;
  GPtrArray *peers;     /* who connected and has not told yet; the oldest first */
  GHashTable *services; /* name -> when it first told something, seconds since 1970 */
  GuardReportsFunc func;
  gpointer user_data;
};

typedef struct
{
  GuardReports *reports;
  int fd;
  guint source;
} Peer;

static void
peer_free (gpointer data)
{
  Peer *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  close (self->fd);
  g_free (self);
}

static void
take_report (GuardReports *self, const char *data, gsize length)
{
  g_autoptr (GBytes) report = g_bytes_new_static (data, length);
  g_autoptr (IntimailGuardEvent) event = intimail_guard_event_new_from_report (report, NULL);
  const char *service;

  if (event == NULL)
    return;
  service = intimail_guard_event_get_service (event);
  if (!intimail_guard_event_is_from_log (event) && g_hash_table_size (self->services) < MAX_SERVICES && !g_hash_table_contains (self->services, service))
    {
      gint64 *time = g_new (gint64, 1);

      /* By our clock at the latest, which gives what its log says now its time. */
      *time = MIN (intimail_guard_event_get_time (event), guard_daemon_get_time ());
      g_hash_table_insert (self->services, g_strdup (service), time);
    }
  self->func (event, self->user_data);
}

/* TRUE when there is no more to come. */
static gboolean
read_peer (GuardReports *self, int fd)
{
  char buffer[MAX_REPORT + 1];
  gssize n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return FALSE;
  if (n > 0)
    take_report (self, buffer, (gsize) n);

  return TRUE;
}

static gboolean
on_peer (int fd, GIOCondition condition, gpointer data)
{
  Peer *peer = data;

  if (!read_peer (peer->reports, fd))
    return G_SOURCE_CONTINUE;
  peer->source = 0;
  g_ptr_array_remove (peer->reports->peers, peer);

  return G_SOURCE_REMOVE;
}

static void
wait_for_peer (GuardReports *self, int fd)
{
  Peer *peer = g_new0 (Peer, 1);

  if (self->peers->len >= MAX_PEERS)
    g_ptr_array_remove_index (self->peers, 0);
  peer->reports = self;
  peer->fd = fd;
  peer->source = g_unix_fd_add_full (G_PRIORITY_HIGH, fd, G_IO_IN | G_IO_HUP, on_peer, peer, NULL);
  g_ptr_array_add (self->peers, peer);
}

static gboolean
on_incoming (int fd, GIOCondition condition, gpointer data)
{
  GuardReports *self = data;

  for (guint i = 0; i < MAX_TURN; i++)
    {
      int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

      if (peer < 0)
        break;
      if (read_peer (self, peer))
        close (peer);
      else
        wait_for_peer (self, peer);
    }

  return G_SOURCE_CONTINUE;
}

GuardReports *
guard_reports_new (const char *path, GuardReportsFunc func, gpointer user_data, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  GuardReports *self;
  mode_t old;
  int fd;

  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: too long for a socket", path);
      return NULL;
    }
  g_unlink (path);
  fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  old = umask (0177);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, BACKLOG) < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot take events at %s: %s", path, g_strerror (errno));
      if (fd >= 0)
        close (fd);
      fd = -1;
    }
  umask (old);
  if (fd < 0)
    return NULL;
  self = g_new0 (GuardReports, 1);
  self->path = g_strdup (path);
  self->fd = fd;
  self->func = func;
  self->user_data = user_data;
  self->peers = g_ptr_array_new_with_free_func (peer_free);
  self->services = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  /* Before the logs, which tell the same again. */
  self->source = g_unix_fd_add_full (G_PRIORITY_HIGH, fd, G_IO_IN, on_incoming, self, NULL);

  return self;
}

void
guard_reports_free (GuardReports *self)
{
  g_source_remove (self->source);
  g_ptr_array_unref (self->peers);
  close (self->fd);
  g_unlink (self->path);
  g_hash_table_unref (self->services);
  g_free (self->path);
  g_free (self);
}

gboolean
guard_reports_has_told (GuardReports *self, const char *service, gint64 time)
{
  gint64 *since = g_hash_table_lookup (self->services, service);

  return since != NULL && time >= *since;
}
