/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What of the store cannot be seen from outside, for bench-store:
 *
 *   store-meter multiply BASE ACCOUNT N   makes an account whose inbox has N messages: the
 *                                         mails of BASE's inbox as links, under names of
 *                                         their own, and an index in which each has ids,
 *                                         a subject and times of its own
 *   store-meter append ACCOUNT            microseconds to write a delivery down, of the
 *                                         clock and of the processor
 *   store-meter compact ACCOUNT           makes an index worn, and has one process write it
 *                                         anew while another writes deliveries down: the
 *                                         longest and the median of those, in microseconds,
 *                                         and their number, while both open the account,
 *                                         before that, and meanwhile; and the milliseconds
 *                                         of the first process
 *
 * To write a delivery down is what happens once the mail is on the disk: the lock, the look
 * whether others wrote, the record in memory, a line in the journal and one in the index.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <intimail/intimail.h>

#include "store/intimail-account-private.h"
#include "store/intimail-maildir-name-private.h"

#define PIECE (1024 * 1024)
#define DAY (24 * 60 * 60)

static void
insist (gboolean ok, const char *what)
{
  if (ok)
    return;
  g_printerr ("store-meter: %s\n", what);
  exit (1);
}

static double
get_microseconds (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
get_median (GArray *values)
{
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, values->len / 2);
}

static IntimailAccount *
open_account (const char *path)
{
  IntimailAccount *account = intimail_account_new (path);

  insist (intimail_account_open (account, NULL, NULL) && intimail_account_refresh (account, NULL, NULL), "cannot open the account");
  return account;
}

static IntimailFolder *
get_inbox (IntimailAccount *account)
{
  return intimail_account_find_folder_by_name (account, "");
}

/* --- multiply --- */

typedef struct
{
  IntimailSummary *summary;
  char *path;
  gint64 received;
  gboolean seen;
} Mail;

static GArray *
read_mails (IntimailAccount *account, gint64 *span)
{
  GArray *mails = g_array_new (FALSE, FALSE, sizeof (Mail));
  guint n;
  const guint32 *slots = intimail_table_get_folder (account->table, get_inbox (account)->number, &n);

  for (guint i = 0; i < n; i++)
    {
      const IntimailRecord *record = intimail_table_get (account->table, slots[i]);
      g_autofree char *file = intimail_account_get_file (account, slots[i]);
      Mail mail = { intimail_account_load_summary (account, slots[i]), g_build_filename (account->path, "cur", file, NULL),
                    record->received, (record->keywords & INTIMAIL_KEYWORD_SEEN) != 0 };

      insist (mail.summary != NULL && file != NULL, "the base cannot be read");
      g_array_append_val (mails, mail);
    }
  insist (n > 0, "the base is empty");
  *span = g_array_index (mails, Mail, n - 1).received - g_array_index (mails, Mail, 0).received + DAY;
  return mails;
}

static void
vary (char **text, guint64 copy)
{
  char *before = *text;

  *text = g_strdup_printf ("%" G_GUINT64_FORMAT "%s", copy, before != NULL ? before : "");
  g_free (before);
}

/* Conversations stay what they are, apart from those of other copies. */
static IntimailSummary *
vary_summary (const Mail *mail, guint64 copy, gint64 later)
{
  IntimailSummary *summary = intimail_summary_copy (mail->summary);
  char thread[sizeof summary->thread + sizeof copy];

  if (copy == 0)
    return summary;
  vary (&summary->message_id, copy);
  memcpy (thread, &summary->thread, sizeof summary->thread);
  memcpy (thread + sizeof summary->thread, &copy, sizeof copy);
  summary->thread = intimail_id_hash (thread, sizeof thread);
  summary->sent += later;
  return summary;
}

