/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Email/query and Email/queryChanges (RFC 8621 sections 4.4 and 4.5).
 */

#include <intimail/intimail-account.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-email-filter-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-query-private.h"

static IntimailListing *
run_query (IntimailJmapContext *context, const IntimailJmapEmailQuery *query, GError **error)
{
  return intimail_account_query (context->account, query->filter, (const char *const *) query->sort,
                                 query->collapse_threads, NULL, error);
}

JsonObject *
intimail_jmap_email_query (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_auto (IntimailJmapEmailQuery) query = { 0 };
  g_autoptr (IntimailListing) listing = NULL;
  g_autofree char *state = NULL;
  IntimailJmapIdList ids;

  if (!intimail_jmap_email_query_init (&query, context, arguments, error))
    return NULL;
  /* The state comes first: a change in between is then told twice, not never. */
  state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_EMAIL, error);
  if (state == NULL)
    return NULL;
  listing = run_query (context, &query, error);
  if (listing == NULL)
    return NULL;
  intimail_jmap_id_list_init_listing (&ids, listing);

  return intimail_jmap_query_answer (context, arguments, state, TRUE, &ids, error);
}

static void
add_ids (GHashTable *set, GHashTable *ids)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (set, g_strdup (id));
}

/* The threads that the emails are in. */
static void
add_threads_of (IntimailJmapContext *context, GHashTable *threads, GHashTable *email_ids)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, email_ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (context->account, id, NULL);

      if (envelope != NULL)
        g_hash_table_add (threads, g_strdup (intimail_envelope_get_thread_id (envelope)));
    }
}

static void
add_emails_of (IntimailJmapContext *context, GHashTable *emails, GHashTable *threads)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, threads);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_auto (GStrv) ids = intimail_account_get_thread (context->account, id, NULL);

      for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
        g_hash_table_add (emails, g_strdup (ids[i]));
    }
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* When one email stands for its thread, or is judged by its thread, a change of
 * one is a change of all of them. The emails of touched threads that were not
 * created since may have been in the old result. */
static gboolean
add_thread_mates (IntimailJmapContext *context,
                  const char *since,
                  GHashTable *created,
                  GHashTable *updated,
                  GHashTable *touched,
                  GError **error)
{
  g_autoptr (GHashTable) threads = new_set ();
  g_autoptr (GHashTable) new_threads = NULL;
  g_autoptr (GHashTable) changed_threads = NULL;
  g_autoptr (GHashTable) old_threads = NULL;

  if (g_hash_table_size (touched) == 0)
    return TRUE;
  /* A destroyed email no longer tells its thread; the thread's own change does. */
  if (!intimail_jmap_query_collect_changes (context, INTIMAIL_CHANGE_TYPE_THREAD, since,
                                            &new_threads, &changed_threads, &old_threads, error))
    return FALSE;
  add_ids (threads, changed_threads);
  add_threads_of (context, threads, created);
  add_threads_of (context, threads, updated);
  add_emails_of (context, touched, threads);

  return TRUE;
}

static GHashTable *
subtract (GHashTable *from, GHashTable *what)
{
  GHashTable *rest = new_set ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (what, id))
      g_hash_table_add (rest, g_strdup (id));

  return rest;
}

JsonObject *
intimail_jmap_email_query_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_auto (IntimailJmapEmailQuery) query = { 0 };
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GHashTable) created = NULL;
  g_autoptr (GHashTable) updated = NULL;
  g_autoptr (GHashTable) destroyed = NULL;
  g_autoptr (GHashTable) touched = new_set ();
  g_autoptr (GHashTable) removed = NULL;
  g_autofree char *state = NULL;
  const char *since;
  IntimailJmapIdList ids;

  if (!intimail_jmap_args_require_string (arguments, "sinceQueryState", &since, error) ||
      !intimail_jmap_email_query_init (&query, context, arguments, error))
    return NULL;
  state = intimail_account_get_state (context->account, INTIMAIL_CHANGE_TYPE_EMAIL, error);
  if (state == NULL ||
      !intimail_jmap_query_collect_changes (context, INTIMAIL_CHANGE_TYPE_EMAIL, since, &created, &updated, &destroyed, error))
    return NULL;

  add_ids (touched, created);
  add_ids (touched, updated);
  add_ids (touched, destroyed);
  if (query.looks_at_threads && !add_thread_mates (context, since, created, updated, touched, error))
    return NULL;
  removed = subtract (touched, created);

  listing = run_query (context, &query, error);
  if (listing == NULL)
    return NULL;
  intimail_jmap_id_list_init_listing (&ids, listing);

  return intimail_jmap_query_changes_answer (context, arguments, since, state, removed, touched, &ids, error);
}
