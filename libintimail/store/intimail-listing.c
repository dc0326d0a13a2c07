/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-listing-private.h"

#include <string.h>

#include <intimail/intimail-account-async.h>
#include <intimail/intimail-error.h>

#include "store/intimail-account-private.h"
#include "store/intimail-envelope-private.h"
#include "store/intimail-listing-pages-private.h"

/**
 * IntimailListing:
 *
 * The messages that a query found, in order, as they were then.
 *
 * Only places are held; ids and envelopes are read when they are asked for. As a
 * [iface@Gio.ListModel] it gives [class@Intimail.Envelope] objects as they are now, reads
 * them in pages, and keeps the few pages that were asked for last: a view of 100,000
 * messages costs what it shows. It never changes: query again after [signal@Intimail.Account::changed], or let it follow the
 * account by [method@Intimail.Listing.start_following].
 *
 * Any thread may use it; one that follows belongs to the thread of its main context.
 *
 * Since: 1.0
 */
struct _IntimailListing
{
  GObject parent_instance;

  IntimailAccount *account;
  guint n;
  GMutex mutex; /* inside that of the account when both are held */
  /* Where the records are in the account's table, as long as no other record takes
   * the place of one; after that, their ids. */
  guint32 *slots;
  IntimailId *ids;
  GHashTable *texts; /* of the ids that were asked for, by position */
  IntimailListingPages *pages;

