/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a person sent or wants to be sent (RFC 8621 section 7). The file
 * intimail.submissions of the account keeps lines for each, the last one counts: for a week
 * after it was sent, and before that for as long as it waits.
 */

#pragma once

#include <intimail/intimail-account.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_SUBMISSION_FINAL,    /* handed over */
  INTIMAIL_SUBMISSION_PENDING,  /* waits until it is due */
  INTIMAIL_SUBMISSION_SENDING,  /* is handed over by somebody who says so before */
  INTIMAIL_SUBMISSION_CANCELED, /* in time */
  INTIMAIL_SUBMISSION_FAILED,   /* was not handed over */
  INTIMAIL_SUBMISSION_HELD,     /* may be handed over or not: nobody knows */
} IntimailSubmissionStatus;

typedef struct
{
  char *id;
  char *identity_id;
  char *email_id;
  char *thread_id;
  char *message_id; /* Message-ID, by which a report names it; or NULL */
  char *sender;
  char **recipients;
  char **delivered; /* of each recipient, as RFC 8621 has it: "queued", "yes", "no", "unknown"; NULL: nothing is known */
  char **replies;   /* what a server said of each recipient, or ""; as long as delivered */
  char **reports;   /* ids of messages that report about it, or NULL */
  gint64 sent; /* when it was handed over, or is to be: seconds since 1970 */
  gint64 due;  /* for when it was asked first; 0: at once, see IntimailSending */
  gint64 tries;
  IntimailSubmissionStatus status;
  gboolean unfinished; /* what follows from the status is still to be done */
  char *reason;        /* why it was not sent, for as long as the person is to be told; or NULL */
} IntimailSubmission;

/* The same of all recipients. */
void intimail_submission_set_outcome (IntimailSubmission *submission,
                                      const char *delivered,
                                      const char *reply);

void intimail_submission_free (IntimailSubmission *submission);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailSubmission, intimail_submission_free)

/* All that are kept, in the order in which they came: an array of IntimailSubmission. */
GPtrArray *intimail_submission_list (IntimailAccount *account,
                                     GError **error);

/* The one of that id in a list, or NULL. */
IntimailSubmission *intimail_submission_find (GPtrArray *submissions,
                                              const char *id);

/* Keeps one more, on the disk when something is still to be done, and forgets those that are older than a
 * week. */
gboolean intimail_submission_add (IntimailAccount *account,
                                  const IntimailSubmission *submission,
                                  GError **error);

/* From one status to another, for one caller alone: EXISTS when it has another one
 * already, NOT_FOUND. It is on the disk then. @at: when it is to be sent, or 0 to leave
 * that. */
gboolean intimail_submission_change (IntimailAccount *account,
                                     const char *id,
                                     IntimailSubmissionStatus from,
                                     IntimailSubmissionStatus to,
                                     gint64 at,
                                     GError **error);

/* Writes one down that was SENDING and has now a status that it keeps, and with that is
 * unfinished: whoever comes after a crash does what follows, and says so with
 * intimail_submission_finish(). A report that was faster counts more than its outcome.
 * EXISTS when it is not SENDING, NOT_FOUND. It is on the disk then. */
gboolean intimail_submission_end (IntimailAccount *account,
                                  IntimailSubmission *submission,
                                  GError **error);

/* Nothing is to be done any more. */
gboolean intimail_submission_finish (IntimailAccount *account,
                                     const char *id,
                                     GError **error);

/* Forgets one that does not wait. NOT_FOUND; EXISTS when it waits. */
gboolean intimail_submission_remove (IntimailAccount *account,
                                     const char *id,
                                     GError **error);

/* Changes one of them, which it returns, or none and returns NULL. */
typedef IntimailSubmission *(*IntimailSubmissionEdit) (GPtrArray *submissions,
                                                       gpointer user_data);

/* For one caller alone; clients hear of it. */
gboolean intimail_submission_edit (IntimailAccount *account,
                                   IntimailSubmissionEdit edit,
                                   gpointer user_data,
                                   GError **error);

/* Forgets one that was never sent, whatever its status. NOT_FOUND. */
gboolean intimail_submission_forget (IntimailAccount *account,
                                     const char *id,
                                     GError **error);

G_END_DECLS