static void
add_copy (IntimailAccount *account, const Mail *mail, guint64 copy, guint64 number, gint64 span, GString *lines)
{
  static const char *const seen[] = { "$seen", NULL };
  static const char *const none[] = { NULL };
  gint64 later = (gint64) copy * span;
  g_autoptr (IntimailSummary) summary = vary_summary (mail, copy, later);
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".M%" G_GUINT64_FORMAT "P2.bench,S=%" G_GUINT64_FORMAT ":2,%s", mail->received + later, number,
                                           mail->summary->size, mail->seen ? "S" : "");
  g_autofree char *path = g_build_filename (account->path, "cur", name, NULL);
  IntimailMaildirName parsed;
  IntimailId id;
  IntimailId thread;

  insist (link (mail->path, path) == 0, "cannot link a mail");
  insist (intimail_maildir_name_parse (name, &parsed), "a name is none");
  id = intimail_maildir_name_get_id (&parsed);
  thread = intimail_summary_get_thread (summary, &id);
  intimail_index_line_write_add (lines, &id, 0, &thread, mail->received + later, name, mail->seen ? seen : none, TRUE, summary);
}

static void
append_lines (IntimailAccount *account, GString *lines)
{
  guint64 offset;

  insist (intimail_index_append (get_inbox (account)->index, lines, &offset, NULL), "cannot write the index");
  g_string_truncate (lines, 0);
}

static void
multiply (const char *base_path, const char *path, guint64 n)
{
  g_autoptr (IntimailAccount) base = open_account (base_path);
  IntimailAccount *account = open_account (path);
  g_autoptr (GString) lines = g_string_sized_new (PIECE + 4096);
  gint64 span;
  GArray *mails = read_mails (base, &span);

  for (guint64 i = 0; i < n; i++)
    {
      add_copy (account, &g_array_index (mails, Mail, i % mails->len), i / mails->len, i, span, lines);
      if (lines->len > PIECE)
        append_lines (account, lines);
    }
  append_lines (account, lines);
  /* Memory knows nothing of it, and is let go with the process. */
}

/* --- append --- */

/* As intimail_account_deliver_spool() does it, when the mail is safe. */
static void
write_down (IntimailAccount *self, const IntimailSummary *summary)
{
  g_autofree char *unique = intimail_maildir_name_make_unique ();
  g_autofree char *file = g_strdup_printf ("%s,S=%" G_GUINT64_FORMAT, unique, summary->size);
  IntimailFolder *folder = get_inbox (self);
  IntimailMaildirName name;
  IntimailId id;
  guint32 slot;

  insist (intimail_maildir_name_parse (file, &name), "a name is none");
  id = intimail_maildir_name_get_id (&name);
  g_mutex_lock (&self->mutex);
  insist (intimail_account_lock (self, NULL), "cannot lock");
  if (intimail_index_check (folder->index) != INTIMAIL_LOG_SAME)
    intimail_account_catch_up_folder (self, folder);
  insist (intimail_table_find_in_folder (self->table, &id, folder->number) == INTIMAIL_TABLE_NONE, "it is there");
  slot = intimail_account_add_record (self, folder, &id, g_get_real_time () / G_USEC_PER_SEC, file, 0, intimail_summary_copy (summary));
  intimail_folder_mark_new (folder, intimail_table_get (self->table, slot));
  insist (intimail_account_commit (self, NULL), "cannot write");
  intimail_account_unlock (self);
  g_mutex_unlock (&self->mutex);
}

static IntimailSummary *
get_some_summary (IntimailAccount *account)
{
  guint n;
  const guint32 *slots = intimail_table_get_folder (account->table, get_inbox (account)->number, &n);

  insist (n > 0, "there is no mail");
  return intimail_account_load_summary (account, slots[n / 2]);
}

#define N_BATCHES 41
#define BATCH 50

static void
append (const char *path)
{
  IntimailAccount *account = open_account (path);
  g_autoptr (IntimailSummary) summary = get_some_summary (account);
  g_autoptr (GArray) walls = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < N_BATCHES; i++)
    {
      double wall = get_microseconds (CLOCK_MONOTONIC);
      double cpu = get_microseconds (CLOCK_THREAD_CPUTIME_ID);

      for (guint k = 0; k < BATCH; k++)
        write_down (account, summary);
      wall = (get_microseconds (CLOCK_MONOTONIC) - wall) / BATCH;
      cpu = (get_microseconds (CLOCK_THREAD_CPUTIME_ID) - cpu) / BATCH;
      g_array_append_val (walls, wall);
      g_array_append_val (used, cpu);
    }
  printf ("%.2f %.2f\n", get_median (walls), get_median (used));
}

