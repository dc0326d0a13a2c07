/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A file that holds columns as they are in memory, so that they are there again by
 * mapping it. It can always be made anew, and belongs to one kind of machine: what
 * another wrote, an older or newer program, or a damaged disk, is not taken.
 */

#pragma once

#include "store/intimail-column-private.h"

G_BEGIN_DECLS

#define INTIMAIL_IMAGE_SECTIONS_MAX (64 * 1024)

/* What the account's image holds. The numbers are the format. */
typedef enum
{
  INTIMAIL_IMAGE_TABLE_HEAD = 1,
  INTIMAIL_IMAGE_TABLE_FOLDERS = 2,
  INTIMAIL_IMAGE_RECORDS = 3,
  INTIMAIL_IMAGE_THREADS = 4,
  INTIMAIL_IMAGE_CELLS = 5,
  INTIMAIL_IMAGE_IDS = 6,
  INTIMAIL_IMAGE_THREAD_IDS = 7,
  INTIMAIL_IMAGE_SLOTS = 8,      /* one for each folder, as those below */
  INTIMAIL_IMAGE_TEXT_ORDER = 9, /* by its kind */
  INTIMAIL_IMAGE_ADDED = 10,
  INTIMAIL_IMAGE_JOURNAL_HEAD = 20,
  INTIMAIL_IMAGE_JOURNAL_TEXTS = 21,
  INTIMAIL_IMAGE_JOURNAL_GAPS = 22,
  INTIMAIL_IMAGE_JOURNAL_MARKS = 23,
  INTIMAIL_IMAGE_KEYWORDS = 30,
  INTIMAIL_IMAGE_FOLDERS = 31,
  INTIMAIL_IMAGE_FOLDER_NAME = 32,
  INTIMAIL_IMAGE_FOLDER_NEW = 33,
} IntimailImageKind;

typedef struct _IntimailImage IntimailImage;
typedef struct _IntimailImageWriter IntimailImageWriter;

/* Maps the file. NULL when its size or its directory is not right. What is changed in
 * memory is not changed in the file. */
IntimailImage *intimail_image_open (int folder_fd,
                                    const char *path);

/* The same of bytes, for tests; takes @data, which is aligned to 16 bytes. */
IntimailImage *intimail_image_new_from_data (gpointer data,
                                             gsize length);
/* Makes the checksums of @data right, for those who test what lies behind them. */
gboolean intimail_image_seal (gpointer data,
                              gsize length);

/* Could nobody but this user have written it? */
gboolean intimail_image_is_ours (const IntimailImage *self);
void intimail_image_free (IntimailImage *self);

gboolean intimail_image_has (const IntimailImage *self,
                             IntimailImageKind kind,
                             guint32 number);

/* Lends the section @kind, @number to a column that was made for things of its size, once:
 * what is not needed is not read. FALSE when there is none such, or it is damaged. */
gboolean intimail_image_lend (IntimailImage *self,
                              IntimailImageKind kind,
                              guint32 number,
                              IntimailColumn *column);

/* Writes beside @path. NULL when it cannot be, or somebody else does just now. */
IntimailImageWriter *intimail_image_writer_new (int folder_fd,
                                                const char *path);
/* With room for some more things than there are, when it is to grow. */
void intimail_image_writer_add (IntimailImageWriter *self,
                                IntimailImageKind kind,
                                guint32 number,
                                const IntimailColumn *column,
                                gboolean grows);
/* Puts the file into its place, and frees the writer. */
gboolean intimail_image_writer_end (IntimailImageWriter *self);
/* Leaves all as it was, and frees the writer. */
void intimail_image_writer_abandon (IntimailImageWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailImage, intimail_image_free)

G_END_DECLS
