/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a request carries from one method call to the next.
 */

#include "jmap/intimail-jmap-context-private.h"

#include "jmap/intimail-jmap-budget-private.h"

static void
call_free (gpointer data)
{
  IntimailJmapCall *call = data;

  g_free (call->method);
  json_object_unref (call->arguments);
  g_free (call);
}

void
intimail_jmap_context_init (IntimailJmapContext *context)
{
  context->created_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  context->get_budget = INTIMAIL_JMAP_GET_BUDGET;
  g_queue_init (&context->implicit_calls);
}

void
intimail_jmap_context_clear (IntimailJmapContext *context)
{
  g_clear_pointer (&context->sending, intimail_sending_free);
  g_clear_pointer (&context->created_ids, g_hash_table_unref);
  g_queue_clear_full (&context->implicit_calls, call_free);
}

void
intimail_jmap_context_add_call (IntimailJmapContext *context,
                                const char *method,
                                JsonObject *arguments)
{
  IntimailJmapCall *call;

  g_return_if_fail (intimail_jmap_method_lookup (method) != NULL);

  call = g_new0 (IntimailJmapCall, 1);
  call->method = g_strdup (method);
  call->arguments = json_object_ref (arguments);
  g_queue_push_tail (&context->implicit_calls, call);
}

gboolean
intimail_jmap_context_pop_call (IntimailJmapContext *context,
                                char **method,
                                JsonObject **arguments)
{
  g_autofree IntimailJmapCall *call = g_queue_pop_head (&context->implicit_calls);

  if (call == NULL)
    return FALSE;
  *method = call->method;
  *arguments = call->arguments;

  return TRUE;
}

void
intimail_jmap_context_drop_calls (IntimailJmapContext *context)
{
  g_queue_clear_full (&context->implicit_calls, call_free);
}

void
intimail_jmap_context_add_created (IntimailJmapContext *context,
                                   const char *creation_id,
                                   const char *id)
{
  g_hash_table_replace (context->created_ids, g_strdup (creation_id), g_strdup (id));
}

const char *
intimail_jmap_context_resolve_id (IntimailJmapContext *context, const char *id)
{
  if (id[0] != '#')
    return id;

  return g_hash_table_lookup (context->created_ids, id + 1);
}
