/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table against the plainest thing that could stand in its place.
 */

#include "store/intimail-table-parts-private.h"

#include <fcntl.h>

#include "base/intimail-fd-private.h"
#include "test-support.h"

#define N_FOLDERS 3
#define N_IDS 900

typedef struct
{
  gboolean there[N_FOLDERS];
  guint32 slots[N_FOLDERS];
  gint64 received;
  guint64 keywords[N_FOLDERS];
} Plain;

static IntimailId
make_id (guint number)
{
  return intimail_id_hash (&number, sizeof number);
}

/* Threads of up to four messages; the received times are many alike. */
static void
add_one (IntimailTable *table, Plain *plain, guint number, guint folder, gint64 received)
{
  guint thread_number = number / 4;
  IntimailId thread = intimail_id_hash (&thread_number, sizeof thread_number - 1);
  IntimailRecord record = { .id = make_id (number), .received = received, .folder = (guint16) folder, .size = number };

  plain->received = received;
  plain->keywords[folder] = 0;
  plain->slots[folder] = intimail_table_add (table, &record, &thread);
  plain->there[folder] = TRUE;
}

static void
assert_order (IntimailTable *table, guint folder, const Plain *all)
{
  guint n;
  const guint32 *slots = intimail_table_get_folder (table, folder, &n);
  guint expected = 0;

  for (guint i = 0; i < N_IDS; i++)
    expected += all[i].there[folder];
  g_assert_cmpuint (n, ==, expected);
  for (guint i = 1; i < n; i++)
    {
      const IntimailRecord *a = intimail_table_get (table, slots[i - 1]);
      const IntimailRecord *b = intimail_table_get (table, slots[i]);

      g_assert_cmpint (a->received, <=, b->received);
      if (a->received == b->received)
        g_assert_cmpint (intimail_id_compare (&a->id, &b->id), <, 0);
    }
}

static void
assert_found (IntimailTable *table, const Plain *all)
{
  guint64 n_copies = 0;

  for (guint i = 0; i < N_IDS; i++)
    {
      IntimailId id = make_id (i);
      gboolean anywhere = FALSE;

      for (guint folder = 0; folder < N_FOLDERS; folder++)
        {
          guint32 slot = intimail_table_find_in_folder (table, &id, folder);

          g_assert_cmpint (slot != INTIMAIL_TABLE_NONE, ==, all[i].there[folder]);
          if (all[i].there[folder])
            g_assert_cmpuint (slot, ==, all[i].slots[folder]);
          anywhere |= all[i].there[folder];
          n_copies += all[i].there[folder];
        }
      g_assert_cmpint (intimail_table_find (table, &id) != INTIMAIL_TABLE_NONE, ==, anywhere);
    }
  g_assert_cmpuint (intimail_table_get_n_copies (table), ==, n_copies);
}

static void
assert_counts (IntimailTable *table, guint folder, const Plain *all)
{
  g_autoptr (GHashTable) threads = g_hash_table_new (NULL, NULL);
  guint unread = 0;

  for (guint i = 0; i < N_IDS; i++)
    {
      gboolean seen = TRUE;

      if (!all[i].there[folder])
        continue;
      g_hash_table_add (threads, GUINT_TO_POINTER (i / 4));
      for (guint other = 0; other < N_FOLDERS; other++)
        seen = seen && (!all[i].there[other] || (all[i].keywords[other] & INTIMAIL_KEYWORD_SEEN) != 0);
      unread += !seen;
    }
  g_assert_cmpuint (intimail_table_get_counts (table, folder)->n_threads, ==, g_hash_table_size (threads));
  g_assert_cmpuint (intimail_table_get_counts (table, folder)->n_unread, ==, unread);
}

static void
change_one (IntimailTable *table, Plain *all, GRand *rand)
{
  guint number = (guint) g_rand_int_range (rand, 0, N_IDS);
  guint folder = (guint) g_rand_int_range (rand, 0, N_FOLDERS);
  Plain *plain = &all[number];

  if (!plain->there[folder])
    add_one (table, plain, number, folder, g_rand_int_range (rand, 0, 300));
  else if (g_rand_int_range (rand, 0, 3) == 0)
    {
      intimail_table_remove (table, plain->slots[folder]);
      plain->there[folder] = FALSE;
    }
  else
    {
      plain->keywords[folder] ^= INTIMAIL_KEYWORD_SEEN;
      intimail_table_set_keywords (table, plain->slots[folder], plain->keywords[folder]);
    }
}

