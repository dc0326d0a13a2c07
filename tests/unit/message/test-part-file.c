/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

#define EXE "MZ\220\0\003\0\0\0\004\0\0\0\377\377\0\0"
#define OLE "\320\317\021\340\241\261\032\341\0\0\0\0\0\0\0\0"
#define BYTES(text) text, sizeof text - 1

static const struct
{
  const char *type;
  const char *name;
  const char *content;
  gsize length;
  const char *guess;
  gboolean disguised;
  const char *file;
} cases[] = {
  { "application/pdf", "a.pdf", BYTES ("%PDF-1.4\n"), "application/pdf", FALSE, "a.pdf" },
  { "application/octet-stream", "a.pdf", BYTES ("%PDF-1.4\n"), "application/pdf", FALSE, "a.pdf" },
  { "application/pdf", "invoice.pdf", BYTES (EXE), "application/x-ms-dos-executable", TRUE, "invoice.pdf.bin" },
  { "application/octet-stream", "invoice.pdf", BYTES (EXE), "application/x-ms-dos-executable", TRUE, "invoice.pdf.bin" },
  { "image/png", "invoice", BYTES (EXE), "application/x-ms-dos-executable", TRUE, "invoice.bin" },
  { "application/octet-stream", "setup.exe", BYTES (EXE), "application/x-ms-dos-executable", FALSE, "setup.exe" },
  { "application/octet-stream", "holiday.scr", BYTES (EXE), "application/x-ms-dos-executable", FALSE, "holiday.scr.bin" },
  { "image/jpeg", "a.jpg", BYTES ("\211PNG\r\n\032\n\0\0\0\rIHDR"), "image/png", TRUE, "a.jpg.png" },
  { "image/png", NULL, BYTES ("\211PNG\r\n\032\n\0\0\0\rIHDR"), "image/png", FALSE, "unnamed.png" },
  { "application/octet-stream", NULL, BYTES ("\211PNG\r\n\032\n\0\0\0\rIHDR"), "image/png", FALSE, "unnamed.png" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx",
    BYTES ("PK\003\004\024\0\0\0\b\0"), "application/zip", FALSE, "a.docx" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a",
    BYTES ("PK\003\004\024\0\0\0\b\0"), "application/zip", FALSE, "a.docx" },
  { "application/msword", "a.doc", BYTES (OLE), "application/x-ole-storage", FALSE, "a.doc" },
  { "application/vnd.ms-excel", "a.xls", BYTES (OLE), "application/x-ole-storage", FALSE, "a.xls" },
  { "application/pdf", "a.pdf", BYTES (OLE), "application/x-ole-storage", TRUE, "a.pdf" },
  { "text/csv", "a.csv", BYTES ("a,b\n1,2\n"), "text/plain", FALSE, "a.csv" },
  { "application/json", "a.json", BYTES ("{\"a\": 1}\n"), "text/plain", FALSE, "a.json" },
  { "text/plain", "a.pdf", BYTES ("hello\n"), "text/plain", TRUE, "a.pdf.txt" },
  { "application/pdf", "a.pdf", BYTES ("<html><script>x</script>"), "text/html", TRUE, "a.pdf.html" },
  { "text/plain", "a.txt", BYTES ("<html><b>x</b>"), "text/html", FALSE, "a.txt" },
  { "application/octet-stream", "../a.xyz", BYTES ("\377\376\0\1"), "application/octet-stream", FALSE, "a.xyz" },
  { "application/pdf", "a.pdf", BYTES ("\0\1\2\377"), "application/octet-stream", FALSE, "a.pdf" },
  { "application/pdf", "a.pdf", BYTES (""), "application/octet-stream", FALSE, "a.pdf" },
  { "message/rfc822", NULL, BYTES ("From: a@b\nSubject: x\n"), "message/rfc822", FALSE, "unnamed.eml" },
  { "application/ms-tnef", "winmail.dat", BYTES ("\170\237\076\042\0\0"), "application/vnd.ms-tnef", FALSE, "winmail.dat" },
};

static IntimailMessage *
make_message (const char *type, const char *name, const char *content, gsize length)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) content, length);
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n--b\n");
  g_autoptr (GBytes) bytes = NULL;

  g_string_append_printf (text, "Content-Type: %s\nContent-Transfer-Encoding: base64\n", type);
  if (name != NULL)
    g_string_append_printf (text, "Content-Disposition: attachment; filename=\"%s\"\n", name);
  g_string_append_printf (text, "\n%s\n--b--\n", encoded);
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));

  return intimail_message_new_from_bytes (bytes, NULL);
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailMessage) message = make_message (cases[i].type, cases[i].name, cases[i].content, cases[i].length);
      IntimailPart *part = intimail_message_get_part (message, "1");
      g_autofree char *guess = intimail_part_guess_content_type (part);
      g_autofree char *file = intimail_part_make_file_name (part);

      g_test_message ("%s %s", cases[i].type, cases[i].name);
      g_assert_cmpstr (guess, ==, cases[i].guess);
      g_assert_cmpint (intimail_part_is_disguised (part), ==, cases[i].disguised);
      g_assert_cmpstr (file, ==, cases[i].file);
    }
}

/* A multipart is no file, and says so. */
static void
test_multipart (void)
{
  g_autoptr (IntimailMessage) message = make_message ("text/plain", NULL, "x", 1);
  IntimailPart *root = intimail_message_get_root (message);
  g_autofree char *guess = intimail_part_guess_content_type (root);

  g_assert_cmpstr (guess, ==, "multipart/mixed");
  g_assert_false (intimail_part_is_disguised (root));
}

typedef struct
{
  GMainLoop *loop;
  gboolean done;
  GError *error;
} Wait;

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->done = intimail_part_write_finish (INTIMAIL_PART (object), result, &wait->error);
  g_main_loop_quit (wait->loop);
}

static void
test_write_async (void)
{
  g_autoptr (IntimailMessage) message = make_message ("application/x-thing", "a", BYTES ("a\0b"));
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (stream);
  Wait wait = { loop, FALSE, NULL };

  intimail_part_write_async (intimail_message_get_part (message, "1"), stream, NULL, written, &wait);
  g_main_loop_run (loop);
  g_assert_no_error (wait.error);
  g_assert_true (wait.done);
  g_assert_cmpmem (g_memory_output_stream_get_data (memory), g_memory_output_stream_get_data_size (memory), "a\0b", 3);
  intimail_part_write_async (intimail_message_get_root (message), stream, NULL, written, &wait);
  g_main_loop_run (loop);
  g_assert_error (wait.error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&wait.error);
  g_cancellable_cancel (cancellable);
  intimail_part_write_async (intimail_message_get_part (message, "1"), stream, cancellable, written, &wait);
  g_main_loop_run (loop);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&wait.error);
  test_support_assert_finalized (g_steal_pointer (&message));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/part-file/cases", test_cases);
  g_test_add_func ("/part-file/multipart", test_multipart);
  g_test_add_func ("/part-file/write-async", test_write_async);

  return g_test_run ();
}
