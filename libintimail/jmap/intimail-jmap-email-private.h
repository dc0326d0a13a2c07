/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An email as JMAP shows it: what was asked for, and the object that answers.
 */

#pragma once

#include <intimail/intimail-account.h>
#include <intimail/intimail-message.h>

#include "jmap/intimail-jmap-private.h"

G_BEGIN_DECLS

/* What a call wants to know of each email, worked out once for all of them. */
typedef struct _IntimailJmapEmailFetch IntimailJmapEmailFetch;

/* The arguments that Email/get and Email/parse share: bodyProperties,
 * fetchTextBodyValues, fetchHTMLBodyValues, fetchAllBodyValues and
 * maxBodyValueBytes. */
IntimailJmapEmailFetch *intimail_jmap_email_fetch_new (JsonObject *arguments,
                                                       GError **error);
void intimail_jmap_email_fetch_free (IntimailJmapEmailFetch *fetch);

/* All names of properties, and those that "properties": null stands for. */
extern const char *const intimail_jmap_email_properties[];
extern const char *const intimail_jmap_email_default_properties[];

/* Is it a well-formed "header:..."? */
gboolean intimail_jmap_email_accepts (const char *property,
                                      GError **error);

/* @properties: a set of names that were found good. */
void intimail_jmap_email_fetch_set_properties (IntimailJmapEmailFetch *fetch,
                                               GHashTable *properties);

/* Reads nothing but @envelope unless something was asked for that only the file
 * knows; then the file is opened, once. */
JsonObject *intimail_jmap_email_to_object (IntimailJmapEmailFetch *fetch,
                                           IntimailAccount *account,
                                           IntimailEnvelope *envelope,
                                           GError **error);

/* The blob that is the whole message. */
char *intimail_jmap_email_make_blob_id (const char *email_id);

/* An email that is in no mailbox: what only the store knows is null. The parts of
 * a message that is in one ("r" + email id) have their blob ids. */
JsonObject *intimail_jmap_email_message_to_object (IntimailJmapEmailFetch *fetch,
                                                   IntimailAccount *account,
                                                   const char *blob_id,
                                                   IntimailMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailJmapEmailFetch, intimail_jmap_email_fetch_free)

G_END_DECLS
