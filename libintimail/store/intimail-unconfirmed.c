/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-unconfirmed-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intimail/intimail-error.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "json/intimail-json-line-private.h"
#include "store/intimail-maildir-name-private.h"

#define VERSION 1
#define LINE INTIMAIL_UNCONFIRMED_LINE

/* A file for each process that delivers at the same time. */
#define MAX_FILES 16

typedef enum
{
  NOTE_FREE,
  NOTE_AT_WORK,
  NOTE_IN_DOUBT,
} NoteState;

typedef struct
{
  NoteState state;
  char *account;
  char *file;
  gint64 trace;
  gint64 size;
  gint64 time;
} Note;

struct _IntimailUnconfirmed
{
  GMutex mutex;
  int fd; /* locked as long as the process lives */
  Note notes[INTIMAIL_UNCONFIRMED_MAX];
  guint n_in_doubt;
};

static void
note_clear (Note *self)
{
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->file, g_free);
  self->state = NOTE_FREE;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Note, note_clear)

/* ---- Lines ---- */

static void
pad (GString *line)
{
  g_string_set_size (line, line->len - 1);
  while (line->len < LINE - 1)
    g_string_append_c (line, ' ');
  g_string_append_c (line, '\n');
}

/* Each line of its own has one place: a kill leaves the old one or the new one. The
 * kernel keeps what is written when the process dies, which is why nothing is flushed;
 * and a file, unlike a mapping, says when the disk is full. */
static gboolean
write_line (int fd, guint number, GString *line)
{
  pad (line);
  return line->len == LINE && pwrite (fd, line->str, LINE, (off_t) number * LINE) == LINE;
}

static gboolean
write_header (int fd)
{
  g_autoptr (GString) line = g_string_new (NULL);

  intimail_json_line_begin (line);
  intimail_json_line_add_string (line, "format", "intimail-unconfirmed");
  intimail_json_line_add_integer (line, "version", VERSION);
  intimail_json_line_end (line);
  return write_line (fd, 0, line);
}

static gboolean
write_note (IntimailUnconfirmed *self, guint i)
{
  g_autoptr (GString) line = g_string_new (NULL);
  const Note *note = &self->notes[i];

  intimail_json_line_begin (line);
  intimail_json_line_add_string (line, "account", note->account);
  intimail_json_line_add_string (line, "file", note->file);
  intimail_json_line_add_integer (line, "trace", note->trace);
  intimail_json_line_add_integer (line, "size", note->size);
  intimail_json_line_add_integer (line, "time", note->time);
  intimail_json_line_end (line);
  return write_line (self->fd, i + 1, line);
}

static void
wipe_note (IntimailUnconfirmed *self, guint i)
{
  g_autoptr (GString) line = g_string_new ("\n");

  /* A note that stays is one that fits nothing, or the same message again. */
  if (!write_line (self->fd, i + 1, line))
    g_debug ("a note of a delivery cannot be wiped out");
  note_clear (&self->notes[i]);
}

static gboolean
is_plausible (const Note *note)
{
  IntimailMaildirName name;

  return note->account != NULL && *note->account != '\0' && note->file != NULL &&
         intimail_maildir_name_parse (note->file, &name) && note->trace >= 0 && note->size >= 0;
}

static gboolean
parse_note (const char *line, Note *note)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  gsize length = LINE - 1;

  while (length > 0 && line[length - 1] == ' ')
    length--;
  if (!intimail_json_line_reader_init (&reader, line, length))
    return FALSE;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      gint64 integer = member.kind == INTIMAIL_JSON_KIND_INTEGER ? member.integer : -1;

      if (intimail_json_member_is (&member, "account") && note->account == NULL)
        note->account = intimail_json_member_dup_string (&member);
      else if (intimail_json_member_is (&member, "file") && note->file == NULL)
        note->file = intimail_json_member_dup_string (&member);
      else if (intimail_json_member_is (&member, "trace"))
        note->trace = integer;
      else if (intimail_json_member_is (&member, "size"))
        note->size = integer;
      else if (intimail_json_member_is (&member, "time"))
        note->time = integer;
    }

  return intimail_json_line_reader_is_complete (&reader) && is_plausible (note);
}

