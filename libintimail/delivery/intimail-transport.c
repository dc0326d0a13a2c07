/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-transport.h>

#include <string.h>

#include <intimail/intimail-delivery.h>
#include <intimail/intimail-error.h>

#include "message/intimail-blind-copy-private.h"
#include "delivery/intimail-relay-private.h"
#include "delivery/intimail-send-report-private.h"
#include "delivery/intimail-sendmail-private.h"
#include "site/intimail-site-private.h"

/* A program has more time than an answer: it takes the whole message. */
#define PROGRAM_FACTOR 5

/**
 * IntimailSendFlags:
 * @INTIMAIL_SEND_FLAGS_NONE: nothing special: all get the message, or nobody
 * @INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED: who is refused for good is left out, and the
 *   others get the message
 *
 * How a message is sent.
 *
 * Since: 1.0
 */

/**
 * IntimailTransport:
 *
 * The way out: hands a message to the mail server of this machine, to one elsewhere, or,
 * on a site without one, to the people of the site themselves.
 *
 * Which of them is said in the group `[transport]` of the site's configuration:
 * `kind=sendmail` runs the program named by `command`, never through a shell;
 * `kind=smtp` speaks SMTP to the server named by `uri`, with TLS;
 * `kind=local` reaches the site's own people and refuses everybody else.
 *
 * A transport does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailTransport
{
  GObject parent_instance;

  IntimailSite *site;
};

G_DEFINE_FINAL_TYPE (IntimailTransport, intimail_transport, G_TYPE_OBJECT)

enum
{
  PROP_SITE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
intimail_transport_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IntimailTransport *self = INTIMAIL_TRANSPORT (object);

  if (id == PROP_SITE)
    g_value_set_object (value, self->site);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_transport_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IntimailTransport *self = INTIMAIL_TRANSPORT (object);

  if (id == PROP_SITE)
    self->site = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_transport_finalize (GObject *object)
{
  IntimailTransport *self = INTIMAIL_TRANSPORT (object);

  g_clear_object (&self->site);
  G_OBJECT_CLASS (intimail_transport_parent_class)->finalize (object);
}

static void
intimail_transport_class_init (IntimailTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = intimail_transport_get_property;
  object_class->set_property = intimail_transport_set_property;
  object_class->finalize = intimail_transport_finalize;

  /**
   * IntimailTransport:site:
   *
   * The site whose people send.
   *
   * Since: 1.0
   */
  props[PROP_SITE] = g_param_spec_object ("site", NULL, NULL, INTIMAIL_TYPE_SITE,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_transport_init (IntimailTransport *self)
{
}

/**
 * intimail_transport_new:
 * @site: the site whose people send
 *
 * Makes the site's way out.
 *
 * Returns: (transfer full): a transport
 *
 * Since: 1.0
 */
IntimailTransport *
intimail_transport_new (IntimailSite *site)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (site), NULL);

  return g_object_new (INTIMAIL_TYPE_TRANSPORT, "site", site, NULL);
}

/* ---- To the people of the site ---- */

static gboolean
check_local (IntimailTransport *self, const char *recipient, GError **error)
{
  const char *at = strrchr (recipient, '@');

  if (at != NULL && intimail_site_is_local_domain (self->site, at + 1))
    return TRUE;

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
               "this site sends mail to its own people only; to reach others, set up a mail server and "
               "kind=sendmail or kind=smtp in the group [transport] of intimail.conf");
  return FALSE;
}

/* Somebody who is refused stops it for all, unless he is left out; who is refused for
 * now always does, so that a next try is the first for all. */
static gboolean
must_stop (IntimailSendReport *report, IntimailSendFlags flags)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!intimail_send_report_get_result (report, i, &error) &&
          ((flags & INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED) == 0 || *intimail_error_get_enhanced_status (error) == '4'))
        return TRUE;
    }

  return intimail_send_report_count_good (report) == 0;
}

static void
stop (IntimailSendReport *report)
{
  intimail_send_report_fail (report, g_error_new_literal (INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED,
                                                          "nothing was sent, because another recipient was refused"));
}

static void
write_to_people (IntimailDelivery *delivery, GBytes *message, IntimailSendReport *report, GCancellable *cancellable)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);
  GError *error = NULL;

  if (!intimail_delivery_write (delivery, message, cancellable, &error))
    {
      intimail_send_report_fail (report, error);
      return;
    }
  intimail_delivery_finish (delivery, cancellable, NULL);
  for (guint i = 0, added = 0; recipients[i] != NULL; i++)
    if (intimail_send_report_get_result (report, i, NULL))
      {
        intimail_delivery_get_result (delivery, added, &error);
        intimail_send_report_set_error (report, i, g_steal_pointer (&error));
        added++;
      }
}

