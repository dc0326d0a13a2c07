/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is signed or encrypted, by what it says and how it looks. Whether a signature is
 * good is another question: see intimail-signature.c.
 */

#include <string.h>

#include <intimail/intimail-message.h>

#include "message/intimail-part-private.h"

/* So much of a text is searched for the marks of OpenPGP, which stand near the top. */
#define MARK_SAMPLE 8192

/* The type of what is inside is near the start of the bytes. */
#define CMS_SAMPLE 64

static gboolean
is_type_of (IntimailPart *self, const char *type, const char *old_type)
{
  return strcmp (self->info->type, type) == 0 || strcmp (self->info->type, old_type) == 0;
}

/* The protocol says which; where it does not, the second part does. */
static IntimailProtection
judge_signed (IntimailPart *self)
{
  IntimailPart *signature = self->parts->len == 2 ? g_ptr_array_index (self->parts, 1) : NULL;
  g_autofree char *protocol = intimail_part_get_type_parameter (self, "protocol");

  if (signature == NULL)
    return INTIMAIL_PROTECTION_NONE;
  if (strcmp (signature->info->type, "application/pgp-signature") == 0)
    return INTIMAIL_PROTECTION_PGP_SIGNED;
  if (is_type_of (signature, "application/pkcs7-signature", "application/x-pkcs7-signature"))
    return INTIMAIL_PROTECTION_SMIME_SIGNED;
  if (protocol != NULL && g_ascii_strcasecmp (protocol, "application/pgp-signature") == 0)
    return INTIMAIL_PROTECTION_PGP_SIGNED;

  return INTIMAIL_PROTECTION_NONE;
}

static IntimailProtection
judge_encrypted (IntimailPart *self)
{
  IntimailPart *control = self->parts->len > 0 ? g_ptr_array_index (self->parts, 0) : NULL;

  return control != NULL && strcmp (control->info->type, "application/pgp-encrypted") == 0 ? INTIMAIL_PROTECTION_PGP_ENCRYPTED
                                                                                           : INTIMAIL_PROTECTION_NONE;
}

/* Object identifiers of RFC 5652, with their tag and length. */
static gboolean
holds_identifier (GByteArray *start, const char *identifier, gsize length)
{
  return memmem (start->data, start->len, identifier, length) != NULL;
}

#define SIGNED_DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define ENVELOPED_DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
#define AUTH_ENVELOPED_DATA "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"

/* The content knows best; the parameter is often missing. Certificates alone are signed by
 * nobody. */
static IntimailProtection
judge_cms (IntimailPart *self)
{
  g_autoptr (GByteArray) start = intimail_part_read_start (self, CMS_SAMPLE);
  g_autofree char *kind = intimail_part_get_type_parameter (self, "smime-type");

  if (kind != NULL && g_ascii_strcasecmp (kind, "certs-only") == 0)
    return INTIMAIL_PROTECTION_NONE;
  if (holds_identifier (start, ENVELOPED_DATA, sizeof ENVELOPED_DATA - 1) ||
      holds_identifier (start, AUTH_ENVELOPED_DATA, sizeof AUTH_ENVELOPED_DATA - 1))
    return INTIMAIL_PROTECTION_SMIME_ENCRYPTED;
  if (holds_identifier (start, SIGNED_DATA, sizeof SIGNED_DATA - 1))
    return INTIMAIL_PROTECTION_SMIME_SIGNED;

  return INTIMAIL_PROTECTION_NONE;
}

static gboolean
has_line (const char *text, const char *line)
{
  const char *at = strstr (text, line);

  return at != NULL && (at == text || at[-1] == '\n');
}

static IntimailProtection
judge_text (IntimailPart *self)
{
  g_autoptr (GByteArray) start = intimail_part_read_start (self, MARK_SAMPLE);
  const char *text;

  g_byte_array_append (start, (const guint8 *) "", 1);
  text = (const char *) start->data;
  if (has_line (text, "-----BEGIN PGP SIGNED MESSAGE-----"))
    return INTIMAIL_PROTECTION_PGP_INLINE_SIGNED;
  if (has_line (text, "-----BEGIN PGP MESSAGE-----"))
    return INTIMAIL_PROTECTION_PGP_INLINE_ENCRYPTED;

  return INTIMAIL_PROTECTION_NONE;
}

/**
 * intimail_part_get_protection:
 * @self: a part
 *
 * Tells how a part claims to be signed or encrypted. That is no proof of anything:
 * see [func@Intimail.Signature.verify].
 *
 * Of PGP/MIME and of S/MIME with a signature beside it, this is the multipart around both; of
 * an encrypted mail, and of S/MIME that holds what it signs, the part with the bytes.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
IntimailProtection
intimail_part_get_protection (IntimailPart *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PART (self), INTIMAIL_PROTECTION_NONE);

  if (strcmp (self->info->type, "multipart/signed") == 0)
    return judge_signed (self);
  if (strcmp (self->info->type, "multipart/encrypted") == 0)
    return judge_encrypted (self);
  if (is_type_of (self, "application/pkcs7-mime", "application/x-pkcs7-mime"))
    return judge_cms (self);
  if (strcmp (self->info->type, "text/plain") == 0)
    return judge_text (self);

  return INTIMAIL_PROTECTION_NONE;
}

static IntimailPart *
find_in (IntimailPart *part)
{
  IntimailPart *found = intimail_part_get_protection (part) != INTIMAIL_PROTECTION_NONE ? part : NULL;

  for (guint i = 0; i < part->parts->len && found == NULL; i++)
    found = find_in (g_ptr_array_index (part->parts, i));

  return found;
}

/**
 * intimail_message_find_protected_part:
 * @self: a message
 *
 * Finds the first part, from the outside in, that claims to be signed or encrypted.
 *
 * Returns: (transfer none) (nullable): the part, or %NULL when there is none
 *
 * Since: 1.0
 */
IntimailPart *
intimail_message_find_protected_part (IntimailMessage *self)
{
  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (self), NULL);

  return find_in (intimail_message_get_root (self));
}
