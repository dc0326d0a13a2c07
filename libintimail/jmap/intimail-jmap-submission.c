/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * EmailSubmission/get, /changes and /set. Without a delay a message is on its way as soon
 * as it is created: it can be forgotten, but no longer be called back.
 */

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-email-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"
#include "jmap/intimail-jmap-submission-private.h"

static const char *const submission_properties[] = {
  "id", "identityId", "emailId", "threadId", "envelope", "sendAt", "undoStatus", "deliveryStatus", "dsnBlobIds", "mdnBlobIds", NULL
};

static JsonObject *
make_address (const char *email)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "email", email);
  json_object_set_null_member (object, "parameters");

  return object;
}

static JsonObject *
make_envelope (const IntimailSubmission *submission)
{
  JsonObject *envelope = json_object_new ();
  JsonObject *sender = make_address (submission->sender);
  JsonArray *recipients = json_array_new ();

  if (submission->due != 0)
    {
      JsonObject *parameters = json_object_new ();
      g_autofree char *due = intimail_jmap_utc_date_format (submission->due);

      json_object_set_string_member (parameters, "HOLDUNTIL", due);
      json_object_set_object_member (sender, "parameters", parameters);
    }
  for (gsize i = 0; submission->recipients[i] != NULL; i++)
    json_array_add_object_element (recipients, make_address (submission->recipients[i]));
  json_object_set_object_member (envelope, "mailFrom", sender);
  json_object_set_array_member (envelope, "rcptTo", recipients);

  return envelope;
}

const char *
intimail_jmap_submission_get_undo_status (const IntimailSubmission *submission)
{
  if (submission->status == INTIMAIL_SUBMISSION_PENDING)
    return "pending";

  return submission->status == INTIMAIL_SUBMISSION_CANCELED ? "canceled" : "final";
}

/* Of each recipient; null when nothing is known. Nobody tells whether it was displayed. */
static JsonNode *
make_delivery_status (const IntimailSubmission *submission)
{
  JsonNode *node = json_node_new (submission->delivered != NULL ? JSON_NODE_OBJECT : JSON_NODE_NULL);

  if (submission->delivered == NULL)
    return node;
  json_node_take_object (node, json_object_new ());
  for (gsize i = 0; submission->recipients[i] != NULL; i++)
    {
      JsonObject *status = json_object_new ();

      json_object_set_string_member (status, "smtpReply", submission->replies[i]);
      json_object_set_string_member (status, "delivered", submission->delivered[i]);
      json_object_set_string_member (status, "displayed", "unknown");
      json_object_set_object_member (json_node_get_object (node), submission->recipients[i], status);
    }

  return node;
}

static JsonArray *
list_reports (const IntimailSubmission *submission)
{
  JsonArray *blobs = json_array_new ();

  for (gsize i = 0; submission->reports != NULL && submission->reports[i] != NULL; i++)
    {
      g_autofree char *blob_id = intimail_jmap_email_make_blob_id (submission->reports[i]);

      json_array_add_string_element (blobs, blob_id);
    }

  return blobs;
}

JsonObject *
intimail_jmap_submission_to_object (const IntimailSubmission *submission)
{
  JsonObject *object = json_object_new ();
  g_autofree char *sent = intimail_jmap_utc_date_format (submission->sent);

  json_object_set_string_member (object, "id", submission->id);
  json_object_set_string_member (object, "identityId", submission->identity_id);
  json_object_set_string_member (object, "emailId", submission->email_id);
  json_object_set_string_member (object, "threadId", submission->thread_id);
  json_object_set_object_member (object, "envelope", make_envelope (submission));
  json_object_set_string_member (object, "sendAt", sent);
  json_object_set_string_member (object, "undoStatus", intimail_jmap_submission_get_undo_status (submission));
  json_object_set_member (object, "deliveryStatus", make_delivery_status (submission));
  json_object_set_array_member (object, "dsnBlobIds", list_reports (submission));
  json_object_set_array_member (object, "mdnBlobIds", json_array_new ());

  return object;
}

GPtrArray *
intimail_jmap_submission_list (IntimailJmapContext *context, GError **error)
{
  GPtrArray *submissions = intimail_submission_list (context->account, error);

  for (guint i = submissions != NULL ? submissions->len : 0; i > 0; i--)
    {
      const IntimailSubmission *submission = submissions->pdata[i - 1];

      if (submission->due == 0 && submission->status == INTIMAIL_SUBMISSION_SENDING)
        g_ptr_array_remove_index (submissions, i - 1);
    }

  return submissions;
}

