/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What other programs need to ask the same server the same: ready configurations.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-app-password-private.h"
#include "directory/intimail-ldif-mapping-private.h"

/* A mapped attribute's test for what is asked, such as "(mail=%s)". */
static void
append_tests (GString *filter, const IntimailLdapSettings *settings, IntimailLdapAttribute attribute, const char *what)
{
  const char *prefix = attribute == INTIMAIL_LDAP_PERSON_ALIAS ? settings->alias_prefix : "";

  for (gsize i = 0; settings->attributes[attribute][i] != NULL; i++)
    g_string_append_printf (filter, "(%s=%s%s)", settings->attributes[attribute][i], prefix, what);
}

/* Leaves out who is disabled or removed: no mail goes out and nobody signs in for them. */
static void
append_is_enabled (GString *filter, const IntimailLdapSettings *settings)
{
  const char *name = settings->attributes[INTIMAIL_LDAP_PERSON_STATUS][0];
  const char *removal = settings->attributes[INTIMAIL_LDAP_PERSON_REMOVAL][0];

  if (removal != NULL)
    g_string_append_printf (filter, "(!(%s=*))", removal);
  if (name == NULL)
    return;
  if (settings->status_bit != 0)
    {
      /* The rule "bit and" of Active Directory ([MS-ADTS] section 3.1.1.3.4.4.1). */
      g_string_append_printf (filter, "(!(%s:1.2.840.113556.1.4.803:=%" G_GUINT64_FORMAT "))", name, settings->status_bit);
      return;
    }
  for (gsize i = 0; settings->status_disabled[i] != NULL; i++)
    g_string_append_printf (filter, "(!(%s=%s))", name, settings->status_disabled[i]);
}

/* Finds nobody but who is disabled. */
static void
append_is_disabled (GString *filter, const IntimailLdapSettings *settings)
{
  const char *name = settings->attributes[INTIMAIL_LDAP_PERSON_STATUS][0];

  /* Where nobody can be disabled nobody is: a filter that is never true. */
  if (name == NULL)
    g_string_append (filter, "(!(objectClass=*))");
  else
    {
      g_autoptr (GString) enabled = g_string_new (NULL);

      append_is_enabled (enabled, settings);
      g_string_append_printf (filter, "(!(&%s))", enabled->str);
    }
}

static char *
make_person_filter (const IntimailLdapSettings *settings, gboolean by_uid, gboolean enabled, const char *what)
{
  GString *filter = g_string_new ("(&");

  g_string_append (filter, settings->person_filter);
  g_string_append (filter, "(|");
  if (by_uid)
    append_tests (filter, settings, INTIMAIL_LDAP_PERSON_UID, what);
  append_tests (filter, settings, INTIMAIL_LDAP_PERSON_MAIL, what);
  append_tests (filter, settings, INTIMAIL_LDAP_PERSON_ALIAS, what);
  g_string_append (filter, ")");
  if (enabled)
    append_is_enabled (filter, settings);
  g_string_append (filter, ")");

  return g_string_free (filter, FALSE);
}

static char *
make_group_filter (const IntimailLdapSettings *settings)
{
  GString *filter = g_string_new ("(&");

  g_string_append (filter, settings->group_filter);
  append_tests (filter, settings, INTIMAIL_LDAP_GROUP_MAIL, "%s");
  g_string_append (filter, ")");

  return g_string_free (filter, FALSE);
}

/* ldap_table(5): where the server is, and who we are there. */
static gboolean
append_postfix_server (GString *text, const IntimailLdapSettings *settings, GError **error)
{
  g_autofree char *hosts = g_strjoinv (" ", settings->uris);

  g_string_append_printf (text, "server_host = %s\nversion = 3\ntimeout = %u\nchase_referrals = no\n",
                          hosts, settings->timeout_ms / 1000);
  if (g_str_has_prefix (settings->uris[0], "ldap:"))
    g_string_append_printf (text, "start_tls = %s\n", settings->start_tls ? "yes" : "no");
  if (*settings->ca_path != '\0')
    g_string_append_printf (text, "tls_ca_cert_file = %s\ntls_require_cert = yes\n", settings->ca_path);
  if (settings->bind == INTIMAIL_LDAP_BIND_EXTERNAL)
    g_string_append (text, "bind = sasl\nsasl_mechs = EXTERNAL\n");
  else if (settings->bind == INTIMAIL_LDAP_BIND_ANONYMOUS)
    g_string_append (text, "bind = no\n");
  else
    {
      g_autofree char *secret = intimail_ldap_settings_read_secret (settings, error);

      if (secret == NULL)
        return FALSE;
      g_string_append_printf (text, "bind = yes\nbind_dn = %s\nbind_pw = %s\n", settings->bind_dn, secret);
    }

  return TRUE;
}

