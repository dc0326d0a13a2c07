/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the index needs of a message, and how the parts of a body are chosen.
 */

#pragma once

#include <intimail/intimail-message.h>
#include <intimail/intimail-part.h>

G_BEGIN_DECLS

/* A preview has that many characters at most (RFC 8621 section 4.1.4). */
#define INTIMAIL_MESSAGE_MAX_PREVIEW 256

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
  gsize body;
  guint field_budget;

  /* What is read when it is asked for first. */
  GMutex mutex;
  char *subject;
  char *queue_id;
  GPtrArray *addresses[INTIMAIL_MESSAGE_N_ADDRESS_FIELDS];
  GHashTable *message_ids; /* field name -> ids */
  GDateTime *date;
  gboolean date_known;
  IntimailPart *root;
  GPtrArray *text_body;
  GPtrArray *html_body;
  GPtrArray *attachments;
};

/* Sorts the leaves below @root into the three lists of RFC 8621 section 4.1.4;
 * each is an array of IntimailPart, to which is appended. */
void intimail_message_choose_body (IntimailPart *root,
                                   GPtrArray *text_body,
                                   GPtrArray *html_body,
                                   GPtrArray *attachments);

/* At most @limit characters of @text, white space folded. */
char *intimail_message_fold_preview (const char *text,
                                     glong limit);

/* The subject without what replies and forwards put around it (RFC 5256 section
 * 2.1, and any other "word:" before it), white space folded. */
char *intimail_message_strip_subject (const char *subject);

G_END_DECLS
