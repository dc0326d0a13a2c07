/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A disk that fails: each call of each thing that is done fails once, and fails from
 * there on, with each reason that a disk has. What was promised stays, what was not is
 * said to be temporary, and all goes on when the disk works again.
 */

#include <errno.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "disk-shim.h"
#include "store/intimail-spool-private.h"
#include "store-support.h"

#define FOR_EVER 1000000
#define N_MAX 2000 /* calls that one thing may take */

typedef struct
{
  Fixture fixture;
  GPtrArray *ids; /* promised, and not removed */
  char *inbox;
  char *box;
  char *wanted; /* the id, name or keyword that a thing is about */
  guint n;
  gboolean cold; /* the account is opened anew each time */
} State;

typedef struct
{
  const char *name;
  void (*prepare) (State *state);
  gboolean (*run) (State *state, GError **error);
  void (*check) (State *state);
} Job;

static const char *
get_last (State *state)
{
  return g_ptr_array_index (state->ids, state->ids->len - 1);
}

static char *
deliver (State *state, const char *const *keywords, GError **error)
{
  g_autofree char *message_id = g_strdup_printf ("%u@x", state->n++);
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", message_id, message_id, NULL);

  return intimail_account_deliver (state->fixture.account, message, NULL, keywords, 0, NULL, error);
}

static gboolean
promise (State *state, char *id)
{
  if (id != NULL)
    g_ptr_array_add (state->ids, id);
  return id != NULL;
}

static void
prepare_nothing (State *state)
{
}

static void
check_nothing (State *state)
{
}

static gboolean
run_deliver (State *state, GError **error)
{
  return promise (state, deliver (state, NULL, error));
}

static gboolean
run_deliver_with_keywords (State *state, GError **error)
{
  static const char *const keywords[] = { "$seen", "errand", NULL };

  return promise (state, deliver (state, keywords, error));
}

/* A message of its own in the inbox. */
static void
prepare_message (State *state)
{
  g_assert_true (run_deliver (state, NULL));
}

static void
assert_in (State *state, const char *const *boxes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (state->fixture.account, get_last (state), &error);
  g_autofree char *got = NULL;
  g_autofree char *expected = join_sorted (boxes);

  g_assert_no_error (error);
  got = join_sorted (intimail_envelope_get_mailbox_ids (envelope));
  g_assert_cmpstr (got, ==, expected);
}

static gboolean
put_into (State *state, const char *const *boxes, GError **error)
{
  const char *const ids[] = { get_last (state), NULL };

  return intimail_account_set_mailboxes (state->fixture.account, ids, boxes, NULL, error);
}

static gboolean
run_move (State *state, GError **error)
{
  const char *const boxes[] = { state->box, NULL };

  return put_into (state, boxes, error);
}

static void
check_move (State *state)
{
  const char *const boxes[] = { state->box, NULL };

  assert_in (state, boxes);
}

static gboolean
run_copy (State *state, GError **error)
{
  const char *const boxes[] = { state->inbox, state->box, NULL };

  return put_into (state, boxes, error);
}

static void
check_copy (State *state)
{
  const char *const boxes[] = { state->inbox, state->box, NULL };

  assert_in (state, boxes);
}

/* In two mailboxes, to leave one of them. */
static void
prepare_copy (State *state)
{
  prepare_message (state);
  g_assert_true (run_copy (state, NULL));
}

static gboolean
set_keyword (State *state, const char *keyword, GError **error)
{
  const char *const ids[] = { get_last (state), NULL };
  const char *const keywords[] = { keyword, NULL };

  return intimail_account_set_keywords (state->fixture.account, ids, keywords, NULL, NULL, error);
}

static gboolean
run_flag (State *state, GError **error)
{
  return set_keyword (state, "$flagged", error);
}

static void
assert_keyword (State *state, const char *keyword)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (state->fixture.account, get_last (state), &error);

  g_assert_no_error (error);
  g_assert_true (intimail_envelope_has_keyword (envelope, keyword));
}

static void
check_flag (State *state)
{
  assert_keyword (state, "$flagged");
}

static void
remove_all (State *state)
{
  if (state->ids->len == 0)
    return;
  g_ptr_array_add (state->ids, NULL);
  g_assert_true (intimail_account_remove_messages (state->fixture.account, (const char *const *) state->ids->pdata, NULL, NULL));
  g_ptr_array_set_size (state->ids, 0);
}

/* A word that the mailbox has no letter for yet: from time to time all begins anew. */
static void
prepare_keyword (State *state)
{
  if (state->n % 20 == 0)
    {
      g_autofree char *path = g_build_filename (state->fixture.path, "dovecot-keywords", NULL);

      remove_all (state);
      test_support_write_file (path, "");
    }
  prepare_message (state);
  g_free (state->wanted);
  state->wanted = g_strdup_printf ("word%u", state->n % 20);
}

static gboolean
run_keyword (State *state, GError **error)
{
  return set_keyword (state, state->wanted, error);
}

static void
check_keyword (State *state)
{
  assert_keyword (state, state->wanted);
}

