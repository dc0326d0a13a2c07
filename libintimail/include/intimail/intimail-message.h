/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-field.h>
#include <intimail/intimail-part.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_MESSAGE (intimail_message_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailMessage, intimail_message, INTIMAIL, MESSAGE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailMessage *intimail_message_new_from_bytes (GBytes *bytes,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailMessage *intimail_message_new_from_file (const char *path,
                                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_message_get_bytes (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_message_get_subject (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_from (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_sender (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_reply_to (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_to (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_cc (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_bcc (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_message_get_message_id (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_message_get_message_ids (IntimailMessage *self,
                                                     const char *field);

INTIMAIL_AVAILABLE_IN_1_0
GDateTime *intimail_message_get_date (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_message_get_field (IntimailMessage *self,
                                  const char *name);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_headers (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_message_get_base_subject (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_message_get_queue_id (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPart *intimail_message_get_root (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPart *intimail_message_get_part (IntimailMessage *self,
                                         const char *part_id);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_text_body (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_html_body (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_message_get_attachments (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_message_has_attachment (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_message_get_n_attachments (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailPart *intimail_message_find_protected_part (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_message_write_zip (IntimailMessage *self,
                                     GOutputStream *stream,
                                     GCancellable *cancellable,
                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_message_write_zip_async (IntimailMessage *self,
                                       GOutputStream *stream,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_message_write_zip_finish (IntimailMessage *self,
                                            GAsyncResult *result,
                                            GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_message_get_preview (IntimailMessage *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_message_get_text (IntimailMessage *self);

G_END_DECLS
