/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-set-private.h"

#include <intimail/intimail-account.h>

#include "jmap/intimail-jmap-args-private.h"

/* One call of /set on its way. The arguments may be absent: NULL. */
typedef struct
{
  const IntimailJmapSetType *type;
  IntimailJmapContext *context;
  gpointer data;

  JsonObject *create;
  JsonObject *update;
  GPtrArray *destroy;

  JsonObject *created;
  JsonObject *updated;
  JsonArray *destroyed;
  JsonObject *not_created;
  JsonObject *not_updated;
  JsonObject *not_destroyed;
} SetCall;

gboolean
intimail_jmap_set_check_state (JsonObject *arguments, const char *state, GError **error)
{
  const char *expected;

  if (!intimail_jmap_args_get_string (arguments, "ifInState", &expected, error))
    return FALSE;
  if (expected == NULL || g_str_equal (expected, state))
    return TRUE;

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_STATE_MISMATCH,
               "the state is \"%s\"", state);
  return FALSE;
}

/* A callback that failed may have said why, or not. */
static JsonObject *
or_server_fail (JsonObject *set_error)
{
  return set_error != NULL ? set_error : intimail_jmap_set_error_new ("serverFail", NULL);
}

static JsonObject *
check_names (const IntimailJmapSetType *type, JsonObject *record, gboolean creating)
{
  JsonObjectIter iter;
  const char *name;

  if (type->properties == NULL)
    return NULL;

  json_object_iter_init_ordered (&iter, record);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    {
      if (!g_strv_contains (type->properties, name))
        return intimail_jmap_set_error_new_property (name, "there is no such property");
      if (creating && type->server_set != NULL && g_strv_contains (type->server_set, name))
        return intimail_jmap_set_error_new_property (name, "is set by the server");
    }

  return NULL;
}

static JsonObject *
check_server_set (const IntimailJmapSetType *type, JsonObject *current, JsonObject *next)
{
  for (gsize i = 0; type->server_set != NULL && type->server_set[i] != NULL; i++)
    {
      JsonNode *before = json_object_get_member (current, type->server_set[i]);
      JsonNode *after = json_object_get_member (next, type->server_set[i]);

      if (intimail_jmap_node_is_null (before) && intimail_jmap_node_is_null (after))
        continue;
      if (before == NULL || after == NULL || !json_node_equal (before, after))
        return intimail_jmap_set_error_new_property (type->server_set[i], "is set by the server");
    }

  return NULL;
}

static void
create_one (SetCall *call, const char *creation_id, JsonNode *node)
{
  JsonObject *set_error = NULL;
  JsonObject *made = NULL;

  if (call->type->create == NULL)
    set_error = intimail_jmap_set_error_new ("forbidden", "these records are made by the server");
  else if (!JSON_NODE_HOLDS_OBJECT (node))
    set_error = intimail_jmap_set_error_new ("invalidProperties", "must be an object");
  else if ((set_error = check_names (call->type, json_node_get_object (node), TRUE)) == NULL)
    made = call->type->create (call->context, json_node_get_object (node), call->data, &set_error);

  if (made == NULL)
    {
      intimail_jmap_map_add_object (&call->not_created, creation_id, or_server_fail (set_error));
      return;
    }
  intimail_jmap_context_add_created (call->context, creation_id, json_object_get_string_member (made, "id"));
  intimail_jmap_map_add_object (&call->created, creation_id, made);
}

/* Does a value or a key inside name, as "#id", a record that waits to be made? */
static gboolean
refers_to_any (JsonNode *node, GHashTable *waiting)
{
  const char *text = intimail_jmap_node_get_string (node);

  if (text != NULL)
    return text[0] == '#' && g_hash_table_contains (waiting, text + 1);

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &value))
        if ((name[0] == '#' && g_hash_table_contains (waiting, name + 1)) || refers_to_any (value, waiting))
          return TRUE;
    }

  return FALSE;
}

/* Records of one call may name each other: those that name nothing that is still
 * waiting come first. What waits for itself is tried last, and fails. */
static void
create_all (SetCall *call)
{
  g_autoptr (GHashTable) waiting = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean last_round = FALSE;
  JsonObjectIter iter;
  const char *creation_id;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, call->create);
  while (json_object_iter_next_ordered (&iter, &creation_id, NULL))
    g_hash_table_add (waiting, (gpointer) creation_id);

  while (g_hash_table_size (waiting) > 0)
    {
      guint before = g_hash_table_size (waiting);

      json_object_iter_init_ordered (&iter, call->create);
      while (json_object_iter_next_ordered (&iter, &creation_id, &node))
        {
          if (!g_hash_table_contains (waiting, creation_id) || (!last_round && refers_to_any (node, waiting)))
            continue;
          g_hash_table_remove (waiting, creation_id);
          create_one (call, creation_id, node);
        }
      last_round = g_hash_table_size (waiting) == before;
    }
}

