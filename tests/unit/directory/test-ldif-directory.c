/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-ldif-directory.h>

#include "test-support.h"

#define BASE "dc=home,dc=example"

static int n_warnings;

/* A directory that is not taken over is a warning, and warnings end a test. */
static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autofree char *text = g_log_writer_format_fields (level, fields, n_fields, FALSE);

  if ((level & G_LOG_LEVEL_MASK) != G_LOG_LEVEL_WARNING || strstr (text, "not taken over") == NULL)
    return g_log_writer_default (level, fields, n_fields, data);
  g_atomic_int_inc (&n_warnings);
  return G_LOG_WRITER_HANDLED;
}

static void
assert_warnings (int wanted)
{
  g_assert_cmpint (n_warnings, ==, wanted);
  n_warnings = 0;
}

typedef struct
{
  char *folder;
  char *path;
  IntimailDirectory *directory;
} Fixture;

static IntimailDirectory *
open_again (Fixture *fixture)
{
  return INTIMAIL_DIRECTORY (intimail_ldif_directory_new (fixture->path, BASE));
}

static void
add (Fixture *fixture, const char *uid, const char *password)
{
  g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) error = NULL;

  intimail_directory_add_person (fixture->directory, person, password, NULL, &error);
  g_assert_no_error (error);
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = test_support_make_folder ("directory");
  fixture->path = g_build_filename (fixture->folder, "directory.ldif", NULL);
  intimail_ldif_directory_create (fixture->path, BASE, "Home", &error);
  g_assert_no_error (error);
  fixture->directory = open_again (fixture);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  test_support_assert_finalized (fixture->directory);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static char *
