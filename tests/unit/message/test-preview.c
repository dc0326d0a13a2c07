/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-html-text-private.h"
#include "message/intimail-message-private.h"

static void
test_base_subject (void)
{
  static const struct
  {
    const char *subject;
    const char *base;
  } cases[] = {
    { "plain", "plain" },
    { "Re: plain", "plain" },
    { "RE : re:FWD: plain", "plain" },
    { "AW: WG: TR: SV: R\303\251p : plain", "plain" },
    { "Re[2]: plain", "plain" },
    { "Re\357\274\232plain", "plain" },
    { "[list] Re: [list] plain  text", "plain text" },
    { "[Fwd: Re: plain]", "plain" },
    { "plain (fwd) (FWD)", "plain" },
    { "12:30 lunch", "12:30 lunch" },
    { "[only a list]", "[only a list]" },
    { "Re: [only a list]", "[only a list]" },
    { "Re:", "" },
    { "http://home.example", "//home.example" },
    { "", "" },
    { "[", "[" },
    { "  \t ", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *base = intimail_message_strip_subject (cases[i].subject);

      g_assert_cmpstr (base, ==, cases[i].base);
    }
}

static void
test_html (void)
{
  static const struct
  {
    const char *html;
    const char *text;
  } cases[] = {
    { "plain", "plain" },
    { "<p>one<p>two", "one\n\ntwo" },
    { "a<br>b<br/>c", "a\nb\nc" },
    { "<td>a</td><td>b</td>", "a b" },
    { "a<b>b</b>c", "abc" },
    { "<style>x { y }</style><script>if (a < b) c ();</script>z", "z" },
    { "<title>t</title><!-- c -- > d --><!DOCTYPE html>e", "e" },
    { "<script>never closed", "" },
    { "<a title=\"a > b\" href='>'>x</a>", "x" },
    { "&lt;b&gt; &amp;amp; &#65;&#x42; &#0;&#xD800; &nope; & &euro", "<b> &amp; AB \357\277\275 &nope; & \342\202\254" },
    { "1 < 2 <3", "1 < 2 <3" },
    { "<", "<" },
    { "<a", "" },
    { "&", "&" },
    { "&#", "&#" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = intimail_html_to_text (cases[i].html, G_MAXSIZE);

      g_test_message ("%s", cases[i].html);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_html_stops (void)
{
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *text = intimail_html_to_text (long_text, 100);

  g_assert_cmpuint (strlen (text), ==, 100);
}

static void
test_fold (void)
{
  static const struct
  {
    const char *text;
    gsize limit;
    gsize max_bytes;
    const char *preview;
    gboolean full;
  } cases[] = {
    { "", 10, 100, "", FALSE },
    { " \r\n\t ", 10, 100, "", FALSE },
    { "  a\n\n b \302\240 c  ", 10, 100, "a b c", FALSE },
    { "abc", 3, 100, "abc", FALSE },
    { "abc \n", 3, 100, "abc", FALSE },
    { "abcd", 3, 100, "abc", TRUE },
    { "ab cd", 3, 100, "ab", TRUE },
    { "ab c d", 4, 100, "ab c", TRUE },
    { "a\303\251", 1, 100, "a", TRUE },
    { "a\303\251", 2, 100, "a\303\251", FALSE },
    { "\342\202\254 \342\202\254", 2, 100, "\342\202\254", TRUE },
    { "\342\202\254 \342\202\254", 3, 100, "\342\202\254 \342\202\254", FALSE },
    { "\342\202\254", 0, 100, "", TRUE },
    { "abc", 10, 3, "abc", FALSE },
    { "ab cd", 10, 3, "ab", TRUE },
    { "a\303\251", 10, 2, "a", TRUE },
    { "a\303\251", 10, 3, "a\303\251", FALSE },
    { "\342\202\254", 10, 2, "", TRUE },
    { "a\302\255b\342\200\213 \342\200\214c", 10, 100, "ab c", FALSE },
    { "a\001b\177c", 10, 100, "a b c", FALSE },
    { "\346\227\245\343\200\200\346\234\254", 10, 100, "\346\227\245 \346\234\254", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean full = !cases[i].full;
      g_autofree char *preview = intimail_message_fold_preview (cases[i].text, cases[i].limit, cases[i].max_bytes, &full);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (preview, ==, cases[i].preview);
      g_assert_cmpint (full, ==, cases[i].full);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/preview/fold", test_fold);
  g_test_add_func ("/preview/base-subject", test_base_subject);
  g_test_add_func ("/preview/html", test_html);
  g_test_add_func ("/preview/html-stops", test_html_stops);

  return g_test_run ();
}
