/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libsoup's server accepts without limit and waits without end. Here peers are
 * accepted, and handed to it one by one; each has a deadline, which moves with
 * what it does.
 */

#include "webmail-connections.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "webmail-request.h"

#define MAX_CONNECTIONS 500
#define MAX_CONNECTIONS_OF_A_PEER 100
#define IDLE_SECONDS 75
#define BODY_BYTES_A_SECOND 2048
#define GRACE_SECONDS 30

#define CONNECTION_KEY "intimail-connection"

typedef struct
{
  WebmailConnections *owner;
  GSocketConnection *stream;  /* not owned: libsoup has it; NULL when it is gone */
  SoupServerMessage *message; /* that is on its way: a weak pointer */
  char *peer;
  GInetAddress *address; /* NULL: a UNIX socket */
  gboolean front;  /* a UNIX socket: the peer is a front that names its own */
  gint64 deadline; /* monotonic, microseconds; 0 is none */
  gint64 body_start;
  guint gone; /* seconds for which the peer has been away */
} Connection;

struct _WebmailConnections
{
  SoupServer *server;
  GSocketService *service;
  char *address;
  char *unix_path;
  guint patience;
  gboolean behind_front;
  GPtrArray *connections; /* of Connection */
  guint tick;
};

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  g_clear_weak_pointer (&connection->message);
  g_clear_object (&connection->address);
  g_free (connection->peer);
}

/* The table holds one reference, the address that a message keeps another. */
static void
connection_unref (gpointer data)
{
  g_rc_box_release_full (data, connection_free);
}

static void
set_deadline (Connection *connection, guint64 seconds)
{
  connection->deadline = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
}

/* A message that is paused would not see it: it goes on, and fails at once. */
static void
cut (Connection *connection)
{
  if (connection->stream != NULL)
    g_socket_shutdown (g_socket_connection_get_socket (connection->stream), TRUE, TRUE, NULL);
  if (connection->message != NULL)
    {
      WebmailRequest *request = webmail_request_get (connection->message);

      if (request != NULL)
        request->gone = TRUE;
      soup_server_message_unpause (connection->message);
    }
}

/* Has the peer closed its side? */
static gboolean
is_gone (Connection *connection)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection->stream));
  char byte;
  gssize got = recv (fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

/* Of a message that is paused libsoup does not see that its peer has left. */
static gboolean
is_over (Connection *connection, gint64 now)
{
  if (connection->deadline != 0)
    return now > connection->deadline;

  return connection->message != NULL && is_gone (connection);
}

static void
on_stream_gone (gpointer data, GObject *stream)
{
  Connection *connection = data;

  connection->stream = NULL;
  g_clear_weak_pointer (&connection->message);
  g_ptr_array_remove_fast (connection->owner->connections, connection);
}

static gboolean
on_tick (gpointer data)
{
  WebmailConnections *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->connections->len == 0)
    {
      self->tick = 0;
      return G_SOURCE_REMOVE;
    }
  for (guint i = self->connections->len; i-- > 0;)
    {
      Connection *connection = self->connections->pdata[i];

      /* libsoup forgets some connections that broke: it is not waited for. */
      connection->gone = is_gone (connection) ? connection->gone + 1 : 0;
      if (connection->gone > 2)
        {
          g_object_weak_unref (G_OBJECT (connection->stream), on_stream_gone, connection);
          g_io_stream_close (G_IO_STREAM (connection->stream), NULL, NULL);
          on_stream_gone (connection, NULL);
        }
      else if (is_over (connection, now))
        {
          g_info ("%s was too slow, or has left", connection->peer);
          set_deadline (connection, GRACE_SECONDS);
          cut (connection);
        }
    }

  return G_SOURCE_CONTINUE;
}

static guint
count_peer (WebmailConnections *self, const char *peer)
{
  guint count = 0;

  for (guint i = 0; i < self->connections->len; i++)
    if (strcmp (((Connection *) self->connections->pdata[i])->peer, peer) == 0)
      count++;

  return count;
}

/* An IPv4 address in the clothes of IPv6 is an IPv4 address. NULL for a UNIX socket. */
static GInetAddress *
get_inet (GSocketAddress *address)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  GInetAddress *inet;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6 && memcmp (g_inet_address_to_bytes (inet), mapped, sizeof mapped) == 0)
    return g_inet_address_new_from_bytes (g_inet_address_to_bytes (inet) + sizeof mapped, G_SOCKET_FAMILY_IPV4);

  return g_object_ref (inet);
}

