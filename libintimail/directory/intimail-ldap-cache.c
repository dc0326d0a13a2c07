/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-cache-private.h"

typedef struct
{
  char *key;
  IntimailLdapAnswer *answer;
  gint64 expires; /* on the monotonic clock */
  GList link;     /* in the order of use */
} Slot;

struct _IntimailLdapCache
{
  guint max_entries;
  gint64 max_age;
  IntimailLdapNotice *notice;

  GMutex mutex;
  guint64 generation; /* of the notice, when it was looked at last */
  guint64 epoch;
  GHashTable *slots; /* by key */
  GQueue used;       /* of Slot, the last used first */
};

IntimailLdapAnswer *
intimail_ldap_answer_new (const char *dn, gpointer object)
{
  IntimailLdapAnswer *self = g_new0 (IntimailLdapAnswer, 1);

  g_atomic_ref_count_init (&self->references);
  self->dn = g_strdup (dn);
  self->object = g_object_ref (object);
  return self;
}

IntimailLdapAnswer *
intimail_ldap_answer_ref (IntimailLdapAnswer *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
intimail_ldap_answer_unref (IntimailLdapAnswer *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_object_unref (self->object);
  g_free (self->dn);
  g_free (self);
}

static void
slot_free (gpointer data)
{
  Slot *slot = data;

  intimail_ldap_answer_unref (slot->answer);
  g_free (slot->key);
  g_free (slot);
}

IntimailLdapCache *
intimail_ldap_cache_new (guint max_entries, guint max_age, IntimailLdapNotice *notice)
{
  IntimailLdapCache *self = g_new0 (IntimailLdapCache, 1);

  self->max_entries = max_entries;
  self->max_age = (gint64) max_age * 1000;
  self->notice = notice;
  g_mutex_init (&self->mutex);
  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, slot_free);
  g_queue_init (&self->used);
  return self;
}

void
intimail_ldap_cache_free (IntimailLdapCache *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->slots);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* With the mutex. */
static void
drop (IntimailLdapCache *self, Slot *slot)
{
  g_queue_unlink (&self->used, &slot->link);
  g_hash_table_remove (self->slots, slot->key);
}

/* With the mutex. */
static void
clear (IntimailLdapCache *self)
{
  self->epoch++;
  g_queue_init (&self->used);
  g_hash_table_remove_all (self->slots);
}

/* With the mutex: what was known before another process changed something is dropped. */
static void
heed_notice (IntimailLdapCache *self)
{
  guint64 generation;

  if (self->max_age == 0 || self->max_entries == 0)
    return;
  generation = intimail_ldap_notice_get_generation (self->notice);
  if (generation != self->generation)
    clear (self);
  self->generation = generation;
}

IntimailLdapAnswer *
intimail_ldap_cache_get (IntimailLdapCache *self, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Slot *slot;

  heed_notice (self);
  slot = g_hash_table_lookup (self->slots, key);
  if (slot == NULL)
    return NULL;
  if (slot->expires <= g_get_monotonic_time ())
    {
      drop (self, slot);
      return NULL;
    }
  g_queue_unlink (&self->used, &slot->link);
  g_queue_push_head_link (&self->used, &slot->link);

  return intimail_ldap_answer_ref (slot->answer);
}

guint64
intimail_ldap_cache_get_epoch (IntimailLdapCache *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  heed_notice (self);
  return self->epoch;
}

void
intimail_ldap_cache_put (IntimailLdapCache *self, const char *key, IntimailLdapAnswer *answer, guint64 epoch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Slot *slot;

  heed_notice (self);
  slot = g_hash_table_lookup (self->slots, key);
  if (slot != NULL)
    drop (self, slot);
  if (epoch != self->epoch || self->max_age == 0 || self->max_entries == 0)
    return;
  while (self->used.length >= self->max_entries)
    drop (self, self->used.tail->data);
  slot = g_new0 (Slot, 1);
  slot->key = g_strdup (key);
  slot->answer = intimail_ldap_answer_ref (answer);
  slot->expires = g_get_monotonic_time () + self->max_age;
  slot->link.data = slot;
  g_queue_push_head_link (&self->used, &slot->link);
  g_hash_table_insert (self->slots, slot->key, slot);
}

void
intimail_ldap_cache_clear (IntimailLdapCache *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  clear (self);
}
