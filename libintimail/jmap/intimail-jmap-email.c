/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "address/intimail-address-private.h"
#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-delivery-status-private.h"
#include "jmap/intimail-jmap-email-body-private.h"
#include "jmap/intimail-jmap-email-field-private.h"
#include "jmap/intimail-jmap-email-header-private.h"
#include "jmap/intimail-jmap-email-private.h"
#include "jmap/intimail-jmap-invitation-private.h"
#include "jmap/intimail-jmap-protection-private.h"

typedef enum
{
  EMAIL_ID,
  EMAIL_BLOB_ID,
  EMAIL_THREAD_ID,
  EMAIL_MAILBOX_IDS,
  EMAIL_KEYWORDS,
  EMAIL_SIZE,
  EMAIL_RECEIVED_AT,
  EMAIL_MESSAGE_ID,
  EMAIL_IN_REPLY_TO,
  EMAIL_REFERENCES,
  EMAIL_SENDER,
  EMAIL_FROM,
  EMAIL_TO,
  EMAIL_CC,
  EMAIL_BCC,
  EMAIL_REPLY_TO,
  EMAIL_SUBJECT,
  EMAIL_SENT_AT,
  EMAIL_HAS_ATTACHMENT,
  EMAIL_PREVIEW,
  EMAIL_BODY_VALUES,
  EMAIL_TEXT_BODY,
  EMAIL_HTML_BODY,
  EMAIL_ATTACHMENTS,
  EMAIL_BODY_STRUCTURE,
  EMAIL_HEADERS,
  EMAIL_DELIVERY_STATUS,
  EMAIL_INVITATION,
  EMAIL_PROTECTION,
  EMAIL_SIGNATURES,
  N_EMAIL_PROPERTIES,
} EmailProperty;

const char *const intimail_jmap_email_properties[] = {
  [EMAIL_ID] = "id",
  [EMAIL_BLOB_ID] = "blobId",
  [EMAIL_THREAD_ID] = "threadId",
  [EMAIL_MAILBOX_IDS] = "mailboxIds",
  [EMAIL_KEYWORDS] = "keywords",
  [EMAIL_SIZE] = "size",
  [EMAIL_RECEIVED_AT] = "receivedAt",
  [EMAIL_MESSAGE_ID] = "messageId",
  [EMAIL_IN_REPLY_TO] = "inReplyTo",
  [EMAIL_REFERENCES] = "references",
  [EMAIL_SENDER] = "sender",
  [EMAIL_FROM] = "from",
  [EMAIL_TO] = "to",
  [EMAIL_CC] = "cc",
  [EMAIL_BCC] = "bcc",
  [EMAIL_REPLY_TO] = "replyTo",
  [EMAIL_SUBJECT] = "subject",
  [EMAIL_SENT_AT] = "sentAt",
  [EMAIL_HAS_ATTACHMENT] = "hasAttachment",
  [EMAIL_PREVIEW] = "preview",
  [EMAIL_BODY_VALUES] = "bodyValues",
  [EMAIL_TEXT_BODY] = "textBody",
  [EMAIL_HTML_BODY] = "htmlBody",
  [EMAIL_ATTACHMENTS] = "attachments",
  [EMAIL_BODY_STRUCTURE] = "bodyStructure",
  [EMAIL_HEADERS] = "headers",
  [EMAIL_DELIVERY_STATUS] = "intimail:deliveryStatus",
  [EMAIL_INVITATION] = "intimail:invitation",
  [EMAIL_PROTECTION] = "intimail:protection",
  [EMAIL_SIGNATURES] = "intimail:signatures",
  NULL,
};

/* RFC 8621 section 4.2. */
const char *const intimail_jmap_email_default_properties[] = {
  "id", "blobId", "threadId", "mailboxIds", "keywords", "size", "receivedAt",
  "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc",
  "replyTo", "subject", "sentAt", "hasAttachment", "preview", "bodyValues",
  "textBody", "htmlBody", "attachments", NULL
};

#define BIT(property) (1u << (property))

/* What the index does not know. */
#define FROM_FILE (BIT (EMAIL_IN_REPLY_TO) | BIT (EMAIL_REFERENCES) | BIT (EMAIL_SENDER) | BIT (EMAIL_BODY_VALUES) | BIT (EMAIL_TEXT_BODY) | BIT (EMAIL_HTML_BODY) | BIT (EMAIL_ATTACHMENTS) | BIT (EMAIL_BODY_STRUCTURE) | BIT (EMAIL_HEADERS) | BIT (EMAIL_DELIVERY_STATUS) | BIT (EMAIL_INVITATION) | BIT (EMAIL_PROTECTION) | BIT (EMAIL_SIGNATURES))

