/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mailbox/query and Mailbox/queryChanges: RFC 8621 sections 2.3 and 2.4.
 */

#include <intimail/intimail-account.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-mailbox-filter-private.h"
#include "jmap/intimail-jmap-mailbox-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-query-private.h"

/* Deeper than any tree of folders; a ring of parents ends there. */
#define MAX_DEPTH 64

static const char *const sort_properties[] = { "sortOrder", "name", "parentId", NULL };

typedef struct
{
  IntimailMailbox *mailbox;
  IntimailMailbox *way[MAX_DEPTH]; /* from the root down to the mailbox itself */
  guint depth;
} Row;

typedef struct
{
  GPtrArray *mailboxes;
  GArray *comparators;
  gboolean sort_as_tree;
  gboolean filter_as_tree;
  JsonNode *filter;
} Query;

static void
query_clear (Query *query)
{
  g_clear_pointer (&query->mailboxes, g_ptr_array_unref);
  g_clear_pointer (&query->comparators, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Query, query_clear)

static gboolean
query_init (Query *query, IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  if (!intimail_jmap_args_get_boolean (arguments, "sortAsTree", FALSE, &query->sort_as_tree, error) ||
      !intimail_jmap_args_get_boolean (arguments, "filterAsTree", FALSE, &query->filter_as_tree, error))
    return FALSE;
  query->filter = json_object_get_member (arguments, "filter");
  query->comparators = intimail_jmap_query_get_sort (arguments, sort_properties, error);
  if (query->comparators == NULL)
    return FALSE;
  query->mailboxes = intimail_account_list_mailboxes (context->account, NULL, error);

  return query->mailboxes != NULL;
}

static char *
make_sort_name (IntimailMailbox *mailbox)
{
  g_autofree char *folded = g_utf8_casefold (intimail_mailbox_get_name (mailbox), -1);
  char *normalized = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);

  return normalized != NULL ? normalized : g_steal_pointer (&folded);
}

static int
compare_property (IntimailMailbox *a, IntimailMailbox *b, const char *property)
{
  if (g_str_equal (property, "sortOrder"))
    {
      guint x = intimail_mailbox_get_sort_order (a);
      guint y = intimail_mailbox_get_sort_order (b);

      return (x > y) - (x < y);
    }
  if (g_str_equal (property, "name"))
    {
      g_autofree char *x = make_sort_name (a);
      g_autofree char *y = make_sort_name (b);

      return g_strcmp0 (x, y);
    }

  return g_strcmp0 (intimail_mailbox_get_parent_id (a), intimail_mailbox_get_parent_id (b));
}

static int
compare_mailboxes (const Query *query, IntimailMailbox *a, IntimailMailbox *b)
{
  for (guint i = 0; i < query->comparators->len; i++)
    {
      const IntimailJmapComparator *comparator = &g_array_index (query->comparators, IntimailJmapComparator, i);
      int order = compare_property (a, b, comparator->property);

      if (order != 0)
        return comparator->ascending ? order : -order;
    }

  return g_strcmp0 (intimail_mailbox_get_id (a), intimail_mailbox_get_id (b));
}

/* A tree is sorted by the first place where the ways down part. */
static int
compare_rows (gconstpointer first, gconstpointer second, gpointer data)
{
  const Row *a = *(Row *const *) first;
  const Row *b = *(Row *const *) second;
  const Query *query = data;

  if (!query->sort_as_tree)
    return compare_mailboxes (query, a->mailbox, b->mailbox);

  for (guint i = 0; i < a->depth && i < b->depth; i++)
    if (a->way[i] != b->way[i])
      return compare_mailboxes (query, a->way[i], b->way[i]);

  return (int) a->depth - (int) b->depth;
}

static Row *
row_new (GPtrArray *mailboxes, IntimailMailbox *mailbox)
{
  Row *row = g_new0 (Row, 1);
  IntimailMailbox *up = mailbox;

  row->mailbox = mailbox;
  while (up != NULL && row->depth < MAX_DEPTH)
    {
      const char *parent_id = intimail_mailbox_get_parent_id (up);

      row->way[row->depth++] = up;
      up = parent_id != NULL ? intimail_jmap_mailbox_find (mailboxes, parent_id) : NULL;
    }
  for (guint i = 0; i < row->depth / 2; i++)
    {
      IntimailMailbox *other = row->way[i];

      row->way[i] = row->way[row->depth - 1 - i];
      row->way[row->depth - 1 - i] = other;
    }

  return row;
}

