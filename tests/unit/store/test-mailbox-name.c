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

static void
test_check (void)
{
  g_autofree char *long_name = g_strnfill (201, 'a');
  const char *const wrong[] = {
    "",
    ".",
    "..",
    "a/b",
    "/",
    " a",
    "a ",
    "a\nb",
    "\x01",
    "a\x7f",
    "\xc2\x85",
    "\xff",
    "\xe2\x80\xa8",
    "\xef\xbf\xbf",
    long_name,
  };
  static const char *const right[] = { "a", "a.b", "...", ".a", "&", "~", "日本", "a b", "\\", "%*" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (intimail_mailbox_name_check (wrong[i], &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
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
  g_test_add_func ("/mailbox-name/check", test_check);
  g_test_add_func ("/mailbox-name/limits", test_limits);
  g_test_add_func ("/mailbox-name/no-folder", test_no_folder);

  return g_test_run ();
}
