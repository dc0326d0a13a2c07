/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <fcntl.h>
#include <unistd.h>

#include "store/intimail-journal-private.h"
#include "store-support.h"

typedef struct
{
  char *folder;
  int fd;
  IntimailJournal *journal;
} Journal;

static void
journal_set_up (Journal *fixture, gconstpointer data)
{
  const char *const mailboxes[] = { "bone", NULL };

  fixture->folder = test_support_make_folder ("journal");
  fixture->fd = open (fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  fixture->journal = intimail_journal_new (fixture->fd);
  g_assert_false (intimail_journal_read (fixture->journal));
  intimail_journal_begin (fixture->journal, mailboxes, 0);
}

static void
journal_tear_down (Journal *fixture, gconstpointer data)
{
  intimail_journal_free (fixture->journal);
  close (fixture->fd);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static const IntimailId *
make_id (guint8 n)
{
  static IntimailId id;

  memset (&id, 0, sizeof id);
  id.bytes[0] = n;
  return &id;
}

static void
add_email (IntimailJournal *journal, IntimailChangeOp op, guint8 n)
{
  IntimailId id = *make_id (n);
  IntimailId thread = *make_id (100);

  intimail_journal_add_email (journal, op, &id, &thread, FALSE, op, NULL);
  g_assert_true (intimail_journal_commit (journal, NULL));
}

static char *
changes_of (IntimailJournal *journal, const char *since, guint max, char **next)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailChanges) changes = intimail_journal_get_changes (journal, INTIMAIL_CHANGE_TYPE_EMAIL, since, max, &error);

  g_assert_no_error (error);
  if (next != NULL)
    *next = g_strdup (intimail_changes_get_new_state (changes));
  return g_strdup_printf ("+%u ~%u -%u%s", g_strv_length ((GStrv) intimail_changes_get_created (changes)),
                          g_strv_length ((GStrv) intimail_changes_get_updated (changes)),
                          g_strv_length ((GStrv) intimail_changes_get_destroyed (changes)),
                          intimail_changes_has_more (changes) ? " more" : "");
}

