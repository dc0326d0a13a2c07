/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-app-password-private.h"

static void
test_form (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      char *text = intimail_app_password_generate ();
      g_autofree char *id = intimail_app_password_make_id (text);

      g_assert_true (intimail_app_password_is_valid_id (id));
      g_assert_cmpuint (strlen (text), ==, 29);
      g_assert_true (g_hash_table_add (seen, text));
    }
}

static void
test_other_forms (void)
{
  static const char *const cases[] = {
    "",
    "secret",
    "bakolu-tiremo-sidagu-nopefa",
    "aaaaa-bbbbb-ccccc-ddddd-eeee",
    "aaaaa-bbbbb-ccccc-ddddd-eeeeee",
    "aaaaa-bbbbb-ccccc-ddddd-eeee1",
    "aaaaa-bbbbb-ccccc-ddddd-eeeeE",
    "aaaaa-bbbbb-ccccc-ddddd eeeee",
    "aaaaabbbbb--ccccc-ddddd-eeeee",
    "aaaa,-bbbbb-ccccc-ddddd-eeeee",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_null (intimail_app_password_make_id (cases[i]));
}

/* What "printf %s aaaaa-bbbbb-ccccc-ddddd-eeeee | sha256sum" begins with. */
static void
test_id (void)
{
  g_autofree char *id = intimail_app_password_make_id ("aaaaa-bbbbb-ccccc-ddddd-eeeee");

  g_assert_cmpstr (id, ==, "6379");
}

static void
test_order (void)
{
  g_autoptr (IntimailAppPassword) first = intimail_app_password_new ("bbbb", "phone", 1, 5);
  g_autoptr (IntimailAppPassword) second = intimail_app_password_new ("aaaa", "tablet", 2, 0);
  g_autoptr (IntimailAppPassword) third = intimail_app_password_new ("cccc", "laptop", 2, 0);

  g_assert_cmpint (intimail_app_password_compare (&first, &second), <, 0);
  g_assert_cmpint (intimail_app_password_compare (&third, &second), >, 0);
  g_assert_cmpint (intimail_app_password_compare (&third, &third), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/app-password/form", test_form);
  g_test_add_func ("/directory/app-password/other-forms", test_other_forms);
  g_test_add_func ("/directory/app-password/id", test_id);
  g_test_add_func ("/directory/app-password/order", test_order);

  return g_test_run ();
}