/* The version of the first line; 0 when it is none of ours. */
static gint64
parse_version (const char *text, gsize length)
{
  IntimailJsonLineReader reader;
  IntimailJsonMember member;
  const char *end = memchr (text, '\n', length);
  gboolean ours = FALSE;
  gint64 version = 0;

  length = end != NULL ? (gsize) (end - text) : 0;
  while (length > 0 && text[length - 1] == ' ')
    length--;
  if (!intimail_json_line_reader_init (&reader, text, length))
    return 0;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (intimail_json_member_is (&member, "format"))
        {
          g_autofree char *format = intimail_json_member_dup_string (&member);

          ours = g_str_equal (format, "intimail-unconfirmed");
        }
      else if (intimail_json_member_is (&member, "version") && member.kind == INTIMAIL_JSON_KIND_INTEGER)
        version = member.integer;
    }

  return ours ? version : 0;
}

/* ---- Opening ---- */

static gboolean
is_old (const Note *note, gint64 now)
{
  /* A clock that was set back must not make a note live for ever. */
  return note->time + INTIMAIL_UNCONFIRMED_SECONDS < now || note->time - INTIMAIL_UNCONFIRMED_SECONDS > now;
}

/* A free place, or that of the oldest note in doubt. */
static int
find_place (IntimailUnconfirmed *self)
{
  int oldest = INTIMAIL_UNCONFIRMED_NONE;

  for (int i = 0; i < INTIMAIL_UNCONFIRMED_MAX; i++)
    {
      if (self->notes[i].state == NOTE_FREE)
        return i;
      if (self->notes[i].state == NOTE_IN_DOUBT && (oldest < 0 || self->notes[i].time < self->notes[oldest].time))
        oldest = i;
    }
  if (oldest >= 0)
    {
      self->n_in_doubt--;
      note_clear (&self->notes[oldest]);
    }

  return oldest;
}

/* What stands in a file. In ours a note keeps its place. */
static void
take_over (IntimailUnconfirmed *self, const char *text, gsize length, gboolean ours, gint64 now)
{
  for (guint i = 0; i < INTIMAIL_UNCONFIRMED_MAX && (i + 2) * LINE <= length; i++)
    {
      g_auto (Note) note = { 0 };
      int place = (int) i;

      if (parse_note (text + (i + 1) * LINE, &note) && !is_old (&note, now))
        {
          if (!ours)
            place = find_place (self);
          if (place < 0)
            return;
          note.state = NOTE_IN_DOUBT;
          self->notes[place] = note;
          self->n_in_doubt++;
          memset (&note, 0, sizeof note);
          if (!ours)
            write_note (self, (guint) place);
        }
      else if (ours && text[(i + 1) * LINE] != ' ')
        wipe_note (self, i);
    }
}

/* An open file that no other process has; -1 when there is none, or it is none of
 * ours. Sets @missing when there are no more of them: none is ever removed, and each
 * process makes the first that is not there. */
static int
lock_file (const char *folder, guint number, gboolean create, gboolean *missing)
{
  g_autofree char *name = g_strdup_printf ("%u.jsonl", number);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_auto (IntimailFd) fd = open (path, O_RDWR | (create ? O_CREAT : 0) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  struct stat status;

  *missing = fd < 0 && errno == ENOENT;
  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode) || flock (fd, LOCK_EX | LOCK_NB) < 0)
    return -1;

  return intimail_fd_steal (&fd);
}

/* FALSE when the file has to be left as it is. */
static gboolean
read_file (int fd, char **text, gsize *length)
{
  gint64 version;

  if (!intimail_fd_read_all (fd, (INTIMAIL_UNCONFIRMED_MAX + 1) * LINE, text, length, NULL))
    {
      /* More than we ever write: nothing in it can be trusted. */
      *text = g_strdup ("");
      *length = 0;
    }
  version = parse_version (*text, *length);
  if (version == 0)
    *length = 0;

  return version <= VERSION;
}

