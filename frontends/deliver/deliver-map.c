/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-map.h"

static void
answer (DeliverServer *server, IntimailSocketmapSession *session)
{
  const char *map = intimail_socketmap_session_get_map (session);
  const char *key = intimail_socketmap_session_get_key (session);
  g_autoptr (GError) error = NULL;
  g_autofree char *value = intimail_site_lookup_map (server->site, map, key, NULL, &error);

  if (value != NULL)
    {
      intimail_socketmap_session_answer (session, value);
      return;
    }
  if (!g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_warning ("%s, %s: %s", map, key, error->message);
  intimail_socketmap_session_fail (session, error);
}

void
deliver_map_serve (DeliverServer *server, DeliverConnection *connection)
{
  g_autoptr (IntimailSocketmapSession) session = intimail_socketmap_session_new ();
  IntimailSocketmapEvent event = INTIMAIL_SOCKETMAP_EVENT_NONE;

  while (event != INTIMAIL_SOCKETMAP_EVENT_CLOSE)
    {
      g_autoptr (GBytes) data = NULL;
      g_autoptr (GBytes) output = NULL;
      gint64 deadline = deliver_deadline (server->timeout);

      if (deliver_connection_read (connection, deadline, TRUE, &data) != DELIVER_READ_DATA)
        return;

      intimail_socketmap_session_feed (session, data);
      while ((event = intimail_socketmap_session_next (session)) == INTIMAIL_SOCKETMAP_EVENT_LOOKUP)
        answer (server, session);
      if (event == INTIMAIL_SOCKETMAP_EVENT_CLOSE)
        g_warning ("a peer on the map socket does not speak the protocol of socketmap_table(5)");
      output = intimail_socketmap_session_take_output (session);
      if (!deliver_connection_write (connection, output, deliver_deadline (server->timeout)))
        return;
    }
}