static void
test_random (void)
{
  g_autofree Plain *all = g_new0 (Plain, N_IDS);
  IntimailTable *table = intimail_table_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint folder = 0; folder < N_FOLDERS; folder++)
    intimail_table_add_folder (table);
  for (guint step = 0; step < 20000; step++)
    {
      change_one (table, all, rand);
      if (step % 500 != 0)
        continue;
      assert_found (table, all);
      for (guint folder = 0; folder < N_FOLDERS; folder++)
        {
          assert_order (table, folder, all);
          assert_counts (table, folder, all);
        }
    }
  intimail_table_free (table);
}

/* New mail comes nearly in order; an import comes in any; both are asked for between. */
static void
test_order (void)
{
  g_autofree Plain *all = g_new0 (Plain, N_IDS);
  IntimailTable *table = intimail_table_new ();

  intimail_table_add_folder (table);
  for (guint i = 0; i < N_IDS; i++)
    {
      add_one (table, &all[i], i, 0, i < N_IDS / 2 ? i / 7 : (gint64) ((i * 7919) % 601));
      if (i % 97 == 0)
        assert_order (table, 0, all);
    }
  assert_order (table, 0, all);
  intimail_table_clear_folder (table, 0);
  g_assert_cmpuint (intimail_table_get_n_copies (table), ==, 0);
  intimail_table_free (table);
}

/* The table as another process has it: taken from a file. */
static IntimailTable *
write_and_take (IntimailTable *table, int folder_fd)
{
  IntimailImageWriter *writer = intimail_image_writer_new (folder_fd, "table");
  IntimailImage *image;

  g_assert_nonnull (writer);
  intimail_table_write_image (table, writer);
  g_assert_true (intimail_image_writer_end (writer));
  intimail_table_free (table);
  image = intimail_image_open (folder_fd, "table");
  g_assert_nonnull (image);
  table = intimail_table_new_from_image (image);
  g_assert_nonnull (table);
  return table;
}

static gboolean
has_lent_maps (IntimailTable *table)
{
  return table->ids.cells.lent && table->thread_ids.cells.lent;
}

/* What comes behind a file is looked for in the maps that are in it: none is filled anew for
 * less than makes the file old. */
static void
test_maps (void)
{
  g_autofree char *path = test_support_make_folder ("table");
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autofree Plain *all = g_new0 (Plain, N_IDS);
  IntimailTable *table = intimail_table_new ();

  intimail_table_add_folder (table);
  for (guint i = 0; i < N_IDS - 150; i++)
    add_one (table, &all[i], i, 0, i);
  table = write_and_take (table, fd);
  g_assert_false (has_lent_maps (table));
  for (guint i = N_IDS - 150; i < N_IDS; i++)
    add_one (table, &all[i], i, 0, i);
  g_assert_true (has_lent_maps (table));
  for (guint folder = 1; folder < N_FOLDERS; folder++)
    intimail_table_add_folder (table);
  assert_found (table, all);
  assert_counts (table, 0, all);
  g_assert_true (has_lent_maps (table));
  intimail_table_free (table);
  test_support_remove_folder (path);
}

/* As test_random(), through one file after the other. */
static void
test_written (void)
{
  g_autofree char *path = test_support_make_folder ("table");
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autofree Plain *all = g_new0 (Plain, N_IDS);
  IntimailTable *table = intimail_table_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);

  for (guint folder = 0; folder < N_FOLDERS; folder++)
    intimail_table_add_folder (table);
  for (guint step = 0; step < 12000; step++)
    {
      change_one (table, all, rand);
      /* Soon after the last one, and when the maps have grown. */
      if (step % 1000 != 0 && step % 1000 != 40)
        continue;
      table = write_and_take (table, fd);
      assert_found (table, all);
      for (guint folder = 0; folder < N_FOLDERS; folder++)
        {
          assert_order (table, folder, all);
          assert_counts (table, folder, all);
        }
    }
  intimail_table_free (table);
  test_support_remove_folder (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/random", test_random);
  g_test_add_func ("/table/order", test_order);
  g_test_add_func ("/table/maps", test_maps);
  g_test_add_func ("/table/written", test_written);
  return g_test_run ();
}
