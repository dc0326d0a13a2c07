/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index is written anew while all goes on: the thread that does it is held at its
 * calls of the disk, and others work meanwhile, in this account, in another one that
 * has the same files open, and in one that is opened then.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk-shim.h"
#include "store-support.h"

#define DRAFT "/intimail.jsonl.new"
#define N_MANY 800 /* so that its lines are written in more than one piece */
#define N_FEW 20

static char *
get_index (Fixture *fixture)
{
  return g_build_filename (fixture->path, "intimail.jsonl", NULL);
}

static void
get_status (Fixture *fixture, const char *name, struct stat *status)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_cmpint (stat (path, status), ==, 0);
}

static char *
get_id (IntimailAccount *account, guint position)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, NULL);

  return g_strdup (intimail_listing_get_id (listing, position));
}

static void
set_keyword (IntimailAccount *account, const char *id, const char *keyword, gboolean has)
{
  const char *const ids[] = { id, NULL };
  const char *const keywords[] = { keyword, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_set_keywords (account, ids, has ? keywords : NULL, has ? NULL : keywords, NULL, &error));
  g_assert_no_error (error);
}

static void
reopen (Fixture *fixture)
{
  test_support_assert_finalized (fixture->account);
  fixture->account = intimail_account_new (fixture->path);
}

static void
fill (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/cur/%u.M%uP1.x,S=%u:2,", fixture->path, 1449672503 + i, i, i);
      g_autofree char *message = g_strdup_printf ("From: Bob <bob@other.example>\nSubject: number %u\nMessage-ID: <%u@x>\n\nhello\n", i, i);

      test_support_write_file (path, message);
    }
  g_assert_cmpuint (count_messages (fixture->account), ==, n);
  for (guint i = 0; i < n; i += 3)
    {
      g_autofree char *id = get_id (fixture->account, i);

      set_keyword (fixture->account, id, i % 2 == 0 ? "$seen" : "errand", TRUE);
    }
}

/* Makes most of the index dead: its last line is there many times. */
static void
wear (Fixture *fixture)
{
  g_autofree char *index = get_index (fixture);
  g_autofree char *data = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GString) text = NULL;
  gsize length;

  test_support_assert_finalized (fixture->account);
  g_assert_true (g_file_get_contents (index, &data, &length, NULL));
  line = g_strdup (g_strrstr_len (data, (gssize) length - 1, "\n") + 1);
  text = g_string_new_len (data, (gssize) length);
  while (text->len < 3 * length + 70000)
    g_string_append (text, line);
  test_support_write_file (index, text->str);
  fixture->account = intimail_account_new (fixture->path);
}

static void
prepare (Fixture *fixture, guint n)
{
  disk_shim_set_root (fixture->path);
  fill (fixture, n);
  wear (fixture);
  g_assert_cmpuint (count_messages (fixture->account), ==, n);
}

static gint
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* All that an account says of all of its messages. */
static char *
describe (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);
      g_autofree char *boxes = NULL;
      g_autofree char *words = NULL;

      g_assert_no_error (error);
      boxes = join_sorted (intimail_envelope_get_mailbox_ids (envelope));
      words = join_sorted (intimail_envelope_get_keywords (envelope));
      g_ptr_array_add (lines, g_strdup_printf ("%s %s [%s] [%s]", intimail_envelope_get_id (envelope), intimail_envelope_get_subject (envelope), boxes, words));
    }
  g_ptr_array_sort (lines, compare_words);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (GStrv) lines->pdata);
}

static void
assert_same (IntimailAccount *account, const char *expected)
{
  g_autofree char *got = describe (account);

  g_assert_cmpstr (got, ==, expected);
  assert_consistent (account);
}

/* The index says the same as the files. */
static void
assert_true_to_files (Fixture *fixture)
{
  g_autofree char *before = describe (fixture->account);
  g_autoptr (GError) error = NULL;

  assert_consistent (fixture->account);
  g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_same (fixture->account, before);
}

