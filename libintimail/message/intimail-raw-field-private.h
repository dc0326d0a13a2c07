/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields of a header where they lie in the bytes of their message: nothing is
 * copied, and nothing of them is read yet.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of one header block that many bytes are kept, and the rest is ignored. */
#define INTIMAIL_FIELD_MAX_BLOCK (1024 * 1024)
/* Of one message that many fields are kept, those of the parts included. */
#define INTIMAIL_FIELD_MAX_COUNT 20000

/* "Name: value"; the value begins behind the colon and ends before the line end
 * that closes the field. */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *value;
  gsize length;
} IntimailRawField;

/* Tells of a line of at most @length bytes that the header ends before it. */
typedef gboolean (*IntimailRawFieldStop) (const char *line,
                                          gsize length,
                                          gpointer user_data);

/* Reads the header block that starts at @offset of @data and ends with an empty
 * line, before a line that @stop (may be NULL) knows, or at @end. Appends to
 * @fields, an array of IntimailRawField; @budget is the number of fields still
 * allowed, and is counted down. Returns the offset of the body. */
gsize intimail_raw_fields_parse (GArray *fields,
                                 const char *data,
                                 gsize offset,
                                 gsize end,
                                 guint *budget,
                                 IntimailRawFieldStop stop,
                                 gpointer user_data);

/* The last field of that name, or NULL. */
const IntimailRawField *intimail_raw_fields_find (const IntimailRawField *fields,
                                                  guint n_fields,
                                                  const char *name);

/* Who writes eight-bit fields writes them in the charset of the text: what the
 * field Content-Type says, a constant of intimail_charset_find(); NULL when it says
 * nothing, or when no field has eight-bit bytes. */
const char *intimail_raw_fields_find_charset (const IntimailRawField *fields,
                                              guint n_fields);

/* The value unfolded, without the white space around it, in UTF-8; its encoded
 * words are as they are. @charset is for bytes that are no UTF-8, and may be NULL. */
char *intimail_raw_field_unfold (const IntimailRawField *self,
                                 const char *charset);

/* The same for people: the encoded words (RFC 2047) decoded, in Unicode
 * normalization form C. */
char *intimail_raw_field_read_text (const IntimailRawField *self,
                                    const char *charset);

/* What stands in angle brackets, at most @limit of it; NULL when there is none. */
char **intimail_raw_field_read_bracketed (const char *unfolded,
                                          guint limit);

/* As intimail_field_get_message_ids(). */
char **intimail_raw_field_read_message_ids (const IntimailRawField *self,
                                            const char *charset);

/* The first of them that is no longer than @limit; NULL when there is none. */
char *intimail_raw_field_read_message_id (const IntimailRawField *self,
                                          const char *charset,
                                          gsize limit);

/* The id in Postfix's queue, when this is a Received field that Postfix wrote:
 * "by HOST (Postfix) with ESMTP id 4XyZ..."; else NULL. */
char *intimail_raw_field_read_queue_id (const IntimailRawField *self);

gboolean intimail_raw_field_is (const IntimailRawField *self,
                                const char *name);

G_END_DECLS
