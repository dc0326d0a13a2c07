/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
feed (IntimailPolicySession *session, const guint8 *data, gsize size, GString *result)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);
  g_autoptr (GBytes) output = NULL;

  intimail_policy_session_feed (session, input);
  while (intimail_policy_session_next (session) == INTIMAIL_POLICY_EVENT_RECIPIENT)
    {
      const char *recipient = intimail_policy_session_get_recipient (session);

      if (*recipient == '\0' || strchr (recipient, '\n') != NULL || !g_utf8_validate (recipient, -1, NULL))
        g_error ("not a recipient");
      g_string_append_printf (result, "%s %" G_GUINT64_FORMAT "\n", recipient, intimail_policy_session_get_size (session));
      intimail_policy_session_answer (session, NULL);
    }

  output = intimail_policy_session_take_output (session);
  if (output != NULL)
    g_string_append_len (result, g_bytes_get_data (output, NULL), (gssize) g_bytes_get_size (output));
}

static void
converse (const guint8 *data, gsize size, gsize piece, GString *result)
{
  g_autoptr (IntimailPolicySession) session = intimail_policy_session_new ();

  for (gsize at = 0; at < size; at += piece)
    feed (session, data + at, MIN (piece, size - at), result);
}

/* Questions and answers come in another order when more is fed at once, but they
 * are the same ones: their number of bytes tells. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const gsize pieces[] = { G_MAXSIZE / 2, 1, 7 };
  gsize length = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) result = g_string_new (NULL);

      converse (data, size, pieces[i], result);
      if (i > 0 && result->len != length)
        g_error ("another answer in pieces of %" G_GSIZE_FORMAT, pieces[i]);
      length = result->len;
    }

  return 0;
}