static void
send_to_people (IntimailTransport *self,
                const char *sender,
                GBytes *message,
                IntimailSendFlags flags,
                IntimailSendReport *report,
                GCancellable *cancellable)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, sender);
  const char *const *recipients = intimail_send_report_get_recipients (report);

  intimail_delivery_set_origin (delivery, "local", NULL);
  for (guint i = 0; recipients[i] != NULL; i++)
    {
      GError *error = NULL;

      if (!check_local (self, recipients[i], &error) ||
          !intimail_delivery_add_recipient (delivery, recipients[i], g_bytes_get_size (message), cancellable, &error))
        intimail_send_report_set_error (report, i, error);
    }
  if (must_stop (report, flags))
    stop (report);
  else
    write_to_people (delivery, message, report, cancellable);
}

/* ---- All ways ---- */

/* An address goes into another program's hands: only one that is one. */
static gboolean
check_address (const char *text, GError **error)
{
  g_autoptr (IntimailAddress) address = intimail_address_parse (text, error);

  return address != NULL;
}

static gboolean
check_addresses (const char *sender, IntimailSendReport *report)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);
  gboolean good = TRUE;
  GError *error = NULL;

  if (*sender != '\0' && !check_address (sender, &error))
    {
      g_prefix_error (&error, "%s: ", sender);
      intimail_send_report_fail (report, error);
      return FALSE;
    }
  for (guint i = 0; recipients[i] != NULL; i++)
    if (!check_address (recipients[i], &error))
      {
        intimail_send_report_set_error (report, i, g_steal_pointer (&error));
        good = FALSE;
      }
  if (!good)
    stop (report);

  return good;
}

static void
hand_over (IntimailTransport *self,
           const char *sender,
           GBytes *message,
           IntimailSendFlags flags,
           IntimailSendReport *report,
           GCancellable *cancellable)
{
  const IntimailSiteSettings *settings = intimail_site_get_settings (self->site);
  const char *const *command = (const char *const *) settings->sendmail_command;
  const char *const *recipients = intimail_send_report_get_recipients (report);
  GError *error = NULL;

  if (settings->relay != NULL)
    intimail_relay_send (settings->relay, settings->hostname, sender, message,
                         (flags & INTIMAIL_SEND_FLAGS_LEAVE_OUT_REFUSED) == 0, report, cancellable);
  else if (command[0] == NULL)
    send_to_people (self, sender, message, flags, report, cancellable);
  else if (!intimail_sendmail_run (command, sender, recipients, message, settings->transport_timeout * PROGRAM_FACTOR, cancellable,
                                   &error))
    intimail_send_report_fail (report, error);
}

/**
 * intimail_transport_send_each:
 * @self: a transport
 * @sender: the address that gets reports about the message; empty when nobody
 *   does
 * @recipients: (array zero-terminated=1): the addresses that get the message,
 *   without names; one at least
 * @message: the message
 * @flags: how it is sent
 * @cancellable: (nullable): a cancellable, heeded until the message is handed over
 *
 * Sends a message, without its Bcc fields, and keeps what is said to each recipient.
 *
 * All recipients are looked at before anything is handed over. When one is refused,
 * nobody has the message, unless @flags say to leave out who is refused for good; who is
 * refused for now stops it always, so that nobody gets it twice by the next try.
 *
 * For a recipient: %INTIMAIL_ERROR_INVALID_ARGUMENT: the address is none, or the mail
 * server refused the message; %INTIMAIL_ERROR_NOT_SUPPORTED: they are outside the site,
 * and the site has no mail server, or the server cannot carry such a message;
 * %INTIMAIL_ERROR_NOT_FOUND, %INTIMAIL_ERROR_DISABLED, %INTIMAIL_ERROR_OVER_QUOTA: so
 * says the recipient's mailbox or the server, with its own words;
 * %INTIMAIL_ERROR_TOO_LARGE: the server takes no message of that size;
 * %INTIMAIL_ERROR_PERMISSION_DENIED: the mail server does not let this user send;
 * %INTIMAIL_ERROR_UNCERTAIN: it had the whole message and was not heard of again: it may
 * be sent or not; %INTIMAIL_ERROR_UNAVAILABLE, %INTIMAIL_ERROR_FAILED: anything else, to
 * be tried again: the message says what to do.
 *
 * Returns: (transfer full): what became of it for each recipient
 *
 * Since: 1.0
 */
