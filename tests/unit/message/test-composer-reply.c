/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-part-private.h"

static IntimailMessage *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return intimail_message_new_from_bytes (bytes, NULL);
}

static IntimailComposer *
make_composer (void)
{
  IntimailComposer *composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) from = intimail_address_parse ("Ann <ann@home.example>", NULL);

  intimail_composer_set_from (composer, from);
  return composer;
}

/* What is written, read again. */
static IntimailMessage *
build (IntimailComposer *composer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_composer_build (composer, "mail.home.example", &error);

  g_assert_no_error (error);
  return intimail_message_new_from_bytes (bytes, NULL);
}

static const struct
{
  const char *name;
  const char *header;
  IntimailReplyScope scope;
  const char *to;
  const char *cc;
} recipients[] = {
#define AUTHOR INTIMAIL_REPLY_SCOPE_AUTHOR
#define ALL INTIMAIL_REPLY_SCOPE_ALL
#define LIST INTIMAIL_REPLY_SCOPE_LIST
#define BEN "From: Ben <ben@far.example>\n"
  { "author", BEN "To: ann@home.example, x@far.example\nCc: y@far.example\n", AUTHOR, "Ben <ben@far.example>", "" },
  { "reply-to", BEN "Reply-To: Office <office@far.example>\n", AUTHOR, "Office <office@far.example>", "" },
  { "two-authors", "From: a@x.example, b@x.example\nTo: ann@home.example\n", AUTHOR, "a@x.example, b@x.example", "" },
  { "all", BEN "To: ann@home.example, x@far.example\nCc: y@far.example\n", ALL, "Ben <ben@far.example>, x@far.example", "y@far.example" },
  { "own-addresses", BEN "To: Me <ANN@Home.Example>, x@far.example\nCc: a.smith@home.example, y@far.example\n", ALL,
    "Ben <ben@far.example>, x@far.example", "y@far.example" },
  { "each-once", BEN "To: x@far.example, Ben <BEN@far.example>\nCc: x@far.example, y@far.example\n", ALL,
    "Ben <ben@far.example>, x@far.example", "y@far.example" },
  { "reply-to-and-all", BEN "Reply-To: office@far.example\nTo: ann@home.example, x@far.example\n", ALL, "office@far.example, x@far.example", "" },
  { "in-a-group", BEN "To: Friends: x@far.example, ann@home.example;\n", ALL, "Ben <ben@far.example>, x@far.example", "" },
  { "undisclosed", BEN "To: undisclosed-recipients:;\n", ALL, "Ben <ben@far.example>", "" },
  { "what-i-wrote", "From: ann@home.example\nTo: x@far.example\nCc: y@far.example\n", AUTHOR, "x@far.example", "" },
  { "what-i-wrote-to-all", "From: a.smith@home.example\nTo: x@far.example, ann@home.example\nCc: y@far.example\n", ALL, "x@far.example", "y@far.example" },
  { "to-myself", "From: ann@home.example\nTo: ann@home.example\n", ALL, "ann@home.example", "" },
  { "nobody", "Subject: x\n", ALL, "", "" },
  { "no-address", "From: Ben\nTo: x@far.example\n", ALL, "x@far.example", "" },
  { "odd-quotes", "From: \"b\\e\\n\" <\"b\\e\\ n\"@far.example>, Bo <\"ben\"@far.example>\n", AUTHOR, "ben <\"be n\"@far.example>, Bo <ben@far.example>", "" },
  { "list", BEN "To: club@lists.example\nList-Post: <mailto:club@lists.example>\n", LIST, "club@lists.example", "" },
  { "list-and-others", BEN "List-Post: (by mail) <https://lists.example/post>, <MAILTO:club%2Bx@lists.example?subject=a>\n", LIST, "club+x@lists.example", "" },
  { "munged", BEN "Reply-To: club@lists.example\nTo: club@lists.example\nList-Post: <mailto:club@lists.example>\n", AUTHOR, "Ben <ben@far.example>", "" },
  { "munged-all", BEN "Reply-To: club@lists.example\nTo: club@lists.example\nList-Post: <mailto:club@lists.example>\n", ALL, "club@lists.example", "" },
  { "follow-up", BEN "To: club@lists.example\nCc: z@far.example\nMail-Followup-To: club@lists.example, ann@home.example\n", ALL, "club@lists.example", "" },
  { "follow-up-author", BEN "Mail-Followup-To: club@lists.example\n", AUTHOR, "Ben <ben@far.example>", "" },
  { "follow-up-to-nobody", BEN "To: x@far.example\nMail-Followup-To: ann@home.example\n", ALL, "Ben <ben@far.example>, x@far.example", "" },
};

