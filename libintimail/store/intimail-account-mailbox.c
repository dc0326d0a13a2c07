/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-secret-private.h"
#include "store/intimail-mailbox-name-private.h"
#include "store/intimail-mailbox-private.h"

static char *
make_path (IntimailAccount *self, IntimailFolder *folder)
{
  g_autofree char *name = NULL;
  IntimailFolder *parent = intimail_account_find_parent (self, folder, &name);
  g_autofree char *above = parent != NULL ? make_path (self, parent) : NULL;

  return above != NULL ? g_strconcat (above, "/", name, NULL) : g_steal_pointer (&name);
}

static IntimailMailbox *
make_mailbox (IntimailAccount *self, IntimailFolder *folder)
{
  g_autofree char *name = NULL;
  IntimailFolder *parent = intimail_account_find_parent (self, folder, &name);
  g_autofree char *path = make_path (self, folder);

  return intimail_mailbox_new (folder->id, parent != NULL ? parent->id : NULL, name, path, folder->role, folder->sort_order,
                               folder->subscribed, intimail_table_get_counts (self->table, folder->number));
}

/**
 * intimail_account_list_mailboxes:
 * @self: an account
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets the mailboxes with their counts; the inbox is the first.
 *
 * Fails with %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may
 * call it.
 *
 * Returns: (transfer container) (element-type IntimailMailbox): the mailboxes
 *
 * Since: 1.0
 */
GPtrArray *
intimail_account_list_mailboxes (IntimailAccount *self, GCancellable *cancellable, GError **error)
{
  GPtrArray *mailboxes = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, cancellable, error))
    {
      mailboxes = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint i = 0; i < self->folders->len; i++)
        {
          if (!intimail_account_get_folder (self, i)->gone)
            g_ptr_array_add (mailboxes, make_mailbox (self, intimail_account_get_folder (self, i)));
        }
    }
  intimail_account_end (self);
  return mailboxes;
}

/**
 * intimail_account_lookup_mailbox:
 * @self: an account
 * @id: the id of a mailbox
 * @error: return location for an error
 *
 * Gets a mailbox.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is none such, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox (IntimailAccount *self, const char *id, GError **error)
{
  IntimailMailbox *mailbox = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, NULL, error))
    {
      IntimailFolder *folder = intimail_account_find_folder (self, id);

      if (folder != NULL)
        mailbox = make_mailbox (self, folder);
      else
        intimail_account_set_not_found (error, "mailbox", id);
    }
  intimail_account_end (self);
  return mailbox;
}

/**
 * intimail_account_lookup_mailbox_by_role:
 * @self: an account
 * @role: a role
 * @error: return location for an error
 *
 * Gets the mailbox that has a role.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when none has it, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_by_role (IntimailAccount *self, IntimailMailboxRole role, GError **error)
{
  IntimailMailbox *mailbox = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (role > INTIMAIL_MAILBOX_ROLE_NONE && role <= INTIMAIL_MAILBOX_ROLE_TRASH, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, NULL, error))
    {
      IntimailFolder *folder = intimail_account_find_folder_by_role (self, role);

      if (folder != NULL)
        mailbox = make_mailbox (self, folder);
      else
        intimail_account_set_not_found (error, "mailbox with the role", intimail_mailbox_role_to_string (role));
    }
  intimail_account_end (self);
  return mailbox;
}

/**
 * intimail_account_lookup_mailbox_by_path:
 * @self: an account
 * @path: the names from the top, with slashes between; `INBOX` is the inbox too
 * @error: return location for an error
 *
 * Gets the mailbox at a path.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is none such, and with
 * %INTIMAIL_ERROR_FAILED when the account cannot be read. Any thread may call it.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_lookup_mailbox_by_path (IntimailAccount *self, const char *path, GError **error)
{
  IntimailMailbox *mailbox = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, NULL, error))
    {
      for (guint i = 0; mailbox == NULL && i < self->folders->len; i++)
        {
          IntimailFolder *folder = intimail_account_get_folder (self, i);
          g_autofree char *its_path = folder->gone ? NULL : make_path (self, folder);

          if (its_path != NULL && (strcmp (its_path, path) == 0 || (folder->name[0] == '\0' && g_ascii_strcasecmp (path, "INBOX") == 0)))
            mailbox = make_mailbox (self, folder);
        }
      if (mailbox == NULL)
        intimail_account_set_not_found (error, "mailbox", path);
    }
  intimail_account_end (self);
  return mailbox;
}

/* Under the mutex. */
static IntimailFolder *
find_named (IntimailAccount *self, const char *name)
{
  IntimailFolder *folder = intimail_account_find_folder (self, name);

  for (guint i = INTIMAIL_MAILBOX_ROLE_INBOX; folder == NULL && i <= INTIMAIL_MAILBOX_ROLE_TRASH; i++)
    if (g_ascii_strcasecmp (name, intimail_mailbox_role_to_string ((IntimailMailboxRole) i)) == 0)
      folder = intimail_account_find_folder_by_role (self, (IntimailMailboxRole) i);
  for (guint i = 0; folder == NULL && i < self->folders->len; i++)
    {
      IntimailFolder *candidate = intimail_account_get_folder (self, i);
      g_autofree char *path = candidate->gone ? NULL : make_path (self, candidate);

      if (g_strcmp0 (path, name) == 0)
        folder = candidate;
    }

  return folder;
}

