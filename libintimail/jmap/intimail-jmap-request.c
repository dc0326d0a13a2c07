/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-request-private.h"

#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-budget-private.h"
#include "jmap/intimail-jmap-context-private.h"
#include "jmap/intimail-jmap-problem-private.h"
#include "jmap/intimail-jmap-reference-private.h"
#include "json/intimail-json-private.h"

/* A Request that has the right shape, and its Response so far. */
typedef struct
{
  IntimailJmapContext *context;
  JsonObject *request;
  guint using; /* capabilities */
  gsize budget;
  JsonArray *responses;
} Run;

static const struct
{
  const char *uri;
  IntimailJmapCapability capability;
} capabilities[] = {
  { "urn:ietf:params:jmap:core", INTIMAIL_JMAP_CAPABILITY_CORE },
  { "urn:ietf:params:jmap:mail", INTIMAIL_JMAP_CAPABILITY_MAIL },
  { "urn:ietf:params:jmap:submission", INTIMAIL_JMAP_CAPABILITY_SUBMISSION },
  { "urn:ietf:params:jmap:quota", INTIMAIL_JMAP_CAPABILITY_QUOTA },
  { "urn:ietf:params:jmap:vacationresponse", INTIMAIL_JMAP_CAPABILITY_VACATION_RESPONSE },
  { INTIMAIL_JMAP_BIG_FILES, INTIMAIL_JMAP_CAPABILITY_BIG_FILES },
  { INTIMAIL_JMAP_INVITATIONS, INTIMAIL_JMAP_CAPABILITY_INVITATIONS },
};

static gboolean
is_array_of_strings (JsonNode *node)
{
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (intimail_jmap_node_get_string (json_array_get_element (array, i)) == NULL)
      return FALSE;

  return TRUE;
}

/* [name, arguments, call id] */
static gboolean
is_invocation (JsonNode *node)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);

  return json_array_get_length (array) == 3 &&
         intimail_jmap_node_get_string (json_array_get_element (array, 0)) != NULL &&
         JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, 1)) &&
         intimail_jmap_node_get_string (json_array_get_element (array, 2)) != NULL;
}

static gboolean
is_array_of_invocations (JsonNode *node)
{
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!is_invocation (json_array_get_element (array, i)))
      return FALSE;

  return TRUE;
}

static gboolean
is_map_of_strings (JsonNode *node)
{
  JsonObjectIter iter;
  JsonNode *value;

  if (intimail_jmap_node_is_null (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &value))
    if (intimail_jmap_node_get_string (value) == NULL)
      return FALSE;

  return TRUE;
}

/* The problem, or NULL when @root is a Request. */
static GBytes *
check_shape (JsonNode *root, guint *status)
{
  JsonObject *request;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return intimail_jmap_problem_new ("notRequest", NULL, "the request is not an object", status);

  request = json_node_get_object (root);
  if (!is_array_of_strings (json_object_get_member (request, "using")))
    return intimail_jmap_problem_new ("notRequest", NULL, "using: must be an array of strings", status);
  if (!is_array_of_invocations (json_object_get_member (request, "methodCalls")))
    return intimail_jmap_problem_new ("notRequest", NULL, "methodCalls: must be an array of [name, arguments, call id]", status);
  if (!is_map_of_strings (json_object_get_member (request, "createdIds")))
    return intimail_jmap_problem_new ("notRequest", NULL, "createdIds: must be a map of strings", status);

  return NULL;
}

static gboolean
find_capability (const char *uri, guint *found)
{
  for (gsize i = 0; i < G_N_ELEMENTS (capabilities); i++)
    if (g_str_equal (capabilities[i].uri, uri))
      {
        *found |= capabilities[i].capability;
        return TRUE;
      }

  return FALSE;
}

