/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-policy.h"

static void
answer (DeliverServer *server, IntimailPolicySession *session)
{
  g_autoptr (GError) error = NULL;
  const char *recipient = intimail_policy_session_get_recipient (session);

  intimail_delivery_check_recipient (server->site, intimail_policy_session_get_attribute (session, "sender"), recipient,
                                     intimail_policy_session_get_size (session), NULL, &error);
  if (error != NULL && *intimail_error_get_enhanced_status (error) == '4')
    g_warning ("%s: %s", recipient, error->message);
  intimail_policy_session_answer (session, error);
}

void
deliver_policy_serve (DeliverServer *server, DeliverConnection *connection)
{
  g_autoptr (IntimailPolicySession) session = intimail_policy_session_new ();
  IntimailPolicyEvent event = INTIMAIL_POLICY_EVENT_NONE;

  while (event != INTIMAIL_POLICY_EVENT_CLOSE)
    {
      g_autoptr (GBytes) data = NULL;
      g_autoptr (GBytes) output = NULL;
      gint64 deadline = deliver_deadline (server->timeout);

      if (deliver_connection_read (connection, deadline, TRUE, &data) != DELIVER_READ_DATA)
        return;

      intimail_policy_session_feed (session, data);
      while ((event = intimail_policy_session_next (session)) == INTIMAIL_POLICY_EVENT_RECIPIENT)
        answer (server, session);
      if (event == INTIMAIL_POLICY_EVENT_CLOSE)
        g_warning ("a peer on the policy socket does not speak Postfix's policy protocol");
      output = intimail_policy_session_take_output (session);
      if (!deliver_connection_write (connection, output, deliver_deadline (server->timeout)))
        return;
    }
}
