/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One request on its way through the server, and how it is answered.
 */

#pragma once

#include <intimail/intimail.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "webmail-server.h"

G_BEGIN_DECLS

/* RFC 6585, which libsoup does not know. */
#define WEBMAIL_STATUS_TOO_MANY_REQUESTS 429
#define WEBMAIL_STATUS_HEADERS_TOO_LARGE 431

typedef struct _WebmailRequest WebmailRequest;

/* What is served at one path; the table is in webmail-server.c. */
typedef struct
{
  const char *path; /* with a slash at its end: all below it too */
  const char *methods;
  gboolean signed_in; /* for people who have signed in only */
  guint64 max_body;
  void (*begin) (WebmailRequest *request);  /* NULL, or: the body is not there yet */
  void (*handle) (WebmailRequest *request); /* the body is there */
} WebmailRoute;

struct _WebmailRequest
{
  WebmailServer *server;
  SoupServerMessage *message; /* has this as data: lives as long */
  const WebmailRoute *route;
  char *uid;   /* who has signed in */
  WebmailSession *session; /* or NULL */
  gboolean by_cookie;
  gboolean by_password; /* sent with the request: opens mail, and no settings */
  gboolean gone;        /* the peer has left: nothing can be answered any more */
  guint64 received;     /* bytes of the body */
  guint n_pauses;
  gpointer data; /* of the handler */
  GDestroyNotify free_data;
};

/* NULL for a message that none was made for. */
WebmailRequest *webmail_request_get (SoupServerMessage *message);
WebmailRequest *webmail_request_new (WebmailServer *server,
                                     SoupServerMessage *message);

const char *webmail_request_get_header (WebmailRequest *self,
                                        const char *name);

/* Holds the answer back until it is there; after that, resume. It may be held back for
 * several reasons at once. */
void webmail_request_pause (WebmailRequest *self);
void webmail_request_resume (WebmailRequest *self);

/* Goes on after the one who asks is known. */
void webmail_request_continue (WebmailRequest *self);

/* Answers. @body may be NULL. */
void webmail_request_reply (WebmailRequest *self,
                            guint status,
                            const char *type,
                            GBytes *body);

/* Takes @object. */
void webmail_request_reply_json (WebmailRequest *self,
                                 JsonObject *object);

/* Problem details (RFC 7807). @type NULL: about:blank. */
void webmail_request_reply_problem (WebmailRequest *self,
                                    guint status,
                                    const char *type,
                                    const char *detail);

/* With one member more, of the type's own. */
void webmail_request_reply_problem_with (WebmailRequest *self,
                                         guint status,
                                         const char *type,
                                         const char *detail,
                                         const char *name,
                                         const char *value);
void webmail_request_reply_limit (WebmailRequest *self,
                                  guint status,
                                  const char *limit);

/* 401, the same for all causes. */
void webmail_request_reply_unauthorized (WebmailRequest *self);

/* What went wrong on the way to an answer. */
void webmail_request_reply_error (WebmailRequest *self,
                                  const GError *error);

/* The object that the body is, or NULL. */
JsonObject *webmail_request_parse_body (WebmailRequest *self);

/* A text of it, or NULL. */
const char *webmail_request_get_text (JsonObject *object,
                                      const char *name);

/* Is the body of this type? Parameters do not matter. */
gboolean webmail_request_has_type (WebmailRequest *self,
                                   const char *type);

G_END_DECLS
