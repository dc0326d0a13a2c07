/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One unique name twice in a mailbox: two names of one file, of which a power cut kept
 * the one that was removed, or two messages, one of which nobody would ever see.
 */

#include "store/intimail-account-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"

gboolean
intimail_account_rename (IntimailAccount *self, const char *path, const char *target)
{
  if (strcmp (path, target) == 0 || renameat2 (self->root_fd, path, self->root_fd, target, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;

  /* A file system that cannot: the account's lock keeps us apart from ourselves. */
  if (faccessat (self->root_fd, target, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    {
      errno = EEXIST;
      return FALSE;
    }
  return renameat (self->root_fd, path, self->root_fd, target) == 0;
}

static gboolean
move_or_link (IntimailAccount *self, const char *path, gboolean move, const char *target)
{
  return move ? intimail_account_rename (self, path, target) : linkat (self->root_fd, path, self->root_fd, target, 0) == 0;
}

gboolean
intimail_account_place_file (IntimailAccount *self, IntimailFolder *folder, const char *path, gboolean move, char **target, char **file, IntimailId *id)
{
  g_autofree char *unique = NULL;
  g_autofree char *old = NULL;
  IntimailMaildirName name;

  if (move_or_link (self, path, move, *target))
    return TRUE;
  if (errno != EEXIST)
    return FALSE;

  unique = intimail_maildir_name_make_unique ();
  old = g_steal_pointer (file);
  intimail_maildir_name_parse (old, &name);
  *file = g_strconcat (unique, name.name + name.unique_length, NULL);
  g_free (*target);
  *target = intimail_folder_get_path (folder, "cur", *file);
  intimail_maildir_name_parse (*file, &name);
  *id = intimail_maildir_name_get_id (&name);
  return move_or_link (self, path, move, *target);
}

typedef struct
{
  char *file;
  gboolean cur;
} Name;

static void
free_name (gpointer data)
{
  g_free (((Name *) data)->file);
  g_free (data);
}

static void
collect (IntimailAccount *self, IntimailFolder *folder, gboolean cur, const IntimailMaildirName *wanted, GPtrArray *names)
{
  g_autofree char *path = intimail_folder_get_path (folder, cur ? "cur" : "new", NULL);
  g_auto (IntimailFd) fd = openat (self->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (dir == NULL)
    return;
  intimail_fd_steal (&fd);
  while ((entry = readdir (dir)) != NULL)
    {
      IntimailMaildirName name;
      Name *found;

      if (!intimail_maildir_name_parse (entry->d_name, &name) || name.unique_length != wanted->unique_length ||
          strncmp (name.name, wanted->name, name.unique_length) != 0)
        continue;
      found = g_new0 (Name, 1);
      found->file = g_strdup (entry->d_name);
      found->cur = cur;
      g_ptr_array_add (names, found);
    }
  closedir (dir);
}

static gboolean
stat_name (IntimailAccount *self, IntimailFolder *folder, const Name *name, struct stat *status)
{
  g_autofree char *path = intimail_folder_get_path (folder, name->cur ? "cur" : "new", name->file);

  return fstatat (self->root_fd, path, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The name that stays is made safe before the other goes. */
static void
remove_name (IntimailAccount *self, IntimailFolder *folder, const Name *kept, const Name *other)
{
  g_autofree char *path = intimail_folder_get_path (folder, other->cur ? "cur" : "new", other->file);

  if (intimail_folder_flush_entries (folder, folder->name, kept->cur, NULL) && unlinkat (self->root_fd, path, 0) == 0)
    g_info ("%s: one of two names of a message is removed", self->path);
}

/* A message of its own gets a name of its own. */
static void
rename_name (IntimailAccount *self, IntimailFolder *folder, const Name *other)
{
  const char *subfolder = other->cur ? "cur" : "new";
  g_autofree char *path = intimail_folder_get_path (folder, subfolder, other->file);
  g_autofree char *unique = intimail_maildir_name_make_unique ();
  g_autofree char *file = NULL;
  g_autofree char *target = NULL;
  IntimailMaildirName name;

  intimail_maildir_name_parse (other->file, &name);
  file = g_strconcat (unique, name.name + name.unique_length, NULL);
  target = intimail_folder_get_path (folder, subfolder, file);
  if (intimail_account_rename (self, path, target))
    g_info ("%s: a message had the name of another, and is %s now", self->path, file);
}

/* Of two names of one file the first stays: what is in cur/ has been seen by more. */
static void
drop_names (IntimailAccount *self, IntimailFolder *folder, GPtrArray *names)
{
  struct stat kept;
  struct stat status;

  for (guint i = 0; i < names->len; i++)
    {
      if (!stat_name (self, folder, g_ptr_array_index (names, i), &kept))
        continue;
      for (guint j = names->len - 1; j > i; j--)
        {
          if (!stat_name (self, folder, g_ptr_array_index (names, j), &status) ||
              status.st_dev != kept.st_dev || status.st_ino != kept.st_ino)
            continue;
          remove_name (self, folder, g_ptr_array_index (names, i), g_ptr_array_index (names, j));
          g_ptr_array_remove_index (names, j);
        }
    }
}

/* The message that the index has read keeps the name, and so the id that goes with what
 * was read. */
static guint
find_known (IntimailAccount *self, IntimailFolder *folder, const IntimailMaildirName *wanted, GPtrArray *names)
{
  guint32 slot = intimail_account_find_record (self, folder, wanted);
  g_autofree char *file = slot != INTIMAIL_TABLE_NONE ? intimail_account_get_file (self, slot) : NULL;
  gboolean cur = slot != INTIMAIL_TABLE_NONE && (intimail_table_get (self->table, slot)->mark & INTIMAIL_MARK_IN_NEW) == 0;

  for (guint i = 0; i < names->len; i++)
    {
      const Name *name = g_ptr_array_index (names, i);

      if (name->cur == cur && g_strcmp0 (name->file, file) == 0)
        return i;
    }
  return 0;
}

void
intimail_account_part_doubles (IntimailAccount *self, IntimailFolder *folder, const char *file)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (free_name);
  IntimailMaildirName wanted;
  guint known;

  if (folder->gone || !intimail_maildir_name_parse (file, &wanted))
    return;
  collect (self, folder, TRUE, &wanted, names);
  collect (self, folder, FALSE, &wanted, names);
  if (names->len < 2)
    return;

  drop_names (self, folder, names);
  known = find_known (self, folder, &wanted, names);
  for (guint i = 0; i < names->len; i++)
    {
      if (i != known)
        rename_name (self, folder, g_ptr_array_index (names, i));
    }
  folder->must_scan = TRUE;
}
