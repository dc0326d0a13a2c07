/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-account-async.h>

#include <string.h>

#include "store/intimail-listing-private.h"

struct _IntimailListingFollow
{
  IntimailListing *listing; /* borrowed: it owns this */
  gulong handler;
  GHashTable *updated; /* IntimailId of messages that are other than before */
  gboolean all;        /* any may be */
  gboolean busy;
  gboolean again;
  GCancellable *cancellable;
};

static void ask (IntimailListingFollow *follow);

static guint
hash_id (gconstpointer data)
{
  return (guint) intimail_id_get_word (data);
}

static gboolean
equal_id (gconstpointer a, gconstpointer b)
{
  return intimail_id_compare (a, b) == 0;
}

static guint
count_equal (const IntimailId *a, const IntimailId *b, guint n, gboolean from_end)
{
  guint i = 0;

  while (i < n && intimail_id_compare (from_end ? a - i - 1 : a + i, from_end ? b - i - 1 : b + i) == 0)
    i++;
  return i;
}

/* Where the messages stand that stayed in their place, and are other than before. */
static GArray *
find_updated (IntimailListingFollow *follow, const IntimailId *ids, guint n, guint start, guint end)
{
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < n && g_hash_table_size (follow->updated) > 0; i++)
    {
      if ((i < start || i >= end) && g_hash_table_contains (follow->updated, &ids[i]))
        g_array_append_val (positions, i);
    }
  return positions;
}

/* One change of the model from the first to the last place that differs: a view asks
 * only for what it shows of it. */
static void
take_over (IntimailListingFollow *follow, IntimailListing *fresh)
{
  g_autoptr (IntimailListing) self = g_object_ref (follow->listing);
  g_autoptr (GArray) updated = NULL;
  const IntimailId *old_ids;
  const IntimailId *ids;
  guint old_n;
  guint n;
  guint start = 0;
  guint end = 0;

  intimail_listing_swap (self, fresh);
  ids = intimail_listing_get_ids (self, &n);
  old_ids = intimail_listing_get_ids (fresh, &old_n);
  if (!follow->all)
    {
      start = count_equal (ids, old_ids, MIN (n, old_n), FALSE);
      end = count_equal (ids + n, old_ids + old_n, MIN (n, old_n) - start, TRUE);
    }
  updated = find_updated (follow, ids, n, start, n - end);
  g_hash_table_remove_all (follow->updated);
  follow->all = FALSE;

  if (n - start - end > 0 || old_n - start - end > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), start, old_n - start - end, n - start - end);
  for (guint i = 0; i < updated->len; i++)
    g_list_model_items_changed (G_LIST_MODEL (self), g_array_index (updated, guint, i), 1, 1);
}

static void
weak_free (GWeakRef *weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

static void
on_queried (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (IntimailListing) listing = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) fresh = intimail_account_query_finish (INTIMAIL_ACCOUNT (source), result, &error);
  IntimailListingFollow *follow = listing != NULL ? *intimail_listing_get_follow (listing) : NULL;
  gboolean again;

  weak_free (weak);
  /* Another one may follow since. */
  if (follow == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  follow->busy = FALSE;
  again = follow->again;
  follow->again = FALSE;
  if (fresh == NULL)
    g_info ("a listing cannot follow: %s", error->message);
  else
    take_over (follow, fresh);
  /* A handler may have ended it. */
  if (again && *intimail_listing_get_follow (listing) == follow)
    ask (follow);
}

static void
ask (IntimailListingFollow *follow)
{
  GWeakRef *weak;

  follow->again = follow->busy;
  if (follow->busy)
    return;
  follow->busy = TRUE;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, follow->listing);
  intimail_listing_query_again (follow->listing, follow->cancellable, on_queried, weak);
}

static void
on_messages_changed (IntimailAccount *account, IntimailChanges *changes, gpointer user_data)
{
  IntimailListingFollow *follow = user_data;
  const char *const *updated = changes != NULL ? intimail_changes_get_updated (changes) : NULL;

  follow->all |= changes == NULL;
  for (gsize i = 0; updated != NULL && updated[i] != NULL; i++)
    {
      IntimailId id;

      if (intimail_id_parse ('m', updated[i], strlen (updated[i]), &id))
        g_hash_table_add (follow->updated, g_memdup2 (&id, sizeof id));
    }
  ask (follow);
}

void
intimail_listing_follow_free (IntimailListingFollow *follow)
{
  g_cancellable_cancel (follow->cancellable);
  g_object_unref (follow->cancellable);
  g_signal_handler_disconnect (intimail_listing_get_account (follow->listing), follow->handler);
  g_hash_table_unref (follow->updated);
  g_free (follow);
}

/**
 * intimail_listing_start_following:
 * @self: a listing
 * @error: return location for an error
 *
 * Lets the listing follow its account: when messages change, whoever changes them, it is
 * made anew in a thread, and [signal@Gio.ListModel::items-changed] is emitted in the main
 * context that is the caller's thread default.
 *
 * A message whose keywords or mailboxes changed is told as an item that takes its own
 * place. The account is watched from then on, as by
 * [method@Intimail.Account.start_watching], and stays so. From then on the listing belongs to
 * this thread. Nothing happens when it follows already. Fails with
 * %INTIMAIL_ERROR_FAILED when the account cannot be watched.
 *
 * Returns: whether it follows
 *
 * Since: 1.0
 */
gboolean
intimail_listing_start_following (IntimailListing *self, GError **error)
{
  IntimailListingFollow **place;
  IntimailListingFollow *follow;

  g_return_val_if_fail (INTIMAIL_IS_LISTING (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  place = intimail_listing_get_follow (self);
  if (*place != NULL)
    return TRUE;
  if (!intimail_account_start_watching (intimail_listing_get_account (self), error))
    return FALSE;
  follow = g_new0 (IntimailListingFollow, 1);
  follow->listing = self;
  follow->updated = g_hash_table_new_full (hash_id, equal_id, g_free, NULL);
  follow->cancellable = g_cancellable_new ();
  follow->handler = g_signal_connect (intimail_listing_get_account (self), "messages-changed", G_CALLBACK (on_messages_changed), follow);
  *place = follow;
  /* Something may have changed since it was made. */
  ask (follow);
  return TRUE;
}

/**
 * intimail_listing_stop_following:
 * @self: a listing
 *
 * Ends [method@Intimail.Listing.start_following].
 *
 * The account is watched on: see [method@Intimail.Account.stop_watching].
 *
 * Since: 1.0
 */
void
intimail_listing_stop_following (IntimailListing *self)
{
  g_return_if_fail (INTIMAIL_IS_LISTING (self));

  g_clear_pointer (intimail_listing_get_follow (self), intimail_listing_follow_free);
}
