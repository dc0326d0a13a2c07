/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-tail.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE (64 * 1024u)
/* A line without end is passed over to its end. */
#define MAX_LINE (64 * 1024u)
/* What was read last is compared before more is read: a file that was cut and has grown past
 * that place since is another one. */
#define KNOWN_SIZE 64u
/* What is read before others get their turn. */
#define MAX_TURN (4 * 1024 * 1024u)

typedef struct
{
  int fd; /* -1: none */
  int watch;
  guint64 device;
  guint64 inode;
  guint64 offset; /* of what comes after @rest */
  GByteArray *rest;
  guint8 known[KNOWN_SIZE]; /* what stands before @offset */
  guint n_known;
  gboolean skips; /* up to the end of a line that is too long */
  gboolean is_live;
} LogFile;

struct _GuardTail
{
  char *path;
  char *name;
  char **services;
  GuardTailFunc func;
  gpointer user_data;
  int inotify;
  guint source;
  guint turn;
  LogFile file;
  LogFile before; /* what was rotated: its writer may not know yet */
};

static void
log_file_close (GuardTail *self, LogFile *file)
{
  if (file->fd < 0)
    return;
  if (file->watch >= 0)
    inotify_rm_watch (self->inotify, file->watch);
  close (file->fd);
  g_byte_array_unref (file->rest);
  *file = (LogFile){ .fd = -1, .watch = -1 };
}

static gboolean
log_file_open (GuardTail *self, LogFile *file)
{
  struct stat status;
  char place[40];

  file->fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file->fd < 0)
    return FALSE;
  file->rest = g_byte_array_new ();
  file->watch = -1;
  if (fstat (file->fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      log_file_close (self, file);
      return FALSE;
    }
  file->device = status.st_dev;
  file->inode = status.st_ino;
  file->offset = 0;
  file->n_known = 0;
  file->skips = FALSE;
  /* By the descriptor: the name may be another file already. */
  g_snprintf (place, sizeof place, "/proc/self/fd/%d", file->fd);
  file->watch = inotify_add_watch (self->inotify, place, IN_MODIFY);

  return TRUE;
}

static void
take_lines (GuardTail *self, LogFile *file)
{
  gsize done = 0;

  if (file->skips)
    {
      const guint8 *end = memchr (file->rest->data, '\n', file->rest->len);

      g_byte_array_remove_range (file->rest, 0, end != NULL ? (guint) (end + 1 - file->rest->data) : file->rest->len);
      file->skips = end == NULL;
    }
  if (file->rest->len > 0)
    done = self->func (self, file->rest->data, file->rest->len, file->is_live, self->user_data);
  g_byte_array_remove_range (file->rest, 0, (guint) done);
  if (file->rest->len > MAX_LINE)
    {
      g_byte_array_set_size (file->rest, 0);
      file->skips = TRUE;
    }
}

static void
start_again (LogFile *file)
{
  file->offset = 0;
  file->n_known = 0;
  file->skips = FALSE;
  g_byte_array_set_size (file->rest, 0);
}

static gboolean
is_cut (const LogFile *file)
{
  struct stat status;
  guint8 now[KNOWN_SIZE];

  if (fstat (file->fd, &status) == 0 && (guint64) status.st_size < file->offset)
    return TRUE;

  return file->n_known > 0 && pread (file->fd, now, file->n_known, (off_t) (file->offset - file->n_known)) == (gssize) file->n_known &&
         memcmp (now, file->known, file->n_known) != 0;
}

/* The beginning of a line waits in its own size, and not in that of what is read at once. */
static void
shrink_rest (LogFile *file)
{
  GByteArray *rest = g_byte_array_append (g_byte_array_new (), file->rest->data, file->rest->len);

  g_byte_array_unref (file->rest);
  file->rest = rest;
}

/* TRUE when there may be more. */
static gboolean
read_file (GuardTail *self, LogFile *file)
{
  if (file->fd < 0)
    return FALSE;
  if (is_cut (file))
    start_again (file);
  for (gsize total = 0; total < MAX_TURN;)
    {
      guint kept = file->rest->len;
      gssize n;

      g_byte_array_set_size (file->rest, kept + READ_SIZE);
      n = pread (file->fd, file->rest->data + kept, READ_SIZE, (off_t) file->offset);
      g_byte_array_set_size (file->rest, kept + (guint) MAX (n, 0));
      if (n <= 0)
        {
          shrink_rest (file);
          file->is_live = TRUE;
          return FALSE;
        }
      file->offset += (guint64) n;
      file->n_known = (guint) MIN (n, KNOWN_SIZE);
      memcpy (file->known, file->rest->data + file->rest->len - file->n_known, file->n_known);
      total += (gsize) n;
      take_lines (self, file);
    }

  return TRUE;
}

