/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "store/intimail-mailbox-name-private.h"

IntimailFolder *
intimail_account_find_parent (IntimailAccount *self, IntimailFolder *folder, char **name)
{
  g_auto (GStrv) names = intimail_mailbox_name_split_folder (folder->name);
  g_autofree char *above = g_strdup (folder->name);
  guint n = names != NULL ? g_strv_length (names) : 0;
  IntimailFolder *parent = NULL;
  guint kept = n;

  while (kept > 0)
    {
      g_autofree char *next = intimail_mailbox_name_get_parent (above);

      kept--;
      if (*next == '\0')
        break;
      parent = intimail_account_find_folder_by_name (self, next);
      if (parent != NULL)
        break;
      g_free (above);
      above = g_steal_pointer (&next);
    }
  /* A level that is no mailbox of its own shows in the name. */
  *name = n > 0 ? g_strjoinv (".", names + kept) : g_strdup (folder->label != NULL ? folder->label : "Inbox");
  return parent;
}

/* Is there a mailbox beside that shows the same name? It may be written otherwise,
 * by another program. */
static gboolean
is_taken (IntimailAccount *self, const char *name, IntimailFolder *parent, IntimailFolder *own)
{
  g_autofree char *normalized = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);

  /* The name has passed its check. */
  if (parent == NULL && g_ascii_strcasecmp (name, "INBOX") == 0)
    return TRUE;
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *other = intimail_account_get_folder (self, i);
      g_autofree char *its_name = NULL;

      if (other->gone || other == own || other->name[0] == '\0')
        continue;
      if (intimail_account_find_parent (self, other, &its_name) == parent && g_strcmp0 (its_name, normalized) == 0)
        return TRUE;
    }
  return FALSE;
}

char *
intimail_account_choose_folder (IntimailAccount *self, const char *name, const char *parent_id, IntimailFolder *own, GError **error)
{
  IntimailFolder *parent = parent_id != NULL ? intimail_account_find_folder (self, parent_id) : NULL;
  g_autofree char *old_name = NULL;
  g_autofree char *folder = NULL;
  IntimailFolder *same;

  if (parent_id != NULL && parent == NULL)
    {
      intimail_account_set_not_found (error, "mailbox", parent_id);
      return NULL;
    }
  /* What stays keeps its spelling, be it one that we would not choose. */
  if (own != NULL && intimail_account_find_parent (self, own, &old_name) == parent && strcmp (old_name, name) == 0)
    return g_strdup (own->name);
  if (parent != NULL && parent->name[0] == '\0')
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the inbox cannot hold mailboxes");
      return NULL;
    }
  folder = intimail_mailbox_name_to_folder (parent != NULL ? parent->name : "", name, error);
  if (folder == NULL)
    return NULL;

  same = intimail_account_find_folder_by_name (self, folder);
  if ((same != NULL && same != own) || is_taken (self, name, parent, own))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "there is a mailbox \"%s\" already", name);
      return NULL;
    }
  return g_steal_pointer (&folder);
}

static gboolean
is_inside (const char *name, const char *above)
{
  gsize length = strlen (above);

  return strncmp (name, above, length) == 0 && (name[length] == '.' || name[length] == '\0');
}

static gint
compare_depth (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(IntimailFolder *const *) b)->name, (*(IntimailFolder *const *) a)->name);
}

/* What stands in the way of another name for a folder and all below it. */
static gboolean
check_targets (IntimailAccount *self, GPtrArray *moving, gsize old_length, const char *new_name, GError **error)
{
  for (guint i = 0; i < moving->len; i++)
    {
      IntimailFolder *folder = g_ptr_array_index (moving, i);
      g_autofree char *target = g_strconcat (new_name, folder->name + old_length, NULL);
      g_auto (GStrv) names = intimail_mailbox_name_split_folder (target);
      IntimailFolder *same = intimail_account_find_folder_by_name (self, target);

      if (names == NULL || strlen (target) > INTIMAIL_MAILBOX_FOLDER_MAX)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                       "a mailbox inside would get too long a name: %u bytes and %u levels at most",
                       INTIMAIL_MAILBOX_FOLDER_MAX, INTIMAIL_MAILBOX_DEPTH_MAX);
          return FALSE;
        }
      if (same != NULL && !g_ptr_array_find (moving, same, NULL))
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "there is a mailbox \"%s\" already", names[g_strv_length (names) - 1]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
rename_folder (IntimailAccount *self, IntimailFolder *folder, gsize old_length, const char *new_name)
{
  g_autofree char *target = g_strconcat (new_name, folder->name + old_length, NULL);

  if (renameat (self->root_fd, folder->name, self->root_fd, target) < 0)
    return FALSE;
  intimail_folder_set_name (folder, target);
  return TRUE;
}

/* The folder and all below it get another name: all of them or none. The deepest go
 * first, so that a crash leaves no mailbox without the ones above it. */
static gboolean
rename_tree (IntimailAccount *self, const char *old_name, const char *new_name, GError **error)
{
  g_autoptr (GPtrArray) moving = g_ptr_array_new ();

  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (!folder->gone && is_inside (folder->name, old_name))
        g_ptr_array_add (moving, folder);
    }
  g_ptr_array_sort (moving, compare_depth);
  if (!check_targets (self, moving, strlen (old_name), new_name, error))
    return FALSE;

  for (guint i = 0; i < moving->len; i++)
    {
      if (rename_folder (self, g_ptr_array_index (moving, i), strlen (old_name), new_name))
        continue;
      intimail_set_error_from_errno (error, errno, "cannot rename a mailbox");
      while (i-- > 0)
        rename_folder (self, g_ptr_array_index (moving, i), strlen (new_name), old_name);
      return FALSE;
    }
  return TRUE;
}

gboolean
intimail_account_move_folder (IntimailAccount *self, IntimailFolder *folder, const char *name, const char *parent_id, GError **error)
{
  g_autofree char *target = intimail_account_choose_folder (self, name, parent_id, folder, error);
  g_autofree char *old_name = g_strdup (folder->name);

  if (target == NULL)
    return FALSE;
  if (strcmp (target, old_name) == 0)
    return TRUE;
  if (is_inside (target, old_name))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "a mailbox cannot be put into itself");
      return FALSE;
    }
  return rename_tree (self, old_name, target, error);
}
