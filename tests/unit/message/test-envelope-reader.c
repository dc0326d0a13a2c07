/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fast reader beside GMime. What both say of whole collections of mail is compared by
 * test-corpora.c.
 */

#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-address-list-private.h"
#include "message/intimail-envelope-reader-private.h"
#include "message/intimail-gmime-private.h"
#include "message/intimail-part-row-private.h"

#define MULTIPART "Content-Type: multipart/mixed; boundary=b\n\n"

/* The first of them are to be read without a detour. */
#define N_SIMPLE 6

static const char *const lists[] = {
  "ann@home.example",
  "<ann@home.example>",
  "Ann <ann@home.example>, \"B, Ben\" <ben@home.example>,chloe@home.example",
  "\"Ann\" <ann@home.example>",
  "J. R. Smith <jr@home.example>",
  "=?utf-8?Q?Zo=C3=A9?= <zoe@home.example>",
  "=?utf-8?Q?Zo=C3=A9?= =?utf-8?Q?_\"x\"?= <zoe@home.example>",
  "=?utf-8?Q?a=0Ab=C2=85c?= <zoe@home.example>",
  "=?utf-8?Q?\?= <zoe@home.example>",
  "=?nonsense?Q?a?= <zoe@home.example>",
  /* Each of these has to be read with care. */
  "Ann  Smith <ann@home.example>",
  "ann@home.example (Ann)",
  "Ann<ann@home.example>",
  "Ann <ann@home.example> x",
  "\"Ann <ann@home.example>",
  "\"A\\\"nn\" <ann@home.example>",
  "\" Ann\" <ann@home.example>",
  "Family: ann@home.example, ben@home.example;",
  "ann@home.example,, ben@home.example",
  "ann@xn--bcher-kva.example",
  "ann@-home.example",
  "ann@home.example.",
  "ann..b@home.example",
  ".ann@home.example",
  "ann@[127.0.0.1]",
  "ann",
  "<>",
  ",",
  "",
  "caf\303\251 <ann@home.example>",
};

static void
test_simple_addresses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GPtrArray) groups = intimail_address_list_read (lists[i]);
      g_autoptr (GPtrArray) addresses = intimail_address_list_join (groups);
      g_autofree char *wanted = intimail_address_list_to_string (addresses);
      g_autofree char *simple = intimail_address_list_rewrite_simple (lists[i]);

      g_test_message ("%s", lists[i]);
      if (simple != NULL || i < N_SIMPLE)
        g_assert_cmpstr (simple, ==, wanted);
    }
}

static IntimailEnvelopeReader *
read_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return intimail_envelope_reader_new (bytes);
}

static void
test_long_list_is_cut (void)
{
  g_autoptr (GString) text = g_string_new ("To: ");
  g_autoptr (IntimailEnvelopeReader) reader = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autofree char *list = NULL;

  for (int i = 0; i < 100; i++)
    g_string_append_printf (text, "%d@home.example,\n ", i);
  g_string_append (text, "last@home.example\n\n");
  reader = read_text (text->str);
  list = intimail_envelope_reader_read_addresses (reader, "To", 500);
  addresses = intimail_address_parse_list (list, NULL);
  g_assert_nonnull (addresses);
  g_assert_cmpuint (strlen (list), <=, 500);
  g_assert_cmpuint (addresses->len, ==, 25);
}