static char *
list_addresses (IntimailComposer *composer, const char *field)
{
  g_autoptr (GPtrArray) addresses = intimail_composer_list_addresses (composer, field);

  return intimail_address_list_to_string (addresses);
}

static void
test_recipients (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autofree char *mail = g_strconcat (recipients[i].header, "\nbody\n", NULL);
  g_autoptr (IntimailMessage) message = parse (mail);
  g_autoptr (GPtrArray) own = intimail_address_parse_list ("ann@home.example, a.smith@home.example", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *to = NULL;
  g_autofree char *cc = NULL;

  g_assert_true (intimail_composer_reply (composer, message, recipients[i].scope, own, NULL, &error));
  g_assert_no_error (error);
  to = list_addresses (composer, "To");
  cc = list_addresses (composer, "cc");
  g_assert_cmpstr (to, ==, recipients[i].to);
  g_assert_cmpstr (cc, ==, recipients[i].cc);
}

static void
test_no_list (void)
{
  const char *const headers[] = { "", "List-Post: NO\n", "List-Post: <https://lists.example/>\n", "List-Post: <mailto:>\n", "List-Post: <mailto:a%00b@x.example>\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();
      g_autofree char *mail = g_strconcat ("From: ben@far.example\nSubject: x\n", headers[i], "\nbody\n", NULL);
      g_autoptr (IntimailMessage) message = parse (mail);
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailMessage) written = NULL;

      g_assert_false (intimail_composer_reply (composer, message, LIST, NULL, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
      written = build (composer);
      g_assert_null (intimail_message_get_subject (written));
      g_assert_null (intimail_composer_get_quote (composer));
    }
}

#define DATED "From: Ben <ben@far.example>\nDate: Wed, 09 Dec 2015 15:48:23 +0100\nMessage-ID: <2@x>\nReferences: <1@x>\nSubject: Re: AW: Lunch\n"

static const struct
{
  const char *name;
  const char *mail;
  const char *language;
  const char *quote;
} quotes[] = {
  { "english", DATED "\nHello,\n\nall > is well.\n> Who?\n\n\n", NULL,
    "On Wednesday, 9 December 2015 at 15:48, Ben <ben@far.example> wrote:\n> Hello,\n>\n> all > is well.\n>> Who?\n" },
  { "french", DATED "\nBonjour\n", "fr-CA",
    "Le mercredi 9 d\303\251cembre 2015 \303\240 15:48, Ben <ben@far.example> a \303\251crit :\n> Bonjour\n" },
  { "unknown-language", DATED "\nx\n", "fry", "On Wednesday, 9 December 2015 at 15:48, Ben <ben@far.example> wrote:\n> x\n" },
  { "long-name", "From: Benjamin Alexander Montgomery of the North <ben@far.example>\nDate: Wed, 09 Dec 2015 05:08:23 +0100\n\nx\n", NULL,
    "On Wednesday, 9 December 2015 at 5:08,\nBenjamin Alexander Montgomery of the North <ben@far.example> wrote:\n> x\n" },
  { "no-date", "From: ben@far.example\n\nx\n", NULL, "ben@far.example wrote:\n> x\n" },
  { "nobody", "Subject: x\n\nx\n", NULL, "> x\n" },
  { "nothing", "From: ben@far.example\n\n", NULL, "ben@far.example wrote:\n" },
  { "flowed", "From: ben@far.example\nContent-Type: text/plain; format=\"flowed\"\n\na \nb\n> c \n> d\n", NULL,
    "ben@far.example wrote:\n> a b\n>> c d\n" },
  { "html", "From: ben@far.example\nContent-Type: text/html\n\n<p>a &amp; <script>x</script>b</p>\n", NULL, "ben@far.example wrote:\n> a & b\n" },
};

static void
test_quotes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quotes); i++)
    {
      g_autoptr (IntimailComposer) composer = make_composer ();
      g_autoptr (IntimailMessage) message = parse (quotes[i].mail);

      g_test_message ("%s", quotes[i].name);
      g_assert_true (intimail_composer_reply (composer, message, AUTHOR, NULL, quotes[i].language, NULL));
      g_assert_cmpstr (intimail_composer_get_quote (composer), ==, quotes[i].quote);
    }
}