/* What was only noted may still fail: it moves from the one map to the other. */
static void
settle_updates (SetCall *call)
{
  g_autoptr (JsonObject) failed = NULL;
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (call->type->flush_updates == NULL || call->updated == NULL)
    return;
  call->type->flush_updates (call->context, call->data, &failed);
  if (failed == NULL)
    return;

  json_object_iter_init_ordered (&iter, failed);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      json_object_remove_member (call->updated, id);
      intimail_jmap_map_add_object (&call->not_updated, id, json_node_dup_object (node));
    }
  if (json_object_get_size (call->updated) == 0)
    g_clear_pointer (&call->updated, json_object_unref);
}

static void
settle_destroys (SetCall *call)
{
  g_autoptr (JsonArray) noted = call->destroyed;
  g_autoptr (JsonObject) failed = NULL;

  if (call->type->flush_destroys == NULL || noted == NULL)
    {
      call->destroyed = g_steal_pointer (&noted);
      return;
    }
  call->type->flush_destroys (call->context, call->data, &failed);

  call->destroyed = NULL;
  for (guint i = 0; i < json_array_get_length (noted); i++)
    {
      const char *id = json_array_get_string_element (noted, i);

      if (failed != NULL && json_object_has_member (failed, id))
        {
          intimail_jmap_map_add_object (&call->not_destroyed, id, json_object_ref (json_object_get_object_member (failed, id)));
          continue;
        }
      if (call->destroyed == NULL)
        call->destroyed = json_array_new ();
      json_array_add_string_element (call->destroyed, id);
    }
}

static JsonObject *
update_record (SetCall *call, const char *id, JsonObject *patch, JsonObject **changed)
{
  g_autoptr (JsonObject) current = NULL;
  g_autoptr (JsonObject) next = NULL;
  JsonObject *set_error = NULL;

  current = call->type->load (call->context, id, patch, call->data, &set_error);
  if (current == NULL)
    return or_server_fail (set_error);

  next = intimail_jmap_object_deep_copy (current);
  if (!intimail_jmap_patch_apply (next, patch, &set_error))
    return set_error;
  if ((set_error = check_names (call->type, next, FALSE)) != NULL ||
      (set_error = check_server_set (call->type, current, next)) != NULL)
    return set_error;
  if (!call->type->update (call->context, id, current, next, changed, call->data, &set_error))
    return or_server_fail (set_error);

  return NULL;
}

static gboolean
is_to_be_destroyed (SetCall *call, const char *id)
{
  return call->destroy != NULL && g_ptr_array_find_with_equal_func (call->destroy, id, g_str_equal, NULL);
}

static void
update_one (SetCall *call, const char *key, JsonNode *node)
{
  const char *id = intimail_jmap_context_resolve_id (call->context, key);
  JsonObject *changed = NULL;
  JsonObject *set_error = NULL;

  if (id == NULL)
    set_error = intimail_jmap_set_error_new ("notFound", NULL);
  else if (call->type->update == NULL)
    set_error = intimail_jmap_set_error_new ("forbidden", NULL);
  else if (!JSON_NODE_HOLDS_OBJECT (node))
    set_error = intimail_jmap_set_error_new ("invalidPatch", "must be an object");
  else if (is_to_be_destroyed (call, id))
    set_error = intimail_jmap_set_error_new ("willDestroy", NULL);
  else
    set_error = update_record (call, id, json_node_get_object (node), &changed);

  if (set_error != NULL)
    intimail_jmap_map_add_object (&call->not_updated, key, set_error);
  else
    intimail_jmap_map_add_object (&call->updated, id, changed);
}

static void
update_all (SetCall *call)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, call->update);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    update_one (call, key, node);
}

/* The SetError, or NULL when the record is gone. */
static JsonObject *
destroy_one (SetCall *call, const char *id)
{
  JsonObject *set_error = NULL;

  if (call->type->destroy == NULL)
    return intimail_jmap_set_error_new ("forbidden", NULL);
  if (id[0] == '#')
    return intimail_jmap_set_error_new ("notFound", NULL);
  if (!call->type->destroy (call->context, id, call->data, &set_error))
    return or_server_fail (set_error);

  return NULL;
}

