/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-library-private.h"

#include <dlfcn.h>

#include <intimail/intimail-error.h>

/* The binary interface that the headers belong to. */
#if LDAP_VENDOR_VERSION >= 20600
#define NAME "libldap.so.2"
#else
#define NAME "libldap-2.5.so.0"
#endif

static IntimailLdapLibrary library;

/* A function's pointer from an object's (POSIX, dlsym()); FALSE when it is not there. */
#define LOAD(name)                                  \
  *(void **) &library.name = dlsym (handle, #name); \
  if (library.name == NULL)                         \
    return g_strdup_printf (NAME " has no %s()", #name);

static char *
load_functions (void *handle)
{
  INTIMAIL_LDAP_FUNCTIONS (LOAD)

  return NULL;
}

/* NULL, or what is wrong. */
static gpointer
load (gpointer data)
{
  void *handle = dlopen (NAME, RTLD_NOW | RTLD_LOCAL);

  return handle != NULL ? load_functions (handle) : g_strdup (dlerror ());
}

const IntimailLdapLibrary *
intimail_ldap_library_get (GError **error)
{
  static GOnce once = G_ONCE_INIT;
  const char *mistake = g_once (&once, load, NULL);

  if (mistake == NULL)
    return &library;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "an LDAP server needs libldap, the package of OpenLDAP's library: %s", mistake);
  return NULL;
}
