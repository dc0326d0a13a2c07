/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_LMTP_EVENT_NONE = 0,
  INTIMAIL_LMTP_EVENT_MAIL = 1,
  INTIMAIL_LMTP_EVENT_RECIPIENT = 2,
  INTIMAIL_LMTP_EVENT_CONTENT = 3,
  INTIMAIL_LMTP_EVENT_MESSAGE = 4,
  INTIMAIL_LMTP_EVENT_RESET = 5,
  INTIMAIL_LMTP_EVENT_CLOSE = 6,
} IntimailLmtpEvent;

typedef enum
{
  INTIMAIL_LMTP_FAREWELL_IDLE = 0,
  INTIMAIL_LMTP_FAREWELL_BUSY = 1,
  INTIMAIL_LMTP_FAREWELL_STOPPING = 2,
} IntimailLmtpFarewell;

#define INTIMAIL_TYPE_LMTP_SESSION (intimail_lmtp_session_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailLmtpSession, intimail_lmtp_session, INTIMAIL, LMTP_SESSION, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailLmtpSession *intimail_lmtp_session_new (const char *hostname,
                                                guint64 max_message_size);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_lmtp_session_feed (IntimailLmtpSession *self,
                                 GBytes *data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailLmtpEvent intimail_lmtp_session_next (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_lmtp_session_accept (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_lmtp_session_answer (IntimailLmtpSession *self,
                                   const GError *error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_lmtp_session_dismiss (IntimailLmtpSession *self,
                                    IntimailLmtpFarewell farewell);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_lmtp_session_take_output (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
GBytes *intimail_lmtp_session_take_content (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_lmtp_session_get_peer_name (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_lmtp_session_get_sender (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_lmtp_session_get_size (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_lmtp_session_get_recipient (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_lmtp_session_get_n_recipients (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_lmtp_session_is_in_transaction (IntimailLmtpSession *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_lmtp_session_is_in_message (IntimailLmtpSession *self);

G_END_DECLS
