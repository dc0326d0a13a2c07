/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-events.h"

#include <stdlib.h>
#include <string.h>

#include "webmail-connections.h"
#include "webmail-people.h"
#include "webmail-sweep.h"

#define MAX_STREAMS 300
#define MAX_STREAMS_OF_A_PERSON 20

/* Seconds; RFC 8620 section 7.3 asks for a minimum of at most 30 and a maximum of
 * at least 300. */
#define MIN_PING 5
#define MAX_PING 900

/* Milliseconds in which changes are gathered: a delivery is several. */
#define GATHER 30

/* A peer that does not read is let go. */
#define MAX_UNSENT 64

typedef struct
{
  WebmailEvents *events;
  WebmailPeople *people;
  SoupServerMessage *message; /* not owned: ends with "finished" */
  char *uid;
  char **types; /* NULL: all */
  gboolean close_after_state;
  guint ping;
  char *last_event_id;      /* that the client says it has seen */
  IntimailAccount *account; /* watched; NULL before the first look */
  gulong changed;
  char *sent; /* the last state sent, or there was at the beginning */
  gboolean looking;
  gboolean look_again;
  gboolean ended;
  guint unsent;
  guint gather_source;
  guint ping_source;
  GSource *watch;
} Stream;

struct _WebmailEvents
{
  GPtrArray *streams;  /* of Stream */
  GHashTable *watched; /* account -> number of its streams */
};

/* The outcome of a thread's look at the states. */
typedef struct
{
  SoupServerMessage *message;
  char **types;
  IntimailAccount *account;
  char *state;
  char *event_id;
} Look;

static void look (Stream *stream);

static Stream *
find_stream (WebmailEvents *self, SoupServerMessage *message)
{
  for (guint i = 0; i < self->streams->len; i++)
    if (((Stream *) self->streams->pdata[i])->message == message)
      return self->streams->pdata[i];

  return NULL;
}

static void
watch_account (WebmailEvents *self, IntimailAccount *account)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->watched, account));
  g_autoptr (GError) error = NULL;

  /* Without it a client still has its polls. */
  if (count == 0 && !intimail_account_start_watching (account, &error))
    g_warning ("cannot watch an account: %s", error->message);
  g_hash_table_insert (self->watched, g_object_ref (account), GUINT_TO_POINTER (count + 1));
}

static void
unwatch_account (WebmailEvents *self, IntimailAccount *account)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->watched, account));

  if (count > 1)
    {
      g_hash_table_insert (self->watched, g_object_ref (account), GUINT_TO_POINTER (count - 1));
      return;
    }
  intimail_account_stop_watching (account);
  g_hash_table_remove (self->watched, account);
}

static void
stream_free (gpointer data)
{
  Stream *stream = data;

  if (stream->account != NULL)
    {
      g_signal_handler_disconnect (stream->account, stream->changed);
      unwatch_account (stream->events, stream->account);
      g_object_unref (stream->account);
    }
  webmail_people_leave (stream->people, "events", stream->uid);
  g_clear_handle_id (&stream->gather_source, g_source_remove);
  g_clear_handle_id (&stream->ping_source, g_source_remove);
  if (stream->watch != NULL)
    {
      g_source_destroy (stream->watch);
      g_source_unref (stream->watch);
    }
  g_strfreev (stream->types);
  g_free (stream->uid);
  g_free (stream->last_event_id);
  g_free (stream->sent);
  g_free (stream);
}

static void
look_free (Look *data)
{
  g_object_unref (data->message);
  g_clear_object (&data->account);
  g_strfreev (data->types);
  g_free (data->state);
  g_free (data->event_id);
  g_free (data);
}

static void
on_finished (SoupServerMessage *message, Stream *stream)
{
  g_ptr_array_remove_fast (stream->events->streams, stream);
}

static void
on_wrote_chunk (SoupServerMessage *message, Stream *stream)
{
  if (stream->unsent > 0)
    stream->unsent--;
}

static void
send_text (Stream *stream, char *text)
{
  g_autoptr (GBytes) chunk = g_bytes_new_take (text, strlen (text));

  if (++stream->unsent > MAX_UNSENT)
    {
      webmail_connections_cut (stream->message);
      return;
    }
  soup_message_body_append_bytes (soup_server_message_get_response_body (stream->message), chunk);
  soup_server_message_unpause (stream->message);
}

