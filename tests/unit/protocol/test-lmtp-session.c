/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

#define MAX_SIZE 200
#define GREETING "220 mx.example LMTP\r\n"
#define EXTENSIONS                                                                  \
  "250-mx.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n" \
  "250-SMTPUTF8\r\n250-CHUNKING\r\n250 SIZE 200\r\n"
#define MAIL_OK "250 2.1.0 sender taken\r\n"
#define RCPT_OK "250 2.1.5 recipient taken\r\n"
#define DATA_OK "354 go on, end with a dot\r\n"
#define QUIT_OK "221 2.0.0 goodbye\r\n"
#define SAVED_A "250 2.1.5 <a@x.example> saved\r\n"
#define TOO_LARGE_A "552 5.3.4 <a@x.example> message is larger than this server takes\r\n"
#define UNKNOWN "500 5.5.2 no such command\r\n"
#define BEGIN "LHLO c\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<a@x.example>\r\n"
#define BEGUN GREETING EXTENSIONS MAIL_OK RCPT_OK
#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

typedef struct
{
  const char *name;
  const char *input;
  gssize length; /* -1: up to the NUL */
  const char *output;
  const char *events;
} Case;

static const Case cases[] = {
  { "silence", "", -1, GREETING, "" },
  { "quit", "QUIT\r\n", -1, GREETING QUIT_OK, "close;" },
  { "lower-case", "lhlo c\r\nquit\r\n", -1, GREETING EXTENSIONS QUIT_OK, "close;" },
  { "bare-lf-ends-a-command", "NOOP\nQUIT\n", -1, GREETING "250 2.0.0 still here\r\n" QUIT_OK, "close;" },
  { "after-quit", "QUIT\r\nNOOP\r\n", -1, GREETING QUIT_OK, "close;" },
  { "ehlo", "EHLO c\r\nHELO c\r\n", -1, GREETING "500 5.5.1 this is LMTP: say LHLO\r\n500 5.5.1 this is LMTP: say LHLO\r\n", "" },
  { "lhlo-nothing", "LHLO\r\n", -1, GREETING "501 5.5.4 LHLO takes one host name\r\n", "" },
  { "lhlo-two", "LHLO a b\r\n", -1, GREETING "501 5.5.4 LHLO takes one host name\r\n", "" },
  { "lhlo-literal", "LHLO [IPv6:::1]\r\n", -1, GREETING EXTENSIONS, "" },
  { "unknown", "STARTTLS\r\nX\r\n\r\nDATAX\r\n", -1, GREETING UNKNOWN UNKNOWN UNKNOWN UNKNOWN, "" },
  { "nul", "NO\0OP\r\nNOOP\r\n", 14, GREETING UNKNOWN "250 2.0.0 still here\r\n", "" },
  { "vrfy-help", "VRFY a\r\nHELP\r\n", -1, GREETING "252 2.5.0 try RCPT\r\n214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY HELP (RFC 2033)\r\n", "" },

  { "one", BEGIN "DATA\r\nhello\r\n.\r\nQUIT\r\n", -1, BEGUN DATA_OK SAVED_A QUIT_OK, "mail s@x.example 0;rcpt a@x.example;<hello\n>message 1;close;" },
  { "null-sender", "LHLO c\r\nMAIL FROM:<>\r\n", -1, GREETING EXTENSIONS MAIL_OK, "mail  0;" },
  { "parameters", "LHLO c\r\nMAIL FROM:<s@x.example> SIZE=99 BODY=8BITMIME smtputf8\r\n", -1, GREETING EXTENSIONS MAIL_OK, "mail s@x.example 99;" },
  { "blank-before-path", "LHLO c\r\nMAIL FROM: <s@x.example>\r\n", -1, GREETING EXTENSIONS MAIL_OK, "mail s@x.example 0;" },
  { "odd-sender", "LHLO c\r\nMAIL FROM:<a..b.@x.example>\r\n", -1, GREETING EXTENSIONS MAIL_OK, "mail a..b.@x.example 0;" },
  { "utf8-sender", "LHLO c\r\nMAIL FROM:<\xc3\xa9@x.example> SMTPUTF8\r\n", -1, GREETING EXTENSIONS MAIL_OK, "mail \xc3\xa9@x.example 0;" },
  { "not-utf8-sender", "LHLO c\r\nMAIL FROM:<\xe9@x.example>\r\n", -1, GREETING EXTENSIONS "501 5.1.7 MAIL takes FROM:<address>\r\n", "" },
  { "control-in-sender", "LHLO c\r\nMAIL FROM:<a\rb@x.example>\r\n", -1, GREETING EXTENSIONS "501 5.1.7 MAIL takes FROM:<address>\r\n", "" },
  { "unknown-parameter", "LHLO c\r\nMAIL FROM:<> RET=FULL\r\n", -1, GREETING EXTENSIONS "555 5.5.4 no such parameter here\r\n", "" },
  { "binary", "LHLO c\r\nMAIL FROM:<> BODY=BINARYMIME\r\n", -1, GREETING EXTENSIONS "501 5.5.4 BODY is 7BIT or 8BITMIME here\r\n", "" },
  { "size-is-no-number", "LHLO c\r\nMAIL FROM:<> SIZE=12x\r\n", -1, GREETING EXTENSIONS "501 5.5.4 SIZE takes a number of octets\r\n", "" },
  { "size-over", "LHLO c\r\nMAIL FROM:<> SIZE=201\r\n", -1, GREETING EXTENSIONS "552 5.3.4 message is larger than this server takes\r\n", "" },
  { "size-over-64-bits", "LHLO c\r\nMAIL FROM:<> SIZE=99999999999999999999\r\n", -1, GREETING EXTENSIONS "552 5.3.4 message is larger than this server takes\r\n", "" },
  { "no-path", "LHLO c\r\nMAIL FROM:s@x.example\r\nMAIL\r\nMAIL FROM:<s\r\n", -1,
    GREETING EXTENSIONS "501 5.1.7 MAIL takes FROM:<address>\r\n501 5.1.7 MAIL takes FROM:<address>\r\n501 5.1.7 MAIL takes FROM:<address>\r\n", "" },
  { "mail-before-lhlo", "MAIL FROM:<>\r\n", -1, GREETING "503 5.5.1 say LHLO first\r\n", "" },
  { "mail-twice", "LHLO c\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n", -1, GREETING EXTENSIONS MAIL_OK "503 5.5.1 one MAIL at a time\r\n", "mail  0;" },
  { "mail-refused", "LHLO c\r\nMAIL FROM:<busy@x.example>\r\nRCPT TO:<a@x.example>\r\n", -1,
    GREETING EXTENSIONS "451 4.3.0 trouble on this server, try again later\r\n503 5.5.1 say MAIL first\r\n", "mail busy@x.example 0;" },
  { "rcpt-first", "LHLO c\r\nRCPT TO:<a@x.example>\r\n", -1, GREETING EXTENSIONS "503 5.5.1 say MAIL first\r\n", "" },
  { "route", "LHLO c\r\nMAIL FROM:<@r.example:s@x.example>\r\nRCPT TO:<@r.example,@q.example:a@x.example>\r\n", -1,
    GREETING EXTENSIONS MAIL_OK RCPT_OK, "mail s@x.example 0;rcpt a@x.example;" },
  { "postmaster", "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\n", -1, GREETING EXTENSIONS MAIL_OK RCPT_OK, "mail  0;rcpt Postmaster;" },
  { "rcpt-nobody", "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<>\r\nRCPT TO:<a@x.example> NOTIFY=NEVER\r\n", -1,
    GREETING EXTENSIONS MAIL_OK "501 5.1.3 RCPT takes TO:<address>\r\n555 5.5.4 no such parameter here\r\n", "mail  0;" },
  { "rcpt-no-address", "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a b@x.example>\r\nRCPT TO:<a@x@y>\r\n", -1,
    GREETING EXTENSIONS MAIL_OK "501 5.1.3 not an address\r\n501 5.1.3 not an address\r\n", "mail  0;" },
  { "rcpt-quoted", "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<\"a>b\"@x.example>\r\nRCPT TO:<\"c\"@x.example>\r\n", -1,
    GREETING EXTENSIONS MAIL_OK RCPT_OK RCPT_OK, "mail  0;rcpt \"a>b\"@x.example;rcpt c@x.example;" },
  { "rcpt-utf8", "LHLO c\r\nMAIL FROM:<> SMTPUTF8\r\nRCPT TO:<\xc3\xa9@x.example>\r\n", -1,
    GREETING EXTENSIONS MAIL_OK RCPT_OK, "mail  0;rcpt \xc3\xa9@x.example;" },
  { "unknown-recipient", "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<unknown@x.example>\r\nDATA\r\n", -1,
    GREETING EXTENSIONS MAIL_OK "550 5.1.1 <unknown@x.example> nobody here has this address\r\n503 5.5.1 no recipient was accepted\r\n",
    "mail  0;rcpt unknown@x.example;" },
  { "each-alone", BEGIN "RCPT TO:<full@x.example>\r\nRCPT TO:<late@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n.\r\n", -1,
    BEGUN "552 5.2.2 <full@x.example> mailbox is full\r\n" RCPT_OK RCPT_OK DATA_OK SAVED_A
          "552 5.2.2 <late@x.example> mailbox is full\r\n250 2.1.5 <b@x.example> saved\r\n",
    "mail s@x.example 0;rcpt a@x.example;rcpt full@x.example;rcpt late@x.example;rcpt b@x.example;message 3;" },
  { "rset", BEGIN "RSET\r\nRSET\r\nDATA\r\n", -1,
    BEGUN "250 2.0.0 forgotten\r\n250 2.0.0 forgotten\r\n503 5.5.1 no recipient was accepted\r\n", "mail s@x.example 0;rcpt a@x.example;reset;" },
  { "lhlo-resets", BEGIN "LHLO c\r\n", -1, BEGUN EXTENSIONS, "mail s@x.example 0;rcpt a@x.example;reset;" },
  { "data-argument", BEGIN "DATA x\r\n", -1, BEGUN "501 5.5.4 DATA stands alone\r\n", "mail s@x.example 0;rcpt a@x.example;" },
  { "two-messages", BEGIN "DATA\r\n1\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n2\r\n.\r\n", -1,
    BEGUN DATA_OK SAVED_A MAIL_OK RCPT_OK DATA_OK SAVED_A,
    "mail s@x.example 0;rcpt a@x.example;<1\n>message 1;mail  0;rcpt a@x.example;<2\n>message 1;" },

  { "empty", BEGIN "DATA\r\n.\r\n", -1, BEGUN DATA_OK SAVED_A, "mail s@x.example 0;rcpt a@x.example;message 1;" },
  { "dots", BEGIN "DATA\r\n..\r\n...\r\n.a\r\nb.\r\n.\r\n", -1, BEGUN DATA_OK SAVED_A, "mail s@x.example 0;rcpt a@x.example;<.\n..\na\nb.\n>message 1;" },
  { "bare-lf-is-no-end", BEGIN "DATA\r\na\n.\r\nb\n.\nc\r\n.\nd\r\n.\r\n", -1, BEGUN DATA_OK SAVED_A, "mail s@x.example 0;rcpt a@x.example;<a\n.\nb\n.\nc\n\nd\n>message 1;" },
  { "bare-cr-is-no-end", BEGIN "DATA\r\na\r.\r\n.\rb\r\r\n.\r\r\n.\r\n", -1, BEGUN DATA_OK SAVED_A, "mail s@x.example 0;rcpt a@x.example;<a\r.\n\rb\r\n\r\n>message 1;" },
  { "nul-and-8-bit", BEGIN "DATA\r\n\0\xff\xc3\r\n.\r\n", sizeof BEGIN - 1 + 14, BEGUN DATA_OK SAVED_A, "mail s@x.example 0;rcpt a@x.example;<%00\xff\xc3\n>message 1;" },
  { "at-the-limit", BEGIN "DATA\r\n" X50 X50 X50 "123456789012345678901234567890123456789012345678\n\r\n.\r\n", -1, BEGUN DATA_OK SAVED_A,
    "mail s@x.example 0;rcpt a@x.example;<" X50 X50 X50 "123456789012345678901234567890123456789012345678\n\n>message 1;" },
  { "over-the-limit", BEGIN "RCPT TO:<b@x.example>\r\nDATA\r\n" X50 X50 X50 X50 "\r\n.\r\nNOOP\r\n", -1,
    BEGUN RCPT_OK DATA_OK TOO_LARGE_A "552 5.3.4 <b@x.example> message is larger than this server takes\r\n250 2.0.0 still here\r\n", NULL },

  { "bdat", BEGIN "BDAT 3\r\nab\rBDAT 4 LAST\r\n\n.\r\nQUIT\r\n", -1, BEGUN "250 2.0.0 chunk taken\r\n" SAVED_A QUIT_OK,
    "mail s@x.example 0;rcpt a@x.example;<ab\n.\n>message 1;close;" },
  { "bdat-dots", BEGIN "BDAT 8 LAST\r\n..\r\n.\r\n\r", -1, BEGUN SAVED_A, "mail s@x.example 0;rcpt a@x.example;<..\n.\n\r>message 1;" },
  { "bdat-nothing", BEGIN "BDAT 0 LAST\r\nNOOP\r\n", -1, BEGUN SAVED_A "250 2.0.0 still here\r\n", "mail s@x.example 0;rcpt a@x.example;message 1;" },
  { "bdat-no-recipient", "LHLO c\r\nMAIL FROM:<>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", -1,
    GREETING EXTENSIONS MAIL_OK "503 5.5.1 no recipient was accepted\r\n250 2.0.0 still here\r\n", "mail  0;" },
  { "bdat-then-data", BEGIN "BDAT 1\r\nxDATA\r\nRCPT TO:<b@x.example>\r\nBDAT 1 LAST\r\ny", -1,
    BEGUN "250 2.0.0 chunk taken\r\n503 5.5.1 go on with BDAT\r\n503 5.5.1 the message has begun\r\n" SAVED_A,
    "mail s@x.example 0;rcpt a@x.example;<xy>message 1;" },
  { "bdat-over", BEGIN "BDAT 201\r\n" X50 X50 X50 X50 "xBDAT 1\r\nxBDAT 0 LAST\r\nNOOP\r\n", -1,
    BEGUN "552 5.3.4 message is larger than this server takes\r\n552 5.3.4 message is larger than this server takes\r\n" TOO_LARGE_A "250 2.0.0 still here\r\n", NULL },
  { "bdat-garbage", BEGIN "BDAT x\r\nNOOP\r\n", -1,
    BEGUN "501 5.5.4 BDAT takes a number of octets and may say LAST\r\n421 4.5.0 lost in the message, closing\r\n", "mail s@x.example 0;rcpt a@x.example;close;" },
  { "bdat-huge", BEGIN "BDAT 99999999999999999999 LAST\r\n", -1,
    BEGUN "501 5.5.4 BDAT takes a number of octets and may say LAST\r\n421 4.5.0 lost in the message, closing\r\n", "mail s@x.example 0;rcpt a@x.example;close;" },
  { "bdat-rset", BEGIN "BDAT 1\r\nxRSET\r\n", -1, BEGUN "250 2.0.0 chunk taken\r\n250 2.0.0 forgotten\r\n", "mail s@x.example 0;rcpt a@x.example;<x>reset;" },
};

