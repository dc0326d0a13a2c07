/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A file of lines that is only appended to, by many processes: the account's
 * journal and the index of each mailbox. Whoever appends holds the account's lock
 * and has read all lines before.
 *
 * Where the file cannot be written, all goes on in memory.
 */

#pragma once

#include <sys/stat.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_LOG_SAME,
  INTIMAIL_LOG_GREW,
  INTIMAIL_LOG_REPLACED, /* read from the start again */
  INTIMAIL_LOG_MISSING,
} IntimailLogStatus;

typedef struct
{
  int root_fd; /* borrowed */
  char *path;  /* below it */
  int fd;
  dev_t device;
  ino_t inode;
  guint64 end;     /* of the lines that are read */
  GString *memory; /* instead of a file that cannot be written */

  /* After somebody wrote it anew, and until the places of its lines are known: what is
   * below @joint lies in the file that was there before, and the rest, by so many bytes
   * further on (modulo 2^64), in the one that is. */
  int earlier_fd;
  guint64 joint;
  guint64 shift;
} IntimailLog;

/* One line without its end. FALSE stops the reading. */
typedef gboolean (*IntimailLogFunc) (guint64 offset,
                                     const char *line,
                                     gsize length,
                                     gpointer user_data);

void intimail_log_init (IntimailLog *self,
                        int root_fd,
                        const char *path);
void intimail_log_clear (IntimailLog *self);

/* Leaves the file alone from now on: a newer program wrote it. */
void intimail_log_use_memory (IntimailLog *self);

/* Looks whether somebody changed the file; lets go of one that is replaced. */
IntimailLogStatus intimail_log_check (IntimailLog *self);
/* The same, and keeps the file that is replaced. */
IntimailLogStatus intimail_log_look (IntimailLog *self);

/* Reads what is new, whole lines only. FALSE when the file cannot be read, is no
 * regular file, or has a line of over 16 MiB. */
gboolean intimail_log_read_lines (IntimailLog *self,
                                  IntimailLogFunc func,
                                  gpointer user_data);

/* A value that tells the first @end bytes from those of another file, by their
 * beginning and their end. FALSE when there is no such file. */
gboolean intimail_log_get_mark (IntimailLog *self,
                                guint64 end,
                                guint64 *mark);
/* Goes on behind @end as if all before it had been read. FALSE when these are not
 * the bytes of @mark: then read from the start. */
gboolean intimail_log_resume (IntimailLog *self,
                              guint64 end,
                              guint64 mark);

/* Appends whole lines, after taking away half a line that a crash left. */
gboolean intimail_log_append (IntimailLog *self,
                              const char *data,
                              gsize length,
                              guint64 *offset,
                              GError **error);

/* Writes a new file in the place of the old one, whatever that is. When that
 * fails, keeps the data in memory and says FALSE. */
gboolean intimail_log_replace (IntimailLog *self,
                               const char *data,
                               gsize length,
                               GError **error);

/* Another reader of the same file, from its start. */
gboolean intimail_log_init_view (IntimailLog *self,
                                 const IntimailLog *log);

/* Uses the file @fd, which is taken, and of which @end bytes are read. */
void intimail_log_switch (IntimailLog *self,
                          int fd,
                          const struct stat *status,
                          guint64 end);

/* The file that has the place of the one that is open; -1 with errno. */
int intimail_log_open_other (const IntimailLog *self);

/* Goes on in the file @fd, which is taken and has taken the place of the one that is
 * open: what begins at @from there begins at @at here. All offsets mean what they meant
 * before. FALSE when that cannot be. */
gboolean intimail_log_join (IntimailLog *self,
                            int *fd,
                            guint64 from,
                            guint64 at);
/* Lets go of the file before. From here on offsets are those of the file that is. */
void intimail_log_leave_earlier (IntimailLog *self);

/* Ranges that are read one after the other: many of them come with one read. */
typedef struct
{
  const IntimailLog *log; /* borrowed: the one that @data is of */
  char *data;
  guint64 start;
  gsize length;
} IntimailLogWindow;

void intimail_log_window_clear (IntimailLogWindow *self);

/* Good until the next call. NULL when the range is not there. Any thread that has a
 * window of its own, as long as nobody changes the log. */
const char *intimail_log_window_read (IntimailLogWindow *self,
                                      IntimailLog *log,
                                      guint64 offset,
                                      gsize length);

/* Reads a range. NULL when it is not there. A NUL follows. */
char *intimail_log_read (IntimailLog *self,
                         guint64 offset,
                         gsize length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailLog, intimail_log_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailLogWindow, intimail_log_window_clear)

G_END_DECLS
