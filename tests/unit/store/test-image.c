/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file intimail.table: that a process which takes it sees what one sees that reads
 * all indexes, and that a wrong one costs nothing but time.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store-support.h"
#include "store/intimail-table-private.h"

#define N 12

/* Copies, threads, keywords, removed messages, and a mailbox without any. */
static void
fill (Fixture *fixture)
{
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  const char *const both[] = { inbox, archive, NULL };
  const char *const words[] = { "$seen", "holiday", NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%u@x", i);
      g_autofree char *id = deliver_to (fixture->account, i % 4 == 3 ? archive : NULL, message_id, message_id, i % 3 == 2 ? "0@x" : NULL, 1000 + i / 2);
      const char *const ids[] = { id, NULL };

      if (i % 4 == 1)
        g_assert_true (intimail_account_set_keywords (fixture->account, ids, words, NULL, NULL, &error));
      if (i == 4)
        g_assert_true (intimail_account_set_mailboxes (fixture->account, ids, both, NULL, &error));
      if (i == 5 || i == 6)
        g_assert_true (intimail_account_remove_messages (fixture->account, ids, NULL, &error));
      g_assert_no_error (error);
    }
}

static char *
describe_order (IntimailAccount *account)
{
  static const char *const sort[] = { "subject", "from", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, sort, FALSE, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    g_string_append_printf (text, "%s ", intimail_listing_get_id (listing, i));
  return g_string_free (text, FALSE);
}

/* A file that covers everything, two orders as well, is written when the account is let go. */
static void
write_image (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_free (describe_order (fixture->account));
  test_support_assert_finalized (fixture->account);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  fixture->account = intimail_account_new (fixture->path);
}

static void
describe_envelope (GString *text, IntimailListing *listing, guint position)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, position, &error);
  g_autofree char *mailboxes = NULL;
  g_autofree char *keywords = NULL;

  g_assert_no_error (error);
  mailboxes = join_sorted (intimail_envelope_get_mailbox_ids (envelope));
  keywords = join_sorted (intimail_envelope_get_keywords (envelope));
  g_string_append_printf (text, "%s %s %s %s %s\n", intimail_envelope_get_id (envelope), intimail_envelope_get_thread_id (envelope),
                          intimail_envelope_get_subject (envelope), mailboxes, keywords);
}

