/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who may what: each call by each who may ask.
 */

#include "directory-cases.h"

#include <string.h>

#include <intimail/intimail-error.h>

#define PASSWORD "four green boats 9 row"

/* An administrator of the site, one of club.example, the owner and a member of the group
 * choir@club.example, somebody of home.example, and somebody who is disabled. */
static const char *const levels[] = { "root", "dom", "own", "mem", "ann", "gone" };

static void
add (DirectoryFixture *fixture, const char *uid, const char *mail, const char *domain, const char *password)
{
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) error = NULL;

  if (domain != NULL)
    intimail_person_set_admin_domains (person, (const char *const[]){ domain, NULL });
  intimail_directory_add_person (fixture->directory, person, password, NULL, &error);
  g_assert_no_error (error);
}

static void
add_group (DirectoryFixture *fixture, const char *name, const char *mail, const char *owner, const char *member, gboolean hidden)
{
  g_autoptr (IntimailGroup) group = intimail_group_new (name);
  g_autoptr (GError) error = NULL;

  intimail_group_set_mail (group, mail);
  intimail_group_set_owners (group, (const char *const[]){ owner, NULL });
  intimail_group_set_members (group, (const char *const[]){ member, NULL });
  intimail_group_set_hidden (group, hidden);
  intimail_directory_add_group (fixture->directory, group, NULL, &error);
  g_assert_no_error (error);
}

static void
add_all (DirectoryFixture *fixture)
{
  g_autoptr (IntimailGroup) admins = NULL;
  g_autoptr (IntimailPerson) gone = NULL;
  g_autoptr (IntimailTemporaryAlias) alias = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "root", "root@club.example", NULL, NULL);
  add (fixture, "dom", "dom@club.example", "Club.example", NULL);
  add (fixture, "own", "own@club.example", NULL, NULL);
  add (fixture, "mem", "mem@home.example", NULL, NULL);
  add (fixture, "ann", "ann@home.example", NULL, PASSWORD);
  add (fixture, "bob", "bob@club.example", NULL, NULL);
  /* Of that domain, and above its administrator. */
  add (fixture, "big", "big@club.example", "home.example", NULL);
  add (fixture, "gone", "gone@club.example", "club.example", NULL);
  gone = intimail_directory_lookup_person (fixture->directory, "gone", NULL, NULL);
  intimail_person_set_status (gone, INTIMAIL_PERSON_STATUS_DISABLED);
  g_assert_true (intimail_directory_update_person (fixture->directory, gone, NULL, NULL));
  alias = intimail_directory_add_temporary_alias (fixture->directory, "ann", "private@home.example", 0, "", NULL, NULL);
  g_assert_nonnull (alias);
  admins = intimail_directory_lookup_group (fixture->directory, "admins", NULL, NULL);
  intimail_group_set_members (admins, (const char *const[]){ "root", NULL });
  intimail_group_set_mail (admins, "admins@club.example");
  intimail_directory_update_group (fixture->directory, admins, NULL, &error);
  g_assert_no_error (error);
  add_group (fixture, "choir", "choir@club.example", "own", "mem", FALSE);
  add_group (fixture, "secret", "secret@home.example", "mem", "mem", TRUE);
}

/* What a call needs: who acts, and the directory behind, to put things right again. */
typedef struct
{
  IntimailDirectory *acting;
  IntimailDirectory *behind;
  const char *a;
  const char *b;
} Call;

static void
restore_person (Call *call, IntimailPerson *before)
{
  g_autoptr (IntimailPerson) now = intimail_directory_lookup_person (call->behind, intimail_person_get_uid (before), NULL, NULL);

  intimail_person_set_mail (now, intimail_person_get_mail (before));
  intimail_person_set_display_name (now, intimail_person_get_display_name (before));
  intimail_person_set_aliases (now, intimail_person_get_aliases (before));
  intimail_person_set_quota_bytes (now, intimail_person_get_quota_bytes (before));
  intimail_person_set_removal (now, intimail_person_get_removal (before));
  intimail_person_set_maildir (now, intimail_person_get_maildir (before));
  intimail_person_set_admin_domains (now, intimail_person_get_admin_domains (before));
  g_assert_true (intimail_directory_update_person (call->behind, now, NULL, NULL));
}

