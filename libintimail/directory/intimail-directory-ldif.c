/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People and groups as LDIF: out of a directory, and all or none of them into it.
 */

#include <intimail/intimail-directory.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-ldif-directory-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-newcomer-private.h"
#include "directory/intimail-person-private.h"

/* As in a new directory. */
#define FIRST_GID 10000

static IntimailLdifEntry *
export_person (IntimailPerson *person, const char *base)
{
  g_autofree char *dn = g_strdup_printf ("uid=%s,ou=people,%s", intimail_person_get_uid (person), base);
  IntimailLdifEntry *entry = intimail_ldif_entry_new (dn);

  intimail_ldif_entry_set_person (entry, person);
  return entry;
}

static IntimailLdifEntry *
export_group (IntimailGroup *group, const char *base, guint *gid)
{
  const char *name = intimail_group_get_name (group);
  g_autofree char *dn = g_strdup_printf ("cn=%s,ou=groups,%s", name, base);
  g_autofree char *number = g_strdup_printf ("%u", g_str_equal (name, INTIMAIL_GROUP_ADMINS) ? FIRST_GID : ++*gid);
  IntimailLdifEntry *entry = intimail_ldif_entry_new (dn);

  intimail_ldif_entry_set_group (entry, group);
  intimail_ldif_entry_set_one (entry, "gidNumber", number);
  return entry;
}

/* The base and its branches, without the group that is exported by itself. */
static GPtrArray *
make_branches (const char *base, GError **error)
{
  GPtrArray *entries = intimail_ldif_directory_make_entries (base, "", error);

  if (entries != NULL)
    g_ptr_array_remove_index (entries, entries->len - 1);

  return entries;
}

/**
 * intimail_directory_export_ldif:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes everybody and all groups as LDIF (RFC 2849), with the branches that they are in:
 * in our own schema, whatever the directory's is, as slapadd(8) and
 * [method@Intimail.Directory.import_ldif] take it. Passwords are not in it, nor what means
 * nothing to us; groups get numbers of their own.
 *
 * Fails as [method@Intimail.Directory.list_people] does, and with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when the base of the directory is not made of `dc=`.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
intimail_directory_export_ldif (IntimailDirectory *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  IntimailLdif ldif = { 0 };
  const char *base;
  guint gid = FIRST_GID;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  base = INTIMAIL_DIRECTORY_GET_IFACE (self)->get_base_dn (self);
  people = intimail_directory_list_people (self, cancellable, error);
  groups = people != NULL ? intimail_directory_list_groups (self, cancellable, error) : NULL;
  if (groups == NULL)
    return NULL;
  entries = make_branches (base, NULL);
  if (entries == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                   "the base \"%s\" cannot be written as LDIF of ours: it is not like dc=home,dc=example", base);
      return NULL;
    }
  for (guint i = 0; i < people->len; i++)
    g_ptr_array_add (entries, export_person (people->pdata[i], base));
  for (guint i = 0; i < groups->len; i++)
    g_ptr_array_add (entries, export_group (groups->pdata[i], base, &gid));
  ldif.entries = entries;

  return intimail_ldif_to_string (&ldif, &(gsize){ 0 });
}

static IntimailLdifEntry *
copy_entry (IntimailLdifEntry *entry)
{
  IntimailLdifEntry *copy = intimail_ldif_entry_new (entry->dn);

  for (guint i = 0; i < entry->values->len; i++)
    {
      const IntimailLdifValue *value = entry->values->pdata[i];

      intimail_ldif_entry_add_bytes (copy, value->name, value->value, value->length);
    }

  return copy;
}

/* What stands above people and groups is there already. */
static gboolean
is_branch (IntimailLdifEntry *entry)
{
  return intimail_ldif_entry_has (entry, "objectClass", "organizationalUnit") ||
         intimail_ldif_entry_has (entry, "objectClass", "dcObject") ||
         intimail_ldif_entry_has (entry, "objectClass", "organization");
}

/* @admins gets the group that every directory has. */
static gboolean
read_entry (IntimailLdifEntry *entry, GPtrArray *newcomers, IntimailGroup **admins, GError **error)
{
  g_autoptr (IntimailGroup) group = NULL;
  IntimailPerson *person;

  if (intimail_ldif_entry_is_person (entry))
    {
      person = intimail_ldif_entry_to_person (entry, "line", error);
      if (person != NULL)
        g_ptr_array_add (newcomers, intimail_newcomer_new_person (entry->line, person, copy_entry (entry), NULL));
      return person != NULL;
    }
  if (intimail_ldif_entry_is_group (entry))
    {
      group = intimail_ldif_entry_to_group (entry, "line", error);
      if (group == NULL)
        return FALSE;
      if (g_str_equal (intimail_group_get_name (group), INTIMAIL_GROUP_ADMINS))
        g_set_object (admins, group);
      else
        g_ptr_array_add (newcomers, intimail_newcomer_new_group (entry->line, g_steal_pointer (&group), copy_entry (entry)));
      return TRUE;
    }
  if (is_branch (entry))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "line:%u: \"%s\" is neither a person with uid and mail, nor a group, nor a branch", entry->line, entry->dn);

  return FALSE;
}

