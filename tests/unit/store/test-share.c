/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Others on the same tree: files renamed as Dovecot and mutt do it, indexes cut
 * anywhere, processes that work at once, and processes that are killed.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store-support.h"

static char *
find_file (Fixture *fixture, const char *subfolder, const char *part)
{
  g_auto (GStrv) names = list_files (fixture, subfolder);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      if (strstr (names[i], part) != NULL)
        return g_build_filename (fixture->path, subfolder, names[i], NULL);
    }
  return NULL;
}

static void
move_file (Fixture *fixture, const char *from, const char *to_subfolder, const char *suffix)
{
  g_autofree char *base = g_path_get_basename (from);
  g_autofree char *target = NULL;
  char *info = strstr (base, ":2,");

  if (info != NULL)
    *info = '\0';
  target = g_strconcat (fixture->path, "/", to_subfolder, "/", base, suffix, NULL);
  g_assert_cmpint (rename (from, target), ==, 0);
}

static void
assert_keyword (Fixture *fixture, const char *id, const char *keyword, gboolean has)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;

  g_assert_true (intimail_account_refresh (fixture->account, NULL, &error));
  envelope = intimail_account_get_envelope (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (intimail_envelope_has_keyword (envelope, keyword), ==, has);
}

static void
test_flags (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *words = g_build_filename (fixture->path, "dovecot-keywords", NULL);
  g_autofree char *first = find_file (fixture, "new", ",S=");
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *fourth = NULL;

  /* Dovecot sets flags inside new/ too, and has letters for words. */
  test_support_write_file (words, "0 kw1\n1 $Label1\n");
  move_file (fixture, first, "new", ":2,Sab");
  assert_keyword (fixture, id, "$seen", TRUE);
  assert_keyword (fixture, id, "kw1", TRUE);
  assert_keyword (fixture, id, "$label1", TRUE);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", id, "");

  /* mutt moves to cur/; letters that nobody knows survive ours. */
  second = find_file (fixture, "new", ",S=");
  move_file (fixture, second, "cur", ":2,RSXz");
  assert_keyword (fixture, id, "$answered", TRUE);
  assert_keyword (fixture, id, "kw1", FALSE);
  {
    const char *const ids[] = { id, NULL };
    const char *const add[] = { "$flagged", "kw1", NULL };
    g_autoptr (GError) error = NULL;

    g_assert_true (intimail_account_set_keywords (fixture->account, ids, add, NULL, NULL, &error));
    g_assert_no_error (error);
  }
  third = find_file (fixture, "cur", ":2,FRSXaz");
  g_assert_nonnull (third);
  assert_consistent (fixture->account);

  /* Marked as deleted: gone from sight, and back again. */
  g_free (state);
  state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  move_file (fixture, third, "cur", ":2,ST");
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", "", id);
  g_assert_cmpuint (count_messages (fixture->account), ==, 0);
  fourth = find_file (fixture, "cur", ":2,ST");
  move_file (fixture, fourth, "cur", ":2,S");
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, id, "", "");
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
  assert_consistent (fixture->account);
}

static void
test_size_corrected (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *file = find_file (fixture, "new", ",S=");
  g_autofree char *target = g_strdup (file);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  /* Shorter than what was there. */
  strstr (target, ",S=")[strlen (",S=7")] = '\0';
  target[strlen (target) - 1] = '7';
  g_assert_cmpint (rename (file, target), ==, 0);
  bytes = intimail_account_load_message (fixture->account, id, &error);
  g_assert_no_error (error);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", "", "");
}

static void
test_foreign_delivery (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *path = g_build_filename (fixture->path, "new", "123.456.elsewhere", NULL);
  g_autofree char *folder = g_build_filename (fixture->path, "cur", "folder", NULL);
  g_autofree char *hidden = g_build_filename (fixture->path, "cur", ".nfs0001", NULL);
  g_auto (GStrv) findings = NULL;

  test_support_write_file (path, "Subject: from elsewhere\n\nx\n");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  test_support_write_file (hidden, "x");
  assert_counts (fixture->account, inbox, 1, 1, 1, 1);
  findings = intimail_account_check_index (fixture->account, NULL, NULL, NULL);
  g_assert_cmpuint (g_strv_length (findings), ==, 2);

  /* Deleted by somebody. */
  {
    g_autoptr (IntimailListing) listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, NULL);
    const char *id = intimail_listing_get_id (listing, 0);

    assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, id, "", "");
    g_assert_cmpint (g_unlink (path), ==, 0);
    assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", "", id);
  }
  assert_counts (fixture->account, inbox, 0, 0, 0, 0);
}

