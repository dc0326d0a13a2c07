/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory-cases.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-route-private.h"

/* "ann ben", or "!" and the code of the error. */
char *
directory_cases_resolve (IntimailDirectory *directory, const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = intimail_directory_resolve (directory, address, NULL, &error);
  GString *text = g_string_new (NULL);

  if (people == NULL)
    {
      g_assert_cmpuint (error->domain, ==, INTIMAIL_ERROR);
      g_string_printf (text, "!%d", error->code);
    }
  for (guint i = 0; people != NULL && i < people->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", intimail_person_get_uid (people->pdata[i]));

  return g_string_free (text, FALSE);
}

void
directory_cases_assert_resolves (IntimailDirectory *directory, const char *address, const char *wanted)
{
  g_autofree char *text = directory_cases_resolve (directory, address);

  g_test_message ("%s", address);
  g_assert_cmpstr (text, ==, wanted);
}

void
directory_cases_add (DirectoryFixture *fixture, const char *uid, const char *password)
{
  g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) error = NULL;

  intimail_directory_add_person (fixture->directory, person, password, NULL, &error);
  g_assert_no_error (error);
}

static void
test_all_that_is_known_comes_back (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const aliases[] = { "a.smith@home.example", "\xc3\xa4nn@home.example", NULL };
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailPerson) known = NULL;
  g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);
  g_autoptr (GError) error = NULL;

  intimail_person_set_display_name (person, "Ann Sm\xc3\xadth");
  intimail_person_set_aliases (person, aliases);
  intimail_person_set_quota_bytes (person, G_GUINT64_CONSTANT (5000000000));
  intimail_person_set_quota_messages (person, 1000);
  intimail_person_set_expiry (person, 1924991999);
  g_assert_true (intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error));
  g_assert_no_error (error);

  known = intimail_directory_lookup_person (other, "ann", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (known), ==, "ann");
  g_assert_true (g_uuid_string_is_valid (intimail_person_get_uuid (known)));
  g_assert_cmpstr (intimail_person_get_mail (known), ==, "ann@home.example");
  g_assert_cmpstr (intimail_person_get_display_name (known), ==, "Ann Sm\xc3\xadth");
  g_assert_cmpstrv ((char **) intimail_person_get_aliases (known), (char **) aliases);
  g_assert_cmpuint (intimail_person_get_quota_bytes (known), ==, G_GUINT64_CONSTANT (5000000000));
  g_assert_cmpuint (intimail_person_get_quota_messages (known), ==, 1000);
  g_assert_cmpint (intimail_person_get_expiry (known), ==, 1924991999);
  g_assert_cmpint (intimail_person_get_status (known), ==, INTIMAIL_PERSON_STATUS_ACTIVE);
}

static void
test_lists_are_in_order (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  directory_cases_add (fixture, "chloe", NULL);
  directory_cases_add (fixture, "ann", NULL);
  people = intimail_directory_list_people (fixture->directory, NULL, NULL);
  g_assert_cmpuint (people->len, ==, 2);
  g_assert_cmpstr (intimail_person_get_uid (people->pdata[0]), ==, "ann");
  g_assert_cmpstr (intimail_person_get_uid (people->pdata[1]), ==, "chloe");
  groups = intimail_directory_list_groups (fixture->directory, NULL, NULL);
  g_assert_cmpuint (groups->len, ==, 1);
  g_assert_cmpstr (intimail_group_get_name (groups->pdata[0]), ==, "admins");
}

static void
test_taken (DirectoryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *uid, *mail, *alias;
  } cases[] = {
    { "ann", "other@home.example", NULL },
    { "ben", "Ann@home.example", NULL },
    { "ben", "ben@home.example", "ann@HOME.example" },
    { "ben", "ben@home.example", "family@home.example" },
  };
  g_autoptr (IntimailGroup) group = intimail_group_new ("family");
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  intimail_group_set_mail (group, "family@home.example");
  g_assert_true (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailPerson) person = intimail_person_new (cases[i].uid, cases[i].mail);
      const char *aliases[] = { cases[i].alias, NULL };

      intimail_person_set_aliases (person, aliases);
      g_assert_false (intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
      g_test_message ("%s", error->message);
      g_clear_error (&error);
    }
  g_assert_false (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
}

