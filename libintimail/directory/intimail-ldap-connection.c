/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-connection-private.h"

#include <poll.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-secret-private.h"
#include "directory/intimail-ldap-library-private.h"

/* How long a cancel may go unnoticed. */
#define SLICE_MS 100

/* GnuTLS does not tell libldap more. */
#define CERTIFICATE_ADVICE "either no server answers, or its certificate is not for that name by an authority that tls-ca-file knows: "

void
intimail_ldap_connection_free (IntimailLdapConnection *self)
{
  if (self == NULL)
    return;
  if (self->ld != NULL)
    self->library->ldap_unbind_ext (self->ld, NULL, NULL);
  g_free (self->uri);
  g_free (self);
}

IntimailLdapOutcome
intimail_ldap_connection_get_outcome (IntimailLdapConnection *self)
{
  return self->outcome;
}

static IntimailLdapOutcome
judge (int code)
{
  switch (code)
    {
    case LDAP_SUCCESS:
      return INTIMAIL_LDAP_DONE;
    case LDAP_NO_SUCH_OBJECT:
      return INTIMAIL_LDAP_ABSENT;
    case LDAP_NO_SUCH_ATTRIBUTE:
    case LDAP_TYPE_OR_VALUE_EXISTS:
    case LDAP_ASSERTION_FAILED:
    /* A second value where one may be: somebody else has put the first. */
    case LDAP_CONSTRAINT_VIOLATION:
      return INTIMAIL_LDAP_CONFLICT;
    case LDAP_SERVER_DOWN:
    case LDAP_CONNECT_ERROR:
    case LDAP_TIMEOUT:
    case LDAP_USER_CANCELLED:
    case LDAP_DECODING_ERROR:
    case LDAP_UNAVAILABLE:
      return INTIMAIL_LDAP_LOST;
    default:
      return INTIMAIL_LDAP_REFUSED;
    }
}

/* What a caller can act on; all else may pass, and nothing bounces for it. */
static IntimailError
get_error_code (int code)
{
  switch (code)
    {
    case LDAP_ALREADY_EXISTS:
      return INTIMAIL_ERROR_EXISTS;
    case LDAP_NO_SUCH_OBJECT:
      return INTIMAIL_ERROR_NOT_FOUND;
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
      return INTIMAIL_ERROR_PERMISSION_DENIED;
    case LDAP_UNDEFINED_TYPE:
    case LDAP_OBJECT_CLASS_VIOLATION:
    case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
      return INTIMAIL_ERROR_NOT_SUPPORTED;
    case LDAP_CONSTRAINT_VIOLATION:
    case LDAP_INVALID_SYNTAX:
    case LDAP_INVALID_DN_SYNTAX:
      return INTIMAIL_ERROR_INVALID_ARGUMENT;
    default:
      return INTIMAIL_ERROR_UNAVAILABLE;
    }
}

static const char *
get_advice (int code)
{
  switch (code)
    {
    case LDAP_UNDEFINED_TYPE:
    case LDAP_OBJECT_CLASS_VIOLATION:
      return "; does it have the schema intimail.ldif, or the one that [directory] names?";
    case LDAP_INSUFFICIENT_ACCESS:
      return "; see its access rules for the entry that [directory] binds as";
    case LDAP_REFERRAL:
      return "; it refers to another server: name that one in [directory]";
    default:
      return "";
    }
}

gboolean
intimail_ldap_connection_finish (IntimailLdapConnection *self, int code, const char *what, GError **error)
{
  g_autofree char *text = NULL;
  char *detail = NULL;

  self->outcome = judge (code);
  if (code == LDAP_SUCCESS)
    return TRUE;
  if (code == LDAP_USER_CANCELLED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the question to the LDAP server was cancelled");
      return FALSE;
    }
  self->library->ldap_get_option (self->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &detail);
  text = detail != NULL && strstr (detail, "unknown error code") == NULL ? g_utf8_make_valid (detail, -1) : g_strdup ("");
  self->library->ldap_memfree (detail);
  g_set_error (error, INTIMAIL_ERROR, get_error_code (code), "%s: cannot %s: %s%s%s%s%s", self->uri, what,
               self->library->ldap_err2string (code), *text != '\0' ? " (" : "", text, *text != '\0' ? ")" : "", get_advice (code));
  return FALSE;
}