/* Something of each kind. */
static void
work (IntimailAccount *account, guint from, const char *prefix)
{
  g_autofree char *inbox = get_role_id (account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *archive = get_role_id (account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *message_id = g_strdup_printf ("%s@work", prefix);
  g_autofree char *delivered = deliver_to (account, NULL, prefix, message_id, NULL, 0);
  g_autofree char *moved = get_id (account, from + 1);
  g_autofree char *copied = get_id (account, from + 2);
  g_autofree char *removed = get_id (account, from + 3);
  g_autofree char *flagged = get_id (account, from + 4);
  const char *const moved_ids[] = { moved, NULL };
  const char *const copied_ids[] = { copied, NULL };
  const char *const removed_ids[] = { removed, NULL };
  const char *const to_archive[] = { archive, NULL };
  const char *const to_both[] = { archive, inbox, NULL };
  g_autoptr (GError) error = NULL;

  set_keyword (account, delivered, "$flagged", TRUE);
  g_assert_true (intimail_account_set_mailboxes (account, moved_ids, to_archive, NULL, &error));
  g_assert_true (intimail_account_set_mailboxes (account, copied_ids, to_both, NULL, &error));
  g_assert_true (intimail_account_remove_messages (account, removed_ids, NULL, &error));
  g_assert_no_error (error);
  set_keyword (account, flagged, "$flagged", TRUE);
  set_keyword (account, flagged, "errand", TRUE);
  set_keyword (account, flagged, "$flagged", FALSE);
}

typedef struct
{
  const char *name;
  DiskShimKind kind;
  guint n;
} Hold;

static const Hold holds[] = {
  { "write-few", DISK_SHIM_WRITE, N_FEW },
  { "write-many", DISK_SHIM_WRITE, N_MANY },
  { "flush", DISK_SHIM_SYNC, N_FEW },
};

static void
test_others_go_on (gconstpointer data)
{
  const Hold *hold = data;
  g_autoptr (IntimailAccount) other = NULL;
  g_autoptr (IntimailAccount) unaware = NULL;
  g_autoptr (IntimailAccount) late = NULL;
  g_autofree char *id = NULL;
  g_autofree char *all = NULL;
  struct stat before;
  struct stat after;
  Fixture fixture;

  set_up (&fixture, NULL);
  prepare (&fixture, hold->n);
  other = intimail_account_new (fixture.path);
  g_assert_cmpuint (count_messages (other), ==, hold->n);
  unaware = intimail_account_new (fixture.path);
  g_assert_cmpuint (count_messages (unaware), ==, hold->n);
  get_status (&fixture, "intimail.jsonl", &before);

  disk_shim_hold (hold->kind, DRAFT);
  id = get_id (fixture.account, 0);
  set_keyword (fixture.account, id, "$seen", TRUE);
  disk_shim_wait_held ();
  work (fixture.account, 0, "own");
  work (other, 5, "other");
  late = intimail_account_new (fixture.path);
  work (late, 10, "late");
  get_status (&fixture, "intimail.jsonl", &after);
  g_assert_cmpuint (after.st_ino, ==, before.st_ino);
  disk_shim_release ();

  reopen (&fixture);
  get_status (&fixture, "intimail.jsonl", &after);
  g_assert_cmpuint (after.st_ino, !=, before.st_ino);
  g_assert_cmpint (after.st_size, <, before.st_size / 2);
  all = describe (fixture.account);
  g_assert_cmpuint (count_messages (fixture.account), ==, hold->n);
  assert_same (other, all);
  assert_same (late, all);
  assert_same (unaware, all);
  work (unaware, 3, "more");
  work (other, 6, "and more");
  g_free (all);
  all = describe (other);
  assert_same (late, all);
  assert_same (fixture.account, all);
  assert_true_to_files (&fixture);
  tear_down (&fixture, NULL);
}

/* Is the lock of the account free? */
static gboolean
is_free (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.lock", NULL);
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean got = flock (fd, LOCK_EX | LOCK_NB) == 0;

  close (fd);
  return got;
}

/* What is written under the lock is what came last, and nothing is flushed there. */
static void
test_lock_is_short (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  struct stat index;
  struct stat draft;
  struct stat grown;
  struct stat last;

  prepare (fixture, N_MANY);
  id = get_id (fixture->account, 0);
  disk_shim_hold (DISK_SHIM_SYNC, DRAFT);
  set_keyword (fixture->account, id, "$seen", TRUE);
  disk_shim_wait_held ();
  g_assert_true (is_free (fixture));
  get_status (fixture, "intimail.jsonl", &index);
  get_status (fixture, "intimail.jsonl.new", &draft);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("late%u@x", i);

      g_free (deliver_to (fixture->account, NULL, "late", message_id, NULL, 0));
    }
  get_status (fixture, "intimail.jsonl", &grown);

  disk_shim_hold (DISK_SHIM_RENAME, "/intimail.jsonl");
  disk_shim_arm (1 << DISK_SHIM_SYNC, 0, 0, 0);
  disk_shim_release ();
  disk_shim_wait_held ();
  g_assert_false (is_free (fixture));
  get_status (fixture, "intimail.jsonl.new", &last);
  /* The flag's line may have been written after the thread began, or before. */
  g_assert_cmpint (last.st_size - draft.st_size, >=, grown.st_size - index.st_size);
  g_assert_cmpint (last.st_size - draft.st_size, <, grown.st_size - index.st_size + 1000);
  disk_shim_release ();
  reopen (fixture);
  /* The flush that was held. */
  g_assert_cmpint (disk_shim_disarm (), <=, 1);
  assert_true_to_files (fixture);
}

/* --- killed at each call --- */

static void
child (const char *path, const char *id, gboolean flag, int nth)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  const char *const ids[] = { id, NULL };
  const char *const flagged[] = { "$flagged", NULL };

  if (!intimail_account_open (account, NULL, NULL))
    _exit (1);
  disk_shim_arm (DISK_SHIM_ALL, nth, 1, DISK_SHIM_KILL);
  if (!intimail_account_set_keywords (account, ids, flag ? flagged : NULL, flag ? NULL : flagged, NULL, NULL))
    _exit (1);
}

