/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Attachments that become big files: the message around them stays, and whenever the
 * process is killed there is one message and one copy of the file.
 */

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intimail/intimail-account-big-file.h>
#include <intimail/intimail-part.h>

#include "disk-shim.h"
#include "store-support.h"
#include "store/intimail-account-detach-private.h"

#define LINK_START "https://mail.home.example/file/"
#define SIZE 30000
#define RECEIVED G_GINT64_CONSTANT (1600000000)
#define N_MAX 400

typedef struct
{
  Fixture fixture;
  char *big;
  IntimailBigFileStore *store;
  char *id; /* of the message */
  GBytes *message;
} DetachFixture;

/* text, and multipart/mixed with an attachment of SIZE bytes as part 2. */
static GBytes *
make_mail (const char *line_end)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *content = g_strnfill (SIZE, 'b');
  g_autofree char *encoded = g_base64_encode ((const guchar *) content, SIZE);
  const char *const head[] = {
    "From: Bob <bob@other.example>", "To: anna@home.example", "Subject: =?utf-8?q?Caf=C3=A9?=", "Message-ID: <one@other.example>", "MIME-Version: 1.0",
    "X-Odd:   kept  as it is \t", "Content-Type: multipart/mixed; boundary=\"=b\"", "", "A preamble.", "--=b", "Content-Type: text/plain", "",
    "Good morning,", "here is the film.", "", "--=b", "Content-Type: video/mp4; name=\"film.txt\"", "Content-Transfer-Encoding: base64",
    "Content-Disposition: attachment; filename=\"film.txt\"", ""
  };

  for (gsize i = 0; i < G_N_ELEMENTS (head); i++)
    g_string_append_printf (text, "%s%s", head[i], line_end);
  for (gsize i = 0; i < strlen (encoded); i += 76)
    g_string_append_printf (text, "%.76s%s", encoded + i, line_end);
  g_string_append_printf (text, "--=b%sContent-Type: text/html%s%s<p>last</p>%s--=b--%sAn epilogue.%s", line_end, line_end, line_end, line_end, line_end, line_end);

  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static char *
store_mail (IntimailAccount *account, GBytes *message)
{
  const char *const keywords[] = { "$seen", "holiday", NULL };
  g_autoptr (GError) error = NULL;
  char *id = intimail_account_deliver (account, message, NULL, keywords, RECEIVED, NULL, &error);

  g_assert_no_error (error);

  return id;
}

static void
set_up_detach (DetachFixture *self, gconstpointer data)
{
  set_up (&self->fixture, data);
  self->big = g_build_filename (self->fixture.folder, "big", NULL);
  self->store = intimail_big_file_store_new (self->big, 0);
  intimail_account_set_big_files (self->fixture.account, self->store, "anna");
  self->message = make_mail (data != NULL ? data : "\n");
  self->id = store_mail (self->fixture.account, self->message);
}

static void
tear_down_detach (DetachFixture *self, gconstpointer data)
{
  tear_down (&self->fixture, data);
  test_support_assert_finalized (self->store);
  g_bytes_unref (self->message);
  g_free (self->big);
  g_free (self->id);
}

static IntimailAccount *
open_again (DetachFixture *self)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GError) error = NULL;

  intimail_account_set_big_files (account, self->store, "anna");
  g_assert_true (intimail_account_open (account, NULL, &error));
  g_assert_no_error (error);

  return g_steal_pointer (&account);
}

static char *
read_file (DetachFixture *self, IntimailBigFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = intimail_big_file_store_open (self->store, file, NULL, NULL, &error);
  char *content = g_malloc0 (SIZE + 2);
  gsize length;

  g_assert_no_error (error);
  g_assert_true (g_input_stream_read_all (stream, content, SIZE + 1, &length, NULL, &error));

  return content;
}

