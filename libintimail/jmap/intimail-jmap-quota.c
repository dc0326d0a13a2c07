/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Quotas: RFC 9425. An account has at most two, one of octets and one of a count;
 * a limit that is not set is no quota.
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-quota.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-query-private.h"

#define N_QUOTAS 2

static const char *const quota_properties[] = {
  "id", "resourceType", "used", "hardLimit", "scope", "name", "types", "warnLimit",
  "softLimit", "description", NULL
};

static const struct
{
  const char *id;
  const char *resource_type;
  const char *name;
  guint64 (*get_used) (IntimailQuota *quota);
  guint64 (*get_limit) (IntimailQuota *quota);
} quotas[N_QUOTAS] = {
  { "octets", "octets", "Mail: bytes", intimail_quota_get_used_bytes, intimail_quota_get_limit_bytes },
  { "count", "count", "Mail: messages", intimail_quota_get_used_messages, intimail_quota_get_limit_messages },
};

/* JSON has no integers over 2^53. */
static gint64
clamp (guint64 value)
{
  return (gint64) MIN (value, (G_GUINT64_CONSTANT (1) << 53) - 1);
}

/* Where the site warns first, rounded up: as its message is sent when that is reached. */
static void
set_warn_limit (JsonObject *object, guint64 limit, guint percent)
{
  guint64 whole = limit / 100 * percent;

  if (percent > 0)
    json_object_set_int_member (object, "warnLimit", clamp (whole + (limit % 100 * percent + 99) / 100));
  else
    json_object_set_null_member (object, "warnLimit");
}

static JsonObject *
make_quota (gsize index, IntimailQuota *quota)
{
  static const char *const types[] = { "Email", NULL };
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", quotas[index].id);
  json_object_set_string_member (object, "resourceType", quotas[index].resource_type);
  json_object_set_int_member (object, "used", clamp (quotas[index].get_used (quota)));
  json_object_set_int_member (object, "hardLimit", clamp (quotas[index].get_limit (quota)));
  json_object_set_string_member (object, "scope", "account");
  json_object_set_string_member (object, "name", quotas[index].name);
  json_object_set_array_member (object, "types", intimail_jmap_array_new_strings (types));
  set_warn_limit (object, quotas[index].get_limit (quota), intimail_quota_get_warning (quota));
  json_object_set_null_member (object, "softLimit");
  json_object_set_null_member (object, "description");

  return object;
}

/* @data holds the quota, looked up when it is first asked for. */
static IntimailQuota *
get_quota (IntimailJmapContext *context, gpointer data, GError **error)
{
  IntimailQuota **quota = data;

  if (*quota == NULL)
    *quota = intimail_account_get_quota (context->account, error);

  return *quota;
}

static GPtrArray *
list_ids (IntimailJmapContext *context, gpointer data, GError **error)
{
  IntimailQuota *quota = get_quota (context, data, error);
  GPtrArray *ids;

  if (quota == NULL)
    return NULL;
  ids = g_ptr_array_new ();
  for (gsize i = 0; i < N_QUOTAS; i++)
    if (quotas[i].get_limit (quota) > 0)
      g_ptr_array_add (ids, (gpointer) quotas[i].id);

  return ids;
}

static JsonObject *
make_record (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  IntimailQuota *quota = get_quota (context, data, error);

  if (quota == NULL)
    return NULL;
  for (gsize i = 0; i < N_QUOTAS; i++)
    {
      if (g_str_equal (quotas[i].id, id) && quotas[i].get_limit (quota) != 0)
        return make_quota (i, quota);
    }

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such quota");
  return NULL;
}

static const IntimailJmapGetType get_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_QUOTA,
  .properties = quota_properties,
  .list = list_ids,
  .make = make_record,
};

JsonObject *
intimail_jmap_quota_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (IntimailQuota) quota = NULL;

  return intimail_jmap_get_run (&get_type, context, arguments, &quota, error);
}

/* Whatever changed mail changed what is used of both. */
JsonObject *
intimail_jmap_quota_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const char *const used[] = { "used", NULL };
  g_autoptr (IntimailQuota) quota = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  const char *since;
  guint max_changes;
  JsonObject *answer;

  if (!intimail_jmap_args_require_string (arguments, "sinceState", &since, error) ||
      !intimail_jmap_changes_get_max (arguments, &max_changes, error))
    return NULL;
  changes = intimail_account_get_changes (context->account, INTIMAIL_CHANGE_TYPE_QUOTA, since, 0, NULL, error);
  if (changes == NULL || (ids = list_ids (context, &quota, error)) == NULL)
    return NULL;
  if (g_str_equal (intimail_changes_get_new_state (changes), since))
    g_ptr_array_set_size (ids, 0);
  if (max_changes > 0 && ids->len > max_changes)
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_CANNOT_CALCULATE_CHANGES,
                   "all quotas change at once");
      return NULL;
    }
  g_ptr_array_add (ids, NULL);

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "oldState", since);
  json_object_set_string_member (answer, "newState", intimail_changes_get_new_state (changes));
  json_object_set_boolean_member (answer, "hasMoreChanges", FALSE);
  json_object_set_array_member (answer, "created", json_array_new ());
  json_object_set_array_member (answer, "updated", intimail_jmap_array_new_strings ((const char *const *) ids->pdata));
  json_object_set_array_member (answer, "destroyed", json_array_new ());
  json_object_set_array_member (answer, "updatedProperties", intimail_jmap_array_new_strings (used));

  return answer;
}