static void
test_resolve (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const aliases[] = { "smith@home.example", "a+b@home.example", "ann@club.example", NULL };
  static const char *const members[] = { "ann", "ben", "gone", "ann", NULL };
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (IntimailPerson) gone = NULL;
  g_autoptr (IntimailGroup) family = intimail_group_new ("family");
  g_autoptr (IntimailGroup) empty = intimail_group_new ("empty");
  g_autoptr (IntimailGroup) admins = NULL;

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  directory_cases_add (fixture, "gone", NULL);
  directory_cases_assert_resolves (fixture->directory, "postmaster@home.example", "!9");

  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_aliases (ann, aliases);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  gone = intimail_directory_lookup_person (fixture->directory, "gone", NULL, NULL);
  intimail_person_set_status (gone, INTIMAIL_PERSON_STATUS_DISABLED);
  g_assert_true (intimail_directory_update_person (fixture->directory, gone, NULL, NULL));
  intimail_group_set_mail (family, "family@home.example");
  intimail_group_set_members (family, members);
  g_assert_true (intimail_directory_add_group (fixture->directory, family, NULL, NULL));
  intimail_group_set_mail (empty, "empty@home.example");
  g_assert_true (intimail_directory_add_group (fixture->directory, empty, NULL, NULL));
  admins = intimail_directory_lookup_group (fixture->directory, "admins", NULL, NULL);
  intimail_group_set_members (admins, (const char *const[]){ "ben", NULL });
  g_assert_true (intimail_directory_update_group (fixture->directory, admins, NULL, NULL));

  {
    static const char *const cases[][2] = {
      { "ann@home.example", "ann" },
      { "ANN@HOME.EXAMPLE", "ann" },
      { "ann+news@home.example", "ann" },
      { "smith@home.example", "ann" },
      { "ann@club.example", "ann" },
      { "a+b@home.example", "ann" },
      { "a@home.example", "!2" },
      { "family@home.example", "ann ben" },
      { "Family+x@home.example", "ann ben" },
      { "empty@home.example", "!2" },
      { "gone@home.example", "!11" },
      { "postmaster@home.example", "ben" },
      { "PostMaster@HOME.example", "ben" },
      { "abuse@club.example", "ben" },
      { "postmaster", "ben" },
      { "postmaster@elsewhere.example", "!2" },
      { "nobody@home.example", "!2" },
      { "ann@elsewhere.example", "!2" },
      { "+@home.example", "!2" },
      { "ann", "!2" },
      { "", "!2" },
      { "ann@home.example\n", "!2" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      directory_cases_assert_resolves (fixture->directory, cases[i][0], cases[i][1]);
  }
}

static int
authenticate (IntimailDirectory *directory, const char *login, const char *password, char **message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_authenticate (directory, login, password, NULL, &error);

  if (person != NULL)
    {
      g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
      return -1;
    }
  if (message != NULL)
    *message = g_strdup (error->message);
  return error->code;
}

static void
test_authenticate (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *unknown = NULL;

  directory_cases_add (fixture, "ann", "secret");
  directory_cases_add (fixture, "ben", NULL);
  g_assert_cmpint (authenticate (fixture->directory, "ann", "secret", NULL), ==, -1);
  g_assert_cmpint (authenticate (fixture->directory, "Ann", "secret", NULL), ==, -1);
  g_assert_cmpint (authenticate (fixture->directory, "ann@home.example", "secret", NULL), ==, -1);
  g_assert_cmpint (authenticate (fixture->directory, "ann", "Secret", &wrong), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (authenticate (fixture->directory, "zoe", "secret", &unknown), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpstr (wrong, ==, unknown);
  g_assert_cmpint (authenticate (fixture->directory, "ben", "", NULL), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (authenticate (fixture->directory, "", "", NULL), ==, INTIMAIL_ERROR_PERMISSION_DENIED);

  g_assert_true (intimail_directory_set_password (fixture->directory, "ann", "other", NULL, NULL));
  g_assert_cmpint (authenticate (fixture->directory, "ann", "secret", NULL), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (authenticate (fixture->directory, "ann", "other", NULL), ==, -1);

  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_expiry (ann, 1);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  g_assert_cmpint (authenticate (fixture->directory, "ann", "other", NULL), ==, INTIMAIL_ERROR_DISABLED);
  g_assert_cmpint (authenticate (fixture->directory, "ann", "wrong", NULL), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
}

void
directory_cases_on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static int
change_password (DirectoryFixture *fixture, const char *uid, const char *old_password, const char *new_password)
{
  g_autoptr (GError) error = NULL;

  if (intimail_directory_change_password (fixture->directory, uid, old_password, new_password, NULL, &error))
    return -1;
  g_test_message ("%s", error->message);
  return error->code;
}

static void
test_change_password (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  const char *good = "nine purple lamps 4 me";

  directory_cases_add (fixture, "ann", "secret");
  directory_cases_add (fixture, "ben", NULL);
  g_assert_cmpint (change_password (fixture, "ann", "wrong", good), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (change_password (fixture, "ben", "", good), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (change_password (fixture, "zoe", "secret", good), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (change_password (fixture, "ann", "secret", "password"), ==, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (change_password (fixture, "ann", "secret", "abc"), ==, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (change_password (fixture, "ann", "secret", "x7 ANN likes tea"), ==, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (change_password (fixture, "ann", "secret", "a\nb"), ==, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (authenticate (fixture->directory, "ann", "secret", NULL), ==, -1);

  g_assert_cmpint (change_password (fixture, "ann", "secret", good), ==, -1);
  g_assert_cmpint (authenticate (fixture->directory, "ann", "secret", NULL), ==, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (authenticate (fixture->directory, "ann", good, NULL), ==, -1);

  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_status (ann, INTIMAIL_PERSON_STATUS_DISABLED);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  g_assert_cmpint (change_password (fixture, "ann", good, "five yellow chairs 2 sit"), ==, INTIMAIL_ERROR_DISABLED);
}

static void
test_authenticate_async (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "secret");
  intimail_directory_authenticate_async (fixture->directory, "ann", "secret", NULL, directory_cases_on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  person = intimail_directory_authenticate_finish (fixture->directory, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
}

static void
test_remove (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) group = intimail_group_new ("family");
  g_autoptr (IntimailGroup) left = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  intimail_group_set_members (group, (const char *const[]){ "ann", "ben", NULL });
  g_assert_true (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  g_assert_true (intimail_directory_remove_person (fixture->directory, "ann", NULL, &error));
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "!2");
  left = intimail_directory_lookup_group (fixture->directory, "family", NULL, &error);
  g_assert_false (intimail_group_has_member (left, "ann"));
  g_assert_true (intimail_group_has_member (left, "ben"));

  g_assert_true (intimail_directory_remove_group (fixture->directory, "family", NULL, &error));
  g_assert_no_error (error);
  g_assert_false (intimail_directory_remove_group (fixture->directory, "family", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (intimail_directory_remove_group (fixture->directory, "admins", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (intimail_directory_remove_person (fixture->directory, "ann", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static void
test_new_members_must_exist (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) group = intimail_group_new ("family");
  g_autoptr (GError) error = NULL;

  intimail_group_set_members (group, (const char *const[]){ "zoe", NULL });
  g_assert_false (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "no such person \"zoe\"");
}

static void
test_is_admin (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (fixture->directory, "admins", NULL, NULL);
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ben", NULL);
  intimail_group_set_members (admins, (const char *const[]){ "ben", NULL });
  g_assert_true (intimail_directory_update_group (fixture->directory, admins, NULL, NULL));
  g_assert_true (intimail_directory_is_admin (fixture->directory, "ben", NULL, &error));
  g_assert_false (intimail_directory_is_admin (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
}

/* Both change the same person and group from what they knew before. */
static void
test_two_snapshots (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) first = NULL;
  g_autoptr (IntimailPerson) second = NULL;
  g_autoptr (IntimailPerson) result = NULL;
  static const char *const wanted[] = { "x@home.example", "y@home.example", NULL };

  directory_cases_add (fixture, "ann", NULL);
  first = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  second = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_aliases (first, (const char *const[]){ "x@home.example", NULL });
  intimail_person_set_quota_bytes (second, 7);
  intimail_person_set_aliases (second, (const char *const[]){ "y@home.example", NULL });
  g_assert_true (intimail_directory_update_person (fixture->directory, first, NULL, NULL));
  g_assert_true (intimail_directory_update_person (fixture->directory, second, NULL, NULL));
  result = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  g_assert_cmpuint (intimail_person_get_quota_bytes (result), ==, 7);
  g_assert_cmpstrv ((char **) intimail_person_get_aliases (result), (char **) wanted);
}

static gpointer
resolve_often (gpointer data)
{
  for (int i = 0; i < 2000; i++)
    {
      g_autofree char *resolved = directory_cases_resolve (data, "ann@home.example");

      g_assert_cmpstr (resolved, ==, "ann");
    }

  return NULL;
}

static void
test_many_threads (DirectoryFixture *fixture, gconstpointer data)
{
  GThread *threads[4];

  directory_cases_add (fixture, "ann", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("resolve", resolve_often, fixture->directory);
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *uid = g_strdup_printf ("p%d", i);

      directory_cases_add (fixture, uid, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_cancelled (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (intimail_directory_lookup_person (fixture->directory, "ann", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* "ann ben" of people or groups. */
static char *
join_names (GPtrArray *list)
{
  GString *text = g_string_new (NULL);

  g_assert_nonnull (list);
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            INTIMAIL_IS_GROUP (list->pdata[i]) ? intimail_group_get_name (list->pdata[i])
                                                               : intimail_person_get_uid (list->pdata[i]));

  return g_string_free (text, FALSE);
}

static void
set_aliases (DirectoryFixture *fixture, const char *uid, const char *const *aliases)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (fixture->directory, uid, NULL, &error);

  g_assert_no_error (error);
  intimail_person_set_aliases (person, aliases);
  intimail_directory_update_person (fixture->directory, person, NULL, &error);
  g_assert_no_error (error);
}

static void
set_members (DirectoryFixture *fixture, const char *name, const char *const *members)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (fixture->directory, name, NULL, &error);

  g_assert_no_error (error);
  intimail_group_set_members (group, members);
  intimail_directory_update_group (fixture->directory, group, NULL, &error);
  g_assert_no_error (error);
}

static void
add_group (DirectoryFixture *fixture, const char *name, const char *const *members)
{
  g_autofree char *mail = g_strconcat (name, "@home.example", NULL);
  g_autoptr (IntimailGroup) group = intimail_group_new (name);
  g_autoptr (GError) error = NULL;

  intimail_group_set_mail (group, mail);
  intimail_group_set_members (group, members);
  intimail_directory_add_group (fixture->directory, group, NULL, &error);
  g_assert_no_error (error);
}

static void
test_catch_all (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "ann@home.example", "ann" },
    { "ben@home.example", "ben" },
    { "ben+x@home.example", "ben" },
    { "team@home.example", "ben" },
    { "anybody@home.example", "ann" },
    { "any+body@HOME.example", "ann" },
    { "anybody@elsewhere.example", "!2" },
    { "@home.example", "!2" },
    { "abuse@home.example", "ben" },
    { "postmaster@home.example", "ben" },
  };
  g_autoptr (IntimailPerson) ann = NULL;

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  set_aliases (fixture, "ann", (const char *const[]){ "@home.example", NULL });
  set_members (fixture, "admins", (const char *const[]){ "ben", NULL });
  add_group (fixture, "team", (const char *const[]){ "ben", NULL });
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    directory_cases_assert_resolves (fixture->directory, cases[i][0], cases[i][1]);

  /* All that nobody else has reaches her; nobody may write as all of them. */
  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  g_assert_false (intimail_person_owns_address (ann, "anybody@home.example"));
  g_assert_false (intimail_person_owns_address (ann, "@home.example"));
}

static void
test_duty_addresses (DirectoryFixture *fixture, gconstpointer data)
{
  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  set_aliases (fixture, "ann", (const char *const[]){ "abuse@home.example", NULL });

  /* Nobody administrates: who has the address has it, and nothing bounces. */
  directory_cases_assert_resolves (fixture->directory, "abuse@home.example", "ann");
  directory_cases_assert_resolves (fixture->directory, "postmaster@home.example", "!9");
  set_members (fixture, "admins", (const char *const[]){ "ben", NULL });
  directory_cases_assert_resolves (fixture->directory, "abuse@home.example", "ben ann");
  directory_cases_assert_resolves (fixture->directory, "postmaster@home.example", "ben");
  directory_cases_assert_resolves (fixture->directory, "postmaster", "ben");
}

static void
assert_found (DirectoryFixture *fixture, const char *text, const char *after, guint limit, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = intimail_directory_search_people (fixture->directory, text, after, limit, NULL, &error);
  g_autofree char *names = NULL;

  g_assert_no_error (error);
  names = join_names (people);
  g_assert_cmpstr (names, ==, wanted);
}

static void
test_search (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) dora = intimail_person_new ("dora", "d@club.example");
  g_autoptr (GError) error = NULL;

  intimail_person_set_display_name (dora, "Dora M\xc3\x9cLLER (x*)");
  g_assert_true (intimail_directory_add_person (fixture->directory, dora, NULL, NULL, &error));
  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "chloe", NULL);
  directory_cases_add (fixture, "ben", NULL);
  set_aliases (fixture, "ben", (const char *const[]){ "Sales@home.example", NULL });

  assert_found (fixture, "", NULL, 10, "ann ben chloe dora");
  assert_found (fixture, "", NULL, 2, "ann ben");
  assert_found (fixture, "", "ben", 2, "chloe dora");
  assert_found (fixture, "", "dora", 2, "");
  assert_found (fixture, "", "b", 1, "ben");
  assert_found (fixture, "HOME.example", NULL, 10, "ann ben chloe");
  assert_found (fixture, "sALES", NULL, 10, "ben");
  assert_found (fixture, "m\xc3\xbcller", NULL, 10, "dora");
  assert_found (fixture, "(x*)", NULL, 10, "dora");
  assert_found (fixture, "*", NULL, 10, "dora");
  assert_found (fixture, "nn", NULL, 10, "ann");
  assert_found (fixture, "\\2a", NULL, 10, "");
  g_assert_null (intimail_directory_search_people (fixture->directory, "\xff", NULL, 1, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static void
test_groups (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) of_ann = NULL;
  g_autoptr (GPtrArray) of_zoe = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autofree char *names = NULL;
  g_autofree char *uids = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  add_group (fixture, "team", (const char *const[]){ "ben", "ann", NULL });
  add_group (fixture, "choir", (const char *const[]){ "ann", NULL });
  of_ann = intimail_directory_list_groups_of (fixture->directory, "ann", NULL, &error);
  g_assert_no_error (error);
  names = join_names (of_ann);
  g_assert_cmpstr (names, ==, "choir team");
  of_zoe = intimail_directory_list_groups_of (fixture->directory, "*", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (of_zoe->len, ==, 0);
  members = intimail_directory_list_members (fixture->directory, "team", NULL, &error);
  g_assert_no_error (error);
  uids = join_names (members);
  g_assert_cmpstr (uids, ==, "ben ann");
  g_assert_null (intimail_directory_list_members (fixture->directory, "teams", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

/* "a b" of a list, for one comparison. */
static void
assert_list (const char *const *list, const char *wanted)
{
  g_autofree char *text = g_strjoinv (" ", (char **) list);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_mailing_list (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const addresses[] = { "Zoe@elsewhere.example", "\xc3\xa4nn@elsewhere.example", NULL };
  static const char *const owners[] = { "ann", NULL };
  g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);
  g_autoptr (IntimailGroup) first = NULL;
  g_autoptr (IntimailGroup) second = NULL;
  g_autoptr (IntimailGroup) known = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  add_group (fixture, "choir", (const char *const[]){ "ben", NULL });
  first = intimail_directory_lookup_group (fixture->directory, "choir", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (intimail_group_get_posters (first), ==, INTIMAIL_GROUP_POSTERS_ANYONE);
  g_assert_false (intimail_group_get_hidden (first));
  g_assert_true (intimail_group_is_shown_to (first, "carl"));
  second = intimail_directory_lookup_group (fixture->directory, "choir", NULL, NULL);

  /* Two who change different things of the same list. */
  intimail_group_set_member_addresses (first, addresses);
  intimail_group_set_posters (first, INTIMAIL_GROUP_POSTERS_MEMBERS);
  intimail_group_set_owners (second, owners);
  intimail_group_set_hidden (second, TRUE);
  g_assert_true (intimail_directory_update_group (fixture->directory, first, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (intimail_directory_update_group (fixture->directory, second, NULL, &error));
  g_assert_no_error (error);
  known = intimail_directory_lookup_group (other, "choir", NULL, &error);
  g_assert_no_error (error);
  assert_list (intimail_group_get_members (known), "ben");
  assert_list (intimail_group_get_member_addresses (known), "Zoe@elsewhere.example \xc3\xa4nn@elsewhere.example");
  assert_list (intimail_group_get_owners (known), "ann");
  g_assert_cmpint (intimail_group_get_posters (known), ==, INTIMAIL_GROUP_POSTERS_MEMBERS);
  g_assert_true (intimail_group_get_hidden (known));
  g_assert_true (intimail_group_is_shown_to (known, "ann"));
  g_assert_true (intimail_group_is_shown_to (known, "ben"));
  g_assert_false (intimail_group_is_shown_to (known, "carl"));

  /* Back to what is said of no list. */
  intimail_group_set_posters (known, INTIMAIL_GROUP_POSTERS_ANYONE);
  intimail_group_set_hidden (known, FALSE);
  intimail_group_set_member_addresses (known, (const char *const[]){ NULL });
  g_assert_true (intimail_directory_update_group (fixture->directory, known, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&known);
  g_assert_true (intimail_directory_remove_person (fixture->directory, "ann", NULL, &error));
  known = intimail_directory_lookup_group (fixture->directory, "choir", NULL, &error);
  g_assert_cmpint (intimail_group_get_posters (known), ==, INTIMAIL_GROUP_POSTERS_ANYONE);
  g_assert_false (intimail_group_get_hidden (known));
  assert_list (intimail_group_get_member_addresses (known), "");
  assert_list (intimail_group_get_owners (known), "");
}

static void
test_mailing_list_mistakes (DirectoryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *address;
    const char *owner;
    int code;
  } cases[] = {
    { "nonsense", NULL, INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "choir@home.example", NULL, INTIMAIL_ERROR_INVALID_ARGUMENT },
    { "CHOIR@home.example", NULL, INTIMAIL_ERROR_INVALID_ARGUMENT },
    { NULL, "nobody", INTIMAIL_ERROR_NOT_FOUND },
    { NULL, "no uid", INTIMAIL_ERROR_INVALID_ARGUMENT },
  };

  add_group (fixture, "choir", (const char *const[]){ NULL });
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (fixture->directory, "choir", NULL, NULL);

      intimail_group_set_member_addresses (group, (const char *const[]){ cases[i].address, NULL });
      intimail_group_set_owners (group, (const char *const[]){ cases[i].owner, NULL });
      g_assert_false (intimail_directory_update_group (fixture->directory, group, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, cases[i].code);
    }
}

/* "kind: people / addresses", or "!" and the code of the error. */
static char *
describe_route (IntimailDirectory *directory, const char *address, const char *sender)
{
  static const char *const kinds[] = { "person", "duty", "list", "owners", "unsubscribe" };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailRoute) route = intimail_route_find (directory, address, sender, NULL, &error);
  GString *text = g_string_new (NULL);

  if (route == NULL)
    {
      g_string_printf (text, "!%d", error->code);
      return g_string_free (text, FALSE);
    }
  g_string_printf (text, "%s:", kinds[route->kind]);
  for (guint i = 0; i < route->people->len; i++)
    g_string_append_printf (text, " %s", intimail_person_get_uid (route->people->pdata[i]));
  g_string_append (text, " /");
  for (guint i = 0; i < route->addresses->len; i++)
    g_string_append_printf (text, " %s", (char *) route->addresses->pdata[i]);
  if (route->token != NULL)
    g_string_append_printf (text, " +%s", route->token);

  return g_string_free (text, FALSE);
}

static void
set_list (DirectoryFixture *fixture, const char *name, const char *owner, IntimailGroupPosters posters, const char *const *addresses)
{
  g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (fixture->directory, name, NULL, NULL);
  g_autoptr (GError) error = NULL;

  intimail_group_set_owners (group, (const char *const[]){ owner, NULL });
  intimail_group_set_posters (group, posters);
  intimail_group_set_member_addresses (group, addresses);
  intimail_directory_update_group (fixture->directory, group, NULL, &error);
  g_assert_no_error (error);
}

/* Ann has "@home.example"; ben owns team, in which ben and zoe elsewhere are; choir has
 * carl and the team; both hold each other. */
static void
make_lists (DirectoryFixture *fixture)
{
  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  directory_cases_add (fixture, "carl", NULL);
  directory_cases_add (fixture, "dan", NULL);
  set_aliases (fixture, "ann", (const char *const[]){ "@home.example", NULL });
  set_aliases (fixture, "dan", (const char *const[]){ "real-owner@home.example", "list-bounces@home.example", NULL });
  set_members (fixture, "admins", (const char *const[]){ "dan", NULL });
  add_group (fixture, "team", (const char *const[]){ "ben", NULL });
  add_group (fixture, "choir", (const char *const[]){ "carl", NULL });
  add_group (fixture, "list", (const char *const[]){ NULL });
  set_list (fixture, "team", "ben", INTIMAIL_GROUP_POSTERS_MEMBERS,
            (const char *const[]){ "Zoe@elsewhere.example", "choir@home.example", "ben+x@home.example", NULL });
  set_list (fixture, "choir", NULL, INTIMAIL_GROUP_POSTERS_ANYONE,
            (const char *const[]){ "team@home.example", "zoe@elsewhere.example", "carl@home.example", NULL });
}

static void
test_route (DirectoryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *address;
    const char *sender;
    const char *route;
  } cases[] = {
    { "ben@home.example", "x@x.example", "person: ben /" },
    { "team@home.example", NULL, "list: ben carl / Zoe@elsewhere.example" },
    { "TEAM@home.example", "ben@home.example", "list: ben carl / Zoe@elsewhere.example" },
    { "team+now@home.example", "ben+x@home.example", "list: ben carl / Zoe@elsewhere.example" },
    { "team@home.example", "zoe@ELSEWHERE.example", "list: ben carl / Zoe@elsewhere.example" },
    { "team@home.example", "zoe+y@elsewhere.example", "list: ben carl / Zoe@elsewhere.example" },
    /* A member of a list inside is one. */
    { "team@home.example", "carl@home.example", "list: ben carl / Zoe@elsewhere.example" },
    { "team@home.example", "ann@home.example", "!13" },
    { "team@home.example", "x@x.example", "!13" },
    { "team@home.example", "nonsense", "!13" },
    { "team@home.example", "", "!13" },
    { "choir@home.example", "carl@home.example", "list: carl ben / Zoe@elsewhere.example" },
    /* Anyone may write to the choir, but not to the team inside of it. */
    { "choir@home.example", "x@x.example", "!13" },
    { "team-owner@home.example", "", "owners: ben /" },
    { "team-bounces@home.example", "", "owners: ben /" },
    { "Team-Request@home.example", "x@x.example", "owners: ben /" },
    { "team-unsubscribe@home.example", "x@x.example", "unsubscribe: ben /" },
    { "team-unsubscribe+abc@home.example", "x@x.example", "unsubscribe: ben / +abc" },
    { "choir-owner@home.example", "", "owners: dan /" },
    /* No list stands there, or somebody has the address himself. */
    { "ben-owner@home.example", "", "person: ann /" },
    { "nothing-bounces@home.example", "", "person: ann /" },
    { "-owner@home.example", "", "person: ann /" },
    { "list-bounces@home.example", "", "person: dan /" },
    { "list-owner@home.example", "", "owners: dan /" },
    { "list@home.example", "", "!2" },
    { "x@elsewhere.example", "", "!2" },
    { "team-owner@elsewhere.example", "", "!2" },
    { "postmaster@home.example", "", "duty: dan /" },
  };

  make_lists (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *route = describe_route (fixture->directory, cases[i].address, cases[i].sender);

      g_test_message ("%s from %s", cases[i].address, cases[i].sender);
      g_assert_cmpstr (route, ==, cases[i].route);
    }
}

static void
test_route_hidden_list (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) team = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) unknown = NULL;

  make_lists (fixture);
  set_aliases (fixture, "ann", (const char *const[]){ NULL });
  team = intimail_directory_lookup_group (fixture->directory, "team", NULL, NULL);
  intimail_group_set_hidden (team, TRUE);
  g_assert_true (intimail_directory_update_group (fixture->directory, team, NULL, NULL));

  /* To a stranger it is as if it were not there. */
  g_assert_null (intimail_route_find (fixture->directory, "team@home.example", "x@x.example", NULL, &refused));
  g_assert_null (intimail_route_find (fixture->directory, "tean@home.example", "x@x.example", NULL, &unknown));
  g_assert_error (refused, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_cmpstr (refused->message, ==, "nobody has the address \"team@home.example\"");
  g_assert_cmpstr (unknown->message, ==, "nobody has the address \"tean@home.example\"");
}

/* Eight lists in each other, and one more. */
static void
test_route_depth (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  directory_cases_add (fixture, "ben", NULL);
  for (guint i = 0; i <= INTIMAIL_ROUTE_MAX_DEPTH; i++)
    {
      g_autofree char *name = g_strdup_printf ("l%u", i);
      g_autofree char *inner = g_strdup_printf ("l%u@home.example", i + 1);

      add_group (fixture, name, (const char *const[]){ "ben", NULL });
      if (i < INTIMAIL_ROUTE_MAX_DEPTH)
        set_list (fixture, name, NULL, INTIMAIL_GROUP_POSTERS_ANYONE, (const char *const[]){ inner, NULL });
    }
  first = describe_route (fixture->directory, "l1@home.example", "");
  g_assert_cmpstr (first, ==, "list: ben /");
  second = describe_route (fixture->directory, "l0@home.example", "");
  g_assert_cmpstr (second, ==, "!9");
}

static void
test_lookup_address (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const nobody[] = { "ann+x@home.example", "postmaster@home.example", "ann", "", "@club.example", "*@home.example", "ann)(uid=*@home.example" };
  g_autoptr (GObject) person = NULL;
  g_autoptr (GObject) group = NULL;
  g_autoptr (GObject) rest = NULL;

  directory_cases_add (fixture, "ann", NULL);
  set_aliases (fixture, "ann", (const char *const[]){ "@home.example", NULL });
  add_group (fixture, "team", (const char *const[]){ "ann", NULL });
  person = intimail_directory_lookup_address (fixture->directory, "Ann@Home.example", NULL, NULL);
  g_assert_true (INTIMAIL_IS_PERSON (person));
  group = intimail_directory_lookup_address (fixture->directory, "team@home.example", NULL, NULL);
  g_assert_true (INTIMAIL_IS_GROUP (group));
  rest = intimail_directory_lookup_address (fixture->directory, "@home.example", NULL, NULL);
  g_assert_true (INTIMAIL_IS_PERSON (rest));
  for (gsize i = 0; i < G_N_ELEMENTS (nobody); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", nobody[i]);
      g_assert_null (intimail_directory_lookup_address (fixture->directory, nobody[i], NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
    }
}

/* What an enemy may say where a uid, a login or an address is asked for. */
static void
test_bad_input (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (10000, 'a');
  const char *cases[] = { "*", "ann)(uid=*", "(", "\\", "\\2a", "a\nb", "\xff\xfe", "ann,ou=people", "uid=ann", "ann\\00", " ann", "ann ", "+", "ann#", long_text };

  directory_cases_add (fixture, "ann", "correct horse");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *address = g_strconcat (cases[i], "@home.example", NULL);
      g_autoptr (IntimailPerson) injected = intimail_person_new (cases[i], "x@home.example");
      g_autoptr (GError) error = NULL;

      g_assert_null (intimail_directory_lookup_person (fixture->directory, cases[i], NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
      g_clear_error (&error);
      /* Blanks around an address are none of it. */
      if (strchr (cases[i], ' ') == NULL)
        {
          g_assert_null (intimail_directory_resolve (fixture->directory, address, NULL, &error));
          g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
          g_clear_error (&error);
        }
      g_assert_null (intimail_directory_authenticate (fixture->directory, cases[i], "correct horse", NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
      g_clear_error (&error);
      g_assert_null (intimail_directory_authenticate (fixture->directory, "ann", cases[i], NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
      g_clear_error (&error);
      g_assert_false (intimail_directory_is_admin (fixture->directory, cases[i], NULL, &error));
      g_assert_no_error (error);
      g_assert_false (intimail_directory_add_person (fixture->directory, injected, NULL, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
}

/* Names stand in lists, on terminals and in mail. */
static void
test_bad_names (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *just_right = g_strnfill (255, 'N');
  g_autofree char *long_text = g_strnfill (256, 'N');
  const char *cases[] = { "two\nlines", "bell\a", "\x1b[2J", "\xc2\x9b", "\xff\xfe", long_text };
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (IntimailGroup) known = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  add_group (fixture, "team", (const char *const[]){ "ann", NULL });
  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  known = intimail_directory_lookup_group (fixture->directory, "team", NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      intimail_person_set_display_name (ann, cases[i]);
      g_assert_false (intimail_directory_update_person (fixture->directory, ann, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      intimail_group_set_description (known, cases[i]);
      g_assert_false (intimail_directory_update_group (fixture->directory, known, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  intimail_person_set_display_name (ann, just_right);
  intimail_directory_update_person (fixture->directory, ann, NULL, &error);
  g_assert_no_error (error);
}

GAsyncResult *
directory_cases_wait_for (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *place;
}

static void
test_async (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) looked_up = NULL;
  g_autoptr (GAsyncResult) resolved = NULL;
  g_autoptr (GAsyncResult) searched = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  add_group (fixture, "team", (const char *const[]){ "ann", NULL });
  intimail_directory_lookup_person_async (fixture->directory, "ann", NULL, directory_cases_on_result, &looked_up);
  intimail_directory_resolve_async (fixture->directory, "nobody@home.example", NULL, directory_cases_on_result, &resolved);
  intimail_directory_search_people_async (fixture->directory, "", NULL, 5, NULL, directory_cases_on_result, &searched);
  intimail_directory_list_groups_of_async (fixture->directory, "ann", NULL, directory_cases_on_result, &listed);
  person = intimail_directory_lookup_person_finish (fixture->directory, directory_cases_wait_for (&looked_up), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
  people = intimail_directory_search_people_finish (fixture->directory, directory_cases_wait_for (&searched), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (people->len, ==, 1);
  groups = intimail_directory_list_groups_of_finish (fixture->directory, directory_cases_wait_for (&listed), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 1);
  g_assert_null (intimail_directory_resolve_finish (fixture->directory, directory_cases_wait_for (&resolved), &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

#define TITLES "uid,mail,name,aliases,quotaBytes,quotaMessages,status,expiry\r\n"

static void
test_table (DirectoryFixture *fixture, gconstpointer data)
{
  static const char table[] =
      "mail,uid,name,aliases,quotaBytes,status,expiry,password\n"
      "ann@home.example,ann,\"Smith, Ann\",a@home.example  @club.example,5000000000,,2030-12-31T23:59:59Z,secret\n"
      "\n"
      "ben@home.example,ben,,,,disabled,,\n";
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint n_added = 0;

  g_assert_true (intimail_directory_import_people (fixture->directory, table, &n_added, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_added, ==, 2);
  ann = intimail_directory_authenticate (fixture->directory, "ann", "secret", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_display_name (ann), ==, "Smith, Ann");
  directory_cases_assert_resolves (fixture->directory, "a@home.example", "ann");
  directory_cases_assert_resolves (fixture->directory, "any@club.example", "ann");
  directory_cases_assert_resolves (fixture->directory, "ben@home.example", "!11");
  text = intimail_directory_export_people (fixture->directory, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, TITLES "ann,ann@home.example,\"Smith, Ann\",a@home.example @club.example,5000000000,,active,2030-12-31T23:59:59Z\r\n"
                                    "ben,ben@home.example,,,,,disabled,\r\n");
}

/* One mistake, wherever it is: nobody comes in. */
static void
test_broken_tables (DirectoryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *table;
    const char *message;
  } cases[] = {
    { "", "line 1: the table is empty" },
    { "uid,name\nzoe,Zoe\n", "line 1: the first line names the columns" },
    { "uid,mail,phone\n", "line 1: \"phone\" is no title" },
    { "uid,mail,uid\n", "line 1: \"uid\" is there twice" },
    { "uid,mail\nzoe,zoe@home.example\nyan\n", "line 3: 1 fields, where the first line has 2" },
    { "uid,mail\nzoe,zoe@home.example\n\nYan,yan@home.example\n", "line 4: \"Yan\" cannot be a uid" },
    { "uid,mail\nzoe,zoe@home.example\nyan,yan\n", "line 3: \"yan\" cannot be a main address" },
    { "uid,mail\nzoe,zoe@home.example\n\"yan\nx\",yan@home.example\n", "line 3: " },
    { "uid,mail,quotaBytes\nzoe,zoe@home.example,1G\n", "line 2: quotaBytes: \"1G\" is not a number" },
    { "uid,mail,status\nzoe,zoe@home.example,asleep\n", "line 2: status: " },
    { "uid,mail,expiry\nzoe,zoe@home.example,tomorrow\n", "line 2: expiry: " },
    { "uid,mail\nzoe,zoe@home.example\nzoe,z@home.example\n", "line 3: \"zoe\" is in line 2 too" },
    { "uid,mail\nzoe,zoe@home.example\nyan,ZOE@home.example\n", "line 3: \"zoe@home.example\" is in line 2 too" },
    { "uid,mail\nzoe,zoe@home.example\nann,a@home.example\n", "line 3: there is a person \"ann\" already" },
    { "uid,mail,aliases\nzoe,zoe@home.example,\nyan,yan@home.example,ann@home.example\n", "line 3: the address \"ann@home.example\" is taken" },
    { "uid,mail\nzoe,\"zoe@home.example\n", "line 2: a quote that begins here has no end" },
  };

  directory_cases_add (fixture, "ann", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      g_assert_false (intimail_directory_import_people (fixture->directory, cases[i].table, NULL, NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, cases[i].message));
      text = intimail_directory_export_people (fixture->directory, NULL, NULL);
      g_assert_cmpstr (text, ==, TITLES "ann,ann@home.example,,,,,active,\r\n");
    }
}

static void
add_case (const char *prefix,
          const char *name,
          DirectoryFixtureFunc setup,
          DirectoryFixtureFunc function,
          DirectoryFixtureFunc teardown)
{
  g_autofree char *path = g_strconcat (prefix, "/", name, NULL);

  g_test_add (path, DirectoryFixture, NULL, setup, function, teardown);
}

void
directory_cases_add_all (const char *prefix, DirectoryFixtureFunc setup, DirectoryFixtureFunc teardown)
{
  static const struct
  {
    const char *name;
    DirectoryFixtureFunc function;
  } cases[] = {
    { "all-that-is-known-comes-back", test_all_that_is_known_comes_back },
    { "lists-are-in-order", test_lists_are_in_order },
    { "taken", test_taken },
    { "resolve", test_resolve },
    { "catch-all", test_catch_all },
    { "duty-addresses", test_duty_addresses },
    { "search", test_search },
    { "groups", test_groups },
    { "lookup-address", test_lookup_address },
    { "mailing-list", test_mailing_list },
    { "mailing-list-mistakes", test_mailing_list_mistakes },
    { "route", test_route },
    { "route-hidden-list", test_route_hidden_list },
    { "route-depth", test_route_depth },
    { "bad-input", test_bad_input },
    { "bad-names", test_bad_names },
    { "table", test_table },
    { "broken-tables", test_broken_tables },
    { "async", test_async },
    { "authenticate", test_authenticate },
    { "change-password", test_change_password },
    { "authenticate-async", test_authenticate_async },
    { "remove", test_remove },
    { "new-members-must-exist", test_new_members_must_exist },
    { "is-admin", test_is_admin },
    { "two-snapshots", test_two_snapshots },
    { "many-threads", test_many_threads },
    { "cancelled", test_cancelled },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    add_case (prefix, cases[i].name, setup, cases[i].function, teardown);
  for (const DirectoryCase *more = directory_life_cases; more->name != NULL; more++)
    add_case (prefix, more->name, setup, more->function, teardown);
  for (const DirectoryCase *more = directory_import_cases; more->name != NULL; more++)
    add_case (prefix, more->name, setup, more->function, teardown);
  for (const DirectoryCase *more = directory_rights_cases; more->name != NULL; more++)
    add_case (prefix, more->name, setup, more->function, teardown);
}
