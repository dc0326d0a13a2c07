/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "test-support.h"

#define HEAD                                                                            \
  "From: MAILER-DAEMON@mx.example\nTo: anna@home.example\nSubject: Undelivered\n"       \
  "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" \
  "--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
#define TAIL "\n--b\nContent-Type: text/rfc822-headers\n\nSubject: hello\n--b--\n"

static IntimailDeliveryStatus *
read_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  return intimail_delivery_status_read (message);
}

static const struct
{
  const char *name;
  const char *fields; /* behind "Reporting-MTA" and an empty line */
  const char *recipient;
  IntimailDeliveryAction action;
  const char *status;
  const char *diagnostic;
  const char *remote;
  const char *english; /* in the explanation */
  const char *french;
} cases[] = {
  { "unknown", "Final-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.far.example\nDiagnostic-Code: smtp; 550 5.1.1 <bob@far.example>:\n     no such\n\t  user\n",
    "bob@far.example", INTIMAIL_DELIVERY_ACTION_FAILED, "5.1.1", "550 5.1.1 <bob@far.example>: no such user", "mx.far.example", "Nobody there has this address", "Personne n'a cette adresse" },
  { "domain", "Final-Recipient: rfc822;bob@nowhere.example\nAction: failed\nStatus: 5.1.2\n", "bob@nowhere.example", INTIMAIL_DELIVERY_ACTION_FAILED, "5.1.2", "", "", "domain does not exist", "domaine n'existe pas" },
  { "null-mx", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.1.10\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.1.10", "", "", "takes no mail", "ne reçoit pas" },
  { "full", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.2.2 (mailbox full)\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.2.2", "", "", "mailbox is full", "boîte est pleine" },
  { "too-large", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.3.4\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.3.4", "", "", "too large", "trop gros" },
  { "unreachable", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 4.4.1\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "4.4.1", "", "", "could not be reached", "n'a pas pu être joint" },
  { "circle", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.4.6\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.4.6", "", "", "in a circle", "tourné en rond" },
  { "spam", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.7.26\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.7.26", "", "", "refused", "refusé" },
  { "delayed", "Final-Recipient: rfc822; b@c\nAction: delayed\nStatus: 4.2.0\n", "b@c", INTIMAIL_DELIVERY_ACTION_DELAYED, "4.2.0", "", "", "you need do nothing", "rien à faire" },
  { "delivered", "Final-Recipient: rfc822; b@c\nAction: delivered (to mailbox)\nStatus: 2.1.5\n", "b@c", INTIMAIL_DELIVERY_ACTION_DELIVERED, "2.1.5", "", "", "was delivered", "a été distribué" },
  { "relayed", "Final-Recipient: rfc822; b@c\nAction: RELAYED\nStatus: 2.0.0\n", "b@c", INTIMAIL_DELIVERY_ACTION_RELAYED, "2.0.0", "", "", "handed to a server", "remis à un serveur" },
  { "better-in-words", "Final-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552-5.2.2 full\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.2.2", "552-5.2.2 full", "", "is full", "pleine" },
  { "no-status", "Final-Recipient: rfc822; b@c\nAction: failed\nDiagnostic-Code: smtp; 550 go away\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "", "550 go away", "", "was not delivered", "n'a pas été distribué" },
  { "no-action", "Final-Recipient: rfc822; b@c\nStatus: 5.1.1\n", "b@c", INTIMAIL_DELIVERY_ACTION_FAILED, "5.1.1", "", "", "Nobody", "Personne" },
  { "nothing-clear", "Final-Recipient: rfc822; b@c\nAction: perhaps\nStatus: x\n", "b@c", INTIMAIL_DELIVERY_ACTION_UNKNOWN, "", "", "", "not said clearly", "pas dit clairement" },
  { "original", "Original-Recipient: rfc822;list@home.example\nFinal-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.1.1\n", "list@home.example", INTIMAIL_DELIVERY_ACTION_FAILED, "5.1.1", "", "", "Nobody", "Personne" },
  { "utf-8", "Final-Recipient: utf-8; z\xc3\xa9@c.example\nAction: failed\nStatus: 5.1.1\n", "z\xc3\xa9@c.example", INTIMAIL_DELIVERY_ACTION_FAILED, "5.1.1", "", "", "Nobody", "Personne" },
  { "bad-bytes", "Final-Recipient: rfc822; b\x01\xff@c\nAction: failed\nStatus: 5.1.1.1\n", NULL, INTIMAIL_DELIVERY_ACTION_FAILED, "", "", "", "was not delivered", "n'a pas" },
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *text = g_strconcat (HEAD "Reporting-MTA: dns; mx.home.example\nArrival-Date: today\n\n", cases[i].fields, TAIL, NULL);
  IntimailDeliveryStatus *status = read_text (text);

  g_assert_nonnull (status);
  g_assert_cmpstr (intimail_delivery_status_get_reporter (status), ==, "mx.home.example");
  g_assert_cmpuint (intimail_delivery_status_get_n_recipients (status), ==, 1);
  if (cases[i].recipient != NULL)
    g_assert_cmpstr (intimail_delivery_status_get_recipient (status, 0), ==, cases[i].recipient);
  g_assert_true (g_utf8_validate (intimail_delivery_status_get_recipient (status, 0), -1, NULL));
  g_assert_cmpint (intimail_delivery_status_get_action (status, 0), ==, cases[i].action);
  g_assert_cmpstr (intimail_delivery_status_get_status (status, 0), ==, cases[i].status);
  g_assert_cmpstr (intimail_delivery_status_get_diagnostic (status, 0), ==, cases[i].diagnostic);
  g_assert_cmpstr (intimail_delivery_status_get_remote (status, 0), ==, cases[i].remote);
  g_assert_nonnull (strstr (intimail_delivery_status_explain (status, 0, "en"), cases[i].english));
  g_assert_nonnull (strstr (intimail_delivery_status_explain (status, 0, "fr"), cases[i].french));
  test_support_assert_finalized (status);
}

/* The message that it is about comes back whole, or its header, or not at all. */
static void
test_message_id (void)
{
  static const struct
  {
    const char *returned;
    const char *id;
  } returns[] = {
    { "text/rfc822-headers\n\nSubject: hello\nMessage-ID:\n <one@home.example>\n", "one@home.example" },
    { "message/rfc822\n\nMessage-Id: <two@home.example> (a comment)\n\nMessage-ID: <other@home.example>\n", "two@home.example" },
    { "message/global-headers\nContent-Transfer-Encoding: base64\n\nTWVzc2FnZS1JRDogPHTDqUBob21lLmV4YW1wbGU+Cg==\n", "t\xc3\xa9@home.example" },
    { "text/rfc822-headers\n\nSubject: hello\n", "" },
    { "text/plain\n\nMessage-ID: <three@home.example>\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (returns); i++)
    {
      g_autofree char *text = g_strconcat (HEAD "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; b@c\nAction: failed\n\n--b\nContent-Type: ",
                                           returns[i].returned, "--b--\n", NULL);
      g_autoptr (IntimailDeliveryStatus) status = read_text (text);

      g_assert_cmpstr (intimail_delivery_status_get_message_id (status), ==, returns[i].id);
    }
}

static void
test_none (void)
{
  static const char *const texts[] = {
    "Subject: x\n\nno report\n",
    HEAD TAIL,
    HEAD "Reporting-MTA: dns; x\n\n" TAIL,
    HEAD "Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n" TAIL,
    "Content-Type: message/delivery-status\n\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (read_text (texts[i]));
}

static void
test_limits (void)
{
  g_autoptr (GString) many = g_string_new (HEAD "Reporting-MTA: dns; x\n\n");
  g_autoptr (GString) longer = g_string_new (HEAD "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; b@c\nAction: failed\nDiagnostic-Code: smtp; ");
  g_autoptr (IntimailDeliveryStatus) first = NULL;
  g_autoptr (IntimailDeliveryStatus) second = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (many, "Final-Recipient: rfc822; p%u@c\nAction: failed\nStatus: 5.1.1\n\n", i);
  g_string_append (many, TAIL);
  first = read_text (many->str);
  g_assert_cmpuint (intimail_delivery_status_get_n_recipients (first), ==, 1000);
  g_assert_cmpstr (intimail_delivery_status_get_recipient (first, 999), ==, "p999@c");

  for (guint i = 0; i < 1000; i++)
    g_string_append (longer, "0123456789\n ");
  g_string_append (longer, "\n" TAIL);
  second = read_text (longer->str);
  g_assert_cmpuint (strlen (intimail_delivery_status_get_diagnostic (second, 0)), <=, 2000);
}

/* Reports that servers really sent. */
static void
test_corpus (void)
{
  static const struct
  {
    const char *file;
    guint n_recipients;
    const char *recipient;
    const char *status;
    const char *reporter;
    const char *says;
  } mails[] = {
    { "mime/cpython-email/msg_16.txt", 1, "jangel1@cougar.noc.ucla.edu", "5.0.0", "cougar.noc.ucla.edu", "was not delivered" },
    /* Its boundary is lost: it is text, and no report. */
    { "mime/cpython-email/msg_25.txt", 0, NULL, NULL, NULL, NULL },
    { "mime/cpython-email/msg_43.txt", 25, "xxxxxxx@dot.ca.gov", "5.7.1", "sacspam01.dot.ca.gov", "refused" },
  };
  const char *corpora = test_support_get_corpora ();

  for (gsize i = 0; corpora != NULL && i < G_N_ELEMENTS (mails); i++)
    {
      g_autofree char *path = g_build_filename (corpora, mails[i].file, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailMessage) message = intimail_message_new_from_file (path, &error);
      g_autoptr (IntimailDeliveryStatus) status = NULL;

      g_assert_no_error (error);
      status = intimail_delivery_status_read (message);
      g_assert_cmpint (status != NULL, ==, mails[i].n_recipients > 0);
      if (status == NULL)
        continue;
      g_assert_cmpuint (intimail_delivery_status_get_n_recipients (status), ==, mails[i].n_recipients);
      g_assert_cmpstr (intimail_delivery_status_get_recipient (status, 0), ==, mails[i].recipient);
      g_assert_cmpstr (intimail_delivery_status_get_status (status, 0), ==, mails[i].status);
      g_assert_cmpstr (intimail_delivery_status_get_reporter (status), ==, mails[i].reporter);
      g_assert_cmpint (intimail_delivery_status_get_action (status, 0), ==, INTIMAIL_DELIVERY_ACTION_FAILED);
      g_assert_nonnull (strstr (intimail_delivery_status_explain (status, 0, "en"), mails[i].says));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/delivery-status/case/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/delivery-status/message-id", test_message_id);
  g_test_add_func ("/delivery-status/none", test_none);
  g_test_add_func ("/delivery-status/limits", test_limits);
  g_test_add_func ("/delivery-status/corpus", test_corpus);

  return g_test_run ();
}
