/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-jmap.h"

#include "webmail-people.h"

#define NOT_JSON "urn:ietf:params:jmap:error:notJSON"

/* Clients do not count what they have running; those over the four threads wait. */
#define MAX_REQUESTS_OF_A_PERSON 32

typedef struct
{
  WebmailPeople *people;
  char *uid;
  char *url;
  GBytes *request;
  GBytes *answer;
  guint status;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  webmail_people_leave (call->people, "api", call->uid);
  g_clear_pointer (&call->request, g_bytes_unref);
  g_clear_pointer (&call->answer, g_bytes_unref);
  g_free (call->uid);
  g_free (call->url);
  g_free (call);
}

static void
reply_call (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;

  if (error != NULL)
    webmail_request_reply_error (request, error);
  else
    webmail_request_reply (request, call->status,
                           call->status == SOUP_STATUS_OK ? "application/json" : "application/problem+json",
                           call->answer);
}

/* Takes over @body. */
static void
run_call (WebmailRequest *request, WebmailWork work, GBytes *body)
{
  WebmailPeople *people = request->server->people;
  Call *call;

  if (!webmail_people_enter (people, "api", request->uid, MAX_REQUESTS_OF_A_PERSON))
    {
      webmail_request_reply_limit (request, SOUP_STATUS_BAD_REQUEST, "maxConcurrentRequests");
      g_clear_pointer (&body, g_bytes_unref);
      return;
    }
  call = g_new0 (Call, 1);
  call->people = people;
  call->uid = g_strdup (request->uid);
  call->url = g_strdup (request->server->url);
  call->request = body;
  call->status = SOUP_STATUS_OK;
  webmail_people_run (request, work, reply_call, call, call_free);
}

static gboolean
make_session (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  call->answer = intimail_jmap_get_session (jmap, call->url, error);
  return call->answer != NULL;
}

void
webmail_jmap_handle_session (WebmailRequest *request)
{
  run_call (request, make_session, NULL);
}

/* A form of another site can send text/plain, but not this without being asked:
 * the type is what keeps the API from cross-site requests. */
void
webmail_jmap_begin_api (WebmailRequest *request)
{
  if (!webmail_request_has_type (request, "application/json"))
    webmail_request_reply_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, NOT_JSON, "Send application/json.");
}

static gboolean
handle (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  call->answer = intimail_jmap_handle (jmap, call->request, &call->status);
  return TRUE;
}

void
webmail_jmap_handle_api (WebmailRequest *request)
{
  run_call (request, handle, soup_message_body_flatten (soup_server_message_get_request_body (request->message)));
}
