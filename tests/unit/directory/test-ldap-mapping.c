/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Directories that exist already, with other names than ours, in a real slapd.
 */

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-ldap-directory.h>

#include "private-slapd.h"
#include "test-support.h"

#define MEBIBYTE 1048576

static PrivateSlapd *slapd;

/* What each of them says about Ann: the same, but for what it has no word for. */
typedef struct
{
  const char *name;
  const char *settings;
  const char *alias;
  guint64 quota_bytes;
  guint64 quota_messages;
  const char *uuid; /* NULL for any */
  gboolean has_quota;
  const char *quota_line; /* after a quota of 3 MiB was set, as slapcat has it */
  const char *disabled_line;
} Mapping;

#define QMAIL                                                                                   \
  "people-base=\ngroups-base=\nperson-filter=(objectClass=qmailUser)\n"                         \
  "person-classes=inetOrgPerson;qmailUser\nperson-alias=mailAlternateAddress\n"                 \
  "person-quota-bytes=mailQuotaSize\nperson-quota-messages=mailQuotaCount\n"                    \
  "person-status=accountStatus\nstatus-active=active;noaccess\n"                                \
  "status-disabled=disabled;deleted\nperson-expiry=\ngroup-filter=(objectClass=groupOfNames)\n" \
  "group-classes=groupOfNames\ngroup-mail=\ngroup-member=member\ngroup-member-is=dn\n"

#define BOOK                                                                                   \
  "people-base=\ngroups-base=\nperson-filter=(objectClass=PostfixBookMailAccount)\n"           \
  "person-classes=inetOrgPerson;PostfixBookMailAccount\nperson-alias=mailAlias\n"              \
  "person-name=cn\nperson-quota-bytes=mailQuota\nquota-unit=1048576\nperson-quota-messages=\n" \
  "person-status=mailEnabled\nstatus-active=TRUE\nstatus-disabled=FALSE\nperson-expiry=\n"     \
  "group-filter=(objectClass=groupOfNames)\ngroup-classes=groupOfNames\ngroup-mail=\n"         \
  "group-member=member\ngroup-member-is=dn\n"

#define ACTIVE_DIRECTORY                                                                        \
  "people-base=\ngroups-base=\nperson-filter=(objectClass=user)\nperson-classes=user\n"         \
  "person-uid=sAMAccountName\nperson-alias=proxyAddresses\nalias-prefix=smtp:\n"                \
  "person-quota-bytes=\nperson-quota-messages=\nperson-status=userAccountControl\n"             \
  "status-bit=2\nperson-expiry=accountExpires\nexpiry-format=windows\nperson-uuid=objectGUID\n" \
  "group-filter=(objectClass=Group)\ngroup-classes=Group\ngroup-name=sAMAccountName\n"          \
  "group-mail=mail\ngroup-member=member\ngroup-member-is=dn\n"

static const Mapping mappings[] = {
  { "qmail", QMAIL, "smith@home.example", G_GUINT64_CONSTANT (5000000000), 1000, NULL, TRUE,
    "mailQuotaSize: 3145728\n", "accountStatus: disabled\n" },
  { "book", BOOK, "smith@home.example", G_GUINT64_CONSTANT (2048) * MEBIBYTE, 0, NULL, TRUE,
    "mailQuota: 3\n", "mailEnabled: FALSE\n" },
  { "ad", ACTIVE_DIRECTORY, "Smith@home.example", 0, 0, "03020100-0504-0706-0809-0a0b0c0d0e0f", FALSE,
    "userAccountControl: 512\n", "userAccountControl: 512\n" },
};

static IntimailDirectory *
open_mapping (const Mapping *mapping)
{
  g_autofree char *settings = g_strdup_printf ("[directory]\nuri=%s\nbase=ou=%s,dc=home,dc=example\n%s",
                                               slapd->ldapi, mapping->name, mapping->settings);
  g_autoptr (GError) error = NULL;
  IntimailLdapDirectory *directory = intimail_ldap_directory_new_from_settings (settings, slapd->folder, &error);

  g_assert_no_error (error);
  return INTIMAIL_DIRECTORY (directory);
}

/* The entry of Ann as the server has it. */
static char *
read_ann (const Mapping *mapping)
{
  g_autofree char *base = g_strdup_printf ("ou=%s,dc=home,dc=example", mapping->name);
  const char *const argv[] = { "ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", slapd->ldapi, "-b", base,
                               "(&(mail=ann@home.example)(objectClass=person))", NULL };
  char *output = NULL;
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return output;
}

static int
get_resolve_error (IntimailDirectory *directory, const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = intimail_directory_resolve (directory, address, NULL, &error);

  return people != NULL ? -1 : error->code;
}

