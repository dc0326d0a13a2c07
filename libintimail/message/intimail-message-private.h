/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the index needs of a message, and how the parts of a body are chosen.
 */

#pragma once

#include <intimail/intimail-message.h>
#include <intimail/intimail-part.h>

#include "message/intimail-part-row-private.h"

G_BEGIN_DECLS

/* The fields with addresses that a message keeps read. */
enum
{
  INTIMAIL_MESSAGE_FROM,
  INTIMAIL_MESSAGE_SENDER,
  INTIMAIL_MESSAGE_REPLY_TO,
  INTIMAIL_MESSAGE_TO,
  INTIMAIL_MESSAGE_CC,
  INTIMAIL_MESSAGE_BCC,
  INTIMAIL_MESSAGE_N_ADDRESS_FIELDS
};

/* Only the files of this object look into it. */
struct _IntimailMessage
{
  GObject parent_instance;

  GBytes *bytes;
  GPtrArray *fields;

  /* What is read when it is asked for first. */
  GMutex mutex;
  IntimailStructureScan *scan; /* NULL once there is a row */
  IntimailPartRow *row;
  char *subject;
  char *queue_id;
  GPtrArray *addresses[INTIMAIL_MESSAGE_N_ADDRESS_FIELDS];
  GHashTable *message_ids; /* field name -> ids */
  GDateTime *date;
  gboolean date_known;
  GPtrArray *parts; /* of IntimailPart, in a row */
  GPtrArray *text_body;
  GPtrArray *html_body;
  GPtrArray *attachments;
};

/* At most @limit characters and @max_bytes of @text, which is UTF-8, white space folded; @full (may be NULL)
 * tells whether there would have been more. */
char *intimail_message_fold_preview (const char *text,
                                     gsize limit,
                                     gsize max_bytes,
                                     gboolean *full);

/* The subject without what replies and forwards put around it (RFC 5256 section
 * 2.1, and any other "word:" before it), white space folded. */
char *intimail_message_strip_subject (const char *subject);

G_END_DECLS
