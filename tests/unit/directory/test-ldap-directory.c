/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-ldap-directory.h>
#include <intimail/intimail-ldif-directory.h>

#include "directory-cases.h"
#include "private-slapd.h"
#include "secret-cases.h"

/* One for all tests; each has a base of its own. */
static PrivateSlapd *slapd;

static IntimailDirectory *
open_with (const char *more)
{
  g_autofree char *settings = g_strdup_printf ("[directory]\nbase=" BASE "\n%s\n", more);
  g_autoptr (GError) error = NULL;
  IntimailLdapDirectory *directory = intimail_ldap_directory_new_from_settings (settings, slapd->folder, &error);

  g_assert_no_error (error);
  return INTIMAIL_DIRECTORY (directory);
}

static IntimailDirectory *
open_by (const char *uri)
{
  g_autofree char *more = g_strconcat ("uri=", uri, NULL);

  return open_with (more);
}

static IntimailDirectory *
open_again (DirectoryFixture *fixture)
{
  return open_by (slapd->ldapi);
}

static void
remove_all (IntimailDirectory *directory)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = intimail_directory_list_people (directory, NULL, &error);
  g_autoptr (GPtrArray) groups = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < people->len; i++)
    {
      intimail_directory_remove_person (directory, intimail_person_get_uid (people->pdata[i]), NULL, &error);
      g_assert_no_error (error);
    }
  groups = intimail_directory_list_groups (directory, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < groups->len; i++)
    if (!g_str_equal (intimail_group_get_name (groups->pdata[i]), "admins"))
      {
        intimail_directory_remove_group (directory, intimail_group_get_name (groups->pdata[i]), NULL, &error);
        g_assert_no_error (error);
      }
}

/* What the server itself counts. */
static guint
count_binds (DirectoryFixture *fixture)
{
  return private_slapd_count_binds (slapd);
}

static void
setup (DirectoryFixture *fixture, gconstpointer data)
{
  fixture->open_again = open_again;
  fixture->count_work = count_binds;
  fixture->directory = open_again (fixture);
}

static void
teardown (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) fresh = open_again (fixture);

  test_support_assert_finalized (fixture->directory);
  remove_all (fresh);
}

static void
assert_knows_ann (IntimailDirectory *directory)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_authenticate (directory, "ann@home.example", "correct horse", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (person), ==, "ann");
  directory_cases_assert_resolves (directory, "ann@home.example", "ann");
}

static void
assert_unavailable (IntimailDirectory *directory, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_directory_resolve (directory, "ann@home.example", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  g_test_message ("%s", error->message);
  if (words != NULL)
    g_assert_nonnull (strstr (error->message, words));
}

static void
test_transports (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *secret = g_build_filename (slapd->folder, "secret", NULL);
  g_autofree char *by_tls = g_strconcat ("uri=", slapd->ldaps, "\ntls-ca-file=ca.crt", NULL);
  g_autofree char *by_start_tls = g_strconcat ("uri=", slapd->ldap, "\ntls-ca-file=ca.crt\nbind-dn=cn=root," BASE "\nbind-secret-file=secret", NULL);
  g_autofree char *in_clear = g_strconcat ("uri=", slapd->ldap, "\ntls=none\nbind=anonymous", NULL);
  const char *const cases[] = { by_tls, by_start_tls, in_clear };

  directory_cases_add (fixture, "ann", "correct horse");
  test_support_write_file (secret, "root\n");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailDirectory) directory = open_with (cases[i]);

      assert_knows_ann (directory);
    }
}

/* A certificate of nobody we know, and a name that it is not for. */
static void
test_certificates_are_verified (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *port = g_strdup (strrchr (slapd->ldaps, ':'));
  g_autofree char *unknown = g_strconcat ("uri=", slapd->ldaps, NULL);
  g_autofree char *unknown_start = g_strconcat ("uri=", slapd->ldap, NULL);
  g_autofree char *misnamed = g_strconcat ("uri=ldaps://127.0.0.2", port, "\ntls-ca-file=ca.crt", NULL);
  const char *const cases[] = { unknown, unknown_start, misnamed };

  directory_cases_add (fixture, "ann", "correct horse");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailDirectory) directory = open_with (cases[i]);

      assert_unavailable (directory, NULL);
    }
}

