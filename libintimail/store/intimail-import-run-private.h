/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One import, from the boxes that are found to the last message.
 */

#pragma once

#include "store/intimail-account-private.h"
#include "store/intimail-import-state-private.h"
#include "store/intimail-transfer-count-private.h"

G_BEGIN_DECLS

/* What IntimailImporter was told. */
typedef struct
{
  IntimailAccount *account;
  char *mailbox_id;
  IntimailTransferFormat format;
  gboolean unquote;
  gboolean flat;
  gboolean skip_duplicates;
  gboolean ignore_quota;
  gboolean restart;
} IntimailImportSettings;

/* What its runs left for the next. */
typedef struct
{
  GPtrArray *finished; /* states of sources that are done */
  GHashTable *open;    /* paths of sources that are not */
} IntimailImportMemory;

void intimail_import_memory_init (IntimailImportMemory *self);
/* Whoever asked has heard how it ended: when all is done, nothing is remembered. */
void intimail_import_memory_clear (IntimailImportMemory *self);

/* Imports what is at @path. @object has the signal "progress". */
gboolean intimail_import_run (const IntimailImportSettings *settings,
                              IntimailImportMemory *memory,
                              IntimailTransferReport *report,
                              gpointer object,
                              const char *path,
                              GMainContext *context,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