int
intimail_ldap_connection_wait (IntimailLdapConnection *self, int id, LDAPMessage **message, GCancellable *cancellable)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) self->settings->timeout_ms * 1000;
  LDAPMessage *answer = NULL;
  int code = LDAP_TIMEOUT;

  while (g_get_monotonic_time () < deadline)
    {
      struct timeval slice = { .tv_usec = SLICE_MS * 1000 };
      int kind = self->library->ldap_result (self->ld, id, LDAP_MSG_ALL, &slice, &answer);

      if (kind > 0)
        {
          if (message != NULL)
            {
              *message = answer;
              return LDAP_SUCCESS;
            }
          return self->library->ldap_parse_result (self->ld, answer, &code, NULL, NULL, NULL, NULL, 1) == LDAP_SUCCESS ? code
                                                                                                                       : LDAP_DECODING_ERROR;
        }
      if (kind < 0)
        return self->library->ldap_get_option (self->ld, LDAP_OPT_RESULT_CODE, &code) == LDAP_OPT_SUCCESS && code != LDAP_SUCCESS
                   ? code
                   : LDAP_SERVER_DOWN;
      if (g_cancellable_is_cancelled (cancellable))
        {
          code = LDAP_USER_CANCELLED;
          break;
        }
    }
  self->library->ldap_abandon_ext (self->ld, id, NULL, NULL);

  return code;
}

