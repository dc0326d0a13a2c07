/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "message/intimail-file-name-private.h"

static const struct
{
  const char *name;
  const char *extension;
  const char *safe;
} cases[] = {
  { "a.txt", NULL, "a.txt" },
  { "un caf\303\251.pdf", ".pdf", "un caf\303\251.pdf" },
  { "A.PDF", ".pdf", "A.PDF" },
  { NULL, ".png", "unnamed.png" },
  { "", NULL, "unnamed" },
  { "../../etc/passwd", NULL, "passwd" },
  { "..", NULL, "unnamed" },
  { "../", NULL, "unnamed" },
  { "/etc/", NULL, "unnamed" },
  { "C:\\windows\\a.txt", NULL, "a.txt" },
  { "C:a.txt", NULL, "C_a.txt" },
  { "a.txt:stream", NULL, "a.txt_stream" },
  { "..\\..\\a.txt", NULL, "a.txt" },
  { ".bashrc", NULL, "bashrc" },
  { "-rf", NULL, "rf" },
  { "a.txt. . ", NULL, "a.txt" },
  { "a\tb\nc", NULL, "abc" },
  { "a<b>c|d?e*f\"g", NULL, "a_b_c_d_e_f_g" },
  { "invoice\342\200\256fdp.exe", NULL, "invoicefdp.exe" },
  { "a\342\200\213b\302\240c.txt", NULL, "ab c.txt" },
  { "con", NULL, "_con" },
  { "CON.txt", NULL, "_CON.txt" },
  { "Aux .txt", NULL, "_Aux .txt" },
  { "com1", NULL, "_com1" },
  { "lpt9.tar.gz", NULL, "_lpt9.tar.gz" },
  { "com", NULL, "com" },
  { "com10.txt", NULL, "com10.txt" },
  { "console", NULL, "console" },
  { "a.pdf", ".bin", "a.pdf.bin" },
  { "Mr. Smith", ".txt", "Mr. Smith.txt" },
  { ".", ".png", "unnamed.png" },
};

static void
test_safe (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *safe = intimail_file_name_make_safe (cases[i].name, cases[i].extension);

      g_assert_cmpstr (safe, ==, cases[i].safe);
    }
}

static void
test_long (void)
{
  g_autofree char *many = g_strnfill (1000, 'x');
  g_autofree char *name = g_strconcat ("\303\251", many, "\303\251.pdf", NULL);
  g_autoptr (GString) wide = g_string_new (NULL);

  for (int i = 0; i < 300; i++)
    {
      g_autofree char *safe = NULL;

      g_string_append (wide, "\342\202\254");
      safe = intimail_file_name_make_safe (wide->str, ".png");
      g_assert_true (g_utf8_validate (safe, -1, NULL));
      g_assert_true (g_str_has_suffix (safe, "\342\202\254.png"));
      g_assert_cmpuint (strlen (safe), <=, INTIMAIL_FILE_NAME_MAX);
    }
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *safe = intimail_file_name_make_safe (name, i == 0 ? NULL : ".bin");

      g_assert_true (g_utf8_validate (safe, -1, NULL));
      g_assert_cmpuint (strlen (safe), ==, INTIMAIL_FILE_NAME_MAX);
      g_assert_true (g_str_has_suffix (safe, i == 0 ? "x.pdf" : "x.pdf.bin"));
    }
}

/* Whatever the bytes are. */
static void
test_random (void)
{
  static const char *const pieces[] = { ".", "..", "/", "\\", " ", "-", "a", "con", "\342\200\256", "\r\n", "\302\205", "\303\251", ":", "aux", ".txt", "\177" };
  g_autoptr (GRand) random = g_rand_new_with_seed (20151209);

  for (int i = 0; i < 20000; i++)
    {
      g_autoptr (GString) name = g_string_new (NULL);
      g_autofree char *safe = NULL;
      g_autofree char *again = NULL;

      for (int n = g_rand_int_range (random, 0, 12); n > 0; n--)
        g_string_append (name, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      safe = intimail_file_name_make_safe (name->str, NULL);
      again = intimail_file_name_make_safe (safe, NULL);
      g_assert_cmpstr (safe, !=, "");
      g_assert_cmpstr (safe, ==, again);
      g_assert_null (strpbrk (safe, "/\\:\r\n\177"));
      g_assert_true (*safe != '.' && *safe != '-');
    }
}

static void
test_unique (void)
{
  static const char *const names[][2] = {
    { "a.txt", "a.txt" },
    { "A.TXT", "A (2).TXT" },
    { "a.txt", "a (3).txt" },
    { "b", "b" },
    { "b", "b (2)" },
    { "c (2)", "c (2)" },
    { "c", "c" },
    { "c", "c (3)" },
    { "e\314\201", "e\314\201" },
    { "\303\251", "\303\251 (2)" },
  };
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = intimail_file_name_make_unique (names[i][0], taken);

      g_assert_cmpstr (name, ==, names[i][1]);
    }
  for (int i = 0; i < 10000; i++)
    g_free (intimail_file_name_make_unique ("many", taken));
  g_assert_cmpuint (g_hash_table_size (taken), ==, 10010);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/file-name/safe", test_safe);
  g_test_add_func ("/file-name/long", test_long);
  g_test_add_func ("/file-name/random", test_random);
  g_test_add_func ("/file-name/unique", test_unique);

  return g_test_run ();
}
