/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-delivery-status.h>

#include <string.h>

#include <intimail/intimail-part.h>

#include "message/intimail-delivery-reason-private.h"
#include "message/intimail-part-private.h"
#include "message/intimail-raw-field-private.h"

/* Of one report. */
#define MAX_PART (1024 * 1024)
#define MAX_RECIPIENTS 1000
#define MAX_FIELDS 20000
#define MAX_TEXT 2000
#define MAX_DEPTH 10
/* Of the message that it is about, and of its id. */
#define MAX_HEADER (64 * 1024)
#define MAX_MESSAGE_ID 998

typedef struct
{
  char *address;
  IntimailDeliveryAction action;
  char *status;
  char *diagnostic;
  char *remote;
} Recipient;

/**
 * IntimailDeliveryAction:
 * @INTIMAIL_DELIVERY_ACTION_UNKNOWN: it is not said, or not clearly
 * @INTIMAIL_DELIVERY_ACTION_FAILED: not delivered, and not tried again
 * @INTIMAIL_DELIVERY_ACTION_DELAYED: not delivered yet
 * @INTIMAIL_DELIVERY_ACTION_DELIVERED: in the mailbox
 * @INTIMAIL_DELIVERY_ACTION_RELAYED: handed to a server that sends no reports
 * @INTIMAIL_DELIVERY_ACTION_EXPANDED: delivered, and sent on to several addresses
 *
 * What became of a message, by a report.
 *
 * Since: 1.0
 */

/**
 * IntimailDeliveryStatus:
 *
 * What a mail server reports about a message that was sent (RFC 3464, RFC 6533): to whom it
 * was not delivered, why, and what to do.
 *
 * Anybody can write such a report: what it says may be false. Of one report 1,000 recipients
 * are read, in the first megabyte of it, and 2,000 bytes of each text.
 *
 * It does not change: any thread may read it.
 *
 * Since: 1.0
 */
struct _IntimailDeliveryStatus
{
  GObject parent_instance;

  char *reporter;
  char *message_id;
  GPtrArray *recipients;
};

G_DEFINE_FINAL_TYPE (IntimailDeliveryStatus, intimail_delivery_status, G_TYPE_OBJECT)

static void
recipient_free (gpointer data)
{
  Recipient *self = data;

  g_free (self->address);
  g_free (self->status);
  g_free (self->diagnostic);
  g_free (self->remote);
  g_free (self);
}

static void
intimail_delivery_status_finalize (GObject *object)
{
  IntimailDeliveryStatus *self = INTIMAIL_DELIVERY_STATUS (object);

  g_ptr_array_unref (self->recipients);
  g_free (self->reporter);
  g_free (self->message_id);
  G_OBJECT_CLASS (intimail_delivery_status_parent_class)->finalize (object);
}

static void
intimail_delivery_status_class_init (IntimailDeliveryStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_delivery_status_finalize;
}

static void
intimail_delivery_status_init (IntimailDeliveryStatus *self)
{
  self->recipients = g_ptr_array_new_with_free_func (recipient_free);
}

/* ---- Fields ---- */

/* One space for each stretch of white space: a field is folded anywhere, and with any. */
static void
squeeze (char *text)
{
  char *to = text;

  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isspace (*at) && !g_ascii_iscntrl (*at))
      *to++ = *at;
    else if (to > text && to[-1] != ' ')
      *to++ = ' ';
  if (to > text && to[-1] == ' ')
    to--;
  *to = '\0';
}

/* One line of text, "" when there is no such field. */
static char *
read_text (GArray *fields, const char *name)
{
  const IntimailRawField *field = intimail_raw_fields_find ((const IntimailRawField *) (gpointer) fields->data, fields->len, name);
  g_autofree char *text = field != NULL ? intimail_raw_field_unfold (field, NULL) : g_strdup ("");
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) strnlen (text, MAX_TEXT));

  squeeze (valid);

  return g_steal_pointer (&valid);
}

/* What is behind "rfc822;" or "dns;". */
static char *
read_typed (GArray *fields, const char *name)
{
  g_autofree char *text = read_text (fields, name);
  char *semicolon = strchr (text, ';');

  return g_strdup (g_strstrip (semicolon != NULL ? semicolon + 1 : text));
}

static IntimailDeliveryAction
read_action (GArray *fields)
{
  static const char *const names[] = { NULL, "failed", "delayed", "delivered", "relayed", "expanded" };
  g_autofree char *text = read_text (fields, "Action");

  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strncasecmp (text, names[i], strlen (names[i])) == 0)
      return i;

  return INTIMAIL_DELIVERY_ACTION_UNKNOWN;
}