/* Everything that a program can see of the account. */
static char *
describe (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes (account, NULL, &error);
  g_autofree char *state = get_state (account, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *order = describe_order (account);
  g_autoptr (GString) text = g_string_new (state);

  g_assert_no_error (error);
  g_string_append (text, order);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    describe_envelope (text, listing, i);
  for (guint i = 0; i < mailboxes->len; i++)
    {
      IntimailMailbox *mailbox = g_ptr_array_index (mailboxes, i);

      g_string_append_printf (text, "%s %u %u %u %u\n", intimail_mailbox_get_id (mailbox), intimail_mailbox_get_n_messages (mailbox),
                              intimail_mailbox_get_n_unread (mailbox), intimail_mailbox_get_n_threads (mailbox),
                              intimail_mailbox_get_n_unread_threads (mailbox));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
describe_anew (Fixture *fixture)
{
  test_support_assert_finalized (fixture->account);
  fixture->account = intimail_account_new (fixture->path);
  return describe (fixture->account);
}

static void
test_same (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *with = NULL;
  g_autofree char *later = NULL;
  g_autofree char *without = NULL;
  g_autofree char *id = NULL;

  fill (fixture);
  write_image (fixture);
  with = describe (fixture->account);
  assert_consistent (fixture->account);
  test_support_assert_finalized (fixture->account);
  g_assert_cmpint (g_unlink (path), ==, 0);
  fixture->account = intimail_account_new (fixture->path);
  without = describe (fixture->account);
  g_assert_cmpstr (with, ==, without);

  /* What came after it is read behind it. */
  write_image (fixture);
  fill (fixture);
  id = deliver_to (fixture->account, NULL, "later", "later@x", NULL, 0);
  g_free (with);
  with = describe (fixture->account);
  later = describe_anew (fixture);
  g_assert_cmpstr (with, ==, later);
  g_assert_nonnull (strstr (later, id));
  assert_consistent (fixture->account);
}

/* Mailboxes that come, go and are renamed while nobody looks. */
static void
test_mailboxes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *gone = g_build_filename (fixture->path, ".Junk", NULL);
  g_autofree char *renamed = g_build_filename (fixture->path, ".Archive", NULL);
  g_autofree char *target = g_build_filename (fixture->path, ".Older", NULL);
  g_autofree char *added = g_build_filename (fixture->path, ".Added", NULL);
  g_autoptr (GError) error = NULL;
  guint n;

  fill (fixture);
  n = count_messages (fixture->account);
  write_image (fixture);
  g_assert_cmpint (rename (renamed, target), ==, 0);
  g_assert_cmpuint (count_messages (fixture->account), ==, n);
  assert_consistent (fixture->account);

  write_image (fixture);
  test_support_remove_folder (gone);
  g_assert_cmpuint (count_messages (fixture->account), ==, n);
  assert_consistent (fixture->account);

  write_image (fixture);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_build_filename (added, (const char *const[]){ "cur", "new", "tmp" }[i], NULL);

      g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
    }
  g_assert_cmpuint (count_messages (fixture->account), ==, n);
  assert_consistent (fixture->account);
}

static char *
read_file (const char *path, gsize *length)
{
  g_autoptr (GError) error = NULL;
  char *data = NULL;

  g_file_get_contents (path, &data, length, &error);
  g_assert_no_error (error);
  return data;
}

static void
write_file (const char *path, const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

static guint64
count_copies (gpointer data, gsize length)
{
  IntimailImage *image = intimail_image_new_from_data (data, length);
  IntimailTable *table = image != NULL ? intimail_table_new_from_image (image) : NULL;
  guint64 n = table != NULL ? intimail_table_get_n_copies (table) : 0;

  intimail_table_free (table);
  return n;
}

/* A section is lent to things of its own size alone: one that no size gets is damaged. */
static gboolean
is_whole (IntimailImage *image, IntimailImageKind kind, guint32 number)
{
  for (guint size = 1; size <= 256; size++)
    {
      IntimailColumn column;

      intimail_column_init (&column, size);
      if (intimail_image_lend (image, kind, number, &column))
        return TRUE;
    }
  return FALSE;
}

static gboolean
are_all_whole (gpointer data, gsize length)
{
  g_autoptr (IntimailImage) image = intimail_image_new_from_data (data, length);
  guint n = 0;

  for (guint kind = INTIMAIL_IMAGE_TABLE_HEAD; image != NULL && kind <= INTIMAIL_IMAGE_FOLDER_NEW; kind++)
    {
      for (guint32 number = 0; intimail_image_has (image, kind, number); number++, n++)
        {
          if (!is_whole (image, kind, number))
            return FALSE;
        }
    }
  return n > 0;
}

/* Each bit of the file, one after the other: it is refused, or it did not matter. */
static void
test_bits (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *bytes = NULL;
  guint64 n_copies;
  guint n_refused = 0;
  gsize length;

  fill (fixture);
  write_image (fixture);
  bytes = read_file (path, &length);
  n_copies = count_copies (g_memdup2 (bytes, length), length);
  g_assert_cmpuint (n_copies, ==, N - 2 + 1);
  g_assert_true (are_all_whole (g_memdup2 (bytes, length), length));
  for (gsize i = 0; i < length; i++)
    {
      char *copy = g_memdup2 (bytes, length);
      gboolean whole;
      guint64 n;

      copy[i] = (char) (copy[i] ^ 1 << i % 8);
      whole = are_all_whole (g_memdup2 (copy, length), length);
      n = count_copies (copy, length);
      n_refused += !whole;
      g_assert_true (n == n_copies || (n == 0 && !whole));
    }
  g_assert_cmpuint (n_refused, >, 3000);
  for (gsize i = 0; i < length; i++)
    g_assert_cmpuint (count_copies (g_memdup2 (bytes, length), i), ==, 0);
}

/* The same as a whole account sees it, at some places of the file. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *expected = NULL;
  gsize length;

  fill (fixture);
  write_image (fixture);
  bytes = read_file (path, &length);
  expected = describe_anew (fixture);
  for (gsize i = 0; i < length; i += 61)
    {
      g_autofree char *copy = g_memdup2 (bytes, length);
      g_autofree char *flipped = NULL;
      g_autofree char *cut = NULL;

      copy[i] ^= 0x20;
      write_file (path, copy, length);
      flipped = describe_anew (fixture);
      g_assert_cmpstr (flipped, ==, expected);
      write_file (path, bytes, i);
      cut = describe_anew (fixture);
      g_assert_cmpstr (cut, ==, expected);
    }
}

/* Something else in its place. */
static void
test_strange (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "elsewhere", NULL);
  g_autofree char *expected = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  fill (fixture);
  write_image (fixture);
  bytes = read_file (path, &length);
  expected = describe_anew (fixture);
  for (guint kind = 0; kind < 6; kind++)
    {
      g_autofree char *got = NULL;

      test_support_assert_finalized (fixture->account);
      g_assert_cmpint (g_unlink (path), ==, 0);
      if (kind == 0)
        test_support_write_file (path, "rubbish\n");
      else if (kind == 1)
        {
          write_file (elsewhere, bytes, length);
          g_assert_cmpint (symlink (elsewhere, path), ==, 0);
        }
      else if (kind == 2)
        g_assert_cmpint (mkfifo (path, 0600), ==, 0);
      else if (kind == 3)
        g_assert_cmpint (mkdir (path, 0700), ==, 0);
      else
        {
          /* 10 GB that are not there; and the same behind a beginning that is right. */
          write_file (path, bytes, kind == 4 ? 0 : length);
          g_assert_cmpint (truncate (path, (off_t) 10 * 1024 * 1024 * 1024), ==, 0);
        }
      fixture->account = intimail_account_new (fixture->path);
      got = describe (fixture->account);
      g_assert_cmpstr (got, ==, expected);
      if (kind == 3)
        {
          test_support_assert_finalized (fixture->account);
          g_assert_cmpint (g_rmdir (path), ==, 0);
          test_support_write_file (path, "");
          fixture->account = intimail_account_new (fixture->path);
        }
    }
}

/* The index changed under an image that is right in itself: cut or hit at each byte,
 * no message is lost. */
static void
test_index (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.jsonl", NULL);
  g_autofree char *table_path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *table = NULL;
  gsize length;
  gsize table_length;
  guint n;

  fill (fixture);
  write_image (fixture);
  bytes = read_file (path, &length);
  table = read_file (table_path, &table_length);
  n = count_messages (fixture->account);
  for (gsize i = 0; i < length; i += 3)
    {
      g_autofree char *copy = g_memdup2 (bytes, length);
      g_autoptr (IntimailListing) listing = NULL;
      g_autoptr (GError) error = NULL;

      copy[i] = (char) (copy[i] ^ 1 << i % 7);
      test_support_assert_finalized (fixture->account);
      write_file (path, copy, i % 2 == 0 ? length : i);
      write_file (table_path, table, table_length);
      fixture->account = intimail_account_new (fixture->path);
      listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, n);
      for (guint k = 0; k < n; k++)
        {
          g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, k, &error);

          g_assert_no_error (error);
        }
    }
}