/* A book is not sent back. */
static void
test_long_quote (void)
{
  g_autoptr (GString) mail = g_string_new ("From: ben@far.example\nContent-Type: text/plain; charset=utf-8\n\n");
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append (mail, "\303\251t\303\251\n");
  message = parse (mail->str);
  g_assert_true (intimail_composer_reply (composer, message, AUTHOR, NULL, NULL, NULL));
  g_assert_cmpuint (strlen (intimail_composer_get_quote (composer)), <, 400 * 1024);
  g_assert_true (g_utf8_validate (intimail_composer_get_quote (composer), -1, NULL));
}

static void
test_answer (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = parse (DATED "To: ann@home.example\n\nSoup?\n");
  g_autoptr (IntimailMessage) written = NULL;
  g_autofree char *text = NULL;
  const char *const *references;

  intimail_composer_set_text (composer, "Yes!\n");
  intimail_composer_set_signature (composer, "Ann\nRoom 3");
  g_assert_true (intimail_composer_reply (composer, message, AUTHOR, NULL, NULL, NULL));
  written = build (composer);
  text = intimail_message_get_text (written);
  references = intimail_message_get_message_ids (written, "References");
  g_assert_cmpstr (intimail_message_get_subject (written), ==, "Re: Lunch");
  g_assert_cmpstr (intimail_message_get_message_ids (written, "In-Reply-To")[0], ==, "2@x");
  g_assert_cmpuint (g_strv_length ((char **) references), ==, 2);
  g_assert_cmpstr (references[0], ==, "1@x");
  g_assert_cmpstr (references[1], ==, "2@x");
  g_assert_cmpstr (text, ==,
                   "Yes!\n\nOn Wednesday, 9 December 2015 at 15:48, Ben <ben@far.example> wrote:\n> Soup?\n\n-- \nAnn\nRoom 3\n");

  intimail_composer_set_quote (composer, NULL);
  intimail_composer_set_flowed (composer, TRUE);
  g_clear_object (&written);
  g_free (text);
  written = build (composer);
  text = intimail_message_get_text (written);
  g_assert_cmpstr (text, ==, "Yes!\n\n-- \nAnn\nRoom 3\n");
}

static void
test_html_answer (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = parse ("From: ben@far.example\n\n<b>Soup</b> & more?\n> When?\n");
  g_autoptr (IntimailMessage) written = NULL;
  g_autofree char *text = NULL;
  g_autofree char *html = NULL;

  intimail_composer_set_html (composer, "<html><body><p>Yes, <a href=\"https://x.example/\">soup</a>!</p><ul><li>a<li>b</ul></body></html>");
  intimail_composer_set_signature (composer, "Ann <3");
  g_assert_true (intimail_composer_reply (composer, message, AUTHOR, NULL, NULL, NULL));
  written = build (composer);
  text = intimail_message_get_text (written);
  g_assert_cmpstr (text, ==,
                   "Yes, soup <https://x.example/>!\n\n- a\n- b\n\n"
                   "ben@far.example wrote:\n> <b>Soup</b> & more?\n>> When?\n\n-- \nAnn <3\n");
  html = intimail_part_get_text (g_ptr_array_index (intimail_message_get_html_body (written), 0), NULL, NULL);
  g_assert_cmpstr (html, ==,
                   "<html><body><p>Yes, <a href=\"https://x.example/\">soup</a>!</p><ul><li>a<li>b</ul><div>\n"
                   "ben@far.example wrote:<br>\n"
                   "<blockquote type=\"cite\">&lt;b&gt;Soup&lt;/b&gt; &amp; more?<br>\n"
                   "<blockquote type=\"cite\">When?<br>\n</blockquote>\n</blockquote>\n</div>\n"
                   "<div>-- <br>\nAnn &lt;3<br>\n</div>\n</body></html>\n");
}

