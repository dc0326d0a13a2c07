/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/intimail-maildir-name-private.h"
#include "store/intimail-maildirsize-private.h"
#include "store/intimail-mailbox-name-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
try_file (const char *text)
{
  IntimailMaildirName name;
  g_autofree char *renamed = NULL;
  IntimailMaildirName again;

  if (!intimail_maildir_name_parse (text, &name))
    return;
  renamed = intimail_maildir_name_with_letters (&name, name.letters);
  if (!intimail_maildir_name_parse (renamed, &again) || again.unique_length != name.unique_length ||
      strncmp (again.name, name.name, name.unique_length) != 0)
    g_error ("a file name loses its unique part: %s", text);
}

/* A name that may be given is the name that is read, and stays in its folder. */
static void
try_mailbox (const char *text)
{
  g_autofree char *folder = NULL;
  g_autofree char *normalized = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) of_anything = intimail_mailbox_name_split_folder (text);

  folder = intimail_mailbox_name_to_folder ("", text, NULL);
  if (folder == NULL)
    return;
  if (strchr (folder, '/') != NULL)
    g_error ("a mailbox leaves the tree: %s", text);
  names = intimail_mailbox_name_split_folder (folder);
  normalized = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  if (names == NULL || g_strv_length (names) != 1 || strcmp (names[0], normalized) != 0)
    g_error ("a mailbox is read under another name: %s", text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  IntimailMaildirsize value;

  intimail_maildirsize_parse ((const char *) data, size, &value);
  try_file (text);
  try_mailbox (text);
  return 0;
}
