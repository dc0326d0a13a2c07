/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The embedded directory: many entries come in by one change of the file.
 */

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-ldif-directory-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"

typedef struct
{
  GPtrArray *entries;
  GPtrArray *hashes; /* or NULL */
  guint *failed;
} Request;

/* What stands in the entry, under a name of ours. */
static IntimailLdifEntry *
copy_into (IntimailLdif *ldif, IntimailLdifEntry *entry, const char *dn)
{
  IntimailLdifEntry *copy = intimail_ldif_add_entry (ldif, dn);

  for (guint i = 0; i < entry->values->len; i++)
    {
      const IntimailLdifValue *value = entry->values->pdata[i];

      intimail_ldif_entry_add_bytes (copy, value->name, value->value, value->length);
    }

  return copy;
}

static gboolean
add_person (IntimailLdifState *state, IntimailLdifEntry *entry, const char *hash, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_ldif_entry_to_person (entry, "entry", error);
  g_autofree char *dn = NULL;
  const IntimailLdifValue *uuid;
  IntimailLdifEntry *copy;

  if (person == NULL)
    return FALSE;
  dn = g_strdup_printf ("uid=%s,ou=people,%s", intimail_person_get_uid (person), state->base_dn);
  copy = copy_into (state->ldif, entry, dn);
  intimail_ldif_entry_set_person (copy, person);
  uuid = intimail_ldif_entry_get (entry, "entryUUID");
  if (uuid == NULL)
    {
      g_autofree char *made = g_uuid_string_random ();

      intimail_ldif_entry_set_one (copy, "entryUUID", made);
    }
  if (hash != NULL)
    intimail_ldif_entry_set_one (copy, "userPassword", hash);

  return TRUE;
}

static gboolean
add_group (IntimailLdifState *state, IntimailLdifEntry *entry, GError **error)
{
  g_autoptr (IntimailGroup) group = intimail_ldif_entry_to_group (entry, "entry", error);
  g_autofree char *dn = NULL;
  g_autofree char *gid = NULL;
  IntimailLdifEntry *copy;

  if (group == NULL)
    return FALSE;
  dn = g_strdup_printf ("cn=%s,ou=groups,%s", intimail_group_get_name (group), state->base_dn);
  gid = g_strdup_printf ("%" G_GUINT64_FORMAT, intimail_ldif_change_find_gid (state));
  copy = copy_into (state->ldif, entry, dn);
  intimail_ldif_entry_set_group (copy, group);
  intimail_ldif_entry_set_one (copy, "gidNumber", gid);

  return TRUE;
}

/* That a name or an address is there twice, who reads the whole of it sees. */
static gboolean
add_all (IntimailLdifState *state, gpointer data, GError **error)
{
  Request *request = data;

  for (guint i = 0; i < request->entries->len; i++)
    {
      IntimailLdifEntry *entry = request->entries->pdata[i];

      if (intimail_ldif_entry_is_person (entry) ? add_person (state, entry, request->hashes->pdata[i], error)
                                                : add_group (state, entry, error))
        continue;
      *request->failed = i;
      return FALSE;
    }

  return TRUE;
}

/* Passwords are hashed before the file is locked: it takes its time. */
static gboolean
add_entries (IntimailDirectory *directory, GPtrArray *entries, GPtrArray *passwords, guint *failed, GError **error)
{
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_secret_free);
  Request request = { .entries = entries, .hashes = hashes, .failed = failed };

  for (guint i = 0; i < passwords->len; i++)
    {
      char *hash = passwords->pdata[i] != NULL ? intimail_password_hash (passwords->pdata[i], error) : NULL;

      if (passwords->pdata[i] != NULL && hash == NULL)
        {
          *failed = i;
          return FALSE;
        }
      g_ptr_array_add (hashes, hash);
    }

  return intimail_ldif_directory_change (INTIMAIL_LDIF_DIRECTORY (directory), add_all, &request, NULL, error);
}

void
intimail_ldif_import_init_interface (IntimailDirectoryInterface *iface)
{
  iface->add_entries = add_entries;
}
