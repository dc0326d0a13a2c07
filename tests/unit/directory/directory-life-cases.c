/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People and addresses that end.
 */

#include "directory-cases.h"

#include <string.h>

#include <intimail/intimail-error.h>

static IntimailPerson *
lookup (DirectoryFixture *fixture, const char *uid)
{
  g_autoptr (GError) error = NULL;
  IntimailPerson *person = intimail_directory_lookup_person (fixture->directory, uid, NULL, &error);

  g_assert_no_error (error);
  return person;
}

static void
update (DirectoryFixture *fixture, IntimailPerson *person)
{
  g_autoptr (GError) error = NULL;

  intimail_directory_update_person (fixture->directory, person, NULL, &error);
  g_assert_no_error (error);
}

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static int
compare_aliases (gconstpointer a, gconstpointer b)
{
  return strcmp (intimail_temporary_alias_get_address (*(IntimailTemporaryAlias *const *) a),
                 intimail_temporary_alias_get_address (*(IntimailTemporaryAlias *const *) b));
}

/* In order: values of LDAP have none. */
static char *
join_aliases (IntimailPerson *person)
{
  g_autoptr (GPtrArray) aliases = intimail_person_get_temporary_aliases (person);
  GString *text = g_string_new (NULL);

  g_ptr_array_sort (aliases, compare_aliases);
  for (guint i = 0; i < aliases->len; i++)
    g_string_append_printf (text, "%s%s/%" G_GINT64_FORMAT "/%s", i > 0 ? " " : "",
                            intimail_temporary_alias_get_address (aliases->pdata[i]),
                            intimail_temporary_alias_get_expiry (aliases->pdata[i]),
                            intimail_temporary_alias_get_note (aliases->pdata[i]));

  return g_string_free (text, FALSE);
}

static void
test_all_of_it_comes_back (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailPerson) known = NULL;
  g_autoptr (GPtrArray) aliases = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  intimail_person_set_removal (ann, 4000000000);
  intimail_person_set_deletes_mail (ann, TRUE);
  intimail_person_set_maildir (ann, "old/Ann Sm\xc3\xadth");
  intimail_person_set_mail_host (ann, "mx2.home.example");
  intimail_person_set_admin_domains (ann, (const char *const[]){ "club.example", NULL });
  g_ptr_array_add (aliases, intimail_temporary_alias_new ("shop@home.example", 1924991999, "the shop, \xc3\xa0 c\xc3\xb4t\xc3\xa9"));
  g_ptr_array_add (aliases, intimail_temporary_alias_new ("\xc3\xa4\x62@home.example", 0, ""));
  intimail_person_set_temporary_aliases (ann, aliases);
  g_assert_true (intimail_directory_add_person (fixture->directory, ann, NULL, NULL, &error));
  g_assert_no_error (error);

  known = intimail_directory_lookup_person (other, "ann", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (intimail_person_get_removal (known), ==, 4000000000);
  g_assert_true (intimail_person_get_deletes_mail (known));
  g_assert_cmpstr (intimail_person_get_maildir (known), ==, "old/Ann Sm\xc3\xadth");
  g_assert_cmpstr (intimail_person_get_mail_host (known), ==, "mx2.home.example");
  g_assert_cmpstr (intimail_person_get_admin_domains (known)[0], ==, "club.example");
  text = join_aliases (known);
  g_assert_cmpstr (text, ==, "shop@home.example/1924991999/the shop, \xc3\xa0 c\xc3\xb4t\xc3\xa9 \xc3\xa4\x62@home.example/0/");
}

