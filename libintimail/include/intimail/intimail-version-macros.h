/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which symbols are exported, and since which version.
 */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <glib.h>

#include <intimail/intimail-version.h>

#define INTIMAIL_EXTERN __attribute__ ((visibility ("default"))) extern

#define INTIMAIL_VERSION_1_0 (G_ENCODE_VERSION (1, 0))

/* Define INTIMAIL_VERSION_MIN_REQUIRED to the oldest version that a program has
 * to build with: what was deprecated by then warns. Define
 * INTIMAIL_VERSION_MAX_ALLOWED to the newest whose symbols it may use. */
#ifndef INTIMAIL_VERSION_MIN_REQUIRED
#define INTIMAIL_VERSION_MIN_REQUIRED INTIMAIL_VERSION_1_0
#endif

#ifndef INTIMAIL_VERSION_MAX_ALLOWED
#define INTIMAIL_VERSION_MAX_ALLOWED INTIMAIL_VERSION_1_0
#endif

#if INTIMAIL_VERSION_MAX_ALLOWED < INTIMAIL_VERSION_MIN_REQUIRED
#error "INTIMAIL_VERSION_MAX_ALLOWED is below INTIMAIL_VERSION_MIN_REQUIRED"
#endif

#define INTIMAIL_AVAILABLE_IN_1_0 INTIMAIL_EXTERN
