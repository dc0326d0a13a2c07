/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libcurl, loaded when a site sends through a mail server elsewhere: it brings HTTP, SSH
 * and Kerberos along, which nothing here has a use for.
 */

#pragma once

#include <gio/gio.h>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

G_BEGIN_DECLS

#define INTIMAIL_CURL_FUNCTIONS(X) \
  X (curl_easy_cleanup)            \
  X (curl_easy_getinfo)            \
  X (curl_easy_init)               \
  X (curl_easy_perform)            \
  X (curl_easy_recv)               \
  X (curl_easy_send)               \
  X (curl_easy_setopt)             \
  X (curl_easy_strerror)           \
  X (curl_global_init)

#define INTIMAIL_CURL_DECLARE(name) __typeof__ (name) *name;

typedef struct
{
  INTIMAIL_CURL_FUNCTIONS (INTIMAIL_CURL_DECLARE)
} IntimailCurlLibrary;

/* The functions, loaded and made ready at the first call; UNAVAILABLE when the library
 * is not installed. It stays loaded. */
const IntimailCurlLibrary *intimail_curl_library_get (GError **error);

G_END_DECLS
