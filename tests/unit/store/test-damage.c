/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index of a few dozen lines that is cut at every byte, has a bit flipped in every
 * byte, or is no index at all: every mail is there afterwards, once, with its bytes, and
 * the index agrees with the files.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store-support.h"

#define N_MAILS 8
#define N_REMOVED 1
#define N_LINES 24

typedef struct
{
  Fixture fixture;
  char *index;
  char *journal;
  char *index_text;
  gsize index_length;
  char *journal_text;
  gsize journal_length;
  GHashTable *subjects; /* by id */
} Damage;

/* Not cut to nothing first: ext4 flushes a file that was, when it is closed. */
static void
write_in_place (const char *path, const char *text, gsize length)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, length), ==, (gssize) length);
  g_assert_cmpint (ftruncate (fd, (off_t) length), ==, 0);
  close (fd);
}

/* A journal with another inode is not believed: this one is kept under another name. */
static void
restore_journal (Damage *self)
{
  g_autofree char *kept = g_build_filename (self->fixture.folder, "journal", NULL);
  struct stat status;
  struct stat kept_status;

  if (stat (kept, &kept_status) < 0)
    g_assert_cmpint (link (self->journal, kept), ==, 0);
  else if (stat (self->journal, &status) < 0 || status.st_ino != kept_status.st_ino)
    {
      g_unlink (self->journal);
      g_assert_cmpint (link (kept, self->journal), ==, 0);
    }
  write_in_place (self->journal, self->journal_text, self->journal_length);
}

/* As it was before it was damaged, up to a length; without the table, which would spare
 * the reading. */
static void
restore (Damage *self, gsize length)
{
  g_autofree char *table = g_build_filename (self->fixture.path, "intimail.table", NULL);

  g_unlink (table);
  restore_journal (self);
  write_in_place (self->index, self->index_text, length);
}

static void
set_keyword (IntimailAccount *account, const char *id, const char *keyword, gboolean has)
{
  const char *const ids[] = { id, NULL };
  const char *const words[] = { keyword, NULL };

  g_assert_true (intimail_account_set_keywords (account, ids, has ? words : NULL, has ? NULL : words, NULL, NULL));
}

static void
remove_message (IntimailAccount *account, const char *id)
{
  const char *const ids[] = { id, NULL };

  g_assert_true (intimail_account_remove_messages (account, ids, NULL, NULL));
}

static void
remove_other_mailboxes (IntimailAccount *account)
{
  for (guint role = INTIMAIL_MAILBOX_ROLE_DRAFTS; role <= INTIMAIL_MAILBOX_ROLE_TRASH; role++)
    {
      g_autofree char *id = get_role_id (account, (IntimailMailboxRole) role);

      g_assert_true (intimail_account_remove_mailbox (account, id, FALSE, NULL, NULL));
    }
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; (text = strchr (text, '\n')) != NULL; text++)
    n++;
  return n;
}

/* Lines of each kind: messages, changes, removals. */
static void
damage_set_up (Damage *self, gconstpointer data)
{
  set_up (&self->fixture, NULL);
  self->index = g_build_filename (self->fixture.path, "intimail.jsonl", NULL);
  self->journal = g_build_filename (self->fixture.path, "intimail.journal", NULL);
  self->subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  remove_other_mailboxes (self->fixture.account);
  for (guint i = 0; i < N_MAILS; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%u@x", i);
      g_autofree char *subject = g_strdup_printf ("s%u \"ö\\", i);
      char *id = deliver_to (self->fixture.account, NULL, subject, message_id, NULL, 0);

      set_keyword (self->fixture.account, id, "$seen", TRUE);
      if (i % 2 == 0)
        set_keyword (self->fixture.account, id, "errand", TRUE);
      if (i % 3 != 0)
        set_keyword (self->fixture.account, id, "$seen", FALSE);
      if (i < N_REMOVED)
        remove_message (self->fixture.account, id);
      else
        g_hash_table_insert (self->subjects, g_strdup (id), g_strdup (subject));
      g_free (id);
    }
  test_support_assert_finalized (self->fixture.account);
  self->fixture.account = intimail_account_new (self->fixture.path);
  g_assert_true (g_file_get_contents (self->index, &self->index_text, &self->index_length, NULL));
  g_assert_true (g_file_get_contents (self->journal, &self->journal_text, &self->journal_length, NULL));
  g_assert_cmpuint (count_lines (self->index_text), >=, N_LINES);
}

static void
damage_tear_down (Damage *self, gconstpointer data)
{
  g_hash_table_unref (self->subjects);
  g_free (self->index);
  g_free (self->journal);
  g_free (self->index_text);
  g_free (self->journal_text);
  tear_down (&self->fixture, NULL);
}

/* Where a bit of a text is another one, the text is; the mail is what it was. */
static void
assert_message (Damage *self, IntimailAccount *account, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_account_load_message (account, id, &error);
  g_autofree char *field = NULL;
  gsize length;
  const char *text;

  g_assert_no_error (error);
  text = g_bytes_get_data (bytes, &length);
  field = g_strdup_printf ("\nSubject: %s\n", (const char *) g_hash_table_lookup (self->subjects, id));
  g_assert_nonnull (g_strstr_len (text, (gssize) length, field));
}

/* A size with another digit cannot be told from a right one without the file: the check
 * sees it, and an index made anew has it right. */