char *
intimail_account_resolve_mailbox (IntimailAccount *self, const char *name, IntimailMailboxRole *role, GError **error)
{
  IntimailFolder *folder = NULL;
  char *id = NULL;

  if (intimail_account_begin_unscanned (self, error))
    folder = find_named (self, name);
  if (folder != NULL)
    {
      id = g_strdup (folder->id);
      *role = folder->role;
    }
  intimail_account_end (self);
  if (id != NULL || (error != NULL && *error != NULL))
    return id;

  /* Another process may have made it since. */
  if (intimail_account_begin_fresh (self, NULL, error))
    {
      folder = find_named (self, name);
      if (folder != NULL)
        {
          id = g_strdup (folder->id);
          *role = folder->role;
        }
      else
        {
          intimail_account_set_not_found (error, "mailbox", name);
        }
    }
  intimail_account_end (self);
  return id;
}

/* After our own change of the tree: takes over what it looks like now. */
static gboolean
list_again (IntimailAccount *self, GError **error)
{
  gboolean changed;

  if (!intimail_account_list_folders (self, FALSE, &changed, error))
    return FALSE;
  for (guint i = 0; i < self->folders->len; i++)
    {
      if (!intimail_account_get_folder (self, i)->gone)
        intimail_account_catch_up_folder (self, intimail_account_get_folder (self, i));
    }
  return intimail_account_commit (self, error);
}

/**
 * intimail_account_create_mailbox:
 * @self: an account
 * @name: the name, of 200 bytes at most
 * @parent_id: (nullable): the mailbox that holds it; %NULL at the top
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Makes a mailbox. Its name is put into Unicode's normal form C.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT for what cannot be a name (empty, `.`
 * or `..`, over 200 bytes, not UTF-8, with a slash or a control character, with a
 * space at its begin or end), and says which rule it breaks;
 * %INTIMAIL_ERROR_TOO_LARGE for too many levels or too long names,
 * %INTIMAIL_ERROR_EXISTS when the name is taken, %INTIMAIL_ERROR_NOT_FOUND for a
 * parent that is not there, %INTIMAIL_ERROR_FAILED or
 * %INTIMAIL_ERROR_STORAGE_FULL when the account cannot be written. Any thread may
 * call it.
 *
 * Returns: (transfer full): the mailbox
 *
 * Since: 1.0
 */
