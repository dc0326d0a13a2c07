/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A directory that does what somebody may, and refuses the rest: the same interface in
 * front of any other directory.
 */

#include <intimail/intimail-error.h>

#include "directory/intimail-actor-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-person-private.h"

#define INTIMAIL_TYPE_ACTING_DIRECTORY (intimail_acting_directory_get_type ())

G_DECLARE_FINAL_TYPE (IntimailActingDirectory, intimail_acting_directory, INTIMAIL, ACTING_DIRECTORY, GObject)

struct _IntimailActingDirectory
{
  GObject parent_instance;

  IntimailDirectory *directory;
  char *uid;
};

static void directory_iface_init (IntimailDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IntimailActingDirectory, intimail_acting_directory, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (INTIMAIL_TYPE_DIRECTORY, directory_iface_init))

static void
intimail_acting_directory_finalize (GObject *object)
{
  IntimailActingDirectory *self = INTIMAIL_ACTING_DIRECTORY (object);

  g_object_unref (self->directory);
  g_free (self->uid);

  G_OBJECT_CLASS (intimail_acting_directory_parent_class)->finalize (object);
}

static void
intimail_acting_directory_class_init (IntimailActingDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_acting_directory_finalize;
}

static void
intimail_acting_directory_init (IntimailActingDirectory *self)
{
}

/**
 * intimail_directory_act_as:
 * @self: a directory
 * @uid: who asks
 *
 * Makes a directory that answers and does what one person may, and refuses the rest with
 * %INTIMAIL_ERROR_PERMISSION_DENIED. Programs that act for somebody who signed in use it;
 * nothing else in them has to know who may what. Who @uid is, and may do, is looked at
 * with every call: somebody who is disabled may nothing from then on.
 *
 * | who | may |
 * | --- | --- |
 * | everybody | read people, but for the temporary aliases of others; read groups, but for hidden ones of others; leave a group |
 * | about oneself | the display name; the own password, with the old one; temporary aliases in domains where one has an address, but for role addresses such as `webmaster` |
 * | owner of a group | its description, members, owners, posters and hiding |
 * | administrator of a domain ([method@Intimail.Person.get_admin_domains]) | add people whose addresses are all in that domain; of people whose main address is: addresses in that domain, name, quota, status, expiry, removal, password; groups with an address there: all |
 * | member of `admins` | all |
 *
 * Nobody removes or disables themselves. An administrator of a domain may nothing about people who administrate the site or
 * another domain, and neither say where mail is kept nor who administrates: who may set
 * somebody's password can be them.
 *
 * Returns: (transfer full): a directory, which holds @self
 *
 * Since: 1.0
 */
IntimailDirectory *
intimail_directory_act_as (IntimailDirectory *self, const char *uid)
{
  IntimailActingDirectory *acting;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);

  acting = g_object_new (INTIMAIL_TYPE_ACTING_DIRECTORY, NULL);
  acting->directory = g_object_ref (self);
  acting->uid = g_strdup (uid);
  return INTIMAIL_DIRECTORY (acting);
}

/* The directory behind, and who asks; NULL with an error. */
static IntimailActor *
load_actor (IntimailDirectory *directory, IntimailDirectory **behind, GCancellable *cancellable, GError **error)
{
  IntimailActingDirectory *self = INTIMAIL_ACTING_DIRECTORY (directory);

  *behind = self->directory;
  return intimail_actor_load (self->directory, self->uid, cancellable, error);
}

/* Takes @person. Without what is not for the actor. */
static IntimailPerson *
show_person (IntimailActor *actor, IntimailPerson *person)
{
  g_autoptr (IntimailPerson) whole = person;

  return intimail_actor_sees_all_of (actor, person) ? g_steal_pointer (&whole) : intimail_person_conceal (person);
}

/* Takes @people. */
static GPtrArray *
show_people (IntimailActor *actor, GPtrArray *people)
{
  for (guint i = 0; people != NULL && i < people->len; i++)
    people->pdata[i] = show_person (actor, people->pdata[i]);

  return people;
}

/* Takes @groups. */
static GPtrArray *
show_groups (IntimailActor *actor, GPtrArray *groups)
{
  for (guint i = groups != NULL ? groups->len : 0; i > 0; i--)
    if (!intimail_actor_sees_group (actor, groups->pdata[i - 1]))
      g_ptr_array_remove_index (groups, i - 1);

  return groups;
}

