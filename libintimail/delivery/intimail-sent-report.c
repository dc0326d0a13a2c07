/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-sent-report-private.h"

#include <intimail/intimail-delivery-status.h>

#include "delivery/intimail-submission-private.h"
#include "directory/intimail-person-private.h"

/* Of one message that was sent: anybody who had it can write more of them. */
#define MAX_REPORTS 20

typedef struct
{
  IntimailDeliveryStatus *status;
  GHashTable *rows; /* address key -> number of the recipient; the last word counts */
  const char *id;   /* of the report */
} Report;

static GHashTable *
list_rows (IntimailDeliveryStatus *status)
{
  GHashTable *rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < intimail_delivery_status_get_n_recipients (status); i++)
    {
      char *key = intimail_person_make_address_key (intimail_delivery_status_get_recipient (status, i));

      if (key != NULL)
        g_hash_table_replace (rows, key, GUINT_TO_POINTER (i));
    }

  return rows;
}

/* NULL: as it was. */
static const char *
get_delivered (IntimailDeliveryAction action)
{
  switch (action)
    {
    case INTIMAIL_DELIVERY_ACTION_FAILED:
      return "no";
    case INTIMAIL_DELIVERY_ACTION_DELIVERED:
    case INTIMAIL_DELIVERY_ACTION_EXPANDED:
      return "yes";
    case INTIMAIL_DELIVERY_ACTION_RELAYED:
      return "unknown";
    case INTIMAIL_DELIVERY_ACTION_DELAYED:
    case INTIMAIL_DELIVERY_ACTION_UNKNOWN:
      break;
    }

  return NULL;
}

/* As a server said it, or as near to that as the report knows. */
static char *
make_reply (const Report *self, guint row)
{
  const char *diagnostic = intimail_delivery_status_get_diagnostic (self->status, row);
  const char *status = intimail_delivery_status_get_status (self->status, row);

  if (*diagnostic != '\0' || *status == '\0')
    return g_strdup (diagnostic);

  return g_strdup_printf ("%c50 %s", *status, status);
}

static void
take_recipient (const Report *self, IntimailSubmission *submission, gsize i)
{
  g_autofree char *key = intimail_person_make_address_key (submission->recipients[i]);
  const char *delivered;
  gpointer row;

  if (key == NULL || !g_hash_table_lookup_extended (self->rows, key, NULL, &row))
    return;
  delivered = get_delivered (intimail_delivery_status_get_action (self->status, GPOINTER_TO_UINT (row)));
  g_free (submission->replies[i]);
  submission->replies[i] = make_reply (self, GPOINTER_TO_UINT (row));
  if (delivered == NULL)
    return;
  g_free (submission->delivered[i]);
  submission->delivered[i] = g_strdup (delivered);
}

static gboolean
add_report (IntimailSubmission *submission, const char *id)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (submission->reports != NULL && g_strv_length (submission->reports) >= MAX_REPORTS)
    return FALSE;
  if (submission->reports != NULL)
    g_strv_builder_addv (builder, (const char **) submission->reports);
  g_strv_builder_add (builder, id);
  g_strfreev (submission->reports);
  submission->reports = g_strv_builder_end (builder);

  return TRUE;
}

/* The latest that it may be about: a message can be sent again. */
static IntimailSubmission *
find_submission (GPtrArray *submissions, const char *message_id)
{
  for (guint i = submissions->len; i > 0; i--)
    {
      IntimailSubmission *submission = submissions->pdata[i - 1];

      if (g_strcmp0 (submission->message_id, message_id) == 0 && submission->status != INTIMAIL_SUBMISSION_PENDING &&
          submission->status != INTIMAIL_SUBMISSION_CANCELED)
        return submission;
    }

  return NULL;
}

static IntimailSubmission *
take_report (GPtrArray *submissions, gpointer user_data)
{
  const Report *self = user_data;
  IntimailSubmission *submission = find_submission (submissions, intimail_delivery_status_get_message_id (self->status));

  if (submission == NULL || !add_report (submission, self->id))
    return NULL;
  if (submission->delivered == NULL)
    intimail_submission_set_outcome (submission, "queued", "");
  for (gsize i = 0; submission->recipients[i] != NULL; i++)
    take_recipient (self, submission, i);

  return submission;
}

/* Most who get a message without a sender have sent nothing for a week. */
static gboolean
has_sent (IntimailAccount *account)
{
  g_autoptr (GPtrArray) submissions = intimail_submission_list (account, NULL);

  return submissions != NULL && submissions->len > 0;
}

void
intimail_sent_report_note (IntimailAccount *account, GBytes *message, const char *id)
{
  g_autoptr (IntimailMessage) parsed = has_sent (account) ? intimail_message_new_from_bytes (message, NULL) : NULL;
  g_autoptr (IntimailDeliveryStatus) status = parsed != NULL ? intimail_delivery_status_read (parsed) : NULL;
  g_autoptr (GHashTable) rows = status != NULL ? list_rows (status) : NULL;
  Report report = { status, rows, id };
  g_autoptr (GError) error = NULL;

  if (status == NULL || *intimail_delivery_status_get_message_id (status) == '\0')
    return;
  if (!intimail_submission_edit (account, take_report, &report, &error))
    g_message ("what a mail server reports of a message is not noted with it: %s", error->message);
}
