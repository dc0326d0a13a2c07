/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-change-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"

/* Which folders were known before we changed them ourselves. */
typedef struct
{
  GArray *was_scanned; /* gboolean: new/ and cur/ of each folder */
} Hand;

static void
hand_begin (Hand *hand, IntimailAccount *self)
{
  hand->was_scanned = g_array_new (FALSE, TRUE, sizeof (gboolean));
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);
      gboolean in_new = !folder->gone && intimail_account_is_scanned (self, folder, FALSE);
      gboolean in_cur = !folder->gone && intimail_account_is_scanned (self, folder, TRUE);

      g_array_append_val (hand->was_scanned, in_new);
      g_array_append_val (hand->was_scanned, in_cur);
    }
}

static void
hand_end (Hand *hand, IntimailAccount *self)
{
  for (guint i = 0; i * 2 < hand->was_scanned->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);

      if (folder->gone)
        continue;
      intimail_account_mark_scanned (self, folder, FALSE, g_array_index (hand->was_scanned, gboolean, i * 2));
      intimail_account_mark_scanned (self, folder, TRUE, g_array_index (hand->was_scanned, gboolean, i * 2 + 1));
    }
  g_array_unref (hand->was_scanned);
}

char *
intimail_account_locate (IntimailAccount *self, guint32 slot, GError **error)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);
  IntimailFolder *folder = intimail_account_get_folder (self, record->folder);
  g_autofree char *file = intimail_account_get_file (self, slot);
  g_auto (IntimailFd) fd = -1;
  char *path = NULL;

  if (file != NULL)
    fd = intimail_folder_open_file (folder, file, &path);
  if (fd >= 0)
    return path;
  if (errno == ENOENT)
    folder->must_scan = TRUE;
  intimail_account_set_unopened (error, errno, intimail_id_format ('m', &record->id).text);
  return NULL;
}

const char *
intimail_account_get_base_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* The keywords that a change asks for, as bits. */
static gboolean
take_words (IntimailAccount *self, const char *const *words, guint64 *bits, GError **error)
{
  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    {
      guint64 bit;

      if (!intimail_keyword_check (words[i], error))
        return FALSE;
      bit = intimail_account_take_keyword (self, words[i]);
      if (bit == 0)
        {
          g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the account has too many keywords");
          return FALSE;
        }
      *bits |= bit;
    }
  return TRUE;
}

/* Renames the file of one copy so that its letters say @add and not @remove. */
static gboolean
change_copy (IntimailAccount *self, guint32 slot, guint64 add, guint64 remove, GError **error)
{
  IntimailRecord *record = intimail_table_get (self->table, slot);
  IntimailFolder *folder = intimail_account_get_folder (self, record->folder);
  g_autofree char *add_letters = NULL;
  g_autofree char *remove_letters = NULL;

  if (!intimail_folder_load_letters (folder, error))
    return FALSE;
  add_letters = intimail_account_write_letters (self, folder, add, error);
  if (add_letters == NULL)
    return FALSE;
  remove_letters = intimail_account_find_letters (self, folder, remove);

  /* Somebody may be faster with the same file: look again, once. */
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      g_autofree char *path = intimail_account_locate (self, slot, error);
      g_autofree char *letters = NULL;
      g_autofree char *file = NULL;
      g_autofree char *target = NULL;
      IntimailMaildirName name;
      guint64 there;
      guint64 keywords;

      if (path == NULL)
        return FALSE;
      /* The name says what is set: others may have changed it since it was recorded. */
      intimail_maildir_name_parse (intimail_account_get_base_name (path), &name);
      there = intimail_account_read_letters (self, folder, name.letters);
      keywords = (there | add) & ~remove;
      if (keywords == there && keywords == record->keywords)
        return TRUE;
      letters = intimail_maildir_letters_change (name.letters, add_letters, remove_letters);
      file = intimail_maildir_name_with_letters (&name, letters);
      target = keywords != there ? intimail_folder_get_path (folder, "cur", file) : g_strdup (path);
      if (keywords == there)
        {
          g_free (file);
          file = g_strdup (intimail_account_get_base_name (path));
        }
      if (intimail_account_rename (self, path, target))
        {
          intimail_account_change_record (self, slot, keywords, file);
          if (keywords != there)
            intimail_table_get (self->table, slot)->mark &= (guint8) ~INTIMAIL_MARK_IN_NEW;
          return TRUE;
        }
      /* Another message has the name: the next look parts them. */
      folder->must_scan |= errno == EEXIST;
      if (errno != ENOENT)
        {
          intimail_set_error_from_errno (error, errno, "cannot change the keywords of a message");
          return FALSE;
        }
    }

  folder->must_scan = TRUE;
  intimail_account_set_not_found (error, "message", intimail_id_format ('m', &intimail_table_get (self->table, slot)->id).text);
  return FALSE;
}

