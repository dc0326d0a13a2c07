/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-group.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

/**
 * IntimailGroupPosters:
 * @INTIMAIL_GROUP_POSTERS_ANYONE: everybody
 * @INTIMAIL_GROUP_POSTERS_MEMBERS: members and owners
 * @INTIMAIL_GROUP_POSTERS_OWNERS: owners alone
 *
 * Who may write to the address of a group.
 *
 * Since: 1.0
 */

/**
 * IntimailGroup:
 *
 * Some people under one name, and a mailing list when it has an address.
 *
 * Besides people of the directory a list may have members who are addresses, and it
 * has owners, who look after it and get what comes back. Who may write to it, and
 * whether others see it, is said of each.
 *
 * The members of the group `admins` administrate the site and get what is sent
 * to its `postmaster` and `abuse`. A group is a copy of what the directory knew
 * when it was asked; changing it changes nothing until
 * [method@Intimail.Directory.update_group]. One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailGroup
{
  GObject parent_instance;

  char *name;
  char *description;
  char *mail;
  char **members;
  char **member_addresses;
  char **owners;
  IntimailGroupPosters posters;
  gboolean hidden;

  IntimailGroup *origin; /* what the directory said, before changes */
};

G_DEFINE_FINAL_TYPE (IntimailGroup, intimail_group, G_TYPE_OBJECT)

static void
intimail_group_finalize (GObject *object)
{
  IntimailGroup *self = INTIMAIL_GROUP (object);

  g_free (self->name);
  g_free (self->description);
  g_free (self->mail);
  g_strfreev (self->members);
  g_strfreev (self->member_addresses);
  g_strfreev (self->owners);
  g_clear_object (&self->origin);

  G_OBJECT_CLASS (intimail_group_parent_class)->finalize (object);
}

static void
intimail_group_class_init (IntimailGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_group_finalize;
}

static void
intimail_group_init (IntimailGroup *self)
{
  self->name = g_strdup ("");
  self->description = g_strdup ("");
  self->mail = g_strdup ("");
  self->members = g_new0 (char *, 1);
  self->member_addresses = g_new0 (char *, 1);
  self->owners = g_new0 (char *, 1);
}

static void
replace_string (char **place, const char *value)
{
  char *old = *place;

  *place = g_strdup (value);
  g_free (old);
}

static void
replace_list (char ***place, const char *const *list)
{
  char **old = *place;

  *place = g_strdupv ((char **) list);
  g_strfreev (old);
}

/**
 * intimail_group_new:
 * @name: the group's name, by the rule of a uid
 *
 * Makes a group that no directory knows yet.
 *
 * Returns: (transfer full): a group without members and address
 *
 * Since: 1.0
 */
IntimailGroup *
intimail_group_new (const char *name)
{
  IntimailGroup *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_GROUP, NULL);
  replace_string (&self->name, name);
  return self;
}

IntimailGroup *
intimail_group_copy (IntimailGroup *self)
{
  IntimailGroup *copy = intimail_group_new (self->name);

  replace_string (&copy->description, self->description);
  replace_string (&copy->mail, self->mail);
  replace_list (&copy->members, (const char *const *) self->members);
  replace_list (&copy->member_addresses, (const char *const *) self->member_addresses);
  replace_list (&copy->owners, (const char *const *) self->owners);
  copy->posters = self->posters;
  copy->hidden = self->hidden;
  return copy;
}

IntimailGroup *
intimail_group_lend (IntimailGroup *self)
{
  IntimailGroup *copy = intimail_group_copy (self);

  copy->origin = g_object_ref (self);
  return copy;
}

static void
merge_list (char ***place, char **origin, char **wanted)
{
  g_auto (GStrv) merged = intimail_person_merge_list ((const char *const *) *place, (const char *const *) origin,
                                                      (const char *const *) wanted);

  replace_list (place, (const char *const *) merged);
}

IntimailGroup *
intimail_group_merge (IntimailGroup *current, IntimailGroup *wanted)
{
  IntimailGroup *merged = intimail_group_copy (current);
  IntimailGroup *origin = wanted->origin;

  if (origin == NULL || !g_str_equal (origin->description, wanted->description))
    replace_string (&merged->description, wanted->description);
  if (origin == NULL || !g_str_equal (origin->mail, wanted->mail))
    replace_string (&merged->mail, wanted->mail);
  if (origin == NULL || origin->posters != wanted->posters)
    merged->posters = wanted->posters;
  if (origin == NULL || origin->hidden != wanted->hidden)
    merged->hidden = wanted->hidden;
  merge_list (&merged->members, origin != NULL ? origin->members : NULL, wanted->members);
  merge_list (&merged->member_addresses, origin != NULL ? origin->member_addresses : NULL, wanted->member_addresses);
  merge_list (&merged->owners, origin != NULL ? origin->owners : NULL, wanted->owners);
  return merged;
}