static GPtrArray *
list_submissions (IntimailJmapContext *context, gpointer data, GError **error)
{
  GPtrArray *submissions = data;
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < submissions->len; i++)
    g_ptr_array_add (ids, g_strdup (((IntimailSubmission *) g_ptr_array_index (submissions, i))->id));

  return ids;
}

static JsonObject *
make_submission (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  const IntimailSubmission *submission = intimail_submission_find (data, id);

  if (submission == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such submission");
      return NULL;
    }

  return intimail_jmap_submission_to_object (submission);
}

JsonObject *
intimail_jmap_email_submission_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const IntimailJmapGetType type = {
    .state_type = INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION,
    .properties = submission_properties,
    .list = list_submissions,
    .make = make_submission,
  };
  g_autoptr (GPtrArray) submissions = intimail_jmap_submission_list (context, error);

  if (submissions == NULL)
    return NULL;

  return intimail_jmap_get_run (&type, context, arguments, submissions, error);
}

JsonObject *
intimail_jmap_email_submission_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_changes_run (context, arguments, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, NULL, error);
}

/* The emails behind what this call creates, changes or destroys. */
typedef struct
{
  GHashTable *email_ids; /* submission id -> email id */
} SetData;

static void
note_email (SetData *data, const char *id, const char *email_id)
{
  g_hash_table_replace (data->email_ids, g_strdup (id), g_strdup (email_id));
}

/* Sent is sent: trouble with the news of it is no failure. */
static void
tell (IntimailJmapContext *context, const IntimailSubmission *submission)
{
  g_autoptr (GError) error = NULL;

  if (!intimail_account_record_change (context->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, submission->id, TRUE, &error))
    g_warning ("a message was sent, but other programs do not hear of it: %s", error->message);
}

static JsonObject *
create_submission (IntimailJmapContext *context, JsonObject *properties, gpointer data, JsonObject **set_error)
{
  g_autoptr (IntimailSubmission) submission = intimail_jmap_submission_send (context, properties, set_error);
  JsonObject *made;

  if (submission == NULL)
    return NULL;
  tell (context, submission);
  note_email (data, submission->id, submission->email_id);

  made = intimail_jmap_submission_to_object (submission);
  json_object_remove_member (made, "identityId");
  json_object_remove_member (made, "emailId");
  if (!intimail_jmap_node_is_null (json_object_get_member (properties, "envelope")))
    json_object_remove_member (made, "envelope");

  return made;
}

static JsonObject *
load_submission (IntimailJmapContext *context, const char *id, JsonObject *patch, gpointer data, JsonObject **set_error)
{
  g_autoptr (GPtrArray) submissions = intimail_jmap_submission_list (context, NULL);
  const IntimailSubmission *submission = submissions != NULL ? intimail_submission_find (submissions, id) : NULL;

  if (submission == NULL)
    {
      *set_error = intimail_jmap_set_error_new (submissions != NULL ? "notFound" : "serverFail", NULL);
      return NULL;
    }
  note_email (data, submission->id, submission->email_id);

  return intimail_jmap_submission_to_object (submission);
}

static gboolean
update_submission (IntimailJmapContext *context,
                   const char *id,
                   JsonObject *current,
                   JsonObject *next,
                   JsonObject **changed,
                   gpointer data,
                   JsonObject **set_error)
{
  const char *status = intimail_jmap_node_get_string (json_object_get_member (next, "undoStatus"));
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (status, json_object_get_string_member (current, "undoStatus")) == 0)
    return TRUE;
  if (g_strcmp0 (status, "canceled") != 0)
    {
      *set_error = intimail_jmap_set_error_new_property ("undoStatus", "can be set to \"canceled\" alone");
      return FALSE;
    }
  if (intimail_submission_change (context->account, id, INTIMAIL_SUBMISSION_PENDING, INTIMAIL_SUBMISSION_CANCELED, 0, &error))
    return TRUE;

  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS))
    *set_error = intimail_jmap_set_error_new ("cannotUnsend", "the message is on its way");
  else
    *set_error = intimail_jmap_set_error_new_from (error);
  return FALSE;
}

static gboolean
destroy_submission (IntimailJmapContext *context, const char *id, gpointer data, JsonObject **set_error)
{
  g_autoptr (JsonObject) record = load_submission (context, id, NULL, data, set_error);
  g_autoptr (GError) error = NULL;

  if (record == NULL)
    return FALSE;
  if (intimail_submission_remove (context->account, id, &error) &&
      intimail_account_record_removal (context->account, INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION, id, &error))
    return TRUE;

  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS))
    *set_error = intimail_jmap_set_error_new ("forbidden", error->message);
  else
    *set_error = intimail_jmap_set_error_new_from (error);
  return FALSE;
}