/* What the fuzzer of tables begins with is a file of today's format. When the format is
 * another one, INTIMAIL_WRITE_SEEDS=1 unit-store-image -p /image/seed makes it anew. */
static void
test_seed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *seed = g_build_filename (g_getenv ("INTIMAIL_SOURCE_ROOT"), "tests/fuzz/corpus/table/an-account", NULL);
  g_autofree char *path = g_build_filename (fixture->path, "intimail.table", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  if (g_getenv ("INTIMAIL_WRITE_SEEDS") != NULL)
    {
      g_autoptr (GBytes) made = NULL;
      g_autoptr (GError) error = NULL;

      fill (fixture);
      write_image (fixture);
      made = test_support_read_file (path);
      g_assert_true (g_file_set_contents (seed, g_bytes_get_data (made, NULL), (gssize) g_bytes_get_size (made), &error));
      g_assert_no_error (error);
    }

  bytes = read_file (seed, &length);
  g_assert_cmpuint (count_copies (g_memdup2 (bytes, length), length), ==, N - 2 + 1);
  g_assert_true (are_all_whole (g_memdup2 (bytes, length), length));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/image/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("same", test_same);
  ADD ("mailboxes", test_mailboxes);
  ADD ("bits", test_bits);
  ADD ("damaged", test_damaged);
  ADD ("strange", test_strange);
  ADD ("index", test_index);
  ADD ("seed", test_seed);
  return g_test_run ();
}
