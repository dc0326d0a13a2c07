/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/intimail-account-private.h"
#include "store-support.h"

static const struct
{
  const char *text;
  gboolean ok;
  guint64 limit_bytes;
  guint64 limit_messages;
  guint64 used_bytes;
  guint64 used_messages;
} files[] = {
  { "100S,5C\n10 1\n", TRUE, 100, 5, 10, 1 },
  { "5C,100S\n10 1\n-10 -1\n", TRUE, 100, 5, 0, 0 },
  { "100S\n", TRUE, 100, 0, 0, 0 },
  { "\n1 1\n", TRUE, 0, 0, 1, 1 },
  { "100S\n  10     1  \n", TRUE, 100, 0, 10, 1 },
  { "100S,9X\n1 1\n", TRUE, 100, 0, 1, 1 },
  { "", FALSE, 0, 0, 0, 0 },
  { "100S", FALSE, 0, 0, 0, 0 },
  { "100S\n10 1\n5", FALSE, 0, 0, 0, 0 },
  { "100S\n-10 -1\n", FALSE, 0, 0, 0, 0 },
  { "100S\n10\n", FALSE, 0, 0, 0, 0 },
  { "100S\nx 1\n", FALSE, 0, 0, 0, 0 },
  { "S\n", FALSE, 0, 0, 0, 0 },
  { "100\n", FALSE, 0, 0, 0, 0 },
  { "100S\n99999999999999999999 1\n", FALSE, 0, 0, 0, 0 },
  { "100S\n1 1 1\n", FALSE, 0, 0, 0, 0 },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      IntimailMaildirsize value;

      g_assert_cmpint (intimail_maildirsize_parse (files[i].text, strlen (files[i].text), &value), ==, files[i].ok);
      if (!files[i].ok)
        continue;
      g_assert_cmpuint (value.limit_bytes, ==, files[i].limit_bytes);
      g_assert_cmpuint (value.limit_messages, ==, files[i].limit_messages);
      g_assert_cmpuint (value.used_bytes, ==, files[i].used_bytes);
      g_assert_cmpuint (value.used_messages, ==, files[i].used_messages);
    }
}

static gsize
get_message_size (void)
{
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", "x", "1@x", NULL);

  return g_bytes_get_size (message);
}

static gboolean
try_deliver (IntimailAccount *account, GError **error)
{
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", "x", "1@x", NULL);
  g_autofree char *id = intimail_account_deliver (account, message, NULL, NULL, 0, NULL, error);

  return id != NULL;
}