  IntimailFilter *filter;
  GStrv sort;
  gboolean collapse_threads;
  IntimailListingFollow *follow;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IntimailListing, intimail_listing, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
intimail_listing_finalize (GObject *object)
{
  IntimailListing *self = INTIMAIL_LISTING (object);

  g_clear_pointer (&self->follow, intimail_listing_follow_free);
  g_mutex_lock (&self->account->mutex);
  g_ptr_array_remove_fast (self->account->listings, self);
  g_mutex_unlock (&self->account->mutex);
  g_clear_pointer (&self->texts, g_hash_table_unref);
  g_clear_pointer (&self->pages, intimail_listing_pages_free);
  g_free (self->slots);
  g_free (self->ids);
  g_clear_object (&self->filter);
  g_strfreev (self->sort);
  g_mutex_clear (&self->mutex);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (intimail_listing_parent_class)->finalize (object);
}

static void
intimail_listing_class_init (IntimailListingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_listing_finalize;
}

static void
intimail_listing_init (IntimailListing *self)
{
  g_mutex_init (&self->mutex);
  self->pages = intimail_listing_pages_new (self);
}

/* Under the account's mutex. */
void
intimail_listing_settle (IntimailListing *self)
{
  g_mutex_lock (&self->mutex);
  if (self->ids == NULL)
    {
      self->ids = g_new (IntimailId, MAX (self->n, 1));
      for (guint i = 0; i < self->n; i++)
        self->ids[i] = intimail_table_get (self->account->table, self->slots[i])->id;
      g_clear_pointer (&self->slots, g_free);
    }
  g_mutex_unlock (&self->mutex);
}

static gboolean
get_settled (IntimailListing *self, guint position, IntimailId *id)
{
  gboolean settled;

  g_mutex_lock (&self->mutex);
  settled = self->ids != NULL;
  if (settled)
    *id = self->ids[position];
  g_mutex_unlock (&self->mutex);
  return settled;
}

static IntimailId
resolve (IntimailListing *self, guint position)
{
  IntimailId id;

  if (get_settled (self, position, &id))
    return id;
  g_mutex_lock (&self->account->mutex);
  if (!get_settled (self, position, &id))
    id = intimail_table_get (self->account->table, self->slots[position])->id;
  g_mutex_unlock (&self->account->mutex);
  return id;
}

gboolean
intimail_listing_resolve_locked (IntimailListing *self, guint position, IntimailId *id)
{
  if (position >= self->n)
    return FALSE;
  if (!get_settled (self, position, id))
    *id = intimail_table_get (self->account->table, self->slots[position])->id;
  return TRUE;
}

guint32
intimail_listing_find_locked (IntimailListing *self, guint position)
{
  IntimailTable *table = self->account->table;
  IntimailId id;

  if (position >= self->n)
    return INTIMAIL_TABLE_NONE;
  if (get_settled (self, position, &id))
    return intimail_table_find (table, &id);
  return intimail_table_find_first (table, self->slots[position]);
}

static GType
list_model_get_item_type (GListModel *list)
{
  return INTIMAIL_TYPE_ENVELOPE;
}

static guint
list_model_get_n_items (GListModel *list)
{
  return INTIMAIL_LISTING (list)->n;
}

static gpointer
list_model_get_item (GListModel *list, guint position)
{
  IntimailListing *self = INTIMAIL_LISTING (list);
  IntimailEnvelope *envelope;

  if (position >= self->n)
    return NULL;
  envelope = intimail_listing_pages_get (self->pages, position);
  if (envelope == NULL)
    envelope = intimail_listing_get_envelope (self, position, NULL);
  /* A message that is gone meanwhile leaves an empty row: a list model may not
   * have holes. */
  if (envelope == NULL)
    {
      IntimailId id = resolve (self, position);

      envelope = intimail_envelope_new (&id, &id, 0, intimail_summary_new (), g_new0 (char *, 1), g_new0 (char *, 1));
    }
  return envelope;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_model_get_item_type;
  iface->get_n_items = list_model_get_n_items;
  iface->get_item = list_model_get_item;
}

IntimailListing *
intimail_listing_new (IntimailAccount *account, guint32 *slots, guint n)
{
  IntimailListing *self = g_object_new (INTIMAIL_TYPE_LISTING, NULL);

  self->account = g_object_ref (account);
  self->slots = slots;
  self->n = n;
  g_ptr_array_add (account->listings, self);
  return self;
}

void
intimail_listing_set_query (IntimailListing *self, IntimailFilter *filter, const char *const *sort, gboolean collapse_threads)
{
  g_set_object (&self->filter, filter);
  self->sort = g_strdupv ((GStrv) sort);
  self->collapse_threads = collapse_threads;
}

void
intimail_listing_query_again (IntimailListing *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  intimail_account_query_async (self->account, self->filter, (const char *const *) self->sort, self->collapse_threads,
                                cancellable, callback, user_data);
}

IntimailAccount *
intimail_listing_get_account (IntimailListing *self)
{
  return self->account;
}

IntimailListingFollow **
intimail_listing_get_follow (IntimailListing *self)
{
  return &self->follow;
}

static void
settle (IntimailListing *self)
{
  g_mutex_lock (&self->account->mutex);
  intimail_listing_settle (self);
  g_mutex_unlock (&self->account->mutex);
}

const IntimailId *
intimail_listing_get_ids (IntimailListing *self, guint *n)
{
  settle (self);
  *n = self->n;
  return self->ids;
}

void
intimail_listing_swap (IntimailListing *self, IntimailListing *other)
{
  IntimailId *ids;
  guint n;

  settle (self);
  settle (other);
  g_mutex_lock (&self->mutex);
  ids = self->ids;
  n = self->n;
  self->ids = other->ids;
  self->n = other->n;
  other->ids = ids;
  other->n = n;
  g_clear_pointer (&self->texts, g_hash_table_unref);
  g_mutex_unlock (&self->mutex);
  intimail_listing_pages_clear (self->pages);
}

/**
 * intimail_listing_get_n_ids:
 * @self: a listing
 *
 * Gets the number of messages.
 *
 * Returns: a number of messages
 *
 * Since: 1.0
 */
guint
intimail_listing_get_n_ids (IntimailListing *self)
{
  g_return_val_if_fail (INTIMAIL_IS_LISTING (self), 0);

  return self->n;
}

/**
 * intimail_listing_get_id:
 * @self: a listing
 * @position: a position, from 0
 *
 * Gets the id of a message.
 *
 * Returns: (transfer none) (nullable): the id, %NULL behind the end; it stays until the
 *   listing changes, which only one that follows does
 *
 * Since: 1.0
 */
const char *
intimail_listing_get_id (IntimailListing *self, guint position)
{
  gpointer key = GUINT_TO_POINTER (position);
  const char *text;
  IntimailId id;

  g_return_val_if_fail (INTIMAIL_IS_LISTING (self), NULL);

  if (position >= self->n)
    return NULL;
  id = resolve (self, position);
  g_mutex_lock (&self->mutex);
  if (self->texts == NULL)
    self->texts = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  text = g_hash_table_lookup (self->texts, key);
  if (text == NULL)
    {
      char *fresh = g_strdup (intimail_id_format ('m', &id).text);

      g_hash_table_insert (self->texts, key, fresh);
      text = fresh;
    }
  g_mutex_unlock (&self->mutex);
  return text;
}

/**
 * intimail_listing_find:
 * @self: a listing
 * @id: the id of a message
 * @position: (out) (optional): return location for its position
 *
 * Looks for a message.
 *
 * Returns: whether it is in the listing
 *
 * Since: 1.0
 */
gboolean
intimail_listing_find (IntimailListing *self, const char *id, guint *position)
{
  IntimailId wanted;

  g_return_val_if_fail (INTIMAIL_IS_LISTING (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  if (!intimail_id_parse ('m', id, strlen (id), &wanted))
    return FALSE;
  g_mutex_lock (&self->account->mutex);
  intimail_listing_settle (self);
  g_mutex_unlock (&self->account->mutex);
  for (guint i = 0; i < self->n; i++)
    {
      if (intimail_id_compare (&self->ids[i], &wanted) == 0)
        {
          if (position != NULL)
            *position = i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * intimail_listing_get_envelope:
 * @self: a listing
 * @position: a position, from 0
 * @error: return location for an error
 *
 * Gets what the index knows of a message, now.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when the message is gone meanwhile or
 * @position is behind the end, and with %INTIMAIL_ERROR_FAILED when the account
 * cannot be read.
 *
 * Returns: (transfer full): the envelope
 *
 * Since: 1.0
 */
IntimailEnvelope *
intimail_listing_get_envelope (IntimailListing *self, guint position, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_LISTING (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (position >= self->n)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the list ends before position %u", position);
      return NULL;
    }
  return intimail_account_get_listed (self->account, self, position, error);
}
