/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The directory's calls for tables and LDIF without blocking.
 */

#include <intimail/intimail-directory.h>

#include "base/intimail-call-private.h"

static gpointer
run_export_people (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_export_people (self, cancellable, error);
}

/**
 * intimail_directory_export_people_async:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Writes everybody as a table as [method@Intimail.Directory.export_people] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_export_people_async (IntimailDirectory *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_export_people, .free_result = g_free };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));

  intimail_call_start (self, intimail_directory_export_people_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_export_people_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.export_people_async].
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
char *
intimail_directory_export_people_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_export_people_async, result, error);
}

static gpointer
run_import_people (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  guint n = 0;

  if (!intimail_directory_import_people (self, call->texts[0], &n, cancellable, error))
    return NULL;

  return g_memdup2 (&n, sizeof n);
}

/**
 * intimail_directory_import_people_async:
 * @self: a directory
 * @table: a table
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Adds the people of a table as [method@Intimail.Directory.import_people] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_import_people_async (IntimailDirectory *self,
                                        const char *table,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  const IntimailCall call = { .run = run_import_people, .free_result = g_free, .texts = { table }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (table != NULL);

  intimail_call_start (self, intimail_directory_import_people_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_import_people_finish:
 * @self: a directory
 * @result: what the callback got
 * @n_added: (out) (optional): return location for how many were added
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.import_people_async].
 *
 * Returns: %TRUE when all of them are on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_import_people_finish (IntimailDirectory *self, GAsyncResult *result, guint *n_added, GError **error)
{
  g_autofree guint *n = intimail_call_finish (self, intimail_directory_import_people_async, result, error);

  if (n_added != NULL)
    *n_added = n != NULL ? *n : 0;

  return n != NULL;
}

static gpointer
run_export_ldif (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_directory_export_ldif (self, cancellable, error);
}

/**
 * intimail_directory_export_ldif_async:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Writes people and groups as LDIF as [method@Intimail.Directory.export_ldif] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_export_ldif_async (IntimailDirectory *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const IntimailCall call = { .run = run_export_ldif, .free_result = g_free };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));

  intimail_call_start (self, intimail_directory_export_ldif_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_export_ldif_finish:
 * @self: a directory
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.export_ldif_async].
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
intimail_directory_export_ldif_finish (IntimailDirectory *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_directory_export_ldif_async, result, error);
}

static gpointer
run_import_ldif (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  guint n = 0;

  if (!intimail_directory_import_ldif (self, call->texts[0], &n, cancellable, error))
    return NULL;

  return g_memdup2 (&n, sizeof n);
}

/**
 * intimail_directory_import_ldif_async:
 * @self: a directory
 * @text: LDIF
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Adds people and groups of LDIF as [method@Intimail.Directory.import_ldif] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_directory_import_ldif_async (IntimailDirectory *self,
                                      const char *text,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const IntimailCall call = { .run = run_import_ldif, .free_result = g_free, .texts = { text }, .is_change = TRUE };

  g_return_if_fail (INTIMAIL_IS_DIRECTORY (self));
  g_return_if_fail (text != NULL);

  intimail_call_start (self, intimail_directory_import_ldif_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_directory_import_ldif_finish:
 * @self: a directory
 * @result: what the callback got
 * @n_added: (out) (optional): return location for how many were added
 * @error: return location for an error
 *
 * Finishes [method@Intimail.Directory.import_ldif_async].
 *
 * Returns: %TRUE when all of them are on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_import_ldif_finish (IntimailDirectory *self, GAsyncResult *result, guint *n_added, GError **error)
{
  g_autofree guint *n = intimail_call_finish (self, intimail_directory_import_ldif_async, result, error);

  if (n_added != NULL)
    *n_added = n != NULL ? *n : 0;

  return n != NULL;
}
