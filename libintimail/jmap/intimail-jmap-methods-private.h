/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The functions behind the methods' names, one block for each data type.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

#define INTIMAIL_JMAP_DECLARE_METHOD(name) \
  JsonObject *intimail_jmap_##name (IntimailJmapContext *context, JsonObject *arguments, GError **error)

INTIMAIL_JMAP_DECLARE_METHOD (mailbox_get);
INTIMAIL_JMAP_DECLARE_METHOD (mailbox_changes);
INTIMAIL_JMAP_DECLARE_METHOD (mailbox_query);
INTIMAIL_JMAP_DECLARE_METHOD (mailbox_query_changes);
INTIMAIL_JMAP_DECLARE_METHOD (mailbox_set);

INTIMAIL_JMAP_DECLARE_METHOD (identity_get);
INTIMAIL_JMAP_DECLARE_METHOD (identity_changes);
INTIMAIL_JMAP_DECLARE_METHOD (identity_set);

INTIMAIL_JMAP_DECLARE_METHOD (vacation_response_get);
INTIMAIL_JMAP_DECLARE_METHOD (vacation_response_set);

INTIMAIL_JMAP_DECLARE_METHOD (quota_get);
INTIMAIL_JMAP_DECLARE_METHOD (quota_changes);
INTIMAIL_JMAP_DECLARE_METHOD (quota_query);
INTIMAIL_JMAP_DECLARE_METHOD (quota_query_changes);

INTIMAIL_JMAP_DECLARE_METHOD (big_file_get);
INTIMAIL_JMAP_DECLARE_METHOD (big_file_changes);
INTIMAIL_JMAP_DECLARE_METHOD (big_file_set);
INTIMAIL_JMAP_DECLARE_METHOD (big_file_detach);
INTIMAIL_JMAP_DECLARE_METHOD (invitation_answer);

INTIMAIL_JMAP_DECLARE_METHOD (thread_get);
INTIMAIL_JMAP_DECLARE_METHOD (thread_changes);

INTIMAIL_JMAP_DECLARE_METHOD (email_get);
INTIMAIL_JMAP_DECLARE_METHOD (email_changes);
INTIMAIL_JMAP_DECLARE_METHOD (email_query);
INTIMAIL_JMAP_DECLARE_METHOD (email_query_changes);
INTIMAIL_JMAP_DECLARE_METHOD (email_set);
INTIMAIL_JMAP_DECLARE_METHOD (email_import);
INTIMAIL_JMAP_DECLARE_METHOD (email_copy);
INTIMAIL_JMAP_DECLARE_METHOD (email_parse);
INTIMAIL_JMAP_DECLARE_METHOD (search_snippet_get);

INTIMAIL_JMAP_DECLARE_METHOD (email_submission_get);
INTIMAIL_JMAP_DECLARE_METHOD (email_submission_changes);
INTIMAIL_JMAP_DECLARE_METHOD (email_submission_query);
INTIMAIL_JMAP_DECLARE_METHOD (email_submission_query_changes);
INTIMAIL_JMAP_DECLARE_METHOD (email_submission_set);

G_END_DECLS
