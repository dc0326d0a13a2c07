/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JMAP and the page over HTTP, for a site.
 */

#pragma once

#include <intimail/intimail.h>
#include <libsoup/soup.h>

#include "webmail-connections.h"
#include "webmail-session.h"
#include "webmail-throttle.h"

G_BEGIN_DECLS

typedef struct _WebmailEvents WebmailEvents;
typedef struct _WebmailFiles WebmailFiles;
typedef struct _WebmailPage WebmailPage;
typedef struct _WebmailPasswords WebmailPasswords;
typedef struct _WebmailPeople WebmailPeople;
typedef struct _WebmailSweep WebmailSweep;

typedef struct
{
  IntimailSite *site;
  SoupServer *soup;
  WebmailConnections *connections;
  WebmailSessions *sessions;
  WebmailThrottle *throttle;
  WebmailPasswords *passwords;
  WebmailEvents *events;
  WebmailFiles *files;
  WebmailPage *page;
  WebmailPeople *people;
  WebmailSweep *sweep;
  char *url;      /* the public address, no slash at its end */
  guint requests; /* that are being answered, event sources not among them */
} WebmailServer;

/* @listen and @url NULL: as the site says. */
WebmailServer *webmail_server_new (IntimailSite *site,
                                   const char *listen,
                                   const char *url,
                                   guint patience,
                                   GError **error);
void webmail_server_free (WebmailServer *self);

/* Where it listens. */
const char *webmail_server_get_address (WebmailServer *self);

/* Takes no more requests and ends the event sources. */
void webmail_server_stop (WebmailServer *self);

/* Is a request being answered still? */
gboolean webmail_server_is_busy (WebmailServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebmailServer, webmail_server_free)

G_END_DECLS
