/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which parts of a message are shown as its text and which are attachments, and what
 * the text says.
 */

#pragma once

#include "message/intimail-part-info-private.h"

G_BEGIN_DECLS

/* A preview has that many characters at most (RFC 8621 section 4.1.4). */
#define INTIMAIL_MESSAGE_MAX_PREVIEW 256

/* The three lists of RFC 8621 section 4.1.4: each an array of guint, places in the
 * row of parts. */
typedef struct
{
  const IntimailPartInfo *parts; /* each before those below it */
  GArray *text;
  GArray *html;
  GArray *attachments;
} IntimailMessageBody;

/* Takes text in UTF-8 without a NUL behind it; FALSE ends the visit. */
typedef gboolean (*IntimailMessageBodyVisit) (const char *text,
                                              gsize length,
                                              gpointer user_data);

/* @parts has to stay, and has one part at least: the root. */
IntimailMessageBody *intimail_message_body_new (const IntimailPartInfo *parts);
void intimail_message_body_free (IntimailMessageBody *self);

/* As intimail_message_get_n_attachments(). */
guint intimail_message_body_count_attachments (IntimailMessageBody *self);

/* At most @max_bytes of what intimail_message_get_preview() gives. */
char *intimail_message_body_read_preview (IntimailMessageBody *self,
                                          gsize max_bytes);

/* As intimail_message_get_text(). */
char *intimail_message_body_read_text (IntimailMessageBody *self);

/* The text part by part. What lies in the message as UTF-8 is handed on as it lies
 * there, with line ends of either kind; the rest is decoded. */
void intimail_message_body_visit_text (IntimailMessageBody *self,
                                       IntimailMessageBodyVisit visit,
                                       gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailMessageBody, intimail_message_body_free)

G_END_DECLS