IntimailGroup *
intimail_group_rebase (IntimailGroup *wanted, IntimailGroup *current)
{
  IntimailGroup *rebased = intimail_group_merge (current, wanted);

  rebased->origin = intimail_group_copy (current);
  return rebased;
}

/**
 * intimail_group_get_name:
 * @self: a group
 *
 * Gets the group's name.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
intimail_group_get_name (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), NULL);

  return self->name;
}

/**
 * intimail_group_get_description:
 * @self: a group
 *
 * Gets a line for people about the group.
 *
 * Returns: (transfer none): the description, or ""
 *
 * Since: 1.0
 */
const char *
intimail_group_get_description (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), NULL);

  return self->description;
}

/**
 * intimail_group_set_description:
 * @self: a group
 * @description: a line for people; "" is none
 *
 * Sets a line for people about the group.
 *
 * Since: 1.0
 */
void
intimail_group_set_description (IntimailGroup *self, const char *description)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (description != NULL);

  replace_string (&self->description, description);
}

/**
 * intimail_group_get_mail:
 * @self: a group
 *
 * Gets the address whose mail all members get.
 *
 * Returns: (transfer none): an address without a name, or "" when the group has
 *   none
 *
 * Since: 1.0
 */
const char *
intimail_group_get_mail (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), NULL);

  return self->mail;
}

/**
 * intimail_group_set_mail:
 * @self: a group
 * @mail: an address without a name; "" is none
 *
 * Sets the address whose mail all members get.
 *
 * Since: 1.0
 */
void
intimail_group_set_mail (IntimailGroup *self, const char *mail)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (mail != NULL);

  replace_string (&self->mail, mail);
}

/**
 * intimail_group_get_members:
 * @self: a group
 *
 * Gets the uids of the members, in the directory's order.
 *
 * A uid whose person was removed by other hands may still be among them.
 *
 * Returns: (transfer none) (array zero-terminated=1): uids
 *
 * Since: 1.0
 */
const char *const *
intimail_group_get_members (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), NULL);

  return (const char *const *) self->members;
}

/**
 * intimail_group_set_members:
 * @self: a group
 * @uids: (array zero-terminated=1): uids of people
 *
 * Sets the members.
 *
 * Since: 1.0
 */
void
intimail_group_set_members (IntimailGroup *self, const char *const *uids)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (uids != NULL);

  replace_list (&self->members, uids);
}

/**
 * intimail_group_has_member:
 * @self: a group
 * @uid: a person's uid
 *
 * Tells whether somebody is in the group.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
intimail_group_has_member (IntimailGroup *self, const char *uid)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);

  return g_strv_contains ((const char *const *) self->members, uid);
}

/**
 * intimail_group_get_member_addresses:
 * @self: a group
 *
 * Gets the addresses that are members without being people of the directory:
 * somebody elsewhere, or another list.
 *
 * Returns: (transfer none) (array zero-terminated=1): addresses without names
 *
 * Since: 1.0
 */
const char *const *
intimail_group_get_member_addresses (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), NULL);

  return (const char *const *) self->member_addresses;
}

/**
 * intimail_group_set_member_addresses:
 * @self: a group
 * @addresses: (array zero-terminated=1): addresses without names
 *
 * Sets the members who are addresses: somebody elsewhere, or another list.
 *
 * Since: 1.0
 */
void
intimail_group_set_member_addresses (IntimailGroup *self, const char *const *addresses)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (addresses != NULL);

  replace_list (&self->member_addresses, addresses);
}

/**
 * intimail_group_get_owners:
 * @self: a group
 *
 * Gets the uids of those who look after the group. They get what comes back from
 * its members, and what is written to its address with `-owner`; without any, the
 * administrators do.
 *
 * Returns: (transfer none) (array zero-terminated=1): uids
 *
 * Since: 1.0
 */
const char *const *
intimail_group_get_owners (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), NULL);

  return (const char *const *) self->owners;
}

/**
 * intimail_group_set_owners:
 * @self: a group
 * @uids: (array zero-terminated=1): uids of people
 *
 * Sets who looks after the group. An owner is a member only when listed as one.
 *
 * Since: 1.0
 */
void
intimail_group_set_owners (IntimailGroup *self, const char *const *uids)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (uids != NULL);

  replace_list (&self->owners, uids);
}