/* "5.1.1", and nothing else; "" when @text begins otherwise. */
static char *
take_status (const char *text)
{
  gsize digits = strspn (text, "0123456789.");
  g_autofree char *status = g_strndup (text, digits);
  g_auto (GStrv) numbers = g_strsplit (status, ".", 4);

  if (g_strv_length (numbers) != 3 || strspn (numbers[0], "245") != 1 || numbers[0][1] != '\0')
    return g_strdup ("");
  for (gsize i = 1; i < 3; i++)
    if (numbers[i][0] == '\0' || strlen (numbers[i]) > 3)
      return g_strdup ("");

  return g_steal_pointer (&status);
}

/* The server's own answer often says more than a status like "5.0.0", which many write
 * whatever happened. */
static char *
find_status (const char *status, const char *diagnostic)
{
  char *own = take_status (status);
  const char *space = strlen (diagnostic) > 4 && g_ascii_isdigit (diagnostic[0]) ? diagnostic + 4 : NULL;
  g_autofree char *said = space != NULL ? take_status (space) : g_strdup ("");

  if (*said == '\0' || (*own != '\0' && !g_str_has_suffix (own, ".0.0")))
    return own;
  g_free (own);

  return g_steal_pointer (&said);
}

static void
read_recipient (IntimailDeliveryStatus *self, GArray *fields)
{
  g_autofree char *final = read_typed (fields, "Final-Recipient");
  g_autofree char *original = read_typed (fields, "Original-Recipient");
  g_autofree char *status = read_text (fields, "Status");
  Recipient *recipient;

  if ((*final == '\0' && *original == '\0') || self->recipients->len >= MAX_RECIPIENTS)
    return;
  recipient = g_new0 (Recipient, 1);
  /* To whom it was sent, rather than what a server made of that. */
  recipient->address = g_strdup (*original != '\0' ? original : final);
  recipient->action = read_action (fields);
  recipient->diagnostic = read_typed (fields, "Diagnostic-Code");
  recipient->remote = read_typed (fields, "Remote-MTA");
  recipient->status = find_status (status, recipient->diagnostic);
  if (recipient->action == INTIMAIL_DELIVERY_ACTION_UNKNOWN && *recipient->status == '5')
    recipient->action = INTIMAIL_DELIVERY_ACTION_FAILED;
  g_ptr_array_add (self->recipients, recipient);
}

/* Blocks of fields with empty lines between them: the first is about the message. */
static void
read_blocks (IntimailDeliveryStatus *self, const char *data, gsize length)
{
  guint budget = MAX_FIELDS;
  gsize at = 0;

  while (at < length && budget > 0)
    {
      g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (IntimailRawField));
      gsize next = intimail_raw_fields_parse (fields, data, at, length, &budget, NULL, NULL);

      if (fields->len > 0 && self->reporter == NULL)
        self->reporter = read_typed (fields, "Reporting-MTA");
      if (fields->len > 0)
        read_recipient (self, fields);
      at = MAX (next, at + 1);
    }
}

/* ---- The part ---- */

static const char *const status_types[] = { "message/delivery-status", "message/global-delivery-status", NULL };
static const char *const returned_types[] = { "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", NULL };

