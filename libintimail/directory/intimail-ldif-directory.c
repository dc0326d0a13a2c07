/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-ldif-directory.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-ldif-directory-private.h"
#include "directory/intimail-ldif-file-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"

/**
 * IntimailLdifDirectory:
 *
 * A directory in one LDIF file, which slapadd(8) takes as it is.
 *
 * The file is the truth. It is read at the first question and again whenever it
 * has changed, by whatever hand: what is right in it is taken over; when
 * something is wrong, what was known before is still answered, and changes are
 * refused with the file and line of the mistake. Attributes and entries that
 * mean nothing here are kept, and so are comments. Many processes may change
 * the file at once. Any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailLdifDirectory
{
  GObject parent_instance;

  char *path;
  char *base_dn;

  GMutex mutex;
  IntimailLdifState *state; /* the last good one */
  IntimailLdifStamp stamp;  /* of the last that was read, good or not */
  GError *mistake;          /* why the last that was read is not in use */
};

static void directory_iface_init (IntimailDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IntimailLdifDirectory, intimail_ldif_directory, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (INTIMAIL_TYPE_DIRECTORY, directory_iface_init))

static void
intimail_ldif_directory_finalize (GObject *object)
{
  IntimailLdifDirectory *self = INTIMAIL_LDIF_DIRECTORY (object);

  g_clear_pointer (&self->state, intimail_ldif_state_unref);
  g_clear_error (&self->mistake);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self->base_dn);

  G_OBJECT_CLASS (intimail_ldif_directory_parent_class)->finalize (object);
}

static void
intimail_ldif_directory_class_init (IntimailLdifDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_ldif_directory_finalize;
}

static void
intimail_ldif_directory_init (IntimailLdifDirectory *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * intimail_ldif_directory_new:
 * @path: (type filename): the LDIF file
 * @base_dn: the DN under which `ou=people` and `ou=groups` are, such as
 *   `dc=home,dc=example`
 *
 * Makes a directory of a file, which is not read yet.
 *
 * Returns: (transfer full): a directory
 *
 * Since: 1.0
 */
IntimailLdifDirectory *
intimail_ldif_directory_new (const char *path, const char *base_dn)
{
  IntimailLdifDirectory *self;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (base_dn != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_LDIF_DIRECTORY, NULL);
  self->path = g_strdup (path);
  self->base_dn = g_strdup (base_dn);
  return self;
}

/**
 * intimail_ldif_directory_get_path:
 * @self: a directory
 *
 * Gets the name of the LDIF file.
 *
 * Returns: (transfer none) (type filename): the path
 *
 * Since: 1.0
 */
const char *
intimail_ldif_directory_get_path (IntimailLdifDirectory *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LDIF_DIRECTORY (self), NULL);

  return self->path;
}

static gboolean
check_base_dn (const char *base_dn, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (base_dn, ",", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      const char *label = parts[i] + strlen ("dc=");

      if (!g_str_has_prefix (parts[i], "dc=") || *label == '\0' ||
          strspn (label, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (label))
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "\"%s\" cannot be a base: write dc=home,dc=example", base_dn);
          return FALSE;
        }
    }

  return parts[0] != NULL;
}

static void
add_unit (GPtrArray *entries, const char *base_dn, const char *unit)
{
  g_autofree char *dn = g_strdup_printf ("ou=%s,%s", unit, base_dn);
  IntimailLdifEntry *entry = intimail_ldif_entry_new (dn);

  intimail_ldif_entry_add (entry, "objectClass", "organizationalUnit");
  intimail_ldif_entry_add (entry, "ou", unit);
  g_ptr_array_add (entries, entry);
}

GPtrArray *
intimail_ldif_directory_make_entries (const char *base_dn, const char *organization, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (base_dn, ",", 2);
  g_autofree char *admins = g_strconcat ("cn=admins,ou=groups,", base_dn, NULL);
  GPtrArray *entries;
  IntimailLdifEntry *entry;

  if (!check_base_dn (base_dn, error))
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ldif_entry_free);
  entry = intimail_ldif_entry_new (base_dn);
  intimail_ldif_entry_add (entry, "objectClass", "dcObject");
  intimail_ldif_entry_add (entry, "objectClass", "organization");
  intimail_ldif_entry_add (entry, "dc", parts[0] + strlen ("dc="));
  intimail_ldif_entry_add (entry, "o", *organization != '\0' ? organization : base_dn);
  g_ptr_array_add (entries, entry);
  add_unit (entries, base_dn, "people");
  add_unit (entries, base_dn, "groups");
  entry = intimail_ldif_entry_new (admins);
  intimail_ldif_entry_add (entry, "objectClass", "posixGroup");
  intimail_ldif_entry_add (entry, "objectClass", "intimailList");
  intimail_ldif_entry_add (entry, "cn", "admins");
  intimail_ldif_entry_add (entry, "gidNumber", "10000");
  intimail_ldif_entry_add (entry, "description", "Administrators; they also get postmaster@ and abuse@");
  g_ptr_array_add (entries, entry);

  return entries;
}

