/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <glib-unix.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

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
 * Begins to emit [signal@Intimail.Account::changed], in the main context that is the
 * thread's default.
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
