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
  { "Aug 30 00:10:57 a b sshd[1]: x", "2004-08-29T22:10:57Z", "@timed", "", "a b sshd[1]: x" },
  { "srv sshd[1]: x", NULL, NULL, NULL, NULL },
  { "Jul 12 07:47 saturn sshd[8738]: x", NULL, NULL, NULL, NULL },
  { "Jul 12 07:47:48 saturn sshd[8738", "2005-07-12T05:47:48Z", "@timed", "", "saturn sshd[8738" },
  { "Jul 12 07:47:48 saturn sshd[8738]x: x", "2005-07-12T05:47:48Z", "@timed", "", "saturn sshd[8738]x: x" },
  { "Jul 12 07:47:48", "2005-07-12T05:47:48Z", "@timed", "", "" },
  { "Jan 10 00:00:00 h proftpd[12345] h (192.0.2.1[192.0.2.1]): x", "2005-01-09T23:00:00Z", "proftpd", "12345", "h (192.0.2.1[192.0.2.1]): x" },
  { "Mar 24 08:58:40 sogod [26818]: x", "2005-03-24T07:58:40Z", "sogod", "26818", "x" },
  { "Mar 24 08:58:40 h sshd[1]: [ID 800047 auth.info] x", "2005-03-24T07:58:40Z", "sshd", "1", "x" },
  { "Jul 31 13:03:43 <mail.notice> h sm-mta[2]: x", "2005-07-31T11:03:43Z", "sm-mta", "2", "x" },
  { "2019-11-26 01:04:49.008 +08:00 [WRN] x", "2019-11-25T17:04:49Z", "@timed", "", "[WRN] x" },
  { "2005-06-21 14:55:10 UTC h sshd[1]: x", "2005-06-21T14:55:10Z", "sshd", "1", "x" },

  { "[Sat Jul 20 21:34:49.453232 2013] [core:error] x", "2013-07-20T19:34:49Z", "@timed", "", "[core:error] x" },
  { "Mon Jun  8 12:08:53 2020 [pid 2] x", "2020-06-08T10:08:53Z", "@timed", "", "[pid 2] x" },
  { "11-06-2013 02:09:40 +0300 x", "2013-06-10T23:09:40Z", "@timed", "", "x" },
  { "Apr-07-13 07:12:37 [SSL-out] x", "2013-04-07T05:12:37Z", "@timed", "", "[SSL-out] x" },
  { "[2013-02-05 23:44:42] NOTICE[436][C-0] x", "2013-02-05T22:44:42Z", "@timed", "", "NOTICE[436][C-0] x" },
  { "[2024-08-31 02:11:28.892+0800][a::b][ERROR] x", "2024-08-30T18:11:28Z", "@timed", "", "[a::b][ERROR] x" },
  { "[Jun 12 15:13:54] a b", "2005-06-12T13:13:54Z", "@timed", "", "a b" },
  { "[PDT Apr 16 21:05:29] error    : x", "2005-04-17T04:05:29Z", "@timed", "", "error    : x" },
  { "2014:07:02-00:17:45: '192.0.2.1' x", "2014-07-01T22:17:45Z", "@timed", "", "'192.0.2.1' x" },
  { "[28325:00010-3735542592] 22-06-2014 09:56:12   a b", "2014-06-22T07:56:12Z", "@timed", "", "a b" },
  { "08-03 07:56:53.026292 [WARN] x", "2005-08-03T05:56:53Z", "@timed", "", "[WARN] x" },
  { "[17/Jun/2011 17:00:45] a b", "2011-06-17T15:00:45Z", "@timed", "", "a b" },
  { "11-Aug-2013 03:36:11.372 error: x", "2013-08-11T01:36:11Z", "error", "", "x" },
  { "130324  8:24:09 [Warning] x", "2013-03-24T07:24:09Z", "@timed", "", "[Warning] x" },
  { "1386543323.000      4 192.0.2.1 x", "2013-12-08T22:55:23Z", "@timed", "", "4 192.0.2.1 x" },
  { "[1387288694] nsd[7745]: info: x", "2013-12-17T13:58:14Z", "nsd", "7745", "info: x" },
  { "<W>2015-11-29 16:38:01.818 1 => x", "2015-11-29T15:38:01Z", "@timed", "", "1 => x" },
  { "10/06/2013 15:50:41 [LOGIN_ERROR] x", "2013-10-06T13:50:41Z", "@timed", "", "[LOGIN_ERROR] x" },
  { "26/10/2013 15:50:41 a b", "2013-10-26T13:50:41Z", "@timed", "", "a b" },
  { "10/06/2013 03:50:41 PM a b", "2013-10-06T13:50:41Z", "@timed", "", "a b" },
  { "Oct 27 2015 12:35:50 h p[1]: x", "2015-10-27T11:35:50Z", "p", "1", "x" },
  { "[20220407-12:11:06] [INFO ] x", "2022-04-07T10:11:06Z", "@timed", "", "[INFO ] x" },
  { "avr. 16, 2013 8:32:13 AM x", NULL, NULL, NULL, NULL },
  { "apr 16, 2013 8:32:13 AM x.y", "2013-04-16T06:32:13Z", "@timed", "", "x.y" },
  { "Apr 16, 2013 12:32:13 AM x.y", "2013-04-15T22:32:13Z", "@timed", "", "x.y" },
  { "12:57:32.907 [a] x", "2005-08-13T10:57:32Z", "@timed", "", "[a] x" },
  { "11:57:32 [a] x", "2005-08-14T09:57:32Z", "@timed", "", "[a] x" },
  { "2016-11-20T00:24:00.111+0100 [conn56] x", "2016-11-19T23:24:00Z", "@timed", "", "[conn56] x" },
  { "2022-07-20T21:12:06.270Z,x,y", "2022-07-20T21:12:06Z", "@timed", "", ",x,y" },
  /* No such day: then. */
  { "2013-13-05 23:44:42 a b", "1969-12-31T23:59:59Z", "@timed", "", "a b" },
  { "[2013-02-30 ", NULL, NULL, NULL, NULL },
  { "20131231-24:00:00 x y", NULL, NULL, NULL, NULL },
  { "@4000 x: y", NULL, NULL, NULL, NULL },
  { "[22-Jan-2013 22:28:21", "2013-01-22T21:28:21Z", "@timed", "", "" },
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
