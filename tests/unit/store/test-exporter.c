/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <intimail/intimail-exporter.h>
#include <intimail/intimail-importer.h>

#include "store-support.h"

static char *
get_place (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *text, gint64 modified)
{
  g_autofree char *path = get_place (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);
  const struct timespec times[2] = { { modified, 0 }, { modified, 0 } };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  test_support_write_file (path, text);
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
import (IntimailAccount *account, const char *path, IntimailTransferFormat format)
{
  g_autoptr (IntimailImporter) importer = intimail_importer_new (account);
  g_autoptr (GError) error = NULL;

  intimail_importer_set_format (importer, format);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (*intimail_importer_get_problems (importer), ==, NULL);
}

static void export(IntimailAccount *account, const char *path, IntimailTransferFormat format, IntimailMailboxRole role)
{
  IntimailExporter *exporter = intimail_exporter_new (account);
  g_autofree char *id = role != INTIMAIL_MAILBOX_ROLE_NONE ? get_role_id (account, role) : NULL;
  g_autoptr (GError) error = NULL;

  intimail_exporter_set_mailbox_id (exporter, id);
  intimail_exporter_set_format (exporter, format);
  g_assert_true (intimail_exporter_run (exporter, path, NULL, &error));
  g_assert_no_error (error);
  for (const char *const *problem = intimail_exporter_get_problems (exporter); *problem != NULL; problem++)
    g_error ("%s", *problem);
  test_support_assert_finalized (exporter);
}

static void
assert_file (const char *path, const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = test_support_read_file (path);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, length);
}

static gboolean
keeps_attributes (Fixture *fixture)
{
  return setxattr (fixture->path, "user.test", "x", 1, 0) == 0;
}

/* --- mbox -> account -> mbox --- */

#define CANONICAL "From zoe@elsewhere.example Tue Mar 14 10:11:12 2023\n"