/* What fits exactly is taken; one byte more is not. */
static void
test_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gsize size = get_message_size ();
  g_autoptr (IntimailQuota) quota = NULL;

  intimail_account_set_quota_limits (fixture->account, 2 * size, 0);
  g_assert_true (try_deliver (fixture->account, &error));
  g_assert_true (intimail_account_check_quota (fixture->account, size, &error));
  g_assert_no_error (error);
  g_assert_false (intimail_account_check_quota (fixture->account, size + 1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  g_assert_true (try_deliver (fixture->account, &error));
  g_assert_false (try_deliver (fixture->account, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);

  quota = intimail_account_get_quota (fixture->account, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_quota_get_used_bytes (quota), ==, 2 * size);
  g_assert_cmpuint (intimail_quota_get_used_messages (quota), ==, 2);
  g_assert_cmpuint (intimail_quota_get_limit_bytes (quota), ==, 2 * size);

  intimail_account_set_quota_limits (fixture->account, 3 * size - 1, 0);
  g_assert_false (try_deliver (fixture->account, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_cmpuint (count_messages (fixture->account), ==, 2);
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  intimail_account_set_quota_limits (fixture->account, 0, 2);
  g_assert_true (try_deliver (fixture->account, &error));
  g_assert_true (try_deliver (fixture->account, &error));
  g_assert_false (try_deliver (fixture->account, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
}

/* Room comes back when messages go. */
static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  const char *ids[2] = { NULL, NULL };

  intimail_account_set_quota_limits (fixture->account, 0, 1);
  id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  ids[0] = id;
  g_assert_false (try_deliver (fixture->account, NULL));
  g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (try_deliver (fixture->account, &error));
}

static void
write_maildirsize (Fixture *fixture, const char *text, gint64 age)
{
  g_autofree char *path = g_build_filename (fixture->path, "maildirsize", NULL);
  struct timespec times[2];

  test_support_write_file (path, text);
  times[0].tv_sec = times[1].tv_sec = g_get_real_time () / G_USEC_PER_SEC - age;
  times[0].tv_nsec = times[1].tv_nsec = 0;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static guint64
get_used_bytes (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailQuota) quota = intimail_account_get_quota (fixture->account, &error);

  g_assert_no_error (error);
  return intimail_quota_get_used_bytes (quota);
}

/* When the figures are taken as they are, and when they are counted anew. */
static void
test_recalculation (Fixture *fixture, gconstpointer data)
{
  intimail_account_set_quota_limits (fixture->account, 1000000, 0);
  /* Over quota but young: Dovecot or maildrop has just counted. */
  write_maildirsize (fixture, "1000000S\n1000000 1\n", 60);
  g_assert_false (intimail_account_check_quota (fixture->account, 1, NULL));
  write_maildirsize (fixture, "1000000S\n1000000 1\n", 14 * 60 + 50);
  g_assert_false (intimail_account_check_quota (fixture->account, 1, NULL));
  write_maildirsize (fixture, "1000000S\n1000000 1\n", 15 * 60 + 1);
  g_assert_true (intimail_account_check_quota (fixture->account, 1, NULL));
  /* Young, but summed up since: "more than one line". */
  write_maildirsize (fixture, "1000000S\n999999 1\n1 1\n", 60);
  g_assert_true (intimail_account_check_quota (fixture->account, 1, NULL));
  /* Room for it: as old as it may be. Without room, the age decides. */
  write_maildirsize (fixture, "1000000S\n999999 1\n", 24 * 60 * 60);
  g_assert_true (intimail_account_check_quota (fixture->account, 1, NULL));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 999999);
  write_maildirsize (fixture, "1000000S\n999999 1\n", 60);
  g_assert_false (intimail_account_check_quota (fixture->account, 2, NULL));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 999999);
  write_maildirsize (fixture, "1000000S\n999999 1\n", 24 * 60 * 60);
  g_assert_true (intimail_account_check_quota (fixture->account, 2, NULL));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 0);
  /* Limits of another day. */
  write_maildirsize (fixture, "1000001S\n1000000 1\n", 0);
  g_assert_true (intimail_account_check_quota (fixture->account, 1000000, NULL));
  /* Rubbish. */
  write_maildirsize (fixture, "rubbish", 0);
  g_assert_true (intimail_account_check_quota (fixture->account, 1000000, NULL));
}

/* 5,120 bytes are not too many, one more is. */
static void
test_long_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) file = g_string_new ("1000000S\n500000 1\n");

  intimail_account_set_quota_limits (fixture->account, 1000000, 0);
  while (file->len < 5110)
    g_string_append (file, "0 0\n");
  g_string_append_printf (file, "0%*s\n", (int) (5120 - file->len - 2), " 0");
  g_assert_cmpuint (file->len, ==, 5120);
  write_maildirsize (fixture, file->str, 0);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 500000);
  g_string_insert_c (file, (gssize) file->len - 1, ' ');
  write_maildirsize (fixture, file->str, 0);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 0);
}

/* Others' mail counts before somebody is refused or taken. */
static void
test_foreign_change (Fixture *fixture, gconstpointer data)
{
  gsize size = get_message_size ();
  g_autofree char *file = g_build_filename (fixture->path, "new", "1.x.host", NULL);
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", "y", "2@x", NULL);
  g_autoptr (GError) error = NULL;

  intimail_account_set_quota_limits (fixture->account, 2 * size, 0);
  g_assert_true (try_deliver (fixture->account, &error));
  /* A program that knows no quota brings one, and the file is of old. */
  g_assert_true (g_file_set_contents (file, g_bytes_get_data (message, NULL), (gssize) g_bytes_get_size (message), NULL));
  {
    g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT "S\n%" G_GSIZE_FORMAT " 2\n", 2 * size, 2 * size + 1);

    write_maildirsize (fixture, text, 16 * 60);
  }
  g_assert_false (intimail_account_check_quota (fixture->account, 1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 2 * size);
  /* And takes it away again. */
  g_assert_cmpint (g_unlink (file), ==, 0);
  {
    g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT "S\n%" G_GSIZE_FORMAT " 2\n", 2 * size, 2 * size);

    write_maildirsize (fixture, text, 16 * 60);
  }
  g_assert_true (intimail_account_check_quota (fixture->account, size, NULL));
  g_assert_cmpuint (get_used_bytes (fixture), ==, size);
}

