/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <malloc.h>
#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-field-private.h"
#include "message/intimail-part-private.h"
#include "test-support.h"

static IntimailMessage *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  IntimailMessage *message = intimail_message_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  return message;
}

static char *
join_names (GPtrArray *parts)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    g_string_append (names, intimail_part_get_content_id (g_ptr_array_index (parts, i)));

  return g_string_free (names, FALSE);
}

/* The example of RFC 8621 section 4.1.4; the ids are the letters it uses. */
static void
test_body_of_the_rfc (void)
{
  g_autoptr (IntimailMessage) message = parse (
      "Content-Type: multipart/mixed; boundary=1\n\n"
      "--1\nContent-Type: text/plain\nContent-Disposition: inline\nContent-ID: <A>\n\na\n"
      "--1\nContent-Type: multipart/mixed; boundary=2\n\n"
      "--2\nContent-Type: multipart/alternative; boundary=3\n\n"
      "--3\nContent-Type: multipart/mixed; boundary=4\n\n"
      "--4\nContent-Type: text/plain\nContent-Disposition: inline\nContent-ID: <B>\n\nb\n"
      "--4\nContent-Type: image/jpeg\nContent-Disposition: inline\nContent-ID: <C>\n\nc\n"
      "--4\nContent-Type: text/plain\nContent-Disposition: inline\nContent-ID: <D>\n\nd\n"
      "--4--\n"
      "--3\nContent-Type: multipart/related; boundary=5\n\n"
      "--5\nContent-Type: text/html\nContent-ID: <E>\n\ne\n"
      "--5\nContent-Type: image/jpeg\nContent-ID: <F>\n\nf\n"
      "--5--\n"
      "--3--\n"
      "--2\nContent-Type: image/jpeg\nContent-Disposition: attachment\nContent-ID: <G>\n\ng\n"
      "--2\nContent-Type: application/x-excel\nContent-ID: <H>\n\nh\n"
      "--2\nContent-Type: message/rfc822\nContent-ID: <J>\n\nSubject: j\n\nj\n"
      "--2--\n"
      "--1\nContent-Type: text/plain\nContent-Disposition: inline\nContent-ID: <K>\n\nk\n"
      "--1--\n");
  g_autofree char *text = join_names (intimail_message_get_text_body (message));
  g_autofree char *html = join_names (intimail_message_get_html_body (message));
  g_autofree char *attachments = join_names (intimail_message_get_attachments (message));
  g_autoptr (GBytes) inner = NULL;
  IntimailPart *part;

  g_assert_cmpstr (text, ==, "ABCDK");
  g_assert_cmpstr (html, ==, "AEK");
  g_assert_cmpstr (attachments, ==, "CFGHJ");
  g_assert_cmpuint (intimail_message_get_n_attachments (message), ==, 4);

  part = intimail_message_get_part (message, "2.1.1.3");
  g_assert_nonnull (part);
  g_assert_cmpstr (intimail_part_get_content_id (part), ==, "D");
  g_assert_cmpstr (intimail_part_get_id (part), ==, "2.1.1.3");
  part = intimail_message_get_part (message, "2.4");
  g_assert_cmpstr (intimail_part_get_content_type (part), ==, "message/rfc822");
  g_assert_false (intimail_part_is_multipart (part));
  inner = intimail_part_get_content (part, NULL);
  g_assert_cmpmem (g_bytes_get_data (inner, NULL), g_bytes_get_size (inner), "Subject: j\n\nj", 13);
  g_assert_null (intimail_message_get_part (message, "2.5"));
  g_assert_null (intimail_message_get_part (message, "02"));
  g_assert_null (intimail_message_get_part (message, "2.x"));
  g_assert_null (intimail_message_get_part (message, "2.4.1"));
  g_assert_true (intimail_message_get_part (message, "") == intimail_message_get_root (message));
}