read_text (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (fixture->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
append_text (Fixture *fixture, const char *more)
{
  g_autofree char *old = read_text (fixture);
  g_autofree char *text = g_strconcat (old, more, NULL);

  test_support_write_file (fixture->path, text);
}

/* "ann ben", or "!" and the code of the error. */
static char *
resolve_to_text (IntimailDirectory *directory, const char *address)
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

static void
assert_resolves (IntimailDirectory *directory, const char *address, const char *wanted)
{
  g_autofree char *text = resolve_to_text (directory, address);

  g_test_message ("%s", address);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_create (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat status;

  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_false (intimail_ldif_directory_create (fixture->path, BASE, "Home", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (intimail_ldif_directory_create ("/nonexistent/x", "o=home", "", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (intimail_ldif_directory_create ("/nonexistent/x", BASE, "", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
}

static void
test_all_that_is_known_comes_back (Fixture *fixture, gconstpointer data)
{
  static const char *const aliases[] = { "a.smith@home.example", "\xc3\xa4nn@home.example", NULL };
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailPerson) known = NULL;
  g_autoptr (IntimailDirectory) other = open_again (fixture);
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
test_lists_are_in_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  add (fixture, "chloe", NULL);
  add (fixture, "ann", NULL);
  people = intimail_directory_list_people (fixture->directory, NULL, NULL);
  g_assert_cmpuint (people->len, ==, 2);
  g_assert_cmpstr (intimail_person_get_uid (people->pdata[0]), ==, "ann");
  g_assert_cmpstr (intimail_person_get_uid (people->pdata[1]), ==, "chloe");
  groups = intimail_directory_list_groups (fixture->directory, NULL, NULL);
  g_assert_cmpuint (groups->len, ==, 1);
  g_assert_cmpstr (intimail_group_get_name (groups->pdata[0]), ==, "admins");
}

static void
test_taken (Fixture *fixture, gconstpointer data)
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

  add (fixture, "ann", NULL);
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
test_resolve (Fixture *fixture, gconstpointer data)
{
  static const char *const aliases[] = { "smith@home.example", "a+b@home.example", "ann@club.example", NULL };
  static const char *const members[] = { "ann", "ben", "gone", "ann", NULL };
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (IntimailPerson) gone = NULL;
  g_autoptr (IntimailGroup) family = intimail_group_new ("family");
  g_autoptr (IntimailGroup) empty = intimail_group_new ("empty");
  g_autoptr (IntimailGroup) admins = NULL;

  add (fixture, "ann", NULL);
  add (fixture, "ben", NULL);
  add (fixture, "gone", NULL);
  assert_resolves (fixture->directory, "postmaster@home.example", "!9");

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
      assert_resolves (fixture->directory, cases[i][0], cases[i][1]);
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
test_authenticate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *unknown = NULL;

  add (fixture, "ann", "secret");
  add (fixture, "ben", NULL);
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

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static void
test_authenticate_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "ann", "secret");
  intimail_directory_authenticate_async (fixture->directory, "ann", "secret", NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  person = intimail_directory_authenticate_finish (fixture->directory, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) group = intimail_group_new ("family");
  g_autoptr (IntimailGroup) left = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "ann", NULL);
  add (fixture, "ben", NULL);
  intimail_group_set_members (group, (const char *const[]){ "ann", "ben", NULL });
  g_assert_true (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  g_assert_true (intimail_directory_remove_person (fixture->directory, "ann", NULL, &error));
  assert_resolves (fixture->directory, "ann@home.example", "!2");
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
test_new_members_must_exist (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) group = intimail_group_new ("family");
  g_autoptr (GError) error = NULL;

  intimail_group_set_members (group, (const char *const[]){ "zoe", NULL });
  g_assert_false (intimail_directory_add_group (fixture->directory, group, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "no such person \"zoe\"");
}

static void
test_is_admin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (fixture->directory, "admins", NULL, NULL);
  g_autoptr (GError) error = NULL;

  add (fixture, "ben", NULL);
  intimail_group_set_members (admins, (const char *const[]){ "ben", NULL });
  g_assert_true (intimail_directory_update_group (fixture->directory, admins, NULL, NULL));
  g_assert_true (intimail_directory_is_admin (fixture->directory, "ben", NULL, &error));
  g_assert_false (intimail_directory_is_admin (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
}

#define HAND_MADE                     \
  "\n# my sister\n"                   \
  "dn: uid=dora,ou=people," BASE "\n" \
  "objectClass: inetOrgPerson\n"      \
  "uid: dora\ncn: Dora\nsn: D\n"      \
  "mail: dora@home.example\n"         \
  "mail: d@home.example\n"            \
  "jpegPhoto:: AAECAw==\n"            \
  "telephoneNumber: 12\n"             \
  "\ndn: ou=printers," BASE "\n"      \
  "objectClass: organizationalUnit\n" \
  "ou: printers\n"

static void
test_edited_by_hand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) dora = NULL;
  g_autoptr (IntimailPerson) again = NULL;
  g_autofree char *text = NULL;

  assert_resolves (fixture->directory, "dora@home.example", "!2");
  append_text (fixture, HAND_MADE);
  assert_resolves (fixture->directory, "dora@home.example", "dora");
  assert_resolves (fixture->directory, "d@home.example", "dora");
  dora = intimail_directory_lookup_person (fixture->directory, "dora", NULL, NULL);
  g_assert_cmpstr (intimail_person_get_display_name (dora), ==, "Dora");
  g_assert_true (g_uuid_string_is_valid (intimail_person_get_uuid (dora)));

  /* What we write keeps what we do not know, and who she is. */
  intimail_person_set_quota_bytes (dora, 1000);
  g_assert_true (intimail_directory_update_person (fixture->directory, dora, NULL, NULL));
  again = intimail_directory_lookup_person (fixture->directory, "dora", NULL, NULL);
  g_assert_cmpuint (intimail_person_get_quota_bytes (again), ==, 1000);
  g_assert_cmpstr (intimail_person_get_uuid (again), ==, intimail_person_get_uuid (dora));
  text = read_text (fixture);
  g_assert_nonnull (strstr (text, "# my sister\n"));
  g_assert_nonnull (strstr (text, "\njpegPhoto:: AAECAw==\n"));
  g_assert_nonnull (strstr (text, "\ntelephoneNumber: 12\n"));
  g_assert_nonnull (strstr (text, "\ndn: ou=printers,"));
  g_assert_nonnull (strstr (text, "\nintimailAlias: d@home.example\n"));
}

static void
test_mistakes_by_hand (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *message; /* after the file's name */
  } cases[] = {
    { "nonsense\n", ":33: no \":\"" },
    { "\ndn: uid=z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: z\n", ":34: the person has no \"mail\"" },
    { "\ndn: uid=Z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: Z\nmail: z@h.example\n", ":34: \"Z\" cannot be a uid" },
    { "\ndn: uid=z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: z\nmail: ann@home.example\n", "the address \"ann@home.example\" is taken" },
    { "\ndn: uid=z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: ann\nmail: z@home.example\n", "the uid \"ann\" is taken" },
    { "\ndn: uid=z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: z\nmail: z@home.example\nintimailQuotaBytes: 1G\n", ":38: intimailQuotaBytes: \"1G\" is not a number" },
    { "\ndn: uid=z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: z\nmail: z@home.example\nintimailStatus: sleepy\n", ":38: intimailStatus: neither" },
    { "\ndn: uid=z,ou=people," BASE "\nobjectClass: intimailPerson\nuid: z\nmail: z@home.example\nintimailExpiry: tomorrow\n", ":38: intimailExpiry: not a time" },
    { "\ndn: UID=ann, ou=People," BASE "\nobjectClass: top\n", "is there twice" },
    { "\ndn: cn=x,ou=groups," BASE "\nobjectClass: posixGroup\ncn: x\nintimailListAddress: y\n", "cannot be a group's address" },
  };
  g_autofree char *good = NULL;

  add (fixture, "ann", NULL);
  good = read_text (fixture);
  assert_resolves (fixture->directory, "ann@home.example", "ann");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (good, cases[i].text, NULL);
      g_autofree char *after = NULL;
      g_autoptr (IntimailPerson) person = intimail_person_new ("new", "new@home.example");
      g_autoptr (IntimailDirectory) other = open_again (fixture);
      g_autoptr (GError) error = NULL;

      /* The last good state is answered; a change is refused and says why. */
      test_support_write_file (fixture->path, text);
      assert_resolves (fixture->directory, "ann@home.example", "ann");
      assert_warnings (1);
      g_assert_false (intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, fixture->path));
      g_assert_nonnull (strstr (error->message, cases[i].message));
      after = read_text (fixture);
      g_assert_cmpstr (after, ==, text);

      /* Who knew nothing before knows nothing now: mail waits. */
      assert_resolves (other, "ann@home.example", "!9");
      assert_warnings (1);

      test_support_write_file (fixture->path, good);
      assert_resolves (other, "ann@home.example", "ann");
    }
}

static void
test_file_is_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) other = open_again (fixture);

  add (fixture, "ann", NULL);
  assert_resolves (fixture->directory, "ann@home.example", "ann");
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  assert_resolves (fixture->directory, "ann@home.example", "ann");
  assert_warnings (1);
  assert_resolves (other, "ann@home.example", "!9");
  assert_warnings (1);

  assert_resolves (other, "ann@home.example", "!9");
  assert_warnings (0);

  /* An empty file is not a site where nobody lives. */
  test_support_write_file (fixture->path, "");
  assert_resolves (other, "ann@home.example", "!9");
  assert_warnings (1);
}

/* An editor empties the file and writes it again: nobody must be lost meanwhile. */
static void
test_written_in_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  FILE *file;

  add (fixture, "ann", NULL);
  append_text (fixture, HAND_MADE);
  assert_resolves (fixture->directory, "dora@home.example", "dora");
  text = read_text (fixture);

  file = g_fopen (fixture->path, "w");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (text, 1, strlen (text) - strlen (HAND_MADE), file), >, 0);
  g_assert_cmpint (fflush (file), ==, 0);
  assert_resolves (fixture->directory, "dora@home.example", "dora");
  fclose (file);

  /* Once it is still, it counts. */
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *resolved = resolve_to_text (fixture->directory, "dora@home.example");

      if (g_str_equal (resolved, "!2"))
        return;
      g_usleep (20 * 1000);
    }
  g_assert_not_reached ();
}

