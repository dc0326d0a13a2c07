/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-settings.h"

#include <string.h>

#include "webmail-events.h"
#include "webmail-password.h"
#include "webmail-people.h"

void
webmail_settings_begin (WebmailRequest *request)
{
  if (request->by_password)
    webmail_request_reply_problem (request, SOUP_STATUS_FORBIDDEN, NULL, "Sign in to the page for this.");
  else if (strcmp (soup_server_message_get_method (request->message), "POST") == 0 && !webmail_request_has_type (request, "application/json"))
    webmail_request_reply_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, NULL, "Send application/json.");
}

WebmailSetting *
webmail_setting_new (WebmailRequest *request, const char *first, const char *second)
{
  WebmailSetting *self = g_new0 (WebmailSetting, 1);

  self->directory = intimail_directory_act_as (intimail_site_get_directory (request->server->site), request->uid);
  self->uid = g_strdup (request->uid);
  self->text[0] = g_strdup (first);
  self->text[1] = g_strdup (second);

  return self;
}

void
webmail_setting_keep_session (WebmailSetting *self, WebmailRequest *request)
{
  self->session = webmail_session_ref (request->session);
  webmail_session_hold (self->session);
}

static void
setting_free (WebmailSetting *self)
{
  if (self->session != NULL)
    {
      webmail_session_let_go (self->session, self->has_stamp ? &self->stamp : NULL);
      webmail_session_unref (self->session);
    }
  g_object_unref (self->directory);
  g_free (self->uid);
  for (gsize i = 0; i < G_N_ELEMENTS (self->text); i++)
    webmail_free_secret (self->text[i]);
  if (self->result != NULL && self->free_result != NULL)
    self->free_result (self->result);
  g_clear_error (&self->error);
  g_free (self);
}

typedef struct
{
  WebmailSetting *setting;
  WebmailSettingWork work;
  WebmailSettingReply reply;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  setting_free (call->setting);
  g_free (call);
}

/* Also after a failure: who does not know whether it was done finds it out so. */
static void
look_up_stamp (WebmailSetting *self)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (self->directory, self->uid, NULL, NULL);

  self->has_stamp = person != NULL;
  if (person != NULL)
    self->stamp = intimail_person_get_sign_in_stamp (person);
}

static gboolean
run (IntimailJmap *jmap, gpointer data, GError **error)
{
  Call *call = data;

  if (!call->work (call->setting, &call->setting->error) && call->setting->error == NULL)
    g_set_error_literal (&call->setting->error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "failed without a reason");
  if (call->setting->session != NULL)
    look_up_stamp (call->setting);
  return TRUE;
}

static void
reply (WebmailRequest *request, gpointer data, const GError *error)
{
  Call *call = data;
  GError *own = call->setting->error;

  if (error != NULL)
    webmail_request_reply_error (request, error);
  else if (g_error_matches (own, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    webmail_settings_refuse (request, own->message);
  else if (own != NULL)
    webmail_request_reply_error (request, own);
  else if (call->reply != NULL)
    call->reply (request, call->setting);
  else
    webmail_request_reply (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
webmail_setting_run (WebmailRequest *request, WebmailSetting *self, WebmailSettingWork work, WebmailSettingReply then)
{
  Call *call = g_new0 (Call, 1);

  call->setting = self;
  call->work = work;
  call->reply = then;
  webmail_people_run (request, run, reply, call, call_free);
}

void
webmail_settings_refuse (WebmailRequest *request, const char *detail)
{
  webmail_request_reply_problem (request, SOUP_STATUS_FORBIDDEN, NULL, detail);
}

void
webmail_settings_end_other_sessions (WebmailRequest *request)
{
  WebmailServer *server = request->server;

  webmail_passwords_forget (server->passwords, request->uid);
  webmail_sessions_remove_others (server->sessions, request->uid, request->session);
  webmail_events_end_unfit (server->events, request->uid);
}

typedef struct
{
  WebmailSettingAllowed allowed;
} Question;

/* That a code is missing says that the password is right. */
static void
on_password_judged (WebmailRequest *request, WebmailPasswordOutcome outcome, const char *uid, guint64 stamp)
{
  const Question *question = request->data;

  switch (outcome)
    {
    case WEBMAIL_PASSWORD_RIGHT:
    case WEBMAIL_PASSWORD_CODE_NEEDED:
      question->allowed (request);
      break;
    case WEBMAIL_PASSWORD_WRONG:
      webmail_settings_refuse (request, "The password is not right.");
      break;
    case WEBMAIL_PASSWORD_TOO_MANY:
      webmail_request_reply_problem (request, WEBMAIL_STATUS_TOO_MANY_REQUESTS, NULL, "Too many failures. Try again later.");
      break;
    case WEBMAIL_PASSWORD_UNAVAILABLE:
      webmail_request_reply_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, "Passwords cannot be checked now. Try again later.");
      break;
    }
}

void
webmail_settings_ask_password (WebmailRequest *request, const char *password, WebmailSettingAllowed allowed)
{
  Question *question = g_new0 (Question, 1);

  question->allowed = allowed;
  request->data = question;
  request->free_data = g_free;
  webmail_passwords_judge (request, WEBMAIL_PASSWORD_FOR_PAGE, request->uid, password, "", on_password_judged);
}

void
webmail_settings_add_time (JsonObject *object, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601 (time) : NULL;

  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}
