/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "directory/intimail-csv-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What was read is written, and read again as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const IntimailCsvLimits limits = { .max_field = 1000, .max_fields = 20, .max_rows = 100 };
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) rows = intimail_csv_parse (text, &limits, NULL);
  g_autoptr (GString) written = g_string_new (NULL);
  g_autoptr (GPtrArray) again = NULL;

  if (rows == NULL)
    return 0;
  for (guint i = 0; i < rows->len; i++)
    intimail_csv_append (written, (const char *const *) ((IntimailCsvRow *) rows->pdata[i])->fields);
  again = intimail_csv_parse (written->str, &limits, NULL);
  if (again == NULL || again->len != rows->len)
    g_error ("what was written cannot be read");
  for (guint i = 0; i < rows->len; i++)
    if (!g_strv_equal ((const char *const *) ((IntimailCsvRow *) rows->pdata[i])->fields,
                       (const char *const *) ((IntimailCsvRow *) again->pdata[i])->fields))
      g_error ("a row is another");

  return 0;
}
