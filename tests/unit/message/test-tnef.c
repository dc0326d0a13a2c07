/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-tnef-clean-private.h"
#include "message/intimail-tnef-private.h"
#include "test-support.h"
#include "tnef-writer.h"

#define LONG_NAME 0x3707
#define MIME_TAG 0x370e
#define CONTENT_ID 0x3712
#define FILE_DATA 0x3701
#define HTML 0x1013
#define RTF 0x1009
#define HTML_CODEPAGE 0x3fde

static IntimailMessage *
open_bytes (const guint8 *data, gsize length, GError **error)
{
  g_autoptr (GBytes) message = intimail_tnef_to_message (g_bytes_new (data, length), error);

  return message != NULL ? intimail_message_new_from_bytes (message, NULL) : NULL;
}

static IntimailMessage *
open_array (GByteArray *array)
{
  g_autoptr (GError) error = NULL;
  IntimailMessage *message = open_bytes (array->data, array->len, &error);

  g_assert_no_error (error);
  return message;
}

/* "name (type) [content]" of each attachment. */
static char *
describe (IntimailMessage *message)
{
  GPtrArray *attachments = intimail_message_get_attachments (message);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < attachments->len; i++)
    {
      IntimailPart *part = g_ptr_array_index (attachments, i);
      g_autoptr (GBytes) content = intimail_part_get_content (part, NULL);

      g_string_append_printf (text, "%s (%s) [%.*s]\n", intimail_part_get_name (part), intimail_part_get_content_type (part),
                              (int) g_bytes_get_size (content), (const char *) g_bytes_get_data (content, NULL));
    }

  return g_string_free (text, FALSE);
}

static GByteArray *
make_rich (void)
{
  GByteArray *file = tnef_writer_new ();
  g_autoptr (GByteArray) texts = tnef_writer_new_list ();
  g_autoptr (GByteArray) picture = tnef_writer_new_list ();
  g_autoptr (GByteArray) inner = tnef_writer_new ();
  g_autoptr (GByteArray) object = g_byte_array_new ();
  g_autoptr (GByteArray) inside = tnef_writer_new_list ();
  static const guint8 page[] = { 0xe9, 0xfd, 0, 0 }; /* 65001 */

  tnef_writer_add_property (texts, TNEF_LONG, HTML_CODEPAGE, page, sizeof page);
  tnef_writer_add_property (texts, TNEF_BINARY, HTML, "<p>caf\303\251 <img src=\"cid:p@x\">", 29);
  tnef_writer_add (file, TNEF_BODY, "caf\351", 5);
  tnef_writer_add (file, TNEF_PROPERTIES, texts->data, texts->len);
  tnef_writer_add_file (file, "PR\326FUN~1.TXT", "one");
  tnef_writer_add_property (picture, TNEF_UNICODE, LONG_NAME, "=\330\000\336.\0p\0n\0g\0\0", 14);
  tnef_writer_add_property (picture, TNEF_STRING, MIME_TAG, "image/png", 10);
  tnef_writer_add_property (picture, TNEF_STRING, CONTENT_ID, "p@x", 4);
  tnef_writer_add_file (file, "short.png", "two");
  tnef_writer_add (file, TNEF_ATTACHMENT, picture->data, picture->len);
  tnef_writer_add_file (inner, "deep.txt", "three");
  g_byte_array_append (object, (const guint8 *) "0123456789abcdef", 16);
  g_byte_array_append (object, inner->data, inner->len);
  tnef_writer_add_property (inside, TNEF_OBJECT, FILE_DATA, object->data, object->len);
  tnef_writer_add_file (file, "message", "");
  tnef_writer_add (file, TNEF_ATTACHMENT, inside->data, inside->len);

  return file;
}

static void
test_rich (void)
{
  g_autoptr (GByteArray) file = make_rich ();
  g_autoptr (IntimailMessage) message = open_array (file);
  GPtrArray *attachments = intimail_message_get_attachments (message);
  g_autofree char *text = intimail_message_get_text (message);
  g_autoptr (IntimailMessage) inner = NULL;
  g_autofree char *deep = NULL;
  g_autoptr (GError) error = NULL;
  IntimailPart *html;

  g_assert_cmpstr (text, ==, "caf\303\251");
  g_assert_cmpuint (intimail_message_get_html_body (message)->len, >, 0);
  html = intimail_message_get_part (message, "1.2");
  g_assert_cmpstr (intimail_part_get_content_type (html), ==, "text/html");
  g_assert_cmpstr (intimail_part_get_charset (html), ==, "utf-8");
  g_assert_cmpuint (attachments->len, ==, 3);
  g_assert_cmpstr (intimail_part_get_name (attachments->pdata[0]), ==, "PR\303\226FUN~1.TXT");
  g_assert_cmpstr (intimail_part_get_name (attachments->pdata[1]), ==, "\360\237\230\200.png");
  g_assert_cmpstr (intimail_part_get_content_type (attachments->pdata[1]), ==, "image/png");
  g_assert_cmpstr (intimail_part_get_content_id (attachments->pdata[1]), ==, "p@x");
  g_assert_true (intimail_part_can_open (attachments->pdata[2]));
  inner = intimail_part_open (attachments->pdata[2], NULL, &error);
  g_assert_no_error (error);
  deep = describe (inner);
  g_assert_cmpstr (deep, ==, "deep.txt (application/octet-stream) [three]\n");
}

