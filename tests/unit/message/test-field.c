/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The forms of a field: tables of what mail really has.
 */

#include <string.h>

#include <intimail/intimail.h>

#include "message/intimail-encoded-word-private.h"
#include "message/intimail-field-private.h"

static GPtrArray *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GArray) raw = g_array_new (FALSE, FALSE, sizeof (IntimailRawField));
  guint budget = 100;

  intimail_raw_fields_parse (raw, g_bytes_get_data (bytes, NULL), 0, g_bytes_get_size (bytes), &budget, NULL, NULL);
  return intimail_fields_new (bytes, (const IntimailRawField *) raw->data, raw->len);
}

static const struct
{
  const char *value;
  const char *text;
} texts[] = {
  { " plain", "plain" },
  { " two\r\n lines", "two lines" },
  { "  =?UTF-8?q?caf=C3=A9_x?= ", "caf\303\251 x" },
  { " =?utf-8?B?Y2Fmw6k=?= =?utf-8?B?IQ==?=", "caf\303\251!" },
  { " =?utf-8?Q?=C3?=\n =?utf-8?Q?=A9?=", "\303\251" },
  { " =?utf-8?Q?a?= =?iso-8859-1?Q?=E9?= b", "a\303\251 b" },
  { " =?iso-8859-1*fr?Q?=E9?=", "\303\251" },
  { " x=?utf-8?Q?a?=", "x=?utf-8?Q?a?=" },
  { " =?utf-8?Q?a?=x", "=?utf-8?Q?a?=x" },
  { " =?utf-8?Q?a b?=", "=?utf-8?Q?a b?=" },
  { " =?utf-8?X?a?=", "=?utf-8?X?a?=" },
  { " =?nonsense?Q?a?=", "=?nonsense?Q?a?=" },
  { " =?utf-8?Q?a", "=?utf-8?Q?a" },
  { " =?utf-8?Q?=00=0A=07b?=", "b" },
  { " =?utf-8?Q?=FF?=", "\357\277\275" },
  { " =?gb2312?Q?=94=A9?=", "\346\225\245" }, /* of GBK */
  { " =?iso-2022-jp?B?GyRCLSEbKEI=?=", "\342\221\240" },
  { " =?euc-kr?Q?=C0=DA=C2=F7?=", "\354\236\220\354\260\250" },
  { " e\314\201", "\303\251" },
  { " caf\351", "caf\303\251" },
  { "", "" },
};

static void
test_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *header = g_strconcat ("Subject:", texts[i].value, "\n", NULL);
      g_autoptr (GPtrArray) fields = parse (header);
      g_autofree char *text = intimail_field_get_text (g_ptr_array_index (fields, 0));

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (fields->len, ==, 1);
      g_assert_cmpstr (text, ==, texts[i].text);
    }
}

static const struct
{
  const char *value;
  const char *list; /* name <email>, and [group] before its addresses */
} addresses[] = {
  { "ann@home.example", "<ann@home.example>" },
  { "Ann <ann@home.example>", "Ann <ann@home.example>" },
  { "<ann@home.example>", "<ann@home.example>" },
  { "ann@home.example (Ann (the) Admin)", "Ann (the) Admin <ann@home.example>" },
  { "\"Smith, Ann\" <ann@home.example>, b@home.example", "Smith, Ann <ann@home.example>|<b@home.example>" },
  { "\"a \\\"b\\\" c\" <a@x>", "a \"b\" c <a@x>" },
  { "\"john doe\"@x", "<\"john doe\"@x>" },
  { "=?utf-8?Q?Chlo=C3=A9?= <c@x>", "Chlo\303\251 <c@x>" },
  { "=?utf-8?Q?Chlo=C3=A9,_:)?=\n <c@x>, d@x", "Chlo\303\251, :) <c@x>|<d@x>" },
  { "=?utf-8?Q?a<b@x>,?= <c@x>", "a<b@x>, <c@x>" },
  { "\"=?utf-8?Q?Chlo=C3=A9?=\" <c@x>", "Chlo\303\251 <c@x>" },
  { "Family: a@x, B <b@x>;, c@x", "[Family]|<a@x>|B <b@x>|[]|<c@x>" },
  { "undisclosed-recipients:;", "[undisclosed-recipients]" },
  { "Ann ann@x", "Ann <ann@x>" },
  { "root", "<root>" },
  { "a@x; b@x", "<a@x>|<b@x>" },
  { "<@relay,@other:a@x>", "<a@x>" },
  { "Ann <ann @ x . example>", "Ann <ann@x.example>" },
  { "Ann <ann@x", "Ann <ann@x>" },
  { "Ann Smith", "Ann Smith <>" },
  { "Ann <>", "Ann <>" },
  { "<>", "<>" },
  { ",,a@x,,", "<a@x>" },
  { "\"never closed <a@x>", "never closed <a@x>" },
  { "", "" },
};

static void
test_addresses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *header = g_strconcat ("To: ", addresses[i].value, "\n", NULL);
      g_autoptr (GPtrArray) fields = parse (header);
      g_autoptr (GPtrArray) groups = intimail_field_get_groups (g_ptr_array_index (fields, 0));
      g_autoptr (GString) list = g_string_new (NULL);
      gboolean grouped = FALSE;

      for (guint g = 0; g < groups->len; g++)
        {
          IntimailFieldGroup *group = g_ptr_array_index (groups, g);

          if (group->name != NULL || grouped)
            g_string_append_printf (list, "%s[%s]", list->len > 0 ? "|" : "", group->name != NULL ? group->name : "");
          grouped = group->name != NULL;
          for (guint a = 0; a < group->addresses->len; a++)
            {
              IntimailAddress *address = g_ptr_array_index (group->addresses, a);
              const char *name = intimail_address_get_name (address);

              g_string_append_printf (list, "%s%s%s<%s>", list->len > 0 ? "|" : "", name, *name != '\0' ? " " : "", intimail_address_get_email (address));
            }
        }
      g_test_message ("%s", addresses[i].value);
      g_assert_cmpstr (list->str, ==, addresses[i].list);
    }
}

