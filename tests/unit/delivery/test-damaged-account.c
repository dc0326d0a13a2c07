/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The small files of an account, each cut at every byte, with a bit flipped in every
 * byte, and with something else in its place: every mail is there afterwards, once, with
 * its bytes, new mail is taken or may come again later, and what waits to be sent is not
 * taken for sent. (For the index see store/damage, for the table store/image.)
 */

#include "delivery-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "delivery/intimail-rule-set-private.h"
#include "delivery/intimail-send-count-private.h"
#include "delivery/intimail-sender-private.h"
#include "delivery/intimail-submission-private.h"
#include "delivery/intimail-vacation-senders-private.h"

#define N_MAILS 3
#define MESSAGE "From: zoe@far.example\nTo: dora@home.example\nSubject: %s\nMessage-ID: <%s@far.example>\n\nhello\n"
#define RULES "{\"rules\":[{\"id\":\"a\",\"name\":\"tomatoes\",\"conditions\":[{\"field\":\"subject\",\"test\":\"contains\",\"value\":\"tomato\"}]," \
              "\"actions\":[{\"do\":\"flag\"}]}],\"vacation\":{\"enabled\":false,\"subject\":\"away\",\"text\":\"I am away.\"}}"
#define NOW 1800000000
#define DAY (24 * 60 * 60)
#define WAITS "waits"
#define AT_ONCE "at-once"

/* One file, and a second name of it: some are believed by their inode. */
typedef struct
{
  char *path;
  char *kept;
  char *bytes;
  gsize length;
  struct timespec times[2];
} Kept;

typedef struct
{
  Fixture fixture;
  char *path;
  IntimailPerson *dora;
  GPtrArray *files;
  GHashTable *names; /* of all files and folders that are to be there */
} Damage;

static void
kept_free (gpointer data)
{
  Kept *self = data;

  g_free (self->path);
  g_free (self->kept);
  g_free (self->bytes);
  g_free (self);
}

/* Not cut to nothing first: ext4 flushes a file that was, when it is closed. */
static void
write_in_place (const char *path, const char *bytes, gsize length)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
  g_assert_cmpint (ftruncate (fd, (off_t) length), ==, 0);
  close (fd);
}

static gboolean
is_same_file (const char *a, const char *b)
{
  struct stat first;
  struct stat second;

  return lstat (a, &first) == 0 && lstat (b, &second) == 0 && first.st_ino == second.st_ino;
}

static void
restore_file (const Kept *file)
{
  if (!is_same_file (file->path, file->kept))
    {
      if (g_unlink (file->path) < 0 && errno != ENOENT)
        g_assert_cmpint (g_rmdir (file->path), ==, 0);
      g_assert_cmpint (link (file->kept, file->path), ==, 0);
    }
  write_in_place (file->path, file->bytes, file->length);
  g_assert_cmpint (utimensat (AT_FDCWD, file->path, file->times, 0), ==, 0);
}

/* Calls @func for all below a folder, files before their folder. */
static void
walk (const char *path, void (*func) (const char *path, gpointer data), gpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (!g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        walk (inner, func, data);
      func (inner, data);
    }
}

static void
keep (const char *path, gpointer data)
{
  Damage *self = data;
  Kept *file;
  struct stat status;

  g_hash_table_add (self->names, g_strdup (path));
  g_assert_cmpint (lstat (path, &status), ==, 0);
  if (!S_ISREG (status.st_mode))
    return;
  file = g_new0 (Kept, 1);
  file->path = g_strdup (path);
  file->kept = g_strdup_printf ("%s/kept-%u", self->fixture.folder, self->files->len);
  file->times[0] = status.st_atim;
  file->times[1] = status.st_mtim;
  g_assert_true (g_file_get_contents (path, &file->bytes, &file->length, NULL));
  g_assert_cmpint (link (path, file->kept), ==, 0);
  g_ptr_array_add (self->files, file);
}

static void
remove_new (const char *path, gpointer data)
{
  Damage *self = data;

  if (!g_hash_table_contains (self->names, path))
    g_assert_cmpint (g_remove (path), ==, 0);
}

static void
restore (Damage *self)
{
  walk (self->path, remove_new, self);
  for (guint i = 0; i < self->files->len; i++)
    restore_file (g_ptr_array_index (self->files, i));
}

