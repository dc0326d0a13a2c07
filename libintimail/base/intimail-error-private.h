/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include <intimail/intimail-error.h>

G_BEGIN_DECLS

/* Sets an error from an errno: STORAGE_FULL for a full disk, else FAILED. Both
 * are temporary: a disk never bounces mail. */
void intimail_set_error_from_errno (GError **error,
                                    int saved_errno,
                                    const char *format,
                                    ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
