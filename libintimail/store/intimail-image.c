/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-image-private.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intimail-fd-private.h"
#include "store/intimail-checksum-private.h"
#include "store/intimail-lock-private.h"

#define MAGIC "intimail"
#define FORMAT 3
/* Reads the same only on a machine that stores numbers as ours does. */
#define ORDER 0x01020304
#define ALIGN 64
#define ROOM_MIN 64
#define POPULATE_ABOVE (64 * 1024)
/* A million messages are a tenth of it. */
#define COPY_MAX_BYTES ((gsize) 256 * 1024 * 1024)
#define SIZE_MAX_BYTES (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)

/* At the start, and the directory at once behind it. */
typedef struct
{
  char magic[8];
  guint32 format;
  guint32 order;
  guint64 size; /* of the whole file */
  guint32 n_sections;
  guint32 reserved;
  guint64 checksum; /* of the directory and the fields above */
} Header;

typedef struct
{
  guint32 kind;
  guint32 number;
  guint32 element_size;
  guint32 n;
  guint32 room;
  guint32 reserved;
  guint64 offset;
  guint64 checksum; /* of the @n things */
} Section;

struct _IntimailImage
{
  char *data;
  gsize length;
  gboolean mapped; /* from a file that is ours alone */
};

struct _IntimailImageWriter
{
  int folder_fd;
  int fd;
  char *path;
  char *temporary;
  GArray *sections;
  GArray *columns; /* borrowed, of each section */
};

static guint64
sum_directory (const Header *header, const Section *sections)
{
  return intimail_checksum (header, offsetof (Header, checksum)) ^
         intimail_checksum (sections, header->n_sections * sizeof (Section));
}

static gboolean
is_inside (const IntimailImage *self, const Section *section)
{
  guint64 room = (guint64) section->room * section->element_size;

  return section->n <= section->room && section->element_size != 0 && section->element_size <= 4096 &&
         section->offset % ALIGN == 0 && section->offset <= self->length && room <= self->length - section->offset;
}

static const Section *
get_sections (const IntimailImage *self)
{
  return (const Section *) (gconstpointer) (self->data + sizeof (Header));
}

gboolean
intimail_image_seal (gpointer data, gsize length)
{
  Header *header = data;
  Section *sections = (Section *) (gpointer) ((char *) data + sizeof *header);

  if (length < sizeof *header || header->n_sections > (length - sizeof *header) / sizeof (Section))
    return FALSE;
  for (guint32 i = 0; i < header->n_sections; i++)
    {
      guint64 used = (guint64) sections[i].n * sections[i].element_size;

      if (sections[i].offset <= length && used <= length - sections[i].offset)
        sections[i].checksum = intimail_checksum ((char *) data + sections[i].offset, (gsize) used);
    }
  header->size = length;
  header->checksum = sum_directory (header, sections);
  return TRUE;
}

static gboolean
check (const IntimailImage *self)
{
  const Header *header = (const Header *) (gconstpointer) self->data;
  guint64 end = sizeof *header;

  if (self->length < sizeof *header || memcmp (header->magic, MAGIC, sizeof header->magic) != 0 ||
      header->format != FORMAT || header->order != ORDER || header->size != self->length ||
      header->n_sections > INTIMAIL_IMAGE_SECTIONS_MAX || header->n_sections > (self->length - sizeof *header) / sizeof (Section) ||
      sum_directory (header, get_sections (self)) != header->checksum)
    return FALSE;
  end += header->n_sections * sizeof (Section);
  for (guint32 i = 0; i < header->n_sections; i++)
    {
      const Section *section = &get_sections (self)[i];

      if (section->offset < end || !is_inside (self, section))
        return FALSE;
      end = section->offset + (guint64) section->room * section->element_size;
    }
  return TRUE;
}

/* Maps only what nobody else can make shorter: reading behind the end of a file that
 * was cut would kill the process. */
