/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libcurl connects, checks the certificate and signs in; what is said about the message
 * is said by IntimailSmtpClient, so that each recipient has the server's own answer.
 */

#include "delivery/intimail-relay-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "delivery/intimail-curl-library-private.h"
#include "delivery/intimail-send-report-private.h"
#include "delivery/intimail-signal-private.h"
#include "protocol/intimail-smtp-client-private.h"

#define PIECE (64 * 1024)
/* RFC 5321 section 4.5.3.2 gives a server that has the message more time than others. */
#define END_FACTOR 5

typedef struct
{
  const IntimailCurlLibrary *curl;
  CURL *handle;
  const IntimailRelaySettings *settings;
  IntimailSmtpExtensions extensions;
  IntimailSmtpClient *client;
  GCancellable *cancellable;
  curl_socket_t socket;
  char problem[CURL_ERROR_SIZE];
} Relay;

/* ---- To be connected ---- */

/* Each line that the server says while libcurl talks to it. What was said before TLS
 * counts for nothing. */
static size_t
take_line (char *data, size_t size, size_t n, void *user_data)
{
  Relay *self = user_data;
  gsize length = size * n;

  if (length >= 3 && strncmp (data, "220", 3) == 0)
    self->extensions = (IntimailSmtpExtensions){ 0 };
  intimail_smtp_extensions_add_line (&self->extensions, data, length);

  return length;
}

static size_t
ignore_body (char *data, size_t size, size_t n, void *user_data)
{
  return size * n;
}

static int
check_cancelled (void *user_data, curl_off_t download, curl_off_t downloaded, curl_off_t upload, curl_off_t uploaded)
{
  Relay *self = user_data;

  return g_cancellable_is_cancelled (self->cancellable);
}

static char *
make_url (const IntimailRelaySettings *settings, const char *hostname)
{
  const char *scheme = settings->is_smtps ? "smtps" : "smtp";
  gboolean is_ipv6 = strchr (settings->host, ':') != NULL;

  return g_strdup_printf ("%s://%s%s%s:%u/%s", scheme, is_ipv6 ? "[" : "", settings->host, is_ipv6 ? "]" : "",
                          settings->port, hostname);
}

static gboolean
set_options (Relay *self, const char *url, const char *secret)
{
  const IntimailCurlLibrary *curl = self->curl;
  CURL *handle = self->handle;
  const IntimailRelaySettings *settings = self->settings;

  return curl->curl_easy_setopt (handle, CURLOPT_URL, url) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_PROXY, "") == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_USE_SSL, (long) (settings->has_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE)) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
         (settings->ca_path == NULL || curl->curl_easy_setopt (handle, CURLOPT_CAINFO, settings->ca_path) == CURLE_OK) &&
         (settings->user == NULL || (curl->curl_easy_setopt (handle, CURLOPT_USERNAME, settings->user) == CURLE_OK &&
                                     curl->curl_easy_setopt (handle, CURLOPT_PASSWORD, secret) == CURLE_OK)) &&
         curl->curl_easy_setopt (handle, CURLOPT_CONNECTTIMEOUT, (long) settings->timeout) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long) settings->timeout) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_HEADERFUNCTION, take_line) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_HEADERDATA, self) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_WRITEFUNCTION, ignore_body) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_XFERINFOFUNCTION, check_cancelled) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_XFERINFODATA, self) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
         curl->curl_easy_setopt (handle, CURLOPT_ERRORBUFFER, self->problem) == CURLE_OK;
}

/* What to do about it, where somebody here can. */
static const char *
find_advice (CURLcode code)
{
  switch (code)
    {
    case CURLE_LOGIN_DENIED:
      return "; look at uri and secret-file in the group [transport] of intimail.conf";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "; tls-ca-file in the group [transport] of intimail.conf names its authority";
    case CURLE_USE_SSL_FAILED:
      return "; it offers no TLS";
    default:
      return "";
    }
}

/* All trouble up to here is temporary: it is mended, and then the message goes. */
static gboolean
connect_to (Relay *self, const char *hostname, const char *secret, GError **error)
{
  g_autofree char *url = make_url (self->settings, hostname);
  CURLcode code;

  self->handle = self->curl->curl_easy_init ();
  if (self->handle == NULL || !set_options (self, url, secret))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "this libcurl cannot send by SMTP with TLS");
      return FALSE;
    }
  code = self->curl->curl_easy_perform (self->handle);
  if (code == CURLE_OK && self->curl->curl_easy_getinfo (self->handle, CURLINFO_ACTIVESOCKET, &self->socket) == CURLE_OK &&
      self->socket != CURL_SOCKET_BAD)
    return TRUE;

  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot hand mail to %s, port %u: %s%s", self->settings->host,
               self->settings->port, self->problem[0] != '\0' ? self->problem : self->curl->curl_easy_strerror (code),
               find_advice (code));
  return FALSE;
}

/* ---- To speak and to hear ---- */

static gint64
find_end (Relay *self)
{
  guint factor = intimail_smtp_client_is_uncertain (self->client) ? END_FACTOR : 1;

  return g_get_monotonic_time () + (gint64) self->settings->timeout * factor * G_USEC_PER_SEC;
}

static void
fail (Relay *self, const char *why)
{
  intimail_smtp_client_break (self->client, why);
}