/* As it was, but for the part, whose note has the link to the file. */
static void
assert_detached (DetachFixture *self, IntimailAccount *account, const char *id, IntimailBigFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (account, id, &error);
  g_autoptr (GBytes) bytes = intimail_account_load_message (account, id, &error);
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, &error);
  IntimailPart *part = intimail_message_get_part (message, "2");
  g_autoptr (GBytes) text = intimail_part_get_content (part, &error);
  g_autofree char *note = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  g_autofree char *token = intimail_big_file_store_make_token (self->store, file, &error);
  g_autofree char *link = g_strconcat (LINK_START, token, NULL);
  g_autofree char *content = read_file (self, file);
  g_autofree char *wanted = g_strnfill (SIZE, 'b');
  g_autofree char *raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *before = g_strndup (g_bytes_get_data (self->message, NULL), g_bytes_get_size (self->message));
  gsize start = (gsize) (strstr (before, "Content-Type: video") - before);

  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, wanted);
  g_assert_nonnull (strstr (note, link));
  g_assert_nonnull (strstr (note, "film.txt"));
  g_assert_cmpstr (intimail_part_get_content_type (part), ==, "text/plain");
  g_assert_cmpmem (raw, start, before, start);
  g_assert_cmpstr (strstr (raw + start, "--=b"), ==, strstr (before + start, "--=b"));
  g_assert_nonnull (strstr (raw, "X-Intimail-Detached: id="));
  g_assert_cmpint (intimail_envelope_get_received (envelope), ==, RECEIVED);
  g_assert_true (g_strv_contains (intimail_envelope_get_keywords (envelope), "$seen"));
  g_assert_true (g_strv_contains (intimail_envelope_get_keywords (envelope), "holiday"));
  g_assert_cmpstr (intimail_big_file_get_name (file), ==, "film.txt");
  g_assert_cmpstr (intimail_big_file_get_content_type (file), ==, "video/mp4");
  g_assert_true (intimail_big_file_is_detached (file));
  g_assert_cmpint (intimail_big_file_get_expires (file), ==, 0);
}

