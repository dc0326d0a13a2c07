/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-journal.h"

#ifdef HAVE_SYSTEMD

#include <dlfcn.h>
#include <glib-unix.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "guard-journal-entry.h"

#define MAX_TURN 2000
#define LIBRARY "libsystemd.so.0"

/* Loaded by who follows a journal: with what it needs it takes a megabyte. */
static struct
{
  int (*open) (sd_journal **journal, int flags);
  int (*open_directory) (sd_journal **journal, const char *path, int flags);
  void (*close) (sd_journal *journal);
  int (*get_fd) (sd_journal *journal);
  int (*process) (sd_journal *journal);
  int (*next) (sd_journal *journal);
  int (*previous) (sd_journal *journal);
  int (*seek_tail) (sd_journal *journal);
  int (*seek_cursor) (sd_journal *journal, const char *cursor);
  int (*get_cursor) (sd_journal *journal, char **cursor);
  int (*get_data) (sd_journal *journal, const char *field, const void **data, size_t *length);
  int (*get_time) (sd_journal *journal, uint64_t *time);
} sd;

static gboolean
find (void *library, const char *name, void *function)
{
  void *symbol = dlsym (library, name);

  memcpy (function, &symbol, sizeof symbol);
  return symbol != NULL;
}

static gboolean
load (void)
{
  void *library = dlopen (LIBRARY, RTLD_NOW | RTLD_LOCAL);

  return library != NULL &&
         find (library, "sd_journal_open", &sd.open) &&
         find (library, "sd_journal_open_directory", &sd.open_directory) &&
         find (library, "sd_journal_close", &sd.close) &&
         find (library, "sd_journal_get_fd", &sd.get_fd) &&
         find (library, "sd_journal_process", &sd.process) &&
         find (library, "sd_journal_next", &sd.next) &&
         find (library, "sd_journal_previous", &sd.previous) &&
         find (library, "sd_journal_seek_tail", &sd.seek_tail) &&
         find (library, "sd_journal_seek_cursor", &sd.seek_cursor) &&
         find (library, "sd_journal_get_cursor", &sd.get_cursor) &&
         find (library, "sd_journal_get_data", &sd.get_data) &&
         find (library, "sd_journal_get_realtime_usec", &sd.get_time);
}

struct _GuardJournal
{
  sd_journal *journal;
  char **services;
  GuardJournalFunc func;
  gpointer user_data;
  guint source;
  guint turn;
};

static gboolean
get_field (gpointer source, const char *name, const char **value, gsize *length)
{
  GuardJournal *self = source;
  gconstpointer data;
  gsize size;
  gsize skip = strlen (name) + 1;

  if (sd.get_data (self->journal, name, &data, &size) < 0 || size < skip)
    return FALSE;
  *value = (const char *) data + skip;
  *length = size - skip;

  return TRUE;
}

static void
take_entry (GuardJournal *self)
{
  g_auto (GuardJournalEntry) entry = { NULL };
  guint64 time = 0;

  sd.get_time (self->journal, &time);
  if (guard_journal_entry_read (&entry, get_field, self))
    self->func (self, entry.program, entry.process, entry.message, entry.length, (gint64) (time / G_USEC_PER_SEC), self->user_data);
}

static gboolean
on_turn (gpointer data)
{
  GuardJournal *self = data;

  for (guint i = 0; i < MAX_TURN; i++)
    {
      if (sd.next (self->journal) <= 0)
        {
          self->turn = 0;
          return G_SOURCE_REMOVE;
        }
      take_entry (self);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
on_change (int fd, GIOCondition condition, gpointer data)
{
  GuardJournal *self = data;

  sd.process (self->journal);
  if (self->turn == 0 && on_turn (self) == G_SOURCE_CONTINUE)
    self->turn = g_idle_add (on_turn, self);

  return G_SOURCE_CONTINUE;
}

GuardJournal *
guard_journal_new (const char *const *services, const char *mark, GuardJournalFunc func, gpointer user_data)
{
  sd_journal *journal = NULL;
  GuardJournal *self;
  int fd;
  int result;

  if (!load ())
    {
      g_message ("the journal is not followed: " LIBRARY " cannot be loaded");
      return NULL;
    }
  result = sd.open (&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
  if (result < 0)
    {
      g_message ("the journal is not followed: %s", g_strerror (-result));
      return NULL;
    }
  fd = sd.get_fd (journal);
  if (fd < 0)
    {
      g_message ("the journal cannot be followed: %s", g_strerror (-fd));
      sd.close (journal);
      return NULL;
    }
  self = g_new0 (GuardJournal, 1);
  self->journal = journal;
  self->services = g_strdupv ((char **) services);
  self->func = func;
  self->user_data = user_data;
  /* The cursor's own entry was read. */
  if (mark != NULL && *mark != '\0' && sd.seek_cursor (journal, mark) >= 0)
    sd.next (journal);
  else
    {
      sd.seek_tail (journal);
      sd.previous (journal);
    }
  self->source = g_unix_fd_add (fd, G_IO_IN, on_change, self);
  self->turn = g_idle_add (on_turn, self);

  return self;
}

void
guard_journal_free (GuardJournal *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->turn, g_source_remove);
  sd.close (self->journal);
  g_strfreev (self->services);
  g_free (self);
}

const char *const *
guard_journal_get_services (GuardJournal *self)
{
  return (const char *const *) self->services;
}

char *
guard_journal_get_mark (GuardJournal *self)
{
  g_autofree char *copy = NULL;
  char *cursor = NULL;

  if (sd.get_cursor (self->journal, &cursor) < 0)
    return NULL;
  copy = g_strdup (cursor);
  free (cursor);

  return g_steal_pointer (&copy);
}

#else

GuardJournal *
guard_journal_new (const char *const *services, const char *mark, GuardJournalFunc func, gpointer user_data)
{
  g_message ("the journal is not followed: this program was built without libsystemd");
  return NULL;
}

void
guard_journal_free (GuardJournal *self)
{
}

const char *const *
guard_journal_get_services (GuardJournal *self)
{
  return NULL;
}

char *
guard_journal_get_mark (GuardJournal *self)
{
  return NULL;
}

#endif
