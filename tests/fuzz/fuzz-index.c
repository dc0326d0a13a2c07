/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/intimail-index-record-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A line of a mailbox's index that anybody may have written. What is understood is
 * written again and understood the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *line = (const char *) data;
  g_autoptr (IntimailSummary) summary = NULL;
  g_autofree char *file = NULL;
  g_auto (GStrv) keywords = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  IntimailIndexLine parsed;
  IntimailIndexLine again;

  if (!intimail_index_line_parse (line, size, &parsed) || parsed.op != INTIMAIL_INDEX_ADD)
    return 0;
  summary = intimail_index_line_parse_summary (line, size);
  if (summary == NULL)
    return 0;

  file = intimail_json_member_dup_string (&parsed.file);
  keywords = intimail_json_member_dup_strings (&parsed.keywords);
  intimail_index_line_write_add (text, &parsed.id, parsed.n, &parsed.thread, parsed.received, file, (const char *const *) keywords,
                                 parsed.keywords.raw == NULL, summary);
  if (!intimail_index_line_parse (text->str, text->len - 1, &again))
    g_error ("what was written is not understood: %s", text->str);
  if (intimail_id_compare (&parsed.id, &again.id) != 0 || intimail_id_compare (&parsed.thread, &again.thread) != 0 ||
      parsed.received != again.received || parsed.sent != again.sent || parsed.size != again.size || parsed.n != again.n)
    g_error ("what was written is something else: %s", text->str);
  return 0;
}