/* Of an IPv6 peer the network: nobody has one address of that kind. */
static char *
name_peer (GInetAddress *inet)
{
  const guint8 *bytes;

  if (inet == NULL)
    return g_strdup ("front");
  if (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV4)
    return g_inet_address_to_string (inet);
  bytes = g_inet_address_to_bytes (inet);

  return g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::", bytes[0], bytes[1], bytes[2], bytes[3],
                          bytes[4], bytes[5], bytes[6], bytes[7]);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  WebmailConnections *self = data;
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (stream, NULL);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GInetAddress) inet = get_inet (remote);
  g_autofree char *peer = name_peer (inet);
  gboolean is_unix = !G_IS_INET_SOCKET_ADDRESS (remote);
  gboolean front = is_unix || self->behind_front;
  Connection *connection;

  if (self->connections->len >= MAX_CONNECTIONS ||
      (!front && count_peer (self, peer) >= MAX_CONNECTIONS_OF_A_PEER))
    {
      g_info ("too many connections: %s is refused", peer);
      return TRUE;
    }
  /* libsoup wants addresses of the Internet for its own. */
  if (is_unix)
    {
      g_clear_object (&remote);
      remote = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
    }

  connection = g_rc_box_new0 (Connection);
  connection->owner = self;
  connection->stream = stream;
  connection->peer = g_steal_pointer (&peer);
  connection->address = g_steal_pointer (&inet);
  connection->front = front;
  set_deadline (connection, self->patience);
  g_ptr_array_add (self->connections, connection);
  g_object_weak_ref (G_OBJECT (stream), on_stream_gone, connection);
  g_object_set_data_full (G_OBJECT (remote), CONNECTION_KEY, g_rc_box_acquire (connection), connection_unref);
  if (self->tick == 0)
    self->tick = g_timeout_add_seconds (1, on_tick, self);
  soup_server_accept_iostream (self->server, G_IO_STREAM (stream), local, remote, NULL);

  return TRUE;
}

static Connection *
find (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return address != NULL ? g_object_get_data (G_OBJECT (address), CONNECTION_KEY) : NULL;
}

static void
on_request_started (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  WebmailConnections *self = data;
  Connection *connection = find (message);

  if (connection == NULL)
    return;
  g_set_weak_pointer (&connection->message, message);
  set_deadline (connection, self->patience);
}

static void
on_request_finished (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  Connection *connection = find (message);

  if (connection != NULL)
    {
      g_clear_weak_pointer (&connection->message);
      connection->body_start = 0;
      set_deadline (connection, IDLE_SECONDS);
    }
}

void
webmail_connections_expect_body (SoupServerMessage *message, guint64 received)
{
  Connection *connection = find (message);

  if (connection == NULL)
    return;
  if (connection->body_start == 0)
    connection->body_start = g_get_monotonic_time ();
  connection->deadline = connection->body_start +
                         (gint64) (GRACE_SECONDS + received / BODY_BYTES_A_SECOND) * G_USEC_PER_SEC;
}

void
webmail_connections_expect_nothing (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    connection->deadline = 0;
}

void
webmail_connections_expect_reading (SoupServerMessage *message, guint64 size)
{
  Connection *connection = find (message);

  if (connection != NULL)
    set_deadline (connection, GRACE_SECONDS + size / BODY_BYTES_A_SECOND);
}

void
webmail_connections_cut (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    cut (connection);
}

/* The last name is the one that the front itself has added. */
static GInetAddress *
read_forwarded_for (SoupServerMessage *message)
{
  const char *list = soup_message_headers_get_list (soup_server_message_get_request_headers (message), "X-Forwarded-For");
  const char *comma;
  g_autofree char *text = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  if (list == NULL)
    return NULL;
  comma = strrchr (list, ',');
  text = g_strstrip (g_strdup (comma != NULL ? comma + 1 : list));
  address = g_inet_socket_address_new_from_string (text, 0);

  return address != NULL ? get_inet (address) : NULL;
}

static GInetAddress *
find_address (SoupServerMessage *message)
{
  Connection *connection = find (message);
  GInetAddress *inet = connection == NULL || connection->front ? read_forwarded_for (message) : NULL;

  if (inet == NULL && connection != NULL && connection->address != NULL)
    inet = g_object_ref (connection->address);

  return inet;
}

char *
webmail_connections_get_peer (SoupServerMessage *message)
{
  g_autoptr (GInetAddress) inet = find_address (message);

  return name_peer (inet);
}

char *
webmail_connections_get_address_of (SoupServerMessage *message)
{
  g_autoptr (GInetAddress) inet = find_address (message);

  return inet != NULL ? g_inet_address_to_string (inet) : NULL;
}

gboolean
webmail_connections_is_local (SoupServerMessage *message)
{
  g_autoptr (GInetAddress) inet = find_address (message);

  return inet == NULL || g_inet_address_get_is_loopback (inet);
}

typedef struct
{
  GSourceFunc gone;
  gpointer user_data;
} Watch;

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  Watch *watch = data;
  char byte;

  /* What a peer sends ahead stays for libsoup; more cannot be told then. */
  if (recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
    watch->gone (watch->user_data);

  return G_SOURCE_REMOVE;
}