/* However long a thread and its ids are, the first and the last remain. */
static void
test_references (void)
{
  g_autofree char *long_id = g_strnfill (800, 'x');
  g_autoptr (GString) mail = g_string_new ("Message-ID: <last@x>\nReferences: <first@x>");
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (IntimailMessage) written = NULL;
  const char *const *references;
  guint n;

  for (int i = 0; i < 60; i++)
    g_string_append_printf (mail, "\n <%s%d@x>", long_id, i);
  g_string_append (mail, "\n\n");
  message = parse (mail->str);
  intimail_composer_set_reply_to_message (composer, message);
  written = build (composer);
  references = intimail_message_get_message_ids (written, "References");
  n = g_strv_length ((char **) references);
  g_assert_cmpuint (n, >, 10);
  g_assert_cmpuint (n, <, 30);
  g_assert_cmpstr (references[0], ==, "first@x");
  g_assert_cmpstr (references[n - 1], ==, "last@x");
}

#define FILES                                                                                                                              \
  "From: Ben <ben@far.example>\nTo: ann@home.example\nBcc: secret@far.example\nCc: c@far.example\nDate: Wed, 09 Dec 2015 15:48:23 +0100\n" \
  "Subject: TR: Photos/now\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nLook.\n--b\n"                           \
  "Content-Type: image/png; name=\"../a.png\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n"

static void
test_forward_inline (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = parse (FILES);
  g_autoptr (IntimailMessage) written = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) content = NULL;
  IntimailPart *file;

  g_assert_true (intimail_composer_forward (composer, message, INTIMAIL_FORWARD_KIND_INLINE, "fr", NULL));
  g_clear_object (&message);
  intimail_composer_set_text (composer, "Voil\303\240.");
  written = build (composer);
  text = intimail_message_get_text (written);
  g_assert_cmpstr (intimail_message_get_subject (written), ==, "Fwd: Photos/now");
  g_assert_cmpstr (text, ==,
                   "Voil\303\240.\n\n---------- Message transf\303\251r\303\251 ----------\nDe : Ben <ben@far.example>\n"
                   "Date : mercredi 9 d\303\251cembre 2015 \303\240 15:48\nObjet : TR: Photos/now\n\303\200 : ann@home.example\n"
                   "Cc : c@far.example\n\nLook.\n");
  g_assert_null (intimail_message_get_message_ids (written, "References"));
  g_assert_cmpuint (intimail_message_get_n_attachments (written), ==, 1);
  file = g_ptr_array_index (intimail_message_get_attachments (written), 0);
  content = intimail_part_get_content (file, NULL);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "\x89PNG\r\n\x1a\n", 8);
  g_assert_cmpstr (intimail_part_get_content_type (file), ==, "image/png");
  g_assert_null (strstr (intimail_part_get_name (file), "/"));
}

static void
test_forward_attached (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = parse (FILES);
  g_autoptr (IntimailMessage) written = NULL;
  g_autoptr (IntimailMessage) inner = NULL;
  g_autoptr (GBytes) content = NULL;
  IntimailPart *file;

  g_assert_true (intimail_composer_forward (composer, message, INTIMAIL_FORWARD_KIND_ATTACHED, NULL, NULL));
  written = build (composer);
  file = g_ptr_array_index (intimail_message_get_attachments (written), 0);
  g_assert_cmpstr (intimail_part_get_content_type (file), ==, "message/rfc822");
  g_assert_cmpstr (intimail_part_get_name (file), ==, "TR  Photos now.eml");
  content = intimail_part_get_content (file, NULL);
  inner = intimail_message_new_from_bytes (content, NULL);
  g_assert_cmpstr (intimail_message_get_subject (inner), ==, "TR: Photos/now");
  g_assert_cmpuint (intimail_message_get_n_attachments (inner), ==, 1);
  g_assert_cmpuint (intimail_message_get_bcc (inner)->len, ==, 0);
}

/* What a stranger wrote into the subject begins no field. */
static void
test_odd_subject (void)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) message = parse ("From: ben@far.example\nSubject: =?utf-8?q?x=0D=0ABcc:_eve@far.example=00=7F?=\n\nx\n");
  g_autoptr (IntimailMessage) written = NULL;

  g_assert_true (intimail_composer_reply (composer, message, AUTHOR, NULL, NULL, NULL));
  written = build (composer);
  g_assert_cmpuint (intimail_message_get_bcc (written)->len, ==, 0);
  g_assert_true (g_str_has_prefix (intimail_message_get_subject (written), "Re: x"));
}