struct _IntimailJmapEmailFetch
{
  guint properties;
  GPtrArray *headers; /* of IntimailJmapHeader */
  IntimailJmapBodyFetch body;
  guint body_values; /* IntimailJmapBodyValues */
  gsize max_body_value_bytes;
  guint n_verified; /* messages about whose signatures GnuPG was asked */
};

static gboolean
get_body_values (IntimailJmapEmailFetch *fetch, JsonObject *arguments, GError **error)
{
  static const struct
  {
    const char *name;
    guint flag;
  } flags[] = {
    { "fetchTextBodyValues", INTIMAIL_JMAP_BODY_VALUES_TEXT },
    { "fetchHTMLBodyValues", INTIMAIL_JMAP_BODY_VALUES_HTML },
    { "fetchAllBodyValues", INTIMAIL_JMAP_BODY_VALUES_ALL },
  };
  gint64 max_bytes;

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      gboolean wanted;

      if (!intimail_jmap_args_get_boolean (arguments, flags[i].name, FALSE, &wanted, error))
        return FALSE;
      if (wanted)
        fetch->body_values |= flags[i].flag;
    }
  if (!intimail_jmap_args_get_unsigned (arguments, "maxBodyValueBytes", 0, &max_bytes, error))
    return FALSE;
  fetch->max_body_value_bytes = max_bytes;

  return TRUE;
}

IntimailJmapEmailFetch *
intimail_jmap_email_fetch_new (JsonObject *arguments, GError **error)
{
  g_autoptr (IntimailJmapEmailFetch) fetch = g_new0 (IntimailJmapEmailFetch, 1);

  fetch->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_jmap_header_free);
  if (!intimail_jmap_body_fetch_init (&fetch->body, arguments, error) ||
      !get_body_values (fetch, arguments, error))
    return NULL;

  return g_steal_pointer (&fetch);
}

void
intimail_jmap_email_fetch_free (IntimailJmapEmailFetch *fetch)
{
  g_ptr_array_unref (fetch->headers);
  intimail_jmap_body_fetch_clear (&fetch->body);
  g_free (fetch);
}

gboolean
intimail_jmap_email_accepts (const char *property, GError **error)
{
  g_autoptr (IntimailJmapHeader) header = NULL;

  if (!g_str_has_prefix (property, "header:"))
    return FALSE;
  header = intimail_jmap_header_parse (property, error);

  return header != NULL;
}

void
intimail_jmap_email_fetch_set_properties (IntimailJmapEmailFetch *fetch, GHashTable *properties)
{
  GHashTableIter iter;
  gpointer name;

  fetch->properties = 0;
  g_ptr_array_set_size (fetch->headers, 0);
  for (guint i = 0; i < N_EMAIL_PROPERTIES; i++)
    if (g_hash_table_contains (properties, intimail_jmap_email_properties[i]))
      fetch->properties |= BIT (i);

  g_hash_table_iter_init (&iter, properties);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_prefix (name, "header:"))
      {
        IntimailJmapHeader *header = intimail_jmap_header_parse (name, NULL);

        if (header != NULL)
          g_ptr_array_add (fetch->headers, header);
      }
}

/* {"name": true, ...} */
static void
set_set (JsonObject *object, const char *member, const char *const *names)
{
  JsonObject *set = json_object_new ();

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    json_object_set_boolean_member (set, names[i], TRUE);
  json_object_set_object_member (object, member, set);
}

static void
set_strings (JsonObject *object, const char *member, const char *const *values)
{
  if (values == NULL || *values == NULL)
    json_object_set_null_member (object, member);
  else
    json_object_set_array_member (object, member, intimail_jmap_array_new_strings (values));
}

static void
set_address_list (JsonObject *object, const char *member, const char *text)
{
  g_autoptr (GPtrArray) addresses = NULL;

  if (text != NULL && *text != '\0')
    addresses = intimail_address_parse_list_lenient (text);
  json_object_set_member (object, member, intimail_jmap_addresses_to_node (addresses));
}

static void
set_utc_date (JsonObject *object, const char *member, gint64 seconds)
{
  g_autofree char *text = intimail_jmap_utc_date_format (seconds);

  json_object_set_string_member (object, member, text);
}

static void
set_sent (JsonObject *object, gint64 seconds, int offset_minutes)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (offset_minutes * 60);
  g_autoptr (GDateTime) utc = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autoptr (GDateTime) date = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autofree char *text = date != NULL ? intimail_jmap_date_format (date) : NULL;

  intimail_jmap_object_set_string_or_null (object, "sentAt", text);
}

/* What the store decides. */
char *
intimail_jmap_email_make_blob_id (const char *email_id)
{
  return g_strconcat ("r", email_id, NULL);
}

