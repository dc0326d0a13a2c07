/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/intimail-tree-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

static int remove_name (int parent_fd, const char *name, guint depth);

/* 0 or an errno. Takes the descriptor. What is removed while it is listed may be listed
 * all the same, or keep others from being listed: who calls tries again. */
static int
empty_folder (int fd, guint depth)
{
  DIR *folder = fdopendir (fd);
  struct dirent *entry;
  int code = 0;

  if (folder == NULL)
    {
      code = errno;
      intimail_fd_close (fd);
      return code;
    }
  errno = 0;
  while (code == 0 && (entry = readdir (folder)) != NULL)
    {
      if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
        code = remove_name (dirfd (folder), entry->d_name, depth);
      errno = 0;
    }
  if (code == 0)
    code = errno;
  closedir (folder);

  return code;
}

static int
remove_name (int parent_fd, const char *name, guint depth)
{
  int code;

  if (unlinkat (parent_fd, name, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return errno;
  if (depth == 0)
    return ELOOP;
  for (int i = 0; i < 3; i++)
    {
      int fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

      if (fd < 0)
        return errno == ENOENT ? 0 : errno;
      code = empty_folder (fd, depth - 1);
      if (code != 0)
        return code;
      if (unlinkat (parent_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return 0;
      code = errno;
      if (code != ENOTEMPTY && code != EEXIST)
        return code;
    }

  return code;
}

gboolean
intimail_tree_remove (const char *parent, const char *name, GError **error)
{
  g_auto (IntimailFd) fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int code = fd < 0 ? errno : remove_name (fd, name, INTIMAIL_TREE_MAX_DEPTH);

  if (code == 0 || (fd < 0 && code == ENOENT))
    return TRUE;
  intimail_set_error_from_errno (error, code, "cannot remove %s/%s", parent, name);

  return FALSE;
}
