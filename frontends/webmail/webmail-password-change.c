/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-password-change.h"

#include "webmail-settings.h"

/* A problem type (RFC 7807) of our own: "reason" and "detail" say what is wrong with it. */
#define WEAK_PASSWORD "urn:intimail:problem:weak-password"

/* What is wrong with a new password. */
typedef struct
{
  IntimailPasswordFault fault;
  char *detail;
} Judgement;

static void
judgement_free (gpointer data)
{
  Judgement *judgement = data;

  g_free (judgement->detail);
  g_free (judgement);
}

/* Such as "few-kinds", which the page has words for in each language. */
static const char *
get_reason (const Judgement *judgement)
{
  g_autoptr (GEnumClass) faults = g_type_class_ref (INTIMAIL_TYPE_PASSWORD_FAULT);
  GEnumValue *value = g_enum_get_value (faults, (gint) judgement->fault);

  return value != NULL ? value->value_nick : "other";
}

/* It is an answer, and no failure. */
static gboolean
keep_judgement (WebmailSetting *self, const char *password, const char *old_password, GError *local_error, GError **error)
{
  g_autoptr (GError) owned = local_error;
  g_autoptr (IntimailPerson) person = NULL;
  Judgement *judgement;

  if (owned == NULL)
    return TRUE;
  if (!g_error_matches (owned, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  person = intimail_directory_lookup_person (self->directory, self->uid, NULL, NULL);
  judgement = g_new0 (Judgement, 1);
  judgement->fault = intimail_directory_find_password_fault (password, old_password, person);
  judgement->detail = g_strdup (owned->message);
  self->result = judgement;
  self->free_result = judgement_free;

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

  return keep_judgement (self, self->text[0], NULL, local_error, error);
}

static gboolean
change (WebmailSetting *self, GError **error)
{
  GError *local_error = NULL;

  intimail_directory_change_password (self->directory, self->uid, self->text[0], self->text[1], NULL, &local_error);

  return keep_judgement (self, self->text[1], self->text[0], local_error, error);
}

static void
reply_judgement (WebmailRequest *request, WebmailSetting *self)
{
  const Judgement *judgement = self->result;
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "good", judgement == NULL);
  json_object_set_string_member (answer, "reason", judgement != NULL ? get_reason (judgement) : "none");
  json_object_set_string_member (answer, "detail", judgement != NULL ? judgement->detail : "");
  webmail_request_reply_json (request, answer);
}

static void
reply_changed (WebmailRequest *request, WebmailSetting *self)
{
  const Judgement *judgement = self->result;

  if (judgement != NULL)
    {
      webmail_request_reply_problem_with (request, SOUP_STATUS_BAD_REQUEST, WEAK_PASSWORD, judgement->detail,
                                          "reason", get_reason (judgement));
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

  webmail_setting_keep_session (setting, request);
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
