/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Changes of emails that a call of Email/set asks for, gathered so that one change
 * of many emails is one change of the store.
 */

#pragma once

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

typedef struct _IntimailJmapEmailUpdates IntimailJmapEmailUpdates;

IntimailJmapEmailUpdates *intimail_jmap_email_updates_new (void);
void intimail_jmap_email_updates_free (IntimailJmapEmailUpdates *self);

/* From the properties keywords and mailboxIds as they are to those as they shall
 * be. FALSE with a SetError when they cannot be so. */
gboolean intimail_jmap_email_updates_add (IntimailJmapEmailUpdates *self,
                                          IntimailJmapContext *context,
                                          const char *id,
                                          JsonObject *current,
                                          JsonObject *next,
                                          JsonObject **set_error);
void intimail_jmap_email_updates_add_removal (IntimailJmapEmailUpdates *self,
                                              const char *id);

/* Does what was gathered; @failed gets a SetError for each id that stays as it was. */
void intimail_jmap_email_updates_apply (IntimailJmapEmailUpdates *self,
                                        IntimailJmapContext *context,
                                        JsonObject **failed);
void intimail_jmap_email_updates_apply_removals (IntimailJmapEmailUpdates *self,
                                                 IntimailJmapContext *context,
                                                 JsonObject **failed);

/* mailboxIds as a client sends them: names of mailboxes that exist, at least one. */
char **intimail_jmap_email_read_mailbox_ids (IntimailJmapContext *context,
                                             JsonNode *node,
                                             JsonObject **set_error);

/* keywords as a client sends them, in lower case; absent is none. */
char **intimail_jmap_email_read_keywords (JsonNode *node,
                                          JsonObject **set_error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailJmapEmailUpdates, intimail_jmap_email_updates_free)

G_END_DECLS
