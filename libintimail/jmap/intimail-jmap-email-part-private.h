/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One part of a message made of an EmailBodyPart (RFC 8621 section 4.1.4).
 */

#pragma once

#include "jmap/intimail-jmap-private.h"
#include "message/intimail-part-builder-private.h"

G_BEGIN_DECLS

/* One message being put together. The first thing that is wrong ends it. */
typedef struct
{
  IntimailJmapContext *context;
  JsonObject *email;
  JsonObject *body_values; /* NULL is none */
  const char *where;       /* the property being worked on */
  GPtrArray *missing;      /* blob ids */
  guint64 size;            /* bytes of all contents */
  gboolean uses_blobs;
  JsonObject *error;
} IntimailJmapCompose;

/* FALSE, for the caller to give on. */
gboolean intimail_jmap_compose_fail (IntimailJmapCompose *compose,
                                     const char *property,
                                     const char *description);

/* Names of fields, in lower case. */
GHashTable *intimail_jmap_compose_new_names (void);

/* One field has one property. */
gboolean intimail_jmap_compose_claim_name (IntimailJmapCompose *compose,
                                           GHashTable *names,
                                           const char *property,
                                           const char *name);

gboolean intimail_jmap_compose_is_set (JsonObject *object,
                                       const char *name);

/* NULL when absent or null; FALSE when it is no string. */
gboolean intimail_jmap_compose_get_string (IntimailJmapCompose *compose,
                                           JsonObject *part,
                                           const char *name,
                                           const char **value);

/* Names of fields that the part gives are added to @names. NULL when it cannot be made. */
IntimailPartBuilder *intimail_jmap_compose_build_part (IntimailJmapCompose *compose,
                                                       JsonNode *node,
                                                       const char *default_type,
                                                       const char *default_disposition,
                                                       GHashTable *names);

G_END_DECLS
