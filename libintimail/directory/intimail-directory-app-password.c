/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls for passwords of mail programs.
 */

#include <intimail/intimail-directory.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-app-password-private.h"

/* Uses that are remembered, so that the directory is not asked at each log-in. */
#define MAX_NOTED 10000

/* One whose id no other has. */
static char *
generate (GPtrArray *others, char **id)
{
  while (TRUE)
    {
      char *text = intimail_app_password_generate ();
      gboolean is_free = TRUE;

      *id = intimail_app_password_make_id (text);
      for (guint i = 0; i < others->len && is_free; i++)
        is_free = !g_str_equal (intimail_app_password_get_id (others->pdata[i]), *id);
      if (is_free)
        return text;
      g_clear_pointer (id, g_free);
      intimail_secret_free (text);
    }
}

/**
 * intimail_directory_add_app_password:
 * @self: a directory
 * @uid: whose it will be
 * @name: what they call it, such as "phone": 1 to 100 characters
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Makes a password for one mail program.
 *
 * It signs in by [method@Intimail.Directory.authenticate_client] alone, until it is
 * revoked. It is kept as a hash: nobody can tell it a second time.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, with
 * %INTIMAIL_ERROR_INVALID_ARGUMENT when @name cannot be one, with
 * %INTIMAIL_ERROR_TOO_LARGE when they have a hundred already, with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when a server lacks the schema, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: (transfer full): the password, to be shown once, such as
 *   `k3vm2-zqad5-cuvo7-ymwba-qzk4h`
 *
 * Since: 1.0
 */
char *
intimail_directory_add_app_password (IntimailDirectory *self,
                                     const char *uid,
                                     const char *name,
                                     GCancellable *cancellable,
                                     GError **error)
{
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (IntimailAppPassword) app_password = NULL;
  g_autofree char *id = NULL;
  char *text;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!intimail_app_password_check_name (name, error))
    return NULL;
  others = intimail_directory_list_app_passwords (self, uid, cancellable, error);
  if (others == NULL)
    return NULL;
  if (others->len >= INTIMAIL_APP_PASSWORD_MAX)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "\"%s\" has %u app passwords: revoke one first", uid, others->len);
      return NULL;
    }
  text = generate (others, &id);
  app_password = intimail_app_password_new (id, name, g_get_real_time () / G_USEC_PER_SEC, 0);
  if (!INTIMAIL_DIRECTORY_GET_IFACE (self)->store_app_password (self, uid, app_password, text, cancellable, error))
    g_clear_pointer (&text, intimail_secret_free);

  return text;
}

/**
 * intimail_directory_list_app_passwords:
 * @self: a directory
 * @uid: whose
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the passwords of somebody's mail programs, the oldest first.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when it cannot be known now.
 *
 * Returns: (transfer container) (element-type IntimailAppPassword): what they have
 *
 * Since: 1.0
 */