static void
end_stream (Stream *stream)
{
  if (stream->ended)
    return;
  stream->ended = TRUE;
  soup_message_body_complete (soup_server_message_get_response_body (stream->message));
  soup_server_message_unpause (stream->message);
}

static gboolean
on_ping (gpointer data)
{
  Stream *stream = data;

  send_text (stream, g_strdup_printf ("event: ping\ndata: {\"interval\":%u}\n\n", stream->ping));
  return G_SOURCE_CONTINUE;
}

/* libsoup waits for something to write and does not see that nobody reads: cut
 * off, and with something to write, it does. */
static gboolean
on_peer_gone (gpointer data)
{
  Stream *stream = data;

  webmail_connections_cut (stream->message);
  send_text (stream, g_strdup (":\n\n"));

  return G_SOURCE_REMOVE;
}

static gboolean
on_gathered (gpointer data)
{
  Stream *stream = data;

  stream->gather_source = 0;
  look (stream);

  return G_SOURCE_REMOVE;
}

static void
on_changed (IntimailAccount *account, Stream *stream)
{
  if (stream->gather_source == 0)
    stream->gather_source = g_timeout_add (GATHER, on_gathered, stream);
}

static void
start_stream (Stream *stream)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (stream->message);

  soup_server_message_set_status (stream->message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Type", "text/event-stream; charset=utf-8");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache, no-store, no-transform");
  soup_message_headers_replace (headers, "X-Accel-Buffering", "no");
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (stream->message), FALSE);
  stream->watch = webmail_connections_watch (stream->message, on_peer_gone, stream);
  webmail_connections_expect_nothing (stream->message);
  if (stream->ping > 0)
    stream->ping_source = g_timeout_add_seconds (stream->ping, on_ping, stream);
  /* Something to read at once: proxies and browsers then know that it is open. */
  send_text (stream, g_strdup (":\n\n"));
}

static void
send_state (Stream *stream, Look *seen)
{
  g_free (stream->sent);
  stream->sent = g_strdup (seen->state);
  send_text (stream, g_strdup_printf ("event: state\nid: %s\ndata: %s\n\n", seen->event_id, seen->state));
  if (stream->close_after_state)
    end_stream (stream);
}

static void
take_first_look (Stream *stream, Look *seen)
{
  gboolean missed = stream->last_event_id != NULL && strcmp (stream->last_event_id, seen->event_id) != 0;

  stream->sent = g_strdup (seen->state);
  stream->account = g_object_ref (seen->account);
  watch_account (stream->events, stream->account);
  stream->changed = g_signal_connect (stream->account, "changed", G_CALLBACK (on_changed), stream);
  start_stream (stream);
  if (missed)
    send_state (stream, seen);
  /* What changed between the look and the watch. */
  else
    on_changed (stream->account, stream);
}

static void
on_looked (WebmailRequest *request, gpointer data, const GError *error)
{
  Look *seen = data;
  Stream *stream = find_stream (request->server->events, seen->message);

  if (stream == NULL)
    return;
  stream->looking = FALSE;
  if (error == NULL && request->session != NULL && webmail_session_has_ended (request->session) && stream->account == NULL)
    webmail_request_reply_unauthorized (request);
  else if (error != NULL && stream->account == NULL)
    webmail_request_reply_error (request, error);
  else if (error != NULL)
    end_stream (stream);
  else if (stream->account == NULL)
    take_first_look (stream, seen);
  else if (strcmp (seen->state, stream->sent) != 0)
    send_state (stream, seen);
  if (stream->look_again)
    {
      stream->look_again = FALSE;
      on_changed (NULL, stream);
    }
}

static gboolean
look_at_states (IntimailJmap *jmap, gpointer data, GError **error)
{
  Look *seen = data;

  seen->account = g_object_ref (intimail_jmap_get_account (jmap));
  seen->state = intimail_jmap_get_state_change (jmap, (const char *const *) seen->types, &seen->event_id, error);

  return seen->state != NULL;
}