static void
test_foreign_move_and_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *file = find_file (fixture, "new", ",S=");
  g_autofree char *moved = NULL;
  g_autofree char *base = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *impostor = NULL;

  /* Moved by Dovecot: another folder, the same name, the same message. */
  move_file (fixture, file, ".Archive/new", "");
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", id, "");
  assert_counts (fixture->account, archive, 1, 1, 1, 1);
  assert_counts (fixture->account, inbox, 0, 0, 0, 0);

  /* Copied by Dovecot: a second link. */
  moved = find_file (fixture, ".Archive/new", ",S=");
  base = g_path_get_basename (moved);
  copy = g_strconcat (fixture->path, "/cur/", base, ":2,S", NULL);
  g_assert_cmpint (link (moved, copy), ==, 0);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &state, "", id, "");
  assert_counts (fixture->account, inbox, 1, 1, 1, 1); /* unread: not all copies are seen */
  assert_keyword (fixture, id, "$seen", FALSE);
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);

  /* The same name with other bytes is another message. */
  impostor = g_strconcat (fixture->path, "/.Trash/cur/", base, ":2,S", NULL);
  test_support_write_file (impostor, "Subject: not that one\n\n");
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
  assert_consistent (fixture->account);
  {
    g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);

    g_assert_cmpuint (count_messages (again), ==, 2);
    assert_consistent (again);
  }
}

static void
test_foreign_mailboxes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX);
  g_autofree char *email_state = NULL;
  g_autofree char *folder = g_build_filename (fixture->path, ".Entw&APw-rfe", NULL);
  g_autofree char *renamed = g_build_filename (fixture->path, ".Anders", NULL);
  g_autofree char *away = g_build_filename (fixture->folder, "away", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;
  g_autoptr (IntimailMailbox) other = NULL;
  g_autofree char *id = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (int i = 0; i < 3; i++)
    {
      static const char *const subfolders[] = { "tmp", "new", "cur" };
      g_autofree char *path = g_build_filename (folder, subfolders[i], NULL);

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
    }
  mailbox = intimail_account_lookup_mailbox_by_path (fixture->account, "Entwürfe", &error);
  g_assert_no_error (error);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_MAILBOX, &state, intimail_mailbox_get_id (mailbox), "", "");
  id = deliver_to (fixture->account, intimail_mailbox_get_id (mailbox), "x", "1@x", NULL, 0);
  email_state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);

  g_assert_cmpint (rename (folder, renamed), ==, 0);
  other = intimail_account_lookup_mailbox_by_path (fixture->account, "Anders", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_mailbox_get_id (other), ==, intimail_mailbox_get_id (mailbox));
  g_assert_cmpuint (intimail_mailbox_get_n_messages (other), ==, 1);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &email_state, "", "", "");

  g_assert_cmpint (rename (renamed, away), ==, 0);
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &email_state, "", "", id);
  assert_consistent (fixture->account);
}

/* --- indexes of any kind --- */

static void
assert_mended (Fixture *fixture, guint n)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (fixture->path);
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (count_messages (account), ==, n);
  listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (intimail_envelope_get_subject (envelope), ==, "one subject");
    }
  assert_consistent (account);
}

static void
test_index_lost_is_a_new_epoch (Fixture *fixture, gconstpointer data)
{
  g_autofree char *index = g_build_filename (fixture->path, "intimail.jsonl", NULL);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autoptr (IntimailAccount) again = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GError) error = NULL;

  g_unlink (index);
  again = intimail_account_new (fixture->path);
  changes = intimail_account_get_changes (again, INTIMAIL_CHANGE_TYPE_EMAIL, state, 0, NULL, &error);
  g_assert_null (changes);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST);
  g_assert_cmpuint (count_messages (again), ==, 1);
}

