/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stands in for libFuzzer where there is none: gives each file named, and each
 * file in a folder named, to the target once.
 */

#include <gio/gio.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static guint
replay_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autofree guint8 *copy = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &error))
    {
      g_printerr ("%s\n", error->message);
      return 0;
    }
  /* A block of exactly the size, as libFuzzer gives: no NUL behind it. */
  copy = g_memdup2 (data, size);
  LLVMFuzzerTestOneInput (copy, size);

  return 1;
}

static guint
replay_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint count = 0;

  if (folder == NULL)
    return replay_file (path);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      count += replay_file (child);
    }

  return count;
}

int
main (int argc, char *argv[])
{
  guint count = 0;

  for (int i = 1; i < argc; i++)
    count += replay_folder (argv[i]);
  g_print ("%u inputs\n", count);

  /* A corpus that is gone would be a test that cannot fail. */
  return count > 0 ? 0 : 1;
}
