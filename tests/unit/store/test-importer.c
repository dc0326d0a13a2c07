/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sys/stat.h>
#include <unistd.h>

#include "importer-support.h"
#include "store/intimail-transfer-source-private.h"
#include "store/intimail-transfer-words-private.h"

static IntimailEnvelope *
find_envelope (IntimailAccount *account, const char *mailbox, const char *subject)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) box = intimail_account_lookup_mailbox_by_path (account, mailbox, &error);
  g_autoptr (IntimailFilter) filter = box != NULL ? intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, intimail_mailbox_get_id (box)) : NULL;
  g_autoptr (IntimailListing) listing = NULL;

  g_assert_no_error (error);
  listing = intimail_account_query (account, filter, NULL, FALSE, NULL, &error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

      if (strcmp (intimail_envelope_get_subject (envelope), subject) == 0)
        return g_steal_pointer (&envelope);
    }
  g_error ("there is no \"%s\" in %s", subject, mailbox);
}

static void
assert_message (Fixture *fixture, const char *mailbox, const char *subject, const char *keywords, gint64 received, const char *text)
{
  g_autoptr (IntimailEnvelope) envelope = find_envelope (fixture->account, mailbox, subject);
  g_autofree char *joined = join_sorted (intimail_envelope_get_keywords (envelope));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_account_load_message (fixture->account, intimail_envelope_get_id (envelope), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (joined, ==, keywords);
  g_assert_cmpint (intimail_envelope_get_received (envelope), ==, received);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

/* --- what is read --- */

static void
test_mbox (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_source (fixture, "box",
                                        FROM "Subject: one\nStatus: RO\nX-Keywords: work\n\n>From here\n\n" FROM "Subject: two\n\n\xff\r\n\n"
                                             "From bob@elsewhere.example\nSubject: three\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n\nno end");

  import_and_check (fixture, "box", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 3/0/0");
  assert_message (fixture, "Inbox", "one", "$seen work", TIME, "Subject: one\n\nFrom here\n");
  assert_message (fixture, "Inbox", "two", "", TIME, "Subject: two\n\n\xff\r\n");
  assert_message (fixture, "Inbox", "three", "", 1795165200, "Subject: three\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n\nno end");
}

static void
test_mbox_formats (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    IntimailTransferFormat format;
    gboolean unquote;
    const char *text;
  } formats[] = {
    { INTIMAIL_TRANSFER_FORMAT_MBOXRD, FALSE, "Subject: 0\nContent-Length: 8\n\nFrom x\n" },
    { INTIMAIL_TRANSFER_FORMAT_MBOXO, FALSE, "Subject: 0\nContent-Length: 8\n\n>From x\n" },
    { INTIMAIL_TRANSFER_FORMAT_MBOXO, TRUE, "Subject: 0\nContent-Length: 8\n\nFrom x\n" },
    { INTIMAIL_TRANSFER_FORMAT_MBOXCL, FALSE, "Subject: 0\n\nFrom x\n" },
    { INTIMAIL_TRANSFER_FORMAT_MBOXCL2, FALSE, "Subject: 0\n\n>From x\n" },
    { INTIMAIL_TRANSFER_FORMAT_AUTO, FALSE, "Subject: 0\n\n>From x\n" },
    { INTIMAIL_TRANSFER_FORMAT_EML, FALSE, FROM "Subject: 0\nContent-Length: 8\n\n>From x\n\n" },
  };
  g_autofree char *path = write_source (fixture, "box", FROM "Subject: 0\nContent-Length: 8\n\n>From x\n\n");

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailListing) listing = NULL;
      g_autoptr (GBytes) bytes = NULL;

      g_test_message ("format %d", formats[i].format);
      intimail_importer_set_format (importer, formats[i].format);
      intimail_importer_set_unquote (importer, formats[i].unquote);
      g_assert_true (intimail_importer_run (importer, path, NULL, &error));
      g_assert_no_error (error);
      listing = intimail_account_query (fixture->account, NULL, NULL, FALSE, NULL, &error);
      g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 1);
      bytes = intimail_account_load_message (fixture->account, intimail_listing_get_id (listing, 0), &error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), formats[i].text, strlen (formats[i].text));
      g_assert_true (intimail_account_remove_messages (fixture->account, (const char *const[]){ intimail_listing_get_id (listing, 0), NULL }, NULL, &error));
    }
}