static void
set_options (IntimailLdapConnection *self)
{
  /* What is not LDAP_OPT_OFF is on; LDAP_OPT_ON itself is in the library. */
  const int version = LDAP_VERSION3;
  const int verify = LDAP_OPT_X_TLS_HARD;
  const int never = LDAP_DEREF_NEVER;
  const int client = 0;
  const struct timeval limit = { .tv_sec = self->settings->timeout_ms / 1000, .tv_usec = self->settings->timeout_ms % 1000 * 1000 };

  self->library->ldap_set_option (self->ld, LDAP_OPT_PROTOCOL_VERSION, &version);
  self->library->ldap_set_option (self->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  self->library->ldap_set_option (self->ld, LDAP_OPT_RESTART, &version);
  self->library->ldap_set_option (self->ld, LDAP_OPT_DEREF, &never);
  self->library->ldap_set_option (self->ld, LDAP_OPT_NETWORK_TIMEOUT, &limit);
  self->library->ldap_set_option (self->ld, LDAP_OPT_TIMEOUT, &limit);
  /* A TLS context reads the authorities' file: for who needs one alone. */
  if (g_str_has_prefix (self->uri, "ldapi:") || (g_str_has_prefix (self->uri, "ldap:") && !self->settings->start_tls))
    return;
  self->library->ldap_set_option (self->ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &verify);
  if (*self->settings->ca_path != '\0')
    self->library->ldap_set_option (self->ld, LDAP_OPT_X_TLS_CACERTFILE, self->settings->ca_path);
  self->library->ldap_set_option (self->ld, LDAP_OPT_X_TLS_NEWCTX, &client);
}

static int
bind_simple (IntimailLdapConnection *self, const char *dn, const char *password, GCancellable *cancellable)
{
  struct berval secret = { .bv_val = (char *) password, .bv_len = strlen (password) };
  int id;
  int code = self->library->ldap_sasl_bind (self->ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, &id);

  return code == LDAP_SUCCESS ? intimail_ldap_connection_wait (self, id, NULL, cancellable) : code;
}

static gboolean
bind_as_service (IntimailLdapConnection *self, GCancellable *cancellable, GError **error)
{
  struct berval nothing = { .bv_val = (char *) "" };
  char *secret;
  int code;
  int id;

  switch (self->settings->bind)
    {
    case INTIMAIL_LDAP_BIND_ANONYMOUS:
      return TRUE;
    case INTIMAIL_LDAP_BIND_EXTERNAL:
      code = self->library->ldap_sasl_bind (self->ld, NULL, "EXTERNAL", &nothing, NULL, NULL, &id);
      if (code == LDAP_SUCCESS)
        code = intimail_ldap_connection_wait (self, id, NULL, cancellable);
      return intimail_ldap_connection_finish (self, code, "sign in by SASL EXTERNAL", error);
    case INTIMAIL_LDAP_BIND_SIMPLE:
    default:
      secret = intimail_ldap_settings_read_secret (self->settings, error);
      if (secret == NULL)
        return FALSE;
      code = bind_simple (self, self->settings->bind_dn, secret, cancellable);
      intimail_secret_free (secret);
      return intimail_ldap_connection_finish (self, code, "sign in as the entry that [directory] names", error);
    }
}

IntimailLdapConnection *
intimail_ldap_connection_open (const IntimailLdapSettings *settings,
                               const char *uri,
                               gboolean as_service,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (IntimailLdapConnection) self = g_new0 (IntimailLdapConnection, 1);
  g_autoptr (GError) local_error = NULL;
  int code;

  self->library = intimail_ldap_library_get (error);
  if (self->library == NULL)
    return NULL;
  self->settings = settings;
  self->uri = g_strdup (uri);
  code = self->library->ldap_initialize (&self->ld, uri);
  if (code != LDAP_SUCCESS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE, "%s: %s", uri, self->library->ldap_err2string (code));
      return NULL;
    }
  set_options (self);
  if (!intimail_ldap_connection_finish (self, self->library->ldap_connect (self->ld), "connect", error))
    {
      if (g_str_has_prefix (uri, "ldaps:"))
        g_prefix_error (error, CERTIFICATE_ADVICE);
      return NULL;
    }
  if (g_str_has_prefix (uri, "ldap:") && settings->start_tls &&
      !intimail_ldap_connection_finish (self, self->library->ldap_start_tls_s (self->ld, NULL, NULL), "begin TLS", error))
    {
      g_prefix_error (error, CERTIFICATE_ADVICE);
      return NULL;
    }
  if (as_service && !bind_as_service (self, cancellable, &local_error))
    {
      /* That we are not let in is a mistake in the settings: mail waits. */
      if (local_error->domain == INTIMAIL_ERROR)
        local_error->code = INTIMAIL_ERROR_UNAVAILABLE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return g_steal_pointer (&self);
}

gboolean
intimail_ldap_connection_is_stale (IntimailLdapConnection *self)
{
  struct pollfd poll_fd = { .events = POLLIN };

  /* Nothing is asked, so whatever can be read is the end or the notice of it. */
  return self->library->ldap_get_option (self->ld, LDAP_OPT_DESC, &poll_fd.fd) == LDAP_OPT_SUCCESS && poll_fd.fd >= 0 &&
         poll (&poll_fd, 1, 0) != 0;
}

static void
take_entry (IntimailLdapConnection *self, LDAPMessage *message, GPtrArray *entries)
{
  BerElement *ber = NULL;
  struct berval dn;
  struct berval name;
  struct berval *values = NULL;
  IntimailLdifEntry *entry;
  g_autofree char *text = NULL;

  if (self->library->ldap_get_dn_ber (self->ld, message, &ber, &dn) != LDAP_SUCCESS)
    return;
  text = g_strndup (dn.bv_val, dn.bv_len);
  entry = intimail_ldif_entry_new (text);
  while (self->library->ldap_get_attribute_ber (self->ld, message, ber, &name, &values) == LDAP_SUCCESS && name.bv_val != NULL)
    {
      for (gsize i = 0; values != NULL && values[i].bv_val != NULL; i++)
        intimail_ldif_entry_add_bytes (entry, name.bv_val, values[i].bv_val, values[i].bv_len);
      self->library->ber_memfree (values);
      values = NULL;
    }
  self->library->ber_free (ber, 0);
  g_ptr_array_add (entries, entry);
}

/* Sends the search; the cookie is that of a page (RFC 2696), or NULL. */
static int
send_search (IntimailLdapConnection *self,
             const IntimailLdapQuery *query,
             LDAPControl *page,
             LDAPMessage **answer,
             GCancellable *cancellable)
{
  struct timeval limit = { .tv_sec = MAX (self->settings->timeout_ms / 1000, 1) };
  LDAPControl *controls[2] = { page, NULL };
  int id;
  int code = self->library->ldap_search_ext (self->ld, query->base, query->is_base_only ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
                                             query->filter, (char **) query->attributes, 0, controls, NULL, &limit,
                                             (int) query->limit, &id);

  return code == LDAP_SUCCESS ? intimail_ldap_connection_wait (self, id, answer, cancellable) : code;
}

static int
take_entries (IntimailLdapConnection *self, LDAPMessage *answer, GPtrArray *entries, LDAPControl ***controls)
{
  int result = LDAP_DECODING_ERROR;

  for (LDAPMessage *m = self->library->ldap_first_entry (self->ld, answer); m != NULL; m = self->library->ldap_next_entry (self->ld, m))
    take_entry (self, m, entries);

  return self->library->ldap_parse_result (self->ld, answer, &result, NULL, NULL, NULL, controls, 0) == LDAP_SUCCESS ? result
                                                                                                                     : LDAP_DECODING_ERROR;
}

/* A base that is not there is a mistake in the settings, and nobody's absence. */
static gboolean
finish_search (IntimailLdapConnection *self, const IntimailLdapQuery *query, int code, GError **error)
{
  if (code != LDAP_NO_SUCH_OBJECT)
    return intimail_ldap_connection_finish (self, code, "search", error);
  self->outcome = INTIMAIL_LDAP_REFUSED;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNAVAILABLE,
               "%s: \"%s\" is not there, or hidden from us; \"intimail directory init\" makes it", self->uri, query->base);
  return FALSE;
}

