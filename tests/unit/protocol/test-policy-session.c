/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

#define REQUEST "request=smtpd_access_policy\nprotocol_state=RCPT\n"
#define DUNNO "action=DUNNO\n\n"

typedef struct
{
  const char *name;
  const char *input;
  gssize length; /* -1: up to the NUL */
  const char *output;
  const char *events;
} Case;

static const Case cases[] = {
  { "silence", "", -1, "", "" },
  { "yes", REQUEST "recipient=a@x.example\nsize=12\n\n", -1, DUNNO, "a@x.example 12;" },
  { "no-size", REQUEST "recipient=a@x.example\n\n", -1, DUNNO, "a@x.example 0;" },
  { "odd-size", REQUEST "recipient=a@x.example\nsize=-1\n\n", -1, DUNNO, "a@x.example 0;" },
  { "empty-value", REQUEST "sender=\nrecipient=a@x.example\nccert=a=b\n\n", -1, DUNNO, "a@x.example 0;" },
  { "no-recipient", "request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nrecipient=\n\n", -1, DUNNO, "" },
  { "another-request", "request=junk\nrecipient=a@x.example\n\n", -1, DUNNO, "" },
  { "no-request", "recipient=a@x.example\n\n", -1, DUNNO, "" },
  { "nothing", "\n", -1, DUNNO, "" },
  { "unknown", REQUEST "recipient=unknown@x.example\n\n", -1, "action=550 5.1.1 nobody here has this address\n\n", "unknown@x.example 0;" },
  { "full", REQUEST "recipient=full@x.example\nsize=9\n\n", -1, "action=552 5.2.2 mailbox is full\n\n", "full@x.example 9;" },
  { "trouble", REQUEST "recipient=trouble@x.example\n\n", -1, "action=DEFER_IF_PERMIT 4.3.0 trouble on this server, try again later\n\n", "trouble@x.example 0;" },
  { "directory-down", REQUEST "recipient=down@x.example\n\n", -1, "action=DEFER_IF_PERMIT 4.4.3 the directory cannot be asked now, try again later\n\n", "down@x.example 0;" },
  { "two", REQUEST "recipient=unknown@x.example\nsize=7\n\n" REQUEST "recipient=b@x.example\n\n", -1,
    "action=550 5.1.1 nobody here has this address\n\n" DUNNO, "unknown@x.example 7;b@x.example 0;" },
  { "garbage", "GET / HTTP/1.1\n\n", -1, "", "close;" },
  { "nul", REQUEST "recipient=a\0@x.example\n\n", sizeof REQUEST - 1 + 24, "", "close;" },
  { "after-garbage", "x\n" REQUEST "recipient=a@x.example\n\n", -1, "", "close;" },
  { "not-utf8", REQUEST "recipient=\xff@x.example\n\n", -1, DUNNO, "\xef\xbf\xbd@x.example 0;" },
};

static GError *
judge (const char *recipient)
{
  static const struct
  {
    const char *prefix;
    IntimailError code;
  } errors[] = {
    { "unknown@", INTIMAIL_ERROR_NOT_FOUND },
    { "full@", INTIMAIL_ERROR_OVER_QUOTA },
    { "trouble@", INTIMAIL_ERROR_FAILED },
    { "down@", INTIMAIL_ERROR_UNAVAILABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    if (g_str_has_prefix (recipient, errors[i].prefix))
      return g_error_new (INTIMAIL_ERROR, (int) errors[i].code, "secret detail");

  return NULL;
}

static IntimailPolicyEvent
feed (IntimailPolicySession *session, const char *data, gsize length, GString *output, GString *events)
{
  g_autoptr (GBytes) input = g_bytes_new (data, length);
  g_autoptr (GBytes) written = NULL;
  IntimailPolicyEvent event;

  intimail_policy_session_feed (session, input);
  while ((event = intimail_policy_session_next (session)) == INTIMAIL_POLICY_EVENT_RECIPIENT)
    {
      const char *recipient = intimail_policy_session_get_recipient (session);
      g_autoptr (GError) error = judge (recipient);

      g_assert_cmpstr (intimail_policy_session_get_attribute (session, "protocol_state"), ==, "RCPT");
      g_string_append_printf (events, "%s %" G_GUINT64_FORMAT ";", recipient, intimail_policy_session_get_size (session));
      intimail_policy_session_answer (session, error);
    }

  written = intimail_policy_session_take_output (session);
  if (written != NULL)
    g_string_append_len (output, g_bytes_get_data (written, NULL), (gssize) g_bytes_get_size (written));
  return event;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  gsize length = c->length >= 0 ? (gsize) c->length : strlen (c->input);

  for (gsize split = 0; split <= length; split++)
    {
      IntimailPolicySession *session = intimail_policy_session_new ();
      g_autoptr (GString) output = g_string_new (NULL);
      g_autoptr (GString) events = g_string_new (NULL);

      feed (session, c->input, split, output, events);
      if (feed (session, c->input + split, length - split, output, events) == INTIMAIL_POLICY_EVENT_CLOSE)
        g_string_append (events, "close;");
      g_assert_cmpstr (output->str, ==, c->output);
      g_assert_cmpstr (events->str, ==, c->events);
      test_support_assert_finalized (session);
    }
}

static void
test_limits (void)
{
  g_autofree char *fill = g_strnfill (4096 - 2, 'x');
  g_autoptr (IntimailPolicySession) session = intimail_policy_session_new ();
  g_autoptr (IntimailPolicySession) other = intimail_policy_session_new ();
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line, "a=%s\n", fill);
  g_assert_cmpint (feed (session, line->str, line->len, output, output), ==, INTIMAIL_POLICY_EVENT_NONE);
  g_string_printf (line, "ab=%s", fill);
  g_assert_cmpint (feed (session, line->str, line->len, output, output), ==, INTIMAIL_POLICY_EVENT_CLOSE);

  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (feed (other, "a=b\n", 4, output, output), ==, INTIMAIL_POLICY_EVENT_NONE);
  g_assert_cmpint (feed (other, "a=b\n", 4, output, output), ==, INTIMAIL_POLICY_EVENT_CLOSE);
  g_assert_cmpuint (output->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/policy-session/split/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/policy-session/limits", test_limits);

  return g_test_run ();
}
