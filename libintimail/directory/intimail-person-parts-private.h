/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a person is made of, for the files of IntimailPerson alone.
 */

#pragma once

#include "directory/intimail-person-private.h"

G_BEGIN_DECLS

struct _IntimailPerson
{
  GObject parent_instance;

  char *uid;
  char *uuid;
  char *mail;
  char *display_name;
  char **aliases;
  guint64 quota_bytes;
  guint64 quota_messages;
  IntimailPersonStatus status;
  gint64 expiry;
  gboolean has_second_factor;
  guint64 sign_in_stamp;
  gint64 removal;        /* until when the removal can be undone; 0: not removed */
  gboolean deletes_mail; /* when the removal is done */
  char *maildir;
  char *mail_host;
  char **admin_domains;
  GPtrArray *temporary_aliases; /* of IntimailTemporaryAlias, which do not change */

  IntimailPerson *origin; /* what the directory said, before changes */
};

void intimail_person_replace_string (char **place,
                                     const char *value);

void intimail_person_replace_list (char ***place,
                                   const char *const *values);

/* Merges what only the file of temporary aliases knows. */
GPtrArray *intimail_person_merge_temporary_aliases (GPtrArray *current,
                                                    GPtrArray *origin,
                                                    GPtrArray *wanted);

G_END_DECLS
