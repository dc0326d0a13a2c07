/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A page of 50 from a large mailbox by JMAP, as a webmail asks for it: the time
 * that the engine takes, without HTTP.
 *
 *   bench-jmap-page [--runs=N] [N-MESSAGES...]
 *
 * One line of JSON a figure; without numbers, 1,000 and 10,000 messages.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <intimail/intimail.h>

#include "test-support.h"

#define SEED 20151209

static const char *const first_names[] = { "Anna", "Bj\xc3\xb6rn", "Chlo\xc3\xa9", "Dmitri", "Eva", "Fran\xc3\xa7ois", "Gita", "Hiro" };
static const char *const words[] = { "invoice", "holiday", "garden", "meeting", "photos", "school", "recipe", "train", "concert", "water" };

static const char *
pick (GRand *rand, const char *const *list, gsize length)
{
  return list[g_rand_int_range (rand, 0, (gint32) length)];
}

static char *
make_message (GRand *rand, guint number)
{
  const char *from = pick (rand, first_names, G_N_ELEMENTS (first_names));
  const char *word = pick (rand, words, G_N_ELEMENTS (words));
  guint thread = (guint) g_rand_int_range (rand, 0, (gint32) number + 1);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "From: \"%s\" <%u@example.org>\nTo: alice@home.example\n", from, number % 97);
  if (number % 3 == 0)
    g_string_append (text, "Cc: Bob <bob@home.example>, carol@example.net\n");
  g_string_append_printf (text, "Subject: %s%s %u\n", number % 4 == 0 ? "Re: " : "", word, number % 4 == 0 ? thread : number);
  g_string_append_printf (text, "Message-ID: <%u@example.org>\n", number);
  if (number % 4 == 0)
    g_string_append_printf (text, "References: <%u@example.org>\n", thread);
  g_string_append_printf (text, "Date: Wed, 9 Dec 2015 15:%02u:%02u +0100\n\n", number / 60 % 60, number % 60);
  for (int i = 0; i < 40; i++)
    g_string_append_printf (text, "%s%c", pick (rand, words, G_N_ELEMENTS (words)), i % 8 == 7 ? '\n' : ' ');

  return g_string_free (text, FALSE);
}

/* As another mail program would have left them: the account finds them there. */
static void
fill_maildir (const char *path, guint n_messages)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *cur = g_build_filename (path, "cur", NULL);

  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *message = make_message (rand, i);
      g_autofree char *name = g_strdup_printf ("%u.M%uP1.bench,S=%zu:2,%s", 1449672503 + i * 60, i, strlen (message), i % 5 == 0 ? "" : "S");
      g_autofree char *file = g_build_filename (cur, name, NULL);
      const struct timespec times[2] = { { .tv_sec = 1449672503 + i * 60 }, { .tv_sec = 1449672503 + i * 60 } };
      int fd = g_open (file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

      if (fd < 0 || write (fd, message, strlen (message)) < 0 || futimens (fd, times) < 0 || close (fd) < 0)
        g_error ("cannot write %s", file);
    }
}

static IntimailJmap *
make_jmap (const char *folder)
{
  g_autoptr (IntimailPerson) person = intimail_person_new ("alice", "alice@home.example");
  g_autoptr (IntimailPerson) known = NULL;
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (GError) error = NULL;
  IntimailJmap *jmap;

  site = intimail_site_create (folder, "home.example", &error);
  g_assert_no_error (error);
  intimail_directory_add_person (intimail_site_get_directory (site), person, NULL, NULL, &error);
  g_assert_no_error (error);
  known = intimail_directory_lookup_person (intimail_site_get_directory (site), "alice", NULL, &error);
  g_assert_no_error (error);
  jmap = intimail_jmap_new (site, known, &error);
  g_assert_no_error (error);

  return jmap;
}