/* FilterCondition: RFC 9425 section 4.3. */
static gboolean
match_member (gsize index, const char *name, JsonNode *value, gboolean *matches, GError **error)
{
  const char *text = intimail_jmap_node_get_string (value);

  if (text == NULL && g_strv_contains ((const char *const[]){ "name", "scope", "resourceType", "type", NULL }, name))
    {
      intimail_jmap_args_set_error (error, "filter", "%s must be a string", name);
      return FALSE;
    }

  if (g_str_equal (name, "name"))
    *matches = strstr (quotas[index].name, text) != NULL;
  else if (g_str_equal (name, "scope"))
    *matches = g_str_equal (text, "account");
  else if (g_str_equal (name, "resourceType"))
    *matches = g_str_equal (text, quotas[index].resource_type);
  else if (g_str_equal (name, "type"))
    *matches = g_str_equal (text, "Email");
  else
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_UNSUPPORTED_FILTER, "cannot filter by \"%s\"", name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
match (gsize index, JsonObject *filter, gboolean *matches, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  *matches = TRUE;
  if (filter == NULL)
    return TRUE;
  json_object_iter_init_ordered (&iter, filter);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      gboolean one;

      if (!match_member (index, name, value, &one, error))
        return FALSE;
      *matches = *matches && one;
    }

  return TRUE;
}

/* The first comparator decides: no two quotas are equal by name, and only by it
 * if they are by what is used. */
static void
sort_ids (GPtrArray *ids, GArray *sort, IntimailQuota *quota)
{
  const IntimailJmapComparator *comparator;
  gboolean swap;

  if (sort->len == 0 || ids->len < N_QUOTAS)
    return;
  comparator = &g_array_index (sort, IntimailJmapComparator, 0);
  swap = g_str_equal (comparator->property, "used") ? intimail_quota_get_used_bytes (quota) > intimail_quota_get_used_messages (quota) : strcmp (quotas[0].name, quotas[1].name) > 0;
  if (swap == comparator->ascending)
    {
      gpointer first = ids->pdata[0];

      ids->pdata[0] = ids->pdata[1];
      ids->pdata[1] = first;
    }
}

static GPtrArray *
run_query (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const char *const sort_properties[] = { "name", "used", NULL };
  g_autoptr (IntimailQuota) quota = intimail_account_get_quota (context->account, error);
  g_autoptr (GArray) sort = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  JsonObject *filter;

  if (quota == NULL || !intimail_jmap_args_get_object (arguments, "filter", &filter, error) ||
      (sort = intimail_jmap_query_get_sort (arguments, sort_properties, error)) == NULL)
    return NULL;

  for (gsize i = 0; i < N_QUOTAS; i++)
    {
      gboolean matches;

      if (!match (i, filter, &matches, error))
        return NULL;
      if (matches && quotas[i].get_limit (quota) > 0)
        g_ptr_array_add (ids, (gpointer) quotas[i].id);
    }
  sort_ids (ids, sort, quota);

  return g_steal_pointer (&ids);
}

JsonObject *
intimail_jmap_quota_query (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autofree char *state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_QUOTA, error);
  g_autoptr (GPtrArray) ids = NULL;
  IntimailJmapIdList list;

  if (state == NULL || (ids = run_query (context, arguments, error)) == NULL)
    return NULL;

  intimail_jmap_id_list_init_array (&list, ids);
  return intimail_jmap_query_answer (context, arguments, state, TRUE, &list, error);
}

JsonObject *
intimail_jmap_quota_query_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GHashTable) touched = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) ids = NULL;
  IntimailJmapIdList list;
  const char *since;

  if (!intimail_jmap_args_require_string (arguments, "sinceQueryState", &since, error))
    return NULL;
  changes = intimail_account_get_changes (context->account, INTIMAIL_CHANGE_TYPE_QUOTA, since, 0, NULL, error);
  if (changes == NULL || (ids = run_query (context, arguments, error)) == NULL)
    return NULL;
  if (!g_str_equal (intimail_changes_get_new_state (changes), since))
    for (gsize i = 0; i < N_QUOTAS; i++)
      g_hash_table_add (touched, (gpointer) quotas[i].id);

  intimail_jmap_id_list_init_array (&list, ids);
  return intimail_jmap_query_changes_answer (context, arguments, since, intimail_changes_get_new_state (changes),
                                             touched, touched, &list, error);
}
