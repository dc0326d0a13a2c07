/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One unique name twice in a mailbox.
 */

#include <unistd.h>

#include "store-support.h"

static char *
make_path (Fixture *fixture, const char *subfolder, const char *suffix)
{
  return g_strconcat (fixture->path, "/", subfolder, "/1.unique.elsewhere", suffix, NULL);
}

/* Two names of one file, as a power cut leaves them: one is enough. */
static void
test_one_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_new = make_path (fixture, "new", ",S=14");
  g_autofree char *in_cur = make_path (fixture, "cur", ",S=14:2,FS");
  g_autoptr (GBytes) bytes = NULL;

  test_support_write_file (in_new, "Subject: one\n\n");
  g_assert_cmpint (link (in_new, in_cur), ==, 0);
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
  assert_consistent (fixture->account);
  g_assert_cmpint (access (in_new, F_OK), <, 0);
  bytes = test_support_read_file (in_cur);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 14);
}

/* Two messages: both are seen, and neither is changed. */
static void
test_two_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_new = make_path (fixture, "new", "");
  g_autofree char *in_cur = make_path (fixture, "cur", ":2,S");
  g_autoptr (IntimailListing) listing = NULL;
  guint n_bytes = 0;

  test_support_write_file (in_new, "Subject: one\n\n");
  test_support_write_file (in_cur, "Subject: another\n\n");
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
  assert_consistent (fixture->account);
  listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = intimail_account_load_message (fixture->account, intimail_listing_get_id (listing, i), &error);

      g_assert_no_error (error);
      n_bytes += (guint) g_bytes_get_size (bytes);
    }
  g_assert_cmpuint (n_bytes, ==, strlen ("Subject: one\n\n") + strlen ("Subject: another\n\n"));
}

/* The second one comes when the first is known. */
static void
test_second_comes_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_new = make_path (fixture, "new", "");
  g_autofree char *in_cur = make_path (fixture, "cur", ":2,S");

  test_support_write_file (in_cur, "Subject: another\n\n");
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
  test_support_write_file (in_new, "Subject: one\n\n");
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
  assert_consistent (fixture->account);
}

/* A message moved to where another has its name: neither is lost. */
static void
test_moved_onto_another (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_cur = make_path (fixture, "cur", ":2,S");
  g_autofree char *in_archive = make_path (fixture, ".Archive/cur", ":2,S");
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  const char *const boxes[] = { archive, NULL };
  const char *ids[3] = { NULL };
  g_autoptr (IntimailListing) listing = NULL;
  gboolean ok;
  g_autoptr (GError) error = NULL;

  test_support_write_file (in_cur, "Subject: one\n\n");
  test_support_write_file (in_archive, "Subject: another\n\n");
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
  listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, NULL);
  ids[0] = intimail_listing_get_id (listing, 0);
  ids[1] = intimail_listing_get_id (listing, 1);
  ok = intimail_account_set_mailboxes (fixture->account, ids, boxes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
  assert_counts (fixture->account, archive, 2, 0, 2, 0);
  assert_counts (fixture->account, inbox, 0, 0, 0, 0);
  assert_consistent (fixture->account);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/double/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("one-file", test_one_file);
  ADD ("two-files", test_two_files);
  ADD ("second-comes-later", test_second_comes_later);
  ADD ("moved-onto-another", test_moved_onto_another);

  return g_test_run ();
}
