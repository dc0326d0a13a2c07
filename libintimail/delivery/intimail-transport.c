/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-transport.h>

#include <signal.h>
#include <string.h>
#include <sysexits.h>

#include <intimail/intimail-delivery.h>
#include <intimail/intimail-error.h>

#include "delivery/intimail-blind-copy-private.h"

/* What is repeated of a program's complaint. */
#define MAX_COMPLAINT 500

/**
 * IntimailTransport:
 *
 * The way out: hands a message to the mail server of this machine, or, on a site
 * without one, to the people of the site themselves.
 *
 * Which of the two is said in the group `[transport]` of the site's configuration:
 * `kind=sendmail` runs the program named by `command`, never through a shell;
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
               "%s: this site sends mail to its own people only; to reach others, set up a mail server and "
               "kind=sendmail in the group [transport] of intimail.conf",
               recipient);
  return FALSE;
}

static gboolean
send_to_people (IntimailTransport *self,
                const char *sender,
                const char *const *recipients,
                GBytes *message,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, sender);

  intimail_delivery_set_origin (delivery, "local", NULL);
  for (gsize i = 0; recipients[i] != NULL; i++)
    if (!check_local (self, recipients[i], error))
      return FALSE;
  for (gsize i = 0; recipients[i] != NULL; i++)
    if (!intimail_delivery_add_recipient (delivery, recipients[i], g_bytes_get_size (message), cancellable, error))
      {
        g_prefix_error (error, "%s: ", recipients[i]);
        return FALSE;
      }

  return intimail_delivery_write (delivery, message, cancellable, error) &&
         intimail_delivery_finish (delivery, cancellable, error);
}

/* ---- To the mail server of this machine ---- */

/* What an exit status of sendmail means to somebody who sends. A usage error or a
 * missing file is trouble here, not with the message. */
static IntimailError
map_exit_status (int status)
{
  switch (status)
    {
    case EX_DATAERR:
      return INTIMAIL_ERROR_INVALID_ARGUMENT;
    case EX_NOUSER:
    case EX_NOHOST:
      return INTIMAIL_ERROR_NOT_FOUND;
    case EX_NOPERM:
      return INTIMAIL_ERROR_PERMISSION_DENIED;
    default:
      return INTIMAIL_ERROR_FAILED;
    }
}

/* NULL: the program ended before anything of it was read. */
static char *
make_complaint (GBytes *output)
{
  gsize length = 0;
  const char *data = output != NULL ? g_bytes_get_data (output, &length) : NULL;
  g_autofree char *text = g_utf8_make_valid (data != NULL ? data : "", (gssize) MIN (length, MAX_COMPLAINT));

  return g_strdelimit (g_strdup (g_strstrip (text)), "\r\n", ' ');
}

static gboolean
check_exit (GSubprocess *process, const char *command, GBytes *output, GError **error)
{
  g_autofree char *complaint = NULL;

  if (g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == EX_OK)
    return TRUE;

  complaint = make_complaint (output);
  if (!g_subprocess_get_if_exited (process))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s was killed: %s", command, complaint);
  else
    g_set_error (error, INTIMAIL_ERROR, (int) map_exit_status (g_subprocess_get_exit_status (process)),
                 "%s gave the exit status %d: %s", command, g_subprocess_get_exit_status (process), complaint);
  return FALSE;
}

/* -i: a line with a dot alone does not end the message. The addresses stand after
 * "--": none of them is an option. */
static GStrv
make_arguments (const char *const *command, const char *sender, const char *const *recipients)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) command);
  g_strv_builder_add_many (builder, "-i", "-f", sender, "--", NULL);
  g_strv_builder_addv (builder, (const char **) recipients);
  return g_strv_builder_end (builder);
}

/* A program may end before it has read everything. The library leaves the handlers
 * of its process alone, so the signal for that is kept from this thread. */
static gboolean
communicate (GSubprocess *process, GBytes *message, GCancellable *cancellable, GBytes **output, GError **error)
{
  const struct timespec now = { 0, 0 };
  sigset_t broken_pipe;
  sigset_t before;
  gboolean ok;

  sigemptyset (&broken_pipe);
  sigaddset (&broken_pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &broken_pipe, &before);
  ok = g_subprocess_communicate (process, message, cancellable, output, NULL, error);
  if (!sigismember (&before, SIGPIPE))
    sigtimedwait (&broken_pipe, NULL, &now);
  pthread_sigmask (SIG_SETMASK, &before, NULL);

  return ok;
}

static gboolean
run_sendmail (const char *const *command,
              const char *sender,
              const char *const *recipients,
              GBytes *message,
              GCancellable *cancellable,
              GError **error)
{
  g_auto (GStrv) arguments = make_arguments (command, sender, recipients);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GError) cause = NULL;

  process = g_subprocess_newv ((const char *const *) arguments,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                               &cause);
  if (process == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED,
                   "cannot run %s (%s): install a mail server, or name its program by command= in the group "
                   "[transport] of intimail.conf",
                   command[0], cause->message);
      return FALSE;
    }
  if (!communicate (process, message, cancellable, &output, &cause))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      /* A program that ended before it read everything said why in its status. */
      if (g_cancellable_is_cancelled (cancellable) || check_exit (process, command[0], output, error))
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "%s did not take the message: %s", command[0], cause->message);
      return FALSE;
    }

  return check_exit (process, command[0], output, error);
}

/* An address goes into another program's hands: only one that is one. */
static gboolean
check_address (const char *text, GError **error)
{
  g_autoptr (IntimailAddress) address = intimail_address_parse (text, error);

  if (address != NULL)
    return TRUE;

  g_prefix_error (error, "%s: ", text);
  return FALSE;
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
 * Sends a message, without its Bcc fields.
 *
 * All recipients are looked at before anything is handed over: after a failure of
 * that kind nobody has the message. %INTIMAIL_ERROR_INVALID_ARGUMENT: there is no
 * recipient, an address is none, or the mail server refused the message;
 * %INTIMAIL_ERROR_NOT_SUPPORTED: a recipient is outside the site, and the site
 * has no mail server; %INTIMAIL_ERROR_NOT_FOUND, %INTIMAIL_ERROR_DISABLED,
 * %INTIMAIL_ERROR_OVER_QUOTA: so says the recipient's mailbox;
 * %INTIMAIL_ERROR_PERMISSION_DENIED: the mail server does not let this user send;
 * %INTIMAIL_ERROR_FAILED: anything else, to be tried again: the message says what
 * to do.
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
  const char *const *command;
  g_autoptr (GBytes) visible = NULL;

  g_return_val_if_fail (INTIMAIL_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (sender != NULL && recipients != NULL && message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (recipients[0] == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the message has no recipient");
      return FALSE;
    }
  if (*sender != '\0' && !check_address (sender, error))
    return FALSE;
  for (gsize i = 0; recipients[i] != NULL; i++)
    if (!check_address (recipients[i], error))
      return FALSE;

  visible = intimail_blind_copy_remove (message);
  command = intimail_site_get_sendmail_command (self->site);
  if (command == NULL || command[0] == NULL)
    return send_to_people (self, sender, recipients, visible, cancellable, error);

  return run_sendmail (command, sender, recipients, visible, cancellable, error);
}
