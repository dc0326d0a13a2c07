/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-account-private.h"

#include <string.h>

#define FILE_NAME "intimail.table"

/* So much of the indexes may be behind the image, in bytes, before a new one is
 * worth its writing: one fiftieth and some hundred lines. */
#define BEHIND_PART 50
#define BEHIND_MIN (64 * 1024)

/* What is known of a mailbox besides its records. */
typedef struct
{
  char id[INTIMAIL_ID_TEXT_LENGTH + 1];
  guint32 must_scan;
  IntimailIndexState index;
  IntimailFolderStamp new_stamp;
  IntimailFolderStamp cur_stamp;
} FolderState;

struct _IntimailAccountImage
{
  IntimailImage *image; /* the table's */
  IntimailTable *table; /* until it is taken */
  IntimailColumn folders;
  IntimailColumn keywords;
};

IntimailAccountImage *
intimail_account_image_open (IntimailAccount *self)
{
  IntimailImage *image = intimail_image_open (self->root_fd, FILE_NAME);
  IntimailAccountImage *opened = g_new0 (IntimailAccountImage, 1);

  intimail_column_init (&opened->folders, sizeof (FolderState));
  intimail_column_init (&opened->keywords, 1);
  opened->image = image;
  opened->table = image != NULL ? intimail_table_new_from_image (image) : NULL;
  if (opened->table != NULL && intimail_image_lend (image, INTIMAIL_IMAGE_FOLDERS, 0, &opened->folders) &&
      intimail_image_lend (image, INTIMAIL_IMAGE_KEYWORDS, 0, &opened->keywords) &&
      opened->folders.n == intimail_table_get_n_folders (opened->table))
    return opened;

  intimail_table_free (opened->table);
  g_free (opened);
  return NULL;
}

IntimailTable *
intimail_account_image_take_table (IntimailAccountImage *image)
{
  return g_steal_pointer (&image->table);
}

void
intimail_account_image_free (IntimailAccountImage *image)
{
  if (image == NULL)
    return;
  intimail_table_free (image->table);
  g_free (image);
}

/* The names as the image numbers them, and then the others. */
void
intimail_account_image_order_names (IntimailAccountImage *image, GPtrArray *names)
{
  guint placed = 0;

  for (guint32 i = 0; i < image->folders.n; i++)
    {
      IntimailColumn column;
      g_autofree char *name = NULL;
      guint found;

      intimail_column_init (&column, 1);
      if (!intimail_image_lend (image->image, INTIMAIL_IMAGE_FOLDER_NAME, i, &column))
        return;
      name = g_strndup (column.data, column.n);
      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, &found) || found < placed)
        return;
      g_ptr_array_insert (names, (gint) placed, g_ptr_array_steal_index (names, found));
      placed++;
    }
}

static const FolderState *
get_state (const IntimailAccountImage *image, guint number)
{
  return intimail_column_get (&image->folders, number);
}

