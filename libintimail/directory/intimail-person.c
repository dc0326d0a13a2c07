/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-person.h>

#include "directory/intimail-person-private.h"

/**
 * IntimailPersonStatus:
 * @INTIMAIL_PERSON_STATUS_ACTIVE: signs in and gets mail
 * @INTIMAIL_PERSON_STATUS_DISABLED: neither signs in nor gets mail; the mail
 *   that is there stays
 *
 * What an administrator decided about a person.
 *
 * Since: 1.0
 */

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
struct _IntimailPerson
{
  GObject parent_instance;

  char *uid;
  char *uuid;
  char *mail;
  char *display_name;
  char **aliases;
  guint64 quota_bytes;
  guint64 quota_messages;
  IntimailPersonStatus status;
  gint64 expiry;

  IntimailPerson *origin; /* what the directory said, before changes */
};

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

static void
replace_string (char **place, const char *value)
{
  char *old = *place;

  *place = g_strdup (value);
  g_free (old);
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
  replace_string (&self->uid, uid);
  replace_string (&self->mail, mail);
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
intimail_person_merge (IntimailPerson *current, IntimailPerson *wanted)
{
  IntimailPerson *merged = intimail_person_copy (current);
  IntimailPerson *origin = wanted->origin;
  g_auto (GStrv) aliases = NULL;

  if (origin == NULL || !g_str_equal (origin->mail, wanted->mail))
    replace_string (&merged->mail, wanted->mail);
  if (origin == NULL || !g_str_equal (origin->display_name, wanted->display_name))
    replace_string (&merged->display_name, wanted->display_name);
  if (origin == NULL || origin->quota_bytes != wanted->quota_bytes)
    merged->quota_bytes = wanted->quota_bytes;
  if (origin == NULL || origin->quota_messages != wanted->quota_messages)
    merged->quota_messages = wanted->quota_messages;
  if (origin == NULL || origin->status != wanted->status)
    merged->status = wanted->status;
  if (origin == NULL || origin->expiry != wanted->expiry)
    merged->expiry = wanted->expiry;
  aliases = intimail_person_merge_list ((const char *const *) current->aliases,
                                        origin != NULL ? (const char *const *) origin->aliases : NULL,
                                        (const char *const *) wanted->aliases);
  intimail_person_set_aliases (merged, (const char *const *) aliases);
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

  replace_string (&copy->uuid, self->uuid);
  replace_string (&copy->display_name, self->display_name);
  intimail_person_set_aliases (copy, (const char *const *) self->aliases);
  copy->quota_bytes = self->quota_bytes;
  copy->quota_messages = self->quota_messages;
  copy->status = self->status;
  copy->expiry = self->expiry;
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
  replace_string (&self->uuid, uuid);
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

  replace_string (&self->mail, mail);
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

  replace_string (&self->display_name, name);
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
  char **old;

  g_return_if_fail (INTIMAIL_IS_PERSON (self));
  g_return_if_fail (aliases != NULL);

  old = self->aliases;
  self->aliases = g_strdupv ((char **) aliases);
  g_strfreev (old);
}

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
 * intimail_person_get_status:
 * @self: a person
 *
 * Gets what an administrator decided about this person.
 *
 * Returns: the status; [method@Intimail.Person.is_active] knows the expiry too
 *
 * Since: 1.0
 */
IntimailPersonStatus
intimail_person_get_status (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), INTIMAIL_PERSON_STATUS_DISABLED);

  return self->status;
}

/**
 * intimail_person_set_status:
 * @self: a person
 * @status: a status
 *
 * Sets what an administrator decided about this person.
 *
 * Since: 1.0
 */
void
intimail_person_set_status (IntimailPerson *self, IntimailPersonStatus status)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->status = status;
}

/**
 * intimail_person_get_expiry:
 * @self: a person
 *
 * Gets the time from which on this person neither signs in nor gets mail.
 *
 * Returns: seconds since 1970, UTC; 0 is never
 *
 * Since: 1.0
 */
gint64
intimail_person_get_expiry (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), 0);

  return self->expiry;
}

/**
 * intimail_person_set_expiry:
 * @self: a person
 * @expiry: seconds since 1970, UTC; 0 is never
 *
 * Sets the time from which on this person neither signs in nor gets mail.
 *
 * Since: 1.0
 */
void
intimail_person_set_expiry (IntimailPerson *self, gint64 expiry)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->expiry = expiry;
}

/**
 * intimail_person_is_active:
 * @self: a person
 *
 * Tells whether this person may sign in and gets mail now.
 *
 * Returns: %FALSE when the person is disabled or has expired
 *
 * Since: 1.0
 */
gboolean
intimail_person_is_active (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), FALSE);

  return self->status == INTIMAIL_PERSON_STATUS_ACTIVE &&
         (self->expiry == 0 || self->expiry > g_get_real_time () / G_USEC_PER_SEC);
}

static gboolean
person_has_key (IntimailPerson *self, const char *wanted)
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

/**
 * intimail_person_owns_address:
 * @self: a person
 * @address: an address
 *
 * Tells whether @address is this person's: the main address, an alias, or one
 * of them with a `+detail`. Mail with that sender may then come from them.
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
