/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Big files: kept, found by their links, counted, and gone without a trace.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intimail/intimail-account-big-file.h>

#include "disk-shim.h"
#include "store-support.h"
#include "store/intimail-big-file-private.h"
#include "store/intimail-big-file-store-private.h"
#include "store/intimail-maildirsize-private.h"

#define MAX_SIZE 100000
#define N_MAX 200

typedef struct
{
  Fixture fixture;
  char *big;
  char *own; /* the folder of the owner */
  IntimailBigFileStore *store;
} BigFixture;

static void
set_up_big (BigFixture *self, gconstpointer data)
{
  set_up (&self->fixture, data);
  self->big = g_build_filename (self->fixture.folder, "big", NULL);
  self->own = g_build_filename (self->big, "anna", NULL);
  self->store = intimail_big_file_store_new (self->big, MAX_SIZE);
  intimail_account_set_big_files (self->fixture.account, self->store, "anna");
}

static void
tear_down_big (BigFixture *self, gconstpointer data)
{
  tear_down (&self->fixture, data);
  test_support_assert_finalized (self->store);
  g_free (self->big);
  g_free (self->own);
}

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

static GInputStream *
make_stream (gsize size)
{
  g_autofree char *bytes = g_strnfill (size, 'b');

  return g_memory_input_stream_new_from_data (g_steal_pointer (&bytes), (gssize) size, g_free);
}

static gboolean
try_add (BigFixture *self, gsize size, IntimailBigFile **file, GError **error)
{
  g_autoptr (IntimailBigFile) made = intimail_big_file_new ("film.mp4", "video/mp4");
  g_autoptr (GInputStream) stream = make_stream (size);
  gboolean ok = intimail_account_add_big_file (self->fixture.account, made, stream, NULL, error);

  if (file != NULL)
    *file = ok ? g_steal_pointer (&made) : NULL;

  return ok;
}

