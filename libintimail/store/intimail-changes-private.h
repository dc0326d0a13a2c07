/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-changes.h>

G_BEGIN_DECLS

/* What an event did to a thing. */
typedef enum
{
  INTIMAIL_CHANGE_ADD,
  INTIMAIL_CHANGE_UPDATE,
  INTIMAIL_CHANGE_REMOVE,
  INTIMAIL_CHANGE_COUNTS, /* an update of a mailbox's counts and nothing else */
} IntimailChangeOp;

/* Events of one type, folded in the order of time: what a client has to do that
 * stands before the first of them. */
typedef struct _IntimailChangeFold IntimailChangeFold;

/* @max is the most things that are told; 0 is all. */
IntimailChangeFold *intimail_change_fold_new (guint max);

/* FALSE when there is no room for this one: nothing after it may be folded. */
gboolean intimail_change_fold_add (IntimailChangeFold *self,
                                   IntimailChangeOp op,
                                   const char *id,
                                   gsize id_length);

IntimailChanges *intimail_change_fold_end (IntimailChangeFold *self,
                                           const char *new_state,
                                           gboolean has_more);

void intimail_change_fold_free (IntimailChangeFold *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailChangeFold, intimail_change_fold_free)

G_END_DECLS
