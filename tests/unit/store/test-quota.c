/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <sys/stat.h>

#include "store/intimail-maildirsize-private.h"
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

/* When the figures are taken as they are, and when they are counted anew. */
static void
test_recalculation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) long_file = g_string_new ("1000000S\n");

  intimail_account_set_quota_limits (fixture->account, 1000000, 0);
  /* Over quota but young: Dovecot or maildrop has just counted. */
  write_maildirsize (fixture, "1000000S\n1000000 1\n", 60);
  g_assert_false (intimail_account_check_quota (fixture->account, 1, NULL));
  write_maildirsize (fixture, "1000000S\n1000000 1\n", 14 * 60 + 50);
  g_assert_false (intimail_account_check_quota (fixture->account, 1, NULL));
  write_maildirsize (fixture, "1000000S\n1000000 1\n", 15 * 60 + 1);
  g_assert_true (intimail_account_check_quota (fixture->account, 1, NULL));
  /* Not over quota: as old as it may be. */
  write_maildirsize (fixture, "1000000S\n999999 1\n", 24 * 60 * 60);
  g_assert_true (intimail_account_check_quota (fixture->account, 1, NULL));
  g_assert_false (intimail_account_check_quota (fixture->account, 2, NULL));
  /* Limits of another day. */
  write_maildirsize (fixture, "1000001S\n1000000 1\n", 0);
  g_assert_true (intimail_account_check_quota (fixture->account, 1000000, NULL));
  /* 5,120 bytes are not too many, one more is. */
  g_string_append (long_file, "1000000 1\n");
  while (long_file->len < 5110)
    g_string_append (long_file, "0 0\n");
  g_string_append_printf (long_file, "0%*s\n", (int) (5120 - long_file->len - 2), " 0");
  g_assert_cmpuint (long_file->len, ==, 5120);
  write_maildirsize (fixture, long_file->str, 0);
  g_assert_false (intimail_account_check_quota (fixture->account, 1, NULL));
  g_string_insert_c (long_file, (gssize) long_file->len - 1, ' ');
  write_maildirsize (fixture, long_file->str, 0);
  g_assert_true (intimail_account_check_quota (fixture->account, 1, NULL));
  /* Rubbish. */
  write_maildirsize (fixture, "rubbish", 0);
  g_assert_true (intimail_account_check_quota (fixture->account, 1000000, NULL));
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quota/parse", test_parse);
#define ADD(name, func) g_test_add ("/quota/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("bytes", test_bytes);
  ADD ("messages", test_messages);
  ADD ("remove", test_remove);
  ADD ("recalculation", test_recalculation);
  ADD ("last-place", test_last_place);

  return g_test_run ();
}
