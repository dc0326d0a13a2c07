/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Libraries that are loaded when something needs them. What few programs need, or none at
 * its start, would else cost each start of every program its time.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  gpointer *place; /* gets the address */
} IntimailLibraryFunction;

/* One row of them, for a structure @library with a pointer of the same name. */
#define INTIMAIL_LIBRARY_FUNCTION(library, function)        \
  {                                                         \
#function, (gpointer *) (gpointer) & (library).function \
  }

/* Loads a library, for good, and looks up the functions. UNAVAILABLE, which names it and
 * says what is wrong, when that cannot be done now: it may be tried again. */
gboolean intimail_library_load (const char *soname,
                                const IntimailLibraryFunction *functions,
                                gsize n_functions,
                                GError **error);

G_END_DECLS