static void
look (Stream *stream)
{
  Look *seen;

  if (stream->looking)
    {
      stream->look_again = TRUE;
      return;
    }
  stream->looking = TRUE;
  seen = g_new0 (Look, 1);
  seen->message = g_object_ref (stream->message);
  seen->types = g_strdupv (stream->types);
  if (stream->account == NULL)
    webmail_people_run (webmail_request_get (stream->message), look_at_states, on_looked, seen, (GDestroyNotify) look_free);
  else
    webmail_people_run_beside (webmail_request_get (stream->message), look_at_states, on_looked, seen, (GDestroyNotify) look_free);
}

WebmailEvents *
webmail_events_new (void)
{
  WebmailEvents *self = g_new0 (WebmailEvents, 1);

  self->streams = g_ptr_array_new_with_free_func (stream_free);
  self->watched = g_hash_table_new_full (g_direct_hash, g_direct_equal, g_object_unref, NULL);

  return self;
}

void
webmail_events_free (WebmailEvents *self)
{
  while (self->streams->len > 0)
    {
      Stream *stream = self->streams->pdata[0];

      g_signal_handlers_disconnect_by_data (stream->message, stream);
      g_ptr_array_remove_index_fast (self->streams, 0);
    }
  g_ptr_array_unref (self->streams);
  g_hash_table_unref (self->watched);
  g_free (self);
}

void
webmail_events_stop (WebmailEvents *self)
{
  for (guint i = 0; i < self->streams->len; i++)
    {
      Stream *stream = self->streams->pdata[i];

      if (stream->account != NULL)
        end_stream (stream);
    }
}

void
webmail_events_end_unfit (WebmailEvents *self, const char *uid)
{
  for (guint i = 0; i < self->streams->len; i++)
    {
      Stream *stream = self->streams->pdata[i];
      WebmailSession *session = webmail_request_get (stream->message)->session;
      gboolean by_password = session == NULL && g_strcmp0 (stream->uid, uid) == 0;

      if (stream->account != NULL && (by_password || (session != NULL && webmail_session_has_ended (session))))
        end_stream (stream);
    }
}

void
webmail_events_list_uids (WebmailEvents *self, GHashTable *uids)
{
  for (guint i = 0; i < self->streams->len; i++)
    g_hash_table_add (uids, g_strdup (((Stream *) self->streams->pdata[i])->uid));
}

static const char *
get_parameter (GHashTable *parameters, const char *name, const char *otherwise)
{
  const char *value = parameters != NULL ? g_hash_table_lookup (parameters, name) : NULL;

  return value != NULL ? value : otherwise;
}

static Stream *
stream_new (WebmailRequest *request)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (request->message));
  g_autoptr (GHashTable) parameters = query != NULL ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;
  const char *types = get_parameter (parameters, "types", "*");
  guint64 ping = g_ascii_strtoull (get_parameter (parameters, "ping", "0"), NULL, 10);
  Stream *stream = g_new0 (Stream, 1);

  stream->events = request->server->events;
  stream->people = request->server->people;
  stream->message = request->message;
  stream->uid = g_strdup (request->uid);
  if (strcmp (types, "*") != 0 && *types != '\0')
    stream->types = g_strsplit (types, ",", 100);
  stream->close_after_state = strcmp (get_parameter (parameters, "closeafter", "no"), "state") == 0;
  stream->ping = ping == 0 ? 0 : (guint) CLAMP (ping, MIN_PING, MAX_PING);
  stream->last_event_id = g_strdup (webmail_request_get_header (request, "Last-Event-ID"));
  g_signal_connect (stream->message, "finished", G_CALLBACK (on_finished), stream);
  g_signal_connect (stream->message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), stream);

  return stream;
}

void
webmail_events_handle (WebmailRequest *request)
{
  WebmailEvents *self = request->server->events;
  Stream *stream;

  if (self->streams->len >= MAX_STREAMS ||
      !webmail_people_enter (request->server->people, "events", request->uid, MAX_STREAMS_OF_A_PERSON))
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Retry-After", "60");
      webmail_request_reply_problem (request, WEBMAIL_STATUS_TOO_MANY_REQUESTS, NULL, "Too many event sources are open.");
      return;
    }
  stream = stream_new (request);
  g_ptr_array_add (self->streams, stream);
  webmail_sweep_wake (request->server->sweep);
  look (stream);
}
