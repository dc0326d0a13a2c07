/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/intimail-maildir-name-private.h"

static const struct
{
  const char *name;
  gboolean ok;
  const char *unique;
  const char *base;
  const char *letters;
  gint64 size; /* -1: none */
} names[] = {
  { "1.a.host", TRUE, "1.a.host", "1.a.host", "", -1 },
  { "1.a.host,S=123", TRUE, "1.a.host", "1.a.host,S=123", "", 123 },
  { "1.a.host,S=123,W=130:2,FS", TRUE, "1.a.host", "1.a.host,S=123,W=130", "FS", 123 },
  { "1.a.host:2,", TRUE, "1.a.host", "1.a.host", "", -1 },
  { "1.a.host:2,SXz", TRUE, "1.a.host", "1.a.host", "SXz", -1 },
  { "1.a.host:1,exp", TRUE, "1.a.host", "1.a.host:1,exp", "", -1 },
  { "1.a.host,S=:2,S", TRUE, "1.a.host", "1.a.host,S=", "S", -1 },
  { "1.a.host,S=99999999999999999999999", TRUE, "1.a.host", "1.a.host,S=99999999999999999999999", "", -1 },
  { "1.a.host,S=-5", TRUE, "1.a.host", "1.a.host,S=-5", "", -1 },
  { "1.a.host:2,S,S=5", TRUE, "1.a.host", "1.a.host", "S,S=5", -1 },
  { "", FALSE, NULL, NULL, NULL, 0 },
  { ".hidden", FALSE, NULL, NULL, NULL, 0 },
  { "..", FALSE, NULL, NULL, NULL, 0 },
  { ":2,S", FALSE, NULL, NULL, NULL, 0 },
  { ",S=1", FALSE, NULL, NULL, NULL, 0 },
  { "a/b", FALSE, NULL, NULL, NULL, 0 },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      IntimailMaildirName parsed;

      g_assert_cmpint (intimail_maildir_name_parse (names[i].name, &parsed), ==, names[i].ok);
      if (!names[i].ok)
        continue;
      g_assert_cmpmem (parsed.name, parsed.unique_length, names[i].unique, strlen (names[i].unique));
      g_assert_cmpmem (parsed.name, parsed.base_length, names[i].base, strlen (names[i].base));
      g_assert_cmpstr (parsed.letters, ==, names[i].letters);
      g_assert_cmpint (parsed.has_size, ==, names[i].size >= 0);
      if (names[i].size >= 0)
        g_assert_cmpuint (parsed.size, ==, (guint64) names[i].size);
    }
}

static void
test_letters (void)
{
  static const char *const cases[][4] = {
    { "", "S", "", "S" },
    { "S", "S", "", "S" },
    { "SF", "", "S", "F" },
    { "Sab", "F", "a", "FSb" },
    { "XYS", "", "S", "XY" },
    { "S\xc3\xa4", "", "", "S\xc3\xa4" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = intimail_maildir_letters_change (cases[i][0], cases[i][1], cases[i][2]);

      g_assert_cmpstr (got, ==, cases[i][3]);
    }
}

static void
test_unique (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      char *name = intimail_maildir_name_make_unique ();
      IntimailMaildirName parsed;

      g_assert_true (intimail_maildir_name_parse (name, &parsed));
      g_assert_cmpuint (parsed.unique_length, ==, strlen (name));
      g_assert_true (g_hash_table_add (seen, name));
    }
}

/* The id is that of the unique part: neither flags nor a size that Dovecot
 * corrects change it. */
static void
test_id (void)
{
  static const char *const same[] = { "1.a.host", "1.a.host,S=5", "1.a.host,S=6:2,S", "1.a.host:2,FSa" };
  IntimailIdText first;

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      IntimailMaildirName parsed;
      IntimailIdText text;
      IntimailId id;
      IntimailId again;

      g_assert_true (intimail_maildir_name_parse (same[i], &parsed));
      id = intimail_maildir_name_get_id (&parsed);
      text = intimail_id_format ('m', &id);
      if (i == 0)
        first = text;
      g_assert_cmpstr (text.text, ==, first.text);
      g_assert_cmpuint (strlen (text.text), ==, INTIMAIL_ID_TEXT_LENGTH);
      g_assert_true (intimail_id_parse ('m', text.text, strlen (text.text), &again));
      g_assert_cmpint (intimail_id_compare (&id, &again), ==, 0);
      g_assert_false (intimail_id_parse ('t', text.text, strlen (text.text), &again));
      text.text[26] = 'b'; /* bits that no id has */
      g_assert_false (intimail_id_parse ('m', text.text, strlen (text.text), &again));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/maildir-name/parse", test_parse);
  g_test_add_func ("/maildir-name/letters", test_letters);
  g_test_add_func ("/maildir-name/unique", test_unique);
  g_test_add_func ("/maildir-name/id", test_id);

  return g_test_run ();
}
