/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-saver.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file that is replaced is written under its name, a dot and so many letters. */
#define TOKEN_LENGTH 16
#define TOKEN_LETTERS "abcdefghijklmnopqrstuvwxyz234567"

struct _GuardSaver
{
  IntimailGuard *guard;
  char *path;
  GuardSaverFunc func;
  gpointer user_data;
  pid_t pid; /* 0: nothing is being written */
  int fd;
  guint source;
  GString *problem;
};

GuardSaver *
guard_saver_new (IntimailGuard *guard, const char *path, GuardSaverFunc func, gpointer user_data)
{
  GuardSaver *self = g_new0 (GuardSaver, 1);

  self->guard = g_object_ref (guard);
  self->path = g_strdup (path);
  self->func = func;
  self->user_data = user_data;
  self->problem = g_string_new (NULL);

  return self;
}

/* TRUE when the state is on the disk. */
static gboolean
end_writing (GuardSaver *self)
{
  int status = -1;

  close (self->fd);
  while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  self->pid = 0;
  self->source = 0;

  return status == 0;
}

void
guard_saver_free (GuardSaver *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->pid != 0)
    end_writing (self);
  g_string_free (self->problem, TRUE);
  g_object_unref (self->guard);
  g_free (self->path);
  g_free (self);
}

gboolean
guard_saver_is_busy (GuardSaver *self)
{
  return self->pid != 0;
}

static gboolean
on_answer (int fd, GIOCondition condition, gpointer data)
{
  GuardSaver *self = data;
  char buffer[1024];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n > 0)
    g_string_append_len (self->problem, buffer, n);
  if (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)))
    return G_SOURCE_CONTINUE;
  if (end_writing (self))
    self->func (NULL, self->user_data);
  else
    self->func (self->problem->len > 0 ? self->problem->str : "the process that writes it has failed", self->user_data);

  return G_SOURCE_REMOVE;
}

static void
write_state (GuardSaver *self, int fd, gint64 now)
{
  g_autoptr (GError) error = NULL;

  prctl (PR_SET_NAME, "guard-saver");
  /* A state that comes late must not stand for the one of who came after us. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGTERM, SIG_IGN);
  signal (SIGINT, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  if (intimail_guard_save_state (self->guard, self->path, now, &error))
    _exit (0);
  if (write (fd, error->message, strlen (error->message)) < 0)
    _exit (2);
  _exit (1);
}

void
guard_saver_start (GuardSaver *self, gint64 now)
{
  int fds[2];

  if (self->pid != 0)
    return;
  if (!g_unix_open_pipe (fds, FD_CLOEXEC, NULL))
    {
      self->func (g_strerror (errno), self->user_data);
      return;
    }
  g_string_truncate (self->problem, 0);
  self->pid = fork ();
  if (self->pid == 0)
    write_state (self, fds[1], now);
  close (fds[1]);
  if (self->pid < 0)
    {
      self->pid = 0;
      close (fds[0]);
      self->func (g_strerror (errno), self->user_data);
      return;
    }
  self->fd = fds[0];
  self->source = g_unix_fd_add (fds[0], G_IO_IN | G_IO_HUP, on_answer, self);
}

void
guard_saver_clean (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, ".", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      const char *token = name + strlen (prefix);
      g_autofree char *left = NULL;

      if (!g_str_has_prefix (name, prefix) || strlen (token) != TOKEN_LENGTH || strspn (token, TOKEN_LETTERS) != TOKEN_LENGTH)
        continue;
      left = g_build_filename (folder, name, NULL);
      g_unlink (left);
    }
}
