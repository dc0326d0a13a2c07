/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sys/stat.h>

#include "store-support.h"

static IntimailMailbox *
create (Fixture *fixture, const char *name, const char *parent_id)
{
  g_autoptr (GError) error = NULL;
  IntimailMailbox *mailbox = intimail_account_create_mailbox (fixture->account, name, parent_id, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (mailbox);
  return mailbox;
}

static gboolean
update (Fixture *fixture, IntimailMailbox *mailbox, const char *name, const char *parent_id, IntimailMailboxRole role, GError **error)
{
  return intimail_account_update_mailbox (fixture->account, intimail_mailbox_get_id (mailbox), name, parent_id, role, 0, TRUE, NULL, error);
}

static void
assert_path (Fixture *fixture, IntimailMailbox *mailbox, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) now = intimail_account_lookup_mailbox (fixture->account, intimail_mailbox_get_id (mailbox), &error);
  g_autoptr (IntimailMailbox) there = intimail_account_lookup_mailbox_by_path (fixture->account, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (intimail_mailbox_get_path (now), ==, path);
  g_assert_cmpstr (intimail_mailbox_get_id (there), ==, intimail_mailbox_get_id (mailbox));
}

static void
assert_folder (Fixture *fixture, const char *name, gboolean there)
{
  g_autofree char *path = g_build_filename (fixture->path, name, "cur", NULL);
  struct stat status;

  g_assert_cmpint (stat (path, &status) == 0, ==, there);
  if (there)
    g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
}

/* What is refused leaves nothing behind, neither beside nor above the account. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (300, 'x');
  const char *const wrong[] = { "", ".", "..", "a/b", "../x", "a\nb", " a", "a ", "\xff", long_name };
  g_auto (GStrv) before = list_files (fixture, ".");
  g_auto (GStrv) beside = list_files (fixture, "..");
  g_autoptr (IntimailMailbox) mailbox = create (fixture, "Good", NULL);
  g_auto (GStrv) with_good = list_files (fixture, ".");

  g_assert_cmpuint (g_strv_length (with_good), ==, g_strv_length (before) + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailMailbox) made = intimail_account_create_mailbox (fixture->account, wrong[i], NULL, NULL, &error);

      g_assert_null (made);
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_false (update (fixture, mailbox, wrong[i], NULL, INTIMAIL_MAILBOX_ROLE_NONE, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
    }
  {
    g_auto (GStrv) after = list_files (fixture, ".");
    g_auto (GStrv) beside_after = list_files (fixture, "..");

    g_assert_true (g_strv_equal ((const char *const *) after, (const char *const *) with_good));
    g_assert_true (g_strv_equal ((const char *const *) beside_after, (const char *const *) beside));
  }
}

/* Names that are odd and right, in every call that takes one. */
static void
test_odd (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "1.2", "~peter", "a\\b", "R&D", "日本語", "😀", "%*\"'$(x)", "-rf", "new", "cur", "Été.1" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (IntimailMailbox) mailbox = create (fixture, names[i], NULL);
      g_autoptr (IntimailMailbox) inside = create (fixture, names[i], intimail_mailbox_get_id (mailbox));
      g_autofree char *path = g_strconcat (names[i], "/", names[i], NULL);
      g_autofree char *id = deliver_to (fixture->account, intimail_mailbox_get_id (inside), names[i], "odd@x", NULL, 0);
      g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);
      g_autoptr (IntimailMailbox) found = intimail_account_lookup_mailbox_by_path (again, path, NULL);

      g_assert_cmpstr (intimail_mailbox_get_name (mailbox), ==, names[i]);
      assert_path (fixture, mailbox, names[i]);
      assert_path (fixture, inside, path);
      g_assert_cmpuint (intimail_mailbox_get_n_messages (found), ==, 1);
    }
  assert_consistent (fixture->account);
}

