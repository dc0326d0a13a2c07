/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-settings-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-ldap-filter-private.h"
#include "directory/intimail-ldif-private.h"

#define GROUP "directory"
#define STRING INTIMAIL_CONFIG_STRING
#define LIST INTIMAIL_CONFIG_LIST
#define NUMBER INTIMAIL_CONFIG_NUMBER

const IntimailConfigKey intimail_ldap_settings_keys[] = {
  { GROUP, "uri", LIST, "ldif:directory.ldif", NULL },
  { GROUP, "base", STRING, "", NULL },
  { GROUP, "bind", STRING, "auto", "auto|anonymous|simple|external" },
  { GROUP, "bind-dn", STRING, "", NULL },
  { GROUP, "bind-secret-file", STRING, "", NULL },
  { GROUP, "tls", STRING, "start", "start|none" },
  { GROUP, "tls-ca-file", STRING, "", NULL },
  { GROUP, "timeout", NUMBER, "10", NULL },
  { GROUP, "connections", NUMBER, "8", NULL },
  { GROUP, "cache-seconds", NUMBER, "30", NULL },
  { GROUP, "cache-entries", NUMBER, "2000", NULL },
  { GROUP, "people-base", STRING, "ou=people", NULL },
  { GROUP, "person-filter", STRING, "(objectClass=inetOrgPerson)", NULL },
  { GROUP, "person-classes", LIST, "inetOrgPerson;intimailPerson", NULL },
  { GROUP, "person-uid", LIST, "uid", NULL },
  { GROUP, "person-mail", LIST, "mail", NULL },
  { GROUP, "person-alias", LIST, "intimailAlias", NULL },
  { GROUP, "person-name", LIST, "displayName", NULL },
  { GROUP, "person-quota-bytes", LIST, "intimailQuotaBytes", NULL },
  { GROUP, "person-quota-messages", LIST, "intimailQuotaMessages", NULL },
  { GROUP, "person-status", LIST, "intimailStatus", NULL },
  { GROUP, "person-expiry", LIST, "intimailExpiry", NULL },
  { GROUP, "person-uuid", LIST, "entryUUID", NULL },
  { GROUP, "person-removal", LIST, "intimailRemoval", NULL },
  { GROUP, "person-removal-mail", LIST, "intimailRemovalMail", NULL },
  { GROUP, "person-temporary-alias", LIST, "intimailTemporaryAlias", NULL },
  { GROUP, "person-maildir", LIST, "intimailMaildir", NULL },
  { GROUP, "person-host", LIST, "intimailHost", NULL },
  { GROUP, "person-admin-of", LIST, "intimailAdminOf", NULL },
  { GROUP, "alias-prefix", STRING, "", NULL },
  { GROUP, "quota-unit", NUMBER, "1", NULL },
  { GROUP, "status-active", LIST, "active", NULL },
  { GROUP, "status-disabled", LIST, "disabled", NULL },
  { GROUP, "status-bit", NUMBER, "0", NULL },
  { GROUP, "expiry-format", STRING, "generalized", "generalized|unix|days|windows" },
  { GROUP, "groups-base", STRING, "ou=groups", NULL },
  { GROUP, "group-filter", STRING, "(objectClass=posixGroup)", NULL },
  { GROUP, "group-classes", LIST, "posixGroup;intimailList", NULL },
  { GROUP, "group-name", LIST, "cn", NULL },
  { GROUP, "group-description", LIST, "description", NULL },
  { GROUP, "group-mail", LIST, "intimailListAddress", NULL },
  { GROUP, "group-member", LIST, "memberUid", NULL },
  { GROUP, "group-member-address", LIST, "intimailListMember", NULL },
  { GROUP, "group-owner", LIST, "intimailListOwner", NULL },
  { GROUP, "group-posters", LIST, "intimailListPosters", NULL },
  { GROUP, "group-hidden", LIST, "intimailListHidden", NULL },
  { GROUP, "group-member-is", STRING, "uid", "uid|dn" },
  { NULL },
};

