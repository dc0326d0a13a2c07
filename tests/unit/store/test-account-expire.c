/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sys/stat.h>

#include "store-support.h"

#define DAY (24 * 60 * 60)

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
move_to (IntimailAccount *account, const char *id, const char *mailbox, const char *and_mailbox)
{
  const char *const ids[] = { id, NULL };
  const char *const to[] = { mailbox, and_mailbox, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_set_mailboxes (account, ids, to, NULL, &error));
  g_assert_no_error (error);
}

/* Makes the account believe that what is in a mailbox came so long ago: the numbers in
 * its files are of the same length then. */
static void
age_file (Fixture *fixture, const char *file, const char *key, gint64 seconds)
{
  g_autofree char *path = g_build_filename (fixture->path, file, NULL);
  g_autofree char *text = NULL;
  gsize length;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (char *c = text; (c = strstr (c, key)) != NULL; n++)
    {
      char *number = c + strlen (key);
      g_autofree char *older = g_strdup_printf ("%010" G_GINT64_FORMAT, g_ascii_strtoll (number, NULL, 10) - seconds);

      memcpy (number, older, 10);
      c = number;
    }
  g_assert_cmpuint (n, >, 0);
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static void
age (Fixture *fixture, const char *folder, gint64 seconds)
{
  g_autofree char *index = g_build_filename (folder, "intimail.jsonl", NULL);
  g_autofree char *identity = g_build_filename (folder, "intimail.mailbox", NULL);

  age_file (fixture, index, "\"arrived\":", seconds);
  age_file (fixture, identity, "\"roleSince\":", seconds);
}

static void
assert_expired (IntimailAccount *account, IntimailMailboxRole role, gint64 before, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = intimail_account_list_expired (account, role, before, NULL, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = join_sorted ((const char *const *) ids);
  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_removed (IntimailAccount *account, IntimailMailboxRole role, gint64 before, guint expected)
{
  g_autoptr (GError) error = NULL;
  guint n = 99;

  g_assert_true (intimail_account_expire (account, role, before, &n, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, expected);
}

/* The days are those in the mailbox, not the age of the message. */
static void
test_days (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *old = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 1000000000);
  g_autofree char *young = deliver_to (fixture->account, NULL, "y", "2@x", NULL, 1000000000);
  g_autofree char *kept = deliver_to (fixture->account, NULL, "z", "3@x", NULL, 1000000000);
  g_autoptr (IntimailAccount) again = NULL;

  move_to (fixture->account, old, trash, NULL);
  assert_expired (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - DAY, "");
  assert_removed (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - DAY, 0);
  assert_counts (fixture->account, trash, 1, 1, 1, 1);

  age (fixture, ".Trash", 30 * DAY + 60);
  again = intimail_account_new (fixture->path);
  move_to (again, young, trash, NULL);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - 31 * DAY, "");
  assert_removed (again, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - 31 * DAY, 0);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - 30 * DAY, old);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () + DAY, "");
  assert_removed (again, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - 30 * DAY, 1);
  assert_counts (again, trash, 1, 1, 1, 1);
  g_assert_cmpuint (count_messages (again), ==, 2);
  assert_consistent (again);
  assert_consistent (fixture->account);
  g_assert_cmpstr (young, !=, kept);
}

/* Flags, a compaction and a move out and in again. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *junk = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_JUNK);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *a = deliver_to (fixture->account, junk, "x", "1@x", NULL, 0);
  g_autofree char *b = deliver_to (fixture->account, junk, "y", "2@x", NULL, 0);
  const char *const ids[] = { a, NULL };
  const char *const words[] = { "$seen", NULL };
  g_autoptr (IntimailAccount) again = NULL;

  age (fixture, ".Junk", 10 * DAY);
  again = intimail_account_new (fixture->path);
  /* So often that the index is written anew. */
  for (guint i = 0; i < 800; i++)
    g_assert_true (intimail_account_set_keywords (again, ids, i % 2 == 0 ? words : NULL, i % 2 != 0 ? words : NULL, NULL, NULL));
  test_support_assert_finalized (again);
  again = intimail_account_new (fixture->path);
  {
    g_autofree char *index = g_build_filename (fixture->path, ".Junk", "intimail.jsonl", NULL);
    struct stat status;

    g_assert_cmpint (stat (index, &status), ==, 0);
    g_assert_cmpint (status.st_size, <=, 64 * 1024);
  }
  {
    g_autofree char *expected = join_sorted ((const char *const[]){ a, b, NULL });

    assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () - 9 * DAY, expected);
  }
  move_to (again, b, inbox, NULL);
  move_to (again, b, junk, NULL);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () - 9 * DAY, a);
}

