/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Passwords: made, hashed and checked (crypt(3), yescrypt).
 */

#pragma once

#include <gio/gio.h>

#include <intimail/intimail-directory.h>

G_BEGIN_DECLS

/* What a password may have at most, in bytes: the hash's time grows with it. */
#define INTIMAIL_PASSWORD_MAX_LENGTH 255

/* INVALID_ARGUMENT when the password cannot be one: empty, too long, or not as
 * intimail_precis_prepare_password() wants it. */
gboolean intimail_password_check_form (const char *password,
                                       GError **error);

/* What somebody may mean who has typed @password: the prepared form, and what was typed
 * where that is something else, for it may be what another program has hashed. Empty when
 * it cannot be anybody's. How many there are depends on @password alone. */
char **intimail_password_list_candidates (const char *password);

/* Overwrites them first. */
void intimail_password_free_candidates (char **candidates);

/* As it is to be kept; NULL like intimail_password_check_form(). To be freed by
 * intimail_secret_free(). */
char *intimail_password_prepare (const char *password,
                                 GError **error);

/* "{CRYPT}$y$..." of the prepared password, as LDAP's userPassword wants it.
 * INVALID_ARGUMENT when it cannot be one. */
char *intimail_password_hash (const char *password,
                              GError **error);

/* Whether @password fits one of @hashes. Takes the time of one hash also when
 * there is none, so that the answer's time does not tell who exists. */
gboolean intimail_password_check (const char *password,
                                  const char *const *hashes);

/* The same two for a text with 100 random bits or more, which nobody guesses however
 * fast a hash is: SHA-256 with the least rounds that crypt(5) has, a third of a
 * millisecond in the place of some tens. */
char *intimail_password_hash_random (const char *text,
                                     GError **error);

gboolean intimail_password_check_random (const char *text,
                                         const char *const *hashes);

/* How many hashes this process has computed: so that a test can tell that nobody's
 * takes longer. */
guint intimail_password_get_n_computed (void);

/* INVALID_ARGUMENT, in words for the person, when the password is easy to guess.
 * @old_password, @person and @fault may be NULL. */
gboolean intimail_password_judge (const char *password,
                                  const char *old_password,
                                  IntimailPerson *person,
                                  IntimailPasswordFault *fault,
                                  GError **error);

/* Three syllables, each one of 16 consonants and 5 vowels, so 19 random bits that can be read
 * over the telephone. */
void intimail_password_append_word (GString *text);

/* Such as intimail_password_judge() takes, where there are its rules. */
char *intimail_password_generate (void);

G_END_DECLS
