/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Many who come in together: all of them or none.
 */

#include "directory-cases.h"

#include <string.h>

#include <intimail/intimail-error.h>

static const char ldif[] =
    "version: 1\n"
    "\n"
    "dn: dc=old,dc=example\n"
    "objectClass: dcObject\n"
    "objectClass: organization\n"
    "dc: old\n"
    "o: Old\n"
    "\n"
    "dn: ou=people,dc=old,dc=example\n"
    "objectClass: organizationalUnit\n"
    "ou: people\n"
    "\n"
    "dn: cn=choir,ou=groups,dc=old,dc=example\n"
    "objectClass: posixGroup\n"
    "objectClass: intimailList\n"
    "cn: choir\n"
    "gidNumber: 10001\n"
    "memberUid: zoe\n"
    "memberUid: ann\n"
    "intimailListAddress: choir@home.example\n"
    "\n"
    "dn: cn=admins,ou=groups,dc=old,dc=example\n"
    "objectClass: posixGroup\n"
    "cn: admins\n"
    "gidNumber: 10000\n"
    "memberUid: zoe\n"
    "\n"
    "# of the old house\n"
    "dn: uid=zoe,ou=people,dc=old,dc=example\n"
    "objectClass: inetOrgPerson\n"
    "objectClass: intimailPerson\n"
    "uid: zoe\n"
    "cn:: Wm/DqQ==\n"
    "sn: Z\n"
    "mail: zoe@home.example\n"
    "intimailAlias: z@home.example\n"
    "intimailTemporaryAlias: shop@home.example - the shop\n"
    "intimailQuotaBytes: 5000\n"
    "telephoneNumber: +33 1 23\n"
    "entryUUID: 0f0c5d0e-6f0c-4e0e-9c39-5d2c8f1f1b52\n"
    "userPassword: {CRYPT}$5$saltsalt$myjXcpMpE2Ofk7fj9hqyNYSn6lmWG4Mqnjx.KIRRr4/\n"
    "\n";

static char *
join (GPtrArray *objects)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; objects != NULL && i < objects->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            INTIMAIL_IS_PERSON (objects->pdata[i]) ? intimail_person_get_uid (objects->pdata[i])
                                                                   : intimail_group_get_name (objects->pdata[i]));

  return g_string_free (text, FALSE);
}

static void
assert_all (IntimailDirectory *directory, const char *uids, const char *names)
{
  g_autoptr (GPtrArray) people = intimail_directory_list_people (directory, NULL, NULL);
  g_autoptr (GPtrArray) groups = intimail_directory_list_groups (directory, NULL, NULL);
  g_autofree char *people_text = join (people);
  g_autofree char *groups_text = join (groups);

  g_assert_cmpstr (people_text, ==, uids);
  g_assert_cmpstr (groups_text, ==, names);
}

static void
assert_zoe (IntimailDirectory *directory)
{
  g_autoptr (GPtrArray) members = intimail_directory_list_members (directory, "choir", NULL, NULL);
  g_autoptr (IntimailPerson) zoe = intimail_directory_lookup_person (directory, "zoe", NULL, NULL);
  g_autofree char *uids = join (members);

  g_assert_true (strcmp (uids, "zoe ann") == 0 || strcmp (uids, "ann zoe") == 0);
  g_assert_cmpstr (intimail_person_get_display_name (zoe), ==, "Zo\xc3\xa9");
  g_assert_cmpuint (intimail_person_get_quota_bytes (zoe), ==, 5000);
  g_assert_true (intimail_directory_is_admin (directory, "zoe", NULL, NULL));
  g_assert_true (intimail_directory_is_admin (directory, "ann", NULL, NULL));
  directory_cases_assert_resolves (directory, "z@home.example", "zoe");
  directory_cases_assert_resolves (directory, "shop@home.example", "zoe");
}

static void
test_ldif (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) admins = intimail_directory_lookup_group (fixture->directory, "admins", NULL, NULL);
  g_autoptr (IntimailPerson) zoe = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint n_added = 0;

  directory_cases_add (fixture, "ann", NULL);
  intimail_group_set_members (admins, (const char *const[]){ "ann", NULL });
  g_assert_true (intimail_directory_update_group (fixture->directory, admins, NULL, NULL));
  intimail_directory_import_ldif (fixture->directory, ldif, &n_added, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_added, ==, 2);
  assert_all (fixture->directory, "ann zoe", "admins choir");
  assert_zoe (fixture->directory);
  if (fixture->path != NULL)
    {
      g_autofree char *file = NULL;

      g_assert_true (g_file_get_contents (fixture->path, &file, NULL, NULL));
      g_assert_nonnull (strstr (file, "dn: uid=zoe,ou=people," BASE "\n"));
      g_assert_nonnull (strstr (file, "telephoneNumber: +33 1 23\n"));
      g_assert_nonnull (strstr (file, "entryUUID: 0f0c5d0e-6f0c-4e0e-9c39-5d2c8f1f1b52\n"));
    }
  /* The hash came along. */
  zoe = intimail_directory_authenticate (fixture->directory, "zoe", "correct horse", NULL, &error);
  g_assert_no_error (error);

  /* Out and in again. */
  text = intimail_directory_export_ldif (fixture->directory, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "dn: ou=people," BASE "\n"));
  g_assert_null (strstr (text, "userPassword"));
  for (gsize i = 0; i < 2; i++)
    g_assert_true (intimail_directory_remove_person (fixture->directory, i == 0 ? "ann" : "zoe", NULL, NULL));
  g_assert_true (intimail_directory_remove_group (fixture->directory, "choir", NULL, NULL));
  assert_all (fixture->directory, "", "admins");
  intimail_directory_import_ldif (fixture->directory, text, &n_added, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_added, ==, 3);
  assert_zoe (fixture->directory);
}