gboolean
intimail_ldap_connection_search (IntimailLdapConnection *self,
                                 const IntimailLdapQuery *query,
                                 GPtrArray *entries,
                                 GCancellable *cancellable,
                                 GError **error)
{
  LDAPMessage *answer = NULL;
  int code = send_search (self, query, NULL, &answer, cancellable);

  if (code == LDAP_SUCCESS)
    code = take_entries (self, answer, entries, NULL);
  self->library->ldap_msgfree (answer);
  if (code == LDAP_NO_SUCH_OBJECT && query->is_base_only)
    code = LDAP_SUCCESS;
  if (code == LDAP_SIZELIMIT_EXCEEDED && query->limit > 0)
    code = LDAP_SUCCESS;

  return finish_search (self, query, code, error);
}

/* Moves the cookie on; a cookie without a byte is the end. */
static int
get_cookie (IntimailLdapConnection *self, LDAPControl **controls, struct berval *cookie)
{
  LDAPControl *page = controls != NULL ? self->library->ldap_control_find (LDAP_CONTROL_PAGEDRESULTS, controls, NULL) : NULL;
  ber_int_t estimate;

  self->library->ldap_memfree (cookie->bv_val);
  *cookie = (struct berval){ 0 };

  return page != NULL ? self->library->ldap_parse_pageresponse_control (self->ld, page, &estimate, cookie) : LDAP_SUCCESS;
}

static int
search_page (IntimailLdapConnection *self,
             const IntimailLdapQuery *query,
             guint page_size,
             struct berval *cookie,
             GPtrArray *entries,
             GCancellable *cancellable)
{
  LDAPControl **controls = NULL;
  LDAPMessage *answer = NULL;
  LDAPControl *page = NULL;
  int code = self->library->ldap_create_page_control (self->ld, (ber_int_t) page_size, cookie, 1, &page);

  if (code == LDAP_SUCCESS)
    code = send_search (self, query, page, &answer, cancellable);
  if (code == LDAP_SUCCESS)
    code = take_entries (self, answer, entries, &controls);
  if (code == LDAP_SUCCESS)
    code = get_cookie (self, controls, cookie);
  self->library->ldap_controls_free (controls);
  self->library->ldap_msgfree (answer);
  self->library->ldap_control_free (page);

  return code;
}

gboolean
intimail_ldap_connection_search_pages (IntimailLdapConnection *self,
                                       const IntimailLdapQuery *query,
                                       guint page_size,
                                       IntimailLdapPage take,
                                       gpointer data,
                                       GCancellable *cancellable,
                                       GError **error)
{
  struct berval cookie = { 0 };
  gboolean good = TRUE;

  do
    {
      g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_ldif_entry_free);
      int code = search_page (self, query, page_size, &cookie, entries, cancellable);

      good = finish_search (self, query, code, error) && take (entries, data, error);
    }
  while (good && cookie.bv_len > 0);
  self->library->ldap_memfree (cookie.bv_val);

  return good;
}

gboolean
intimail_ldap_connection_check_password (IntimailLdapConnection *self,
                                         const char *dn,
                                         const char *password,
                                         GCancellable *cancellable,
                                         GError **error)
{
  int code = bind_simple (self, dn, password, cancellable);

  if (code != LDAP_INVALID_CREDENTIALS && code != LDAP_INAPPROPRIATE_AUTH && code != LDAP_NO_SUCH_OBJECT &&
      code != LDAP_INVALID_DN_SYNTAX)
    return intimail_ldap_connection_finish (self, code, "check a password", error);
  self->outcome = INTIMAIL_LDAP_REFUSED;
  g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the name or the password is wrong");
  return FALSE;
}
