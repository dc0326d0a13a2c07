/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <intimail/intimail.h>

#include "test-support.h"

static IntimailComposer *
make_composer (void)
{
  IntimailComposer *composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) from = intimail_address_parse ("Ann <ann@home.example>", NULL);

  intimail_composer_set_from (composer, from);
  return composer;
}

static char *
build (IntimailComposer *composer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_composer_build (composer, "mail.home.example", &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static IntimailMessage *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return intimail_message_new_from_bytes (bytes, NULL);
}

static void
test_text (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 ("2023-01-02T03:04:05-0330", NULL);
  g_autoptr (GPtrArray) to = intimail_address_parse_list ("\"B, Ben\" <ben@home.example>, chlo\303\251 <chloe@home.example>", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *body = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  const char *id;

  g_assert_nonnull (to);
  intimail_composer_set_addresses (composer, "to", to);
  intimail_composer_set_date (composer, date);
  intimail_composer_set_text (composer, "Caf\303\251\r\nat five \n.\nFrom me");
  g_assert_true (intimail_composer_set_field (composer, "Subject", "No caf\303\251?", &error));
  g_assert_true (intimail_composer_set_field (composer, "subject", "Caf\303\251?", &error));
  g_assert_no_error (error);
  text = build (composer);
  g_assert_null (strchr (text, '\r'));
  g_assert_nonnull (strstr (text, "Date: Mon, 02 Jan 2023 03:04:05 -0330\n"));
  g_assert_nonnull (strstr (text, "\nMIME-Version: 1.0\n"));
  g_assert_null (strstr (text, "No caf"));

  message = parse (text);
  body = intimail_message_get_text (message);
  id = intimail_message_get_message_id (message);
  g_assert_cmpstr (body, ==, "Caf\303\251\nat five \n.\nFrom me\n");
  g_assert_cmpstr (intimail_message_get_subject (message), ==, "Caf\303\251?");
  g_assert_cmpuint (intimail_message_get_to (message)->len, ==, 2);
  g_assert_cmpstr (intimail_address_get_name (g_ptr_array_index (intimail_message_get_to (message), 0)), ==, "B, Ben");
  g_assert_cmpstr (intimail_address_get_name (g_ptr_array_index (intimail_message_get_to (message), 1)), ==, "chlo\303\251");
  g_assert_cmpuint (strlen (id), ==, 36 + strlen ("@mail.home.example"));
  g_assert_true (g_str_has_suffix (id, "@mail.home.example"));
}

static void
test_structure (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GBytes) content = g_bytes_new_static ("\0\1\2", 3);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (GBytes) back = NULL;
  IntimailPart *part;
  static const char *const types[][2] = {
    { "", "multipart/mixed" },
    { "1", "multipart/alternative" },
    { "1.1", "text/plain" },
    { "1.2", "multipart/related" },
    { "1.2.1", "text/html" },
    { "1.2.2", "image/png" },
    { "2", "application/pdf" },
    { "3", "application/octet-stream" },
  };

  intimail_composer_set_text (composer, "plain");
  intimail_composer_set_html (composer, "<img src=\"cid:p@x\">");
  g_assert_true (intimail_composer_add_inline (composer, content, "p.png", "image/png", "p@x", &error));
  g_assert_true (intimail_composer_add_attachment (composer, content, "d\303\251j\303\240 \"vu\".pdf", "application/pdf", &error));
  g_assert_true (intimail_composer_add_attachment (composer, content, NULL, NULL, &error));
  g_assert_no_error (error);
  text = build (composer);
  message = parse (text);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      part = intimail_message_get_part (message, types[i][0]);
      g_assert_nonnull (part);
      g_assert_cmpstr (intimail_part_get_content_type (part), ==, types[i][1]);
    }
  part = intimail_message_get_part (message, "2");
  back = intimail_part_get_content (part, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (back, content));
  g_assert_cmpstr (intimail_part_get_name (part), ==, "d\303\251j\303\240 \"vu\".pdf");
  g_assert_cmpstr (intimail_part_get_content_id (intimail_message_get_part (message, "1.2.2")), ==, "p@x");
  g_assert_cmpuint (intimail_message_get_n_attachments (message), ==, 2);
}