/* A person @a with the alias @b. */
static gboolean
call_add_person (Call *call, GError **error)
{
  g_autofree char *mail = g_strconcat ("new@", call->a, NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new ("new", mail);

  if (call->b != NULL)
    intimail_person_set_aliases (person, (const char *const[]){ call->b, NULL });
  if (!intimail_directory_add_person (call->acting, person, NULL, NULL, error))
    return FALSE;
  return intimail_directory_remove_person (call->behind, "new", NULL, error);
}

static gboolean
call_add_admin (Call *call, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_person_new ("new", "new@club.example");

  intimail_person_set_admin_domains (person, (const char *const[]){ "club.example", NULL });
  if (!intimail_directory_add_person (call->acting, person, NULL, NULL, error))
    return FALSE;
  return intimail_directory_remove_person (call->behind, "new", NULL, error);
}

static gboolean
call_import (Call *call, GError **error)
{
  g_autofree char *table = g_strdup_printf ("uid,mail\nnew,new@%s\n", call->a);

  if (!intimail_directory_import_people (call->acting, table, NULL, NULL, error))
    return FALSE;
  return intimail_directory_remove_person (call->behind, "new", NULL, error);
}

static gboolean
change (Call *call, void (*set) (IntimailPerson *person, const char *value), GError **error)
{
  g_autoptr (IntimailPerson) before = intimail_directory_lookup_person (call->behind, call->a, NULL, NULL);
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (call->behind, call->a, NULL, NULL);

  set (person, call->b);
  if (!intimail_directory_update_person (call->acting, person, NULL, error))
    return FALSE;
  restore_person (call, before);
  return TRUE;
}

static gboolean
call_rename (Call *call, GError **error)
{
  return change (call, intimail_person_set_display_name, error);
}

static gboolean
call_set_mail (Call *call, GError **error)
{
  return change (call, intimail_person_set_mail, error);
}

static gboolean
call_set_maildir (Call *call, GError **error)
{
  return change (call, intimail_person_set_maildir, error);
}

static void
set_alias (IntimailPerson *person, const char *value)
{
  intimail_person_set_aliases (person, (const char *const[]){ value, NULL });
}

static gboolean
call_set_alias (Call *call, GError **error)
{
  return change (call, set_alias, error);
}

static void
set_quota (IntimailPerson *person, const char *value)
{
  intimail_person_set_quota_bytes (person, 1000000);
}

static gboolean
call_set_quota (Call *call, GError **error)
{
  return change (call, set_quota, error);
}

static void
set_admin_domain (IntimailPerson *person, const char *value)
{
  intimail_person_set_admin_domains (person, (const char *const[]){ "home.example", NULL });
}

static gboolean
call_administrate (Call *call, GError **error)
{
  return change (call, set_admin_domain, error);
}

static gboolean
call_begin_removal (Call *call, GError **error)
{
  g_autoptr (IntimailPerson) before = intimail_directory_lookup_person (call->behind, call->a, NULL, NULL);

  if (!intimail_directory_begin_removal (call->acting, call->a, 4000000000, TRUE, NULL, error))
    return FALSE;
  restore_person (call, before);
  return TRUE;
}

static gboolean
call_remove_person (Call *call, GError **error)
{
  g_autoptr (IntimailPerson) person = intimail_person_new ("bob", "bob@club.example");

  if (!intimail_directory_remove_person (call->acting, "bob", NULL, error))
    return FALSE;
  return intimail_directory_add_person (call->behind, person, NULL, NULL, error);
}

static gboolean
call_set_password (Call *call, GError **error)
{
  return intimail_directory_set_password (call->acting, call->a, PASSWORD, NULL, error);
}

static gboolean
call_change_password (Call *call, GError **error)
{
  return intimail_directory_change_password (call->acting, "ann", PASSWORD, "seven blue pens 3 run", NULL, error) &&
         intimail_directory_set_password (call->behind, "ann", PASSWORD, NULL, error);
}

static gboolean
call_add_alias (Call *call, GError **error)
{
  g_autoptr (IntimailTemporaryAlias) alias = intimail_directory_add_temporary_alias (call->acting, call->a, call->b, 0, "", NULL, error);

  return alias != NULL &&
         intimail_directory_remove_temporary_alias (call->behind, call->a, intimail_temporary_alias_get_address (alias), NULL, error);
}

static gboolean
call_see_alias (Call *call, GError **error)
{
  g_autoptr (IntimailPerson) ann = intimail_directory_lookup_person (call->acting, "ann", NULL, error);
  g_autoptr (GPtrArray) aliases = ann != NULL ? intimail_person_get_temporary_aliases (ann) : NULL;
  g_autoptr (GPtrArray) people = intimail_directory_search_people (call->acting, "ann", NULL, 1, NULL, NULL);
  g_autoptr (GPtrArray) others = people != NULL ? intimail_person_get_temporary_aliases (people->pdata[0]) : NULL;

  if (aliases == NULL)
    return FALSE;
  g_assert_cmpuint (aliases->len, ==, others->len);
  if (aliases->len == 0)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "concealed");
  return aliases->len > 0;
}

