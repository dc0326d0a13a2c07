/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-unconfirmed-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "test-support.h"

#define NOW 1795719021
#define ACCOUNT "/mail/anna"
#define FILE_NAME "1795719021.M1P2Q3_x.host,S=99"
#define LINE INTIMAIL_UNCONFIRMED_LINE

typedef struct
{
  char *parent;
  char *folder;
  char *first; /* its first file */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->parent = test_support_make_folder ("unconfirmed");
  self->folder = g_build_filename (self->parent, "notes", NULL);
  self->first = g_build_filename (self->folder, "0.jsonl", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_support_remove_folder (self->parent);
  g_free (self->parent);
  g_free (self->folder);
  g_free (self->first);
}

static IntimailUnconfirmed *
open_notes (Fixture *self, gint64 now)
{
  g_autoptr (GError) error = NULL;
  IntimailUnconfirmed *notes = intimail_unconfirmed_open (self->folder, now, &error);

  g_assert_no_error (error);
  g_assert_nonnull (notes);
  return notes;
}

static int
add (IntimailUnconfirmed *notes, guint64 size)
{
  int note = intimail_unconfirmed_add (notes, ACCOUNT, FILE_NAME, 150, size, NOW);

  g_assert_cmpint (note, >=, 0);
  return note;
}

/* How many notes are in doubt with so many bytes; they stay so. */
static guint
count (IntimailUnconfirmed *notes, guint64 size)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (int));
  int note = INTIMAIL_UNCONFIRMED_NONE;
  g_autofree char *file = NULL;
  guint64 trace;

  while ((note = intimail_unconfirmed_claim (notes, note, ACCOUNT, size, NOW, &file, &trace)) >= 0)
    {
      g_assert_cmpstr (file, ==, FILE_NAME);
      g_assert_cmpuint (trace, ==, 150);
      g_clear_pointer (&file, g_free);
      g_array_append_val (found, note);
    }
  for (guint i = 0; i < found->len; i++)
    intimail_unconfirmed_doubt (notes, g_array_index (found, int, i));

  return found->len;
}

/* A process that is killed closes its files and does nothing else. */
static void
test_kill (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailUnconfirmed) notes = open_notes (self, NOW);
  int known;

  add (notes, 10);
  known = add (notes, 20);
  add (notes, 30);
  intimail_unconfirmed_remove (notes, known);
  g_assert_cmpuint (count (notes, 10), ==, 0);
  g_clear_pointer (&notes, intimail_unconfirmed_free);

  for (guint i = 0; i < 2; i++)
    {
      notes = open_notes (self, NOW + 60);
      g_assert_true (intimail_unconfirmed_has (notes, ACCOUNT));
      g_assert_false (intimail_unconfirmed_has (notes, "/mail/bert"));
      g_assert_cmpuint (count (notes, 10), ==, 1);
      g_assert_cmpuint (count (notes, 20), ==, 0);
      g_assert_cmpuint (count (notes, 30), ==, 1);
      g_clear_pointer (&notes, intimail_unconfirmed_free);
    }
}

static void
test_claim (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailUnconfirmed) notes = open_notes (self, NOW);
  int note = add (notes, 10);
  g_autofree char *file = NULL;
  guint64 trace;
  int claimed;

  intimail_unconfirmed_doubt (notes, note);
  claimed = intimail_unconfirmed_claim (notes, INTIMAIL_UNCONFIRMED_NONE, ACCOUNT, 10, NOW, &file, &trace);
  g_assert_cmpint (claimed, ==, note);
  g_assert_false (intimail_unconfirmed_has (notes, ACCOUNT));
  g_assert_cmpuint (count (notes, 10), ==, 0);
  intimail_unconfirmed_remove (notes, claimed);
  g_clear_pointer (&notes, intimail_unconfirmed_free);

  notes = open_notes (self, NOW);
  g_assert_false (intimail_unconfirmed_has (notes, ACCOUNT));
}

