/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an import that was interrupted needs to go on: a small file in the account,
 * and the names of the messages that it stored.
 *
 * Each message's unique name is made of the job and of the message's key in the
 * source. What is on the disk therefore says what is done, however suddenly the
 * import ended: nothing has to be flushed beside the messages.
 */

#pragma once

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

/* Beyond this nothing is added: then more is looked for when the import goes on. */
#define INTIMAIL_IMPORT_STATE_MAX (1024 * 1024)

typedef struct _IntimailImportState IntimailImportState;

/* The name of the file for a source. @what tells imports into different mailboxes
 * apart. */
char *intimail_import_state_make_name (const char *source,
                                       const char *what);

/* Begins a job, or goes on with the one that was interrupted. FAILED when somebody else does it at the moment,
 * STATE_LOST when the source is another by now; with @restart what is left of an
 * interrupted one is forgotten. */
IntimailImportState *intimail_import_state_open (IntimailAccount *account,
                                                 const char *source,
                                                 const char *name,
                                                 gboolean restart,
                                                 GError **error);
void intimail_import_state_free (IntimailImportState *self);
const char *intimail_import_state_get_name (IntimailImportState *self);

/* Was all of the source, which is a file that did not change, stored before? */
gboolean intimail_import_state_is_finished (IntimailImportState *self);

/* Was the message with that key stored before? */
gboolean intimail_import_state_is_done (IntimailImportState *self,
                                        const char *key);
/* Of an mbox everything before that offset is done, also what is not stored. */
guint64 intimail_import_state_get_offset (IntimailImportState *self);
void intimail_import_state_note_offset (IntimailImportState *self,
                                        guint64 offset);

/* The unique name for a message. */
char *intimail_import_state_make_unique (IntimailImportState *self,
                                         gint64 seconds,
                                         const char *key);

/* All is done, and may be asked for again, for whoever asked has not heard of it. */
void intimail_import_state_finish (IntimailImportState *self);
/* He has. Nothing is removed that somebody else began since. */
void intimail_import_state_forget (IntimailImportState *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailImportState, intimail_import_state_free)

G_END_DECLS