/* One doubt is one new epoch, not one at each start. */
static void
test_journal_lost (Fixture *fixture, gconstpointer data)
{
  g_autofree char *journal = g_build_filename (fixture->path, "intimail.journal", NULL);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *before = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  g_unlink (journal);
  {
    g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);
    g_autoptr (IntimailChanges) changes = intimail_account_get_changes (again, INTIMAIL_CHANGE_TYPE_EMAIL, before, 0, NULL, &error);

    g_assert_null (changes);
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST);
    g_clear_error (&error);
    after = get_state (again, INTIMAIL_CHANGE_TYPE_EMAIL);
  }
  {
    g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);

    assert_changes (again, INTIMAIL_CHANGE_TYPE_EMAIL, &after, "", "", "");
  }
  assert_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, &after, "", "", "");
}

static void
test_compaction (Fixture *fixture, gconstpointer data)
{
  g_autofree char *index = g_build_filename (fixture->path, "intimail.jsonl", NULL);
  g_autofree char *id = deliver_to (fixture->account, NULL, "one subject", "1@x", NULL, 0);
  const char *const ids[] = { id, NULL };
  const char *const seen[] = { "$seen", NULL };
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  struct stat status;

  g_assert_cmpuint (count_messages (other), ==, 1);
  for (int i = 0; i < 1500; i++)
    {
      g_assert_true (intimail_account_set_keywords (fixture->account, ids, i % 2 == 0 ? seen : NULL, i % 2 == 0 ? NULL : seen, NULL, NULL));
      if (i % 100 == 0)
        assert_keyword (fixture, id, "$seen", i % 2 == 0);
    }
  /* It ends what it began. */
  test_support_assert_finalized (fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  g_assert_cmpint (stat (index, &status), ==, 0);
  g_assert_cmpint (status.st_size, <, 100 * 1024);
  /* The one who was not there while the file was replaced. */
  g_assert_cmpuint (count_messages (other), ==, 1);
  assert_consistent (other);
  assert_mended (fixture, 1);
}

/* --- processes --- */

static pid_t
start_child (Fixture *fixture, void (*work) (const char *path, int fd), int *read_fd)
{
  int fds[2];
  pid_t child;

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (fds[0]);
      work (fixture->path, fds[1]);
      _exit (0);
    }
  close (fds[1]);
  *read_fd = fds[0];
  return child;
}

/* Delivers until it is killed, and tells each id that was promised. */
static void
deliver_for_ever (const char *path, int fd)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);

  for (int i = 0;; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%d.%d@x", (int) getpid (), i);
      g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", "one subject", message_id, NULL);
      g_autofree char *id = intimail_account_deliver (account, message, NULL, NULL, 0, NULL, NULL);

      if (id != NULL && write (fd, id, 27) != 27)
        _exit (1);
    }
}

static guint
read_ids (int fd, GHashTable *ids)
{
  char id[28] = "";
  guint n = 0;

  while (read (fd, id, 27) == 27)
    {
      g_assert_true (g_hash_table_add (ids, g_strdup (id)));
      n++;
    }
  close (fd);
  return n;
}

static void
wait_for_promise (int fd)
{
  struct pollfd wanted = { .fd = fd, .events = POLLIN };

  g_assert_cmpint (poll (&wanted, 1, 60 * 1000), ==, 1);
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) promised = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint n_kills = g_test_slow () ? 200 : 12;

  for (guint i = 0; i < n_kills; i++)
    {
      g_autoptr (IntimailAccount) after = NULL;
      g_autoptr (IntimailListing) listing = NULL;
      g_autoptr (GError) error = NULL;
      int fds[2];
      pid_t children[2];

      for (int k = 0; k < 2; k++)
        children[k] = start_child (fixture, deliver_for_ever, &fds[k]);
      /* One in four maybe while it begins; the others deliver, however slow the machine is. */
      if (i % 4 != 0)
        wait_for_promise (fds[i % 2]);
      g_usleep ((gulong) g_rand_int_range (random, 5000, 60000));
      for (int k = 0; k < 2; k++)
        {
          kill (children[k], SIGKILL);
          g_assert_cmpint (waitpid (children[k], NULL, 0), ==, children[k]);
          read_ids (fds[k], promised);
        }

      after = intimail_account_new (fixture->path);
      listing = intimail_account_query (after, NULL, NULL, FALSE, NULL, &error);
      g_assert_no_error (error);
      {
        g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);
        GHashTableIter iter;
        gpointer id;

        for (guint m = 0; m < intimail_listing_get_n_ids (listing); m++)
          g_assert_true (g_hash_table_add (there, (char *) intimail_listing_get_id (listing, m)));
        g_hash_table_iter_init (&iter, promised);
        while (g_hash_table_iter_next (&iter, &id, NULL))
          g_assert_true (g_hash_table_contains (there, id));
      }
      assert_consistent (after);
    }
  g_test_message ("%u messages were promised, %u processes killed", g_hash_table_size (promised), 2 * n_kills);
  g_assert_cmpuint (g_hash_table_size (promised), >=, n_kills * 3 / 4);
}

