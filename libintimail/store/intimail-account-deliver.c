/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <string.h>

#include "base/intimail-call-private.h"
#include "store/intimail-spool-private.h"

/**
 * intimail_account_deliver:
 * @self: an account
 * @message: the message, stored byte for byte
 * @mailbox_id: (nullable): the mailbox; %NULL is the inbox
 * @keywords: (nullable) (array zero-terminated=1): keywords in lower case, such as
 *   `$seen`
 * @received: when it was received, in seconds since 1970; 0 is now
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @error: return location for an error
 *
 * Stores a message and waits until the disk has it.
 *
 * Fails with %INTIMAIL_ERROR_OVER_QUOTA when the account has no room,
 * %INTIMAIL_ERROR_STORAGE_FULL when the disk has none, %INTIMAIL_ERROR_NOT_FOUND
 * when there is no such mailbox, %INTIMAIL_ERROR_INVALID_ARGUMENT for what cannot be
 * a keyword, %INTIMAIL_ERROR_TOO_LARGE for too many keywords, and
 * %INTIMAIL_ERROR_FAILED when the account cannot be written. After a failure,
 * deliver again: at worst the message is then stored twice, never zero times. Any
 * thread may call it.
 *
 * Returns: (transfer full): the id of the message
 *
 * Since: 1.0
 */
char *
intimail_account_deliver (IntimailAccount *self, GBytes *message, const char *mailbox_id, const char *const *keywords, gint64 received, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailSpool) spool = NULL;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (message != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  data = g_bytes_get_data (message, &size);
  spool = intimail_spool_new (self, error);
  if (spool == NULL || !intimail_spool_write (spool, data, size, error) || !intimail_spool_flush (spool, error))
    return NULL;

  return intimail_account_deliver_spool (self, spool, mailbox_id, keywords, received, NULL, error);
}

static gpointer
run_deliver (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_deliver (self, call->bytes, call->texts[0], call->lists[0], call->numbers[0], cancellable, error);
}

/**
 * intimail_account_deliver_async:
 * @self: an account
 * @message: the message, stored byte for byte
 * @mailbox_id: (nullable): the mailbox; %NULL is the inbox
 * @keywords: (nullable) (array zero-terminated=1): keywords in lower case
 * @received: when it was received, in seconds since 1970; 0 is now
 * @cancellable: (nullable): a cancellable, heeded until the disk is touched
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Stores a message without making the caller wait: see
 * [method@Intimail.Account.deliver].
 *
 * Since: 1.0
 */
void
intimail_account_deliver_async (IntimailAccount *self,
                                GBytes *message,
                                const char *mailbox_id,
                                const char *const *keywords,
                                gint64 received,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  const IntimailCall call = {
    .run = run_deliver,
    .free_result = g_free,
    .is_change = TRUE,
    .bytes = message,
    .texts = { mailbox_id },
    .lists = { keywords },
    .numbers = { received },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (message != NULL);

  intimail_call_start (self, intimail_account_deliver_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_deliver_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.deliver_async].
 *
 * Fails as [method@Intimail.Account.deliver] does.
 *
 * Returns: (transfer full): the id of the message
 *
 * Since: 1.0
 */
char *
intimail_account_deliver_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_deliver_async, result, error);
}