static void
test_reply (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GString) old = g_string_new ("Message-ID: <last@x>\nReferences:");
  g_autofree char *text = NULL;
  g_autoptr (IntimailMessage) parent = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  const char *const *references;

  for (int i = 0; i < 300; i++)
    g_string_append_printf (old, "\n <id%d@x>", i);
  g_string_append (old, "\n\n");
  parent = parse (old->str);
  intimail_composer_set_reply_to_message (composer, parent);
  text = build (composer);
  message = parse (text);
  references = intimail_message_get_message_ids (message, "References");
  g_assert_cmpstr (intimail_message_get_message_ids (message, "In-Reply-To")[0], ==, "last@x");
  g_assert_cmpuint (g_strv_length ((char **) references), ==, 100);
  g_assert_cmpstr (references[0], ==, "id0@x");
  g_assert_cmpstr (references[1], ==, "id202@x");
  g_assert_cmpstr (references[99], ==, "last@x");
}

static void
test_injection_is_refused (void)
{
  static const struct
  {
    const char *name;
    const char *value;
  } fields[] = {
    { "Subject", "x\nBcc: eve@far.example" },
    { "Subject", "x\r\n\r\nbody" },
    { "Subject", "x\r" },
    { "Subject", "\377" },
    { "Sub ject", "x" },
    { "Subject:", "x" },
    { "Subject\n", "x" },
    { "", "x" },
    { "From", "eve@far.example" },
    { "to", "eve@far.example" },
    { "DATE", "never" },
    { "content-type", "text/html" },
    { "MIME-version", "2.0" },
  };
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);
  g_autofree char *long_name = g_strnfill (256, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();
      g_autoptr (GError) error = NULL;

      g_assert_false (intimail_composer_set_field (composer, fields[i].name, fields[i].value, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
  {
    g_autoptr (IntimailComposer) composer = make_composer ();
    const char *const names[] = { "a\nb", "a\rb", "a\377", long_name };
    const char *const types[] = { "", "x", "text/", "text/plain; x=y", "text/plain\nX: y", "multipart/mixed" };
    const char *const ids[] = { "", "a b", "a>b", "a\nb" };

    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_false (intimail_composer_add_attachment (composer, content, names[i], "text/plain", &error));
        g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      }
    for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_false (intimail_composer_add_attachment (composer, content, "x", types[i], &error));
        g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      }
    for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_false (intimail_composer_add_inline (composer, content, "x", "image/png", ids[i], &error));
        g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      }
  }
}

