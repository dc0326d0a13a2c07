/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-sweep.h"

#include "webmail-events.h"

/* Seconds between two looks at whether the directory has changed: at a file's times. */
#define INTERVAL 2

/* After so many of them it is asked anyhow: an expiry changes nothing, and a server does
 * not tell of what others change. */
#define MAX_QUIET 5

struct _WebmailSweep
{
  WebmailServer *server;
  guint source;
  guint n_quiet;
  guint64 generation; /* of the last sweep that learned everything */
  GCancellable *cancellable; /* of one that is under way, or NULL */
};

/* What a sweep asks and learns; its own thread's meanwhile. */
typedef struct
{
  IntimailDirectory *directory;
  GHashTable *uids;
  GHashTable *stamps; /* uid -> guint64; NULL for who may not go on */
  guint64 generation;
  gint64 time;
  gboolean is_whole;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->directory);
  g_hash_table_unref (question->uids);
  g_hash_table_unref (question->stamps);
  g_free (question);
}

static GHashTable *
list_uids (WebmailSweep *self)
{
  GHashTable *uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  webmail_sessions_list_uids (self->server->sessions, uids);
  webmail_events_list_uids (self->server->events, uids);

  return uids;
}

/* Whose directory does not answer goes on. */
static void
ask_one (Question *question, const char *uid, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (question->directory, uid, cancellable, &error);
  guint64 stamp = person != NULL ? intimail_person_get_sign_in_stamp (person) : 0;

  if (person != NULL && intimail_person_is_active (person))
    g_hash_table_insert (question->stamps, g_strdup (uid), g_memdup2 (&stamp, sizeof stamp));
  else if (person != NULL || g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_hash_table_insert (question->stamps, g_strdup (uid), NULL);
  else
    question->is_whole = FALSE;
}

static void
ask (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, question->uids);
  while (g_hash_table_iter_next (&iter, &uid, NULL) && !g_cancellable_is_cancelled (cancellable))
    ask_one (question, uid, cancellable);
  g_task_return_boolean (task, TRUE);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  WebmailSweep *self = data;
  Question *question = g_task_get_task_data (G_TASK (result));
  GHashTableIter iter;
  gpointer uid;
  gpointer stamp;

  /* The server has gone meanwhile. */
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  g_clear_object (&self->cancellable);
  g_hash_table_iter_init (&iter, question->stamps);
  while (g_hash_table_iter_next (&iter, &uid, &stamp))
    {
      webmail_sessions_check_person (self->server->sessions, uid, stamp, question->time);
      /* A password that came with a request may have been revoked. */
      webmail_events_end_unfit (self->server->events, stamp == NULL || question->generation != self->generation ? uid : NULL);
    }
  if (question->is_whole)
    self->generation = question->generation;
}

static guint64
get_generation (WebmailSweep *self)
{
  return intimail_directory_get_generation (intimail_site_get_directory (self->server->site));
}

static void
sweep (WebmailSweep *self, GHashTable *uids, guint64 generation)
{
  g_autoptr (GTask) task = NULL;
  Question *question = g_new0 (Question, 1);

  self->n_quiet = 0;
  self->cancellable = g_cancellable_new ();
  question->directory = g_object_ref (intimail_site_get_directory (self->server->site));
  question->uids = g_hash_table_ref (uids);
  question->stamps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  question->generation = generation;
  question->time = g_get_monotonic_time ();
  question->is_whole = TRUE;
  task = g_task_new (NULL, self->cancellable, on_asked, self);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, ask);
}

static gboolean
on_tick (gpointer data)
{
  WebmailSweep *self = data;
  g_autoptr (GHashTable) uids = list_uids (self);
  guint64 generation = get_generation (self);

  if (g_hash_table_size (uids) == 0)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  if (self->cancellable == NULL && (generation != self->generation || ++self->n_quiet >= MAX_QUIET))
    sweep (self, uids, generation);

  return G_SOURCE_CONTINUE;
}

WebmailSweep *
webmail_sweep_new (WebmailServer *server)
{
  WebmailSweep *self = g_new0 (WebmailSweep, 1);

  self->server = server;
  self->generation = get_generation (self);

  return self;
}

void
webmail_sweep_free (WebmailSweep *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_free (self);
}

void
webmail_sweep_wake (WebmailSweep *self)
{
  if (self->source == 0)
    self->source = g_timeout_add_seconds (INTERVAL, on_tick, self);
}

void
webmail_sweep_now (WebmailSweep *self)
{
  g_autoptr (GHashTable) uids = list_uids (self);

  if (self->cancellable == NULL)
    sweep (self, uids, get_generation (self));
}