static void
test_folding (Journal *fixture, gconstpointer data)
{
  static const struct
  {
    const char *events; /* a add, u update, r remove, of one message */
    const char *result;
  } cases[] = {
    { "a", "+1 ~0 -0" },
    { "au", "+1 ~0 -0" },
    { "ar", "+0 ~0 -0" },
    { "aur", "+0 ~0 -0" },
    { "ara", "+1 ~0 -0" },
    { "u", "+0 ~1 -0" },
    { "uu", "+0 ~1 -0" },
    { "ur", "+0 ~0 -1" },
    { "r", "+0 ~0 -1" },
    { "ra", "+0 ~1 -0" },
    { "rar", "+0 ~0 -1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *since = intimail_journal_get_state (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL);
      g_autofree char *result = NULL;

      for (const char *c = cases[i].events; *c != '\0'; c++)
        add_email (fixture->journal, *c == 'a' ? INTIMAIL_CHANGE_ADD : *c == 'u' ? INTIMAIL_CHANGE_UPDATE
                                                                                 : INTIMAIL_CHANGE_REMOVE,
                   (guint8) i);
      result = changes_of (fixture->journal, since, 0, NULL);
      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

/* Cut anywhere, a client that follows ends where one that does not cut ends. */
static void
test_cuts (Journal *fixture, gconstpointer data)
{
  g_autofree char *start = intimail_journal_get_state (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL);
  g_autofree char *end = NULL;

  for (guint8 i = 0; i < 200; i++)
    {
      add_email (fixture->journal, INTIMAIL_CHANGE_ADD, i);
      if (i % 3 == 0)
        add_email (fixture->journal, INTIMAIL_CHANGE_UPDATE, i);
      if (i % 5 == 0 && i > 5)
        add_email (fixture->journal, INTIMAIL_CHANGE_REMOVE, (guint8) (i - 5));
    }
  end = intimail_journal_get_state (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL);

  for (guint max = 1; max < 50; max += 7)
    {
      g_autofree char *state = g_strdup (start);
      g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      gboolean more = TRUE;

      while (more)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (IntimailChanges) changes = intimail_journal_get_changes (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL, state, max, &error);
          const char *const *ids;
          guint n = 0;

          g_assert_no_error (error);
          for (ids = intimail_changes_get_created (changes); *ids != NULL; ids++, n++)
            g_assert_true (g_hash_table_add (there, g_strdup (*ids)));
          for (ids = intimail_changes_get_updated (changes); *ids != NULL; ids++, n++)
            g_assert_true (g_hash_table_contains (there, *ids));
          for (ids = intimail_changes_get_destroyed (changes); *ids != NULL; ids++, n++)
            g_assert_true (g_hash_table_remove (there, *ids));
          g_assert_cmpuint (n, <=, max);
          more = intimail_changes_has_more (changes);
          g_assert_true (!more || strcmp (state, intimail_changes_get_new_state (changes)) != 0);
          g_free (state);
          state = g_strdup (intimail_changes_get_new_state (changes));
        }
      g_assert_cmpstr (state, ==, end);
      g_assert_cmpuint (g_hash_table_size (there), ==, 200 - 38);
    }
}

static void
assert_lost (IntimailJournal *journal, const char *state)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_journal_get_changes (journal, INTIMAIL_CHANGE_TYPE_EMAIL, state, 0, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST);
}

static void
test_unknown_states (Journal *fixture, gconstpointer data)
{
  g_autofree char *state = NULL;
  g_autofree char *far = NULL;

  add_email (fixture->journal, INTIMAIL_CHANGE_ADD, 1);
  state = intimail_journal_get_state (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL);
  far = g_strconcat (state, "0", NULL);
  assert_lost (fixture->journal, "");
  assert_lost (fixture->journal, "x");
  assert_lost (fixture->journal, "other.1");
  assert_lost (fixture->journal, far);
  state[strlen (state) - 1] = '\0';
  assert_lost (fixture->journal, state);
}

/* After a restart of the machine what was told and lost is not known. */
static void
test_restart (Journal *fixture, gconstpointer data)
{
  IntimailJournal *after;
  g_autofree char *before = NULL;
  g_autofree char *lost = NULL;
  g_autofree char *result = NULL;
  g_autofree char *state = NULL;
  gint64 last;

  add_email (fixture->journal, INTIMAIL_CHANGE_ADD, 1);
  before = intimail_journal_get_state (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL);
  last = intimail_journal_get_last (fixture->journal);
  lost = g_strdup_printf ("%s.%" G_GINT64_FORMAT, intimail_journal_get_epoch (fixture->journal), last + 3);

  after = intimail_journal_new (fixture->fd);
  intimail_journal_set_boot (after, "another");
  g_assert_true (intimail_journal_read (after));
  for (guint8 i = 10; i < 15; i++)
    add_email (after, INTIMAIL_CHANGE_ADD, i);
  g_assert_cmpint (intimail_journal_get_last (after), >, last + INTIMAIL_JOURNAL_GAP);
  assert_lost (after, lost);
  result = changes_of (after, before, 0, &state);
  g_assert_cmpstr (result, ==, "+5 ~0 -0");
  intimail_journal_free (after);

  /* The first one goes on where the other is now. */
  g_assert_true (intimail_journal_is_stale (fixture->journal));
  g_assert_true (intimail_journal_read (fixture->journal));
  assert_lost (fixture->journal, lost);
}

static void
copy_journal (Journal *fixture, const char *from, const char *to)
{
  g_autofree char *source = g_build_filename (fixture->folder, from, NULL);
  g_autofree char *target = g_build_filename (fixture->folder, to, NULL);
  g_autoptr (GBytes) data = test_support_read_file (source);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (target, g_bytes_get_data (data, NULL), (gssize) g_bytes_get_size (data), &error);
  g_assert_no_error (error);
}

/* One from a backup is the same text in another file. */
static void
test_restored (Journal *fixture, gconstpointer data)
{
  g_autofree char *state = NULL;

  add_email (fixture->journal, INTIMAIL_CHANGE_ADD, 1);
  copy_journal (fixture, "intimail.journal", "backup");
  add_email (fixture->journal, INTIMAIL_CHANGE_ADD, 2);
  state = intimail_journal_get_state (fixture->journal, INTIMAIL_CHANGE_TYPE_EMAIL);
  copy_journal (fixture, "backup", "intimail.journal");
  g_assert_false (intimail_journal_read (fixture->journal));
  intimail_journal_begin (fixture->journal, NULL, 0);
  assert_lost (fixture->journal, state);
}

/* Cut at every byte: half a line is as if it never was, and a header that is not
 * whole is no journal. */
static void
test_truncated (Journal *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "intimail.journal", NULL);
  g_autoptr (GBytes) whole = NULL;
  gsize size;
  gsize header;
  const char *text;

  for (guint8 i = 0; i < 4; i++)
    add_email (fixture->journal, INTIMAIL_CHANGE_ADD, i);
  whole = test_support_read_file (path);
  text = g_bytes_get_data (whole, &size);
  header = (gsize) (strchr (text, '\n') - text) + 1;

  for (gsize cut = size; cut-- > 0;)
    {
      IntimailJournal *journal;
      g_autofree char *result = NULL;
      g_autofree char *since = NULL;
      g_autofree char *expected = NULL;
      guint lines = 0;

      g_assert_cmpint (truncate (path, (off_t) cut), ==, 0);
      journal = intimail_journal_new (fixture->fd);
      g_assert_cmpint (intimail_journal_read (journal), ==, cut >= header);
      if (cut >= header)
        {
          for (gsize i = header; i < cut; i++)
            lines += text[i] == '\n';
          since = g_strdup_printf ("%s.0", intimail_journal_get_epoch (journal));
          expected = g_strdup_printf ("+%u ~0 -0", lines);
          result = changes_of (journal, since, 0, NULL);
          g_assert_cmpstr (result, ==, expected);
        }
      intimail_journal_free (journal);
    }

  /* Who appends next takes half a line away. */
  g_file_set_contents (path, text, (gssize) size - 5, NULL);
  {
    IntimailJournal *journal = intimail_journal_new (fixture->fd);

    intimail_journal_read (journal);
    intimail_journal_begin (journal, NULL, 0);
    add_email (journal, INTIMAIL_CHANGE_ADD, 9);
    intimail_journal_free (journal);
    journal = intimail_journal_new (fixture->fd);
    g_assert_true (intimail_journal_read (journal));
    intimail_journal_free (journal);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/journal/" name, Journal, NULL, journal_set_up, func, journal_tear_down)
  ADD ("folding", test_folding);
  ADD ("cuts", test_cuts);
  ADD ("unknown-states", test_unknown_states);
  ADD ("restart", test_restart);
  ADD ("restored", test_restored);
  ADD ("truncated", test_truncated);

  return g_test_run ();
}
