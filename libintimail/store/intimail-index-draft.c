/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-index-draft-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"

#define BUFFER (256 * 1024)

static gboolean
write_buffer (IntimailIndexDraft *self)
{
  gboolean ok = intimail_fd_write_all (self->fd, self->buffer->str, self->buffer->len, NULL);

  g_string_truncate (self->buffer, 0);
  return ok;
}

static gboolean
add (IntimailIndexDraft *self, const char *data, gsize length)
{
  g_string_append_len (self->buffer, data, (gssize) length);
  self->size += length;
  return self->buffer->len < BUFFER || write_buffer (self);
}

gboolean
intimail_index_draft_begin (IntimailIndexDraft *self, IntimailIndex *index)
{
  g_autoptr (GString) header = g_string_new (NULL);

  *self = (IntimailIndexDraft){ .root_fd = -1, .fd = -1, .source = { .fd = -1, .earlier_fd = -1 }, .from = index->log.end, .copied = index->log.end, .last_n = index->last_n };
  self->root_fd = fcntl (index->log.root_fd, F_DUPFD_CLOEXEC, 0);
  if (self->root_fd < 0 || !intimail_log_init_view (&self->source, &index->log))
    return FALSE;
  self->path = g_strconcat (index->log.path, ".new", NULL);
  self->mailbox_id = g_strdup (index->mailbox_id);
  self->of = intimail_index_dup_token (index);
  self->token = intimail_secret_token (10);
  self->buffer = g_string_sized_new (BUFFER + 4096);

  /* One that a crash left: nobody else is at it. */
  unlinkat (index->log.root_fd, self->path, 0);
  self->fd = openat (index->log.root_fd, self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    return FALSE;
  intimail_index_write_header (header, self->mailbox_id, self->token, self->last_n, self->of != NULL ? self->of : "", self->from, 0);
  return add (self, header->str, header->len);
}

void
intimail_index_draft_clear (IntimailIndexDraft *self)
{
  if (self->fd >= 0 && !self->installed)
    unlinkat (self->root_fd, self->path, 0);
  intimail_fd_close (self->fd);
  intimail_fd_close (self->root_fd);
  self->fd = self->root_fd = -1;
  if (self->buffer != NULL)
    g_string_free (self->buffer, TRUE);
  self->buffer = NULL;
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->mailbox_id, g_free);
  g_clear_pointer (&self->of, g_free);
  g_clear_pointer (&self->token, g_free);
  intimail_log_clear (&self->source);
}

gboolean
intimail_index_draft_is_of (const IntimailIndexDraft *self, IntimailIndex *index)
{
  return index->log.memory == NULL && index->log.fd >= 0 && !intimail_index_is_joined (index) &&
         self->source.device == index->log.device && self->source.inode == index->log.inode && index->log.end >= self->copied;
}

gboolean
intimail_index_draft_add (IntimailIndexDraft *self, const char *line, gsize length, guint64 *offset)
{
  *offset = self->size;
  return add (self, line, length);
}

gboolean
intimail_index_draft_end_lines (IntimailIndexDraft *self)
{
  g_autoptr (GString) header = g_string_new (NULL);

  self->at = self->size;
  intimail_index_write_header (header, self->mailbox_id, self->token, self->last_n, self->of != NULL ? self->of : "", self->from, self->at);
  return write_buffer (self) && pwrite (self->fd, header->str, header->len, 0) == (gssize) header->len && fdatasync (self->fd) == 0;
}

gboolean
intimail_index_draft_copy (IntimailIndexDraft *self, guint64 end)
{
  g_auto (IntimailLogWindow) window = { 0 };

  while (self->copied < end)
    {
      gsize length = (gsize) MIN (end - self->copied, BUFFER);
      const char *data = intimail_log_window_read (&window, &self->source, self->copied, length);

      if (data == NULL || !add (self, data, length))
        return FALSE;
      self->copied += length;
    }
  return write_buffer (self);
}

gboolean
intimail_index_draft_install (IntimailIndexDraft *self, IntimailIndex *index)
{
  g_autofree char *path = g_strconcat (index->log.path, ".new", NULL);
  struct stat status;

  /* From here on it is only appended to. */
  if (self->buffer->len > 0 || self->copied != index->log.end || fcntl (self->fd, F_SETFL, O_APPEND) < 0 || fstat (self->fd, &status) < 0 ||
      renameat (index->log.root_fd, path, index->log.root_fd, index->log.path) < 0)
    return FALSE;

  intimail_log_switch (&index->log, self->fd, &status, self->size);
  self->fd = -1;
  self->installed = TRUE;
  return TRUE;
}
