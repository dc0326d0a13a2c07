/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The embedded directory: what adds, changes and removes people and groups.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-ldif-directory-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"

/* gidNumbers of our groups begin here: below are the system's. */
#define FIRST_GID 10000

typedef struct
{
  IntimailPerson *person;
  IntimailGroup *group;
  const char *name; /* of a person or a group */
  const char *hash; /* of a password, or NULL */
  const char *old_password;
} Request;

static gboolean
check_free (IntimailLdifState *state, const char *address, IntimailLdifEntry *own, GError **error)
{
  IntimailLdifEntry *owner = intimail_ldif_state_find_entry (state, address);

  if (owner == NULL || owner == own)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS,
               "the address \"%s\" is taken by \"%s\"", address, owner->dn);
  return FALSE;
}

static gboolean
check_addresses_free (IntimailLdifState *state, IntimailPerson *person, IntimailLdifEntry *own, GError **error)
{
  const char *const *aliases = intimail_person_get_aliases (person);
  g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (person);

  if (!check_free (state, intimail_person_get_mail (person), own, error))
    return FALSE;
  for (gsize i = 0; aliases[i] != NULL; i++)
    if (!check_free (state, aliases[i], own, error))
      return FALSE;
  for (guint i = 0; i < ending->len; i++)
    if (!check_free (state, intimail_temporary_alias_get_address (ending->pdata[i]), own, error))
      return FALSE;

  return TRUE;
}

static gboolean
add_person_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  const char *uid = intimail_person_get_uid (request->person);
  g_autoptr (IntimailPerson) person = intimail_person_copy (request->person);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *dn = g_strdup_printf ("uid=%s,ou=people,%s", uid, state->base_dn);
  IntimailLdifEntry *entry;

  if (g_hash_table_contains (state->uids, uid))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "there is a person \"%s\" already", uid);
      return FALSE;
    }
  if (!check_addresses_free (state, person, NULL, error))
    return FALSE;

  intimail_person_set_uuid (person, uuid);
  entry = intimail_ldif_add_entry (state->ldif, dn);
  intimail_ldif_entry_set_person (entry, person);
  if (request->hash != NULL)
    intimail_ldif_entry_add (entry, "userPassword", request->hash);
  return TRUE;
}

static gboolean
add_person (IntimailDirectory *directory,
            IntimailPerson *person,
            const char *password,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *hash = NULL;
  Request request = { .person = person };

  if (!intimail_person_check_change (person, error))
    return FALSE;
  if (password != NULL && (hash = intimail_password_hash (password, error)) == NULL)
    return FALSE;
  request.hash = hash;

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), add_person_entry, &request, cancellable, error);
}

static gboolean
update_person_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  g_autoptr (IntimailPerson) merged = NULL;
  IntimailLdifPerson *record;

  record = intimail_ldif_state_lookup_person (state, intimail_person_get_uid (request->person), error);
  if (record == NULL)
    return FALSE;
  merged = intimail_person_merge (record->person, request->person);
  if (!check_addresses_free (state, merged, record->entry, error))
    return FALSE;
  intimail_ldif_entry_set_person (record->entry, merged);
  return TRUE;
}

static gboolean
update_person (IntimailDirectory *directory, IntimailPerson *person, GCancellable *cancellable, GError **error)
{
  Request request = { .person = person };

  if (!intimail_person_check_change (person, error))
    return FALSE;

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), update_person_entry, &request, cancellable, error);
}

static gboolean
set_password_value (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifPerson *record = intimail_ldif_state_lookup_person (state, request->name, error);

  if (record == NULL)
    return FALSE;
  intimail_ldif_entry_set_one (record->entry, "userPassword", request->hash);
  return TRUE;
}

static gboolean
set_password (IntimailDirectory *directory,
              const char *uid,
              const char *password,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree char *hash = intimail_password_hash (password, error);
  Request request = { .name = uid, .hash = hash };

  if (hash == NULL)
    return FALSE;

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), set_password_value, &request, cancellable, error);
}

static gboolean
change_password_value (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifPerson *record = intimail_ldif_state_lookup_person (state, request->name, error);
  g_autofree const char **hashes = NULL;

  if (record == NULL)
    return FALSE;
  /* Again, under the lock: it may have been changed since it was checked. */
  hashes = intimail_ldif_entry_list (record->entry, "userPassword");
  if (!intimail_password_check (request->old_password, hashes))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                           "the name or the password is wrong");
      return FALSE;
    }
  intimail_ldif_entry_set_one (record->entry, "userPassword", request->hash);
  return TRUE;
}

static gboolean
change_password (IntimailDirectory *directory,
                 const char *uid,
                 const char *old_password,
                 const char *new_password,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autofree char *hash = intimail_password_hash (new_password, error);
  Request request = { .name = uid, .hash = hash, .old_password = old_password };

  if (hash == NULL)
    return FALSE;

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), change_password_value, &request, cancellable, error);
}

static void
leave_list (IntimailLdifEntry *entry, const char *attribute, const char *const *uids, const char *uid)
{
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (!g_strv_contains (uids, uid))
    return;
  for (gsize i = 0; uids[i] != NULL; i++)
    if (!g_str_equal (uids[i], uid))
      g_strv_builder_add (rest, uids[i]);
  list = g_strv_builder_end (rest);
  intimail_ldif_entry_set (entry, attribute, (const char *const *) list);
}