IntimailSendReport *
intimail_transport_send_each (IntimailTransport *self,
                              const char *sender,
                              const char *const *recipients,
                              GBytes *message,
                              IntimailSendFlags flags,
                              GCancellable *cancellable)
{
  IntimailSendReport *report;
  g_autoptr (GBytes) visible = NULL;

  g_return_val_if_fail (INTIMAIL_IS_TRANSPORT (self), NULL);
  g_return_val_if_fail (sender != NULL && recipients != NULL && recipients[0] != NULL && message != NULL, NULL);

  report = intimail_send_report_new (recipients);
  if (!check_addresses (sender, report))
    return report;
  visible = intimail_blind_copy_remove (message);
  hand_over (self, sender, visible, flags, report, cancellable);

  return report;
}

/**
 * intimail_transport_send:
 * @self: a transport
 * @sender: the address that gets reports about the message; empty when nobody
 *   does
 * @recipients: (array zero-terminated=1): the addresses that get the message,
 *   without names
 * @message: the message
 * @cancellable: (nullable): a cancellable, heeded until the message is handed over
 * @error: return location for an error
 *
 * Sends a message to all recipients or to nobody, without its Bcc fields.
 *
 * %INTIMAIL_ERROR_INVALID_ARGUMENT: there is no recipient. Else it fails as
 * [method@Intimail.Transport.send_each] says, with the weightiest error of all
 * recipients. On a site without a mail server a disk that fails between two of them
 * leaves the message with those before.
 *
 * Returns: %TRUE when the mail server has taken the message over, or, without
 *   one, when all recipients have it
 *
 * Since: 1.0
 */
gboolean
intimail_transport_send (IntimailTransport *self,
                         const char *sender,
                         const char *const *recipients,
                         GBytes *message,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (IntimailSendReport) report = NULL;

  g_return_val_if_fail (INTIMAIL_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (sender != NULL && recipients != NULL && message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (recipients[0] == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the message has no recipient");
      return FALSE;
    }
  report = intimail_transport_send_each (self, sender, recipients, message, INTIMAIL_SEND_FLAGS_NONE, cancellable);

  return intimail_send_report_check (report, error);
}

typedef struct
{
  char *sender;
  char **recipients;
  GBytes *message;
  IntimailSendFlags flags;
} SendCall;

static void
send_call_free (gpointer data)
{
  SendCall *call = data;

  g_free (call->sender);
  g_strfreev (call->recipients);
  g_bytes_unref (call->message);
  g_free (call);
}

static void
send_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  SendCall *call = task_data;

  g_task_return_pointer (task, intimail_transport_send_each (source, call->sender, (const char *const *) call->recipients, call->message, call->flags, cancellable),
                         g_object_unref);
}

/**
 * intimail_transport_send_each_async:
 * @self: a transport
 * @sender: the address that gets reports about the message; empty when nobody
 *   does
 * @recipients: (array zero-terminated=1): the addresses that get the message,
 *   without names; one at least
 * @message: the message
 * @flags: how it is sent
 * @cancellable: (nullable): a cancellable, heeded until the message is handed over
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Runs [method@Intimail.Transport.send_each] in a thread.
 *
 * Since: 1.0
 */
void
intimail_transport_send_each_async (IntimailTransport *self,
                                    const char *sender,
                                    const char *const *recipients,
                                    GBytes *message,
                                    IntimailSendFlags flags,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  SendCall *call;

  g_return_if_fail (INTIMAIL_IS_TRANSPORT (self));
  g_return_if_fail (sender != NULL && recipients != NULL && recipients[0] != NULL && message != NULL);

  call = g_new0 (SendCall, 1);
  call->sender = g_strdup (sender);
  call->recipients = g_strdupv ((char **) recipients);
  call->message = g_bytes_ref (message);
  call->flags = flags;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, intimail_transport_send_each_async);
  /* What is sent is reported as sent, however late the cancel. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, call, send_call_free);
  g_task_run_in_thread (task, send_in_thread);
}

/**
 * intimail_transport_send_each_finish:
 * @self: a transport
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Transport.send_each_async].
 *
 * It does not fail: the errors are in the report.
 *
 * Returns: (transfer full): what became of it for each recipient
 *
 * Since: 1.0
 */
IntimailSendReport *
intimail_transport_send_each_finish (IntimailTransport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
