/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People and groups that come in together: all of them or none.
 */

#pragma once

#include <intimail/intimail-directory.h>

#include "directory/intimail-ldif-private.h"

G_BEGIN_DECLS

typedef struct
{
  guint line; /* where it stands in what comes in */
  IntimailPerson *person;
  IntimailGroup *group;     /* one of the two is NULL */
  IntimailLdifEntry *entry; /* in our schema; its DN does not matter */
  char *password;           /* NULL for none */
} IntimailNewcomer;

/* Takes @entry and @person. */
IntimailNewcomer *intimail_newcomer_new_person (guint line,
                                                IntimailPerson *person,
                                                IntimailLdifEntry *entry,
                                                const char *password);

IntimailNewcomer *intimail_newcomer_new_group (guint line,
                                               IntimailGroup *group,
                                               IntimailLdifEntry *entry);

void intimail_newcomer_free (gpointer data);

/* Looks at all of @newcomers before anything is added, then adds them; what fails after
 * that is taken back. Errors begin with "line N: ". @cancellable is heeded until the
 * first one is added. */
gboolean intimail_newcomer_add_all (IntimailDirectory *directory,
                                    GPtrArray *newcomers,
                                    GCancellable *cancellable,
                                    GError **error);

/* Takes the first @n of them out again, the last ones first; what stays is told. */
void intimail_newcomer_take_back (IntimailDirectory *directory,
                                  GPtrArray *newcomers,
                                  guint n);

G_END_DECLS
