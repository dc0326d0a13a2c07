/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-gmime-private.h"

#include "base/intimail-library-private.h"

/* The binary interface that the headers belong to. */
#define NAME "libgmime-3.0.so.0"

#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (intimail_gmime, name),

IntimailGmime intimail_gmime;

gboolean
intimail_gmime_load (GError **error)
{
  static const IntimailLibraryFunction functions[] = { INTIMAIL_GMIME_FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (ready)
    return TRUE;
  if (!intimail_library_load (NAME, functions, G_N_ELEMENTS (functions), error))
    return FALSE;
  intimail_gmime.g_mime_init ();
  ready = TRUE;

  return TRUE;
}

void
intimail_gmime_require (void)
{
  g_autoptr (GError) error = NULL;

  if (!intimail_gmime_load (&error))
    g_error ("%s", error->message);
}