static gboolean
is_killed (Fixture *fixture, const char *id, int nth)
{
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (fixture->account, id, NULL);
  gboolean flag = !intimail_envelope_has_keyword (envelope, "$flagged");
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      child (fixture->path, id, flag, nth);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (WIFSIGNALED (status))
    g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return WIFSIGNALED (status);
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  gboolean killed = TRUE;
  guint n_kills = 0;

  prepare (fixture, N_FEW);
  id = get_id (fixture->account, 0);
  for (int nth = 1; killed; nth++)
    {
      wear (fixture);
      killed = is_killed (fixture, id, nth);
      n_kills += killed;
      g_assert_cmpuint (count_messages (fixture->account), ==, N_FEW);
      assert_true_to_files (fixture);
    }
  g_test_message ("%u kills", n_kills);
  g_assert_cmpuint (n_kills, >, 20);
}

/* What lies in the way of the file is nobody's, or keeps it from being written: that
 * costs room, and nothing else. */
static void
test_in_the_way (Fixture *fixture, gconstpointer data)
{
  g_autofree char *draft = g_strconcat (fixture->path, DRAFT, NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "elsewhere", NULL);
  g_autofree char *id = NULL;
  g_autoptr (GBytes) left = NULL;
  struct stat before;
  struct stat after;

  prepare (fixture, N_FEW);
  id = get_id (fixture->account, 0);
  get_status (fixture, "intimail.jsonl", &before);
  g_assert_cmpint (g_mkdir (draft, 0700), ==, 0);
  set_keyword (fixture->account, id, "$seen", TRUE);
  reopen (fixture);
  get_status (fixture, "intimail.jsonl", &after);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  assert_true_to_files (fixture);

  wear (fixture);
  g_assert_cmpint (g_rmdir (draft), ==, 0);
  test_support_write_file (elsewhere, "not ours");
  g_assert_cmpint (symlink (elsewhere, draft), ==, 0);
  get_status (fixture, "intimail.jsonl", &before);
  set_keyword (fixture->account, id, "$seen", FALSE);
  reopen (fixture);
  get_status (fixture, "intimail.jsonl", &after);
  g_assert_cmpint (after.st_size, <, before.st_size / 2);
  left = test_support_read_file (elsewhere);
  g_assert_cmpmem (g_bytes_get_data (left, NULL), g_bytes_get_size (left), "not ours", 8);
  assert_true_to_files (fixture);
}