/* What one may make of the contents of a part. */
static void
test_content (void)
{
  g_autoptr (GByteArray) file = tnef_writer_new ();
  g_autoptr (GByteArray) list = tnef_writer_new_list ();
  g_autoptr (IntimailMessage) message = NULL;
  g_autofree char *text = NULL;

  tnef_writer_add_file (file, "a\r\nX-Evil: 1", "--b\n\nContent-Type: text/plain\n\n--\r\n");
  tnef_writer_add_file (file, "", "");
  tnef_writer_add_property (list, TNEF_STRING, MIME_TAG, "multipart/mixed; boundary=x", 27);
  tnef_writer_add_property (list, TNEF_STRING, CONTENT_ID, "a>\r\nX-Evil: <b", 14);
  tnef_writer_add_property (list, TNEF_STRING, LONG_NAME, "../%41'*;\".txt", 15);
  tnef_writer_add (file, TNEF_ATTACHMENT, list->data, list->len);
  message = open_array (file);
  text = describe (message);
  g_assert_cmpstr (text, ==,
                   "aX-Evil: 1 (application/octet-stream) [--b\n\nContent-Type: text/plain\n\n--\r\n]\n"
                   "../%41'*;\".txt (application/octet-stream) []\n");
  g_assert_null (intimail_part_get_content_id (intimail_message_get_attachments (message)->pdata[1]));
}

