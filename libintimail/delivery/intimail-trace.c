/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-trace-private.h"

#include "base/intimail-secret-private.h"

/* Bytes of the random id: enough to find one delivery in a log. */
#define ID_LENGTH 10

/* A line end in an address would begin a field of its own. */
static char *
make_harmless (const char *text)
{
  char *harmless = g_strdup (text);

  for (char *c = harmless; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';

  return harmless;
}

/* RFC 5322 wants English names, whatever the locale. */
char *
intimail_trace_format_date (GDateTime *date)
{
  static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autofree char *rest = g_date_time_format (date, "%Y %H:%M:%S %z");

  return g_strdup_printf ("%s, %d %s %s",
                          days[g_date_time_get_day_of_week (date) - 1],
                          g_date_time_get_day_of_month (date),
                          months[g_date_time_get_month (date) - 1],
                          rest);
}

char *
intimail_trace_make (const char *sender,
                     const char *recipient,
                     const char *peer_name,
                     const char *hostname,
                     const char *protocol,
                     GDateTime *now)
{
  g_autofree char *return_path = make_harmless (sender);
  g_autofree char *date = intimail_trace_format_date (now);
  g_autofree char *id = intimail_secret_token (ID_LENGTH);
  GString *trace = g_string_new (NULL);

  g_string_append_printf (trace, "Return-Path: <%s>\n", return_path);
  if (recipient != NULL)
    {
      g_autofree char *delivered_to = make_harmless (recipient);

      g_string_append_printf (trace, "Delivered-To: %s\n", delivered_to);
    }
  g_string_append (trace, "Received:");
  if (peer_name != NULL && *peer_name != '\0')
    {
      g_autofree char *from = make_harmless (peer_name);

      g_string_append_printf (trace, " from %s", from);
    }
  g_string_append_printf (trace, " by %s with %s id %s;\n\t%s\n", hostname, protocol, id, date);

  return g_string_free (trace, FALSE);
}
