/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-track-private.h"

#define LENGTH 600u
#define QUARTER (LENGTH / INTIMAIL_TRACK_QUARTERS)

/* At each place within a quarter: what is three quarters of the length old is held, and
 * what is its whole length old is not. */
static void
test_edges (void)
{
  for (guint32 begin = 6000; begin < 6000 + LENGTH; begin++)
    {
      IntimailTrackWindow window = { { 0 } };

      intimail_track_window_add (&window, begin, begin, LENGTH, 1);
      g_assert_cmpfloat (intimail_track_window_get (&window, begin, begin, LENGTH), ==, 1);
      g_assert_cmpfloat (intimail_track_window_get (&window, begin, begin + LENGTH - QUARTER, LENGTH), ==, 1);
      g_assert_cmpfloat (intimail_track_window_get (&window, begin, begin + LENGTH, LENGTH), ==, 0);
      /* An event that comes late counts as if it came now. */
      g_assert_cmpfloat (intimail_track_window_get (&window, begin, begin - 1, LENGTH), ==, 1);
    }
}

/* One point each second, for long: never more than the length holds, never less than three
 * quarters of it. */
static void
test_steady (void)
{
  IntimailTrackWindow window = { { 0 } };

  for (guint32 time = 1; time < 20 * LENGTH; time++)
    {
      double points;

      intimail_track_window_add (&window, time - 1, time, LENGTH, 0.25);
      points = intimail_track_window_get (&window, time, time, LENGTH);
      if (time < LENGTH)
        continue;
      /* 150 parts of a quarter fit in a byte. */
      g_assert_cmpfloat (points, <=, LENGTH * 0.25);
      g_assert_cmpfloat (points, >=, (LENGTH - QUARTER) * 0.25);
    }
}

/* A byte a quarter: more does not wrap round to nothing. */
static void
test_full (void)
{
  IntimailTrackWindow window = { { 0 } };

  for (guint i = 0; i < 1000; i++)
    intimail_track_window_add (&window, 1000, 1000, LENGTH, 1);
  g_assert_cmpfloat (intimail_track_window_get (&window, 1000, 1000, LENGTH), >=, 60);
}

static IntimailIp
make_ip (guint i)
{
  IntimailIp ip = { .bits = INTIMAIL_IP_BITS, .bytes = { 0x20, 0x01, 0x0d, 0xb8 } };

  ip.bytes[13] = (guint8) (i >> 16);
  ip.bytes[14] = (guint8) (i >> 8);
  ip.bytes[15] = (guint8) i;

  return ip;
}

/* A million who did one thing push out none of those who did many, and memory stays. */
static void
test_fair (void)
{
  IntimailTrackTable *table = intimail_track_table_new ();

  for (guint i = 0; i < 1000000; i++)
    {
      IntimailIp ip = make_ip (i);
      IntimailTrack *track = intimail_track_table_get (table, &ip, 1000, LENGTH, 86400);

      intimail_track_window_add (&track->fast, 1000, 1000, LENGTH, i < 1000 ? 4 : 1);
    }
  g_assert_cmpuint (intimail_track_table_get_size (table), ==, INTIMAIL_TRACK_LIMIT);
  for (guint i = 0; i < 1000; i++)
    {
      IntimailIp ip = make_ip (i);

      g_assert_nonnull (intimail_track_table_lookup (table, &ip));
    }
  for (guint i = 0; i < 1000000; i++)
    {
      IntimailIp ip = make_ip (i);

      intimail_track_table_remove (table, &ip);
    }
  g_assert_cmpuint (intimail_track_table_get_size (table), ==, 0);
  intimail_track_table_free (table);
}

/* Each has its own account, however often the table grew, and when half of them left. */
static void
test_own (void)
{
  IntimailTrackTable *table = intimail_track_table_new ();

  for (guint i = 0; i < INTIMAIL_TRACK_LIMIT; i++)
    {
      IntimailIp ip = make_ip (i);

      g_assert_cmpuint (intimail_track_table_get (table, &ip, i + 1, LENGTH, 86400)->time, ==, i + 1);
    }
  for (guint i = 0; i < INTIMAIL_TRACK_LIMIT; i += 2)
    {
      IntimailIp ip = make_ip (i);

      intimail_track_table_remove (table, &ip);
    }
  for (guint i = 0; i < INTIMAIL_TRACK_LIMIT; i++)
    {
      IntimailIp ip = make_ip (i);
      const IntimailTrack *track = intimail_track_table_lookup (table, &ip);

      g_assert_cmpuint (track != NULL ? track->time : 0, ==, i % 2 != 0 ? i + 1 : 0);
    }
  g_assert_cmpuint (intimail_track_table_get_size (table), ==, INTIMAIL_TRACK_LIMIT / 2);
  intimail_track_table_free (table);
}

/* An address and its networks are three. */
static void
test_networks (void)
{
  IntimailTrackTable *table = intimail_track_table_new ();
  static const guint bits[] = { 128, 64, 48 };

  for (gsize i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      IntimailIp ip = { .bits = INTIMAIL_IP_BITS };

      ip = intimail_ip_network (&ip, bits[i]);
      g_assert_null (intimail_track_table_lookup (table, &ip));
      intimail_track_table_get (table, &ip, 1, LENGTH, 86400);
    }
  g_assert_cmpuint (intimail_track_table_get_size (table), ==, G_N_ELEMENTS (bits));
  intimail_track_table_free (table);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track/edges", test_edges);
  g_test_add_func ("/track/steady", test_steady);
  g_test_add_func ("/track/full", test_full);
  g_test_add_func ("/track/fair", test_fair);
  g_test_add_func ("/track/own", test_own);
  g_test_add_func ("/track/networks", test_networks);

  return g_test_run ();
}