static gboolean
call_find_alias (Call *call, GError **error)
{
  g_autoptr (GObject) owner = intimail_directory_lookup_address (call->acting, call->a, NULL, error);

  return owner != NULL;
}

static gboolean
call_see_group (Call *call, GError **error)
{
  g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (call->acting, call->a, NULL, error);
  g_autoptr (GPtrArray) groups = intimail_directory_list_groups (call->acting, NULL, NULL);
  g_autoptr (GPtrArray) of_mem = intimail_directory_list_groups_of (call->acting, "mem", NULL, NULL);
  guint n = 0;

  for (guint i = 0; groups != NULL && i < groups->len; i++)
    n += g_str_equal (intimail_group_get_name (groups->pdata[i]), call->a);
  for (guint i = 0; of_mem != NULL && i < of_mem->len; i++)
    n += g_str_equal (intimail_group_get_name (of_mem->pdata[i]), call->a);
  g_assert_cmpuint (n, ==, group != NULL ? 2 : 0);
  return group != NULL;
}

static void
restore_group (Call *call, IntimailGroup *before)
{
  g_autoptr (IntimailGroup) now = intimail_directory_lookup_group (call->behind, intimail_group_get_name (before), NULL, NULL);

  intimail_group_set_mail (now, intimail_group_get_mail (before));
  intimail_group_set_description (now, intimail_group_get_description (before));
  intimail_group_set_members (now, intimail_group_get_members (before));
  intimail_group_set_hidden (now, intimail_group_get_hidden (before));
  g_assert_true (intimail_directory_update_group (call->behind, now, NULL, NULL));
}

static gboolean
change_group (Call *call, void (*set) (IntimailGroup *group, const char *value), GError **error)
{
  g_autoptr (IntimailGroup) before = intimail_directory_lookup_group (call->behind, call->a, NULL, NULL);
  g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (call->behind, call->a, NULL, NULL);

  set (group, call->b);
  if (!intimail_directory_update_group (call->acting, group, NULL, error))
    return FALSE;
  restore_group (call, before);
  return TRUE;
}

static gboolean
call_describe_group (Call *call, GError **error)
{
  return change_group (call, intimail_group_set_description, error);
}

static gboolean
call_set_group_mail (Call *call, GError **error)
{
  return change_group (call, intimail_group_set_mail, error);
}

static void
set_member (IntimailGroup *group, const char *value)
{
  intimail_group_set_members (group, (const char *const[]){ value, NULL });
}

static gboolean
call_set_member (Call *call, GError **error)
{
  return change_group (call, set_member, error);
}

static gboolean
call_add_group (Call *call, GError **error)
{
  g_autoptr (IntimailGroup) group = intimail_group_new ("new");

  intimail_group_set_mail (group, call->a);
  if (!intimail_directory_add_group (call->acting, group, NULL, error))
    return FALSE;
  return intimail_directory_remove_group (call->behind, "new", NULL, error);
}

static gboolean
call_remove_group (Call *call, GError **error)
{
  g_autoptr (IntimailGroup) group = intimail_directory_lookup_group (call->behind, call->a, NULL, NULL);

  if (!intimail_directory_remove_group (call->acting, call->a, NULL, error))
    return FALSE;
  return intimail_directory_add_group (call->behind, group, NULL, error);
}