static IntimailBigFile *
add (BigFixture *self, gsize size)
{
  g_autoptr (GError) error = NULL;
  IntimailBigFile *file = NULL;

  try_add (self, size, &file, &error);
  g_assert_no_error (error);
  g_assert_nonnull (file);

  return file;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
assert_content (BigFixture *self, IntimailBigFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = intimail_big_file_store_open (self->store, file, NULL, NULL, &error);
  gsize size = intimail_big_file_get_size (file);
  g_autofree char *wanted = g_strnfill (size, 'b');
  g_autofree char *got = g_malloc (size + 1);
  gsize length;

  g_assert_no_error (error);
  g_assert_true (g_input_stream_read_all (stream, got, size + 1, &length, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (got, length, wanted, size);
  g_assert_true (G_IS_SEEKABLE (stream));
  g_assert_true (g_seekable_can_seek (G_SEEKABLE (stream)));
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

/* An upload that is cut off leaves nothing, not even a name while it goes on. */
static void
test_cut_upload (BigFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->fixture.path, "intimail.uploads", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (self->fixture.account, 0, &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("half", 4);

  g_assert_no_error (error);
  g_assert_true (intimail_upload_write (upload, bytes, &error));
  g_assert_cmpuint (count_files (folder), ==, 0);
  test_support_assert_finalized (g_steal_pointer (&upload));
  g_assert_cmpuint (count_files (folder), ==, 0);
}

static void
test_upload_full_disk (BigFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->fixture.path, "intimail.uploads", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (self->fixture.account, 0, &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("half", 4);

  g_assert_no_error (error);
  disk_shim_set_root (self->fixture.folder);
  disk_shim_arm (1 << DISK_SHIM_WRITE, 1, 1000, ENOSPC);
  g_assert_false (intimail_upload_write (upload, bytes, &error));
  disk_shim_disarm ();
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
  g_clear_error (&error);
  disk_shim_arm (1 << DISK_SHIM_LINK, 1, 1, ENOSPC);
  g_assert_null (intimail_upload_finish (upload, &error));
  disk_shim_disarm ();
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STORAGE_FULL);
  test_support_assert_finalized (g_steal_pointer (&upload));
  g_assert_cmpuint (count_files (folder), ==, 0);
}

/* 10 GB that take no room: the size is taken as it is, nothing is read. */
static void
test_sparse (BigFixture *self, gconstpointer data)
{
  const goffset size = G_GINT64_CONSTANT (10) * 1024 * 1024 * 1024;
  g_autofree char *path = g_build_filename (self->fixture.path, "intimail.uploads", "uaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("disk.img", NULL);
  g_autoptr (IntimailBigFileStore) store = intimail_big_file_store_new (self->big, 0);
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char end[16];
  int fd;

  intimail_account_set_big_files (account, store, "anna");
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fd, size - 3), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), >, 0);
  g_assert_cmpint (write (fd, "end", 3), ==, 3);
  close (fd);
  g_assert_true (intimail_account_add_big_file_from_blob (account, file, "uaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_big_file_get_size (file), ==, (guint64) size);
  stream = intimail_big_file_store_open (store, file, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_seekable_seek (G_SEEKABLE (stream), size - 3, G_SEEK_SET, NULL, &error));
  g_assert_cmpint (g_input_stream_read (stream, end, sizeof end, NULL, &error), ==, 3);
  g_assert_cmpmem (end, 3, "end", 3);
}

static void
test_cancelled (BigFixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("a", NULL);
  g_autoptr (GInputStream) stream = make_stream (10);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (intimail_account_add_big_file (self->fixture.account, file, stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (self->own), ==, 0);
}

static void
test_no_store (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (self->fixture.path);
  g_autoptr (GError) error = NULL;
  guint n = 1;

  g_assert_null (intimail_account_list_big_files (account, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (intimail_account_expire_big_files (account, 0, &n, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
}

/* Each call to the disk fails once, the disk full: then it is temporary, and nothing is
 * there; or it did not matter, and all is there. */
static void
test_full_disk (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) before = add (self, 10);
  guint n_failed = 0;
  int nth = 1;

  for (; nth < N_MAX; nth++)
    {
      g_autoptr (IntimailBigFile) file = NULL;
      g_autoptr (GError) error = NULL;
      guint n_files = count_files (self->own);
      gboolean ok;
      int seen;

      disk_shim_set_root (self->fixture.folder);
      disk_shim_arm (DISK_SHIM_ALL & ~(1 << DISK_SHIM_UNLINK), nth, 1, ENOSPC);
      ok = try_add (self, 300, &file, &error);
      seen = disk_shim_disarm ();
      if (ok)
        assert_content (self, file);
      else
        g_assert_true (error->domain == INTIMAIL_ERROR && (error->code == INTIMAIL_ERROR_STORAGE_FULL || error->code == INTIMAIL_ERROR_FAILED));
      n_failed += !ok;
      g_assert_cmpuint (count_files (self->own), ==, n_files + (ok ? 2 : 0));
      if (seen < nth)
        break;
    }
  g_test_message ("%u of %d calls matter", n_failed, nth - 1);
  g_assert_cmpuint (n_failed, >=, 5);
  g_assert_cmpint (nth, <, N_MAX);
}

/* Killed at each call to the disk, it is there as a whole or not at all. */
static void
test_kill (BigFixture *self, gconstpointer data)
{
  guint n_kept = 0;
  int nth = 1;
  int status = 1;

  for (; nth < N_MAX && status != 0; nth++)
    {
      g_autoptr (GPtrArray) files = NULL;
      g_autoptr (GError) error = NULL;
      pid_t child = fork ();

      if (child == 0)
        {
          disk_shim_set_root (self->fixture.folder);
          disk_shim_arm (DISK_SHIM_ALL, nth, 1, DISK_SHIM_KILL);
          _exit (!try_add (self, 300, NULL, NULL));
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));
      files = intimail_account_list_big_files (self->fixture.account, NULL, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < files->len; i++)
        assert_content (self, files->pdata[i]);
      n_kept = files->len;
      /* An hour later. */
      intimail_big_file_store_clear_up (self->store, "anna", g_get_real_time () / G_USEC_PER_SEC + 3601);
      g_assert_cmpuint (count_files (self->own), ==, 2 * files->len);
    }
  g_assert_cmpint (nth, <, N_MAX);
  g_assert_cmpint (nth, >, 5);
  g_assert_cmpuint (n_kept, >=, 1);
}

static guint n_warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  n_warnings += level == G_LOG_LEVEL_WARNING;

  return G_LOG_WRITER_HANDLED;
}

static void
test_damaged (BigFixture *self, gconstpointer data)
{
  g_autoptr (IntimailBigFile) file = add (self, 10);
  g_autoptr (IntimailBigFile) other = add (self, 10);
  g_autofree char *bytes = g_strdup_printf ("%s/%s.data", self->own, intimail_big_file_get_id (file));
  g_autofree char *record = g_strdup_printf ("%s/%s.json", self->own, intimail_big_file_get_id (other));
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (truncate (bytes, 9), ==, 0);
  stream = intimail_big_file_store_open (self->store, file, NULL, NULL, &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_clear_error (&error);
  test_support_write_file (record, "nonsense\n");
  files = intimail_account_list_big_files (self->fixture.account, NULL, &error);
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 1);
}

#define ADD(name, func) g_test_add ("/store/big-file/" name, BigFixture, NULL, set_up_big, func, tear_down_big)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (count_warnings, NULL, NULL);
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
  ADD ("cut-upload", test_cut_upload);
  ADD ("upload-full-disk", test_upload_full_disk);
  ADD ("sparse", test_sparse);
  ADD ("cancelled", test_cancelled);
  ADD ("no-store", test_no_store);
  ADD ("full-disk", test_full_disk);
  ADD ("kill", test_kill);
  ADD ("damaged", test_damaged);

  return g_test_run ();
}
