/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-spool-notes-private.h"

#include <string.h>
#include <unistd.h>

#include "store/intimail-account-private.h"

#define COPY_BYTES (256 * 1024)

struct _IntimailSpoolNotes
{
  IntimailUnconfirmed *unconfirmed;
  guint64 trace;
  GArray *kept; /* of int */
};

IntimailSpoolNotes *
intimail_spool_notes_new (IntimailUnconfirmed *unconfirmed, guint64 trace)
{
  IntimailSpoolNotes *self = g_new0 (IntimailSpoolNotes, 1);

  self->unconfirmed = unconfirmed;
  self->trace = trace;
  self->kept = g_array_new (FALSE, FALSE, sizeof (int));
  return self;
}

void
intimail_spool_notes_free (IntimailSpoolNotes *self)
{
  for (guint i = 0; i < self->kept->len; i++)
    intimail_unconfirmed_doubt (self->unconfirmed, g_array_index (self->kept, int, i));
  g_array_unref (self->kept);
  g_free (self);
}

/* The same bytes after @trace of the stored message and ours of the new one. */
static gboolean
equals (IntimailSpoolNotes *self, int fd, guint64 size, GBytes *stored, guint64 trace)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  gsize length;
  const char *bytes = g_bytes_get_data (stored, &length);
  guint64 theirs = size - self->trace;

  if (length != trace + theirs)
    return FALSE;
  for (guint64 done = 0; done < theirs;)
    {
      gssize got = pread (fd, buffer, MIN (COPY_BYTES, theirs - done), (off_t) (self->trace + done));

      if (got <= 0 || memcmp (buffer, bytes + trace + done, (gsize) got) != 0)
        return FALSE;
      done += (guint64) got;
    }

  return TRUE;
}

/* Whoever placed it may have been killed before the folder was flushed. */
static gboolean
flush_copy (IntimailAccount *account, const char *id)
{
  IntimailFolder *folder = NULL;
  g_autofree char *name = NULL;
  gboolean ok = TRUE;

  if (intimail_account_begin_unscanned (account, NULL))
    {
      guint32 slot = intimail_account_find_message (account, id);

      if (slot != INTIMAIL_TABLE_NONE)
        {
          folder = intimail_account_get_folder (account, intimail_table_get (account->table, slot)->folder);
          name = g_strdup (folder->name);
          account->n_busy++;
        }
    }
  intimail_account_end (account);
  if (folder == NULL)
    return TRUE;

  ok = intimail_folder_flush_entries (folder, name, FALSE, NULL) && intimail_folder_flush_entries (folder, name, TRUE, NULL);
  g_mutex_lock (&account->mutex);
  account->n_busy--;
  g_mutex_unlock (&account->mutex);
  return ok;
}

/* The message of a note, wherever it was moved to and however it was flagged; NULL
 * when it is not there or is another one. */
static char *
find_copy (IntimailSpoolNotes *self, IntimailAccount *account, int fd, guint64 size, const char *file, guint64 trace)
{
  g_autofree char *text = NULL;
  g_autofree char *blob_id = NULL;
  g_autoptr (GBytes) stored = NULL;
  IntimailMaildirName name;
  IntimailId id;

  if (!intimail_maildir_name_parse (file, &name))
    return NULL;
  id = intimail_maildir_name_get_id (&name);
  text = g_strdup (intimail_id_format ('m', &id).text);
  blob_id = g_strconcat ("r", text, NULL);
  stored = intimail_account_load_blob (account, blob_id, NULL);

  return stored != NULL && equals (self, fd, size, stored, trace) && flush_copy (account, text) ? g_steal_pointer (&text) : NULL;
}

char *
intimail_spool_notes_find (IntimailSpoolNotes *self, IntimailAccount *account, int fd, guint64 size)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int note = INTIMAIL_UNCONFIRMED_NONE;
  g_autofree char *file = NULL;
  guint64 trace;

  while ((note = intimail_unconfirmed_claim (self->unconfirmed, note, account->path, size - self->trace, now, &file, &trace)) >= 0)
    {
      char *id = find_copy (self, account, fd, size, file, trace);

      if (id != NULL)
        {
          g_array_append_val (self->kept, note);
          return id;
        }
      intimail_unconfirmed_doubt (self->unconfirmed, note);
      g_clear_pointer (&file, g_free);
    }

  return NULL;
}

gboolean
intimail_spool_notes_find_word (IntimailSpoolNotes *self, const char *account, const char *word, guint64 size)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int note = INTIMAIL_UNCONFIRMED_NONE;
  g_autofree char *file = NULL;
  guint64 trace;

  while ((note = intimail_unconfirmed_claim (self->unconfirmed, note, account, size - self->trace, now, &file, &trace)) >= 0)
    {
      if (g_str_equal (file, word))
        {
          g_array_append_val (self->kept, note);
          return TRUE;
        }
      intimail_unconfirmed_doubt (self->unconfirmed, note);
      g_clear_pointer (&file, g_free);
    }

  return FALSE;
}

int
intimail_spool_notes_add (IntimailSpoolNotes *self, const char *account, const char *file, guint64 size)
{
  return intimail_unconfirmed_add (self->unconfirmed, account, file, self->trace, size - self->trace,
                                   g_get_real_time () / G_USEC_PER_SEC);
}

void
intimail_spool_notes_keep (IntimailSpoolNotes *self, int note)
{
  if (note >= 0)
    g_array_append_val (self->kept, note);
}

void
intimail_spool_notes_drop (IntimailSpoolNotes *self, int note)
{
  intimail_unconfirmed_remove (self->unconfirmed, note);
}

void
intimail_spool_notes_confirm (IntimailSpoolNotes *self)
{
  for (guint i = 0; i < self->kept->len; i++)
    intimail_unconfirmed_remove (self->unconfirmed, g_array_index (self->kept, int, i));
  g_array_set_size (self->kept, 0);
}