static gboolean
is_wanted (const Query *query, const Row *row, gboolean *wanted, GError **error)
{
  *wanted = TRUE;
  for (guint i = query->filter_as_tree ? 0 : row->depth - 1; i < row->depth; i++)
    {
      gboolean matches;

      if (!intimail_jmap_mailbox_filter_match (row->way[i], query->filter, &matches, error))
        return FALSE;
      *wanted = *wanted && matches;
    }

  return TRUE;
}

/* The ids of the result, in order; they belong to the mailboxes. */
static GPtrArray *
query_run (const Query *query, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *ids;

  for (guint i = 0; i < query->mailboxes->len; i++)
    {
      g_autofree Row *row = row_new (query->mailboxes, query->mailboxes->pdata[i]);
      gboolean wanted;

      if (!is_wanted (query, row, &wanted, error))
        return NULL;
      if (wanted)
        g_ptr_array_add (rows, g_steal_pointer (&row));
    }
  if (query->comparators->len > 0 || query->sort_as_tree)
    g_ptr_array_sort_with_data (rows, compare_rows, (gpointer) query);

  ids = g_ptr_array_sized_new (rows->len);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (ids, (gpointer) intimail_mailbox_get_id (((Row *) rows->pdata[i])->mailbox));

  return ids;
}

JsonObject *
intimail_jmap_mailbox_query (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_auto (Query) query = { 0 };
  g_autoptr (GPtrArray) ids = NULL;
  g_autofree char *state = NULL;
  IntimailJmapIdList list;

  state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_MAILBOX, error);
  if (state == NULL || !query_init (&query, context, arguments, error))
    return NULL;
  ids = query_run (&query, error);
  if (ids == NULL)
    return NULL;

  intimail_jmap_id_list_init_array (&list, ids);
  return intimail_jmap_query_answer (context, arguments, state, TRUE, &list, error);
}

/* What moves in a tree moves what is below it: then all count as changed. */
static void
touch_all (const Query *query, GHashTable *removed, GHashTable *added)
{
  for (guint i = 0; i < query->mailboxes->len; i++)
    {
      const char *id = intimail_mailbox_get_id (query->mailboxes->pdata[i]);

      g_hash_table_add (removed, g_strdup (id));
      g_hash_table_add (added, g_strdup (id));
    }
}

static void
touch (GHashTable *set, const char *const *ids)
{
  for (gsize i = 0; ids[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (ids[i]));
}

/* Nothing that is filtered or sorted by is a count. */
static void
collect_touched (const Query *query, IntimailChanges *changes, GHashTable *removed, GHashTable *added)
{
  gboolean updated = !intimail_changes_counts_only (changes) && intimail_changes_get_updated (changes)[0] != NULL;

  touch (removed, intimail_changes_get_destroyed (changes));
  touch (added, intimail_changes_get_created (changes));
  if (!updated)
    return;
  touch (removed, intimail_changes_get_updated (changes));
  touch (added, intimail_changes_get_updated (changes));
  if (query->sort_as_tree || query->filter_as_tree)
    touch_all (query, removed, added);
}

JsonObject *
intimail_jmap_mailbox_query_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_auto (Query) query = { 0 };
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GHashTable) removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) added = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) ids = NULL;
  IntimailJmapIdList list;
  const char *since;

  if (!intimail_jmap_args_require_string (arguments, "sinceQueryState", &since, error))
    return NULL;
  changes = intimail_account_get_changes (context->account, INTIMAIL_CHANGE_TYPE_MAILBOX, since, 0, NULL, error);
  if (changes == NULL || !query_init (&query, context, arguments, error))
    return NULL;
  ids = query_run (&query, error);
  if (ids == NULL)
    return NULL;

  collect_touched (&query, changes, removed, added);
  intimail_jmap_id_list_init_array (&list, ids);
  return intimail_jmap_query_changes_answer (context, arguments, since, intimail_changes_get_new_state (changes),
                                             removed, added, &list, error);
}
