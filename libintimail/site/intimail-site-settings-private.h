/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What intimail.conf says, judged: domains, addresses to listen on, paths.
 */

#pragma once

#include <gio/gio.h>

#include "directory/intimail-ldap-settings-private.h"
#include "site/intimail-relay-settings-private.h"
#include "site/intimail-send-limits-private.h"

G_BEGIN_DECLS

typedef struct
{
  char **domains; /* A-labels in lower case */
  char *hostname;
  char **postmaster; /* uids and addresses, for when the directory has no administrator */
  guint64 max_message_size;
  char *directory_path;       /* of the LDIF file, or NULL: */
  IntimailLdapSettings *ldap; /* what the site may take over */
  char *directory_base;
  char *store_root;
  char **store_roots; /* where a folder may be that the directory names; the root first */
  char *big_path;     /* of big files */
  guint64 big_over;
  guint64 big_max; /* 0: none are kept */
  guint big_days;  /* 0 is for ever */
  char *language;
  gboolean quota_counts_trash;
  GArray *quota_warnings; /* of guint, per cent */
  gboolean vsize_in_name;
  gboolean previews;
  guint trash_days; /* 0 is never */
  guint junk_days;
  guint removed_days; /* a removal can be undone */
  guint expired_days; /* mail of somebody who expired is kept; 0 is for ever */
  gboolean takes_all_hosts;
  char *lmtp_listen;
  char *policy_listen;
  char *map_listen;
  char *webmail_listen;
  char *webmail_url;
  char **webmail_origins;
  char *guard_events;
  gboolean webmail_trusts_proxy;
  char **spam_fields;      /* what the filter of this site writes into a header */
  char **sendmail_command; /* empty, and no relay: mail goes to people of the site alone */
  IntimailRelaySettings *relay;
  guint transport_timeout; /* seconds */
  IntimailSendLimits send_limits;
} IntimailSiteSettings;

/* Reads @folder/intimail.conf. INVALID_ARGUMENT with the file and line. */
IntimailSiteSettings *intimail_site_settings_load (const char *folder,
                                                   GError **error);

void intimail_site_settings_free (IntimailSiteSettings *self);

/* The first intimail.conf of a site, with a comment for each setting. */
char *intimail_site_settings_write (const char *domain,
                                    const char *transport,
                                    const char *language);

/* A domain as A-labels in lower case, or NULL when it is none. */
char *intimail_site_settings_make_domain (const char *domain);

/* "dc=home,dc=example" of "home.example". */
char *intimail_site_settings_make_base (const char *domain);

G_END_DECLS