static const struct
{
  const char *key;
  const char *own;
  gboolean is_needed;
  gboolean may_lack;
} names[INTIMAIL_LDAP_N_ATTRIBUTES] = {
  [INTIMAIL_LDAP_PERSON_UID] = { "person-uid", "uid", TRUE },
  [INTIMAIL_LDAP_PERSON_MAIL] = { "person-mail", "mail", TRUE },
  [INTIMAIL_LDAP_PERSON_ALIAS] = { "person-alias", "intimailAlias", FALSE },
  [INTIMAIL_LDAP_PERSON_NAME] = { "person-name", "displayName", FALSE },
  [INTIMAIL_LDAP_PERSON_QUOTA_BYTES] = { "person-quota-bytes", "intimailQuotaBytes", FALSE },
  [INTIMAIL_LDAP_PERSON_QUOTA_MESSAGES] = { "person-quota-messages", "intimailQuotaMessages", FALSE },
  [INTIMAIL_LDAP_PERSON_STATUS] = { "person-status", "intimailStatus", FALSE },
  [INTIMAIL_LDAP_PERSON_EXPIRY] = { "person-expiry", "intimailExpiry", FALSE },
  [INTIMAIL_LDAP_PERSON_UUID] = { "person-uuid", "entryUUID", FALSE },
  [INTIMAIL_LDAP_PERSON_REMOVAL] = { "person-removal", "intimailRemoval", FALSE, TRUE },
  [INTIMAIL_LDAP_PERSON_REMOVAL_MAIL] = { "person-removal-mail", "intimailRemovalMail", FALSE, TRUE },
  [INTIMAIL_LDAP_PERSON_TEMPORARY_ALIAS] = { "person-temporary-alias", "intimailTemporaryAlias", FALSE, TRUE },
  [INTIMAIL_LDAP_PERSON_MAILDIR] = { "person-maildir", "intimailMaildir", FALSE, TRUE },
  [INTIMAIL_LDAP_PERSON_HOST] = { "person-host", "intimailHost", FALSE, TRUE },
  [INTIMAIL_LDAP_PERSON_ADMIN_OF] = { "person-admin-of", "intimailAdminOf", FALSE, TRUE },
  [INTIMAIL_LDAP_GROUP_NAME] = { "group-name", "cn", TRUE },
  [INTIMAIL_LDAP_GROUP_DESCRIPTION] = { "group-description", "description", FALSE },
  [INTIMAIL_LDAP_GROUP_MAIL] = { "group-mail", "intimailListAddress", FALSE },
  [INTIMAIL_LDAP_GROUP_MEMBER] = { "group-member", "memberUid", TRUE },
  [INTIMAIL_LDAP_GROUP_MEMBER_ADDRESS] = { "group-member-address", "intimailListMember", FALSE },
  [INTIMAIL_LDAP_GROUP_OWNER] = { "group-owner", "intimailListOwner", FALSE },
  [INTIMAIL_LDAP_GROUP_POSTERS] = { "group-posters", "intimailListPosters", FALSE },
  [INTIMAIL_LDAP_GROUP_HIDDEN] = { "group-hidden", "intimailListHidden", FALSE },
};

const char *
intimail_ldap_settings_get_own_name (IntimailLdapAttribute attribute)
{
  return names[attribute].own;
}

gboolean
intimail_ldap_settings_may_lack (IntimailLdapAttribute attribute)
{
  return names[attribute].may_lack;
}

void
intimail_ldap_settings_free (IntimailLdapSettings *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->uris);
  g_free (self->bind_dn);
  g_free (self->secret_path);
  g_free (self->ca_path);
  g_free (self->base_dn);
  g_free (self->people_dn);
  g_free (self->groups_dn);
  g_free (self->person_filter);
  g_free (self->group_filter);
  g_free (self->person_class);
  g_free (self->group_class);
  g_strfreev (self->person_classes);
  g_strfreev (self->group_classes);
  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    g_strfreev (self->attributes[i]);
  g_free (self->alias_prefix);
  g_strfreev (self->status_active);
  g_strfreev (self->status_disabled);
  g_strfreev (self->domains);
  g_free (self->notice_path);
  g_free (self);
}

static char *
make_path (const char *folder, const char *path)
{
  return *path == '\0' || g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (folder, path, NULL);
}