static gboolean
run_remove (State *state, GError **error)
{
  const char *const ids[] = { get_last (state), NULL };

  if (!intimail_account_remove_messages (state->fixture.account, ids, NULL, error))
    return FALSE;
  g_ptr_array_remove_index (state->ids, state->ids->len - 1);
  return TRUE;
}

static void
prepare_name (State *state)
{
  g_free (state->wanted);
  state->wanted = g_strdup_printf ("box %u", state->n++);
}

/* The one before goes, so that each time the account is as large. */
static void
prepare_create (State *state)
{
  g_autoptr (IntimailMailbox) before = NULL;

  if (state->wanted != NULL)
    before = intimail_account_lookup_mailbox_by_path (state->fixture.account, state->wanted, NULL);
  if (before != NULL)
    g_assert_true (intimail_account_remove_mailbox (state->fixture.account, intimail_mailbox_get_id (before), FALSE, NULL, NULL));
  prepare_name (state);
}

/* What failed half-way may be there: then it is said so, and can be used. */
static gboolean
run_create (State *state, GError **error)
{
  g_autoptr (GError) own = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_create_mailbox (state->fixture.account, state->wanted, NULL, NULL, &own);

  if (mailbox != NULL || g_error_matches (own, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own));
  return FALSE;
}

static void
check_mailbox (State *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_path (state->fixture.account, state->wanted, &error);

  g_assert_no_error (error);
  g_assert_nonnull (mailbox);
}

static gboolean
run_rename (State *state, GError **error)
{
  return intimail_account_update_mailbox (state->fixture.account, state->box, state->wanted, NULL, INTIMAIL_MAILBOX_ROLE_NONE, 10, TRUE, NULL, error);
}

static gboolean
run_list (State *state, GError **error)
{
  g_autoptr (IntimailListing) listing = intimail_account_query (state->fixture.account, NULL, NULL, FALSE, NULL, error);

  return listing != NULL;
}

/* Somebody else brings a message and changes another. */
static void
prepare_foreign (State *state)
{
  g_autofree char *path = g_strdup_printf ("%s/cur/%u.x.elsewhere:2,S", state->fixture.path, state->n++);

  test_support_write_file (path, "Subject: x\n\n");
}

static gboolean
run_rebuild (State *state, GError **error)
{
  return intimail_account_rebuild_index (state->fixture.account, NULL, NULL, NULL, NULL, error);
}

static void
assert_all_there (State *state, IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    g_assert_true (g_hash_table_add (there, (char *) intimail_listing_get_id (listing, i)));
  for (guint i = 0; i < state->ids->len; i++)
    g_assert_true (g_hash_table_contains (there, g_ptr_array_index (state->ids, i)));
  if (state->ids->len > 0)
    {
      g_autoptr (GBytes) bytes = intimail_account_load_message (account, get_last (state), &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), >, 10);
    }
  assert_consistent (account);
}

static void
reopen (State *state)
{
  test_support_assert_finalized (state->fixture.account);
  state->fixture.account = intimail_account_new (state->fixture.path);
}

/* Over half of the index is dead, so that the next change writes it anew: one message is
 * left, and the last of the lines is there many times. What an earlier round could not
 * write anew is dead enough. */
