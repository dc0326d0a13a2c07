/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-rules.h"

#include <string.h>

#include "webmail-people.h"

#define PATH "/auth/rules/"

typedef struct
{
  char *document; /* NULL: nothing is changed */
  char *state;
  IntimailRuleSet *set;
} Rules;

static void
rules_free (gpointer data)
{
  Rules *self = data;

  g_free (self->document);
  g_free (self->state);
  g_clear_object (&self->set);
  g_free (self);
}

static gboolean
work (IntimailJmap *jmap, gpointer data, GError **error)
{
  Rules *self = data;
  IntimailAccount *account = intimail_jmap_get_account (jmap);

  if (self->document == NULL)
    {
      self->set = intimail_rule_set_load (account, NULL, error);
      return self->set != NULL;
    }
  self->set = intimail_rule_set_parse (self->document, self->state, error);

  return self->set != NULL && intimail_rule_set_save (self->set, account, NULL, error);
}

static void
reply_document (WebmailRequest *request, IntimailRuleSet *set)
{
  g_autofree char *tag = g_strdup_printf ("\"%s\"", intimail_rule_set_get_state (set));
  g_autofree char *json = intimail_rule_set_to_json (set);
  gsize length = strlen (json);
  g_autoptr (GBytes) body = g_bytes_new_take (g_steal_pointer (&json), length);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  soup_message_headers_replace (headers, "ETag", tag);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  webmail_request_reply (request, SOUP_STATUS_OK, "application/json", body);
}

/* Of a file that cannot be read. */
static void
reply_failure (WebmailRequest *request, const GError *error)
{
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    webmail_request_reply_problem (request, SOUP_STATUS_CONFLICT, NULL, "The file of the rules was broken by hand; an administrator has to mend it.");
  else
    webmail_request_reply_error (request, error);
}

static void
done (WebmailRequest *request, gpointer data, const GError *error)
{
  Rules *self = data;

  if (error == NULL)
    reply_document (request, self->set);
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST))
    webmail_request_reply_problem (request, SOUP_STATUS_PRECONDITION_FAILED, NULL, "The rules were changed elsewhere meanwhile.");
  else if (self->document != NULL && (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT) ||
                                      g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS) ||
                                      g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE)))
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, error->message);
  else
    reply_failure (request, error);
}

/* The state that is changed, without the quotes of an ETag; NULL when none is named. */
static char *
read_state (WebmailRequest *request)
{
  const char *tag = soup_message_headers_get_one (soup_server_message_get_request_headers (request->message), "If-Match");
  gsize length = tag != NULL ? strlen (tag) : 0;

  return length >= 2 && tag[0] == '"' && tag[length - 1] == '"' ? g_strndup (tag + 1, length - 2) : NULL;
}

void
webmail_rules_handle (WebmailRequest *request)
{
  Rules *self = g_new0 (Rules, 1);

  if (strcmp (soup_server_message_get_method (request->message), "POST") == 0)
    {
      g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (request->message));
      gsize length;
      const char *data = g_bytes_get_data (body, &length);

      self->state = read_state (request);
      if (self->state == NULL || length == 0 || memchr (data, '\0', length) != NULL)
        {
          webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send a document, and its state in If-Match.");
          rules_free (self);
          return;
        }
      self->document = g_strndup (data, length);
    }
  webmail_people_run (request, work, done, self, rules_free);
}

/* ---- What they make of a message ---- */

typedef struct
{
  IntimailSite *site;
  char *uid;
  char *id;
  IntimailRuleOutcome *outcome;
} Trace;

static void
trace_free (gpointer data)
{
  Trace *self = data;

  g_object_unref (self->site);
  g_free (self->uid);
  g_free (self->id);
  g_clear_object (&self->outcome);
  g_free (self);
}

static gboolean
trace (IntimailJmap *jmap, gpointer data, GError **error)
{
  Trace *self = data;
  IntimailAccount *account = intimail_jmap_get_account (jmap);
  g_autoptr (GBytes) message = intimail_account_load_message (account, self->id, error);
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (IntimailRuleSet) set = NULL;

  if (message == NULL)
    return FALSE;
  person = intimail_directory_lookup_person (intimail_site_get_directory (self->site), self->uid, NULL, error);
  set = person != NULL ? intimail_rule_set_load (account, NULL, error) : NULL;
  if (set != NULL)
    self->outcome = intimail_rule_set_test (set, self->site, person, message, NULL, error);

  return self->outcome != NULL;
}

static void
reply_trace (WebmailRequest *request, gpointer data, const GError *error)
{
  Trace *self = data;
  JsonObject *answer;
  JsonArray *steps;

  if (error != NULL)
    {
      reply_failure (request, error);
      return;
    }
  answer = json_object_new ();
  steps = json_array_new ();
  for (guint i = 0; i < intimail_rule_outcome_get_n_steps (self->outcome); i++)
    {
      JsonObject *step = json_object_new ();

      json_object_set_string_member (step, "name", intimail_rule_outcome_get_step_name (self->outcome, i));
      json_object_set_boolean_member (step, "matched", intimail_rule_outcome_get_step_matched (self->outcome, i));
      json_object_set_string_member (step, "reason", intimail_rule_outcome_get_step_reason (self->outcome, i));
      json_array_add_object_element (steps, step);
    }
  if (intimail_rule_outcome_get_mailbox_id (self->outcome) != NULL)
    json_object_set_string_member (answer, "mailboxId", intimail_rule_outcome_get_mailbox_id (self->outcome));
  else
    json_object_set_null_member (answer, "mailboxId");
  json_object_set_boolean_member (answer, "kept", intimail_rule_outcome_is_kept (self->outcome));
  json_object_set_array_member (answer, "steps", steps);
  webmail_request_reply_json (request, answer);
}

void
webmail_rules_handle_message (WebmailRequest *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));
  Trace *self = g_new0 (Trace, 1);

  self->site = g_object_ref (request->server->site);
  self->uid = g_strdup (request->uid);
  self->id = g_strdup (path + strlen (PATH));
  webmail_people_run (request, trace, reply_trace, self, trace_free);
}
