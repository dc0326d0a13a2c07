/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#include "address/intimail-address-private.h"
#include "test-support.h"

static const struct
{
  const char *text;
  const char *name;
  const char *local_part;
  const char *domain;
  const char *written;
} good[] = {
  { "ada@example.org", "", "ada", "example.org", "ada@example.org" },
  { "  ada@example.org\t", "", "ada", "example.org", "ada@example.org" },
  { "<ada@example.org>", "", "ada", "example.org", "ada@example.org" },
  { "Ada <ada@example.org>", "Ada", "ada", "example.org", "Ada <ada@example.org>" },
  { "Ada   de  Lovelace<ada@example.org> ", "Ada de Lovelace", "ada", "example.org", "Ada de Lovelace <ada@example.org>" },
  { "\"Lovelace, Ada\" <ada@example.org>", "Lovelace, Ada", "ada", "example.org", "\"Lovelace, Ada\" <ada@example.org>" },
  { "\"A \\\"B\\\" \\\\\" <a@b>", "A \"B\" \\", "a", "b", "\"A \\\"B\\\" \\\\\" <a@b>" },
  { "Dr. J. Smith [work] <j@b>", "Dr. J. Smith [work]", "j", "b", "\"Dr. J. Smith [work]\" <j@b>" },
  { "ada@example.org <ada@example.org>", "ada@example.org", "ada", "example.org", "\"ada@example.org\" <ada@example.org>" },
  { "\303\211lise <\303\251lise@\303\251cole.example>", "\303\211lise", "\303\251lise", "\303\251cole.example", "\303\211lise <\303\251lise@\303\251cole.example>" },
  { "\346\227\245\346\234\254@\344\276\213\343\201\210\343\200\202jp", "", "\346\227\245\346\234\254", "\344\276\213\343\201\210\343\200\202jp", "\346\227\245\346\234\254@\344\276\213\343\201\210\343\200\202jp" },
  { "\"a b\"@example.org", "", "a b", "example.org", "\"a b\"@example.org" },
  { "\"ada\"@example.org", "", "ada", "example.org", "ada@example.org" },
  { "\"a..b.\"@example.org", "", "a..b.", "example.org", "\"a..b.\"@example.org" },
  { "\"a@b\"@example.org", "", "a@b", "example.org", "\"a@b\"@example.org" },
  { "A <\"a>b\"@example.org>", "A", "a>b", "example.org", "A <\"a>b\"@example.org>" },
  { "ada@[192.0.2.1]", "", "ada", "[192.0.2.1]", "ada@[192.0.2.1]" },
  { "ada@[IPv6:2001:db8::1]", "", "ada", "[IPv6:2001:db8::1]", "ada@[IPv6:2001:db8::1]" },
  { "Ada <ada@[IPv6:::1]>", "Ada", "ada", "[IPv6:::1]", "Ada <ada@[IPv6:::1]>" },
  { "ada@example.org (Ada Lovelace)", "Ada Lovelace", "ada", "example.org", "Ada Lovelace <ada@example.org>" },
  { "(a)ada(b)@(c)example.org(d)", "a", "ada", "example.org", "a <ada@example.org>" },
  { "ada@example.org (Ada (the \\)first\\)))", "Ada (the )first))", "ada", "example.org", "\"Ada (the )first))\" <ada@example.org>" },
  { "Ada (her) <ada@example.org> (work)", "Ada", "ada", "example.org", "Ada <ada@example.org>" },
  { "!#$%&'*+-/=?^_`{|}~@example.org", "", "!#$%&'*+-/=?^_`{|}~", "example.org", "!#$%&'*+-/=?^_`{|}~@example.org" },
  { "root@localhost", "", "root", "localhost", "root@localhost" },
  { "a@b_c.example", "", "a", "b_c.example", "a@b_c.example" },
  { "a@xn--fa-hia.example", "", "a", "xn--fa-hia.example", "a@xn--fa-hia.example" },
  { "\"\" <a@b>", "", "a", "b", "a@b" },
  { "\" A \" <a@b>", " A ", "a", "b", "\" A \" <a@b>" },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailAddress) address = intimail_address_parse (good[i].text, &error);
      g_autoptr (IntimailAddress) again = NULL;
      g_autofree char *written = NULL;

      g_test_message ("%s", good[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (intimail_address_get_name (address), ==, good[i].name);
      g_assert_cmpstr (intimail_address_get_local_part (address), ==, good[i].local_part);
      g_assert_cmpstr (intimail_address_get_domain (address), ==, good[i].domain);
      written = intimail_address_to_string (address);
      g_assert_cmpstr (written, ==, good[i].written);

      again = intimail_address_parse (written, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (intimail_address_get_name (again), ==, good[i].name);
      g_assert_cmpstr (intimail_address_get_email (again), ==, intimail_address_get_email (address));
      g_assert_true (intimail_address_equal (address, again));
    }
}

static const char *const bad[] = {
  "",
  " ",
  "ada",
  "@example.org",
  "ada@",
  "ada@@example.org",
  "a@b@example.org",
  ".ada@example.org",
  "ada.@example.org",
  "a..b@example.org",
  "ada lovelace@example.org",
  "ada@example.org,",
  "ada@example.org bob@example.org",
  "ada@example..org",
  "ada@.example.org",
  "ada@example.org.",
  "ada@-example.org",
  "ada@example-.org",
  "ada@exa mple.org",
  "ada@xn--99999999.example",
  "ada@exa$mple.org",
  "ada@\357\274\240.example", /* U+FF20, which becomes "@" in an A-label */
  "ada@e\302\240x.example",
  "ada@[192.0.2.1",
  "ada@[192.0.2.256]",
  "ada@[2001:db8::1]",
  "ada@[IPv6:192.0.2.1]",
  "ada@[IPv6:fe80::1%lo]",
  "ada@[x]",
  "ada@[]",
  "\"\"@example.org",
  "\"ada@example.org",
  "\"ada\"lovelace@example.org",
  "ada\\@x@example.org",
  "Ada <ada@example.org",
  "Ada ada@example.org>",
  "Ada <>",
  "Ada <ada@example.org> x",
  "Ada <<ada@example.org>>",
  "Ada <@relay:ada@example.org>",
  "Ada \\x <ada@example.org>",
  "Lovelace, Ada <ada@example.org>",
  "ada@example.org (x",
  "ada@example.org x)",
  "((((((((((((((((((x))))))))))))))))))ada@example.org",
  "ada@example.org\nBcc: x@example.org",
  "Ada\r <ada@example.org>",
  "\"Ada\n\" <ada@example.org>",
  "a\001@example.org",
  "a\177@example.org",
  "Ada\302\205 <ada@example.org>",
  "Ada\342\200\250 <ada@example.org>",
  "ada\351@example.org",
  "group: ada@example.org;",
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = g_strescape (bad[i], NULL);

      g_test_message ("%s", name);
      g_assert_null (intimail_address_parse (bad[i], &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      for (const char *c = error->message; *c != '\0'; c++)
        g_assert_false (g_ascii_iscntrl (*c));
    }
}

static void
assert_new (const char *name, const char *local_part, const char *domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailAddress) address = intimail_address_new (name, local_part, domain, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, INTIMAIL_ERROR, code);
}

static void
test_new (void)
{
  g_autofree char *name = g_strnfill (4097, 'n');
  g_autofree char *local_part = g_strnfill (256, 'l');
  g_autofree char *label = g_strnfill (64, 'd');
  g_autofree char *domain = g_strdup_printf ("%s.%s.%s.%s", label + 1, label + 1, label + 1, label + 1);
  g_autofree char *long_domain = g_strdup_printf ("%sd.x", domain);

  assert_new (NULL, "ada", "example.org", -1);
  assert_new (name + 1, "ada", "example.org", -1);
  assert_new (name, "ada", "example.org", INTIMAIL_ERROR_TOO_LARGE);
  assert_new (NULL, local_part + 1, "example.org", -1);
  assert_new (NULL, local_part, "example.org", INTIMAIL_ERROR_TOO_LARGE);
  assert_new (NULL, "ada", label + 1, -1);
  assert_new (NULL, "ada", label, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new (NULL, "ada", domain, -1);
  assert_new (NULL, "ada", long_domain, INTIMAIL_ERROR_TOO_LARGE);
  assert_new (NULL, "", "example.org", INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new (NULL, "ada", "", INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new ("a\nb", "ada", "example.org", INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new ("a\tb", "ada", "example.org", INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new (NULL, "a\rb", "example.org", INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new (NULL, "ada", "example.org\n", INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_new ("\351", "ada", "example.org", INTIMAIL_ERROR_INVALID_ARGUMENT);
}

/* The emails found, with spaces between them; or the error. */
static const struct
{
  const char *text;
  const char *emails;
} lists[] = {
  { "", "" },
  { " ,; ", "" },
  { "a@b", "a@b" },
  { "a@b, c@d", "a@b c@d" },
  { "a@b;c@d;", "a@b c@d" },
  { ",,a@b,,c@d,", "a@b c@d" },
  { "\"X, Y\" <a@b>, Z <c@d>", "a@b c@d" },
  { "X (a, b; c) <a@b>, c@d", "a@b c@d" },
  { "undisclosed-recipients:;", "" },
  { "friends: A <a@b>, c@d; e@f", "a@b c@d e@f" },
  { "x@y, \"the friends\": a@b;, e@f", "x@y a@b e@f" },
  { "one: a@b; two: c@d;", "a@b c@d" },
  { "open: a@b, c@d", "a@b c@d" },
  { "a@[IPv6:::1], Ada <b@[IPv6:::2]>", "a@[IPv6:::1] b@[IPv6:::2]" },
  { "one: two: a@b;", NULL },
  { ": a@b;", NULL },
  { "a@b: c@d;", NULL },
  { "a@b c@d", NULL },
  { "a@b, nobody, c@d", NULL },
  { "a@b, \"c", NULL },
  { "A <a@b> <c@d>", NULL },
  { "a@b\r\n, c@d", NULL },
};

static void
test_lists (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) addresses = intimail_address_parse_list (lists[i].text, &error);
      g_autoptr (GString) emails = g_string_new (NULL);

      g_test_message ("list %" G_GSIZE_FORMAT, i);
      if (lists[i].emails == NULL)
        {
          g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
          g_assert_null (addresses);
          continue;
        }
      g_assert_no_error (error);
      for (guint j = 0; j < addresses->len; j++)
        g_string_append_printf (emails, "%s%s", j > 0 ? " " : "", intimail_address_get_email (addresses->pdata[j]));
      g_assert_cmpstr (emails->str, ==, lists[i].emails);
    }
}

static void
assert_list_too_large (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_address_parse_list (text, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
}

static void
test_list_limits (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *name = g_strnfill (4000, 'n');
  g_autofree char *spaces = g_strnfill (64 * 1024 + 1, ' ');
  g_autofree char *written = NULL;
  g_autofree char *rewritten = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append_printf (many, "a%d@b,", i);
  addresses = intimail_address_parse_list (many->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (addresses->len, ==, 1000);
  g_string_append (many, "x@b");
  assert_list_too_large (many->str);
  assert_list_too_large (spaces);

  /* What is written can be read, if there was too much of it or not. */
  g_ptr_array_add (addresses, intimail_address_new (NULL, "x", "b", NULL));
  written = intimail_address_list_to_string (addresses);
  again = intimail_address_parse_list (written, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 1000);

  g_ptr_array_set_size (again, 0);
  for (int i = 0; i < 20; i++)
    g_ptr_array_add (again, intimail_address_new (name, "x", "b", NULL));
  rewritten = intimail_address_list_to_string (again);
  g_ptr_array_unref (g_steal_pointer (&again));
  again = intimail_address_parse_list (rewritten, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 16);
}

static char *
random_text (GRand *random, gint32 longest)
{
  static const char *const pieces[] = { "a", "B", "0", " ", "  ", ".", ",", ";", ":", "<", ">", "@", "\"", "\\", "(", ")", "[", "]", "'", "-", "=", "?", "\303\251", "\346\227\245", "\360\237\230\200", "\302\240" };
  GString *text = g_string_new (NULL);
  gint32 count = g_rand_int_range (random, 0, longest);

  for (gint32 i = 0; i < count; i++)
    g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);

  return g_string_free (text, FALSE);
}

static void
test_round_trip (void)
{
  static const char *const domains[] = { "example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]", "\303\251cole.example", "xn--cole-9oa.example" };
  g_autoptr (GRand) random = g_rand_new_with_seed (5322);

  for (int round = 0; round < 3000; round++)
    {
      g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
      g_autoptr (GPtrArray) again = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *written = NULL;
      gint32 count = g_rand_int_range (random, 0, 4);

      for (gint32 i = 0; i < count; i++)
        {
          g_autofree char *name = random_text (random, 10);
          g_autofree char *rest = random_text (random, 8);
          g_autofree char *local_part = g_strconcat ("x", rest, NULL);

          g_ptr_array_add (addresses, intimail_address_new (name, local_part, domains[g_rand_int_range (random, 0, G_N_ELEMENTS (domains))], &error));
          g_assert_no_error (error);
        }
      written = intimail_address_list_to_string (addresses);
      again = intimail_address_parse_list (written, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (again->len, ==, addresses->len);
      for (guint i = 0; i < again->len; i++)
        {
          g_assert_cmpstr (intimail_address_get_name (again->pdata[i]), ==, intimail_address_get_name (addresses->pdata[i]));
          g_assert_cmpstr (intimail_address_get_local_part (again->pdata[i]), ==, intimail_address_get_local_part (addresses->pdata[i]));
          g_assert_cmpstr (intimail_address_get_domain (again->pdata[i]), ==, intimail_address_get_domain (addresses->pdata[i]));
        }
    }
}

/* What stands in real mail: it is shown as it came, and read back so. */
static void
test_broken (void)
{
  static const char *const emails[] = {
    "", "nobody", "a b@c", "@", "a@", "@b", "a@b@c", "a..b.@example.org", "x@exa mple", "a,b;c@d", "\"x", "\\", "(", ":", "a@[", "a@b", "\"a b\"@c"
  };
  static const char *const names[] = { "", "A", "A, \"B\" \\ (c) <d>", "a@b", ";", " " };
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (IntimailAddress) cleaned = intimail_address_new_lenient ("a\nb\351", "<a\r\nb@c>");
  g_autofree char *written = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (emails); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
      g_ptr_array_add (addresses, intimail_address_new_lenient (names[j], emails[i]));
  written = intimail_address_list_to_string (addresses);
  again = intimail_address_parse_list_lenient (written);
  g_assert_cmpuint (again->len, ==, addresses->len);
  for (guint i = 0; i < again->len; i++)
    {
      g_autofree char *key = intimail_address_get_key (again->pdata[i]);

      g_assert_cmpstr (intimail_address_get_name (again->pdata[i]), ==, intimail_address_get_name (addresses->pdata[i]));
      g_assert_cmpstr (intimail_address_get_email (again->pdata[i]), ==, intimail_address_get_email (addresses->pdata[i]));
      g_assert_nonnull (strchr (key, '@'));
    }
  g_assert_cmpstr (intimail_address_get_name (cleaned), ==, "ab\357\277\275");
  g_assert_cmpstr (intimail_address_get_email (cleaned), ==, "ab@c");
}

static void
test_key (void)
{
  static const char *const cases[][2] = {
    { "Ada@Example.ORG", "ada@example.org" },
    { "Ada L <ADA@example.org>", "ada@example.org" },
    { "\"ada\"@example.org", "ada@example.org" },
    { "\303\211LISE@\303\211cole.example", "\303\251lise@xn--cole-9oa.example" },
    { "e\314\201lise@XN--cole-9oa.example", "\303\251lise@xn--cole-9oa.example" },
    { "Stra\303\237e@x", "strasse@x" },
    { "a@[IPV6:2001:DB8::1]", "a@[ipv6:2001:db8::1]" },
  };
  g_autoptr (IntimailAddress) ada = intimail_address_parse ("ada@example.org", NULL);
  g_autoptr (IntimailAddress) bob = intimail_address_parse ("bob@example.org", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailAddress) address = intimail_address_parse (cases[i][0], &error);
      g_autofree char *key = NULL;

      g_assert_no_error (error);
      key = intimail_address_get_key (address);
      g_assert_cmpstr (key, ==, cases[i][1]);
    }
  g_assert_false (intimail_address_equal (ada, bob));
}

static void
test_boxed (void)
{
  g_autoptr (IntimailAddress) address = intimail_address_parse ("ada@example.org", NULL);
  IntimailAddress *copy = g_boxed_copy (INTIMAIL_TYPE_ADDRESS, address);

  g_assert_true (copy == address);
  g_boxed_free (INTIMAIL_TYPE_ADDRESS, copy);
  g_assert_cmpstr (intimail_address_get_email (address), ==, "ada@example.org");
}

/* Lines of "valid" or "invalid", the address, and why we differ. */
static GHashTable *
read_differences (void)
{
  const char *root = g_getenv ("INTIMAIL_SOURCE_ROOT");
  g_autofree char *path = g_build_filename (root != NULL ? root : ".", "tests/unit/address/flanker-differences.tsv", NULL);
  g_autoptr (GBytes) text = test_support_read_file (path);
  g_autofree char *copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  GHashTable *differences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 3);

      if (*lines[i] == '\0' || *lines[i] == '#')
        continue;
      g_assert_cmpuint (g_strv_length (fields), ==, 3);
      g_hash_table_add (differences, g_strconcat (fields[0], "\t", fields[1], NULL));
    }

  return differences;
}

static guint
compare_with_flanker (const char *corpora, const char *file, gboolean valid, const char *domain, GHashTable *differences)
{
  g_autofree char *path = g_build_filename (corpora, "mime/flanker-addresses", file, NULL);
  g_autoptr (GBytes) text = test_support_read_file (path);
  g_autofree char *copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  guint agreed = 0;
  guint unknown = 0;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *given = g_strconcat (lines[i], domain, NULL);
      g_autofree char *key = g_strconcat (valid ? "valid\t" : "invalid\t", given, NULL);
      g_autoptr (IntimailAddress) address = NULL;

      if (*lines[i] == '\0' || *lines[i] == '#')
        continue;
      address = intimail_address_parse (given, NULL);
      if ((address != NULL) == valid)
        agreed++;
      else if (!g_hash_table_remove (differences, key))
        {
          unknown++;
          g_test_message ("not expected: %s", key);
        }
    }
  g_test_message ("%s: %u agreed", file, agreed);
  g_assert_cmpuint (unknown, ==, 0);

  return agreed;
}

static void
test_flanker (void)
{
  const char *corpora = test_support_get_corpora ();
  g_autoptr (GHashTable) differences = read_differences ();
  guint agreed = 0;

  if (corpora == NULL)
    {
      g_assert_cmpuint (g_hash_table_size (differences), >, 0);
      return;
    }
  agreed += compare_with_flanker (corpora, "mailbox_valid.txt", TRUE, "", differences);
  agreed += compare_with_flanker (corpora, "mailbox_invalid.txt", FALSE, "", differences);
  agreed += compare_with_flanker (corpora, "abridged_localpart_valid.txt", TRUE, "@example.com", differences);
  agreed += compare_with_flanker (corpora, "abridged_localpart_invalid.txt", FALSE, "@example.com", differences);
  g_test_message ("%u agreed", agreed);
  g_assert_cmpuint (agreed, >=, 360);
  /* A difference that is gone is to be taken off the list. */
  g_assert_cmpuint (g_hash_table_size (differences), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/address/good", test_good);
  g_test_add_func ("/address/bad", test_bad);
  g_test_add_func ("/address/new", test_new);
  g_test_add_func ("/address/lists", test_lists);
  g_test_add_func ("/address/list-limits", test_list_limits);
  g_test_add_func ("/address/round-trip", test_round_trip);
  g_test_add_func ("/address/broken", test_broken);
  g_test_add_func ("/address/key", test_key);
  g_test_add_func ("/address/boxed", test_boxed);
  g_test_add_func ("/address/flanker", test_flanker);

  return g_test_run ();
}
