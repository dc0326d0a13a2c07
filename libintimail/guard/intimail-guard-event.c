/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-guard-event-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "json/intimail-json-line-private.h"

/**
 * IntimailGuardKind:
 * @INTIMAIL_GUARD_KIND_BAD_PASSWORD: a sign-in was refused
 * @INTIMAIL_GUARD_KIND_UNKNOWN_USER: there is no such account or recipient
 * @INTIMAIL_GUARD_KIND_RELAY_ATTEMPT: mail for others was refused
 * @INTIMAIL_GUARD_KIND_PROTOCOL_ABUSE: a rule of the protocol or of the site was broken
 * @INTIMAIL_GUARD_KIND_SCAN: a connection that wanted nothing
 * @INTIMAIL_GUARD_KIND_SIGN_IN: somebody signed in; this is no failure
 *
 * What a peer did.
 *
 * Since: 1.0
 */

/**
 * IntimailGuardEvent:
 *
 * One thing that a peer did: who, when, to which service, with which account.
 *
 * It comes from a line of a log by [class@Intimail.Detector] or from a program that saw
 * it itself, and is judged by [class@Intimail.Guard]. Any thread may use it; one that
 * [method@Intimail.GuardEvent.set_password] has not been called for is not changed.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (IntimailGuardEvent, intimail_guard_event, intimail_guard_event_ref, intimail_guard_event_unref)

static const struct
{
  const char *name;
  double weight;
} kinds[] = {
  [INTIMAIL_GUARD_KIND_BAD_PASSWORD] = { "bad-password", 1 },
  [INTIMAIL_GUARD_KIND_UNKNOWN_USER] = { "unknown-user", 1 },
  [INTIMAIL_GUARD_KIND_RELAY_ATTEMPT] = { "relay-attempt", 1 },
  [INTIMAIL_GUARD_KIND_PROTOCOL_ABUSE] = { "protocol-abuse", 0.5 },
  [INTIMAIL_GUARD_KIND_SCAN] = { "scan", 0.25 },
  [INTIMAIL_GUARD_KIND_SIGN_IN] = { "sign-in", 0 },
};

/**
 * intimail_guard_kind_to_string:
 * @kind: a kind
 *
 * The kind as it is written in pattern files and in JSON, as "bad-password".
 *
 * Returns: its name
 *
 * Since: 1.0
 */
const char *
intimail_guard_kind_to_string (IntimailGuardKind kind)
{
  g_return_val_if_fail ((gsize) kind < G_N_ELEMENTS (kinds), "");

  return kinds[kind].name;
}

gboolean
intimail_guard_kind_from_string (const char *text, IntimailGuardKind *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, text))
      {
        *kind = (IntimailGuardKind) i;
        return TRUE;
      }

  return FALSE;
}

double
intimail_guard_kind_get_weight (IntimailGuardKind kind)
{
  return kinds[kind].weight;
}

guint64
intimail_guard_long_hash (const char *text, gsize length)
{
  static gsize ready;
  static guint64 key;
  guint64 hash;

  if (g_once_init_enter (&ready))
    {
      intimail_secret_random (&key, sizeof key);
      g_once_init_leave (&ready, 1);
    }
  hash = key;
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guint8) text[i]) * G_GUINT64_CONSTANT (0x100000001b3);

  return (hash ^ (hash >> 29)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
}

guint32
intimail_guard_hash (const char *text, gsize length)
{
  return (guint32) (intimail_guard_long_hash (text, length) >> 32) | 1;
}

/* Bytes that are no UTF-8 become longer. */
static char *
make_account (const char *account, gsize length)
{
  char *valid = g_utf8_make_valid (account, (gssize) MIN (length, INTIMAIL_GUARD_MAX_ACCOUNT));

  if (strlen (valid) > INTIMAIL_GUARD_MAX_ACCOUNT)
    *g_utf8_find_prev_char (valid, valid + INTIMAIL_GUARD_MAX_ACCOUNT + 1) = '\0';

  return valid;
}

IntimailGuardEvent *
intimail_guard_event_make (gint64 time, const IntimailIp *ip, const char *service, IntimailGuardKind kind, const char *account, gsize account_length)
{
  IntimailGuardEvent *self = g_new0 (IntimailGuardEvent, 1);
  char text[INTIMAIL_IP_TEXT];

  g_ref_count_init (&self->refs);
  self->time = time;
  self->ip = *ip;
  self->address = g_strdup (intimail_ip_format (ip, text));
  self->service = g_strdup (service);
  self->account = make_account (account, account_length);
  self->kind = kind;
  self->attempts = 1;
  self->weight = kinds[kind].weight;

  return self;
}

/**
 * intimail_guard_event_new:
 * @time: when, in seconds since 1970
 * @address: the peer, an IPv4 or IPv6 address
 * @service: the service that saw it, as "webmail"
 * @kind: what the peer did
 * @account: the account that it tried, or ""
 * @error: return location for an error
 *
 * Makes an event that a program saw itself.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is no address.
 *
 * Returns: (transfer full): an event
 *
 * Since: 1.0
 */
