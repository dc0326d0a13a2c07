/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-signature-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "message/intimail-message-private.h"
#include "message/intimail-part-private.h"
#include "message/intimail-pgp-private.h"

/* Of what is signed that many bytes are taken into memory. */
#define MAX_CONTENT (32 * 1024 * 1024)
#define MAX_SIGNATURE (256 * 1024)

/**
 * IntimailSignature:
 *
 * What is known of a signature under a mail.
 *
 * Anyone can make a key with any name in it: a good signature says who signed only when
 * [method@Intimail.Signature.is_trusted], or when the reader knows the fingerprint. It says
 * nothing about the header of the mail. A signature does not change: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailSignature
{
  GObject parent_instance;

  IntimailSignatureStatus status;
  gboolean trusted;
  char *fingerprint;
  char *name;
  char *email;
  GDateTime *created;
};

G_DEFINE_FINAL_TYPE (IntimailSignature, intimail_signature, G_TYPE_OBJECT)

static void
intimail_signature_finalize (GObject *object)
{
  IntimailSignature *self = INTIMAIL_SIGNATURE (object);

  g_free (self->fingerprint);
  g_free (self->name);
  g_free (self->email);
  g_clear_pointer (&self->created, g_date_time_unref);

  G_OBJECT_CLASS (intimail_signature_parent_class)->finalize (object);
}

static void
intimail_signature_class_init (IntimailSignatureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_signature_finalize;
}

static void
intimail_signature_init (IntimailSignature *self)
{
}

IntimailSignature *
intimail_signature_new (IntimailSignatureStatus status, gboolean trusted, const char *fingerprint, const char *name, const char *email, gint64 created)
{
  IntimailSignature *self = g_object_new (INTIMAIL_TYPE_SIGNATURE, NULL);

  self->status = status;
  self->trusted = trusted && status == INTIMAIL_SIGNATURE_STATUS_GOOD;
  self->fingerprint = g_strdup (fingerprint != NULL ? fingerprint : "");
  self->name = name != NULL ? g_utf8_make_valid (name, -1) : NULL;
  self->email = email != NULL ? g_utf8_make_valid (email, -1) : NULL;
  self->created = created > 0 ? g_date_time_new_from_unix_utc (created) : NULL;

  return self;
}

/* The first part of two, with its header, as it was signed: with CR LF (RFC 3156 section 5). What is
 * in front of the delimiter belongs to the delimiter. */
static GBytes *
read_signed (IntimailPart *part, GError **error)
{
  IntimailPartRow *row = part->row;
  const IntimailPartInfo *content = ((IntimailPart *) g_ptr_array_index (part->parts, 0))->info;
  const IntimailPartInfo *signature = ((IntimailPart *) g_ptr_array_index (part->parts, 1))->info;
  const char *start = row->scan->data + intimail_part_row_get_segment (row, content->segment)->start;
  gsize next = intimail_part_row_get_segment (row, signature->segment)->start;
  const char *end = row->scan->data + intimail_structure_scan_trim (row->scan, 0, next);
  const char *line = memchr (start, '\n', (gsize) (end - start));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  start = line != NULL ? line + 1 : end;
  if (end - start > MAX_CONTENT)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "signatures of at most %d bytes are verified", MAX_CONTENT);
      return NULL;
    }
  while (start < end)
    {
      const char *newline = memchr (start, '\n', (gsize) (end - start));
      gsize length = (gsize) ((newline != NULL ? newline : end) - start);

      if (newline != NULL && length > 0 && start[length - 1] == '\r')
        length--;
      g_byte_array_append (bytes, (const guint8 *) start, (guint) length);
      if (newline != NULL)
        g_byte_array_append (bytes, (const guint8 *) "\r\n", 2);
      start = newline != NULL ? newline + 1 : end;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static GBytes *
read_signature (IntimailPart *part, GError **error)
{
  IntimailPart *signature = g_ptr_array_index (part->parts, 1);

  if (signature->info->length > MAX_SIGNATURE)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a signature has at most %d bytes", MAX_SIGNATURE);
      return NULL;
    }

  return intimail_part_get_content (signature, error);
}

static IntimailPart *
find_signed (IntimailMessage *message, GError **error)
{
  IntimailPart *part = intimail_message_find_protected_part (message);

  if (part == NULL)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the message is not signed");
  else if (intimail_part_get_protection (part) != INTIMAIL_PROTECTION_PGP_SIGNED)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "only signatures of PGP/MIME are verified");
  else
    return part;

  return NULL;
}

