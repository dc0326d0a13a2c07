/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a composer was told, for the file that makes the bytes of it.
 */

#pragma once

#include <intimail/intimail-composer.h>

#include "message/intimail-content-private.h"
#include "message/intimail-part-builder-private.h"

G_BEGIN_DECLS

/* A file that goes with the text. */
typedef struct
{
  IntimailContent *content;
  char *name;
  char *content_type;
  char *content_id; /* NULL for an attachment */
} IntimailComposerFile;

/* People under a name. */
typedef struct
{
  char *name;
  GPtrArray *addresses;
} IntimailComposerGroup;

/* A field that was set; addresses and groups, or a value. */
typedef struct
{
  char *name;
  char *value;
  GPtrArray *addresses;
  GPtrArray *groups; /* of IntimailComposerGroup */
} IntimailComposerField;

/* Only the files of this object look into it. */
struct _IntimailComposer
{
  GObject parent_instance;

  IntimailAddress *from;
  GPtrArray *fields; /* of IntimailComposerField */
  GDateTime *date;
  char *text;
  char *html;
  char *calendar; /* an answer to an invitation */
  char *quote;
  char *signature;
  gboolean flowed;
  gboolean no_bcc;
  GPtrArray *files; /* of IntimailComposerFile */
  char *in_reply_to;
  GPtrArray *references;
};

/* The name of a field of addresses that a composer sets, as it is written; NULL
 * for another field. */
const char *intimail_composer_find_address_field (const char *name);

/* Makes a field of addresses empty; the name is as it is written. */
IntimailComposerField *intimail_composer_replace_addresses (IntimailComposer *self,
                                                            const char *name);

/* NULL when it was not set. */
IntimailComposerField *intimail_composer_find_field (IntimailComposer *self,
                                                     const char *name);

/* UTF-8 without a line end or another control character. */
gboolean intimail_composer_is_one_line (const char *text);

/* Adds a file that was checked; @content_id NULL for an attachment. */
void intimail_composer_add_file (IntimailComposer *self,
                                 IntimailContent *content,
                                 const char *name,
                                 const char *content_type,
                                 const char *content_id);

/* The text that is written, with what it quotes and the signature. */
char *intimail_composer_make_text (IntimailComposer *self);
char *intimail_composer_make_html (IntimailComposer *self);

/* All that was told, ready to be written. */
IntimailPartBuilder *intimail_composer_make_builder (IntimailComposer *self,
                                                     const char *hostname,
                                                     GError **error);

G_END_DECLS