#define N_EACH 40

static void
deliver_some (const char *path, int fd)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);

  for (int i = 0; i < N_EACH; i++)
    {
      g_autofree char *id = deliver_to (account, NULL, "one subject", "same@x", NULL, 0);

      g_assert_cmpint (write (fd, id, 27), ==, 27);
    }
}

/* Flags all that is there, one by one, until all of it is flagged. */
static void
flag_all (const char *path, int fd)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  const char *const flagged[] = { "$flagged", NULL };
  guint n = 0;

  while (n < 2 * N_EACH)
    {
      g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, NULL);

      n = intimail_listing_get_n_ids (listing);
      for (guint i = 0; i < n; i++)
        {
          const char *const ids[] = { intimail_listing_get_id (listing, i), NULL };

          g_assert_true (intimail_account_set_keywords (account, ids, flagged, NULL, NULL, NULL));
        }
    }
}

static void
mark_all (const char *path, int fd)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  const char *const seen[] = { "$seen", NULL };
  guint n = 0;

  while (n < 2 * N_EACH)
    {
      g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, NULL);

      n = intimail_listing_get_n_ids (listing);
      for (guint i = 0; i < n; i++)
        {
          const char *const ids[] = { intimail_listing_get_id (listing, i), NULL };

          g_assert_true (intimail_account_set_keywords (account, ids, seen, NULL, NULL, NULL));
        }
    }
}

static void
test_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) promised = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  void (*const work[]) (const char *, int) = { deliver_some, deliver_some, flag_all, mark_all };
  pid_t children[G_N_ELEMENTS (work)];
  int fds[G_N_ELEMENTS (work)];
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (work); i++)
    children[i] = start_child (fixture, work[i], &fds[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (work); i++)
    {
      int status;

      read_ids (fds[i], promised);
      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }

  g_assert_cmpuint (g_hash_table_size (promised), ==, 2 * N_EACH);
  listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, &error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 2 * N_EACH);
  for (guint i = 0; i < 2 * N_EACH; i++)
    {
      assert_keyword (fixture, intimail_listing_get_id (listing, i), "$flagged", TRUE);
      assert_keyword (fixture, intimail_listing_get_id (listing, i), "$seen", TRUE);
    }
  assert_counts (fixture->account, inbox, 2 * N_EACH, 0, 1, 0);
  assert_consistent (fixture->account);
  changes = intimail_account_get_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, state, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((GStrv) intimail_changes_get_created (changes)), ==, 2 * N_EACH);
  g_assert_null (intimail_changes_get_destroyed (changes)[0]);
}

/* Many new messages are moved on, and none is lost or changed by that. */
static void
test_many_new (Fixture *fixture, gconstpointer data)
{
  g_autofree char *state = get_state (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 140; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/new/%d.x.elsewhere", fixture->path, i);

      test_support_write_file (path, "Subject: x\n\n");
    }
  g_assert_cmpuint (count_messages (fixture->account), ==, 140);
  before = list_files (fixture, "new");
  after = list_files (fixture, "cur");
  g_assert_cmpuint (g_strv_length (before), ==, 0);
  g_assert_cmpuint (g_strv_length (after), ==, 140);
  g_assert_true (g_str_has_suffix (after[0], ":2,"));
  g_assert_cmpuint (count_messages (fixture->account), ==, 140);
  changes = intimail_account_get_changes (fixture->account, INTIMAIL_CHANGE_TYPE_EMAIL, state, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((GStrv) intimail_changes_get_created (changes)), ==, 140);
  assert_consistent (fixture->account);
}