#define PERSON(uid) "dn: uid=" uid ",ou=people,dc=x\nobjectClass: inetOrgPerson\nuid: " uid "\nmail: " uid "@home.example\ncn: x\nsn: x\n"
#define GROUP(name, member) "dn: cn=" name ",ou=groups,dc=x\nobjectClass: posixGroup\ncn: " name "\ngidNumber: 1\nmemberUid: " member "\n"

/* One mistake, wherever it is: nothing comes in. */
static void
test_broken_ldif (DirectoryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { PERSON ("zoe") "\nuid: yan\n", "line 8: " },
    { PERSON ("zoe") "mail\n", "line 7: " },
    { PERSON ("zoe") "\ndn: cn=x,dc=x\nobjectClass: device\ncn: x\n", "line 8: \"cn=x,dc=x\" is neither a person" },
    { PERSON ("zoe") "intimailQuotaBytes: lots\n", "line 7: intimailQuotaBytes: " },
    { PERSON ("zoe") "intimailTemporaryAlias: shop@home.example\n", "line 7: intimailTemporaryAlias: " },
    { PERSON ("zoe") "intimailRemoval: soon\n", "line 7: intimailRemoval: " },
    { PERSON ("zoe") "\n" PERSON ("Yan"), "line 8: \"Yan\" cannot be a uid" },
    { PERSON ("zoe") "\n" PERSON ("zoe"), "line 8: \"zoe\" is in line 1 too" },
    { PERSON ("zoe") "\n" PERSON ("ann"), "line 8: there is a person \"ann\" already" },
    { PERSON ("zoe") "intimailAlias: ANN@home.example\n", "line 1: the address \"ANN@home.example\" is taken" },
    { GROUP ("team", "zoe") "\n" PERSON ("yan"), "line 1: no such person \"zoe\"" },
    { GROUP ("team", "ann") "\n" GROUP ("team", "ann"), "line 7: \"team\" is in line 1 too" },
    { GROUP ("team", "ann") "intimailListAddress: ann@home.example\n", "line 1: the address \"ann@home.example\" is taken" },
    { PERSON ("zoe") "\n" GROUP ("admins", "nobody"), "no such person \"nobody\"" },
  };

  directory_cases_add (fixture, "ann", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (intimail_directory_import_ldif (fixture->directory, cases[i].text, NULL, NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, cases[i].message));
      assert_all (fixture->directory, "ann", "admins");
    }
}

/* What means nothing to us is a thing of somebody else's. */
static void
test_foreign_attributes (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) acting = NULL;
  g_autoptr (IntimailPerson) dom = intimail_person_new ("dom", "dom@home.example");
  g_autoptr (GError) error = NULL;

  intimail_person_set_admin_domains (dom, (const char *const[]){ "home.example", NULL });
  g_assert_true (intimail_directory_add_person (fixture->directory, dom, NULL, NULL, NULL));
  acting = intimail_directory_act_as (fixture->directory, "dom");
  g_assert_false (intimail_directory_import_ldif (acting, PERSON ("zoe") "telephoneNumber: 1\n", NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (intimail_directory_import_ldif (acting, GROUP ("team", "dom"), NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  assert_all (fixture->directory, "dom", "admins");
}

/* One change for all of them: with one for each, this would take minutes. */
static void
test_many (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) table = g_string_new ("uid,mail\n");
  g_autoptr (GError) error = NULL;
  guint n_added = 0;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (table, "p%u,p%u@home.example\n", i, i);
  intimail_directory_import_people (fixture->directory, table->str, &n_added, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_added, ==, 2000);
  directory_cases_assert_resolves (fixture->directory, "p1999@home.example", "p1999");
}

const DirectoryCase directory_import_cases[] = {
  { "ldif", test_ldif },
  { "broken-ldif", test_broken_ldif },
  { "foreign-attributes", test_foreign_attributes },
  { NULL },
};

void
directory_import_cases_add_many (const char *path, DirectoryFixtureFunc setup, DirectoryFixtureFunc teardown)
{
  g_test_add (path, DirectoryFixture, NULL, setup, test_many, teardown);
}
