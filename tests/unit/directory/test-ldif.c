/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-ldif-private.h"
#include "test-support.h"

static IntimailLdif *
parse (const char *text, GError **error)
{
  return intimail_ldif_parse (text, strlen (text), "f", &intimail_ldif_default_limits, error);
}

static void
test_good (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *dn;    /* of the last entry */
    const char *value; /* of its attribute "x" */
  } cases[] = {
    { "plain", "dn: cn=a\nx: y\n", "cn=a", "y" },
    { "version", "version: 1\n\ndn: cn=a\nx: y\n", "cn=a", "y" },
    { "version, no blank line", "version: 1\ndn: cn=a\nx: y\n", "cn=a", "y" },
    { "no final newline", "dn: cn=a\nx: y", "cn=a", "y" },
    { "CRLF", "dn: cn=a\r\nx: y\r\n\r\ndn: cn=b\r\nx: z\r\n", "cn=b", "z" },
    { "folded", "dn: cn=\n a\nx: on\n e t\n wo\n", "cn=a", "one two" },
    { "folded CRLF", "dn: cn=\r\n a\r\nx: on\r\n e\r\n", "cn=a", "one" },
    { "base64", "dn:: Y249YQ==\nx:: aG8gaG8=\n", "cn=a", "ho ho" },
    { "folded base64", "dn: cn=a\nx:: aG8\n gaG8=\n", "cn=a", "ho ho" },
    { "empty base64", "dn: cn=a\nx::\n", "cn=a", "" },
    { "no blank after colon", "dn:cn=a\nx:y\n", "cn=a", "y" },
    { "empty value", "dn: cn=a\nx:\n", "cn=a", "" },
    { "comments", "# one\n\n# two\n  folded\ndn: cn=a\n# three\nx: y\n# four\n", "cn=a", "y" },
    { "many blank lines", "\n\n\ndn: cn=a\nx: y\n\n \n\n\ndn: cn=b\nx: z\n\n\n", "cn=b", "z" },
    { "case of names", "DN: cn=a\nX: y\n", "cn=a", "y" },
    { "option", "dn: cn=a\nx;lang-en: z\nx: y\n", "cn=a", "y" },
    { "UTF-8", "dn: cn=a\nx: \xc3\xa9\n", "cn=a", "\xc3\xa9" },
    { "colons in the value", "dn: cn=a\nx: a:b::c\n", "cn=a", "a:b::c" },
    { "number sign in the value", "dn: cn=a\nx: #y\n", "cn=a", "#y" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      IntimailLdif *ldif = parse (cases[i].text, &error);
      IntimailLdifEntry *entry;

      g_test_message ("%s", cases[i].name);
      g_assert_no_error (error);
      entry = ldif->entries->pdata[ldif->entries->len - 1];
      g_assert_cmpstr (entry->dn, ==, cases[i].dn);
      g_assert_cmpstr (intimail_ldif_entry_get (entry, "x")->value, ==, cases[i].value);
      intimail_ldif_free (ldif);
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    const char *message; /* how it begins */
  } cases[] = {
    { "x: y\n", "f:1: an entry begins with \"dn: \"" },
    { "\n\nfoo\n", "f:3: no \":\"" },
    { "dn: cn=a\nx y\n", "f:2: no \":\"" },
    { "dn: cn=a\nx: 1\n \n y\nb@d: z\n", "f:5: what stands before \":\"" },
    { "dn: cn=a\n: z\n", "f:2: what stands before \":\"" },
    { "dn: cn=a\nx:: a!b\n", "f:2: what stands after \"::\" is not base64" },
    { "dn: cn=a\nx:: abc\n", "f:2: what stands after \"::\" is not base64" },
    { "dn: cn=a\nx:< file:///etc/shadow\n", "f:2: values by URL" },
    { "dn: cn=a\nx: \xff\n", "f:2: the value is not UTF-8" },
    { "dn:: /w==\nx: y\n", "f:1: an entry begins with" },
    { "dn: cn=a\nchangetype: add\n", "f:2: this is a list of changes" },
    { "dn: cn=a\nx: y\ndn: cn=b\nx: y\n", "f:3: a second \"dn\"" },
    { "dn: cn=a\n\n", "f:2: the entry \"cn=a\" is empty" },
    { "version: 2\n", "f:1: LDIF version \"2\" is not known" },
    { "dn: cn=a\nx: y\n\nversion: 1\n", "f:4: an entry begins with" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].text, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, cases[i].message));
    }
}

