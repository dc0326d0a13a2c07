/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Big files: kept, found by their links, counted, and gone without a trace.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "big-file-support.h"
#include "disk-shim.h"
#include "store/intimail-big-file-private.h"
#include "store/intimail-maildirsize-private.h"

static const struct
{
  const char *name;
  const char *type;
  const char *clean_name;
  const char *clean_type;
} names[] = {
  { "film.mp4", "video/mp4", "film.mp4", "video/mp4" },
  { "../../etc/passwd", "text/plain; charset=utf-8", "_.._etc_passwd", "text/plain" },
  { "a\r\nSet-Cookie: x", "TEXT/HTML", "a__Set-Cookie_ x", "text/html" },
  { "\xe2\x80\xaegpj.exe", "image/png\r\nX: y", "_gpj.exe", "application/octet-stream" },
  { ".hidden", "x", "hidden", "application/octet-stream" },
  { "...", "/", "file", "application/octet-stream" },
  { "", "a/b/c", "file", "application/octet-stream" },
  { "caf\xe9", NULL, "caf\xef\xbf\xbd", "application/octet-stream" },
  { "Été à la mer.jpg", "image/jpeg", "Été à la mer.jpg", "image/jpeg" },
  { "a\\b:c", "application/vnd.ms-excel", "a_b_c", "application/vnd.ms-excel" },
};

static void
test_names (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (IntimailBigFile) file = intimail_big_file_new (names[i].name, names[i].type);

      g_assert_cmpstr (intimail_big_file_get_name (file), ==, names[i].clean_name);
      g_assert_cmpstr (intimail_big_file_get_content_type (file), ==, names[i].clean_type);
    }
}

static void
test_long_name (void)
{
  g_autofree char *name = g_strnfill (5000, 'x');
  g_autoptr (IntimailBigFile) file = intimail_big_file_new (name, NULL);

  g_assert_cmpuint (strlen (intimail_big_file_get_name (file)), ==, 200);
  intimail_big_file_set_sender (file, name);
  g_assert_cmpuint (strlen (intimail_big_file_get_sender (file)), ==, 500);
}

static void
test_record (void)
{
  static const char *const broken[] = { "", "{", "{}", "{\"size\":1}", "{\"name\":1}", "[]", "{\"name\":\"x\"", "x" };
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("a \"b\".txt", "text/plain");
  g_autoptr (IntimailBigFile) read = NULL;
  g_autoptr (GString) line = g_string_new (NULL);

  intimail_big_file_set_sender (file, "Anna <anna@home.example>");
  intimail_big_file_set_expires (file, 2000000000);
  intimail_big_file_set_max_downloads (file, 3);
  intimail_big_file_set_n_downloads (file, 2);
  intimail_big_file_set_password_hash (file, "{CRYPT}$y$x");
  intimail_big_file_set_detached (file, TRUE);
  intimail_big_file_place (file, "anna", "faaaaaaaaaaaaaaaa", G_GUINT64_CONSTANT (10737418240), 1900000000);
  intimail_big_file_write (file, line);
  read = intimail_big_file_parse ("anna", "faaaaaaaaaaaaaaaa", line->str, line->len - 1);
  g_assert_nonnull (read);
  g_assert_cmpstr (intimail_big_file_get_name (read), ==, intimail_big_file_get_name (file));
  g_assert_cmpstr (intimail_big_file_get_content_type (read), ==, "text/plain");
  g_assert_cmpstr (intimail_big_file_get_sender (read), ==, "Anna <anna@home.example>");
  g_assert_cmpstr (intimail_big_file_get_password_hash (read), ==, "{CRYPT}$y$x");
  g_assert_cmpuint (intimail_big_file_get_size (read), ==, G_GUINT64_CONSTANT (10737418240));
  g_assert_cmpint (intimail_big_file_get_created (read), ==, 1900000000);
  g_assert_cmpint (intimail_big_file_get_expires (read), ==, 2000000000);
  g_assert_cmpuint (intimail_big_file_get_max_downloads (read), ==, 3);
  g_assert_cmpuint (intimail_big_file_get_n_downloads (read), ==, 2);
  g_assert_true (intimail_big_file_is_detached (read));
  g_assert_true (intimail_big_file_is_offered (read, 1999999999));
  g_assert_false (intimail_big_file_is_offered (read, 2000000000));
  intimail_big_file_set_n_downloads (read, 3);
  g_assert_false (intimail_big_file_is_offered (read, 1999999999));
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_null (intimail_big_file_parse ("anna", "faaaaaaaaaaaaaaaa", broken[i], strlen (broken[i])));
}

