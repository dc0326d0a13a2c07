/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People whose time is over, and where mail is.
 */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-site.h>

#include "test-support.h"

#define NOW G_GINT64_CONSTANT (4000000000)
#define DAY (24 * 60 * 60)

typedef struct
{
  char *folder;
  char *root;
  IntimailSite *site;
  IntimailDirectory *directory;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = test_support_make_folder ("people");
  path = g_build_filename (fixture->folder, "site", NULL);
  fixture->root = g_build_filename (path, "mail", NULL);
  fixture->site = intimail_site_create (path, "home.example", &error);
  g_assert_no_error (error);
  fixture->directory = intimail_site_get_directory (fixture->site);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  test_support_assert_finalized (fixture->site);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->root);
}

static void
add (Fixture *fixture, const char *uid)
{
  g_autofree char *mail = g_strconcat (uid, "@home.example", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) error = NULL;

  intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error);
  g_assert_no_error (error);
}

static IntimailPerson *
lookup (Fixture *fixture, const char *uid)
{
  g_autoptr (GError) error = NULL;
  IntimailPerson *person = intimail_directory_lookup_person (fixture->directory, uid, NULL, &error);

  g_assert_no_error (error);
  return person;
}

static IntimailAccount *
open_account (Fixture *fixture, const char *uid)
{
  g_autoptr (IntimailPerson) person = lookup (fixture, uid);
  g_autoptr (GError) error = NULL;
  IntimailAccount *account = intimail_site_get_account (fixture->site, person, &error);

  g_assert_no_error (error);
  return account;
}

static void
deliver (Fixture *fixture, const char *uid)
{
  static const char message[] = "Subject: secret\n\nx\n";
  g_autoptr (IntimailAccount) account = open_account (fixture, uid);
  g_autoptr (GBytes) bytes = g_bytes_new_static (message, strlen (message));
  g_autoptr (GError) error = NULL;
  g_autofree char *id = intimail_account_deliver (account, bytes, NULL, NULL, 0, NULL, &error);

  g_assert_no_error (error);
}

static guint
count (Fixture *fixture, const char *uid)
{
  g_autoptr (IntimailAccount) account = open_account (fixture, uid);
  g_autoptr (IntimailMailbox) inbox = intimail_account_lookup_mailbox_by_role (account, INTIMAIL_MAILBOX_ROLE_INBOX, NULL);

  return intimail_mailbox_get_n_messages (inbox);
}

