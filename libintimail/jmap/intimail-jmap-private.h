/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the methods of JMAP share: who calls, and how a method answers.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include <intimail/intimail-changes.h>
#include <intimail/intimail-jmap.h>

#include "delivery/intimail-sending-private.h"

G_BEGIN_DECLS

/* The limits of the session resource (RFC 8620 section 2). */
#define INTIMAIL_JMAP_MAX_SIZE_REQUEST (10 * 1024 * 1024)
#define INTIMAIL_JMAP_MAX_CALLS_IN_REQUEST 64
#define INTIMAIL_JMAP_MAX_OBJECTS_IN_GET 4096
#define INTIMAIL_JMAP_MAX_OBJECTS_IN_SET 4096

/* The names of a mailbox and of all above it make one file name of 255 bytes, in
 * modified UTF-7. */
#define INTIMAIL_JMAP_MAX_SIZE_MAILBOX_NAME 100
#define INTIMAIL_JMAP_MAX_MAILBOX_DEPTH 16

/* The capability for files that mail links to. */
#define INTIMAIL_JMAP_BIG_FILES "urn:intimail:params:jmap:bigfiles"

/* The capability for answers to invitations. */
#define INTIMAIL_JMAP_INVITATIONS "urn:intimail:params:jmap:invitations"

/* One request being worked on; it belongs to one thread. */
typedef struct
{
  IntimailSite *site;
  IntimailPerson *person;
  IntimailAccount *account;
  const char *account_id;
  GHashTable *created_ids; /* creation id -> id, of all types, latest wins */
  gsize get_budget;        /* what /get calls may still tell, in bytes */
  IntimailSending *sending; /* what is sent at once; made when it is needed */
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
  INTIMAIL_JMAP_ERROR_FROM_ACCOUNT_NOT_FOUND,
} IntimailJmapErrorCode;

/* The name on the wire: "invalidArguments". Errors of other domains: STATE_LOST
 * is cannotCalculateChanges, UNAVAILABLE is serverUnavailable, all others are
 * serverFail. */
const char *intimail_jmap_error_get_type_name (const GError *error);

/* The arguments of an "error" response. What a disk or a directory said stays
 * here: only the errors of this domain are described to the client. */
JsonObject *intimail_jmap_error_to_json (const GError *error);

/* A method: @arguments have their references resolved and their accountId
 * checked. Returns the response's arguments, or NULL with an error of
 * INTIMAIL_JMAP_ERROR, or of INTIMAIL_ERROR, which becomes serverFail. */
typedef JsonObject *(*IntimailJmapMethod) (IntimailJmapContext *context,
                                           JsonObject *arguments,
                                           GError **error);

/* What a request says in "using" to reach a method. */
typedef enum
{
  INTIMAIL_JMAP_CAPABILITY_CORE = 1 << 0,
  INTIMAIL_JMAP_CAPABILITY_MAIL = 1 << 1,
  INTIMAIL_JMAP_CAPABILITY_SUBMISSION = 1 << 2,
  INTIMAIL_JMAP_CAPABILITY_QUOTA = 1 << 3,
  INTIMAIL_JMAP_CAPABILITY_VACATION_RESPONSE = 1 << 4,
  INTIMAIL_JMAP_CAPABILITY_BIG_FILES = 1 << 5,   /* ours */
  INTIMAIL_JMAP_CAPABILITY_INVITATIONS = 1 << 6, /* ours */
} IntimailJmapCapability;

typedef enum
{
  INTIMAIL_JMAP_METHOD_PLAIN = 0,
  INTIMAIL_JMAP_METHOD_WRITES = 1 << 0,     /* one at a time for each account */
  INTIMAIL_JMAP_METHOD_NO_ACCOUNT = 1 << 1, /* takes no accountId */
} IntimailJmapMethodFlags;

typedef struct
{
  const char *name;
  IntimailJmapMethod run;
  guint capabilities; /* any of them in "using" admits the method */
  IntimailJmapMethodFlags flags;
} IntimailJmapMethodEntry;

/* NULL when there is no such method. */
const IntimailJmapMethodEntry *intimail_jmap_method_lookup (const char *name);

/* Runs @method after the running one, with its call id (RFC 8621 section 7.5). */
void intimail_jmap_context_add_call (IntimailJmapContext *context,
                                     const char *method,
                                     JsonObject *arguments);

/* Remembers what a creation id (without "#") became. */
void intimail_jmap_context_add_created (IntimailJmapContext *context,
                                        const char *creation_id,
                                        const char *id);

/* The id behind "#creationId", NULL when nothing was created so; any other id is
 * given back as it is. */
const char *intimail_jmap_context_resolve_id (IntimailJmapContext *context,
                                              const char *id);

G_END_DECLS
