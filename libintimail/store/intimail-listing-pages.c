/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-listing-pages-private.h"

#include "store/intimail-account-private.h"

typedef struct
{
  guint number;
  guint64 used; /* 0: it is empty */
  IntimailEnvelope *envelopes[INTIMAIL_LISTING_PAGE];
} Page;

struct _IntimailListingPages
{
  IntimailListing *listing; /* borrowed: it owns this */
  GMutex mutex;             /* inside that of the account */
  gint64 state;             /* of the account's journal: with the next event, all is read again */
  guint n_loads;
  guint64 clock;
  Page pages[INTIMAIL_LISTING_MAX_PAGES];
};

IntimailListingPages *
intimail_listing_pages_new (IntimailListing *listing)
{
  IntimailListingPages *self = g_new0 (IntimailListingPages, 1);

  self->listing = listing;
  g_mutex_init (&self->mutex);
  return self;
}

static void
clear_page (Page *page)
{
  for (guint i = 0; i < INTIMAIL_LISTING_PAGE; i++)
    g_clear_object (&page->envelopes[i]);
  page->used = 0;
}

static void
clear (IntimailListingPages *self)
{
  for (guint i = 0; i < INTIMAIL_LISTING_MAX_PAGES; i++)
    clear_page (&self->pages[i]);
}

void
intimail_listing_pages_free (IntimailListingPages *self)
{
  clear (self);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
intimail_listing_pages_clear (IntimailListingPages *self)
{
  g_mutex_lock (&self->mutex);
  clear (self);
  g_mutex_unlock (&self->mutex);
}

/* The page of that number, or the one that was not used for longest. */
static Page *
find_page (IntimailListingPages *self, guint number)
{
  Page *oldest = &self->pages[0];

  for (guint i = 0; i < INTIMAIL_LISTING_MAX_PAGES; i++)
    {
      Page *page = &self->pages[i];

      if (page->used > 0 && page->number == number)
        return page;
      if (page->used < oldest->used)
        oldest = page;
    }

  return oldest;
}

/* Under the mutex of the account. */
static void
load_page (IntimailListingPages *self, IntimailAccount *account, Page *page, guint number)
{
  guint start = number * INTIMAIL_LISTING_PAGE;

  clear_page (page);
  page->number = number;
  for (guint i = 0; i < INTIMAIL_LISTING_PAGE; i++)
    {
      guint32 slot = intimail_listing_find_locked (self->listing, start + i);

      if (slot != INTIMAIL_TABLE_NONE)
        page->envelopes[i] = intimail_account_make_envelope (account, slot);
    }
}

static IntimailEnvelope *
get_locked (IntimailListingPages *self, IntimailAccount *account, guint position)
{
  gint64 state = intimail_journal_get_last (account->journal);
  guint number = position / INTIMAIL_LISTING_PAGE;
  IntimailEnvelope *envelope;
  Page *page;

  g_mutex_lock (&self->mutex);
  if (state != self->state || account->n_loads != self->n_loads)
    clear (self);
  self->state = state;
  self->n_loads = account->n_loads;
  page = find_page (self, number);
  if (page->used == 0 || page->number != number)
    load_page (self, account, page, number);
  page->used = ++self->clock;
  envelope = page->envelopes[position % INTIMAIL_LISTING_PAGE];
  if (envelope != NULL)
    g_object_ref (envelope);
  g_mutex_unlock (&self->mutex);

  return envelope;
}

IntimailEnvelope *
intimail_listing_pages_get (IntimailListingPages *self, guint position)
{
  IntimailAccount *account = intimail_listing_get_account (self->listing);
  IntimailEnvelope *envelope = NULL;

  if (intimail_account_begin_recent (account, NULL))
    envelope = get_locked (self, account, position);
  intimail_account_end (account);

  return envelope;
}
