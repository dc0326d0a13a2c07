/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>

#include "store-support.h"

#define N 60

/* Calls of write(2) and its like that this process has made. */
static guint64
count_writes (void)
{
  g_autofree char *text = NULL;
  const char *found;

  g_assert_true (g_file_get_contents ("/proc/self/io", &text, NULL, NULL));
  found = strstr (text, "syscw: ");
  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen ("syscw: "), NULL, 10);
}

static guint
count_lines (Fixture *fixture, const char *file)
{
  g_autofree char *path = g_build_filename (fixture->path, file, NULL);
  g_autofree char *text = NULL;
  gsize length;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (gsize i = 0; i < length; i++)
    n += text[i] == '\n';
  return n;
}

static GStrv
deliver_many (Fixture *fixture, guint n)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message_id = g_strdup_printf ("%u@x", i);
      g_autofree char *id = deliver_to (fixture->account, NULL, message_id, message_id, NULL, 0);

      g_strv_builder_add (ids, id);
    }
  return g_strv_builder_end (ids);
}

/* Many messages: one append to each index that is concerned, one to the journal and
 * one to maildirsize where that changes; and one line of the journal for each. */
static void
test_appends (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inbox = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_INBOX);
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  g_autofree char *archive = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_ARCHIVE);
  g_auto (GStrv) others = deliver_many (fixture, 4 * N);
  const char *const everywhere[] = { inbox, trash, archive, NULL };
  g_auto (GStrv) ids = deliver_many (fixture, N);
  const char *const to_trash[] = { trash, NULL };
  const char *const to_both[] = { inbox, archive, NULL };
  const char *const to_one[] = { archive, NULL };
  const char *const words[] = { "$seen", "$flagged", NULL };
  const struct
  {
    const char *const *mailboxes; /* NULL: keywords, or remove */
    const char *const *keywords;
    guint n_indexes;
    guint n_quota;
    guint n_counts; /* lines of the journal that say how many there are */
  } steps[] = {
    { to_trash, NULL, 2, 0, 2 },
    { NULL, words, 1, 0, 1 },
    { to_both, NULL, 3, 1, 3 },
    { to_one, NULL, 1, 1, 1 },
    { NULL, NULL, 1, 1, 1 },
  };

  /* So many stay in each that no index is over half dead. */
  g_assert_true (intimail_account_set_mailboxes (fixture->account, (const char *const *) others, everywhere, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;
      guint lines = count_lines (fixture, "intimail.journal");
      guint64 before = count_writes ();
      gboolean ok;

      if (steps[i].mailboxes != NULL)
        ok = intimail_account_set_mailboxes (fixture->account, (const char *const *) ids, steps[i].mailboxes, NULL, &error);
      else if (steps[i].keywords != NULL)
        ok = intimail_account_set_keywords (fixture->account, (const char *const *) ids, steps[i].keywords, NULL, NULL, &error);
      else
        ok = intimail_account_remove_messages (fixture->account, (const char *const *) ids, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (ok);
      g_assert_cmpuint (count_writes () - before, ==, 1 + steps[i].n_indexes + steps[i].n_quota);
      g_assert_cmpuint (count_lines (fixture, "intimail.journal") - lines, ==, N + steps[i].n_counts);
      assert_consistent (fixture->account);
    }
  g_assert_cmpuint (count_messages (fixture->account), ==, 4 * N);
}

/* There and back: id, keywords, time and bytes stay, and junk is a mailbox like
 * others. */
static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  static const IntimailMailboxRole tour[] = { INTIMAIL_MAILBOX_ROLE_TRASH, INTIMAIL_MAILBOX_ROLE_INBOX, INTIMAIL_MAILBOX_ROLE_JUNK,
                                              INTIMAIL_MAILBOX_ROLE_INBOX, INTIMAIL_MAILBOX_ROLE_ARCHIVE };
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "1@x", NULL, 1700000000);
  const char *const ids[] = { id, NULL };
  const char *const words[] = { "$flagged", "$label:blue", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = intimail_account_load_message (fixture->account, id, &error);

  g_assert_true (intimail_account_set_keywords (fixture->account, ids, words, NULL, NULL, &error));
  for (gsize i = 0; i < G_N_ELEMENTS (tour); i++)
    {
      g_autofree char *mailbox = get_role_id (fixture->account, tour[i]);
      const char *const to[] = { mailbox, NULL };
      g_autoptr (IntimailAccount) again = NULL;
      g_autoptr (IntimailEnvelope) envelope = NULL;
      g_autoptr (GBytes) after = NULL;

      g_assert_true (intimail_account_set_mailboxes (fixture->account, ids, to, NULL, &error));
      g_assert_no_error (error);
      again = intimail_account_new (fixture->path);
      envelope = intimail_account_get_envelope (again, id, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (intimail_envelope_get_mailbox_ids (envelope)[0], ==, mailbox);
      g_assert_null (intimail_envelope_get_mailbox_ids (envelope)[1]);
      g_assert_true (intimail_envelope_has_keyword (envelope, "$flagged"));
      g_assert_true (intimail_envelope_has_keyword (envelope, "$label:blue"));
      g_assert_cmpint (intimail_envelope_get_received (envelope), ==, 1700000000);
      after = intimail_account_load_message (again, id, &error);
      g_assert_true (g_bytes_equal (before, after));
      assert_consistent (again);
    }
}

/* One that is gone does not keep the others. */
static void
test_one_gone (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) ids = deliver_many (fixture, 3);
  const char *const wanted[] = { ids[0], "mnone", ids[1], ids[2], NULL };
  const char *const only[] = { ids[1], NULL };
  g_autofree char *trash = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_TRASH);
  const char *const to[] = { trash, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_account_remove_messages (fixture->account, only, NULL, &error));
  g_assert_false (intimail_account_set_mailboxes (fixture->account, wanted, to, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
  assert_counts (fixture->account, trash, 2, 2, 2, 2);
  assert_consistent (fixture->account);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-change/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("appends", test_appends);
  ADD ("round-trip", test_round_trip);
  ADD ("one-gone", test_one_gone);

  return g_test_run ();
}
