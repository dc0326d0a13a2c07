/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-sender-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#include <intimail/intimail-directory.h>
#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "delivery/intimail-sender-run-private.h"
#include "site/intimail-site-private.h"
#include "store/intimail-lock-private.h"

#define FOLDER ".outgoing"
#define LOCK ".lock"
/* A name is kept that long after its last mail: the next one may be about to be noted. */
#define KEPT_SECONDS 60
/* When something could not be looked at. */
#define AGAIN_SECONDS 60
/* A clock that is set forward while this process sleeps. */
#define LONGEST_SLEEP 600

/**
 * IntimailSender:
 *
 * Sends what people want to be sent later, when it is due.
 *
 * Such mail is written down by [class@Intimail.Jmap] (`HOLDFOR` and `HOLDUNTIL` of RFC 4865).
 * It survives a crash of any program. It is noted before it is handed over that it will
 * be: what was under way when a program was killed may be sent or not, is not sent again,
 * and its person gets a mail that says so. What cannot be sent now is tried again for a day.
 * What cannot be sent is a draft again, and its person gets a mail that says why.
 *
 * One sender of a site works at a time; a second one waits for its turn. It belongs to the
 * main context that it is started in; [method@Intimail.Sender.run] may be called in any
 * thread.
 *
 * Since: 1.0
 */
struct _IntimailSender
{
  GObject parent_instance;

  IntimailSite *site;
  GMainContext *context;
  GCancellable *cancellable;
  IntimailFd watch;
  GSource *watcher;
  GSource *clock;
  gboolean running;
  gboolean again;
};

G_DEFINE_FINAL_TYPE (IntimailSender, intimail_sender, G_TYPE_OBJECT)

enum
{
  PROP_SITE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
intimail_sender_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IntimailSender *self = INTIMAIL_SENDER (object);

  if (id == PROP_SITE)
    g_value_set_object (value, self->site);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
intimail_sender_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IntimailSender *self = INTIMAIL_SENDER (object);