/* A mailbox with others inside moves whole, or stays whole. */
static void
test_rename (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailMailbox) a = create (fixture, "A", NULL);
  g_autoptr (IntimailMailbox) b = create (fixture, "B", intimail_mailbox_get_id (a));
  g_autoptr (IntimailMailbox) c = create (fixture, "C", intimail_mailbox_get_id (b));
  g_autoptr (IntimailMailbox) other = create (fixture, "A-other", NULL);
  g_autofree char *id = deliver_to (fixture->account, intimail_mailbox_get_id (c), "x", "1@x", NULL, 0);
  g_autofree char *long_name = g_strnfill (200, 'n');
  g_autofree char *deep_name = g_strnfill (100, 'd');
  g_autoptr (IntimailMailbox) deep = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (update (fixture, a, "Z.1", intimail_mailbox_get_id (other), INTIMAIL_MAILBOX_ROLE_NONE, &error));
  g_assert_no_error (error);
  assert_path (fixture, c, "A-other/Z.1/B/C");
  assert_folder (fixture, ".A-other.Z\\2e1.B.C", TRUE);
  assert_folder (fixture, ".A", FALSE);
  assert_counts (fixture->account, intimail_mailbox_get_id (c), 1, 1, 1, 1);

  g_assert_false (update (fixture, other, "x", intimail_mailbox_get_id (b), INTIMAIL_MAILBOX_ROLE_NONE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* Too long for the deepest: nothing has moved. */
  deep = create (fixture, deep_name, intimail_mailbox_get_id (c));
  g_assert_false (update (fixture, a, long_name, NULL, INTIMAIL_MAILBOX_ROLE_NONE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  assert_path (fixture, b, "A-other/Z.1/B");
  assert_path (fixture, c, "A-other/Z.1/B/C");

  /* A role that is taken: not renamed either. */
  g_assert_false (update (fixture, a, "Q", NULL, INTIMAIL_MAILBOX_ROLE_TRASH, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  assert_path (fixture, a, "A-other/Z.1");
  assert_consistent (fixture->account);
}

/* A folder in the way, of a mailbox that has nothing above it. */
static void
test_rename_collision (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailMailbox) a = create (fixture, "A", NULL);
  g_autoptr (IntimailMailbox) inside = create (fixture, "x", intimail_mailbox_get_id (a));
  g_autoptr (IntimailMailbox) z = create (fixture, "Z", NULL);
  g_autoptr (IntimailMailbox) orphan = create (fixture, "x", intimail_mailbox_get_id (z));
  g_autofree char *id = deliver_to (fixture->account, intimail_mailbox_get_id (orphan), "x", "1@x", NULL, 0);
  g_autofree char *folder = g_build_filename (fixture->path, ".Z", NULL);
  g_autoptr (GError) error = NULL;

  test_support_remove_folder (folder);
  g_assert_false (update (fixture, a, "Z", NULL, INTIMAIL_MAILBOX_ROLE_NONE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
  assert_path (fixture, a, "A");
  assert_path (fixture, inside, "A/x");
  assert_path (fixture, orphan, "Z.x");
  assert_counts (fixture->account, intimail_mailbox_get_id (orphan), 1, 1, 1, 1);
}

/* What another program named as we would not keeps its name while only the rest is
 * changed, and nobody gets a second of the same look. */
static void
test_foreign_names (Fixture *fixture, gconstpointer data)
{
  static const char *const folders[] = { ".Clés", ". space ", ".A.B", ".a\\b", ".1&AC4-2" };
  static const char *const names[] = { "Clés", " space ", "A.B", "a\\b", "1.2" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *cur = g_build_filename (fixture->path, folders[i], "cur", NULL);
      g_autofree char *new_folder = g_build_filename (fixture->path, folders[i], "new", NULL);
      g_autoptr (IntimailMailbox) mailbox = NULL;
      g_autoptr (IntimailMailbox) twin = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (g_mkdir_with_parents (cur, 0700), ==, 0);
      g_assert_cmpint (g_mkdir_with_parents (new_folder, 0700), ==, 0);
      mailbox = intimail_account_lookup_mailbox_by_path (fixture->account, names[i], &error);
      g_assert_no_error (error);
      g_assert_true (update (fixture, mailbox, names[i], NULL, INTIMAIL_MAILBOX_ROLE_NONE, &error));
      g_assert_no_error (error);
      assert_folder (fixture, folders[i], TRUE);
      assert_path (fixture, mailbox, names[i]);
      twin = intimail_account_create_mailbox (fixture->account, names[i], NULL, NULL, &error);
      g_assert_null (twin);
      g_assert_nonnull (error);
    }
}

static void
test_nesting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailMailbox) above = create (fixture, "0", NULL);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autoptr (IntimailMailbox) made = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < 16; i++)
    {
      IntimailMailbox *inside = create (fixture, "x", intimail_mailbox_get_id (above));

      g_assert_cmpstr (intimail_mailbox_get_parent_id (inside), ==, intimail_mailbox_get_id (above));
      g_object_unref (above);
      above = inside;
    }
  made = intimail_account_create_mailbox (fixture->account, "x", intimail_mailbox_get_id (above), NULL, &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  made = intimail_account_create_mailbox (fixture->account, "x", inbox, NULL, &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  made = intimail_account_create_mailbox (fixture->account, "inbox", NULL, NULL, &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-tree/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("refused", test_refused);
  ADD ("odd", test_odd);
  ADD ("rename", test_rename);
  ADD ("rename-collision", test_rename_collision);
  ADD ("foreign-names", test_foreign_names);
  ADD ("nesting", test_nesting);

  return g_test_run ();
}
