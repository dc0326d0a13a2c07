/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-zip-private.h"

#include <locale.h>

#include <archive.h>
#include <archive_entry.h>

#include <intimail/intimail-error.h>

#include "base/intimail-library-private.h"

/* The binary interface that the headers belong to. */
#define NAME "libarchive.so.13"

#define FUNCTIONS(X)                            \
  X (archive_entry_free)                        \
  X (archive_entry_new)                         \
  X (archive_entry_set_filetype)                \
  X (archive_entry_set_mtime)                   \
  X (archive_entry_set_pathname_utf8)           \
  X (archive_entry_set_perm)                    \
  X (archive_entry_set_size)                    \
  X (archive_error_string)                      \
  X (archive_write_close)                       \
  X (archive_write_data)                        \
  X (archive_write_free)                        \
  X (archive_write_header)                      \
  X (archive_write_new)                         \
  X (archive_write_open)                        \
  X (archive_write_set_bytes_in_last_block)     \
  X (archive_write_set_format_zip)              \
  X (archive_write_zip_set_compression_deflate) \
  X (archive_write_zip_set_compression_store)

#define DECLARE(name) __typeof__ (name) *name;
#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (library, name),

static struct
{
  FUNCTIONS (DECLARE)
} library;

struct _IntimailZip
{
  struct archive *archive;
  struct archive_entry *entry; /* NULL before the first */
  gint64 time;
  GOutputStream *stream;
  GCancellable *cancellable;
  GError *error;     /* of the stream */
  gboolean given_up; /* what is still written goes nowhere */
};

static gboolean
load (GError **error)
{
  static const IntimailLibraryFunction functions[] = { FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  ready = ready || intimail_library_load (NAME, functions, G_N_ELEMENTS (functions), error);

  return ready;
}

/* The library is never told of an error: it would leave behind what it has of the file. */
static la_ssize_t
write_to_stream (struct archive *archive, void *user_data, const void *data, size_t length)
{
  IntimailZip *self = user_data;

  if (!self->given_up && self->error == NULL)
    g_output_stream_write_all (self->stream, data, length, NULL, self->cancellable, &self->error);

  return (la_ssize_t) length;
}

static gboolean
fail (IntimailZip *self, GError **error)
{
  const char *said = library.archive_error_string (self->archive);

  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "the zip file cannot be written: %s", said != NULL ? said : "no memory");

  return FALSE;
}

IntimailZip *
intimail_zip_new (GOutputStream *stream, gint64 time, GCancellable *cancellable, GError **error)
{
  g_autoptr (IntimailZip) self = NULL;

  if (!load (error))
    return NULL;
  self = g_new0 (IntimailZip, 1);
  self->archive = library.archive_write_new ();
  self->time = time;
  self->stream = stream;
  self->cancellable = cancellable;
  library.archive_write_set_format_zip (self->archive);
  /* The last block is as long as what it holds. */
  library.archive_write_set_bytes_in_last_block (self->archive, 1);
  if (library.archive_write_open (self->archive, self, NULL, write_to_stream, NULL) != ARCHIVE_OK)
    {
      fail (self, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
intimail_zip_free (IntimailZip *self)
{
  /* One that is not finished is not ended by a directory of files, as if it were. */
  self->given_up = TRUE;
  library.archive_write_free (self->archive);
  if (self->entry != NULL)
    library.archive_entry_free (self->entry);
  g_clear_error (&self->error);
  g_free (self);
}

/* The library asks the locale of the thread which letters a name may have. */
static int
write_header (IntimailZip *self)
{
  locale_t utf8 = newlocale (LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
  locale_t before = uselocale (utf8 != (locale_t) 0 ? utf8 : LC_GLOBAL_LOCALE);
  int status = library.archive_write_header (self->archive, self->entry);

  uselocale (before);
  if (utf8 != (locale_t) 0)
    freelocale (utf8);

  return status;
}

gboolean
intimail_zip_begin (IntimailZip *self, const char *name, guint64 size, gboolean deflate, GError **error)
{
  if (self->entry != NULL)
    library.archive_entry_free (self->entry);
  self->entry = library.archive_entry_new ();
  library.archive_entry_set_pathname_utf8 (self->entry, name);
  library.archive_entry_set_filetype (self->entry, AE_IFREG);
  library.archive_entry_set_perm (self->entry, 0644);
  library.archive_entry_set_mtime (self->entry, self->time, 0);
  library.archive_entry_set_size (self->entry, (la_int64_t) size);
  if (deflate)
    library.archive_write_zip_set_compression_deflate (self->archive);
  else
    library.archive_write_zip_set_compression_store (self->archive);

  return (write_header (self) == ARCHIVE_OK && self->error == NULL) || fail (self, error);
}

gboolean
intimail_zip_write (IntimailZip *self, const char *data, gsize length, GError **error)
{
  while (length > 0)
    {
      la_ssize_t written = library.archive_write_data (self->archive, data, length);

      if (written <= 0 || self->error != NULL)
        return fail (self, error);
      data += written;
      length -= (gsize) written;
    }

  return TRUE;
}

gboolean
intimail_zip_finish (IntimailZip *self, GError **error)
{
  int status = library.archive_write_close (self->archive);

  return (status == ARCHIVE_OK && self->error == NULL) || fail (self, error);
}