IntimailMailbox *
intimail_account_create_mailbox (IntimailAccount *self, const char *name, const char *parent_id, GCancellable *cancellable, GError **error)
{
  IntimailMailbox *mailbox = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (intimail_account_begin_fresh (self, cancellable, error) && intimail_account_lock (self, error))
    {
      g_autofree char *folder_name = intimail_account_choose_folder (self, name, parent_id, NULL, error);
      IntimailFolder *folder;

      if (folder_name != NULL && intimail_folder_create (self->root_fd, folder_name, error) && list_again (self, error))
        {
          folder = intimail_account_find_folder_by_name (self, folder_name);
          if (folder == NULL)
            g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "the mailbox \"%s\" vanished", name);
          else if (intimail_folder_anchor (folder, folder->name, error))
            mailbox = make_mailbox (self, folder);
        }
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return mailbox;
}

static gboolean
label_inbox (IntimailFolder *folder, const char *name, const char *parent_id, GError **error)
{
  if (parent_id != NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the inbox stays at the top");
      return FALSE;
    }
  if (!intimail_mailbox_name_check (name, error))
    return FALSE;
  g_free (folder->label);
  folder->label = g_strdup (name);
  return TRUE;
}

static gboolean
check_role (IntimailAccount *self, IntimailFolder *folder, IntimailMailboxRole role, GError **error)
{
  IntimailFolder *holder = role != INTIMAIL_MAILBOX_ROLE_NONE ? intimail_account_find_folder_by_role (self, role) : NULL;

  if (folder->role == role)
    return TRUE;
  if (folder->role == INTIMAIL_MAILBOX_ROLE_INBOX || role == INTIMAIL_MAILBOX_ROLE_INBOX)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the inbox stays the inbox");
      return FALSE;
    }
  if (holder != NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "another mailbox has the role \"%s\"", intimail_mailbox_role_to_string (role));
      return FALSE;
    }
  return TRUE;
}

/* Its messages may begin or cease to count. */
static void
set_role (IntimailAccount *self, IntimailFolder *folder, IntimailMailboxRole role)
{
  guint n;
  const guint32 *slots = intimail_table_get_folder (self->table, folder->number, &n);
  gboolean was_counted = intimail_account_is_counted (self, folder);

  if (folder->role != role)
    folder->role_since = g_get_real_time () / G_USEC_PER_SEC;
  folder->role = role;
  intimail_table_set_trash (self->table, folder->number, role == INTIMAIL_MAILBOX_ROLE_TRASH);
  for (guint i = 0; was_counted != intimail_account_is_counted (self, folder) && i < n; i++)
    {
      gint64 size = intimail_table_get (self->table, slots[i])->size;

      self->owed_bytes += was_counted ? -size : size;
      self->owed_messages += was_counted ? -1 : 1;
    }
}

/* Nothing is touched before all of it may be done. */
static gboolean
update_locked (IntimailAccount *self, IntimailFolder *folder, const char *name, const char *parent_id, IntimailMailboxRole role, guint sort_order, gboolean subscribed, GError **error)
{
  gboolean ok;

  if (!check_role (self, folder, role, error))
    return FALSE;
  if (folder->name[0] == '\0')
    ok = label_inbox (folder, name, parent_id, error);
  else
    ok = intimail_account_move_folder (self, folder, name, parent_id, error);
  if (!ok)
    return FALSE;

  set_role (self, folder, role);
  folder->sort_order = sort_order;
  folder->subscribed = subscribed;
  if (!intimail_folder_save (folder, error))
    return FALSE;
  intimail_journal_add_other (self->journal, INTIMAIL_CHANGE_TYPE_MAILBOX, INTIMAIL_CHANGE_UPDATE, folder->id);
  return list_again (self, error);
}

/**
 * intimail_account_update_mailbox:
 * @self: an account
 * @id: the id of a mailbox
 * @name: the name that it shall have
 * @parent_id: (nullable): the mailbox that shall hold it; %NULL at the top
 * @role: the role that it shall have
 * @sort_order: where it stands in a list
 * @subscribed: whether the person wants to see it
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Changes a mailbox. What shall stay is given as it is. Mailboxes inside move with
 * it: all of them, or none.
 *
 * Fails as [method@Intimail.Account.create_mailbox] does, with
 * %INTIMAIL_ERROR_EXISTS also when another mailbox has @role, and with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when a mailbox is put into itself, or the inbox
 * elsewhere. Any thread may call it.
 *
 * Returns: whether it is changed
 *
 * Since: 1.0
 */
