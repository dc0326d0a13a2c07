/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Names of message files in a Maildir: unique part, fields such as ",S=", and the
 * letters of the flags after ":2,".
 */

#pragma once

#include <glib.h>

#include "store/intimail-id-private.h"

G_BEGIN_DECLS

/* A file name taken apart; points into the name. */
typedef struct
{
  const char *name;
  gsize unique_length; /* up to the first ',' or ':': what the id is made of */
  gsize base_length;   /* up to the ":2,": with ",S=" */
  const char *letters; /* what follows ":2,", "" when there is none */
  gboolean has_info;   /* there is a ":2," */
  gboolean has_size;   /* there is a ",S=" */
  guint64 size;        /* of ",S=" */
} IntimailMaildirName;

/* FALSE for a name that no message has: hidden, empty, or with a slash. */
gboolean intimail_maildir_name_parse (const char *name,
                                      IntimailMaildirName *parsed);

/* A name that no other file of this machine has, without fields. */
char *intimail_maildir_name_make_unique (void);

/* The base of @parsed and ":2," with @letters, in order and each once. */
char *intimail_maildir_name_with_letters (const IntimailMaildirName *parsed,
                                          const char *letters);

/* @letters without those of @remove and with those of @add; letters that nobody
 * knows stay. */
char *intimail_maildir_letters_change (const char *letters,
                                       const char *add,
                                       const char *remove);

IntimailId intimail_maildir_name_get_id (const IntimailMaildirName *parsed);

/* The id that a message with this unique name has, as it is written. */
char *intimail_maildir_name_make_message_id (const char *unique);

G_END_DECLS
