/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-session-table-private.h"

#include <string.h>

/* Each key has a place in one set of the table: a small cache that never grows. */
#define N_SETS 128u
#define SET_SIZE 4u
#define MAX_SILENCE 3600

struct _IntimailSessionTable
{
  IntimailSession sessions[N_SETS][SET_SIZE];
};

IntimailSessionTable *
intimail_session_table_new (void)
{
  return g_new0 (IntimailSessionTable, 1);
}

void
intimail_session_table_free (IntimailSessionTable *self)
{
  g_free (self);
}

void
intimail_session_clear (IntimailSession *session)
{
  guint64 key = session->key;
  gint64 time = session->time;

  memset (session, 0, sizeof *session);
  session->key = key;
  session->time = time;
}

IntimailSession *
intimail_session_table_get (IntimailSessionTable *self, guint64 key, gint64 time)
{
  IntimailSession *set = self->sessions[(key >> 8) % N_SETS];
  IntimailSession *oldest = set;

  for (guint i = 0; i < SET_SIZE; i++)
    {
      if (set[i].key == key)
        {
          oldest = &set[i];
          break;
        }
      if (set[i].time < oldest->time)
        oldest = &set[i];
    }
  if (oldest->key != key || time - oldest->time > MAX_SILENCE || time < oldest->time - MAX_SILENCE)
    {
      memset (oldest, 0, sizeof *oldest);
      oldest->key = key;
    }
  oldest->time = time;

  return oldest;
}
