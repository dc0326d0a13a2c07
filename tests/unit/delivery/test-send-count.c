/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery-fixture.h"

#include "delivery/intimail-send-count-private.h"

#define HOUR (60 * 60)
#define DAY (24 * HOUR)
#define NOON 1800000000

/* 0: taken; else the code, negative with an alarm. */
static int
take_full (Fixture *self, const IntimailSendLimits *limits, guint n_recipients, gint64 now)
{
  g_autoptr (GError) error = NULL;
  gboolean alarm;

  if (intimail_send_count_take (self->folder, limits, n_recipients, now, &alarm, &error))
    {
      g_assert_no_error (error);
      g_assert_false (alarm);
      return 0;
    }
  g_assert_true (error->domain == INTIMAIL_ERROR);
  return alarm ? -error->code : error->code;
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  static const IntimailSendLimits limits = { { 3, 0 }, { 5, 0 } };

  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (take_full (fixture, &limits, 1, NOON + i), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 10), ==, -INTIMAIL_ERROR_RATE_LIMITED);
  /* One alarm for each crossing. */
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 11), ==, INTIMAIL_ERROR_RATE_LIMITED);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + HOUR - 1), ==, INTIMAIL_ERROR_RATE_LIMITED);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + HOUR), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 2 * HOUR), ==, 0);
  /* Five in the day. */
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 5 * HOUR), ==, INTIMAIL_ERROR_RATE_LIMITED);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + DAY), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 5 * DAY), ==, 0);
}

static void
test_recipients (Fixture *fixture, gconstpointer data)
{
  static const IntimailSendLimits limits = { { 0, 10 }, { 0, 20 } };

  g_assert_cmpint (take_full (fixture, &limits, 11, NOON), ==, INTIMAIL_ERROR_TOO_LARGE);
  g_assert_cmpint (take_full (fixture, &limits, 8, NOON), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 3, NOON + 1), ==, -INTIMAIL_ERROR_RATE_LIMITED);
  g_assert_cmpint (take_full (fixture, &limits, 2, NOON + 2), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 8, NOON + HOUR + 2), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 3, NOON + 3 * HOUR), ==, INTIMAIL_ERROR_RATE_LIMITED);
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  static const IntimailSendLimits limits = { { 0, 0 }, { 0, 0 } };
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.sent", NULL);
  GStatBuf status;

  for (guint i = 0; i < 3000; i++)
    g_assert_cmpint (take_full (fixture, &limits, 1000, NOON + i * HOUR), ==, 0);
  /* What is older than a day is left out from time to time. */
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_size, <, 64 * 1024);
}

/* A line without its end is of a program that was killed. */
static void
test_half_a_line (Fixture *fixture, gconstpointer data)
{
  static const IntimailSendLimits limits = { { 2, 0 }, { 0, 0 } };
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.sent", NULL);
  g_autofree char *text = g_strdup_printf ("{\"time\":%d,\"recipients\":1}\nrubbish\n{\"time\":1,\"rec", NOON);

  test_support_write_file (path, text);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 1), ==, 0);
  g_assert_cmpint (take_full (fixture, &limits, 1, NOON + 2), ==, -INTIMAIL_ERROR_RATE_LIMITED);
}

typedef struct
{
  Fixture *fixture;
  gint *n_taken;
} Sender;

static gpointer
take_many (gpointer data)
{
  static const IntimailSendLimits limits = { { 50, 0 }, { 0, 0 } };
  Sender *sender = data;

  for (guint i = 0; i < 30; i++)
    if (take_full (sender->fixture, &limits, 1, NOON) == 0)
      g_atomic_int_inc (sender->n_taken);

  return NULL;
}

/* Several at once count as one after the other. */
static void
test_together (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];
  gint n_taken = 0;
  Sender sender = { fixture, &n_taken };

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("sender", take_many, &sender);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (n_taken, ==, 50);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/send-count/messages", test_messages },
    { "/send-count/recipients", test_recipients },
    { "/send-count/none", test_none },
    { "/send-count/half-a-line", test_half_a_line },
    { "/send-count/together", test_together },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_setup, tests[i].test, fixture_teardown);

  return g_test_run ();
}