/* Whether what is said to the server of @uri stays on this machine without TLS. */
static gboolean
is_loopback (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return g_strcmp0 (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
read_uris (IntimailLdapSettings *self, IntimailConfig *config, GError **error)
{
  self->uris = intimail_config_get_list (config, GROUP, "uri");
  self->start_tls = g_str_equal (intimail_config_get_string (config, GROUP, "tls"), "start");
  for (gsize i = 0; self->uris[i] != NULL; i++)
    {
      const char *uri = self->uris[i];

      if (g_str_has_prefix (uri, "ldapi://") || g_str_has_prefix (uri, "ldaps://"))
        continue;
      if (!g_str_has_prefix (uri, "ldap://"))
        return intimail_config_fail (config, GROUP, "uri", error,
                                     "\"%s\" is not like ldapi:///, ldap://host, ldaps://host or ldif:FILE", uri);
      if (!self->start_tls && !is_loopback (uri))
        return intimail_config_fail (config, GROUP, "tls", error,
                                     "passwords would go to \"%s\" in the clear: take start", uri);
    }
  if (self->uris[0] == NULL)
    return intimail_config_fail (config, GROUP, "uri", error, "name one server at least");

  return TRUE;
}

static gboolean
read_bind (IntimailLdapSettings *self, IntimailConfig *config, const char *folder, GError **error)
{
  const char *bind = intimail_config_get_string (config, GROUP, "bind");

  self->bind_dn = g_strdup (intimail_config_get_string (config, GROUP, "bind-dn"));
  self->secret_path = make_path (folder, intimail_config_get_string (config, GROUP, "bind-secret-file"));
  self->ca_path = make_path (folder, intimail_config_get_string (config, GROUP, "tls-ca-file"));
  if (g_str_equal (bind, "simple") || (g_str_equal (bind, "auto") && *self->bind_dn != '\0'))
    self->bind = INTIMAIL_LDAP_BIND_SIMPLE;
  else if (g_str_equal (bind, "external") || (g_str_equal (bind, "auto") && g_str_has_prefix (self->uris[0], "ldapi:")))
    self->bind = INTIMAIL_LDAP_BIND_EXTERNAL;
  if (self->bind == INTIMAIL_LDAP_BIND_SIMPLE && *self->bind_dn == '\0')
    return intimail_config_fail (config, GROUP, "bind-dn", error, "name the entry whose password is used");
  if (self->bind == INTIMAIL_LDAP_BIND_SIMPLE && *self->secret_path == '\0')
    return intimail_config_fail (config, GROUP, "bind-secret-file", error,
                                 "name a file that holds the password of \"%s\" and nothing else", self->bind_dn);

  return TRUE;
}

static gboolean
read_number (IntimailConfig *config, const char *key, guint64 min, guint64 max, guint *number, GError **error)
{
  guint64 value = intimail_config_get_number (config, GROUP, key);

  if (value < min || value > max)
    return intimail_config_fail (config, GROUP, key, error,
                                 "take %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, min, max);
  *number = (guint) value;
  return TRUE;
}

static gboolean
read_limits (IntimailLdapSettings *self, IntimailConfig *config, GError **error)
{
  if (!read_number (config, "timeout", 1, 120, &self->timeout_ms, error) ||
      !read_number (config, "connections", 1, 64, &self->max_connections, error) ||
      !read_number (config, "cache-seconds", 0, 3600, &self->cache_ms, error) ||
      !read_number (config, "cache-entries", 0, 1000000, &self->cache_entries, error))
    return FALSE;
  self->timeout_ms *= 1000;
  self->cache_ms *= 1000;

  return TRUE;
}

/* A branch is written whole, or as what stands before the base. */
static char *
make_branch (const char *branch, const char *base)
{
  g_autofree char *normal = intimail_ldif_normalize_dn (branch);
  g_autofree char *normal_base = intimail_ldif_normalize_dn (base);

  if (*branch == '\0')
    return g_strdup (base);
  if (g_str_has_suffix (normal, normal_base))
    return g_strdup (branch);

  return g_strconcat (branch, ",", base, NULL);
}

static gboolean
read_bases (IntimailLdapSettings *self, IntimailConfig *config, const char *base, GError **error)
{
  const char *own = intimail_config_get_string (config, GROUP, "base");

  self->base_dn = g_strdup (*own != '\0' ? own : base);
  if (strchr (self->base_dn, '=') == NULL)
    return intimail_config_fail (config, GROUP, "base", error, "\"%s\" is not like dc=home,dc=example", self->base_dn);
  self->people_dn = make_branch (intimail_config_get_string (config, GROUP, "people-base"), self->base_dn);
  self->groups_dn = make_branch (intimail_config_get_string (config, GROUP, "groups-base"), self->base_dn);

  return TRUE;
}

/* An attribute's name (RFC 4512 section 1.4): it is put into filters as it is. */
static gboolean
is_name (const char *text)
{
  return g_ascii_isalpha (text[0]) &&
         strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == strlen (text);
}

/* What a list has beside an address is kept by our class alone, unless the settings
 * name something else: a group of another class has none of it. */
static gboolean
is_kept (IntimailLdapSettings *self, guint attribute, char **list)
{
  return attribute < INTIMAIL_LDAP_GROUP_MEMBER_ADDRESS || list[0] == NULL || !g_str_equal (list[0], names[attribute].own) ||
         g_strv_contains ((const char *const *) self->group_classes, "intimailList");
}

static gboolean
read_attributes (IntimailLdapSettings *self, IntimailConfig *config, GError **error)
{
  self->person_classes = intimail_config_get_list (config, GROUP, "person-classes");
  self->group_classes = intimail_config_get_list (config, GROUP, "group-classes");
  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    {
      const char *key = names[i].key;
      char **list = intimail_config_get_list (config, GROUP, key);

      if (!is_kept (self, i, list))
        g_clear_pointer (&list[0], g_free);
      self->attributes[i] = list;
      if (names[i].is_needed && list[0] == NULL)
        return intimail_config_fail (config, GROUP, key, error, "name an attribute: it cannot do without");
      if (i != INTIMAIL_LDAP_PERSON_ALIAS && list[0] != NULL && list[1] != NULL)
        return intimail_config_fail (config, GROUP, key, error, "name one attribute, not several");
      for (gsize j = 0; list[j] != NULL; j++)
        if (!is_name (list[j]))
          return intimail_config_fail (config, GROUP, key, error, "\"%s\" is no attribute's name", list[j]);
    }

  return TRUE;
}

static gboolean
read_filter (IntimailConfig *config, const char *key, char **filter, GError **error)
{
  const char *text = intimail_config_get_string (config, GROUP, key);

  if (!intimail_ldap_filter_is_valid (text))
    return intimail_config_fail (config, GROUP, key, error, "\"%s\" is not like (objectClass=person)", text);
  *filter = g_strdup (text);
  return TRUE;
}

/* The class of "(objectClass=person)", or NULL. */
static char *
get_class (const char *filter)
{
  static const char start[] = "(objectClass=";
  g_autofree char *name = NULL;

  if (g_ascii_strncasecmp (filter, start, strlen (start)) != 0)
    return NULL;
  name = g_strndup (filter + strlen (start), strlen (filter) - strlen (start) - 1);

  return is_name (name) ? g_steal_pointer (&name) : NULL;
}

static gboolean
read_forms (IntimailLdapSettings *self, IntimailConfig *config, GError **error)
{
  const char *format = intimail_config_get_string (config, GROUP, "expiry-format");

  if (!read_filter (config, "person-filter", &self->person_filter, error) ||
      !read_filter (config, "group-filter", &self->group_filter, error))
    return FALSE;
  self->person_class = get_class (self->person_filter);
  self->group_class = get_class (self->group_filter);
  self->alias_prefix = g_strdup (intimail_config_get_string (config, GROUP, "alias-prefix"));
  self->quota_unit = intimail_config_get_number (config, GROUP, "quota-unit");
  if (self->quota_unit == 0 || self->quota_unit > G_GUINT64_CONSTANT (1) << 40)
    return intimail_config_fail (config, GROUP, "quota-unit", error, "it is in bytes, such as 1048576");
  self->status_active = intimail_config_get_list (config, GROUP, "status-active");
  self->status_disabled = intimail_config_get_list (config, GROUP, "status-disabled");
  self->status_bit = intimail_config_get_number (config, GROUP, "status-bit");
  if (g_str_equal (format, "unix"))
    self->expiry_format = INTIMAIL_LDAP_TIME_UNIX;
  else if (g_str_equal (format, "days"))
    self->expiry_format = INTIMAIL_LDAP_TIME_DAYS;
  else if (g_str_equal (format, "windows"))
    self->expiry_format = INTIMAIL_LDAP_TIME_WINDOWS;
  self->members_are_dns = g_str_equal (intimail_config_get_string (config, GROUP, "group-member-is"), "dn");

  return TRUE;
}

IntimailLdapSettings *
intimail_ldap_settings_read (IntimailConfig *config,
                             const char *folder,
                             const char *base,
                             const char *const *domains,
                             GError **error)
{
  g_autoptr (IntimailLdapSettings) self = g_new0 (IntimailLdapSettings, 1);

  self->domains = g_strdupv ((char **) domains);
  if (!read_uris (self, config, error) ||
      !read_bind (self, config, folder, error) ||
      !read_limits (self, config, error) ||
      !read_bases (self, config, base, error) ||
      !read_attributes (self, config, error) ||
      !read_forms (self, config, error))
    return NULL;

  return g_steal_pointer (&self);
}

char *
intimail_ldap_settings_read_secret (const IntimailLdapSettings *self, GError **error)
{
  return intimail_secret_load (self->secret_path, FALSE, error);
}