static const struct
{
  const char *name;
  const char *text;
  IntimailTransferFormat format;
  gboolean needs_attributes;
} files[] = {
  { "plain", CANONICAL "From: zoe@elsewhere.example\nSubject: one\n\ntext\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "order", CANONICAL "From: zoe@elsewhere.example\nSubject: b\n\n\nFrom MAILER-DAEMON Thu Jan  1 00:00:10 1970\nSubject: a\n\n\n" CANONICAL "From: zoe@elsewhere.example\nSubject: c\n\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "quoted", CANONICAL "From: zoe@elsewhere.example\n\n>From here\n>>From there\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "flags", CANONICAL "From: zoe@elsewhere.example\nStatus: RO\nX-Status: AFTD\nX-Keywords: $forwarded home work\n\ntext\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "flags elsewhere", CANONICAL "Status: R\nX-Status: A\nFrom: zoe@elsewhere.example\nX-Keywords: WORK   \nX: y\n\ntext\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "flags of Mozilla", CANONICAL "X-Mozilla-Status: 0005\nFrom: zoe@elsewhere.example\n\ntext\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "flags twice", CANONICAL "From: zoe@elsewhere.example\nStatus: RO\nStatus: O\n\ntext\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "crlf", CANONICAL "From: zoe@elsewhere.example\r\nStatus: RO\r\n\r\ntext\r\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "no header", CANONICAL "\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD, TRUE },
  { "empty", "From MAILER-DAEMON Thu Jan  1 00:00:10 1970\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD },
  { "other senders", "From - Tue Mar 14 10:11:12 2023\nSubject: x\n\n\nFrom a b c Tue Mar 14 10:11:12 +0100 2023\nSubject: y\n\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXRD, TRUE },
  { "lengths", CANONICAL "From: zoe@elsewhere.example\nStatus: RO\nContent-Length: 15\n\nFrom x\n>From y\n\n" CANONICAL "From: zoe@elsewhere.example\nContent-Length: 6\n\nno end\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXCL2 },
  { "lengths elsewhere", CANONICAL "Content-Length: 5\nFrom: zoe@elsewhere.example\nStatus: O\n\ntext\n\n", INTIMAIL_TRANSFER_FORMAT_MBOXCL2 },
};

static void
test_mbox_round_trip (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *account_path = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, fixture->folder, i);
      g_autofree char *source = g_strconcat (account_path, ".source", NULL);
      g_autofree char *place = g_strconcat (account_path, ".mbox", NULL);
      g_autoptr (IntimailAccount) account = intimail_account_new (account_path);

      g_test_message ("%s", files[i].name);
      test_support_write_file (source, files[i].text);
      import (account, source, files[i].format);
      export(account, place, files[i].format, INTIMAIL_MAILBOX_ROLE_INBOX);
      if (!files[i].needs_attributes || keeps_attributes (fixture))
        assert_file (place, files[i].text, strlen (files[i].text));
    }
}

/* --- account -> mbox -> account --- */

static const struct
{
  const char *name; /* in cur/ */
  const char *text;
  gboolean only_cl2;
} messages[] = {
  { "1000.a.host,S=14:2,", "Subject: one\n\n" },
  { "1001.b.host:2,FPRS", "Subject: two\n\nFrom here\n>From there\n" },
  { "1002.c.host:2,Sab", "Subject: three\nStatus: RO\n\n\n\n" },
  { "1003.d.host:2,", "Subject: four\nStatus: RO\nX-Status: F\n\ntext\n" },
  { "1004.e.host:2,DS", "Status: RO\nX-Status: T\nSubject: five\n\ntext\n" },
  { "1005.f.host:2,", "Subject: six\r\n\r\ntext\r\n" },
  { "1006.g.host:2,S", "" },
  { "1007.h.host:2,S", "\n" },
  { "1008.i.host:2,S", "Subject: nine\n" },
  { "1009.j.host:2,S", "Subject: ten\n\nno end", TRUE },
  { "1010.k.host:2,S", "Subject: eleven\nContent-Length: 5\n\ntext\n" },
  { "1011.l.host:2,S", "Content-Length: 999\nSubject: twelve\n\ntext\n" },
  { "1012.m.host:2,", "From x Thu Jan  1 00:00:10 1970\nSubject: thirteen\n\n\nFrom x Thu Jan  1 00:00:10 1970\ny\n" },
};

static void
write_messages (Fixture *fixture, const char *folder, gboolean with_all)
{
  g_autofree char *keywords = g_build_filename (folder, "dovecot-keywords", NULL);

  write_file (fixture, keywords, "0 home\n1 work\n", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree char *name = g_build_filename (folder, "cur", messages[i].name, NULL);

      if (with_all || !messages[i].only_cl2)
        write_file (fixture, name, messages[i].text, 1000000000 + (gint64) i);
    }
}

/* Each message with what is known of it, in the order of arrival. */
static char *
describe_account (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, (const char *const[]){ "receivedAt", NULL }, FALSE, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);
      g_autofree char *keywords = join_sorted (intimail_envelope_get_keywords (envelope));
      g_autoptr (GBytes) bytes = intimail_account_load_message (account, intimail_envelope_get_id (envelope), &error);

      g_assert_no_error (error);
      g_string_append_printf (text, "[%" G_GINT64_FORMAT " %s]\n", intimail_envelope_get_received (envelope), keywords);
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
    }
  return g_string_free (text, FALSE);
}

static void
test_account_round_trip (Fixture *fixture, gconstpointer data)
{
  IntimailTransferFormat format = (IntimailTransferFormat) GPOINTER_TO_INT (data);
  gboolean with_all = format != INTIMAIL_TRANSFER_FORMAT_MBOXRD;
  g_autofree char *source = get_place (fixture, "source");
  g_autofree char *place = get_place (fixture, "place");
  g_autofree char *again_path = get_place (fixture, "again");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (IntimailAccount) again = intimail_account_new (again_path);

  write_messages (fixture, "source", with_all);
  import (fixture->account, source, INTIMAIL_TRANSFER_FORMAT_AUTO);
  g_assert_cmpuint (count_messages (fixture->account), ==, G_N_ELEMENTS (messages) - (with_all ? 0 : 1));
  export(fixture->account, place, format, INTIMAIL_MAILBOX_ROLE_INBOX);
  import (again, place, format);
  before = describe_account (fixture->account);
  after = describe_account (again);
  g_assert_cmpstr (after, ==, before);
}

/* --- the whole account --- */

