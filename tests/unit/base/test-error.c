/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <intimail/intimail-enums.h>

#include "base/intimail-error-private.h"

static const struct
{
  IntimailError code;
  int number; /* part of the ABI: written out here, so that no edit moves it */
  const char *status;
} cases[] = {
  { INTIMAIL_ERROR_FAILED, 0, "4.3.0" },
  { INTIMAIL_ERROR_INVALID_ARGUMENT, 1, "5.6.0" },
  { INTIMAIL_ERROR_NOT_FOUND, 2, "5.1.1" },
  { INTIMAIL_ERROR_TOO_LARGE, 3, "5.3.4" },
  { INTIMAIL_ERROR_STORAGE_FULL, 4, "4.3.1" },
  { INTIMAIL_ERROR_OVER_QUOTA, 5, "5.2.2" },
  { INTIMAIL_ERROR_EXISTS, 6, "4.3.0" },
  { INTIMAIL_ERROR_NOT_EMPTY, 7, "4.3.0" },
  { INTIMAIL_ERROR_PERMISSION_DENIED, 8, "5.7.1" },
  { INTIMAIL_ERROR_UNAVAILABLE, 9, "4.4.3" },
  { INTIMAIL_ERROR_STATE_LOST, 10, "4.3.0" },
  { INTIMAIL_ERROR_DISABLED, 11, "5.2.1" },
  { INTIMAIL_ERROR_NOT_SUPPORTED, 12, "5.3.3" },
  { INTIMAIL_ERROR_POSTING_REFUSED, 13, "5.7.2" },
  { INTIMAIL_ERROR_LOOP, 14, "5.4.6" },
  { INTIMAIL_ERROR_CODE_NEEDED, 15, "5.7.1" },
  { INTIMAIL_ERROR_UNCERTAIN, 16, "4.4.2" },
  { INTIMAIL_ERROR_RATE_LIMITED, 17, "4.7.1" },
};

static void
test_enhanced_status (void)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (INTIMAIL_TYPE_ERROR);

  g_assert_cmpuint (klass->n_values, ==, G_N_ELEMENTS (cases));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (INTIMAIL_ERROR, cases[i].code, "x");

      g_assert_cmpint (cases[i].code, ==, cases[i].number);
      g_assert_cmpstr (intimail_error_get_enhanced_status (error), ==, cases[i].status);
    }
}

static void
test_errno_is_never_permanent (void)
{
  for (int e = 1; e < 134; e++)
    {
      g_autoptr (GError) error = NULL;

      intimail_set_error_from_errno (&error, e, "x");
      g_assert_cmpint (intimail_error_get_enhanced_status (error)[0], ==, '4');
    }
}

static void
test_foreign_is_never_permanent (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "x");

  g_assert_cmpint (intimail_error_get_enhanced_status (error)[0], ==, '4');
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/enhanced-status", test_enhanced_status);
  g_test_add_func ("/error/errno-is-never-permanent", test_errno_is_never_permanent);
  g_test_add_func ("/error/foreign-is-never-permanent", test_foreign_is_never_permanent);

  return g_test_run ();
}
