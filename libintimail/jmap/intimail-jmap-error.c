/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Method-level errors (RFC 8620 section 3.6.2).
 */

#include "jmap/intimail-jmap-private.h"

#include <intimail/intimail-error.h>

G_DEFINE_QUARK (intimail_jmap_error, intimail_jmap_error)

static const char *const type_names[] = {
  [INTIMAIL_JMAP_ERROR_SERVER_FAIL] = "serverFail",
  [INTIMAIL_JMAP_ERROR_SERVER_UNAVAILABLE] = "serverUnavailable",
  [INTIMAIL_JMAP_ERROR_UNKNOWN_METHOD] = "unknownMethod",
  [INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS] = "invalidArguments",
  [INTIMAIL_JMAP_ERROR_INVALID_RESULT_REFERENCE] = "invalidResultReference",
  [INTIMAIL_JMAP_ERROR_FORBIDDEN] = "forbidden",
  [INTIMAIL_JMAP_ERROR_ACCOUNT_NOT_FOUND] = "accountNotFound",
  [INTIMAIL_JMAP_ERROR_ACCOUNT_NOT_SUPPORTED_BY_METHOD] = "accountNotSupportedByMethod",
  [INTIMAIL_JMAP_ERROR_ACCOUNT_READ_ONLY] = "accountReadOnly",
  [INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE] = "requestTooLarge",
  [INTIMAIL_JMAP_ERROR_STATE_MISMATCH] = "stateMismatch",
  [INTIMAIL_JMAP_ERROR_CANNOT_CALCULATE_CHANGES] = "cannotCalculateChanges",
  [INTIMAIL_JMAP_ERROR_TOO_MANY_CHANGES] = "tooManyChanges",
  [INTIMAIL_JMAP_ERROR_ANCHOR_NOT_FOUND] = "anchorNotFound",
  [INTIMAIL_JMAP_ERROR_UNSUPPORTED_SORT] = "unsupportedSort",
  [INTIMAIL_JMAP_ERROR_UNSUPPORTED_FILTER] = "unsupportedFilter",
  [INTIMAIL_JMAP_ERROR_FROM_ACCOUNT_NOT_FOUND] = "fromAccountNotFound",
};

const char *
intimail_jmap_error_get_type_name (const GError *error)
{
  if (error->domain == INTIMAIL_JMAP_ERROR && error->code >= 0 &&
      error->code < (int) G_N_ELEMENTS (type_names))
    return type_names[error->code];
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST))
    return "cannotCalculateChanges";
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE))
    return "serverUnavailable";

  return "serverFail";
}

JsonObject *
intimail_jmap_error_to_json (const GError *error)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", intimail_jmap_error_get_type_name (error));
  if (error->domain == INTIMAIL_JMAP_ERROR)
    json_object_set_string_member (object, "description", error->message);

  return object;
}