static void
test_detach (DetachFixture *self, gconstpointer data)
{
  g_autofree char *archive = get_role_id (self->fixture.account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *inbox = get_role_id (self->fixture.account, INTIMAIL_MAILBOX_ROLE_INBOX);
  const char *const ids[] = { self->id, NULL };
  const char *const mailboxes[] = { inbox, archive, NULL };
  g_autoptr (IntimailBigFile) file = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  g_assert_true (intimail_account_set_mailboxes (self->fixture.account, ids, mailboxes, NULL, &error));
  id = intimail_account_detach_part (self->fixture.account, self->id, "2", LINK_START, &file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, !=, self->id);
  assert_detached (self, self->fixture.account, id, file);
  envelope = intimail_account_get_envelope (self->fixture.account, id, &error);
  g_assert_cmpuint (g_strv_length ((GStrv) intimail_envelope_get_mailbox_ids (envelope)), ==, 2);
  g_assert_cmpuint (count_messages (self->fixture.account), ==, 1);
  assert_counts (self->fixture.account, inbox, 1, 0, 1, 0);
  assert_consistent (self->fixture.account);
}

static void
assert_refused (DetachFixture *self, const char *id, const char *part_id, IntimailError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *new_id = intimail_account_detach_part (self->fixture.account, id, part_id, LINK_START, NULL, NULL, &error);

  g_assert_error (error, INTIMAIL_ERROR, (int) code);
  g_assert_null (new_id);
}

static void
test_refused (DetachFixture *self, gconstpointer data)
{
  static const char signed_mail[] = "From: a@x\nContent-Type: multipart/signed; boundary=s\n\n--s\nContent-Type: multipart/mixed; boundary=m\n\n"
                                    "--m\n\ntext\n--m\nContent-Type: image/png\n\npicture\n--m--\n--s\nContent-Type: application/pgp-signature\n\nx\n--s--\n";
  static const char single[] = "From: a@x\nContent-Type: image/png\n\npicture\n";
  g_autoptr (GBytes) signed_bytes = g_bytes_new_static (signed_mail, strlen (signed_mail));
  g_autoptr (GBytes) single_bytes = g_bytes_new_static (single, strlen (single));
  g_autofree char *signed_id = store_mail (self->fixture.account, signed_bytes);
  g_autofree char *single_id = store_mail (self->fixture.account, single_bytes);
  g_autoptr (GPtrArray) files = NULL;

  assert_refused (self, self->id, "7", INTIMAIL_ERROR_NOT_FOUND);
  assert_refused (self, self->id, "../2", INTIMAIL_ERROR_NOT_FOUND);
  assert_refused (self, "maaaaaaaaaaaaaaaaaaaaaaaaaa", "2", INTIMAIL_ERROR_NOT_FOUND);
  assert_refused (self, signed_id, "1.2", INTIMAIL_ERROR_NOT_SUPPORTED);
  assert_refused (self, single_id, "1", INTIMAIL_ERROR_NOT_SUPPORTED);
  files = intimail_account_list_big_files (self->fixture.account, NULL, NULL);
  g_assert_cmpuint (files->len, ==, 0);
  g_assert_cmpuint (count_messages (self->fixture.account), ==, 3);
}

/* Where the quota is full, detaching makes room. */
static void
test_full_quota (DetachFixture *self, gconstpointer data)
{
  gsize size = g_bytes_get_size (self->message);
  g_autoptr (IntimailQuota) quota = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  intimail_account_set_quota_limits (self->fixture.account, size, 1);
  id = intimail_account_detach_part (self->fixture.account, self->id, "2", LINK_START, NULL, NULL, &error);
  g_assert_no_error (error);
  quota = intimail_account_get_quota (self->fixture.account, &error);
  g_assert_cmpuint (intimail_quota_get_big_bytes (quota), ==, SIZE);
  g_assert_cmpuint (intimail_quota_get_used_bytes (quota), <, size);
  g_assert_cmpuint (intimail_quota_get_used_messages (quota), ==, 1);
}

static char *
get_only_message (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 1);

  return g_strdup (intimail_listing_get_id (listing, 0));
}

/* One message, and one copy of the file; TRUE when it is detached. */
static gboolean
assert_whole (DetachFixture *self, IntimailAccount *account)
{
  g_autofree char *id = get_only_message (account);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = intimail_account_list_big_files (account, NULL, &error);
  g_autoptr (GBytes) bytes = intimail_account_load_message (account, id, &error);

  g_assert_no_error (error);
  assert_consistent (account);
  if (!g_str_equal (id, self->id))
    {
      g_assert_cmpuint (files->len, ==, 1);
      assert_detached (self, account, id, files->pdata[0]);
      return TRUE;
    }
  g_assert_true (g_bytes_equal (bytes, self->message));
  g_assert_cmpuint (files->len, ==, 0);

  return FALSE;
}

static void
begin_anew (DetachFixture *self, IntimailAccount *account)
{
  g_autoptr (GPtrArray) files = intimail_account_list_big_files (account, NULL, NULL);
  g_autofree char *id = get_only_message (account);
  const char *const ids[] = { id, NULL };

  for (guint i = 0; i < files->len; i++)
    g_assert_true (intimail_account_remove_big_file (account, intimail_big_file_get_id (files->pdata[i]), NULL, NULL));
  g_assert_true (intimail_account_remove_messages (account, ids, NULL, NULL));
  g_free (self->id);
  self->id = store_mail (account, self->message);
}

static void
settle_and_die (DetachFixture *self, int nth)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      g_autoptr (IntimailAccount) account = open_again (self);

      disk_shim_set_root (self->fixture.folder);
      disk_shim_arm (DISK_SHIM_ALL, nth, 1, DISK_SHIM_KILL);
      intimail_account_settle_detached (account);
      disk_shim_disarm ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
}