static void
test_maildir_tree (Fixture *fixture, gconstpointer data)
{
  write_message_file (fixture, "Mail/cur/1000.a.host,S=14:2,FSab", "Subject: one\n\n", 1000000000);
  write_message_file (fixture, "Mail/new/1001.b.host", "Subject: two\n\n", 1000000001);
  write_message_file (fixture, "Mail/new/.hidden", "Subject: no\n\n", 1000000001);
  write_message_file (fixture, "Mail/dovecot-keywords", "0 work\n1 Home\n", 1000000001);
  write_message_file (fixture, "Mail/.Sent/cur/1002.c.host:2,RPDT", "Subject: three\n\n", 1000000002);
  write_message_file (fixture, "Mail/.Lists.G&AOk-o/cur/1003.d.host:2,S", "Subject: four\n\n", 1000000003);
  write_message_file (fixture, "Mail/Nested/Deeper/cur/1004.e.host:2,", "Subject: five\n\n", 1000000004);

  import_and_check (fixture, "Mail", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 2/0/0, Lists/G\xc3\xa9o 1/0/0, Sent 1/0/0, Nested/Deeper 1/0/0");
  assert_message (fixture, "Inbox", "one", "$flagged $seen home work", 1000000000, "Subject: one\n\n");
  assert_message (fixture, "Inbox", "two", "", 1000000001, "Subject: two\n\n");
  assert_message (fixture, "Lists/G\xc3\xa9o", "four", "$seen", 1000000003, "Subject: four\n\n");
  assert_message (fixture, "Nested/Deeper", "five", "", 1000000004, "Subject: five\n\n");
}

/* What is marked as deleted stays so: Maildir has a letter for it. */
static void
test_deleted (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) files = NULL;

  write_message_file (fixture, "Mail/cur/1002.c.host:2,RPDT", "Subject: three\n\n", 1000000002);
  import_and_check (fixture, "Mail", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 1/0/0");
  g_assert_cmpuint (count_messages (fixture->account), ==, 0);
  files = list_files (fixture, "cur");
  g_assert_cmpuint (g_strv_length (files), ==, 1);
  g_assert_true (g_str_has_suffix (files[0], ",S=16:2,DPRT"));
}

static void
test_folders (Fixture *fixture, gconstpointer data)
{
  write_message_file (fixture, "mails/b.eml", "Subject: b\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n\n", 5);
  write_message_file (fixture, "mails/a.EML", "Subject: a\nReceived: from x;\n\tFri, 20 Nov 2026 11:00:00 +0100\n\n", 5);
  write_message_file (fixture, "mails/readme.txt", "Subject: no\n\n", 5);
  write_message_file (fixture, "mails/2020/c.eml", "Subject: c\nStatus: RO\n\n", 1600000000);
  write_message_file (fixture, "mails/2020/.hidden.eml", "Subject: no\n\n", 5);
  write_message_file (fixture, "mails/Friends", FROM "Subject: d\n\n", 5);
  write_message_file (fixture, "mails/Friends.sbd/Old.mbox", FROM "Subject: e\n\n", 5);
  write_message_file (fixture, "mails/Apple.mbox/mbox", FROM "Subject: f\n\n", 5);
  write_message_file (fixture, "mails/%2Edot%2Embox.mbox", FROM "Subject: g\n\n", 5);

  import_and_check (fixture, "mails", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 2/0/0, .dot.mbox 1/0/0, 2020 1/0/0, Apple 1/0/0, Friends 1/0/0, Friends/Old 1/0/0");
  assert_message (fixture, "Inbox", "b", "", 1795165200, "Subject: b\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n\n");
  assert_message (fixture, "Inbox", "a", "", 1795168800, "Subject: a\nReceived: from x;\n\tFri, 20 Nov 2026 11:00:00 +0100\n\n");
  /* A file's own words stay in it; without a date its time counts. */
  assert_message (fixture, "2020", "c", "$seen", 1600000000, "Subject: c\nStatus: RO\n\n");
}

static void
test_names (void)
{
  static const char *const names[] = { "Inbox", ".dot", "a.b", "x.mbox", "x.sbd", ".mbox", "100%", "%2E", "a%25b", "y.eml" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *encoded = intimail_transfer_box_encode_name (names[i]);
      g_autofree char *file = g_strconcat (encoded, ".mbox", NULL);
      g_autofree char *decoded = intimail_transfer_box_decode_name (encoded);
      g_autofree char *decoded_file = intimail_transfer_box_decode_name (file);

      g_assert_false (encoded[0] == '.');
      g_assert_cmpstr (decoded, ==, names[i]);
      g_assert_cmpstr (decoded_file, ==, names[i]);
    }
}

static void
test_target (Fixture *fixture, gconstpointer data)
{
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_autofree char *path = get_source (fixture, "mails");
  g_autoptr (GError) error = NULL;

  write_message_file (fixture, "mails/a.eml", "Subject: a\n\n", 5);
  write_message_file (fixture, "mails/2020/b.eml", "Subject: b\n\n", 5);
  for (guint flat = 0; flat < 2; flat++)
    {
      g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);

      intimail_importer_set_mailbox_id (importer, archive);
      intimail_importer_set_flat (importer, flat != 0);
      g_assert_true (intimail_importer_run (importer, path, NULL, &error));
      g_assert_no_error (error);
      assert_counts_are (importer, flat ? "Archive 2/0/0" : "Archive 1/0/0, Archive/2020 1/0/0");
    }
}

/* --- duplicates, keywords, quota --- */

static void
test_duplicates (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_source (fixture, "box",
                                        FROM "Subject: one\nMessage-ID: <1@x>\n\ntext\n\n" FROM "Subject: one\nMessage-ID: <1@x>\n\ntext\n\n" FROM "Subject: two\nMessage-ID: <1@x>\n\nother\n\n" FROM "Subject: none\n\n\n" FROM "Subject: none\n\n\n");
  IntimailImporter *importer = intimail_importer_new (fixture->account);
  g_autoptr (GError) error = NULL;

  intimail_importer_set_skip_duplicates (importer, TRUE);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  assert_counts_are (importer, "Inbox 4/1/0");
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  assert_counts_are (importer, "Inbox 6/4/0");
  g_assert_no_error (error);
  test_support_assert_finalized (importer);
}

static void
test_too_many_keywords (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < INTIMAIL_TRANSFER_N_LETTERS + 1; i++)
    g_string_append_printf (text, FROM "Subject: %u\nStatus: O\nX-Keywords: word%02u\n\n\n", i, i);
  path = write_source (fixture, "box", text->str);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, "Inbox 27/0/0");
  g_assert_cmpuint (g_strv_length ((GStrv) intimail_importer_get_problems (importer)), ==, 1);
  assert_message (fixture, "Inbox", "25", "word25", TIME, "Subject: 25\n\n");
  /* It is not lost: it stays in the message. */
  assert_message (fixture, "Inbox", "26", "", TIME, "Subject: 26\nStatus: O\nX-Keywords: word26\n\n");
}