/* NULL: mail may come again later. */
static IntimailAccount *
open_account (Damage *self)
{
  g_autoptr (GError) error = NULL;
  IntimailAccount *account = intimail_site_get_account (self->fixture.site, self->dora, &error);

  if (account == NULL)
    g_assert_true (*intimail_error_get_enhanced_status (error) == '4');
  return account;
}

/* What the account still writes when nobody holds it any more is written then. */
static void
close_account (Damage *self, IntimailAccount *account)
{
  test_support_assert_finalized (g_steal_pointer (&self->fixture.site));
  test_support_assert_finalized (account);
}

/* "" or an enhanced status. */
static const char *
deliver (Damage *self, const char *name)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->fixture.site, "zoe@far.example");
  g_autofree char *text = g_strdup_printf (MESSAGE, name, name);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  if (intimail_delivery_add_recipient (delivery, "dora@home.example", 0, NULL, &error) &&
      intimail_delivery_write (delivery, bytes, NULL, &error))
    intimail_delivery_finish (delivery, NULL, &error);
  return error != NULL ? g_intern_string (intimail_error_get_enhanced_status (error)) : "";
}

static void
add_submission (Damage *self, IntimailAccount *account, const char *id, gint64 due, IntimailSubmissionStatus status)
{
  static char *recipients[] = { (char *) "bert@home.example", NULL };
  const IntimailSubmission submission = {
    .id = (char *) id,
    .identity_id = (char *) "i",
    .email_id = (char *) "e",
    .thread_id = (char *) "t",
    .sender = (char *) "dora@home.example",
    .recipients = recipients,
    .sent = g_get_real_time () / G_USEC_PER_SEC + due,
    .due = due,
    .status = status,
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_submission_add (account, &submission, &error));
  g_assert_no_error (error);
}

static gboolean
count_sent (Damage *self)
{
  static const IntimailSendLimits limits = { { 10, 0 }, { 0, 0 } };
  gboolean alarm;

  return intimail_send_count_take (self->path, &limits, 1, NOW, &alarm, NULL);
}

static gboolean
note_sender (IntimailAccount *account, gboolean take, gboolean *had)
{
  g_autoptr (IntimailVacation) vacation = intimail_vacation_new ();

  return intimail_vacation_senders_check (account, vacation, "zoe@far.example", NOW, take, had, NULL);
}

static void
set_keyword (IntimailAccount *account, const char *id, const char *keyword, GError **error)
{
  const char *const ids[] = { id, NULL };
  const char *const words[] = { keyword, NULL };

  intimail_account_set_keywords (account, ids, words, NULL, NULL, error);
}

static void
fill (Damage *self)
{
  g_autofree char *rules = g_build_filename (self->path, "intimail.rules", NULL);
  IntimailAccount *account = open_account (self);
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GError) error = NULL;
  gboolean had;

  for (guint i = 0; i < N_MAILS; i++)
    {
      g_autofree char *name = g_strdup_printf ("mail%u", i);

      g_assert_cmpstr (deliver (self, name), ==, "");
    }
  listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, N_MAILS);
  set_keyword (account, intimail_listing_get_id (listing, 0), "errand", &error);
  set_keyword (account, intimail_listing_get_id (listing, 1), "$flagged", &error);
  g_assert_no_error (error);
  add_submission (self, account, "gone", 0, INTIMAIL_SUBMISSION_FINAL);
  add_submission (self, account, WAITS, 30 * DAY, INTIMAIL_SUBMISSION_PENDING);
  add_submission (self, account, AT_ONCE, 0, INTIMAIL_SUBMISSION_SENDING);
  g_assert_true (count_sent (self));
  g_assert_true (note_sender (account, TRUE, &had));
  test_support_write_file (rules, RULES);
  g_clear_object (&listing);
  close_account (self, account);
}

