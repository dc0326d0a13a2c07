/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_ENVELOPE (intimail_envelope_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailEnvelope, intimail_envelope, INTIMAIL, ENVELOPE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_id (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_thread_id (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_envelope_get_mailbox_ids (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_from (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_to (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_cc (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_bcc (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_reply_to (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_subject (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_message_id (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_envelope_get_sent (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
int intimail_envelope_get_sent_offset (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_envelope_get_received (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_envelope_get_size (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_queue_id (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_envelope_get_n_attachments (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_envelope_has_attachment (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_envelope_get_preview (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_envelope_get_keywords (IntimailEnvelope *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_envelope_has_keyword (IntimailEnvelope *self,
                                        const char *keyword);

G_END_DECLS
