/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an administrator grants a person: how much mail, where it is kept, and what they
 * look after.
 */

#include <intimail/intimail-person.h>

#include "directory/intimail-person-parts-private.h"

/**
 * intimail_person_get_quota_bytes:
 * @self: a person
 *
 * Gets how many bytes of mail this person may keep.
 *
 * Returns: bytes; 0 is no limit
 *
 * Since: 1.0
 */
guint64
intimail_person_get_quota_bytes (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), 0);

  return self->quota_bytes;
}

/**
 * intimail_person_set_quota_bytes:
 * @self: a person
 * @bytes: bytes; 0 is no limit
 *
 * Sets how many bytes of mail this person may keep.
 *
 * Since: 1.0
 */
void
intimail_person_set_quota_bytes (IntimailPerson *self, guint64 bytes)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->quota_bytes = bytes;
}

/**
 * intimail_person_get_quota_messages:
 * @self: a person
 *
 * Gets how many messages this person may keep.
 *
 * Returns: messages; 0 is no limit
 *
 * Since: 1.0
 */
guint64
intimail_person_get_quota_messages (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), 0);

  return self->quota_messages;
}

/**
 * intimail_person_set_quota_messages:
 * @self: a person
 * @messages: messages; 0 is no limit
 *
 * Sets how many messages this person may keep.
 *
 * Since: 1.0
 */
void
intimail_person_set_quota_messages (IntimailPerson *self, guint64 messages)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->quota_messages = messages;
}

/**
 * intimail_person_get_maildir:
 * @self: a person
 *
 * Gets the folder of this person's mail, when it is not the uid below the folder of
 * the site's mail.
 *
 * Returns: (transfer none): a path, as the directory has it, or "" for the usual one
 *
 * Since: 1.0
 */
const char *
intimail_person_get_maildir (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->maildir != NULL ? self->maildir : "";
}

/**
 * intimail_person_set_maildir:
 * @self: a person
 * @path: a path, relative to the folder of the site's mail or absolute; "" for the
 *   usual one
 *
 * Sets the folder of this person's mail. No mail is moved, and a folder outside of
 * what the site allows is not used: see [method@Intimail.Site.get_account].
 *
 * Since: 1.0
 */
void
intimail_person_set_maildir (IntimailPerson *self, const char *path)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (path != NULL);

  intimail_person_replace_string (&self->maildir, *path != '\0' ? path : NULL);
}

/**
 * intimail_person_get_mail_host:
 * @self: a person
 *
 * Gets the machine that keeps this person's mail, when a site has more than one.
 *
 * Returns: (transfer none): a host's name, or "" for any
 *
 * Since: 1.0
 */
const char *
intimail_person_get_mail_host (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->mail_host != NULL ? self->mail_host : "";
}

/**
 * intimail_person_set_mail_host:
 * @self: a person
 * @host: a host's name; "" for any
 *
 * Sets the machine that keeps this person's mail.
 *
 * Since: 1.0
 */
void
intimail_person_set_mail_host (IntimailPerson *self, const char *host)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (host != NULL);

  intimail_person_replace_string (&self->mail_host, *host != '\0' ? host : NULL);
}

/**
 * intimail_person_get_admin_domains:
 * @self: a person
 *
 * Gets the domains that this person administrates: see
 * [method@Intimail.Directory.act_as]. Who administrates the whole site is in the group
 * `admins`.
 *
 * Returns: (transfer none) (array zero-terminated=1): domains, mostly none
 *
 * Since: 1.0
 */
const char *const *
intimail_person_get_admin_domains (IntimailPerson *self)
{
  static const char *const nothing[] = { NULL };

  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->admin_domains != NULL ? (const char *const *) self->admin_domains : nothing;
}

/**
 * intimail_person_set_admin_domains:
 * @self: a person
 * @domains: (array zero-terminated=1): domains, in letters of any language or in
 *   A-labels
 *
 * Sets the domains that this person administrates.
 *
 * Since: 1.0
 */
void
intimail_person_set_admin_domains (IntimailPerson *self, const char *const *domains)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (domains != NULL);

  intimail_person_replace_list (&self->admin_domains, domains[0] != NULL ? domains : NULL);
}
