/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What every /set does (RFC 8620 section 5.3): states, creation ids, patches,
 * and a SetError for each record that could not be changed.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* Each callback that fails stores a SetError in @set_error; one that stores none
 * is taken as serverFail. @properties are the names that a record has; NULL when
 * the callbacks check names themselves. */
typedef struct
{
  IntimailChangeType state_type;

  /* The state of a type that the journal of the account knows nothing of; else NULL. */
  char *(*get_state) (IntimailJmapContext *context,
                      GError **error);

  const char *const *properties;

  /* Names that only the server sets: refused in a create, and in an update
   * unless the value is the one that is there. NULL is none. */
  const char *const *server_set;

  /* Makes a record and returns at least its "id", and whatever the server chose
   * or changed. NULL: nothing can be created (forbidden). */
  JsonObject *(*create) (IntimailJmapContext *context,
                         JsonObject *properties,
                         gpointer data,
                         JsonObject **set_error);

  /* The record as it is, to be patched: every property that can be changed, and
   * any other that @patch names. */
  JsonObject *(*load) (IntimailJmapContext *context,
                       const char *id,
                       JsonObject *patch,
                       gpointer data,
                       JsonObject **set_error);

  /* Changes the record from @current to @next, in which a property that the
   * patch made null is absent. @changed may get what the server changed beyond
   * that, else null. NULL: nothing can be updated. */
  gboolean (*update) (IntimailJmapContext *context,
                      const char *id,
                      JsonObject *current,
                      JsonObject *next,
                      JsonObject **changed,
                      gpointer data,
                      JsonObject **set_error);

  gboolean (*destroy) (IntimailJmapContext *context,
                       const char *id,
                       gpointer data,
                       JsonObject **set_error);

  /* When update and destroy only take note of what is wanted, these do it, all at
   * once; @failed gets a SetError for each id that could not be changed. NULL
   * where the callbacks above do the work. */
  void (*flush_updates) (IntimailJmapContext *context,
                         gpointer data,
                         JsonObject **failed);
  void (*flush_destroys) (IntimailJmapContext *context,
                          gpointer data,
                          JsonObject **failed);
} IntimailJmapSetType;

JsonObject *intimail_jmap_set_run (const IntimailJmapSetType *type,
                                   IntimailJmapContext *context,
                                   JsonObject *arguments,
                                   gpointer data,
                                   GError **error);

/* A SetError: {"type", "description"}; @description may be NULL. */
JsonObject *intimail_jmap_set_error_new (const char *type,
                                         const char *description);

/* invalidProperties with "properties": [@property]. */
JsonObject *intimail_jmap_set_error_new_property (const char *property,
                                                  const char *description);

/* What the store said: notFound, overQuota, tooLarge, alreadyExists, forbidden,
 * invalidProperties; else serverFail, without the text. */
JsonObject *intimail_jmap_set_error_new_from (const GError *error);

/* Applies a PatchObject to @object in place. FALSE with an invalidPatch. */
gboolean intimail_jmap_patch_apply (JsonObject *object,
                                    JsonObject *patch,
                                    JsonObject **set_error);

/* Adds @member under @map, which is made when it is NULL: so that an empty one
 * stays null in the answer. Takes @member. */
void intimail_jmap_map_add_object (JsonObject **map,
                                   const char *key,
                                   JsonObject *member);

/* Sets a member to @map, or to null. Takes @map. */
void intimail_jmap_object_take_map (JsonObject *object,
                                    const char *name,
                                    JsonObject *map);

/* ifInState (may be absent) against @state. */
gboolean intimail_jmap_set_check_state (JsonObject *arguments,
                                        const char *state,
                                        GError **error);

G_END_DECLS
