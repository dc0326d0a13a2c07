/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Identity/get, Identity/changes and Identity/set: RFC 8621 section 6.
 */

#include "jmap/intimail-jmap-identity-private.h"

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-person.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"

#define MAX_SIZE_NAME 1024
#define MAX_SIZE_SIGNATURE (128 * 1024)
#define MAX_ADDRESSES 100

static const char *const identity_properties[] = {
  "id", "name", "email", "replyTo", "bcc", "textSignature", "htmlSignature", "mayDelete", NULL
};

static const char *const server_set[] = { "id", "mayDelete", NULL };

/* @data holds all identities, loaded when the first is asked for. */
static JsonObject *
get_identities (IntimailJmapContext *context, gpointer data, GError **error)
{
  JsonObject **identities = data;

  if (*identities == NULL)
    *identities = intimail_jmap_identity_list (context, error);

  return *identities;
}

static GPtrArray *
list_ids (IntimailJmapContext *context, gpointer data, GError **error)
{
  JsonObject *identities = get_identities (context, data, error);
  JsonObjectIter iter;
  const char *id;
  GPtrArray *ids;

  if (identities == NULL)
    return NULL;
  ids = g_ptr_array_new_with_free_func (g_free);
  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &id, NULL))
    g_ptr_array_add (ids, g_strdup (id));

  return ids;
}

static JsonObject *
make_record (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  JsonObject *identities = get_identities (context, data, error);

  if (identities == NULL)
    return NULL;
  if (!json_object_has_member (identities, id))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such identity");
      return NULL;
    }

  return intimail_jmap_object_deep_copy (json_object_get_object_member (identities, id));
}

static const IntimailJmapGetType get_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_IDENTITY,
  .properties = identity_properties,
  .list = list_ids,
  .make = make_record,
};

JsonObject *
intimail_jmap_identity_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  JsonObject *identities = NULL;
  JsonObject *answer;

  intimail_jmap_identity_note_changes (context);
  answer = intimail_jmap_get_run (&get_type, context, arguments, &identities, error);
  g_clear_pointer (&identities, json_object_unref);
  return answer;
}

JsonObject *
intimail_jmap_identity_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  intimail_jmap_identity_note_changes (context);
  return intimail_jmap_changes_run (context, arguments, INTIMAIL_CHANGE_TYPE_IDENTITY, NULL, error);
}

static JsonObject *
load_identity (IntimailJmapContext *context, const char *id, JsonObject *patch, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  JsonObject *identity = intimail_jmap_identity_lookup (context, id, &error);

  if (identity == NULL)
    *set_error = intimail_jmap_set_error_new_from (error);

  return identity;
}

/* A string of some size; what is absent gets its default. */
static gboolean
check_text (JsonObject *record, const char *property, gsize max_size, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, property);
  const char *text = intimail_jmap_node_get_string (node);

  if (intimail_jmap_node_is_null (node))
    {
      json_object_set_string_member (record, property, "");
      return TRUE;
    }
  if (text != NULL && strlen (text) <= max_size)
    return TRUE;

  *set_error = intimail_jmap_set_error_new_property (property, "must be a string, and not too long");
  return FALSE;
}

/* EmailAddress: RFC 8621 section 4.1.2.3. */
static gboolean
is_address (JsonNode *node)
{
  JsonObject *address;
  JsonNode *name;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  address = json_node_get_object (node);
  name = json_object_get_member (address, "name");

  return intimail_jmap_node_get_string (json_object_get_member (address, "email")) != NULL &&
         (intimail_jmap_node_is_null (name) || intimail_jmap_node_get_string (name) != NULL);
}

/* null, or an array of EmailAddress. */
static gboolean
check_addresses (JsonObject *record, const char *property, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, property);
  gboolean right = TRUE;

  if (intimail_jmap_node_is_null (node))
    {
      json_object_set_null_member (record, property);
      return TRUE;
    }

  if (JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) <= MAX_ADDRESSES)
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      right = right && is_address (json_array_get_element (json_node_get_array (node), i));
  else
    right = FALSE;
  if (!right)
    *set_error = intimail_jmap_set_error_new_property (property, "must be null or an array of addresses");

  return right;
}

/* Immutable (RFC 8621 section 6). */
static gboolean
check_email (JsonObject *current, JsonObject *next, JsonObject **set_error)
{
  const char *email = intimail_jmap_node_get_string (json_object_get_member (next, "email"));

  if (g_strcmp0 (email, json_object_get_string_member (current, "email")) == 0)
    return TRUE;

  *set_error = intimail_jmap_set_error_new_property ("email", "cannot be changed");
  return FALSE;
}

static gboolean
update_identity (IntimailJmapContext *context,
                 const char *id,
                 JsonObject *current,
                 JsonObject *next,
                 JsonObject **changed,
                 gpointer data,
                 JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;

  if (!check_email (current, next, set_error) ||
      !check_text (next, "name", MAX_SIZE_NAME, set_error) ||
      !check_text (next, "textSignature", MAX_SIZE_SIGNATURE, set_error) ||
      !check_text (next, "htmlSignature", MAX_SIZE_SIGNATURE, set_error) ||
      !check_addresses (next, "replyTo", set_error) ||
      !check_addresses (next, "bcc", set_error))
    return FALSE;

  if (!intimail_jmap_identity_save (context, id, next, &error) ||
      !intimail_account_record_change (context->account, INTIMAIL_CHANGE_TYPE_IDENTITY, id, FALSE, &error))
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return FALSE;
    }

  return TRUE;
}

/* Each address has its identity already: the directory says which there are. */
static JsonObject *
create_identity (IntimailJmapContext *context, JsonObject *properties, gpointer data, JsonObject **set_error)
{
  const char *email = intimail_jmap_node_get_string (json_object_get_member (properties, "email"));

  if (email == NULL)
    *set_error = intimail_jmap_set_error_new_property ("email", "must be a string");
  else if (!intimail_person_owns_address (context->person, email))
    *set_error = intimail_jmap_set_error_new ("forbiddenFrom", "the address is not the person's");
  else
    *set_error = intimail_jmap_set_error_new ("forbidden", "each address has one identity, made by the server");

  return NULL;
}

static gboolean
destroy_identity (IntimailJmapContext *context, const char *id, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) identity = intimail_jmap_identity_lookup (context, id, &error);

  *set_error = identity != NULL ? intimail_jmap_set_error_new ("forbidden", "it goes with the address") : intimail_jmap_set_error_new_from (error);
  return FALSE;
}

static const IntimailJmapSetType set_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_IDENTITY,
  .properties = identity_properties,
  .server_set = server_set,
  .create = create_identity,
  .load = load_identity,
  .update = update_identity,
  .destroy = destroy_identity,
};

JsonObject *
intimail_jmap_identity_set (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  intimail_jmap_identity_note_changes (context);
  return intimail_jmap_set_run (&set_type, context, arguments, NULL, error);
}