static void
test_add (BigFixture *self, gconstpointer data)
{
  g_autofree char *state = get_state (self->fixture.account, INTIMAIL_CHANGE_TYPE_BIG_FILE);
  g_autofree char *quota_state = get_state (self->fixture.account, INTIMAIL_CHANGE_TYPE_QUOTA);
  g_autoptr (IntimailBigFile) file = add (self, 70000);
  g_autoptr (IntimailBigFile) second = add (self, 0);
  g_autoptr (IntimailBigFile) found = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  const char *id = intimail_big_file_get_id (file);

  g_assert_true (intimail_big_file_is_id (id));
  g_assert_cmpstr (intimail_big_file_get_owner (file), ==, "anna");
  g_assert_cmpuint (intimail_big_file_get_size (file), ==, 70000);
  g_assert_cmpint (intimail_big_file_get_created (file), >, 0);
  assert_content (self, file);
  files = intimail_account_list_big_files (self->fixture.account, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 2);
  found = intimail_account_lookup_big_file (self->fixture.account, id, NULL, &error);
  g_assert_no_error (error);
  assert_content (self, found);
  g_assert_true (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (second), NULL, &error));
  assert_changes (self->fixture.account, INTIMAIL_CHANGE_TYPE_BIG_FILE, &state, id, "", "");
  assert_changes (self->fixture.account, INTIMAIL_CHANGE_TYPE_QUOTA, &quota_state, "", "quota", "");
  g_assert_false (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (second), NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (intimail_account_lookup_big_file (self->fixture.account, "../anna/x", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_files (self->own), ==, 2);
}

static void
assert_not_found (BigFixture *self, const char *token)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_big_file_store_find (self->store, token, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  /* Whatever the reason is. */
  g_assert_cmpstr (error->message, ==, "there is no such file");
}

static char *
make_token (BigFixture *self, IntimailBigFile *file)
{
  g_autoptr (GError) error = NULL;
  char *token = intimail_big_file_store_make_token (self->store, file, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (token), ==, 49);

  return token;
}

static void
test_find (BigFixture *self, gconstpointer data)
{
  static const char *const wrong[] = { "", "f", "..", "../../etc/passwd", "faaaaaaaaaaaaaaaa" };
  g_autoptr (IntimailBigFile) file = NULL;
  g_autoptr (IntimailBigFile) found = NULL;
  g_autoptr (IntimailBigFile) unknown = intimail_big_file_new ("x", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  g_autofree char *other_id = g_strdup ("fbbbbbbbbbbbbbbbb");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_not_found (self, wrong[i]);
  /* Nobody makes a folder by asking. */
  g_assert_false (g_file_test (self->big, G_FILE_TEST_EXISTS));

  file = add (self, 10);
  token = make_token (self, file);
  found = intimail_big_file_store_find (self->store, token, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_big_file_get_id (found), ==, intimail_big_file_get_id (file));
  for (gsize i = 0; i < strlen (token); i++)
    {
      g_autofree char *changed = g_strdup (token);

      changed[i] = token[i] == 'b' ? 'c' : 'b';
      assert_not_found (self, changed);
      changed[i] = '\0';
      assert_not_found (self, changed);
    }
  intimail_big_file_place (unknown, "anna", other_id, 1, 1);
  other = make_token (self, unknown);
  assert_not_found (self, other);
  g_assert_true (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (file), NULL, &error));
  assert_not_found (self, token);
}

/* The token stands nowhere, and another store's secret makes another one. */
static void
test_secret (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) file = add (self, 10);
  g_autofree char *token = make_token (self, file);
  g_autofree char *again = NULL;
  g_autofree char *other = NULL;
  g_autofree char *path = g_build_filename (self->fixture.folder, "other", NULL);
  g_autofree char *record = g_strdup_printf ("%s/%s.json", self->own, intimail_big_file_get_id (file));
  g_autofree char *secret = g_build_filename (self->big, ".secret", NULL);
  g_autoptr (IntimailBigFileStore) same = intimail_big_file_store_new (self->big, 0);
  g_autoptr (IntimailBigFileStore) stranger = intimail_big_file_store_new (path, 0);
  g_autoptr (GBytes) text = test_support_read_file (record);
  g_autofree char *line = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  struct stat status;

  again = intimail_big_file_store_make_token (same, file, NULL);
  other = intimail_big_file_store_make_token (stranger, file, NULL);
  g_assert_cmpstr (again, ==, token);
  g_assert_cmpstr (other, !=, token);
  g_assert_null (strstr (line, token + INTIMAIL_BIG_FILE_ID_LENGTH));
  g_assert_cmpint (stat (secret, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (self->own, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
}

static void
test_expiry (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) file = add (self, 10);
  g_autoptr (IntimailBigFile) kept = add (self, 20);
  g_autofree char *token = make_token (self, file);
  g_autofree char *state = get_state (self->fixture.account, INTIMAIL_CHANGE_TYPE_BIG_FILE);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint n;

  intimail_big_file_set_expires (file, now);
  g_assert_true (intimail_account_update_big_file (self->fixture.account, file, NULL, &error));
  g_assert_no_error (error);
  assert_not_found (self, token);
  assert_changes (self->fixture.account, INTIMAIL_CHANGE_TYPE_BIG_FILE, &state, "", intimail_big_file_get_id (file), "");
  g_assert_true (intimail_account_expire_big_files (self->fixture.account, now - 1, &n, NULL, &error));
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (intimail_account_expire_big_files (self->fixture.account, now, &n, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  assert_changes (self->fixture.account, INTIMAIL_CHANGE_TYPE_BIG_FILE, &state, "", "", intimail_big_file_get_id (file));
  files = intimail_account_list_big_files (self->fixture.account, NULL, &error);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpuint (count_files (self->own), ==, 2);
}

static char *
begin (BigFixture *self, IntimailBigFile *file, gint64 seconds, GError **error)
{
  return intimail_big_file_store_begin_download (self->store, file, g_get_real_time () / G_USEC_PER_SEC + seconds, NULL, error);
}

static gboolean
opens (BigFixture *self, IntimailBigFile *file, const char *grant)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = intimail_big_file_store_open (self->store, file, grant, NULL, &error);

  if (stream == NULL)
    g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);

  return stream != NULL;
}

static void
test_downloads (BigFixture *self, gconstpointer data)
{
  static const char *const wrong[] = { "", "-", "x", "ffffffffffff", "ffffffffffff-", "7fffffff-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ffffffff-1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ffffffff-ffffffffffffffffffff-a" };
  g_autoptr (IntimailBigFile) file = add (self, 10);
  g_autoptr (IntimailBigFile) other = add (self, 10);
  g_autoptr (IntimailBigFile) seen = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *late = NULL;
  g_autofree char *longer = NULL;
  g_autofree char *none = NULL;
  g_autofree char *token = make_token (self, file);
  g_autoptr (GError) error = NULL;

  intimail_big_file_set_max_downloads (file, 3);
  g_assert_true (intimail_account_update_big_file (self->fixture.account, file, NULL, &error));
  first = begin (self, file, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_big_file_get_n_downloads (file), ==, 1);
  second = begin (self, file, 100, &error);
  g_assert_cmpstr (first, !=, second);
  late = begin (self, file, -1, &error);
  g_assert_no_error (error);
  none = begin (self, file, 100, &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_null (none);

  /* Who has begun may go on; the count of somebody who knows an old one stays. */
  seen = intimail_big_file_store_find (self->store, token, NULL, NULL);
  g_assert_nonnull (seen);
  g_assert_false (intimail_big_file_is_offered (seen, g_get_real_time () / G_USEC_PER_SEC));
  g_assert_cmpuint (intimail_big_file_get_n_downloads (seen), ==, 3);
  g_assert_true (opens (self, seen, first));
  g_assert_true (opens (self, seen, first));
  g_assert_true (opens (self, seen, second));
  g_assert_false (opens (self, seen, late));
  g_assert_false (opens (self, other, first));
  longer = g_strdup_printf ("fffffffff%s", strchr (first, '-'));
  g_assert_false (opens (self, seen, longer));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (opens (self, seen, wrong[i]));

  intimail_big_file_set_password_hash (seen, "{CRYPT}other");
  intimail_big_file_set_n_downloads (seen, 0);
  g_clear_error (&error);
  g_assert_true (intimail_account_update_big_file (self->fixture.account, seen, NULL, &error));
  g_assert_false (opens (self, seen, first));
  g_set_object (&seen, NULL);
  seen = intimail_big_file_store_find (self->store, token, NULL, NULL);
  g_assert_cmpuint (intimail_big_file_get_n_downloads (seen), ==, 3);
}

static void
assert_refused (BigFixture *self, gsize size, IntimailError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (try_add (self, size, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
}

static void
test_limits (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) file = NULL;

  assert_refused (self, MAX_SIZE + 1, INTIMAIL_ERROR_TOO_LARGE);
  g_assert_cmpuint (count_files (self->own), ==, 0);
  file = add (self, MAX_SIZE);
  assert_content (self, file);
}

static guint64
get_used (BigFixture *self, guint64 *big)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailQuota) quota = intimail_account_get_quota (self->fixture.account, &error);

  g_assert_no_error (error);
  if (big != NULL)
    *big = intimail_quota_get_big_bytes (quota);

  return intimail_quota_get_used_bytes (quota);
}

/* What Dovecot reads. */
static void
assert_maildirsize (BigFixture *self, guint64 bytes, guint64 messages)
{
  g_autofree char *path = g_build_filename (self->fixture.path, "maildirsize", NULL);
  g_autoptr (GBytes) text = test_support_read_file (path);
  IntimailMaildirsize value;

  g_assert_true (intimail_maildirsize_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), &value));
  g_assert_cmpuint (value.used_bytes, ==, bytes);
  g_assert_cmpuint (value.used_messages, ==, messages);
}

