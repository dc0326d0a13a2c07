/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Imports that are interrupted, and go on.
 */

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "importer-support.h"

static void
cancel_soon (IntimailImporter *importer, guint64 n_bytes, guint64 n_total, guint64 n_messages, gpointer user_data)
{
  g_assert_cmpuint (n_bytes, <=, n_total);
  if (n_messages > 0)
    g_cancellable_cancel (user_data);
}

static GStrv
list_state_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->path, 0, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_prefix (name, "intimail.import"))
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

static guint
count_state_files (Fixture *fixture)
{
  g_auto (GStrv) names = list_state_files (fixture);

  return g_strv_length (names);
}

static void
test_interrupted (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_many (fixture, 2000);
  IntimailImporter *importer = intimail_importer_new (fixture->account);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gulong handler = g_signal_connect (importer, "progress", G_CALLBACK (cancel_soon), cancellable);
  guint n;

  g_assert_false (intimail_importer_run (importer, path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_signal_handler_disconnect (importer, handler);
  n = count_messages (fixture->account);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <, 2000);
  g_assert_cmpuint (count_state_files (fixture), ==, 1);

  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, "Inbox 2000/0/0");
  g_assert_cmpuint (count_messages (fixture->account), ==, 2000);
  test_support_assert_finalized (importer);
  g_assert_cmpuint (count_state_files (fixture), ==, 0);
  assert_consistent (fixture->account);
}

/* Stops an import after its first batch. */
static void
interrupt (Fixture *fixture, const char *path)
{
  g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_signal_connect (importer, "progress", G_CALLBACK (cancel_soon), cancellable);
  g_assert_false (intimail_importer_run (importer, path, cancellable, NULL));
}

static void
run_and_check (IntimailImporter *importer, const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, expected);
}

/* As if the one before had been killed when it was done: the importer is still there. */
static void
test_finished (Fixture *fixture, gconstpointer data)
{
  IntimailImporter *first = intimail_importer_new (fixture->account);
  IntimailImporter *second = intimail_importer_new (fixture->account);
  g_autofree char *path = write_many (fixture, 5);

  run_and_check (first, path, "Inbox 5/0/0");
  g_assert_cmpuint (count_state_files (fixture), ==, 1);
  run_and_check (second, path, "");
  g_assert_nonnull (strstr (intimail_importer_get_problems (second)[0], "nothing is to be done"));
  g_assert_cmpuint (count_messages (fixture->account), ==, 5);

  /* It was told: who asks again means it. */
  run_and_check (second, path, "Inbox 5/0/0");
  run_and_check (second, path, "Inbox 10/0/0");
  test_support_assert_finalized (second);
  g_assert_cmpuint (count_state_files (fixture), ==, 0);
  test_support_assert_finalized (first);
  import_and_check (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 5/0/0");
}

/* What is in the file now was never imported; what is in the folder is looked for. */
static void
test_finished_and_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailImporter) first = intimail_importer_new (fixture->account);
  g_autofree char *path = write_many (fixture, 5);
  g_autofree char *changed = NULL;
  g_autofree char *folder = get_source (fixture, "Mail");

  run_and_check (first, path, "Inbox 5/0/0");
  changed = write_many (fixture, 7);
  import_and_check (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 7/0/0");

  write_message_file (fixture, "Mail/cur/1000.a.host:2,", "Subject: a\n\n", 5);
  run_and_check (first, folder, "Inbox 6/0/0");
  write_message_file (fixture, "Mail/cur/1001.b.host:2,", "Subject: b\n\n", 5);
  import_and_check (fixture, "Mail", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 1/0/0");
}

/* When one of two sources cannot be imported, the other is not imported again with it. */
static void
test_finished_but_one (Fixture *fixture, gconstpointer data)
{
  IntimailImporter *first = intimail_importer_new (fixture->account);
  IntimailImporter *second = intimail_importer_new (fixture->account);
  g_autofree char *path = write_many (fixture, 5);
  g_autofree char *other = get_source (fixture, "other");

  run_and_check (first, path, "Inbox 5/0/0");
  g_assert_false (intimail_importer_run (first, other, NULL, NULL));
  test_support_assert_finalized (first);
  g_assert_cmpuint (count_state_files (fixture), ==, 1);

  g_free (write_source (fixture, "other", FROM "Subject: x\n\n"));
  run_and_check (second, path, "");
  run_and_check (second, other, "Inbox 1/0/0");
  test_support_assert_finalized (second);
  g_assert_cmpuint (count_state_files (fixture), ==, 0);
}

/* An importer that goes leaves alone what another began in the same file. */
static void
test_finished_and_taken (Fixture *fixture, gconstpointer data)
{
  IntimailImporter *first = intimail_importer_new (fixture->account);
  g_autofree char *path = write_many (fixture, 5);
  g_autofree char *changed = NULL;

  run_and_check (first, path, "Inbox 5/0/0");
  changed = write_many (fixture, 2000);
  interrupt (fixture, changed);
  test_support_assert_finalized (first);
  g_assert_cmpuint (count_state_files (fixture), ==, 1);
  import_and_check (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 1488/0/0");
}

static void
test_source_changed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_many (fixture, 2000);
  g_autofree char *again = NULL;
  g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);
  g_autoptr (GError) error = NULL;
  guint n;

  interrupt (fixture, path);
  n = count_messages (fixture->account);
  again = write_many (fixture, 3);
  g_assert_false (intimail_importer_run (importer, path, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST);
  g_clear_error (&error);
  intimail_importer_set_restart (importer, TRUE);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_messages (fixture->account), ==, n + 3);
}

