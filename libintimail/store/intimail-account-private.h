/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files intimail-account-*.c share.
 *
 * The mutex guards everything here. The account's lock (a file) is taken inside
 * the mutex, by whoever appends. Neither is held while message bytes or folders
 * are flushed.
 */

#pragma once

#include <intimail/intimail-account.h>
#include <intimail/intimail-address.h>

#include "store/intimail-big-file-store-private.h"
#include "store/intimail-folder-private.h"
#include "store/intimail-journal-private.h"
#include "store/intimail-maildirsize-private.h"
#include "store/intimail-table-private.h"

G_BEGIN_DECLS

#define INTIMAIL_ACCOUNT_LOCK_MS 30000
#define INTIMAIL_KEYWORD_LENGTH_MAX 255

typedef struct _IntimailAccountWatch IntimailAccountWatch;
typedef struct _IntimailAccountImage IntimailAccountImage;
typedef struct _IntimailAccountCompaction IntimailAccountCompaction;

typedef struct
{
  guint folder;
  IntimailId id;
  guint64 size;
} IntimailArrival;

struct _IntimailAccount
{
  GObject parent_instance;

  char *path;
  GMutex mutex;
  char *language;
  guint64 limit_bytes;
  guint64 limit_messages;
  gboolean has_limits;
  gboolean trash_is_free; /* of quota */
  gboolean counted_trash; /* what the figures on the disk are the sum of */
  guint warned;           /* the mark that the person knows of, in per cent; 0 is none */
  struct timespec quota_state_modified;
  GArray *marks; /* of guint, rising */
  IntimailAddress *postmaster;
  IntimailAddress *person;
  gboolean vsize_in_name;
  gboolean without_previews;
  IntimailBigFileStore *big_files; /* NULL: none are kept */
  char *big_file_owner;
  guint64 big_bytes; /* as they were when a quota was judged last */

  gboolean opened;
  guint n_loads;        /* how often it was */
  gboolean was_scanned; /* since it was opened */
  gboolean must_reload; /* memory is ahead of the disk: an append failed */
  int root_fd;
  int lock_fd; /* -1: nothing can be written here */
  gboolean locked;
  IntimailTable *table;
  GPtrArray *folders; /* of IntimailFolder; the number is the place */
  IntimailJournal *journal;
  GPtrArray *keywords; /* words; the first is bit 6 */
  IntimailFolderStamp root_stamp;
  gboolean is_half_made; /* a folder of the root may become a mailbox any moment */
  gint64 purged_at;
  gint64 looked_at;            /* at the folders, of the monotonic clock */
  guint n_busy;                /* calls that use the folders without the mutex */
  IntimailAccountImage *image; /* while the account is loaded */
  guint64 image_end;           /* how much of the indexes the file covers, in bytes */
  gboolean image_wanted;       /* something was costly that the next process need not do again */
  gboolean image_busy;
  gboolean without_image;
  gboolean is_doubtful; /* the image says what the indexes do not: load without it */
  GPtrArray *listings;  /* borrowed: those that hold places in the table */

  /* Deliveries that have their room and no record yet. */
  GArray *arriving; /* of IntimailArrival */

  /* The transaction. */
  gint64 owed_bytes; /* to maildirsize */
  gint64 owed_messages;
  GPtrArray *ops;
  GHashTable *touched;

  IntimailAccountWatch *watch;
  IntimailAccountCompaction *compaction; /* while its thread runs, or is to be joined */
};

/* intimail-account-begin.c: takes the mutex and opens what is not open. Every public
 * function begins so, and ends with intimail_account_end(), also after FALSE. */
gboolean intimail_account_begin (IntimailAccount *self,
                                 GError **error);

/* The same without a look into the folders: for a delivery, which adds what it knows.
 * What others changed meanwhile is found by whoever reads. */
gboolean intimail_account_begin_unscanned (IntimailAccount *self,
                                           GError **error);
/* The same, and takes over what others changed. */
gboolean intimail_account_begin_fresh (IntimailAccount *self,
                                       GCancellable *cancellable,
                                       GError **error);
/* The same for one message of many: looks at the folders only when nobody did a
 * moment ago. What was done through this library is seen all the same. */
gboolean intimail_account_begin_recent (IntimailAccount *self,
                                        GError **error);
void intimail_account_end (IntimailAccount *self);

/* Takes the account's lock and reads what others appended. */
gboolean intimail_account_lock (IntimailAccount *self,
                                GError **error);
void intimail_account_unlock (IntimailAccount *self);

IntimailFolder *intimail_account_get_folder (IntimailAccount *self,
                                             guint number);
IntimailFolder *intimail_account_find_folder (IntimailAccount *self,
                                              const char *id);
IntimailFolder *intimail_account_find_folder_by_role (IntimailAccount *self,
                                                      IntimailMailboxRole role);