static IntimailPart *
find_part (IntimailPart *part, const char *const *types, guint depth)
{
  GPtrArray *parts = intimail_part_get_parts (part);

  if (g_strv_contains (types, intimail_part_get_content_type (part)))
    return part;
  for (guint i = 0; depth < MAX_DEPTH && parts != NULL && i < parts->len; i++)
    {
      IntimailPart *found = find_part (g_ptr_array_index (parts, i), types, depth + 1);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static char *
read_message_id (IntimailMessage *message)
{
  IntimailPart *part = find_part (intimail_message_get_root (message), returned_types, 0);
  g_autoptr (GByteArray) start = part != NULL && !intimail_part_is_multipart (part) ? intimail_part_read_start (part, MAX_HEADER) : NULL;
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (IntimailRawField));
  const IntimailRawField *field;
  guint budget = MAX_FIELDS;

  if (start == NULL)
    return NULL;
  intimail_raw_fields_parse (fields, (const char *) start->data, 0, start->len, &budget, NULL, NULL);
  field = intimail_raw_fields_find ((const IntimailRawField *) (gpointer) fields->data, fields->len, "Message-ID");

  return field != NULL ? intimail_raw_field_read_message_id (field, NULL, MAX_MESSAGE_ID) : NULL;
}

/**
 * intimail_delivery_status_read:
 * @message: a message
 *
 * Reads the report in a message.
 *
 * Returns: (transfer full) (nullable): the report, or %NULL when the message is none, or
 *   says nothing about any recipient
 *
 * Since: 1.0
 */
IntimailDeliveryStatus *
intimail_delivery_status_read (IntimailMessage *message)
{
  g_autoptr (IntimailDeliveryStatus) self = NULL;
  g_autoptr (GBytes) content = NULL;
  IntimailPart *part;
  const char *data;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_MESSAGE (message), NULL);

  part = find_part (intimail_message_get_root (message), status_types, 0);
  if (part == NULL || intimail_part_get_size (part) > 2 * MAX_PART)
    return NULL;
  content = intimail_part_get_content (part, NULL);
  if (content == NULL)
    return NULL;
  self = g_object_new (INTIMAIL_TYPE_DELIVERY_STATUS, NULL);
  data = g_bytes_get_data (content, &length);
  read_blocks (self, data, MIN (length, MAX_PART));
  self->message_id = read_message_id (message);

  return self->recipients->len > 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * intimail_delivery_status_get_reporter:
 * @self: a report
 *
 * Gets the mail server that reports.
 *
 * Returns: (transfer none): its name, or ""
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_get_reporter (IntimailDeliveryStatus *self)
{
  g_return_val_if_fail (INTIMAIL_IS_DELIVERY_STATUS (self), NULL);

  return self->reporter != NULL ? self->reporter : "";
}

/**
 * intimail_delivery_status_get_message_id:
 * @self: a report
 *
 * Gets the `Message-ID` of the message that it is about, as far as the report gives that
 * message or its header back.
 *
 * Returns: (transfer none): the id without angle brackets, at most 998 bytes, or ""
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_get_message_id (IntimailDeliveryStatus *self)
{
  g_return_val_if_fail (INTIMAIL_IS_DELIVERY_STATUS (self), NULL);

  return self->message_id != NULL ? self->message_id : "";
}

/**
 * intimail_delivery_status_get_n_recipients:
 * @self: a report
 *
 * Gets how many recipients it is about.
 *
 * Returns: the number, 1 at least
 *
 * Since: 1.0
 */
guint
intimail_delivery_status_get_n_recipients (IntimailDeliveryStatus *self)
{
  g_return_val_if_fail (INTIMAIL_IS_DELIVERY_STATUS (self), 0);

  return self->recipients->len;
}

static const Recipient *
get_recipient (IntimailDeliveryStatus *self, guint recipient)
{
  g_return_val_if_fail (INTIMAIL_IS_DELIVERY_STATUS (self), NULL);
  g_return_val_if_fail (recipient < self->recipients->len, NULL);

  return g_ptr_array_index (self->recipients, recipient);
}

/**
 * intimail_delivery_status_get_recipient:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 *
 * Gets a recipient's address, as the message was sent to it.
 *
 * Returns: (transfer none): the text that the report has; it may be no address
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_get_recipient (IntimailDeliveryStatus *self, guint recipient)
{
  const Recipient *row = get_recipient (self, recipient);

  return row != NULL ? row->address : NULL;
}

/**
 * intimail_delivery_status_get_action:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 *
 * Gets what became of the message for a recipient.
 *
 * Returns: the action
 *
 * Since: 1.0
 */
IntimailDeliveryAction
intimail_delivery_status_get_action (IntimailDeliveryStatus *self, guint recipient)
{
  const Recipient *row = get_recipient (self, recipient);

  return row != NULL ? row->action : INTIMAIL_DELIVERY_ACTION_UNKNOWN;
}

/**
 * intimail_delivery_status_get_status:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 *
 * Gets the status code (RFC 3463) for a recipient, as exactly as the report knows it.
 *
 * Returns: (transfer none): a code such as "5.1.1", or ""
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_get_status (IntimailDeliveryStatus *self, guint recipient)
{
  const Recipient *row = get_recipient (self, recipient);

  return row != NULL ? row->status : NULL;
}

/**
 * intimail_delivery_status_get_diagnostic:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 *
 * Gets the answer of the server that did not take the message.
 *
 * Returns: (transfer none): its words, or ""
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_get_diagnostic (IntimailDeliveryStatus *self, guint recipient)
{
  const Recipient *row = get_recipient (self, recipient);

  return row != NULL ? row->diagnostic : NULL;
}

/**
 * intimail_delivery_status_get_remote:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 *
 * Gets the server that did not take the message.
 *
 * Returns: (transfer none): its name, or ""
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_get_remote (IntimailDeliveryStatus *self, guint recipient)
{
  const Recipient *row = get_recipient (self, recipient);

  return row != NULL ? row->remote : NULL;
}

/**
 * intimail_delivery_status_explain:
 * @self: a report
 * @recipient: the number of a recipient, from 0
 * @language: "en" or "fr"
 *
 * Says in plain words what happened to the message for a recipient, and what to do.
 *
 * Returns: (transfer none): one sentence or two, in English for all languages but "fr"
 *
 * Since: 1.0
 */
const char *
intimail_delivery_status_explain (IntimailDeliveryStatus *self, guint recipient, const char *language)
{
  const Recipient *row = get_recipient (self, recipient);

  g_return_val_if_fail (language != NULL, NULL);

  return row != NULL ? intimail_delivery_reason_find (row->action, row->status, language) : NULL;
}