/* The problem, or NULL when all is known and within the limits. */
static GBytes *
check_content (Run *run, guint *status)
{
  JsonArray *using = json_object_get_array_member (run->request, "using");
  JsonArray *calls = json_object_get_array_member (run->request, "methodCalls");

  for (guint i = 0; i < json_array_get_length (using); i++)
    {
      const char *uri = json_array_get_string_element (using, i);

      if (!find_capability (uri, &run->using))
        {
          g_autofree char *detail = g_strdup_printf ("no capability \"%s\"", uri);

          return intimail_jmap_problem_new ("unknownCapability", NULL, detail, status);
        }
    }
  if (json_array_get_length (calls) > INTIMAIL_JMAP_MAX_CALLS_IN_REQUEST)
    return intimail_jmap_problem_new ("limit", "maxCallsInRequest", "too many method calls", status);

  return NULL;
}

static void
add_created_ids (Run *run)
{
  JsonNode *node = json_object_get_member (run->request, "createdIds");
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (intimail_jmap_node_is_null (node))
    return;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    intimail_jmap_context_add_created (run->context, name, json_node_get_string (value));
}

/* Takes @arguments. */
static void
add_response (Run *run, const char *name, JsonObject *arguments, const char *call_id)
{
  JsonArray *response = json_array_sized_new (3);

  json_array_add_string_element (response, name);
  json_array_add_object_element (response, arguments);
  json_array_add_string_element (response, call_id);
  json_array_add_array_element (run->responses, response);
}

static gboolean
check_account (Run *run, JsonObject *arguments, GError **error)
{
  const char *account_id;

  if (!intimail_jmap_args_require_string (arguments, "accountId", &account_id, error))
    return FALSE;
  if (g_str_equal (account_id, run->context->account_id))
    return TRUE;

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_ACCOUNT_NOT_FOUND, "no such account");
  return FALSE;
}

static void
mutex_free (gpointer data)
{
  g_mutex_clear (data);
  g_free (data);
}

/* So that nobody comes between the look at ifInState and the change, whatever
 * number of engines serve this account. */
static GMutex *
get_write_mutex (IntimailAccount *account)
{
  static GMutex guard;
  static GQuark quark;
  GMutex *mutex;

  g_mutex_lock (&guard);
  if (quark == 0)
    quark = g_quark_from_static_string ("intimail-jmap-write-mutex");
  mutex = g_object_get_qdata (G_OBJECT (account), quark);
  if (mutex == NULL)
    {
      mutex = g_new0 (GMutex, 1);
      g_mutex_init (mutex);
      g_object_set_qdata_full (G_OBJECT (account), quark, mutex, mutex_free);
    }
  g_mutex_unlock (&guard);

  return mutex;
}

static JsonObject *
run_method (Run *run, const IntimailJmapMethodEntry *entry, JsonObject *arguments, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (!(entry->flags & INTIMAIL_JMAP_METHOD_NO_ACCOUNT) && !check_account (run, arguments, error))
    return NULL;
  if (entry->flags & INTIMAIL_JMAP_METHOD_WRITES)
    locker = g_mutex_locker_new (get_write_mutex (run->context->account));

  return entry->run (run->context, arguments, error);
}

static const IntimailJmapMethodEntry *
lookup_method (Run *run, const char *name, GError **error)
{
  const IntimailJmapMethodEntry *entry = intimail_jmap_method_lookup (name);

  if (entry != NULL && (entry->capabilities & run->using) != 0)
    return entry;

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_UNKNOWN_METHOD,
               "no method \"%s\" with what \"using\" says", name);
  return NULL;
}

static JsonObject *
run_call (Run *run, const char *name, JsonObject *arguments, GError **error)
{
  g_autoptr (JsonObject) resolved = NULL;
  const IntimailJmapMethodEntry *entry = lookup_method (run, name, error);

  if (entry == NULL)
    return NULL;
  resolved = intimail_jmap_reference_resolve (arguments, run->responses, &run->budget, error);
  if (resolved == NULL)
    return NULL;

  return run_method (run, entry, resolved, error);
}

