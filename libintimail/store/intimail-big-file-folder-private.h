/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The folder with the big files of one person: ID.data and ID.json for each.
 */

#pragma once

#include <sys/stat.h>

#include <intimail/intimail-big-file.h>

#include "store/intimail-big-file-writer-private.h"

G_BEGIN_DECLS

/* What the bytes of a folder are together, and of which state of it. */
typedef struct
{
  guint64 bytes;
  struct timespec modified;
  ino_t inode;
  gboolean known;
} IntimailBigFileSum;

/* Until the descriptor is closed nobody else changes a record. -1 with NOT_FOUND when
 * there is no folder, or FAILED. */
int intimail_big_file_folder_lock (const char *folder,
                                   GError **error);

/* NOT_FOUND when there is no record, or none that can be read as one; the owner is the
 * folder's name. */
IntimailBigFile *intimail_big_file_folder_read (const char *folder,
                                                const char *id,
                                                GError **error);

gboolean intimail_big_file_folder_write (const char *folder,
                                         IntimailBigFile *file,
                                         GError **error);

/* The bytes first. After a failure nothing of it is there. */
gboolean intimail_big_file_folder_place (const char *folder,
                                         IntimailBigFile *file,
                                         IntimailBigFileWriter *writer,
                                         GError **error);

/* The record first. */
gboolean intimail_big_file_folder_remove (const char *folder,
                                          const char *id,
                                          GError **error);

/* A stream that can seek; FAILED when it has another size than the record says. */
GInputStream *intimail_big_file_folder_open_data (const char *folder,
                                                  IntimailBigFile *file,
                                                  GError **error);

/* All that can be read; none when there is no folder. */
GPtrArray *intimail_big_file_folder_list (const char *folder,
                                          GError **error);

/* Removes what a crash left an hour ago or earlier. */
void intimail_big_file_folder_clear_up (const char *folder,
                                        gint64 now);

/* Brings @sum up to date. */
gboolean intimail_big_file_folder_measure (const char *folder,
                                           IntimailBigFileSum *sum,
                                           GError **error);

G_END_DECLS
