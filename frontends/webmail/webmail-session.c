/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-session.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define IDLE_TIME (G_GINT64_CONSTANT (7) * 24 * 3600 * G_USEC_PER_SEC)
#define MAX_SESSIONS 2000
#define MAX_SESSIONS_OF_A_PERSON 50

typedef struct
{
  char *uid;
  gint64 used; /* monotonic, microseconds */
} Session;

struct _WebmailSessions
{
  /* By the token's SHA-256, so that looking one up tells nothing about the
   * others by the time that it takes. */
  GHashTable *sessions;
};

static void
session_free (gpointer data)
{
  Session *session = data;

  g_free (session->uid);
  g_free (session);
}

WebmailSessions *
webmail_sessions_new (void)
{
  WebmailSessions *self = g_new0 (WebmailSessions, 1);

  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, session_free);
  return self;
}

void
webmail_sessions_free (WebmailSessions *self)
{
  g_hash_table_unref (self->sessions);
  g_free (self);
}

static void
fill_random (guint8 *bytes, gsize length)
{
  while (length > 0)
    {
      gssize got = getrandom (bytes, length, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        g_error ("the kernel gives no random bytes: %s", g_strerror (errno));
      bytes += got;
      length -= (gsize) got;
    }
}

char *
webmail_make_token (void)
{
  guint8 bytes[32];
  char *token = g_malloc (2 * sizeof bytes + 1);

  fill_random (bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_snprintf (token + 2 * i, 3, "%02x", bytes[i]);

  return token;
}

static char *
hash_token (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  const Session *session = value;
  const gint64 *now = data;

  return *now - session->used > IDLE_TIME;
}

/* Removes the session that was not used for the longest time; of anybody when
 * @uid is NULL. */
static void
remove_oldest (WebmailSessions *self, const char *uid)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  gpointer oldest = NULL;
  gint64 used = G_MAXINT64;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Session *session = value;

      if (session->used < used && (uid == NULL || strcmp (session->uid, uid) == 0))
        {
          oldest = key;
          used = session->used;
        }
    }
  if (oldest != NULL)
    g_hash_table_remove (self->sessions, oldest);
}

static guint
count_of_person (WebmailSessions *self, const char *uid)
{
  GHashTableIter iter;
  gpointer value;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (strcmp (((Session *) value)->uid, uid) == 0)
      count++;

  return count;
}

char *
webmail_sessions_add (WebmailSessions *self, const char *uid)
{
  char *token = webmail_make_token ();
  Session *session = g_new0 (Session, 1);
  gint64 now = g_get_monotonic_time ();

  g_hash_table_foreach_remove (self->sessions, is_idle, &now);
  if (count_of_person (self, uid) >= MAX_SESSIONS_OF_A_PERSON)
    remove_oldest (self, uid);
  if (g_hash_table_size (self->sessions) >= MAX_SESSIONS)
    remove_oldest (self, NULL);
  session->uid = g_strdup (uid);
  session->used = now;
  g_hash_table_insert (self->sessions, hash_token (token), session);

  return token;
}

const char *
webmail_sessions_lookup (WebmailSessions *self, const char *token)
{
  g_autofree char *key = hash_token (token);
  Session *session = g_hash_table_lookup (self->sessions, key);
  gint64 now = g_get_monotonic_time ();

  if (session == NULL)
    return NULL;
  if (is_idle (key, session, &now))
    {
      g_hash_table_remove (self->sessions, key);
      return NULL;
    }
  session->used = now;

  return session->uid;
}

void
webmail_sessions_remove (WebmailSessions *self, const char *token)
{
  g_autofree char *key = hash_token (token);

  g_hash_table_remove (self->sessions, key);
}

static gboolean
is_of_person (gpointer key, gpointer value, gpointer data)
{
  return strcmp (((Session *) value)->uid, data) == 0;
}

void
webmail_sessions_remove_person (WebmailSessions *self, const char *uid)
{
  g_hash_table_foreach_remove (self->sessions, is_of_person, (gpointer) uid);
}

typedef struct
{
  const char *uid;
  const char *key;
} Kept;

static gboolean
is_other_of_person (gpointer key, gpointer value, gpointer data)
{
  const Kept *kept = data;

  return strcmp (((Session *) value)->uid, kept->uid) == 0 && strcmp (key, kept->key) != 0;
}

void
webmail_sessions_remove_others (WebmailSessions *self, const char *uid, const char *token)
{
  g_autofree char *key = hash_token (token);
  Kept kept = { uid, key };

  g_hash_table_foreach_remove (self->sessions, is_other_of_person, &kept);
}
