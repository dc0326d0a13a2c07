/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>

#include "delivery/intimail-trace-private.h"

static void
assert_trace (char *trace, const char *pattern)
{
  if (!g_regex_match_simple (pattern, trace, 0, 0))
    g_error ("%s does not match %s", trace, pattern);
  g_free (trace);
}

static void
test_fields (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (3600);
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 3, 1, 7, 8, 9);

  assert_trace (intimail_trace_make ("a@x.example", "b@y.example", "mx.example", "home.example", "LMTP", now),
                "^Return-Path: <a@x\\.example>\nDelivered-To: b@y\\.example\n"
                "Received: from mx\\.example by home\\.example with LMTP id [a-z2-7]{16};\n\tSun, 1 Mar 2026 07:08:09 \\+0100\n$");
  assert_trace (intimail_trace_make ("", NULL, NULL, "home.example", "local", now),
                "^Return-Path: <>\nReceived: by home\\.example with local id [a-z2-7]{16};\n\tSun, 1 Mar 2026 07:08:09 \\+0100\n$");
}

/* An address cannot begin a field of its own. */
static void
test_line_ends (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 12, 31, 23, 59, 59);

  assert_trace (intimail_trace_make ("a\nX: y", "b\r\nX: y", "c\nX: y", "home.example", "LMTP", now),
                "^Return-Path: <a\\?X: y>\nDelivered-To: b\\?\\?X: y\n"
                "Received: from c\\?X: y by home\\.example with LMTP id [a-z2-7]{16};\n\tThu, 31 Dec 2026 23:59:59 \\+0000\n$");
}

int
main (int argc, char *argv[])
{
  /* A French date would be no date to other mail programs. */
  setlocale (LC_ALL, "fr_FR.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trace/fields", test_fields);
  g_test_add_func ("/trace/line-ends", test_line_ends);

  return g_test_run ();
}
