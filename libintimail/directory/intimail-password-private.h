/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Passwords: made, hashed and checked (crypt(3), yescrypt).
 */

#pragma once

#include <gio/gio.h>

#include <intimail/intimail-person.h>

G_BEGIN_DECLS

/* What a password may have at most, in bytes: the hash's time grows with it. */
#define INTIMAIL_PASSWORD_MAX_LENGTH 255

/* INVALID_ARGUMENT when the password is empty, too long or holds a control
 * character. */
gboolean intimail_password_check_form (const char *password,
                                       GError **error);

gboolean intimail_password_is_valid (const char *password);

/* "{CRYPT}$y$...", as LDAP's userPassword wants it. INVALID_ARGUMENT when the
 * password is empty, too long or holds a control character. */
char *intimail_password_hash (const char *password,
                              GError **error);

/* Whether @password fits one of @hashes. Takes the time of one hash also when
 * there is none, so that the answer's time does not tell who exists. */
gboolean intimail_password_check (const char *password,
                                  const char *const *hashes);

/* INVALID_ARGUMENT, in words for the person, when the password is easy to guess.
 * @old_password and @person may be NULL. */
gboolean intimail_password_judge (const char *password,
                                  const char *old_password,
                                  IntimailPerson *person,
                                  GError **error);

char *intimail_password_generate (void);

G_END_DECLS
