/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file of a set of rules: read, replaced as a whole, and kept in memory as long as
 * it stays the same.
 */

#include "delivery/intimail-rule-set-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "store/intimail-lock-private.h"

/* Who writes is done in much less. */
#define LOCK_TIMEOUT_MS 5000

static char *
make_path (IntimailAccount *account)
{
  return g_build_filename (intimail_account_get_path (account), "intimail.rules", NULL);
}

/* The text of the file; *text NULL when there is none. */
static gboolean
read_file (const char *path, char **text, gsize *length, GError **error)
{
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  *text = NULL;
  *length = 0;
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return FALSE;
    }

  return intimail_fd_read_all (fd, INTIMAIL_RULE_SET_MAX_SIZE, text, length, error);
}

static char *
make_state (const char *text, gsize length)
{
  return text != NULL ? intimail_hash_id ("r", text, length) : g_strdup ("");
}

/**
 * intimail_rule_set_load:
 * @account: an account
 * @cancellable: (nullable): a cancellable, heeded before anything is read
 * @error: return location for an error
 *
 * Reads the rules of an account. Without a file there are none.
 *
 * Fails as [func@Intimail.RuleSet.parse] does when the file is not right, which is then
 * as if there were no rules, with %INTIMAIL_ERROR_TOO_LARGE when it has over 1 MB, and
 * with %INTIMAIL_ERROR_FAILED when it cannot be read.
 *
 * Returns: (transfer full): the rules, to be changed and saved
 *
 * Since: 1.0
 */
IntimailRuleSet *
intimail_rule_set_load (IntimailAccount *account, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailRuleSet) self = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  path = make_path (account);
  if (!read_file (path, &text, &length, error))
    return NULL;
  self = intimail_rule_set_new ();
  if (text != NULL && !intimail_rule_set_read_json (self, text, length, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  g_free (self->state);
  self->state = make_state (text, length);

  return g_steal_pointer (&self);
}

/* Under the lock: what is replaced is what it was made of. */
static gboolean
replace (IntimailRuleSet *self, const char *path, GError **error)
{
  g_autofree char *json = intimail_rule_set_write_json (self);
  g_autofree char *text = NULL;
  g_autofree char *state = NULL;
  gsize length;

  if (strlen (json) > INTIMAIL_RULE_SET_MAX_SIZE)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the rules are too large");
      return FALSE;
    }
  if (!read_file (path, &text, &length, error))
    return FALSE;
  state = make_state (text, length);
  if (!g_str_equal (state, self->state))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_STATE_LOST, "the rules were changed by somebody else meanwhile");
      return FALSE;
    }
  if (!intimail_file_replace (path, json, strlen (json), 0600, error))
    return FALSE;
  g_free (self->state);
  self->state = make_state (json, strlen (json));

  return TRUE;
}

/**
 * intimail_rule_set_save:
 * @self: a set of rules
 * @account: the account that it was loaded from
 * @cancellable: (nullable): a cancellable, heeded before anything is written
 * @error: return location for an error
 *
 * Writes the rules of an account: they count for the next message.
 *
 * After a crash the old rules are there or the new ones. Fails with
 * %INTIMAIL_ERROR_STATE_LOST when the file is not the one any more that the set was made
 * of: load it again; with %INTIMAIL_ERROR_INVALID_ARGUMENT, %INTIMAIL_ERROR_TOO_LARGE
 * when a rule is not right; and with %INTIMAIL_ERROR_STORAGE_FULL or
 * %INTIMAIL_ERROR_FAILED when it cannot be written.
 *
 * Returns: %TRUE when they are on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_rule_set_save (IntimailRuleSet *self, IntimailAccount *account, GCancellable *cancellable, GError **error)
{
  g_auto (IntimailFd) folder = -1;
  g_autofree char *path = NULL;

  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (account), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !intimail_rule_set_check (self, error))
    return FALSE;
  /* The file is another one after each change: the lock is that of its folder. */
  folder = open (intimail_account_get_path (account), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", intimail_account_get_path (account));
      return FALSE;
    }
  if (!intimail_lock_take (folder, LOCK_TIMEOUT_MS, error))
    return FALSE;
  path = make_path (account);

  return replace (self, path, error);
}

/* ---- Without making the caller wait ---- */

static gpointer
run_load (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_rule_set_load (self, cancellable, error);
}

