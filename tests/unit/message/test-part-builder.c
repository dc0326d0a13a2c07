/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <string.h>

#include <intimail/intimail-message.h>

#include "message/intimail-field-private.h"
#include "message/intimail-part-builder-private.h"

/* The whole message as text. */
static char *
build (IntimailPartBuilder *builder)
{
  g_autoptr (GBytes) bytes = intimail_part_builder_build (builder, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
assert_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 78);
}

static IntimailMessage *
read_message (const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));

  return intimail_message_new_from_bytes (bytes, NULL);
}

static const struct
{
  const char *name;
  const char *text;
  const char *read; /* what a reader sees */
  gboolean encoded;
} texts[] = {
  { "plain", "Hello there", "Hello there", FALSE },
  { "empty", "", "", FALSE },
  { "one-word", "caf\303\251 noir", "caf\303\251 noir", TRUE },
  { "in-the-middle", "a caf\303\251 b", "a caf\303\251 b", TRUE },
  { "two-apart", "\303\251 b \303\251", "\303\251 b \303\251", TRUE },
  { "no-field-of-its-own", "a\nBcc: b", "a Bcc: b", FALSE },
  { "no-body-of-its-own", "a\r\n\r\nb", "a    b", FALSE },
  { "looks-encoded", "=?utf-8?q?a?=", "=?utf-8?q?a?=", TRUE },
};

static void
test_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
      g_autofree char *written = NULL;
      g_autoptr (IntimailMessage) message = NULL;

      intimail_part_builder_add_text (builder, "Subject", texts[i].text);
      written = build (builder);
      message = read_message (written);
      g_test_message ("%s: %s", texts[i].name, written);
      g_assert_true (g_str_is_ascii (written));
      g_assert_true (g_str_has_prefix (written, "Subject:"));
      g_assert_cmpint (strstr (written, "=?") != NULL, ==, texts[i].encoded);
      g_assert_cmpstr (intimail_message_get_subject (message), ==, texts[i].read);
      /* It, MIME-Version and Content-Type. */
      g_assert_cmpuint (intimail_message_get_headers (message)->len, ==, 3);
      g_assert_true (g_str_has_suffix (written, "\nContent-Type: text/plain\n\n"));
    }
}

static void
test_long_text_folds (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
  g_autofree char *message = NULL;

  for (int i = 0; i < 100; i++)
    g_string_append_printf (text, "%s ", i % 30 < 20 ? "word" : "\346\227\245\346\234\254\350\252\236");
  intimail_part_builder_add_text (builder, "Subject", text->str);
  message = build (builder);
  assert_lines (message);
}

/* A word of base64 that is padded is the last one: some readers drop what follows it. */
static void
test_padding (void)
{
  static const char *const pieces[] = { "a", "\303\251", "\346\227\245", "\360\237\230\200", " " };
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);

  for (int i = 0; i < 300; i++)
    {
      g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
      g_autoptr (GString) text = g_string_new (i % 2 == 0 ? "=?" : "");
      g_autofree char *written = NULL;

      for (int j = g_rand_int_range (random, 1, 200); j > 0; j--)
        g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      intimail_part_builder_add_text (builder, "Subject", text->str);
      intimail_part_builder_begin_addresses (builder, "To");
      intimail_part_builder_add_address (builder, text->str, "a@b.example");
      intimail_part_builder_end_addresses (builder);
      written = build (builder);
      g_assert_false (g_regex_match_simple ("=\\?=\\s+=\\?", written, 0, 0));
      assert_lines (written);
    }
}

static const struct
{
  const char *value;
  gboolean good;
} raws[] = {
  { " hello", TRUE },
  { " hello\r\n there", TRUE },
  { " hello\n\tthere", TRUE },
  { "", TRUE },
  { " hello\nBcc: x@example.com", FALSE },
  { " hello\n", FALSE },
  { " hello\n \n x", FALSE },
  { " hello\rthere", FALSE },
  { " a\001b", FALSE },
  { " a\377", FALSE },
};

static void
test_raw (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (raws); i++)
    {
      g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");

      g_assert_cmpint (intimail_part_builder_add_raw (builder, "X-A", raws[i].value), ==, raws[i].good);
    }
}