/**
 * intimail_signature_verify:
 * @message: a message
 * @keyring: (type filename) (nullable): the folder with GnuPG's keys; %NULL for the one that
 *   GnuPG itself takes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks GnuPG about the signatures of the outermost part that is signed with PGP/MIME. No key is fetched
 * from anywhere. Of parts that stand beside it nothing is said: see
 * [method@Intimail.Message.find_protected_part].
 *
 * This waits for a program, for 20 seconds at most.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when nothing is signed, with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when it is S/MIME, encrypted, or signed inside a text (where what is
 * around it would look signed, too), with %INTIMAIL_ERROR_TOO_LARGE for more than 32 MB,
 * with %INTIMAIL_ERROR_UNAVAILABLE when GnuPG is not there or does not answer, and with %INTIMAIL_ERROR_FAILED
 * when what should be a signature is none.
 *
 * Returns: (transfer container) (element-type IntimailSignature): the signatures, of one key each
 *
 * Since: 1.0
 */
GPtrArray *
intimail_signature_verify (IntimailMessage *message, const char *keyring, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) signature = NULL;
  IntimailPart *part;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  part = find_signed (message, error);
  content = part != NULL ? read_signed (part, error) : NULL;
  signature = content != NULL ? read_signature (part, error) : NULL;

  return signature != NULL ? intimail_pgp_verify (keyring, content, signature, INTIMAIL_PGP_TIMEOUT, cancellable, error) : NULL;
}

static gpointer
run_verify (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_signature_verify (self, call->texts[0], cancellable, error);
}

/**
 * intimail_signature_verify_async:
 * @message: a message
 * @keyring: (type filename) (nullable): the folder with GnuPG's keys, or %NULL
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that was
 *   the caller's thread default
 * @user_data: data for @callback
 *
 * Asks about the signatures without making the caller wait: see
 * [func@Intimail.Signature.verify].
 *
 * Since: 1.0
 */
void
intimail_signature_verify_async (IntimailMessage *message, const char *keyring, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const IntimailCall call = { .run = run_verify, .free_result = (GDestroyNotify) g_ptr_array_unref, .texts = { keyring } };

  g_return_if_fail (INTIMAIL_IS_MESSAGE (message));

  intimail_call_start (message, intimail_signature_verify_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_signature_verify_finish:
 * @message: a message
 * @result: what @callback was given
 * @error: return location for an error
 *
 * Ends [func@Intimail.Signature.verify_async], and fails as
 * [func@Intimail.Signature.verify] does.
 *
 * Returns: (transfer container) (element-type IntimailSignature): the signatures
 *
 * Since: 1.0
 */
GPtrArray *
intimail_signature_verify_finish (IntimailMessage *message, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (message, intimail_signature_verify_async, result, error);
}

/**
 * intimail_signature_get_status:
 * @self: a signature
 *
 * Gets what is known of it.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
IntimailSignatureStatus
intimail_signature_get_status (IntimailSignature *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SIGNATURE (self), INTIMAIL_SIGNATURE_STATUS_FAILED);

  return self->status;
}

/**
 * intimail_signature_is_trusted:
 * @self: a signature
 *
 * Tells whether it is good, and whose keyring it is has said that the key belongs to the
 * name in it.
 *
 * Returns: %TRUE for a key that is trusted
 *
 * Since: 1.0
 */
gboolean
intimail_signature_is_trusted (IntimailSignature *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SIGNATURE (self), FALSE);

  return self->trusted;
}

/**
 * intimail_signature_get_fingerprint:
 * @self: a signature
 *
 * Gets the fingerprint of the key; its id where the key is not there.
 *
 * Returns: (transfer none): the fingerprint in hexadecimal digits, or ""
 *
 * Since: 1.0
 */
const char *
intimail_signature_get_fingerprint (IntimailSignature *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SIGNATURE (self), NULL);

  return self->fingerprint;
}

/**
 * intimail_signature_get_name:
 * @self: a signature
 *
 * Gets the name in the key.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL when it is not known
 *
 * Since: 1.0
 */
const char *
intimail_signature_get_name (IntimailSignature *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SIGNATURE (self), NULL);

  return self->name;
}

/**
 * intimail_signature_get_email:
 * @self: a signature
 *
 * Gets the address in the key.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL when it is not known
 *
 * Since: 1.0
 */
const char *
intimail_signature_get_email (IntimailSignature *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SIGNATURE (self), NULL);

  return self->email;
}

/**
 * intimail_signature_get_created:
 * @self: a signature
 *
 * Gets when it was made, as it says itself.
 *
 * Returns: (transfer none) (nullable): the time, or %NULL when it is not known
 *
 * Since: 1.0
 */
GDateTime *
intimail_signature_get_created (IntimailSignature *self)
{
  g_return_val_if_fail (INTIMAIL_IS_SIGNATURE (self), NULL);

  return self->created;
}
