/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-get-private.h"

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-budget-private.h"

static GHashTable *
make_property_set (const char *const *names)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; names[i] != NULL; i++)
    g_hash_table_add (set, (gpointer) names[i]);
  g_hash_table_add (set, (gpointer) "id");

  return set;
}

static gboolean
is_property (const IntimailJmapGetType *type, const char *name, GError **error)
{
  if (g_strv_contains (type->properties, name))
    return TRUE;
  if (type->accepts != NULL && type->accepts (name, error))
    return TRUE;

  if (error != NULL && *error == NULL)
    intimail_jmap_args_set_error (error, "properties", "no property is called \"%s\"", name);
  return FALSE;
}

/* The set borrows the names. */
static GHashTable *
get_properties (const IntimailJmapGetType *type, JsonObject *arguments, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!intimail_jmap_args_get_strings (arguments, "properties", &names, error))
    return NULL;
  if (names == NULL)
    return make_property_set (type->default_properties != NULL ? type->default_properties : type->properties);

  for (guint i = 0; i < names->len; i++)
    if (!is_property (type, names->pdata[i], &local_error))
      {
        g_propagate_error (error, g_steal_pointer (&local_error));
        return NULL;
      }
  g_ptr_array_add (names, NULL);

  return make_property_set ((const char *const *) names->pdata);
}

/* The first record of a request is told, however large: it could not be had
 * otherwise. */
static gboolean
pay_for_record (IntimailJmapContext *context, JsonObject *record, GError **error)
{
  gboolean is_first = context->get_budget == INTIMAIL_JMAP_GET_BUDGET;

  if (intimail_jmap_budget_pay_object (&context->get_budget, record) || is_first)
    return TRUE;

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
               "the answer is too large: ask for less at once");
  return FALSE;
}

static void
drop_unwanted (JsonObject *record, GHashTable *properties)
{
  g_autoptr (GList) names = json_object_get_members (record);

  for (GList *l = names; l != NULL; l = l->next)
    {
      if (!g_hash_table_contains (properties, l->data))
        json_object_remove_member (record, l->data);
    }
}

static gboolean
add_records (const IntimailJmapGetType *type,
             IntimailJmapContext *context,
             GPtrArray *ids,
             GHashTable *properties,
             gpointer data,
             JsonArray *list,
             JsonArray *not_found,
             GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      JsonObject *record = type->make (context, ids->pdata[i], properties, data, &local_error);

      if (record != NULL)
        {
          drop_unwanted (record, properties);
          json_array_add_object_element (list, record);
          if (!pay_for_record (context, record, error))
            return FALSE;
        }
      else if (g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        {
          json_array_add_string_element (not_found, ids->pdata[i]);
        }
      else
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }

  return TRUE;
}

JsonObject *
intimail_jmap_get_run (const IntimailJmapGetType *type,
                       IntimailJmapContext *context,
                       JsonObject *arguments,
                       gpointer data,
                       GError **error)
{
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GHashTable) properties = get_properties (type, arguments, error);
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (JsonArray) not_found = json_array_new ();
  g_autofree char *state = NULL;
  gboolean all;
  JsonObject *answer;

  if (properties == NULL || !intimail_jmap_args_get_ids (context, arguments, "ids", &ids, error))
    return NULL;
  /* The state comes before the records: what changes in between is then told
   * twice, never kept from the client. */
  state = type->get_state != NULL ? type->get_state (context, error) : intimail_account_get_state (context->account, type->state_type, error);
  if (state == NULL)
    return NULL;

  all = ids == NULL;
  if (all && (ids = type->list (context, data, error)) == NULL)
    return NULL;
  if (ids->len > INTIMAIL_JMAP_MAX_OBJECTS_IN_GET)
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
                   "more than %d ids", INTIMAIL_JMAP_MAX_OBJECTS_IN_GET);
      return NULL;
    }
  if (!add_records (type, context, ids, properties, data, list, not_found, error))
    return NULL;

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "state", state);
  json_object_set_array_member (answer, "list", g_steal_pointer (&list));
  /* One that went away between the list and the look was never asked for. */
  json_object_set_array_member (answer, "notFound", all ? json_array_new () : g_steal_pointer (&not_found));

  return answer;
}
