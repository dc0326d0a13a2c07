/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-password-change.h"

#include "webmail-settings.h"

/* A problem type (RFC 7807) of our own: "detail" says what is wrong with it. */
#define WEAK_PASSWORD "urn:intimail:problem:weak-password"

/* What is wrong with the new password is an answer, and no failure. */
static gboolean
keep_judgement (WebmailSetting *self, GError *local_error, GError **error)
{
  if (local_error == NULL)
    return TRUE;
  if (!g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  self->result = local_error;
  self->free_result = (GDestroyNotify) g_error_free;

  return TRUE;
}

static gboolean
judge (WebmailSetting *self, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self->directory, self->uid, NULL, error);
  GError *local_error = NULL;

  if (person == NULL)
    return FALSE;
  intimail_directory_judge_password (self->text[0], person, &local_error);

  return keep_judgement (self, local_error, error);
}

static gboolean
change (WebmailSetting *self, GError **error)
{
  GError *local_error = NULL;

  intimail_directory_change_password (self->directory, self->uid, self->text[0], self->text[1], NULL, &local_error);

  return keep_judgement (self, local_error, error);
}

static void
reply_judgement (WebmailRequest *request, WebmailSetting *self)
{
  const GError *judgement = self->result;
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "good", judgement == NULL);
  json_object_set_string_member (answer, "detail", judgement != NULL ? judgement->message : "");
  webmail_request_reply_json (request, answer);
}

static void
reply_changed (WebmailRequest *request, WebmailSetting *self)
{
  const GError *judgement = self->result;

  if (judgement != NULL)
    {
      webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, WEAK_PASSWORD, judgement->message);
      return;
    }
  webmail_settings_end_other_sessions (request);
  webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

/* The old one is asked for twice: here guesses are counted and slowed down, and the
 * directory wants it too. */
static void
start_change (WebmailRequest *request)
{
  g_autoptr (JsonObject) body = webmail_request_parse_body (request);
  WebmailSetting *setting = webmail_setting_new (request, webmail_request_get_text (body, "old"), webmail_request_get_text (body, "new"));

  webmail_setting_run (request, setting, change, reply_changed);
}

void
webmail_password_change_handle (WebmailRequest *request)
{
  g_autoptr (JsonObject) body = webmail_request_parse_body (request);
  const char *old = body != NULL ? webmail_request_get_text (body, "old") : NULL;

  if (old == NULL || webmail_request_get_text (body, "new") == NULL)
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send {\"old\":...,\"new\":...}.");
  else
    webmail_settings_ask_password (request, old, start_change);
}

void
webmail_password_change_handle_judge (WebmailRequest *request)
{
  g_autoptr (JsonObject) body = webmail_request_parse_body (request);
  const char *new = body != NULL ? webmail_request_get_text (body, "new") : NULL;

  if (new == NULL)
    webmail_request_reply_problem (request, SOUP_STATUS_BAD_REQUEST, NULL, "Send {\"new\":...}.");
  else
    webmail_setting_run (request, webmail_setting_new (request, new, NULL), judge, reply_judgement);
}
  webmail_setting_keep_session (setting, request);