static void
use_file (IntimailUnconfirmed *self, int fd, gint64 now)
{
  g_auto (IntimailFd) owned = fd;
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!read_file (fd, &text, &length))
    return;
  if (self->fd >= 0)
    {
      take_over (self, text, length, FALSE, now);
      if (length > LINE && ftruncate (fd, 0) < 0)
        g_debug ("the notes of a process that is gone cannot be removed");
      return;
    }
  if (length == 0 && (ftruncate (fd, 0) < 0 || !write_header (fd)))
    return;

  self->fd = intimail_fd_steal (&owned);
  take_over (self, text, length, TRUE, now);
}

IntimailUnconfirmed *
intimail_unconfirmed_open (const char *folder, gint64 now, GError **error)
{
  g_autoptr (IntimailUnconfirmed) self = g_new0 (IntimailUnconfirmed, 1);
  gboolean missing = FALSE;

  g_mutex_init (&self->mutex);
  self->fd = -1;
  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot make the folder %s", folder);
      return NULL;
    }
  for (guint i = 0; i < MAX_FILES && !missing; i++)
    {
      int fd = lock_file (folder, i, self->fd < 0, &missing);

      if (fd >= 0)
        use_file (self, fd, now);
    }
  if (self->fd < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "no file for notes can be had in %s", folder);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
intimail_unconfirmed_free (IntimailUnconfirmed *self)
{
  for (guint i = 0; i < INTIMAIL_UNCONFIRMED_MAX; i++)
    note_clear (&self->notes[i]);
  intimail_fd_close (self->fd);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* ---- Notes ---- */

int
intimail_unconfirmed_add (IntimailUnconfirmed *self, const char *account, const char *file, guint64 trace, guint64 size, gint64 now)
{
  int place;

  g_mutex_lock (&self->mutex);
  place = find_place (self);
  if (place >= 0)
    {
      self->notes[place] = (Note){ NOTE_AT_WORK, g_strdup (account), g_strdup (file), (gint64) trace, (gint64) size, now };
      if (!write_note (self, (guint) place))
        {
          wipe_note (self, (guint) place);
          place = INTIMAIL_UNCONFIRMED_NONE;
        }
    }
  g_mutex_unlock (&self->mutex);

  return place;
}

void
intimail_unconfirmed_remove (IntimailUnconfirmed *self, int note)
{
  if (note < 0)
    return;

  g_mutex_lock (&self->mutex);
  wipe_note (self, (guint) note);
  g_mutex_unlock (&self->mutex);
}

void
intimail_unconfirmed_doubt (IntimailUnconfirmed *self, int note)
{
  if (note < 0)
    return;

  g_mutex_lock (&self->mutex);
  self->notes[note].state = NOTE_IN_DOUBT;
  self->n_in_doubt++;
  g_mutex_unlock (&self->mutex);
}

gboolean
intimail_unconfirmed_has (IntimailUnconfirmed *self, const char *account)
{
  gboolean found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; self->n_in_doubt > 0 && !found && i < INTIMAIL_UNCONFIRMED_MAX; i++)
    found = self->notes[i].state == NOTE_IN_DOUBT && g_str_equal (self->notes[i].account, account);
  g_mutex_unlock (&self->mutex);

  return found;
}

int
intimail_unconfirmed_claim (IntimailUnconfirmed *self, int note, const char *account, guint64 size, gint64 now, char **file, guint64 *trace)
{
  int found = INTIMAIL_UNCONFIRMED_NONE;

  g_mutex_lock (&self->mutex);
  for (int i = note + 1; self->n_in_doubt > 0 && found < 0 && i < INTIMAIL_UNCONFIRMED_MAX; i++)
    {
      Note *candidate = &self->notes[i];

      if (candidate->state != NOTE_IN_DOUBT)
        continue;
      if (is_old (candidate, now))
        {
          self->n_in_doubt--;
          wipe_note (self, (guint) i);
        }
      else if ((guint64) candidate->size == size && g_str_equal (candidate->account, account))
        found = i;
    }
  if (found >= 0)
    {
      self->notes[found].state = NOTE_AT_WORK;
      self->n_in_doubt--;
      *file = g_strdup (self->notes[found].file);
      *trace = (guint64) self->notes[found].trace;
    }
  g_mutex_unlock (&self->mutex);

  return found;
}