static void
test_age (Fixture *self, gconstpointer data)
{
  static const struct
  {
    gint64 later;
    guint n;
  } cases[] = { { 0, 1 }, { INTIMAIL_UNCONFIRMED_SECONDS, 1 }, { -60, 1 }, { INTIMAIL_UNCONFIRMED_SECONDS + 1, 0 }, { 0, 0 } };
  g_autoptr (IntimailUnconfirmed) notes = open_notes (self, NOW);

  add (notes, 10);
  g_clear_pointer (&notes, intimail_unconfirmed_free);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      notes = open_notes (self, NOW + cases[i].later);
      g_assert_cmpuint (count (notes, 10), ==, cases[i].n);
      g_clear_pointer (&notes, intimail_unconfirmed_free);
    }
}

/* Two at once; the one that goes on takes over what the other left. */
static void
test_two_processes (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailUnconfirmed) one = open_notes (self, NOW);
  g_autoptr (IntimailUnconfirmed) two = open_notes (self, NOW);

  add (one, 10);
  add (two, 20);
  g_clear_pointer (&one, intimail_unconfirmed_free);
  g_clear_pointer (&two, intimail_unconfirmed_free);

  one = open_notes (self, NOW);
  two = open_notes (self, NOW);
  g_assert_cmpuint (count (one, 10), ==, 1);
  g_assert_cmpuint (count (one, 20), ==, 1);
  g_assert_false (intimail_unconfirmed_has (two, ACCOUNT));
}

static void
test_full (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailUnconfirmed) notes = open_notes (self, NOW);
  int note = INTIMAIL_UNCONFIRMED_NONE;

  for (guint i = 0; i < INTIMAIL_UNCONFIRMED_MAX; i++)
    note = intimail_unconfirmed_add (notes, ACCOUNT, FILE_NAME, 150, i, NOW - INTIMAIL_UNCONFIRMED_MAX + i);
  g_assert_cmpint (note, >=, 0);
  /* All at work: the next is not noted, and must not hurt. */
  note = intimail_unconfirmed_add (notes, ACCOUNT, FILE_NAME, 150, 5000, NOW);
  g_assert_cmpint (note, ==, INTIMAIL_UNCONFIRMED_NONE);
  intimail_unconfirmed_remove (notes, note);
  intimail_unconfirmed_doubt (notes, note);
  g_clear_pointer (&notes, intimail_unconfirmed_free);

  /* All in doubt: the oldest goes. */
  notes = open_notes (self, NOW);
  intimail_unconfirmed_doubt (notes, add (notes, 5000));
  g_assert_cmpuint (count (notes, 0), ==, 0);
  g_assert_cmpuint (count (notes, 1), ==, 1);
  g_assert_cmpuint (count (notes, 5000), ==, 1);
}

static void
test_long_name (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailUnconfirmed) notes = open_notes (self, NOW);
  g_autofree char *account = g_strnfill (LINE, 'a');

  g_assert_cmpint (intimail_unconfirmed_add (notes, account, FILE_NAME, 1, 1, NOW), ==, INTIMAIL_UNCONFIRMED_NONE);
  add (notes, 10);
}

static char *
pad (const char *line)
{
  return g_strdup_printf ("%-*s\n", LINE - 1, line);
}

#define HEADER "{\"format\":\"intimail-unconfirmed\",\"version\":1}"
#define NOTE "{\"account\":\"" ACCOUNT "\",\"file\":\"" FILE_NAME "\",\"trace\":150,\"size\":10,\"time\":1795719021}"

