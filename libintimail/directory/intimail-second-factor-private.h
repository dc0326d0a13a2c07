/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Time-based codes (TOTP, RFC 6238) as a second factor, and the recovery codes for who
 * has lost the device that makes them.
 */

#pragma once

#include <intimail/intimail-second-factor.h>

G_BEGIN_DECLS

#define INTIMAIL_SECOND_FACTOR_N_RECOVERY_CODES 10

/* @secret NULL: there is none. @recovery_hashes NULL is an empty list. */
IntimailSecondFactor *intimail_second_factor_new (const char *secret,
                                                  guint64 counter,
                                                  const char *const *recovery_hashes);

/* NULL when there is none. */
const char *intimail_second_factor_get_secret (IntimailSecondFactor *self);

/* That of the last code that was taken: older ones are not taken any more. */
guint64 intimail_second_factor_get_counter (IntimailSecondFactor *self);

const char *const *intimail_second_factor_get_recovery_hashes (IntimailSecondFactor *self);

gboolean intimail_second_factor_equal (IntimailSecondFactor *self,
                                       IntimailSecondFactor *other);

/* A new one of @secret, which @code proves; PERMISSION_DENIED when it does not,
 * INVALID_ARGUMENT when @secret cannot be one. @recovery_codes is what to show. */
IntimailSecondFactor *intimail_second_factor_begin (const char *secret,
                                                    const char *code,
                                                    gint64 now,
                                                    char ***recovery_codes,
                                                    GError **error);

/* The same with other recovery codes. */
IntimailSecondFactor *intimail_second_factor_renew (IntimailSecondFactor *self,
                                                    char ***recovery_codes);

/* What is left when @code was used, a code of the device or a recovery code;
 * PERMISSION_DENIED when it is none, or was used. @now in seconds since 1970. */
IntimailSecondFactor *intimail_second_factor_use (IntimailSecondFactor *self,
                                                  const char *code,
                                                  gint64 now,
                                                  GError **error);

G_END_DECLS
