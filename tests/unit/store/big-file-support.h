/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An account whose big files are kept in a store of its own.
 */

#pragma once

#include <intimail/intimail-account-big-file.h>

#include "store-support.h"
#include "store/intimail-big-file-store-private.h"

#define MAX_SIZE 100000

typedef struct
{
  Fixture fixture;
  char *big;
  char *own; /* the folder of the owner */
  IntimailBigFileStore *store;
} BigFixture;

static inline void
set_up_big (BigFixture *self, gconstpointer data)
{
  set_up (&self->fixture, data);
  self->big = g_build_filename (self->fixture.folder, "big", NULL);
  self->own = g_build_filename (self->big, "anna", NULL);
  self->store = intimail_big_file_store_new (self->big, MAX_SIZE);
  intimail_account_set_big_files (self->fixture.account, self->store, "anna");
}

static inline void
tear_down_big (BigFixture *self, gconstpointer data)
{
  tear_down (&self->fixture, data);
  test_support_assert_finalized (self->store);
  g_free (self->big);
  g_free (self->own);
}

static inline GInputStream *
make_stream (gsize size)
{
  g_autofree char *bytes = g_strnfill (size, 'b');

  return g_memory_input_stream_new_from_data (g_steal_pointer (&bytes), (gssize) size, g_free);
}

static inline gboolean
try_add (BigFixture *self, gsize size, IntimailBigFile **file, GError **error)
{
  g_autoptr (IntimailBigFile) made = intimail_big_file_new ("film.mp4", "video/mp4");
  g_autoptr (GInputStream) stream = make_stream (size);
  gboolean ok = intimail_account_add_big_file (self->fixture.account, made, stream, NULL, error);

  if (file != NULL)
    *file = ok ? g_steal_pointer (&made) : NULL;

  return ok;
}

static inline IntimailBigFile *
add (BigFixture *self, gsize size)
{
  g_autoptr (GError) error = NULL;
  IntimailBigFile *file = NULL;

  try_add (self, size, &file, &error);
  g_assert_no_error (error);
  g_assert_nonnull (file);

  return file;
}

static inline guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static inline void
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
