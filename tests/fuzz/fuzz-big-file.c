/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/intimail-big-file-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define OWNER "anna"
#define ID "faaaaaaaaaaaaaaaa"

static char *
format (IntimailBigFile *file)
{
  g_autoptr (GString) line = g_string_new (NULL);

  intimail_big_file_write (file, line);

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* What can be read is written, and read again as the same; and no name is a path. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 0 ? memchr (data, '\n', size) : NULL;
  g_autoptr (IntimailBigFile) file = intimail_big_file_parse (OWNER, ID, (const char *) data, end != NULL ? (gsize) (end - data) : size);
  g_autoptr (IntimailBigFile) again = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *name;

  if (file == NULL)
    return 0;
  name = intimail_big_file_get_name (file);
  if (*name == '\0' || *name == '.' || strpbrk (name, "/\\\r\n") != NULL || !g_utf8_validate (name, -1, NULL))
    g_error ("a name is no name");
  first = format (file);
  again = intimail_big_file_parse (OWNER, ID, first, strlen (first) - 1);
  if (again == NULL)
    g_error ("a record that was written cannot be read");
  second = format (again);
  if (strcmp (first, second) != 0)
    g_error ("a record is another");

  return 0;
}