/* By each of @levels: done (y), not permitted (n), not shown (0). */
static const struct
{
  const char *name;
  gboolean (*call) (Call *call, GError **error);
  const char *a;
  const char *b;
  const char *wanted;
} cases[] = {
  { "add somebody elsewhere", call_add_person, "home.example", NULL, "ynnnnn" },
  { "add somebody of the domain", call_add_person, "club.example", NULL, "yynnnn" },
  { "with an alias there", call_add_person, "club.example", "new2@CLUB.example", "yynnnn" },
  { "with an alias elsewhere", call_add_person, "club.example", "new@home.example", "ynnnnn" },
  { "with the rest of another domain", call_add_person, "club.example", "@home.example", "ynnnnn" },
  { "add an administrator of the domain", call_add_admin, NULL, NULL, "ynnnnn" },
  { "import somebody of the domain", call_import, "club.example", NULL, "yynnnn" },
  { "import somebody elsewhere", call_import, "home.example", NULL, "ynnnnn" },
  { "rename somebody of the domain", call_rename, "bob", "Bob", "yynnnn" },
  { "rename ann", call_rename, "ann", "Ann", "ynnnyn" },
  { "rename an administrator", call_rename, "root", "Root", "ynnnnn" },
  { "rename one with more to administrate", call_rename, "big", "Big", "ynnnnn" },
  { "give a quota in the domain", call_set_quota, "bob", NULL, "yynnnn" },
  { "give ann a quota", call_set_quota, "ann", NULL, "ynnnnn" },
  { "give a main address in the domain", call_set_mail, "bob", "b@club.example", "yynnnn" },
  { "take somebody out of the domain", call_set_mail, "bob", "bob@home.example", "ynnnnn" },
  { "take somebody into the domain", call_set_mail, "ann", "ann@club.example", "ynnnnn" },
  { "give an alias in the domain", call_set_alias, "bob", "b@club.example", "yynnnn" },
  { "give an alias elsewhere", call_set_alias, "bob", "b@home.example", "ynnnnn" },
  { "give ann an alias", call_set_alias, "ann", "a@home.example", "ynnnnn" },
  { "say where mail is", call_set_maildir, "bob", "ann", "ynnnnn" },
  { "let dom administrate more", call_administrate, "dom", NULL, "ynnnnn" },
  { "let ann administrate", call_administrate, "ann", NULL, "ynnnnn" },
  { "remove somebody of the domain", call_begin_removal, "bob", NULL, "yynnnn" },
  { "remove ann", call_begin_removal, "ann", NULL, "ynnnnn" },
  { "remove one with more to administrate", call_begin_removal, "big", NULL, "ynnnnn" },
  { "remove root, also by themselves", call_begin_removal, "root", NULL, "nnnnnn" },
  { "remove somebody at once", call_remove_person, NULL, NULL, "ynnnnn" },
  { "set a password in the domain", call_set_password, "bob", NULL, "yynnnn" },
  { "set the password of an administrator", call_set_password, "root", NULL, "ynnnnn" },
  { "set the password of one with more to administrate", call_set_password, "big", NULL, "ynnnnn" },
  { "set the password of ann", call_set_password, "ann", NULL, "ynnnnn" },
  { "change the password of ann", call_change_password, NULL, NULL, "nnnnyn" },
  { "make ann an alias that ends", call_add_alias, "ann", NULL, "ynnnyn" },
  { "choose one", call_add_alias, "ann", "shop@home.example", "ynnnyn" },
  { "choose one that is a duty", call_add_alias, "ann", "Webmaster@home.example", "ynnnnn" },
  { "choose one in another domain", call_add_alias, "ann", "shop@club.example", "ynnnnn" },
  { "make bob one", call_add_alias, "bob", NULL, "yynnnn" },
  { "see aliases of ann that end", call_see_alias, NULL, NULL, "y000yn" },
  { "ask whose one is", call_find_alias, "private@home.example", NULL, "y000yn" },
  { "ask whose it is with a detail", call_find_alias, "ann@home.example", NULL, "yyyyyn" },
  { "see a hidden group", call_see_group, "secret", NULL, "y00y0n" },
  { "see a group", call_see_group, "choir", NULL, "yyyyyn" },
  { "describe a group", call_describe_group, "choir", "We sing", "yyynnn" },
  { "describe a hidden group", call_describe_group, "secret", "x", "y00y0n" },
  { "describe the administrators", call_describe_group, "admins", "x", "ynnnnn" },
  { "change the address of a group", call_set_group_mail, "choir", "c@club.example", "yynnnn" },
  { "take a group out of the domain", call_set_group_mail, "choir", "choir@home.example", "ynnnnn" },
  { "let somebody else be the member", call_set_member, "choir", "ann", "yyynnn" },
  { "let the member leave", call_set_member, "choir", NULL, "yyyynn" },
  { "become an administrator", call_set_member, "admins", "dom", "ynnnnn" },
  { "add a group in the domain", call_add_group, "new@club.example", NULL, "yynnnn" },
  { "add a group elsewhere", call_add_group, "new@home.example", NULL, "ynnnnn" },
  { "add a group without an address", call_add_group, "", NULL, "ynnnnn" },
  { "remove a group in the domain", call_remove_group, "choir", NULL, "yynnnn" },
  { "remove a group elsewhere", call_remove_group, "secret", NULL, "y00n0n" },
};

