/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store-support.h"

/* The one message file of the inbox. */
static char *
read_only_file (Fixture *fixture, gsize *length)
{
  g_auto (GStrv) files = list_files (fixture, "new");
  g_autofree char *path = NULL;
  char *data = NULL;

  g_assert_cmpuint (g_strv_length (files), ==, 1);
  path = g_build_filename (fixture->path, "new", files[0], NULL);
  g_assert_true (g_file_get_contents (path, &data, length, NULL));
  return data;
}

static void
assert_stored (Fixture *fixture, const char *data, gsize length)
{
  g_autoptr (GBytes) message = g_bytes_new_static (data, length);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = intimail_account_deliver (fixture->account, message, NULL, NULL, 0, NULL, &error);
  const char *const ids[] = { id, NULL };
  g_autoptr (GBytes) loaded = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (IntimailMessage) opened = NULL;
  g_autofree char *stored = NULL;
  gsize stored_length;

  g_assert_no_error (error);
  stored = read_only_file (fixture, &stored_length);
  g_assert_true (stored_length == length && memcmp (stored, data, length) == 0);
  loaded = intimail_account_load_message (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (loaded, message));
  envelope = intimail_account_get_envelope (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_envelope_get_size (envelope), ==, length);
  opened = intimail_account_open_message (fixture->account, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (opened);
  assert_consistent (fixture->account);
  g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
  assert_consistent (fixture->account);
  g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
}

/* Whatever it is, it is stored byte for byte. */
static void
test_odd_bytes (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *data;
    gsize length;
  } cases[] = {
#define CASE(name, text) { name, text, sizeof text - 1 }
    CASE ("nothing", ""),
    CASE ("one byte", "x"),
    CASE ("a line end", "\n"),
    CASE ("no fields", "\nonly a body\n"),
    CASE ("no fields and no empty line", "just words\nand more\n"),
    CASE ("fields alone", "Subject: x\n"),
    CASE ("no line end", "Subject: x"),
    CASE ("NUL", "Subject: a\0b\nX\0Y: z\n\n\0\0body\0\n"),
    CASE ("bare CR", "Subject: a\rFrom: b\r\rbody\r"),
    CASE ("bare LF and CR LF", "Subject: a\r\nFrom: b\n\r\nbody\r\n\nmore\n\r"),
    CASE ("dots", "Subject: x\n\n.\n..\n.a\n"),
    CASE ("mbox", "From x\nSubject: x\n\nFrom y\n>From z\n"),
    CASE ("eight bits", "Subject: \xff\xfe\xe9\n\n\x80\xff\n"),
    CASE ("a byte order mark", "\xef\xbb\xbfSubject: x\n\nx\n"),
#undef CASE
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].name);
      assert_stored (fixture, cases[i].data, cases[i].length);
    }
}

/* 100 MB without a line end, as a body and as a field. */
static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  static const char *const starts[] = { "Subject: x\n\n", "Subject: " };
  gsize length = 100 * 1000 * 1000;
  g_autofree char *text = g_malloc (length);

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      memset (text, 'x', length);
      memcpy (text, starts[i], strlen (starts[i]));
      assert_stored (fixture, text, length);
    }
}

static void
assert_mode (const char *folder, const char *name, guint mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, mode);
}

/* Who has no Maildir gets one with the first mail, and nobody else may look into it,
 * be the umask what it is. */
static void
test_first (Fixture *fixture, gconstpointer data)
{
  static const char *const folders[] = { "", "cur", "new", "tmp", ".Trash", ".Trash/new" };
  g_autofree char *path = g_build_filename (fixture->folder, "ben", NULL);
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  mode_t before = umask (0);
  g_autofree char *id = deliver_to (account, NULL, "x", "1@x", NULL, 0);
  g_autofree char *new_folder = g_build_filename (path, "new", NULL);
  g_autoptr (GDir) dir = g_dir_open (new_folder, 0, NULL);

  umask (before);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    assert_mode (path, folders[i], 0700);
  assert_mode (new_folder, g_dir_read_name (dir), 0600);
  assert_mode (path, "intimail.jsonl", 0600);
  assert_mode (path, "intimail.journal", 0600);
  assert_mode (path, "maildirsize", 0600);
}

/* Where the folder above is missing a disk may not be mounted: not made, and not for
 * ever refused. */
static void
test_no_parent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parent = g_build_filename (fixture->folder, "none", NULL);
  g_autofree char *path = g_build_filename (parent, "ben", NULL);
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  g_autoptr (GBytes) message = make_message ("a@b", "x", "1@x", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = intimail_account_deliver (account, message, NULL, NULL, 0, NULL, &error);
  g_autofree char *later = NULL;

  g_assert_null (id);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_assert_false (g_file_test (parent, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_mkdir (parent, 0700), ==, 0);
  later = deliver_to (account, NULL, "x", "1@x", NULL, 0);
  g_assert_nonnull (later);
}

/* What is no message is neither listed nor touched, and the check says that it is
 * there. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cur = g_build_filename (fixture->path, "cur", NULL);
  g_autofree char *hidden = g_build_filename (cur, ".hidden", NULL);
  g_autofree char *folder = g_build_filename (cur, "folder", NULL);
  g_autofree char *fifo = g_build_filename (cur, "fifo", NULL);
  g_autofree char *symbolic = g_build_filename (cur, "link", NULL);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 0);
  const char *const ids[] = { id, NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = NULL;
  g_autofree char *joined = NULL;
  g_auto (GStrv) files = NULL;
  g_autofree char *left = NULL;

  test_support_write_file (hidden, "not mail");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", symbolic), ==, 0);
  g_assert_true (intimail_account_refresh (fixture->account, NULL, &error));
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);

  findings = intimail_account_check_index (fixture->account, NULL, NULL, &error);
  g_assert_no_error (error);
  joined = join_sorted ((const char *const *) findings);
  g_assert_cmpstr (joined, ==, "INBOX: not a message, left alone: .hidden INBOX: not a message, left alone: fifo "
                               "INBOX: not a message, left alone: folder INBOX: not a message, left alone: link");
  g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
  g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
  files = list_files (fixture, "cur");
  left = g_strjoinv (" ", files);
  g_assert_cmpstr (left, ==, ".hidden fifo folder link");
}

static gsize
count_index_lines (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.jsonl", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  /* Without the first one, and what is behind the last line end. */
  return g_strv_length (lines) - 2;
}

