/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "site/intimail-site-settings-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-config-private.h"
#include "directory/intimail-person-private.h"

#define DAYS_MAX 36500

static const IntimailConfigKey keys[] = {
  { "site", "domains", INTIMAIL_CONFIG_LIST, NULL, NULL },
  { "site", "hostname", INTIMAIL_CONFIG_STRING, "", NULL },
  { "site", "postmaster", INTIMAIL_CONFIG_LIST, "", NULL },
  { "site", "max-message-size", INTIMAIL_CONFIG_NUMBER, "52428800", NULL },
  { "store", "root", INTIMAIL_CONFIG_STRING, "mail", NULL },
  { "store", "language", INTIMAIL_CONFIG_STRING, "en", "en|fr" },
  { "store", "quota-counts-trash", INTIMAIL_CONFIG_BOOLEAN, "true", NULL },
  { "store", "quota-warnings", INTIMAIL_CONFIG_LIST, "80;95", NULL },
  { "store", "vsize-in-name", INTIMAIL_CONFIG_BOOLEAN, "false", NULL },
  { "store", "previews", INTIMAIL_CONFIG_BOOLEAN, "true", NULL },
  { "store", "trash-days", INTIMAIL_CONFIG_NUMBER, "0", NULL },
  { "store", "junk-days", INTIMAIL_CONFIG_NUMBER, "0", NULL },
  { "store", "removed-days", INTIMAIL_CONFIG_NUMBER, "30", NULL },
  { "store", "expired-days", INTIMAIL_CONFIG_NUMBER, "0", NULL },
  { "store", "roots", INTIMAIL_CONFIG_LIST, "", NULL },
  { "store", "big", INTIMAIL_CONFIG_STRING, "", NULL },
  { "store", "big-over", INTIMAIL_CONFIG_NUMBER, "20000000", NULL },
  { "store", "big-max", INTIMAIL_CONFIG_NUMBER, "2000000000", NULL },
  { "store", "big-days", INTIMAIL_CONFIG_NUMBER, "30", NULL },
  { "deliver", "listen", INTIMAIL_CONFIG_STRING, "unix:run/lmtp.sock", NULL },
  { "deliver", "policy", INTIMAIL_CONFIG_STRING, "unix:run/policy.sock", NULL },
  { "deliver", "other-hosts", INTIMAIL_CONFIG_STRING, "defer", "defer|take" },
  { "deliver", "spam-fields", INTIMAIL_CONFIG_LIST, "", NULL },
  { "deliver", "map", INTIMAIL_CONFIG_STRING, "unix:run/map.sock", NULL },
  { "webmail", "listen", INTIMAIL_CONFIG_STRING, "127.0.0.1:8080", NULL },
  { "webmail", "url", INTIMAIL_CONFIG_STRING, "", NULL },
  { "webmail", "origins", INTIMAIL_CONFIG_LIST, "", NULL },
  { "webmail", "trusted-proxy", INTIMAIL_CONFIG_BOOLEAN, "false", NULL },
  { "guard", "events", INTIMAIL_CONFIG_STRING, "/run/intimail-guard/events", NULL },
  { "transport", "kind", INTIMAIL_CONFIG_STRING, "sendmail", "sendmail|smtp|local" },
  { "transport", "command", INTIMAIL_CONFIG_LIST, "/usr/sbin/sendmail", NULL },
  { "transport", "uri", INTIMAIL_CONFIG_STRING, "", NULL },
  { "transport", "secret-file", INTIMAIL_CONFIG_STRING, "", NULL },
  { "transport", "tls", INTIMAIL_CONFIG_STRING, "start", "start|none" },
  { "transport", "tls-ca-file", INTIMAIL_CONFIG_STRING, "", NULL },
  { "transport", "timeout", INTIMAIL_CONFIG_NUMBER, "60", NULL },
  { "transport", "hour-messages", INTIMAIL_CONFIG_NUMBER, "100", NULL },
  { "transport", "hour-recipients", INTIMAIL_CONFIG_NUMBER, "300", NULL },
  { "transport", "day-messages", INTIMAIL_CONFIG_NUMBER, "400", NULL },
  { "transport", "day-recipients", INTIMAIL_CONFIG_NUMBER, "1000", NULL },
  { NULL },
};