/* "line:7: x" is "line 7: x" elsewhere. */
static void
propagate (GError **error, GError *local_error)
{
  g_autoptr (GError) owned = local_error;
  const char *message = owned->message;

  if (g_str_has_prefix (message, "line:"))
    g_set_error (error, owned->domain, owned->code, "line %s", message + strlen ("line:"));
  else
    g_propagate_error (error, g_steal_pointer (&owned));
}

static GPtrArray *
read_newcomers (const char *text, IntimailGroup **admins, GError **error)
{
  GError *local_error = NULL;
  g_autoptr (GPtrArray) newcomers = g_ptr_array_new_with_free_func (intimail_newcomer_free);
  IntimailLdif *ldif = intimail_ldif_parse (text, strlen (text), "line", &intimail_ldif_default_limits, &local_error);

  for (guint i = 0; ldif != NULL && i < ldif->entries->len && local_error == NULL; i++)
    read_entry (ldif->entries->pdata[i], newcomers, admins, &local_error);
  intimail_ldif_free (ldif);
  if (local_error == NULL)
    return g_steal_pointer (&newcomers);
  propagate (error, local_error);

  return NULL;
}

/* Whoever administrates by the text does so here too. */
static gboolean
join_admins (IntimailDirectory *self, IntimailGroup *wanted, GError **error)
{
  g_autoptr (IntimailGroup) admins = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) members = NULL;
  const char *const *more;

  if (wanted == NULL || intimail_group_get_members (wanted)[0] == NULL)
    return TRUE;
  admins = intimail_directory_lookup_group (self, INTIMAIL_GROUP_ADMINS, NULL, error);
  if (admins == NULL)
    return FALSE;
  g_strv_builder_addv (builder, (const char **) intimail_group_get_members (admins));
  more = intimail_group_get_members (wanted);
  for (gsize i = 0; more[i] != NULL; i++)
    if (!intimail_group_has_member (admins, more[i]))
      g_strv_builder_add (builder, more[i]);
  members = g_strv_builder_end (builder);
  intimail_group_set_members (admins, (const char *const *) members);

  return intimail_directory_update_group (self, admins, NULL, error);
}

/**
 * intimail_directory_import_ldif:
 * @self: a directory
 * @text: LDIF (RFC 2849) of entries, in our own schema
 * @n_added: (out) (optional): return location for how many people and groups were added
 * @cancellable: (nullable): a cancellable, heeded until the first one is added
 * @error: return location for an error
 *
 * Adds the people and groups of a text: all of them or none. They come under the base of
 * this directory, whatever theirs was, with what else stands in their entries, hashed
 * passwords among it. The members of a group `admins` join that of the directory; entries
 * above people and groups are left out.
 *
 * The whole text is looked at before anything is added, and when something fails after
 * that, what was added is removed again.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT and the line when something in the text
 * cannot be right or is something else, with %INTIMAIL_ERROR_EXISTS when a name or an
 * address is taken or there twice, with %INTIMAIL_ERROR_NOT_FOUND when a member is nobody,
 * with %INTIMAIL_ERROR_TOO_LARGE over 100,000 entries, with %INTIMAIL_ERROR_PERMISSION_DENIED
 * when the directory acts for somebody who does not administrate the site, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be changed now.
 *
 * Returns: %TRUE when all of them are on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_import_ldif (IntimailDirectory *self,
                                const char *text,
                                guint *n_added,
                                GCancellable *cancellable,
                                GError **error)
{
  g_autoptr (GPtrArray) newcomers = NULL;
  g_autoptr (IntimailGroup) admins = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  newcomers = read_newcomers (text, &admins, error);
  if (newcomers == NULL || !intimail_newcomer_add_all (self, newcomers, cancellable, error))
    return FALSE;
  if (!join_admins (self, admins, error))
    {
      intimail_newcomer_take_back (self, newcomers, newcomers->len);
      return FALSE;
    }
  if (n_added != NULL)
    *n_added = newcomers->len;

  return TRUE;
}