/* After a rebuild, and where another program brought it, the days begin anew. */
static void
test_begins_anew (Fixture *fixture, gconstpointer data)
{
  g_autofree char *junk = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_JUNK);
  g_autofree char *id = deliver_to (fixture->account, junk, "x", "1@x", NULL, 0);
  g_autoptr (IntimailAccount) again = NULL;
  g_autofree char *foreign = g_build_filename (fixture->path, ".Junk", "cur", "1.foreign.host:2,S", NULL);
  g_autoptr (GError) error = NULL;

  age (fixture, ".Junk", 100 * DAY);
  test_support_write_file (foreign, "Subject: old\n\nx\n");
  again = intimail_account_new (fixture->path);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () - DAY, id);
  g_assert_true (intimail_account_rebuild_index (again, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () - DAY, "");
  assert_removed (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () - DAY, 0);
}

/* A mailbox that becomes the trash: what lies in it for years is not gone at once. */
static void
test_role_given (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *id = deliver_to (fixture->account, archive, "x", "1@x", NULL, 1000000000);
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_remove_mailbox (fixture->account, trash, TRUE, NULL, &error));
  g_assert_true (intimail_account_update_mailbox (fixture->account, archive, "Archive", NULL, INTIMAIL_MAILBOX_ROLE_TRASH, 0, TRUE, NULL, &error));
  g_assert_no_error (error);
  assert_removed (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () - DAY, 0);
  assert_expired (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () + DAY, id);
}

/* An account of before this was kept: the first look begins the days. */
static void
test_not_known (Fixture *fixture, gconstpointer data)
{
  g_autofree char *junk = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_JUNK);
  g_autofree char *id = deliver_to (fixture->account, junk, "x", "1@x", NULL, 1000000000);
  g_autofree char *identity = g_build_filename (fixture->path, ".Junk", "intimail.mailbox", NULL);
  g_autofree char *text = g_strdup_printf ("{\"id\":\"%s\",\"role\":\"junk\",\"sortOrder\":5,\"subscribed\":true}\n", junk);
  g_autoptr (IntimailAccount) again = NULL;

  test_support_write_file (identity, text);
  again = intimail_account_new (fixture->path);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () + DAY, "");
  assert_removed (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () - DAY, 0);
  assert_expired (again, INTIMAIL_MAILBOX_ROLE_JUNK, get_now () + DAY, id);
}

/* In two mailboxes: it leaves the one alone. And an account without a trash. */
static void
test_two_mailboxes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;

  move_to (fixture->account, id, inbox, trash);
  assert_removed (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () + DAY, 1);
  assert_counts (fixture->account, inbox, 1, 1, 1, 1);
  assert_counts (fixture->account, trash, 0, 0, 0, 0);
  assert_consistent (fixture->account);
  g_assert_true (intimail_account_remove_mailbox (fixture->account, trash, TRUE, NULL, &error));
  assert_removed (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () + DAY, 0);
  assert_expired (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH, get_now () + DAY, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-expire/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("days", test_days);
  ADD ("kept", test_kept);
  ADD ("begins-anew", test_begins_anew);
  ADD ("role-given", test_role_given);
  ADD ("not-known", test_not_known);
  ADD ("two-mailboxes", test_two_mailboxes);

  return g_test_run ();
}
