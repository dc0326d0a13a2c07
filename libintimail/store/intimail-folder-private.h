/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A mailbox on the disk: its folder, its identity kept inside, and the words that
 * the letters of its file names stand for.
 */

#pragma once

#include <sys/stat.h>

#include <intimail/intimail-mailbox.h>

#include "store/intimail-index-private.h"
#include "store/intimail-maildir-name-private.h"
#include "store/intimail-table-private.h"

G_BEGIN_DECLS

#define INTIMAIL_FOLDER_N_LETTERS 26

/* What cur/ or new/ looked like when it was read. */
typedef struct
{
  struct timespec modified;
  struct timespec changed;
  guint64 inode;
  gint64 read_at; /* microseconds since 1970 */
  gboolean read;
  gboolean unsure; /* changed by our own hand: others may have used the moment */
} IntimailFolderStamp;

/* Flushes of one folder that many deliveries share. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  guint64 asked;
  guint64 done;
  guint64 failed; /* the last flush that failed covers up to this one */
  gboolean busy;
} IntimailFolderFlush;

typedef struct
{
  int root_fd; /* borrowed */
  guint number;
  gboolean gone;
  char *name; /* "" is the inbox, else ".Parent.Child" */
  char *id;
  char *label; /* of the inbox: its folder has no name */
  IntimailMailboxRole role;
  gint64 role_since; /* seconds since 1970; 0 is not known */
  guint sort_order;
  gboolean subscribed;

  char *letters[INTIMAIL_FOLDER_N_LETTERS]; /* the word of 'a', 'b', ..., in lower case */
  char *spelled[INTIMAIL_FOLDER_N_LETTERS]; /* as the file has it */
  struct timespec letters_modified;
  ino_t letters_inode;
  gboolean letters_odd;  /* there is a file, and it is none of ours to change */
  gboolean letters_lack; /* a name has a letter without a word, as far as we know */

  IntimailIndex *index;
  IntimailFolderStamp new_stamp;
  IntimailFolderStamp cur_stamp;
  gboolean must_scan;
  gboolean has_holes;       /* some of it could not be read */
  guint n_tries;            /* to read that, one after the other */
  gint64 try_again_at;      /* of the monotonic clock */
  gint anchored;            /* atomic: the way to the folder is on the disk */
  GArray *in_new;           /* ids of the records with INTIMAIL_MARK_IN_NEW, and perhaps some more */
  IntimailCounts announced; /* what the journal knows */
  IntimailFolderFlush new_flush;
  IntimailFolderFlush cur_flush;
} IntimailFolder;

/* Reads the identity; one without is given one. @fresh tells so. NULL: the disk does
 * not say. */
IntimailFolder *intimail_folder_new (int root_fd,
                                     const char *name,
                                     gboolean *fresh,
                                     GError **error);
void intimail_folder_free (IntimailFolder *self);

/* Makes cur/, new/, tmp/ and maildirfolder. */
gboolean intimail_folder_create (int root_fd,
                                 const char *name,
                                 GError **error);

/* The path of something in the folder, below the root. */
char *intimail_folder_get_path (const IntimailFolder *self,
                                const char *subfolder,
                                const char *file);

/* A new random id: somebody copied a folder with the identity in it. */
void intimail_folder_renew_id (IntimailFolder *self);
gboolean intimail_folder_save (IntimailFolder *self,
                               GError **error);

/* Does its role say that messages do not stay for ever? */
gboolean intimail_folder_expires (const IntimailFolder *self);

/* Notes that a message is in new/. */
void intimail_folder_mark_new (IntimailFolder *self,
                               IntimailRecord *record);

/* After a rename of the folder. */
void intimail_folder_set_name (IntimailFolder *self,
                               const char *name);

/* intimail-folder-keyword.c: reads dovecot-keywords when it changed. FALSE: the disk
 * does not say what the letters mean. */
gboolean intimail_folder_load_letters (IntimailFolder *self,
                                       GError **error);
/* Whether the words are still those that were read. */
gboolean intimail_folder_has_same_letters (IntimailFolder *self);

/* The text of dovecot-keywords. */
void intimail_folder_parse_letters (IntimailFolder *self,
                                    const char *data);
char *intimail_folder_format_letters (const IntimailFolder *self);

/* The letter of a word, or 0. */
char intimail_folder_find_letter (IntimailFolder *self,
                                  const char *word);
/* Whether Dovecot works on the mailbox too. */
gboolean intimail_folder_is_dovecots (IntimailFolder *self);
/* The letter of a word, giving it one when it has none; 0 when that cannot be. */
char intimail_folder_take_letter (IntimailFolder *self,
                                  const char *word,
                                  GError **error);

/* A small file that may not be there, or may be nothing that we read: then *@data is
 * NULL. FALSE: the disk does not say, which is no reason to write it anew. */
gboolean intimail_folder_read_small_file (IntimailFolder *self,
                                          const char *file,
                                          char **data,
                                          gsize *length,
                                          struct stat *status,
                                          GError **error);
/* @not_before: its time is that second or a later one */
gboolean intimail_folder_replace_small_file (IntimailFolder *self,
                                             const char *file,
                                             const GString *text,
                                             time_t not_before,
                                             GError **error);

/* Makes sure that the way to the folder is on the disk: its subfolders, itself, the
 * account. Whoever made them may not have, or was killed before. Any thread. */
gboolean intimail_folder_anchor (IntimailFolder *self,
                                 const char *name,
                                 GError **error);

gboolean intimail_folder_is_anchored (IntimailFolder *self);
/* It is known to be there already. */
void intimail_folder_set_anchored (IntimailFolder *self);

/* Flushes the entries of new/ or cur/; waits for one that somebody else begins
 * rather than beginning another. Any thread. */
gboolean intimail_folder_flush_entries (IntimailFolder *self,
                                        const char *name,
                                        gboolean cur,
                                        GError **error);

/* Opens a message: the name may have got or lost its letters meanwhile. Gives the
 * path below the root where it is. -1: errno is ENOENT when it is not there. */
int intimail_folder_open_file (IntimailFolder *self,
                               const char *file,
                               char **path);

IntimailMailboxRole intimail_folder_guess_role (const char *name);
const char *intimail_mailbox_role_to_string (IntimailMailboxRole role);

/* The names, in UTF-8, that say which role a mailbox has; NULL after the last. */
const char *intimail_folder_get_known_name (gsize number,
                                            IntimailMailboxRole *role);

G_END_DECLS
