/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-jmap.h>

#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "jmap/intimail-jmap-request-private.h"
#include "jmap/intimail-jmap-session-private.h"
#include "jmap/intimail-jmap-vacation-response-private.h"
#include "json/intimail-json-private.h"

/**
 * IntimailJmap:
 *
 * Speaks JMAP (RFC 8620, RFC 8621, RFC 9425) for one person who has signed in.
 *
 * JSON goes in and JSON comes out; there is no HTTP here. Who is asking has been
 * checked before one is made, and everything that it answers is about that
 * person's account. Any number may be made for one person.
 *
 * Any thread may use it, several at the same time; calls that change something
 * are run one after the other.
 *
 * Since: 1.0
 */
struct _IntimailJmap
{
  GObject parent_instance;

  IntimailSite *site;
  IntimailPerson *person;
  IntimailAccount *account;
  char *account_id;
  char *session_state;
};

G_DEFINE_FINAL_TYPE (IntimailJmap, intimail_jmap, G_TYPE_OBJECT)

/* Its state is that of what it says: no journal has it. */
#define VACATION_RESPONSE "VacationResponse"

/* The other types that a client can be told of (RFC 8620 section 7.1), in the order of
 * the event id. */
static const struct
{
  const char *name;
  IntimailChangeType type;
} push_types[] = {
  { "BigFile", INTIMAIL_CHANGE_TYPE_BIG_FILE },
  { "Email", INTIMAIL_CHANGE_TYPE_EMAIL },
  { "EmailDelivery", INTIMAIL_CHANGE_TYPE_EMAIL_DELIVERY },
  { "EmailSubmission", INTIMAIL_CHANGE_TYPE_EMAIL_SUBMISSION },
  { "Identity", INTIMAIL_CHANGE_TYPE_IDENTITY },
  { "Mailbox", INTIMAIL_CHANGE_TYPE_MAILBOX },
  { "Quota", INTIMAIL_CHANGE_TYPE_QUOTA },
  { "Thread", INTIMAIL_CHANGE_TYPE_THREAD },
};

static void
intimail_jmap_finalize (GObject *object)
{
  IntimailJmap *self = INTIMAIL_JMAP (object);

  g_clear_object (&self->site);
  g_clear_object (&self->person);
  g_clear_object (&self->account);
  g_free (self->account_id);
  g_free (self->session_state);

  G_OBJECT_CLASS (intimail_jmap_parent_class)->finalize (object);
}

static void
intimail_jmap_class_init (IntimailJmapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_jmap_finalize;
}

static void
intimail_jmap_init (IntimailJmap *self)
{
}

/**
 * intimail_jmap_new:
 * @site: a site
 * @person: a person of @site who has signed in
 * @error: return location for an error
 *
 * Opens the account of @person to be spoken with by JMAP.
 *
 * Fails as [method@Intimail.Site.get_account] does.
 *
 * Returns: (transfer full): an engine
 *
 * Since: 1.0
 */
IntimailJmap *
intimail_jmap_new (IntimailSite *site, IntimailPerson *person, GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  IntimailJmap *self;
  const char *uuid;

  g_return_val_if_fail (INTIMAIL_IS_SITE (site), NULL);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  account = intimail_site_get_account (site, person, error);
  if (account == NULL)
    return NULL;

  uuid = intimail_person_get_uuid (person);
  self = g_object_new (INTIMAIL_TYPE_JMAP, NULL);
  self->site = g_object_ref (site);
  self->person = g_object_ref (person);
  self->account = g_steal_pointer (&account);
  self->account_id = intimail_hash_id ("a", uuid, strlen (uuid));
  self->session_state = intimail_jmap_session_get_state (site, person, self->account_id);

  return self;
}

/**
 * intimail_jmap_get_account:
 * @self: an engine
 *
 * Gets the account that is spoken with: for uploads, downloads and its signal.
 *
 * Returns: (transfer none): the account
 *
 * Since: 1.0
 */
IntimailAccount *
intimail_jmap_get_account (IntimailJmap *self)
{
  g_return_val_if_fail (INTIMAIL_IS_JMAP (self), NULL);

  return self->account;
}

/**
 * intimail_jmap_get_account_id:
 * @self: an engine
 *
 * Gets the account's id in JMAP; it stays the same when the person's names change.
 *
 * Returns: (transfer none): an id
 *
 * Since: 1.0
 */
const char *
intimail_jmap_get_account_id (IntimailJmap *self)
{
  g_return_val_if_fail (INTIMAIL_IS_JMAP (self), NULL);

  return self->account_id;
}