static void
damage_set_up (Damage *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_setup (&self->fixture, NULL);
  add_person (&self->fixture, "dora", 1024 * 1024, INTIMAIL_PERSON_STATUS_ACTIVE);
  self->path = g_build_filename (self->fixture.folder, "mail/dora", NULL);
  self->dora = intimail_directory_lookup_person (intimail_site_get_directory (self->fixture.site), "dora", NULL, &error);
  g_assert_no_error (error);
  fill (self);
  self->files = g_ptr_array_new_with_free_func (kept_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  walk (self->path, keep, self);
}

static void
damage_tear_down (Damage *self, gconstpointer data)
{
  g_ptr_array_unref (self->files);
  g_hash_table_unref (self->names);
  g_object_unref (self->dora);
  g_free (self->path);
  fixture_open (&self->fixture);
  fixture_teardown (&self->fixture, NULL);
}

/* --- what is looked for --- */

static void
assert_mails (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  guint seen = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, N_MAILS);
  for (guint i = 0; i < N_MAILS; i++)
    {
      g_autoptr (GBytes) bytes = intimail_account_load_message (account, intimail_listing_get_id (listing, i), &error);
      const char *place;

      g_assert_no_error (error);
      place = g_strstr_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), "\nSubject: mail");
      g_assert_nonnull (place);
      seen |= 1u << (place[strlen ("\nSubject: mail")] - '0');
    }
  g_assert_cmpuint (seen, ==, (1u << N_MAILS) - 1);
}

/* It is not taken for sent; where its line cannot be read, it is still a draft. */
static void
assert_waits (IntimailAccount *account)
{
  g_autoptr (GPtrArray) submissions = intimail_submission_list (account, NULL);
  const IntimailSubmission *waits = submissions != NULL ? intimail_submission_find (submissions, WAITS) : NULL;
  const IntimailSubmission *at_once = submissions != NULL ? intimail_submission_find (submissions, AT_ONCE) : NULL;

  if (waits != NULL)
    g_assert_true (waits->status == INTIMAIL_SUBMISSION_PENDING || waits->status == INTIMAIL_SUBMISSION_SENDING);
  if (at_once != NULL)
    g_assert_cmpint (at_once->status, ==, INTIMAIL_SUBMISSION_SENDING);
}

static guint
check (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = intimail_account_check_index (account, NULL, NULL, &error);

  g_assert_no_error (error);
  for (gsize i = 0; findings[i] != NULL; i++)
    g_test_message ("%s", findings[i]);
  return g_strv_length (findings);
}

/* What a letter in a file's name means is said in dovecot-keywords alone: with other words
 * in it an index made anew has them. */
static void
assert_consistent (IntimailAccount *account, const char *name)
{
  g_autoptr (GError) error = NULL;

  if (check (account) == 0)
    return;
  g_assert_cmpstr (name, ==, "dovecot-keywords");
  g_assert_true (intimail_account_rebuild_index (account, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (check (account), ==, 0);
}

/* A mail comes in, or may come again; what the sums of a quota are cannot be told from
 * the sums alone. */
static void
assert_delivers (Damage *self, IntimailAccount *account, const char *name)
{
  const char *status = deliver (self, "another");
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, NULL);

  if (*status == '5')
    g_assert_cmpstr (name, ==, "maildirsize");
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, N_MAILS + (*status == '\0'));
}

static void
assert_whole (Damage *self, const char *name)
{
  g_autoptr (IntimailRuleSet) rules = NULL;
  g_autoptr (IntimailListing) listing = NULL;
  IntimailAccount *account;
  gboolean had;

  fixture_open (&self->fixture);
  account = open_account (self);
  if (account == NULL)
    {
      /* A lock that is none is nobody's to replace. */
      g_assert_cmpstr (name, ==, "intimail.lock");
      test_support_assert_finalized (g_steal_pointer (&self->fixture.site));
      return;
    }
  assert_mails (account);
  assert_waits (account);
  assert_consistent (account, name);
  assert_delivers (self, account, name);
  listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, NULL);
  set_keyword (account, intimail_listing_get_id (listing, 0), "later", NULL);
  assert_consistent (account, name);
  rules = intimail_rule_set_load (account, NULL, NULL);
  count_sent (self);
  note_sender (account, TRUE, &had);
  g_clear_object (&listing);
  close_account (self, account);
}

/* --- damage --- */

/* Those that other tests do not hurt. */
static gboolean
is_ours (const char *name)
{
  return !g_str_equal (name, "intimail.jsonl") && !g_str_equal (name, "intimail.table") && strstr (name, ",S=") == NULL;
}

static void
for_each_file (Damage *self, void (*func) (Damage *self, const Kept *file, const char *name))
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const Kept *file = g_ptr_array_index (self->files, i);
      g_autofree char *name = g_path_get_basename (file->path);
      g_autofree char *folder = g_path_get_dirname (file->path);

      if (is_ours (name) && g_str_equal (folder, self->path))
        func (self, file, name);
    }
}

