/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <glib-unix.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

/* Both under the account's mutex. */
typedef struct
{
  char *states[2]; /* that the handlers know, of messages and of mailboxes */
  gboolean looking;
  gboolean again;
} Told;

static const IntimailChangeType told_types[] = { INTIMAIL_CHANGE_TYPE_EMAIL, INTIMAIL_CHANGE_TYPE_MAILBOX };
static const char *const told_signals[] = { "messages-changed", "mailboxes-changed" };

/* Changes that come close together are told once. */
#define QUIET_MS 20

/* inotify rather than GFileMonitor: one descriptor for all folders, and no thread. */
struct _IntimailAccountWatch
{
  gint ref_count;
  int fd;
  GWeakRef account;
  GMainContext *context;
  GSource *events;
  GSource *later;
  Told told;
};

static IntimailAccountWatch *
watch_ref (IntimailAccountWatch *watch)
{
  g_atomic_int_inc (&watch->ref_count);
  return watch;
}

static void
watch_unref (gpointer data)
{
  IntimailAccountWatch *watch = data;

  if (!g_atomic_int_dec_and_test (&watch->ref_count))
    return;
  intimail_fd_close (watch->fd);
  g_weak_ref_clear (&watch->account);
  g_main_context_unref (watch->context);
  for (gsize i = 0; i < G_N_ELEMENTS (watch->told.states); i++)
    g_free (watch->told.states[i]);
  g_free (watch);
}

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

#define ANY_CHANGE (IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO)

static void
add_folder (IntimailAccountWatch *watch, const char *root, const char *name, const char *subfolder, guint32 what)
{
  g_autofree char *path = g_build_filename (root, name, subfolder, NULL);

  /* What is watched already stays as it is. */
  if (inotify_add_watch (watch->fd, path, what | IN_ONLYDIR) < 0)
    g_debug ("%s cannot be watched: %s", path, g_strerror (errno));
}

/* Under the mutex: one that is no mailbox yet. */
void
intimail_account_watch_folder (IntimailAccount *self, const char *name)
{
  if (self->watch != NULL)
    add_folder (self->watch, self->path, name, "", ANY_CHANGE);
}

/* Under the mutex. */
void
intimail_account_watch_folders (IntimailAccount *self)
{
  IntimailAccountWatch *watch = self->watch;

  if (watch == NULL)
    return;
  add_folder (watch, self->path, "", "", ANY_CHANGE);
  for (guint i = 0; self->opened && i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (folder->gone)
        continue;
      add_folder (watch, self->path, folder->name, "new", ANY_CHANGE);
      add_folder (watch, self->path, folder->name, "cur", ANY_CHANGE);
      /* dovecot-keywords takes its place by a rename. */
      if (folder->name[0] != '\0')
        add_folder (watch, self->path, folder->name, "", IN_MOVED_TO);
    }
}

/* What one look found: NULL and not lost is nothing. */
typedef struct
{
  IntimailAccountWatch *watch;
  IntimailChanges *changes[2];
  gboolean lost[2];
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  for (gsize i = 0; i < G_N_ELEMENTS (look->changes); i++)
    g_clear_object (&look->changes[i]);
  watch_unref (look->watch);
  g_free (look);
}

static gboolean
is_empty (IntimailChanges *changes)
{
  return intimail_changes_get_created (changes)[0] == NULL && intimail_changes_get_updated (changes)[0] == NULL &&
         intimail_changes_get_destroyed (changes)[0] == NULL;
}

/* In a worker; one for each watch at a time, so the states are its own. */
static void
look_for_changes (IntimailAccount *account, Look *look, gsize i)
{
  char **state = &look->watch->told.states[i];
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailChanges) changes = NULL;
  g_autofree char *now = NULL;

  if (*state != NULL)
    changes = intimail_account_get_changes (account, told_types[i], *state, 0, NULL, &error);
  if (changes != NULL)
    now = g_strdup (intimail_changes_get_new_state (changes));
  else if (*state == NULL || g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST))
    {
      now = intimail_account_get_state (account, told_types[i], NULL);
      look->lost[i] = now != NULL;
    }
  if (now == NULL)
    return;
  g_free (*state);
  *state = g_steal_pointer (&now);
  if (changes != NULL && !is_empty (changes))
    look->changes[i] = g_steal_pointer (&changes);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;

  for (gsize i = 0; i < G_N_ELEMENTS (look->changes); i++)
    look_for_changes (source, look, i);
  g_task_return_boolean (task, TRUE);
}

static void tell_changes (IntimailAccount *account, IntimailAccountWatch *watch);

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IntimailAccount *account = INTIMAIL_ACCOUNT (source);
  Look *look = g_task_get_task_data (G_TASK (result));
  gboolean again;

  for (gsize i = 0; i < G_N_ELEMENTS (look->changes); i++)
    {
      if (look->changes[i] != NULL || look->lost[i])
        g_signal_emit_by_name (account, told_signals[i], look->changes[i]);
    }
  g_mutex_lock (&account->mutex);
  look->watch->told.looking = FALSE;
  again = look->watch->told.again && account->watch == look->watch;
  g_mutex_unlock (&account->mutex);
  if (again)
    tell_changes (account, look->watch);
}

