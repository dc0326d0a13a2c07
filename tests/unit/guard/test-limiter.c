/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail.h>

static void
test_level (void)
{
  g_autoptr (IntimailLimiter) limiter = intimail_limiter_new (1000);

  g_assert_cmpuint (intimail_limiter_get_interval (limiter), ==, 1000);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 0), ==, 0);
  for (guint i = 1; i <= 5; i++)
    g_assert_cmpuint (intimail_limiter_count (limiter, "a", 100), ==, i);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "b", 100), ==, 0);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 1099), ==, 5);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 1100), ==, 4);
  /* What is left of an interval is not lost. */
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 2050), ==, 4);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 2100), ==, 3);
  intimail_limiter_take_back (limiter, "a", 2100);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 2100), ==, 2);
  /* A clock that goes back all the same forgets nothing and adds nothing. */
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 0), ==, 2);
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "a", 100000), ==, 0);
  intimail_limiter_take_back (limiter, "a", 100000);
  intimail_limiter_take_back (limiter, "nobody", 100000);
  g_assert_cmpuint (intimail_limiter_count (limiter, "a", 100000), ==, 1);
}

/* A million others push out nobody who does much. */
static void
test_fair (void)
{
  g_autoptr (IntimailLimiter) limiter = intimail_limiter_new (60000);
  guint known = 0;

  for (guint i = 0; i < 50; i++)
    intimail_limiter_count (limiter, "busy", 0);
  for (guint i = 0; i < 1000000; i++)
    {
      char name[24];

      g_snprintf (name, sizeof name, "2001:db8::%x", i);
      g_assert_cmpuint (intimail_limiter_count (limiter, name, 1), ==, 1);
    }
  g_assert_cmpuint (intimail_limiter_get_level (limiter, "busy", 2), ==, 50);
  /* The last ones are known, and no more than there is room for. */
  for (guint i = 0; i < 1000000; i++)
    {
      char name[24];

      g_snprintf (name, sizeof name, "2001:db8::%x", i);
      known += intimail_limiter_get_level (limiter, name, 2);
    }
  g_assert_cmpuint (known, >, 8000);
  g_assert_cmpuint (known, <, 8192);
}

static void
test_gone (void)
{
  IntimailLimiter *limiter = intimail_limiter_new (1);

  g_assert_finalize_object (limiter);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limiter/level", test_level);
  g_test_add_func ("/limiter/fair", test_fair);
  g_test_add_func ("/limiter/gone", test_gone);

  return g_test_run ();
}
