/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_ERROR_FAILED = 0,
  INTIMAIL_ERROR_INVALID_ARGUMENT = 1,
  INTIMAIL_ERROR_NOT_FOUND = 2,
  INTIMAIL_ERROR_TOO_LARGE = 3,
  INTIMAIL_ERROR_STORAGE_FULL = 4,
  INTIMAIL_ERROR_OVER_QUOTA = 5,
  INTIMAIL_ERROR_EXISTS = 6,
  INTIMAIL_ERROR_NOT_EMPTY = 7,
  INTIMAIL_ERROR_PERMISSION_DENIED = 8,
  INTIMAIL_ERROR_UNAVAILABLE = 9,
  INTIMAIL_ERROR_STATE_LOST = 10,
  INTIMAIL_ERROR_DISABLED = 11,
  INTIMAIL_ERROR_NOT_SUPPORTED = 12,
  INTIMAIL_ERROR_POSTING_REFUSED = 13,
  INTIMAIL_ERROR_LOOP = 14,
  INTIMAIL_ERROR_CODE_NEEDED = 15,
  INTIMAIL_ERROR_UNCERTAIN = 16,
  INTIMAIL_ERROR_RATE_LIMITED = 17,
} IntimailError;

#define INTIMAIL_ERROR (intimail_error_quark ())

INTIMAIL_AVAILABLE_IN_1_0
GQuark intimail_error_quark (void);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_error_get_enhanced_status (const GError *error);

G_END_DECLS
