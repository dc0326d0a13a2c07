/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-throttle.h"

#include <intimail/intimail.h>

/* From the first failure that counts on: 0.25 s, 0.5 s, 1 s, ... */
#define FIRST_DELAY 250
#define MAX_DELAY 8000
#define MAX_FAILURES 12
#define BLOCK_SECONDS 30
/* One failure is forgotten each so many milliseconds. */
#define FORGET 30000
/* So many requests at once, and then 25 a second: a page that is opened asks for 20. */
#define MAX_REQUESTS 1500
#define REQUEST_FORGET 40

struct _WebmailThrottle
{
  IntimailLimiter *failures;
  IntimailLimiter *requests;
};

WebmailThrottle *
webmail_throttle_new (void)
{
  WebmailThrottle *self = g_new0 (WebmailThrottle, 1);

  self->failures = intimail_limiter_new (FORGET);
  self->requests = intimail_limiter_new (REQUEST_FORGET);
  return self;
}

void
webmail_throttle_free (WebmailThrottle *self)
{
  g_object_unref (self->failures);
  g_object_unref (self->requests);
  g_free (self);
}

static gint64
get_now (void)
{
  return g_get_monotonic_time () / 1000;
}

guint
webmail_throttle_check (WebmailThrottle *self, const char *key)
{
  return intimail_limiter_get_level (self->failures, key, get_now ()) >= MAX_FAILURES ? BLOCK_SECONDS : 0;
}

guint
webmail_throttle_begin (WebmailThrottle *self, const char *key)
{
  guint failures = intimail_limiter_count (self->failures, key, get_now ());

  return MIN (FIRST_DELAY << MIN (failures - 1, 10), MAX_DELAY);
}

void
webmail_throttle_forgive (WebmailThrottle *self, const char *key)
{
  intimail_limiter_take_back (self->failures, key, get_now ());
}

gboolean
webmail_throttle_request (WebmailThrottle *self, const char *peer)
{
  gint64 now = get_now ();

  if (intimail_limiter_get_level (self->requests, peer, now) >= MAX_REQUESTS)
    return FALSE;
  intimail_limiter_count (self->requests, peer, now);

  return TRUE;
}