static void
test_kill (DetachFixture *self, gconstpointer data)
{
  guint n_detached = 0;
  guint n_left = 0;
  int status = 1;
  int nth = 1;

  for (; nth < N_MAX && status != 0; nth++)
    {
      g_autoptr (IntimailAccount) account = NULL;
      gboolean detached;
      pid_t child = fork ();

      if (child == 0)
        {
          g_autoptr (IntimailAccount) mine = open_again (self);
          g_autofree char *id = NULL;

          disk_shim_set_root (self->fixture.folder);
          disk_shim_arm (DISK_SHIM_ALL, nth, 1, DISK_SHIM_KILL);
          id = intimail_account_detach_part (mine, self->id, "2", LINK_START, NULL, NULL, NULL);
          disk_shim_disarm ();
          _exit (id == NULL);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));
      /* Who clears up may be killed, too. */
      settle_and_die (self, nth % 17 + 1);
      account = open_again (self);
      intimail_account_settle_detached (account);
      detached = assert_whole (self, account);
      n_detached += detached && status != 0;
      n_left += !detached;
      if (detached)
        begin_anew (self, account);
    }
  g_test_message ("killed at %d calls: %u undone, %u done", nth - 1, n_left, n_detached);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpuint (n_left, >, 5);
  g_assert_cmpuint (n_detached, >, 3);
}

/* Each call to the disk fails once. */
static void
test_failing_disk (DetachFixture *self, gconstpointer data)
{
  guint n_failed = 0;
  int nth = 1;

  for (; nth < N_MAX; nth++)
    {
      g_autoptr (IntimailAccount) account = open_again (self);
      g_autoptr (IntimailAccount) after = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *id = NULL;
      int seen;

      disk_shim_set_root (self->fixture.folder);
      disk_shim_arm (DISK_SHIM_ALL, nth, 1, ENOSPC);
      id = intimail_account_detach_part (account, self->id, "2", LINK_START, NULL, NULL, &error);
      seen = disk_shim_disarm ();
      n_failed += id == NULL;
      if (id == NULL)
        g_assert_true (error->domain == INTIMAIL_ERROR && (error->code == INTIMAIL_ERROR_STORAGE_FULL || error->code == INTIMAIL_ERROR_FAILED));
      after = open_again (self);
      intimail_account_settle_detached (after);
      if (assert_whole (self, after))
        begin_anew (self, after);
      if (seen < nth)
        break;
    }
  g_test_message ("%u of %d calls matter", n_failed, nth - 1);
  g_assert_cmpuint (n_failed, >, 10);
  g_assert_cmpint (nth, <, N_MAX);
}

/* Somebody is at it: nobody takes back what is on its way. */
static void
test_busy (DetachFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->fixture.path, "intimail.detach", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  /* What is no intent is not one. */
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_free (g_steal_pointer (&folder));
  folder = g_build_filename (self->fixture.path, "intimail.detach", self->id, NULL);
  test_support_write_file (folder, "half a li");
  id = intimail_account_detach_part (self->fixture.account, self->id, "2", LINK_START, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_true (assert_whole (self, self->fixture.account));
}

static void
test_no_store (DetachFixture *self, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_account_detach_part (account, self->id, "2", LINK_START, NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
}

#define ADD(name, data, func) g_test_add ("/store/account-detach/" name, DetachFixture, data, set_up_detach, func, tear_down_detach)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("detach", "\n", test_detach);
  ADD ("detach-crlf", "\r\n", test_detach);
  ADD ("refused", "\n", test_refused);
  ADD ("full-quota", "\n", test_full_quota);
  ADD ("kill", "\n", test_kill);
  ADD ("failing-disk", "\n", test_failing_disk);
  ADD ("half-an-intent", "\n", test_busy);
  ADD ("no-store", "\n", test_no_store);

  return g_test_run ();
}
