/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The accounts that were asked for last, one object for each person.
 */

#pragma once

#include <intimail/intimail-account.h>

G_BEGIN_DECLS

/* Accounts that are kept though nobody uses them. */
#define INTIMAIL_ACCOUNT_CACHE_SIZE 64

typedef struct _IntimailAccountCache IntimailAccountCache;

IntimailAccountCache *intimail_account_cache_new (const char *language);

void intimail_account_cache_free (IntimailAccountCache *self);

/* The account in the folder @path, open; a reference is the caller's. When the folder
 * was that of somebody with another @uuid, it is another account: that one is gone. */
IntimailAccount *intimail_account_cache_get (IntimailAccountCache *self,
                                             const char *path,
                                             const char *uuid,
                                             GError **error);

G_END_DECLS
