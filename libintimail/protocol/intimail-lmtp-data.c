/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/intimail-lmtp-data-private.h"

#include <string.h>

void
intimail_lmtp_data_init (IntimailLmtpData *self, gboolean dots)
{
  self->state = INTIMAIL_LMTP_DATA_LINE_START;
  self->dots = dots;
}

/* One byte, in a state that looks at each. TRUE at the end of the data. */
static gboolean
decode_byte (IntimailLmtpData *self, char c, GString *content)
{
  gboolean dot = self->state == INTIMAIL_LMTP_DATA_DOT || self->state == INTIMAIL_LMTP_DATA_DOT_CR;
  gboolean cr = self->state == INTIMAIL_LMTP_DATA_CR || self->state == INTIMAIL_LMTP_DATA_DOT_CR;

  if (self->state == INTIMAIL_LMTP_DATA_LINE_START && c == '.' && self->dots)
    {
      self->state = INTIMAIL_LMTP_DATA_DOT;
      return FALSE;
    }
  if (cr && c == '\n')
    {
      if (dot)
        return TRUE;
      g_string_append_c (content, '\n');
      self->state = INTIMAIL_LMTP_DATA_LINE_START;
      return FALSE;
    }
  if (cr)
    g_string_append_c (content, '\r');
  if (c == '\r')
    {
      self->state = self->state == INTIMAIL_LMTP_DATA_DOT ? INTIMAIL_LMTP_DATA_DOT_CR : INTIMAIL_LMTP_DATA_CR;
      return FALSE;
    }

  g_string_append_c (content, c);
  self->state = INTIMAIL_LMTP_DATA_TEXT;
  return FALSE;
}

gsize
intimail_lmtp_data_decode (IntimailLmtpData *self,
                           const char *input,
                           gsize length,
                           GString *content,
                           gboolean *ended)
{
  gsize used = 0;

  *ended = FALSE;
  while (used < length && !*ended)
    {
      /* Most bytes are inside a line: taken in one go. */
      if (self->state == INTIMAIL_LMTP_DATA_TEXT)
        {
          const char *cr = memchr (input + used, '\r', length - used);
          gsize run = cr != NULL ? (gsize) (cr - input) - used : length - used;

          g_string_append_len (content, input + used, (gssize) run);
          used += run;
          if (cr == NULL)
            break;
        }
      *ended = decode_byte (self, input[used], content);
      used++;
    }

  return used;
}

void
intimail_lmtp_data_finish (IntimailLmtpData *self, GString *content)
{
  if (self->state == INTIMAIL_LMTP_DATA_CR)
    g_string_append_c (content, '\r');
  self->state = INTIMAIL_LMTP_DATA_LINE_START;
}