/* The uid and the addresses are nobody's and nobody else's. */
static void
test_removed_person_can_come_back (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (IntimailPerson) same_uid = intimail_person_new ("ann", "other@home.example");
  g_autoptr (IntimailPerson) same_mail = intimail_person_new ("eve", "ann@home.example");
  g_autoptr (IntimailPerson) back = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  directory_cases_add (fixture, "ben", NULL);
  ann = lookup (fixture, "ben");
  intimail_person_set_aliases (ann, (const char *const[]){ "@home.example", NULL });
  update (fixture, ann);
  g_clear_object (&ann);

  ann = lookup (fixture, "ann");
  intimail_person_set_removal (ann, now () + 1000);
  update (fixture, ann);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "!11");
  directory_cases_assert_resolves (fixture->directory, "ann+x@home.example", "!11");
  g_assert_null (intimail_directory_authenticate (fixture->directory, "ann", "secret", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED);
  g_clear_error (&error);
  g_assert_false (intimail_directory_add_person (fixture->directory, same_uid, NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (intimail_directory_add_person (fixture->directory, same_mail, NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  /* The end of that time alone changes nothing: somebody has to remove what is left. */
  g_clear_object (&ann);
  ann = lookup (fixture, "ann");
  intimail_person_set_removal (ann, 1);
  update (fixture, ann);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "!11");

  back = lookup (fixture, "ann");
  intimail_person_set_removal (back, 0);
  update (fixture, back);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
  g_clear_object (&back);
  back = intimail_directory_authenticate (fixture->directory, "ann", "secret", NULL, &error);
  g_assert_no_error (error);
}

static void
test_expired_person_is_refused (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailPerson) later = NULL;
  g_autoptr (GError) error = NULL;

  intimail_person_set_expiry (ann, now () - 1);
  g_assert_true (intimail_directory_add_person (fixture->directory, ann, "secret", NULL, &error));
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "!11");
  g_assert_null (intimail_directory_authenticate (fixture->directory, "ann", "secret", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_DISABLED);
  later = lookup (fixture, "ann");
  intimail_person_set_expiry (later, now () + 1000);
  update (fixture, later);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
}

static IntimailTemporaryAlias *
add_alias (DirectoryFixture *fixture, const char *uid, const char *address, gint64 expiry, const char *note)
{
  g_autoptr (GError) error = NULL;
  IntimailTemporaryAlias *alias = intimail_directory_add_temporary_alias (fixture->directory, uid, address, expiry, note, NULL, &error);

  g_assert_no_error (error);
  return alias;
}

static void
test_temporary_alias (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailTemporaryAlias) made = NULL;
  g_autoptr (IntimailTemporaryAlias) shop = NULL;
  g_autoptr (IntimailTemporaryAlias) old = NULL;
  g_autoptr (IntimailPerson) ben = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;
  const char *address;

  directory_cases_add (fixture, "ann", "secret");
  directory_cases_add (fixture, "ben", NULL);
  ben = lookup (fixture, "ben");
  intimail_person_set_aliases (ben, (const char *const[]){ "@home.example", NULL });
  update (fixture, ben);

  made = add_alias (fixture, "ann", NULL, now () + 1000, "a form");
  shop = add_alias (fixture, "ann", "Shop@home.example", 0, "");
  old = add_alias (fixture, "ann", "old@home.example", now () - 1, "");
  address = intimail_temporary_alias_get_address (made);
  g_test_message ("%s", address);
  g_assert_true (g_regex_match_simple ("^[a-z]{6}-[0-9]{4}@home\\.example$", address, 0, 0));
  directory_cases_assert_resolves (fixture->directory, address, "ann");
  directory_cases_assert_resolves (fixture->directory, "shop@HOME.example", "ann");
  directory_cases_assert_resolves (fixture->directory, "shop+x@home.example", "ann");
  /* Not to who has what nobody else has. */
  directory_cases_assert_resolves (fixture->directory, "old@home.example", "!11");
  directory_cases_assert_resolves (fixture->directory, "old+x@home.example", "!11");
  directory_cases_assert_resolves (fixture->directory, "shop@home.example.org", "!2");
  directory_cases_assert_resolves (fixture->directory, "sho@home.example", "ben");

  g_assert_true (intimail_directory_end_temporary_alias (fixture->directory, "ann", "shop@home.example", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (intimail_directory_end_temporary_alias (fixture->directory, "ann", "shop@home.example", NULL, &error));
  directory_cases_assert_resolves (fixture->directory, "shop@home.example", "!11");
  directory_cases_assert_resolves (fixture->directory, address, "ann");
  g_assert_true (intimail_directory_remove_temporary_alias (fixture->directory, "ann", "SHOP@home.example", NULL, &error));
  directory_cases_assert_resolves (fixture->directory, "shop@home.example", "ben");

  /* No name to sign in with. */
  g_assert_null (intimail_directory_authenticate (fixture->directory, address, "secret", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (intimail_directory_end_temporary_alias (fixture->directory, "ben", address, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (intimail_directory_remove_temporary_alias (fixture->directory, "ann", "ann@home.example", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static void
test_temporary_alias_that_cannot_be (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *long_note = g_strnfill (201, 'n');
  const struct
  {
    const char *uid, *address;
    gint64 expiry;
    const char *note;
    int code;
  } cases[] = {
    { "zoe", NULL, 0, "", INTIMAIL_ERROR_NOT_FOUND },
    { "ann", "ann", 0, "", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "@club.example", 0, "", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "\"a b\"@home.example", 0, "", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "x@home.example", -1, "", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "x@home.example", G_GINT64_CONSTANT (253402300800), "", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "x@home.example", 0, "two\nlines", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "x@home.example", 0, "\xff", INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "x@home.example", 0, long_note, INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "ann", "ben@home.example", 0, "", INTIMAIL_ERROR_EXISTS },
    { "ann", "Ann@home.example", 0, "", INTIMAIL_ERROR_EXISTS },
    { "ann", "BENS@home.example", 0, "", INTIMAIL_ERROR_EXISTS },
  };
  g_autoptr (IntimailTemporaryAlias) bens = NULL;
  g_autoptr (IntimailPerson) eve = intimail_person_new ("eve", "bens@home.example");
  g_autoptr (IntimailGroup) group = intimail_group_new ("group");
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  bens = add_alias (fixture, "ben", "bens@home.example", 1, "it ended, and is still his");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s %s %s", cases[i].uid, cases[i].address, cases[i].note);
      g_assert_null (intimail_directory_add_temporary_alias (fixture->directory, cases[i].uid, cases[i].address,
                                                             cases[i].expiry, cases[i].note, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, cases[i].code);
      g_clear_error (&error);
    }
  g_assert_false (intimail_directory_add_person (fixture->directory, eve, NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  intimail_group_set_mail (group, "bens@home.example");
  g_assert_false (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
}

static void
test_too_many_temporary_aliases (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) aliases = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  ann = lookup (fixture, "ann");
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *address = g_strdup_printf ("a%u@home.example", i);

      g_ptr_array_add (aliases, intimail_temporary_alias_new (address, 1, ""));
    }
  intimail_person_set_temporary_aliases (ann, aliases);
  update (fixture, ann);
  g_assert_null (intimail_directory_add_temporary_alias (fixture->directory, "ann", NULL, 0, "", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
}

/* Two who looked at the same, and then changed different things. */
static void
test_two_writers (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailTemporaryAlias) a = NULL;
  g_autoptr (IntimailTemporaryAlias) b = NULL;
  g_autoptr (IntimailTemporaryAlias) c = NULL;
  g_autoptr (IntimailPerson) mine = NULL;
  g_autoptr (IntimailPerson) result = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *text = NULL;

  directory_cases_add (fixture, "ann", NULL);
  a = add_alias (fixture, "ann", "a@home.example", 0, "");
  b = add_alias (fixture, "ann", "b@home.example", 0, "");
  mine = lookup (fixture, "ann");
  c = add_alias (fixture, "ann", "c@home.example", 0, "");
  g_assert_true (intimail_directory_remove_temporary_alias (fixture->directory, "ann", "b@home.example", NULL, NULL));
  list = intimail_person_get_temporary_aliases (mine);
  g_object_unref (list->pdata[0]);
  list->pdata[0] = intimail_temporary_alias_new ("a@home.example", 1924991999, "mine");
  intimail_person_set_temporary_aliases (mine, list);
  intimail_person_set_removal (mine, 4000000000);
  update (fixture, mine);
  result = lookup (fixture, "ann");
  text = join_aliases (result);
  g_assert_cmpstr (text, ==, "a@home.example/1924991999/mine c@home.example/0/");
  g_assert_cmpint (intimail_person_get_removal (result), ==, 4000000000);
}

#define N_WRITERS 4
#define N_ALIASES 5

static gpointer
add_some (gpointer data)
{
  DirectoryFixture *fixture = data;
  g_autoptr (IntimailDirectory) own = fixture->open_again (fixture);

  for (guint i = 0; i < N_ALIASES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailTemporaryAlias) alias = intimail_directory_add_temporary_alias (own, "ann", NULL, 0, "", NULL, &error);

      g_assert_no_error (error);
    }

  return NULL;
}

static void
test_many_writers_at_once (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) fresh = fixture->open_again (fixture);
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (GPtrArray) aliases = NULL;
  GThread *threads[N_WRITERS];

  directory_cases_add (fixture, "ann", NULL);
  for (guint i = 0; i < N_WRITERS; i++)
    threads[i] = g_thread_new ("writer", add_some, fixture);
  for (guint i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);
  ann = intimail_directory_lookup_person (fresh, "ann", NULL, NULL);
  aliases = intimail_person_get_temporary_aliases (ann);
  g_assert_cmpuint (aliases->len, ==, N_WRITERS * N_ALIASES);
}

static GAsyncResult *
wait_for (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *place;
}

static void
test_temporary_alias_async (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) added = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GAsyncResult) failed = NULL;
  g_autoptr (IntimailTemporaryAlias) alias = NULL;
  g_autoptr (GError) error = NULL;
  const char *address;

  directory_cases_add (fixture, "ann", NULL);
  intimail_directory_add_temporary_alias_async (fixture->directory, "ann", NULL, 0, "n", NULL, directory_cases_on_result, &added);
  alias = intimail_directory_add_temporary_alias_finish (fixture->directory, wait_for (&added), &error);
  g_assert_no_error (error);
  address = intimail_temporary_alias_get_address (alias);
  directory_cases_assert_resolves (fixture->directory, address, "ann");
  intimail_directory_end_temporary_alias_async (fixture->directory, "ann", address, NULL, directory_cases_on_result, &ended);
  g_assert_true (intimail_directory_end_temporary_alias_finish (fixture->directory, wait_for (&ended), &error));
  directory_cases_assert_resolves (fixture->directory, address, "!11");
  intimail_directory_remove_temporary_alias_async (fixture->directory, "ann", address, NULL, directory_cases_on_result, &removed);
  g_assert_true (intimail_directory_remove_temporary_alias_finish (fixture->directory, wait_for (&removed), &error));
  directory_cases_assert_resolves (fixture->directory, address, "!2");
  intimail_directory_remove_temporary_alias_async (fixture->directory, "ann", address, NULL, directory_cases_on_result, &failed);
  g_assert_false (intimail_directory_remove_temporary_alias_finish (fixture->directory, wait_for (&failed), &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

/* As an alias, as one that ends, and as the address of a group. */
static void
test_case_of_all_letters (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const names[][2] = {
    { "\xc3\x84rger", "\xc3\xa4RGER" },
    { "\xc3\xa4rger", "\xc3\x84rger" },
    { "stra\xc3\x9f"
      "e",
      "STRASSE" },
    { "strasse", "stra\xc3\x9f"
                 "e" },
    { "\xce\xbf\xce\xb4\xce\xbf\xcf\x82", "\xce\x9f\xce\x94\xce\x9f\xce\xa3" },
    { "\xce\x9f\xce\x94\xce\x9f\xce\xa3", "\xce\xbf\xce\xb4\xce\xbf\xcf\x82" },
    { "ren\xc3\xa9", "RENE\xcc\x81" },
    { "jessica", "Jessica" },
    { "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0", "\xd0\xb0\xd0\x9d\xd0\x9d\xd0\x90" },
  };

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *kept = g_strconcat (names[i][0], "@home.example", NULL);
      g_autofree char *asked = g_strconcat (names[i][1], "@Home.example", NULL);
      g_autoptr (IntimailPerson) ann = lookup (fixture, "ann");
      g_autoptr (IntimailPerson) none = NULL;
      g_autoptr (IntimailTemporaryAlias) ending = NULL;
      g_autoptr (IntimailGroup) group = intimail_group_new ("group");
      g_autoptr (GError) error = NULL;

      intimail_person_set_aliases (ann, (const char *const[]){ kept, NULL });
      update (fixture, ann);
      directory_cases_assert_resolves (fixture->directory, asked, "ann");
      g_assert_null (intimail_directory_add_temporary_alias (fixture->directory, "ben", asked, 0, "", NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
      none = lookup (fixture, "ann");
      intimail_person_set_aliases (none, (const char *const[]){ NULL });
      update (fixture, none);

      ending = add_alias (fixture, "ann", kept, 0, "");
      directory_cases_assert_resolves (fixture->directory, asked, "ann");
      g_assert_true (intimail_directory_remove_temporary_alias (fixture->directory, "ann", asked, NULL, NULL));

      intimail_group_set_mail (group, kept);
      intimail_group_set_members (group, (const char *const[]){ "ben", NULL });
      g_assert_true (intimail_directory_add_group (fixture->directory, group, NULL, NULL));
      directory_cases_assert_resolves (fixture->directory, asked, "ben");
      g_assert_true (intimail_directory_remove_group (fixture->directory, "group", NULL, NULL));
    }
}

const DirectoryCase directory_life_cases[] = {
  { "case-of-all-letters", test_case_of_all_letters },
  { "all-of-it-comes-back", test_all_of_it_comes_back },
  { "removed-person-can-come-back", test_removed_person_can_come_back },
  { "expired-person-is-refused", test_expired_person_is_refused },
  { "temporary-alias", test_temporary_alias },
  { "temporary-alias-that-cannot-be", test_temporary_alias_that_cannot_be },
  { "too-many-temporary-aliases", test_too_many_temporary_aliases },
  { "two-writers", test_two_writers },
  { "many-writers-at-once", test_many_writers_at_once },
  { "temporary-alias-async", test_temporary_alias_async },
  { NULL },
};
