/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The bytes of a message on their way in: CRLF becomes LF, and after DATA the
 * doubled dots become single ones.
 *
 * Only CR LF . CR LF ends the data. A bare LF or a bare CR is a byte like any
 * other, so two servers cannot be made to disagree about where a message ends
 * ("SMTP smuggling").
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_LMTP_DATA_LINE_START, /* after CR LF, and at the very beginning */
  INTIMAIL_LMTP_DATA_TEXT,
  INTIMAIL_LMTP_DATA_CR,     /* a CR that is not written yet */
  INTIMAIL_LMTP_DATA_DOT,    /* a dot at the start of a line, not written */
  INTIMAIL_LMTP_DATA_DOT_CR, /* the same and a CR */
} IntimailLmtpDataState;

typedef struct
{
  IntimailLmtpDataState state;
  gboolean dots; /* of DATA; BDAT counts instead */
} IntimailLmtpData;

void intimail_lmtp_data_init (IntimailLmtpData *self,
                              gboolean dots);

/* Appends to @content what @length bytes of input mean. Gives the number of bytes
 * used, which is less than @length only when the end was met: @ended. */
gsize intimail_lmtp_data_decode (IntimailLmtpData *self,
                                 const char *input,
                                 gsize length,
                                 GString *content,
                                 gboolean *ended);

/* The end of the last chunk of BDAT: a CR may still be held. */
void intimail_lmtp_data_finish (IntimailLmtpData *self,
                                GString *content);

G_END_DECLS
