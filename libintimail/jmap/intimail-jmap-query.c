/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-query-private.h"

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-listing.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"

/* The one collation that the session announces. */
#define COLLATION "i;unicode-casemap"

static const char *
get_id_of_array (gpointer list, guint position)
{
  return g_ptr_array_index ((GPtrArray *) list, position);
}

static gboolean
find_in_array (gpointer list, const char *id, guint *position)
{
  return g_ptr_array_find_with_equal_func (list, id, g_str_equal, position);
}

void
intimail_jmap_id_list_init_array (IntimailJmapIdList *self, GPtrArray *ids)
{
  self->n_ids = ids->len;
  self->get_id = get_id_of_array;
  self->find = find_in_array;
  self->list = ids;
}

static const char *
get_id_of_listing (gpointer list, guint position)
{
  return intimail_listing_get_id (list, position);
}

static gboolean
find_in_listing (gpointer list, const char *id, guint *position)
{
  return intimail_listing_find (list, id, position);
}

void
intimail_jmap_id_list_init_listing (IntimailJmapIdList *self, IntimailListing *listing)
{
  self->n_ids = intimail_listing_get_n_ids (listing);
  self->get_id = get_id_of_listing;
  self->find = find_in_listing;
  self->list = listing;
}

static gboolean
get_comparator (JsonNode *node,
                const char *const *properties,
                IntimailJmapComparator *comparator,
                GError **error)
{
  const char *collation;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      intimail_jmap_args_set_error (error, "sort", "must be an array of objects");
      return FALSE;
    }
  object = json_node_get_object (node);
  if (!intimail_jmap_args_require_string (object, "property", &comparator->property, error) ||
      !intimail_jmap_args_get_boolean (object, "isAscending", TRUE, &comparator->ascending, error) ||
      !intimail_jmap_args_get_string (object, "keyword", &comparator->keyword, error) ||
      !intimail_jmap_args_get_string (object, "collation", &collation, error))
    return FALSE;

  if (!g_strv_contains (properties, comparator->property) ||
      (collation != NULL && !g_str_equal (collation, COLLATION)))
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_UNSUPPORTED_SORT,
                   "cannot sort by \"%s\" with the collation \"%s\"",
                   comparator->property, collation != NULL ? collation : COLLATION);
      return FALSE;
    }

  return TRUE;
}

GArray *
intimail_jmap_query_get_sort (JsonObject *arguments, const char *const *properties, GError **error)
{
  g_autoptr (GArray) comparators = g_array_new (FALSE, TRUE, sizeof (IntimailJmapComparator));
  JsonArray *sort;

  if (!intimail_jmap_args_get_array (arguments, "sort", &sort, error))
    return NULL;

  for (guint i = 0; sort != NULL && i < json_array_get_length (sort); i++)
    {
      IntimailJmapComparator comparator;

      if (!get_comparator (json_array_get_element (sort, i), properties, &comparator, error))
        return NULL;
      g_array_append_val (comparators, comparator);
    }

  return g_steal_pointer (&comparators);
}

/* Where the window begins: RFC 8620 section 5.5. */
static gboolean
get_first (JsonObject *arguments, const IntimailJmapIdList *ids, gint64 *first, GError **error)
{
  const char *anchor;
  gint64 position;
  gint64 offset;
  guint place;

  if (!intimail_jmap_args_get_string (arguments, "anchor", &anchor, error) ||
      !intimail_jmap_args_get_integer (arguments, "position", 0, &position, error) ||
      !intimail_jmap_args_get_integer (arguments, "anchorOffset", 0, &offset, error))
    return FALSE;

  if (anchor == NULL)
    {
      *first = position >= 0 ? position : position + ids->n_ids;
    }
  else if (ids->find (ids->list, anchor, &place))
    {
      *first = (gint64) place + offset;
    }
  else
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_ANCHOR_NOT_FOUND,
                   "the anchor is not among the results");
      return FALSE;
    }
  *first = MAX (*first, 0);

  return TRUE;
}