/* A delivery reads no folder: what others brought is found by the next who reads. */
static void
test_without_a_look (Fixture *fixture, gconstpointer data)
{
  g_autofree char *theirs = g_build_filename (fixture->path, "cur", "1.M1P1.theirs,S=4:2,S", NULL);
  g_autofree char *first = deliver_to (fixture->account, NULL, "first", "first@x", NULL, 0);
  g_autofree char *second = NULL;

  test_support_write_file (theirs, "a: b");
  g_clear_object (&fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  second = deliver_to (fixture->account, NULL, "second", "second@x", NULL, 0);
  g_assert_cmpuint (count_index_lines (fixture), ==, 2);

  g_clear_object (&fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  g_assert_cmpuint (count_messages (fixture->account), ==, 3);
  g_assert_cmpuint (count_index_lines (fixture), ==, 3);
  assert_consistent (fixture->account);
}

/* Room is asked for where the figures are not known: then the folders are read. */
static void
test_without_a_look_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *theirs = g_build_filename (fixture->path, "cur", "1.M1P1.theirs,S=4:2,S", NULL);
  g_autofree char *sizes = g_build_filename (fixture->path, "maildirsize", NULL);
  g_autoptr (GBytes) message = make_message ("a@b.example", "x", "x@x", NULL);
  g_autoptr (GError) error = NULL;

  test_support_write_file (theirs, "a: b");
  g_unlink (sizes);
  g_clear_object (&fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  intimail_account_set_quota_limits (fixture->account, 0, 1);
  g_assert_null (intimail_account_deliver (fixture->account, message, NULL, NULL, 0, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
}

/* Processes that deliver a message each do not read a longer index each time. */
static void
test_one_by_one (Fixture *fixture, gconstpointer data)
{
  g_autofree char *table = g_build_filename (fixture->path, "intimail.table", NULL);
  guint n_messages = 0;

  while (n_messages < 400 && !g_file_test (table, G_FILE_TEST_EXISTS))
    {
      g_autofree char *name = g_strdup_printf ("%u@x", n_messages++);
      g_autofree char *id = deliver_to (fixture->account, NULL, name, name, NULL, 0);

      g_clear_object (&fixture->account);
      fixture->account = intimail_account_new (fixture->path);
    }
  g_assert_cmpuint (n_messages, <, 400);
  g_assert_cmpuint (count_messages (fixture->account), ==, n_messages);
  assert_consistent (fixture->account);
}

/* The way to the inbox is flushed once, and once more when it is another one. */
static void
test_way (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = g_build_filename (fixture->path, "intimail.lock", NULL);
  g_autofree char *new = g_build_filename (fixture->path, "new", NULL);
  g_autofree char *first = deliver_to (fixture->account, NULL, "x", "x@x", NULL, 0);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *old = g_build_filename (fixture->path, "old", NULL);
  g_autofree char *second = NULL;

  g_assert_true (g_file_get_contents (lock, &before, NULL, NULL));
  if (*before == '\0')
    {
      g_test_message ("this file system does not know when a folder was made");
      return;
    }
  g_assert_true (g_str_has_prefix (before, "flushed "));
  g_assert_cmpint (g_rename (new, old), ==, 0);
  g_assert_cmpint (g_mkdir (new, 0700), ==, 0);
  g_clear_object (&fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  second = deliver_to (fixture->account, NULL, "y", "y@x", NULL, 0);
  g_assert_true (g_file_get_contents (lock, &after, NULL, NULL));
  g_assert_cmpstr (before, !=, after);
}

/* A power cut left half of a mailbox. */
static void
test_half_a_mailbox (Fixture *fixture, gconstpointer data)
{
  g_autofree char *new = g_build_filename (fixture->path, ".Archive", "new", NULL);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *id = NULL;

  g_assert_cmpint (g_rmdir (new), ==, 0);
  g_clear_object (&fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  id = deliver_to (fixture->account, archive, "x", "x@x", NULL, 0);
  g_assert_true (g_file_test (new, G_FILE_TEST_IS_DIR));
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-deliver/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("odd-bytes", test_odd_bytes);
  ADD ("long-line", test_long_line);
  ADD ("first", test_first);
  ADD ("no-parent", test_no_parent);
  ADD ("foreign", test_foreign);
  ADD ("without-a-look", test_without_a_look);
  ADD ("without-a-look-full", test_without_a_look_full);
  ADD ("one-by-one", test_one_by_one);
  ADD ("way", test_way);
  ADD ("half-a-mailbox", test_half_a_mailbox);

  return g_test_run ();
}
