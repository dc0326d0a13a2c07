/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-person.h>

#include "directory/intimail-person-parts-private.h"

/**
 * IntimailPerson:
 *
 * Somebody who has mail here: a name to sign in with, addresses, a quota.
 *
 * A person is a copy of what the directory knew when it was asked. Changing it
 * changes nothing until [method@Intimail.Directory.update_person]. One thread
 * at a time may use it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailPerson, intimail_person, G_TYPE_OBJECT)

static void
intimail_person_finalize (GObject *object)
{
  IntimailPerson *self = INTIMAIL_PERSON (object);

  g_free (self->uid);
  g_free (self->uuid);
  g_free (self->mail);
  g_free (self->display_name);
  g_strfreev (self->aliases);
  g_free (self->maildir);
  g_free (self->mail_host);
  g_strfreev (self->admin_domains);
  g_clear_pointer (&self->temporary_aliases, g_ptr_array_unref);
  g_clear_object (&self->origin);

  G_OBJECT_CLASS (intimail_person_parent_class)->finalize (object);
}

static void
intimail_person_class_init (IntimailPersonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_person_finalize;
}

static void
intimail_person_init (IntimailPerson *self)
{
  self->uid = g_strdup ("");
  self->uuid = g_strdup ("");
  self->mail = g_strdup ("");
  self->display_name = g_strdup ("");
  self->aliases = g_new0 (char *, 1);
}

void
intimail_person_replace_string (char **place, const char *value)
{
  char *old = *place;

  *place = g_strdup (value);
  g_free (old);
}

void
intimail_person_replace_list (char ***place, const char *const *values)
{
  char **old = *place;

  *place = g_strdupv ((char **) values);
  g_strfreev (old);
}

/**
 * intimail_person_new:
 * @uid: the name to sign in with: 1 to 64 of `a-z`, `0-9`, `.`, `_`, `-`,
 *   beginning with a letter or digit and without `..`
 * @mail: the main address
 *
 * Makes a person whom no directory knows yet.
 *
 * Whether @uid and @mail may be used is judged by
 * [method@Intimail.Directory.add_person].
 *
 * Returns: (transfer full): a person, active, without quota, expiry and aliases
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_person_new (const char *uid, const char *mail)
{
  IntimailPerson *self;

  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (mail != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_PERSON, NULL);
  intimail_person_replace_string (&self->uid, uid);
  intimail_person_replace_string (&self->mail, mail);
  return self;
}

IntimailPerson *
intimail_person_lend (IntimailPerson *self)
{
  IntimailPerson *copy = intimail_person_copy (self);

  copy->origin = g_object_ref (self);
  return copy;
}

IntimailPerson *
intimail_person_rebase (IntimailPerson *wanted, IntimailPerson *current)
{
  IntimailPerson *rebased = intimail_person_merge (current, wanted);

  rebased->origin = intimail_person_copy (current);
  return rebased;
}

IntimailPerson *
intimail_person_conceal (IntimailPerson *self)
{
  g_autoptr (IntimailPerson) concealed = intimail_person_copy (self);

  g_clear_pointer (&concealed->temporary_aliases, g_ptr_array_unref);

  return intimail_person_lend (concealed);
}

static void
merge_string (char **merged, const char *origin, const char *wanted, gboolean is_lent)
{
  if (!is_lent || g_strcmp0 (origin, wanted) != 0)
    intimail_person_replace_string (merged, wanted);
}

static void
merge_list (char ***merged, char **origin, char **wanted, gboolean is_lent)
{
  static const char *const nothing[] = { NULL };
  g_auto (GStrv) list = NULL;

  if (*merged == NULL && wanted == NULL)
    return;
  list = intimail_person_merge_list (*merged != NULL ? (const char *const *) *merged : nothing,
                                     !is_lent         ? NULL
                                     : origin != NULL ? (const char *const *) origin
                                                      : nothing,
                                     wanted != NULL ? (const char *const *) wanted : nothing);
  intimail_person_replace_list (merged, (const char *const *) list);
}

IntimailPerson *
intimail_person_merge (IntimailPerson *current, IntimailPerson *wanted)
{
  IntimailPerson *merged = intimail_person_copy (current);
  g_autoptr (IntimailPerson) none = wanted->origin == NULL ? intimail_person_new ("", "") : NULL;
  IntimailPerson *origin = none != NULL ? none : wanted->origin;
  gboolean is_lent = none == NULL;

  merge_string (&merged->mail, origin->mail, wanted->mail, is_lent);
  merge_string (&merged->display_name, origin->display_name, wanted->display_name, is_lent);
  merge_string (&merged->maildir, origin->maildir, wanted->maildir, is_lent);
  merge_string (&merged->mail_host, origin->mail_host, wanted->mail_host, is_lent);
  if (!is_lent || origin->quota_bytes != wanted->quota_bytes)
    merged->quota_bytes = wanted->quota_bytes;
  if (!is_lent || origin->quota_messages != wanted->quota_messages)
    merged->quota_messages = wanted->quota_messages;
  if (!is_lent || origin->status != wanted->status)
    merged->status = wanted->status;
  if (!is_lent || origin->expiry != wanted->expiry)
    merged->expiry = wanted->expiry;
  if (!is_lent || origin->removal != wanted->removal)
    merged->removal = wanted->removal;
  if (!is_lent || origin->deletes_mail != wanted->deletes_mail)
    merged->deletes_mail = wanted->deletes_mail;
  merge_list (&merged->aliases, origin->aliases, wanted->aliases, is_lent);
  merge_list (&merged->admin_domains, origin->admin_domains, wanted->admin_domains, is_lent);
  g_clear_pointer (&merged->temporary_aliases, g_ptr_array_unref);
  merged->temporary_aliases = intimail_person_merge_temporary_aliases (current->temporary_aliases,
                                                                       is_lent ? origin->temporary_aliases
                                                                               : current->temporary_aliases,
                                                                       wanted->temporary_aliases);
  return merged;
}

char **
intimail_person_merge_list (const char *const *current,
                            const char *const *origin,
                            const char *const *wanted)
{
  g_autoptr (GStrvBuilder) merged = g_strv_builder_new ();

  if (origin == NULL)
    return g_strdupv ((char **) wanted);
  for (gsize i = 0; current[i] != NULL; i++)
    if (!g_strv_contains (origin, current[i]) || g_strv_contains (wanted, current[i]))
      g_strv_builder_add (merged, current[i]);
  for (gsize i = 0; wanted[i] != NULL; i++)
    if (!g_strv_contains (origin, wanted[i]) && !g_strv_contains (current, wanted[i]))
      g_strv_builder_add (merged, wanted[i]);

  return g_strv_builder_end (merged);
}

IntimailPerson *
intimail_person_copy (IntimailPerson *self)
{
  IntimailPerson *copy = intimail_person_new (self->uid, self->mail);

  intimail_person_replace_string (&copy->uuid, self->uuid);
  intimail_person_replace_string (&copy->display_name, self->display_name);
  intimail_person_set_aliases (copy, (const char *const *) self->aliases);
  copy->quota_bytes = self->quota_bytes;
  copy->quota_messages = self->quota_messages;
  copy->status = self->status;
  copy->expiry = self->expiry;
  copy->removal = self->removal;
  copy->deletes_mail = self->deletes_mail;
  intimail_person_replace_string (&copy->maildir, self->maildir);
  intimail_person_replace_string (&copy->mail_host, self->mail_host);
  copy->admin_domains = g_strdupv (self->admin_domains);
  copy->temporary_aliases = self->temporary_aliases != NULL ? g_ptr_array_ref (self->temporary_aliases) : NULL;
  copy->has_second_factor = self->has_second_factor;
  copy->sign_in_stamp = self->sign_in_stamp;
  return copy;
}

/**
 * intimail_person_get_uid:
 * @self: a person
 *
 * Gets the name to sign in with, which is also the name of the mail folder.
 *
 * Returns: (transfer none): the uid
 *
 * Since: 1.0
 */
