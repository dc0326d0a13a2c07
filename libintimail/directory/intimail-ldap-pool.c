/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-pool-private.h"

#include <intimail/intimail-error.h>

/* A server that does not answer is left alone for so long, then twice that. */
#define FIRST_PAUSE_MS 50
#define LONGEST_PAUSE_MS 2000

/* A connection to another than the first server is not kept longer, so that the
 * first one is used again when it is back. */
#define SECOND_CHOICE_MS 30000

/* One that was used a moment ago is not looked at before it is used again. */
#define FRESH_MS 20

#define PAGE_SIZE 500

/* Connections that are tried for one operation: those that were kept may all be
 * dead, which is known before they are used, save for a moment. */
#define MAX_TRIES 4

typedef struct
{
  gint64 retry_at; /* on the monotonic clock */
  guint pause_ms;
  char *message;
} Server;

typedef struct
{
  IntimailLdapConnection *connection;
  guint server;
  gint64 opened;
  gint64 used;
  GThread *thread; /* that used it last: to be compared alone */
} Member;

struct _IntimailLdapPool
{
  const IntimailLdapSettings *settings;
  guint n_servers;

  GMutex mutex;
  GCond changed;
  Server *servers;
  GQueue idle[INTIMAIL_LDAP_N_ROLES]; /* of Member, the last used first */
  guint n_open[INTIMAIL_LDAP_N_ROLES];
  guint n_openings; /* as the service */
  guint n_waiting;  /* for the condition: to signal it is a system call, waiter or not */
};

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static void
member_free (gpointer data)
{
  Member *member = data;

  intimail_ldap_connection_free (member->connection);
  g_free (member);
}

IntimailLdapPool *
intimail_ldap_pool_new (const IntimailLdapSettings *settings)
{
  IntimailLdapPool *self = g_new0 (IntimailLdapPool, 1);

  self->settings = settings;
  self->n_servers = g_strv_length (settings->uris);
  self->servers = g_new0 (Server, self->n_servers);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  for (guint i = 0; i < INTIMAIL_LDAP_N_ROLES; i++)
    g_queue_init (&self->idle[i]);
  return self;
}

void
intimail_ldap_pool_free (IntimailLdapPool *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < INTIMAIL_LDAP_N_ROLES; i++)
    g_queue_clear_full (&self->idle[i], member_free);
  for (guint i = 0; i < self->n_servers; i++)
    g_free (self->servers[i].message);
  g_free (self->servers);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Whether it is time to try that server; else says why not. */
static gboolean
may_try (IntimailLdapPool *self, guint server, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Server *record = &self->servers[server];

  if (record->retry_at <= now_ms ())
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "%s; it was tried a moment ago", record->message);
  return FALSE;
}

static void
note_failure (IntimailLdapPool *self, guint server, const GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Server *record = &self->servers[server];

  /* Many threads fail at once: one pause for all of them. */
  if (record->retry_at > now_ms ())
    return;
  record->pause_ms = record->pause_ms == 0 ? FIRST_PAUSE_MS : MIN (record->pause_ms * 2, LONGEST_PAUSE_MS);
  record->retry_at = now_ms () + record->pause_ms;
  g_free (record->message);
  record->message = g_strdup (error->message);
}

guint
intimail_ldap_pool_get_n_openings (IntimailLdapPool *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->n_openings;
}

static void
note_success (IntimailLdapPool *self, guint server, IntimailLdapRole role)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->n_openings += role == INTIMAIL_LDAP_AS_SERVICE;

  self->servers[server].retry_at = 0;
  self->servers[server].pause_ms = 0;
}

/* The servers in order; the first one's failure is what is told. */
static Member *
open_member (IntimailLdapPool *self, IntimailLdapRole role, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < self->n_servers; i++)
    {
      g_autoptr (GError) local_error = NULL;
      IntimailLdapConnection *connection = NULL;

      if (may_try (self, i, &local_error))
        {
          connection = intimail_ldap_connection_open (self->settings, self->settings->uris[i],
                                                      role == INTIMAIL_LDAP_AS_SERVICE, cancellable, &local_error);
          if (connection != NULL)
            note_success (self, i, role);
          else if (!g_cancellable_is_cancelled (cancellable))
            note_failure (self, i, local_error);
        }
      if (connection != NULL)
        {
          Member *member = g_new0 (Member, 1);

          member->connection = connection;
          member->server = i;
          member->opened = now_ms ();
          return member;
        }
      if (first == NULL)
        first = g_steal_pointer (&local_error);
    }
  g_propagate_error (error, g_steal_pointer (&first));

  return NULL;
}

static gboolean
is_worth_keeping (Member *member)
{
  gint64 now = now_ms ();

  return (member->server == 0 || now - member->opened < SECOND_CHOICE_MS) &&
         (now - member->used < FRESH_MS || !intimail_ldap_connection_is_stale (member->connection));
}

/* With the mutex. Who waits may want the other role: all of them look. */
static void
tell_waiters (IntimailLdapPool *self)
{
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->changed);
}

static void
leave (IntimailLdapPool *self, IntimailLdapRole role)
{
  g_mutex_lock (&self->mutex);
  self->n_open[role]--;
  tell_waiters (self);
  g_mutex_unlock (&self->mutex);
}

/* The one that this thread used last, else the one that anybody used last: memory
 * that goes from thread to thread makes them wait for each other. */
