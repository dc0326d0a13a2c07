/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Search filters (RFC 4515) and names (RFC 4514): the only place that writes one.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A value as a filter may hold it: whatever is not a letter, a digit or harmless
 * is "\xx". */
char *intimail_ldap_filter_escape (const char *value);

/* "(attribute=value)". */
char *intimail_ldap_filter_equals (const char *attribute,
                                   const char *value);

/* "(attribute=*value*)". */
char *intimail_ldap_filter_contains (const char *attribute,
                                     const char *value);

/* "(attribute=*value)". */
char *intimail_ldap_filter_begins (const char *attribute,
                                   const char *value);

char *intimail_ldap_filter_ends (const char *attribute,
                                 const char *value);

/* "(&...)" or "(|...)" of filters, one alone as it is. Frees the array and what it
 * holds. */
char *intimail_ldap_filter_all (GPtrArray *filters);
char *intimail_ldap_filter_any (GPtrArray *filters);

/* An array for the two above. */
GPtrArray *intimail_ldap_filter_list (void);

/* Whether text from a configuration looks like one filter. */
gboolean intimail_ldap_filter_is_valid (const char *text);

/* "attribute=value,parent", or without the parent when that is "". */
char *intimail_ldap_filter_make_dn (const char *attribute,
                                    const char *value,
                                    const char *parent);

G_END_DECLS