/* Are its mailboxes those that are there? Others may have come. */
gboolean
intimail_account_image_fits (IntimailAccount *self, IntimailAccountImage *image)
{
  if (self->folders->len < image->folders.n)
    return FALSE;
  for (guint i = 0; i < image->folders.n; i++)
    {
      if (strncmp (intimail_account_get_folder (self, i)->id, get_state (image, i)->id, sizeof get_state (image, i)->id) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
resume_folder (IntimailFolder *folder, IntimailAccountImage *image)
{
  const FolderState *state = get_state (image, folder->number);
  IntimailColumn in_new;

  intimail_column_init (&in_new, sizeof (IntimailId));
  if (!intimail_image_lend (image->image, INTIMAIL_IMAGE_FOLDER_NEW, folder->number, &in_new) ||
      !intimail_index_resume (folder->index, &state->index))
    return;
  folder->must_scan = state->must_scan != 0;
  folder->new_stamp = state->new_stamp;
  folder->cur_stamp = state->cur_stamp;
  g_array_append_vals (folder->in_new, in_new.data, in_new.n);
}

static guint64
sum_ends (IntimailAccount *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->folders->len; i++)
    sum += intimail_account_get_folder (self, i)->index->log.end;
  return sum;
}

/* What does not go on from here is read from its start, as if there were no image. */
void
intimail_account_image_resume (IntimailAccount *self, IntimailAccountImage *image)
{
  g_autofree char *text = g_strndup (image->keywords.data, image->keywords.n);
  g_auto (GStrv) words = g_strsplit (text, "\n", -1);

  for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    g_ptr_array_add (self->keywords, g_strdup (words[i]));
  intimail_journal_resume (self->journal, image->image);
  for (guint i = 0; i < image->folders.n; i++)
    resume_folder (intimail_account_get_folder (self, i), image);
  self->image_end = sum_ends (self);
}

/* --- writing --- */

static void
fill_text (IntimailColumn *column, const char *text)
{
  gsize length = strlen (text);

  intimail_column_init (column, 1);
  intimail_column_reserve (column, (guint32) MAX (length, 1));
  memcpy (column->data, text, length);
  column->n = (guint32) length;
}

static gboolean
fill_state (IntimailFolder *folder, FolderState *state)
{
  memset (state, 0, sizeof *state);
  g_strlcpy (state->id, folder->id, sizeof state->id);
  state->must_scan = folder->must_scan || folder->has_holes || folder->letters_lack;
  state->new_stamp = folder->new_stamp;
  state->cur_stamp = folder->cur_stamp;
  return !folder->gone && intimail_index_get_state (folder->index, &state->index);
}

/* The columns that are made for the file alone. */
typedef struct
{
  IntimailColumn keywords;
  IntimailColumn folders;
  IntimailColumn *names;
  IntimailColumn *in_new;
} Extra;

static gboolean
add_folders (IntimailAccount *self, IntimailImageWriter *writer, Extra *extra)
{
  intimail_column_init (&extra->folders, sizeof (FolderState));
  for (guint i = 0; i < self->folders->len; i++)
    {
      IntimailFolder *folder = intimail_account_get_folder (self, i);
      FolderState state;

      if (!fill_state (folder, &state))
        return FALSE;
      intimail_column_append (&extra->folders, &state);
      fill_text (&extra->names[i], folder->name);
      intimail_column_init (&extra->in_new[i], sizeof (IntimailId));
      intimail_column_borrow (&extra->in_new[i], folder->in_new->data, folder->in_new->len, folder->in_new->len);
      intimail_image_writer_add (writer, INTIMAIL_IMAGE_FOLDER_NAME, i, &extra->names[i], FALSE);
      intimail_image_writer_add (writer, INTIMAIL_IMAGE_FOLDER_NEW, i, &extra->in_new[i], FALSE);
    }
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_FOLDERS, 0, &extra->folders, FALSE);
  return TRUE;
}

static gboolean
add_all (IntimailAccount *self, IntimailImageWriter *writer, Extra *extra)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < self->keywords->len; i++)
    g_string_append_printf (words, "%s%s", i > 0 ? "\n" : "", (const char *) g_ptr_array_index (self->keywords, i));
  fill_text (&extra->keywords, words->str);
  intimail_image_writer_add (writer, INTIMAIL_IMAGE_KEYWORDS, 0, &extra->keywords, FALSE);
  return add_folders (self, writer, extra) && intimail_journal_write_image (self->journal, writer);
}

static void
clear_extra (Extra *extra, guint n)
{
  intimail_column_clear (&extra->keywords);
  intimail_column_clear (&extra->folders);
  for (guint i = 0; i < n; i++)
    {
      intimail_column_clear (&extra->names[i]);
      intimail_column_clear (&extra->in_new[i]);
    }
  g_free (extra->names);
  g_free (extra->in_new);
}

/* Memory is what the files say up to where they were read: no lock is needed. */
static gboolean
save (IntimailAccount *self)
{
  IntimailImageWriter *writer = intimail_image_writer_new (self->root_fd, FILE_NAME);
  Extra extra = { .names = g_new0 (IntimailColumn, self->folders->len), .in_new = g_new0 (IntimailColumn, self->folders->len) };
  gboolean ok = FALSE;

  if (writer != NULL && add_all (self, writer, &extra))
    {
      intimail_table_write_image (self->table, writer);
      ok = intimail_image_writer_end (writer);
    }
  else if (writer != NULL)
    intimail_image_writer_abandon (writer);
  clear_extra (&extra, self->folders->len);
  return ok;
}

gboolean
intimail_account_image_is_due (IntimailAccount *self)
{
  guint64 end;
  guint64 behind;

  if (!self->opened || self->must_reload || self->lock_fd < 0 || self->ops != NULL)
    return FALSE;
  for (guint i = 0; i < self->folders->len; i++)
    {
      if (intimail_account_get_folder (self, i)->gone)
        return FALSE;
    }
  end = sum_ends (self);
  behind = end - MIN (end, self->image_end);
  return self->image_wanted || behind > end / BEHIND_PART + BEHIND_MIN;
}

void
intimail_account_image_save (IntimailAccount *self)
{
  if (!intimail_account_image_is_due (self))
    return;
  if (save (self))
    self->image_end = sum_ends (self);
  self->image_wanted = FALSE;
}

static gpointer
save_in_thread (gpointer data)
{
  g_autoptr (IntimailAccount) self = data;

  g_mutex_lock (&self->mutex);
  intimail_account_image_save (self);
  self->image_busy = FALSE;
  g_mutex_unlock (&self->mutex);
  return NULL;
}

void
intimail_account_image_save_later (IntimailAccount *self)
{
  GThread *thread;

  if (self->image_busy || !intimail_account_image_is_due (self))
    return;
  thread = g_thread_try_new ("intimail-image", save_in_thread, g_object_ref (self), NULL);
  if (thread == NULL)
    {
      g_object_unref (self);
      return;
    }
  self->image_busy = TRUE;
  g_thread_unref (thread);
}