static char
judge (gboolean done, const GError *error)
{
  if (done)
    return 'y';
  g_test_message ("  %s", error->message);
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    return strstr (error->message, "not permitted: ") != NULL ? 'n' : '?';

  return g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND) ? '0' : '!';
}

static void
test_rights (DirectoryFixture *fixture, gconstpointer data)
{
  add_all (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char answers[G_N_ELEMENTS (levels) + 1] = "";

      g_test_message ("%s", cases[i].name);
      for (gsize j = 0; j < G_N_ELEMENTS (levels); j++)
        {
          g_autoptr (IntimailDirectory) acting = intimail_directory_act_as (fixture->directory, levels[j]);
          g_autoptr (GError) error = NULL;
          Call call = { .acting = acting, .behind = fixture->directory, .a = cases[i].a, .b = cases[i].b };

          gboolean done = cases[i].call (&call, &error);

          answers[j] = judge (done, error);
        }
      g_assert_cmpstr (answers, ==, cases[i].wanted);
    }
}

static void
test_nobody_acts (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) acting = intimail_directory_act_as (fixture->directory, "zoe");
  g_autoptr (GError) error = NULL;

  directory_cases_add (fixture, "ann", NULL);
  g_assert_null (intimail_directory_lookup_person (acting, "ann", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
}

/* What a person may do is judged by what changes, not by what was looked up long ago. */
static void
test_old_copies (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) acting = NULL;
  g_autoptr (IntimailPerson) mine = NULL;
  g_autoptr (IntimailPerson) whole = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailPerson) now = NULL;
  g_autoptr (GError) error = NULL;

  add_all (fixture);
  acting = intimail_directory_act_as (fixture->directory, "ann");
  mine = intimail_directory_lookup_person (acting, "ann", NULL, NULL);
  now = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  intimail_person_set_quota_bytes (now, 1000);
  g_assert_true (intimail_directory_update_person (fixture->directory, now, NULL, NULL));
  g_clear_object (&now);
  intimail_person_set_display_name (mine, "Ann");
  g_assert_true (intimail_directory_update_person (acting, mine, NULL, &error));
  g_assert_no_error (error);
  /* One that was never looked up would take the quota away. */
  g_assert_false (intimail_directory_update_person (acting, whole, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  now = intimail_directory_lookup_person (fixture->directory, "ann", NULL, NULL);
  g_assert_cmpstr (intimail_person_get_display_name (now), ==, "Ann");
  g_assert_cmpuint (intimail_person_get_quota_bytes (now), ==, 1000);
}

/* A new function of the interface needs an answer to who may call it: in
 * intimail-acting-directory.c. */
static void
test_all_functions_are_there (DirectoryFixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailDirectory) acting = intimail_directory_act_as (fixture->directory, "ann");
  gpointer *ours = (gpointer *) INTIMAIL_DIRECTORY_GET_IFACE (acting);
  gpointer *theirs = (gpointer *) INTIMAIL_DIRECTORY_GET_IFACE (fixture->directory);

  for (gsize i = G_STRUCT_OFFSET (IntimailDirectoryInterface, lookup_person) / sizeof (gpointer);
       i < G_STRUCT_OFFSET (IntimailDirectoryInterface, padding) / sizeof (gpointer); i++)
    {
      g_test_message ("function %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (ours[i] != NULL, ==, theirs[i] != NULL);
    }
}

const DirectoryCase directory_rights_cases[] = {
  { "rights", test_rights },
  { "nobody-acts", test_nobody_acts },
  { "old-copies", test_old_copies },
  { "all-functions-are-there", test_all_functions_are_there },
  { NULL },
};
