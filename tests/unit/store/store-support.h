/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the tests of the store share: an account in a fresh folder, messages, and
 * the proof that index and files agree.
 */

#pragma once

#include <string.h>

#include <glib/gstdio.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "test-support.h"

typedef struct
{
  char *folder;
  char *path;
  IntimailAccount *account;
} Fixture;

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = test_support_make_folder ("store");
  fixture->path = g_build_filename (fixture->folder, "anna", NULL);
  fixture->account = intimail_account_new (fixture->path);
  g_assert_true (intimail_account_open (fixture->account, NULL, &error));
  g_assert_no_error (error);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_support_assert_finalized (fixture->account);
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static inline GBytes *
make_message (const char *from, const char *subject, const char *id, const char *references)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "From: %s\nTo: anna@home.example\nSubject: %s\nMessage-ID: <%s>\n", from, subject, id);
  if (references != NULL)
    g_string_append_printf (text, "References: <%s>\n", references);
  g_string_append (text, "Date: Fri, 20 Nov 2026 10:00:00 +0100\n\nGood morning,\nall is well.\n");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static inline char *
deliver_to (IntimailAccount *account, const char *mailbox_id, const char *subject, const char *id, const char *references, gint64 received)
{
  g_autoptr (GBytes) message = make_message ("Bob <bob@other.example>", subject, id, references);
  g_autoptr (GError) error = NULL;
  char *result = intimail_account_deliver (account, message, mailbox_id, NULL, received, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

static inline char *
get_role_id (IntimailAccount *account, IntimailMailboxRole role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (account, role, &error);

  g_assert_no_error (error);
  return g_strdup (intimail_mailbox_get_id (mailbox));
}

static inline void
assert_consistent (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = intimail_account_check_index (account, NULL, NULL, &error);

  g_assert_no_error (error);
  for (gsize i = 0; findings[i] != NULL; i++)
    g_test_message ("%s", findings[i]);
  g_assert_cmpuint (g_strv_length (findings), ==, 0);
}

static inline guint
count_messages (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);

  g_assert_no_error (error);
  return intimail_listing_get_n_ids (listing);
}

static inline void
assert_counts (IntimailAccount *account, const char *mailbox_id, guint messages, guint unread, guint threads, guint unread_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox (account, mailbox_id, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (intimail_mailbox_get_n_messages (mailbox), ==, messages);
  g_assert_cmpuint (intimail_mailbox_get_n_unread (mailbox), ==, unread);
  g_assert_cmpuint (intimail_mailbox_get_n_threads (mailbox), ==, threads);
  g_assert_cmpuint (intimail_mailbox_get_n_unread_threads (mailbox), ==, unread_threads);
}

static inline char *
get_state (IntimailAccount *account, IntimailChangeType type)
{
  g_autoptr (GError) error = NULL;
  char *state = intimail_account_get_state (account, type, &error);

  g_assert_no_error (error);
  return state;
}

/* The ids, in any order, joined. */
static inline char *
join_sorted (const char *const *ids)
{
  g_auto (GStrv) copy = g_strdupv ((GStrv) ids);

  for (gsize i = 0; copy[i] != NULL; i++)
    {
      for (gsize k = i + 1; copy[k] != NULL; k++)
        {
          if (strcmp (copy[i], copy[k]) > 0)
            {
              char *held = copy[i];

              copy[i] = copy[k];
              copy[k] = held;
            }
        }
    }
  return g_strjoinv (" ", copy);
}

/* What changed, as "+created ~updated -destroyed", and moves @state forward. */
static inline char *
describe_changes (IntimailAccount *account, IntimailChangeType type, char **state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailChanges) changes = intimail_account_get_changes (account, type, *state, 0, NULL, &error);
  g_autofree char *created = NULL;
  g_autofree char *updated = NULL;
  g_autofree char *destroyed = NULL;

  g_assert_no_error (error);
  g_assert_false (intimail_changes_has_more (changes));
  created = join_sorted (intimail_changes_get_created (changes));
  updated = join_sorted (intimail_changes_get_updated (changes));
  destroyed = join_sorted (intimail_changes_get_destroyed (changes));
  g_free (*state);
  *state = g_strdup (intimail_changes_get_new_state (changes));
  return g_strdup_printf ("+%s ~%s -%s", created, updated, destroyed);
}

static inline void
assert_changes (IntimailAccount *account, IntimailChangeType type, char **state, const char *created, const char *updated, const char *destroyed)
{
  g_autofree char *got = describe_changes (account, type, state);
  g_autofree char *expected = g_strdup_printf ("+%s ~%s -%s", created, updated, destroyed);

  g_assert_cmpstr (got, ==, expected);
}

static inline gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names in a folder of the account, sorted; NULL-terminated. */
static inline GStrv
list_files (Fixture *fixture, const char *subfolder)
{
  g_autofree char *path = g_build_filename (fixture->path, subfolder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
