/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "protocol/intimail-smtp-client-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char *const recipients[] = { "a@x.example", "b@y.example", NULL };

static void
take (IntimailSmtpClient *client, GString *said)
{
  g_autoptr (GBytes) output = intimail_smtp_client_take_output (client);

  g_string_append_len (said, g_bytes_get_data (output, NULL), (gssize) g_bytes_get_size (output));
}

static void
check_result (IntimailSmtpClient *client, guint i, GString *said)
{
  g_autoptr (GError) error = NULL;

  if (intimail_smtp_client_get_result (client, i, &error))
    {
      /* Nobody has it who was not asked, and nothing without its end. */
      if (strstr (said->str, "\r\nDATA\r\n.\r\n") == NULL || strstr (said->str, recipients[i]) == NULL)
        g_error ("sent, and never said");
      return;
    }
  if (!g_utf8_validate (error->message, -1, NULL) || strpbrk (error->message, "\r\n") != NULL)
    g_error ("no line of text");
}

static void
converse (const guint8 *data, gsize size, gsize piece, gboolean strict, GString *said)
{
  IntimailSmtpExtensions extensions = { .eight_bit = TRUE };
  IntimailSmtpNeeds needs = { .size = 100 };
  g_autoptr (IntimailSmtpClient) client = intimail_smtp_client_new ("relay", &extensions, &needs, "s@x.example", recipients, strict);

  take (client, said);
  for (gsize at = 0; at < size; at += MIN (piece, size - at))
    {
      intimail_smtp_client_feed (client, (const char *) data + at, MIN (piece, size - at));
      if (intimail_smtp_client_get_step (client) == INTIMAIL_SMTP_STEP_MESSAGE)
        intimail_smtp_client_end_message (client);
      take (client, said);
    }
  intimail_smtp_client_break (client, "the end");
  for (guint i = 0; i < 2; i++)
    check_result (client, i, said);
}

/* A piece of a message is written the same however it is cut, and no line of it but the
 * end is a dot alone. */
static void
check_message (const guint8 *data, gsize size)
{
  g_autoptr (GString) whole = g_string_new ("\r\n");
  g_autoptr (GString) pieces = g_string_new ("\r\n");
  char last = '\n';

  intimail_smtp_client_append_message (whole, (const char *) data, size, &last);
  last = '\n';
  for (gsize i = 0; i < size; i++)
    intimail_smtp_client_append_message (pieces, (const char *) data + i, 1, &last);
  if (!g_string_equal (whole, pieces))
    g_error ("cut otherwise, written otherwise");
  for (gsize i = 0; i + 1 < whole->len; i++)
    {
      if (whole->str[i] == '\r' && whole->str[i + 1] != '\n')
        g_error ("a CR alone");
      if (i > 1 && whole->str[i] == '.' && whole->str[i - 1] == '\n' && whole->str[i + 1] != '.')
        g_error ("a dot without its second");
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  IntimailSmtpExtensions extensions = { 0 };

  intimail_smtp_extensions_add_line (&extensions, (const char *) data, size);
  for (gboolean strict = FALSE; strict <= TRUE; strict++)
    {
      g_autoptr (GString) whole = g_string_new (NULL);
      g_autoptr (GString) pieces = g_string_new (NULL);

      converse (data, size, G_MAXSIZE, strict, whole);
      converse (data, size, 1, strict, pieces);
    }
  check_message (data, size);

  return 0;
}
