/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-report.h"

#define SERVICE "webmail"
#define UNKNOWN "unknown"

/* A guard that does not run hears of it from the log when it does. */
static void
tell_guard (IntimailSite *site, const char *address, IntimailGuardKind kind, const char *account, const char *password)
{
  const char *path = intimail_site_get_guard_events (site);
  g_autoptr (IntimailGuardEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  if (address == NULL || *path == '\0')
    return;
  event = intimail_guard_event_new (g_get_real_time () / G_USEC_PER_SEC, address, SERVICE, kind, account, NULL);
  if (event == NULL)
    return;
  if (password != NULL)
    intimail_guard_event_set_password (event, password);
  if (!intimail_guard_event_report (event, path, &error))
    g_debug ("%s", error->message);
}

void
webmail_report_sign_in (IntimailSite *site, const char *uid, const char *address)
{
  tell_guard (site, address, INTIMAIL_GUARD_KIND_SIGN_IN, uid, NULL);
  g_message ("\"%s\" signed in from %s", uid, address != NULL ? address : UNKNOWN);
}

void
webmail_report_failure (IntimailSite *site, const char *login, const char *password, const char *address)
{
  g_autofree char *escaped = g_strescape (login, NULL);

  tell_guard (site, address, INTIMAIL_GUARD_KIND_BAD_PASSWORD, login, password);
  g_message ("wrong password for \"%s\" from %s", escaped, address != NULL ? address : UNKNOWN);
}

void
webmail_report_repetition (IntimailSite *site, const char *login, const char *password, const char *address)
{
  tell_guard (site, address, INTIMAIL_GUARD_KIND_BAD_PASSWORD, login, password);
}