/* --- disks that do not work --- */

/* A journal that cannot grow: the message is safe, so it is acknowledged, and it
 * is listed when there is room again. */
static void
deliver_with_full_journal (const char *path, int fd)
{
  g_autofree char *journal = g_build_filename (path, "intimail.journal", NULL);
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  g_autofree char *id = NULL;
  struct rlimit limit;
  struct stat status;

  g_assert_cmpuint (count_messages (account), ==, 20);
  g_assert_cmpint (stat (journal, &status), ==, 0);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  limit.rlim_cur = (rlim_t) status.st_size + 10;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  id = deliver_to (account, NULL, "one subject", "full@x", NULL, 0);
  limit.rlim_cur = limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_cmpuint (count_messages (account), ==, 21);
  assert_consistent (account);
  g_assert_cmpint (write (fd, id, 27), ==, 27);
}

static void
test_full_journal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) promised = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int status;
  int fd;
  pid_t child;

  for (int i = 0; i < 20; i++)
    g_free (deliver_to (fixture->account, NULL, "one subject", "x@x", NULL, 0));
  child = start_child (fixture, deliver_with_full_journal, &fd);
  g_assert_cmpuint (read_ids (fd, promised), ==, 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpuint (count_messages (fixture->account), ==, 21);
  assert_mended (fixture, 21);
}

/* Somebody who may read and not write: all is listed, and nothing is changed. */
static void
read_only (const char *path, int fd)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = make_message ("a@b", "x", "1@x", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  /* From here on relative: the way to this folder may be closed to nobody. */
  if (chdir (folder) != 0 || (geteuid () == 0 && setresuid (65534, 65534, 65534) != 0))
    _exit (2);
  account = intimail_account_new (name);
  g_assert_cmpuint (count_messages (account), ==, 2);
  assert_consistent (account);
  g_assert_null (intimail_account_deliver (account, message, NULL, NULL, 0, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_cmpuint (count_messages (account), ==, 2);
}

static void
make_readable (const char *path, gboolean writable)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    {
      g_assert_cmpint (g_chmod (path, writable ? 0600 : 0444), ==, 0);
      return;
    }
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      make_readable (child, writable);
    }
  g_assert_cmpint (g_chmod (path, writable ? 0700 : 0555), ==, 0);
}

static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *foreign = g_build_filename (fixture->path, "cur", "1.x.elsewhere:2,S", NULL);
  int status;
  int fd;
  pid_t child;

  g_free (deliver_to (fixture->account, NULL, "one subject", "x@x", NULL, 0));
  /* One that the index does not know yet. */
  test_support_write_file (foreign, "Subject: one subject\n\n");
  make_readable (fixture->folder, FALSE);
  child = start_child (fixture, read_only, &fd);
  close (fd);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  make_readable (fixture->folder, TRUE);
  g_assert_cmpint (status, ==, 0);
  assert_mended (fixture, 2);
}

static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "not", "mounted", NULL);
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_account_open (account, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_cmpint (intimail_error_get_enhanced_status (error)[0], ==, '4');
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/share/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("flags", test_flags);
  ADD ("size-corrected", test_size_corrected);
  ADD ("foreign-delivery", test_foreign_delivery);
  ADD ("foreign-move-and-copy", test_foreign_move_and_copy);
  ADD ("foreign-mailboxes", test_foreign_mailboxes);
  ADD ("index-lost-is-a-new-epoch", test_index_lost_is_a_new_epoch);
  ADD ("journal-lost", test_journal_lost);
  ADD ("compaction", test_compaction);
  ADD ("killed", test_killed);
  ADD ("processes", test_processes);
  ADD ("many-new", test_many_new);
  ADD ("full-journal", test_full_journal);
  ADD ("read-only", test_read_only);
  ADD ("no-folder", test_no_folder);

  return g_test_run ();
}