  if (id == PROP_SITE)
    self->site = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
drop_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
intimail_sender_finalize (GObject *object)
{
  IntimailSender *self = INTIMAIL_SENDER (object);

  intimail_sender_stop (self);
  g_clear_object (&self->site);
  G_OBJECT_CLASS (intimail_sender_parent_class)->finalize (object);
}

static void
intimail_sender_class_init (IntimailSenderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = intimail_sender_get_property;
  object_class->set_property = intimail_sender_set_property;
  object_class->finalize = intimail_sender_finalize;

  /**
   * IntimailSender:site:
   *
   * The site whose people send.
   *
   * Since: 1.0
   */
  props[PROP_SITE] = g_param_spec_object ("site", NULL, NULL, INTIMAIL_TYPE_SITE,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
intimail_sender_init (IntimailSender *self)
{
  self->watch = -1;
}

/**
 * intimail_sender_new:
 * @site: the site whose people send
 *
 * Makes a sender; it does nothing yet.
 *
 * Returns: (transfer full): a sender
 *
 * Since: 1.0
 */
IntimailSender *
intimail_sender_new (IntimailSite *site)
{
  g_return_val_if_fail (INTIMAIL_IS_SITE (site), NULL);

  return g_object_new (INTIMAIL_TYPE_SENDER, "site", site, NULL);
}

/* ---- Who has mail that waits ---- */

/* A name that no person has: it begins with a dot. */
char *
intimail_sender_make_folder (IntimailSite *site, GError **error)
{
  g_autofree char *path = g_build_filename (intimail_site_get_settings (site)->store_root, FOLDER, NULL);

  if (g_mkdir_with_parents (path, 0700) == 0)
    return g_steal_pointer (&path);
  intimail_set_error_from_errno (error, errno, "cannot make the folder %s", path);
  return NULL;
}

gboolean
intimail_sender_note (IntimailSite *site, IntimailPerson *person, GError **error)
{
  g_autofree char *folder = intimail_sender_make_folder (site, error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, intimail_person_get_uid (person), NULL) : NULL;
  g_auto (IntimailFd) fd = path != NULL ? open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;

  if (path == NULL)
    return FALSE;
  if (fd < 0 || futimens (fd, NULL) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot write %s", path);
      return FALSE;
    }

  return intimail_folder_flush (folder, error);
}

static gboolean
is_fresh (const char *path)
{
  struct stat status;

  return stat (path, &status) < 0 || status.st_mtime > g_get_real_time () / G_USEC_PER_SEC - KEPT_SECONDS;
}

/* Somebody may write something down and touch the name between the look at it and its end:
 * a second look, so that it is not forgotten. */
static void
forget (IntimailSender *self, const char *path, IntimailPerson *person, gint64 now, gint64 *next, GCancellable *cancellable)
{
  gboolean waits = FALSE;
  g_autoptr (GError) error = NULL;

  g_unlink (path);
  if (person == NULL || (intimail_sender_run_person (self->site, person, now, next, &waits, cancellable, &error) && !waits))
    return;
  g_clear_error (&error);
  if (!intimail_sender_note (self->site, person, &error))
    g_message ("mail of %s that waits is not looked at: %s", intimail_person_get_uid (person), error->message);
}

static void
look_at (IntimailSender *self, const char *folder, const char *uid, gint64 now, gint64 *next, GCancellable *cancellable)
{
  g_autofree char *path = g_build_filename (folder, uid, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (intimail_site_get_directory (self->site), uid, cancellable, &error);
  gboolean waits = FALSE;
  gboolean gone = g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);

  if (!gone && (person == NULL || !intimail_sender_run_person (self->site, person, now, next, &waits, cancellable, &error)))
    {
      g_message ("mail of %s that waits cannot be looked at: %s", uid, error->message);
      *next = *next == 0 ? now + AGAIN_SECONDS : MIN (*next, now + AGAIN_SECONDS);
    }
  else if (!waits && !is_fresh (path))
    forget (self, path, person, now, next, cancellable);
}

/* Another process sends: its turn first. */
static int
take_turn (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, LOCK, NULL);
  g_auto (IntimailFd) fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return -1;
    }

  return intimail_lock_take (fd, AGAIN_SECONDS * 1000, error) ? intimail_fd_steal (&fd) : -1;
}

/**
 * intimail_sender_run:
 * @self: a sender
 * @now: the time in seconds since 1970
 * @next: (out) (optional): return location for when it should be called again, in seconds
 *   since 1970; 0 is never, until somebody wants something to be sent later
 * @cancellable: (nullable): a cancellable, heeded between two messages
 * @error: return location for an error
 *
 * Sends what is due, for all people of the site.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_STORAGE_FULL when it cannot be found
 * out who has something. What goes wrong with one message is written to its person, and
 * what goes wrong with one person is logged and tried again.
 *
 * Returns: %TRUE when all were looked at
 *
 * Since: 1.0
 */
gboolean
intimail_sender_run (IntimailSender *self, gint64 now, gint64 *next, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = NULL;
  g_auto (IntimailFd) turn = -1;
  g_autoptr (GDir) dir = NULL;
  gint64 soonest = 0;
  const char *name;

  g_return_val_if_fail (INTIMAIL_IS_SENDER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  folder = intimail_sender_make_folder (self->site, error);
  turn = folder != NULL ? take_turn (folder, error) : -1;
  if (turn < 0)
    return FALSE;
  dir = g_dir_open (folder, 0, NULL);
  if (dir == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read the folder %s", folder);
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL && !g_cancellable_is_cancelled (cancellable))
    if (name[0] != '.')
      look_at (self, folder, name, now, &soonest, cancellable);
  if (next != NULL)
    *next = soonest;

  return TRUE;
}

/* ---- By itself ---- */

static void begin (IntimailSender *self);

static gboolean
on_clock (gpointer data)
{
  IntimailSender *self = data;

  g_clear_pointer (&self->clock, drop_source);
  begin (self);

  return G_SOURCE_REMOVE;
}

static void
set_clock (IntimailSender *self, gint64 next)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_clear_pointer (&self->clock, drop_source);
  self->clock = g_timeout_source_new ((guint) CLAMP (next - now, 0, LONGEST_SLEEP) * 1000 + 50);
  g_source_set_callback (self->clock, on_clock, self, NULL);
  g_source_attach (self->clock, self->context);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 next = 0;

  if (!intimail_sender_run (source, now, &next, cancellable, &error))
    {
      g_message ("mail that waits cannot be sent: %s", error->message);
      next = now + AGAIN_SECONDS;
    }
  g_task_return_int (task, next);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IntimailSender *self = INTIMAIL_SENDER (source);
  gint64 next = g_task_propagate_int (G_TASK (result), NULL);

  self->running = FALSE;
  if (self->watcher == NULL)
    return;
  if (self->again)
    begin (self);
  else if (next > 0)
    set_clock (self, next);
}

static void
begin (IntimailSender *self)
{
  g_autoptr (GTask) task = NULL;

  self->again = self->running;
  if (self->running)
    return;
  self->running = TRUE;
  task = g_task_new (self, self->cancellable, on_done, NULL);
  g_task_set_source_tag (task, begin);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run_in_thread);
}

