/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-delivery-status-private.h"

#include <intimail/intimail-delivery-status.h>

#include "jmap/intimail-jmap-args-private.h"

/* As many as a page shows. */
#define MAX_SHOWN 100

static const char *const action_names[] = { "unknown", "failed", "delayed", "delivered", "relayed", "expanded" };

static JsonObject *
make_recipient (IntimailDeliveryStatus *status, guint i)
{
  static const char *const languages[] = { "en", "fr" };
  JsonObject *object = json_object_new ();
  JsonObject *explanation = json_object_new ();

  for (gsize j = 0; j < G_N_ELEMENTS (languages); j++)
    json_object_set_string_member (explanation, languages[j], intimail_delivery_status_explain (status, i, languages[j]));
  json_object_set_string_member (object, "email", intimail_delivery_status_get_recipient (status, i));
  json_object_set_string_member (object, "action", action_names[intimail_delivery_status_get_action (status, i)]);
  json_object_set_string_member (object, "status", intimail_delivery_status_get_status (status, i));
  json_object_set_string_member (object, "diagnostic", intimail_delivery_status_get_diagnostic (status, i));
  json_object_set_string_member (object, "remote", intimail_delivery_status_get_remote (status, i));
  json_object_set_object_member (object, "explanation", explanation);

  return object;
}

JsonNode *
intimail_jmap_delivery_status_to_node (IntimailMessage *message)
{
  g_autoptr (IntimailDeliveryStatus) status = intimail_delivery_status_read (message);
  JsonArray *recipients;
  JsonObject *object;

  if (status == NULL)
    return json_node_new (JSON_NODE_NULL);
  object = json_object_new ();
  recipients = json_array_new ();
  for (guint i = 0; i < MIN (intimail_delivery_status_get_n_recipients (status), MAX_SHOWN); i++)
    json_array_add_object_element (recipients, make_recipient (status, i));
  json_object_set_string_member (object, "reporter", intimail_delivery_status_get_reporter (status));
  json_object_set_array_member (object, "recipients", recipients);

  return intimail_jmap_node_take_object (object);
}