static void
test_quota (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_source (fixture, "box", FROM "Subject: 1\n\n\n" FROM "Subject: 2\n\n\n" FROM "Subject: 3\n\n\n" FROM "Subject: 4\n\n\n");
  g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);
  g_autoptr (GError) error = NULL;

  intimail_account_set_quota_limits (fixture->account, 0, 2);
  g_assert_false (intimail_importer_run (importer, path, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  assert_counts_are (importer, "Inbox 2/0/0");
  assert_consistent (fixture->account);

  intimail_account_set_quota_limits (fixture->account, 0, 3);
  g_assert_false (intimail_importer_run (importer, path, NULL, &error));
  g_clear_error (&error);
  assert_counts_are (importer, "Inbox 3/0/0");
  intimail_importer_set_ignore_quota (importer, TRUE);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, "Inbox 4/0/0");
  for (char subject[2] = "1"; *subject <= '4'; (*subject)++)
    g_object_unref (find_envelope (fixture->account, "Inbox", subject));
  assert_consistent (fixture->account);
}

/* --- what goes wrong --- */

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sparse = write_source (fixture, "sparse", FROM "Subject: x\n\n");
  g_autofree char *empty = get_source (fixture, "empty");
  g_autofree char *text = write_source (fixture, "folder/text", "x\n");

  g_assert_cmpint (g_mkdir (empty, 0700), ==, 0);
  g_assert_cmpint (truncate (sparse, G_GINT64_CONSTANT (10000000000)), ==, 0);
  assert_refused (fixture, "nowhere", INTIMAIL_TRANSFER_FORMAT_AUTO, INTIMAIL_ERROR_NOT_FOUND);
  assert_refused (fixture, "empty", INTIMAIL_TRANSFER_FORMAT_AUTO, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "folder", INTIMAIL_TRANSFER_FORMAT_AUTO, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "empty", INTIMAIL_TRANSFER_FORMAT_MAILDIR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "folder/text", INTIMAIL_TRANSFER_FORMAT_MAILDIR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "sparse", INTIMAIL_TRANSFER_FORMAT_AUTO, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (count_messages (fixture->account), ==, 0);
}

