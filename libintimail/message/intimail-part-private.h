/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a message is taken apart.
 */

#pragma once

#include <intimail/intimail-part.h>

#include "message/intimail-transfer-private.h"

G_BEGIN_DECLS

/* A multipart deeper than that is one part, not taken apart. */
#define INTIMAIL_PART_MAX_DEPTH 100
/* A message has that many parts at most: the last one holds the rest. */
#define INTIMAIL_PART_MAX_COUNT 10000
/* Each level of a message is searched for its delimiters; so many bytes in all, and
 * a multipart behind that is not taken apart. */
#define INTIMAIL_PART_MAX_SCAN(size) (32 * 1024 * 1024 + 8 * (guint64) (size))

/* Only the files of this object look into it. */
struct _IntimailPart
{
  GObject parent_instance;

  GBytes *bytes; /* of the whole message */
  GPtrArray *fields;
  const char *body;
  gsize length;

  char *id;
  char *type;
  char *charset;
  gboolean charset_implied;
  char *disposition;
  char *name;
  char *content_id;
  char *content_location;
  char **languages;
  IntimailTransfer transfer;

  gboolean multipart;
  char *boundary;
  GPtrArray *parts;

  gsize size_known;
  guint64 size;
};

/* A part whose header has @fields and whose body is between two offsets; it has
 * neither an id nor parts yet. @default_type is for a header without a type. */
IntimailPart *intimail_part_new (GBytes *bytes,
                                 GPtrArray *fields,
                                 gsize body,
                                 gsize end,
                                 const char *default_type);

/* The tree of a message whose header has @fields and whose body starts at @body.
 * @budget: see intimail_fields_parse(). */
IntimailPart *intimail_part_parse_message (GBytes *bytes,
                                           GPtrArray *fields,
                                           gsize body,
                                           guint *budget);

/* The first @limit bytes of the content, decoded as intimail_part_get_text() does,
 * for a preview; NULL for a multipart. */
char *intimail_part_get_text_start (IntimailPart *self,
                                    gsize limit);

gboolean intimail_part_is_type (IntimailPart *self,
                                const char *type);

G_END_DECLS
