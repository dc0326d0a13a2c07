/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a look at the folders found, taken over into memory, journal and indexes.
 */

#pragma once

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

/* A file whose record is missing, or says something else. */
typedef struct
{
  IntimailFolder *folder;
  char *file;
  gboolean cur;
  guint64 inode;
  IntimailId id;
} IntimailFound;

/* Arrays of IntimailFound. */
typedef struct
{
  GPtrArray *added;
  GPtrArray *changed;
  GPtrArray *vanished;
  GPtrArray *doubled; /* a name that was seen already */
} IntimailFindings;

IntimailFound *intimail_found_new (IntimailFolder *folder,
                                   const char *file,
                                   gboolean cur,
                                   guint64 inode,
                                   const IntimailId *id);
void intimail_found_free (gpointer found);

/* The id of a file whose name another message in another mailbox has. */
IntimailId intimail_found_salt_id (IntimailFolder *folder,
                                   const IntimailMaildirName *name);
/* Can a message with this id have this name? Another one is a mistake. */
gboolean intimail_found_is_name_of (IntimailAccount *self,
                                    const char *file,
                                    const IntimailId *id);

/* FALSE when it could not be finished. */
gboolean intimail_found_take_all (IntimailAccount *self,
                                  IntimailFindings *findings,
                                  GFileProgressCallback progress,
                                  gpointer user_data,
                                  GCancellable *cancellable);

G_END_DECLS
