/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An account that is opened without its table, while others work in it: nobody waits for
 * the reading of a large index, and nothing that they do meanwhile is missed.
 */

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "disk-shim.h"
#include "store-support.h"

#define N 700

static void
put_mail (Fixture *fixture, guint number)
{
  g_autofree char *message_id = g_strdup_printf ("%u@x", number);
  g_autofree char *subject = g_strdup_printf ("%u %0300u", number, number);
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", subject, message_id, NULL);
  g_autofree char *path = g_strdup_printf ("%s/cur/%u.M%u.x:2,", fixture->path, 1000 + number, number);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents_full (path, g_bytes_get_data (message, NULL), (gssize) g_bytes_get_size (message),
                                           G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
}

/* An account with a large index and without a table; it stays open. */
static void
prepare (Fixture *fixture)
{
  g_autofree char *table = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *index = g_build_filename (fixture->path, "intimail.jsonl", NULL);
  struct stat status;

  disk_shim_set_root (fixture->path);
  for (guint i = 0; i < N; i++)
    put_mail (fixture, i);
  g_assert_cmpuint (count_messages (fixture->account), ==, N);
  test_support_assert_finalized (fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  g_assert_cmpuint (count_messages (fixture->account), ==, N);
  g_assert_cmpint (g_unlink (table), ==, 0);
  g_assert_cmpint (stat (index, &status), ==, 0);
  g_assert_cmpint (status.st_size, >, 256 * 1024);
}

static gboolean
is_free (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.lock", NULL);
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean got = flock (fd, LOCK_EX | LOCK_NB) == 0;

  close (fd);
  return got;
}

static gpointer
open_in_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_open (data, NULL, &error));
  g_assert_no_error (error);
  return NULL;
}

/* Another account object of the same folder is to this one what another process is. */
static GThread *
begin (Fixture *fixture, IntimailAccount **other)
{
  GThread *thread;

  *other = intimail_account_new (fixture->path);
  disk_shim_hold (DISK_SHIM_READ, "/intimail.jsonl");
  thread = g_thread_new ("open", open_in_thread, *other);
  disk_shim_wait_held ();
  return thread;
}

static void
end (Fixture *fixture, IntimailAccount *other, GThread *thread)
{
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  disk_shim_release ();
  g_thread_join (thread);
  g_assert_cmpuint (count_messages (other), ==, count_messages (fixture->account));
  /* Nothing was in doubt: what clients know still holds. */
  ours = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  theirs = get_state (other, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_assert_cmpstr (ours, ==, theirs);
  assert_consistent (other);
  assert_consistent (fixture->account);
  test_support_assert_finalized (other);
}

static void
test_lock_is_free (Fixture *fixture, gconstpointer data)
{
  const char *const flagged[] = { "$flagged", NULL };
  g_autofree char *late = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  IntimailAccount *other;
  GThread *thread;

  prepare (fixture);
  thread = begin (fixture, &other);
  g_assert_true (is_free (fixture));
  late = deliver_to (fixture->account, NULL, "late", "late@x", NULL, 0);
  g_assert_true (intimail_account_set_keywords (fixture->account, (const char *const[]){ late, NULL }, flagged, NULL, NULL, &error));
  end (fixture, other, thread);
}

/* The mailboxes are listed before: when they are others then, all begins anew. */
static void
test_mailbox_made (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailMailbox) made = NULL;
  g_autoptr (GPtrArray) mailboxes = NULL;
  g_autoptr (GError) error = NULL;
  IntimailAccount *other;
  GThread *thread;

  prepare (fixture);
  thread = begin (fixture, &other);
  made = intimail_account_create_mailbox (fixture->account, "New", NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (deliver_to (fixture->account, intimail_mailbox_get_id (made), "late", "late@x", NULL, 0));
  disk_shim_release ();
  g_thread_join (thread);
  mailboxes = intimail_account_list_mailboxes (other, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mailboxes->len, ==, 7);
  thread = g_thread_new ("open", open_in_thread, other);
  end (fixture, other, thread);
}

/* The index is written anew while it is read: what was read of the old one is given up. */
static void
test_rebuilt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  IntimailAccount *other;
  GThread *thread;

  prepare (fixture);
  thread = begin (fixture, &other);
  g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_free (deliver_to (fixture->account, NULL, "late", "late@x", NULL, 0));
  end (fixture, other, thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/account-load/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("lock-is-free", test_lock_is_free);
  ADD ("mailbox-made", test_mailbox_made);
  ADD ("rebuilt", test_rebuilt);
  return g_test_run ();
}