/* The rest is imported, the bad one is named, and tried again alone. */
static void
test_problems (Fixture *fixture, gconstpointer data)
{
  IntimailImporter *importer = intimail_importer_new (fixture->account);
  g_autofree char *path = get_source (fixture, "Mail");
  g_autofree char *fifo = get_source (fixture, "Mail/cur/1001.b.host:2,");
  g_autofree char *large = get_source (fixture, "Mail/cur/1002.c.host:2,");
  g_autofree char *link = get_source (fixture, "Mail/cur/1003.d.host:2,");
  g_autoptr (GError) error = NULL;
  const char *const *problems;

  write_message_file (fixture, "Mail/cur/1000.a.host:2,", "Subject: a\n\n", 5);
  write_message_file (fixture, "Mail/cur/1002.c.host:2,", "", 5);
  write_message_file (fixture, "Mail/cur/1004.e.host:2,", "Subject: e\n\n", 5);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (truncate (large, (off_t) INTIMAIL_TRANSFER_MESSAGE_MAX + 1), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);

  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, "Inbox 2/0/3");
  problems = intimail_importer_get_problems (importer);
  g_assert_true (g_str_has_prefix (problems[0], fifo));
  g_assert_true (g_str_has_prefix (problems[1], large));
  g_assert_true (g_str_has_prefix (problems[2], link));

  g_assert_cmpint (truncate (large, 20), ==, 0);
  g_assert_cmpint (unlink (fifo) + unlink (link), ==, 0);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, "Inbox 3/0/3");
  g_assert_cmpuint (count_messages (fixture->account), ==, 3);
  test_support_assert_finalized (importer);
}

/* --- async --- */

typedef struct
{
  GMainLoop *loop;
  guint n_progress;
  gboolean ok;
} Async;

static void
count_progress (IntimailImporter *importer, guint64 n_bytes, guint64 n_total, guint64 n_messages, gpointer user_data)
{
  Async *async = user_data;

  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  async->n_progress++;
}

static void
end_async (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  async->ok = intimail_importer_run_finish (INTIMAIL_IMPORTER (source), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (async->loop);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_many (fixture, 1100);
  IntimailImporter *importer = intimail_importer_new (fixture->account);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Async async = { .loop = loop };

  g_signal_connect (importer, "progress", G_CALLBACK (count_progress), &async);
  intimail_importer_run_async (importer, path, NULL, end_async, &async);
  g_main_loop_run (loop);
  g_assert_true (async.ok);
  g_assert_cmpuint (async.n_progress, ==, 3);
  assert_counts_are (importer, "Inbox 1100/0/0");
  test_support_assert_finalized (importer);
}

/* A large message goes through in pieces; one hidden line is enough to copy it. */
static void
test_large_message (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (FROM "Subject: large\nStatus: RO\n\n>From x\n");
  g_autofree char *path = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  const char *start;

  while (text->len < 3 * INTIMAIL_TRANSFER_MEMORY_MAX)
    g_string_append (text, "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n>>From y\n");
  path = write_source (fixture, "large", text->str);
  import_and_check (fixture, "large", INTIMAIL_TRANSFER_FORMAT_AUTO, "Inbox 1/0/0");
  envelope = find_envelope (fixture->account, "Inbox", "large");
  bytes = intimail_account_load_message (fixture->account, intimail_envelope_get_id (envelope), &error);
  start = g_bytes_get_data (bytes, NULL);
  g_assert_true (g_str_has_prefix (start, "Subject: large\n\nFrom x\n0123456789"));
  g_assert_true (memcmp (start + g_bytes_get_size (bytes) - 12, "789\n>From y\n", 12) == 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/importer/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("mbox", test_mbox);
  ADD ("mbox-formats", test_mbox_formats);
  ADD ("maildir-tree", test_maildir_tree);
  ADD ("deleted", test_deleted);
  ADD ("folders", test_folders);
  g_test_add_func ("/importer/names", test_names);
  ADD ("target", test_target);
  ADD ("duplicates", test_duplicates);
  ADD ("too-many-keywords", test_too_many_keywords);
  ADD ("quota", test_quota);
  ADD ("refusals", test_refusals);
  ADD ("problems", test_problems);
  ADD ("async", test_async);
  ADD ("large-message", test_large_message);

  return g_test_run ();
}
