/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the group [directory] of intimail.conf says about an LDAP server: where it
 * is, who we are there, and how people and groups look.
 */

#pragma once

#include <gio/gio.h>

#include "base/intimail-config-private.h"

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_LDAP_BIND_ANONYMOUS,
  INTIMAIL_LDAP_BIND_SIMPLE,
  INTIMAIL_LDAP_BIND_EXTERNAL,
} IntimailLdapBind;

typedef enum
{
  INTIMAIL_LDAP_TIME_GENERALIZED, /* 20301231235959Z */
  INTIMAIL_LDAP_TIME_UNIX,        /* seconds since 1970 */
  INTIMAIL_LDAP_TIME_DAYS,        /* days since 1970, as shadowExpire */
  INTIMAIL_LDAP_TIME_WINDOWS,     /* 100 ns since 1601, as accountExpires */
} IntimailLdapTime;

/* The attributes that a directory may name otherwise. */
typedef enum
{
  INTIMAIL_LDAP_PERSON_UID,
  INTIMAIL_LDAP_PERSON_MAIL,
  INTIMAIL_LDAP_PERSON_ALIAS,
  INTIMAIL_LDAP_PERSON_NAME,
  INTIMAIL_LDAP_PERSON_QUOTA_BYTES,
  INTIMAIL_LDAP_PERSON_QUOTA_MESSAGES,
  INTIMAIL_LDAP_PERSON_STATUS,
  INTIMAIL_LDAP_PERSON_EXPIRY,
  INTIMAIL_LDAP_PERSON_UUID,
  INTIMAIL_LDAP_PERSON_REMOVAL,
  INTIMAIL_LDAP_PERSON_REMOVAL_MAIL,
  INTIMAIL_LDAP_PERSON_TEMPORARY_ALIAS,
  INTIMAIL_LDAP_PERSON_MAILDIR,
  INTIMAIL_LDAP_PERSON_HOST,
  INTIMAIL_LDAP_PERSON_ADMIN_OF,
  INTIMAIL_LDAP_GROUP_NAME,
  INTIMAIL_LDAP_GROUP_DESCRIPTION,
  INTIMAIL_LDAP_GROUP_MAIL,
  INTIMAIL_LDAP_GROUP_MEMBER,
  INTIMAIL_LDAP_GROUP_MEMBER_ADDRESS,
  INTIMAIL_LDAP_GROUP_OWNER,
  INTIMAIL_LDAP_GROUP_POSTERS,
  INTIMAIL_LDAP_GROUP_HIDDEN,
  INTIMAIL_LDAP_N_ATTRIBUTES,
} IntimailLdapAttribute;

/* The first that is a group's. */
#define INTIMAIL_LDAP_FIRST_OF_GROUP INTIMAIL_LDAP_GROUP_NAME

typedef struct
{
  char **uris; /* in order of preference */
  IntimailLdapBind bind;
  char *bind_dn;
  char *secret_path;
  gboolean start_tls; /* for ldap:// */
  char *ca_path;      /* "" for the system's */
  guint timeout_ms;   /* of connecting, and of each operation */
  guint max_connections;
  guint cache_ms; /* how long an answer may be old */
  guint cache_entries;

  char *base_dn;
  char *people_dn;
  char *groups_dn;
  char *person_filter;
  char *group_filter;
  char *person_class; /* when the filter asks for a class and nothing else, or NULL */
  char *group_class;
  char **person_classes; /* of a new entry */
  char **group_classes;
  char **attributes[INTIMAIL_LDAP_N_ATTRIBUTES]; /* none: not kept there */

  char *alias_prefix; /* before an address in an alias: "smtp:" */
  guint64 quota_unit; /* bytes of quota for each 1 in the attribute */
  char **status_active;
  char **status_disabled;
  guint64 status_bit; /* the bit that says disabled, or 0 for words */
  IntimailLdapTime expiry_format;
  gboolean members_are_dns;

  char **domains; /* that are the site's beside the base's */

  char *notice_path; /* where processes tell each other of changes, or NULL */
} IntimailLdapSettings;

/* Ends with a NULL group. */
extern const IntimailConfigKey intimail_ldap_settings_keys[];

/* What an attribute is called in the schema of ours. */
const char *intimail_ldap_settings_get_own_name (IntimailLdapAttribute attribute);

/* Whether a server may not know the attribute under our name for it: then nobody there
 * has it, and nothing is missed. */
gboolean intimail_ldap_settings_may_lack (IntimailLdapAttribute attribute);

/* @folder is where relative paths start, @base what stands for an empty base.
 * INVALID_ARGUMENT with the file and line. */
IntimailLdapSettings *intimail_ldap_settings_read (IntimailConfig *config,
                                                   const char *folder,
                                                   const char *base,
                                                   const char *const *domains,
                                                   GError **error);

/* The first line of the secret's file, read anew each time: it may be replaced.
 * UNAVAILABLE. To be freed by intimail_secret_free(). */
char *intimail_ldap_settings_read_secret (const IntimailLdapSettings *self,
                                          GError **error);

void intimail_ldap_settings_free (IntimailLdapSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLdapSettings, intimail_ldap_settings_free)

G_END_DECLS
