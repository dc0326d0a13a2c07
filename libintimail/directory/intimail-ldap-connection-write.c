/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A connection's operations that change something.
 */

#include "directory/intimail-ldap-connection-private.h"

#include <string.h>

#include "directory/intimail-ldap-library-private.h"

static LDAPMod *
mod_new (int op, const char *attribute, const char *const *values)
{
  LDAPMod *mod = g_new0 (LDAPMod, 1);
  gsize n = g_strv_length ((char **) values);

  mod->mod_op = op | LDAP_MOD_BVALUES;
  mod->mod_type = g_strdup (attribute);
  mod->mod_bvalues = g_new0 (struct berval *, n + 1);
  for (gsize i = 0; i < n; i++)
    {
      mod->mod_bvalues[i] = g_new0 (struct berval, 1);
      mod->mod_bvalues[i]->bv_val = g_strdup (values[i]);
      mod->mod_bvalues[i]->bv_len = strlen (values[i]);
    }

  return mod;
}

static void
mod_free (gpointer data)
{
  LDAPMod *mod = data;

  if (mod == NULL)
    return;
  for (gsize i = 0; mod->mod_bvalues[i] != NULL; i++)
    {
      g_free (mod->mod_bvalues[i]->bv_val);
      g_free (mod->mod_bvalues[i]);
    }
  g_free (mod->mod_bvalues);
  g_free (mod->mod_type);
  g_free (mod);
}

gboolean
intimail_ldap_connection_add (IntimailLdapConnection *self,
                              IntimailLdifEntry *entry,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GPtrArray) mods = g_ptr_array_new_with_free_func (mod_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  int code;
  int id;

  for (guint i = 0; i < entry->values->len; i++)
    {
      IntimailLdifValue *value = entry->values->pdata[i];
      g_autofree const char **values = intimail_ldif_entry_list (entry, value->name);

      if (g_hash_table_add (seen, value->name))
        g_ptr_array_add (mods, mod_new (LDAP_MOD_ADD, value->name, (const char *const *) values));
    }
  g_ptr_array_add (mods, NULL);
  code = self->library->ldap_add_ext (self->ld, entry->dn, (LDAPMod **) mods->pdata, NULL, NULL, &id);
  if (code == LDAP_SUCCESS)
    code = intimail_ldap_connection_wait (self, id, NULL, cancellable);

  return intimail_ldap_connection_finish (self, code, "add an entry", error);
}

gboolean
intimail_ldap_connection_modify (IntimailLdapConnection *self,
                                 const char *dn,
                                 GPtrArray *modifications,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GPtrArray) mods = g_ptr_array_new_with_free_func (mod_free);
  int code;
  int id;

  for (guint i = 0; i < modifications->len; i++)
    {
      IntimailLdapModification *modification = modifications->pdata[i];

      if (modification->removed[0] != NULL)
        g_ptr_array_add (mods, mod_new (LDAP_MOD_DELETE, modification->attribute, (const char *const *) modification->removed));
      if (modification->added[0] != NULL)
        g_ptr_array_add (mods, mod_new (LDAP_MOD_ADD, modification->attribute, (const char *const *) modification->added));
    }
  if (mods->len == 0)
    return intimail_ldap_connection_finish (self, LDAP_SUCCESS, "", error);
  g_ptr_array_add (mods, NULL);
  code = self->library->ldap_modify_ext (self->ld, dn, (LDAPMod **) mods->pdata, NULL, NULL, &id);
  if (code == LDAP_SUCCESS)
    code = intimail_ldap_connection_wait (self, id, NULL, cancellable);

  return intimail_ldap_connection_finish (self, code, "change an entry", error);
}

gboolean
intimail_ldap_connection_delete (IntimailLdapConnection *self,
                                 const char *dn,
                                 GCancellable *cancellable,
                                 GError **error)
{
  int id;
  int code = self->library->ldap_delete_ext (self->ld, dn, NULL, NULL, &id);

  if (code == LDAP_SUCCESS)
    code = intimail_ldap_connection_wait (self, id, NULL, cancellable);

  return intimail_ldap_connection_finish (self, code, "remove an entry", error);
}

static struct berval
make_berval (const char *text)
{
  return (struct berval){ .bv_val = (char *) text, .bv_len = text != NULL ? strlen (text) : 0 };
}

gboolean
intimail_ldap_connection_set_password (IntimailLdapConnection *self,
                                       const char *dn,
                                       const char *old_password,
                                       const char *new_password,
                                       GCancellable *cancellable,
                                       GError **error)
{
  struct berval who = make_berval (dn);
  struct berval old = make_berval (old_password);
  struct berval wanted = make_berval (new_password);
  int id;
  int code = self->library->ldap_passwd (self->ld, &who, old_password != NULL ? &old : NULL, &wanted, NULL, NULL, &id);

  if (code == LDAP_SUCCESS)
    code = intimail_ldap_connection_wait (self, id, NULL, cancellable);

  return intimail_ldap_connection_finish (self, code, "set a password", error);
}
