/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the configuration of a site says, for those who ask.
 */

#include "site/intimail-site-private.h"

/**
 * intimail_site_get_domains:
 * @self: a site
 *
 * Gets the domains whose mail belongs here.
 *
 * Returns: (transfer none) (array zero-terminated=1): one domain at least, as
 *   A-labels in lower case
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_domains (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) intimail_site_get_settings (self)->domains;
}

/**
 * intimail_site_get_hostname:
 * @self: a site
 *
 * Gets the name of this machine for trace fields and greetings.
 *
 * Returns: (transfer none): a host's name
 *
 * Since: 1.0
 */
const char *
intimail_site_get_hostname (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->hostname;
}

/**
 * intimail_site_is_local_domain:
 * @self: a site
 * @domain: a domain, in letters of any language or in A-labels
 *
 * Tells whether mail for @domain belongs here.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
intimail_site_is_local_domain (IntimailSite *self, const char *domain)
{
  g_autofree char *ascii = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);
  g_return_val_if_fail (domain != NULL, FALSE);

  ascii = intimail_site_settings_make_domain (domain);

  return ascii != NULL && g_strv_contains ((const char *const *) intimail_site_get_settings (self)->domains, ascii);
}

/**
 * intimail_site_get_max_message_size:
 * @self: a site
 *
 * Gets the size of the largest mail that is taken.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint64
intimail_site_get_max_message_size (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->max_message_size;
}

/**
 * intimail_site_get_lmtp_listen:
 * @self: a site
 *
 * Gets where mail is taken by LMTP.
 *
 * Returns: (transfer none): `unix:` and an absolute path, `127.0.0.1:PORT`,
 *   `[::1]:PORT`, or "" for nowhere
 *
 * Since: 1.0
 */
const char *
intimail_site_get_lmtp_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->lmtp_listen;
}

/**
 * intimail_site_get_policy_listen:
 * @self: a site
 *
 * Gets where Postfix's questions about recipients are answered.
 *
 * Returns: (transfer none): as [method@Intimail.Site.get_lmtp_listen]
 *
 * Since: 1.0
 */
const char *
intimail_site_get_policy_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->policy_listen;
}

/**
 * intimail_site_get_webmail_listen:
 * @self: a site
 *
 * Gets where the webmail listens.
 *
 * Returns: (transfer none): as [method@Intimail.Site.get_lmtp_listen]
 *
 * Since: 1.0
 */
const char *
intimail_site_get_webmail_listen (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->webmail_listen;
}

/**
 * intimail_site_get_webmail_url:
 * @self: a site
 *
 * Gets the address that people type to read their mail.
 *
 * Returns: (transfer none): `http://` or `https://`, host and port, without a
 *   path and without a final slash
 *
 * Since: 1.0
 */
const char *
intimail_site_get_webmail_url (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->webmail_url;
}

/**
 * intimail_site_get_webmail_origins:
 * @self: a site
 *
 * Gets the origins of other web pages that may use the mail by JMAP.
 *
 * Returns: (transfer none) (array zero-terminated=1): origins, mostly none
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_webmail_origins (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) intimail_site_get_settings (self)->webmail_origins;
}

/**
 * intimail_site_get_webmail_trusts_proxy:
 * @self: a site
 *
 * Tells whether a front of ours says by `X-Forwarded-For` who asks.
 *
 * Returns: %TRUE if that field may be believed
 *
 * Since: 1.0
 */
gboolean
intimail_site_get_webmail_trusts_proxy (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), FALSE);

  return intimail_site_get_settings (self)->webmail_trusts_proxy;
}

/**
 * intimail_site_get_guard_events:
 * @self: a site
 *
 * Gets where programs of this site tell the guard what peers do; see
 * [method@Intimail.GuardEvent.report].
 *
 * Returns: (transfer none) (type filename): a socket, "" for none
 *
 * Since: 1.0
 */
const char *
intimail_site_get_guard_events (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->guard_events;
}

/**
 * intimail_site_get_language:
 * @self: a site
 *
 * Gets the language of the first mailboxes' names.
 *
 * Returns: (transfer none): `en` or `fr`
 *
 * Since: 1.0
 */
const char *
intimail_site_get_language (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return intimail_site_get_settings (self)->language;
}

/**
 * intimail_site_get_trash_days:
 * @self: a site
 *
 * Gets how long messages stay in the trash.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_trash_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->trash_days;
}

/**
 * intimail_site_get_junk_days:
 * @self: a site
 *
 * Gets how long messages stay in the mailbox for junk.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_junk_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->junk_days;
}

/**
 * intimail_site_get_removed_days:
 * @self: a site
 *
 * Gets for how long the removal of a person can be undone.
 *
 * Returns: days; 0 is not at all
 *
 * Since: 1.0
 */
guint
intimail_site_get_removed_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->removed_days;
}

/**
 * intimail_site_get_expired_days:
 * @self: a site
 *
 * Gets how long the mail of somebody who expired is kept, and the name with it.
 *
 * Returns: days; 0 is for ever
 *
 * Since: 1.0
 */
guint
intimail_site_get_expired_days (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), 0);

  return intimail_site_get_settings (self)->expired_days;
}

/**
 * intimail_site_get_sendmail_command:
 * @self: a site
 *
 * Gets the program that outgoing mail is handed to.
 *
 * Returns: (transfer none) (array zero-terminated=1): the program's path and its
 *   first arguments; empty when mail goes to people of the site alone
 *
 * Since: 1.0
 */
const char *const *
intimail_site_get_sendmail_command (IntimailSite *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (self), NULL);

  return (const char *const *) intimail_site_get_settings (self)->sendmail_command;
}

gboolean
intimail_site_has_mail_server (IntimailSite *self)
{
  return intimail_site_get_settings (self)->relay != NULL || intimail_site_get_settings (self)->sendmail_command[0] != NULL;
}