/**
 * intimail_ldif_directory_create:
 * @path: (type filename): the LDIF file to make
 * @base_dn: the DN of the site, such as `dc=home,dc=example`
 * @organization: the name of the family or association; "" takes @base_dn
 * @error: return location for an error
 *
 * Makes the file of a directory without people, with the group `admins`.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @base_dn is not made of `dc=`,
 * with %INTIMAIL_ERROR_EXISTS when the file is there already, and with
 * %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when it cannot be
 * written.
 *
 * Returns: %TRUE when the file is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_ldif_directory_create (const char *path,
                                const char *base_dn,
                                const char *organization,
                                GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *text = NULL;
  IntimailLdif ldif = { 0 };
  gsize length;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (base_dn != NULL, FALSE);
  g_return_val_if_fail (organization != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entries = intimail_ldif_directory_make_entries (base_dn, organization, error);
  if (entries == NULL)
    return FALSE;
  if (access (path, F_OK) == 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "%s is there already", path);
      return FALSE;
    }
  /* No "version: 1": slapadd(8) takes it for an attribute. */
  ldif.preamble = (char *) "# The people and groups of this site: LDIF (RFC 2849), read by intimail and\n"
                           "# by slapadd(8) with intimail.schema. You may edit it; intimail sees it at once.\n\n";
  ldif.entries = entries;
  text = intimail_ldif_to_string (&ldif, &length);

  return intimail_file_replace (path, text, length, 0600, error);
}

/* Takes over what was read; with the mutex. The same mistake is said once. */
static void
keep_reading (IntimailLdifDirectory *self, IntimailLdifState *state, IntimailLdifStamp *stamp, GError *mistake)
{
  if (mistake != NULL && (self->mistake == NULL || !g_str_equal (self->mistake->message, mistake->message)))
    g_warning ("The directory is not taken over: %s", mistake->message);

  self->stamp = *stamp;
  g_clear_error (&self->mistake);
  self->mistake = mistake;
  if (state != NULL)
    {
      g_clear_pointer (&self->state, intimail_ldif_state_unref);
      self->state = state;
    }
}

IntimailLdifState *
intimail_ldif_directory_get_state (IntimailLdifDirectory *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!intimail_ldif_stamp_is_current (&self->stamp, self->path) &&
      (self->state == NULL || !intimail_ldif_stamp_is_being_edited (&self->stamp, self->path)))
    {
      IntimailLdifStamp stamp;
      GError *mistake = NULL;
      IntimailLdifState *state = intimail_ldif_file_read (self->path, self->base_dn, &stamp, &mistake);

      keep_reading (self, state, &stamp, mistake);
    }
  if (self->state == NULL)
    {
      g_propagate_error (error, g_error_copy (self->mistake));
      return NULL;
    }

  return intimail_ldif_state_ref (self->state);
}

static IntimailLdifState *
get_state (IntimailDirectory *directory, GError **error)
{
  return intimail_ldif_directory_get_state (INTIMAIL_LDIF_DIRECTORY (directory), error);
}

/* Somebody's editor is at it: let it finish. */
static void
wait_for_editor (IntimailLdifDirectory *self)
{
  IntimailLdifStamp stamp;

  g_mutex_lock (&self->mutex);
  stamp = self->stamp;
  g_mutex_unlock (&self->mutex);
  for (int i = 0; i < 50 && intimail_ldif_stamp_is_being_edited (&stamp, self->path); i++)
    g_usleep (20 * 1000);
}

/* Under the writers' lock: the file as it is, and as it shall be. */
static gboolean
change_locked (IntimailLdifDirectory *self, IntimailLdifChange change, gpointer data, GError **error)
{
  g_autoptr (IntimailLdifState) old = NULL;
  g_autoptr (IntimailLdifState) made = NULL;
  g_autofree char *text = NULL;
  IntimailLdifStamp stamp;
  gsize length;

  wait_for_editor (self);
  old = intimail_ldif_file_read (self->path, self->base_dn, &stamp, error);
  if (old == NULL)
    {
      g_prefix_error (error, "the directory cannot be changed before this is mended: ");
      return FALSE;
    }
  if (!change (old, data, error))
    return FALSE;

  /* What is written is read first: nothing goes out that would not come in. */
  text = intimail_ldif_to_string (old->ldif, &length);
  made = intimail_ldif_state_parse (text, length, self->base_dn, self->path, error);
  if (made == NULL)
    return FALSE;

  return intimail_ldif_file_write (self->path, text, length, error);
}

gboolean
intimail_ldif_directory_change (IntimailLdifDirectory *self,
                                IntimailLdifChange change,
                                gpointer data,
                                GCancellable *cancellable,
                                GError **error)
{
  g_auto (IntimailFd) lock = intimail_ldif_file_lock (self->path, cancellable, error);

  if (lock < 0)
    return FALSE;

  return change_locked (self, change, data, error);
}

static IntimailPerson *
lookup_person (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  IntimailLdifPerson *person = state != NULL ? intimail_ldif_state_lookup_person (state, uid, error) : NULL;

  return person != NULL ? intimail_person_lend (person->person) : NULL;
}

