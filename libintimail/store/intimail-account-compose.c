/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-compose-private.h"

#include <intimail/intimail-composer.h>

#include "base/intimail-call-private.h"
#include "base/intimail-sink-stream-private.h"
#include "message/intimail-composer-private.h"
#include "store/intimail-spool-private.h"

static gboolean
write_to_spool (gpointer target, gconstpointer data, gsize length, GError **error)
{
  return intimail_spool_write (target, data, length, error);
}

char *
intimail_account_deliver_builder (IntimailAccount *self,
                                  IntimailPartBuilder *builder,
                                  const char *mailbox_id,
                                  const char *const *keywords,
                                  gint64 received,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (IntimailSpool) spool = intimail_spool_new (self, error);
  g_autoptr (GOutputStream) stream = spool != NULL ? intimail_sink_stream_new (write_to_spool, spool) : NULL;

  if (stream == NULL || !intimail_part_builder_write (builder, stream, cancellable, error) || !intimail_spool_flush (spool, error))
    return NULL;

  return intimail_account_deliver_spool (self, spool, mailbox_id, keywords, received, NULL, error);
}

/**
 * intimail_account_deliver_composer:
 * @self: an account
 * @composer: a message that is being written
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @mailbox_id: (nullable): the mailbox; %NULL is the inbox
 * @keywords: (nullable) (array zero-terminated=1): keywords in lower case, such as
 *   `$draft` and `$seen`
 * @cancellable: (nullable): a cancellable, heeded until all is written
 * @error: return location for an error
 *
 * Writes a message into the account, with its Bcc, and waits until the disk has it: a
 * draft, or the copy of what is sent. The memory needed does not depend on the size of
 * files and streams that are attached. What cannot be written to its end leaves nothing
 * behind.
 *
 * Fails as [method@Intimail.Composer.write] and [method@Intimail.Account.deliver] do. Any
 * thread may call it, and @composer belongs to it meanwhile.
 *
 * Returns: (transfer full): the id of the message
 *
 * Since: 1.0
 */
char *
intimail_account_deliver_composer (IntimailAccount *self,
                                   IntimailComposer *composer,
                                   const char *hostname,
                                   const char *mailbox_id,
                                   const char *const *keywords,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (IntimailPartBuilder) builder = NULL;

  g_return_val_if_fail (INTIMAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_COMPOSER (composer), NULL);
  g_return_val_if_fail (hostname != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  builder = intimail_composer_make_builder (composer, hostname, error);

  return builder != NULL ? intimail_account_deliver_builder (self, builder, mailbox_id, keywords, 0, cancellable, error) : NULL;
}

static gpointer
run_deliver (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_account_deliver_composer (self, call->objects[0], call->texts[0], call->texts[1], call->lists[0], cancellable, error);
}

/**
 * intimail_account_deliver_composer_async:
 * @self: an account
 * @composer: a message that is being written, which nothing else may use until @callback
 *   is called
 * @hostname: the name of the host that makes the message, for its Message-ID
 * @mailbox_id: (nullable): the mailbox; %NULL is the inbox
 * @keywords: (nullable) (array zero-terminated=1): keywords in lower case
 * @cancellable: (nullable): a cancellable, heeded until all is written
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Writes a message into the account without making the caller wait: see
 * [method@Intimail.Account.deliver_composer].
 *
 * Since: 1.0
 */
void
intimail_account_deliver_composer_async (IntimailAccount *self,
                                         IntimailComposer *composer,
                                         const char *hostname,
                                         const char *mailbox_id,
                                         const char *const *keywords,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  const IntimailCall call = {
    .run = run_deliver,
    .free_result = g_free,
    .is_change = TRUE,
    .objects = { composer },
    .texts = { hostname, mailbox_id },
    .lists = { keywords },
  };

  g_return_if_fail (INTIMAIL_IS_ACCOUNT (self));
  g_return_if_fail (INTIMAIL_IS_COMPOSER (composer));
  g_return_if_fail (hostname != NULL);

  intimail_call_start (self, intimail_account_deliver_composer_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_account_deliver_composer_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.Account.deliver_composer_async].
 *
 * Fails as [method@Intimail.Account.deliver_composer] does.
 *
 * Returns: (transfer full): the id of the message
 *
 * Since: 1.0
 */
char *
intimail_account_deliver_composer_finish (IntimailAccount *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_account_deliver_composer_async, result, error);
}