JsonObject *
intimail_jmap_query_answer (IntimailJmapContext *context,
                            JsonObject *arguments,
                            const char *query_state,
                            gboolean can_calculate_changes,
                            const IntimailJmapIdList *ids,
                            GError **error)
{
  g_autoptr (JsonArray) window = json_array_new ();
  gint64 first;
  gint64 limit;
  gboolean with_total;
  JsonObject *answer;

  if (!intimail_jmap_args_get_unsigned (arguments, "limit", G_MAXUINT, &limit, error) ||
      !intimail_jmap_args_get_boolean (arguments, "calculateTotal", FALSE, &with_total, error) ||
      !get_first (arguments, ids, &first, error))
    return NULL;

  for (gint64 i = first; i < ids->n_ids && i - first < limit; i++)
    json_array_add_string_element (window, ids->get_id (ids->list, (guint) i));

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "queryState", query_state);
  json_object_set_boolean_member (answer, "canCalculateChanges", can_calculate_changes);
  json_object_set_int_member (answer, "position", first);
  json_object_set_array_member (answer, "ids", g_steal_pointer (&window));
  if (with_total)
    json_object_set_int_member (answer, "total", ids->n_ids);

  return answer;
}

static void
add_to_set (GHashTable *set, const char *const *ids)
{
  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (ids[i]));
}

gboolean
intimail_jmap_query_collect_changes (IntimailJmapContext *context,
                                     IntimailChangeType type,
                                     const char *since,
                                     GHashTable **created,
                                     GHashTable **updated,
                                     GHashTable **destroyed,
                                     GError **error)
{
  g_autoptr (IntimailChanges) changes = NULL;

  changes = intimail_account_get_changes (context->account, type, since, 0, NULL, error);
  if (changes == NULL)
    return FALSE;

  *created = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  *updated = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  *destroyed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_to_set (*created, intimail_changes_get_created (changes));
  add_to_set (*updated, intimail_changes_get_updated (changes));
  add_to_set (*destroyed, intimail_changes_get_destroyed (changes));

  return TRUE;
}

static JsonArray *
list_added (GHashTable *added, const IntimailJmapIdList *ids)
{
  JsonArray *list = json_array_new ();

  /* Nothing changed is the common poll, and must not walk a large result. */
  for (guint i = 0; g_hash_table_size (added) > 0 && i < ids->n_ids; i++)
    {
      const char *id = ids->get_id (ids->list, i);
      JsonObject *item;

      if (!g_hash_table_contains (added, id))
        continue;
      item = json_object_new ();
      json_object_set_string_member (item, "id", id);
      json_object_set_int_member (item, "index", i);
      json_array_add_object_element (list, item);
    }

  return list;
}

static JsonArray *
list_removed (GHashTable *removed)
{
  JsonArray *list = json_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, removed);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    json_array_add_string_element (list, id);

  return list;
}

JsonObject *
intimail_jmap_query_changes_answer (IntimailJmapContext *context,
                                    JsonObject *arguments,
                                    const char *old_state,
                                    const char *new_state,
                                    GHashTable *removed,
                                    GHashTable *added,
                                    const IntimailJmapIdList *ids,
                                    GError **error)
{
  g_autoptr (JsonArray) removed_list = NULL;
  g_autoptr (JsonArray) added_list = NULL;
  gboolean with_total;
  guint max_changes;
  JsonObject *answer;

  if (!intimail_jmap_changes_get_max (arguments, &max_changes, error) ||
      !intimail_jmap_args_get_boolean (arguments, "calculateTotal", FALSE, &with_total, error))
    return NULL;

  removed_list = list_removed (removed);
  added_list = list_added (added, ids);
  if (max_changes > 0 && json_array_get_length (removed_list) + json_array_get_length (added_list) > max_changes)
    {
      g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_TOO_MANY_CHANGES,
                   "more than %u changes", max_changes);
      return NULL;
    }

  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "oldQueryState", old_state);
  json_object_set_string_member (answer, "newQueryState", new_state);
  if (with_total)
    json_object_set_int_member (answer, "total", ids->n_ids);
  json_object_set_array_member (answer, "removed", g_steal_pointer (&removed_list));
  json_object_set_array_member (answer, "added", g_steal_pointer (&added_list));

  return answer;
}
