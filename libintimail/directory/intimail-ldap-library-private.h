/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libldap, loaded when a site has an LDAP server: it brings TLS and SASL libraries
 * along, which would double the start of every program for everybody. And what the
 * files that use it share.
 */

#pragma once

#include <ldap.h>

#include "directory/intimail-ldap-connection-private.h"

G_BEGIN_DECLS

#define INTIMAIL_LDAP_FUNCTIONS(X)    \
  X (ber_free)                        \
  X (ber_memfree)                     \
  X (ldap_abandon_ext)                \
  X (ldap_add_ext)                    \
  X (ldap_connect)                    \
  X (ldap_control_find)               \
  X (ldap_control_free)               \
  X (ldap_controls_free)              \
  X (ldap_create_page_control)        \
  X (ldap_delete_ext)                 \
  X (ldap_err2string)                 \
  X (ldap_first_entry)                \
  X (ldap_get_attribute_ber)          \
  X (ldap_get_dn_ber)                 \
  X (ldap_get_option)                 \
  X (ldap_initialize)                 \
  X (ldap_memfree)                    \
  X (ldap_modify_ext)                 \
  X (ldap_msgfree)                    \
  X (ldap_next_entry)                 \
  X (ldap_parse_pageresponse_control) \
  X (ldap_parse_result)               \
  X (ldap_passwd)                     \
  X (ldap_result)                     \
  X (ldap_sasl_bind)                  \
  X (ldap_search_ext)                 \
  X (ldap_set_option)                 \
  X (ldap_start_tls_s)                \
  X (ldap_unbind_ext)

#define INTIMAIL_LDAP_DECLARE(name) __typeof__ (name) *name;

typedef struct
{
  INTIMAIL_LDAP_FUNCTIONS (INTIMAIL_LDAP_DECLARE)
} IntimailLdapLibrary;

/* The functions, loaded at the first call; UNAVAILABLE when the library is not
 * installed. It stays loaded. */
const IntimailLdapLibrary *intimail_ldap_library_get (GError **error);

struct _IntimailLdapConnection
{
  const IntimailLdapLibrary *library;
  LDAP *ld;
  char *uri;
  const IntimailLdapSettings *settings;
  IntimailLdapOutcome outcome;
};

/* FALSE for all codes but success. */
gboolean intimail_ldap_connection_finish (IntimailLdapConnection *self,
                                          int code,
                                          const char *what,
                                          GError **error);

/* The answer to a request: its code, and the answer in @message when there is one
 * and the caller wants it. */
int intimail_ldap_connection_wait (IntimailLdapConnection *self,
                                   int id,
                                   LDAPMessage **message,
                                   GCancellable *cancellable);

G_END_DECLS
