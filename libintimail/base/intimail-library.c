/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-library-private.h"

#include <dlfcn.h>

#include <intimail/intimail-error.h>

gboolean
intimail_library_load (const char *soname, const IntimailLibraryFunction *functions, gsize n_functions, GError **error)
{
  void *handle = dlopen (soname, RTLD_NOW | RTLD_LOCAL);

  if (handle == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "a library cannot be loaded: %s", dlerror ());
      return FALSE;
    }
  for (gsize i = 0; i < n_functions; i++)
    {
      *functions[i].place = dlsym (handle, functions[i].name);
      if (*functions[i].place == NULL)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "the library %s has no %s()", soname, functions[i].name);
          return FALSE;
        }
    }

  return TRUE;
}
