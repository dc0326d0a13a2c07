/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/intimail-folder-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
clear (IntimailFolder *folder)
{
  for (guint i = 0; i < INTIMAIL_FOLDER_N_LETTERS; i++)
    {
      g_clear_pointer (&folder->letters[i], g_free);
      g_clear_pointer (&folder->spelled[i], g_free);
    }
}

/* A dovecot-keywords that anybody may have written. What is understood is written
 * again and understood the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  IntimailFolder folder = { 0 };

  intimail_folder_parse_letters (&folder, text);
  first = intimail_folder_format_letters (&folder);
  for (guint i = 0; i < INTIMAIL_FOLDER_N_LETTERS; i++)
    {
      char letter = folder.letters[i] != NULL ? intimail_folder_find_letter (&folder, folder.letters[i]) : 'a';

      if (letter < 'a' || letter > 'z' || letter > (char) ('a' + i))
        g_error ("a word is not found again: %s", folder.letters[i]);
    }
  clear (&folder);
  intimail_folder_parse_letters (&folder, first);
  second = intimail_folder_format_letters (&folder);
  clear (&folder);
  if (strcmp (first, second) != 0)
    g_error ("what was written is something else: %s", first);
  return 0;
}
