/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the meters share.
 */

#pragma once

#include <time.h>

#include <glib.h>

/* Of the processor. */
static inline double
meter_get_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* All files of a folder. */
static inline GPtrArray *
meter_load (const char *folder)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *data;
      gsize size;

      if (g_file_get_contents (path, &data, &size, NULL))
        g_ptr_array_add (messages, g_bytes_new_take (data, size));
    }
  if (messages->len == 0)
    g_error ("no messages in %s", folder);

  return messages;
}
