/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What was read as a list is written and read back the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) addresses = intimail_address_parse_list (text, NULL);
  g_autoptr (IntimailAddress) one = intimail_address_parse (text, NULL);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *rewritten = NULL;

  if (one != NULL && addresses == NULL)
    g_error ("one address, but no list");
  if (addresses == NULL)
    return 0;

  written = intimail_address_list_to_string (addresses);
  again = intimail_address_parse_list (written, NULL);
  if (again == NULL)
    g_error ("what was written cannot be read");
  /* Quotes may make it longer, so that the end is left out. */
  if (again->len != addresses->len && strlen (written) < 60 * 1024)
    g_error ("addresses are lost");
  rewritten = intimail_address_list_to_string (again);
  if (strcmp (written, rewritten) != 0)
    g_error ("written twice, not the same");
  for (guint i = 0; i < again->len; i++)
    {
      g_autofree char *key = intimail_address_get_key (again->pdata[i]);

      if (strpbrk (key, "\r\n") != NULL || strcmp (intimail_address_get_name (again->pdata[i]), intimail_address_get_name (addresses->pdata[i])) != 0)
        g_error ("another name, or a line end in a key");
    }

  return 0;
}
