/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-throttle.h"

/* From the first failure that counts on: 0.25 s, 0.5 s, 1 s, ... */
#define FIRST_DELAY 250
#define MAX_DELAY 8000
#define MAX_FAILURES 12
#define BLOCK_SECONDS 30
/* One failure is forgotten each so many seconds. */
#define FORGET_SECONDS G_GINT64_CONSTANT (30)
#define MAX_RECORDS 5000

typedef struct
{
  guint failures;
  gint64 since; /* monotonic, microseconds; from here failures are forgotten */
} Record;

struct _WebmailThrottle
{
  GHashTable *records; /* key -> Record */
};

WebmailThrottle *
webmail_throttle_new (void)
{
  WebmailThrottle *self = g_new0 (WebmailThrottle, 1);

  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
webmail_throttle_free (WebmailThrottle *self)
{
  g_hash_table_unref (self->records);
  g_free (self);
}

static void
forget (Record *record, gint64 now)
{
  gint64 steps = (now - record->since) / (FORGET_SECONDS * G_USEC_PER_SEC);

  record->failures -= (guint) MIN (steps, (gint64) record->failures);
  record->since += steps * FORGET_SECONDS * G_USEC_PER_SEC;
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer data)
{
  Record *record = value;

  forget (record, *(gint64 *) data);
  return record->failures == 0;
}

static Record *
get_record (WebmailThrottle *self, const char *key, gboolean create)
{
  Record *record = g_hash_table_lookup (self->records, key);
  gint64 now = g_get_monotonic_time ();

  if (record != NULL)
    {
      forget (record, now);
      return record;
    }
  if (!create)
    return NULL;
  if (g_hash_table_size (self->records) >= MAX_RECORDS)
    g_hash_table_foreach_remove (self->records, is_forgotten, &now);
  /* Somebody has that many addresses: then nobody's failures are remembered, and
   * the work for each attempt is what slows him down. */
  if (g_hash_table_size (self->records) >= MAX_RECORDS)
    g_hash_table_remove_all (self->records);
  record = g_new0 (Record, 1);
  record->since = now;
  g_hash_table_insert (self->records, g_strdup (key), record);

  return record;
}

guint
webmail_throttle_check (WebmailThrottle *self, const char *key)
{
  Record *record = get_record (self, key, FALSE);

  return record != NULL && record->failures >= MAX_FAILURES ? BLOCK_SECONDS : 0;
}

guint
webmail_throttle_begin (WebmailThrottle *self, const char *key)
{
  Record *record = get_record (self, key, TRUE);

  record->failures++;
  return MIN (FIRST_DELAY << MIN (record->failures - 1, 10), MAX_DELAY);
}

void
webmail_throttle_forgive (WebmailThrottle *self, const char *key)
{
  Record *record = get_record (self, key, FALSE);

  if (record != NULL && record->failures > 0)
    record->failures--;
}