/* Both change the same person and group from what they knew before. */
static void
test_two_snapshots (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) first = NULL;
  g_autoptr (IntimailPerson) second = NULL;
  g_autoptr (IntimailPerson) result = NULL;
  static const char *const wanted[] = { "x@home.example", "y@home.example", NULL };

  add (fixture, "ann", NULL);
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

#define WRITERS 4
#define EACH 15

static void
write_people (Fixture *fixture, int writer)
{
  g_autoptr (IntimailDirectory) directory = open_again (fixture);

  for (int i = 0; i < EACH; i++)
    {
      g_autofree char *uid = g_strdup_printf ("w%d-%d", writer, i);
      g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
      g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);

      if (!intimail_directory_add_person (directory, person, NULL, NULL, NULL))
        _exit (1);
    }
  _exit (0);
}

static void
test_many_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) people = NULL;
  pid_t children[WRITERS];

  for (int i = 0; i < WRITERS; i++)
    {
      children[i] = fork ();
      g_assert_cmpint (children[i], >=, 0);
      if (children[i] == 0)
        write_people (fixture, i);
    }
  for (int i = 0; i < WRITERS; i++)
    {
      int status = -1;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  people = intimail_directory_list_people (fixture->directory, NULL, NULL);
  g_assert_cmpuint (people->len, ==, WRITERS * EACH);
}