static gboolean
is_rotated (GuardTail *self)
{
  struct stat status;

  return stat (self->path, &status) == 0 &&
         (self->file.fd < 0 || status.st_ino != self->file.inode || status.st_dev != self->file.device);
}

static gboolean
on_turn (gpointer data)
{
  GuardTail *self = data;
  gboolean more = read_file (self, &self->before);

  more |= read_file (self, &self->file);
  if (!more && is_rotated (self))
    {
      log_file_close (self, &self->before);
      self->before = self->file;
      self->file = (LogFile){ .fd = -1, .watch = -1 };
      if (log_file_open (self, &self->file))
        self->file.is_live = TRUE;
      more = self->file.fd >= 0;
    }
  if (more)
    return G_SOURCE_CONTINUE;
  self->turn = 0;

  return G_SOURCE_REMOVE;
}

static gboolean
is_ours (GuardTail *self, const struct inotify_event *event)
{
  return event->len == 0 || g_str_equal (event->name, self->name);
}

static gboolean
on_change (int fd, GIOCondition condition, gpointer data)
{
  GuardTail *self = data;
  char buffer[4096] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  gboolean ours = FALSE;
  gssize n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    for (char *next = buffer; next < buffer + n;)
      {
        const struct inotify_event *event = (const struct inotify_event *) (gconstpointer) next;

        ours |= is_ours (self, event);
        next += sizeof *event + event->len;
      }
  if (ours && self->turn == 0 && on_turn (self) == G_SOURCE_CONTINUE)
    self->turn = g_idle_add (on_turn, self);

  return G_SOURCE_CONTINUE;
}

static void
find_beginning (GuardTail *self, const char *mark)
{
  guint64 device;
  guint64 inode;
  guint64 offset;
  struct stat status;

  if (self->file.fd < 0 || fstat (self->file.fd, &status) < 0)
    return;
  if (mark == NULL)
    {
      self->file.offset = (guint64) status.st_size;
      self->file.is_live = TRUE;
    }
  /* Another file than then is new as a whole. */
  else if (sscanf (mark, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, &device, &inode, &offset) == 3 &&
           device == self->file.device && inode == self->file.inode && offset <= (guint64) status.st_size)
    self->file.offset = offset;
}

GuardTail *
guard_tail_new (const char *path, const char *const *services, const char *mark, GuardTailFunc func, gpointer user_data)
{
  GuardTail *self = g_new0 (GuardTail, 1);
  g_autofree char *folder = g_path_get_dirname (path);

  self->path = g_strdup (path);
  self->name = g_path_get_basename (path);
  self->services = g_strdupv ((char **) services);
  self->func = func;
  self->user_data = user_data;
  self->file.fd = self->before.fd = -1;
  self->inotify = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (self->inotify < 0 || inotify_add_watch (self->inotify, folder, IN_CREATE | IN_MOVED_TO) < 0)
    g_warning ("cannot watch %s: %s", folder, g_strerror (errno));
  if (log_file_open (self, &self->file))
    find_beginning (self, mark);
  if (self->inotify >= 0)
    self->source = g_unix_fd_add (self->inotify, G_IO_IN, on_change, self);
  self->turn = g_idle_add (on_turn, self);

  return self;
}

void
guard_tail_free (GuardTail *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->turn, g_source_remove);
  log_file_close (self, &self->file);
  log_file_close (self, &self->before);
  if (self->inotify >= 0)
    close (self->inotify);
  g_free (self->path);
  g_free (self->name);
  g_strfreev (self->services);
  g_free (self);
}

const char *
guard_tail_get_path (GuardTail *self)
{
  return self->path;
}

const char *const *
guard_tail_get_services (GuardTail *self)
{
  return (const char *const *) self->services;
}

char *
guard_tail_get_mark (GuardTail *self)
{
  guint64 offset = self->file.fd >= 0 ? self->file.offset - self->file.rest->len : 0;

  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, self->file.device, self->file.inode, offset);
}
