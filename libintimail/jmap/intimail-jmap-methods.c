/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every method by name. "using" mail admits identities, submission, vacation and quota too:
 * clients send it so, and could not send mail otherwise.
 */

#include "jmap/intimail-jmap-methods-private.h"

#define CORE INTIMAIL_JMAP_CAPABILITY_CORE
#define MAIL INTIMAIL_JMAP_CAPABILITY_MAIL
#define SUBMISSION (INTIMAIL_JMAP_CAPABILITY_SUBMISSION | INTIMAIL_JMAP_CAPABILITY_MAIL)
#define QUOTA (INTIMAIL_JMAP_CAPABILITY_QUOTA | INTIMAIL_JMAP_CAPABILITY_MAIL)
#define VACATION (INTIMAIL_JMAP_CAPABILITY_VACATION_RESPONSE | INTIMAIL_JMAP_CAPABILITY_MAIL)
#define BIG_FILES INTIMAIL_JMAP_CAPABILITY_BIG_FILES
#define PLAIN INTIMAIL_JMAP_METHOD_PLAIN
#define WRITES INTIMAIL_JMAP_METHOD_WRITES
#define NO_ACCOUNT INTIMAIL_JMAP_METHOD_NO_ACCOUNT

static JsonObject *
core_echo (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return json_object_ref (arguments);
}

static const IntimailJmapMethodEntry methods[] = {
  { "Core/echo", core_echo, CORE | SUBMISSION | QUOTA | VACATION, NO_ACCOUNT },

  { "Mailbox/get", intimail_jmap_mailbox_get, MAIL, PLAIN },
  { "Mailbox/changes", intimail_jmap_mailbox_changes, MAIL, PLAIN },
  { "Mailbox/query", intimail_jmap_mailbox_query, MAIL, PLAIN },
  { "Mailbox/queryChanges", intimail_jmap_mailbox_query_changes, MAIL, PLAIN },
  { "Mailbox/set", intimail_jmap_mailbox_set, MAIL, WRITES },

  { "Thread/get", intimail_jmap_thread_get, MAIL, PLAIN },
  { "Thread/changes", intimail_jmap_thread_changes, MAIL, PLAIN },

  { "Email/get", intimail_jmap_email_get, MAIL, PLAIN },
  { "Email/changes", intimail_jmap_email_changes, MAIL, PLAIN },
  { "Email/query", intimail_jmap_email_query, MAIL, PLAIN },
  { "Email/queryChanges", intimail_jmap_email_query_changes, MAIL, PLAIN },
  { "Email/set", intimail_jmap_email_set, MAIL, WRITES },
  { "Email/import", intimail_jmap_email_import, MAIL, WRITES },
  { "Email/copy", intimail_jmap_email_copy, MAIL, WRITES },
  { "Email/parse", intimail_jmap_email_parse, MAIL, PLAIN },

  { "SearchSnippet/get", intimail_jmap_search_snippet_get, MAIL, PLAIN },

  { "EmailSubmission/get", intimail_jmap_email_submission_get, SUBMISSION, PLAIN },
  { "EmailSubmission/changes", intimail_jmap_email_submission_changes, SUBMISSION, PLAIN },
  { "EmailSubmission/query", intimail_jmap_email_submission_query, SUBMISSION, PLAIN },
  { "EmailSubmission/queryChanges", intimail_jmap_email_submission_query_changes, SUBMISSION, PLAIN },
  { "EmailSubmission/set", intimail_jmap_email_submission_set, SUBMISSION, WRITES },

  /* What the directory says by now is written down first. */
  { "Identity/get", intimail_jmap_identity_get, SUBMISSION, WRITES },
  { "Identity/changes", intimail_jmap_identity_changes, SUBMISSION, WRITES },
  { "Identity/set", intimail_jmap_identity_set, SUBMISSION, WRITES },

  { "VacationResponse/get", intimail_jmap_vacation_response_get, VACATION, PLAIN },
  { "VacationResponse/set", intimail_jmap_vacation_response_set, VACATION, WRITES },

  { "Quota/get", intimail_jmap_quota_get, QUOTA, PLAIN },
  { "Quota/changes", intimail_jmap_quota_changes, QUOTA, PLAIN },
  { "Quota/query", intimail_jmap_quota_query, QUOTA, PLAIN },
  { "Quota/queryChanges", intimail_jmap_quota_query_changes, QUOTA, PLAIN },

  { "BigFile/get", intimail_jmap_big_file_get, BIG_FILES, PLAIN },
  { "BigFile/changes", intimail_jmap_big_file_changes, BIG_FILES, PLAIN },
  { "BigFile/set", intimail_jmap_big_file_set, BIG_FILES, WRITES },
  { "BigFile/detach", intimail_jmap_big_file_detach, BIG_FILES, WRITES },

  { "Invitation/answer", intimail_jmap_invitation_answer, INTIMAIL_JMAP_CAPABILITY_INVITATIONS, WRITES },
};

const IntimailJmapMethodEntry *
intimail_jmap_method_lookup (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, name))
      return &methods[i];

  return NULL;
}