static GError *
judge (const char *address, gboolean late)
{
  if (g_str_has_prefix (address, "unknown@"))
    return g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "secret detail");
  if (g_str_has_prefix (address, "full@") || (late && g_str_has_prefix (address, "late@")))
    return g_error_new (INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA, "secret detail");
  if (g_str_has_prefix (address, "busy@"))
    return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "secret detail");

  return NULL;
}

typedef struct
{
  IntimailLmtpSession *session;
  GPtrArray *accepted;
  GString *output;
  GString *events;
  gboolean in_content;
  gboolean closed;
} Run;

static void
note (Run *run, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (Run *run, const char *format, ...)
{
  va_list args;

  if (run->in_content)
    g_string_append_c (run->events, '>');
  run->in_content = FALSE;
  va_start (args, format);
  g_string_append_vprintf (run->events, format, args);
  va_end (args);
}

/* The pieces in which content comes do not matter: they are joined. */
static void
note_content (Run *run)
{
  g_autoptr (GBytes) content = intimail_lmtp_session_take_content (run->session);
  const char *bytes = g_bytes_get_data (content, NULL);

  g_assert_cmpuint (g_bytes_get_size (content), >, 0);
  if (!run->in_content)
    g_string_append_c (run->events, '<');
  run->in_content = TRUE;
  for (gsize i = 0; i < g_bytes_get_size (content); i++)
    if (bytes[i] == '\0')
      g_string_append (run->events, "%00");
    else
      g_string_append_c (run->events, bytes[i]);
}

static void
answer_message (Run *run)
{
  note (run, "message %u;", run->accepted->len);
  g_assert_cmpuint (intimail_lmtp_session_get_n_recipients (run->session), ==, run->accepted->len);
  for (guint i = 0; i < run->accepted->len; i++)
    {
      g_autoptr (GError) error = judge (g_ptr_array_index (run->accepted, i), TRUE);

      g_assert_true (intimail_lmtp_session_is_in_transaction (run->session));
      g_assert_cmpint (intimail_lmtp_session_next (run->session), ==, INTIMAIL_LMTP_EVENT_MESSAGE);
      intimail_lmtp_session_answer (run->session, error);
    }
  g_assert_false (intimail_lmtp_session_is_in_transaction (run->session));
}

static void
handle (Run *run, IntimailLmtpEvent event)
{
  g_autofree char *recipient = g_strdup (intimail_lmtp_session_get_recipient (run->session));
  const char *sender = intimail_lmtp_session_get_sender (run->session);
  g_autoptr (GError) error = judge (event == INTIMAIL_LMTP_EVENT_MAIL ? sender : recipient, FALSE);

  if (event == INTIMAIL_LMTP_EVENT_CONTENT)
    note_content (run);
  else if (event == INTIMAIL_LMTP_EVENT_MESSAGE)
    answer_message (run);
  else if (event == INTIMAIL_LMTP_EVENT_RESET)
    note (run, "reset;");
  else if (event == INTIMAIL_LMTP_EVENT_MAIL)
    {
      note (run, "mail %s %" G_GUINT64_FORMAT ";", sender, intimail_lmtp_session_get_size (run->session));
      g_ptr_array_set_size (run->accepted, 0);
      intimail_lmtp_session_answer (run->session, error);
    }
  else if (event == INTIMAIL_LMTP_EVENT_RECIPIENT)
    {
      note (run, "rcpt %s;", recipient);
      intimail_lmtp_session_answer (run->session, error);
      if (error == NULL)
        g_ptr_array_add (run->accepted, g_steal_pointer (&recipient));
    }
}

static void
drain (Run *run)
{
  g_autoptr (GBytes) output = NULL;
  IntimailLmtpEvent event;

  while ((event = intimail_lmtp_session_next (run->session)) != INTIMAIL_LMTP_EVENT_NONE && event != INTIMAIL_LMTP_EVENT_CLOSE)
    handle (run, event);
  if (event == INTIMAIL_LMTP_EVENT_CLOSE && !run->closed)
    note (run, "close;");
  run->closed = event == INTIMAIL_LMTP_EVENT_CLOSE;

  output = intimail_lmtp_session_take_output (run->session);
  if (output != NULL)
    g_string_append_len (run->output, g_bytes_get_data (output, NULL), (gssize) g_bytes_get_size (output));
}

static void
run_begin (Run *run, guint64 max_size)
{
  run->session = intimail_lmtp_session_new ("mx.example", max_size);
  run->accepted = g_ptr_array_new_with_free_func (g_free);
  run->output = g_string_new (NULL);
  run->events = g_string_new (NULL);
  run->in_content = FALSE;
  run->closed = FALSE;
  drain (run);
}

static void
run_feed (Run *run, const char *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  intimail_lmtp_session_feed (run->session, bytes);
  drain (run);
}

static void
run_end (Run *run)
{
  test_support_assert_finalized (run->session);
  g_ptr_array_unref (run->accepted);
  g_string_free (run->output, TRUE);
  g_string_free (run->events, TRUE);
}

static void
check (const Case *c, Run *run)
{
  if (run->in_content)
    note (run, "%s", "");
  g_assert_cmpstr (run->output->str, ==, c->output);
  if (c->events != NULL)
    g_assert_cmpstr (run->events->str, ==, c->events);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  gsize length = c->length >= 0 ? (gsize) c->length : strlen (c->input);

  for (gsize split = 0; split <= length; split++)
    {
      Run run;

      run_begin (&run, MAX_SIZE);
      run_feed (&run, c->input, split);
      run_feed (&run, c->input + split, length - split);
      check (c, &run);
      run_end (&run);
    }
}

static void
test_byte_by_byte (gconstpointer data)
{
  const Case *c = data;
  gsize length = c->length >= 0 ? (gsize) c->length : strlen (c->input);
  Run run;

  run_begin (&run, MAX_SIZE);
  for (gsize i = 0; i < length; i++)
    run_feed (&run, c->input + i, 1);
  check (c, &run);
  run_end (&run);
}

static void
feed_text (Run *run, const char *text)
{
  run_feed (run, text, strlen (text));
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  for (const char *at = strstr (text, what); at != NULL; at = strstr (at + 1, what))
    n++;

  return n;
}

static void
test_line_limit (void)
{
  g_autofree char *fits = g_strnfill (2048 - 7, ' ');
  g_autofree char *over = g_strnfill (2048 - 5, ' ');
  Run run;

  run_begin (&run, 0);
  feed_text (&run, "NOOP ");
  feed_text (&run, fits);
  feed_text (&run, "\r\nNOOP");
  feed_text (&run, over);
  feed_text (&run, "\r\n");
  for (guint i = 0; i < 1000; i++)
    feed_text (&run, over);
  feed_text (&run, "\r\nNOOP\r\n");
  g_assert_cmpstr (run.output->str, ==, GREETING "250 2.0.0 still here\r\n500 5.5.2 line too long\r\n500 5.5.2 line too long\r\n250 2.0.0 still here\r\n");
  run_end (&run);
}

static void
test_many_recipients (void)
{
  Run run;

  run_begin (&run, 0);
  feed_text (&run, "LHLO c\r\nMAIL FROM:<>\r\n");
  for (guint i = 0; i < 10000; i++)
    feed_text (&run, "RCPT TO:<a@x.example>\r\n");
  g_assert_cmpuint (count (run.output->str, RCPT_OK), ==, 1000);
  g_assert_cmpuint (count (run.output->str, "452 4.5.3 "), ==, 9000);
  feed_text (&run, "DATA\r\n.\r\n");
  g_assert_cmpuint (count (run.output->str, SAVED_A), ==, 1000);
  run_end (&run);
}

static void
test_bad_commands (void)
{
  Run run;

  run_begin (&run, 0);
  for (guint i = 0; i < 19; i++)
    feed_text (&run, "NONSENSE\r\n");
  g_assert_false (run.closed);
  feed_text (&run, "NOOP\r\nNONSENSE\r\n");
  g_assert_true (run.closed);
  g_assert_true (g_str_has_suffix (run.output->str, "421 4.7.0 too many bad commands, closing\r\n"));
  run_end (&run);
}

static void
test_dismiss (void)
{
  static const struct
  {
    IntimailLmtpFarewell farewell;
    const char *output;
  } farewells[] = {
    { INTIMAIL_LMTP_FAREWELL_IDLE, "421 4.4.2 silent for too long, closing\r\n" },
    { INTIMAIL_LMTP_FAREWELL_BUSY, "421 4.3.2 too many connections, try again later\r\n" },
    { INTIMAIL_LMTP_FAREWELL_STOPPING, "421 4.3.2 going down, try again later\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (farewells); i++)
    {
      g_autoptr (IntimailLmtpSession) session = intimail_lmtp_session_new ("mx.example", 0);
      g_autoptr (GBytes) output = NULL;

      intimail_lmtp_session_dismiss (session, farewells[i].farewell);
      g_assert_cmpint (intimail_lmtp_session_next (session), ==, INTIMAIL_LMTP_EVENT_CLOSE);
      output = intimail_lmtp_session_take_output (session);
      g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), farewells[i].output, strlen (farewells[i].output));
      g_assert_null (intimail_lmtp_session_take_output (session));
    }
}

/* From the moment the peer may send it until its last byte. */
static void
test_in_message (void)
{
  static const struct
  {
    const char *input;
    gboolean in_message;
  } steps[] = {
    { BEGIN, FALSE },
    { "DATA\r\n", TRUE },
    { "half\r\n", TRUE },
    { ".\r\n", FALSE },
    { "MAIL FROM:<s@x.example>\r\nBDAT 4\r\n", FALSE },
    { "lost", FALSE },
    { "RCPT TO:<a@x.example>\r\nBDAT 4\r\nab", TRUE },
    { "cd", FALSE },
    { "BDAT 2 LAST\r\nx", TRUE },
    { "\n", FALSE },
  };
  Run run;

  run_begin (&run, MAX_SIZE);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      feed_text (&run, steps[i].input);
      g_assert_cmpint (intimail_lmtp_session_is_in_message (run.session), ==, steps[i].in_message);
    }
  run_end (&run);
}