/* --- compact --- */

/* Its last line is there so often that over half of it is dead. */
static void
wear (const char *path)
{
  g_autofree char *index = g_build_filename (path, "intimail.jsonl", NULL);
  g_autofree char *data = NULL;
  g_autoptr (GString) dead = g_string_new (NULL);
  const char *line;
  gsize length;
  FILE *file;

  insist (g_file_get_contents (index, &data, &length, NULL), "there is no index");
  line = g_strrstr_len (data, (gssize) length - 1, "\n") + 1;
  while (dead->len < length + length / 4 + PIECE)
    g_string_append_len (dead, line, (gssize) (length - (gsize) (line - data)));
  file = fopen (index, "a");
  insist (file != NULL && fwrite (dead->str, 1, dead->len, file) == dead->len && fclose (file) == 0, "cannot wear the index");
}

static void
print_waits (GArray *walls)
{
  double median = get_median (walls);

  printf ("%.0f %.0f %u\n", g_array_index (walls, double, walls->len - 1), median, walls->len);
  fflush (stdout);
  g_array_set_size (walls, 0);
}

/* Says when it is ready, what there was to wait at each byte that comes from @fd, and
 * ends when the other end does. */
static void
write_down_until (const char *path, int ready_fd, int fd)
{
  IntimailAccount *account = open_account (path);
  g_autoptr (IntimailSummary) summary = get_some_summary (account);
  g_autoptr (GArray) walls = g_array_new (FALSE, FALSE, sizeof (double));
  gssize got;
  char c;

  insist (fcntl (fd, F_SETFL, O_NONBLOCK) == 0 && write (ready_fd, "", 1) == 1, "the other is gone");
  while ((got = read (fd, &c, 1)) != 0)
    {
      double wall = get_microseconds (CLOCK_MONOTONIC);

      write_down (account, summary);
      wall = get_microseconds (CLOCK_MONOTONIC) - wall;
      g_array_append_val (walls, wall);
      if (got == 1)
        print_waits (walls);
      g_usleep (200);
    }
  print_waits (walls);
}

static void
change_one (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  const char *const ids[] = { intimail_listing_get_id (listing, intimail_listing_get_n_ids (listing) - 1), NULL };
  const char *const words[] = { "$flagged", NULL };

  insist (intimail_account_set_keywords (account, ids, words, NULL, NULL, &error), "cannot set a flag");
}

static void
compact (const char *path)
{
  int ready[2];
  int until[2];
  IntimailAccount *account;
  double wall;
  pid_t child;
  char c;

  wear (path);
  insist (pipe (ready) == 0 && pipe (until) == 0, "no pipe");
  child = fork ();
  insist (child >= 0, "no process");
  if (child == 0)
    {
      close (until[1]);
      close (ready[0]);
      write_down_until (path, ready[1], until[0]);
      _exit (0);
    }
  close (until[0]);
  account = open_account (path);
  insist (read (ready[0], &c, 1) == 1, "the other is gone");
  /* It waited for this one to open the account. */
  insist (write (until[1], "", 1) == 1, "the other is gone");
  g_usleep (G_USEC_PER_SEC);
  insist (write (until[1], "", 1) == 1, "the other is gone");
  wall = get_microseconds (CLOCK_MONOTONIC);
  change_one (account);
  g_object_unref (account);
  wall = get_microseconds (CLOCK_MONOTONIC) - wall;
  g_usleep (G_USEC_PER_SEC / 2);
  close (until[1]);
  insist (waitpid (child, NULL, 0) == child, "the other does not end");
  printf ("%.0f\n", wall / 1000);
}

int
main (int argc, char *argv[])
{
  if (argc == 5 && strcmp (argv[1], "multiply") == 0)
    multiply (argv[2], argv[3], g_ascii_strtoull (argv[4], NULL, 10));
  else if (argc == 3 && strcmp (argv[1], "append") == 0)
    append (argv[2]);
  else if (argc == 3 && strcmp (argv[1], "compact") == 0)
    compact (argv[2]);
  else
    {
      g_printerr ("usage: store-meter multiply BASE ACCOUNT N | append ACCOUNT | compact ACCOUNT\n");
      return 64;
    }
  return 0;
}