static gpointer
resolve_often (gpointer data)
{
  for (int i = 0; i < 2000; i++)
    {
      g_autofree char *resolved = resolve_to_text (data, "ann@home.example");

      g_assert_cmpstr (resolved, ==, "ann");
    }

  return NULL;
}

static void
test_many_threads (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];

  add (fixture, "ann", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("resolve", resolve_often, fixture->directory);
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *uid = g_strdup_printf ("p%d", i);

      add (fixture, uid, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_symbolic_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link.ldif", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailDirectory) directory = NULL;

  g_assert_cmpint (symlink ("directory.ldif", link), ==, 0);
  directory = INTIMAIL_DIRECTORY (intimail_ldif_directory_new (link, BASE));
  g_assert_true (intimail_directory_add_person (directory, person, NULL, NULL, NULL));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_resolves (fixture->directory, "ann@home.example", "ann");
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (intimail_directory_lookup_person (fixture->directory, "ann", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
add_test (const char *name, void (*function) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/ldif-directory/", name, NULL);

  g_test_add (path, Fixture, NULL, setup, function, teardown);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  add_test ("create", test_create);
  add_test ("all-that-is-known-comes-back", test_all_that_is_known_comes_back);
  add_test ("lists-are-in-order", test_lists_are_in_order);
  add_test ("taken", test_taken);
  add_test ("resolve", test_resolve);
  add_test ("authenticate", test_authenticate);
  add_test ("authenticate-async", test_authenticate_async);
  add_test ("remove", test_remove);
  add_test ("new-members-must-exist", test_new_members_must_exist);
  add_test ("is-admin", test_is_admin);
  add_test ("edited-by-hand", test_edited_by_hand);
  add_test ("mistakes-by-hand", test_mistakes_by_hand);
  add_test ("file-is-gone", test_file_is_gone);
  add_test ("written-in-place", test_written_in_place);
  add_test ("two-snapshots", test_two_snapshots);
  add_test ("many-processes", test_many_processes);
  add_test ("many-threads", test_many_threads);
  add_test ("symbolic-link", test_symbolic_link);
  add_test ("cancelled", test_cancelled);

  return g_test_run ();
}
