/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_COMPOSER (intimail_composer_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailComposer, intimail_composer, INTIMAIL, COMPOSER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailComposer *intimail_composer_new (void);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_from (IntimailComposer *self,
                                 IntimailAddress *address);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_addresses (IntimailComposer *self,
                                      const char *field,
                                      GPtrArray *addresses);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_set_field (IntimailComposer *self,
                                      const char *name,
                                      const char *value,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_date (IntimailComposer *self,
                                 GDateTime *date);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_text (IntimailComposer *self,
                                 const char *text);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_html (IntimailComposer *self,
                                 const char *html);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_add_attachment (IntimailComposer *self,
                                           GBytes *content,
                                           const char *name,
                                           const char *content_type,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_add_attachment_file (IntimailComposer *self,
                                                const char *path,
                                                const char *name,
                                                const char *content_type,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_add_attachment_stream (IntimailComposer *self,
                                                  GInputStream *stream,
                                                  const char *name,
                                                  const char *content_type,
                                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_add_inline (IntimailComposer *self,
                                       GBytes *content,
                                       const char *name,
                                       const char *content_type,
                                       const char *content_id,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_reply_to_message (IntimailComposer *self,
                                             IntimailMessage *message);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_composer_build (IntimailComposer *self,
                                 const char *hostname,
                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_write (IntimailComposer *self,
                                  const char *hostname,
                                  GOutputStream *stream,
                                  GCancellable *cancellable,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_write_async (IntimailComposer *self,
                                    const char *hostname,
                                    GOutputStream *stream,
                                    int io_priority,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_write_finish (IntimailComposer *self,
                                         GAsyncResult *result,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_write_file (IntimailComposer *self,
                                       const char *hostname,
                                       const char *path,
                                       GCancellable *cancellable,
                                       GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_write_file_async (IntimailComposer *self,
                                         const char *hostname,
                                         const char *path,
                                         int io_priority,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_write_file_finish (IntimailComposer *self,
                                              GAsyncResult *result,
                                              GError **error);

G_END_DECLS
