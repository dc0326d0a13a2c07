/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mail outside of an account, to be read: boxes, and the messages in each.
 */

#pragma once

#include "message/intimail-mbox-private.h"
#include "store/intimail-transfer-count-private.h"

G_BEGIN_DECLS

/* Folders inside folders, beyond which nothing is looked for. */
#define INTIMAIL_TRANSFER_DEPTH_MAX 16
/* Bytes of one message. */
#define INTIMAIL_TRANSFER_MESSAGE_MAX (G_GUINT64_CONSTANT (1) << 30)
/* A message up to this size is held in memory; of others, pieces. */
#define INTIMAIL_TRANSFER_MEMORY_MAX (1024 * 1024)

/* A file with messages, or a folder with message files. */
typedef struct
{
  IntimailTransferFormat format; /* AUTO: an mbox, of which kind is seen when it is opened */
  char *path;
  GStrv names; /* of the mailbox, below the one that is the target */
} IntimailTransferBox;

void intimail_transfer_box_free (IntimailTransferBox *self);

/* Finds the boxes at and below @path: NOT_FOUND when there is nothing, and
 * INVALID_ARGUMENT when nothing there is mail. What is mail and cannot be read is
 * a failure in @report. */
GPtrArray *intimail_transfer_find_boxes (const char *path,
                                         IntimailTransferFormat format,
                                         IntimailTransferReport *report,
                                         GError **error);

/* The part of a path that stands for a mailbox, and the other way round. */
char *intimail_transfer_box_encode_name (const char *name);
char *intimail_transfer_box_decode_name (const char *name);

/* A message in a box. */
typedef struct
{
  int fd;           /* of the message's file, else -1 */
  char *name;       /* of that file */
  const char *part; /* "cur" or "new", in a Maildir */
  IntimailMboxItem mbox;
  guint64 size;
  gint64 received; /* 0: the box does not say */
  gint64 seconds;  /* that a file name begins with, or 0 */
  gint64 modified; /* of the file */
  GStrv keywords;
  char *key;  /* the same at the next try, and no other's; in the order of the box for an mbox */
  char *what; /* for people */
} IntimailTransferItem;

void intimail_transfer_item_clear (IntimailTransferItem *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailTransferItem, intimail_transfer_item_clear)

/* Leaves what an mbox says of the message in the message. */
void intimail_transfer_item_keep_status (IntimailTransferItem *self);

typedef struct _IntimailTransferSource IntimailTransferSource;

/* Opens a box. @unquote is for an mboxo. */
IntimailTransferSource *intimail_transfer_source_open (const IntimailTransferBox *box,
                                                       gboolean unquote,
                                                       GError **error);
void intimail_transfer_source_free (IntimailTransferSource *self);

/* Bytes of all its messages. */
guint64 intimail_transfer_source_get_size (IntimailTransferSource *self);

/* How many of them the messages so far had. */
guint64 intimail_transfer_source_get_done (IntimailTransferSource *self);

/* As in the file dovecot-keywords; "" when there are no words. */
char *intimail_transfer_source_describe_words (IntimailTransferSource *self);

/* The next message: FALSE after the last. One that cannot be opened has an error
 * and a name for people. */
gboolean intimail_transfer_source_next (IntimailTransferSource *self,
                                        IntimailTransferItem *item,
                                        GError **error);

/* All of a small message. */
GBytes *intimail_transfer_source_load (IntimailTransferSource *self,
                                       const IntimailTransferItem *item,
                                       GError **error);

/* Writes the message to @fd without holding it. */
gboolean intimail_transfer_source_copy (IntimailTransferSource *self,
                                        const IntimailTransferItem *item,
                                        int fd,
                                        GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailTransferSource, intimail_transfer_source_free)

G_END_DECLS
