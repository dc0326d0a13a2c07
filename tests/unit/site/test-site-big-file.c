/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Big files as a site offers them.
 */

#include <string.h>

#include <glib/gstdio.h>

#include <intimail/intimail-account-big-file.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-site.h>

#include "test-support.h"

typedef struct
{
  char *folder;
  char *path;
  char *own;
  IntimailSite *site;
  IntimailDirectory *directory;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (GError) error = NULL;

  fixture->folder = test_support_make_folder ("big-files");
  fixture->path = g_build_filename (fixture->folder, "site", NULL);
  fixture->own = g_build_filename (fixture->path, "big", "ann", NULL);
  fixture->site = intimail_site_create (fixture->path, "home.example", &error);
  g_assert_no_error (error);
  fixture->directory = intimail_site_get_directory (fixture->site);
  g_assert_true (intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error));
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  test_support_assert_finalized (fixture->site);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->own);
}

static IntimailAccount *
open_account (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (fixture->directory, "ann", NULL, &error);
  IntimailAccount *account = intimail_site_get_account (fixture->site, person, &error);

  g_assert_no_error (error);

  return account;
}

static IntimailBigFile *
add (Fixture *fixture, const char *password)
{
  g_autoptr (IntimailAccount) account = open_account (fixture);
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("film.mp4", "video/mp4");
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("film", 4, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_site_set_big_file_password (fixture->site, file, password, &error));
  g_assert_true (intimail_account_add_big_file (account, file, stream, NULL, &error));
  g_assert_no_error (error);

  return g_steal_pointer (&file);
}

static char *
make_token (Fixture *fixture, IntimailBigFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = intimail_site_make_big_file_link (fixture->site, file, &error);
  g_autofree char *start = g_strconcat (intimail_site_get_webmail_url (fixture->site), "/file/", NULL);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (link, start));

  return g_strdup (link + strlen (start));
}

static gboolean
is_found (Fixture *fixture, const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailBigFile) file = intimail_site_find_big_file (fixture->site, token, NULL, &error);

  if (file == NULL)
    {
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
      g_assert_cmpstr (error->message, ==, "there is no such file");
    }

  return file != NULL;
}

/* Who may not sign in offers nothing, and may again when that is over. */
static void
test_owner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailBigFile) file = add (fixture, NULL);
  g_autofree char *token = make_token (fixture, file);
  g_autoptr (GError) error = NULL;

  g_assert_true (is_found (fixture, token));
  g_assert_false (is_found (fixture, "x"));
  g_assert_true (intimail_directory_begin_removal (fixture->directory, "ann", g_get_real_time () / G_USEC_PER_SEC + 1000, TRUE, NULL, &error));
  g_assert_false (is_found (fixture, token));
  g_assert_true (intimail_directory_undo_removal (fixture->directory, "ann", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (is_found (fixture, token));
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailBigFile) open = add (fixture, "");
  g_autoptr (IntimailBigFile) closed = add (fixture, "correct horse");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/%s.json", fixture->own, intimail_big_file_get_id (closed));
  g_autoptr (GBytes) record = test_support_read_file (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *text = g_strndup (g_bytes_get_data (record, NULL), g_bytes_get_size (record));

  g_assert_false (intimail_big_file_has_password (open));
  g_assert_true (intimail_big_file_has_password (closed));
  g_assert_null (strstr (text, "horse"));
  g_assert_nonnull (strstr (text, "{CRYPT}$y$"));
  g_assert_true (intimail_site_check_big_file_password (fixture->site, closed, "correct horse", NULL, &error));
  g_assert_true (intimail_site_check_big_file_password (fixture->site, open, "", NULL, &error));
  g_assert_no_error (error);
  g_assert_false (intimail_site_check_big_file_password (fixture->site, closed, "correct horsf", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (intimail_site_check_big_file_password (fixture->site, closed, "", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (intimail_site_check_big_file_password (fixture->site, closed, "correct horse", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (intimail_site_set_big_file_password (fixture->site, closed, "a\nb", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

/* No later person of that name has the files of an earlier one. */
static void
test_purge (Fixture *fixture, gconstpointer data)
{
  gboolean deletes = GPOINTER_TO_INT (data);
  g_autoptr (IntimailBigFile) file = add (fixture, NULL);
  g_autofree char *token = make_token (fixture, file);
  g_autofree char *kept_folder = g_build_filename (fixture->path, "big", ".kept", NULL);
  g_autoptr (IntimailPerson) person = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_directory_begin_removal (fixture->directory, "ann", 1, deletes, NULL, &error));
  kept = intimail_site_purge_person (fixture->site, "ann", G_GINT64_CONSTANT (4000000000), NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (fixture->own, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept_folder, G_FILE_TEST_EXISTS) == !deletes);
  g_assert_true (intimail_directory_add_person (fixture->directory, person, NULL, NULL, &error));
  g_assert_false (is_found (fixture, token));
  account = open_account (fixture);
  files = intimail_account_list_big_files (account, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 0);
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *config = g_build_filename (fixture->path, "intimail.conf", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "disk", NULL);
  g_autofree char *text = g_strdup_printf ("[site]\ndomains=home.example\n[directory]\nuri=ldif:directory.ldif\n"
                                           "[store]\nbig=%s\nbig-over=5\nbig-max=7\nbig-days=0\n",
                                           elsewhere);
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (IntimailSite) none = NULL;
  g_autoptr (IntimailBigFile) file = intimail_big_file_new ("x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (intimail_site_get_big_over (fixture->site), ==, 20000000);
  g_assert_cmpuint (intimail_site_get_big_days (fixture->site), ==, 30);
  test_support_write_file (config, text);
  site = intimail_site_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (intimail_site_get_big_over (site), ==, 5);
  g_assert_cmpuint (intimail_site_get_big_days (site), ==, 0);
  g_assert_cmpuint (intimail_big_file_store_get_max_size (intimail_site_get_big_files (site)), ==, 7);
  g_assert_cmpstr (intimail_big_file_store_get_path (intimail_site_get_big_files (site)), ==, elsewhere);
  test_support_write_file (config, "[site]\ndomains=home.example\n[directory]\nuri=ldif:directory.ldif\n[store]\nbig-max=0\n");
  none = intimail_site_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_null (intimail_site_get_big_files (none));
  g_assert_null (intimail_site_find_big_file (none, "x", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (intimail_site_make_big_file_link (none, file, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/site-big-file/owner", Fixture, NULL, setup, test_owner, teardown);
  g_test_add ("/site-big-file/password", Fixture, NULL, setup, test_password, teardown);
  g_test_add ("/site-big-file/purge", Fixture, GINT_TO_POINTER (TRUE), setup, test_purge, teardown);
  g_test_add ("/site-big-file/purge-keeps", Fixture, GINT_TO_POINTER (FALSE), setup, test_purge, teardown);
  g_test_add ("/site-big-file/settings", Fixture, NULL, setup, test_settings, teardown);

  return g_test_run ();
}
