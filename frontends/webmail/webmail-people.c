/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-people.h"

#include <string.h>

#include "webmail-sweep.h"

#define N_THREADS 4
/* How long nobody asks the directory whether a person may still sign in, unless it tells
 * that it has changed. */
#define FRESH_TIME (G_GINT64_CONSTANT (30) * G_USEC_PER_SEC)
/* How long one may go on when the directory does not answer. */
#define STALE_TIME (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
/* An engine that nobody uses is dropped. */
#define IDLE_TIME (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)

typedef struct
{
  IntimailJmap *jmap;
  IntimailPerson *person;
  guint64 generation; /* of the directory, before it was asked */
  gint64 checked;     /* monotonic, microseconds */
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
  WebmailSession *session; /* or NULL */
  WebmailWork work;
  WebmailDone done;
  gpointer data;
  GDestroyNotify free_data;
  gboolean paused;
  gboolean is_out; /* may not go on as they have signed in */
  GError *error;
} Job;

static void
person_free (gpointer data)
{
  Person *person = data;

  g_object_unref (person->jmap);
  g_object_unref (person->person);
  g_free (person);
}

static void
job_free (Job *job)
{
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_error (&job->error);
  g_clear_pointer (&job->session, webmail_session_unref);
  g_object_unref (job->message);
  g_free (job->uid);
  g_free (job);
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  return *(gint64 *) data - ((Person *) value)->used > IDLE_TIME;
}

/* The engine that is known, if it was made within @age, for one who is in still. */
static IntimailJmap *
get_known (Job *job, gint64 age, const guint64 *generation)
{
  WebmailPeople *self = job->people;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Person *person = g_hash_table_lookup (self->people, job->uid);
  gint64 now = g_get_monotonic_time ();

  if (person == NULL || now - person->checked > age || !intimail_person_is_active (person->person) ||
      (generation != NULL && person->generation != *generation) ||
      (job->session != NULL && !webmail_session_fits (job->session, intimail_person_get_sign_in_stamp (person->person), person->checked)))
    return NULL;
  person->used = now;

  return g_object_ref (person->jmap);
}

static void
remember (WebmailPeople *self, IntimailPerson *found, IntimailJmap *jmap, guint64 generation, gint64 time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 now = g_get_monotonic_time ();
  Person *person = g_new0 (Person, 1);

  g_hash_table_foreach_remove (self->people, is_idle, &now);
  person->jmap = g_object_ref (jmap);
  person->person = g_object_ref (found);
  person->generation = generation;
  person->checked = time;
  person->used = now;
  g_hash_table_insert (self->people, g_strdup (intimail_person_get_uid (found)), person);
}

static void
forget (WebmailPeople *self, const char *uid)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->people, uid);
}

/* Asks the directory. */
static IntimailJmap *
make_jmap (Job *job, guint64 generation, GError **error)
{
  IntimailSite *site = job->people->site;
  gint64 time = g_get_monotonic_time ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (intimail_site_get_directory (site), job->uid, NULL, &local_error);
  IntimailJmap *jmap;

  if (person == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  job->is_out = person == NULL || !intimail_person_is_active (person) ||
                (job->session != NULL && !webmail_session_fits (job->session, intimail_person_get_sign_in_stamp (person), time));
  if (job->is_out)
    {
      forget (job->people, job->uid);
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "%s may not go on", job->uid);
      return NULL;
    }
  jmap = intimail_jmap_new (site, person, error);
  if (jmap != NULL)
    remember (job->people, person, jmap, generation, time);

  return jmap;
}

static IntimailJmap *
get_jmap (Job *job, GError **error)
{
  guint64 generation = intimail_directory_get_generation (intimail_site_get_directory (job->people->site));
  IntimailJmap *jmap = get_known (job, FRESH_TIME, &generation);
  g_autoptr (GError) local_error = NULL;

  if (jmap == NULL)
    jmap = make_jmap (job, generation, &local_error);
  if (jmap == NULL && !job->is_out)
    jmap = get_known (job, STALE_TIME, NULL);
  if (jmap == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return jmap;
}

static gboolean
finish_job (gpointer data)
{
  Job *job = data;
  WebmailRequest *request = webmail_request_get (job->message);

  request->server->requests--;
  if (job->is_out && job->session != NULL)
    webmail_sweep_now (request->server->sweep);
  if (!request->gone)
    {
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
  g_autoptr (IntimailJmap) jmap = get_jmap (job, &job->error);

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
  job->session = request->session != NULL ? webmail_session_ref (request->session) : NULL;
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
