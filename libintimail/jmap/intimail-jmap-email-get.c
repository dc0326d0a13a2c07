/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Email/get (RFC 8621 section 4.2) and Email/changes.
 */

#include <intimail/intimail-listing.h>

#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-email-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"

typedef struct
{
  IntimailJmapEmailFetch *fetch;
  gboolean ready; /* the properties are worked out */
} Data;

static GPtrArray *
list_emails (IntimailJmapContext *context, gpointer data, GError **error)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (context->account, NULL, NULL, FALSE, NULL, error);
  GPtrArray *ids;
  guint n_ids;

  if (listing == NULL)
    return NULL;
  n_ids = MIN (intimail_listing_get_n_ids (listing), INTIMAIL_JMAP_MAX_OBJECTS_IN_GET + 1);
  ids = g_ptr_array_new_full (n_ids, g_free);
  for (guint i = 0; i < n_ids; i++)
    g_ptr_array_add (ids, g_strdup (intimail_listing_get_id (listing, i)));

  return ids;
}

static JsonObject *
make_email (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  Data *call = data;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, error);

  if (envelope == NULL)
    return NULL;
  if (!call->ready)
    {
      intimail_jmap_email_fetch_set_properties (call->fetch, properties);
      call->ready = TRUE;
    }

  return intimail_jmap_email_to_object (call->fetch, context->account, envelope, error);
}

JsonObject *
intimail_jmap_email_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const IntimailJmapGetType type = {
    .state_type = INTIMAIL_CHANGE_TYPE_EMAIL,
    .properties = intimail_jmap_email_properties,
    .default_properties = intimail_jmap_email_default_properties,
    .accepts = intimail_jmap_email_accepts,
    .list = list_emails,
    .make = make_email,
  };
  g_autoptr (IntimailJmapEmailFetch) fetch = intimail_jmap_email_fetch_new (arguments, error);
  Data data = { fetch, FALSE };

  if (fetch == NULL)
    return NULL;

  return intimail_jmap_get_run (&type, context, arguments, &data, error);
}

JsonObject *
intimail_jmap_email_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_changes_run (context, arguments, INTIMAIL_CHANGE_TYPE_EMAIL, NULL, error);
}
