/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"
#include "test-support.h"

static void
test_uid (void)
{
  static const struct
  {
    const char *uid;
    gboolean valid;
  } cases[] = {
    { "ann", TRUE },
    { "a", TRUE },
    { "0ann.b_c-d", TRUE },
    { "a234567890123456789012345678901234567890123456789012345678901234", TRUE },
    { "a2345678901234567890123456789012345678901234567890123456789012345", FALSE },
    { "", FALSE },
    { "Ann", FALSE },
    { ".ann", FALSE },
    { "-ann", FALSE },
    { "_ann", FALSE },
    { "an..n", FALSE },
    { "a/b", FALSE },
    { "a b", FALSE },
    { "ann\n", FALSE },
    { "a,dc=x", FALSE },
    { "\xc3\xa9mile", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].uid);
      g_assert_cmpint (intimail_person_is_valid_uid (cases[i].uid), ==, cases[i].valid);
    }
}

static void
test_owns_address (void)
{
  static const char *const aliases[] = { "a.smith@home.example", "chlo\xc3\xa9@caf\xc3\xa9.example", NULL };
  static const struct
  {
    const char *address;
    gboolean owned;
  } cases[] = {
    { "ann@home.example", TRUE },
    { "ANN@Home.EXAMPLE", TRUE },
    { "ann+list@home.example", TRUE },
    { "a.smith@home.example", TRUE },
    { "a.smith+x+y@home.example", TRUE },
    { "chlo\xc3\xa9@xn--caf-dma.example", TRUE },
    { "ben@home.example", FALSE },
    { "ann@example", FALSE },
    { "+ann@home.example", FALSE },
    { "ann", FALSE },
    { "", FALSE },
  };
  IntimailPerson *person = intimail_person_new ("ann", "ann@home.example");

  intimail_person_set_aliases (person, aliases);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].address);
      g_assert_cmpint (intimail_person_owns_address (person, cases[i].address), ==, cases[i].owned);
    }
  test_support_assert_finalized (person);
}

static void
test_active (void)
{
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");

  g_assert_true (intimail_person_is_active (person));
  intimail_person_set_expiry (person, 1);
  g_assert_false (intimail_person_is_active (person));
  intimail_person_set_expiry (person, G_GINT64_CONSTANT (253402300799));
  g_assert_true (intimail_person_is_active (person));
  intimail_person_set_status (person, INTIMAIL_PERSON_STATUS_DISABLED);
  g_assert_false (intimail_person_is_active (person));
}

