/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-group.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"

/**
 * IntimailGroup:
 *
 * Some people under one name, and under one address if it has one.
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
}

static void
replace_string (char **place, const char *value)
{
  char *old = *place;

  *place = g_strdup (value);
  g_free (old);
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
  intimail_group_set_members (copy, (const char *const *) self->members);
  return copy;
}

IntimailGroup *
intimail_group_lend (IntimailGroup *self)
{
  IntimailGroup *copy = intimail_group_copy (self);

  copy->origin = g_object_ref (self);
  return copy;
}

IntimailGroup *
intimail_group_merge (IntimailGroup *current, IntimailGroup *wanted)
{
  IntimailGroup *merged = intimail_group_copy (current);
  IntimailGroup *origin = wanted->origin;
  g_auto (GStrv) members = NULL;

  if (origin == NULL || !g_str_equal (origin->description, wanted->description))
    replace_string (&merged->description, wanted->description);
  if (origin == NULL || !g_str_equal (origin->mail, wanted->mail))
    replace_string (&merged->mail, wanted->mail);
  members = intimail_person_merge_list ((const char *const *) current->members,
                                        origin != NULL ? (const char *const *) origin->members : NULL,
                                        (const char *const *) wanted->members);
  intimail_group_set_members (merged, (const char *const *) members);
  return merged;
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
  char **old;

  g_return_if_fail (INTIMAIL_IS_GROUP (self));
  g_return_if_fail (uids != NULL);

  old = self->members;
  self->members = g_strdupv ((char **) uids);
  g_strfreev (old);
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

      if (key == NULL)
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

  return TRUE;
}
