/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the methods of JMAP share: who calls, and how a method answers.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include <intimail/intimail-jmap.h>

G_BEGIN_DECLS

/* One request being worked on; it belongs to one thread. */
typedef struct
{
  IntimailSite *site;
  IntimailPerson *person;
  IntimailAccount *account;
  const char *account_id;
  GHashTable *created_ids; /* creation id -> id, of all types, latest wins */
  GQueue implicit_calls;   /* what a method wants to be run right after it, under its own call id */
} IntimailJmapContext;

/* A method-level error (RFC 8620 section 3.6.2): the code is an index into the
 * types that the RFC names. */
#define INTIMAIL_JMAP_ERROR (intimail_jmap_error_quark ())
GQuark intimail_jmap_error_quark (void);

typedef enum
{
  INTIMAIL_JMAP_ERROR_SERVER_FAIL,
  INTIMAIL_JMAP_ERROR_SERVER_UNAVAILABLE,
  INTIMAIL_JMAP_ERROR_UNKNOWN_METHOD,
  INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS,
  INTIMAIL_JMAP_ERROR_INVALID_RESULT_REFERENCE,
  INTIMAIL_JMAP_ERROR_FORBIDDEN,
  INTIMAIL_JMAP_ERROR_ACCOUNT_NOT_FOUND,
  INTIMAIL_JMAP_ERROR_ACCOUNT_NOT_SUPPORTED_BY_METHOD,
  INTIMAIL_JMAP_ERROR_ACCOUNT_READ_ONLY,
  INTIMAIL_JMAP_ERROR_REQUEST_TOO_LARGE,
  INTIMAIL_JMAP_ERROR_STATE_MISMATCH,
  INTIMAIL_JMAP_ERROR_CANNOT_CALCULATE_CHANGES,
  INTIMAIL_JMAP_ERROR_TOO_MANY_CHANGES,
  INTIMAIL_JMAP_ERROR_ANCHOR_NOT_FOUND,
  INTIMAIL_JMAP_ERROR_UNSUPPORTED_SORT,
  INTIMAIL_JMAP_ERROR_UNSUPPORTED_FILTER,
} IntimailJmapErrorCode;

/* A method: @arguments have their references resolved and their accountId
 * checked. Returns the response's arguments, or NULL with an error of
 * INTIMAIL_JMAP_ERROR, or of INTIMAIL_ERROR, which becomes serverFail. */
typedef JsonObject *(*IntimailJmapMethod) (IntimailJmapContext *context,
                                           JsonObject *arguments,
                                           GError **error);

/* Runs @method after the running one, with its call id (RFC 8621 section 7.5). */
void intimail_jmap_context_add_call (IntimailJmapContext *context,
                                     const char *method,
                                     JsonObject *arguments);

G_END_DECLS
