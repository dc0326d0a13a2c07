/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-charset-private.h"

static const struct
{
  const char *charset;
  const char *bytes;
  const char *text;
  gboolean problem;
} cases[] = {
  { "utf-8", "caf\303\251", "caf\303\251", FALSE },
  { "UTF8", "a\377b", "a\357\277\275b", TRUE },
  { "us-ascii", "abc", "abc", FALSE },
  { NULL, "abc", "abc", FALSE },
  { "", "caf\303\251", "caf\303\251", TRUE },
  { NULL, "caf\351", "caf\303\251", TRUE },
  { NULL, "\033$B%\"\033(B", "\343\202\242", TRUE },
  { "iso-8859-1", "\200\351", "\342\202\254\303\251", FALSE },
  { "windows-1252", "\201", "\357\277\275", TRUE },
  { "KOI8_R", "\301", "\320\260", FALSE },
  { "gb2312", "\224\251", "\346\225\245", FALSE },                /* of GBK */
  { "ks_c_5601-1987", "\234\101", "\354\217\233", FALSE },        /* of UHC */
  { "shift_jis", "\207\100", "\342\221\240", FALSE },             /* of Windows */
  { "iso-2022-jp", "a\033$B-!\033(Bb", "a\342\221\240b", FALSE }, /* of NEC */
  { "iso-2022-jp", "\033(I1\033(B", "\357\275\261", FALSE },
  { "iso-2022-jp", "\033$B%\"\nplain", "\343\202\242\nplain", FALSE },
  { "euc-jp", "\244", "\357\277\275", TRUE },
  { "utf-7", "a+AOk-", "a\303\251", FALSE },
  { "nonsense", "abc", "abc", TRUE },
  { "utf-8//TRANSLIT", "abc", "abc", TRUE },
  { "../../evil", "abc", "abc", TRUE },
  { "utf-8", "", "", FALSE },
  /* UTF-8 that says something else. */
  { "iso-8859-1", "caf\303\251", "caf\303\251", TRUE },
  { "windows-1251", "\320\277\321\200", "\320\277\321\200", TRUE },
  { "koi8-r", "\320\320", "\320\277\320\277", FALSE },
  { "iso-8859-1", "\303\251 \351", "\303\203\302\251 \303\251", FALSE },
  { "gb2312", "\344\275\240\345\245\275\344\275\240\345\245\275", "\344\275\240\345\245\275\344\275\240\345\245\275", TRUE },
  { "gb2312", "\304\243", "\346\250\241", FALSE },
  /* UTF-8 that was encoded twice. */
  { "utf-8", "caf\303\203\302\251 th\303\203\302\251", "caf\303\251 th\303\251", TRUE },
  { "utf-8", "\303\242\342\200\232\302\254 \303\242\342\202\254\342\204\242", "\342\202\254 \342\200\231", TRUE },
  { "iso-8859-1", "\303\203\302\251\303\203\302\251", "\303\251\303\251", TRUE },
  { "utf-8", "caf\303\203\302\251", "caf\303\203\302\251", FALSE },
  { "utf-8", "\303\203\302\251\303\203\302\251\303\251", "\303\203\302\251\303\203\302\251\303\251", FALSE },
  { "utf-8", "th\303\251 \303\203\302\251\303\203\302\251", "th\303\251 \303\203\302\251\303\203\302\251", FALSE },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean problem;
      g_autofree char *text = intimail_charset_decode (cases[i].charset, cases[i].bytes, strlen (cases[i].bytes), &problem);

      g_test_message ("%" G_GSIZE_FORMAT " %s", i, cases[i].charset);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (problem, ==, cases[i].problem);
    }
}

static void
test_nul (void)
{
  g_autofree char *ascii = intimail_charset_decode (NULL, "a\0b", 3, NULL);
  g_autofree char *utf8 = intimail_charset_decode ("utf-8", "a\0b", 3, NULL);
  g_autofree char *utf16 = intimail_charset_decode ("utf-16be", "\0a\0\0\0b", 6, NULL);

  g_assert_cmpstr (utf8, ==, "a\357\277\275b");
  g_assert_cmpstr (utf16, ==, "a\357\277\275b");
  g_assert_true (g_utf8_validate (ascii, -1, NULL));
}

/* Every label finds itself, so the table is in its order. */
static void
test_labels (void)
{
  static const char *const labels[] = { "ansi_x3.4-1968", "big5", "cp1250", "gb_2312-80", "gbk", "iso-8859-1", "iso-8859-16", "iso-8859-8-i", "iso8859-15", "iso_8859-1", "ks_c_5601-1987", "shift_jis", "sjis", "utf-8", "windows-1258", "x-windows-949" };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    g_assert_cmpstr (intimail_charset_find (labels[i]), ==, labels[i]);
  g_assert_null (intimail_charset_find ("zzz"));
  g_assert_null (intimail_charset_find (""));
}

static void
test_html (void)
{
  static const struct
  {
    const char *html;
    const char *charset;
  } pages[] = {
    { "<meta charset=\"koi8-r\">", "koi8-r" },
    { "<html><head><META http-equiv='Content-Type' content='text/html; charset=EUC-KR' />", "euc-kr" },
    { "<meta name=x><meta charset=utf-8>", "utf-8" },
    { "<meta charset=nonsense>", NULL },
    { "<meta charset=", NULL },
    { "<metal charset=utf-8>", NULL },
    { "charset=utf-8", NULL },
    { "<", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    g_assert_cmpstr (intimail_charset_find_in_html (pages[i].html, strlen (pages[i].html)), ==, pages[i].charset);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/charset/cases", test_cases);
  g_test_add_func ("/charset/nul", test_nul);
  g_test_add_func ("/charset/labels", test_labels);
  g_test_add_func ("/charset/html", test_html);

  return g_test_run ();
}