gboolean
intimail_account_update_mailbox (IntimailAccount *self, const char *id, const char *name, const char *parent_id, IntimailMailboxRole role, guint sort_order, gboolean subscribed, GCancellable *cancellable, GError **error)
{
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (role <= INTIMAIL_MAILBOX_ROLE_TRASH, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin_fresh (self, cancellable, error) && intimail_account_lock (self, error))
    {
      IntimailFolder *folder = intimail_account_find_folder (self, id);

      if (folder == NULL)
        intimail_account_set_not_found (error, "mailbox", id);
      else
        ok = update_locked (self, folder, name, parent_id, role, sort_order, subscribed, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}

static gboolean
has_children (IntimailAccount *self, IntimailFolder *folder)
{
  gsize length = strlen (folder->name);

  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *other = intimail_account_get_folder (self, i);

      if (!other->gone && strncmp (other->name, folder->name, length) == 0 && other->name[length] == '.')
        return TRUE;
    }
  return FALSE;
}

/* What stands in the way of removing a mailbox; nothing is touched then. */
static gboolean
check_removable (IntimailAccount *self, IntimailFolder *folder, gboolean with_messages, GError **error)
{
  guint n;

  intimail_table_get_folder (self->table, folder->number, &n);
  if (folder->name[0] == '\0')
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the inbox cannot be removed");
  else if (has_children (self, folder))
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_EMPTY, "there are mailboxes inside");
  else if (n > 0 && !with_messages)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_EMPTY, "there are messages inside");
  else
    return TRUE;
  return FALSE;
}

/* The folder goes out of sight by one rename, with its messages, and is emptied
 * when its hour is over. */
static gboolean
remove_locked (IntimailAccount *self, IntimailFolder *folder, GError **error)
{
  g_autofree char *token = intimail_secret_token (10);
  g_autofree char *target = g_strconcat ("intimail.held/mailbox-", token, NULL);
  guint n;
  const guint32 *slots;

  if (mkdirat (self->root_fd, "intimail.held", 0700) < 0 && errno != EEXIST)
    {
      intimail_set_error_from_errno (error, errno, "cannot remove a mailbox");
      return FALSE;
    }
  if (renameat (self->root_fd, folder->name, self->root_fd, target) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot remove a mailbox");
      return FALSE;
    }
  slots = intimail_table_get_folder (self->table, folder->number, &n);
  for (guint i = 0; i < n; i++)
    intimail_account_count_removed (self, folder, intimail_table_get (self->table, slots[i])->size);
  return list_again (self, error);
}

/**
 * intimail_account_remove_mailbox:
 * @self: an account
 * @id: the id of a mailbox
 * @with_messages: whether its messages go too; those that are in another mailbox
 *   stay there
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Removes a mailbox.
 *
 * Fails with %INTIMAIL_ERROR_NOT_EMPTY when there are mailboxes inside, or messages
 * without @with_messages: then nothing is touched. Fails with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT for the inbox, %INTIMAIL_ERROR_NOT_FOUND when
 * there is none such, %INTIMAIL_ERROR_FAILED when the account cannot be written. Any
 * thread may call it.
 *
 * Returns: whether it is removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_remove_mailbox (IntimailAccount *self, const char *id, gboolean with_messages, GCancellable *cancellable, GError **error)
{
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin_fresh (self, cancellable, error) && intimail_account_lock (self, error))
    {
      IntimailFolder *folder = intimail_account_find_folder (self, id);

      if (folder == NULL)
        intimail_account_set_not_found (error, "mailbox", id);
      else if (check_removable (self, folder, with_messages, error))
        {
          intimail_account_purge (self);
          ok = remove_locked (self, folder, error);
        }
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}