static void
test_nul (void)
{
  static const char text[] = "dn: cn=a\nx: a\0b\n";
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_ldif_parse (text, sizeof text - 1, "f", &intimail_ldif_default_limits, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "f:2: the line holds a NUL byte");
}

static void
test_limits (void)
{
  static const IntimailLdifLimits limits = { .max_line = 20, .max_entries = 2, .max_values = 2 };
  static const struct
  {
    const char *text;
    const char *message; /* NULL when all is well */
  } cases[] = {
    { "dn: cn=a\nx: y\nx: z\n\ndn: cn=b\nx: y\n", NULL },
    { "dn: cn=a\nx: 78901234567890\n 123\n", NULL },
    { "dn: cn=a\nx: 78901234567890\n 12345\n", "f:2: the line has over 20 bytes" },
    { "dn: cn=a\nx: y\nx: z\nx: z\n", "f:4: the entry has over 2 values" },
    { "dn: cn=a\nx: y\n\ndn: cn=b\nx: y\n\ndn: cn=c\nx: y\n", "f:7: the file has over 2 entries, which is all that one may have: take an LDAP server" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      IntimailLdif *ldif = intimail_ldif_parse (cases[i].text, strlen (cases[i].text), "f", &limits, &error);

      if (cases[i].message == NULL)
        {
          g_assert_no_error (error);
        }
      else
        {
          g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
          g_assert_cmpstr (error->message, ==, cases[i].message);
        }
      intimail_ldif_free (ldif);
    }
}

static void
test_unchanged_is_the_same (void)
{
  static const char *const texts[] = {
    "version: 1\n# c\n\n\n# d\ndn: cn=a\nx:: eQ==\n\n# end\n",
    "dn: cn=a\nx:y\n\n\n\ndn: cn=b\nx:  y\n",
    "\n\n# only a comment\n",
    "dn: cn=a\r\nx: y\r\n\r\ndn: cn=b\r\nx: y\r\n",
    "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      IntimailLdif *ldif = parse (texts[i], NULL);
      gsize length;
      g_autofree char *text = intimail_ldif_to_string (ldif, &length);

      g_assert_cmpmem (text, length, texts[i], strlen (texts[i]));
      intimail_ldif_free (ldif);
    }
}

static void
test_changed_keeps_the_rest (void)
{
  static const char *const two[] = { "1", "2", NULL };
  IntimailLdif *ldif = parse ("version: 1\ndn: cn=a\n# inside\nx: y\nphoto:: AAEC\nx: z\nlast: w\n"
                              "\n# before b\ndn: cn=b\nx:y",
                              NULL);
  IntimailLdifEntry *entry = ldif->entries->pdata[0];
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  gsize length;

  intimail_ldif_entry_set (entry, "X", two);
  entry = intimail_ldif_add_entry (ldif, "cn=c");
  intimail_ldif_entry_set_one (entry, "x", "new");
  text = intimail_ldif_to_string (ldif, &length);
  g_assert_cmpstr (text, ==,
                   "version: 1\n# inside\ndn: cn=a\nX: 1\nX: 2\nphoto:: AAEC\nlast: w\n"
                   "\n# before b\ndn: cn=b\nx:y\n"
                   "\ndn: cn=c\nx: new\n");
  intimail_ldif_free (ldif);

  /* Nothing grows when it is written again and again. */
  ldif = parse (text, NULL);
  again = intimail_ldif_to_string (ldif, &length);
  g_assert_cmpstr (again, ==, text);
  intimail_ldif_remove_entry (ldif, ldif->entries->pdata[1]);
  g_free (again);
  again = intimail_ldif_to_string (ldif, &length);
  g_assert_null (strstr (again, "cn=b"));
  g_assert_nonnull (strstr (again, "cn=c"));
  intimail_ldif_free (ldif);
}

/* Whatever is written is read as the same. */
static void
test_round_trip_of_values (void)
{
  static const char *const values[] = {
    "plain", " blank first", "blank last ", ":colon", "<less", "line\nend", "cr\r", "\xc3\xa9t\xc3\xa9",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"
    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
    NULL
  };
  IntimailLdif *ldif = parse ("", NULL);
  IntimailLdifEntry *entry = intimail_ldif_add_entry (ldif, "cn=\xc3\xa9");
  g_autofree char *text = NULL;
  g_autofree const char **list = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  intimail_ldif_entry_set (entry, "x", values);
  text = intimail_ldif_to_string (ldif, &length);
  intimail_ldif_free (ldif);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 76);
  g_assert_true (g_str_is_ascii (text));

  ldif = parse (text, &error);
  g_assert_no_error (error);
  entry = ldif->entries->pdata[0];
  g_assert_cmpstr (entry->dn, ==, "cn=\xc3\xa9");
  list = intimail_ldif_entry_list (entry, "x");
  g_assert_cmpstrv (list, (char **) values);
  intimail_ldif_free (ldif);
}

