/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is known of the processes and connections that a log tells of: some failures are
 * told without an address, some only by what follows.
 */

#pragma once

#include <glib.h>

#include "guard/intimail-ip-private.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 key; /* 0: free */
  gint64 time; /* of its last line */
  IntimailIp ip;
  gboolean has_ip;
  gboolean has_account; /* one was tried */
  guint32 account;      /* a hash of the last that was tried */
  guint held;           /* failures that may turn out to be none */
  guint owed;           /* failures whose address is not known yet */
  gconstpointer owed_pattern;
  char name[64]; /* the account as text, cut */
} IntimailSession;

typedef struct _IntimailSessionTable IntimailSessionTable;

IntimailSessionTable *intimail_session_table_new (void);
void intimail_session_table_free (IntimailSessionTable *self);

/* The session, new when it is not known or was silent for an hour: process ids come
 * again. Takes the place of the one that was silent longest when there is no other. */
IntimailSession *intimail_session_table_get (IntimailSessionTable *self,
                                             guint64 key,
                                             gint64 time);

void intimail_session_clear (IntimailSession *session);

G_END_DECLS
