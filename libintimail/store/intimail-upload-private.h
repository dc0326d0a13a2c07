/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-upload.h>

G_BEGIN_DECLS

/* Takes @fd, an empty file, and @path, which is its name already when it is @named. */
IntimailUpload *intimail_upload_new (int fd,
                                     char *path,
                                     gboolean named,
                                     const char *id,
                                     guint64 max_size);

G_END_DECLS
