/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The bytes of a big file on their way to the disk. Until they are placed nobody sees
 * them, and whatever ends the process leaves nothing of them.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IntimailBigFileWriter IntimailBigFileWriter;

/* In @folder, which is there. STORAGE_FULL or FAILED, as the others here. */
IntimailBigFileWriter *intimail_big_file_writer_new (const char *folder,
                                                     GError **error);

/* The bytes of a file that has a name elsewhere, and does not change: linked where that
 * can be, copied else. */
IntimailBigFileWriter *intimail_big_file_writer_new_for_file (const char *folder,
                                                              int fd,
                                                              GError **error);

gboolean intimail_big_file_writer_write (IntimailBigFileWriter *self,
                                         gconstpointer data,
                                         gsize length,
                                         GError **error);

/* All of @stream; TOO_LARGE over @max bytes, if that is not 0. Memory does not grow. */
gboolean intimail_big_file_writer_splice (IntimailBigFileWriter *self,
                                          GInputStream *stream,
                                          guint64 max,
                                          GCancellable *cancellable,
                                          GError **error);

guint64 intimail_big_file_writer_get_size (IntimailBigFileWriter *self);

gboolean intimail_big_file_writer_flush (IntimailBigFileWriter *self,
                                         GError **error);

/* Gives the flushed file its name; EXISTS when there is one. The folder is not flushed. */
gboolean intimail_big_file_writer_place (IntimailBigFileWriter *self,
                                         const char *name,
                                         GError **error);

void intimail_big_file_writer_free (IntimailBigFileWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailBigFileWriter, intimail_big_file_writer_free)

G_END_DECLS
