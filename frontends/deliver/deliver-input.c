/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE 65536

/* Fills the buffer as far as there are bytes: the first line must be in it. */
static gssize
read_whole (int fd, char *buffer, gsize length)
{
  gsize total = 0;

  while (total < length)
    {
      gssize got = read (fd, buffer + total, length - total);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      total += (gsize) got;
    }

  return (gssize) total;
}

/* "From sender date": pipe(8) writes it with the flag F. It is no field. */
static gsize
measure_mbox_line (const char *buffer, gsize length)
{
  const char *end;

  if (length < 5 || memcmp (buffer, "From ", 5) != 0)
    return 0;

  end = memchr (buffer, '\n', length);
  return end != NULL ? (gsize) (end - buffer) + 1 : length;
}

GBytes *
deliver_input_read (DeliverInput *self, GError **error)
{
  char buffer[READ_SIZE];
  gssize length = read_whole (self->fd, buffer, sizeof buffer);
  gsize skipped = 0;

  if (length < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot read the message: %s", g_strerror (errno));
      return NULL;
    }
  if (length == 0)
    return NULL;

  if (!self->begun)
    skipped = measure_mbox_line (buffer, (gsize) length);
  self->begun = TRUE;
  return g_bytes_new (buffer + skipped, (gsize) length - skipped);
}
