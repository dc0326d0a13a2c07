/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-rules.h"

#include <string.h>

#include "webmail-people.h"

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
  else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    webmail_request_reply_problem (request, SOUP_STATUS_CONFLICT, NULL, "The file of the rules was broken by hand; an administrator has to mend it.");
  else
    webmail_request_reply_error (request, error);
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