static IntimailPerson *
lookup_person (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  IntimailPerson *person = actor != NULL ? intimail_directory_lookup_person (behind, uid, cancellable, error) : NULL;

  return person != NULL ? show_person (actor, person) : NULL;
}

static GPtrArray *
lookup_people (IntimailDirectory *directory, const char *const *uids, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  if (actor == NULL)
    return NULL;

  return show_people (actor, INTIMAIL_DIRECTORY_GET_IFACE (behind)->lookup_people (behind, uids, cancellable, error));
}

static IntimailGroup *
lookup_group (IntimailDirectory *directory, const char *name, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (IntimailGroup) group = actor != NULL ? intimail_directory_lookup_group (behind, name, cancellable, error) : NULL;

  if (group == NULL || intimail_actor_sees_group (actor, group))
    return g_steal_pointer (&group);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such group \"%s\"", name);

  return NULL;
}

/* Whether the actor may know whose this is: that an address which ends is somebody's is a
 * secret of theirs. */
static gboolean
may_know_owner (IntimailActor *actor, GObject *owner, const char *const *keys)
{
  if (INTIMAIL_IS_GROUP (owner))
    return intimail_actor_sees_group (actor, INTIMAIL_GROUP (owner));
  if (intimail_actor_sees_all_of (actor, INTIMAIL_PERSON (owner)))
    return TRUE;
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      if (intimail_person_has_lasting_key (INTIMAIL_PERSON (owner), keys[i]))
        return TRUE;
      if (intimail_person_find_temporary_alias (INTIMAIL_PERSON (owner), keys[i]) != NULL)
        return FALSE;
    }

  return TRUE;
}

static GObject *
find_owner (IntimailDirectory *directory, const char *const *addresses, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (GObject) owner = NULL;

  if (actor == NULL)
    return NULL;
  owner = INTIMAIL_DIRECTORY_GET_IFACE (behind)->find_owner (behind, addresses, cancellable, error);
  if (owner == NULL)
    return NULL;
  if (!may_know_owner (actor, owner, addresses))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "nobody has the address \"%s\"", addresses[0]);
      return NULL;
    }

  return INTIMAIL_IS_PERSON (owner) ? G_OBJECT (show_person (actor, INTIMAIL_PERSON (g_steal_pointer (&owner))))
                                    : g_steal_pointer (&owner);
}

static gboolean
serves_domain (IntimailDirectory *directory,
               const char *domain,
               gboolean *serves,
               GCancellable *cancellable,
               GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL &&
         INTIMAIL_DIRECTORY_GET_IFACE (behind)->serves_domain (behind, domain, serves, cancellable, error);
}

static GPtrArray *
search_people (IntimailDirectory *directory,
               const char *text,
               const char *after,
               guint limit,
               GCancellable *cancellable,
               GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL ? show_people (actor, intimail_directory_search_people (behind, text, after, limit, cancellable, error)) : NULL;
}

static GPtrArray *
list_people (IntimailDirectory *directory, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL ? show_people (actor, intimail_directory_list_people (behind, cancellable, error)) : NULL;
}

static GPtrArray *
list_groups (IntimailDirectory *directory, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL ? show_groups (actor, intimail_directory_list_groups (behind, cancellable, error)) : NULL;
}

static GPtrArray *
list_groups_of (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL ? show_groups (actor, intimail_directory_list_groups_of (behind, uid, cancellable, error)) : NULL;
}

/* Whoever knows the password may know that it is right. */
static IntimailPerson *
check_login (IntimailDirectory *directory,
             const char *login,
             const char *app_password_id,
             const char *password,
             GCancellable *cancellable,
             GError **error)
{
  IntimailDirectory *behind = INTIMAIL_ACTING_DIRECTORY (directory)->directory;

  return INTIMAIL_DIRECTORY_GET_IFACE (behind)->check_login (behind, login, app_password_id, password, cancellable, error);
}

/* The directory behind, for who may decide how @uid signs in: they, and who may give them
 * a password. */
static IntimailDirectory *
get_for_secrets (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (IntimailPerson) person = NULL;

  if (actor == NULL)
    return NULL;
  if (intimail_actor_check_self (actor, uid, NULL))
    return behind;
  person = intimail_directory_lookup_person (behind, uid, cancellable, error);

  return person != NULL && intimail_actor_check_set_password (actor, person, cancellable, error) ? behind : NULL;
}