static void
add_metadata (JsonObject *object, guint properties, IntimailEnvelope *envelope)
{
  const char *id = intimail_envelope_get_id (envelope);

  if (properties & BIT (EMAIL_BLOB_ID))
    {
      g_autofree char *blob_id = intimail_jmap_email_make_blob_id (id);

      json_object_set_string_member (object, "blobId", blob_id);
    }
  if (properties & BIT (EMAIL_THREAD_ID))
    json_object_set_string_member (object, "threadId", intimail_envelope_get_thread_id (envelope));
  if (properties & BIT (EMAIL_MAILBOX_IDS))
    set_set (object, "mailboxIds", intimail_envelope_get_mailbox_ids (envelope));
  if (properties & BIT (EMAIL_KEYWORDS))
    set_set (object, "keywords", intimail_envelope_get_keywords (envelope));
  if (properties & BIT (EMAIL_SIZE))
    json_object_set_int_member (object, "size", intimail_envelope_get_size (envelope));
  if (properties & BIT (EMAIL_RECEIVED_AT))
    set_utc_date (object, "receivedAt", intimail_envelope_get_received (envelope));
}

/* What the header fields say. */
static void
add_fields (JsonObject *object, guint properties, IntimailEnvelope *envelope)
{
  static const struct
  {
    EmailProperty property;
    const char *(*get) (IntimailEnvelope *envelope);
  } lists[] = {
    { EMAIL_FROM, intimail_envelope_get_from },
    { EMAIL_TO, intimail_envelope_get_to },
    { EMAIL_CC, intimail_envelope_get_cc },
    { EMAIL_BCC, intimail_envelope_get_bcc },
    { EMAIL_REPLY_TO, intimail_envelope_get_reply_to },
  };
  const char *message_ids[2] = { intimail_envelope_get_message_id (envelope), NULL };

  if (message_ids[0] != NULL && *message_ids[0] == '\0')
    message_ids[0] = NULL;
  if (properties & BIT (EMAIL_MESSAGE_ID))
    set_strings (object, "messageId", message_ids);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (properties & BIT (lists[i].property))
      set_address_list (object, intimail_jmap_email_properties[lists[i].property], lists[i].get (envelope));
  if (properties & BIT (EMAIL_SUBJECT))
    {
      const char *subject = intimail_envelope_get_subject (envelope);

      intimail_jmap_object_set_string_or_null (object, "subject", subject != NULL && *subject != '\0' ? subject : NULL);
    }
  if (properties & BIT (EMAIL_SENT_AT))
    set_sent (object, intimail_envelope_get_sent (envelope), intimail_envelope_get_sent_offset (envelope));
  if (properties & BIT (EMAIL_HAS_ATTACHMENT))
    json_object_set_boolean_member (object, "hasAttachment", intimail_envelope_has_attachment (envelope));
}

/* A message that is open has more of it than the index, which a list is made of: a second
 * preview of one message may be another (RFC 8621 section 4.1.4). */
static void
add_preview (JsonObject *object, IntimailEnvelope *envelope, IntimailMessage *message)
{
  g_autofree char *read = message != NULL ? intimail_message_get_preview (message) : NULL;

  json_object_set_string_member (object, "preview", read != NULL ? read : intimail_envelope_get_preview (envelope));
}

/* What this site tells beyond the RFC. */
static void
add_judgements (JsonObject *object, IntimailJmapEmailFetch *fetch, IntimailAccount *account, const char *email_id, IntimailMessage *message)
{
  guint properties = fetch->properties;

  if (properties & BIT (EMAIL_DELIVERY_STATUS))
    json_object_set_member (object, "intimail:deliveryStatus", intimail_jmap_delivery_status_to_node (message));
  if (properties & BIT (EMAIL_INVITATION))
    json_object_set_member (object, "intimail:invitation", intimail_jmap_invitation_to_node (email_id, message));
  if (properties & BIT (EMAIL_PROTECTION))
    json_object_set_member (object, "intimail:protection", intimail_jmap_protection_to_node (message));
  if (properties & BIT (EMAIL_SIGNATURES))
    json_object_set_member (object, "intimail:signatures", intimail_jmap_signatures_to_node (account, message, &fetch->n_verified));
}

