/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-invitation.h>
#include <intimail/intimail-message.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

/**
 * IntimailReplyScope:
 * @INTIMAIL_REPLY_SCOPE_AUTHOR: who wrote, or whom he names for answers
 * @INTIMAIL_REPLY_SCOPE_ALL: all who have the message
 * @INTIMAIL_REPLY_SCOPE_LIST: the mailing list that it came from
 *
 * Whom an answer goes to.
 *
 * Since: 1.0
 */
typedef enum
{
  INTIMAIL_REPLY_SCOPE_AUTHOR = 0,
  INTIMAIL_REPLY_SCOPE_ALL = 1,
  INTIMAIL_REPLY_SCOPE_LIST = 2,
} IntimailReplyScope;

/**
 * IntimailForwardKind:
 * @INTIMAIL_FORWARD_KIND_INLINE: its text in the new text, its files as the new files
 * @INTIMAIL_FORWARD_KIND_ATTACHED: as one file
 *
 * How a message is passed on.
 *
 * Since: 1.0
 */
typedef enum
{
  INTIMAIL_FORWARD_KIND_INLINE = 0,
  INTIMAIL_FORWARD_KIND_ATTACHED = 1,
} IntimailForwardKind;

#define INTIMAIL_TYPE_COMPOSER (intimail_composer_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailComposer, intimail_composer, INTIMAIL, COMPOSER, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailComposer *intimail_composer_new (void);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_from (IntimailComposer *self,
                                 IntimailAddress *address);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_identity (IntimailComposer *self,
                                     IntimailAddress *from,
                                     GPtrArray *reply_to,
                                     const char *signature);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_addresses (IntimailComposer *self,
                                      const char *field,
                                      GPtrArray *addresses);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_set_recipients (IntimailComposer *self,
                                           const char *field,
                                           const char *const *texts,
                                           GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_add_group (IntimailComposer *self,
                                      const char *field,
                                      const char *name,
                                      GPtrArray *addresses,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_composer_list_addresses (IntimailComposer *self,
                                             const char *field);

INTIMAIL_AVAILABLE_IN_1_0
char **intimail_composer_list_recipients (IntimailComposer *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_without_bcc (IntimailComposer *self,
                                        gboolean without_bcc);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_needs_smtputf8 (IntimailComposer *self);

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
void intimail_composer_set_signature (IntimailComposer *self,
                                      const char *signature);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_flowed (IntimailComposer *self,
                                   gboolean flowed);

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
gboolean intimail_composer_reply (IntimailComposer *self,
                                  IntimailMessage *message,
                                  IntimailReplyScope scope,
                                  GPtrArray *own,
                                  const char *language,
                                  GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_forward (IntimailComposer *self,
                                    IntimailMessage *message,
                                    IntimailForwardKind kind,
                                    const char *language,
                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_composer_answer_invitation (IntimailComposer *self,
                                              IntimailMessage *message,
                                              IntimailAttendance attendance,
                                              const char *language,
                                              GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_composer_get_quote (IntimailComposer *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_composer_set_quote (IntimailComposer *self,
                                  const char *quote);

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