static void
prepare_worn (State *state)
{
  g_autofree char *index = g_build_filename (state->fixture.path, "intimail.jsonl", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *line = NULL;
  g_autofree char *data = NULL;
  const char *start;

  remove_all (state);
  prepare_message (state);
  g_assert_true (set_keyword (state, "$seen", NULL));
  g_assert_true (g_file_get_contents (index, &data, NULL, NULL));
  start = g_strrstr_len (data, (gssize) strlen (data) - 1, "\n");
  line = g_strdup (start + 1);
  g_string_append (text, data);
  while (text->len < 200 * 1024)
    g_string_append (text, line);
  test_support_write_file (index, text->str);
  reopen (state);
  assert_all_there (state, state->fixture.account);
}

/* The account ends when that is done. */
static gboolean
run_compact (State *state, GError **error)
{
  gboolean ok = run_flag (state, error);

  reopen (state);
  return ok;
}

static const Job jobs[] = {
  { "deliver", prepare_nothing, run_deliver, check_nothing },
  { "deliver-with-keywords", prepare_nothing, run_deliver_with_keywords, check_nothing },
  { "move", prepare_message, run_move, check_move },
  { "copy", prepare_message, run_copy, check_copy },
  { "leave-one-of-two", prepare_copy, run_move, check_move },
  { "flag", prepare_message, run_flag, check_flag },
  { "keyword", prepare_keyword, run_keyword, check_keyword },
  { "remove", prepare_message, run_remove, check_nothing },
  { "create-mailbox", prepare_create, run_create, check_mailbox },
  { "rename-mailbox", prepare_name, run_rename, check_mailbox },
  { "take-over", prepare_foreign, run_list, check_nothing },
  { "rebuild", prepare_nothing, run_rebuild, check_nothing },
  { "compact", prepare_worn, run_compact, check_flag },
};

static const struct
{
  const char *name;
  int error;
  int count;
} faults[] = {
  { "eio", EIO, 1 },
  { "eio-for-ever", EIO, FOR_EVER },
  { "full", ENOSPC, 1 },
  { "full-for-ever", ENOSPC, FOR_EVER },
  { "no-files-left", EMFILE, 1 },
};

static void
assert_temporary (const GError *error, const char *where)
{
  g_assert_nonnull (error);
  if (intimail_error_get_enhanced_status (error)[0] != '4')
    g_error ("%s: %s is not temporary: %s", where, intimail_error_get_enhanced_status (error), error->message);
}

/* The @nth call fails. Whether there was one. */
static gboolean
run_once (State *state, const Job *job, guint fault, int nth)
{
  g_autofree char *where = NULL;
  g_autoptr (GError) error = NULL;
  int seen;
  gboolean ok;

  job->prepare (state);
  if (state->cold)
    reopen (state);
  disk_shim_arm (DISK_SHIM_ALL, nth, faults[fault].count, faults[fault].error);
  ok = job->run (state, &error);
  seen = disk_shim_disarm ();
  where = g_strdup_printf ("%s, %s, call %d (%s)", job->name, faults[fault].name, nth, seen < nth ? "none" : disk_shim_get_failed ());
  g_test_message ("%s: %s", where, ok ? "done" : error->message);
  if (!ok)
    {
      assert_temporary (error, where);
      g_clear_error (&error);
      /* The disk works again. */
      if (!job->run (state, &error))
        g_error ("%s: it goes on failing: %s", where, error->message);
    }
  job->check (state);
  assert_all_there (state, state->fixture.account);
  {
    g_autoptr (IntimailAccount) other = intimail_account_new (state->fixture.path);

    assert_all_there (state, other);
  }
  return seen >= nth;
}

static void
state_init (State *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = NULL;

  memset (state, 0, sizeof *state);
  set_up (&state->fixture, NULL);
  disk_shim_set_root (state->fixture.path);
  state->ids = g_ptr_array_new_with_free_func (g_free);
  state->inbox = get_role_id (state->fixture.account, INTIMAIL_MAILBOX_ROLE_INBOX);
  mailbox = intimail_account_create_mailbox (state->fixture.account, "box", NULL, NULL, &error);
  g_assert_no_error (error);
  state->box = g_strdup (intimail_mailbox_get_id (mailbox));
}

static void
state_clear (State *state)
{
  g_ptr_array_unref (state->ids);
  g_free (state->inbox);
  g_free (state->box);
  g_free (state->wanted);
  tear_down (&state->fixture, NULL);
}

/* Each call; of the many that it takes to open an account, some when it has to be
 * quick. */
static void
run_all (const Job *job, gboolean cold)
{
  int step = cold && !g_test_slow () ? 7 : 1;
  State state;

  state_init (&state);
  state.cold = cold;
  for (guint fault = 0; fault < G_N_ELEMENTS (faults); fault++)
    {
      int nth = 1;

      while (run_once (&state, job, fault, nth))
        {
          nth += step;
          g_assert_cmpint (nth, <, N_MAX);
        }
      remove_all (&state);
    }
  state_clear (&state);
}

static void
test_open (gconstpointer data)
{
  run_all (data, FALSE);
}

static void
test_cold (gconstpointer data)
{
  run_all (data, TRUE);
}

/* A file system without nameless files: the message has a name in tmp/ until it has its
 * place. */
static void
test_without_nameless_files (void)
{
  g_autoptr (GBytes) message = make_message ("a@b.example", "x", "x@x", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) during = NULL;
  g_auto (GStrv) after = NULL;
  g_autofree char *id = NULL;
  IntimailSpool *spool;
  Fixture fixture;

  set_up (&fixture, NULL);
  disk_shim_set_root (fixture.folder);
  disk_shim_arm (1 << DISK_SHIM_OPEN, 1, 1, EOPNOTSUPP);
  spool = intimail_spool_new (fixture.account, &error);
  g_assert_no_error (error);
  g_assert_cmpint (disk_shim_disarm (), ==, 2);
  during = list_files (&fixture, "tmp");
  g_assert_cmpuint (g_strv_length (during), ==, 1);
  g_assert_true (intimail_spool_write (spool, g_bytes_get_data (message, NULL), g_bytes_get_size (message), &error));
  g_assert_true (intimail_spool_flush (spool, &error));
  id = intimail_account_deliver_spool (fixture.account, spool, NULL, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  intimail_spool_free (spool);
  after = list_files (&fixture, "tmp");
  g_assert_cmpuint (g_strv_length (after), ==, 0);
  g_assert_cmpuint (count_messages (fixture.account), ==, 1);
  assert_consistent (fixture.account);
  tear_down (&fixture, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_autofree char *open_path = g_strconcat ("/fault/", jobs[i].name, NULL);
      g_autofree char *cold_path = g_strconcat ("/fault/cold/", jobs[i].name, NULL);

      g_test_add_data_func (open_path, &jobs[i], test_open);
      g_test_add_data_func (cold_path, &jobs[i], test_cold);
    }

  g_test_add_func ("/fault/without-nameless-files", test_without_nameless_files);

  return g_test_run ();
}