static void
write_tree (Fixture *fixture)
{
  write_messages (fixture, "source", TRUE);
  write_file (fixture, "source/.Lists.G&AOk-o/cur/1.x.host:2,S", "Subject: x\n\ntext\n", 1000001000);
  write_file (fixture, "source/.Lists/cur/1.y.host:2,S", "Subject: y\n\ntext\n", 1000001001);
  write_file (fixture, "source/.\\2edot/cur/1.z.host:2,S", "Subject: z\n\ntext\n", 1000001002);
}

static char *
describe_mailboxes (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) mailboxes = intimail_account_list_mailboxes (account, NULL, &error);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < mailboxes->len; i++)
    g_ptr_array_add (lines, g_strdup_printf ("%s %u/%u", intimail_mailbox_get_path (mailboxes->pdata[i]),
                                             intimail_mailbox_get_n_messages (mailboxes->pdata[i]), intimail_mailbox_get_n_unread (mailboxes->pdata[i])));
  g_ptr_array_add (lines, NULL);
  return join_sorted ((const char *const *) lines->pdata);
}

static void
test_whole_account (Fixture *fixture, gconstpointer data)
{
  IntimailTransferFormat format = (IntimailTransferFormat) GPOINTER_TO_INT (data);
  g_autofree char *source = get_place (fixture, "source");
  g_autofree char *place = get_place (fixture, "place");
  g_autofree char *again_path = get_place (fixture, "again");
  g_autoptr (IntimailAccount) again = intimail_account_new (again_path);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *mailboxes_before = NULL;
  g_autofree char *mailboxes_after = NULL;

  write_tree (fixture);
  import (fixture->account, source, INTIMAIL_TRANSFER_FORMAT_AUTO);
  /* An empty folder is as good as none. */
  g_assert_cmpint (g_mkdir (place, 0700), ==, 0);
  export(fixture->account, place, format, INTIMAIL_MAILBOX_ROLE_NONE);
  import (again, place, format);
  before = describe_account (fixture->account);
  after = describe_account (again);
  g_assert_cmpstr (after, ==, before);
  mailboxes_before = describe_mailboxes (fixture->account);
  mailboxes_after = describe_mailboxes (again);
  g_assert_cmpstr (mailboxes_after, ==, mailboxes_before);
}

/* A Maildir is exact to the names. */
static void
test_maildir_is_exact (Fixture *fixture, gconstpointer data)
{
  g_autofree char *source = get_place (fixture, "source");
  g_autofree char *place = get_place (fixture, "place");
  g_autofree char *cur = g_build_filename (place, "cur", NULL);
  g_auto (GStrv) names = NULL;

  write_tree (fixture);
  import (fixture->account, source, INTIMAIL_TRANSFER_FORMAT_AUTO);
  export(fixture->account, place, INTIMAIL_TRANSFER_FORMAT_MAILDIR, INTIMAIL_MAILBOX_ROLE_NONE);
  names = list_files (fixture, "cur");
  g_assert_cmpuint (g_strv_length (names), ==, G_N_ELEMENTS (messages));
  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *ours = g_build_filename (fixture->path, "cur", names[i], NULL);
      g_autofree char *theirs = g_build_filename (cur, names[i], NULL);
      g_autoptr (GBytes) text = test_support_read_file (ours);
      GStatBuf status;
      GStatBuf other;

      assert_file (theirs, g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      g_assert_cmpint (g_stat (ours, &status) + g_stat (theirs, &other), ==, 0);
      g_assert_cmpint (status.st_mtime, ==, other.st_mtime);
    }
}

/* --- what goes wrong --- */

static void
assert_nothing_beside (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (name[0] == '.');
}