static gboolean
store_app_password (IntimailDirectory *directory,
                    const char *uid,
                    IntimailAppPassword *app_password,
                    const char *text,
                    GCancellable *cancellable,
                    GError **error)
{
  IntimailDirectory *behind = get_for_secrets (directory, uid, cancellable, error);

  return behind != NULL &&
         INTIMAIL_DIRECTORY_GET_IFACE (behind)->store_app_password (behind, uid, app_password, text, cancellable, error);
}

static GPtrArray *
list_app_passwords (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind = get_for_secrets (directory, uid, cancellable, error);

  return behind != NULL ? intimail_directory_list_app_passwords (behind, uid, cancellable, error) : NULL;
}

static gboolean
revoke_app_password (IntimailDirectory *directory, const char *uid, const char *id, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind = get_for_secrets (directory, uid, cancellable, error);

  return behind != NULL && intimail_directory_revoke_app_password (behind, uid, id, cancellable, error);
}

/* What was used is noted for whoever has used it. */
static gboolean
note_app_password (IntimailDirectory *directory,
                   const char *uid,
                   const char *id,
                   gint64 now,
                   GCancellable *cancellable,
                   GError **error)
{
  IntimailDirectory *behind = INTIMAIL_ACTING_DIRECTORY (directory)->directory;

  return INTIMAIL_DIRECTORY_GET_IFACE (behind)->note_app_password (behind, uid, id, now, cancellable, error);
}

static IntimailSecondFactor *
read_second_factor (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind = get_for_secrets (directory, uid, cancellable, error);

  return behind != NULL ? intimail_directory_lookup_second_factor (behind, uid, cancellable, error) : NULL;
}

static gboolean
replace_second_factor (IntimailDirectory *directory,
                       const char *uid,
                       IntimailSecondFactor *old,
                       IntimailSecondFactor *wanted,
                       gboolean *was_current,
                       GCancellable *cancellable,
                       GError **error)
{
  IntimailDirectory *behind = get_for_secrets (directory, uid, cancellable, error);

  return behind != NULL &&
         INTIMAIL_DIRECTORY_GET_IFACE (behind)->replace_second_factor (behind, uid, old, wanted, was_current, cancellable, error);
}

static gboolean
set_password (IntimailDirectory *directory, const char *uid, const char *password, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (IntimailPerson) person = actor != NULL ? intimail_directory_lookup_person (behind, uid, cancellable, error) : NULL;

  return person != NULL && intimail_actor_check_set_password (actor, person, cancellable, error) &&
         intimail_directory_set_password (behind, uid, password, cancellable, error);
}

static gboolean
change_password (IntimailDirectory *directory,
                 const char *uid,
                 const char *old_password,
                 const char *new_password,
                 GCancellable *cancellable,
                 GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL && intimail_actor_check_self (actor, uid, error) &&
         INTIMAIL_DIRECTORY_GET_IFACE (behind)->change_password (behind, uid, old_password, new_password, cancellable, error);
}

static gboolean
add_person (IntimailDirectory *directory,
            IntimailPerson *person,
            const char *password,
            GCancellable *cancellable,
            GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL && intimail_actor_check_add_person (actor, person, error) &&
         intimail_directory_add_person (behind, person, password, cancellable, error);
}

/* What is written is what was looked at: whatever changes in between, nothing else is. */
static gboolean
update_person (IntimailDirectory *directory, IntimailPerson *person, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (IntimailPerson) current = NULL;
  g_autoptr (IntimailPerson) wanted = NULL;

  current = actor != NULL ? intimail_directory_lookup_person (behind, intimail_person_get_uid (person), cancellable, error) : NULL;
  if (current == NULL)
    return FALSE;
  wanted = intimail_person_rebase (person, current);

  return intimail_actor_check_update_person (actor, current, wanted, cancellable, error) &&
         intimail_directory_update_person (behind, wanted, cancellable, error);
}

static gboolean
remove_person (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL && intimail_actor_check_site (actor, "remove people at once", error) &&
         intimail_directory_remove_person (behind, uid, cancellable, error);
}

