/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fast reader: what an index, a list and a search want of a message, without an
 * object for each field and part. What it says is what IntimailMessage says of the
 * same bytes.
 *
 *   g_autoptr (IntimailEnvelopeReader) reader = intimail_envelope_reader_new (bytes);
 *   g_autofree char *subject = intimail_envelope_reader_read_text (reader, "Subject");
 *
 * Each read_ function reads when it is called, and what it returns is the caller's:
 * ask once. The structure of the message is looked at when a function first needs it.
 * A reader belongs to one thread.
 */

#pragma once

#include <gio/gio.h>

#include "message/intimail-message-body-private.h"

G_BEGIN_DECLS

typedef struct _IntimailEnvelopeReader IntimailEnvelopeReader;

IntimailEnvelopeReader *intimail_envelope_reader_new (GBytes *bytes);
void intimail_envelope_reader_free (IntimailEnvelopeReader *self);

/* The addresses of a field such as "From", as intimail_address_list_to_string()
 * writes them. A list of more than @limit bytes is cut behind an address. "" when
 * there is none. */
char *intimail_envelope_reader_read_addresses (IntimailEnvelopeReader *self,
                                               const char *name,
                                               gsize limit);

/* As intimail_message_get_field(): NULL without such a field. */
char *intimail_envelope_reader_read_text (IntimailEnvelopeReader *self,
                                          const char *name);

/* The first of intimail_message_get_message_ids() that is no longer than @limit; NULL
 * when there is none. */
char *intimail_envelope_reader_read_message_id (IntimailEnvelopeReader *self,
                                                const char *name,
                                                gsize limit);

/* As intimail_message_get_date(), in seconds since 1970 and minutes east of UTC;
 * FALSE when there is none. */
gboolean intimail_envelope_reader_read_date (IntimailEnvelopeReader *self,
                                             gint64 *seconds,
                                             int *offset);

/* As intimail_message_get_queue_id(): "" when there is none. */
char *intimail_envelope_reader_read_queue_id (IntimailEnvelopeReader *self);

/* At most @max_bytes of what intimail_message_get_preview() gives. */
char *intimail_envelope_reader_read_preview (IntimailEnvelopeReader *self,
                                             gsize max_bytes);

/* How many parts intimail_message_get_attachments() gives, and of how many of them
 * a list speaks (intimail_message_get_n_attachments()). */
guint intimail_envelope_reader_count_attachments (IntimailEnvelopeReader *self,
                                                  guint *n_offered);

/* All text of the body for a search, part by part; see
 * intimail_message_body_visit_text(). Text that is not encoded is not copied. */
void intimail_envelope_reader_visit_text (IntimailEnvelopeReader *self,
                                          IntimailMessageBodyVisit visit,
                                          gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailEnvelopeReader, intimail_envelope_reader_free)

G_END_DECLS