static void
test_addresses (void)
{
  g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
  g_autoptr (IntimailMessage) read_back = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *message = NULL;
  g_autofree char *list = NULL;
  IntimailFieldGroup *group;

  intimail_part_builder_begin_addresses (builder, "To");
  g_assert_true (intimail_part_builder_add_address (builder, "Ann", "a@b.example"));
  g_assert_true (intimail_part_builder_add_address (builder, NULL, "c@b.example"));
  intimail_part_builder_begin_group (builder, "Friends");
  g_assert_true (intimail_part_builder_add_address (builder, "Bo, \"C\"", "d@b.example"));
  g_assert_true (intimail_part_builder_add_address (builder, "Zo\303\251", "z@b.example"));
  intimail_part_builder_end_group (builder);
  g_assert_false (intimail_part_builder_add_address (builder, NULL, "a@b>\nBcc: x"));
  g_assert_false (intimail_part_builder_add_address (builder, NULL, ""));
  intimail_part_builder_end_addresses (builder);
  message = build (builder);
  g_assert_true (g_str_has_prefix (message, "To: Ann <a@b.example>, c@b.example, Friends:"));
  g_assert_true (g_str_is_ascii (message));
  g_assert_null (strstr (message, "Bcc"));
  assert_lines (message);
  read_back = read_message (message);
  groups = intimail_field_get_groups (g_ptr_array_index (intimail_message_get_headers (read_back), 0));
  g_assert_cmpuint (groups->len, ==, 2);
  group = g_ptr_array_index (groups, 1);
  list = intimail_address_list_to_string (group->addresses);
  g_assert_cmpstr (group->name, ==, "Friends");
  g_assert_cmpstr (list, ==, "\"Bo, \\\"C\\\"\" <d@b.example>, Zo\303\251 <z@b.example>");
}

static void
test_ids (void)
{
  static const char *const good[] = { "a@b", "c@d", NULL };
  static const char *const bad[] = { "a b", NULL };
  static const char *const worse[] = { "a>\n", NULL };
  g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
  g_autofree char *message = NULL;

  g_assert_true (intimail_part_builder_add_ids (builder, "References", good));
  g_assert_true (intimail_part_builder_add_urls (builder, "List-Help", good));
  g_assert_false (intimail_part_builder_add_ids (builder, "References", bad));
  g_assert_false (intimail_part_builder_add_ids (builder, "References", worse));
  message = build (builder);
  g_assert_true (g_str_has_prefix (message, "References: <a@b> <c@d>\nList-Help: <a@b>, <c@d>\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"));
}

static const struct
{
  const char *type;
  const char *content;
  const char *end; /* of the message */
} contents[] = {
  { "text/plain", "hello\n", "Content-Type: text/plain\n\nhello\n" },
  { "text/plain", "caf\303\251 and a longer text = x\n", "quoted-printable\n\ncaf=C3=A9 and a longer text =3D x\n" },
  { "text/plain", "\346\227\245\346\234\254\n", "base64\n\n5pel5pysCg==\n" },
  { "text/plain", "ends in a space and \303\251 \nx", "quoted-printable\n\nends in a space and =C3=A9=20\nx" },
  { "application/pdf", "x", "base64\n\neA==\n" },
  { "message/rfc822", "Subject: \303\251\n\nx", "8bit\n\nSubject: \303\251\n\nx" },
};

static void
test_content (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new (contents[i].type);
      g_autoptr (GBytes) content = g_bytes_new_static (contents[i].content, strlen (contents[i].content));
      g_autofree char *message = NULL;

      intimail_part_builder_set_content (builder, content);
      message = build (builder);
      g_test_message ("%s", message);
      g_assert_true (g_str_has_suffix (message, contents[i].end));
    }
}

static const struct
{
  const char *type;
  const char *charset; /* given */
  const char *content;
  const char *field;
} charsets[] = {
  { "text/csv", NULL, "caf\303\251\n", "Content-Type: text/csv; charset=utf-8\n" },
  { "text/csv", NULL, "cafe\n", "Content-Type: text/csv\n" },
  { "text/csv", NULL, "caf\351\n", "Content-Type: text/csv\n" },
  { "text/csv", "iso-8859-1", "caf\303\251\n", "Content-Type: text/csv; charset=iso-8859-1\n" },
  { "application/json", NULL, "caf\303\251\n", "Content-Type: application/json\n" },
};

/* It is said of text that would else be read as another. */
static void
test_charset (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (charsets); i++)
    {
      g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new (charsets[i].type);
      g_autoptr (GBytes) content = g_bytes_new_static (charsets[i].content, strlen (charsets[i].content));

      if (charsets[i].charset != NULL)
        intimail_part_builder_set_parameter (builder, "charset", charsets[i].charset);
      intimail_part_builder_set_content (builder, content);
      for (int again = 0; again < 2; again++)
        {
          g_autofree char *message = build (builder);

          g_assert_nonnull (strstr (message, charsets[i].field));
        }
    }
}

static void
test_parameters (void)
{
  g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
  g_autofree char *message = NULL;
  g_autoptr (GString) name = g_string_new (NULL);

  for (int i = 0; i < 60; i++)
    g_string_append (name, "\303\251");
  intimail_part_builder_set_parameter (builder, "charset", "utf-8");
  intimail_part_builder_set_disposition (builder, "attachment", name->str);
  message = build (builder);
  assert_lines (message);
  g_assert_nonnull (strstr (message, "Content-Type: text/plain; charset=utf-8\n"));
  g_assert_nonnull (strstr (message, "filename*0*=UTF-8''%C3%A9"));

  intimail_part_builder_set_disposition (builder, "attachment", "a \"b\".txt");
  g_free (message);
  message = build (builder);
  g_assert_nonnull (strstr (message, "Content-Disposition: attachment; filename=\"a \\\"b\\\".txt\"\n"));
}