const char *
intimail_person_get_uid (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->uid;
}

/**
 * intimail_person_get_uuid:
 * @self: a person
 *
 * Gets what stays the same for this person for ever: a later person with the
 * same uid has another one.
 *
 * Returns: (transfer none): the UUID in lower case, or "" when no directory has
 *   given one yet
 *
 * Since: 1.0
 */
const char *
intimail_person_get_uuid (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->uuid;
}

void
intimail_person_set_uuid (IntimailPerson *self, const char *uuid)
{
  intimail_person_replace_string (&self->uuid, uuid);
}

/**
 * intimail_person_has_second_factor:
 * @self: a person
 *
 * Tells whether a code is asked for beside their password.
 *
 * Returns: %TRUE when [method@Intimail.Directory.authenticate_with_code] wants one
 *
 * Since: 1.0
 */
gboolean
intimail_person_has_second_factor (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), FALSE);

  return self->has_second_factor;
}

void
intimail_person_set_has_second_factor (IntimailPerson *self, gboolean has_second_factor)
{
  self->has_second_factor = has_second_factor;
}

/**
 * intimail_person_get_sign_in_stamp:
 * @self: a person
 *
 * Gets a number that becomes another one when their password changes, or the secret of
 * their second factor: whoever signed in before that has to do so again.
 *
 * It says nothing of a password, and may change now and then without a cause. An
 * [class@Intimail.LdapDirectory] never shows a hash: there, it tells of changes that
 * were made through this library by processes that share the folder of the mail.
 *
 * Returns: a number to compare with that of another look-up; 0 when nothing is known
 *
 * Since: 1.0
 */
