/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * dovecot-keywords: read and written as Dovecot does.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "store-support.h"

static char *
make_path (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->path, name, NULL);
}

static gboolean
set_keyword (Fixture *fixture, const char *id, const char *keyword, GError **error)
{
  const char *const ids[] = { id, NULL };
  const char *const keywords[] = { keyword, NULL };

  return intimail_account_set_keywords (fixture->account, ids, keywords, NULL, NULL, error);
}

static void
assert_file (Fixture *fixture, const char *expected)
{
  g_autofree char *path = make_path (fixture, "dovecot-keywords");
  g_autofree char *lock = make_path (fixture, "dovecot-uidlist.lock");
  g_autofree char *data = NULL;

  g_assert_true (g_file_get_contents (path, &data, NULL, NULL));
  g_assert_cmpstr (data, ==, expected);
  g_assert_cmpint (access (lock, F_OK), <, 0);
}

/* What others wrote stays as they spelled it, also what is no keyword for us. */
static void
test_spelling (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_path (fixture, "dovecot-keywords");
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;

  test_support_write_file (path, "0 $Label1\n2 caf\xe9 au lait\n");
  g_assert_true (set_keyword (fixture, id, "$label1", &error));
  g_assert_no_error (error);
  assert_file (fixture, "0 $Label1\n2 caf\xe9 au lait\n");
  g_assert_true (set_keyword (fixture, id, "errand", &error));
  g_assert_no_error (error);
  assert_file (fixture, "0 $Label1\n1 errand\n2 caf\xe9 au lait\n");
  assert_consistent (fixture->account);
}

/* Dovecot compares whole seconds. */
static void
test_time (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_path (fixture, "dovecot-keywords");
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  struct stat before;
  struct stat after;

  g_assert_true (set_keyword (fixture, id, "one", NULL));
  g_assert_cmpint (stat (path, &before), ==, 0);
  g_assert_true (set_keyword (fixture, id, "two", NULL));
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpint (after.st_mtim.tv_sec, >, before.st_mtim.tv_sec);
}

/* The pid of a process that is gone. */
static int
get_dead_pid (void)
{
  pid_t child = fork ();

  if (child == 0)
    _exit (0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  return (int) child;
}

/* A lock of somebody who was killed, or that is old, is no lock. */
static void
test_stale_lock (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = make_path (fixture, "dovecot-uidlist.lock");
  g_autofree char *dead = g_strdup_printf ("%d:%s", get_dead_pid (), g_get_host_name ());
  g_autofree char *alive = g_strdup_printf ("%d:%s", (int) getppid (), g_get_host_name ());
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
  g_autoptr (GError) error = NULL;

  test_support_write_file (lock, dead);
  g_assert_true (set_keyword (fixture, id, "one", &error));
  g_assert_no_error (error);
  test_support_write_file (lock, alive);
  g_assert_cmpint (utimensat (AT_FDCWD, lock, old, 0), ==, 0);
  g_assert_true (set_keyword (fixture, id, "two", &error));
  g_assert_no_error (error);
  assert_file (fixture, "0 one\n1 two\n");
}

/* A lock that somebody holds is waited for. */
static void
test_held_lock (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = make_path (fixture, "dovecot-uidlist.lock");
  g_autofree char *alive = g_strdup_printf ("%d:%s", (int) getppid (), g_get_host_name ());
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *path = make_path (fixture, "dovecot-keywords");
  g_autoptr (GError) error = NULL;
  pid_t child;

  test_support_write_file (lock, alive);
  child = fork ();
  if (child == 0)
    {
      /* What the holder writes before it lets go is not lost. */
      test_support_write_file (path, "0 theirs\n");
      unlink (lock);
      _exit (0);
    }
  g_assert_true (set_keyword (fixture, id, "ours", &error));
  g_assert_no_error (error);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  assert_file (fixture, "0 theirs\n1 ours\n");
}

/* A file that is none: nothing is written over it. */
static void
test_odd_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_path (fixture, "dovecot-keywords");
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (set_keyword (fixture, id, "one", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  g_assert_true (set_keyword (fixture, id, "$seen", NULL));
}

/* The word of a letter is written down after the name that has it. */
static void
test_word_comes_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_path (fixture, "dovecot-keywords");
  g_autofree char *mail = make_path (fixture, "cur/1.x.elsewhere:2,a");
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;

  test_support_write_file (mail, "Subject: x\n\n");
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
  test_support_write_file (path, "0 errand\n");
  listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, NULL);
  envelope = intimail_listing_get_envelope (listing, 0, NULL);
  g_assert_true (intimail_envelope_has_keyword (envelope, "errand"));
  assert_consistent (fixture->account);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/keyword/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("spelling", test_spelling);
  ADD ("time", test_time);
  ADD ("stale-lock", test_stale_lock);
  ADD ("held-lock", test_held_lock);
  ADD ("odd-file", test_odd_file);
  ADD ("word-comes-later", test_word_comes_later);

  return g_test_run ();
}