static void
begin_removal (Fixture *fixture, const char *uid, gint64 until, gboolean deletes_mail)
{
  g_autoptr (GError) error = NULL;

  intimail_directory_begin_removal (fixture->directory, uid, until, deletes_mail, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
is_there (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->root, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* How many are in a folder of the mail's root. */
static guint
count_names (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->root, name, NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;

  return n;
}

static char *
list_ended (Fixture *fixture, gint64 now)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = intimail_site_list_ended_people (fixture->site, now, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < people->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", intimail_person_get_uid (people->pdata[i]));

  return g_string_free (text, FALSE);
}

static void
test_removal_deletes_mail (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) group = intimail_group_new ("family");
  g_autoptr (IntimailGroup) left = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *kept = NULL;

  add (fixture, "ann");
  deliver (fixture, "ann");
  intimail_group_set_members (group, (const char *const[]){ "ann", NULL });
  g_assert_true (intimail_directory_add_group (fixture->directory, group, NULL, NULL));
  begin_removal (fixture, "ann", NOW, TRUE);
  before = list_ended (fixture, NOW);
  g_assert_cmpstr (before, ==, "");
  g_assert_null (intimail_site_purge_person (fixture->site, "ann", NOW, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_true (is_there (fixture, "ann/new"));

  after = list_ended (fixture, NOW + 300);
  g_assert_cmpstr (after, ==, "ann");
  kept = intimail_site_purge_person (fixture->site, "ann", NOW + 300, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept, ==, "");
  g_assert_false (is_there (fixture, "ann"));
  g_assert_cmpuint (count_names (fixture, ".removed"), ==, 0);
  left = intimail_directory_lookup_group (fixture->directory, "family", NULL, NULL);
  g_assert_false (intimail_group_has_member (left, "ann"));
  g_assert_null (intimail_directory_lookup_person (fixture->directory, "ann", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* Another one, with the account of the first still in the cache of this process. */
  add (fixture, "ann");
  g_assert_cmpuint (count (fixture, "ann"), ==, 0);
  deliver (fixture, "ann");
  g_assert_cmpuint (count (fixture, "ann"), ==, 1);
}

static void
test_removal_keeps_mail (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *folder = NULL;

  add (fixture, "ann");
  deliver (fixture, "ann");
  begin_removal (fixture, "ann", 1, FALSE);
  kept = intimail_site_purge_person (fixture->site, "ann", NOW, NULL, &error);
  g_assert_no_error (error);
  folder = g_build_filename (kept, "new", NULL);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_assert_nonnull (strstr (kept, "/mail/.kept/ann@20961002T070640Z-"));
  add (fixture, "ann");
  g_assert_cmpuint (count (fixture, "ann"), ==, 0);
  g_assert_true (intimail_site_purge_leftovers (fixture->site, NULL, NULL));
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (fixture, "ann");
  deliver (fixture, "ann");
  g_assert_true (intimail_directory_undo_removal (fixture->directory, "ann", NULL, &error));
  begin_removal (fixture, "ann", NOW, TRUE);
  g_assert_true (intimail_directory_undo_removal (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
  g_assert_null (intimail_site_purge_person (fixture->site, "ann", NOW + DAY, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_cmpuint (count (fixture, "ann"), ==, 1);
  begin_removal (fixture, "ann", 1, TRUE);
  /* A second removal says what becomes of the mail, and does not begin the time anew. */
  begin_removal (fixture, "ann", NOW, FALSE);
  g_assert_false (intimail_directory_undo_removal (fixture->directory, "ann", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
}

/* Where a call was cut off: the folder was put aside, the entry is there still. */
static void
test_cut_before_the_entry (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) thief = intimail_person_new ("ann", "thief@home.example");
  g_autofree char *path = g_build_filename (fixture->root, "ann", NULL);
  g_autofree char *doomed = g_build_filename (fixture->root, ".removed", "ann@x", NULL);
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "ann");
  deliver (fixture, "ann");
  begin_removal (fixture, "ann", 1, TRUE);
  g_assert_cmpint (g_mkdir_with_parents (doomed, 0700), ==, 0);
  g_assert_cmpint (rename (path, doomed), ==, 0);
  g_assert_false (intimail_directory_add_person (fixture->directory, thief, NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  g_clear_error (&error);
  kept = intimail_site_purge_person (fixture->site, "ann", NOW, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (intimail_site_purge_leftovers (fixture->site, NULL, &error));
  g_assert_cmpuint (count_names (fixture, ".removed"), ==, 0);
}

/* The entry is gone, and the folder that was put aside is not. */
static void
test_cut_after_the_entry (Fixture *fixture, gconstpointer data)
{
  g_autofree char *doomed = g_build_filename (fixture->root, ".removed", "ann@x", "new", NULL);
  g_autofree char *file = g_build_filename (doomed, "1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (doomed, 0700), ==, 0);
  test_support_write_file (file, "Subject: secret\n\n");
  add (fixture, "ann");
  g_assert_cmpuint (count (fixture, "ann"), ==, 0);
  g_assert_true (intimail_site_purge_leftovers (fixture->site, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_names (fixture, ".removed"), ==, 0);
  g_assert_true (is_there (fixture, "ann"));
}

static void
test_expiry (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  g_autofree char *early = NULL;
  g_autofree char *late = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "ann");
  add (fixture, "ben");
  deliver (fixture, "ann");
  ann = lookup (fixture, "ann");
  intimail_person_set_expiry (ann, NOW);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  g_assert_cmpuint (intimail_site_get_expired_days (fixture->site), ==, 90);
  early = list_ended (fixture, NOW + 90 * DAY - 1);
  g_assert_cmpstr (early, ==, "");
  late = list_ended (fixture, NOW + 90 * DAY);
  g_assert_cmpstr (late, ==, "ann");
  kept = intimail_site_purge_person (fixture->site, "ann", NOW + 90 * DAY, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept, ==, "");
  g_assert_false (is_there (fixture, "ann"));
  g_assert_null (intimail_site_purge_person (fixture->site, "ben", NOW + 90 * DAY, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_null (intimail_site_purge_person (fixture->site, "zoe", NOW, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

/* What was there before these settings has no end until somebody sets one. */
static void
test_days_are_settings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "old", NULL);
  g_autofree char *config = g_build_filename (path, "intimail.conf", NULL);
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  test_support_write_file (config, "[site]\ndomains=home.example\n");
  site = intimail_site_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_site_get_expired_days (site), ==, 0);
  g_assert_cmpuint (intimail_site_get_removed_days (site), ==, 30);
}

static void
test_places (Fixture *fixture, gconstpointer data)
{
  g_autofree char *more = g_build_filename (fixture->folder, "more", NULL);
  g_autofree char *inside_more = g_build_filename (more, "ann", NULL);
  g_autofree char *link = g_build_filename (fixture->root, "link", NULL);
  g_autofree char *good_link = g_build_filename (fixture->root, "good", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->root, "elsewhere", NULL);
  g_autofree char *beside = g_strconcat (fixture->root, "2/ann", NULL);
  g_autofree char *config = g_build_filename (fixture->folder, "site", "intimail.conf", NULL);
  g_autofree char *text = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (GError) error = NULL;
  const struct
  {
    const char *maildir;
    gboolean allowed;
    gboolean with_roots;
  } cases[] = {
    { "", TRUE, TRUE },
    { "ann2", TRUE, TRUE },
    { "old/ann", TRUE, TRUE },
    { "old/./ann/", TRUE, TRUE },
    { "good/ann", TRUE, TRUE },
    { fixture->root, FALSE, FALSE },
    { inside_more, FALSE, TRUE },
    { more, FALSE, FALSE },
    { beside, FALSE, FALSE },
    { "/etc/ann", FALSE, FALSE },
    { "../ann", FALSE, FALSE },
    { "old/../../ann", FALSE, FALSE },
    { ".removed/x", FALSE, FALSE },
    { "ben/.Sent", FALSE, FALSE },
    { "link/ann", FALSE, FALSE },
    { ".", FALSE, FALSE },
  };

  g_assert_cmpint (g_mkdir (more, 0700), ==, 0);
  g_assert_cmpint (symlink (fixture->folder, link), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (elsewhere, 0700), ==, 0);
  g_assert_cmpint (symlink ("elsewhere", good_link), ==, 0);
  g_assert_true (g_file_get_contents (config, &text, NULL, NULL));
  changed = g_strdup_printf ("%.*sroots=%s\n%s", (int) (strstr (text, "roots=\n") - text), text, more, strstr (text, "roots=\n") + 7);
  test_support_write_file (config, changed);
  site = intimail_site_open (intimail_site_get_path (fixture->site), &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
      g_autofree char *path = NULL;
      g_autofree char *with_roots = NULL;

      intimail_person_set_maildir (ann, cases[i].maildir);
      path = intimail_site_get_account_path (fixture->site, ann);
      with_roots = intimail_site_get_account_path (site, ann);
      g_test_message ("%s: %s, %s", cases[i].maildir, path, with_roots);
      g_assert_cmpint (path != NULL, ==, cases[i].allowed);
      g_assert_cmpint (with_roots != NULL, ==, cases[i].with_roots);
      if (path == NULL)
        {
          g_assert_null (intimail_site_get_account (fixture->site, ann, &error));
          /* Mail waits. */
          g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
          g_clear_error (&error);
        }
    }
}

static void
test_mail_in_another_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;

  add (fixture, "ann");
  ann = lookup (fixture, "ann");
  intimail_person_set_maildir (ann, "old/ann");
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  deliver (fixture, "ann");
  g_assert_cmpuint (count (fixture, "ann"), ==, 1);
  g_assert_true (is_there (fixture, "old/ann/new"));
  g_assert_false (is_there (fixture, "ann"));
}

static void
test_mail_on_another_host (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "ann");
  ann = lookup (fixture, "ann");
  intimail_person_set_mail_host (ann, "mx2.home.example");
  g_assert_null (intimail_site_get_account (fixture->site, ann, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  g_assert_false (is_there (fixture, "ann"));
  intimail_person_set_mail_host (ann, "MAIL.home.example");
  {
    g_autoptr (IntimailAccount) account = intimail_site_get_account (fixture->site, ann, NULL);

    g_assert_nonnull (account);
  }
}

/* The machine that has the mail removes the name. */
static void
test_removal_on_another_host (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) ann = NULL;
  g_autofree char *ended = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "ann");
  ann = lookup (fixture, "ann");
  intimail_person_set_mail_host (ann, "mx2.home.example");
  intimail_person_set_removal (ann, 1);
  g_assert_true (intimail_directory_update_person (fixture->directory, ann, NULL, NULL));
  ended = list_ended (fixture, NOW);
  g_assert_cmpstr (ended, ==, "");
  g_assert_null (intimail_site_purge_person (fixture->site, "ann", NOW, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE);
  g_object_unref (lookup (fixture, "ann"));
}

static void
add_test (const char *name, void (*function) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/site-people/", name, NULL);

  g_test_add (path, Fixture, NULL, setup, function, teardown);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("removal-deletes-mail", test_removal_deletes_mail);
  add_test ("removal-keeps-mail", test_removal_keeps_mail);
  add_test ("undo", test_undo);
  add_test ("cut-before-the-entry", test_cut_before_the_entry);
  add_test ("cut-after-the-entry", test_cut_after_the_entry);
  add_test ("expiry", test_expiry);
  add_test ("days-are-settings", test_days_are_settings);
  add_test ("places", test_places);
  add_test ("mail-in-another-folder", test_mail_in_another_folder);
  add_test ("mail-on-another-host", test_mail_on_another_host);
  add_test ("removal-on-another-host", test_removal_on_another_host);

  return g_test_run ();
}