/* What is not a note is none, and does not hide one. */
static void
test_rubbish (Fixture *self, gconstpointer data)
{
  static const char *const lines[] = {
    "rubbish",
    "{}",
    "{\"account\":\"" ACCOUNT "\"",
    "{\"account\":\"\",\"file\":\"" FILE_NAME "\",\"trace\":150,\"size\":10,\"time\":1795719021}",
    "{\"account\":\"" ACCOUNT "\",\"file\":\"../x\",\"trace\":150,\"size\":10,\"time\":1795719021}",
    "{\"account\":\"" ACCOUNT "\",\"file\":\"" FILE_NAME "\",\"trace\":-150,\"size\":10,\"time\":1795719021}",
    "{\"account\":\"" ACCOUNT "\",\"file\":\"" FILE_NAME "\",\"trace\":\"x\",\"size\":10,\"time\":1795719021}",
    "{\"account\":\"" ACCOUNT "\",\"file\":\"" FILE_NAME "\",\"trace\":150,\"size\":10,\"time\":9223372036854775}",
    "{\"account\":7,\"file\":\"" FILE_NAME "\",\"trace\":150,\"size\":10,\"time\":1795719021}",
  };
  g_autoptr (IntimailUnconfirmed) notes = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *header = pad (HEADER);
  g_autofree char *good = pad (NOTE);

  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  g_string_append (text, header);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = pad (lines[i]);

      g_string_append (text, line);
    }
  g_string_append (text, good);
  test_support_write_file (self->first, text->str);
  notes = open_notes (self, NOW);
  g_assert_cmpuint (count (notes, 10), ==, 1);
  g_clear_pointer (&notes, intimail_unconfirmed_free);
  notes = open_notes (self, NOW);
  g_assert_cmpuint (count (notes, 10), ==, 1);
}

/* Cut at each byte: the whole notes before the cut count. */
static void
test_truncated (Fixture *self, gconstpointer data)
{
  g_autofree char *header = pad (HEADER);
  g_autofree char *note = pad (NOTE);
  g_autofree char *text = g_strconcat (header, note, note, NULL);

  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  for (gsize length = 0; length <= strlen (text); length++)
    {
      g_autoptr (IntimailUnconfirmed) notes = NULL;

      g_unlink (self->first);
      g_assert_true (g_file_set_contents_full (self->first, text, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      notes = open_notes (self, NOW);
      g_assert_cmpuint (count (notes, 10), ==, length < LINE ? 0 : length / LINE - 1);
      intimail_unconfirmed_doubt (notes, add (notes, 20));
      g_assert_cmpuint (count (notes, 20), ==, 1);
    }
}

/* Files that are none of ours are left alone, and another one is taken. */
static void
test_foreign_files (Fixture *self, gconstpointer data)
{
  g_autofree char *newer = pad ("{\"format\":\"intimail-unconfirmed\",\"version\":2}");
  g_autofree char *second = g_build_filename (self->folder, "1.jsonl", NULL);
  g_autofree char *third = g_build_filename (self->folder, "2.jsonl", NULL);
  g_autofree char *fourth = g_build_filename (self->folder, "3.jsonl", NULL);
  g_autoptr (IntimailUnconfirmed) notes = NULL;
  g_autofree char *content = NULL;

  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  test_support_write_file (self->first, newer);
  g_assert_cmpint (mkfifo (second, 0600), ==, 0);
  g_assert_cmpint (symlink (self->first, third), ==, 0);
  notes = open_notes (self, NOW);
  add (notes, 10);
  g_assert_true (g_file_test (fourth, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_get_contents (self->first, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, newer);
}

/* A file that is larger than any of ours begins anew. */
static void
test_oversized (Fixture *self, gconstpointer data)
{
  g_autoptr (IntimailUnconfirmed) notes = NULL;
  struct stat status;

  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  test_support_write_file (self->first, HEADER);
  g_assert_cmpint (truncate (self->first, (off_t) 10 * 1024 * 1024 * 1024), ==, 0);
  notes = open_notes (self, NOW);
  add (notes, 10);
  g_assert_cmpint (stat (self->first, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, 2 * LINE);
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_support_write_file (self->folder, "a file");
  g_assert_null (intimail_unconfirmed_open (self->folder, NOW, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/unconfirmed/kill", test_kill },
    { "/unconfirmed/claim", test_claim },
    { "/unconfirmed/age", test_age },
    { "/unconfirmed/two-processes", test_two_processes },
    { "/unconfirmed/full", test_full },
    { "/unconfirmed/long-name", test_long_name },
    { "/unconfirmed/rubbish", test_rubbish },
    { "/unconfirmed/truncated", test_truncated },
    { "/unconfirmed/foreign-files", test_foreign_files },
    { "/unconfirmed/oversized", test_oversized },
    { "/unconfirmed/no-folder", test_no_folder },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