/* A uid that is left behind would be somebody else's one day. */
static void
leave_group (IntimailLdifGroup *record, const char *uid)
{
  leave_list (record->entry, "memberUid", intimail_group_get_members (record->group), uid);
  leave_list (record->entry, "intimailListOwner", intimail_group_get_owners (record->group), uid);
}

static gboolean
remove_person_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifPerson *record = intimail_ldif_state_lookup_person (state, request->name, error);
  g_autoptr (GPtrArray) app_passwords = NULL;

  if (record == NULL)
    return FALSE;
  for (guint i = 0; i < state->groups->len; i++)
    leave_group (state->groups->pdata[i], request->name);
  app_passwords = intimail_ldif_state_list_app_passwords (state, record);
  for (guint i = 0; i < app_passwords->len; i++)
    intimail_ldif_remove_entry (state->ldif, app_passwords->pdata[i]);
  intimail_ldif_remove_entry (state->ldif, record->entry);
  return TRUE;
}

static gboolean
remove_person (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  Request request = { .name = uid };

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), remove_person_entry, &request, cancellable, error);
}

/* Members and owners who are there already may be nobody any more; a new one must
 * exist. */
static gboolean
check_members (IntimailLdifState *state, IntimailGroup *group, IntimailGroup *old, GError **error)
{
  const char *const *members = intimail_group_get_members (group);
  const char *const *owners = intimail_group_get_owners (group);

  for (gsize i = 0; members[i] != NULL; i++)
    if ((old == NULL || !intimail_group_has_member (old, members[i])) &&
        intimail_ldif_state_lookup_person (state, members[i], error) == NULL)
      return FALSE;
  for (gsize i = 0; owners[i] != NULL; i++)
    if ((old == NULL || !intimail_group_has_owner (old, owners[i])) &&
        intimail_ldif_state_lookup_person (state, owners[i], error) == NULL)
      return FALSE;

  return TRUE;
}

guint64
intimail_ldif_change_find_gid (IntimailLdifState *state)
{
  guint64 gid = FIRST_GID;

  for (guint i = 0; i < state->ldif->entries->len; i++)
    {
      const IntimailLdifValue *value = intimail_ldif_entry_get (state->ldif->entries->pdata[i], "gidNumber");
      guint64 used;

      if (value != NULL && g_ascii_string_to_unsigned (value->value, 10, FIRST_GID, G_MAXINT32 - 1, &used, NULL))
        gid = MAX (gid, used + 1);
    }

  return gid;
}

static gboolean
add_group_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  const char *name = intimail_group_get_name (request->group);
  const char *mail = intimail_group_get_mail (request->group);
  g_autofree char *dn = g_strdup_printf ("cn=%s,ou=groups,%s", name, state->base_dn);
  g_autofree char *gid = g_strdup_printf ("%" G_GUINT64_FORMAT, intimail_ldif_change_find_gid (state));
  IntimailLdifEntry *entry;

  if (g_hash_table_contains (state->names, name))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "there is a group \"%s\" already", name);
      return FALSE;
    }
  if (!check_members (state, request->group, NULL, error) ||
      (*mail != '\0' && !check_free (state, mail, NULL, error)))
    return FALSE;

  entry = intimail_ldif_add_entry (state->ldif, dn);
  intimail_ldif_entry_set_group (entry, request->group);
  intimail_ldif_entry_set_one (entry, "gidNumber", gid);
  return TRUE;
}

static gboolean
add_group (IntimailDirectory *directory, IntimailGroup *group, GCancellable *cancellable, GError **error)
{
  Request request = { .group = group };

  if (!intimail_group_check_change (group, error))
    return FALSE;

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), add_group_entry, &request, cancellable, error);
}

static gboolean
update_group_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  g_autoptr (IntimailGroup) merged = NULL;
  IntimailLdifGroup *record;
  const char *mail;

  record = intimail_ldif_state_lookup_group (state, intimail_group_get_name (request->group), error);
  if (record == NULL)
    return FALSE;
  merged = intimail_group_merge (record->group, request->group);
  mail = intimail_group_get_mail (merged);
  if (!check_members (state, merged, record->group, error) ||
      (*mail != '\0' && !check_free (state, mail, record->entry, error)))
    return FALSE;
  intimail_ldif_entry_set_group (record->entry, merged);
  return TRUE;
}

static gboolean
update_group (IntimailDirectory *directory, IntimailGroup *group, GCancellable *cancellable, GError **error)
{
  Request request = { .group = group };

  if (!intimail_group_check_change (group, error))
    return FALSE;

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), update_group_entry, &request, cancellable, error);
}

static gboolean
remove_group_entry (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;
  IntimailLdifGroup *record = intimail_ldif_state_lookup_group (state, request->name, error);

  if (record == NULL)
    return FALSE;
  intimail_ldif_remove_entry (state->ldif, record->entry);
  return TRUE;
}

static gboolean
remove_group (IntimailDirectory *directory, const char *name, GCancellable *cancellable, GError **error)
{
  Request request = { .name = name };

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), remove_group_entry, &request, cancellable, error);
}

void
intimail_ldif_change_init_interface (IntimailDirectoryInterface *iface)
{
  iface->set_password = set_password;
  iface->change_password = change_password;
  iface->add_person = add_person;
  iface->update_person = update_person;
  iface->remove_person = remove_person;
  iface->add_group = add_group;
  iface->update_group = update_group;
  iface->remove_group = remove_group;
}