IntimailGuardEvent *
intimail_guard_event_new (gint64 time, const char *address, const char *service, IntimailGuardKind kind, const char *account, GError **error)
{
  IntimailIp ip;

  g_return_val_if_fail (address != NULL && service != NULL && account != NULL, NULL);
  g_return_val_if_fail ((gsize) kind < G_N_ELEMENTS (kinds), NULL);

  if (!intimail_ip_parse (address, strlen (address), &ip) || ip.bits != INTIMAIL_IP_BITS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "\"%s\" is no IP address", address);
      return NULL;
    }

  return intimail_guard_event_make (time, &ip, service, kind, account, strlen (account));
}

/**
 * intimail_guard_event_ref:
 * @self: an event
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IntimailGuardEvent *
intimail_guard_event_ref (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->refs);
  return self;
}

/**
 * intimail_guard_event_unref:
 * @self: (transfer full): an event
 *
 * Gives a reference back; the last one frees it.
 *
 * Since: 1.0
 */
void
intimail_guard_event_unref (IntimailGuardEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->refs))
    return;
  g_free (self->address);
  g_free (self->service);
  g_free (self->account);
  g_free (self);
}

/**
 * intimail_guard_event_get_time:
 * @self: an event
 *
 * When it happened.
 *
 * Returns: seconds since 1970
 *
 * Since: 1.0
 */
gint64
intimail_guard_event_get_time (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->time;
}

/**
 * intimail_guard_event_get_address:
 * @self: an event
 *
 * The peer's address in its usual form; an IPv4 address inside IPv6 is written as IPv4.
 *
 * Returns: an IPv4 or IPv6 address
 *
 * Since: 1.0
 */
const char *
intimail_guard_event_get_address (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->address;
}

/**
 * intimail_guard_event_get_service:
 * @self: an event
 *
 * The service that saw it: what the pattern file says, as "sshd".
 *
 * Returns: a name
 *
 * Since: 1.0
 */
const char *
intimail_guard_event_get_service (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->service;
}

/**
 * intimail_guard_event_get_kind:
 * @self: an event
 *
 * What the peer did.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
IntimailGuardKind
intimail_guard_event_get_kind (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, INTIMAIL_GUARD_KIND_SCAN);

  return self->kind;
}

/**
 * intimail_guard_event_get_account:
 * @self: an event
 *
 * The account that was tried, "" when it is not known. The peer chose it: it is UTF-8
 * of at most 256 bytes, and nothing else can be said of it.
 *
 * Returns: the account
 *
 * Since: 1.0
 */
const char *
intimail_guard_event_get_account (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->account;
}

/**
 * intimail_guard_event_get_attempts:
 * @self: an event
 *
 * How many attempts it stands for: a log may tell of several at once.
 *
 * Returns: a number, at least 1
 *
 * Since: 1.0
 */
guint
intimail_guard_event_get_attempts (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, 1);

  return self->attempts;
}

/**
 * intimail_guard_event_get_weight:
 * @self: an event
 *
 * How much one attempt counts; a wrong password is 1.
 *
 * Returns: the weight, 0 for what is no failure
 *
 * Since: 1.0
 */
double
intimail_guard_event_get_weight (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->weight;
}

/**
 * intimail_guard_event_is_from_log:
 * @self: an event
 *
 * Whether it was found in a log, and not seen by a program itself.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
intimail_guard_event_is_from_log (IntimailGuardEvent *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_from_log;
}

/**
 * intimail_guard_event_set_password:
 * @self: an event
 * @password: the password that was tried
 *
 * Says which password was wrong, so that the same one repeated by a telephone counts
 * once. Only a hash is kept, which means nothing outside this process.
 *
 * Since: 1.0
 */
void
intimail_guard_event_set_password (IntimailGuardEvent *self, const char *password)
{
  g_return_if_fail (self != NULL && password != NULL);

  self->password = intimail_guard_hash (password, strlen (password));
}

/**
 * intimail_guard_event_to_json:
 * @self: an event
 * @line: the number of the line that it comes from, 0 for none
 *
 * The event as a line of JSON, with the line's end: members `line`, `time` (UTC, RFC
 * 3339), `address`, `service`, `kind`, `account`.
 *
 * Returns: (transfer full): the line
 *
 * Since: 1.0
 */
char *
intimail_guard_event_to_json (IntimailGuardEvent *self, guint line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  intimail_json_line_begin (text);
  if (line > 0)
    intimail_json_line_add_integer (text, "line", line);
  intimail_guard_event_add_json (self, text);
  intimail_json_line_end (text);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
intimail_guard_event_add_json (IntimailGuardEvent *self, GString *text)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (self->time);
  g_autofree char *time = date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");

  intimail_json_line_add_string (text, "time", time);
  intimail_json_line_add_string (text, "address", self->address);
  intimail_json_line_add_string (text, "service", self->service);
  intimail_json_line_add_string (text, "kind", kinds[self->kind].name);
  intimail_json_line_add_string (text, "account", self->account);
}