static void
test_build_refuses (void)
{
  g_autoptr (IntimailComposer) nobody = intimail_composer_new ();
  g_autoptr (GPtrArray) addresses = intimail_address_parse_list ("ben@home.example", NULL);
  static const char *const hosts[] = { "", "a b", "a>b", "a@b", "a\nX: y" };
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_composer_build (nobody, "mail.home.example", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();

      g_clear_error (&error);
      g_assert_null (intimail_composer_build (composer, hosts[i], &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
  {
    g_autoptr (IntimailComposer) composer = make_composer ();

    g_clear_error (&error);
    intimail_composer_set_addresses (composer, "Subject", addresses);
    g_assert_null (intimail_composer_build (composer, "mail.home.example", &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  }
  {
    g_autoptr (IntimailComposer) composer = make_composer ();

    g_clear_error (&error);
    g_assert_true (intimail_composer_set_field (composer, "Message-ID", "no brackets", NULL));
    g_assert_null (intimail_composer_build (composer, "mail.home.example", &error));
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  }
}

static void
test_fields_can_be_taken_away (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GPtrArray) some = intimail_address_parse_list ("ben@home.example", NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *text = NULL;

  intimail_composer_set_addresses (composer, "Bcc", some);
  intimail_composer_set_addresses (composer, "Bcc", none);
  g_assert_true (intimail_composer_set_field (composer, "Subject", "x", NULL));
  g_assert_true (intimail_composer_set_field (composer, "Subject", NULL, NULL));
  text = build (composer);
  g_assert_null (strstr (text, "Bcc"));
  g_assert_null (strstr (text, "Subject"));
}

static IntimailComposer *
make_composer_with_stream (const char *data, gsize size)
{
  IntimailComposer *composer = make_composer ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GConverter) converter = G_CONVERTER (g_charset_converter_new ("utf-8", "utf-8", NULL));
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (base, converter);

  g_assert_true (intimail_composer_add_attachment_stream (composer, stream, "a.bin", NULL, NULL));
  return composer;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_streams (void)
{
  g_autofree char *folder = test_support_make_folder ("composer");
  g_autofree char *path = g_build_filename (folder, "mail", NULL);
  g_autofree char *data = g_strnfill (300000, 'x');
  g_autoptr (IntimailComposer) composer = make_composer_with_stream (data, strlen (data));
  g_autofree char *file = g_build_filename (folder, "caf\303\251.txt", NULL);
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *attachments;

  g_assert_true (g_file_set_contents (file, "Caf\303\251\r\n", -1, NULL));
  g_assert_true (intimail_composer_add_attachment_file (composer, file, NULL, "text/plain", &error));
  g_assert_true (intimail_composer_add_attachment_file (composer, file, "b.bin", NULL, &error));
  g_assert_true (intimail_composer_write_file (composer, "mail.home.example", path, NULL, &error));
  g_assert_no_error (error);
  message = intimail_message_new_from_file (path, &error);
  attachments = intimail_message_get_attachments (message);
  g_assert_cmpuint (attachments->len, ==, 3);
  content = intimail_part_get_content (g_ptr_array_index (attachments, 0), NULL);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), data, strlen (data));
  g_clear_pointer (&content, g_bytes_unref);
  content = intimail_part_get_content (g_ptr_array_index (attachments, 1), NULL);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "Caf\303\251\r\n", 7);
  g_assert_cmpstr (intimail_part_get_name (g_ptr_array_index (attachments, 1)), ==, "caf\303\251.txt");
  g_assert_cmpstr (intimail_part_get_name (g_ptr_array_index (attachments, 2)), ==, "b.bin");

  /* The stream was read. */
  g_assert_null (intimail_composer_build (composer, "mail.home.example", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  test_support_remove_folder (folder);
}

/* After the middle there is a byte that the stream fails at. */
static void
test_stream_that_fails (void)
{
  g_autofree char *folder = test_support_make_folder ("composer");
  g_autofree char *path = g_build_filename (folder, "mail", NULL);
  g_autofree char *data = g_strnfill (3000000, 'x');
  g_autoptr (IntimailComposer) composer = NULL;
  g_autoptr (IntimailComposer) again = NULL;
  g_autofree char *before = NULL;
  g_autoptr (GError) error = NULL;

  data[2000000] = '\377';
  composer = make_composer_with_stream (data, 3000000);
  again = make_composer_with_stream (data, 3000000);
  g_assert_false (intimail_composer_write_file (composer, "mail.home.example", path, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_cmpuint (count_files (folder), ==, 0);

  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  g_assert_false (intimail_composer_write_file (again, "mail.home.example", path, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_cmpstr (before, ==, "before");
  g_assert_cmpuint (count_files (folder), ==, 1);
  test_support_remove_folder (folder);
}

static void
test_full_disk (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/full");
  g_autoptr (GFileOutputStream) stream = g_file_append_to (file, G_FILE_CREATE_NONE, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (stream);
  g_assert_false (intimail_composer_write (composer, "mail.home.example", G_OUTPUT_STREAM (stream), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* A file that may grow no further, as on a disk that has no more room. */
static void
test_full_file (void)
{
  const struct rlimit small = { 64 * 1024, RLIM_INFINITY };
  const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
  g_autofree char *folder = test_support_make_folder ("composer");
  g_autofree char *path = g_build_filename (folder, "mail", NULL);
  g_autofree char *before = NULL;
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (256 * 1024), 256 * 1024);
  g_autoptr (GError) error = NULL;

  test_support_write_file (path, "before");
  g_assert_true (intimail_composer_add_attachment (composer, large, "large", "application/octet-stream", NULL));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (intimail_composer_write_file (composer, "mail.home.example", path, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  g_assert_nonnull (error);
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_cmpstr (before, ==, "before");
  g_assert_cmpuint (count_files (folder), ==, 1);
  test_support_remove_folder (folder);
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_async (void)
{
  g_autofree char *folder = test_support_make_folder ("composer");
  g_autofree char *path = g_build_filename (folder, "mail", NULL);
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GAsyncResult) to_stream = NULL;
  g_autoptr (GAsyncResult) to_file = NULL;
  g_autoptr (GAsyncResult) nowhere = NULL;
  g_autoptr (GError) error = NULL;

  intimail_composer_write_async (composer, "mail.home.example", stream, G_PRIORITY_DEFAULT, NULL, take_result, &to_stream);
  while (to_stream == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (intimail_composer_write_finish (composer, to_stream, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream)), >, 100);

  intimail_composer_write_file_async (composer, "mail.home.example", path, G_PRIORITY_DEFAULT, NULL, take_result, &to_file);
  while (to_file == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (intimail_composer_write_file_finish (composer, to_file, &error));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));

  intimail_composer_write_file_async (composer, "mail.home.example", folder, G_PRIORITY_DEFAULT, NULL, take_result, &nowhere);
  while (nowhere == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (intimail_composer_write_file_finish (composer, nowhere, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  test_support_remove_folder (folder);
}

/* RFC 2046 section 5.2.1, and what no server takes. */
static void
test_messages_inside (void)
{
  g_autofree char *line = g_strnfill (1200, 'x');
  g_autofree char *long_mail = g_strconcat ("Subject: x\n\n", line, "\n", NULL);
  const struct
  {
    const char *mail;
    const char *type;
    const char *written; /* found in what is written */
  } cases[] = {
    { "Subject: x\r\n\r\nbody\r\n", "message/rfc822", "\n\nSubject: x\n\nbody\n" },
    { "Subject: x\n\ncaf\303\251\n", "message/rfc822", "Content-Transfer-Encoding: 8bit\n" },
    { long_mail, "application/octet-stream", "Content-Transfer-Encoding: base64\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();
      g_autoptr (GBytes) mail = g_bytes_new (cases[i].mail, strlen (cases[i].mail));
      g_autoptr (IntimailMessage) message = NULL;
      g_autofree char *text = NULL;

      g_assert_true (intimail_composer_add_attachment (composer, mail, "x.eml", "message/rfc822", NULL));
      text = build (composer);
      message = parse (text);
      g_assert_cmpstr (intimail_part_get_content_type (intimail_message_get_part (message, "2")), ==, cases[i].type);
      g_assert_nonnull (strstr (text, cases[i].written));
      g_assert_null (strchr (text, '\r'));
      if (i == 1)
        {
          g_autofree char *encoding = intimail_message_get_field (message, "Content-Transfer-Encoding");

          g_assert_cmpstr (encoding, ==, "8bit");
        }
    }
}

/* Each that is no address is named, and nothing is changed. */
static void
test_wrong_recipients (void)
{
  const char *const good[] = { "Ben <ben@home.example>", "\"a b\"@x.example", NULL };
  const char *const bad[] = { "Ben <ben@home.example>", "nobody", "", "x@", "a@b.example\nBcc: eve@far.example", NULL };
  const char *const none[] = { NULL };
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) recipients = NULL;
  g_autofree char *text = NULL;
  g_autoptr (IntimailMessage) message = NULL;

  g_assert_true (intimail_composer_set_recipients (composer, "to", good, &error));
  g_assert_no_error (error);
  g_assert_false (intimail_composer_set_recipients (composer, "To", bad, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "no address: \"nobody\", \"\", \"x@\", \"a@b.example\\nBcc: eve@far.example\"");
  g_clear_error (&error);
  g_assert_false (intimail_composer_set_recipients (composer, "Subject", good, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  recipients = intimail_composer_list_recipients (composer);
  g_assert_cmpuint (g_strv_length (recipients), ==, 2);
  g_assert_cmpstr (recipients[0], ==, "ben@home.example");
  g_assert_cmpstr (recipients[1], ==, "\"a b\"@x.example");
  text = build (composer);
  message = parse (text);
  g_assert_cmpstr (intimail_address_get_email (g_ptr_array_index (intimail_message_get_to (message), 1)), ==, "\"a b\"@x.example");
  g_assert_true (intimail_composer_set_recipients (composer, "To", none, NULL));
  g_strfreev (recipients);
  recipients = intimail_composer_list_recipients (composer);
  g_assert_cmpuint (g_strv_length (recipients), ==, 0);
}

static void
test_groups (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GPtrArray) members = intimail_address_parse_list ("ben@home.example, chlo\303\251 <chloe@home.example>", NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) recipients = NULL;
  const char *const ann[] = { "ann@home.example", "BEN@home.example", NULL };
  const char *const wrong[][2] = { { "To", "" }, { "To", "a\nb" }, { "Subject", "x" }, { "Sender", "x" } };

  g_assert_true (intimail_composer_add_group (composer, "to", "The K\303\274hns", members, &error));
  g_assert_true (intimail_composer_add_group (composer, "To", "undisclosed-recipients", none, &error));
  g_assert_true (intimail_composer_set_recipients (composer, "Bcc", ann, &error));
  g_assert_no_error (error);
  text = build (composer);
  g_assert_nonnull (strstr (text, "\nTo: The =?UTF-8?"));
  g_assert_nonnull (strstr (text, "undisclosed-recipients: ;"));
  recipients = intimail_composer_list_recipients (composer);
  g_assert_cmpuint (g_strv_length (recipients), ==, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_clear_error (&error);
      g_assert_false (intimail_composer_add_group (composer, wrong[i][0], wrong[i][1], members, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_bcc_can_stay_here (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  const char *const ben[] = { "ben@home.example", NULL };
  g_autofree char *own = NULL;
  g_autofree char *sent = NULL;
  g_auto (GStrv) recipients = NULL;

  g_assert_true (intimail_composer_set_recipients (composer, "bcc", ben, NULL));
  own = build (composer);
  intimail_composer_set_without_bcc (composer, TRUE);
  sent = build (composer);
  recipients = intimail_composer_list_recipients (composer);
  g_assert_nonnull (strstr (own, "\nBcc: ben@home.example\n"));
  g_assert_null (strstr (sent, "Bcc"));
  g_assert_null (strstr (sent, "ben@"));
  g_assert_cmpstr (recipients[0], ==, "ben@home.example");
}

static const struct
{
  const char *name;
  const char *to;
  const char *in_reply_to; /* of the message that is answered, whose id it is */
  gboolean needs;
  gboolean threaded;
} utf8_cases[] = {
  { "ascii", "Ben <ben@home.example>", "<1@x>", FALSE, TRUE },
  { "name", "Chlo\303\251 <chloe@home.example>", "<1@x>", FALSE, TRUE },
  { "domain", "ben@b\303\274cher.example", "<1@x>", FALSE, TRUE },
  { "local-part", "chlo\303\251@home.example", "<1@x>", TRUE, TRUE },
  { "id", "ben@home.example", "<\303\251@x>", FALSE, FALSE },
  { "id-and-local-part", "chlo\303\251@home.example", "<\303\251@x>", TRUE, TRUE },
};

static void
test_smtputf8 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (utf8_cases); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();
      const char *const to[] = { utf8_cases[i].to, NULL };
      g_autofree char *mail = g_strdup_printf ("From: ben@far.example\nMessage-ID: %s\n\nx\n", utf8_cases[i].in_reply_to);
      g_autoptr (IntimailMessage) message = parse (mail);
      g_autofree char *text = NULL;

      g_test_message ("%s", utf8_cases[i].name);
      intimail_composer_set_text (composer, "\303\251t\303\251 \346\227\245\n");
      g_assert_true (intimail_composer_set_field (composer, "Subject", "\360\237\230\200", NULL));
      g_assert_true (intimail_composer_set_recipients (composer, "To", to, NULL));
      intimail_composer_set_reply_to_message (composer, message);
      g_assert_cmpint (intimail_composer_needs_smtputf8 (composer), ==, utf8_cases[i].needs);
      text = build (composer);
      g_assert_cmpint (g_str_is_ascii (text), ==, !utf8_cases[i].needs);
      g_assert_cmpint (strstr (text, "In-Reply-To") != NULL, ==, utf8_cases[i].threaded);
    }
}

static void
test_identity (void)
{
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) office = intimail_address_parse ("The office <office@home.example>", NULL);
  g_autoptr (GPtrArray) answers = intimail_address_parse_list ("ann@home.example", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  intimail_composer_set_text (composer, "Hello");
  intimail_composer_set_identity (composer, office, answers, "The office\r\nMondays");
  first = build (composer);
  g_assert_nonnull (strstr (first, "\nFrom: The office <office@home.example>\n"));
  g_assert_nonnull (strstr (first, "\nReply-To: ann@home.example\n"));
  g_assert_true (g_str_has_suffix (first, "\n\nHello\n\n-- \nThe office\nMondays\n"));
  intimail_composer_set_identity (composer, office, NULL, NULL);
  second = build (composer);
  g_assert_null (strstr (second, "Reply-To"));
  g_assert_true (g_str_has_suffix (second, "\n\nHello\n"));
}

static const struct
{
  const char *html;
  const char *text;
} plain_cases[] = {
  { "", "" },
  { "<p>a</p><p>b</p>", "a\n\nb\n" },
  { "a<br>b<br/><br>c", "a\nb\n\nc\n" },
  { "<ul><li>a</li><li>b c</li></ul>d", "- a\n- b c\n\nd\n" },
  { "<a href=https://x.example/>x</a>, <A HREF='mailto:a@b.example'>mail</A>", "x <https://x.example/>, mail <mailto:a@b.example>\n" },
  { "<a href=\"https://x.example/\">https://x.example/</a>", "https://x.example/\n" },
  { "<a href=\"#top\">up</a> <a href=\"javascript:x()\">b</a> <a name=c>c</a>", "up b c\n" },
  { "<a href=\"https://x.example/", "" },
  { "<a href=\"https://x.example/\">open", "open <https://x.example/>\n" },
  { "<style>p {}</style>a &lt;b&gt; &eacute;", "a <b> \303\251\n" },
};

static void
test_text_of_html (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_cases); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();
      g_autofree char *text = NULL;
      g_autofree char *body = NULL;
      g_autoptr (IntimailMessage) message = NULL;

      intimail_composer_set_html (composer, plain_cases[i].html);
      text = build (composer);
      message = parse (text);
      g_assert_cmpstr (intimail_part_get_content_type (intimail_message_get_root (message)), ==, "multipart/alternative");
      body = intimail_part_get_text (intimail_message_get_part (message, "1"), NULL, NULL);
      g_assert_cmpstr (body, ==, plain_cases[i].text);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/composer/text", test_text);
  g_test_add_func ("/composer/structure", test_structure);
  g_test_add_func ("/composer/reply", test_reply);
  g_test_add_func ("/composer/injection-is-refused", test_injection_is_refused);
  g_test_add_func ("/composer/build-refuses", test_build_refuses);
  g_test_add_func ("/composer/fields-can-be-taken-away", test_fields_can_be_taken_away);

  g_test_add_func ("/composer/streams", test_streams);
  g_test_add_func ("/composer/stream-that-fails", test_stream_that_fails);
  g_test_add_func ("/composer/full-disk", test_full_disk);
  g_test_add_func ("/composer/full-file", test_full_file);
  g_test_add_func ("/composer/async", test_async);
  g_test_add_func ("/composer/messages-inside", test_messages_inside);

  g_test_add_func ("/composer/wrong-recipients", test_wrong_recipients);
  g_test_add_func ("/composer/groups", test_groups);
  g_test_add_func ("/composer/bcc-can-stay-here", test_bcc_can_stay_here);
  g_test_add_func ("/composer/smtputf8", test_smtputf8);
  g_test_add_func ("/composer/identity", test_identity);
  g_test_add_func ("/composer/text-of-html", test_text_of_html);

  return g_test_run ();
}
