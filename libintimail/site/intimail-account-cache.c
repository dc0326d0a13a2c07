/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "site/intimail-account-cache-private.h"

typedef struct
{
  char *path;
  char *uuid;   /* whose it is, or "" when that was not known */
  GMutex mutex; /* while it is opened, which takes its time */
  gboolean is_open;
  IntimailAccount *account;
} Slot;

struct _IntimailAccountCache
{
  char *language;
  GMutex mutex;
  GHashTable *slots; /* path to the link in recent */
  GQueue recent;     /* of Slot, which is atomically counted; used last first */
};

static void
slot_clear (gpointer data)
{
  Slot *slot = data;

  g_free (slot->path);
  g_free (slot->uuid);
  g_mutex_clear (&slot->mutex);
  g_object_unref (slot->account);
}

static void
slot_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, slot_clear);
}

IntimailAccountCache *
intimail_account_cache_new (const char *language)
{
  IntimailAccountCache *self = g_new0 (IntimailAccountCache, 1);

  self->language = g_strdup (language);
  self->slots = g_hash_table_new (g_str_hash, g_str_equal);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->recent);
  return self;
}

void
intimail_account_cache_free (IntimailAccountCache *self)
{
  g_hash_table_unref (self->slots);
  g_queue_clear_full (&self->recent, slot_unref);
  g_mutex_clear (&self->mutex);
  g_free (self->language);
  g_free (self);
}

static Slot *
slot_new (IntimailAccountCache *self, const char *path, const char *uuid)
{
  Slot *slot = g_atomic_rc_box_new0 (Slot);

  slot->path = g_strdup (path);
  slot->uuid = g_strdup (uuid);
  g_mutex_init (&slot->mutex);
  slot->account = intimail_account_new (path);
  intimail_account_set_language (slot->account, self->language);
  return slot;
}

/* Lets go of those that nobody else holds: somebody who does would otherwise
 * have another object than who asks next. */
static void
shrink (IntimailAccountCache *self)
{
  GList *link = self->recent.tail;

  while (link != NULL && self->recent.length > INTIMAIL_ACCOUNT_CACHE_SIZE)
    {
      GList *before = link->prev;
      Slot *slot = link->data;

      if (g_atomic_int_get (&G_OBJECT (slot->account)->ref_count) == 1)
        {
          g_hash_table_remove (self->slots, slot->path);
          g_queue_delete_link (&self->recent, link);
          slot_unref (slot);
        }
      link = before;
    }
}

/* NULL when it is not there, or somebody else's by now. */
static GList *
find_slot (IntimailAccountCache *self, const char *path, const char *uuid)
{
  GList *link = g_hash_table_lookup (self->slots, path);
  Slot *slot = link != NULL ? link->data : NULL;

  if (slot == NULL || *uuid == '\0' || *slot->uuid == '\0' || g_str_equal (slot->uuid, uuid))
    return link;
  g_hash_table_remove (self->slots, path);
  g_queue_delete_link (&self->recent, link);
  slot_unref (slot);

  return NULL;
}

static Slot *
take_slot (IntimailAccountCache *self, const char *path, const char *uuid)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GList *link = find_slot (self, path, uuid);
  Slot *slot;

  if (link != NULL)
    {
      g_queue_unlink (&self->recent, link);
      g_queue_push_head_link (&self->recent, link);
    }
  else
    {
      slot = slot_new (self, path, uuid);
      g_queue_push_head (&self->recent, slot);
      g_hash_table_insert (self->slots, slot->path, self->recent.head);
    }
  slot = g_atomic_rc_box_acquire (self->recent.head->data);
  /* Held by the caller before the cache may let go of it. */
  g_object_ref (slot->account);
  shrink (self);

  return slot;
}

IntimailAccount *
intimail_account_cache_get (IntimailAccountCache *self, const char *path, const char *uuid, GError **error)
{
  Slot *slot = take_slot (self, path, uuid);
  g_autoptr (IntimailAccount) account = slot->account;
  gboolean is_open;

  g_mutex_lock (&slot->mutex);
  if (!slot->is_open)
    slot->is_open = intimail_account_open (slot->account, NULL, error);
  is_open = slot->is_open;
  g_mutex_unlock (&slot->mutex);
  slot_unref (slot);

  return is_open ? g_steal_pointer (&account) : NULL;
}
