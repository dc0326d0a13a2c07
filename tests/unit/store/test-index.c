/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index that is written anew while another reader has it open.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/intimail-index-draft-private.h"
#include "test-support.h"

typedef struct
{
  char *folder;
  char *path;
  int root_fd;
  IntimailIndex *writer;
  IntimailIndex *reader;
  GArray *offsets; /* of the lines that the reader knows */
  GPtrArray *lines;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = test_support_make_folder ("index");
  self->path = g_build_filename (self->folder, "index", NULL);
  self->root_fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (self->root_fd, >=, 0);
  self->writer = intimail_index_new (self->root_fd, "index", "box");
  self->reader = intimail_index_new (self->root_fd, "index", "box");
  self->offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->lines = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  intimail_index_free (self->writer);
  intimail_index_free (self->reader);
  g_array_unref (self->offsets);
  g_ptr_array_unref (self->lines);
  close (self->root_fd);
  test_support_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static GString *
make_lines (guint from, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = from; i < from + n; i++)
    {
      IntimailId id = intimail_id_hash (&i, sizeof i);

      intimail_index_line_write_remove (text, &id, i + 1);
    }
  return text;
}

static void
append (IntimailIndex *index, guint from, guint n)
{
  g_autoptr (GString) text = make_lines (from, n);
  guint64 offset;

  g_assert_true (intimail_index_append (index, text, &offset, NULL));
}

static void
note_line (const IntimailIndexLine *line, guint64 offset, gsize length, gpointer user_data)
{
  Fixture *self = user_data;

  g_array_append_val (self->offsets, offset);
  g_ptr_array_add (self->lines, intimail_index_get_line (self->reader, offset, length));
}

static IntimailLogStatus
read_on (Fixture *self)
{
  IntimailLogStatus status = intimail_index_check (self->reader);

  if (status == INTIMAIL_LOG_GREW || status == INTIMAIL_LOG_REPLACED)
    g_assert_true (intimail_index_read (self->reader, note_line, self));
  return status;
}

/* The reader knows @n lines, in order, and finds each of them where it was. */
static void
assert_knows (Fixture *self, guint n)
{
  g_assert_cmpuint (self->lines->len, ==, n);
  g_assert_cmpint (self->reader->last_n, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const char *line = g_ptr_array_index (self->lines, i);
      g_autoptr (GString) expected = make_lines (i, 1);
      g_autofree char *again = intimail_index_get_line (self->reader, g_array_index (self->offsets, guint64, i), strlen (line));

      g_assert_cmpstr (line, ==, expected->str);
      g_assert_cmpstr (again, ==, line);
    }
}

static void
ignore_line (const IntimailIndexLine *line, guint64 offset, gsize length, gpointer user_data)
{
}

/* The first lines and the last of those that are chosen. */
static void
write_anew (Fixture *self, guint n, guint from_late, guint n_late)
{
  g_auto (IntimailIndexDraft) draft = { 0 };
  g_autoptr (GString) kept = make_lines (n - 1, 1);
  guint64 offset;

  g_assert_true (intimail_index_draft_begin (&draft, self->writer));
  g_assert_true (intimail_index_draft_add (&draft, kept->str, kept->len, &offset));
  g_assert_true (intimail_index_draft_end_lines (&draft));
  append (self->writer, from_late, n_late);
  g_assert_false (intimail_index_draft_install (&draft, self->writer));
  g_assert_true (intimail_index_draft_is_of (&draft, self->writer));
  g_assert_true (intimail_index_draft_copy (&draft, self->writer->log.end));
  g_assert_true (intimail_index_draft_install (&draft, self->writer));
  g_assert_false (intimail_index_draft_is_of (&draft, self->writer));
}

static void
test_follow (Fixture *self, gconstpointer data)
{
  guint n_read = GPOINTER_TO_UINT (data); /* of 20, 10 of them chosen from, 10 behind it */
  IntimailIndexState state;

  intimail_index_begin (self->writer, NULL, NULL);
  append (self->writer, 0, MIN (n_read, 10));
  if (n_read <= 10)
    {
      g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_REPLACED);
      assert_knows (self, n_read);
      append (self->writer, n_read, 10 - n_read);
    }
  write_anew (self, 10, 10, 10);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_GREW);
  g_assert_true (intimail_index_is_joined (self->reader));
  assert_knows (self, 20);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_SAME);
  /* It has no image while its offsets are those of another file. */
  g_assert_false (intimail_index_get_state (self->reader, &state));
  g_assert_false (intimail_index_is_worn (self->reader));

  /* Both write on. */
  append (self->writer, 20, 5);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_GREW);
  assert_knows (self, 25);
  append (self->reader, 25, 5);
  g_assert_cmpint (intimail_index_check (self->writer), ==, INTIMAIL_LOG_GREW);
  g_assert_true (intimail_index_read (self->writer, ignore_line, NULL));
  g_assert_cmpint (self->writer->last_n, ==, 30);

  /* The line that was chosen, and what came behind it, has its new place. */
  intimail_index_leave_earlier (self->reader);
  g_assert_cmpint (intimail_index_check (self->reader), ==, INTIMAIL_LOG_SAME);
  g_assert_cmpuint (self->reader->log.end, ==, self->writer->log.end);
  g_assert_true (intimail_index_get_state (self->reader, &state));
}

