/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Changing messages, several in one transaction.
 */

#pragma once

#include "store/intimail-account-private.h"

G_BEGIN_DECLS

typedef gboolean (*IntimailAccountChangeFunc) (IntimailAccount *self,
                                               const char *id,
                                               gpointer user_data,
                                               GError **error);

/* Runs @func for all ids in one transaction, and then @last, if there is one. The
 * first that fails is told at the end: those before and after it are done. */
gboolean intimail_account_change_all (IntimailAccount *self,
                                      const char *const *ids,
                                      IntimailAccountChangeFunc func,
                                      IntimailAccountChangeFunc last,
                                      gpointer user_data,
                                      GError **error);

/* Where the file of a record is. One that is not there any more is looked for. */
char *intimail_account_locate (IntimailAccount *self,
                               guint32 slot,
                               GError **error);
/* Its name in its folder. */
const char *intimail_account_get_base_name (const char *path);

/* Takes one copy out of its mailbox. */
gboolean intimail_account_take_out (IntimailAccount *self,
                                    guint32 slot,
                                    GError **error);

G_END_DECLS
