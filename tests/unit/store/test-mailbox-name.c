/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "store/intimail-mailbox-name-private.h"

static void
test_utf7 (void)
{
  static const char *const cases[][2] = {
    { "INBOX", "INBOX" },
    { "a&b", "a&-b" },
    { "Entwürfe", "Entw&APw-rfe" },
    { "日本語", "&ZeVnLIqe-" },
    { "台北", "&U,BTFw-" }, /* RFC 3501 section 5.1.3 */
    { "~peter/mail", "~peter&AC8-mail" },
    { "1.2", "1&AC4-2" },
    { "😀", "&2D3eAA-" },
    { "&&", "&-&-" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *encoded = intimail_utf7_encode (cases[i][0]);
      g_autofree char *decoded = intimail_utf7_decode (encoded);

      g_assert_cmpstr (encoded, ==, cases[i][1]);
      if (strchr (cases[i][0], '/') == NULL)
        g_assert_cmpstr (decoded, ==, cases[i][0]);
    }
}

/* What is not the one spelling of a name stays as it is: two folders never look
 * alike. */
static void
test_utf7_odd (void)
{
  static const char *const odd[] = {
    "&",
    "&abc",
    "a&AGE-",
    "&Jjo",
    "&!-",
    "&U,BTFw-&ZeVnLIqe-",
    "&2D0-",
    "&AAA-",
    "&AC8-",
    "&APw",
    "x&APx-",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autofree char *decoded = intimail_utf7_decode (odd[i]);

      g_assert_cmpstr (decoded, ==, odd[i]);
    }
}

/* The rule that a name breaks is told. */
static void
test_refused (void)
{
  g_autofree char *long_name = g_strnfill (201, 'a');
  g_autofree char *longer_name = g_strnfill (300, 'a');
  const struct
  {
    const char *name;
    const char *rule;
  } cases[] = {
    { "", "it is empty" },
    { ".", "it stands for a folder of the file system" },
    { "..", "it stands for a folder of the file system" },
    { "a/b", "it has a slash, which separates names" },
    { "/", "it has a slash, which separates names" },
    { "../../etc", "it has a slash, which separates names" },
    { " a", "it begins or ends with a space" },
    { "a ", "it begins or ends with a space" },
    { " ", "it begins or ends with a space" },
    { "a\nb", "it has a control character" },
    { "\x01", "it has a control character" },
    { "a\x7f", "it has a control character" },
    { "\xc2\x85", "it has a control character" },
    { "\xe2\x80\xa8", "it has a control character" },
    { "\xff", "it is not UTF-8" },
    { "a\xc3", "it is not UTF-8" },
    { "\xed\xa0\x80", "it is not UTF-8" },
    { "\xc0\xae\xc0\xae", "it is not UTF-8" },
    { "\xef\xbf\xbf", "it has a code point that is no character" },
    { long_name, "it has over 200 bytes" },
    { longer_name, "it has over 200 bytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;
      g_autofree char *expected = g_strconcat ("no mailbox can have that name: ", cases[i].rule, NULL);

      g_assert_false (intimail_mailbox_name_check (cases[i].name, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (error->message, ==, expected);
      g_assert_null (intimail_mailbox_name_to_folder ("", cases[i].name, &again));
      g_assert_error (again, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (again->message, ==, expected);
    }
}

/* What Dovecot can open, and what its plugin for such names writes. */
static void
test_folder (void)
{
  static const char *const cases[][2] = {
    { "Work", ".Work" },
    { "1.2", ".1\\2e2" },
    { "...", ".\\2e\\2e\\2e" },
    { "~", ".\\7e" },
    { "~peter", ".\\7epeter" },
    { "a~b", ".a~b" },
    { "a\\b", ".a\\5cb" },
    { "\\2e", ".\\5c2e" },
    { "R&D", ".R&-D" },
    { "Entwürfe", ".Entw&APw-rfe" },
    { "v1.0 é", ".v1\\2e0 &AOk-" },
    { "%*\"", ".%*\"" },
  };
  /* What others may have written is read too. */
  static const char *const readings[][2] = {
    { ".a\\b", "a\\b" },
    { ".a\\2E", "a." },
    { ".a\\2fb", "a\\2fb" },
    { ".a\\00b", "a\\00b" },
    { ".a\\2", "a\\2" },
    { ".1&AC4-2", "1.2" },
    { ".~x", "~x" },
    { ".cl\xc3\xa9", "clé" },
    { ". a ", " a " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *folder = intimail_mailbox_name_to_folder ("", cases[i][0], &error);
      g_auto (GStrv) names = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (folder, ==, cases[i][1]);
      names = intimail_mailbox_name_split_folder (folder);
      g_assert_cmpstr (names[0], ==, cases[i][0]);
      g_assert_null (names[1]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_auto (GStrv) names = intimail_mailbox_name_split_folder (readings[i][0]);

      g_assert_cmpstr (names[0], ==, readings[i][1]);
      g_assert_null (names[1]);
    }
}

/* The two spellings of an accent are one name. */
static void
test_normal_form (void)
{
  g_autofree char *composed = intimail_mailbox_name_to_folder ("", "\xc3\xa9t\xc3\xa9", NULL);
  g_autofree char *decomposed = intimail_mailbox_name_to_folder ("", "e\xcc\x81te\xcc\x81", NULL);

  g_assert_cmpstr (composed, ==, ".&AOk-t&AOk-");
  g_assert_cmpstr (decomposed, ==, composed);
}

static void
test_check (void)
{
  static const char *const right[] = { "a", "a.b", "...", ".a", "&", "~", "日本", "a b", "\\", "%*" };

  for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *folder = intimail_mailbox_name_to_folder (".Above", right[i], &error);
      g_auto (GStrv) names = NULL;
      g_autofree char *parent = NULL;

      g_assert_no_error (error);
      g_assert_null (strchr (folder, '/'));
      names = intimail_mailbox_name_split_folder (folder);
      g_assert_cmpuint (g_strv_length (names), ==, 2);
      g_assert_cmpstr (names[1], ==, right[i]);
      parent = intimail_mailbox_name_get_parent (folder);
      g_assert_cmpstr (parent, ==, ".Above");
    }
}

static void
test_limits (void)
{
  g_autofree char *name = g_strnfill (200, 'a');
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = intimail_mailbox_name_to_folder ("", name, &error);

  g_assert_no_error (error);
  g_assert_null (intimail_mailbox_name_to_folder (folder, name, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
  g_clear_error (&error);

  for (int i = 0; i < INTIMAIL_MAILBOX_DEPTH_MAX; i++)
    g_string_append (deep, ".a");
  g_assert_null (intimail_mailbox_name_to_folder (deep->str, "a", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

static void
test_no_folder (void)
{
  static const char *const others[] = { "", ".", "..", "cur", "a", "..a", ".a.", ".a..b", "intimail.journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (intimail_mailbox_name_split_folder (others[i]));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mailbox-name/utf7", test_utf7);
  g_test_add_func ("/mailbox-name/utf7-odd", test_utf7_odd);
  g_test_add_func ("/mailbox-name/refused", test_refused);
  g_test_add_func ("/mailbox-name/folder", test_folder);
  g_test_add_func ("/mailbox-name/normal-form", test_normal_form);
  g_test_add_func ("/mailbox-name/check", test_check);
  g_test_add_func ("/mailbox-name/limits", test_limits);
  g_test_add_func ("/mailbox-name/no-folder", test_no_folder);

  return g_test_run ();
}
