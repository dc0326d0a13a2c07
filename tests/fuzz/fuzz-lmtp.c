/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define MAX_SIZE 1000

typedef struct
{
  GString *output;
  GString *content;
} Result;

static void
feed (IntimailLmtpSession *session, const guint8 *data, gsize size, Result *result)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);
  g_autoptr (GBytes) output = NULL;
  IntimailLmtpEvent event;

  intimail_lmtp_session_feed (session, input);
  while ((event = intimail_lmtp_session_next (session)) != INTIMAIL_LMTP_EVENT_NONE && event != INTIMAIL_LMTP_EVENT_CLOSE)
    {
      if (event == INTIMAIL_LMTP_EVENT_CONTENT)
        {
          g_autoptr (GBytes) content = intimail_lmtp_session_take_content (session);

          g_string_append_len (result->content, g_bytes_get_data (content, NULL), (gssize) g_bytes_get_size (content));
        }
      else if (event != INTIMAIL_LMTP_EVENT_RESET)
        intimail_lmtp_session_answer (session, NULL);
    }
  if (intimail_lmtp_session_get_n_recipients (session) > 1000)
    g_error ("more recipients than the limit");

  output = intimail_lmtp_session_take_output (session);
  if (output != NULL)
    g_string_append_len (result->output, g_bytes_get_data (output, NULL), (gssize) g_bytes_get_size (output));
}

static void
converse (const guint8 *data, gsize size, gsize piece, Result *result)
{
  g_autoptr (IntimailLmtpSession) session = intimail_lmtp_session_new ("mx.example", MAX_SIZE);

  for (gsize at = 0; at < size; at += piece)
    feed (session, data + at, MIN (piece, size - at), result);
}

static void
check_lines (const GString *output)
{
  for (gsize i = 0; i < output->len; i++)
    if (output->str[i] == '\n' ? i == 0 || output->str[i - 1] != '\r' : output->str[i] != '\r' && (output->str[i] < ' ' || output->str[i] > '~'))
      g_error ("a reply holds what the peer sent");
}

/* However the input is cut, the same is answered and the same is kept. Of a message
 * over the limit, how much was given out before the limit depends on the pieces. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const gsize pieces[] = { G_MAXSIZE / 2, 1, 7 };
  Result results[G_N_ELEMENTS (pieces)];

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      results[i] = (Result){ g_string_new (NULL), g_string_new (NULL) };
      converse (data, size, pieces[i], &results[i]);
      check_lines (results[i].output);
      if (!g_string_equal (results[0].output, results[i].output) ||
          (size <= MAX_SIZE && !g_string_equal (results[0].content, results[i].content)))
        g_error ("another answer in pieces of %" G_GSIZE_FORMAT, pieces[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_string_free (results[i].output, TRUE);
      g_string_free (results[i].content, TRUE);
    }

  return 0;
}