/**
 * intimail_ldap_directory_make_postfix_map:
 * @self: a directory
 * @name: `people` (an address leads to the uid), `groups` (a group's address leads to
 *   its name) or `senders` (an address leads to the uid that may write with it)
 * @error: return location for an error
 *
 * Writes a table for Postfix, as ldap_table(5) has it, that asks the same server. It
 * holds the secret that this directory binds with, when there is one.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for another @name, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the secret cannot be read.
 *
 * Returns: (transfer full): the text of a file
 *
 * Since: 1.0
 */
char *
intimail_ldap_directory_make_postfix_map (IntimailLdapDirectory *self, const char *name, GError **error)
{
  const IntimailLdapSettings *settings;
  g_autoptr (GString) text = NULL;
  g_autofree char *filter = NULL;
  gboolean of_group;

  g_return_val_if_fail (INTIMAIL_IS_LDAP_DIRECTORY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  settings = self->settings;
  of_group = g_str_equal (name, "groups");
  if (!of_group && !g_str_equal (name, "people") && !g_str_equal (name, "senders"))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no table: take people, groups or senders", name);
      return NULL;
    }
  if (of_group && settings->attributes[INTIMAIL_LDAP_GROUP_MAIL][0] == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "groups have no address here: group-mail in [directory] is empty");
      return NULL;
    }
  text = g_string_new ("# Written by \"intimail directory postfix-maps\": see ldap_table(5).\n");
  if (!append_postfix_server (text, settings, error))
    return NULL;
  filter = of_group ? make_group_filter (settings)
                    : make_person_filter (settings, FALSE, g_str_equal (name, "senders"), "%s");
  g_string_append_printf (text, "search_base = %s\nscope = sub\nquery_filter = %s\nresult_attribute = %s\n",
                          of_group ? settings->groups_dn : settings->people_dn, filter,
                          settings->attributes[of_group ? INTIMAIL_LDAP_GROUP_NAME : INTIMAIL_LDAP_PERSON_UID][0]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Where the server is, and who we are there. */
static gboolean
append_dovecot_server (GString *text, const IntimailLdapSettings *settings, GError **error)
{
  g_autofree char *uris = g_strjoinv (" ", settings->uris);

  g_string_append_printf (text, "uris = %s\nldap_version = 3\nderef = never\n", uris);
  if (g_str_has_prefix (settings->uris[0], "ldap:") && settings->start_tls)
    g_string_append (text, "tls = yes\n");
  if (*settings->ca_path != '\0')
    g_string_append_printf (text, "tls_ca_cert_file = %s\ntls_require_cert = hard\n", settings->ca_path);
  if (settings->bind == INTIMAIL_LDAP_BIND_EXTERNAL)
    {
      g_string_append (text, "sasl_bind = yes\nsasl_mech = EXTERNAL\n");
    }
  else if (settings->bind == INTIMAIL_LDAP_BIND_SIMPLE)
    {
      g_autofree char *secret = intimail_ldap_settings_read_secret (settings, error);

      if (secret == NULL)
        return FALSE;
      g_string_append_printf (text, "dn = %s\ndnpass = %s\n", settings->bind_dn, secret);
    }
  g_string_append_printf (text, "base = %s\nscope = subtree\n", settings->people_dn);

  return TRUE;
}

/* A class that the server does not know would make a filter that nobody fits. */
static char *
without_second_factor (const IntimailLdapSettings *settings, const char *filter)
{
  if (!g_strv_contains ((const char *const *) settings->person_classes, INTIMAIL_LDIF_PERSON_CLASS))
    return g_strdup (filter);

  return g_strdup_printf ("(&%s(!(objectClass=%s)))", filter, INTIMAIL_LDIF_SECOND_FACTOR_CLASS);
}

/* Sign in with their own password, and where their mail is. */
static void
append_dovecot_people (GString *text, const IntimailLdapSettings *settings, const char *mail_root)
{
  g_autofree char *logins = make_person_filter (settings, TRUE, TRUE, "%u");
  g_autofree char *with_password = without_second_factor (settings, logins);
  const char *uid = settings->attributes[INTIMAIL_LDAP_PERSON_UID][0];
  const char *quota = settings->attributes[INTIMAIL_LDAP_PERSON_QUOTA_BYTES][0];

  g_string_append_printf (text, "auth_bind = yes\npass_attrs = %s=user\npass_filter = %s\n", uid, with_password);
  g_string_append_printf (text, "user_attrs = %s=user, =mail=maildir:%s/%%{ldap:%s}", uid, mail_root, uid);
  if (quota != NULL && settings->quota_unit == 1)
    g_string_append_printf (text, ", %s=quota_rule=*:bytes=%%$", quota);
  g_string_append_printf (text, "\nuser_filter = %s\niterate_attrs = %s=user\niterate_filter = %s\n",
                          logins, uid, settings->person_filter);
}

/* Whose login it is: it never lets anybody in, for it knows no password, but Dovecot
 * goes on with the uid in the place of an address. To say "nopassword" there would make
 * Dovecot go on without asking for one. */
static void
append_dovecot_logins (GString *text, const IntimailLdapSettings *settings)
{
  g_autofree char *logins = make_person_filter (settings, TRUE, TRUE, "%u");

  g_string_append_printf (text, "auth_bind = no\npass_attrs = %s=user\npass_filter = %s\n",
                          settings->attributes[INTIMAIL_LDAP_PERSON_UID][0], logins);
}

/* Who may not sign in, by whatever password. */
static void
append_dovecot_disabled (GString *text, const IntimailLdapSettings *settings)
{
  g_autofree char *logins = make_person_filter (settings, TRUE, FALSE, "%u");
  g_autoptr (GString) filter = g_string_new ("(&");

  g_string_append (filter, logins);
  append_is_disabled (filter, settings);
  g_string_append (filter, ")");
  g_string_append_printf (text, "auth_bind = no\npass_attrs = %s=user\npass_filter = %s\n",
                          settings->attributes[INTIMAIL_LDAP_PERSON_UID][0], filter->str);
}

/* The id of what is given as password (see intimail-app-password-private.h) names an entry
 * that has the login's uid in its DN (RFC 4515 section 3, extensible match). */
static void
append_dovecot_app_passwords (GString *text, const IntimailLdapSettings *settings)
{
  g_string_append_printf (text, "auth_bind = yes\npass_attrs = cn=app_password\npass_filter = (&(objectClass=%s)(cn=%%{sha256;truncate=%d:password})(%s:dn:=%%u))\n",
                          INTIMAIL_LDIF_APP_PASSWORD_CLASS, INTIMAIL_APP_PASSWORD_ID_BITS,
                          settings->attributes[INTIMAIL_LDAP_PERSON_UID][0]);
}

/**
 * intimail_ldap_directory_make_dovecot_auth:
 * @self: a directory
 * @name: `disabled` (a passdb of who may not sign in), `people` (one for people's own
 *   passwords, and the userdb), `logins` (one that finds out whose login it is) or
 *   `app-passwords` (the one behind that)
 * @mail_root: (type filename): the folder with a Maildir for each person
 * @error: return location for an error
 *
 * Writes a `dovecot-ldap.conf.ext` for Dovecot 2.3: people sign in by uid or address, the
 * server checks their password or app password, and their mail and quota are the same as
 * here. It holds the secret that this directory binds with, when there is one.
 *
 * `intimail directory dovecot-auth` writes all, and says how they go together.
 * App passwords are found where the entry of a person is named by its uid.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for another @name, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the secret cannot be read.
 *
 * Returns: (transfer full): the text of a file
 *
 * Since: 1.0
 */
char *
intimail_ldap_directory_make_dovecot_auth (IntimailLdapDirectory *self,
                                           const char *name,
                                           const char *mail_root,
                                           GError **error)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (INTIMAIL_IS_LDAP_DIRECTORY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (mail_root != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  text = g_string_new ("# Written by \"intimail directory dovecot-auth\": see dovecot-ldap.conf.ext of Dovecot 2.3.\n");
  if (!append_dovecot_server (text, self->settings, error))
    return NULL;
  if (g_str_equal (name, "disabled"))
    append_dovecot_disabled (text, self->settings);
  else if (g_str_equal (name, "people"))
    append_dovecot_people (text, self->settings, mail_root);
  else if (g_str_equal (name, "logins"))
    append_dovecot_logins (text, self->settings);
  else if (g_str_equal (name, "app-passwords"))
    append_dovecot_app_passwords (text, self->settings);
  else
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no part of it: take disabled, people, logins or app-passwords", name);
      return NULL;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