/* Looks in a worker what changed, and says it in the context of the watch. */
static void
tell_changes (IntimailAccount *account, IntimailAccountWatch *watch)
{
  g_autoptr (GTask) task = NULL;
  gboolean busy;
  Look *look;

  g_mutex_lock (&account->mutex);
  busy = watch->told.looking;
  watch->told.looking = TRUE;
  watch->told.again = busy;
  g_mutex_unlock (&account->mutex);
  if (busy)
    return;

  look = g_new0 (Look, 1);
  look->watch = watch_ref (watch);
  g_main_context_push_thread_default (watch->context);
  task = g_task_new (account, NULL, on_looked, NULL);
  g_main_context_pop_thread_default (watch->context);
  g_task_set_source_tag (task, tell_changes);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_in_thread);
}

static gboolean
has_listeners (IntimailAccount *account)
{
  for (gsize i = 0; i < G_N_ELEMENTS (told_signals); i++)
    {
      if (g_signal_has_handler_pending (account, g_signal_lookup (told_signals[i], INTIMAIL_TYPE_ACCOUNT), 0, FALSE))
        return TRUE;
    }
  return FALSE;
}

static gboolean
tell (gpointer user_data)
{
  IntimailAccountWatch *watch = user_data;
  g_autoptr (IntimailAccount) account = g_weak_ref_get (&watch->account);

  drop_source (&watch->later);
  if (account == NULL)
    return G_SOURCE_REMOVE;

  g_mutex_lock (&account->mutex);
  if (account->watch == watch)
    intimail_account_watch_folders (account);
  intimail_account_image_save_later (account);
  g_mutex_unlock (&account->mutex);
  g_signal_emit_by_name (account, "changed");
  if (has_listeners (account))
    tell_changes (account, watch);
  return G_SOURCE_REMOVE;
}

static gboolean
on_events (gint fd, GIOCondition condition, gpointer user_data)
{
  IntimailAccountWatch *watch = user_data;
  char buffer[16 * 1024] __attribute__ ((aligned (__alignof__(struct inotify_event))));

  /* Which name changed does not matter: the next refresh looks. */
  while (read (fd, buffer, sizeof buffer) > 0)
    continue;
  if (watch->later == NULL)
    {
      watch->later = g_timeout_source_new (QUIET_MS);
      g_source_set_callback (watch->later, tell, watch_ref (watch), watch_unref);
      g_source_attach (watch->later, watch->context);
    }
  return G_SOURCE_CONTINUE;
}

/**
 * intimail_account_start_watching:
 * @self: an account
 * @error: return location for an error
 *
 * Begins to emit [signal@Intimail.Account::changed],
 * [signal@Intimail.Account::messages-changed] and
 * [signal@Intimail.Account::mailboxes-changed], in the main context that is the thread's
 * default.
 *
 * Nothing happens when it has begun before. Call it, and
 * [method@Intimail.Account.stop_watching], in the thread that runs that context.
 * Fails with %INTIMAIL_ERROR_FAILED when the system gives no watch.
 *
 * Returns: whether the account is watched
 *
 * Since: 1.0
 */
gboolean
intimail_account_start_watching (IntimailAccount *self, GError **error)
{
  IntimailAccountWatch *watch;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_account_begin (self, error))
    {
      intimail_account_end (self);
      return FALSE;
    }
  if (self->watch == NULL)
    {
      int fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);

      if (fd < 0)
        {
          intimail_set_error_from_errno (error, errno, "cannot watch the account");
          intimail_account_end (self);
          return FALSE;
        }
      watch = g_new0 (IntimailAccountWatch, 1);
      watch->ref_count = 1;
      watch->fd = fd;
      g_weak_ref_init (&watch->account, self);
      for (gsize i = 0; i < G_N_ELEMENTS (told_types); i++)
        watch->told.states[i] = intimail_journal_get_state (self->journal, told_types[i]);
      watch->context = g_main_context_ref_thread_default ();
      watch->events = g_unix_fd_source_new (fd, G_IO_IN);
      g_source_set_callback (watch->events, G_SOURCE_FUNC (on_events), watch_ref (watch), watch_unref);
      g_source_attach (watch->events, watch->context);
      self->watch = watch;
      intimail_account_watch_folders (self);
    }
  intimail_account_end (self);
  return TRUE;
}

/**
 * intimail_account_stop_watching:
 * @self: an account
 *
 * Ends [method@Intimail.Account.start_watching].
 *
 * Since: 1.0
 */
void
intimail_account_stop_watching (IntimailAccount *self)
{
  IntimailAccountWatch *watch;

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));

  g_mutex_lock (&self->mutex);
  watch = g_steal_pointer (&self->watch);
  g_mutex_unlock (&self->mutex);
  if (watch == NULL)
    return;
  drop_source (&watch->events);
  drop_source (&watch->later);
  watch_unref (watch);
}
