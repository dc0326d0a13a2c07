/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "site/intimail-relay-settings-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"

#define GROUP "transport"
#define TIMEOUT_MAX 3600
#define SUBMISSION_PORT 587 /* RFC 6409 */
#define SUBMISSIONS_PORT 465 /* RFC 8314 */

void
intimail_relay_settings_free (IntimailRelaySettings *self)
{
  g_free (self->host);
  g_free (self->user);
  g_free (self->secret_path);
  g_free (self->ca_path);
  g_free (self);
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address) : g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && (g_hostname_is_ip_address (host) ||
                                           strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == strlen (host));
}

static gboolean
read_uri (IntimailRelaySettings *self, IntimailConfig *config, GError **error)
{
  const char *text = intimail_config_get_string (config, GROUP, "uri");
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if (uri != NULL && g_uri_get_password (uri) != NULL)
    return intimail_config_fail (config, GROUP, "uri", error, "the password has a file of its own: see secret-file");
  if ((!g_str_equal (scheme, "smtp") && !g_str_equal (scheme, "smtps")) || !is_host (g_uri_get_host (uri)) ||
      (*g_uri_get_path (uri) != '\0' && !g_str_equal (g_uri_get_path (uri), "/")) || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL)
    return intimail_config_fail (config, GROUP, "uri", error,
                                 "\"%s\" is not like smtp://USER@mail.example:587 or smtps://USER@mail.example", text);
  self->is_smtps = g_str_equal (scheme, "smtps");
  self->host = g_strdup (g_uri_get_host (uri));
  self->port = g_uri_get_port (uri) > 0 ? (guint) g_uri_get_port (uri) : self->is_smtps ? SUBMISSIONS_PORT : SUBMISSION_PORT;
  if (g_uri_get_user (uri) != NULL && *g_uri_get_user (uri) != '\0')
    self->user = g_strdup (g_uri_get_user (uri));

  return TRUE;
}

static char *
make_path (IntimailConfig *config, const char *folder, const char *key)
{
  const char *path = intimail_config_get_string (config, GROUP, key);

  return *path != '\0' ? g_canonicalize_filename (path, folder) : NULL;
}

/* A password never goes over a network in clear. */
static gboolean
read_safety (IntimailRelaySettings *self, IntimailConfig *config, const char *folder, GError **error)
{
  self->has_tls = self->is_smtps || g_str_equal (intimail_config_get_string (config, GROUP, "tls"), "start");
  self->secret_path = make_path (config, folder, "secret-file");
  self->ca_path = make_path (config, folder, "tls-ca-file");
  if (!self->has_tls && self->user != NULL && !is_loopback (self->host))
    return intimail_config_fail (config, GROUP, "tls", error, "a password would go to %s in clear: use tls=start", self->host);
  if (self->user != NULL && self->secret_path == NULL)
    return intimail_config_fail (config, GROUP, "secret-file", error, "name the file with the password of %s", self->user);

  return TRUE;
}

gboolean
intimail_relay_settings_read_timeout (IntimailConfig *config, guint *timeout, GError **error)
{
  guint64 number = intimail_config_get_number (config, GROUP, "timeout");

  if (number < 1 || number > TIMEOUT_MAX)
    return intimail_config_fail (config, GROUP, "timeout", error, "it is in seconds, from 1 to %d", TIMEOUT_MAX);
  *timeout = (guint) number;

  return TRUE;
}

IntimailRelaySettings *
intimail_relay_settings_read (IntimailConfig *config, const char *folder, GError **error)
{
  g_autoptr (IntimailRelaySettings) self = g_new0 (IntimailRelaySettings, 1);

  if (!read_uri (self, config, error) || !read_safety (self, config, folder, error) ||
      !intimail_relay_settings_read_timeout (config, &self->timeout, error))
    return NULL;

  return g_steal_pointer (&self);
}

gboolean
intimail_relay_settings_load_secret (const IntimailRelaySettings *self, char **secret, GError **error)
{
  *secret = self->user != NULL ? intimail_secret_load (self->secret_path, TRUE, error) : NULL;

  return self->user == NULL || *secret != NULL;
}