GPtrArray *
intimail_directory_list_app_passwords (IntimailDirectory *self,
                                       const char *uid,
                                       GCancellable *cancellable,
                                       GError **error)
{
  GPtrArray *list;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (uid != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  list = INTIMAIL_DIRECTORY_GET_IFACE (self)->list_app_passwords (self, uid, cancellable, error);
  if (list != NULL)
    g_ptr_array_sort (list, intimail_app_password_compare);

  return list;
}

/**
 * intimail_directory_revoke_app_password:
 * @self: a directory
 * @uid: whose it is
 * @id: its id, as [method@Intimail.AppPassword.get_id] has it
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Ends a password of a mail program: it does not sign in any more.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nobody has that uid or they have no such
 * password, and with %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed
 * now.
 *
 * Returns: %TRUE when the change is on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_revoke_app_password (IntimailDirectory *self,
                                        const char *uid,
                                        const char *id,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!intimail_app_password_is_valid_id (id))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "\"%s\" has no app password \"%s\"", uid, id);
      return FALSE;
    }

  return INTIMAIL_DIRECTORY_GET_IFACE (self)->revoke_app_password (self, uid, id, cancellable, error);
}

typedef struct
{
  IntimailDirectory *directory;
  char *uid;
  char *id;
  gint64 now;
} Use;

/* In a thread of its own: no log-in waits for it, and none fails with it. */
static void
write_use (gpointer data, gpointer user_data)
{
  Use *use = data;
  g_autoptr (GError) error = NULL;

  if (!INTIMAIL_DIRECTORY_GET_IFACE (use->directory)->note_app_password (use->directory, use->uid, use->id, use->now, NULL, &error))
    g_info ("The last use of the app password \"%s\" is not noted: %s", use->id, error->message);
  g_object_unref (use->directory);
  g_free (use->uid);
  g_free (use->id);
  g_free (use);
}

/* Whether this process has not noted that use within the hour. */
static gboolean
is_worth_noting (IntimailDirectory *self, const char *uid, const char *id, gint64 now)
{
  static GMutex mutex;
  static GQuark quark;
  g_autofree char *key = g_strdup_printf ("%s %s", uid, id);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GHashTable *noted;
  gint64 *before;

  if (quark == 0)
    quark = g_quark_from_static_string ("intimail-app-password-uses");
  noted = g_object_get_qdata (G_OBJECT (self), quark);
  if (noted == NULL)
    {
      noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_object_set_qdata_full (G_OBJECT (self), quark, noted, (GDestroyNotify) g_hash_table_unref);
    }
  before = g_hash_table_lookup (noted, key);
  if (before != NULL && now - *before < INTIMAIL_APP_PASSWORD_USE_INTERVAL && now >= *before)
    return FALSE;
  if (g_hash_table_size (noted) >= MAX_NOTED)
    g_hash_table_remove_all (noted);
  before = g_new (gint64, 1);
  *before = now;
  g_hash_table_insert (noted, g_steal_pointer (&key), before);

  return TRUE;
}

static void
note_use (IntimailDirectory *self, const char *uid, const char *id)
{
  static gsize once = 0;
  static GThreadPool *pool = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  Use *use;

  if (!is_worth_noting (self, uid, id, now))
    return;
  if (g_once_init_enter (&once))
    {
      pool = g_thread_pool_new (write_use, NULL, 1, FALSE, NULL);
      g_once_init_leave (&once, 1);
    }
  use = g_new0 (Use, 1);
  use->directory = g_object_ref (self);
  use->uid = g_strdup (uid);
  use->id = g_strdup (id);
  use->now = now;
  g_thread_pool_push (pool, use, NULL);
}

/**
 * intimail_directory_authenticate_client:
 * @self: a directory
 * @login: a uid, or an address of one person
 * @password: an app password, or the person's own
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Checks the password of a mail program, which gets mail and no settings.
 *
 * What has the form of an app password is looked for among those alone. Either way one
 * hash is computed, or one bind made. The use of an app password is noted afterwards, in
 * a thread.
 *
 * Fails as [method@Intimail.Directory.authenticate], but for the password of somebody with
 * a second factor, which is %INTIMAIL_ERROR_PERMISSION_DENIED: that alone opens nothing.
 *
 * Returns: (transfer full): who signed in
 *
 * Since: 1.0
 */
IntimailPerson *
intimail_directory_authenticate_client (IntimailDirectory *self,
                                        const char *login,
                                        const char *password,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_autofree char *id = NULL;
  g_autoptr (IntimailPerson) person = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), NULL);
  g_return_val_if_fail (login != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  id = intimail_app_password_make_id (password);
  person = INTIMAIL_DIRECTORY_GET_IFACE (self)->check_login (self, login, id, password, cancellable, error);
  if (person == NULL)
    return NULL;
  if (id != NULL)
    note_use (self, intimail_person_get_uid (person), id);
  else if (intimail_person_has_second_factor (person))
    {
      /* As a wrong one: who has it may not learn that it is right, and has no code to add. */
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the name or the password is wrong");
      return NULL;
    }

  return g_steal_pointer (&person);
}
