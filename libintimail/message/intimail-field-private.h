/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields of a header, in their order, and the forms in which each is read.
 */

#pragma once

#include <intimail/intimail-address.h>
#include <intimail/intimail-field.h>

G_BEGIN_DECLS

/* Of one header block that many bytes are kept, and the rest is ignored. */
#define INTIMAIL_FIELD_MAX_BLOCK (1024 * 1024)
/* Of one message that many fields are kept, those of the parts included. */
#define INTIMAIL_FIELD_MAX_COUNT 20000
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

/* Reads the header block that starts at @offset of @bytes and ends with an empty
 * line, or at @end. @budget is the number of fields still allowed, and is
 * counted down. Returns the fields; @body is set to the offset of the body. */
GPtrArray *intimail_fields_parse (GBytes *bytes,
                                  gsize offset,
                                  gsize end,
                                  guint *budget,
                                  gsize *body);

/* The last field of that name, or NULL. */
IntimailField *intimail_fields_find (GPtrArray *fields,
                                     const char *name);

/* The unfolded value in UTF-8, with its encoded words as they are. */
char *intimail_field_get_unfolded (IntimailField *self);

/* As intimail_field_get_addresses(), with the groups: an array of
 * IntimailFieldGroup. */
GPtrArray *intimail_field_get_groups (IntimailField *self);

G_END_DECLS