static void
test_queue_id (void)
{
  static const struct
  {
    const char *received;
    const char *id;
  } cases[] = {
    { "from a by b (Postfix) with ESMTPS id 4JQwzK1Xr5z9sVd for <c>", "4JQwzK1Xr5z9sVd" },
    { "from a by b (Postfix, from userid 0)\n\tid 3F2A1C00D7; now", "3F2A1C00D7" },
    { "by b (Postfix) id\r\n\t 3F2A", "3F2A" },
    { "by b (Postfix) identity 3F2A", "" },
    { "by b (Postfix) id ", "" },
    { "by b (Postfix) i", "" },
    { "by b id 3F2A (Postfix)", "" },
    { "by b with LMTP id 3F2A", "" },
    { "by b (Postfix) id 012345678901234567890123456789012", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("Received: %s\n\n", cases[i].received);
      g_autoptr (IntimailEnvelopeReader) reader = read_text (text);
      g_autofree char *id = intimail_envelope_reader_read_queue_id (reader);

      g_assert_cmpstr (id, ==, cases[i].id);
    }
}

static const char *const structures[] = {
  "",
  "text",
  "Content-Type: text/html\n\n<p>x",
  MULTIPART "--b\n\none\n--b\n\ntwo\n--b--\n",
  MULTIPART "--b\n--b\n--b\n\n--b--\n",
  MULTIPART "--b text behind it\n\none\n--b-- and here\nend\n",
  MULTIPART "--b\nno field\n--b\nSubject: x\n--b--",
  MULTIPART "--bb\n\none\n--b\n\ntwo\n",
  MULTIPART "--b\nContent-Type: multipart/digest; boundary=\"c d\"\n\n--c d\n\nSubject: x\n\ny\n--c d--\n--b\n\nz\n",
  MULTIPART "--b\nContent-Type: message/rfc822\n\n" MULTIPART "--b\n\ninside\n--b--\n",
  MULTIPART "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b\n\ny\n--b--\n",
  MULTIPART "--b\nContent-Type: multipart/mixed; boundary=c\n\nno part\n--c--\nepilogue\n--b\n\ny\n--b--\n",
  MULTIPART "--b\nContent-Type: multipart/mixed; boundary=c\n\n--b\n\ny\n--c\n\nstale\n--b--\n",
  MULTIPART "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
  "Content-Type: multipart/mixed\n\n--\n\nx\n----\n",
  "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
  "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n--ab\n\nx\n--ab--\n",
  "Content-Type: multipart/mixed; boundary=\"=?utf-8?q?b?=\"\n\n--b\n\nx\n--b--\n",
  "Content-Type: text\n\nx",
  MULTIPART "--b\nContent-Type: image/png; name*=utf-8''%e2%82%ac\nContent-Disposition: ; filename=x\nContent-ID: <i@x>\n"
            "Content-Transfer-Encoding: BASE64\n\naGVsbG8=\n--b--\n",
};

/* Both readers put the same parts at the same places. */
static void
compare_rows (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (IntimailPartRow) fast = intimail_part_row_new (bytes, intimail_structure_scan_new (text, strlen (text)));
  g_autoptr (IntimailPartRow) full = NULL;

  full = intimail_part_row_new_with_gmime (bytes, intimail_structure_scan_new (text, strlen (text)));
  g_test_message ("%s", text);
  g_assert_cmpuint (fast->n_parts, ==, full->n_parts);
  for (guint i = 0; i < fast->n_parts; i++)
    {
      const IntimailPartInfo *ours = &fast->parts[i];
      const IntimailPartInfo *theirs = &full->parts[i];

      g_assert_cmpstr (ours->type, ==, theirs->type);
      g_assert_cmpstr (ours->charset, ==, theirs->charset);
      g_assert_cmpstr (ours->disposition, ==, theirs->disposition);
      g_assert_cmpstr (ours->name, ==, theirs->name);
      g_assert_cmpstr (ours->content_id, ==, theirs->content_id);
      g_assert_cmpint (ours->transfer, ==, theirs->transfer);
      g_assert_cmpint (ours->multipart, ==, theirs->multipart);
      g_assert_cmpuint (ours->n_below, ==, theirs->n_below);
      if (ours->multipart)
        continue;
      g_assert_true (ours->body == theirs->body);
      g_assert_cmpuint (ours->length, ==, theirs->length);
    }
}

static void
test_structures (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (structures); i++)
    compare_rows (structures[i]);
}

/* Delimiters and headers in any order. */
static void
test_random_structures (void)
{
  static const char *const pieces[] = {
    "--b\n", "--c\n", "--b--\n", "--c--\n", "--", "\n", "\n\n", "text\n", "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/digest; boundary=c\n", "Content-Type: message/rfc822\n", "Content-Type: text/html\n", "Subject: x\n", " folded\n"
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);

  for (int i = 0; i < 3000; i++)
    {
      g_autoptr (GString) text = g_string_new (MULTIPART);

      for (int n = g_rand_int_range (random, 1, 40); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      compare_rows (text->str);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  intimail_gmime_require ();

  g_test_add_func ("/envelope-reader/simple-addresses", test_simple_addresses);
  g_test_add_func ("/envelope-reader/long-list-is-cut", test_long_list_is_cut);
  g_test_add_func ("/envelope-reader/queue-id", test_queue_id);
  g_test_add_func ("/envelope-reader/structures", test_structures);
  g_test_add_func ("/envelope-reader/random-structures", test_random_structures);

  return g_test_run ();
}
