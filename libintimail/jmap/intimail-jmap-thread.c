/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Thread/get and Thread/changes (RFC 8621 section 3).
 */

#include <intimail/intimail-listing.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"

static GPtrArray *
list_threads (IntimailJmapContext *context, gpointer data, GError **error)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (context->account, NULL, NULL, TRUE, NULL, error);
  GPtrArray *ids;
  guint n_ids;

  if (listing == NULL)
    return NULL;
  n_ids = MIN (intimail_listing_get_n_ids (listing), INTIMAIL_JMAP_MAX_OBJECTS_IN_GET + 1);
  ids = g_ptr_array_new_full (n_ids, g_free);
  for (guint i = 0; i < n_ids; i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, NULL);

      /* Gone since the query: so is its place in the list. */
      if (envelope != NULL)
        g_ptr_array_add (ids, g_strdup (intimail_envelope_get_thread_id (envelope)));
    }

  return ids;
}

static JsonObject *
make_thread (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  g_auto (GStrv) email_ids = intimail_account_get_thread (context->account, id, error);
  JsonObject *object;

  if (email_ids == NULL)
    return NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "id", id);
  if (g_hash_table_contains (properties, "emailIds"))
    json_object_set_array_member (object, "emailIds", intimail_jmap_array_new_strings ((const char *const *) email_ids));

  return object;
}

JsonObject *
intimail_jmap_thread_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const char *const properties[] = { "id", "emailIds", NULL };
  static const IntimailJmapGetType type = {
    .state_type = INTIMAIL_CHANGE_TYPE_THREAD,
    .properties = properties,
    .list = list_threads,
    .make = make_thread,
  };

  return intimail_jmap_get_run (&type, context, arguments, NULL, error);
}

JsonObject *
intimail_jmap_thread_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_changes_run (context, arguments, INTIMAIL_CHANGE_TYPE_THREAD, NULL, error);
}