/* What only the message itself knows. */
static void
add_body (JsonObject *object, const IntimailJmapEmailFetch *fetch, const char *email_id, IntimailMessage *message)
{
  guint properties = fetch->properties;
  IntimailPart *root = intimail_message_get_root (message);

  if (properties & BIT (EMAIL_IN_REPLY_TO))
    set_strings (object, "inReplyTo", intimail_message_get_message_ids (message, "In-Reply-To"));
  if (properties & BIT (EMAIL_REFERENCES))
    set_strings (object, "references", intimail_message_get_message_ids (message, "References"));
  if (properties & BIT (EMAIL_SENDER))
    json_object_set_member (object, "sender", intimail_jmap_addresses_to_node (intimail_message_get_sender (message)));
  if (properties & BIT (EMAIL_BODY_STRUCTURE))
    json_object_set_member (object, "bodyStructure", intimail_jmap_body_part_to_node (&fetch->body, email_id, root, TRUE));
  if (properties & BIT (EMAIL_BODY_VALUES))
    json_object_set_member (object, "bodyValues", intimail_jmap_body_values_to_node (message, fetch->body_values, fetch->max_body_value_bytes));
  if (properties & BIT (EMAIL_TEXT_BODY))
    json_object_set_member (object, "textBody", intimail_jmap_body_parts_to_node (&fetch->body, email_id, intimail_message_get_text_body (message)));
  if (properties & BIT (EMAIL_HTML_BODY))
    json_object_set_member (object, "htmlBody", intimail_jmap_body_parts_to_node (&fetch->body, email_id, intimail_message_get_html_body (message)));
  if (properties & BIT (EMAIL_ATTACHMENTS))
    json_object_set_member (object, "attachments", intimail_jmap_body_parts_to_node (&fetch->body, email_id, intimail_message_get_attachments (message)));
  if (properties & BIT (EMAIL_HEADERS))
    json_object_set_member (object, "headers", intimail_jmap_headers_to_node (root));
  for (guint i = 0; i < fetch->headers->len; i++)
    {
      const IntimailJmapHeader *header = g_ptr_array_index (fetch->headers, i);

      json_object_set_member (object, header->property, intimail_jmap_header_get_node (header, root));
    }
}

JsonObject *
intimail_jmap_email_to_object (IntimailJmapEmailFetch *fetch, IntimailAccount *account, IntimailEnvelope *envelope, GError **error)
{
  const char *id = intimail_envelope_get_id (envelope);
  g_autoptr (IntimailMessage) message = NULL;
  guint from_file = FROM_FILE;
  JsonObject *object;

  /* The index may keep none. */
  if (*intimail_envelope_get_preview (envelope) == '\0')
    from_file |= BIT (EMAIL_PREVIEW);
  if ((fetch->properties & from_file) != 0 || fetch->headers->len > 0)
    {
      message = intimail_account_open_message (account, id, error);
      if (message == NULL)
        return NULL;
    }

  object = json_object_new ();
  json_object_set_string_member (object, "id", id);
  add_metadata (object, fetch->properties, envelope);
  add_fields (object, fetch->properties, envelope);
  if (fetch->properties & BIT (EMAIL_PREVIEW))
    add_preview (object, envelope, message);
  if (message != NULL)
    {
      add_body (object, fetch, id, message);
      add_judgements (object, fetch, account, id, message);
    }

  return object;
}

static const EmailProperty unknown_outside[] = { EMAIL_ID, EMAIL_THREAD_ID, EMAIL_MAILBOX_IDS, EMAIL_KEYWORDS, EMAIL_RECEIVED_AT };

/* The convenience properties, which the index knows of mail that is in it. */
static void
add_message_fields (JsonObject *object, guint properties, IntimailPart *root)
{
  for (guint i = EMAIL_MESSAGE_ID; i <= EMAIL_SENT_AT; i++)
    if ((properties & BIT (i)) != 0 && i != EMAIL_SENDER)
      {
        g_autoptr (IntimailJmapHeader) header = intimail_jmap_field_parse (intimail_jmap_email_properties[i]);

        json_object_set_member (object, intimail_jmap_email_properties[i], intimail_jmap_header_get_node (header, root));
      }
}

JsonObject *
intimail_jmap_email_message_to_object (IntimailJmapEmailFetch *fetch, IntimailAccount *account, const char *blob_id, IntimailMessage *message)
{
  const char *email_id = blob_id[0] == 'r' ? blob_id + 1 : NULL;
  guint properties = fetch->properties;
  JsonObject *object = json_object_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (unknown_outside); i++)
    if (properties & BIT (unknown_outside[i]))
      json_object_set_null_member (object, intimail_jmap_email_properties[unknown_outside[i]]);
  if (properties & BIT (EMAIL_BLOB_ID))
    json_object_set_string_member (object, "blobId", blob_id);
  if (properties & BIT (EMAIL_SIZE))
    json_object_set_int_member (object, "size", g_bytes_get_size (intimail_message_get_bytes (message)));
  add_message_fields (object, properties, intimail_message_get_root (message));
  if (properties & BIT (EMAIL_HAS_ATTACHMENT))
    json_object_set_boolean_member (object, "hasAttachment", intimail_message_has_attachment (message));
  if (properties & BIT (EMAIL_PREVIEW))
    {
      g_autofree char *preview = intimail_message_get_preview (message);

      json_object_set_string_member (object, "preview", preview);
    }
  add_body (object, fetch, email_id, message);
  add_judgements (object, fetch, account, email_id, message);

  return object;
}
