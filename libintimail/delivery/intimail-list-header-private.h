/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a mailing list adds to a message that goes through it (RFC 2369, RFC 2919), and
 * how it knows one that has been here before. A reader of the header that never holds
 * more than a line of it.
 */

#pragma once

#include <intimail/intimail-group.h>

G_BEGIN_DECLS

/* Of a field, with its name: what comes after is no address of ours. */
#define INTIMAIL_LIST_HEADER_MAX_FIELD 4096

typedef struct _IntimailListHeader IntimailListHeader;

/* @list has an address; @unsubscribe is where mail has to go to leave it. */
IntimailListHeader *intimail_list_header_new (IntimailGroup *list,
                                              const char *unsubscribe);

void intimail_list_header_free (IntimailListHeader *self);

/* Reads on. TRUE when the header ends in @data: after @place bytes of it, the fields of
 * intimail_list_header_take_fields() are to be put, and nothing more has to be fed. */
gboolean intimail_list_header_feed (IntimailListHeader *self,
                                    const char *data,
                                    gsize length,
                                    gsize *place);

/* The lines to be put at the end of the header, or at the end of a message that is a
 * header alone; "" for a message of another list, which has them. */
char *intimail_list_header_take_fields (IntimailListHeader *self);

/* Whether the last of those lines is the field List-Unsubscribe; after they were taken. */
gboolean intimail_list_header_has_own_unsubscribe (IntimailListHeader *self);

/* Whether it went through this list before. */
gboolean intimail_list_header_is_loop (IntimailListHeader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailListHeader, intimail_list_header_free)

G_END_DECLS