static gboolean
take_file (IntimailImage *self, int fd, const struct stat *status)
{
  Header header;
  gpointer data;

  if (pread (fd, &header, sizeof header, 0) != (gssize) sizeof header || header.size != (guint64) status->st_size)
    return FALSE;
  if (status->st_uid != geteuid () || (status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return intimail_fd_read_all (fd, COPY_MAX_BYTES, &self->data, &self->length, NULL);

  data = mmap (NULL, (gsize) status->st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    return FALSE;
  self->data = data;
  self->length = (gsize) status->st_size;
  self->mapped = TRUE;
  return TRUE;
}

IntimailImage *
intimail_image_open (int folder_fd, const char *path)
{
  g_auto (IntimailFd) fd = openat (folder_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autoptr (IntimailImage) self = g_new0 (IntimailImage, 1);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode) ||
      status.st_size < (off_t) sizeof (Header) || (guint64) status.st_size > SIZE_MAX_BYTES)
    return NULL;
  return take_file (self, fd, &status) && check (self) ? g_steal_pointer (&self) : NULL;
}

IntimailImage *
intimail_image_new_from_data (gpointer data, gsize length)
{
  g_autoptr (IntimailImage) self = g_new0 (IntimailImage, 1);

  self->data = data;
  self->length = length;
  return check (self) ? g_steal_pointer (&self) : NULL;
}

gboolean
intimail_image_is_ours (const IntimailImage *self)
{
  return self->mapped;
}

void
intimail_image_free (IntimailImage *self)
{
  if (self == NULL)
    return;
  if (self->mapped)
    munmap (self->data, self->length);
  else
    g_free (self->data);
  g_free (self);
}

static const Section *
find_section (const IntimailImage *self, IntimailImageKind kind, guint32 number)
{
  const Header *header = (const Header *) (gconstpointer) self->data;

  for (guint32 i = 0; i < header->n_sections; i++)
    {
      const Section *section = &get_sections (self)[i];

      if (section->kind == kind && section->number == number)
        return section;
    }
  return NULL;
}

gboolean
intimail_image_has (const IntimailImage *self, IntimailImageKind kind, guint32 number)
{
  return find_section (self, kind, number) != NULL;
}

/* All pages of a large section at once, and not sixteen by sixteen as they are met. A kernel
 * before 5.14 cannot, and then they come so. */
static void
map_pages (const IntimailImage *self, const Section *section)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize start = (gsize) section->offset / page * page;
  gsize end = (gsize) section->offset + (gsize) section->n * section->element_size;

  if (self->mapped && end - start > POPULATE_ABOVE)
    madvise (self->data + start, end - start, MADV_POPULATE_READ);
}

gboolean
intimail_image_lend (IntimailImage *self, IntimailImageKind kind, guint32 number, IntimailColumn *column)
{
  const Section *section = find_section (self, kind, number);
  char *data;

  if (section == NULL || section->element_size != column->size)
    return FALSE;
  data = self->data + section->offset;
  map_pages (self, section);
  if (intimail_checksum (data, (gsize) section->n * section->element_size) != section->checksum)
    return FALSE;
  intimail_column_borrow (column, data, section->n, section->room);
  return TRUE;
}

static void
writer_free (IntimailImageWriter *self)
{
  intimail_fd_close (self->fd);
  g_array_unref (self->sections);
  g_array_unref (self->columns);
  g_free (self->path);
  g_free (self->temporary);
  g_free (self);
}

/* One name for all: what a crash left is used again. The lock is on the file that
 * has the name, or it is none. */
static gboolean
open_temporary (IntimailImageWriter *self)
{
  struct stat mine;
  struct stat there;

  self->fd = openat (self->folder_fd, self->temporary, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  return self->fd >= 0 && intimail_lock_take (self->fd, 0, NULL) && fstat (self->fd, &mine) == 0 && S_ISREG (mine.st_mode) &&
         fstatat (self->folder_fd, self->temporary, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev && ftruncate (self->fd, 0) == 0;
}

IntimailImageWriter *
intimail_image_writer_new (int folder_fd, const char *path)
{
  IntimailImageWriter *self = g_new0 (IntimailImageWriter, 1);

  self->folder_fd = folder_fd;
  self->path = g_strdup (path);
  self->temporary = g_strconcat (path, ".new", NULL);
  self->sections = g_array_new (FALSE, FALSE, sizeof (Section));
  self->columns = g_array_new (FALSE, FALSE, sizeof (const IntimailColumn *));
  if (!open_temporary (self))
    {
      writer_free (self);
      return NULL;
    }
  return self;
}

void
intimail_image_writer_add (IntimailImageWriter *self, IntimailImageKind kind, guint32 number, const IntimailColumn *column, gboolean grows)
{
  Section section = { 0 };

  section.kind = kind;
  section.number = number;
  section.element_size = column->size;
  section.n = column->n;
  section.room = grows ? column->n + MIN (column->n / 8 + ROOM_MIN, G_MAXUINT32 - column->n) : column->n;
  section.checksum = intimail_checksum (column->data, (gsize) column->n * column->size);
  g_array_append_val (self->sections, section);
  g_array_append_val (self->columns, column);
}

static guint64
align (guint64 offset)
{
  return (offset + ALIGN - 1) / ALIGN * ALIGN;
}

static gboolean
write_at (int fd, gconstpointer data, gsize length, guint64 offset)
{
  return lseek (fd, (off_t) offset, SEEK_SET) >= 0 && intimail_fd_write_all (fd, data, length, NULL);
}

/* What is left out between the columns takes no place on the disk. */
static gboolean
write_all (IntimailImageWriter *self)
{
  Header header = { MAGIC, FORMAT, ORDER, 0, self->sections->len, 0, 0 };
  Section *sections = (Section *) (gpointer) self->sections->data;
  guint64 offset = sizeof header + self->sections->len * sizeof (Section);

  for (guint i = 0; i < self->sections->len; i++)
    {
      const IntimailColumn *column = g_array_index (self->columns, const IntimailColumn *, i);

      sections[i].offset = align (offset);
      offset = sections[i].offset + (guint64) sections[i].room * sections[i].element_size;
      if (!write_at (self->fd, column->data, (gsize) column->n * column->size, sections[i].offset))
        return FALSE;
    }
  header.size = offset;
  header.checksum = sum_directory (&header, sections);
  return offset <= SIZE_MAX_BYTES && ftruncate (self->fd, (off_t) offset) == 0 &&
         write_at (self->fd, sections, self->sections->len * sizeof (Section), sizeof header) &&
         write_at (self->fd, &header, sizeof header, 0);
}

gboolean
intimail_image_writer_end (IntimailImageWriter *self)
{
  gboolean ok = write_all (self) && renameat (self->folder_fd, self->temporary, self->folder_fd, self->path) == 0;

  /* Not flushed: half a file has another checksum. */
  if (ok)
    writer_free (self);
  else
    intimail_image_writer_abandon (self);
  return ok;
}

void
intimail_image_writer_abandon (IntimailImageWriter *self)
{
  unlinkat (self->folder_fd, self->temporary, 0);
  writer_free (self);
}
