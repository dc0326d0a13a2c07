/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-session.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define IDLE_TIME (G_GINT64_CONSTANT (7) * 24 * 3600 * G_USEC_PER_SEC)
#define MAX_SESSIONS 2000
#define MAX_SESSIONS_OF_A_PERSON 50

struct _WebmailSession
{
  char *uid;
  gint64 used; /* monotonic, microseconds; of the main loop */

  GMutex mutex; /* of what follows */
  guint64 stamp;
  gint64 stamped; /* since when it is known, monotonic */
  guint n_holds;
  gboolean ended;
};

struct _WebmailSessions
{
  /* By the token's SHA-256, so that looking one up tells nothing about the
   * others by the time that it takes. */
  GHashTable *sessions;
};

static WebmailSession *
session_new (const char *uid, guint64 stamp)
{
  WebmailSession *self = g_atomic_rc_box_new0 (WebmailSession);

  g_mutex_init (&self->mutex);
  self->uid = g_strdup (uid);
  self->stamp = stamp;
  self->stamped = g_get_monotonic_time ();
  self->used = self->stamped;
  return self;
}

static void
session_clear (gpointer data)
{
  WebmailSession *self = data;

  g_mutex_clear (&self->mutex);
  g_free (self->uid);
}

WebmailSession *
webmail_session_ref (WebmailSession *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
webmail_session_unref (WebmailSession *self)
{
  g_atomic_rc_box_release_full (self, session_clear);
}

const char *
webmail_session_get_uid (WebmailSession *self)
{
  return self->uid;
}

gboolean
webmail_session_has_ended (WebmailSession *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->ended;
}

gboolean
webmail_session_fits (WebmailSession *self, guint64 stamp, gint64 time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return !self->ended && (self->n_holds > 0 || stamp == self->stamp || time < self->stamped);
}

void
webmail_session_hold (WebmailSession *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->n_holds++;
}

void
webmail_session_let_go (WebmailSession *self, const guint64 *stamp)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->n_holds--;
  self->stamped = g_get_monotonic_time ();
  if (stamp != NULL)
    self->stamp = *stamp;
}

/* What leaves the table: streams and threads may hold it still. */
static void
session_end (gpointer data)
{
  WebmailSession *self = data;

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_mutex_unlock (&self->mutex);
  webmail_session_unref (self);
}

WebmailSessions *
webmail_sessions_new (void)
{
  WebmailSessions *self = g_new0 (WebmailSessions, 1);

  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, session_end);
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
  const WebmailSession *session = value;
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
      const WebmailSession *session = value;

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
    if (strcmp (((WebmailSession *) value)->uid, uid) == 0)
      count++;

  return count;
}

char *
webmail_sessions_add (WebmailSessions *self, const char *uid, guint64 stamp)
{
  char *token = webmail_make_token ();
  gint64 now = g_get_monotonic_time ();

  g_hash_table_foreach_remove (self->sessions, is_idle, &now);
  if (count_of_person (self, uid) >= MAX_SESSIONS_OF_A_PERSON)
    remove_oldest (self, uid);
  if (g_hash_table_size (self->sessions) >= MAX_SESSIONS)
    remove_oldest (self, NULL);
  g_hash_table_insert (self->sessions, hash_token (token), session_new (uid, stamp));

  return token;
}

WebmailSession *
webmail_sessions_lookup (WebmailSessions *self, const char *token)
{
  g_autofree char *key = hash_token (token);
  WebmailSession *session = g_hash_table_lookup (self->sessions, key);
  gint64 now = g_get_monotonic_time ();

  if (session == NULL)
    return NULL;
  if (is_idle (key, session, &now))
    {
      g_hash_table_remove (self->sessions, key);
      return NULL;
    }
  session->used = now;

  return session;
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
  return strcmp (((WebmailSession *) value)->uid, data) == 0;
}

typedef struct
{
  const char *uid;
  WebmailSession *kept;
} Others;

static gboolean
is_other_of_person (gpointer key, gpointer value, gpointer data)
{
  const Others *others = data;

  return is_of_person (key, value, (gpointer) others->uid) && value != others->kept;
}

void
webmail_sessions_remove_others (WebmailSessions *self, const char *uid, WebmailSession *kept)
{
  Others others = { uid, kept };

  g_hash_table_foreach_remove (self->sessions, is_other_of_person, &others);
}

typedef struct
{
  const char *uid;
  const guint64 *stamp;
  gint64 time;
} Found;

static gboolean
is_unfit (gpointer key, gpointer value, gpointer data)
{
  const Found *found = data;

  return is_of_person (key, value, (gpointer) found->uid) &&
         (found->stamp == NULL || !webmail_session_fits (value, *found->stamp, found->time));
}

void
webmail_sessions_check_person (WebmailSessions *self, const char *uid, const guint64 *stamp, gint64 time)
{
  Found found = { uid, stamp, time };

  g_hash_table_foreach_remove (self->sessions, is_unfit, &found);
}

void
webmail_sessions_list_uids (WebmailSessions *self, GHashTable *uids)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_hash_table_add (uids, g_strdup (((WebmailSession *) value)->uid));
}
