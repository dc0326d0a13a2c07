/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whether the names on the way to the inbox are on the disk.
 */

#include "store/intimail-account-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One line at the start of the account's lock file, whose content is else nothing. */
#define MARK_MAX 256

/* Inode and birth of a folder: of two that were made, one is another. FALSE where the
 * file system does not know it. */
static gboolean
append_folder (GString *mark, int root_fd, const char *path)
{
  struct statx status;

  if (statx (root_fd, path, AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status) < 0 ||
      (status.stx_mask & (STATX_INO | STATX_BTIME)) != (STATX_INO | STATX_BTIME))
    return FALSE;
  g_string_append_printf (mark, "%s%" G_GUINT64_FORMAT ".%" G_GINT64_FORMAT ".%u", mark->len > 0 ? " " : "",
                          (guint64) status.stx_ino, (gint64) status.stx_btime.tv_sec, status.stx_btime.tv_nsec);
  return TRUE;
}

/* The folder above, the account, and where its mail lies. A copy from a backup has other
 * ones. */
static GString *
make_mark (IntimailAccount *self)
{
  g_autoptr (GString) mark = g_string_new (NULL);

  if (self->lock_fd < 0 || !append_folder (mark, self->root_fd, "..") || !append_folder (mark, self->root_fd, "") ||
      !append_folder (mark, self->root_fd, "new") || !append_folder (mark, self->root_fd, "cur"))
    return NULL;
  g_string_prepend (mark, "flushed ");
  g_string_append_c (mark, '\n');

  return mark->len < MARK_MAX ? g_steal_pointer (&mark) : NULL;
}

static gboolean
has_mark (IntimailAccount *self, const GString *mark)
{
  char there[MARK_MAX];

  return pread (self->lock_fd, there, mark->len, 0) == (gssize) mark->len && memcmp (there, mark->str, mark->len) == 0;
}

gboolean
intimail_account_flush_way (IntimailAccount *self, IntimailFolder *folder, const char *name, GError **error)
{
  g_autoptr (GString) mark = NULL;

  if (name[0] != '\0' || intimail_folder_is_anchored (folder))
    return intimail_folder_anchor (folder, name, error);

  mark = make_mark (self);
  if (mark != NULL && has_mark (self, mark))
    {
      intimail_folder_set_anchored (folder);
      return TRUE;
    }
  if (!intimail_folder_anchor (folder, name, error))
    return FALSE;
  /* Without it the next process flushes again. */
  if (mark != NULL && pwrite (self->lock_fd, mark->str, mark->len, 0) != (gssize) mark->len)
    g_debug ("%s: it cannot be noted that the way to it is flushed", self->path);
  return TRUE;
}