static GBytes *
make_request (IntimailJmap *jmap)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) inbox = intimail_account_lookup_mailbox_by_role (intimail_jmap_get_account (jmap), INTIMAIL_MAILBOX_ROLE_INBOX, &error);
  const char *account = intimail_jmap_get_account_id (jmap);
  char *text;

  g_assert_no_error (error);
  text = g_strdup_printf ("{\"using\":[\"urn:ietf:params:jmap:core\",\"urn:ietf:params:jmap:mail\"],\"methodCalls\":["
                          "[\"Email/query\",{\"accountId\":\"%s\",\"filter\":{\"inMailbox\":\"%s\"},"
                          "\"sort\":[{\"property\":\"receivedAt\",\"isAscending\":false}],\"limit\":50,\"calculateTotal\":true},\"q\"],"
                          "[\"Email/get\",{\"accountId\":\"%s\",\"#ids\":{\"resultOf\":\"q\",\"name\":\"Email/query\",\"path\":\"/ids\"},"
                          "\"properties\":[\"id\",\"threadId\",\"mailboxIds\",\"keywords\",\"size\",\"receivedAt\",\"from\",\"to\",\"cc\","
                          "\"subject\",\"preview\",\"hasAttachment\"]},\"g\"]]}",
                          account, intimail_mailbox_get_id (inbox), account);

  return g_bytes_new_take (text, strlen (text));
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : *(const gint64 *) a > *(const gint64 *) b;
}

/* A page that lacks mail must not count as fast. */
static void
check_answer (GBytes *answer, guint status, guint n_messages)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  g_autofree char *total = g_strdup_printf ("\"total\":%u", n_messages);
  guint n_previews = 0;

  for (const char *found = text; (found = strstr (found, "\"preview\":")) != NULL; found++)
    n_previews++;
  if (status != 200 || strstr (text, total) == NULL || n_previews != MIN (n_messages, 50))
    g_error ("a wrong page: %.1000s", text);
}

static double
measure (guint n_messages, guint n_runs)
{
  g_autofree char *folder = test_support_make_folder ("bench");
  g_autofree gint64 *times = g_new (gint64, n_runs);
  g_autoptr (IntimailJmap) jmap = make_jmap (folder);
  g_autoptr (GBytes) request = make_request (jmap);

  fill_maildir (intimail_account_get_path (intimail_jmap_get_account (jmap)), n_messages);
  for (guint i = 0; i < n_runs + 2; i++)
    {
      guint status;
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GBytes) answer = intimail_jmap_handle (jmap, request, &status);

      /* The first two find the mail and warm the caches. */
      if (i >= 2)
        times[i - 2] = g_get_monotonic_time () - start;
      check_answer (answer, status, n_messages);
    }
  qsort (times, n_runs, sizeof *times, compare_times);

  g_clear_object (&jmap);
  test_support_remove_folder (folder);
  return (double) times[n_runs / 2] / 1000;
}

static void
report (guint n_messages, guint n_runs)
{
  char figure[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *size = n_messages % 1000 == 0 ? g_strdup_printf ("%uk", n_messages / 1000) : g_strdup_printf ("%u", n_messages);

  g_ascii_formatd (figure, sizeof figure, "%.3f", measure (n_messages, n_runs));
  g_print ("{\"job\":\"jmap-page-%s\",\"ours\":%s,\"unit\":\"ms\",\"runs\":%u}\n", size, figure, n_runs);
}

int
main (int argc, char *argv[])
{
  guint n_runs = 101;
  int first = 1;

  if (argc > 1 && g_str_has_prefix (argv[1], "--runs="))
    {
      n_runs = MAX ((guint) g_ascii_strtoull (argv[1] + strlen ("--runs="), NULL, 10), 1);
      first = 2;
    }
  if (first == argc)
    {
      report (1000, n_runs);
      report (10000, n_runs);
    }
  for (int i = first; i < argc; i++)
    report ((guint) g_ascii_strtoull (argv[i], NULL, 10), n_runs);

  return 0;
}
