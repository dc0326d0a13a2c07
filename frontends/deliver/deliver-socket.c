/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-socket.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

char *
deliver_socket_get_path (const char *address, const char *folder)
{
  if (!g_str_has_prefix (address, "unix:"))
    return NULL;

  return g_path_is_absolute (address + 5) ? g_strdup (address + 5) : g_build_filename (folder, address + 5, NULL);
}

static gboolean
parse_path (DeliverSocket *self, const char *path, GError **error)
{
  struct sockaddr_un *local = &self->name.local;

  if (strlen (path) >= sizeof local->sun_path)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s: the path of a UNIX socket has at most 107 bytes", path);
      return FALSE;
    }
  local->sun_family = AF_UNIX;
  g_strlcpy (local->sun_path, path, sizeof local->sun_path);
  self->length = sizeof *local;
  return TRUE;
}

/* HOST and PORT in numbers: an agent that starts must not wait for the network. */
static gboolean
resolve (DeliverSocket *self, const char *host, const char *port)
{
  const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;

  if (getaddrinfo (host, port, &hints, &found) != 0)
    return FALSE;

  memcpy (&self->name, found->ai_addr, found->ai_addrlen);
  self->length = found->ai_addrlen;
  freeaddrinfo (found);
  return TRUE;
}

static gboolean
parse_host (DeliverSocket *self, const char *address)
{
  const char *colon = strrchr (address, ':');
  g_autofree char *host = NULL;
  guint64 port;
  gsize length;

  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &port, NULL))
    return FALSE;

  length = (gsize) (colon - address);
  if (length > 2 && address[0] == '[' && address[length - 1] == ']')
    host = g_strndup (address + 1, length - 2);
  else
    host = g_strndup (address, length);
  /* Without brackets the last group of an IPv6 address would pass for a port. */
  if (*host == '\0' || (strchr (host, ':') != NULL) != (address[0] == '['))
    return FALSE;

  return resolve (self, g_str_equal (host, "localhost") ? "127.0.0.1" : host, colon + 1);
}

gboolean
deliver_socket_parse (DeliverSocket *self, const char *address, const char *folder, GError **error)
{
  g_autofree char *path = deliver_socket_get_path (address, folder);

  memset (self, 0, sizeof *self);
  if (path != NULL)
    return parse_path (self, path, error);
  if (parse_host (self, address))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s: write unix:PATH, 127.0.0.1:PORT or [::1]:PORT", address);
  return FALSE;
}

int
deliver_socket_open (const DeliverSocket *self)
{
  return socket (self->name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int
deliver_socket_connect (const char *address, const char *folder)
{
  DeliverSocket target;
  int saved_errno;
  int fd;

  if (!deliver_socket_parse (&target, address, folder, NULL))
    {
      errno = EINVAL;
      return -1;
    }

  fd = deliver_socket_open (&target);
  if (fd >= 0 && connect (fd, &target.name.any, target.length) < 0)
    {
      saved_errno = errno;
      close (fd);
      errno = saved_errno;
      return -1;
    }

  return fd;
}
