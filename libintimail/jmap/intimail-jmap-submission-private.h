/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What was sent: RFC 8621 section 7. The file intimail.submissions of the account
 * keeps a line for each, for a week.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *identity_id;
  char *email_id;
  char *thread_id;
  char *sender;
  char **recipients;
  gint64 sent; /* seconds since 1970 */
} IntimailJmapSubmission;

void intimail_jmap_submission_free (IntimailJmapSubmission *submission);

/* All that are kept, the oldest first: an array of IntimailJmapSubmission. */
GPtrArray *intimail_jmap_submission_list (IntimailJmapContext *context,
                                          GError **error);

/* Keeps one more, and forgets those that are older than a week. */
gboolean intimail_jmap_submission_add (IntimailJmapContext *context,
                                       const IntimailJmapSubmission *submission,
                                       GError **error);

/* Forgets one. NOT_FOUND. */
gboolean intimail_jmap_submission_remove (IntimailJmapContext *context,
                                          const char *id,
                                          GError **error);

/* The one of that id in a list, or NULL. */
IntimailJmapSubmission *intimail_jmap_submission_find (GPtrArray *submissions,
                                                       const char *id);

/* The EmailSubmission with all its properties. */
JsonObject *intimail_jmap_submission_to_object (const IntimailJmapSubmission *submission);

/* Checks what a client wants to be sent, and sends it. NULL with a SetError. */
IntimailJmapSubmission *intimail_jmap_submission_send (IntimailJmapContext *context,
                                                       JsonObject *properties,
                                                       JsonObject **set_error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailJmapSubmission, intimail_jmap_submission_free)

G_END_DECLS