/* What the person did meanwhile stays done. */
static void
test_moved_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_many (fixture, 1500);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  const char *const archives[] = { archive, NULL };
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (GError) error = NULL;

  interrupt (fixture, path);
  listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, &error);
  g_assert_true (intimail_account_set_mailboxes (fixture->account, (const char *const[]){ intimail_listing_get_id (listing, 0), NULL }, archives, NULL, &error));
  g_assert_true (intimail_account_remove_messages (fixture->account, (const char *const[]){ intimail_listing_get_id (listing, 1), NULL }, NULL, &error));
  g_assert_no_error (error);
  import_and_check (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 988/0/0");
  g_assert_cmpuint (count_messages (fixture->account), ==, 1499);
}

/* A state file that is rubbish costs a doubled import and no more. */
static void
test_broken_state (Fixture *fixture, gconstpointer data)
{
  static const char *const broken[] = { "", "x", "{\"v\":1,\"job\":\"../../x\"}\n", "{\"v\":1}\n{\"offset\":9999999999}\n", "\n\n\n" };
  g_autofree char *path = write_many (fixture, 600);
  g_auto (GStrv) names = NULL;

  interrupt (fixture, path);
  names = list_state_files (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *state = g_build_filename (fixture->path, names[0], NULL);
      guint before = count_messages (fixture->account);

      test_support_write_file (state, broken[i]);
      import_and_check (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 600/0/0");
      g_assert_cmpuint (count_messages (fixture->account), ==, before + 600);
    }
}

static void
test_two_at_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_many (fixture, 600);
  g_auto (GStrv) names = NULL;
  g_autofree char *state = NULL;
  int fd;

  interrupt (fixture, path);
  names = list_state_files (fixture);
  state = g_build_filename (fixture->path, names[0], NULL);
  fd = open (state, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  assert_refused (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, INTIMAIL_ERROR_FAILED);
  close (fd);
  import_and_check (fixture, "many", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 88/0/0");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/importer-resume/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("interrupted", test_interrupted);
  ADD ("finished", test_finished);
  ADD ("finished-and-changed", test_finished_and_changed);
  ADD ("finished-but-one", test_finished_but_one);
  ADD ("finished-and-taken", test_finished_and_taken);
  ADD ("source-changed", test_source_changed);
  ADD ("moved-meanwhile", test_moved_meanwhile);
  ADD ("broken-state", test_broken_state);
  ADD ("two-at-once", test_two_at_once);

  return g_test_run ();
}
