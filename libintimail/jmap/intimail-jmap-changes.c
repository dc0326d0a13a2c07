/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-changes-private.h"

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"

gboolean
intimail_jmap_changes_get_max (JsonObject *arguments, guint *max_changes, GError **error)
{
  gint64 value;

  *max_changes = 0;
  if (!intimail_jmap_args_get_integer (arguments, "maxChanges", 0, &value, error))
    return FALSE;
  if (intimail_jmap_node_is_null (json_object_get_member (arguments, "maxChanges")))
    return TRUE;
  if (value <= 0)
    {
      intimail_jmap_args_set_error (error, "maxChanges", "must be greater than 0");
      return FALSE;
    }
  *max_changes = (guint) MIN (value, (gint64) G_MAXUINT);

  return TRUE;
}

JsonObject *
intimail_jmap_changes_run (IntimailJmapContext *context,
                           JsonObject *arguments,
                           IntimailChangeType type,
                           IntimailChanges **changes,
                           GError **error)
{
  g_autoptr (IntimailChanges) found = NULL;
  const char *since;
  guint max_changes;
  JsonObject *answer;

  if (!intimail_jmap_args_require_string (arguments, "sinceState", &since, error) ||
      !intimail_jmap_changes_get_max (arguments, &max_changes, error))
    return NULL;

  found = intimail_account_get_changes (context->account, type, since, max_changes, NULL, error);
  if (found == NULL)
    return NULL;

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "oldState", since);
  json_object_set_string_member (answer, "newState", intimail_changes_get_new_state (found));
  json_object_set_boolean_member (answer, "hasMoreChanges", intimail_changes_has_more (found));
  json_object_set_array_member (answer, "created", intimail_jmap_array_new_strings (intimail_changes_get_created (found)));
  json_object_set_array_member (answer, "updated", intimail_jmap_array_new_strings (intimail_changes_get_updated (found)));
  json_object_set_array_member (answer, "destroyed", intimail_jmap_array_new_strings (intimail_changes_get_destroyed (found)));
  if (changes != NULL)
    *changes = g_steal_pointer (&found);

  return answer;
}
