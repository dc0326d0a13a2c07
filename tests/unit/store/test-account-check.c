/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index that somebody edited: each line can be read, and says what is not so.
 */

#include "store-support.h"

#define MAIL                                                                                \
  "Received: from a by b (Postfix) with ESMTP id ABC123; Fri, 20 Nov 2026 10:00:00 +0100\n" \
  "From: Bob <bob@other.example>\nTo: anna@home.example\nCc: cc@other.example\n"            \
  "Bcc: bcc@other.example\nReply-To: r@other.example\nSubject: Tea\nMessage-ID: <two@x>\n"  \
  "References: <one@x>\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n\nGood morning.\n"

static void
deliver (Fixture *fixture, const char *text, gint64 received)
{
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autofree char *id = intimail_account_deliver (fixture->account, message, NULL, NULL, received, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (id);
}

/* As an editor does, while nobody has the account open. */
static void
edit (Fixture *fixture, const char *before, const char *after)
{
  g_autofree char *path = g_build_filename (fixture->path, "intimail.jsonl", NULL);
  g_autofree char *data = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->account);
  g_assert_true (g_file_get_contents (path, &data, NULL, &error));
  text = g_string_new (data);
  g_assert_cmpuint (g_string_replace (text, before, after, 0), ==, 1);
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, &error));
  g_assert_no_error (error);
  fixture->account = intimail_account_new (fixture->path);
}

static GStrv
list_new (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->path, "new", NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_strv_builder_add (names, name);
  return g_strv_builder_end (names);
}

static void
assert_findings (Fixture *fixture, const char *const *names, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) by_names = intimail_account_check_index (fixture->account, NULL, NULL, &error);
  g_auto (GStrv) by_texts = NULL;

  g_assert_no_error (error);
  by_texts = intimail_account_check_messages (fixture->account, NULL, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; by_names[i] != NULL; i++)
    g_test_message ("%s", by_names[i]);
  for (gsize i = 0; by_texts[i] != NULL; i++)
    g_test_message ("%s", by_texts[i]);
  g_assert_cmpuint (g_strv_length (by_names), ==, names != NULL ? g_strv_length ((char **) names) : 0);
  for (gsize i = 0; by_names[i] != NULL; i++)
    g_assert_nonnull (strstr (by_names[i], names[i]));
  g_assert_cmpuint (g_strv_length (by_texts), ==, text != NULL);
  if (text != NULL)
    g_assert_nonnull (strstr (by_texts[0], text));
}

static const struct
{
  const char *before;
  const char *after;
  const char *name; /* what the names and sizes tell, or NULL */
  const char *text; /* what the messages tell */
} edits[] = {
  { "\"from\":\"Bob ", "\"from\":\"Rob ", NULL, "by \"from\"" },
  { "\"to\":\"anna@", "\"to\":\"anne@", NULL, "by \"to\"" },
  { "\"cc\":\"cc@other.example\",", "", NULL, "by \"cc\"" },
  { "\"bcc\":\"b", "\"bcc\":\"c", NULL, "by \"bcc\"" },
  { "\"replyto\":\"r", "\"replyto\":\"s", NULL, "by \"replyto\"" },
  { "\"subject\":\"Tea\"", "\"subject\":\"T\\u0065\"", NULL, "by \"subject\"" },
  { "\"messageid\":\"two@", "\"messageid\":\"one@", NULL, "by \"messageid\"" },
  { "\"queueid\":\"ABC123\"", "\"queueid\":\"\"", NULL, "by \"queueid\"" },
  { "\"pj\":0", "\"pj\":2", NULL, "by \"pj\"" },
  { "\"sentoffset\":60", "\"sentoffset\":61", NULL, "by \"sentoffset\"" },
  { "\"preview\":\"Good", "\"preview\":\"Bad", NULL, "by \"preview\"" },
  { "\"delay\":", "\"delay\":1", NULL, "by \"delay\"" },
  { "\"thread\":\"t", "\"attachment\":true,\"thread\":\"t", NULL, "by \"attachment\"" },
  { "\"size\":", "\"size\":1", "of another size", "by \"size\"" },
  /* What is not of the message, or says the same. */
  { "\"status\":\"unread\"", "\"status\":\"read\"", NULL, NULL },
  { "\"subject\":\"Tea\"", "\"subject\":\"T\\u0065a\"", NULL, NULL },
  { ",\"preview\":\"Good morning.\"", "", NULL, NULL },
};

static void
test_edited (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      const char *const names[] = { edits[i].name, NULL };
      g_autoptr (GError) error = NULL;

      if (i == 0)
        deliver (fixture, MAIL, 1800000000);
      else
        g_assert_true (intimail_account_rebuild_index (fixture->account, NULL, NULL, NULL, NULL, &error));
      assert_findings (fixture, NULL, NULL);
      g_test_message ("%s -> %s", edits[i].before, edits[i].after);
      edit (fixture, edits[i].before, edits[i].after);
      assert_findings (fixture, names, edits[i].text);
    }
}

/* Two lines, each with the file of the other: what they say is of neither, and they are
 * left aside. */
static void
test_other_file (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "the index does not know", "the index does not know", NULL };
  g_auto (GStrv) files = NULL;

  deliver (fixture, "Subject: one\nMessage-ID: <1@x>\n\nx", 1700000001);
  deliver (fixture, "Subject: one\nMessage-ID: <1@x>\n\nx", 1700000002);
  files = list_new (fixture);
  g_assert_cmpuint (g_strv_length (files), ==, 2);
  edit (fixture, files[0], "aside");
  edit (fixture, files[1], files[0]);
  edit (fixture, "aside", files[1]);
  assert_findings (fixture, names, NULL);
}

static void
test_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  deliver (fixture, MAIL, 0);
  g_assert_null (intimail_account_check_messages (fixture->account, "nowhere", NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (intimail_account_check_messages (fixture->account, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/account-check/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("edited", test_edited);
  ADD ("other-file", test_other_file);
  ADD ("fails", test_fails);
  return g_test_run ();
}