/* All of it where there is time. */
static gsize
get_step (const Kept *file)
{
  return g_test_slow () ? 1 : 1 + file->length / 64;
}

static void
cut (Damage *self, const Kept *file, const char *name)
{
  g_test_message ("%s: %" G_GSIZE_FORMAT " bytes", name, file->length);
  for (gsize length = 0; length < file->length; length += get_step (file))
    {
      restore (self);
      g_assert_cmpint (truncate (file->path, (off_t) length), ==, 0);
      assert_whole (self, name);
    }
}

static void
flip_bit (Damage *self, const Kept *file, const char *name, gsize place, guint bit)
{
  g_autofree char *bytes = g_memdup2 (file->bytes, file->length);

  bytes[place] ^= (char) (1 << bit);
  restore (self);
  write_in_place (file->path, bytes, file->length);
  assert_whole (self, name);
}

static void
flip (Damage *self, const Kept *file, const char *name)
{
  for (gsize i = 0; i < file->length; i += get_step (file))
    {
      for (guint n = 0; n < (g_test_slow () ? 8 : 1); n++)
        flip_bit (self, file, name, i, (guint) (i * 3 + n) % 8);
    }
}

static void
write_rubbish (Damage *self, const Kept *file, const char *name)
{
  static const char *const texts[] = { "\n", "rubbish\n\n{}\n[]\n", "\xff\xfe", "{\"format\":99}\n", "0 \n\n1\n" };
  g_autofree char *zeros = g_malloc0 (10000);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      restore (self);
      write_in_place (file->path, texts[i], strlen (texts[i]));
      assert_whole (self, name);
    }
  restore (self);
  write_in_place (file->path, zeros, 10000);
  assert_whole (self, name);
}

static void
make_sparse (Damage *self, const Kept *file, const char *name)
{
  restore (self);
  g_assert_cmpint (truncate (file->path, (off_t) 10 << 30), ==, 0);
  assert_whole (self, name);
}

static void
replace (Damage *self, const Kept *file, const char *name)
{
  g_autofree char *elsewhere = g_build_filename (self->fixture.folder, "elsewhere", NULL);
  g_autoptr (GBytes) left = NULL;

  restore (self);
  g_assert_cmpint (g_unlink (file->path), ==, 0);
  assert_whole (self, name);

  test_support_write_file (elsewhere, "not ours");
  restore (self);
  g_assert_cmpint (g_unlink (file->path), ==, 0);
  g_assert_cmpint (symlink (elsewhere, file->path), ==, 0);
  assert_whole (self, name);
  left = test_support_read_file (elsewhere);
  g_assert_cmpmem (g_bytes_get_data (left, NULL), g_bytes_get_size (left), "not ours", 8);

  restore (self);
  g_assert_cmpint (g_unlink (file->path), ==, 0);
  g_assert_cmpint (mkfifo (file->path, 0600), ==, 0);
  assert_whole (self, name);

  restore (self);
  g_assert_cmpint (g_unlink (file->path), ==, 0);
  g_assert_cmpint (g_mkdir (file->path, 0700), ==, 0);
  assert_whole (self, name);
}

#define TEST(name)                                  \
  static void                                       \
  test_##name (Damage *self, gconstpointer data)    \
  {                                                 \
    for_each_file (self, name);                     \
    restore (self);                                 \
  }
TEST (cut)
TEST (flip)
TEST (write_rubbish)
TEST (make_sparse)
TEST (replace)
#undef TEST

static GLogWriterOutput
hide_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return level & G_LOG_LEVEL_WARNING ? G_LOG_WRITER_HANDLED : g_log_writer_default (level, fields, n_fields, data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* What is broken on purpose is told of, and is not the end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (hide_warnings, NULL, NULL);

#define ADD(name, func) g_test_add ("/damaged-account/" name, Damage, NULL, damage_set_up, func, damage_tear_down)
  ADD ("cut", test_cut);
  ADD ("flipped", test_flip);
  ADD ("rubbish", test_write_rubbish);
  ADD ("sparse", test_make_sparse);
  ADD ("replaced", test_replace);
#undef ADD

  return g_test_run ();
}