/* The email of "#creationId" or of a submission's id, when that one succeeded. */
static const char *
find_email (JsonObject *answer, const SetData *data, const char *key)
{
  const char *id = key;

  if (key[0] == '#')
    {
      JsonNode *created = json_object_get_member (answer, "created");
      JsonObject *made = NULL;

      if (created != NULL && JSON_NODE_HOLDS_OBJECT (created) && json_object_has_member (json_node_get_object (created), key + 1))
        made = json_object_get_object_member (json_node_get_object (created), key + 1);
      id = made != NULL ? json_object_get_string_member (made, "id") : NULL;
    }
  else
    {
      static const char *const failures[] = { "notUpdated", "notDestroyed" };

      for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
        {
          JsonNode *failed = json_object_get_member (answer, failures[i]);

          if (failed != NULL && JSON_NODE_HOLDS_OBJECT (failed) && json_object_has_member (json_node_get_object (failed), key))
            return NULL;
        }
    }

  return id != NULL ? g_hash_table_lookup (data->email_ids, id) : NULL;
}

static JsonObject *
list_updates (JsonObject *answer, const SetData *data, JsonObject *wanted)
{
  JsonObject *updates = json_object_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *patch;

  json_object_iter_init_ordered (&iter, wanted);
  while (json_object_iter_next_ordered (&iter, &key, &patch))
    {
      const char *email_id = find_email (answer, data, key);

      if (email_id != NULL)
        json_object_set_member (updates, email_id, json_node_copy (patch));
    }

  return updates;
}

static JsonArray *
list_destroys (JsonObject *answer, const SetData *data, GPtrArray *wanted)
{
  JsonArray *destroys = json_array_new ();

  for (guint i = 0; i < wanted->len; i++)
    {
      const char *email_id = find_email (answer, data, g_ptr_array_index (wanted, i));

      if (email_id != NULL)
        json_array_add_string_element (destroys, email_id);
    }

  return destroys;
}

/* One implicit Email/set, answered after this call. */
static void
add_email_set (IntimailJmapContext *context, JsonObject *updates, JsonArray *destroys)
{
  g_autoptr (JsonObject) arguments = json_object_new ();

  json_object_set_string_member (arguments, "accountId", context->account_id);
  if (updates != NULL && json_object_get_size (updates) > 0)
    json_object_set_object_member (arguments, "update", json_object_ref (updates));
  if (destroys != NULL && json_array_get_length (destroys) > 0)
    json_object_set_array_member (arguments, "destroy", json_array_ref (destroys));
  if (json_object_get_size (arguments) > 1)
    intimail_jmap_context_add_call (context, "Email/set", arguments);
}

static gboolean
check_patches (JsonObject *updates, GError **error)
{
  JsonObjectIter iter;
  JsonNode *patch;

  if (updates == NULL)
    return TRUE;
  json_object_iter_init (&iter, updates);
  while (json_object_iter_next (&iter, NULL, &patch))
    if (!JSON_NODE_HOLDS_OBJECT (patch))
      {
        intimail_jmap_args_set_error (error, "onSuccessUpdateEmail", "must be an object of objects");
        return FALSE;
      }

  return TRUE;
}

JsonObject *
intimail_jmap_email_submission_set (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  static const char *const server_set[] = {
    "id", "identityId", "emailId", "threadId", "envelope", "sendAt", "deliveryStatus", "dsnBlobIds", "mdnBlobIds", NULL
  };
  static const IntimailJmapSetType type = {
    .state_type = INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION,
    .server_set = server_set,
    .create = create_submission,
    .load = load_submission,
    .update = update_submission,
    .destroy = destroy_submission,
  };
  g_autoptr (GHashTable) email_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  SetData data = { email_ids };
  g_autoptr (GPtrArray) destroy = NULL;
  g_autoptr (JsonObject) updates = NULL;
  g_autoptr (JsonArray) destroys = NULL;
  JsonObject *update;
  JsonObject *answer;

  if (!intimail_jmap_args_get_object (arguments, "onSuccessUpdateEmail", &update, error) ||
      !check_patches (update, error) ||
      !intimail_jmap_args_get_strings (arguments, "onSuccessDestroyEmail", &destroy, error))
    return NULL;
  answer = intimail_jmap_set_run (&type, context, arguments, &data, error);
  if (answer == NULL)
    return NULL;

  if (update != NULL)
    updates = list_updates (answer, &data, update);
  if (destroy != NULL)
    destroys = list_destroys (answer, &data, destroy);
  add_email_set (context, updates, destroys);

  return answer;
}
