/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Who is never banned, and why.
 */

#pragma once

#include <glib.h>

#include "guard/intimail-ip-private.h"

G_BEGIN_DECLS

#define INTIMAIL_ALLOW_MAX_SIGNED_IN 4096u
/* Bits of 16, one by the hash of each account that failed within a day: about eleven
 * accounts; and of each account and password, where the password is known: about forty. */
#define INTIMAIL_ALLOW_MAX_ACCOUNTS 8u
#define INTIMAIL_ALLOW_MAX_GUESSES 15u

typedef struct
{
  IntimailIp ip;
  char *reason;
  char *name;      /* that the address was resolved from, or NULL */
  gboolean chosen; /* by command: kept in the state */
} IntimailAllowance;

typedef struct _IntimailAllowList IntimailAllowList;

IntimailAllowList *intimail_allow_list_new (void);
void intimail_allow_list_free (IntimailAllowList *self);

void intimail_allow_list_add (IntimailAllowList *self, const IntimailIp *ip, const char *name, gboolean chosen, const char *reason);

gboolean intimail_allow_list_remove (IntimailAllowList *self,
                                     const IntimailIp *ip);

/* All that neither a command, a name nor a sign-in allows. */
void intimail_allow_list_remove_settings (IntimailAllowList *self);

void intimail_allow_list_remove_name (IntimailAllowList *self, const char *name);

/* Somebody of the house is behind the address. */
void intimail_allow_list_sign_in (IntimailAllowList *self, const IntimailIp *ip, gint64 until, gint64 now);

/* Somebody behind the address fails: hashes of the account and the password, 0 for not
 * known. TRUE when a household does not fail so: no sign-in allows it before the next day. */
gboolean intimail_allow_list_doubt (IntimailAllowList *self, const IntimailIp *ip, guint32 account, guint32 password, gint64 now);

/* Why @ip is allowed, or NULL. */
char *intimail_allow_list_lookup (IntimailAllowList *self, const IntimailIp *ip, gint64 now);

void intimail_allow_list_expire (IntimailAllowList *self, gint64 now);

/* Of IntimailAllowance. */
GArray *intimail_allow_list_get (IntimailAllowList *self);

/* Rises with each change of who is allowed. */
guint64 intimail_allow_list_get_serial (IntimailAllowList *self);

/* IntimailIp -> gint64*, when it ends; 0 for who is doubted. */
GHashTable *intimail_allow_list_get_signed_in (IntimailAllowList *self);

G_END_DECLS
