/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The socket where our own daemons tell what peers do, without a log between.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

typedef struct _GuardReports GuardReports;

typedef void (*GuardReportsFunc) (IntimailGuardEvent *event,
                                  gpointer user_data);

/* Who may tell is who may open @path: the guard's own user, and root. */
GuardReports *guard_reports_new (const char *path,
                                 GuardReportsFunc func,
                                 gpointer user_data,
                                 GError **error);
void guard_reports_free (GuardReports *self);

/* Whether what a log tells of @service at @time was told already. */
gboolean guard_reports_has_told (GuardReports *self,
                                 const char *service,
                                 gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardReports, guard_reports_free)

G_END_DECLS
