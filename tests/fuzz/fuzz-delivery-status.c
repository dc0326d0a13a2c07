/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_text (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL) || strpbrk (text, "\r\n\t\001") != NULL)
    g_error ("no line of text");
}

static void
check_report (GBytes *bytes)
{
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
  g_autoptr (IntimailDeliveryStatus) status = message != NULL ? intimail_delivery_status_read (message) : NULL;

  if (status == NULL)
    return;
  check_text (intimail_delivery_status_get_reporter (status));
  for (guint i = 0; i < intimail_delivery_status_get_n_recipients (status); i++)
    {
      const char *code = intimail_delivery_status_get_status (status, i);

      check_text (intimail_delivery_status_get_recipient (status, i));
      check_text (intimail_delivery_status_get_diagnostic (status, i));
      check_text (intimail_delivery_status_get_remote (status, i));
      if (*code != '\0' && strchr ("245", *code) == NULL)
        g_error ("no status");
      if (*intimail_delivery_status_explain (status, i, i % 2 == 0 ? "en" : "fr") == '\0')
        g_error ("no explanation");
      (void) intimail_delivery_status_get_action (status, i);
    }
  check_text (intimail_delivery_status_get_message_id (status));
}

/* As a whole message, and as the part alone. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) whole = g_bytes_new (data, size);
  g_autoptr (GByteArray) part = g_byte_array_new ();
  g_autoptr (GBytes) alone = NULL;
  const char *head = "Content-Type: message/delivery-status\n\n";

  g_byte_array_append (part, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (part, data, (guint) size);
  alone = g_byte_array_free_to_bytes (g_steal_pointer (&part));
  check_report (whole);
  check_report (alone);

  return 0;
}
