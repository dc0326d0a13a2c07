/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A real slapd (mdb) of a test's own: on a UNIX socket, and on a loopback port with
 * a certificate of a throw-away authority.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  char *ldapi; /* URIs */
  char *ldap;
  char *ldaps;
  char *ca_path;
  char *config;
  GSubprocess *process;
  guint n_own_binds; /* that counting has made */
} PrivateSlapd;

/* Makes the configuration with one database of @base; does not start it. @schemas
 * are paths beside the standard ones, NULL-terminated. */
PrivateSlapd *private_slapd_new (const char *base,
                                 const char *const *schemas);

/* slapadd(8) while it is not running. */
void private_slapd_load (PrivateSlapd *self,
                         const char *ldif);

/* Starts it, and waits until it answers. */
void private_slapd_start (PrivateSlapd *self);

/* Ends it: politely, or as a power cut does. */
void private_slapd_stop (PrivateSlapd *self);
void private_slapd_kill (PrivateSlapd *self);

/* Simple binds since it was started, as cn=Monitor has them. */
guint private_slapd_count_binds (PrivateSlapd *self);

void private_slapd_free (PrivateSlapd *self);

G_END_DECLS