/* In the middle of a message: what was not answered is given up. */
static void
test_dismiss_in_message (void)
{
  Run run;

  run_begin (&run, MAX_SIZE);
  feed_text (&run, BEGIN "DATA\r\nhalf");
  g_assert_true (intimail_lmtp_session_is_in_transaction (run.session));
  intimail_lmtp_session_dismiss (run.session, INTIMAIL_LMTP_FAREWELL_IDLE);
  drain (&run);
  g_assert_true (run.closed);
  g_assert_false (intimail_lmtp_session_is_in_transaction (run.session));
  g_assert_cmpstr (run.output->str, ==, BEGUN DATA_OK "421 4.4.2 silent for too long, closing\r\n");
  run_end (&run);
}

/* What a session holds does not grow with a message, nor with garbage. */
static void
test_long_message (void)
{
  g_autofree char *block = g_strnfill (65536, 'x');
  g_autoptr (IntimailLmtpSession) session = intimail_lmtp_session_new ("mx.example", 0);
  g_autoptr (GBytes) bytes = g_bytes_new_static (block, 65536);
  g_autoptr (GBytes) begin = g_bytes_new_static (BEGIN "DATA\r\n", strlen (BEGIN "DATA\r\n"));
  guint64 total = 0;

  intimail_lmtp_session_feed (session, begin);
  while (intimail_lmtp_session_next (session) != INTIMAIL_LMTP_EVENT_NONE)
    intimail_lmtp_session_answer (session, NULL);
  for (guint i = 0; i < 1600; i++)
    {
      intimail_lmtp_session_feed (session, bytes);
      while (intimail_lmtp_session_next (session) == INTIMAIL_LMTP_EVENT_CONTENT)
        {
          g_autoptr (GBytes) content = intimail_lmtp_session_take_content (session);

          g_assert_cmpuint (g_bytes_get_size (content), <=, 65536);
          total += g_bytes_get_size (content);
        }
    }
  g_assert_cmpuint (total, ==, G_GUINT64_CONSTANT (65536) * 1600);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *split = g_strconcat ("/lmtp-session/split/", cases[i].name, NULL);
      g_autofree char *bytes = g_strconcat ("/lmtp-session/byte-by-byte/", cases[i].name, NULL);

      g_test_add_data_func (split, &cases[i], test_case);
      g_test_add_data_func (bytes, &cases[i], test_byte_by_byte);
    }
  g_test_add_func ("/lmtp-session/line-limit", test_line_limit);
  g_test_add_func ("/lmtp-session/many-recipients", test_many_recipients);
  g_test_add_func ("/lmtp-session/bad-commands", test_bad_commands);
  g_test_add_func ("/lmtp-session/dismiss", test_dismiss);
  g_test_add_func ("/lmtp-session/in-message", test_in_message);
  g_test_add_func ("/lmtp-session/dismiss-in-message", test_dismiss_in_message);
  g_test_add_func ("/lmtp-session/long-message", test_long_message);

  return g_test_run ();
}