/* Mail and big files share the room; what Dovecot reads knows of mail alone. */
static void
test_quota (BigFixture *self, gconstpointer data)
{
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", "x", "1@x", NULL);
  gsize size = g_bytes_get_size (message);
  g_autoptr (IntimailBigFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  guint64 big;

  intimail_account_set_quota_limits (self->fixture.account, 10000 + 2 * size, 0);
  id = intimail_account_deliver (self->fixture.account, message, NULL, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  assert_maildirsize (self, size, 1);
  /* Messages are full, and a file is none. */
  intimail_account_set_quota_limits (self->fixture.account, 10000 + 2 * size, 1);
  file = add (self, 10);
  g_assert_true (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (file), NULL, &error));
  g_clear_object (&file);
  intimail_account_set_quota_limits (self->fixture.account, 10000 + 2 * size, 0);
  assert_refused (self, 10000 + size + 1, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_cmpuint (count_files (self->own), ==, 0);
  file = add (self, 10000 + size);
  g_assert_cmpuint (get_used (self, &big), ==, 10000 + 2 * size);
  g_assert_cmpuint (big, ==, 10000 + size);
  assert_refused (self, 1, INTIMAIL_ERROR_OVER_QUOTA);
  g_assert_null (intimail_account_deliver (self->fixture.account, message, NULL, NULL, 0, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  g_assert_false (intimail_account_check_quota (self->fixture.account, 1, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  assert_maildirsize (self, size, 1);

  g_assert_true (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (file), NULL, &error));
  g_assert_cmpuint (get_used (self, &big), ==, size);
  g_assert_cmpuint (big, ==, 0);
  g_free (id);
  id = intimail_account_deliver (self->fixture.account, message, NULL, NULL, 0, NULL, &error);
  g_assert_no_error (error);
}

/* The sum is remembered, and anew when anything changed, whoever did it. */
static void
test_measure (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFileStore) other = intimail_big_file_store_new (self->big, 0);
  g_autoptr (IntimailBigFile) first = add (self, 1000);
  g_autoptr (IntimailBigFile) second = NULL;
  const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  g_assert_true (intimail_big_file_store_measure (other, "anna", &bytes, &error));
  g_assert_cmpuint (bytes, ==, 1000);
  g_assert_cmpint (utimensat (AT_FDCWD, self->own, old, 0), ==, 0);
  g_assert_true (intimail_big_file_store_measure (other, "anna", &bytes, &error));
  g_assert_true (intimail_big_file_store_measure (other, "anna", &bytes, &error));
  g_assert_cmpuint (bytes, ==, 1000);
  second = add (self, 24);
  g_assert_true (intimail_big_file_store_measure (other, "anna", &bytes, &error));
  g_assert_cmpuint (bytes, ==, 1024);
  g_assert_true (intimail_big_file_store_measure (other, "nobody", &bytes, &error));
  g_assert_cmpuint (bytes, ==, 0);
  g_assert_false (intimail_big_file_store_measure (other, "../anna", &bytes, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static gboolean
add_blob (BigFixture *self, const char *blob_id, IntimailBigFile *file, GError **error)
{
  return intimail_account_add_big_file_from_blob (self->fixture.account, file, blob_id, NULL, error);
}

static void
test_blob (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailUpload) upload = NULL;
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("a", NULL);
  g_autoptr (IntimailBigFile) whole = intimail_big_file_new ("mail.eml", "message/rfc822");
  g_autoptr (IntimailBigFile) none = intimail_big_file_new ("b", NULL);
  g_autoptr (IntimailBigFile) copy = intimail_big_file_new ("c", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) kept = NULL;
  g_autofree char *text = g_strnfill (5000, 'b');
  g_autofree char *blob_id = NULL;
  g_autofree char *raw_id = NULL;
  g_autofree char *message_id = deliver_to (self->fixture.account, NULL, "x", "1@x", NULL, 0);
  g_autoptr (GError) error = NULL;

  upload = intimail_account_begin_upload (self->fixture.account, 0, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new (text, 5000);
  g_assert_true (intimail_upload_write (upload, bytes, &error));
  blob_id = intimail_upload_finish (upload, &error);
  g_assert_no_error (error);
  g_assert_true (add_blob (self, blob_id, file, &error));
  g_assert_no_error (error);
  assert_content (self, file);
  /* The blob is what it was, and stays when the file goes. */
  g_assert_true (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (file), NULL, &error));
  kept = intimail_account_load_blob (self->fixture.account, blob_id, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (kept, bytes));

  /* On another file system it is copied. */
  disk_shim_set_root (self->fixture.folder);
  disk_shim_arm (1 << DISK_SHIM_LINK, 1, 1, EXDEV);
  g_assert_true (add_blob (self, blob_id, copy, &error));
  g_assert_cmpstr (disk_shim_get_failed (), ==, "link");
  disk_shim_disarm ();
  g_assert_no_error (error);
  assert_content (self, copy);
  g_assert_true (intimail_account_remove_big_file (self->fixture.account, intimail_big_file_get_id (copy), NULL, &error));

  raw_id = g_strconcat ("r", message_id, NULL);
  g_assert_true (add_blob (self, raw_id, whole, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_big_file_get_size (whole), >, 100);
  g_assert_false (add_blob (self, "uaaaaaaaaaaaaaaaaaaaaaaaaaa", none, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_files (self->own), ==, 2);
}

#define ADD(name, func) g_test_add ("/store/big-file/" name, BigFixture, NULL, set_up_big, func, tear_down_big)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/big-file/names", test_names);
  g_test_add_func ("/store/big-file/long-name", test_long_name);
  g_test_add_func ("/store/big-file/record", test_record);
  ADD ("add", test_add);
  ADD ("find", test_find);
  ADD ("secret", test_secret);
  ADD ("expiry", test_expiry);
  ADD ("downloads", test_downloads);
  ADD ("limits", test_limits);
  ADD ("quota", test_quota);
  ADD ("measure", test_measure);
  ADD ("blob", test_blob);

  return g_test_run ();
}