void
intimail_site_settings_free (IntimailSiteSettings *self)
{
  g_strfreev (self->domains);
  g_free (self->hostname);
  g_strfreev (self->postmaster);
  g_free (self->directory_path);
  g_free (self->directory_base);
  intimail_ldap_settings_free (self->ldap);
  g_free (self->store_root);
  g_strfreev (self->store_roots);
  g_free (self->big_path);
  g_free (self->language);
  g_free (self->guard_events);
  g_clear_pointer (&self->quota_warnings, g_array_unref);
  g_free (self->lmtp_listen);
  g_free (self->policy_listen);
  g_free (self->map_listen);
  g_free (self->webmail_listen);
  g_free (self->webmail_url);
  g_strfreev (self->webmail_origins);
  g_strfreev (self->spam_fields);
  g_strfreev (self->sendmail_command);
  g_clear_pointer (&self->relay, intimail_relay_settings_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailSiteSettings, intimail_site_settings_free)

char *
intimail_site_settings_make_domain (const char *domain)
{
  g_autofree char *ascii = g_hostname_to_ascii (domain);
  g_autofree char *lower = ascii != NULL ? g_ascii_strdown (ascii, -1) : NULL;
  g_auto (GStrv) labels = NULL;

  if (lower == NULL || strlen (lower) > 253)
    return NULL;
  labels = g_strsplit (lower, ".", -1);
  for (gsize i = 0; labels[i] != NULL; i++)
    {
      gsize length = strlen (labels[i]);

      if (length == 0 || length > 63 || labels[i][0] == '-' || labels[i][length - 1] == '-' ||
          strspn (labels[i], "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return NULL;
    }
  /* 127.0.0.1 is no domain: no top-level domain is a number (RFC 3696 section 2). */
  if (labels[0] == NULL || g_hostname_is_ip_address (lower))
    return NULL;

  return g_steal_pointer (&lower);
}

char *
intimail_site_settings_make_base (const char *domain)
{
  g_auto (GStrv) labels = g_strsplit (domain, ".", -1);
  g_autofree char *rest = g_strjoinv (",dc=", labels);

  return g_strconcat ("dc=", rest, NULL);
}

static char *
make_path (const char *folder, const char *path)
{
  return g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (folder, path, NULL);
}

static gboolean
read_domains (IntimailSiteSettings *self, IntimailConfig *config, GError **error)
{
  g_auto (GStrv) list = intimail_config_get_list (config, "site", "domains");
  g_autoptr (GStrvBuilder) domains = g_strv_builder_new ();

  if (list[0] == NULL)
    return intimail_config_fail (config, "site", "domains", error, "name one domain at least");
  for (gsize i = 0; list[i] != NULL; i++)
    {
      g_autofree char *domain = intimail_site_settings_make_domain (list[i]);

      if (domain == NULL)
        return intimail_config_fail (config, "site", "domains", error, "\"%s\" is no domain", list[i]);
      g_strv_builder_add (domains, domain);
    }
  self->domains = g_strv_builder_end (domains);

  return TRUE;
}

static gboolean
is_person (const char *text)
{
  g_autofree char *key = intimail_person_make_address_key (text);

  return key != NULL || intimail_person_is_valid_uid (text);
}

static gboolean
read_site (IntimailSiteSettings *self, IntimailConfig *config, GError **error)
{
  const char *hostname = intimail_config_get_string (config, "site", "hostname");

  if (!read_domains (self, config, error))
    return FALSE;
  self->hostname = intimail_site_settings_make_domain (*hostname != '\0' ? hostname : self->domains[0]);
  if (self->hostname == NULL)
    return intimail_config_fail (config, "site", "hostname", error, "\"%s\" is no host's name", hostname);
  self->postmaster = intimail_config_get_list (config, "site", "postmaster");
  for (gsize i = 0; self->postmaster[i] != NULL; i++)
    if (!is_person (self->postmaster[i]))
      return intimail_config_fail (config, "site", "postmaster", error,
                                   "\"%s\" is neither a uid nor an address", self->postmaster[i]);
  self->max_message_size = intimail_config_get_number (config, "site", "max-message-size");
  if (self->max_message_size < 1024)
    return intimail_config_fail (config, "site", "max-message-size", error,
                                 "it is in bytes, and less than 1024 is too little for any mail");

  return TRUE;
}

static gboolean
read_directory (IntimailSiteSettings *self, IntimailConfig *config, const char *folder, GError **error)
{
  g_auto (GStrv) uris = intimail_config_get_list (config, "directory", "uri");
  const char *base = intimail_config_get_string (config, "directory", "base");

  self->directory_base = *base != '\0' ? g_strdup (base) : intimail_site_settings_make_base (self->domains[0]);
  if (uris[0] == NULL || !g_str_has_prefix (uris[0], "ldif:"))
    {
      self->ldap = intimail_ldap_settings_read (config, folder, self->directory_base, (const char *const *) self->domains, error);
      return self->ldap != NULL;
    }
  if (uris[0][strlen ("ldif:")] == '\0' || uris[1] != NULL)
    return intimail_config_fail (config, "directory", "uri", error,
                                 "\"ldif:\" and the name of one file, or else LDAP servers alone");
  self->directory_path = make_path (folder, uris[0] + strlen ("ldif:"));

  return TRUE;
}

static gboolean
read_warnings (IntimailSiteSettings *self, IntimailConfig *config, GError **error)
{
  g_auto (GStrv) list = intimail_config_get_list (config, "store", "quota-warnings");

  self->quota_warnings = g_array_new (FALSE, FALSE, sizeof (guint));
  for (gsize i = 0; list[i] != NULL; i++)
    {
      guint64 number;
      guint percentage;

      if (!g_ascii_string_to_unsigned (list[i], 10, 1, 100, &number, NULL))
        return intimail_config_fail (config, "store", "quota-warnings", error,
                                     "\"%s\" is no number of per cent from 1 to 100; write them like 80;95", list[i]);
      percentage = (guint) number;
      g_array_append_val (self->quota_warnings, percentage);
    }

  return TRUE;
}

static gboolean
read_days (IntimailConfig *config, const char *key, guint *days, GError **error)
{
  guint64 number = intimail_config_get_number (config, "store", key);

  if (number > DAYS_MAX)
    return intimail_config_fail (config, "store", key, error, "it is in days, %d at most; 0 is never", DAYS_MAX);
  *days = (guint) number;

  return TRUE;
}

static void
read_roots (IntimailSiteSettings *self, IntimailConfig *config, const char *folder)
{
  g_auto (GStrv) list = intimail_config_get_list (config, "store", "roots");
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();

  g_ptr_array_add (roots, g_canonicalize_filename (self->store_root, NULL));
  for (gsize i = 0; list[i] != NULL; i++)
    g_ptr_array_add (roots, g_canonicalize_filename (list[i], folder));
  g_ptr_array_add (roots, NULL);
  self->store_roots = (char **) g_ptr_array_free (g_steal_pointer (&roots), FALSE);
}

static gboolean
read_big (IntimailSiteSettings *self, IntimailConfig *config, const char *folder, GError **error)
{
  const char *path = intimail_config_get_string (config, "store", "big");
  g_autofree char *beside = g_path_get_dirname (self->store_root);

  self->big_over = intimail_config_get_number (config, "store", "big-over");
  self->big_max = intimail_config_get_number (config, "store", "big-max");
  self->big_path = *path != '\0' ? make_path (folder, path) : g_build_filename (beside, "big", NULL);

  return read_days (config, "big-days", &self->big_days, error);
}

static gboolean
read_store (IntimailSiteSettings *self, IntimailConfig *config, const char *folder, GError **error)
{
  const char *root = intimail_config_get_string (config, "store", "root");

  if (*root == '\0')
    return intimail_config_fail (config, "store", "root", error, "name the folder of the mail");
  self->store_root = make_path (folder, root);
  self->language = g_strdup (intimail_config_get_string (config, "store", "language"));
  self->quota_counts_trash = intimail_config_get_boolean (config, "store", "quota-counts-trash");
  self->vsize_in_name = intimail_config_get_boolean (config, "store", "vsize-in-name");
  self->previews = intimail_config_get_boolean (config, "store", "previews");

  self->takes_all_hosts = g_str_equal (intimail_config_get_string (config, "deliver", "other-hosts"), "take");
  self->spam_fields = intimail_config_get_list (config, "deliver", "spam-fields");
  read_roots (self, config, folder);

  return read_warnings (self, config, error) &&
         read_big (self, config, folder, error) &&
         read_days (config, "removed-days", &self->removed_days, error) &&
         read_days (config, "expired-days", &self->expired_days, error) &&
         read_days (config, "trash-days", &self->trash_days, error) &&
         read_days (config, "junk-days", &self->junk_days, error);
}

/* "unix:PATH", "ADDRESS:PORT", "[ADDRESS]:PORT", or "" for none. */
static gboolean
read_listen (IntimailConfig *config,
             const char *folder,
             const char *group,
             const char *key,
             char **listen,
             GError **error)
{
  const char *text = intimail_config_get_string (config, group, key);
  const char *colon = strrchr (text, ':');
  g_autofree char *address = NULL;
  guint64 port;

  if (g_str_has_prefix (text, "unix:") && text[strlen ("unix:")] != '\0')
    {
      g_autofree char *path = make_path (folder, text + strlen ("unix:"));

      *listen = g_strconcat ("unix:", path, NULL);
      return TRUE;
    }
  if (*text == '\0')
    {
      *listen = g_strdup ("");
      return TRUE;
    }
  if (colon != NULL)
    address = text[0] == '[' && colon > text + 1 && colon[-1] == ']' ? g_strndup (text + 1, (gsize) (colon - text) - 2)
                                                                     : g_strndup (text, (gsize) (colon - text));
  if (address == NULL || !g_hostname_is_ip_address (address) || (strchr (address, ':') != NULL) != (text[0] == '[') ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    return intimail_config_fail (config, group, key, error,
                                 "\"%s\" is not like unix:run/x.sock, 127.0.0.1:8080 or [::1]:8080", text);
  *listen = g_strdup (text);

  return TRUE;
}

/* "http://host" or "https://host:port", without a path. */
static gboolean
is_origin (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         (g_str_equal (g_uri_get_scheme (uri), "http") || g_str_equal (g_uri_get_scheme (uri), "https")) &&
         g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL && g_uri_get_fragment (uri) == NULL &&
         *g_uri_get_path (uri) == '\0';
}

static gboolean
read_webmail (IntimailSiteSettings *self, IntimailConfig *config, GError **error)
{
  const char *url = intimail_config_get_string (config, "webmail", "url");
  gsize length = strlen (url);

  if (*url == '\0')
    self->webmail_url = g_str_has_prefix (self->webmail_listen, "unix:") || *self->webmail_listen == '\0'
                            ? g_strconcat ("https://", self->hostname, NULL)
                            : g_strconcat ("http://", self->webmail_listen, NULL);
  else
    self->webmail_url = g_strndup (url, length > 0 && url[length - 1] == '/' ? length - 1 : length);
  if (!is_origin (self->webmail_url))
    return intimail_config_fail (config, "webmail", "url", error,
                                 "\"%s\" is not like https://mail.home.example, without a path", url);
  self->webmail_origins = intimail_config_get_list (config, "webmail", "origins");
  for (gsize i = 0; self->webmail_origins[i] != NULL; i++)
    if (!is_origin (self->webmail_origins[i]))
      return intimail_config_fail (config, "webmail", "origins", error,
                                   "\"%s\" is not like https://app.home.example", self->webmail_origins[i]);
  self->guard_events = g_strdup (intimail_config_get_string (config, "guard", "events"));
  self->webmail_trusts_proxy = intimail_config_get_boolean (config, "webmail", "trusted-proxy");

  return TRUE;
}

static gboolean
read_transport (IntimailSiteSettings *self, IntimailConfig *config, const char *folder, GError **error)
{
  g_auto (GStrv) command = intimail_config_get_list (config, "transport", "command");
  const char *kind = intimail_config_get_string (config, "transport", "kind");

  if (!intimail_relay_settings_read_timeout (config, &self->transport_timeout, error) ||
      !intimail_send_limits_read (&self->send_limits, config, error))
    return FALSE;
  if (!g_str_equal (kind, "sendmail"))
    {
      self->sendmail_command = g_new0 (char *, 1);
      if (g_str_equal (kind, "smtp"))
        self->relay = intimail_relay_settings_read (config, folder, error);
      return self->relay != NULL || g_str_equal (kind, "local");
    }
  if (command[0] == NULL || !g_path_is_absolute (command[0]))
    return intimail_config_fail (config, "transport", "command", error,
                                 "it begins with the full path of a program; arguments follow, parted by \";\"");
  self->sendmail_command = g_steal_pointer (&command);

  return TRUE;
}

/* Ours, and those of the directory. */
static IntimailConfigKey *
join_keys (void)
{
  GArray *all = g_array_new (TRUE, TRUE, sizeof (IntimailConfigKey));

  for (gsize i = 0; keys[i].group != NULL; i++)
    g_array_append_val (all, keys[i]);
  for (gsize i = 0; intimail_ldap_settings_keys[i].group != NULL; i++)
    g_array_append_val (all, intimail_ldap_settings_keys[i]);

  return (IntimailConfigKey *) g_array_free (all, FALSE);
}

IntimailSiteSettings *
intimail_site_settings_load (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "intimail.conf", NULL);
  g_autofree IntimailConfigKey *all = join_keys ();
  g_autoptr (IntimailConfig) config = intimail_config_load (path, all, error);
  g_autoptr (IntimailSiteSettings) self = NULL;

  if (config == NULL)
    return NULL;
  self = g_new0 (IntimailSiteSettings, 1);
  if (!read_site (self, config, error) ||
      !read_directory (self, config, folder, error) ||
      !read_listen (config, folder, "deliver", "listen", &self->lmtp_listen, error) ||
      !read_listen (config, folder, "deliver", "policy", &self->policy_listen, error) ||
      !read_listen (config, folder, "deliver", "map", &self->map_listen, error) ||
      !read_listen (config, folder, "webmail", "listen", &self->webmail_listen, error) ||
      !read_webmail (self, config, error) ||
      !read_transport (self, config, folder, error) ||
      !read_store (self, config, folder, error))
    return NULL;

  return g_steal_pointer (&self);
}

char *
intimail_site_settings_write (const char *domain, const char *transport, const char *language)
{
  g_autofree char *base = intimail_site_settings_make_base (domain);

  return g_strdup_printf (
      "# The settings of this site; see intimail.conf(5). Relative paths start from\n"
      "# the folder of this file. A key that is not known is a mistake.\n"
      "\n"
      "[site]\n"
      "# The domains whose mail is ours, parted by \";\".\n"
      "domains=%s\n"
      "# The name of this machine in trace fields and greetings.\n"
      "hostname=mail.%s\n"
      "# The largest mail that is taken, in bytes.\n"
      "max-message-size=52428800\n"
      "\n"
      "[directory]\n"
      "# People, groups and passwords: one LDIF file, or an LDAP server: ldapi:///,\n"
      "# ldap://HOST (with TLS), ldaps://HOST; see intimail.conf(5).\n"
      "uri=ldif:directory.ldif\n"
      "base=%s\n"
      "\n"
      "[store]\n"
      "# The mail: one Maildir for each person.\n"
      "root=mail\n"
      "# In which the first mailboxes are named, and people are warned: en or fr.\n"
      "language=%s\n"
      "# Does the trash count for the quota, and at how many per cent are people warned?\n"
      "quota-counts-trash=true\n"
      "quota-warnings=80;95;\n"
      "# After how many days \"intimail expire\" removes what lies in the trash and in junk;\n"
      "# 0 is never.\n"
      "trash-days=30\n"
      "junk-days=30\n"
      "# For how many days the removal of a person can be undone, and for how many the mail\n"
      "# of somebody is kept whose account expired (0 is for ever).\n"
      "removed-days=30\n"
      "expired-days=90\n"
      "# Files too large for mail, which mail links to: their folder; from how many bytes the\n"
      "# page offers a link, how large one may be (0: there are no links), and for how many\n"
      "# days it is kept. An empty folder is \"big\" beside the mail.\n"
      "big=\n"
      "big-over=20000000\n"
      "big-max=2000000000\n"
      "big-days=30\n"
      "# More folders that a person's mail may be in, where the directory names one.\n"
      "roots=\n"
      "# true when Dovecot reads this mail: it finds the size with CR LF (W=) in the names.\n"
      "vsize-in-name=false\n"
      "# false: the index is a third smaller, and a list reads the beginning of each mail.\n"
      "previews=true\n"
      "\n"
      "[deliver]\n"
      "# Where intimail-deliver takes mail from Postfix by LMTP, and where it answers\n"
      "# check_policy_service: unix:PATH, 127.0.0.1:PORT or [::1]:PORT.\n"
      "listen=unix:run/lmtp.sock\n"
      "policy=unix:run/policy.sock\n"
      "# Mail of a person whose intimailHost is another machine: defer, or take.\n"
      "other-hosts=defer\n"
      "# The fields that a spam filter of ours writes, such as X-Spam;X-Spam-Flag. What others\n"
      "# wrote there has to be removed before: see intimail.conf(5). Empty: no filter.\n"
      "spam-fields=\n"
      "# Where it says whose addresses are whose, for \"intimail directory postfix-maps\".\n"
      "map=unix:run/map.sock\n"
      "\n"
      "[webmail]\n"
      "listen=127.0.0.1:8080\n"
      "# The address that people type.\n"
      "url=http://127.0.0.1:8080\n"
      "# Other web pages that may use this mail by JMAP: their origins, parted by \";\".\n"
      "origins=\n"
      "# true when a front of ours sets X-Forwarded-For.\n"
      "trusted-proxy=false\n"
      "\n"
      "[transport]\n"
      "# sendmail: what people write is handed to the command below.\n"
      "# smtp: it goes to the mail server that uri names, such as smtp://USER@mail.example:587;\n"
      "# secret-file names the file with USER's password, which nobody else may read.\n"
      "# local: it reaches people of this site alone; no mail server is needed.\n"
      "kind=%s\n"
      "command=/usr/sbin/sendmail;\n",
      domain, domain, base, language, transport);
}