static void
test_check (void)
{
  static const struct
  {
    const char *uid;
    const char *mail;
    const char *alias;
    gint64 expiry;
    const char *message; /* part of it, or NULL when all is well */
  } cases[] = {
    { "ann", "ann@home.example", NULL, 0, NULL },
    { "ann", "ann@home.example", "chlo\xc3\xa9@home.example", 1, NULL },
    { "Ann", "ann@home.example", NULL, 0, "cannot be a uid" },
    { "ann", "ann", NULL, 0, "cannot be a main address" },
    { "ann", "", NULL, 0, "cannot be a main address" },
    { "ann", "Ann <ann@home.example>", NULL, 0, "cannot be a main address" },
    { "ann", "chlo\xc3\xa9@home.example", NULL, 0, "must be ASCII" },
    { "ann", "ann@home.example", "b", 0, "cannot be an alias" },
    { "ann", "ann@home.example", NULL, -1, "expiry" },
    { "ann", "ann@home.example", NULL, G_GINT64_CONSTANT (253402300800), "expiry" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailPerson) person = intimail_person_new (cases[i].uid, cases[i].mail);
      const char *aliases[] = { cases[i].alias, NULL };
      g_autoptr (GError) error = NULL;

      intimail_person_set_aliases (person, aliases);
      intimail_person_set_expiry (person, cases[i].expiry);
      g_assert_cmpint (intimail_person_check (person, &error), ==, cases[i].message == NULL);
      if (cases[i].message == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

static void
test_merge_list (void)
{
  static const struct
  {
    const char *current, *origin, *wanted, *merged;
  } cases[] = {
    { "a b", "a b", "a b", "a b" },
    { "a b c", "a b", "a b d", "a b c d" }, /* both added */
    { "a", "a b", "b", "" },                /* both removed */
    { "a b c", "a b", "b", "b c" },         /* one added, one removed */
    { "a b", "a b", "b a", "a b" },         /* order alone is no change */
    { "a d", "a", "a d", "a d" },           /* both added the same */
    { "a b c", NULL, "x", "x" },            /* never lent: all is wanted */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) current = g_strsplit (cases[i].current, " ", -1);
      g_auto (GStrv) origin = cases[i].origin != NULL ? g_strsplit (cases[i].origin, " ", -1) : NULL;
      g_auto (GStrv) wanted = g_strsplit (cases[i].wanted, " ", -1);
      g_auto (GStrv) merged = intimail_person_merge_list ((const char *const *) current,
                                                          (const char *const *) origin,
                                                          (const char *const *) wanted);
      g_autofree char *text = g_strjoinv (" ", merged);

      g_assert_cmpstr (text, ==, cases[i].merged);
    }
}

static void
test_group (void)
{
  static const char *const members[] = { "ann", "ben", NULL };
  IntimailGroup *group = intimail_group_new ("family");
  g_autoptr (GError) error = NULL;

  intimail_group_set_members (group, members);
  g_assert_true (intimail_group_has_member (group, "ben"));
  g_assert_false (intimail_group_has_member (group, "Ben"));
  g_assert_true (intimail_group_check (group, &error));
  intimail_group_set_mail (group, "nonsense");
  g_assert_false (intimail_group_check (group, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  test_support_assert_finalized (group);
}

/* The short way to a key and the long one lead to the same, or the short one is not
 * taken. */
static void
test_address_key (void)
{
  static const char pieces[] = "abzAZ09..--__++@@ \"x\\(),;:<>[]n\xc3";

  for (guint i = 0; i < 200000; i++)
    {
      GString *text = g_string_new (NULL);
      g_autofree char *key = NULL;
      g_autofree char *wanted = NULL;
      g_autoptr (IntimailAddress) address = NULL;

      for (gint32 n = g_test_rand_int_range (1, 12); n > 0; n--)
        g_string_append_c (text, pieces[g_test_rand_int_range (0, (gint32) strlen (pieces))]);
      if (g_test_rand_bit ())
        g_string_append (text, "@ab.example");
      address = intimail_address_parse (text->str, NULL);
      wanted = address != NULL ? intimail_address_get_key (address) : NULL;
      key = intimail_person_make_address_key (text->str);
      if (g_strcmp0 (key, wanted) != 0)
        g_error ("\"%s\" is \"%s\", not \"%s\"", text->str, key, wanted);
      g_string_free (text, TRUE);
    }
}

static void
test_long_addresses (void)
{
  for (gsize length = 1; length < 300; length++)
    {
      g_autofree char *letters = g_strnfill (length, 'a');
      g_autofree char *local = g_strconcat (letters, "@ab.example", NULL);
      g_autofree char *label = g_strconcat ("x@", letters, ".example", NULL);
      g_autofree char *labels = g_strconcat ("x@a.", letters, "b.", letters, ".example", NULL);
      const char *const cases[] = { local, label, labels };

      for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_autoptr (IntimailAddress) address = intimail_address_parse (cases[i], NULL);
          g_autofree char *wanted = address != NULL ? intimail_address_get_key (address) : NULL;
          g_autofree char *key = intimail_person_make_address_key (cases[i]);

          g_assert_cmpstr (key, ==, wanted);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/person/uid", test_uid);
  g_test_add_func ("/person/owns-address", test_owns_address);
  g_test_add_func ("/person/active", test_active);
  g_test_add_func ("/person/check", test_check);
  g_test_add_func ("/person/merge-list", test_merge_list);
  g_test_add_func ("/person/group", test_group);

  g_test_add_func ("/person/address-key", test_address_key);
  g_test_add_func ("/person/long-addresses", test_long_addresses);

  return g_test_run ();
}