static Member *
pop_idle (GQueue *idle)
{
  GThread *thread = g_thread_self ();

  for (GList *link = idle->head; link != NULL; link = link->next)
    if (((Member *) link->data)->thread == thread)
      {
        Member *member = link->data;

        g_queue_delete_link (idle, link);
        return member;
      }

  return g_queue_pop_head (idle);
}

/* One that is idle, or NULL with the right to open one; FALSE when all are in use
 * for too long. */
static gboolean
take_idle (IntimailLdapPool *self, IntimailLdapRole role, Member **member, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) self->settings->timeout_ms * 1000;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (g_queue_is_empty (&self->idle[role]) && self->n_open[role] >= self->settings->max_connections)
    {
      gboolean in_time;

      self->n_waiting++;
      in_time = g_cond_wait_until (&self->changed, &self->mutex, deadline);
      self->n_waiting--;
      if (in_time)
        continue;
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
                   "all %u connections to %s are busy", self->settings->max_connections, self->settings->uris[0]);
      return FALSE;
    }
  *member = pop_idle (&self->idle[role]);
  if (*member == NULL)
    self->n_open[role]++;

  return TRUE;
}

/* @is_new is FALSE for one that was open already, and may be dead all the same. */
static Member *
take_member (IntimailLdapPool *self, IntimailLdapRole role, gboolean *is_new, GCancellable *cancellable, GError **error)
{
  Member *member = NULL;

  *is_new = FALSE;
  while (take_idle (self, role, &member, error))
    {
      if (member != NULL && is_worth_keeping (member))
        return member;
      if (member != NULL)
        {
          member_free (member);
          leave (self, role);
          continue;
        }
      *is_new = TRUE;
      member = open_member (self, role, cancellable, error);
      if (member == NULL)
        leave (self, role);
      return member;
    }

  return NULL;
}

static void
give_back (IntimailLdapPool *self, IntimailLdapRole role, Member *member)
{
  if (intimail_ldap_connection_get_outcome (member->connection) == INTIMAIL_LDAP_LOST)
    {
      member_free (member);
      leave (self, role);
      return;
    }
  member->used = now_ms ();
  member->thread = g_thread_self ();
  g_mutex_lock (&self->mutex);
  g_queue_push_head (&self->idle[role], member);
  tell_waiters (self);
  g_mutex_unlock (&self->mutex);
}

/* One try. @again says whether another connection may do better. */
static gboolean
run_once (IntimailLdapPool *self,
          IntimailLdapRole role,
          IntimailLdapOperation operation,
          gpointer data,
          IntimailLdapOutcome *outcome,
          gboolean *again,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_new;
  Member *member = take_member (self, role, &is_new, cancellable, error);
  guint server;

  *again = FALSE;
  if (member == NULL)
    return FALSE;
  server = member->server;
  if (operation (member->connection, data, cancellable, &local_error))
    {
      *outcome = INTIMAIL_LDAP_DONE;
      give_back (self, role, member);
      return TRUE;
    }
  *outcome = intimail_ldap_connection_get_outcome (member->connection);
  give_back (self, role, member);
  if (*outcome == INTIMAIL_LDAP_LOST && !g_cancellable_is_cancelled (cancellable))
    {
      /* One that was kept may have died of age; a new one tells of the server. */
      if (is_new)
        note_failure (self, server, local_error);
      *again = !is_new || self->n_servers > 1;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

gboolean
intimail_ldap_pool_run (IntimailLdapPool *self,
                        IntimailLdapRole role,
                        IntimailLdapOperation operation,
                        gpointer data,
                        IntimailLdapOutcome *outcome,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GError) local_error = NULL;
  IntimailLdapOutcome result = INTIMAIL_LDAP_REFUSED;
  gboolean again = TRUE;

  for (guint i = 0; again && i < MAX_TRIES; i++)
    {
      g_clear_error (&local_error);
      if (run_once (self, role, operation, data, &result, &again, cancellable, &local_error))
        {
          if (outcome != NULL)
            *outcome = result;
          return TRUE;
        }
    }
  if (outcome != NULL)
    *outcome = result;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

typedef struct
{
  const IntimailLdapQuery *query;
  GPtrArray *entries;
  IntimailLdapPage take;
  gpointer data;
} Search;

static gboolean
search (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Search *request = data;

  g_ptr_array_set_size (request->entries, 0);
  return intimail_ldap_connection_search (connection, request->query, request->entries, cancellable, error);
}

GPtrArray *
intimail_ldap_pool_search (IntimailLdapPool *self,
                           const IntimailLdapQuery *query,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ldif_entry_free);
  Search request = { .query = query, .entries = entries };

  if (!intimail_ldap_pool_run (self, INTIMAIL_LDAP_AS_SERVICE, search, &request, NULL, cancellable, error))
    return NULL;

  return g_steal_pointer (&entries);
}

static gboolean
search_pages (IntimailLdapConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Search *request = data;

  return request->take (NULL, request->data, error) &&
         intimail_ldap_connection_search_pages (connection, request->query, PAGE_SIZE, request->take, request->data,
                                                cancellable, error);
}

gboolean
intimail_ldap_pool_search_pages (IntimailLdapPool *self,
                                 const IntimailLdapQuery *query,
                                 IntimailLdapPage take,
                                 gpointer data,
                                 GCancellable *cancellable,
                                 GError **error)
{
  Search request = { .query = query, .take = take, .data = data };

  return intimail_ldap_pool_run (self, INTIMAIL_LDAP_AS_SERVICE, search_pages, &request, NULL, cancellable, error);
}
