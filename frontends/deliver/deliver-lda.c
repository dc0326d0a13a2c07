/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-lda.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "deliver-input.h"
#include "deliver-status.h"

int
deliver_lda_map_error (const GError *error)
{
  if (error == NULL)
    return EX_OK;
  if (error->domain != INTIMAIL_ERROR)
    return EX_TEMPFAIL;

  switch ((IntimailError) error->code)
    {
    case INTIMAIL_ERROR_NOT_FOUND:
    case INTIMAIL_ERROR_DISABLED:
      return EX_NOUSER;
    case INTIMAIL_ERROR_OVER_QUOTA:
      return EX_CANTCREAT;
    case INTIMAIL_ERROR_TOO_LARGE:
    case INTIMAIL_ERROR_INVALID_ARGUMENT:
    case INTIMAIL_ERROR_LOOP:
      return EX_DATAERR;
    case INTIMAIL_ERROR_PERMISSION_DENIED:
    case INTIMAIL_ERROR_POSTING_REFUSED:
      return EX_NOPERM;
    default:
      return EX_TEMPFAIL;
    }
}

/* Postfix puts a line that begins with an enhanced status into its report. */
static void
complain (const char *recipient, const GError *error)
{
  g_printerr ("%s %s: %s\n", intimail_error_get_enhanced_status (error), recipient, error->message);
}

static int
add_recipients (IntimailDelivery *delivery, const char *const *recipients, GStrvBuilder *added)
{
  int status = EX_OK;

  for (gsize i = 0; recipients[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (intimail_delivery_add_recipient (delivery, recipients[i], 0, NULL, &error))
        g_strv_builder_add (added, recipients[i]);
      else
        complain (recipients[i], error);
      status = deliver_status_worse (status, deliver_lda_map_error (error));
    }

  return status;
}

/* A failure to write is remembered by the delivery; one to read must not let half
 * a message through. */
static gboolean
copy_message (DeliverInput *input, IntimailSite *site, IntimailDelivery *delivery, GError **error)
{
  guint64 limit = intimail_site_get_max_message_size (site);
  guint64 size = 0;
  GBytes *data;

  while ((data = deliver_input_read (input, error)) != NULL)
    {
      size += g_bytes_get_size (data);
      if (limit == 0 || size <= limit)
        intimail_delivery_write (delivery, data, NULL, NULL);
      g_bytes_unref (data);
    }
  if (*error == NULL && limit != 0 && size > limit)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                 "the message is larger than %" G_GUINT64_FORMAT " bytes", limit);

  return *error == NULL;
}

int
deliver_lda_run (IntimailSite *site, const char *sender, const char *const *recipients)
{
  DeliverInput input = { .fd = STDIN_FILENO };
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (site, sender);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) added = NULL;
  int status;

  intimail_delivery_await_confirmation (delivery);
  intimail_delivery_set_origin (delivery, "LDA", NULL);
  status = add_recipients (delivery, recipients, builder);
  added = g_strv_builder_end (builder);
  if (added[0] == NULL)
    return status;
  if (!copy_message (&input, site, delivery, &error))
    {
      complain ("message", error);
      return deliver_status_worse (status, deliver_lda_map_error (error));
    }

  intimail_delivery_finish (delivery, NULL, NULL);
  for (guint i = 0; added[i] != NULL; i++)
    {
      g_autoptr (GError) result = NULL;

      if (!intimail_delivery_get_result (delivery, i, &result))
        complain (added[i], result);
      status = deliver_status_worse (status, deliver_lda_map_error (result));
    }
  /* pipe(8) kills what takes too long; from here the status is out of its reach. With one
   * status for all, "later" is told for those who have the message, too: it comes again. */
  if (status != EX_TEMPFAIL)
    intimail_delivery_confirm (delivery);

  return status;
}
