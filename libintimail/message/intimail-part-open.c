/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A part that is a message, or holds files in a form of its own.
 */

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-message.h>

#include "base/intimail-call-private.h"
#include "message/intimail-part-private.h"
#include "message/intimail-tnef-private.h"

#define TNEF_SIGNATURE "\x78\x9f\x3e\x22"

static gboolean
is_message (IntimailPart *self)
{
  return strcmp (self->info->type, "message/rfc822") == 0 || strcmp (self->info->type, "message/global") == 0;
}

/* Some call it a file of any kind. */
static gboolean
is_tnef (IntimailPart *self)
{
  g_autoptr (GByteArray) start = NULL;

  if (strcmp (self->info->type, "application/ms-tnef") == 0 || strcmp (self->info->type, "application/vnd.ms-tnef") == 0)
    return TRUE;
  if (self->info->name == NULL || g_ascii_strcasecmp (self->info->name, "winmail.dat") != 0)
    return FALSE;
  start = intimail_part_read_start (self, 4);

  return start->len == 4 && memcmp (start->data, TNEF_SIGNATURE, 4) == 0;
}

/**
 * intimail_part_can_open:
 * @self: a part
 *
 * Tells whether [method@Intimail.Part.open] shows what is inside: the part is a message,
 * or a winmail.dat (TNEF) of Outlook.
 *
 * Returns: %TRUE when it can be opened
 *
 * Since: 1.0
 */
gboolean
intimail_part_can_open (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), FALSE);

  return !self->info->multipart && (is_message (self) || is_tnef (self));
}

/**
 * intimail_part_open:
 * @self: a part
 * @cancellable: (nullable): a cancellable, heeded before anything is read
 * @error: return location for an error
 *
 * Opens a part that is a message (message/rfc822, message/global), or a winmail.dat.
 *
 * What is in a winmail.dat (application/ms-tnef) is given as a message without a sender: its texts are the
 * body, its files the attachments, which are decoded, judged and packed as
 * those of any other. A message in it is a file of the same type, which can be opened in turn. Nothing is opened by
 * itself: whoever follows messages in messages has to stop somewhere.
 *
 * A message that is not encoded shares the bytes of this one. A winmail.dat takes up to three times its
 * size of memory while it is opened, and once its size from then on.
 *
 * Fails with %INTIMAIL_ERROR_NOT_SUPPORTED when the part is neither, with %INTIMAIL_ERROR_TOO_LARGE
 * for a winmail.dat of more than 32 MB, with %INTIMAIL_ERROR_UNAVAILABLE when a library that reads it
 * cannot be loaded now, and with %INTIMAIL_ERROR_FAILED when it cannot be read.
 *
 * Returns: (transfer full): what is inside
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_part_open (IntimailPart *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (INTIMAIL_IS_PART (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!intimail_part_can_open (self))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                   "part \"%s\" is a %s: there is nothing to open", self->id, self->info->type);
      return NULL;
    }
  bytes = intimail_part_get_content (self, error);
  if (bytes != NULL && !is_message (self))
    bytes = intimail_tnef_to_message (g_steal_pointer (&bytes), error);

  return bytes != NULL ? intimail_message_new_from_bytes (bytes, error) : NULL;
}

static gpointer
run_open (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_part_open (self, cancellable, error);
}

/**
 * intimail_part_open_async:
 * @self: a part
 * @cancellable: (nullable): a cancellable, heeded before anything is read
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Opens a part without making the caller wait: see [method@Intimail.Part.open].
 *
 * Since: 1.0
 */
void
intimail_part_open_async (IntimailPart *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_open, .free_result = g_object_unref };

  g_return_if_fail (INTIMAIL_IS_PART (self));

  intimail_call_start (self, intimail_part_open_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_part_open_finish:
 * @self: a part
 * @result: what @callback was given
 * @error: return location for an error
 *
 * Ends [method@Intimail.Part.open_async], and fails as [method@Intimail.Part.open] does.
 *
 * Returns: (transfer full): what is inside
 *
 * Since: 1.0
 */
IntimailMessage *
intimail_part_open_finish (IntimailPart *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_part_open_async, result, error);
}