static void
test_envelope (void)
{
  g_autoptr (IntimailMessage) message = parse (
      "From ann@home.example Sat Jan  1 00:00:00 2022\r\n"
      "Received: from a by b with LMTP id 1; Sat, 1 Jan 2022 00:00:00 +0000\r\n"
      "Received: from c by mail.home.example (Postfix) with ESMTPS id\r\n"
      "\t4JQwzK1Xr5z9sVd for <ann@home.example>; Sat, 1 Jan 2022 00:00:00 +0000\r\n"
      "From: =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>\r\n"
      "To: \"Smith, Ann\" <ann@home.example>, ben@home.example (Ben B)\r\n"
      "Cc: Family: chloe@home.example, root;, =?utf-8?B?44GC?= <a@home.example>\r\n"
      "Subject: Re: [list] =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=  au lait\r\n"
      "Message-ID: <one@home.example>\r\n"
      "References: <a@x>\r\n\t<b@x> junk <c@x>\r\n"
      "In-Reply-To: Your message of today <c@x>\r\n"
      "Date: Tue, 14 Mar 2023 10:11:12 +0130\r\n"
      "\r\n"
      "Hello,\r\n\r\nworld.\r\n");
  g_autofree char *base = intimail_message_get_base_subject (message);
  g_autofree char *preview = intimail_message_get_preview (message);
  const char *const *references = intimail_message_get_message_ids (message, "references");
  GPtrArray *to = intimail_message_get_to (message);
  GPtrArray *cc = intimail_message_get_cc (message);
  GDateTime *date = intimail_message_get_date (message);

  g_assert_cmpstr (intimail_message_get_subject (message), ==, "Re: [list] caf\303\251  au lait");
  g_assert_cmpstr (base, ==, "caf\303\251 au lait");
  g_assert_cmpstr (preview, ==, "Hello, world.");
  g_assert_cmpstr (intimail_message_get_queue_id (message), ==, "4JQwzK1Xr5z9sVd");
  g_assert_cmpstr (intimail_message_get_message_id (message), ==, "one@home.example");
  g_assert_cmpstr (references[0], ==, "a@x");
  g_assert_cmpstr (references[1], ==, "b@x");
  g_assert_cmpstr (references[2], ==, "c@x");
  g_assert_null (references[3]);
  g_assert_cmpstr (intimail_message_get_message_ids (message, "In-Reply-To")[0], ==, "c@x");
  g_assert_null (intimail_message_get_message_ids (message, "Resent-Message-ID"));
  g_assert_cmpint (g_date_time_to_unix (date), ==, 1678783272);
  g_assert_cmpint (g_date_time_get_utc_offset (date), ==, 5400 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (intimail_message_get_from (message)->len, ==, 1);
  g_assert_cmpstr (intimail_address_get_name (g_ptr_array_index (intimail_message_get_from (message), 0)), ==, "Andr\303\251 Pirard");
  g_assert_cmpuint (to->len, ==, 2);
  g_assert_cmpstr (intimail_address_get_name (g_ptr_array_index (to, 0)), ==, "Smith, Ann");
  g_assert_cmpstr (intimail_address_get_name (g_ptr_array_index (to, 1)), ==, "Ben B");
  g_assert_cmpstr (intimail_address_get_email (g_ptr_array_index (to, 1)), ==, "ben@home.example");
  g_assert_cmpuint (cc->len, ==, 3);
  g_assert_cmpstr (intimail_address_get_email (g_ptr_array_index (cc, 1)), ==, "root");
  g_assert_cmpstr (intimail_address_get_domain (g_ptr_array_index (cc, 1)), ==, "");
  g_assert_cmpstr (intimail_address_get_name (g_ptr_array_index (cc, 2)), ==, "\343\201\202");
  g_assert_cmpuint (intimail_message_get_bcc (message)->len, ==, 0);
  g_assert_cmpuint (intimail_message_get_sender (message)->len, ==, 0);
  g_assert_cmpuint (intimail_message_get_reply_to (message)->len, ==, 0);
}

static void
test_nothing (void)
{
  static const char *const texts[] = { "", "\n", "\r\n", "x", "From x\n", ":", "a:", "a:\n b", "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n",
                                       "Content-Type: multipart/mixed; boundary=a\n\n--a", "Content-Type: multipart/mixed; boundary=a\n\n--a--", "=?:?=\n\n\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (IntimailMessage) message = parse (texts[i]);
      g_autofree char *text = intimail_message_get_text (message);
      g_autofree char *preview = intimail_message_get_preview (message);
      g_autofree char *base = intimail_message_get_base_subject (message);

      g_assert_cmpstr (base, ==, "");
      g_assert_null (intimail_message_get_subject (message));
      g_assert_null (intimail_message_get_message_id (message));
      g_assert_null (intimail_message_get_date (message));
      g_assert_cmpstr (intimail_message_get_queue_id (message), ==, "");
      g_assert_false (intimail_message_has_attachment (message));
    }
}

static void
test_text_behind_no_empty_line (void)
{
  g_autoptr (IntimailMessage) message = parse ("Subject: x\nDear Ann,\nhow are you?\n");
  g_autoptr (IntimailMessage) broken = parse ("Subject: x\nrubbish\nTo: ann@home.example\n\ntext\n");
  g_autofree char *text = intimail_message_get_text (message);
  g_autofree char *broken_text = intimail_message_get_text (broken);

  g_assert_cmpstr (text, ==, "Dear Ann,\nhow are you?\n");
  g_assert_cmpstr (broken_text, ==, "text\n");
  g_assert_cmpuint (intimail_message_get_to (broken)->len, ==, 1);
}

static void
test_broken_multiparts_are_shown (void)
{
  static const char *const texts[] = {
    "Content-Type: multipart/mixed; boundary=a\n\nno delimiter\n",
    "Content-Type: multipart/mixed\n\n--a\nno delimiter\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (IntimailMessage) message = parse (texts[i]);
      IntimailPart *root = intimail_message_get_root (message);
      g_autofree char *text = intimail_message_get_text (message);

      g_assert_false (intimail_part_is_multipart (root));
      g_assert_cmpstr (intimail_part_get_id (root), ==, "1");
      g_assert_true (intimail_message_get_part (message, "1") == root);
      g_assert_nonnull (strstr (text, "no delimiter"));
    }
}

static void
test_alternative_with_html_only (void)
{
  g_autoptr (IntimailMessage) message = parse (
      "Content-Type: multipart/alternative; boundary=b\n\n"
      "--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
      "<html><head><title>no</title><style>p { x }</style></head><p>One &amp; t=\nwo&nbsp;<!-- > -->"
      "<script>if (1 < 2) alert(1)</script><br>caf=C3=A9 &#8364; &eacute;&unknown;<img alt=\"a>b\" src=3D\"x\"></p>\n--b--\n");
  g_autofree char *preview = intimail_message_get_preview (message);
  g_autofree char *text = intimail_message_get_text (message);

  g_assert_cmpuint (intimail_message_get_text_body (message)->len, ==, 1);
  g_assert_cmpstr (preview, ==, "One & two caf\303\251 \342\202\254 \303\251&unknown;");
  g_assert_cmpstr (text, ==, "One & two\ncaf\303\251 \342\202\254 \303\251&unknown;");
}

static void
test_embedded_picture_is_no_attachment (void)
{
  static const char *const format =
      "Content-Type: multipart/related; boundary=b\n\n"
      "--b\nContent-Type: text/html\n\n<img src=\"%s\">\n"
      "--b\nContent-Type: image/png\nContent-ID: <p@x>\n\nx\n--b--\n";
  g_autofree char *shown = g_strdup_printf (format, "cid:p@x");
  g_autofree char *hidden = g_strdup_printf (format, "cid:q@x");
  g_autoptr (IntimailMessage) with = parse (shown);
  g_autoptr (IntimailMessage) without = parse (hidden);

  g_assert_false (intimail_message_has_attachment (with));
  g_assert_true (intimail_message_has_attachment (without));
  g_assert_cmpuint (intimail_message_get_attachments (with)->len, ==, 1);
}

static void
test_part_details (void)
{
  g_autoptr (IntimailMessage) message = parse (
      "Content-Type: text; charset=utf-8\n"
      "Content-Disposition: ATTACHMENT; filename*0*=utf-8''%e2%82%ac; filename*1=\" rates\"; filename*2*=%2etxt\n"
      "Content-Language: de, fr-CH\nContent-Location: http://x/y\nContent-Transfer-Encoding: base64 (really)\n\n"
      "aGVs bG8=\n");
  IntimailPart *root = intimail_message_get_root (message);
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (intimail_part_get_content_type (root), ==, "text/plain");
  g_assert_cmpstr (intimail_part_get_charset (root), ==, "utf-8");
  g_assert_cmpstr (intimail_part_get_disposition (root), ==, "attachment");
  g_assert_cmpstr (intimail_part_get_name (root), ==, "\342\202\254 rates.txt");
  g_assert_cmpstr (intimail_part_get_languages (root)[0], ==, "de");
  g_assert_cmpstr (intimail_part_get_languages (root)[1], ==, "fr-CH");
  g_assert_cmpstr (intimail_part_get_content_location (root), ==, "http://x/y");
  g_assert_cmpuint (intimail_part_get_size (root), ==, 5);
  g_assert_cmpuint (intimail_part_get_headers (root)->len, ==, 5);
  g_assert_true (intimail_part_write (root, stream, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream)), 5, "hello", 5);
}

