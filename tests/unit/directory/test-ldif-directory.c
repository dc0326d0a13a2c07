/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-ldif-directory.h>

#include "directory/intimail-password-private.h"
#include "directory/intimail-route-private.h"
#include "secret-cases.h"

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

static IntimailDirectory *
open_again (DirectoryFixture *fixture)
{
  return INTIMAIL_DIRECTORY (intimail_ldif_directory_new (fixture->path, BASE));
}

static guint
count_hashes (DirectoryFixture *fixture)
{
  return intimail_password_get_n_computed ();
}

static void
setup (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = test_support_make_folder ("directory");
  fixture->path = g_build_filename (fixture->folder, "directory.ldif", NULL);
  intimail_ldif_directory_create (fixture->path, BASE, "Home", &error);
  g_assert_no_error (error);
  fixture->open_again = open_again;
  fixture->count_work = count_hashes;
  fixture->directory = open_again (fixture);
}

static void
teardown (DirectoryFixture *fixture, gconstpointer data)
{
  test_support_assert_finalized (fixture->directory);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static char *
read_text (DirectoryFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (fixture->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
append_text (DirectoryFixture *fixture, const char *more)
{
  g_autofree char *old = read_text (fixture);
  g_autofree char *text = g_strconcat (old, more, NULL);

  test_support_write_file (fixture->path, text);
}

static void
test_create (DirectoryFixture *fixture, gconstpointer data)
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
test_edited_by_hand (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) dora = NULL;
  g_autoptr (IntimailPerson) again = NULL;
  g_autofree char *text = NULL;

  directory_cases_assert_resolves (fixture->directory, "dora@home.example", "!2");
  append_text (fixture, HAND_MADE);
  directory_cases_assert_resolves (fixture->directory, "dora@home.example", "dora");
  directory_cases_assert_resolves (fixture->directory, "d@home.example", "dora");
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

/* As if it had been still for a while. */
static void
set_back_time (DirectoryFixture *fixture)
{
  const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = time (NULL) - 10 } };

  g_assert_cmpint (utimensat (AT_FDCWD, fixture->path, times, 0), ==, 0);
}

static guint64
get_stamp (DirectoryFixture *fixture, const char *uid)
{
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (fixture->directory, uid, NULL, NULL);

  return intimail_person_get_sign_in_stamp (person);
}

static void
test_generation (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const aliases[] = { "smith@home.example", NULL };
  g_autoptr (IntimailDirectory) acting = intimail_directory_act_as (fixture->directory, "ann");
  g_autoptr (IntimailPerson) ann = NULL;
  guint64 generation;
  guint64 anns;
  guint64 bens;

  directory_cases_add (fixture, "ann", "correct horse");
  directory_cases_add (fixture, "ben", "correct horse");
  anns = get_stamp (fixture, "ann");
  bens = get_stamp (fixture, "ben");
  g_assert_cmpuint (anns, !=, bens);
  /* Two changes may fall into one tick of the clock: nothing is said before it is over. */
  g_assert_cmpuint (intimail_directory_get_generation (fixture->directory), !=, intimail_directory_get_generation (fixture->directory));
  set_back_time (fixture);
  generation = intimail_directory_get_generation (fixture->directory);
  g_assert_cmpuint (intimail_directory_get_generation (fixture->directory), ==, generation);
  g_assert_cmpuint (intimail_directory_get_generation (acting), ==, generation);

  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_aliases (ann, aliases);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  set_back_time (fixture);
  g_assert_cmpuint (intimail_directory_get_generation (fixture->directory), !=, generation);
  g_assert_cmpuint (get_stamp (fixture, "ann"), ==, anns);

  g_assert_true (intimail_directory_set_password (fixture->directory, "ann", "correct horse", NULL, NULL));
  g_assert_cmpuint (get_stamp (fixture, "ann"), !=, anns);
  g_assert_cmpuint (get_stamp (fixture, "ben"), ==, bens);
}

static void
test_mistakes_by_hand (DirectoryFixture *fixture, gconstpointer data)
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

  directory_cases_add (fixture, "ann", NULL);
  good = read_text (fixture);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (good, cases[i].text, NULL);
      g_autofree char *after = NULL;
      g_autoptr (IntimailPerson) person = intimail_person_new ("new", "new@home.example");
      g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);
      g_autoptr (GError) error = NULL;

      /* The last good state is answered; a change is refused and says why. */
      test_support_write_file (fixture->path, text);
      directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
      assert_warnings (1);
      g_assert_false (intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, fixture->path));
      g_assert_nonnull (strstr (error->message, cases[i].message));
      after = read_text (fixture);
      g_assert_cmpstr (after, ==, text);

      /* Who knew nothing before knows nothing now: mail waits. */
      directory_cases_assert_resolves (other, "ann@home.example", "!9");
      assert_warnings (1);

      test_support_write_file (fixture->path, good);
      directory_cases_assert_resolves (other, "ann@home.example", "ann");
    }
}

