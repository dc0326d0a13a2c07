/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Moves messages on from new/, as a mail reader does.
 */

#include "store/intimail-account-private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"

/* More than these are moved on to cur/, so that new/ is read quickly. */
#define NEW_MAX 128

/* A message that is moved on has a ":2,", which makes its letters none. */
static void
move_to_cur (IntimailAccount *self, IntimailFolder *folder, const char *file)
{
  g_autofree char *source = intimail_folder_get_path (folder, "new", file);
  g_autofree char *target = NULL;
  g_autofree char *with_info = NULL;
  IntimailMaildirName name;
  guint32 slot;

  if (!intimail_maildir_name_parse (file, &name))
    return;
  slot = intimail_account_find_record (self, folder, &name);
  if (slot == INTIMAIL_TABLE_NONE)
    return;
  with_info = name.has_info ? g_strdup (file) : g_strconcat (file, ":2,", NULL);
  target = intimail_folder_get_path (folder, "cur", with_info);
  if (intimail_account_rename (self, source, target))
    intimail_table_get (self->table, slot)->mark &= (guint8) ~INTIMAIL_MARK_IN_NEW;
}

static void
move_all_to_cur (IntimailAccount *self, IntimailFolder *folder)
{
  g_autofree char *path = intimail_folder_get_path (folder, "new", NULL);
  gboolean new_scanned = intimail_account_is_scanned (self, folder, FALSE);
  gboolean cur_scanned = intimail_account_is_scanned (self, folder, TRUE);
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (dir == NULL)
    return;
  intimail_fd_steal (&fd);
  while ((entry = readdir (dir)) != NULL)
    move_to_cur (self, folder, entry->d_name);
  closedir (dir);
  intimail_account_mark_scanned (self, folder, FALSE, new_scanned);
  intimail_account_mark_scanned (self, folder, TRUE, cur_scanned);
  g_array_set_size (folder->in_new, 0);
  folder->new_stamp.read = FALSE;
}

void
intimail_account_empty_new (IntimailAccount *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (folder->gone || self->lock_fd < 0 || folder->in_new->len <= NEW_MAX || !intimail_account_lock (self, NULL))
        continue;
      move_all_to_cur (self, folder);
      intimail_account_unlock (self);
    }
}
