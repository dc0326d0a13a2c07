/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * App passwords: their form, and what only a directory may do to one.
 *
 * The id of one is the beginning of its SHA-256: it names the entry below the person, so
 * that one bind or one hash verifies it. Dovecot computes the same; it asks the server
 * for the id of whatever it is given, and a log then holds 16 bits of a hash and no
 * letter of a password.
 */

#pragma once

#include <intimail/intimail-app-password.h>

G_BEGIN_DECLS

/* Of the hash. No two of one person have the same. */
#define INTIMAIL_APP_PASSWORD_ID_BITS 16
#define INTIMAIL_APP_PASSWORD_ID_LENGTH (INTIMAIL_APP_PASSWORD_ID_BITS / 4)

/* What one person may have. */
#define INTIMAIL_APP_PASSWORD_MAX 100

/* How old a last use has to be before it is written again, in seconds. */
#define INTIMAIL_APP_PASSWORD_USE_INTERVAL 3600

IntimailAppPassword *intimail_app_password_new (const char *id,
                                                const char *name,
                                                gint64 created,
                                                gint64 last_use);

/* INVALID_ARGUMENT when a person cannot call one so. */
gboolean intimail_app_password_check_name (const char *name,
                                           GError **error);

gboolean intimail_app_password_is_valid_id (const char *id);

/* A new text with 125 random bits; to be freed by intimail_secret_free(). */
char *intimail_app_password_generate (void);

/* The id of a text that has the form of an app password, or NULL. */
char *intimail_app_password_make_id (const char *text);

/* For g_ptr_array_sort(): the oldest first. */
int intimail_app_password_compare (gconstpointer a,
                                   gconstpointer b);

G_END_DECLS
