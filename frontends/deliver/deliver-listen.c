/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver-socket.h"

#define BACKLOG 128
#define FIRST_INHERITED_FD 3

/* A socket that an agent left behind when it was killed. */
static void
remove_dead_socket (const char *address, const char *folder)
{
  int fd = deliver_socket_connect (address, folder);

  if (fd >= 0)
    close (fd);
  else if (errno == ECONNREFUSED)
    deliver_listen_remove (address, folder);
}

static gboolean
bind_socket (int fd, const DeliverSocket *place, int mode)
{
  int one = 1;
  mode_t old;
  int result;

  if (place->name.any.sa_family != AF_UNIX)
    return setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 && bind (fd, &place->name.any, place->length) == 0;

  /* No moment in which more people may connect than the mode says. */
  old = umask (0777 & ~(mode_t) mode);
  result = bind (fd, &place->name.any, place->length);
  umask (old);
  return result == 0;
}

int
deliver_listen (const char *address, const char *folder, int mode, GError **error)
{
  DeliverSocket place;
  int fd;
  int saved_errno;

  if (!deliver_socket_parse (&place, address, folder, error))
    return -1;

  if (place.name.any.sa_family == AF_UNIX)
    remove_dead_socket (address, folder);
  fd = deliver_socket_open (&place);
  if (fd >= 0 && bind_socket (fd, &place, mode) && listen (fd, BACKLOG) == 0)
    return fd;

  saved_errno = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot listen at %s: %s%s",
               address, g_strerror (saved_errno),
               saved_errno == EADDRINUSE ? "; is another agent running?" : "");
  return -1;
}

void
deliver_listen_remove (const char *address, const char *folder)
{
  g_autofree char *path = address != NULL ? deliver_socket_get_path (address, folder) : NULL;

  if (path != NULL)
    unlink (path);
}

static guint
count_inherited (void)
{
  const char *pid = g_getenv ("LISTEN_PID");
  const char *count = g_getenv ("LISTEN_FDS");
  guint64 value = 0;

  if (pid == NULL || count == NULL || g_ascii_strtoll (pid, NULL, 10) != getpid ())
    return 0;
  g_ascii_string_to_unsigned (count, 10, 0, 16, &value, NULL);
  return (guint) value;
}

static void
listener_clear (gpointer data)
{
  g_free (((DeliverListener *) data)->address);
}

GArray *
deliver_listen_inherit (DeliverProtocol protocol)
{
  GArray *listeners = g_array_new (FALSE, FALSE, sizeof (DeliverListener));
  const char *names = g_getenv ("LISTEN_FDNAMES");
  g_auto (GStrv) each = g_strsplit (names != NULL ? names : "", ":", -1);
  guint n = count_inherited ();

  g_array_set_clear_func (listeners, listener_clear);
  for (guint i = 0; i < n; i++)
    {
      DeliverListener listener = { .fd = (int) i + FIRST_INHERITED_FD, .protocol = protocol };

      if (i < g_strv_length (each) && strcmp (each[i], "policy") == 0)
        listener.protocol = DELIVER_PROTOCOL_POLICY;
      else if (i < g_strv_length (each) && strcmp (each[i], "map") == 0)
        listener.protocol = DELIVER_PROTOCOL_MAP;
      fcntl (listener.fd, F_SETFD, FD_CLOEXEC);
      g_array_append_val (listeners, listener);
    }
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");

  return listeners;
}
