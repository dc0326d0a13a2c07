/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-curl-library-private.h"

#include <intimail/intimail-error.h>

#include "base/intimail-library-private.h"

/* Debian has one with each TLS library; libldap has brought GnuTLS already. */
#define NAME "libcurl-gnutls.so.4"
#define OTHER_NAME "libcurl.so.4"

#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (library, name),

static IntimailCurlLibrary library;

static gboolean
load (GError **error)
{
  static const IntimailLibraryFunction functions[] = { INTIMAIL_CURL_FUNCTIONS (ROW) };

  if (!intimail_library_load (NAME, functions, G_N_ELEMENTS (functions), NULL) &&
      !intimail_library_load (OTHER_NAME, functions, G_N_ELEMENTS (functions), error))
    return FALSE;
  if (library.curl_global_init (CURL_GLOBAL_DEFAULT) == CURLE_OK)
    return TRUE;

  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "libcurl does not start");
  return FALSE;
}

const IntimailCurlLibrary *
intimail_curl_library_get (GError **error)
{
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  ready = ready || load (error);
  if (ready)
    return &library;
  g_prefix_error (error, "to send by SMTP needs libcurl: ");
  return NULL;
}
