/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-protection-private.h"

#include <intimail/intimail-error.h>
#include <intimail/intimail-signature.h>

#include "jmap/intimail-jmap-args-private.h"

/* A folder of the account with the keys of its person, as GnuPG keeps them. */
#define KEYRING "intimail.gnupg"

/* GnuPG may wait for who holds its files, and threads that answer are few. */
#define MAX_AT_ONCE 2

/* One call would else keep a thread for minutes. */
#define MAX_IN_A_CALL 20

/* As many as a page shows. */
#define MAX_SHOWN 10

static const struct
{
  const char *kind;
  const char *state;
  gboolean in_text;
} protections[] = {
  [INTIMAIL_PROTECTION_NONE] = { NULL, NULL, FALSE },
  [INTIMAIL_PROTECTION_PGP_SIGNED] = { "openpgp", "signed", FALSE },
  [INTIMAIL_PROTECTION_PGP_ENCRYPTED] = { "openpgp", "encrypted", FALSE },
  [INTIMAIL_PROTECTION_PGP_INLINE_SIGNED] = { "openpgp", "signed", TRUE },
  [INTIMAIL_PROTECTION_PGP_INLINE_ENCRYPTED] = { "openpgp", "encrypted", TRUE },
  [INTIMAIL_PROTECTION_SMIME_SIGNED] = { "smime", "signed", FALSE },
  [INTIMAIL_PROTECTION_SMIME_ENCRYPTED] = { "smime", "encrypted", FALSE },
};

static const char *const status_names[] = {
  [INTIMAIL_SIGNATURE_STATUS_UNKNOWN_KEY] = "unknownKey",
  [INTIMAIL_SIGNATURE_STATUS_GOOD] = "good",
  [INTIMAIL_SIGNATURE_STATUS_BAD] = "bad",
  [INTIMAIL_SIGNATURE_STATUS_KEY_EXPIRED] = "keyExpired",
  [INTIMAIL_SIGNATURE_STATUS_SIGNATURE_EXPIRED] = "signatureExpired",
  [INTIMAIL_SIGNATURE_STATUS_KEY_REVOKED] = "keyRevoked",
  [INTIMAIL_SIGNATURE_STATUS_FAILED] = "failed",
};

static int n_at_once;

JsonNode *
intimail_jmap_protection_to_node (IntimailMessage *message)
{
  IntimailPart *part = intimail_message_find_protected_part (message);
  IntimailProtection protection = part != NULL ? intimail_part_get_protection (part) : INTIMAIL_PROTECTION_NONE;
  JsonObject *object;

  if (protection == INTIMAIL_PROTECTION_NONE)
    return json_node_new (JSON_NODE_NULL);
  object = json_object_new ();
  json_object_set_string_member (object, "kind", protections[protection].kind);
  json_object_set_string_member (object, "state", protections[protection].state);
  json_object_set_boolean_member (object, "isInText", protections[protection].in_text);
  json_object_set_boolean_member (object, "isWhole", part == intimail_message_get_root (message) && !protections[protection].in_text);

  return intimail_jmap_node_take_object (object);
}

static JsonObject *
describe (IntimailSignature *signature)
{
  JsonObject *object = json_object_new ();
  GDateTime *created = intimail_signature_get_created (signature);
  g_autofree char *date = created != NULL ? intimail_jmap_utc_date_format (g_date_time_to_unix (created)) : NULL;

  json_object_set_string_member (object, "status", status_names[intimail_signature_get_status (signature)]);
  json_object_set_boolean_member (object, "isTrusted", intimail_signature_is_trusted (signature));
  json_object_set_string_member (object, "fingerprint", intimail_signature_get_fingerprint (signature));
  intimail_jmap_object_set_string_or_null (object, "name", intimail_signature_get_name (signature));
  intimail_jmap_object_set_string_or_null (object, "email", intimail_signature_get_email (signature));
  intimail_jmap_object_set_string_or_null (object, "createdAt", date);

  return object;
}

/* Who has no keys needs no GnuPG. */
static GPtrArray *
verify (IntimailAccount *account, IntimailMessage *message, guint *n_verified, GError **error)
{
  g_autofree char *keyring = g_build_filename (intimail_account_get_path (account), KEYRING, NULL);
  GPtrArray *signatures = NULL;

  if (!g_file_test (keyring, G_FILE_TEST_IS_DIR))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there are no keys");
      return NULL;
    }
  if ((*n_verified)++ >= MAX_IN_A_CALL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "ask about fewer messages at a time");
      return NULL;
    }
  if (g_atomic_int_add (&n_at_once, 1) < MAX_AT_ONCE)
    signatures = intimail_signature_verify (message, keyring, NULL, error);
  else
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "other signatures are being verified");
  g_atomic_int_add (&n_at_once, -1);

  return signatures;
}

static const char *
name_problem (const GError *error)
{
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    return "noKeys";
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED))
    return "unreadable";
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE))
    return "tooLarge";

  return "unavailable";
}

JsonNode *
intimail_jmap_signatures_to_node (IntimailAccount *account, IntimailMessage *message, guint *n_verified)
{
  IntimailPart *part = intimail_message_find_protected_part (message);
  g_autoptr (GPtrArray) signatures = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  JsonArray *list;

  if (part == NULL || intimail_part_get_protection (part) != INTIMAIL_PROTECTION_PGP_SIGNED)
    return json_node_new (JSON_NODE_NULL);
  signatures = verify (account, message, n_verified, &error);
  object = json_object_new ();
  list = json_array_new ();
  for (guint i = 0; signatures != NULL && i < MIN (signatures->len, MAX_SHOWN); i++)
    json_array_add_object_element (list, describe (g_ptr_array_index (signatures, i)));
  json_object_set_array_member (object, "list", list);
  intimail_jmap_object_set_string_or_null (object, "problem", error != NULL ? name_problem (error) : NULL);

  return intimail_jmap_node_take_object (object);
}
