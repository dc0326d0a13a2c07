/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-names.h"

#include <errno.h>
#include <glib-unix.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What all names have together; a server may say more. */
#define MAX_ANSWER (64 * 1024u)

struct _GuardNames
{
  char **names;
  GuardNamesFunc func;
  gpointer user_data;
  guint timer;
  pid_t pid; /* 0: nobody is asking */
  int fd;
  guint source;
  GString *answer;
  char *last; /* what was told */
};

static void
tell_addresses (FILE *out, const char *name)
{
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;
  int result = getaddrinfo (name, NULL, &hints, &found);

  if (result != 0)
    fprintf (out, "%s\t\t%s\n", name, gai_strerror (result));
  for (struct addrinfo *at = found; at != NULL; at = at->ai_next)
    {
      char text[NI_MAXHOST];

      if (getnameinfo (at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
        fprintf (out, "%s\t%s\n", name, text);
    }
  if (found != NULL)
    freeaddrinfo (found);
}

static void
ask (GuardNames *self, int fd)
{
  FILE *out = fdopen (fd, "w");

  prctl (PR_SET_NAME, "guard-names");
  /* With it goes who waits for it. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGTERM, SIG_DFL);
  signal (SIGINT, SIG_DFL);
  for (char **name = self->names; out != NULL && *name != NULL; name++)
    tell_addresses (out, *name);
  _exit (out != NULL && fclose (out) == 0 ? 0 : 1);
}

static void
tell (GuardNames *self, const char *name, GPtrArray *addresses)
{
  if (addresses->len == 0)
    return;
  g_ptr_array_add (addresses, NULL);
  self->func (name, (const char *const *) addresses->pdata, self->user_data);
  g_ptr_array_set_size (addresses, 0);
}

/* Lines of a name and an address, or a name, nothing and why; the names in their order. */
static void
take_answer (GuardNames *self)
{
  g_auto (GStrv) lines = g_strsplit (self->answer->str, "\n", -1);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  const char *last = "";

  if (g_strcmp0 (self->last, self->answer->str) == 0)
    return;
  g_free (self->last);
  self->last = g_strdup (self->answer->str);
  for (char **line = lines; *line != NULL; line++)
    {
      char *tab = strchr (*line, '\t');

      if (tab == NULL)
        continue;
      *tab = '\0';
      if (!g_str_equal (*line, last))
        tell (self, last, addresses);
      last = *line;
      if (tab[1] == '\t')
        g_message ("%s cannot be resolved: %s", *line, tab + 2);
      else
        g_ptr_array_add (addresses, tab + 1);
    }
  tell (self, last, addresses);
}

static void
end_asking (GuardNames *self)
{
  close (self->fd);
  waitpid (self->pid, NULL, 0);
  self->pid = 0;
  self->source = 0;
}

static gboolean
on_answer (int fd, GIOCondition condition, gpointer data)
{
  GuardNames *self = data;
  char buffer[4096];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n > 0 && self->answer->len + (gsize) n <= MAX_ANSWER)
    {
      g_string_append_len (self->answer, buffer, n);
      return G_SOURCE_CONTINUE;
    }
  if (n > 0)
    kill (self->pid, SIGKILL);
  end_asking (self);
  take_answer (self);

  return G_SOURCE_REMOVE;
}

void
guard_names_resolve (GuardNames *self)
{
  int fds[2];

  if (self->pid != 0 || !g_unix_open_pipe (fds, FD_CLOEXEC, NULL))
    return;
  self->pid = fork ();
  if (self->pid == 0)
    {
      close (fds[0]);
      ask (self, fds[1]);
    }
  close (fds[1]);
  self->fd = fds[0];
  if (self->pid < 0)
    {
      g_warning ("names cannot be resolved: %s", g_strerror (errno));
      close (self->fd);
      self->pid = 0;
      return;
    }
  g_string_truncate (self->answer, 0);
  self->source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP, on_answer, self);
}

static gboolean
on_time (gpointer data)
{
  guard_names_resolve (data);

  return G_SOURCE_CONTINUE;
}

GuardNames *
guard_names_new (const char *const *names, guint seconds, GuardNamesFunc func, gpointer user_data)
{
  GuardNames *self = g_new0 (GuardNames, 1);

  self->names = g_strdupv ((char **) names);
  self->func = func;
  self->user_data = user_data;
  self->answer = g_string_new (NULL);
  self->timer = g_timeout_add_seconds (seconds, on_time, self);

  return self;
}

void
guard_names_free (GuardNames *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->pid != 0)
    {
      kill (self->pid, SIGKILL);
      end_asking (self);
    }
  g_string_free (self->answer, TRUE);
  g_free (self->last);
  g_strfreev (self->names);
  g_free (self);
}
