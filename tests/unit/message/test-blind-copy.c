/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-blind-copy-private.h"

static const struct
{
  const char *name;
  const char *message;
  const char *sent;
} cases[] = {
  { "none", "From: a\nTo: b\n\nBcc: text\n", "From: a\nTo: b\n\nBcc: text\n" },
  { "one", "From: a\nBcc: c\nTo: b\n\ntext", "From: a\nTo: b\n\ntext" },
  { "crlf", "From: a\r\nBcc: c\r\n d\r\nTo: b\r\n\r\nBcc: text\r\n", "From: a\r\nTo: b\r\n\r\nBcc: text\r\n" },
  { "folded", "Bcc: c,\n d,\n\te\nTo: b\n\n", "To: b\n\n" },
  { "two-and-resent", "bcc: c\nTo: b\nRESENT-BCC: d\nBCC : e\nCc: f\n\n", "To: b\nCc: f\n\n" },
  { "last", "To: b\nBcc: c", "To: b\n" },
  { "only", "Bcc: c\n", "" },
  { "alike", "Bccs: c\nXBcc: d\nBcc\nBcc-To: e\n\n", "Bccs: c\nXBcc: d\nBcc\nBcc-To: e\n\n" },
  { "no-fields", "\nBcc: c\n", "\nBcc: c\n" },
  { "empty", "", "" },
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GBytes) message = g_bytes_new_static (cases[i].message, strlen (cases[i].message));
  g_autoptr (GBytes) sent = intimail_blind_copy_remove (message);

  g_assert_cmpmem (g_bytes_get_data (sent, NULL), g_bytes_get_size (sent), cases[i].sent, strlen (cases[i].sent));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/blind-copy/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }

  return g_test_run ();
}
