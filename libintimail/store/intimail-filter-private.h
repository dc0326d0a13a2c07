/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-filter.h>

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

/* A filter for one account and one query, under its mutex. */
typedef struct _IntimailFilterProgram IntimailFilterProgram;

/* @filter may be NULL: all messages. It outlives the program. */
IntimailFilterProgram *intimail_filter_program_new (IntimailAccount *account,
                                                    IntimailFilter *filter);
void intimail_filter_program_free (IntimailFilterProgram *self);

/* The mailbox that every match is in, NULL when there is none such. */
const char *intimail_filter_program_get_mailbox (IntimailFilterProgram *self);

/* Does that mailbox say all? */
gboolean intimail_filter_program_is_trivial (IntimailFilterProgram *self);

/* Does it open messages? Then it is worth a thread more. */
gboolean intimail_filter_program_reads_messages (IntimailFilterProgram *self);

gboolean intimail_filter_program_match (IntimailFilterProgram *self,
                                        guint32 slot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailFilterProgram, intimail_filter_program_free)

G_END_DECLS