static gboolean
change_message (IntimailAccount *self, const char *id, guint64 add, guint64 remove, GError **error)
{
  guint32 slot = intimail_account_find_message (self, id);

  if (slot == INTIMAIL_TABLE_NONE)
    {
      intimail_account_set_no_message (self, error, id);
      return FALSE;
    }
  for (; slot != INTIMAIL_TABLE_NONE; slot = intimail_table_next_copy (self->table, slot))
    {
      if (!change_copy (self, slot, add, remove, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
intimail_account_change_all (IntimailAccount *self, const char *const *ids, IntimailAccountChangeFunc func, IntimailAccountChangeFunc last, gpointer user_data, GError **error)
{
  g_autoptr (GError) first = NULL;
  Hand hand;

  hand_begin (&hand, self);
  for (gsize i = 0; ids[i] != NULL; i++)
    func (self, ids[i], user_data, first == NULL ? &first : NULL);
  for (gsize i = 0; last != NULL && ids[i] != NULL; i++)
    last (self, ids[i], user_data, first == NULL ? &first : NULL);
  /* The files are changed: what cannot be written down is found by the next scan. */
  if (!intimail_account_commit (self, NULL))
    g_debug ("%s: a change is not written down yet", self->path);
  else
    intimail_account_compact_worn (self);
  hand_end (&hand, self);

  if (first != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&first));
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  guint64 add;
  guint64 remove;
} Keywords;

static gboolean
set_keywords_of (IntimailAccount *self, const char *id, gpointer user_data, GError **error)
{
  Keywords *keywords = user_data;

  return change_message (self, id, keywords->add, keywords->remove, error);
}

/**
 * intimail_account_set_keywords:
 * @self: an account
 * @ids: (array zero-terminated=1): ids of messages
 * @add: (nullable) (array zero-terminated=1): keywords to set, in lower case
 * @remove: (nullable) (array zero-terminated=1): keywords to take away
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Changes keywords of messages.
 *
 * When something fails for one message the others are changed all the same, and
 * the first failure is told: %INTIMAIL_ERROR_NOT_FOUND for a message that is not
 * there, %INTIMAIL_ERROR_INVALID_ARGUMENT for what cannot be a keyword,
 * %INTIMAIL_ERROR_TOO_LARGE for too many keywords, %INTIMAIL_ERROR_FAILED when the
 * account cannot be written. Any thread may call it.
 *
 * Returns: whether all are changed
 *
 * Since: 1.0
 */
gboolean
intimail_account_set_keywords (IntimailAccount *self, const char *const *ids, const char *const *add, const char *const *remove, GCancellable *cancellable, GError **error)
{
  Keywords keywords = { 0, 0 };
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (ids != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin_fresh (self, cancellable, error) && take_words (self, add, &keywords.add, error) &&
      take_words (self, remove, &keywords.remove, error) && intimail_account_lock (self, error))
    {
      keywords.add &= ~keywords.remove;
      ok = intimail_account_change_all (self, ids, set_keywords_of, NULL, &keywords, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}

gboolean
intimail_account_take_out (IntimailAccount *self, guint32 slot, GError **error)
{
  g_autoptr (GError) own = NULL;
  g_autofree char *path = intimail_account_locate (self, slot, &own);
  IntimailRecord *record = intimail_table_get (self->table, slot);

  if (path == NULL && !g_error_matches (own, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&own));
      return FALSE;
    }
  if (path != NULL && unlinkat (self->root_fd, path, 0) == 0)
    intimail_account_count_removed (self, intimail_account_get_folder (self, record->folder), record->size);
  else if (path != NULL && errno != ENOENT)
    {
      intimail_set_error_from_errno (error, errno, "cannot take a message out of a mailbox");
      return FALSE;
    }
  intimail_account_remove_record (self, slot);
  return TRUE;
}

static gboolean
remove_message (IntimailAccount *self, const char *id, gpointer user_data, GError **error)
{
  guint32 slot = intimail_account_find_message (self, id);
  g_autofree char *held = g_strconcat ("intimail.held/", id, NULL);
  g_autofree char *path = NULL;
  IntimailRecord *record;
  g_autoptr (GError) own = NULL;

  if (slot == INTIMAIL_TABLE_NONE)
    {
      intimail_account_set_no_message (self, error, id);
      return FALSE;
    }
  /* Its bytes stay for a while: somebody may be about to use them again. */
  path = intimail_account_locate (self, slot, &own);
  if (path == NULL && !g_error_matches (own, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&own));
      return FALSE;
    }
  if (path != NULL && renameat (self->root_fd, path, self->root_fd, held) < 0 && unlinkat (self->root_fd, path, 0) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot remove a message");
      return FALSE;
    }
  record = intimail_table_get (self->table, slot);
  if (path != NULL)
    intimail_account_count_removed (self, intimail_account_get_folder (self, record->folder), record->size);
  intimail_account_remove_record (self, slot);
  while ((slot = intimail_account_find_message (self, id)) != INTIMAIL_TABLE_NONE)
    {
      if (!intimail_account_take_out (self, slot, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
remove_copy (IntimailAccount *self, const char *id, gpointer user_data, GError **error)
{
  IntimailFolder *folder = user_data;
  IntimailId parsed;
  guint32 slot;

  if (!intimail_id_parse ('m', id, strlen (id), &parsed))
    return FALSE;
  slot = intimail_table_find_in_folder (self->table, &parsed, folder->number);
  if (slot == INTIMAIL_TABLE_NONE)
    return TRUE;
  if (intimail_table_next_copy (self->table, intimail_table_find (self->table, &parsed)) != INTIMAIL_TABLE_NONE)
    return intimail_account_take_out (self, slot, error);
  return remove_message (self, id, NULL, error);
}

/* Where removed messages are held. */
static void
make_held (IntimailAccount *self)
{
  if (mkdirat (self->root_fd, "intimail.held", 0700) < 0 && errno != EEXIST)
    g_debug ("%s: removed messages cannot be held", self->path);
  intimail_account_purge (self);
}

gboolean
intimail_account_remove_copies (IntimailAccount *self, IntimailFolder *folder, const char *const *ids, GError **error)
{
  make_held (self);
  return intimail_account_change_all (self, ids, remove_copy, NULL, folder, error);
}

/**
 * intimail_account_remove_messages:
 * @self: an account
 * @ids: (array zero-terminated=1): ids of messages
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Removes messages from all their mailboxes, for ever.
 *
 * For one more hour [method@Intimail.Account.load_blob] finds their bytes. When
 * something fails for one message the others are removed all the same, and the
 * first failure is told: %INTIMAIL_ERROR_NOT_FOUND for a message that is not there,
 * %INTIMAIL_ERROR_FAILED when the account cannot be written. Any thread may call it.
 *
 * Returns: whether all are removed
 *
 * Since: 1.0
 */
gboolean
intimail_account_remove_messages (IntimailAccount *self, const char *const *ids, GCancellable *cancellable, GError **error)
{
  gboolean ok = FALSE;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (ids != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (intimail_account_begin_fresh (self, cancellable, error) && intimail_account_lock (self, error))
    {
      make_held (self);
      ok = intimail_account_change_all (self, ids, remove_message, NULL, NULL, error);
      intimail_account_unlock (self);
    }
  intimail_account_end (self);
  return ok;
}
