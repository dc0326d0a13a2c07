/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-date-private.h"

static const struct
{
  const char *text;
  const char *date; /* NULL when it is none */
} cases[] = {
  { "Tue, 14 Mar 2023 10:11:12 +0130", "2023-03-14T10:11:12+01:30" },
  { "Tue,14 Mar 2023 10:11:12 -0800 (PST)", "2023-03-14T10:11:12-08" },
  { "14 Mar 2023 10:11 GMT", "2023-03-14T10:11:00Z" },
  { "Tue (really (a) day), 14 (th) Mar 2023 10 : 11: 12 Z", "2023-03-14T10:11:12Z" },
  { "Tue (really (a) day), 14 (th) Mar 2023 10:11:12 Z", "2023-03-14T10:11:12Z" },
  { "14 Mar 23 10:11:12 EST", "2023-03-14T10:11:12-05" },
  { "14 Mar 99 10:11:12 UT", "1999-03-14T10:11:12Z" },
  { "14 Mar 102 10:11:12 UT", "2002-03-14T10:11:12Z" },
  { "14 Mar 0102 10:11:12 UT", "2002-03-14T10:11:12Z" },
  { "Tue Mar 14 10:11:12 2023", "2023-03-14T10:11:12Z" },
  { "Tue Mar 14 10:11:12 CET 2023", "2023-03-14T10:11:12+01" },
  { "2023-03-14T10:11:12.345Z", "2023-03-14T10:11:12Z" },
  { "2023-03-14 10:11:12 +05:30", "2023-03-14T10:11:12+05:30" },
  { "14-Mar-2023 10:11:12 -600", "2023-03-14T10:11:12-06" },
  { "14.03.2023 10:11:12", "2023-03-14T10:11:12Z" },
  { "Tue, 14 Mar 2023 10.11.12 +0100", "2023-03-14T10:11:12+01" },
  { "3/14/2023 1:11:12 PM", "2023-03-14T13:11:12Z" },
  { "14/3/2023 12:11 AM", "2023-03-14T00:11:00Z" },
  { "March 14, 2023 at 1:27:46 p.m. +0400", "2023-03-14T13:27:46+04" },
  { "Mar, 14 2023 12:22:45 PM -0700", "2023-03-14T12:22:45-07" },
  { "Tue, 14 Mar 2023 10:11:12 GMT+1", "2023-03-14T10:11:12+01" },
  { "Tue, 14 Mar 2023 10:11:12 +0900(KST)", "2023-03-14T10:11:12+09" },
  { "Tue, 14 Mar 2023 10:11:12 +-0500", "2023-03-14T10:11:12-05" },
  { "Tue, 14 Mar 2023 10:11:12 +9999", "2023-03-14T10:11:12Z" },
  { "Tue, 14 Mar 2023 10:11:12 NONSENSE", "2023-03-14T10:11:12Z" },
  { "Tue, 14 Mar 2023 23:59:60 +0000", "2023-03-14T23:59:59Z" },
  { "14 Mar 2023", "2023-03-14T00:00:00Z" },
  { "31 Feb 2023 10:11:12", NULL },
  { "14 Mar 2023 25:11:12", NULL },
  { "14 Mar 2023 10:99:12", NULL },
  { "99999999999999999999", NULL },
  { "-1 -1 -1", NULL },
  { "+", NULL },
  { "", NULL },
  { "yesterday", NULL },
  { "((((((((((((", NULL },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) date = intimail_date_parse (cases[i].text);
      g_autofree char *text = date != NULL ? g_date_time_format_iso8601 (date) : NULL;

      gint64 seconds;
      int offset;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (text, ==, cases[i].date);
      g_assert_cmpint (intimail_date_parse_seconds (cases[i].text, &seconds, &offset), ==, date != NULL);
      if (date == NULL)
        continue;
      g_assert_cmpint (seconds, ==, g_date_time_to_unix (date));
      g_assert_cmpint (offset, ==, g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE);
    }
}

static void
test_limit (void)
{
  g_autofree char *spaces = g_strnfill (1000000, ' ');
  g_autofree char *text = g_strconcat (spaces, "14 Mar 2023", NULL);

  g_assert_null (intimail_date_parse (text));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/date/cases", test_cases);
  g_test_add_func ("/date/limit", test_limit);

  return g_test_run ();
}
