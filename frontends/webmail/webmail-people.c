/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-people.h"

#include <string.h>

#define N_THREADS 4
/* How long nobody asks the directory whether a person may still sign in. */
#define FRESH_TIME (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
/* How long one may go on when the directory does not answer. */
#define STALE_TIME (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
/* An engine that nobody uses is dropped. */
#define IDLE_TIME (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)

typedef struct
{
  IntimailJmap *jmap;
  gint64 checked; /* monotonic, microseconds */
  gint64 used;
} Person;

struct _WebmailPeople
{
  IntimailSite *site;
  GThreadPool *pool;
  GMutex mutex;       /* guards people */
  GHashTable *people; /* uid -> Person */
  GHashTable *counts; /* "what uid" -> number; of the main loop */
};

typedef struct
{
  WebmailPeople *people;
  SoupServerMessage *message;
  char *uid;
  WebmailWork work;
  WebmailDone done;
  gpointer data;
  GDestroyNotify free_data;
  gboolean paused;
  GError *error;
} Job;

static void
person_free (gpointer data)
{
  Person *person = data;

  g_object_unref (person->jmap);
  g_free (person);
}

static void
job_free (Job *job)
{
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_error (&job->error);
  g_object_unref (job->message);
  g_free (job->uid);
  g_free (job);
}

static IntimailJmap *
make_jmap (WebmailPeople *self, const char *uid, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (IntimailPerson) person = NULL;

  person = intimail_directory_lookup_person (intimail_site_get_directory (self->site), uid, NULL, &local);
  if (person != NULL && intimail_person_is_active (person))
    return intimail_jmap_new (self->site, person, error);
  if (person != NULL || g_error_matches (local, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "%s may not sign in", uid);
  else
    g_propagate_error (error, g_steal_pointer (&local));

  return NULL;
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  return *(gint64 *) data - ((Person *) value)->used > IDLE_TIME;
}

/* The engine that is known, if it was checked within @age. */
static IntimailJmap *
get_known (WebmailPeople *self, const char *uid, gint64 age)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Person *person = g_hash_table_lookup (self->people, uid);
  gint64 now = g_get_monotonic_time ();

  if (person == NULL || now - person->checked > age)
    return NULL;
  person->used = now;

  return g_object_ref (person->jmap);
}

static void
remember (WebmailPeople *self, const char *uid, IntimailJmap *jmap)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 now = g_get_monotonic_time ();
  Person *person = g_new0 (Person, 1);

  g_hash_table_foreach_remove (self->people, is_idle, &now);
  person->jmap = g_object_ref (jmap);
  person->checked = now;
  person->used = now;
  g_hash_table_insert (self->people, g_strdup (uid), person);
}

static void
forget (WebmailPeople *self, const char *uid)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->people, uid);
}

static IntimailJmap *
get_jmap (WebmailPeople *self, const char *uid, GError **error)
{
  IntimailJmap *jmap = get_known (self, uid, FRESH_TIME);
  g_autoptr (GError) local = NULL;

  if (jmap != NULL)
    return jmap;
  jmap = make_jmap (self, uid, &local);
  if (jmap != NULL)
    {
      remember (self, uid, jmap);
      return jmap;
    }
  if (g_error_matches (local, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
    forget (self, uid);
  else
    jmap = get_known (self, uid, STALE_TIME);
  if (jmap == NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return jmap;
}

static gboolean
finish_job (gpointer data)
{
  Job *job = data;
  WebmailRequest *request = webmail_request_get (job->message);

  request->server->requests--;
  if (!request->gone)
    {
      if (g_error_matches (job->error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED))
        webmail_sessions_remove_person (request->server->sessions, job->uid);
      job->done (request, job->data, job->error);
      if (job->paused)
        webmail_request_resume (request);
    }
  job_free (job);

  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  g_autoptr (IntimailJmap) jmap = get_jmap (job->people, job->uid, &job->error);

  if (jmap != NULL && !job->work (jmap, job->data, &job->error) && job->error == NULL)
    g_set_error (&job->error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "failed without a reason");
  /* Not invoke(), which would run it here when the main loop has ended. */
  g_idle_add_full (G_PRIORITY_DEFAULT, finish_job, job, NULL);
}

WebmailPeople *
webmail_people_new (IntimailSite *site)
{
  WebmailPeople *self = g_new0 (WebmailPeople, 1);

  self->site = g_object_ref (site);
  g_mutex_init (&self->mutex);
  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, person_free);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pool = g_thread_pool_new (run_job, self, N_THREADS, FALSE, NULL);

  return self;
}

void
webmail_people_free (WebmailPeople *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->people);
  g_hash_table_unref (self->counts);
  g_mutex_clear (&self->mutex);
  g_object_unref (self->site);
  g_free (self);
}

static void
push_job (WebmailRequest *request, WebmailWork work, WebmailDone done, gpointer data, GDestroyNotify free_data, gboolean paused)
{
  Job *job = g_new0 (Job, 1);

  job->people = request->server->people;
  job->message = g_object_ref (request->message);
  job->uid = g_strdup (request->uid);
  job->work = work;
  job->done = done;
  job->data = data;
  job->free_data = free_data;
  job->paused = paused;
  request->server->requests++;
  if (paused)
    webmail_request_pause (request);
  g_thread_pool_push (job->people->pool, job, NULL);
}

void
webmail_people_run (WebmailRequest *request, WebmailWork work, WebmailDone done, gpointer data, GDestroyNotify free_data)
{
  push_job (request, work, done, data, free_data, TRUE);
}

void
webmail_people_run_beside (WebmailRequest *request, WebmailWork work, WebmailDone done, gpointer data, GDestroyNotify free_data)
{
  push_job (request, work, done, data, free_data, FALSE);
}

gboolean
webmail_people_enter (WebmailPeople *self, const char *what, const char *uid, guint limit)
{
  char *key = g_strconcat (what, " ", uid, NULL);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, key));

  if (count >= limit)
    {
      g_free (key);
      return FALSE;
    }
  g_hash_table_insert (self->counts, key, GUINT_TO_POINTER (count + 1));

  return TRUE;
}

void
webmail_people_leave (WebmailPeople *self, const char *what, const char *uid)
{
  char *key = g_strconcat (what, " ", uid, NULL);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, key));

  if (count > 1)
    g_hash_table_insert (self->counts, key, GUINT_TO_POINTER (count - 1));
  else
    {
      g_hash_table_remove (self->counts, key);
      g_free (key);
    }
}
