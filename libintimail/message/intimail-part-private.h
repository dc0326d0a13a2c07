/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a message as objects.
 */

#pragma once

#include <intimail/intimail-part.h>

#include "message/intimail-part-row-private.h"
#include "message/intimail-transfer-private.h"

G_BEGIN_DECLS

/* Only the files of this object look into it. */
struct _IntimailPart
{
  GObject parent_instance;

  IntimailPartRow *row;
  const IntimailPartInfo *info; /* of the row */
  char *id;
  char *content_location;
  char **languages;
  GPtrArray *parts;

  /* What is read when it is asked for first. */
  gsize fields_known;
  GPtrArray *fields;
  gsize size_known;
  guint64 size;
};

/* The first @limit decoded bytes of a part that is no multipart. */
GByteArray *intimail_part_read_start (IntimailPart *self,
                                      guint limit);

/* A parameter of the field Content-Type, decoded; NULL when there is none. */
char *intimail_part_get_type_parameter (IntimailPart *self,
                                        const char *name);

/* An IntimailPart for each part of @row, in its order: the first is the root. */
GPtrArray *intimail_parts_new (IntimailPartRow *row);

/* Where the part, with its header, lies in the bytes of its message: from behind the line of
 * its delimiter to before the next. FALSE for what has no place of its own there. */
gboolean intimail_part_get_range (IntimailPart *self,
                                  gsize *start,
                                  gsize *end);

/* The content with its transfer encoding undone, in pieces for @sink. */
gboolean intimail_part_read (IntimailPart *self,
                             IntimailTransferSink sink,
                             gpointer user_data,
                             GError **error);

G_END_DECLS
