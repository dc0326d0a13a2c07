/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files that are imported, and what came of it.
 */

#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <intimail/intimail-importer.h>

#include "store-support.h"

#define FROM "From zoe@elsewhere.example Tue Mar 14 10:11:12 2023\n"
#define TIME 1678788672

/* Makes a file below the fixture's folder, and the folders above it. */
static inline char *
write_source (Fixture *fixture, const char *name, const char *text)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  test_support_write_file (path, text);
  return path;
}

static inline void
write_message_file (Fixture *fixture, const char *name, const char *text, gint64 modified)
{
  g_autofree char *path = write_source (fixture, name, text);
  const struct timespec times[2] = { { modified, 0 }, { modified, 0 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static inline char *
get_source (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

/* "Inbox 2/0/1, Archive/Old 1/0/0": messages, skipped, failed. */
static inline char *
describe_counts (IntimailImporter *importer)
{
  GPtrArray *counts = intimail_importer_get_counts (importer);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < counts->len; i++)
    {
      IntimailTransferCount *count = g_ptr_array_index (counts, i);

      g_string_append_printf (text, "%s%s %d/%d/%d", i > 0 ? ", " : "", intimail_transfer_count_get_mailbox (count),
                              (int) intimail_transfer_count_get_n_messages (count), (int) intimail_transfer_count_get_n_skipped (count),
                              (int) intimail_transfer_count_get_n_failed (count));
    }
  return g_string_free (text, FALSE);
}

static inline void
assert_counts_are (IntimailImporter *importer, const char *expected)
{
  g_autofree char *counts = describe_counts (importer);

  for (const char *const *problem = intimail_importer_get_problems (importer); *problem != NULL; problem++)
    g_test_message ("%s", *problem);
  g_assert_cmpstr (counts, ==, expected);
}

/* Runs an importer of its own over @name. */
static inline void
import_and_check (Fixture *fixture, const char *name, IntimailTransferFormat format, const char *expected)
{
  IntimailImporter *importer = intimail_importer_new (fixture->account);
  g_autofree char *path = get_source (fixture, name);
  g_autoptr (GError) error = NULL;

  intimail_importer_set_format (importer, format);
  g_assert_true (intimail_importer_run (importer, path, NULL, &error));
  g_assert_no_error (error);
  assert_counts_are (importer, expected);
  assert_consistent (fixture->account);
  test_support_assert_finalized (importer);
}

static inline char *
write_many (Fixture *fixture, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, FROM "Subject: %u\n\nbody\n\n", i);
  return write_source (fixture, "many", text->str);
}

static inline void
assert_refused (Fixture *fixture, const char *name, IntimailTransferFormat format, IntimailError code)
{
  g_autoptr (IntimailImporter) importer = intimail_importer_new (fixture->account);
  g_autofree char *path = get_source (fixture, name);
  g_autoptr (GError) error = NULL;

  intimail_importer_set_format (importer, format);
  g_assert_false (intimail_importer_run (importer, path, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, (int) code);
  g_test_message ("%s", error->message);
}