static gboolean
add_group (IntimailDirectory *directory, IntimailGroup *group, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);

  return actor != NULL && intimail_actor_check_add_group (actor, group, error) &&
         intimail_directory_add_group (behind, group, cancellable, error);
}

static gboolean
update_group (IntimailDirectory *directory, IntimailGroup *group, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (IntimailGroup) current = NULL;
  g_autoptr (IntimailGroup) wanted = NULL;

  current = actor != NULL ? lookup_group (directory, intimail_group_get_name (group), cancellable, error) : NULL;
  if (current == NULL)
    return FALSE;
  wanted = intimail_group_rebase (group, current);

  return intimail_actor_check_update_group (actor, current, wanted, error) &&
         intimail_directory_update_group (behind, wanted, cancellable, error);
}

static gboolean
remove_group (IntimailDirectory *directory, const char *name, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, cancellable, error);
  g_autoptr (IntimailGroup) group = actor != NULL ? lookup_group (directory, name, cancellable, error) : NULL;

  return group != NULL && intimail_actor_check_remove_group (actor, group, error) &&
         intimail_directory_remove_group (behind, name, cancellable, error);
}

static const char *
get_base_dn (IntimailDirectory *directory)
{
  IntimailDirectory *behind = INTIMAIL_ACTING_DIRECTORY (directory)->directory;

  return INTIMAIL_DIRECTORY_GET_IFACE (behind)->get_base_dn (behind);
}

static guint64
get_generation (IntimailDirectory *directory)
{
  return intimail_directory_get_generation (INTIMAIL_ACTING_DIRECTORY (directory)->directory);
}

/* Who does not administrate the site may add people as a table makes them: an entry with
 * anything else in it may mean something to other programs. */
static gboolean
check_entry (IntimailActor *actor, IntimailLdifEntry *entry, GError **error)
{
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (IntimailLdifEntry) plain = intimail_ldif_entry_new (entry->dn);

  if (intimail_actor_is_site_admin (actor))
    return TRUE;
  person = intimail_ldif_entry_is_person (entry) ? intimail_ldif_entry_to_person (entry, "entry", error) : NULL;
  if (person == NULL)
    return *error == NULL && intimail_actor_check_site (actor, "import groups", error);
  intimail_ldif_entry_set_person (plain, person);
  for (guint i = 0; i < entry->values->len; i++)
    {
      const IntimailLdifValue *value = entry->values->pdata[i];

      if (!intimail_ldif_entry_has (plain, value->name, value->value))
        return intimail_actor_check_site (actor, "import entries with more than what is known here", error);
    }

  return intimail_actor_check_add_person (actor, person, error);
}

static gboolean
add_entries (IntimailDirectory *directory, GPtrArray *entries, GPtrArray *passwords, guint *failed, GError **error)
{
  IntimailDirectory *behind;
  g_autoptr (IntimailActor) actor = load_actor (directory, &behind, NULL, error);

  if (actor == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (check_entry (actor, entries->pdata[i], &local_error))
        continue;
      *failed = i;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return INTIMAIL_DIRECTORY_GET_IFACE (behind)->add_entries (behind, entries, passwords, failed, error);
}

static void
directory_iface_init (IntimailDirectoryInterface *iface)
{
  iface->get_base_dn = get_base_dn;
  iface->get_generation = get_generation;
  iface->add_entries = add_entries;
  iface->lookup_person = lookup_person;
  iface->lookup_people = lookup_people;
  iface->lookup_group = lookup_group;
  iface->find_owner = find_owner;
  iface->serves_domain = serves_domain;
  iface->search_people = search_people;
  iface->list_people = list_people;
  iface->list_groups = list_groups;
  iface->list_groups_of = list_groups_of;
  iface->check_login = check_login;
  iface->store_app_password = store_app_password;
  iface->list_app_passwords = list_app_passwords;
  iface->revoke_app_password = revoke_app_password;
  iface->note_app_password = note_app_password;
  iface->read_second_factor = read_second_factor;
  iface->replace_second_factor = replace_second_factor;
  iface->set_password = set_password;
  iface->change_password = change_password;
  iface->add_person = add_person;
  iface->update_person = update_person;
  iface->remove_person = remove_person;
  iface->add_group = add_group;
  iface->update_group = update_group;
  iface->remove_group = remove_group;
}