static void
assert_refused (Fixture *fixture, const char *name, IntimailTransferFormat format, gboolean whole, IntimailError code)
{
  g_autoptr (IntimailExporter) exporter = intimail_exporter_new (fixture->account);
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *path = get_place (fixture, name);
  g_autoptr (GError) error = NULL;

  intimail_exporter_set_format (exporter, format);
  intimail_exporter_set_mailbox_id (exporter, whole ? NULL : inbox);
  g_assert_false (intimail_exporter_run (exporter, path, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
  g_test_message ("%s", error->message);
  assert_nothing_beside (fixture);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = get_place (fixture, "file");
  g_autofree char *full = get_place (fixture, "full");
  g_autofree char *dangling = get_place (fixture, "dangling");

  write_file (fixture, "file", "x", 1);
  write_file (fixture, "full/x", "x", 1);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  assert_refused (fixture, "file", INTIMAIL_TRANSFER_FORMAT_MBOXRD, FALSE, INTIMAIL_ERROR_EXISTS);
  assert_refused (fixture, "file", INTIMAIL_TRANSFER_FORMAT_MAILDIR, TRUE, INTIMAIL_ERROR_EXISTS);
  assert_refused (fixture, "full", INTIMAIL_TRANSFER_FORMAT_MBOXRD, TRUE, INTIMAIL_ERROR_EXISTS);
  assert_refused (fixture, "full", INTIMAIL_TRANSFER_FORMAT_MBOXRD, FALSE, INTIMAIL_ERROR_EXISTS);
  assert_refused (fixture, "dangling", INTIMAIL_TRANSFER_FORMAT_MBOXRD, FALSE, INTIMAIL_ERROR_EXISTS);
  assert_refused (fixture, "nowhere/x", INTIMAIL_TRANSFER_FORMAT_MBOXRD, FALSE, INTIMAIL_ERROR_NOT_FOUND);
  assert_refused (fixture, "x", INTIMAIL_TRANSFER_FORMAT_MBOXO, FALSE, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "x", INTIMAIL_TRANSFER_FORMAT_AUTO, TRUE, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_file (file, "x", 1);
}

/* What mboxrd cannot hold is named, and the rest is there. */
static void
test_problems (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailExporter) exporter = intimail_exporter_new (fixture->account);
  g_autofree char *source = get_place (fixture, "source");
  g_autofree char *place = get_place (fixture, "place");
  g_autofree char *mbox = g_build_filename (place, "Inbox.mbox", NULL);
  g_autoptr (GError) error = NULL;
  IntimailTransferCount *count;

  write_file (fixture, "source/cur/1.a.host:2,", "Subject: a\n\nno end", 10);
  write_file (fixture, "source/cur/2.b.host:2,", "Subject: b\n\n", 10);
  import (fixture->account, source, INTIMAIL_TRANSFER_FORMAT_AUTO);
  g_assert_true (intimail_exporter_run (exporter, place, NULL, &error));
  g_assert_no_error (error);
  count = g_ptr_array_index (intimail_exporter_get_counts (exporter), 0);
  g_assert_cmpstr (intimail_transfer_count_get_mailbox (count), ==, "Inbox");
  g_assert_cmpuint (intimail_transfer_count_get_n_messages (count), ==, 1);
  g_assert_cmpuint (intimail_transfer_count_get_n_failed (count), ==, 1);
  g_assert_nonnull (strstr (intimail_exporter_get_problems (exporter)[0], "which an mboxrd cannot hold"));
  assert_file (mbox, "From MAILER-DAEMON Thu Jan  1 00:00:10 1970\nSubject: b\n\n\n", 57);
}

static void
cancel_now (IntimailExporter *exporter, guint64 n_bytes, guint64 n_total, guint64 n_messages, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailExporter) exporter = intimail_exporter_new (fixture->account);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *place = get_place (fixture, "place");
  g_autoptr (GError) error = NULL;

  g_signal_connect (exporter, "progress", G_CALLBACK (cancel_now), cancellable);
  g_assert_false (intimail_exporter_run (exporter, place, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (place, G_FILE_TEST_EXISTS));
  assert_nothing_beside (fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) g_test_add ("/exporter/" name, Fixture, GINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("mbox-round-trip", 0, test_mbox_round_trip);
  ADD ("account-round-trip/mboxrd", INTIMAIL_TRANSFER_FORMAT_MBOXRD, test_account_round_trip);
  ADD ("account-round-trip/mboxcl2", INTIMAIL_TRANSFER_FORMAT_MBOXCL2, test_account_round_trip);
  ADD ("account-round-trip/maildir", INTIMAIL_TRANSFER_FORMAT_MAILDIR, test_account_round_trip);
  ADD ("whole-account/mboxcl2", INTIMAIL_TRANSFER_FORMAT_MBOXCL2, test_whole_account);
  ADD ("whole-account/maildir", INTIMAIL_TRANSFER_FORMAT_MAILDIR, test_whole_account);
  ADD ("maildir-is-exact", 0, test_maildir_is_exact);
  ADD ("refusals", 0, test_refusals);
  ADD ("problems", 0, test_problems);
  ADD ("cancelled", 0, test_cancelled);

  return g_test_run ();
}
