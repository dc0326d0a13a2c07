/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "jmap/intimail-jmap-email-body-private.h"
#include "jmap/intimail-jmap-email-header-private.h"
#include "jmap/intimail-jmap-keyword-private.h"

static const struct
{
  const char *text;
  gsize max_bytes;
  gboolean html;
  gsize cut;
} cuts[] = {
  { "hello", 3, FALSE, 3 },
  { "a\303\251b", 2, FALSE, 1 },
  { "a\303\251b", 3, FALSE, 3 },
  { "\360\237\230\200", 3, FALSE, 0 },
  { "<b>x</b>", 2, FALSE, 2 },
  { "<b>x</b>", 2, TRUE, 0 },
  { "<b>x</b>", 3, TRUE, 3 },
  { "<b>x</b>", 4, TRUE, 4 },
  { "<b>x</b>", 6, TRUE, 4 },
  { "a < b and c", 4, TRUE, 4 },
  { "<a title=\"x>y\">z</a>", 13, TRUE, 0 },
  { "<a title='x>y'>z</a>", 15, TRUE, 15 },
  { "x<!-- it's a > b -->y", 8, TRUE, 1 },
};

static void
test_cut (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_test_message ("%s at %u", cuts[i].text, (guint) cuts[i].max_bytes);
      g_assert_cmpuint (intimail_jmap_body_get_cut (cuts[i].text, cuts[i].max_bytes, cuts[i].html), ==, cuts[i].cut);
    }
}

static const struct
{
  const char *property;
  gboolean good;
  const char *name;
  IntimailJmapForm form;
  gboolean all;
} headers[] = {
  { "header:Subject", TRUE, "Subject", INTIMAIL_JMAP_FORM_RAW, FALSE },
  { "header:subject:asText", TRUE, "subject", INTIMAIL_JMAP_FORM_TEXT, FALSE },
  { "header:X-A:asText:all", TRUE, "X-A", INTIMAIL_JMAP_FORM_TEXT, TRUE },
  { "header:X-A:all", TRUE, "X-A", INTIMAIL_JMAP_FORM_RAW, TRUE },
  { "header:X-A:asDate", TRUE, "X-A", INTIMAIL_JMAP_FORM_DATE, FALSE },
  { "header:X-A:asGroupedAddresses", TRUE, "X-A", INTIMAIL_JMAP_FORM_GROUPED_ADDRESSES, FALSE },
  { "header:List-Post:asURLs", TRUE, "List-Post", INTIMAIL_JMAP_FORM_URLS, FALSE },
  { "header:Received:asRaw:all", TRUE, "Received", INTIMAIL_JMAP_FORM_RAW, TRUE },
  { "header:From:asDate", FALSE },
  { "header:From:asText", FALSE },
  { "header:Subject:asAddresses", FALSE },
  { "header:Message-ID:asText", FALSE },
  { "header:Received:asText", FALSE },
  { "header:date:asURLs", FALSE },
  { "header:X-A:all:asText", FALSE },
  { "header:X-A:asNothing", FALSE },
  { "header:X-A:astext", FALSE },
  { "header:X-A:asText:all:all", FALSE },
  { "header:X-A:", FALSE },
  { "header:", FALSE },
  { "header", FALSE },
  { "header:X A", FALSE },
  { "header:X\303\251", FALSE },
};

static void
test_header (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailJmapHeader) header = intimail_jmap_header_parse (headers[i].property, &error);

      g_test_message ("%s", headers[i].property);
      if (!headers[i].good)
        {
          g_assert_null (header);
          g_assert_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (header->property, ==, headers[i].property);
      g_assert_cmpstr (header->name, ==, headers[i].name);
      g_assert_cmpint (header->form, ==, headers[i].form);
      g_assert_cmpint (header->all, ==, headers[i].all);
    }
}

static void
test_date (void)
{
  g_autoptr (GDateTime) east = g_date_time_new_from_iso8601 ("2014-10-30T14:12:00+08:00", NULL);
  g_autoptr (GDateTime) west = g_date_time_new_from_iso8601 ("2014-10-30T14:12:00-03:30", NULL);
  g_autoptr (GDateTime) utc = g_date_time_new_from_iso8601 ("2014-10-30T14:12:00Z", NULL);
  g_autofree char *eastern = intimail_jmap_date_format (east);
  g_autofree char *western = intimail_jmap_date_format (west);
  g_autofree char *universal = intimail_jmap_date_format (utc);

  g_assert_cmpstr (eastern, ==, "2014-10-30T14:12:00+08:00");
  g_assert_cmpstr (western, ==, "2014-10-30T14:12:00-03:30");
  g_assert_cmpstr (universal, ==, "2014-10-30T14:12:00Z");
}

static void
test_keyword (void)
{
  static const char *const good[] = { "$seen", "a", "$label:red", "a/b~c", "!" };
  static const char *const bad[] = { "", "a b", "a(", "a)", "a{", "a]", "a%", "a*", "a\"", "a\\", "\303\251", "a\n" };
  g_autofree char *longest = g_strnfill (255, 'a');
  g_autofree char *longer = g_strnfill (256, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (intimail_jmap_keyword_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (intimail_jmap_keyword_is_valid (bad[i]));
  g_assert_true (intimail_jmap_keyword_is_valid (longest));
  g_assert_false (intimail_jmap_keyword_is_valid (longer));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email-body/cut", test_cut);
  g_test_add_func ("/jmap-email-header/parse", test_header);
  g_test_add_func ("/jmap-email-header/date", test_date);
  g_test_add_func ("/jmap-keyword/is-valid", test_keyword);

  return g_test_run ();
}