/* A crash left half a line, in the one file or in the other. */
static void
test_half_line (Fixture *self, gconstpointer data)
{
  g_autofree char *half = g_strnfill (10000, 'x');
  FILE *file;

  intimail_index_begin (self->writer, NULL, NULL);
  append (self->writer, 0, 10);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_REPLACED);
  file = fopen (self->path, "a");
  g_assert_cmpint (fputs (half, file), >=, 0);
  fclose (file);
  {
    g_auto (IntimailIndexDraft) draft = { 0 };
    g_autoptr (GString) kept = make_lines (9, 1);
    guint64 offset;

    g_assert_true (intimail_index_draft_begin (&draft, self->writer));
    g_assert_true (intimail_index_draft_add (&draft, kept->str, kept->len, &offset));
    g_assert_true (intimail_index_draft_end_lines (&draft));
    g_assert_true (intimail_index_draft_install (&draft, self->writer));
  }
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_SAME);
  assert_knows (self, 10);

  file = fopen (self->path, "a");
  g_assert_cmpint (fputs (half, file), >=, 0);
  fclose (file);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_GREW);
  assert_knows (self, 10);
  append (self->reader, 10, 5);
  g_assert_cmpint (intimail_index_check (self->writer), ==, INTIMAIL_LOG_GREW);
  g_assert_true (intimail_index_read (self->writer, ignore_line, NULL));
  g_assert_cmpint (self->writer->last_n, ==, 15);
}

/* Written anew twice, or by somebody who did not have this file: it is read again. */
static void
test_another (Fixture *self, gconstpointer data)
{
  intimail_index_begin (self->writer, NULL, NULL);
  append (self->writer, 0, 10);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_REPLACED);
  write_anew (self, 10, 10, 5);
  write_anew (self, 15, 15, 5);
  g_ptr_array_set_size (self->lines, 0);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_REPLACED);
  g_assert_false (intimail_index_is_joined (self->reader));
  g_assert_cmpuint (self->lines->len, ==, 6);

  /* One that is joined already. */
  write_anew (self, 20, 20, 5);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_GREW);
  g_assert_true (intimail_index_is_joined (self->reader));
  write_anew (self, 25, 25, 5);
  g_ptr_array_set_size (self->lines, 0);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_REPLACED);
  g_assert_false (intimail_index_is_joined (self->reader));
  g_assert_cmpuint (self->lines->len, ==, 6);

  intimail_index_begin (self->writer, NULL, NULL);
  g_ptr_array_set_size (self->lines, 0);
  g_assert_cmpint (read_on (self), ==, INTIMAIL_LOG_REPLACED);
  g_assert_cmpuint (self->lines->len, ==, 0);
}

/* First lines that promise what is not there. */
static void
test_odd_header (Fixture *self, gconstpointer data)
{
  static const char *const ends[] = {
    "\"from\":\"0000000000000000\",\"at\":\"7fffffffffffffff\"}\n",
    "\"from\":\"7fffffffffffffff\",\"at\":\"0000000000000001\"}\n",
    "\"from\":\"ffffffffffffffff\",\"at\":\"ffffffffffffffff\"}\n",
    "\"from\":\"0000000000000000\",\"at\":\"0000000000000000\"}\n",
    "\"from\":1,\"at\":1}\n",
    "\"from\":\"\",\"at\":\"x\"}\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *token = NULL;
      g_autofree char *text = NULL;

      g_ptr_array_set_size (self->lines, 0);
      intimail_index_begin (self->writer, NULL, NULL);
      append (self->writer, 0, 10);
      read_on (self);
      token = intimail_index_dup_token (self->writer);
      text = g_strdup_printf ("{\"format\":2,\"mailbox\":\"box\",\"token\":\"x\",\"of\":\"%s\",%s", token, ends[i]);
      g_assert_true (g_file_set_contents (self->path, text, -1, NULL));
      g_assert_cmpint (intimail_index_check (self->reader), ==, INTIMAIL_LOG_REPLACED);
      g_assert_false (intimail_index_is_joined (self->reader));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) g_test_add ("/index/" name, Fixture, GUINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("follow/all-read", 10, test_follow);
  ADD ("follow/some-read", 4, test_follow);
  ADD ("half-line", 0, test_half_line);
  ADD ("another", 0, test_another);
  ADD ("odd-header", 0, test_odd_header);
#undef ADD

  return g_test_run ();
}