/* A parent may stand before its child in the list: what fails for its children
 * alone is tried again as long as others go. */
static void
destroy_all (SetCall *call)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_ref (call->destroy);
  gboolean progress = TRUE;

  while (waiting->len > 0)
    {
      g_autoptr (GPtrArray) again = g_ptr_array_new ();
      gboolean retry = progress;

      progress = FALSE;
      for (guint i = 0; i < waiting->len; i++)
        {
          JsonObject *set_error = destroy_one (call, waiting->pdata[i]);

          if (set_error == NULL)
            {
              if (call->destroyed == NULL)
                call->destroyed = json_array_new ();
              json_array_add_string_element (call->destroyed, waiting->pdata[i]);
              progress = TRUE;
            }
          else if (retry && g_str_equal (json_object_get_string_member (set_error, "type"), "mailboxHasChild"))
            {
              g_ptr_array_add (again, waiting->pdata[i]);
              json_object_unref (set_error);
            }
          else
            {
              intimail_jmap_map_add_object (&call->not_destroyed, waiting->pdata[i], set_error);
            }
        }
      g_ptr_array_unref (waiting);
      waiting = g_steal_pointer (&again);
    }
}

/* The answer takes all results. */
static JsonObject *
make_answer (SetCall *call, const char *old_state, const char *new_state)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "accountId", call->context->account_id);
  json_object_set_string_member (answer, "oldState", old_state);
  json_object_set_string_member (answer, "newState", new_state);
  intimail_jmap_object_take_map (answer, "created", call->created);
  intimail_jmap_object_take_map (answer, "updated", call->updated);
  if (call->destroyed != NULL)
    json_object_set_array_member (answer, "destroyed", call->destroyed);
  else
    json_object_set_null_member (answer, "destroyed");
  intimail_jmap_object_take_map (answer, "notCreated", call->not_created);
  intimail_jmap_object_take_map (answer, "notUpdated", call->not_updated);
  intimail_jmap_object_take_map (answer, "notDestroyed", call->not_destroyed);

  return answer;
}

static gboolean
check_size (JsonObject *create, JsonObject *update, GPtrArray *destroy, GError **error)
{
  gsize n_objects = 0;

  if (create != NULL)
    n_objects += json_object_get_size (create);
  if (update != NULL)
    n_objects += json_object_get_size (update);
  if (destroy != NULL)
    n_objects += destroy->len;
  if (n_objects <= INTIMAIL_JMAP_MAX_OBJECTS_IN_SET)
    return TRUE;

  g_set_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
               "more than %d objects", INTIMAIL_JMAP_MAX_OBJECTS_IN_SET);
  return FALSE;
}

static char *
get_state (const IntimailJmapSetType *type, IntimailJmapContext *context, GError **error)
{
  return type->get_state != NULL ? type->get_state (context, error) : intimail_account_get_state (context->account, type->state_type, error);
}

JsonObject *
intimail_jmap_set_run (const IntimailJmapSetType *type,
                       IntimailJmapContext *context,
                       JsonObject *arguments,
                       gpointer data,
                       GError **error)
{
  SetCall call = { .type = type, .context = context, .data = data };
  g_autoptr (GPtrArray) destroy = NULL;
  g_autoptr (GPtrArray) first_destroy = NULL;
  g_autofree char *old_state = NULL;
  g_autofree char *new_state = NULL;

  if (!intimail_jmap_args_get_object (arguments, "create", &call.create, error) ||
      !intimail_jmap_args_get_object (arguments, "update", &call.update, error) ||
      !intimail_jmap_args_get_ids (context, arguments, "destroy", &first_destroy, error) ||
      !check_size (call.create, call.update, first_destroy, error))
    return NULL;

  old_state = get_state (type, context, error);
  if (old_state == NULL || !intimail_jmap_set_check_state (arguments, old_state, error))
    return NULL;

  if (call.create != NULL)
    create_all (&call);
  /* Only now is it known what this call's creation ids stand for. */
  if (!intimail_jmap_args_get_ids (context, arguments, "destroy", &destroy, error))
    return NULL;
  call.destroy = destroy;
  if (call.update != NULL)
    update_all (&call);
  settle_updates (&call);
  if (call.destroy != NULL)
    destroy_all (&call);
  settle_destroys (&call);

  /* What was done is told even when the state cannot be read any more; the old
   * one makes the client ask for changes. */
  new_state = get_state (type, context, NULL);

  return make_answer (&call, old_state, new_state != NULL ? new_state : old_state);
}
