/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-send-report-private.h"

#include <intimail/intimail-error.h>

/**
 * IntimailSendReport:
 *
 * What became of a message that was sent, for each recipient alone.
 *
 * It does not change: any thread may read it.
 *
 * Since: 1.0
 */
struct _IntimailSendReport
{
  GObject parent_instance;

  char **recipients;
  guint n_recipients;
  GError **errors;
};

G_DEFINE_FINAL_TYPE (IntimailSendReport, intimail_send_report, G_TYPE_OBJECT)

static void
intimail_send_report_finalize (GObject *object)
{
  IntimailSendReport *self = INTIMAIL_SEND_REPORT (object);

  for (guint i = 0; i < self->n_recipients; i++)
    g_clear_error (&self->errors[i]);
  g_free (self->errors);
  g_strfreev (self->recipients);
  G_OBJECT_CLASS (intimail_send_report_parent_class)->finalize (object);
}

static void
intimail_send_report_class_init (IntimailSendReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_send_report_finalize;
}

static void
intimail_send_report_init (IntimailSendReport *self)
{
}

IntimailSendReport *
intimail_send_report_new (const char *const *recipients)
{
  IntimailSendReport *self = g_object_new (INTIMAIL_TYPE_SEND_REPORT, NULL);

  self->recipients = g_strdupv ((char **) recipients);
  self->n_recipients = g_strv_length (self->recipients);
  self->errors = g_new0 (GError *, self->n_recipients);

  return self;
}

void
intimail_send_report_set_error (IntimailSendReport *self, guint recipient, GError *error)
{
  g_clear_error (&self->errors[recipient]);
  self->errors[recipient] = error;
}

void
intimail_send_report_fail (IntimailSendReport *self, GError *error)
{
  for (guint i = 0; i < self->n_recipients; i++)
    if (self->errors[i] == NULL)
      self->errors[i] = g_error_copy (error);
  g_error_free (error);
}

guint
intimail_send_report_count_good (IntimailSendReport *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_recipients; i++)
    n += self->errors[i] == NULL;

  return n;
}

/**
 * intimail_send_report_get_recipients:
 * @self: a report
 *
 * Gets the recipients, in the order in which they were given.
 *
 * Returns: (transfer none) (array zero-terminated=1): their addresses
 *
 * Since: 1.0
 */
const char *const *
intimail_send_report_get_recipients (IntimailSendReport *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SEND_REPORT (self), NULL);

  return (const char *const *) self->recipients;
}

/**
 * intimail_send_report_get_result:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 * @error: return location for an error
 *
 * Tells what became of the message for one recipient.
 *
 * The errors are those of [method@Intimail.Transport.send_each].
 *
 * Returns: %TRUE when it is on its way to the recipient
 *
 * Since: 1.0
 */
gboolean
intimail_send_report_get_result (IntimailSendReport *self, guint recipient, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_SEND_REPORT (self), FALSE);
  g_return_val_if_fail (recipient < self->n_recipients, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->errors[recipient] == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->errors[recipient]);
  return FALSE;
}

/* What to tell first: that nobody can know; then what needs another address; then what
 * another try may mend. */
static guint
weigh (const GError *error)
{
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN))
    return 2;

  return *intimail_error_get_enhanced_status (error) == '5' ? 1 : 0;
}

/**
 * intimail_send_report_check:
 * @self: a report
 * @error: return location for an error
 *
 * Tells whether the message is on its way to all recipients.
 *
 * The error is the weightiest of them, and names the recipient.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
intimail_send_report_check (IntimailSendReport *self, GError **error)
{
  const GError *worst = NULL;
  guint of = 0;

  g_return_val_if_fail (INTIMAIL_IS_SEND_REPORT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  for (guint i = 0; i < self->n_recipients; i++)
    if (self->errors[i] != NULL && (worst == NULL || weigh (self->errors[i]) > weigh (worst)))
      {
        worst = self->errors[i];
        of = i;
      }
  if (worst == NULL)
    return TRUE;
  if (error != NULL)
    {
      *error = g_error_copy (worst);
      g_prefix_error (error, "%s: ", self->recipients[of]);
    }

  return FALSE;
}