static const char invitation_mail[] =
    "From: Eve <eve@far.example>\nMessage-ID: <i@far.example>\nContent-Type: text/calendar; method=REQUEST\n\n"
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:one@far.example\nDTSTART:20260115T090000Z\n"
    "ORGANIZER;CN=Bob Novak:mailto:bob@far.example\nSUMMARY:Lunch\nEND:VEVENT\nEND:VCALENDAR\n";

static void
check_invitation_answer (const char *language, const char *subject, const char *text)
{
  g_autoptr (IntimailMessage) message = parse (invitation_mail);
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailMessage) written = NULL;
  g_autoptr (IntimailInvitation) answer = NULL;
  g_autofree char *to = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *method = NULL;
  g_autoptr (GBytes) calendar = NULL;
  IntimailPart *root;

  g_assert_true (intimail_composer_answer_invitation (composer, message, INTIMAIL_ATTENDANCE_ACCEPTED, language, NULL));
  written = build (composer);
  to = intimail_address_list_to_string (intimail_message_get_to (written));
  g_assert_cmpstr (to, ==, "Bob Novak <bob@far.example>");
  g_assert_cmpstr (intimail_message_get_subject (written), ==, subject);
  g_assert_cmpstr (intimail_message_get_message_ids (written, "In-Reply-To")[0], ==, "i@far.example");
  root = intimail_message_get_root (written);
  g_assert_cmpstr (intimail_part_get_content_type (root), ==, "multipart/alternative");
  plain = intimail_part_get_text (g_ptr_array_index (intimail_part_get_parts (root), 0), NULL, NULL);
  g_assert_cmpstr (plain, ==, text);
  answer = intimail_invitation_find (written);
  g_assert_cmpstr (intimail_invitation_get_method (answer), ==, "REPLY");
  g_assert_cmpstr (intimail_invitation_get_uid (answer), ==, "one@far.example");
  g_assert_cmpstr (intimail_invitation_get_attendee (answer, 0), ==, "ann@home.example");
  g_assert_cmpint (intimail_invitation_get_attendance (answer, 0), ==, INTIMAIL_ATTENDANCE_ACCEPTED);
  method = intimail_part_get_type_parameter (intimail_invitation_get_part (answer), "method");
  g_assert_cmpstr (method, ==, "REPLY");
  calendar = intimail_part_get_content (intimail_invitation_get_part (answer), NULL);
  g_assert_true (g_str_has_prefix (g_bytes_get_data (calendar, NULL), "BEGIN:VCALENDAR\r\nPRODID:"));
}

static void
test_invitation (void)
{
  check_invitation_answer (NULL, "Accepted: Lunch", "Ann accepts the invitation.\n\nLunch\n");
  check_invitation_answer ("fr-CA", "Accept\303\251 : Lunch", "Ann accepte l\342\200\231invitation.\n\nLunch\n");
}

static void
test_no_invitation (void)
{
  g_autoptr (IntimailMessage) plain = parse ("Subject: x\n\ny\n");
  g_autoptr (IntimailMessage) message = parse (invitation_mail);
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (IntimailComposer) nobody = intimail_composer_new ();
  g_autoptr (GError) none = NULL;
  g_autoptr (GError) no_author = NULL;

  g_assert_false (intimail_composer_answer_invitation (composer, plain, INTIMAIL_ATTENDANCE_ACCEPTED, NULL, &none));
  g_assert_error (none, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_false (intimail_composer_answer_invitation (nobody, message, INTIMAIL_ATTENDANCE_ACCEPTED, NULL, &no_author));
  g_assert_error (no_author, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (recipients); i++)
    {
      g_autofree char *path = g_strconcat ("/composer-reply/recipients/", recipients[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_recipients);
    }
  g_test_add_func ("/composer-reply/no-list", test_no_list);
  g_test_add_func ("/composer-reply/quotes", test_quotes);
  g_test_add_func ("/composer-reply/long-quote", test_long_quote);
  g_test_add_func ("/composer-reply/answer", test_answer);
  g_test_add_func ("/composer-reply/html-answer", test_html_answer);
  g_test_add_func ("/composer-reply/references", test_references);
  g_test_add_func ("/composer-reply/forward-inline", test_forward_inline);
  g_test_add_func ("/composer-reply/forward-attached", test_forward_attached);
  g_test_add_func ("/composer-reply/invitation", test_invitation);
  g_test_add_func ("/composer-reply/no-invitation", test_no_invitation);
  g_test_add_func ("/composer-reply/odd-subject", test_odd_subject);

  return g_test_run ();
}
