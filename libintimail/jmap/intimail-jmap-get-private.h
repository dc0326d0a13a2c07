/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every /get does (RFC 8620 section 5.1).
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

typedef struct
{
  IntimailChangeType state_type;

  /* The state of a type that the journal of the account knows nothing of; else NULL. */
  char *(*get_state) (IntimailJmapContext *context,
                      GError **error);

  /* All names, NULL at the end. Asked for another one: invalidArguments. */
  const char *const *properties;

  /* What "properties": null gives; NULL is all. */
  const char *const *default_properties;

  /* May say yes to a name that is not in the list ("header:..."), or explain its
   * no; NULL says no to all. */
  gboolean (*accepts) (const char *property,
                       GError **error);

  /* The ids that "ids": null stands for; strings that the array owns. At most
   * INTIMAIL_JMAP_MAX_OBJECTS_IN_GET + 1 are looked at. */
  GPtrArray *(*list) (IntimailJmapContext *context,
                      gpointer data,
                      GError **error);

  /* One record with at least "id", and at least what is in the set @properties. NULL with
   * INTIMAIL_ERROR_NOT_FOUND puts the id under notFound; any other error ends
   * the call. */
  JsonObject *(*make) (IntimailJmapContext *context,
                       const char *id,
                       GHashTable *properties,
                       gpointer data,
                       GError **error);
} IntimailJmapGetType;

JsonObject *intimail_jmap_get_run (const IntimailJmapGetType *type,
                                   IntimailJmapContext *context,
                                   JsonObject *arguments,
                                   gpointer data,
                                   GError **error);

G_END_DECLS