IntimailFolder *intimail_account_find_folder_by_name (IntimailAccount *self,
                                                      const char *name);
/* The id and the role of the mailbox that @name is the id, the role or the path of. The
 * mailboxes are not looked into for that. NOT_FOUND. Not under the mutex. */
char *intimail_account_resolve_mailbox (IntimailAccount *self,
                                        const char *name,
                                        IntimailMailboxRole *role,
                                        GError **error);
void intimail_account_set_not_found (GError **error,
                                     const char *what,
                                     const char *id);
/* intimail-account-double.c: a rename that takes no other file's place; FALSE with
 * errno, which is EEXIST when there is one. */
gboolean intimail_account_rename (IntimailAccount *self,
                                  const char *path,
                                  const char *target);
/* Moves or links a message to a path in @folder. Where another has its name it gets a
 * name of its own, and with it an id. */
gboolean intimail_account_place_file (IntimailAccount *self,
                                      IntimailFolder *folder,
                                      const char *path,
                                      gboolean move,
                                      char **target,
                                      char **file,
                                      IntimailId *id);
/* Two files with the unique name of @file; under the lock. */
void intimail_account_part_doubles (IntimailAccount *self,
                                    IntimailFolder *folder,
                                    const char *file);

/* Whether the path still leads to the folder that is open. A disk may have been
 * mounted meanwhile, or a backup put in place: mail for the folder that was there
 * before would be seen by nobody. */
gboolean intimail_account_is_in_place (IntimailAccount *self);
/* intimail-account-hole.c: a file of the folder is there and cannot be read. */
void intimail_account_note_hole (IntimailFolder *folder);
/* A message that nobody knows of. While some of the disk could not be read it may be
 * there all the same: that is a matter of time. */
void intimail_account_set_no_message (IntimailAccount *self,
                                      GError **error,
                                      const char *id);
/* A message that cannot be opened, with errno. */
void intimail_account_set_unopened (GError **error,
                                    int saved_errno,
                                    const char *id);

/* Before a record takes the place of another, or the table goes. */
void intimail_account_settle_listings (IntimailAccount *self);

/* intimail-account-tree.c */
/* The nearest mailbox above, and the names from there to @folder. */
IntimailFolder *intimail_account_find_parent (IntimailAccount *self,
                                              IntimailFolder *folder,
                                              char **name);
/* The folder that a mailbox called @name in @parent_id has; EXISTS when it is taken
 * by another than @own. */
char *intimail_account_choose_folder (IntimailAccount *self,
                                      const char *name,
                                      const char *parent_id,
                                      IntimailFolder *own,
                                      GError **error);
/* Gives the folder, and all inside, the name that it then has. */
gboolean intimail_account_move_folder (IntimailAccount *self,
                                       IntimailFolder *folder,
                                       const char *name,
                                       const char *parent_id,
                                       GError **error);

/* intimail-account-load.c */
gboolean intimail_account_load (IntimailAccount *self,
                                GError **error);
void intimail_account_forget (IntimailAccount *self);
/* Takes over lines of others, under the lock. */
void intimail_account_catch_up (IntimailAccount *self);
/* FALSE when the index was lost: what clients were told is not known any more. */
gboolean intimail_account_read_index (IntimailAccount *self,
                                      IntimailFolder *folder);

/* Before the lock: whether the indexes have much that is not in memory, and to read it. What
 * is odd in them is left for who has the lock, as what is written meanwhile is: then
 * comes the rest. */
gboolean intimail_account_has_much_to_read (IntimailAccount *self);
void intimail_account_read_ahead (IntimailAccount *self);
gboolean intimail_account_read_rest (IntimailAccount *self,
                                     IntimailFolder *folder);

void intimail_account_announce_counts (IntimailAccount *self);
void intimail_account_catch_up_folder (IntimailAccount *self,
                                       IntimailFolder *folder);
/* Finds new, renamed and vanished folders. */
gboolean intimail_account_list_folders (IntimailAccount *self,
                                        gboolean at_open,
                                        gboolean *changed,
                                        GError **error);
void intimail_account_begin_epoch (IntimailAccount *self);

/* intimail-account-image.c: the file intimail.table, which spares a process the
 * reading of all indexes. It costs time when it is wrong or missing, and never mail.
 * NULL when there is none that can be used. */
IntimailAccountImage *intimail_account_image_open (IntimailAccount *self);
void intimail_account_image_free (IntimailAccountImage *image);
IntimailTable *intimail_account_image_take_table (IntimailAccountImage *image);
void intimail_account_image_order_names (IntimailAccountImage *image,
                                         GPtrArray *names);
gboolean intimail_account_image_fits (IntimailAccount *self,
                                      IntimailAccountImage *image);
