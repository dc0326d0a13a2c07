/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-upload.h>

G_BEGIN_DECLS

/* Takes @fd, an empty file at @path. */
IntimailUpload *intimail_upload_new (int fd,
                                     char *path,
                                     const char *id,
                                     guint64 max_size);

G_END_DECLS
