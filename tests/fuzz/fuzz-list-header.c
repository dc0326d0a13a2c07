/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-list-header-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Where the fields go, and which. */
static char *
pass (IntimailGroup *list, const char *data, gsize size, gsize piece, gsize *place, gboolean *is_loop)
{
  g_autoptr (IntimailListHeader) header = intimail_list_header_new (list, "choir-unsubscribe+t@home.example");
  char *fields;

  *place = size;
  for (gsize at = 0; at < size && *place == size; at += piece)
    {
      gsize found = 0;

      if (!intimail_list_header_feed (header, data + at, MIN (piece, size - at), &found))
        continue;
      *place = at + found;
      break;
    }
  fields = intimail_list_header_take_fields (header);
  *is_loop = intimail_list_header_is_loop (header);
  return fields;
}

/* However it comes in pieces, the answer is the same; and what left the list once is
 * known again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const gsize pieces[] = { 1, 7 };
  g_autoptr (IntimailGroup) list = intimail_group_new ("choir");
  g_autofree char *fields = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GString) last = NULL;
  gsize place;
  gboolean is_loop;

  intimail_group_set_mail (list, "choir@home.example");
  fields = pass (list, (const char *) data, size, MAX (size, 1), &place, &is_loop);
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      gsize other_place;
      gboolean other_loop;
      g_autofree char *other = pass (list, (const char *) data, size, pieces[i], &other_place, &other_loop);

      if (!g_str_equal (other, fields) || other_place != place || other_loop != is_loop)
        g_error ("another answer in pieces of %zu", pieces[i]);
    }
  if (*fields == '\0')
    return 0;
  /* The trace of the list stands before, its fields behind. */
  last = g_string_new ("Delivered-To: choir@home.example\n");
  g_string_append_len (last, (const char *) data, (gssize) place);
  g_string_append (last, fields);
  again = pass (list, last->str, last->len, 64, &place, &is_loop);
  /* What begins with white space goes on with our line. */
  if (!is_loop && size > 0 && data[0] != ' ' && data[0] != '\t')
    g_error ("not known again");

  return 0;
}
