/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-library-private.h"

#include "base/intimail-library-private.h"

/* The binary interface that the headers belong to. */
#if LDAP_VENDOR_VERSION >= 20600
#define NAME "libldap.so.2"
#else
#define NAME "libldap-2.5.so.0"
#endif

#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (library, name),

static IntimailLdapLibrary library;

const IntimailLdapLibrary *
intimail_ldap_library_get (GError **error)
{
  static const IntimailLibraryFunction functions[] = { INTIMAIL_LDAP_FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  ready = ready || intimail_library_load (NAME, functions, G_N_ELEMENTS (functions), error);
  if (ready)
    return &library;
  g_prefix_error (error, "an LDAP server needs libldap, the package of OpenLDAP's library: ");
  return NULL;
}
