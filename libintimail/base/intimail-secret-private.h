/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Random tokens, identifiers made by hashing, and what must not leak.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Fills @buffer from the kernel's generator; ends the process if there is none:
 * a guessable token is worse. */
void intimail_secret_random (gpointer buffer,
                             gsize length);

/* A random name of lower-case base32 letters (a-z2-7), made of @length bytes. */
char *intimail_secret_token (gsize length);

/* Lower-case base32 (RFC 4648 section 6) without padding: no two ids differ by
 * case alone, and every one is a file name. */
char *intimail_base32_encode (gconstpointer data,
                              gsize length);

/* @prefix and the first 128 bits of SHA-256 of @data in base32: 26 characters. */
char *intimail_hash_id (const char *prefix,
                        gconstpointer data,
                        gsize length);

/* Compares in a time that depends on the lengths alone. */
gboolean intimail_secret_equal (const char *a,
                                const char *b);

/* Overwrites a password before its memory is freed. */
void intimail_secret_free (char *secret);

/* 32 random bytes in the file @name of @folder, which both are made when they are not
 * there; all processes get the same. FAILED or STORAGE_FULL. */
GBytes *intimail_secret_file_load (const char *folder,
                                   const char *name,
                                   GError **error);

/* The first line of a file, for intimail_secret_free(). UNAVAILABLE when it cannot be
 * read, is empty, or, with @private_only, when others than its owner may read it. */
char *intimail_secret_load (const char *path,
                            gboolean private_only,
                            GError **error);

G_END_DECLS
