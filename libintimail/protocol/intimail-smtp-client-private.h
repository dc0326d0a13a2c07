/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The client's side of one message by SMTP (RFC 5321), without the connection: what the
 * server says is fed, what to say is taken. It begins where the server has been greeted.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server's line, and all lines of one answer. */
#define INTIMAIL_SMTP_MAX_LINE 2048
#define INTIMAIL_SMTP_MAX_ANSWER (32 * 1024)

typedef struct _IntimailSmtpClient IntimailSmtpClient;

typedef enum
{
  INTIMAIL_SMTP_STEP_ASK,     /* write the output, then feed what comes */
  INTIMAIL_SMTP_STEP_MESSAGE, /* write the message; its last line with a dot goes with the next step */
  INTIMAIL_SMTP_STEP_DONE,    /* write the output and close */
} IntimailSmtpStep;

/* What the server can, by its answer to EHLO. */
typedef struct
{
  gboolean eight_bit;
  gboolean utf8;
  gboolean has_size;
  guint64 max_size; /* 0: none said */
} IntimailSmtpExtensions;

/* Takes over one line of an answer to EHLO, such as "250-SIZE 1000". */
void intimail_smtp_extensions_add_line (IntimailSmtpExtensions *self,
                                        const char *line,
                                        gsize length);

/* What the message needs. */
typedef struct
{
  guint64 size;
  gboolean eight_bit;   /* has octets above 127 */
  gboolean utf8_header; /* has them in its header, as UTF-8 */
} IntimailSmtpNeeds;

void intimail_smtp_needs_find (IntimailSmtpNeeds *self,
                               GBytes *message);

/* @strict: a recipient who is refused stops it for everybody. Else it stops for those
 * who are refused for now, so that a next try is the first for all. The addresses must
 * have been judged: they are written as they are. */
IntimailSmtpClient *intimail_smtp_client_new (const char *server,
                                              const IntimailSmtpExtensions *extensions,
                                              const IntimailSmtpNeeds *needs,
                                              const char *sender,
                                              const char *const *recipients,
                                              gboolean strict);

void intimail_smtp_client_free (IntimailSmtpClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailSmtpClient, intimail_smtp_client_free)

IntimailSmtpStep intimail_smtp_client_get_step (IntimailSmtpClient *self);

/* How many whole answers have come. */
guint intimail_smtp_client_get_n_answers (IntimailSmtpClient *self);

/* What to write now; never NULL. */
GBytes *intimail_smtp_client_take_output (IntimailSmtpClient *self);

/* The server's next bytes. */
void intimail_smtp_client_feed (IntimailSmtpClient *self,
                                const char *data,
                                gsize length);

/* All of the message but its end is written: the step is to ask again. */
void intimail_smtp_client_end_message (IntimailSmtpClient *self);

/* The end of it is on its way: from here on a broken connection says nothing. */
gboolean intimail_smtp_client_is_uncertain (IntimailSmtpClient *self);

/* The connection broke, in words: the step is done. */
void intimail_smtp_client_break (IntimailSmtpClient *self,
                                 const char *why);

/* FALSE with what the server said to one recipient, when it is done. */
gboolean intimail_smtp_client_get_result (IntimailSmtpClient *self,
                                          guint recipient,
                                          GError **error);

/* Appends a piece of a message as DATA wants it: CR LF, and a dot before a dot that
 * begins a line. @last is the last byte of the piece before, '\n' at the beginning. */
void intimail_smtp_client_append_message (GString *output,
                                          const char *data,
                                          gsize length,
                                          char *last);

G_END_DECLS