static void
test_multipart (void)
{
  g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("multipart/mixed");
  g_autofree char *message = NULL;
  g_auto (GStrv) pieces = NULL;

  for (int i = 0; i < 2; i++)
    {
      IntimailPartBuilder *part = intimail_part_builder_new ("text/plain");
      g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);

      intimail_part_builder_set_content (part, content);
      intimail_part_builder_take_part (builder, part);
    }
  message = build (builder);
  pieces = g_strsplit (message, "\n--=_", -1);
  g_assert_cmpuint (g_strv_length (pieces), ==, 4);
  g_assert_true (g_str_has_suffix (pieces[1], "\nContent-Type: text/plain\n\nx"));
  g_assert_true (g_str_has_suffix (pieces[3], "--\n"));
}

static void
test_names (void)
{
  g_assert_true (intimail_part_builder_is_content_type ("text/plain"));
  g_assert_false (intimail_part_builder_is_content_type ("text"));
  g_assert_false (intimail_part_builder_is_content_type ("text/"));
  g_assert_false (intimail_part_builder_is_content_type ("text/plain; x=y"));
  g_assert_false (intimail_part_builder_is_content_type ("text/plain\n"));
  g_assert_true (intimail_part_builder_is_field_name ("X-A"));
  g_assert_false (intimail_part_builder_is_field_name ("X A"));
  g_assert_false (intimail_part_builder_is_field_name ("X:"));
  g_assert_false (intimail_part_builder_is_field_name (""));
}

/* Words of all kinds, one space between them. */
static char *
make_text (GRand *random, int max_words)
{
  static const char *const pieces[] = {
    "a", "word", "caf\303\251", "\346\227\245\346\234\254\350\252\236", "\360\237\230\200", "=?utf-8?q?x?=", "\"", "\\", "(", ")", "<x>", ",", ";", ":", "@",
    "?=", "=", "_", "%41", "'", "''", "\303\237", "e\314\201", "looooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong"
  };
  GString *text = g_string_new (NULL);
  int n_words = g_rand_int_range (random, 1, max_words);

  for (int i = 0; i < n_words; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      for (int j = g_rand_int_range (random, 1, 4); j > 0; j--)
        g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
    }

  return g_string_free (text, FALSE);
}

static void
assert_same_text (const char *found, const char *wanted)
{
  g_autofree char *composed = g_utf8_normalize (wanted, -1, G_NORMALIZE_NFC);

  g_assert_cmpstr (found, ==, composed);
}

/* What was put in is read back, whatever it was. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);

  for (int i = 0; i < 500; i++)
    {
      g_autoptr (IntimailPartBuilder) builder = intimail_part_builder_new ("text/plain");
      g_autofree char *subject = make_text (random, 30);
      g_autofree char *name = make_text (random, 8);
      g_autofree char *file_name = make_text (random, 20);
      g_autofree char *content = make_text (random, 200);
      g_autoptr (GBytes) content_bytes = g_bytes_new (content, strlen (content));
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (IntimailMessage) message = NULL;
      g_autoptr (GBytes) decoded = NULL;
      g_autoptr (GError) error = NULL;
      IntimailAddress *address;

      intimail_part_builder_add_text (builder, "Subject", subject);
      intimail_part_builder_begin_addresses (builder, "To");
      g_assert_true (intimail_part_builder_add_address (builder, name, "a@b.example"));
      intimail_part_builder_end_addresses (builder);
      intimail_part_builder_set_parameter (builder, "charset", "utf-8");
      intimail_part_builder_set_disposition (builder, "attachment", file_name);
      intimail_part_builder_set_content (builder, content_bytes);
      bytes = intimail_part_builder_build (builder, NULL);

      message = intimail_message_new_from_bytes (bytes, &error);
      g_assert_no_error (error);
      assert_same_text (intimail_message_get_subject (message), subject);
      g_assert_cmpuint (intimail_message_get_to (message)->len, ==, 1);
      address = g_ptr_array_index (intimail_message_get_to (message), 0);
      assert_same_text (intimail_address_get_name (address), name);
      g_assert_cmpstr (intimail_address_get_email (address), ==, "a@b.example");
      g_assert_cmpstr (intimail_part_get_name (intimail_message_get_root (message)), ==, file_name);
      decoded = intimail_part_get_content (intimail_message_get_root (message), &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (decoded, content_bytes));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/part-builder/text", test_text);
  g_test_add_func ("/part-builder/long-text-folds", test_long_text_folds);
  g_test_add_func ("/part-builder/padding", test_padding);
  g_test_add_func ("/part-builder/raw", test_raw);
  g_test_add_func ("/part-builder/addresses", test_addresses);
  g_test_add_func ("/part-builder/ids", test_ids);
  g_test_add_func ("/part-builder/content", test_content);
  g_test_add_func ("/part-builder/charset", test_charset);
  g_test_add_func ("/part-builder/parameters", test_parameters);
  g_test_add_func ("/part-builder/multipart", test_multipart);
  g_test_add_func ("/part-builder/names", test_names);
  g_test_add_func ("/part-builder/round-trip", test_round_trip);

  return g_test_run ();
}