static GPtrArray *
lookup_people (IntimailDirectory *directory, const char *const *uids, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  GPtrArray *people;

  if (state == NULL)
    return NULL;
  people = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; uids[i] != NULL; i++)
    {
      IntimailLdifPerson *person = g_hash_table_lookup (state->uids, uids[i]);

      if (person != NULL)
        g_ptr_array_add (people, intimail_person_lend (person->person));
    }

  return people;
}

static IntimailGroup *
lookup_group (IntimailDirectory *directory, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  IntimailLdifGroup *group = state != NULL ? intimail_ldif_state_lookup_group (state, name, error) : NULL;

  return group != NULL ? intimail_group_lend (group->group) : NULL;
}

static GObject *
find_owner (IntimailDirectory *directory, const char *const *addresses, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);

  return state != NULL ? intimail_ldif_state_find_owner (state, addresses, error) : NULL;
}

static gboolean
serves_domain (IntimailDirectory *directory,
               const char *domain,
               gboolean *serves,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);

  if (state == NULL)
    return FALSE;
  *serves = g_hash_table_contains (state->domains, domain);
  return TRUE;
}

static GPtrArray *
search_people (IntimailDirectory *directory,
               const char *text,
               const char *after,
               guint limit,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  g_autofree char *folded = g_utf8_casefold (text, -1);
  GPtrArray *people;

  if (state == NULL)
    return NULL;
  people = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < state->people->len && people->len < limit; i++)
    {
      IntimailLdifPerson *person = state->people->pdata[i];

      if (strcmp (intimail_person_get_uid (person->person), after) > 0 &&
          intimail_person_matches (person->person, folded))
        g_ptr_array_add (people, intimail_person_lend (person->person));
    }

  return people;
}

static GPtrArray *
list_people (IntimailDirectory *directory, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  GPtrArray *people;

  if (state == NULL)
    return NULL;
  people = g_ptr_array_new_full (state->people->len, g_object_unref);
  for (guint i = 0; i < state->people->len; i++)
    {
      IntimailLdifPerson *person = state->people->pdata[i];

      g_ptr_array_add (people, intimail_person_lend (person->person));
    }

  return people;
}

static GPtrArray *
list_groups (IntimailDirectory *directory, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  GPtrArray *groups;

  if (state == NULL)
    return NULL;
  groups = g_ptr_array_new_full (state->groups->len, g_object_unref);
  for (guint i = 0; i < state->groups->len; i++)
    {
      IntimailLdifGroup *group = state->groups->pdata[i];

      g_ptr_array_add (groups, intimail_group_lend (group->group));
    }

  return groups;
}

static GPtrArray *
list_groups_of (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  GPtrArray *groups;

  if (state == NULL)
    return NULL;
  groups = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < state->groups->len; i++)
    {
      IntimailLdifGroup *group = state->groups->pdata[i];

      if (intimail_group_has_member (group->group, uid))
        g_ptr_array_add (groups, intimail_group_lend (group->group));
    }

  return groups;
}

/* Of an app password when there is one with that id; of the person without an id. */
static const char **
list_hashes (IntimailLdifState *state, IntimailLdifPerson *person, const char *app_password_id)
{
  IntimailLdifEntry *entry = person != NULL ? person->entry : NULL;

  if (person != NULL && app_password_id != NULL)
    entry = intimail_ldif_state_find_app_password (state, person, app_password_id);

  return entry != NULL ? intimail_ldif_entry_list (entry, "userPassword") : NULL;
}

/* The password is hashed without the mutex: it takes its time. */
static IntimailPerson *
check_login (IntimailDirectory *directory,
             const char *login,
             const char *app_password_id,
             const char *password,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (IntimailLdifState) state = get_state (directory, error);
  g_autofree const char **hashes = NULL;
  IntimailLdifPerson *person;

  if (state == NULL)
    return NULL;
  person = intimail_ldif_state_find_login (state, login);
  hashes = list_hashes (state, person, app_password_id);
  if (app_password_id != NULL ? !intimail_password_check_random (password, hashes) : !intimail_password_check (password, hashes))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                           "the name or the password is wrong");
      return NULL;
    }
  if (!intimail_person_is_active (person->person))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED,
                   "\"%s\" is disabled", intimail_person_get_uid (person->person));
      return NULL;
    }

  return intimail_person_lend (person->person);
}

static const char *
get_base_dn (IntimailDirectory *directory)
{
  return INTIMAIL_LDIF_DIRECTORY (directory)->base_dn;
}

static guint64
get_generation (IntimailDirectory *directory)
{
  return intimail_ldif_file_get_generation (INTIMAIL_LDIF_DIRECTORY (directory)->path);
}

static void
directory_iface_init (IntimailDirectoryInterface *iface)
{
  iface->get_generation = get_generation;
  iface->get_base_dn = get_base_dn;
  intimail_ldif_import_init_interface (iface);
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
  intimail_ldif_change_init_interface (iface);
  intimail_ldif_app_password_init_interface (iface);
  intimail_ldif_second_factor_init_interface (iface);
}