/**
 * intimail_rule_set_load_async:
 * @account: an account
 * @cancellable: (nullable): a cancellable, heeded before anything is read
 * @callback: (scope async) (closure user_data): called in the main context that was the
 *   caller's thread default
 * @user_data: data for @callback
 *
 * Reads the rules of an account without making the caller wait: see
 * [func@Intimail.RuleSet.load].
 *
 * Since: 1.0
 */
void
intimail_rule_set_load_async (IntimailAccount *account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_load, .free_result = g_object_unref };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (account));

  intimail_call_start (account, intimail_rule_set_load_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_rule_set_load_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [func@Intimail.RuleSet.load_async].
 *
 * Fails as [func@Intimail.RuleSet.load] does.
 *
 * Returns: (transfer full): the rules, to be changed and saved
 *
 * Since: 1.0
 */
IntimailRuleSet *
intimail_rule_set_load_finish (GAsyncResult *result, GError **error)
{
  return intimail_call_finish (g_task_get_source_object (G_TASK (result)), intimail_rule_set_load_async, result, error);
}

static gpointer
run_save (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_rule_set_save (self, call->objects[0], cancellable, error));
}

/**
 * intimail_rule_set_save_async:
 * @self: a set of rules, not to be touched until it is saved
 * @account: the account that it was loaded from
 * @cancellable: (nullable): a cancellable, heeded before anything is written
 * @callback: (scope async) (closure user_data): called in the main context that was the
 *   caller's thread default
 * @user_data: data for @callback
 *
 * Writes the rules of an account without making the caller wait: see
 * [method@Intimail.RuleSet.save].
 *
 * Since: 1.0
 */
void
intimail_rule_set_save_async (IntimailRuleSet *self,
                              IntimailAccount *account,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  const IntimailCall call = { .run = run_save, .is_change = TRUE, .objects = { account } };

  g_return_if_fail (INTIMAIL_IS_RULE_SET (self));
  g_return_if_fail (INTIMAIL_IS_ACCOUNT (account));

  intimail_call_start (self, intimail_rule_set_save_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_rule_set_save_finish:
 * @self: a set of rules
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.RuleSet.save_async].
 *
 * Fails as [method@Intimail.RuleSet.save] does.
 *
 * Returns: %TRUE when they are on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_rule_set_save_finish (IntimailRuleSet *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_rule_set_save_async, result, error) != NULL;
}

/* ---- For deliveries ---- */

/* What a file said, or why it says nothing. */
typedef struct
{
  ino_t inode;
  off_t size;
  struct timespec modified;
  IntimailRuleSet *set;
  GError *error;
} Kept;

static GMutex kept_mutex;

static void
kept_free (gpointer data)
{
  Kept *self = data;

  g_clear_object (&self->set);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
is_same (const Kept *kept, const struct stat *status)
{
  return kept != NULL && kept->inode == status->st_ino && kept->size == status->st_size &&
         kept->modified.tv_sec == status->st_mtim.tv_sec && kept->modified.tv_nsec == status->st_mtim.tv_nsec;
}

static Kept *
keep (IntimailAccount *account, const struct stat *status)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->inode = status->st_ino;
  kept->size = status->st_size;
  kept->modified = status->st_mtim;
  kept->set = intimail_rule_set_load (account, NULL, &kept->error);
  /* What cannot be read now may be read the next time. */
  if (g_error_matches (kept->error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED))
    kept->inode = 0;
  if (kept->error != NULL)
    g_warning ("The rules do not count, and all mail stays in the inbox: %s", kept->error->message);

  return kept;
}

IntimailRuleSet *
intimail_rule_set_borrow (IntimailAccount *account, GError **error)
{
  static GQuark quark;
  g_autofree char *path = make_path (account);
  IntimailRuleSet *set = NULL;
  struct stat status;
  Kept *kept;

  if (lstat (path, &status) < 0)
    {
      if (errno != ENOENT)
        intimail_set_error_from_errno (error, errno, "cannot look at %s", path);
      return NULL;
    }

  g_mutex_lock (&kept_mutex);
  if (quark == 0)
    quark = g_quark_from_static_string ("intimail-rule-set");
  kept = g_object_get_qdata (G_OBJECT (account), quark);
  if (!is_same (kept, &status))
    {
      kept = keep (account, &status);
      g_object_set_qdata_full (G_OBJECT (account), quark, kept, kept_free);
    }
  if (kept->set != NULL)
    set = g_object_ref (kept->set);
  else if (error != NULL)
    *error = g_error_copy (kept->error);
  g_mutex_unlock (&kept_mutex);

  return set;
}
