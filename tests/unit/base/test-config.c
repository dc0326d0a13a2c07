/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-config-private.h"
#include "test-support.h"

static const IntimailConfigKey keys[] = {
  { "site", "domains", INTIMAIL_CONFIG_LIST, NULL, NULL },
  { "site", "size", INTIMAIL_CONFIG_NUMBER, "10", NULL },
  { "store", "root", INTIMAIL_CONFIG_STRING, "mail", NULL },
  { "store", "quota", INTIMAIL_CONFIG_STRING, "", NULL },
  { "store", "language", INTIMAIL_CONFIG_STRING, "en", "en|fr" },
  { "webmail", "trusted", INTIMAIL_CONFIG_BOOLEAN, "false", NULL },
  { NULL },
};

static IntimailConfig *
parse (const char *text, GError **error)
{
  return intimail_config_parse (text, strlen (text), "intimail.conf", keys, error);
}

static void
test_values (void)
{
  static const char *const domains[] = { "a.example", "b;c.example", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailConfig) config = parse ("# comment\n"
                                             "\n"
                                             "  [site]  \r\n"
                                             "domains = a.example ; b\\;c.example;;\n"
                                             "size=18446744073\n"
                                             "[webmail]\n"
                                             "trusted=true\n"
                                             "[store]\n"
                                             "root=\\sa=b\\\\c\\td # no comment",
                                             &error);
  g_auto (GStrv) list = NULL;

  g_assert_no_error (error);
  list = intimail_config_get_list (config, "site", "domains");
  g_assert_cmpstrv (list, (char **) domains);
  g_assert_cmpuint (intimail_config_get_number (config, "site", "size"), ==, G_GUINT64_CONSTANT (18446744073));
  g_assert_true (intimail_config_get_boolean (config, "webmail", "trusted"));
  g_assert_cmpstr (intimail_config_get_string (config, "store", "root"), ==, " a=b\\c\td # no comment");
}

static void
test_fallbacks (void)
{
  g_autoptr (IntimailConfig) config = parse ("[site]\ndomains=", NULL);
  g_auto (GStrv) list = intimail_config_get_list (config, "site", "domains");

  g_assert_cmpuint (g_strv_length (list), ==, 0);
  g_assert_cmpuint (intimail_config_get_number (config, "site", "size"), ==, 10);
  g_assert_false (intimail_config_get_boolean (config, "webmail", "trusted"));
  g_assert_cmpstr (intimail_config_get_string (config, "store", "root"), ==, "mail");
}

static void
test_mistakes (void)
{
  static const char *const cases[][2] = {
    { "", "intimail.conf: \"domains\" is missing in [site]" },
    { "[site]\ndomains=x\n[store]\nquotta=1\n",
      "intimail.conf:4: unknown key \"quotta\" in [store]; did you mean \"quota\"?" },
    { "[site]\nroot=x\n", "intimail.conf:2: unknown key \"root\" in [site]; it belongs in [store]" },
    { "[site]\nnonsense=x\n", "intimail.conf:2: unknown key \"nonsense\" in [site]" },
    { "[site]\ndomains[fr]=x\n", "intimail.conf:2: unknown key \"domains[fr]\" in [site]" },
    { "[site]\n=x\n", "intimail.conf:2: unknown key \"\" in [site]" },
    { "[stor]\n", "intimail.conf:1: unknown group [stor]; did you mean \"store\"?" },
    { "[elsewhere]\n", "intimail.conf:1: unknown group [elsewhere]" },
    { "[]\n", "intimail.conf:1: unknown group []" },
    { "[site\n", "intimail.conf:1: a group ends with \"]\"" },
    { "[", "intimail.conf:1: a group ends with \"]\"" },
    { "[site]\n[store]\n[site]\n", "intimail.conf:3: the group [site] is there twice" },
    { "domains=x\n", "intimail.conf:1: a setting stands before the first group" },
    { "[site]\ndomains\n", "intimail.conf:2: neither a group like \"[site]\" nor a setting like \"key=value\"" },
    { "[site]\ndomains=x\nsize=1\ndomains=y\n", "intimail.conf:4: domains is set twice; the first time in line 2" },
    { "[site]\nsize=10 MB\n", "intimail.conf:2: size: \"10 MB\" is not a number of 0 or more" },
    { "[site]\nsize=-1\n", "intimail.conf:2: size: \"-1\" is not a number of 0 or more" },
    { "[site]\nsize=9223372036854775808\n",
      "intimail.conf:2: size: \"9223372036854775808\" is not a number of 0 or more" },
    { "[site]\nsize=\n", "intimail.conf:2: size: \"\" is not a number of 0 or more" },
    { "[webmail]\ntrusted=yes\n", "intimail.conf:2: trusted: \"yes\" is neither \"true\" nor \"false\"" },
    { "[store]\nlanguage=de\n", "intimail.conf:2: language: \"de\" is not \"en\" or \"fr\"" },
    { "[store]\nroot=a\\b\n", "intimail.conf:2: root: \"\\\" stands before s, n, t, r, \";\" or another \"\\\"" },
    { "[store]\nroot=a\\", "intimail.conf:2: root: \"\\\" stands before s, n, t, r, \";\" or another \"\\\"" },
    { "[store]\nroot=\xff\n", "intimail.conf:2: the line is not UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i][0], &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (error->message, ==, cases[i][1]);
    }
}

static void
test_nul (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_config_parse ("[site]\0", 7, "f", keys, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static void
test_files (void)
{
  g_autofree char *folder = test_support_make_folder ("config");
  g_autofree char *path = g_build_filename (folder, "intimail.conf", NULL);
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, '\n');
  g_autoptr (IntimailConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_config_load (path, keys, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_clear_error (&error);
  test_support_write_file (path, large);
  g_assert_null (intimail_config_load (path, keys, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  test_support_write_file (path, "[site]\ndomains=x\n");
  config = intimail_config_load (path, keys, &error);
  g_assert_no_error (error);
  g_assert_false (intimail_config_fail (config, "site", "domains", &error, "%d", 7));
  g_assert_true (g_str_has_suffix (error->message, "/intimail.conf:2: domains in [site]: 7"));
  test_support_remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config/values", test_values);
  g_test_add_func ("/config/fallbacks", test_fallbacks);
  g_test_add_func ("/config/mistakes", test_mistakes);
  g_test_add_func ("/config/nul", test_nul);
  g_test_add_func ("/config/files", test_files);

  return g_test_run ();
}