guint64
intimail_person_get_sign_in_stamp (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), 0);

  return self->sign_in_stamp;
}

void
intimail_person_set_sign_in_stamp (IntimailPerson *self, guint64 stamp)
{
  self->sign_in_stamp = stamp;
}

/**
 * intimail_person_get_mail:
 * @self: a person
 *
 * Gets the main address, which stands in the From field of what they write.
 *
 * Returns: (transfer none): an address without a name
 *
 * Since: 1.0
 */
const char *
intimail_person_get_mail (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->mail;
}

/**
 * intimail_person_set_mail:
 * @self: a person
 * @mail: an address without a name
 *
 * Sets the main address.
 *
 * Since: 1.0
 */
void
intimail_person_set_mail (IntimailPerson *self, const char *mail)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (mail != NULL);

  intimail_person_replace_string (&self->mail, mail);
}

/**
 * intimail_person_get_display_name:
 * @self: a person
 *
 * Gets the name for people.
 *
 * Returns: (transfer none): the name, or "" when none is known
 *
 * Since: 1.0
 */
const char *
intimail_person_get_display_name (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return self->display_name;
}

/**
 * intimail_person_set_display_name:
 * @self: a person
 * @name: the name for people; "" is none
 *
 * Sets the name for people.
 *
 * Since: 1.0
 */
void
intimail_person_set_display_name (IntimailPerson *self, const char *name)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (name != NULL);

  intimail_person_replace_string (&self->display_name, name);
}

/**
 * intimail_person_get_aliases:
 * @self: a person
 *
 * Gets the other addresses of this person.
 *
 * Returns: (transfer none) (array zero-terminated=1): addresses without names
 *
 * Since: 1.0
 */
const char *const *
intimail_person_get_aliases (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), NULL);

  return (const char *const *) self->aliases;
}

/**
 * intimail_person_set_aliases:
 * @self: a person
 * @aliases: (array zero-terminated=1): addresses without names
 *
 * Sets the other addresses of this person.
 *
 * Since: 1.0
 */
void
intimail_person_set_aliases (IntimailPerson *self, const char *const *aliases)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (aliases != NULL);

  intimail_person_replace_list (&self->aliases, aliases);
}

gboolean
intimail_person_has_lasting_key (IntimailPerson *self, const char *wanted)
{
  g_autofree char *main_key = intimail_person_make_address_key (self->mail);

  if (g_strcmp0 (main_key, wanted) == 0)
    return TRUE;
  for (gsize i = 0; self->aliases[i] != NULL; i++)
    {
      g_autofree char *key = intimail_person_make_address_key (self->aliases[i]);

      if (g_strcmp0 (key, wanted) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
person_has_key (IntimailPerson *self, const char *wanted)
{
  IntimailTemporaryAlias *alias;

  if (intimail_person_has_lasting_key (self, wanted))
    return TRUE;
  alias = intimail_person_find_temporary_alias (self, wanted);

  return alias != NULL && intimail_temporary_alias_is_active (alias);
}

/**
 * intimail_person_owns_address:
 * @self: a person
 * @address: an address
 *
 * Tells whether @address is this person's: the main address, an alias, a temporary one
 * that has not ended, or one of them with a `+detail`. Mail with that sender may then come from them.
 *
 * Upper and lower case make no difference.
 *
 * Returns: %TRUE if it is; %FALSE also for what is no address
 *
 * Since: 1.0
 */
gboolean
intimail_person_owns_address (IntimailPerson *self, const char *address)
{
  g_autofree char *key = NULL;
  g_autofree char *stripped = NULL;

  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  key = intimail_person_make_address_key (address);
  if (key == NULL)
    return FALSE;
  if (person_has_key (self, key))
    return TRUE;
  stripped = intimail_person_strip_detail (key);
  return stripped != NULL && person_has_key (self, stripped);
}