static void
test_normalize_dn (void)
{
  static const char *const cases[][2] = {
    { "dc=home,dc=example", "dc=home,dc=example" },
    { "DC=Home, DC = Example ", "dc=home,dc=example" },
    { "  cn=a b ,dc=x", "cn=a b,dc=x" },
    { "cn=a\\, b,dc=x", "cn=a\\, b,dc=x" },
    { "cn=a\\", "cn=a\\" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *dn = intimail_ldif_normalize_dn (cases[i][0]);

      g_assert_cmpstr (dn, ==, cases[i][1]);
    }
}

static void
read_corpus_file (const char *path, const char *name)
{
  g_autoptr (GBytes) bytes = test_support_read_file (path);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  IntimailLdif *ldif = intimail_ldif_parse (data, length, name, &intimail_ldif_default_limits, &error);

  /* Lists of changes are refused, and said to be that. */
  if (ldif == NULL)
    {
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "list of changes"));
      return;
    }
  {
    g_autofree char *text = intimail_ldif_to_string (ldif, &length);

    g_assert_true (g_str_has_prefix (text, data) || strlen (text) >= length);
  }
  g_test_message ("%s: %u entries", name, ldif->entries->len);
  intimail_ldif_free (ldif);
}

static void
test_corpora (void)
{
  static const char *const folders[] = { "futurama", "openldap" };
  const char *corpora = test_support_get_corpora ();

  for (gsize i = 0; corpora != NULL && i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (corpora, "ldap", folders[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      g_assert_nonnull (dir);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          if (g_str_has_suffix (name, ".ldif"))
            read_corpus_file (path, name);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ldif/good", test_good);
  g_test_add_func ("/ldif/bad", test_bad);
  g_test_add_func ("/ldif/nul", test_nul);
  g_test_add_func ("/ldif/limits", test_limits);
  g_test_add_func ("/ldif/unchanged-is-the-same", test_unchanged_is_the_same);
  g_test_add_func ("/ldif/changed-keeps-the-rest", test_changed_keeps_the_rest);
  g_test_add_func ("/ldif/round-trip-of-values", test_round_trip_of_values);
  g_test_add_func ("/ldif/normalize-dn", test_normalize_dn);
  g_test_add_func ("/ldif/corpora", test_corpora);

  return g_test_run ();
}