/* Somebody wrote into the index since it was read: that is not copied. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *index = get_index (fixture);
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;
  struct stat before;
  struct stat after;
  char *newline;
  int fd;

  prepare (fixture, N_FEW);
  id = get_id (fixture->account, 0);
  g_assert_true (g_file_get_contents (index, &text, NULL, NULL));
  newline = strchr (strchr (text, '\n') + 1, '\n');
  fd = open (index, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, " ", 1, newline - text), ==, 1);
  close (fd);
  get_status (fixture, "intimail.jsonl", &before);
  set_keyword (fixture->account, id, "$seen", TRUE);
  reopen (fixture);
  get_status (fixture, "intimail.jsonl", &after);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpuint (count_messages (fixture->account), ==, N_FEW);
  assert_true_to_files (fixture);
}

/* --- many at once --- */

#define N_ROUNDS 1200

typedef struct
{
  const char *path;
  const char *id;
} Toggler;

static gpointer
toggle (gpointer data)
{
  Toggler *self = data;
  g_autoptr (IntimailAccount) account = intimail_account_new (self->path);

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      set_keyword (account, self->id, "$seen", i % 2 == 0);
      if (i % 300 == 0)
        {
          g_autofree char *message_id = g_strdup_printf ("%p.%u@x", data, i);

          g_free (deliver_to (account, NULL, "toggled", message_id, NULL, 0));
          g_assert_cmpuint (count_messages (account), >, N_FEW);
        }
    }
  return NULL;
}

/* Three accounts write the index anew after each other, each of them several times. */
static void
test_in_turns (Fixture *fixture, gconstpointer data)
{
  Toggler togglers[3];
  GThread *threads[3];
  g_autofree char *all = NULL;

  prepare (fixture, N_FEW);
  for (guint i = 0; i < G_N_ELEMENTS (togglers); i++)
    {
      togglers[i] = (Toggler){ fixture->path, get_id (fixture->account, i) };
      threads[i] = g_thread_new ("toggle", toggle, &togglers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (togglers); i++)
    {
      g_thread_join (threads[i]);
      g_free ((char *) togglers[i].id);
    }
  g_assert_cmpuint (count_messages (fixture->account), ==, N_FEW + 3 * N_ROUNDS / 300);
  all = describe (fixture->account);
  reopen (fixture);
  assert_same (fixture->account, all);
  assert_true_to_files (fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (holds); i++)
    {
      g_autofree char *path = g_strconcat ("/account-compact/others-go-on/", holds[i].name, NULL);

      g_test_add_data_func (path, &holds[i], test_others_go_on);
    }
#define ADD(name, func) g_test_add ("/account-compact/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("lock-is-short", test_lock_is_short);
  ADD ("killed", test_killed);
  ADD ("in-the-way", test_in_the_way);
  ADD ("damaged", test_damaged);
  ADD ("in-turns", test_in_turns);
#undef ADD

  return g_test_run ();
}
