/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is kept in memory of every message of an account: one compact record for
 * each copy, found by id, by thread and by mailbox, and the counts of mailboxes.
 *
 * Texts stay in the index file of the mailbox; a record knows where.
 */

#pragma once

#include "store/intimail-id-private.h"
#include "store/intimail-image-private.h"

G_BEGIN_DECLS

#define INTIMAIL_TABLE_NONE G_MAXUINT32

/* Keywords: the first six are the letters that Maildir knows; the others belong
 * to the account's list of words. */
#define INTIMAIL_KEYWORD_SEEN (G_GUINT64_CONSTANT (1) << 0)
#define INTIMAIL_KEYWORD_FLAGGED (G_GUINT64_CONSTANT (1) << 1)
#define INTIMAIL_KEYWORD_ANSWERED (G_GUINT64_CONSTANT (1) << 2)
#define INTIMAIL_KEYWORD_DRAFT (G_GUINT64_CONSTANT (1) << 3)
#define INTIMAIL_KEYWORD_FORWARDED (G_GUINT64_CONSTANT (1) << 4)
#define INTIMAIL_KEYWORD_TRASHED (G_GUINT64_CONSTANT (1) << 5) /* invisible */

/* Some thousand years, an index of 64 GiB, a line of 16 MiB: more is not taken. */
#define INTIMAIL_RECORD_TIME_BITS 40
#define INTIMAIL_RECORD_OFFSET_BITS 36
#define INTIMAIL_RECORD_LENGTH_BITS 24

/* Packed: there is one for each message, in memory and in the file. */
typedef struct
{
  IntimailId id;
  guint64 keywords;
  guint64 folder : 16;
  gint64 received : INTIMAIL_RECORD_TIME_BITS; /* seconds since 1970 */
  guint64 has_attachment : 1;
  guint64 mark : 7; /* bits of IntimailMark */
  gint64 sent : INTIMAIL_RECORD_TIME_BITS;
  guint64 length : INTIMAIL_RECORD_LENGTH_BITS;
  guint64 offset : INTIMAIL_RECORD_OFFSET_BITS; /* in the index file: the line with the texts */
  guint64 last_length : INTIMAIL_RECORD_LENGTH_BITS;
  guint64 last_offset : INTIMAIL_RECORD_OFFSET_BITS; /* the last line that names the file */
  guint32 size;                                      /* bytes; G_MAXUINT32 stands for more, too */
  guint32 thread;
  guint32 thread_next;
  guint32 thread_previous;
  guint32 copy_next; /* the same message in another mailbox */
} __attribute__ ((packed, aligned (8))) IntimailRecord;

G_STATIC_ASSERT (sizeof (IntimailRecord) == 72);

/* The nearest time that a record can have. */
gint64 intimail_record_clamp_time (gint64 time);
/* Has a record room for this place? */
gboolean intimail_record_takes_line (guint64 offset,
                                     gsize length);

typedef enum
{
  INTIMAIL_MARK_SEEN = 1 << 0,   /* for who walks all records */
  INTIMAIL_MARK_IN_NEW = 1 << 1, /* was last seen in new/, not in cur/ */
} IntimailMark;

typedef struct
{
  guint n_messages;
  guint n_unread;
  guint n_threads;
  guint n_unread_threads;
} IntimailCounts;

typedef struct _IntimailTable IntimailTable;

/* The records in the order of a text that their index lines have. */
typedef enum
{
  INTIMAIL_TEXT_FROM,
  INTIMAIL_TEXT_TO,
  INTIMAIL_TEXT_CC,
  INTIMAIL_TEXT_SUBJECT,
  INTIMAIL_N_TEXTS
} IntimailTextKind;

/* In an entry of such an order, besides the slot: the text is that of the entry before. */
#define INTIMAIL_TEXT_SAME (1u << 31)

typedef struct
{
  IntimailColumn entries[INTIMAIL_N_TEXTS]; /* guint32, of all copies */
  guint32 made;                             /* bits: which of them there are */
  guint32 n_removed;                        /* records that went since */
  IntimailColumn added;                     /* slots that came since */
} IntimailTextOrders;

IntimailTable *intimail_table_new (void);
void intimail_table_free (IntimailTable *self);

/* A table as it was when it was written; takes @image. NULL when its numbers do not
 * fit together. */
IntimailTable *intimail_table_new_from_image (IntimailImage *image);
/* The table may not change before the writer ends. */
void intimail_table_write_image (IntimailTable *self,
                                 IntimailImageWriter *writer);

/* Folders are numbered from 0. */
guint intimail_table_get_n_folders (IntimailTable *self);
guint intimail_table_add_folder (IntimailTable *self);
void intimail_table_set_trash (IntimailTable *self,
                               guint folder,
                               gboolean trash);
void intimail_table_clear_folder (IntimailTable *self,
                                  guint folder);
const IntimailCounts *intimail_table_get_counts (IntimailTable *self,
                                                 guint folder);

/* The records of a folder, by time of reception, oldest first. */
const guint32 *intimail_table_get_folder (IntimailTable *self,
                                          guint folder,
                                          guint *n);

/* The sum of all copies, also of those that are invisible. */
guint64 intimail_table_get_n_bytes (IntimailTable *self);
guint64 intimail_table_get_n_copies (IntimailTable *self);

/* Memory of a record moves when one is added. */
IntimailRecord *intimail_table_get (IntimailTable *self,
                                    guint32 slot);
guint32 intimail_table_add (IntimailTable *self,
                            const IntimailRecord *record,
                            const IntimailId *thread);
void intimail_table_remove (IntimailTable *self,
                            guint32 slot);
void intimail_table_set_keywords (IntimailTable *self,
                                  guint32 slot,
                                  guint64 keywords);

/* The first copy that is visible, or INTIMAIL_TABLE_NONE. */
guint32 intimail_table_find (IntimailTable *self,
                             const IntimailId *id);
/* The same of the message that this record is of: without a look for its id, mostly. */
guint32 intimail_table_find_first (IntimailTable *self,
                                   guint32 slot);
guint32 intimail_table_next_copy (IntimailTable *self,
                                  guint32 slot);
/* Visible or not. */
guint32 intimail_table_find_in_folder (IntimailTable *self,
                                       const IntimailId *id,
                                       guint folder);

/* Is this record the one that stands for its message? */
gboolean intimail_table_is_first (IntimailTable *self,
                                  guint32 slot);

/* Of all visible copies: the union, and $seen when all have it. */
guint64 intimail_table_get_keywords (IntimailTable *self,
                                     guint32 slot);

const IntimailId *intimail_table_get_thread_id (IntimailTable *self,
                                                guint32 slot);
/* The first record of a thread, or INTIMAIL_TABLE_NONE; the next ones by
 * thread_next. Copies and invisible messages stand among them. */
guint32 intimail_table_find_thread (IntimailTable *self,
                                    const IntimailId *thread);
/* Has the thread a visible message? */
gboolean intimail_table_has_thread (IntimailTable *self,
                                    const IntimailId *thread);

/* The table only notes what changed: see intimail-text-order-private.h. */
IntimailTextOrders *intimail_table_get_text_orders (IntimailTable *self);
void intimail_table_drop_text_orders (IntimailTable *self);

/* All slots are below this; a slot that holds nothing has folder G_MAXUINT16. */
guint32 intimail_table_get_n_slots (IntimailTable *self);

/* Will the next record take the place of one that was removed? */
gboolean intimail_table_has_free_slot (IntimailTable *self);

/* The numbers of threads are below this. */
guint32 intimail_table_get_n_threads (IntimailTable *self);

G_END_DECLS