/**
 * intimail_group_has_owner:
 * @self: a group
 * @uid: a person's uid
 *
 * Tells whether somebody looks after the group.
 *
 * Returns: %TRUE if they do
 *
 * Since: 1.0
 */
gboolean
intimail_group_has_owner (IntimailGroup *self, const char *uid)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);

  return g_strv_contains ((const char *const *) self->owners, uid);
}

/**
 * intimail_group_get_posters:
 * @self: a group
 *
 * Gets who may write to the group's address.
 *
 * Returns: who may
 *
 * Since: 1.0
 */
IntimailGroupPosters
intimail_group_get_posters (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), INTIMAIL_GROUP_POSTERS_OWNERS);

  return self->posters;
}

/**
 * intimail_group_set_posters:
 * @self: a group
 * @posters: who may
 *
 * Sets who may write to the group's address.
 *
 * Since: 1.0
 */
void
intimail_group_set_posters (IntimailGroup *self, IntimailGroupPosters posters)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (posters <= INTIMAIL_GROUP_POSTERS_OWNERS);

  self->posters = posters;
}

/**
 * intimail_group_get_hidden:
 * @self: a group
 *
 * Tells whether the group is shown to its members and owners alone.
 *
 * Returns: %TRUE if it is hidden from others
 *
 * Since: 1.0
 */
gboolean
intimail_group_get_hidden (IntimailGroup *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), TRUE);

  return self->hidden;
}

/**
 * intimail_group_set_hidden:
 * @self: a group
 * @hidden: %TRUE to hide it
 *
 * Sets whether the group is shown to its members and owners alone.
 *
 * Who may not write to a hidden list hears that there is no such address. A list
 * that anyone may write to answers all the same: hidden is not secret.
 *
 * Since: 1.0
 */
void
intimail_group_set_hidden (IntimailGroup *self, gboolean hidden)
{
  g_return_if_fail (INTIMAIL_IS_GROUP (self));

  self->hidden = !!hidden;
}

/**
 * intimail_group_is_shown_to:
 * @self: a group
 * @uid: a person's uid
 *
 * Tells whether somebody who does not administrate the site may know of the group.
 *
 * Returns: %TRUE unless it is hidden, and they are neither member nor owner
 *
 * Since: 1.0
 */
gboolean
intimail_group_is_shown_to (IntimailGroup *self, const char *uid)
{
  g_return_val_if_fail (INTIMAIL_IS_GROUP (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);

  return !self->hidden || intimail_group_has_member (self, uid) || intimail_group_has_owner (self, uid);
}

static gboolean
check_member_addresses (IntimailGroup *self, GError **error)
{
  g_autofree char *own = *self->mail != '\0' ? intimail_person_make_address_key (self->mail) : NULL;

  for (gsize i = 0; self->member_addresses[i] != NULL; i++)
    {
      g_autofree char *key = intimail_person_make_address_key (self->member_addresses[i]);

      if (key != NULL && g_strcmp0 (key, own) != 0)
        continue;
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   key == NULL ? "\"%s\" cannot be a member's address: write name@domain"
                               : "\"%s\" is the list itself, and no member of it",
                   self->member_addresses[i]);
      return FALSE;
    }

  return TRUE;
}

gboolean
intimail_group_check (IntimailGroup *self, GError **error)
{
  if (!intimail_person_is_valid_uid (self->name))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" cannot be a group's name: take 1 to 64 of a-z, 0-9, \".\", \"_\" and "
                   "\"-\", beginning with a letter or digit, without \"..\"",
                   self->name);
      return FALSE;
    }
  if (*self->mail != '\0')
    {
      g_autofree char *key = intimail_person_make_address_key (self->mail);

      /* "family-owner@" and the like are made of it. */
      if (key == NULL || *self->mail == '"')
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "\"%s\" cannot be a group's address: write name@domain", self->mail);
          return FALSE;
        }
    }
  if (!g_utf8_validate (self->description, -1, NULL))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                           "the description is not UTF-8");
      return FALSE;
    }
  for (gsize i = 0; self->owners[i] != NULL; i++)
    if (!intimail_person_is_valid_uid (self->owners[i]))
      {
        g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                     "\"%s\" cannot be an owner: it is no uid", self->owners[i]);
        return FALSE;
      }

  return check_member_addresses (self, error);
}

gboolean
intimail_group_check_change (IntimailGroup *self, GError **error)
{
  if (!intimail_group_check (self, error))
    return FALSE;
  if ((self->origin != NULL && g_str_equal (self->origin->description, self->description)) || intimail_person_is_line (self->description))
    return TRUE;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the description is too long, or is not one line of UTF-8");
  return FALSE;
}