static void
test_file_is_gone (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) other = fixture->open_again (fixture);

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
  assert_warnings (1);
  directory_cases_assert_resolves (other, "ann@home.example", "!9");
  assert_warnings (1);

  directory_cases_assert_resolves (other, "ann@home.example", "!9");
  assert_warnings (0);

  /* An empty file is not a site where nobody lives. */
  test_support_write_file (fixture->path, "");
  directory_cases_assert_resolves (other, "ann@home.example", "!9");
  assert_warnings (1);
}

/* An editor empties the file and writes it again: nobody must be lost meanwhile. */
static void
test_written_in_place (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  FILE *file;

  directory_cases_add (fixture, "ann", NULL);
  append_text (fixture, HAND_MADE);
  directory_cases_assert_resolves (fixture->directory, "dora@home.example", "dora");
  text = read_text (fixture);

  file = g_fopen (fixture->path, "w");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (text, 1, strlen (text) - strlen (HAND_MADE), file), >, 0);
  g_assert_cmpint (fflush (file), ==, 0);
  directory_cases_assert_resolves (fixture->directory, "dora@home.example", "dora");
  fclose (file);

  /* Once it is still, it counts. */
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *resolved = directory_cases_resolve (fixture->directory, "dora@home.example");

      if (g_str_equal (resolved, "!2"))
        return;
      g_usleep (20 * 1000);
    }
  g_assert_not_reached ();
}

#define WRITERS 4
#define EACH 15

static void
write_people (DirectoryFixture *fixture, int writer)
{
  g_autoptr (IntimailDirectory) directory = fixture->open_again (fixture);

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
test_many_processes (DirectoryFixture *fixture, gconstpointer data)
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

static void
test_symbolic_link (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link.ldif", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailDirectory) directory = NULL;

  g_assert_cmpint (symlink ("directory.ldif", link), ==, 0);
  directory = INTIMAIL_DIRECTORY (intimail_ldif_directory_new (link, BASE));
  g_assert_true (intimail_directory_add_person (directory, person, NULL, NULL, NULL));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  directory_cases_assert_resolves (fixture->directory, "ann@home.example", "ann");
}

/* Three lists in each other, with as many members as one may have and one more. */
static void
test_crowd (DirectoryFixture *fixture, gconstpointer data)
{
  const guint n_lists = 3;
  const guint n_each = INTIMAIL_ROUTE_MAX_MEMBERS / n_lists;
  const guint n_last = INTIMAIL_ROUTE_MAX_MEMBERS - n_each * (n_lists - 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (IntimailRoute) route = NULL;
  g_autoptr (IntimailRoute) crowd = NULL;
  g_autoptr (IntimailDirectory) first = NULL;
  g_autoptr (IntimailDirectory) second = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_lists; i++)
    {
      g_string_append_printf (text, "\ndn: cn=l%u,ou=groups," BASE "\nobjectClass: posixGroup\nobjectClass: intimailList\ncn: l%u\n"
                                    "gidNumber: %u\nintimailListAddress: l%u@home.example\n",
                              i, i, 20000 + i, i);
      if (i + 1 < n_lists)
        g_string_append_printf (text, "intimailListMember: l%u@home.example\n", i + 1);
      for (guint j = 0; j < (i + 1 < n_lists ? n_each : n_last); j++)
        g_string_append_printf (text, "intimailListMember: m%u-%u@elsewhere.example\n", i, j);
    }
  append_text (fixture, text->str);
  first = open_again (fixture);
  route = intimail_route_find (first, "l0@home.example", "", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (route->addresses->len, ==, INTIMAIL_ROUTE_MAX_MEMBERS);
  append_text (fixture, "intimailListMember: one@more.example\n");
  second = open_again (fixture);
  crowd = intimail_route_find (second, "l0@home.example", "", NULL, &error);
  g_assert_null (crowd);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
}

static void
add_test (const char *name, DirectoryFixtureFunc function)
{
  g_autofree char *path = g_strconcat ("/ldif-directory/", name, NULL);

  g_test_add (path, DirectoryFixture, NULL, setup, function, teardown);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);

  directory_cases_add_all ("/ldif-directory", setup, teardown);
  directory_import_cases_add_many ("/ldif-directory/import-many", setup, teardown);
  secret_cases_add_all ("/ldif-directory", setup, teardown);
  add_test ("create", test_create);
  add_test ("edited-by-hand", test_edited_by_hand);
  add_test ("generation", test_generation);
  add_test ("mistakes-by-hand", test_mistakes_by_hand);
  add_test ("file-is-gone", test_file_is_gone);
  add_test ("written-in-place", test_written_in_place);
  add_test ("many-processes", test_many_processes);
  add_test ("symbolic-link", test_symbolic_link);
  add_test ("crowd", test_crowd);

  return g_test_run ();
}