/* The example of [MS-OXRTFCP] section 3.1, of which libytnef turns the line end round. */
static void
test_rtf (void)
{
  static const guint8 packed[] = { 0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00,
                                   0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09,
                                   0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0 };

  for (gsize length = 0; length <= sizeof packed; length++)
    {
      g_autoptr (GByteArray) file = tnef_writer_new ();
      g_autoptr (GByteArray) list = tnef_writer_new_list ();
      g_autoptr (IntimailMessage) message = NULL;
      g_autofree char *text = NULL;
      g_autofree guint8 *cut = g_memdup2 (packed, sizeof packed);

      cut[0] = (guint8) (length - 4);
      g_assert_cmpint (intimail_tnef_clean_is_rtf (cut, length), ==, length >= sizeof packed - 2);
      tnef_writer_add_property (list, TNEF_BINARY, RTF, cut, length);
      tnef_writer_add (file, TNEF_PROPERTIES, list->data, list->len);
      message = open_array (file);
      text = describe (message);
      g_assert_cmpstr (text, ==,
                       length >= sizeof packed - 2 ? "message.rtf (application/rtf) [{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\n\r]\n" : "");
    }
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *large = g_malloc0 (INTIMAIL_TNEF_MAX_SIZE + 1);

  g_assert_null (open_bytes ((const guint8 *) "no", 2, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_null (open_bytes (large, INTIMAIL_TNEF_MAX_SIZE + 1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

static void
test_limit_of_files (void)
{
  g_autoptr (GByteArray) file = tnef_writer_new ();
  g_autoptr (IntimailMessage) message = NULL;

  for (int i = 0; i < 2 * INTIMAIL_TNEF_MAX_FILES; i++)
    tnef_writer_add_file (file, "a", "b");
  message = open_array (file);
  g_assert_cmpuint (intimail_message_get_attachments (message)->len, ==, INTIMAIL_TNEF_MAX_FILES);
}

/* Numbers that libytnef believes. */
static void
test_lists_that_lie (void)
{
  static const guint8 lists[][40] = {
    { 0xff, 0xff, 0xff, 0xff },
    { 1, 0, 0, 0, 0x1e, 0, 0x07, 0x37, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 'a' },
    { 1, 0, 0, 0, 0x1e, 0x10, 0x07, 0x37, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 'a' },
    { 1, 0, 0, 0, 0x1e, 0, 0x07, 0x37, 0, 0, 0, 0 },
    { 1, 0, 0, 0, 0x99, 0, 0x07, 0x37 },
    { 1, 0, 0, 0, 0x1e, 0, 0x07, 0xb7, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize length = 0; length <= sizeof lists[i]; length++)
      {
        g_autoptr (GByteArray) file = tnef_writer_new ();
        g_autoptr (IntimailMessage) message = NULL;
        g_autofree char *text = NULL;

        tnef_writer_add (file, TNEF_PROPERTIES, lists[i], length);
        tnef_writer_add_file (file, "a", "b");
        tnef_writer_add (file, TNEF_ATTACHMENT, lists[i], length);
        message = open_array (file);
        text = describe (message);
        g_assert_cmpstr (text, ==, "a (application/octet-stream) [b]\n");
      }
}

/* Long names and large files, in each place where they may be. */
static void
test_large (void)
{
  gsize size = 5 * 1024 * 1024;
  g_autoptr (GByteArray) file = tnef_writer_new ();
  g_autoptr (GByteArray) list = tnef_writer_new_list ();
  g_autoptr (GByteArray) texts = tnef_writer_new_list ();
  g_autofree char *content = g_strnfill (size, 'x');
  g_autofree char *letters = g_strnfill (250, 'y');
  g_autofree char *name = g_strconcat (letters, ".txt", NULL);
  g_autofree char *short_name = g_strndup (letters, 99);
  g_autofree char *title = g_strconcat (short_name, "\351t\351", NULL);
  g_autoptr (IntimailMessage) message = NULL;
  GPtrArray *attachments;

  tnef_writer_add_property (texts, TNEF_BINARY, HTML, content, size);
  tnef_writer_add (file, TNEF_BODY, content, size);
  tnef_writer_add (file, TNEF_PROPERTIES, texts->data, texts->len);
  tnef_writer_add_file (file, title, content);
  tnef_writer_add_file (file, "short", "");
  tnef_writer_add_property (list, TNEF_STRING, LONG_NAME, name, strlen (name) + 1);
  tnef_writer_add_property (list, TNEF_BINARY, FILE_DATA, content, size);
  tnef_writer_add (file, TNEF_ATTACHMENT, list->data, list->len);
  message = open_array (file);
  attachments = intimail_message_get_attachments (message);
  g_assert_cmpuint (attachments->len, ==, 4);
  g_assert_cmpstr (intimail_part_get_name (attachments->pdata[0]), ==, short_name);
  g_assert_cmpstr (intimail_part_get_name (attachments->pdata[1]), ==, name);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (intimail_part_get_size (attachments->pdata[i]), ==, size);
}

/* Cut anywhere, with any byte wrong: what is whole is shown. Nothing is said on standard
 * output. */
static void
test_broken (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GByteArray) file = make_rich ();

      for (guint i = 0; i < file->len; i++)
        {
          g_autoptr (IntimailMessage) cut = open_bytes (file->data, i, NULL);
          g_autoptr (IntimailMessage) wrong = NULL;
          g_autofree char *text = cut != NULL ? describe (cut) : NULL;
          g_autofree char *other = NULL;

          file->data[i] ^= 0xff;
          wrong = open_bytes (file->data, file->len, NULL);
          other = wrong != NULL ? describe (wrong) : NULL;
          file->data[i] ^= 0xff;
          g_assert_true (i < 4 || wrong != NULL);
        }
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout_unmatched ("*ERROR*");
  g_test_trap_assert_stdout_unmatched ("*orrupt*");
}

/* A part of a mail, as it is found. */
static void
test_part (void)
{
  g_autoptr (GByteArray) file = make_rich ();
  g_autofree char *encoded = g_base64_encode (file->data, file->len);
  static const char *const types[] = { "application/ms-tnef", "application/vnd.ms-tnef", "application/octet-stream; name=WINMAIL.DAT" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text = g_strdup_printf ("Content-Type: %s\nContent-Transfer-Encoding: base64\n\n%s\n", types[i], encoded);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
      g_autoptr (IntimailMessage) inner = intimail_part_open (intimail_message_get_root (message), NULL, NULL);

      g_assert_nonnull (inner);
      g_assert_cmpuint (intimail_message_get_attachments (inner)->len, ==, 3);
    }
}

/* A message in a message in a message. */
static void
test_messages (void)
{
  g_autoptr (GString) text = g_string_new ("Subject: 0\n\ndeepest\n");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *deepest = NULL;

  for (int i = 1; i <= 50; i++)
    {
      g_autofree char *head = g_strdup_printf ("Subject: %d\nContent-Type: message/rfc822\n\n", i);

      g_string_prepend (text, head);
    }
  bytes = g_bytes_new (text->str, text->len);
  message = intimail_message_new_from_bytes (bytes, NULL);
  for (int i = 49; i >= 0; i--)
    {
      IntimailPart *part = intimail_message_get_root (message);
      g_autofree char *number = g_strdup_printf ("%d", i);
      IntimailMessage *inner;

      g_assert_true (intimail_part_can_open (part));
      inner = intimail_part_open (part, NULL, &error);
      g_assert_no_error (error);
      g_set_object (&message, inner);
      g_object_unref (inner);
      g_assert_cmpstr (intimail_message_get_subject (message), ==, number);
    }
  deepest = intimail_message_get_text (message);
  g_assert_cmpstr (deepest, ==, "deepest\n");
  g_assert_false (intimail_part_can_open (intimail_message_get_root (message)));
  g_assert_null (intimail_part_open (intimail_message_get_root (message), NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tnef/rich", test_rich);
  g_test_add_func ("/tnef/content", test_content);
  g_test_add_func ("/tnef/rtf", test_rtf);
  g_test_add_func ("/tnef/refused", test_refused);
  g_test_add_func ("/tnef/limit-of-files", test_limit_of_files);
  g_test_add_func ("/tnef/lists-that-lie", test_lists_that_lie);
  g_test_add_func ("/tnef/large", test_large);
  g_test_add_func ("/tnef/broken", test_broken);
  g_test_add_func ("/tnef/part", test_part);
  g_test_add_func ("/tnef/messages", test_messages);

  return g_test_run ();
}
