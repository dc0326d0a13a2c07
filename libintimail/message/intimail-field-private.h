/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields of a header, in their order, and the forms in which each is read.
 */

#pragma once

#include <intimail/intimail-address.h>
#include <intimail/intimail-field.h>

#include "message/intimail-raw-field-private.h"

G_BEGIN_DECLS

/* Of one field that many addresses, and that many message ids. */
#define INTIMAIL_FIELD_MAX_ADDRESSES 10000
#define INTIMAIL_FIELD_MAX_MESSAGE_IDS 1000

/* The addresses of one group of RFC 5322, or a run of addresses outside any:
 * then @name is NULL. */
typedef struct
{
  char *name;
  GPtrArray *addresses; /* of IntimailAddress */
} IntimailFieldGroup;

void intimail_field_group_free (IntimailFieldGroup *group);

/* Objects for fields that lie in @bytes: an array of IntimailField. */
GPtrArray *intimail_fields_new (GBytes *bytes,
                                const IntimailRawField *fields,
                                guint n_fields);

/* The last field of that name, or NULL. */
IntimailField *intimail_fields_find (GPtrArray *fields,
                                     const char *name);

/* The id in Postfix's queue, or NULL; see intimail_raw_field_read_queue_id(). */
char *intimail_field_get_queue_id (IntimailField *self);

/* As intimail_field_get_addresses(), with the groups: an array of
 * IntimailFieldGroup. */
GPtrArray *intimail_field_get_groups (IntimailField *self);

G_END_DECLS
