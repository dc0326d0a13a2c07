/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arguments of methods, taken out by type.
 *
 * An argument that is absent and one that is null are the same: the fallback. One
 * of another type is invalidArguments, with its name. What is handed out belongs
 * to the arguments.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* invalidArguments: "NAME: ..." */
void intimail_jmap_args_set_error (GError **error,
                                   const char *name,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (3, 4);

gboolean intimail_jmap_args_get_string (JsonObject *arguments,
                                        const char *name,
                                        const char **value, /* NULL when absent */
                                        GError **error);

/* Absent is an error, too. */
gboolean intimail_jmap_args_require_string (JsonObject *arguments,
                                            const char *name,
                                            const char **value,
                                            GError **error);

gboolean intimail_jmap_args_get_boolean (JsonObject *arguments,
                                         const char *name,
                                         gboolean fallback,
                                         gboolean *value,
                                         GError **error);

/* Whole numbers up to 2^53 either way, as 7 or as 7.0. */
gboolean intimail_jmap_args_get_integer (JsonObject *arguments,
                                         const char *name,
                                         gint64 fallback,
                                         gint64 *value,
                                         GError **error);

/* The same, not negative. */
gboolean intimail_jmap_args_get_unsigned (JsonObject *arguments,
                                          const char *name,
                                          gint64 fallback,
                                          gint64 *value,
                                          GError **error);

gboolean intimail_jmap_args_get_object (JsonObject *arguments,
                                        const char *name,
                                        JsonObject **value, /* NULL when absent */
                                        GError **error);

gboolean intimail_jmap_args_get_array (JsonObject *arguments,
                                       const char *name,
                                       JsonArray **value, /* NULL when absent */
                                       GError **error);

/* An array of strings, each once, in the order of their first place. */
gboolean intimail_jmap_args_get_strings (JsonObject *arguments,
                                         const char *name,
                                         GPtrArray **value, /* NULL when absent; unref it */
                                         GError **error);

/* The same, with "#creationId" resolved; one that stands for nothing stays as it
 * is and so will be found nowhere. */
gboolean intimail_jmap_args_get_ids (IntimailJmapContext *context,
                                     JsonObject *arguments,
                                     const char *name,
                                     GPtrArray **value, /* NULL when absent; unref it */
                                     GError **error);

/* "2014-10-30T06:12:00Z" as seconds since 1970; FALSE when it is none. */
gboolean intimail_jmap_utc_date_parse (const char *text,
                                       gint64 *seconds);

/* UTCDate: seconds since 1970 as "2014-10-30T06:12:00Z". */
char *intimail_jmap_utc_date_format (gint64 seconds);

/* What a node holds, when it is of that type. A node that is NULL is of none. */
gboolean intimail_jmap_node_is_null (JsonNode *node); /* NULL counts as null */
const char *intimail_jmap_node_get_string (JsonNode *node);
gboolean intimail_jmap_node_get_integer (JsonNode *node,
                                         gint64 *value);
gboolean intimail_jmap_node_get_boolean (JsonNode *node,
                                         gboolean *value);

/* A copy that shares nothing. */
JsonNode *intimail_jmap_node_deep_copy (JsonNode *node);
JsonObject *intimail_jmap_object_deep_copy (JsonObject *object);

/* A node that holds @object, which it takes. */
JsonNode *intimail_jmap_node_take_object (JsonObject *object);

/* A string member, null when @value is NULL. */
void intimail_jmap_object_set_string_or_null (JsonObject *object,
                                              const char *name,
                                              const char *value);

/* An array of the strings; @values NULL is []. */
JsonArray *intimail_jmap_array_new_strings (const char *const *values);

G_END_DECLS