static void
test_raw (void)
{
  static const char bytes[] = "X-A : a\0b\377\r\n c\r\nx";
  g_autoptr (GBytes) message = g_bytes_new_static (bytes, sizeof bytes - 1);
  g_autoptr (GArray) raws = g_array_new (FALSE, FALSE, sizeof (IntimailRawField));
  guint budget = 10;
  gsize body = intimail_raw_fields_parse (raws, g_bytes_get_data (message, NULL), 0, sizeof bytes - 1, &budget, NULL, NULL);
  g_autoptr (GPtrArray) fields = intimail_fields_new (message, (const IntimailRawField *) raws->data, raws->len);
  IntimailField *field = intimail_fields_find (fields, "x-a");
  g_autofree char *raw = intimail_field_get_raw (field);
  g_autoptr (GBytes) value = intimail_field_get_bytes (field);

  g_assert_cmpstr (intimail_field_get_name (field), ==, "X-A");
  g_assert_cmpstr (raw, ==, " ab\357\277\275\r\n c");
  g_assert_cmpuint (g_bytes_get_size (value), ==, 9);
  g_assert_cmpuint (body, ==, sizeof bytes - 2);
  g_assert_cmpuint (budget, ==, 9);
}

static void
test_ids (void)
{
  static const struct
  {
    const char *value;
    const char *ids;
  } cases[] = {
    { "<a@x>", "a@x" },
    { "<a@x><b@x>\n <c@x>", "a@x b@x c@x" },
    { "Your mail of < a@x > today", "a@x" },
    { "bare@x", "bare@x" },
    { "no id", NULL },
    { "<", NULL },
    { "<>", NULL },
    { "<a@x <b@x>", "b@x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *header = g_strconcat ("References: ", cases[i].value, "\n", NULL);
      g_autoptr (GPtrArray) fields = parse (header);
      g_auto (GStrv) ids = intimail_field_get_message_ids (g_ptr_array_index (fields, 0));
      g_autofree char *joined = ids != NULL ? g_strjoinv (" ", ids) : NULL;

      g_assert_cmpstr (joined, ==, cases[i].ids);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) ids = g_string_new ("References:");
  g_autoptr (GString) list = g_string_new ("To:");
  g_autoptr (GPtrArray) fields = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_auto (GStrv) some = NULL;

  for (int i = 0; i < 3000; i++)
    g_string_append (ids, " <a@x>");
  for (int i = 0; i < 2 * INTIMAIL_FIELD_MAX_ADDRESSES; i++)
    g_string_append (list, "a@x,");
  g_string_append_printf (ids, "\n%s\n", list->str);
  fields = parse (ids->str);
  some = intimail_field_get_message_ids (g_ptr_array_index (fields, 0));
  all = intimail_field_get_addresses (g_ptr_array_index (fields, 1));
  g_assert_cmpuint (g_strv_length (some), ==, INTIMAIL_FIELD_MAX_MESSAGE_IDS);
  g_assert_cmpuint (all->len, ==, INTIMAIL_FIELD_MAX_ADDRESSES);
}

/* Whatever opens and never closes is looked at once: looked at again for each
 * opening, it takes longer than any test may. */
static void
test_openings (void)
{
  static const char *const pieces[] = { "\"\\", "<a,", "(\"<", "<\"", ":;", "=?a?q?" };

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) header = g_string_new ("To:");
      g_autoptr (GPtrArray) fields = NULL;
      g_autoptr (GPtrArray) list = NULL;

      while (header->len < 1000000)
        g_string_append (header, pieces[i]);
      fields = parse (header->str);
      list = intimail_field_get_addresses (g_ptr_array_index (fields, 0));
      g_assert_nonnull (list);
    }
}

/* The short way to normalization form C comes to the same as the long one, whatever two
 * characters stand beside each other: before each stands one that takes what it can. */
static void
test_composed (void)
{
  static const char *const before[] = { "A", "\352\260\200", "\340\247\207", "\316\231" };

  for (gunichar c = 1; c < 0x10000; c++)
    {
      char text[16];
      gsize used = 0;

      if (!g_unichar_validate (c))
        continue;
      for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
        {
          g_autofree char *found = NULL;
          g_autofree char *wanted = NULL;

          used = g_strlcpy (text, before[i], sizeof text);
          used += (gsize) g_unichar_to_utf8 (c, text + used);
          text[used] = '\0';
          found = intimail_encoded_words_compose (text);
          wanted = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
          g_assert_cmpstr (found, ==, wanted);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/field/text", test_text);
  g_test_add_func ("/field/addresses", test_addresses);
  g_test_add_func ("/field/raw", test_raw);
  g_test_add_func ("/field/ids", test_ids);
  g_test_add_func ("/field/composed", test_composed);
  g_test_add_func ("/field/limits", test_limits);
  g_test_add_func ("/field/openings", test_openings);

  return g_test_run ();
}
