/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>

#define BACKLOG 128
#define FIRST_INHERITED_FD 3

typedef union
{
  struct sockaddr any;
  struct sockaddr_un local;
  struct sockaddr_storage storage;
} Name;

static char *
get_socket_path (const char *address, const char *folder)
{
  if (!g_str_has_prefix (address, "unix:"))
    return NULL;

  return g_path_is_absolute (address + 5) ? g_strdup (address + 5) : g_build_filename (folder, address + 5, NULL);
}

static GSocketAddress *
parse_address (const char *address, const char *folder, GError **error)
{
  g_autofree char *path = get_socket_path (address, folder);
  g_autoptr (GNetworkAddress) network = NULL;
  g_autofree char *host = NULL;
  GSocketAddress *parsed = NULL;

  if (path != NULL && strlen (path) >= sizeof ((struct sockaddr_un *) NULL)->sun_path)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "%s: the path of a UNIX socket has at most 107 bytes", path);
      return NULL;
    }
  if (path != NULL)
    return g_unix_socket_address_new (path);

  /* No name is looked up: an agent that starts must not wait for the network. */
  network = G_NETWORK_ADDRESS (g_network_address_parse (address, 0, NULL));
  if (network != NULL)
    host = g_strdup (g_network_address_get_hostname (network));
  if (g_strcmp0 (host, "localhost") == 0)
    {
      g_free (host);
      host = g_strdup ("127.0.0.1");
    }
  if (network != NULL && g_network_address_get_port (network) != 0)
    parsed = g_inet_socket_address_new_from_string (host, g_network_address_get_port (network));
  if (parsed == NULL)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "%s: write unix:PATH, 127.0.0.1:PORT or [::1]:PORT", address);
  return parsed;
}

static gboolean
make_name (const char *address, const char *folder, Name *name, socklen_t *length, GError **error)
{
  g_autoptr (GSocketAddress) parsed = parse_address (address, folder, error);

  if (parsed == NULL || !g_socket_address_to_native (parsed, name, sizeof *name, error))
    return FALSE;

  *length = (socklen_t) g_socket_address_get_native_size (parsed);
  return TRUE;
}

static int
open_socket (const Name *name)
{
  return socket (name->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int
deliver_connect (const char *address, const char *folder)
{
  Name name;
  socklen_t length;
  int fd;

  if (!make_name (address, folder, &name, &length, NULL))
    return -1;

  fd = open_socket (&name);
  if (fd >= 0 && connect (fd, &name.any, length) < 0)
    {
      close (fd);
      return -1;
    }

  return fd;
}

/* A socket that an agent left behind when it was killed. */
static void
remove_dead_socket (const char *address, const char *folder)
{
  int fd = deliver_connect (address, folder);

  if (fd >= 0)
    close (fd);
  else if (errno == ECONNREFUSED)
    deliver_listen_remove (address, folder);
}

static gboolean
bind_socket (int fd, const Name *name, socklen_t length, int mode)
{
  int one = 1;
  mode_t old;
  int result;

  if (name->any.sa_family != AF_UNIX)
    return setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 && bind (fd, &name->any, length) == 0;

  /* No moment in which more people may connect than the mode says. */
  old = umask (0777 & ~(mode_t) mode);
  result = bind (fd, &name->any, length);
  umask (old);
  return result == 0;
}

int
deliver_listen (const char *address, const char *folder, int mode, GError **error)
{
  Name name;
  socklen_t length;
  int fd;
  int saved_errno;

  if (!make_name (address, folder, &name, &length, error))
    return -1;

  if (name.any.sa_family == AF_UNIX)
    remove_dead_socket (address, folder);
  fd = open_socket (&name);
  if (fd >= 0 && bind_socket (fd, &name, length, mode) && listen (fd, BACKLOG) == 0)
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
  g_autofree char *path = address != NULL ? get_socket_path (address, folder) : NULL;

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
      fcntl (listener.fd, F_SETFD, FD_CLOEXEC);
      g_array_append_val (listeners, listener);
    }
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");

  return listeners;
}
