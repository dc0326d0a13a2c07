/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_BIG_FILE (intimail_big_file_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailBigFile, intimail_big_file, INTIMAIL, BIG_FILE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailBigFile *intimail_big_file_new (const char *name,
                                        const char *content_type);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_big_file_get_id (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_big_file_get_owner (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_big_file_get_name (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_big_file_get_content_type (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
guint64 intimail_big_file_get_size (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_big_file_get_created (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_big_file_get_sender (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_big_file_set_sender (IntimailBigFile *self,
                                   const char *sender);

INTIMAIL_AVAILABLE_IN_1_0
gint64 intimail_big_file_get_expires (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_big_file_set_expires (IntimailBigFile *self,
                                    gint64 expires);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_big_file_get_max_downloads (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_big_file_set_max_downloads (IntimailBigFile *self,
                                          guint max_downloads);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_big_file_get_n_downloads (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_big_file_has_password (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_big_file_is_detached (IntimailBigFile *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_big_file_is_offered (IntimailBigFile *self,
                                       gint64 now);

G_END_DECLS