static void
test_text_problems (void)
{
  static const struct
  {
    const char *head;
    const char *body;
    const char *text;
    gboolean problem;
  } cases[] = {
    { "Content-Type: text/plain; charset=utf-8", "a\r\nb", "a\nb", FALSE },
    { "Content-Type: text/plain; charset=utf-8", "a\377b", "a\357\277\275b", TRUE },
    { "Content-Type: text/plain; charset=nonsense", "abc", "abc", TRUE },
    { "Content-Type: text/plain", "caf\351", "caf\303\251", TRUE },
    { "Content-Type: text/plain; charset=iso-8859-1", "caf\351 \200", "caf\303\251 \342\202\254", FALSE },
    { "Content-Type: text/plain; charset=euc-kr\nContent-Transfer-Encoding: base64", "wNrC9w==", "\354\236\220\354\260\250", FALSE },
    { "Content-Transfer-Encoding: nonsense", "abc", "abc", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("%s\n\n%s", cases[i].head, cases[i].body);
      g_autoptr (IntimailMessage) message = parse (text);
      g_autoptr (GError) error = NULL;
      gboolean problem;
      g_autofree char *decoded = intimail_part_get_text (intimail_message_get_root (message), &problem, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (decoded, ==, cases[i].text);
      g_assert_cmpint (problem, ==, cases[i].problem);
    }
}

static void
test_multipart_has_no_content (void)
{
  g_autoptr (IntimailMessage) message = parse ("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n");
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_part_get_content (intimail_message_get_root (message), &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (intimail_part_get_size (intimail_message_get_root (message)), ==, 0);
}

static void
test_limit_of_depth (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b0\n\n");
  g_autoptr (IntimailMessage) message = NULL;
  IntimailPart *part;
  guint depth = 0;

  for (int i = 0; i < 10000; i++)
    g_string_append_printf (text, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i + 1);
  message = parse (text->str);
  for (part = intimail_message_get_root (message); intimail_part_is_multipart (part); depth++)
    part = g_ptr_array_index (intimail_part_get_parts (part), 0);
  g_assert_cmpuint (depth, >, 10);
  g_assert_cmpuint (depth, <=, INTIMAIL_PART_MAX_DEPTH);
  g_assert_cmpstr (intimail_part_get_content_type (part), ==, "application/octet-stream");
  g_assert_cmpuint (intimail_part_get_size (part), >, 100000);
}

/* Levels around much text: it is read once, not once at each level. */
static void
test_text_inside_many_levels (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b0\n\n");
  g_autoptr (IntimailMessage) message = NULL;
  IntimailPart *part;
  guint depth = 0;

  for (int i = 0; i < 98; i++)
    g_string_append_printf (text, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i + 1);
  g_string_append (text, "--b98\n\n");
  while (text->len < 32 * 1024 * 1024)
    g_string_append (text, "\n--x");
  g_string_append (text, "\n--b50\n\nlast\n--b50--\n");
  message = parse (text->str);
  for (part = intimail_message_get_root (message); intimail_part_is_multipart (part); depth++)
    part = g_ptr_array_index (intimail_part_get_parts (part), 0);
  g_assert_cmpuint (depth, ==, 99);
  g_assert_cmpuint (intimail_part_get_size (part), >, 30 * 1024 * 1024);
  g_assert_cmpuint (intimail_message_get_text_body (message)->len, ==, 2);
}

static void
test_limit_of_parts (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n");
  g_autoptr (IntimailMessage) message = NULL;
  GPtrArray *parts;

  for (int i = 0; i < 100000; i++)
    g_string_append (text, "--b\n\n.\n");
  message = parse (text->str);
  parts = intimail_part_get_parts (intimail_message_get_root (message));
  g_assert_cmpuint (parts->len, ==, INTIMAIL_PART_MAX_COUNT - 1);
  g_assert_cmpuint (intimail_part_get_size (g_ptr_array_index (parts, 0)), ==, 1);
  g_assert_cmpuint (intimail_part_get_size (g_ptr_array_index (parts, parts->len - 1)), >, 7 * (100000 - INTIMAIL_PART_MAX_COUNT) - 8);
}

static void
test_limit_of_header (void)
{
  g_autoptr (GString) text = g_string_new ("Subject: first\n");
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (IntimailMessage) message_of_many = NULL;
  g_autofree char *body = NULL;

  for (int i = 0; i < 1100; i++)
    g_string_append_printf (text, "X: %01000d\n", i);
  g_string_append (text, "Subject: last\n\nbody");
  message = parse (text->str);
  body = intimail_message_get_text (message);
  g_assert_cmpstr (intimail_message_get_subject (message), ==, "first");
  g_assert_cmpstr (body, ==, "body");
  g_assert_cmpuint (intimail_message_get_headers (message)->len, <, 1100);

  for (int i = 0; i < INTIMAIL_FIELD_MAX_COUNT + 10; i++)
    g_string_append (many, "X:\n");
  message_of_many = parse (many->str);
  g_assert_cmpuint (intimail_message_get_headers (message_of_many)->len, ==, INTIMAIL_FIELD_MAX_COUNT);
}

/* What a parser that builds something for each part, or copies what it passes, would
 * not survive on a small machine. */
static void
test_memory_is_bounded (void)
{
  static const struct
  {
    const char *head;
    const char *piece;
    guint n;
  } floods[] = {
    { "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n", 10000000 },
    { "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n", 10000000 },
    { "Content-Type: multipart/mixed; boundary=b\n\n", "--b--\n", 5000000 },
    { "Content-Type: multipart/mixed; boundary=b\n\n", "a line before the first part\n", 2000000 },
    { "", "Content-Type: message/rfc822\n\n", 500000 },
    { "", "X-Field: of a header that never ends\n", 3000000 },
    { "Subject: ", "a field that never ends, of 100 MB", 3000000 },
    { "Subject: x\n", " folded for ever and ever, for 100 MB\n", 3000000 },
    { "Content-Type: text/plain", ";\n name*0*=%c3%a9; name*1*=x", 10000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      g_autoptr (GString) text = g_string_new (floods[i].head);
      g_autoptr (IntimailMessage) message = NULL;
      g_autofree char *preview = NULL;
      gsize before;

      for (guint n = 0; n < floods[i].n; n++)
        g_string_append (text, floods[i].piece);
      {
        g_autoptr (GBytes) bytes = g_string_free_to_bytes (g_steal_pointer (&text));

        before = mallinfo2 ().uordblks;
        message = intimail_message_new_from_bytes (bytes, NULL);
        preview = intimail_message_get_preview (message);
      }
      g_test_message ("%s: %" G_GSIZE_FORMAT " bytes", floods[i].piece, mallinfo2 ().uordblks - before);
      g_assert_cmpuint (mallinfo2 ().uordblks - before, <, 32 * 1024 * 1024);
    }
}

static void
test_limit_of_preview (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: text/plain; charset=utf-8\n\n");
  g_autoptr (IntimailMessage) message = NULL;
  g_autofree char *preview = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append (text, "\343\201\202");
  message = parse (text->str);
  preview = intimail_message_get_preview (message);
  g_assert_cmpint (g_utf8_strlen (preview, -1), ==, 256);
  g_assert_true (g_utf8_validate (preview, -1, NULL));
}

static void
test_file (void)
{
  g_autofree char *folder = test_support_make_folder ("message");
  g_autofree char *path = g_build_filename (folder, "mail", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMessage) message = intimail_message_new_from_file (path, &error);

  g_assert_null (message);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  test_support_write_file (path, "Subject: x\n\ny");
  message = intimail_message_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_message_get_subject (message), ==, "x");
  g_assert_cmpuint (g_bytes_get_size (intimail_message_get_bytes (message)), ==, 13);
  test_support_remove_folder (folder);
}

static char *
describe_leaves (IntimailPart *part)
{
  GPtrArray *parts = intimail_part_get_parts (part);
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) content = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      g_autofree char *child = describe_leaves (g_ptr_array_index (parts, i));

      g_string_append (text, child);
    }
  if (intimail_part_is_multipart (part))
    return g_string_free (text, FALSE);
  content = intimail_part_get_content (part, NULL);
  g_string_append_printf (text, "%s[%.*s]", intimail_part_get_id (part), (int) g_bytes_get_size (content),
                          (const char *) g_bytes_get_data (content, NULL));

  return g_string_free (text, FALSE);
}

static void
test_delimiters (void)
{
  static const struct
  {
    const char *body;
    const char *leaves; /* id[content] */
  } bodies[] = {
    { "--b\n\none\n--b\n\ntwo\n--b--\n", "1[one]2[two]" },
    /* Cut off: the last line end is no delimiter's. */
    { "--b\n\none\n--b\n\ntwo\n", "1[one]2[two\n]" },
    { "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--b--\n", "1.1[one]" },
    /* The same boundary inside. */
    { "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n\n--b\n\nfile\n--b--\n",
      "1.1[one]1.2[two]2[file]" },
    { "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n"
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntwo\n--b--\n--b--\n",
      "1.1[one]2.1[two]" },
    { "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n",
      "1.1.1[one\n]" },
    { "--b\nContent-Type: multipart/mixed; boundary=b\n\none\n--b--\n", "1[one]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *text = g_strconcat ("Content-Type: multipart/mixed; boundary=b\n\n", bodies[i].body, NULL);
      g_autoptr (IntimailMessage) message = parse (text);
      g_autofree char *leaves = describe_leaves (intimail_message_get_root (message));

      g_test_message ("%s", bodies[i].body);
      g_assert_cmpstr (leaves, ==, bodies[i].leaves);
    }
}

/* Ten thousand that each could hold all that follows. */
static void
test_same_boundary_many_times (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n");
  g_autoptr (IntimailMessage) message = NULL;
  IntimailPart *part;
  guint depth = 0;

  for (int i = 0; i < 10000; i++)
    g_string_append (text, "--b\nContent-Type: multipart/mixed; boundary=b\n\n");
  message = parse (text->str);
  part = intimail_message_get_root (message);
  for (; intimail_part_get_parts (part)->len > 0; depth++)
    part = g_ptr_array_index (intimail_part_get_parts (part), 0);
  g_assert_cmpuint (depth, >, 10);
  g_assert_cmpuint (depth, <=, INTIMAIL_PART_MAX_DEPTH);
}

/* In a process that finds no GMime: a file of its name comes first, and is none. */
static void
test_without_gmime (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *library = NULL;

  if (g_test_subprocess ())
    {
      g_autoptr (IntimailMessage) message = parse (
          "Content-Type: multipart/mixed; boundary=b\n\n"
          "--b\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9\n"
          "--b\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*=utf-8''%e2%82%ac\n\naGVsbG8=\n"
          "--b--\n");
      IntimailPart *text = intimail_message_get_part (message, "1");
      IntimailPart *file = intimail_message_get_part (message, "2");
      g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
      g_autofree char *preview = intimail_message_get_preview (message);
      g_autoptr (GBytes) content = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (text);
      g_assert_cmpstr (preview, ==, "caf\303\251");
      g_assert_cmpuint (intimail_part_get_size (text), ==, 5);
      g_assert_null (intimail_part_get_text (text, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
      g_clear_error (&error);
      g_assert_false (intimail_part_write (text, stream, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
      g_clear_error (&error);
      g_assert_cmpstr (intimail_part_get_name (file), ==, "\342\202\254");
      content = intimail_part_get_content (file, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "hello", 5);
      return;
    }
  folder = test_support_make_folder ("without-gmime");
  library = g_build_filename (folder, "libgmime-3.0.so.0", NULL);
  test_support_write_file (library, "");
  g_setenv ("LD_LIBRARY_PATH", folder, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_unsetenv ("LD_LIBRARY_PATH");
  g_test_trap_assert_passed ();
  test_support_remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message/body-of-the-rfc", test_body_of_the_rfc);
  g_test_add_func ("/message/envelope", test_envelope);
  g_test_add_func ("/message/nothing", test_nothing);
  g_test_add_func ("/message/text-behind-no-empty-line", test_text_behind_no_empty_line);
  g_test_add_func ("/message/broken-multiparts-are-shown", test_broken_multiparts_are_shown);
  g_test_add_func ("/message/alternative-with-html-only", test_alternative_with_html_only);
  g_test_add_func ("/message/embedded-picture-is-no-attachment", test_embedded_picture_is_no_attachment);
  g_test_add_func ("/message/part-details", test_part_details);
  g_test_add_func ("/message/text-problems", test_text_problems);
  g_test_add_func ("/message/multipart-has-no-content", test_multipart_has_no_content);
  g_test_add_func ("/message/limit-of-depth", test_limit_of_depth);
  g_test_add_func ("/message/text-inside-many-levels", test_text_inside_many_levels);
  g_test_add_func ("/message/limit-of-parts", test_limit_of_parts);
  g_test_add_func ("/message/limit-of-header", test_limit_of_header);
  g_test_add_func ("/message/memory-is-bounded", test_memory_is_bounded);
  g_test_add_func ("/message/limit-of-preview", test_limit_of_preview);
  g_test_add_func ("/message/delimiters", test_delimiters);
  g_test_add_func ("/message/same-boundary-many-times", test_same_boundary_many_times);
  g_test_add_func ("/message/without-gmime", test_without_gmime);
  g_test_add_func ("/message/file", test_file);

  return g_test_run ();
}
