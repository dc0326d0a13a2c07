/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The states of an LMTP session, and what moves it from one to the next.
 */

#pragma once

#include <intimail/intimail-lmtp-session.h>

#include "protocol/intimail-lmtp-data-private.h"

G_BEGIN_DECLS

/* Octets of a command line with its end. RFC 5321 asks for 512; long addresses
 * (RFC 6531) and parameters need more. */
#define INTIMAIL_LMTP_MAX_LINE 2048
#define INTIMAIL_LMTP_MAX_RECIPIENTS 1000
#define INTIMAIL_LMTP_MAX_BAD_COMMANDS 20

typedef enum
{
  INTIMAIL_LMTP_PHASE_GREETING,
  INTIMAIL_LMTP_PHASE_COMMAND,
  INTIMAIL_LMTP_PHASE_DATA,
  INTIMAIL_LMTP_PHASE_CHUNK,
  INTIMAIL_LMTP_PHASE_CLOSED,
} IntimailLmtpPhase;

typedef struct
{
  char *hostname;
  guint64 max_message_size;

  GString *input;
  gsize used; /* bytes of input that are done with */
  GString *output;
  GString *content;

  IntimailLmtpPhase phase;
  IntimailLmtpEvent pending; /* what has to be answered, or NONE */
  guint n_bad;
  gboolean skipping; /* inside a line that is too long */

  char *peer_name;
  char *sender; /* NULL: no transaction */
  guint64 size;
  char *recipient; /* the one in question */
  GPtrArray *recipients;
  guint n_answered;

  IntimailLmtpData data;
  guint64 received;
  gboolean chunked; /* BDAT was used in this transaction */
  gboolean last;    /* the chunk at hand ends the message */
  guint64 chunk_left;
} IntimailLmtpMachine;

void intimail_lmtp_machine_init (IntimailLmtpMachine *self);
void intimail_lmtp_machine_clear (IntimailLmtpMachine *self);

void intimail_lmtp_machine_feed (IntimailLmtpMachine *self,
                                 gconstpointer data,
                                 gsize length);
IntimailLmtpEvent intimail_lmtp_machine_next (IntimailLmtpMachine *self);
void intimail_lmtp_machine_answer (IntimailLmtpMachine *self,
                                   const GError *error);
void intimail_lmtp_machine_dismiss (IntimailLmtpMachine *self,
                                    const char *line);

G_END_DECLS
