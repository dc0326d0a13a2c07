/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-list-refusal-private.h"

#include <string.h>

#include <intimail/intimail-delivery.h>

#include "base/intimail-secret-private.h"
#include "delivery/intimail-trace-private.h"
#include "directory/intimail-route-private.h"

#define TOKEN_LENGTH 16

/* A line for each. NULL when there is none. */
static char *
list_refused (IntimailSendReport *report)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *reason = NULL;

      if (intimail_send_report_get_result (report, i, &error))
        continue;
      reason = g_strdelimit (g_strdup (error->message), "\r\n", ' ');
      g_string_append_printf (text, "%s\n    %s\n", recipients[i], reason);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static GBytes *
make_notice (IntimailSite *site, IntimailGroup *list, const char *bounces, const char *refused)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = intimail_trace_format_date (now);
  g_autofree char *id = intimail_secret_token (TOKEN_LENGTH);
  g_autofree char *text = g_strdup_printf ("From: <%s>\nTo: <%s>\nSubject: Some members of \"%s\" got no mail\nDate: %s\n"
                                           "Message-ID: <%s@%s>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
                                           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                                           "A message to the mailing list %s went to the others, but the mail server\n"
                                           "takes none for these members:\n\n%s",
                                           bounces, bounces, intimail_group_get_name (list), date, id,
                                           intimail_site_get_hostname (site), intimail_group_get_mail (list), refused);

  return g_bytes_new (text, strlen (text));
}

void
intimail_list_refusal_tell (IntimailSite *site, IntimailGroup *list, IntimailSendReport *report, GCancellable *cancellable)
{
  g_autofree char *refused = list_refused (report);
  g_autofree char *bounces = NULL;
  g_autoptr (IntimailDelivery) delivery = NULL;
  g_autoptr (GBytes) notice = NULL;
  g_autoptr (GError) error = NULL;

  if (refused == NULL)
    return;
  bounces = intimail_route_make_address (list, "bounces");
  notice = make_notice (site, list, bounces, refused);
  delivery = intimail_delivery_new (site, "");
  intimail_delivery_set_origin (delivery, "local", NULL);
  if (!intimail_delivery_add_recipient (delivery, bounces, g_bytes_get_size (notice), cancellable, &error) ||
      !intimail_delivery_write (delivery, notice, cancellable, &error) ||
      !intimail_delivery_finish (delivery, cancellable, &error))
    g_warning ("members of the list \"%s\" were refused, and its owners could not be told: %s", intimail_group_get_name (list),
               error->message);
}