static void
assert_mends (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = intimail_account_check_index (account, NULL, NULL, &error);

  g_assert_no_error (error);
  for (gsize i = 0; findings[i] != NULL; i++)
    g_assert_nonnull (strstr (findings[i], "a message of another size"));
  if (findings[0] != NULL)
    g_assert_true (intimail_account_rebuild_index (account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_consistent (account);
}

static void
assert_whole (Damage *self, guint number, gboolean texts_too)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  guint n = N_MAILS - N_REMOVED;

  g_assert_no_error (error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (g_hash_table_contains (self->subjects, intimail_listing_get_id (listing, i)));
  for (guint i = number % 4; i < n; i += 4)
    {
      const char *id = intimail_listing_get_id (listing, i);
      g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (account, id, &error);

      g_assert_no_error (error);
      if (texts_too)
        g_assert_cmpstr (intimail_envelope_get_subject (envelope), ==, g_hash_table_lookup (self->subjects, id));
    }
  assert_message (self, account, intimail_listing_get_id (listing, number % n));
  if (texts_too)
    assert_consistent (account);
  else
    assert_mends (account);
}

static void
test_truncated (Damage *self, gconstpointer data)
{
  for (gsize cut = 0; cut <= self->index_length; cut++)
    {
      restore (self, cut);
      assert_whole (self, (guint) cut, TRUE);
    }
}

static void
flip (Damage *self, gsize place, guint bit)
{
  char flipped = self->index_text[place] ^ (char) (1 << bit);
  int fd;

  restore (self, self->index_length);
  fd = open (self->index, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, &flipped, 1, (off_t) place), ==, 1);
  close (fd);
  assert_whole (self, (guint) place, FALSE);
}

/* Each of them where there is time. */
static void
test_flipped (Damage *self, gconstpointer data)
{
  guint n_bits = g_test_slow () ? 8 : 1;

  for (gsize i = 0; i < self->index_length * n_bits; i++)
    flip (self, i / n_bits, (guint) (i / n_bits * 3 + i % n_bits) % 8);
}

static void
test_rubbish (Damage *self, gconstpointer data)
{
  static const char *const texts[] = { "", "\n", "rubbish\n\n{}\n[]\n", "{\"format\":1}\n", "\xff\xfe\n", "{\"format\":-1,\"mailbox\":\"x\"}\n" };
  g_autofree char *zeros = g_malloc0 (10000);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      restore (self, 0);
      write_in_place (self->index, texts[i], strlen (texts[i]));
      assert_whole (self, (guint) i, TRUE);
    }
  restore (self, 0);
  write_in_place (self->index, zeros, 10000);
  assert_whole (self, 0, TRUE);
}

/* What a power cut may leave: the length is there, and the bytes are not. */
static void
test_zeros_at_the_end (Damage *self, gconstpointer data)
{
  restore (self, self->index_length / 2);
  g_assert_cmpint (truncate (self->index, (off_t) self->index_length), ==, 0);
  assert_whole (self, 0, TRUE);
}

static void
test_sparse (Damage *self, gconstpointer data)
{
  restore (self, self->index_length);
  g_assert_cmpint (truncate (self->index, (off_t) 10 << 30), ==, 0);
  assert_whole (self, 0, TRUE);
  write_in_place (self->index, "", 0);
  g_assert_cmpint (truncate (self->index, (off_t) 10 << 30), ==, 0);
  assert_whole (self, 1, TRUE);
}

static void
test_link (Damage *self, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (self->fixture.folder, "elsewhere", NULL);
  g_autoptr (GBytes) left = NULL;

  test_support_write_file (elsewhere, "not ours");
  g_assert_cmpint (g_unlink (self->index), ==, 0);
  g_assert_cmpint (symlink (elsewhere, self->index), ==, 0);
  assert_whole (self, 0, TRUE);
  left = test_support_read_file (elsewhere);
  g_assert_cmpmem (g_bytes_get_data (left, NULL), g_bytes_get_size (left), "not ours", 8);
}

static void
test_no_file (Damage *self, gconstpointer data)
{
  g_assert_cmpint (g_unlink (self->index), ==, 0);
  g_assert_cmpint (mkfifo (self->index, 0600), ==, 0);
  assert_whole (self, 0, TRUE);
  g_assert_cmpint (g_unlink (self->index), ==, 0);
  g_assert_cmpint (g_mkdir (self->index, 0700), ==, 0);
  assert_whole (self, 1, TRUE);
}

/* That of an older program: its lines say other things by the same names, and are not read. */
static void
test_older (Damage *self, gconstpointer data)
{
  static const char now[] = "{\"format\":2,";
  g_autoptr (GString) older = g_string_new_len (self->index_text, (gssize) self->index_length);
  g_autoptr (GBytes) left = NULL;

  g_assert_cmpuint (g_string_replace (older, now, "{\"format\":1,", 0), ==, 1);
  restore (self, 0);
  write_in_place (self->index, older->str, older->len);
  assert_whole (self, 0, TRUE);
  left = test_support_read_file (self->index);
  g_assert_cmpmem (g_bytes_get_data (left, NULL), strlen (now), now, strlen (now));
}

/* A newer program's index is left to it. */
static void
test_newer (Damage *self, gconstpointer data)
{
  static const char *const newer = "{\"format\":99,\"mailbox\":\"x\"}\nsomething that only they know\n";
  g_autoptr (GBytes) left = NULL;

  write_in_place (self->index, newer, strlen (newer));
  assert_whole (self, 0, TRUE);
  left = test_support_read_file (self->index);
  g_assert_cmpmem (g_bytes_get_data (left, NULL), g_bytes_get_size (left), newer, strlen (newer));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/damage/" name, Damage, NULL, damage_set_up, func, damage_tear_down)
  ADD ("truncated", test_truncated);
  ADD ("flipped", test_flipped);
  ADD ("rubbish", test_rubbish);
  ADD ("zeros-at-the-end", test_zeros_at_the_end);
  ADD ("sparse", test_sparse);
  ADD ("link", test_link);
  ADD ("no-file", test_no_file);
  ADD ("older", test_older);
  ADD ("newer", test_newer);
#undef ADD

  return g_test_run ();
}