static void
add_result (Run *run, const char *name, JsonObject *answer, GError *error, const char *call_id)
{
  if (answer != NULL)
    {
      add_response (run, name, answer, call_id);
      return;
    }
  if (error->domain != INTIMAIL_JMAP_ERROR)
    g_info ("%s failed: %s", name, error->message);
  intimail_jmap_context_drop_calls (run->context);
  add_response (run, "error", intimail_jmap_error_to_json (error), call_id);
}

/* What a method asked for comes with rights of its own, whatever "using" says. */
static void
run_implicit_calls (Run *run, const char *call_id)
{
  g_autofree char *name = NULL;
  g_autoptr (JsonObject) arguments = NULL;

  while (intimail_jmap_context_pop_call (run->context, &name, &arguments))
    {
      g_autoptr (GError) error = NULL;
      const IntimailJmapMethodEntry *entry = intimail_jmap_method_lookup (name);
      JsonObject *answer = run_method (run, entry, arguments, &error);

      add_result (run, name, answer, error, call_id);
      g_clear_pointer (&name, g_free);
      g_clear_pointer (&arguments, json_object_unref);
    }
}

static void
run_calls (Run *run)
{
  JsonArray *calls = json_object_get_array_member (run->request, "methodCalls");

  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonArray *call = json_array_get_array_element (calls, i);
      const char *name = json_array_get_string_element (call, 0);
      const char *call_id = json_array_get_string_element (call, 2);
      g_autoptr (GError) error = NULL;
      JsonObject *answer = run_call (run, name, json_array_get_object_element (call, 1), &error);

      add_result (run, name, answer, error, call_id);
      run_implicit_calls (run, call_id);
    }
}

static GBytes *
write_response (Run *run, const char *session_state)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) response = json_object_new ();

  json_object_set_array_member (response, "methodResponses", json_array_ref (run->responses));
  if (!intimail_jmap_node_is_null (json_object_get_member (run->request, "createdIds")))
    {
      JsonObject *created = json_object_new ();
      GHashTableIter iter;
      gpointer name;
      gpointer id;

      g_hash_table_iter_init (&iter, run->context->created_ids);
      while (g_hash_table_iter_next (&iter, &name, &id))
        json_object_set_string_member (created, name, id);
      json_object_set_object_member (response, "createdIds", created);
    }
  json_object_set_string_member (response, "sessionState", session_state);
  json_node_set_object (root, response);

  return intimail_json_write (root);
}

static GBytes *
run_request (IntimailJmapContext *context, JsonObject *request, const char *session_state, guint *status)
{
  g_autoptr (JsonArray) responses = json_array_new ();
  Run run = {
    .context = context,
    .request = request,
    .budget = INTIMAIL_JMAP_REFERENCE_BUDGET,
    .responses = responses,
  };
  GBytes *problem = check_content (&run, status);

  if (problem != NULL)
    return problem;

  add_created_ids (&run);
  run_calls (&run);
  *status = 200;

  return write_response (&run, session_state);
}

GBytes *
intimail_jmap_request_handle (IntimailJmapContext *context,
                              GBytes *request,
                              const char *session_state,
                              guint *status)
{
  const IntimailJsonLimits limits = {
    .max_size = INTIMAIL_JMAP_MAX_SIZE_REQUEST,
    .max_depth = intimail_json_default_limits.max_depth,
    .max_values = intimail_json_default_limits.max_values,
  };
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (request, &length);
  GBytes *answer;

  root = intimail_json_parse (data != NULL ? data : "", length, &limits, &error);
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE))
    return intimail_jmap_problem_new ("limit", "maxSizeRequest", error->message, status);
  if (error != NULL)
    return intimail_jmap_problem_new ("notJSON", NULL, error->message, status);

  answer = check_shape (root, status);
  if (answer == NULL)
    {
      intimail_jmap_context_init (context);
      answer = run_request (context, json_node_get_object (root), session_state, status);
      intimail_jmap_context_clear (context);
    }

  return answer;
}
