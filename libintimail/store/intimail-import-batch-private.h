/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Messages on their way into one mailbox, many at once: written, flushed together,
 * named, and noted with one hold of the lock.
 */

#pragma once

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

/* A batch is stored when it has so many messages or bytes. */
#define INTIMAIL_IMPORT_BATCH_MESSAGES 512
#define INTIMAIL_IMPORT_BATCH_BYTES (16 * 1024 * 1024)

/* The attribute of a message file that keeps what an mbox said after "From ". */
#define INTIMAIL_IMPORT_FROM_LINE "user.mbox.from"

typedef struct _IntimailImportBatch IntimailImportBatch;

/* For the mailbox with that id. */
IntimailImportBatch *intimail_import_batch_new (IntimailAccount *account,
                                                const char *mailbox_id,
                                                gboolean ignore_quota,
                                                GError **error);
void intimail_import_batch_free (IntimailImportBatch *self);

/* Can messages of the mailbox have that keyword? It has a letter then. */
gboolean intimail_import_batch_take_keyword (IntimailImportBatch *self,
                                             const char *keyword);

/* Opens a file for a message; give it to _add(), or to _drop(). */
int intimail_import_batch_create (IntimailImportBatch *self,
                                  const char *unique,
                                  GError **error);
void intimail_import_batch_drop (IntimailImportBatch *self,
                                 int fd,
                                 const char *unique);

/* Takes @fd, @unique and @summary; @message is what was written. @from_line is what follows "From " when the
 * message alone does not say it, else NULL. */
gboolean intimail_import_batch_add (IntimailImportBatch *self,
                                    int fd,
                                    char *unique,
                                    GBytes *message,
                                    gint64 received,
                                    const char *const *keywords,
                                    const char *from_line,
                                    gsize from_line_length,
                                    IntimailSummary *summary,
                                    GError **error);

gboolean intimail_import_batch_is_full (IntimailImportBatch *self);

/* Stores what was added. @n_stored are on the disk when it returns; after an error
 * the others are not, and gone. */
gboolean intimail_import_batch_store (IntimailImportBatch *self,
                                      guint *n_stored,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailImportBatch, intimail_import_batch_free)

G_END_DECLS