static void
test_who_we_are (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *secret = g_build_filename (slapd->folder, "secret", NULL);
  g_autofree char *simple = g_strconcat ("uri=", slapd->ldapi, "\nbind-dn=cn=root," BASE "\nbind-secret-file=secret", NULL);
  g_autofree char *nobody = g_strconcat ("uri=", slapd->ldapi, "\nbind=anonymous", NULL);
  g_autoptr (IntimailDirectory) directory = open_with (simple);
  g_autoptr (IntimailDirectory) other = open_with (simple);
  g_autoptr (IntimailDirectory) reader = open_with (nobody);
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", "correct horse");
  test_support_write_file (secret, "wrong\n");
  assert_unavailable (directory, "Invalid credentials");
  g_assert_cmpint (g_remove (secret), ==, 0);
  assert_unavailable (other, "cannot read the secret");

  /* Who may read but not write is told so. */
  assert_knows_ann (reader);
  g_assert_false (intimail_directory_set_password (reader, "ann", "battery staple", NULL, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  assert_knows_ann (reader);
}

/* Waits for what must come, without a bound that a slow machine would miss. */
static void
wait_until_known (IntimailDirectory *directory)
{
  for (int i = 0; i < 600; i++)
    {
      g_autofree char *text = directory_cases_resolve (directory, "ann@home.example");

      if (g_str_equal (text, "ann"))
        return;
      g_assert_cmpstr (text, ==, "!9");
      g_usleep (50 * 1000);
    }
  g_assert_not_reached ();
}

static void
test_restart (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *settings = g_strconcat ("uri=", slapd->ldapi, "\ncache-seconds=0", NULL);
  g_autoptr (IntimailDirectory) directory = open_with (settings);

  directory_cases_add (fixture, "ann", "correct horse");
  assert_knows_ann (directory);

  /* Back before anybody asked: the connections are dead, and nobody notices. */
  private_slapd_stop (slapd);
  private_slapd_start (slapd);
  assert_knows_ann (directory);

  private_slapd_kill (slapd);
  assert_unavailable (directory, NULL);
  assert_unavailable (directory, NULL);
  private_slapd_start (slapd);
  wait_until_known (directory);
  assert_knows_ann (directory);
}

/* A server that takes connections and says nothing costs the time-out, once. */
static void
test_silent_server (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *settings = g_strdup_printf ("uri=ldap://127.0.0.1:%u;%s\ntls=none\nbind=anonymous\ntimeout=1", port, slapd->ldapi);
  g_autofree char *alone = g_strdup_printf ("uri=ldap://127.0.0.1:%u\ntls=none\nbind=anonymous\ntimeout=1", port);
  g_autoptr (IntimailDirectory) directory = open_with (alone);
  g_autoptr (IntimailDirectory) other = NULL;

  directory_cases_add (fixture, "ann", "correct horse");
  assert_unavailable (directory, NULL);

  /* The second of two stands in for the first that does not listen. */
  g_socket_listener_close (silent);
  other = open_with (settings);
  assert_knows_ann (other);
}

static void
test_cancel_while_waiting (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *settings = g_strdup_printf ("uri=ldap://127.0.0.1:%u\ntls=none\nbind=anonymous\ntimeout=120", port);
  g_autoptr (IntimailDirectory) directory = open_with (settings);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  intimail_directory_resolve_async (directory, "ann@home.example", cancellable, directory_cases_on_result, &result);
  g_usleep (50 * 1000);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (intimail_directory_resolve_finish (directory, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What is not there, hidden or not known must not look like "nobody". */
static void
test_absence_is_not_believed (DirectoryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *settings;
    const char *words;
  } cases[] = {
    { "people-base=ou=elsewhere", "ou=elsewhere" },
    { "person-alias=mailAlternateAddress", "mailAlternateAddress" },
    { "person-filter=(objectClass=account)\ngroup-filter=(objectClass=account)", "shows neither" },
    { "base=dc=other,dc=example", "dc=other,dc=example" },
  };

  directory_cases_add (fixture, "ben", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *base = strstr (cases[i].settings, "base=dc=") != NULL ? g_strdup ("") : g_strdup ("base=" BASE "\n");
      g_autofree char *settings = g_strdup_printf ("[directory]\n%suri=%s\n%s\n", base, slapd->ldapi, cases[i].settings);
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailLdapDirectory) directory = intimail_ldap_directory_new_from_settings (settings, slapd->folder, &error);

      g_assert_no_error (error);
      assert_unavailable (INTIMAIL_DIRECTORY (directory), cases[i].words);
    }
}

/* A server that was made anew, and is empty, has not lost everybody. */
static void
test_emptied_server (DirectoryFixture *fixture, gconstpointer data)
{
  static const char *const no_schemas[] = { NULL };
  PrivateSlapd *other = private_slapd_new (BASE, no_schemas);
  g_autofree char *ldif = g_build_filename (other->folder, "bare.ldif", NULL);
  g_autofree char *settings = g_strdup_printf ("uri=%s;%s\ncache-seconds=0", slapd->ldapi, other->ldapi);
  g_autoptr (IntimailDirectory) directory = open_with (settings);

  test_support_write_file (ldif, "dn: " BASE "\nobjectClass: dcObject\nobjectClass: organization\ndc: home\no: Home\n\n"
                                 "dn: ou=people," BASE "\nobjectClass: organizationalUnit\nou: people\n\n"
                                 "dn: ou=groups," BASE "\nobjectClass: organizationalUnit\nou: groups\n");
  private_slapd_load (other, ldif);
  private_slapd_start (other);
  directory_cases_add (fixture, "ann", NULL);
  directory_cases_assert_resolves (directory, "ann@home.example", "ann");
  directory_cases_assert_resolves (directory, "zoe@home.example", "!2");
  private_slapd_stop (slapd);
  assert_unavailable (directory, NULL);
  private_slapd_start (slapd);
  private_slapd_free (other);
}

static void
test_settings (void)
{
  static const struct
  {
    const char *settings;
    const char *message;
  } cases[] = {
    { "uri=http://x\nbase=dc=x", "settings:2: uri in [directory]: \"http://x\" is not like" },
    { "uri=ldap://far.example\ntls=none\nbase=dc=x", "in the clear" },
    { "uri=ldapi:///\nbase=", "is not like dc=home" },
    { "uri=ldapi:///\nbase=dc=x\nbind=simple", "name the entry whose password" },
    { "uri=ldapi:///\nbase=dc=x\nbind-dn=cn=a", "name a file that holds the password" },
    { "uri=ldapi:///\nbase=dc=x\ntimeout=0", "take 1 to 120" },
    { "uri=ldapi:///\nbase=dc=x\nconnections=1000", "take 1 to 64" },
    { "uri=ldapi:///\nbase=dc=x\nperson-mail=", "name an attribute" },
    { "uri=ldapi:///\nbase=dc=x\nperson-mail=mail;email", "name one attribute" },
    { "uri=ldapi:///\nbase=dc=x\nperson-alias=a b", "is no attribute's name" },
    { "uri=ldapi:///\nbase=dc=x\nperson-uid=uid)(a", "is no attribute's name" },
    { "uri=ldapi:///\nbase=dc=x\nperson-filter=(a=b", "is not like (objectClass=person)" },
    { "uri=ldapi:///\nbase=dc=x\ngroup-filter=(a=b)(c=d)", "is not like (objectClass=person)" },
    { "uri=ldapi:///\nbase=dc=x\nquota-unit=0", "it is in bytes" },
    { "uri=ldapi:///\nbase=dc=x\nperson-mial=x", "did you mean \"person-mail\"?" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *settings = g_strconcat ("[directory]\n", cases[i].settings, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (intimail_ldap_directory_new_from_settings (settings, "/", &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

/* Others' changes are seen when an answer has grown old, our own at once. */
static void
test_cache (DirectoryFixture *fixture, gconstpointer data)
{
  g_autofree char *settings = g_strconcat ("uri=", slapd->ldapi, "\ncache-seconds=3600", NULL);
  g_autofree char *small = g_strconcat ("uri=", slapd->ldapi, "\ncache-seconds=3600\ncache-entries=2", NULL);
  g_autoptr (IntimailDirectory) keeper = open_with (settings);
  g_autoptr (IntimailDirectory) forgetful = open_with (small);

  directory_cases_add (fixture, "ann", NULL);
  directory_cases_add (fixture, "ben", NULL);
  directory_cases_assert_resolves (keeper, "ann@home.example", "ann");
  directory_cases_assert_resolves (forgetful, "ann@home.example", "ann");
  directory_cases_assert_resolves (forgetful, "ben@home.example", "ben");
  directory_cases_assert_resolves (forgetful, "ben+x@home.example", "ben");

  intimail_directory_remove_person (fixture->directory, "ann", NULL, NULL);
  directory_cases_assert_resolves (keeper, "ann@home.example", "ann");
  directory_cases_assert_resolves (forgetful, "ann@home.example", "!2");
  /* "Nobody" is not kept: a new person gets mail at once. */
  directory_cases_assert_resolves (keeper, "chloe@home.example", "!2");
  directory_cases_add (fixture, "chloe", NULL);
  directory_cases_assert_resolves (keeper, "chloe@home.example", "chloe");

  g_assert_true (intimail_directory_remove_person (keeper, "chloe", NULL, NULL));
  directory_cases_assert_resolves (keeper, "chloe@home.example", "!2");
  directory_cases_assert_resolves (keeper, "ann@home.example", "!2");
}

#define WRITERS 4
#define EACH 10

typedef struct
{
  int number;
  GThread *thread;
} Writer;

static gpointer
write_aliases (gpointer data)
{
  Writer *writer = data;
  g_autoptr (IntimailDirectory) directory = open_by (slapd->ldapi);

  for (int i = 0; i < EACH; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailPerson) ann = intimail_directory_lookup_person (directory, "ann", NULL, &error);
      g_autoptr (GStrvBuilder) aliases = g_strv_builder_new ();
      g_autofree char *alias = g_strdup_printf ("w%d-%d@home.example", writer->number, i);
      g_auto (GStrv) list = NULL;

      g_assert_no_error (error);
      g_strv_builder_addv (aliases, (const char **) intimail_person_get_aliases (ann));
      g_strv_builder_add (aliases, alias);
      list = g_strv_builder_end (aliases);
      intimail_person_set_aliases (ann, (const char *const *) list);
      intimail_person_set_quota_bytes (ann, 1000 + (guint64) (writer->number * EACH + i));
      intimail_directory_update_person (directory, ann, NULL, &error);
      g_assert_no_error (error);
    }

  return NULL;
}

static void
test_many_writers (DirectoryFixture *fixture, gconstpointer data)
{
  Writer writers[WRITERS];
  g_autoptr (IntimailPerson) ann = NULL;

  directory_cases_add (fixture, "ann", NULL);
  for (int i = 0; i < WRITERS; i++)
    {
      writers[i].number = i;
      writers[i].thread = g_thread_new ("writer", write_aliases, &writers[i]);
    }
  for (int i = 0; i < WRITERS; i++)
    g_thread_join (writers[i].thread);
  ann = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  g_assert_cmpuint (g_strv_length ((char **) intimail_person_get_aliases (ann)), ==, WRITERS * EACH);
  g_assert_cmpuint (intimail_person_get_quota_bytes (ann), >=, 1000);
}

static gpointer
claim_address (gpointer data)
{
  Writer *writer = data;
  g_autoptr (IntimailDirectory) directory = open_by (slapd->ldapi);
  g_autofree char *uid = g_strdup_printf ("p%d", writer->number);
  g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);

  intimail_person_set_aliases (person, (const char *const[]){ "wanted@home.example", NULL });
  return GINT_TO_POINTER (intimail_directory_add_person (directory, person, NULL, NULL, NULL));
}

/* However they hurry, nobody shares an address. */
static void
test_one_address_many_claims (DirectoryFixture *fixture, gconstpointer data)
{
  for (int round = 0; round < 5; round++)
    {
      Writer writers[WRITERS];
      int won = 0;
      g_autofree char *owner = NULL;

      for (int i = 0; i < WRITERS; i++)
        {
          writers[i].number = round * WRITERS + i;
          writers[i].thread = g_thread_new ("writer", claim_address, &writers[i]);
        }
      for (int i = 0; i < WRITERS; i++)
        won += GPOINTER_TO_INT (g_thread_join (writers[i].thread));
      owner = directory_cases_resolve (fixture->directory, "wanted@home.example");
      g_assert_cmpint (won, <=, 1);
      g_assert_cmpstr (owner[0] == '!' ? "nobody" : "somebody", ==, won == 0 ? "nobody" : "somebody");
      remove_all (fixture->directory);
    }
}

static void
add_test (const char *name, DirectoryFixtureFunc function)
{
  g_autofree char *path = g_strconcat ("/ldap-directory/", name, NULL);

  g_test_add (path, DirectoryFixture, NULL, setup, function, teardown);
}

int
main (int argc, char *argv[])
{
  g_autofree char *schema = g_build_filename (g_getenv ("INTIMAIL_SOURCE_ROOT"), "data", "intimail.schema", NULL);
  const char *const schemas[] = { schema, NULL };
  g_autofree char *ldif = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  slapd = private_slapd_new (BASE, schemas);
  ldif = g_build_filename (slapd->folder, "directory.ldif", NULL);
  intimail_ldif_directory_create (ldif, BASE, "Home", &error);
  g_assert_no_error (error);
  private_slapd_load (slapd, ldif);
  private_slapd_start (slapd);

  directory_cases_add_all ("/ldap-directory", setup, teardown);
  secret_cases_add_all ("/ldap-directory", setup, teardown);
  g_test_add_func ("/ldap-directory/settings", test_settings);
  add_test ("transports", test_transports);
  add_test ("certificates-are-verified", test_certificates_are_verified);
  add_test ("who-we-are", test_who_we_are);
  add_test ("restart", test_restart);
  add_test ("silent-server", test_silent_server);
  add_test ("cancel-while-waiting", test_cancel_while_waiting);
  add_test ("absence-is-not-believed", test_absence_is_not_believed);
  add_test ("emptied-server", test_emptied_server);
  add_test ("cache", test_cache);
  add_test ("many-writers", test_many_writers);
  add_test ("one-address-many-claims", test_one_address_many_claims);
  status = g_test_run ();
  private_slapd_free (slapd);

  return status;
}