void intimail_account_image_resume (IntimailAccount *self,
                                    IntimailAccountImage *image);
/* Is the file so old that the next process would be slow? */
gboolean intimail_account_image_is_due (IntimailAccount *self);
/* Writes it then; under the mutex, and nothing may be pending. */
void intimail_account_image_save (IntimailAccount *self);
void intimail_account_image_save_later (IntimailAccount *self);

/* intimail-account-keyword.c */
/* The keywords that Maildir itself has letters for. */
guint64 intimail_keyword_read_letters (const char *letters);
/* Are @keywords what these letters of @file say, and no more? */
gboolean intimail_keyword_is_in_name (guint64 keywords,
                                      const char *file);
gboolean intimail_keyword_check (const char *keyword,
                                 GError **error);
guint64 intimail_account_take_keyword (IntimailAccount *self,
                                       const char *keyword);
/* 0 for a word that no message has. */
guint64 intimail_account_find_keyword (IntimailAccount *self,
                                       const char *keyword);
GStrv intimail_account_name_keywords (IntimailAccount *self,
                                      guint64 keywords,
                                      gboolean with_trashed);
guint64 intimail_account_read_letters (IntimailAccount *self,
                                       IntimailFolder *folder,
                                       const char *letters);
/* The letters that may stand for @keywords in a name in @folder. */
char *intimail_account_find_letters (IntimailAccount *self,
                                     IntimailFolder *folder,
                                     guint64 keywords);
/* The letters of @keywords in @folder; NULL when it has no letter left. */
char *intimail_account_write_letters (IntimailAccount *self,
                                      IntimailFolder *folder,
                                      guint64 keywords,
                                      GError **error);

/* intimail-account-commit.c: changes of memory, journal and indexes that belong
 * together; under the lock. */
guint32 intimail_account_add_record (IntimailAccount *self,
                                     IntimailFolder *folder,
                                     const IntimailId *id,
                                     gint64 received,
                                     const char *file,
                                     guint64 keywords,
                                     IntimailSummary *summary); /* taken */
void intimail_account_change_record (IntimailAccount *self,
                                     guint32 slot,
                                     guint64 keywords,
                                     const char *file);
void intimail_account_remove_record (IntimailAccount *self,
                                     guint32 slot);
gboolean intimail_account_commit (IntimailAccount *self,
                                  GError **error);
/* What a record added in this transaction will have in its line, or NULL. */
const char *intimail_account_get_pending_file (IntimailAccount *self,
                                               guint32 slot);
const IntimailSummary *intimail_account_get_pending_summary (IntimailAccount *self,
                                                             guint32 slot);

/* intimail-account-compact.c: begins to write indexes anew of which over half is dead, in
 * a thread; under the mutex. */
void intimail_account_compact_worn (IntimailAccount *self);
/* Waits until that has ended; without the mutex. */
void intimail_account_compact_end (IntimailAccount *self);

/* intimail-account-scan.c: compares the folders with the indexes. */
void intimail_account_scan (IntimailAccount *self,
                            GFileProgressCallback progress,
                            gpointer user_data,
                            GCancellable *cancellable);
guint32 intimail_account_find_record (IntimailAccount *self,
                                      IntimailFolder *folder,
                                      const IntimailMaildirName *name);
/* Moves messages on from new/ where there are many, as a mail reader does. */
void intimail_account_empty_new (IntimailAccount *self);
gboolean intimail_account_must_scan (IntimailAccount *self);
/* cur/ or new/ of the folder changed by our own hand: is there anything of
 * others in it? Call before and after. */
gboolean intimail_account_is_scanned (IntimailAccount *self,
                                      IntimailFolder *folder,
                                      gboolean cur);
void intimail_account_mark_scanned (IntimailAccount *self,
                                    IntimailFolder *folder,
                                    gboolean cur,
                                    gboolean was_scanned);

gboolean intimail_account_stamp_is_current (const IntimailFolderStamp *stamp,
                                            const struct stat *status);

/* The name of the file of a record, as it was last heard of. NULL with errno. */
char *intimail_account_get_file (IntimailAccount *self,
                                 guint32 slot);
/* Opens the message of a record. Gives the folder where a copy was found. -1 with
 * errno, which is ENOENT when it is not there. */
int intimail_account_open_record (IntimailAccount *self,
                                  guint32 slot,
                                  char **path);
IntimailSummary *intimail_account_load_summary (IntimailAccount *self,
                                                guint32 slot);
IntimailEnvelope *intimail_account_make_envelope (IntimailAccount *self,
                                                  guint32 slot);
GStrv intimail_account_get_mailbox_ids (IntimailAccount *self,
                                        guint32 slot);
guint32 intimail_account_find_message (IntimailAccount *self,
                                       const char *id);