static gboolean
move (Fixture *fixture, const char *id, const char *to, const char *and_to, GError **error)
{
  const char *const ids[] = { id, NULL };
  const char *const mailboxes[] = { to, and_to, NULL };

  return intimail_account_set_mailboxes (fixture->account, ids, mailboxes, NULL, error);
}

/* A message in two mailboxes counts twice, and needs the room for it. */
static void
test_two_mailboxes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  gsize size = get_message_size ();
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;

  intimail_account_set_quota_limits (fixture->account, 2 * size - 1, 0);
  g_assert_false (move (fixture, id, inbox, archive, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  g_assert_true (move (fixture, id, archive, NULL, &error));
  intimail_account_set_quota_limits (fixture->account, 2 * size, 0);
  g_assert_true (move (fixture, id, inbox, archive, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 2 * size);
  g_assert_true (move (fixture, id, inbox, NULL, &error));
  g_assert_cmpuint (get_used_bytes (fixture), ==, size);
  assert_consistent (fixture->account);
}

/* The trash counts, or does not, and the figures are right after each step. */
static void
test_trash (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  gsize size = get_message_size ();
  g_autofree char *a = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *b = deliver_to (fixture->account, NULL, "x", "2@x", NULL, 0);
  const char *const ids[] = { a, NULL };
  g_autoptr (GError) error = NULL;

  intimail_account_set_quota_limits (fixture->account, 2 * size, 0);
  g_assert_true (move (fixture, a, trash, NULL, &error));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 2 * size);
  g_assert_false (try_deliver (fixture->account, NULL));

  intimail_account_set_quota_counts_trash (fixture->account, FALSE);
  g_assert_cmpuint (get_used_bytes (fixture), ==, size);
  g_assert_true (try_deliver (fixture->account, &error));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 2 * size);
  /* Out of it again needs room. */
  g_assert_false (move (fixture, a, inbox, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  g_assert_true (move (fixture, b, trash, NULL, &error));
  g_assert_cmpuint (get_used_bytes (fixture), ==, size);
  g_assert_true (move (fixture, a, inbox, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 2 * size);
  g_assert_true (move (fixture, a, trash, NULL, &error));
  g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
  g_assert_cmpuint (get_used_bytes (fixture), ==, size);

  /* Another process with the same setting, and one that counts it. */
  {
    g_autoptr (IntimailAccount) again = intimail_account_new (fixture->path);
    g_autoptr (IntimailQuota) same = NULL;
    g_autoptr (IntimailQuota) other = NULL;

    intimail_account_set_quota_limits (again, 2 * size, 0);
    intimail_account_set_quota_counts_trash (again, FALSE);
    same = intimail_account_get_quota (again, &error);
    g_assert_cmpuint (intimail_quota_get_used_bytes (same), ==, size);
    intimail_account_set_quota_counts_trash (again, TRUE);
    other = intimail_account_get_quota (again, &error);
    g_assert_cmpuint (intimail_quota_get_used_bytes (other), ==, 2 * size);
    g_assert_cmpuint (intimail_quota_get_used_messages (other), ==, 2);
  }
}

/* What is put straight into a trash that does not count is never refused; a mailbox
 * that becomes the trash ceases to count. */
static void
test_trash_role (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  gsize size = get_message_size ();
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;

  intimail_account_set_quota_limits (fixture->account, size, 0);
  intimail_account_set_quota_counts_trash (fixture->account, FALSE);
  g_free (deliver_to (fixture->account, trash, "x", "1@x", NULL, 0));
  id = deliver_to (fixture->account, trash, "x", "2@x", NULL, 0);
  other = deliver_to (fixture->account, archive, "x", "3@x", NULL, 0);
  g_assert_cmpuint (get_used_bytes (fixture), ==, size);
  g_assert_true (intimail_account_update_mailbox (fixture->account, trash, "Old", NULL, INTIMAIL_MAILBOX_ROLE_NONE, 1, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 3 * size);
  g_assert_true (intimail_account_update_mailbox (fixture->account, archive, "Gone", NULL, INTIMAIL_MAILBOX_ROLE_TRASH, 1, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 2 * size);
  g_assert_true (intimail_account_remove_mailbox (fixture->account, trash, TRUE, NULL, &error));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 0);
}

/* A delivery that has its room and is not there yet: nobody counts it away, neither
 * this process nor another. */
static void
test_under_way (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailAccount) other = intimail_account_new (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailQuota) quota = NULL;
  IntimailMaildirsize value;
  IntimailFolder *inbox;

  intimail_account_set_quota_limits (fixture->account, 1000, 0);
  intimail_account_set_quota_limits (other, 1000, 0);
  g_assert_true (intimail_account_open (other, NULL, &error));
  g_assert_true (intimail_account_begin_quota (fixture->account, 600, &value, &error));
  inbox = intimail_account_find_folder_by_name (fixture->account, "");
  g_assert_true (intimail_account_reserve (fixture->account, &value, inbox, "1.under.way", 600, FALSE, &error));
  intimail_account_unlock (fixture->account);
  intimail_account_end (fixture->account);

  /* Over quota by more than one line: counted anew by us, not by others. */
  g_assert_false (intimail_account_check_quota (fixture->account, 500, NULL));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 600);
  write_maildirsize (fixture, "1000S\n0 0\n700 1\n", 0);
  g_assert_false (intimail_account_check_quota (other, 500, NULL));
  quota = intimail_account_get_quota (other, &error);
  g_assert_cmpuint (intimail_quota_get_used_bytes (quota), ==, 700);
  g_assert_false (intimail_account_check_quota (fixture->account, 500, NULL));
  g_assert_cmpuint (get_used_bytes (fixture), ==, 600);

  /* It failed: its room is free. */
  g_assert_true (intimail_account_begin_quota (fixture->account, 1, &value, &error));
  intimail_account_end_reservation (fixture->account, inbox, "1.under.way", FALSE);
  intimail_account_unlock (fixture->account);
  intimail_account_end (fixture->account);
  g_assert_true (intimail_account_check_quota (other, 1000, &error));
  g_assert_no_error (error);
}

typedef struct
{
  Fixture *fixture;
  gint taken;
} Race;

static gpointer
race_thread (gpointer data)
{
  Race *race = data;
  g_autoptr (IntimailAccount) account = intimail_account_new (race->fixture->path);

  intimail_account_set_quota_limits (account, 0, 10);
  for (int i = 0; i < 5; i++)
    {
      if (try_deliver (account, NULL))
        g_atomic_int_inc (&race->taken);
    }
  return NULL;
}

static void
test_last_place (Fixture *fixture, gconstpointer data)
{
  Race race = { fixture, 0 };
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("deliver", race_thread, &race);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (race.taken, ==, 10);
  g_assert_cmpuint (count_messages (fixture->account), ==, 10);
}

/* The same with processes, which share no memory. Each begins when all are there. */
static int
deliver_as_child (const char *path)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  int taken = 0;

  intimail_account_set_quota_limits (account, 10 * get_message_size (), 0);
  if (!intimail_account_open (account, NULL, NULL) || getchar () != 'g')
    return 100;
  for (int i = 0; i < 6; i++)
    taken += try_deliver (account, NULL);
  return taken;
}

static void
test_last_place_processes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *children[4];
  int taken = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      children[i] = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, program, "--deliver", fixture->path, NULL);
      g_assert_no_error (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (children[i]), "g", 1, NULL, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      g_assert_true (g_subprocess_wait (children[i], NULL, NULL));
      g_assert_true (g_subprocess_get_if_exited (children[i]));
      taken += g_subprocess_get_exit_status (children[i]);
      g_object_unref (children[i]);
    }
  g_assert_cmpint (taken, ==, 10);
  g_assert_cmpuint (count_messages (fixture->account), ==, 10);
  g_assert_cmpuint (get_used_bytes (fixture), ==, 10 * get_message_size ());
  assert_consistent (fixture->account);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && strcmp (argv[1], "--deliver") == 0)
    return deliver_as_child (argv[2]);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quota/parse", test_parse);
#define ADD(name, func) g_test_add ("/quota/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("bytes", test_bytes);
  ADD ("messages", test_messages);
  ADD ("remove", test_remove);
  ADD ("recalculation", test_recalculation);
  ADD ("long-file", test_long_file);
  ADD ("foreign-change", test_foreign_change);
  ADD ("two-mailboxes", test_two_mailboxes);
  ADD ("trash", test_trash);
  ADD ("trash-role", test_trash_role);
  ADD ("under-way", test_under_way);
  ADD ("last-place", test_last_place);
  ADD ("last-place-processes", test_last_place_processes);

  return g_test_run ();
}
