/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory at an LDAP server: passwords are set and changed there (RFC 3062), and
 * no hash leaves it.
 */

#include "directory/intimail-ldap-directory-private.h"

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-password-private.h"

typedef struct
{
  const char *dn;
  const char *uid; /* whose, or NULL when they are new */
  const char *password;
  const char *old_password;
} Password;

static gboolean
set_prepared (IntimailLdapConnection *connection,
              Password *request,
              const char *old_password,
              GCancellable *cancellable,
              GError **error)
{
  char *prepared = intimail_password_prepare (request->password, error);
  gboolean done = prepared != NULL && intimail_ldap_connection_set_password (connection, request->dn, old_password, prepared,
                                                                             cancellable, error);

  intimail_secret_free (prepared);
  return done;
}

static gboolean
do_set_password (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return set_prepared (connection, data, NULL, cancellable, error);
}

/* As the person, who has to know the old one. */
static gboolean
do_change_password (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Password *request = data;
  char **candidates = intimail_password_list_candidates (request->old_password);
  gboolean done = FALSE;
  guint i = 0;

  while (candidates[i] != NULL && !intimail_ldap_connection_check_password (connection, request->dn, candidates[i], cancellable, error))
    if (candidates[++i] != NULL)
      g_clear_error (error);
  if (candidates[i] != NULL)
    done = set_prepared (connection, request, candidates[i], cancellable, error);
  else if (i == 0)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the name or the password is wrong");
  intimail_password_free_candidates (candidates);

  return done;
}

static gboolean
run (IntimailLdapDirectory *self,
     IntimailLdapRole role,
     IntimailLdapOperation operation,
     Password *request,
     GCancellable *cancellable,
     GError **error)
{
  gboolean done = intimail_ldap_pool_run (self->pool, role, operation, request, NULL, cancellable, error);

  intimail_ldap_directory_note_change (self, request->uid);

  return done;
}

gboolean
intimail_ldap_password_set (IntimailLdapDirectory *self,
                            const char *dn,
                            const char *uid,
                            const char *password,
                            GCancellable *cancellable,
                            GError **error)
{
  Password request = { .dn = dn, .uid = uid, .password = password };

  return run (self, INTIMAIL_LDAP_AS_SERVICE, do_set_password, &request, cancellable, error);
}

static gboolean
set_password (IntimailDirectory *directory,
              const char *uid,
              const char *password,
              GCancellable *cancellable,
              GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdifEntry) entry = NULL;

  if (!intimail_password_check_form (password, error))
    return FALSE;
  entry = intimail_ldap_lookup_entry (self, FALSE, uid, NULL, cancellable, error);
  if (entry == NULL)
    return FALSE;

  return intimail_ldap_password_set (self, entry->dn, uid, password, cancellable, error);
}

static gboolean
change_password (IntimailDirectory *directory,
                 const char *uid,
                 const char *old_password,
                 const char *new_password,
                 GCancellable *cancellable,
                 GError **error)
{
  IntimailLdapDirectory *self = INTIMAIL_LDAP_DIRECTORY (directory);
  g_autoptr (IntimailLdapAnswer) person = intimail_ldap_lookup_person (self, uid, cancellable, error);
  Password request = { .uid = uid, .old_password = old_password, .password = new_password };

  if (person == NULL)
    return FALSE;
  request.dn = person->dn;

  return run (self, INTIMAIL_LDAP_AS_PERSON, do_change_password, &request, cancellable, error);
}

void
intimail_ldap_password_init_interface (IntimailDirectoryInterface *iface)
{
  iface->set_password = set_password;
  iface->change_password = change_password;
}