static gboolean
on_note (int fd, GIOCondition condition, gpointer data)
{
  char events[4096];

  while (read (fd, events, sizeof events) > 0)
    ;
  begin (data);

  return G_SOURCE_CONTINUE;
}

/**
 * intimail_sender_start:
 * @self: a sender that is not started
 * @error: return location for an error
 *
 * Sends by itself from now on, in threads; the thread default main context has to run.
 *
 * Nothing is done while nothing is due. Fails with %INTIMAIL_ERROR_FAILED or
 * %INTIMAIL_ERROR_STORAGE_FULL when the folder of the site cannot be watched.
 *
 * Returns: %TRUE when it is started
 *
 * Since: 1.0
 */
gboolean
intimail_sender_start (IntimailSender *self, GError **error)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SENDER (self), FALSE);
  g_return_val_if_fail (self->watcher == NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  folder = intimail_sender_make_folder (self->site, error);
  if (folder == NULL)
    return FALSE;
  self->watch = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (self->watch < 0 || inotify_add_watch (self->watch, folder, IN_CREATE | IN_ATTRIB | IN_ONLYDIR) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot watch the folder %s", folder);
      intimail_fd_close (self->watch);
      self->watch = -1;
      return FALSE;
    }
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->watcher = g_unix_fd_source_new (self->watch, G_IO_IN);
  g_source_set_callback (self->watcher, G_SOURCE_FUNC (on_note), self, NULL);
  g_source_attach (self->watcher, self->context);
  begin (self);

  return TRUE;
}

/**
 * intimail_sender_stop:
 * @self: a sender
 *
 * Sends no more by itself; a message that is being handed over is.
 *
 * Since: 1.0
 */
void
intimail_sender_stop (IntimailSender *self)
{
  g_return_if_fail (INTIMAIL_IS_SENDER (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->clock, drop_source);
  g_clear_pointer (&self->watcher, drop_source);
  g_clear_pointer (&self->context, g_main_context_unref);
  intimail_fd_close (self->watch);
  self->watch = -1;
}

/**
 * intimail_sender_is_busy:
 * @self: a sender
 *
 * Tells whether something is being sent by itself now. Who ends the program waits for that
 * after [method@Intimail.Sender.stop]: what is under way when it ends cannot be known to be
 * sent.
 *
 * Returns: %TRUE when something is under way
 *
 * Since: 1.0
 */
gboolean
intimail_sender_is_busy (IntimailSender *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SENDER (self), FALSE);

  return self->running;
}