/* Until the socket is ready. A message that is handed over is no longer called back. */
static gboolean
wait (Relay *self, gushort events, gint64 end)
{
  gboolean may_cancel = !intimail_smtp_client_is_uncertain (self->client);
  GPollFD fds[2] = { { (gint) self->socket, events, 0 }, { -1, G_IO_IN, 0 } };
  gboolean has_cancel = may_cancel && g_cancellable_make_pollfd (self->cancellable, &fds[1]);
  gint64 left = MAX (0, end - g_get_monotonic_time ()) / 1000;
  int n = g_poll (fds, has_cancel ? 2 : 1, (gint) MIN (left, G_MAXINT));

  if (has_cancel)
    g_cancellable_release_fd (self->cancellable);
  if (may_cancel && g_cancellable_is_cancelled (self->cancellable))
    fail (self, "sending was called off");
  else if (n == 0)
    fail (self, "it does not answer in time");
  else
    return TRUE;

  return FALSE;
}

static gboolean
write_all (Relay *self, const char *data, gsize length)
{
  gsize written = 0;

  while (written < length)
    {
      size_t n = 0;
      CURLcode code = self->curl->curl_easy_send (self->handle, data + written, length - written, &n);

      written += n;
      if (code == CURLE_AGAIN)
        {
          if (!wait (self, G_IO_OUT, find_end (self)))
            return FALSE;
        }
      else if (code != CURLE_OK)
        {
          fail (self, "the connection broke while it was written to");
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
write_output (Relay *self)
{
  g_autoptr (GBytes) output = intimail_smtp_client_take_output (self->client);
  gsize length;
  const char *data = g_bytes_get_data (output, &length);

  return length == 0 || write_all (self, data, length);
}

/* What has come. FALSE when there is nothing yet. */
static gboolean
read_some (Relay *self)
{
  char buffer[4096];
  size_t n = 0;
  CURLcode code = self->curl->curl_easy_recv (self->handle, buffer, sizeof buffer, &n);

  if (code == CURLE_AGAIN)
    return FALSE;
  if (code != CURLE_OK || n == 0)
    fail (self, "it ended the conversation");
  else
    intimail_smtp_client_feed (self->client, buffer, n);

  return TRUE;
}

/* The next answer, whole: one time for all of it, however slowly it drips. */
static void
hear (Relay *self)
{
  gint64 end = find_end (self);
  guint asked = intimail_smtp_client_get_n_answers (self->client);

  while (intimail_smtp_client_get_step (self->client) != INTIMAIL_SMTP_STEP_DONE &&
         intimail_smtp_client_get_n_answers (self->client) == asked)
    if (!read_some (self) && !wait (self, G_IO_IN, end))
      return;
}

static void
write_message (Relay *self, GBytes *message)
{
  g_autoptr (GString) piece = g_string_sized_new (2 * PIECE);
  char last = '\n';
  gsize length;
  const char *data = g_bytes_get_data (message, &length);

  for (gsize at = 0; at < length; at += PIECE)
    {
      g_string_truncate (piece, 0);
      intimail_smtp_client_append_message (piece, data + at, MIN (PIECE, length - at), &last);
      if (!write_all (self, piece->str, piece->len))
        return;
    }
  if (last != '\n' && !write_all (self, last == '\r' ? "\n" : "\r\n", last == '\r' ? 1 : 2))
    return;
  /* Who has left, or spoken out of turn, has not taken what has no end yet. */
  while (intimail_smtp_client_get_step (self->client) == INTIMAIL_SMTP_STEP_MESSAGE && read_some (self))
    ;
  if (intimail_smtp_client_get_step (self->client) == INTIMAIL_SMTP_STEP_MESSAGE)
    intimail_smtp_client_end_message (self->client);
}

static void
converse (Relay *self, GBytes *message)
{
  IntimailSmtpStep step;

  while ((step = intimail_smtp_client_get_step (self->client)) != INTIMAIL_SMTP_STEP_DONE)
    if (step == INTIMAIL_SMTP_STEP_MESSAGE)
      write_message (self, message);
    else if (write_output (self))
      hear (self);
  /* QUIT, to be polite: nothing depends on it. */
  write_output (self);
}

static void
send_connected (Relay *self, const char *sender, GBytes *message, gboolean strict, IntimailSendReport *report)
{
  const char *const *recipients = intimail_send_report_get_recipients (report);
  IntimailSmtpNeeds needs;

  intimail_smtp_needs_find (&needs, message);
  self->client = intimail_smtp_client_new (self->settings->host, &self->extensions, &needs, sender, recipients, strict);
  converse (self, message);
  for (guint i = 0; recipients[i] != NULL; i++)
    {
      GError *error = NULL;

      intimail_smtp_client_get_result (self->client, i, &error);
      intimail_send_report_set_error (report, i, error);
    }
  intimail_smtp_client_free (self->client);
}

void
intimail_relay_send (const IntimailRelaySettings *settings,
                     const char *hostname,
                     const char *sender,
                     GBytes *message,
                     gboolean strict,
                     IntimailSendReport *report,
                     GCancellable *cancellable)
{
  Relay self = { .settings = settings, .cancellable = cancellable };
  IntimailBlockedSignal blocked;
  GError *error = NULL;
  char *secret = NULL;

  self.curl = intimail_curl_library_get (&error);
  intimail_blocked_signal_begin (&blocked);
  if (self.curl != NULL && intimail_relay_settings_load_secret (settings, &secret, &error) &&
      connect_to (&self, hostname, secret, &error))
    send_connected (&self, sender, message, strict, report);
  else
    intimail_send_report_fail (report, error);
  intimail_secret_free (secret);
  if (self.handle != NULL)
    self.curl->curl_easy_cleanup (self.handle);
  intimail_blocked_signal_end (&blocked);
}
