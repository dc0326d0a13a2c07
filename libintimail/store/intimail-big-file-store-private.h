/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The side of a store of big files that their owners use: who owns one, and whether there
 * is room, is judged before.
 */

#pragma once

#include <intimail/intimail-big-file-store.h>

#include "store/intimail-big-file-writer-private.h"

G_BEGIN_DECLS

/* The folder of @owner, made when it is not there. */
char *intimail_big_file_store_make_folder (IntimailBigFileStore *self,
                                           const char *owner,
                                           GError **error);

/* The same, whether or not it is there. */
char *intimail_big_file_store_get_folder (IntimailBigFileStore *self,
                                          const char *owner);

/* What makes a link unguessable: 160 bits. */
#define INTIMAIL_BIG_FILE_MARK_BYTES 20
#define INTIMAIL_BIG_FILE_MARK_LENGTH 32

/* As many of @text, which nobody can make without the store's secret. */
char *intimail_big_file_store_make_mark (IntimailBigFileStore *self,
                                         const char *text,
                                         GError **error);

/* One answer, whatever is wrong. */
void intimail_big_file_store_set_not_found (GError **error);

/* An id that no file has. */
char *intimail_big_file_store_make_id (void);

/* Keeps what @writer wrote and flushed as a file of @owner, on the disk when it returns.
 * @id NULL: a new one; EXISTS when there is one of that id. */
gboolean intimail_big_file_store_place (IntimailBigFileStore *self,
                                        const char *owner,
                                        const char *id,
                                        IntimailBigFile *file,
                                        IntimailBigFileWriter *writer,
                                        GError **error);

/* Newest first. */
GPtrArray *intimail_big_file_store_list (IntimailBigFileStore *self,
                                         const char *owner,
                                         GError **error);

/* NOT_FOUND. */
IntimailBigFile *intimail_big_file_store_lookup (IntimailBigFileStore *self,
                                                 const char *owner,
                                                 const char *id,
                                                 GError **error);

/* Writes what can be changed of @file. */
gboolean intimail_big_file_store_update (IntimailBigFileStore *self,
                                         IntimailBigFile *file,
                                         GError **error);

gboolean intimail_big_file_store_remove (IntimailBigFileStore *self,
                                         const char *owner,
                                         const char *id,
                                         GError **error);

/* What a crash left of files of @owner: bytes that no record names. */
void intimail_big_file_store_clear_up (IntimailBigFileStore *self,
                                       const char *owner,
                                       gint64 now);

/* All of somebody. What is not there is as good. */
gboolean intimail_big_file_store_remove_owner (IntimailBigFileStore *self,
                                               const char *owner,
                                               GError **error);

/* Bytes of all files of @owner. Costs one look at the folder while nothing changes. */
gboolean intimail_big_file_store_measure (IntimailBigFileStore *self,
                                          const char *owner,
                                          guint64 *bytes,
                                          GError **error);

G_END_DECLS