GSource *
webmail_connections_watch (SoupServerMessage *message, GSourceFunc gone, gpointer user_data)
{
  Connection *connection = find (message);
  Watch *watch;
  GSource *source;

  if (connection == NULL || connection->stream == NULL)
    return NULL;
  watch = g_new (Watch, 1);
  watch->gone = gone;
  watch->user_data = user_data;
  source = g_socket_create_source (g_socket_connection_get_socket (connection->stream), G_IO_IN | G_IO_HUP | G_IO_ERR, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), watch, g_free);
  g_source_attach (source, NULL);

  return source;
}

/* A socket file that nobody listens on is left by a server that was killed. */
static gboolean
remove_stale_socket (const char *path, GError **error)
{
  g_autoptr (GSocket) probe = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  struct stat status;

  if (probe == NULL)
    return FALSE;
  if (lstat (path, &status) < 0 || !S_ISSOCK (status.st_mode))
    return TRUE;
  if (g_socket_connect (probe, address, NULL, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "somebody listens on %s already", path);
      return FALSE;
    }
  g_unlink (path);

  return TRUE;
}

static GSocketAddress *
parse_address (const char *text, GError **error)
{
  g_autoptr (GSocketConnectable) connectable = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  if (g_str_has_prefix (text, "unix:"))
    return g_unix_socket_address_new (text + 5);
  connectable = g_network_address_parse (text, 8080, error);
  if (connectable == NULL)
    return NULL;
  address = g_inet_socket_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)),
                                                   g_network_address_get_port (G_NETWORK_ADDRESS (connectable)));
  if (address == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "cannot listen on “%s”: not unix:PATH or ADDRESS:PORT", text);

  return g_steal_pointer (&address);
}

static char *
describe (GSocketAddress *address)
{
  GInetAddress *inet;
  g_autofree char *text = NULL;
  gboolean six;

  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  text = g_inet_address_to_string (inet);
  six = g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf (six ? "[%s]:%u" : "%s:%u", text, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

/* libsoup keeps connections alive only while it listens itself: it gets a socket
 * that has no name any more when anybody could connect to it. */
static gboolean
give_libsoup_a_listener (SoupServer *server, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("intimail-XXXXXX", error);
  g_autofree char *path = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  gboolean listening;

  if (folder == NULL)
    return FALSE;
  path = g_build_filename (folder, "socket", NULL);
  address = g_unix_socket_address_new (path);
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  listening = socket != NULL && g_socket_bind (socket, address, FALSE, error) &&
              g_socket_listen (socket, error) && soup_server_listen_socket (server, socket, 0, error);
  g_unlink (path);
  g_rmdir (folder);

  return listening;
}

static gboolean
start (WebmailConnections *self, const char *listen, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_address (listen, error);
  g_autoptr (GSocketAddress) bound = NULL;
  gboolean is_unix = g_str_has_prefix (listen, "unix:");

  if (address == NULL || (is_unix && !remove_stale_socket (listen + 5, error)))
    return FALSE;
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL, &bound, error))
    {
      g_prefix_error (error, "cannot listen on %s: ", listen);
      return FALSE;
    }
  if (is_unix)
    {
      self->unix_path = g_strdup (listen + 5);
      /* The front is of the same group. */
      g_chmod (self->unix_path, 0660);
      self->address = g_strdup (listen);
    }
  else
    self->address = describe (bound);
  g_socket_service_start (self->service);

  return TRUE;
}

WebmailConnections *
webmail_connections_new (SoupServer *server, const char *listen, guint patience, gboolean behind_front, GError **error)
{
  g_autoptr (WebmailConnections) self = g_new0 (WebmailConnections, 1);

  self->server = g_object_ref (server);
  self->patience = patience;
  self->behind_front = behind_front;
  self->connections = g_ptr_array_new_with_free_func (connection_unref);
  self->service = g_socket_service_new ();
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), 128);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_connect (server, "request-started", G_CALLBACK (on_request_started), self);
  g_signal_connect (server, "request-finished", G_CALLBACK (on_request_finished), self);
  g_signal_connect (server, "request-aborted", G_CALLBACK (on_request_finished), self);
  if (!give_libsoup_a_listener (server, error) || !start (self, listen, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
webmail_connections_stop (WebmailConnections *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  if (self->unix_path != NULL)
    g_unlink (self->unix_path);
  g_clear_pointer (&self->unix_path, g_free);
}

void
webmail_connections_free (WebmailConnections *self)
{
  webmail_connections_stop (self);
  g_signal_handlers_disconnect_by_data (self->server, self);
  g_signal_handlers_disconnect_by_data (self->service, self);
  for (guint i = 0; i < self->connections->len; i++)
    {
      Connection *connection = self->connections->pdata[i];

      g_object_weak_unref (G_OBJECT (connection->stream), on_stream_gone, connection);
      connection->stream = NULL;
    }
  g_clear_handle_id (&self->tick, g_source_remove);
  g_ptr_array_unref (self->connections);
  g_object_unref (self->service);
  g_object_unref (self->server);
  g_free (self->address);
  g_free (self);
}

const char *
webmail_connections_get_address (WebmailConnections *self)
{
  return self->address;
}
