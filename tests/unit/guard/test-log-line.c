/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "guard/intimail-log-line-private.h"
#include "test-support.h"

/* 2005-08-14T10:00:00Z */
#define NOW G_GINT64_CONSTANT (1124013600)

static const struct
{
  const char *line;
  const char *time; /* UTC; NULL: the line has no form */
  const char *program;
  const char *process;
  const char *message;
} cases[] = {
  { "Jul 12 07:47:48 saturn postfix/smtpd[8738]: NOQUEUE: x", "2005-07-12T05:47:48Z", "postfix/smtpd", "8738", "NOQUEUE: x" },
  { "Dec  9 07:47:48 saturn sshd[1]: x", "2004-12-09T06:47:48Z", "sshd", "1", "x" },
  { "Jan 5 01:31:41 www sshd[1643]: x", "2005-01-05T00:31:41Z", "sshd", "1643", "x" },
  { "Mar  3 00:17:22 [sshd]: x", "2005-03-02T23:17:22Z", "sshd", "", "x" },
  { "Aug 14 23:00:00 h sshd[1]: of a clock that is ahead", "2005-08-14T21:00:00Z", "sshd", "1", "of a clock that is ahead" },
  { "Aug 16 23:00:00 h sshd[1]: x", "2004-08-16T21:00:00Z", "sshd", "1", "x" },
  { "Jan 29 05:13:50 auth: Info: x", "2005-01-29T04:13:50Z", "auth", "", "Info: x" },
  { "Aug 12 00:10:57 auth(a,192.0.2.1)<s>: Info: x", "2005-08-11T22:10:57Z", "auth", "", "(a,192.0.2.1)<s>: Info: x" },
  { "2015-04-16T18:02:50.321974+00:00 host sshd[2716]: x", "2015-04-16T18:02:50Z", "sshd", "2716", "x" },
  { "2015-04-16T18:02:50-0230 host sshd: x", "2015-04-16T20:32:50Z", "sshd", "", "x" },
  { "2015-04-16T18:02:50Z 2001:db8::1 sshd: x", "2015-04-16T18:02:50Z", "sshd", "", "x" },
  { "2015-04-16T18:02:50 host sshd: x", "2015-04-16T16:02:50Z", "sshd", "", "x" },
  { "2013-08-11 03:56:40 auth-worker(default): Info: x", "2013-08-11T01:56:40Z", "auth-worker", "", "(default): Info: x" },
  { "2012-09-26 10:24:35: (mod_auth.c.1) x", "2012-09-26T08:24:35Z", "@lighttpd", "", "(mod_auth.c.1) x" },
  { "2012/04/09 11:53:29 [error] x", "2012-04-09T09:53:29Z", "@nginx", "", "[error] x" },
  { "[22-Jan-2013 22:28:21 +0200]: x", "2013-01-22T20:28:21Z", "@roundcube", "", "x" },
  { "@400000004c91b044077a9e94 imap-login: Info: x", "2010-09-16T05:51:00Z", "imap-login", "", "Info: x" },
  { "192.0.2.1 - [x] [04/Jan/2020:07:25:02 +0000] \"GET\"", "2020-01-04T07:25:02Z", "@common", "", "192.0.2.1 - [x] [04/Jan/2020:07:25:02 +0000] \"GET\"" },
  { "<38>1 2015-04-16T18:02:50Z host sshd 2716 - - x", "2015-04-16T18:02:50Z", "sshd", "2716", "x" },
  { "<38>1 2015-04-16T18:02:50Z host sshd 2716 ID [a b=\"c\"] x", "2015-04-16T18:02:50Z", "sshd", "2716", "x" },
  { "<38>Jul 12 07:47:48 saturn sshd[8]: x", "2005-07-12T05:47:48Z", "sshd", "8", "x" },

  /* The name of an account in Dovecot's own log makes no line of another program. */
  { "Aug 30 00:10:57 auth(x sshd[1]: Failed password,1.2.3.4)", "2004-08-29T22:10:57Z", "auth", "", "(x sshd[1]: Failed password,1.2.3.4)" },
  { "Aug 30 00:10:57 a b sshd[1]: x", NULL, NULL, NULL, NULL },
  { "srv sshd[1]: x", NULL, NULL, NULL, NULL },
  { "Jul 12 07:47 saturn sshd[8738]: x", NULL, NULL, NULL, NULL },
  { "Jul 12 07:47:48 saturn sshd[8738", NULL, NULL, NULL, NULL },
  { "Jul 12 07:47:48 saturn sshd[8738]x: x", NULL, NULL, NULL, NULL },
  { "Jul 12 07:47:48", NULL, NULL, NULL, NULL },
  { "@4000 x: y", NULL, NULL, NULL, NULL },
  { "[22-Jan-2013 22:28:21", NULL, NULL, NULL, NULL },
  { "x [04/Jan/2020:07:25:02", NULL, NULL, NULL, NULL },
  { "<38>1 2015-04-16T18:02:50Z host sshd 2716 ID [a", NULL, NULL, NULL, NULL },
  { "<38", NULL, NULL, NULL, NULL },
  { "", NULL, NULL, NULL, NULL },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      IntimailLogLine line;
      /* Exactly so long: a sanitizer sees who reads on. */
      g_autofree char *text = g_memdup2 (cases[i].line, strlen (cases[i].line));
      g_autofree char *program = NULL;
      g_autofree char *process = NULL;
      g_autofree char *message = NULL;
      g_autofree char *time = NULL;
      g_autoptr (GDateTime) date = NULL;

      if (!intimail_log_line_parse (text, strlen (cases[i].line), FALSE, &line))
        {
          g_test_message ("no form: %s", cases[i].line);
          g_assert_null (cases[i].time);
          continue;
        }
      program = g_strndup (line.program, line.program_length);
      process = g_strndup (line.process, line.process_length);
      message = g_strndup (line.message, line.message_length);
      g_assert_cmpstr (program, ==, cases[i].program);
      g_assert_cmpstr (process, ==, cases[i].process);
      g_assert_cmpstr (message, ==, cases[i].message);
      date = g_date_time_new_from_unix_utc (intimail_log_line_get_time (&line, NOW));
      time = g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ");
      g_assert_cmpstr (time, ==, cases[i].time);
    }
}

static void
test_untimed (void)
{
  static const char text[] = "srv sshd[31602]: x";
  IntimailLogLine line;

  g_assert_true (intimail_log_line_parse (text, strlen (text), TRUE, &line));
  g_assert_cmpint (intimail_log_line_get_time (&line, NOW), ==, NOW);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "Europe/Zurich", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-line/parse", test_parse);
  g_test_add_func ("/log-line/untimed", test_untimed);

  return g_test_run ();
}