/**
 * intimail_jmap_get_session:
 * @self: an engine
 * @url: the public address of the server, as `https://mail.example.org`, below
 *   which the addresses of the session lie
 * @error: return location for an error
 *
 * Makes the session resource (RFC 8620 section 2).
 *
 * Its addresses are absolute, as clients want them: `@url/jmap/api`,
 * `@url/jmap/upload/`, `@url/jmap/download/` and `@url/jmap/events`.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @url is not UTF-8 or no address
 * of http or https.
 *
 * Returns: (transfer full): a JSON document
 *
 * Since: 1.0
 */
GBytes *
intimail_jmap_get_session (IntimailJmap *self, const char *url, GError **error)
{
  g_autofree char *base = NULL;
  g_autoptr (JsonNode) session = NULL;

  g_return_val_if_fail (INTIMAIL_IS_JMAP (self), NULL);
  g_return_val_if_fail (url != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_utf8_validate (url, -1, NULL) ||
      !(g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "https://")))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "not an address of http or https");
      return NULL;
    }

  base = g_strdup (url);
  while (g_str_has_suffix (base, "/"))
    base[strlen (base) - 1] = '\0';
  session = intimail_jmap_session_new (self->site, self->person, self->account_id, base);

  return intimail_json_write (session);
}

/**
 * intimail_jmap_handle:
 * @self: an engine
 * @request: a Request of RFC 8620 section 3.3, whatever it may hold
 * @status: (out): return location for the status of HTTP
 *
 * Answers a request.
 *
 * The status is 200 with a Response, or 400 with problem details (RFC 7807), to be
 * sent as `application/problem+json`. What goes wrong inside a method is told in
 * the Response. It works on the disk and does not return before it is done: call it
 * in a thread of its own where that matters.
 *
 * Returns: (transfer full): a JSON document
 *
 * Since: 1.0
 */
GBytes *
intimail_jmap_handle (IntimailJmap *self, GBytes *request, guint *status)
{
  IntimailJmapContext context = { 0 };

  g_return_val_if_fail (INTIMAIL_IS_JMAP (self), NULL);
  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (status != NULL, NULL);

  context.site = self->site;
  context.person = self->person;
  context.account = self->account;
  context.account_id = self->account_id;

  return intimail_jmap_request_handle (&context, request, self->session_state, status);
}

static gboolean
is_wanted (const char *const *types, const char *name)
{
  return types == NULL || types[0] == NULL || g_strv_contains (types, "*") || g_strv_contains (types, name);
}

static void
add_state (const char *name, const char *state, JsonObject *states, GString *all)
{
  json_object_set_string_member (states, name, state);
  g_string_append_printf (all, "%s=%s\n", name, state);
}

/* A broken file of rules has no state, and costs no other type its own. */
static void
add_vacation_state (IntimailJmap *self, JsonObject *states, GString *all)
{
  g_autofree char *state = intimail_jmap_vacation_response_make_state (self->account, NULL);

  if (state != NULL)
    add_state (VACATION_RESPONSE, state, states, all);
}

/* Adds the state of each type that is wanted. */
static gboolean
add_states (IntimailJmap *self, const char *const *types, JsonObject *states, GString *all, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (push_types); i++)
    {
      g_autofree char *state = NULL;

      if (!is_wanted (types, push_types[i].name))
        continue;
      state = intimail_account_get_state (self->account, push_types[i].type, error);
      if (state == NULL)
        return FALSE;
      add_state (push_types[i].name, state, states, all);
    }
  if (is_wanted (types, VACATION_RESPONSE))
    add_vacation_state (self, states, all);

  return TRUE;
}

/**
 * intimail_jmap_get_state_change:
 * @self: an engine
 * @types: (nullable) (array zero-terminated=1): names of data types; %NULL, none or
 *   `*` is all; those that are not known are left out
 * @event_id: (out) (optional) (transfer full): return location for a name of just
 *   these states: it is another one as soon as one of them is
 * @error: return location for an error
 *
 * Makes the StateChange (RFC 8620 section 7.1) that says how things are now, for an
 * event source to send.
 *
 * Fails as [method@Intimail.Account.get_state] does.
 *
 * Returns: (transfer full): a JSON document on one line
 *
 * Since: 1.0
 */
char *
intimail_jmap_get_state_change (IntimailJmap *self,
                                const char *const *types,
                                char **event_id,
                                GError **error)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) change = json_object_new ();
  g_autoptr (JsonObject) states = json_object_new ();
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GBytes) text = NULL;
  JsonObject *changed;
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (INTIMAIL_IS_JMAP (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  json_object_set_string_member (change, "@type", "StateChange");
  changed = json_object_new ();
  json_object_set_object_member (change, "changed", changed);
  json_object_set_object_member (changed, self->account_id, json_object_ref (states));
  if (!add_states (self, types, states, all, error))
    return NULL;

  if (event_id != NULL)
    *event_id = intimail_hash_id ("e", all->str, all->len);
  json_node_set_object (root, change);
  text = intimail_json_write (root);
  data = g_bytes_get_data (text, &length);

  return g_strndup (data, length);
}