static void
test_read (gconstpointer data)
{
  const Mapping *mapping = data;
  g_autoptr (IntimailDirectory) directory = open_mapping (mapping);
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GError) error = NULL;

  ann = intimail_directory_authenticate (directory, "smith@home.example", "correct horse", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_person_get_uid (ann), ==, "ann");
  g_assert_cmpstr (intimail_person_get_mail (ann), ==, "ann@home.example");
  g_assert_cmpstr (intimail_person_get_display_name (ann), ==, "Ann Smith");
  g_assert_cmpstr (intimail_person_get_aliases (ann)[0], ==, mapping->alias);
  g_assert_cmpuint (intimail_person_get_quota_bytes (ann), ==, mapping->quota_bytes);
  g_assert_cmpuint (intimail_person_get_quota_messages (ann), ==, mapping->quota_messages);
  g_assert_cmpint (intimail_person_get_expiry (ann), ==, 0);
  g_assert_true (g_uuid_string_is_valid (intimail_person_get_uuid (ann)));
  if (mapping->uuid != NULL)
    g_assert_cmpstr (intimail_person_get_uuid (ann), ==, mapping->uuid);

  g_assert_cmpint (get_resolve_error (directory, "ben@home.example"), ==, INTIMAIL_ERROR_DISABLED);
  g_assert_cmpint (get_resolve_error (directory, "zoe@home.example"), ==, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_cmpint (get_resolve_error (directory, "postmaster@home.example"), ==, -1);
  g_assert_true (intimail_directory_is_admin (directory, "ann", NULL, &error));
  g_assert_no_error (error);
  groups = intimail_directory_list_groups_of (directory, "ann", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_group_get_name (groups->pdata[0]), ==, "admins");
  people = intimail_directory_search_people (directory, "SMITH", NULL, 10, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (people->len, ==, 1);
}

static void
test_write (gconstpointer data)
{
  const Mapping *mapping = data;
  g_autoptr (IntimailDirectory) directory = open_mapping (mapping);
  g_autoptr (IntimailPerson) ann = intimail_directory_lookup_person (directory, "ann", NULL, NULL);
  g_autoptr (IntimailPerson) dora = intimail_person_new ("dora", "dora@home.example");
  g_autoptr (IntimailGroup) admins = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  if (mapping->has_quota)
    intimail_person_set_quota_bytes (ann, 3 * MEBIBYTE);
  intimail_person_set_aliases (ann, (const char *const[]){ "a.smith@home.example", NULL });
  intimail_directory_update_person (directory, ann, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_resolve_error (directory, "a.smith@home.example"), ==, -1);
  g_assert_cmpint (get_resolve_error (directory, "smith@home.example"), ==, INTIMAIL_ERROR_NOT_FOUND);
  text = read_ann (mapping);
  g_assert_nonnull (strstr (text, mapping->quota_line));
  /* What means nothing to us stays. */
  if (g_str_equal (mapping->name, "ad"))
    g_assert_nonnull (strstr (text, "proxyAddresses: x500:/o=Home/cn=ann\n"));

  intimail_person_set_status (ann, INTIMAIL_PERSON_STATUS_DISABLED);
  intimail_directory_update_person (directory, ann, NULL, &error);
  g_assert_no_error (error);
  again = read_ann (mapping);
  g_assert_nonnull (strstr (again, mapping->disabled_line));

  intimail_directory_add_person (directory, dora, "correct horse", NULL, &error);
  g_assert_no_error (error);
  admins = intimail_directory_lookup_group (directory, "admins", NULL, &error);
  g_assert_no_error (error);
  intimail_group_set_members (admins, (const char *const[]){ "ann", "dora", NULL });
  intimail_directory_update_group (directory, admins, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (intimail_directory_is_admin (directory, "dora", NULL, NULL));
  g_assert_true (intimail_directory_remove_person (directory, "dora", NULL, &error));
  g_assert_false (intimail_directory_is_admin (directory, "dora", NULL, NULL));
}

static void
test_expiry_of_windows (void)
{
  g_autoptr (IntimailDirectory) directory = open_mapping (&mappings[2]);
  g_autoptr (IntimailPerson) chloe = intimail_directory_lookup_person (directory, "chloe", NULL, NULL);
  g_autoptr (IntimailPerson) known = NULL;
  g_autoptr (GError) error = NULL;

  /* 2024-01-01. */
  g_assert_cmpint (intimail_person_get_expiry (chloe), ==, 1704067200);
  intimail_person_set_expiry (chloe, 1924991999);
  intimail_directory_update_person (directory, chloe, NULL, &error);
  g_assert_no_error (error);
  known = intimail_directory_lookup_person (directory, "chloe", NULL, &error);
  g_assert_cmpint (intimail_person_get_expiry (known), ==, 1924991999);
}

/* The group that has an address and members by DN, one of them disabled. */
static void
test_group_of_dns (void)
{
  g_autoptr (IntimailDirectory) directory = open_mapping (&mappings[2]);
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GError) error = NULL;

  members = intimail_directory_list_members (directory, "crew", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (members->len, ==, 2);
  g_assert_cmpstr (intimail_person_get_uid (members->pdata[0]), ==, "ben");
  g_assert_cmpint (get_resolve_error (directory, "crew@home.example"), ==, -1);
}

int
main (int argc, char *argv[])
{
  g_autofree char *tests = g_build_filename (g_getenv ("INTIMAIL_SOURCE_ROOT"), "tests/unit/directory", NULL);
  g_autofree char *schema = g_build_filename (tests, "mapped.schema", NULL);
  g_autofree char *ldif = g_build_filename (tests, "mapped.ldif", NULL);
  const char *const schemas[] = { schema, NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  slapd = private_slapd_new ("dc=home,dc=example", schemas);
  private_slapd_load (slapd, ldif);
  private_slapd_start (slapd);
  g_test_add_func ("/ldap-mapping/group-of-dns", test_group_of_dns);
  g_test_add_func ("/ldap-mapping/expiry-of-windows", test_expiry_of_windows);
  for (gsize i = 0; i < G_N_ELEMENTS (mappings); i++)
    {
      g_autofree char *read = g_strconcat ("/ldap-mapping/read/", mappings[i].name, NULL);
      g_autofree char *write = g_strconcat ("/ldap-mapping/write/", mappings[i].name, NULL);

      g_test_add_data_func (read, &mappings[i], test_read);
      g_test_add_data_func (write, &mappings[i], test_write);
    }
  status = g_test_run ();
  private_slapd_free (slapd);

  return status;
}