/* intimail_account_get_envelope() of what is at @position. */
IntimailEnvelope *intimail_account_get_listed (IntimailAccount *self,
                                               IntimailListing *listing,
                                               guint position,
                                               GError **error);

/* intimail-account-change.c: takes messages out of one mailbox, for ever where they
 * are in no other; under the lock. */
gboolean intimail_account_remove_copies (IntimailAccount *self,
                                         IntimailFolder *folder,
                                         const char *const *ids,
                                         GError **error);

/* intimail-account-way.c: before the first message: the names on the way to a mailbox
 * are on the disk. For the inbox it is noted, for processes that deliver one message. */
gboolean intimail_account_flush_way (IntimailAccount *self,
                                     IntimailFolder *folder,
                                     const char *name,
                                     GError **error);

/* intimail-account-quota.c: takes the mutex and the lock, and reads what is used, for
 * a message of @size bytes that wants in. Ends as intimail_account_begin() and
 * intimail_account_lock() do. */
gboolean intimail_account_begin_quota (IntimailAccount *self,
                                       guint64 size,
                                       IntimailMaildirsize *value,
                                       GError **error);
/* The rest under the lock. OVER_QUOTA. */
gboolean intimail_account_require_room (IntimailAccount *self,
                                        const IntimailMaildirsize *value,
                                        guint64 size,
                                        GError **error);
/* Room for a delivery, which is given back when it has
 * failed, or has its record. */
gboolean intimail_account_reserve (IntimailAccount *self,
                                   const IntimailMaildirsize *value,
                                   IntimailFolder *folder,
                                   const char *file,
                                   guint64 size,
                                   gboolean exempt,
                                   GError **error);
void intimail_account_end_reservation (IntimailAccount *self,
                                       IntimailFolder *folder,
                                       const char *file,
                                       gboolean stored);
/* Room for a message that comes from a place that does not count, or stays there
 * too. */
gboolean intimail_account_check_room (IntimailAccount *self,
                                      IntimailFolder *folder,
                                      guint64 size,
                                      GError **error);
/* What was done is appended with the transaction. */
void intimail_account_count_added (IntimailAccount *self,
                                   IntimailFolder *folder,
                                   guint64 size);
void intimail_account_count_removed (IntimailAccount *self,
                                     IntimailFolder *folder,
                                     guint64 size);
void intimail_account_write_quota (IntimailAccount *self);
/* What is kept beside maildirsize. */
void intimail_account_load_quota_state (IntimailAccount *self);
void intimail_account_refresh_quota_state (IntimailAccount *self);
gboolean intimail_account_save_quota_state (IntimailAccount *self);

/* intimail-account-warning.c; the first two under the lock. A mark that is not
 * reached any more can be reached again. */
void intimail_account_note_usage (IntimailAccount *self,
                                  const IntimailMaildirsize *value);
/* The mark that is reached now and was not before, noted as told; or 0. */
guint intimail_account_take_warning (IntimailAccount *self,
                                     const IntimailMaildirsize *value);
/* Tells the person, without mutex and lock. */
void intimail_account_warn (IntimailAccount *self,
                            guint mark,
                            const IntimailMaildirsize *value);
gboolean intimail_account_is_counted (IntimailAccount *self,
                                      IntimailFolder *folder);

/* intimail-account-watch.c */
void intimail_account_watch_folders (IntimailAccount *self);
void intimail_account_watch_folder (IntimailAccount *self,
                                    const char *name);

/* intimail-account-big-file.c: the bytes of @stream, as far as there is room by the store
 * and the quota. */
IntimailBigFileWriter *intimail_account_write_big_file (IntimailAccount *self,
                                                        GInputStream *stream,
                                                        GCancellable *cancellable,
                                                        GError **error);
/* Flushes what was written and keeps it, judged by the quota. */
gboolean intimail_account_place_big_file (IntimailAccount *self,
                                          IntimailBigFile *file,
                                          IntimailBigFileWriter *writer,
                                          GError **error);

/* Keeps what was taken out of a message. */
gboolean intimail_account_keep_detached (IntimailAccount *self,
                                         const char *id,
                                         IntimailBigFile *file,
                                         IntimailBigFileWriter *writer,
                                         GError **error);
/* NOT_SUPPORTED, or cancelled. */
gboolean intimail_account_require_big_files (IntimailAccount *self,
                                             GCancellable *cancellable,
                                             GError **error);

/* intimail-account-blob.c */
/* -1 when the blob is none of an upload, or is gone. */
int intimail_account_open_upload (IntimailAccount *self,
                                  const char *blob_id);
void intimail_account_purge (IntimailAccount *self);

/* Message bytes of an open file. */
GBytes *intimail_account_map_file (int fd,
                                   GError **error);

G_END_DECLS
