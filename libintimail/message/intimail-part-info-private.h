/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What one part of a message says of itself, and its content: what an IntimailPart
 * shows, and what the reader of envelopes needs without one.
 */

#pragma once

#include "message/intimail-parameters-private.h"
#include "message/intimail-raw-field-private.h"
#include "message/intimail-transfer-private.h"

G_BEGIN_DECLS

/* A multipart deeper than that is one part, not taken apart. */
#define INTIMAIL_PART_MAX_DEPTH 100

typedef struct
{
  char *type; /* lower case, without parameters */
  char *charset;
  gboolean charset_implied;
  char *disposition; /* lower case, or NULL */
  char *name;
  char *content_id;
  char *boundary;
  IntimailTransfer transfer;
  gboolean multipart;
  gboolean with_gmime; /* read_text() asks GMime, too */

  const char *body; /* encoded, in the bytes of the message */
  gsize length;
  guint segment; /* of the scan that found the part */
  guint n_below; /* parts below this one: they follow it where parts are in a row */
} IntimailPartInfo;

/* Fills in all but the body. @default_type is for a header without a type; a
 * parameter may be NULL where there is no such field. */
void intimail_part_info_init (IntimailPartInfo *self,
                              IntimailParameters *type,
                              IntimailParameters *disposition,
                              IntimailParameters *transfer,
                              const IntimailRawField *content_id,
                              const char *default_type);

/* The parameters of a field, or NULL; @charset: see intimail_raw_field_unfold(). */
IntimailParameters *intimail_part_info_find_parameters (const IntimailRawField *fields,
                                                        guint n_fields,
                                                        const char *charset,
                                                        const char *name);

/* Whether @value is a type; else a reader takes it for text/plain. */
gboolean intimail_part_info_is_valid_type (const char *value);

/* The same from the fields of a header. */
void intimail_part_info_init_from_fields (IntimailPartInfo *self,
                                          const IntimailRawField *fields,
                                          guint n_fields,
                                          const char *charset,
                                          const char *default_type);
void intimail_part_info_clear (IntimailPartInfo *self);

/* What claims to be a multipart and is none, is shown as @type. */
void intimail_part_info_make_leaf (IntimailPartInfo *self,
                                   const char *type);

gboolean intimail_part_info_is_type (const IntimailPartInfo *self,
                                     const char *type);
gboolean intimail_part_info_has_prefix (const IntimailPartInfo *self,
                                        const char *prefix);

/* Whether the content lies in the message as it is. */
gboolean intimail_part_info_is_plain (const IntimailPartInfo *self);

/* Decoded content as text, a line feed at the end of each line. */
char *intimail_part_info_decode_text (const IntimailPartInfo *self,
                                      const char *data,
                                      gsize length,
                                      gboolean *problem);

/* The first @limit bytes of the content as text; NULL for a multipart. */
char *intimail_part_info_read_text (const IntimailPartInfo *self,
                                    gsize limit);

G_END_DECLS
