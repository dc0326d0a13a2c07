/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tnef-writer.h"

#include <string.h>

void
tnef_writer_add_number (GByteArray *self, gsize length, guint32 number)
{
  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = (guint8) (number >> (8 * i));

      g_byte_array_append (self, &byte, 1);
    }
}

GByteArray *
tnef_writer_new (void)
{
  GByteArray *self = g_byte_array_new ();
  static const guint8 codepage[] = { 0xe4, 0x04, 0, 0, 0, 0, 0, 0 }; /* 1252 */

  tnef_writer_add_number (self, 4, 0x223e9f78);
  tnef_writer_add_number (self, 2, 1);
  tnef_writer_add (self, TNEF_CODEPAGE, codepage, sizeof codepage);

  return self;
}

void
tnef_writer_add (GByteArray *self, guint32 id, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  guint32 sum = 0;
  gboolean of_file = id == TNEF_RENDDATA || id == TNEF_TITLE || id == TNEF_DATA || id == TNEF_ATTACHMENT;

  for (gsize i = 0; i < length; i++)
    sum += bytes[i];
  tnef_writer_add_number (self, 1, of_file ? 2 : 1);
  tnef_writer_add_number (self, 4, id);
  tnef_writer_add_number (self, 4, (guint32) length);
  g_byte_array_append (self, bytes, (guint) length);
  tnef_writer_add_number (self, 2, sum & 0xffff);
}

GByteArray *
tnef_writer_new_list (void)
{
  GByteArray *list = g_byte_array_new ();

  tnef_writer_add_number (list, 4, 0);
  return list;
}

void
tnef_writer_add_property (GByteArray *list, guint type, guint id, gconstpointer data, gsize length)
{
  list->data[0]++;
  tnef_writer_add_number (list, 4, id << 16 | type);
  if (type != TNEF_LONG)
    {
      tnef_writer_add_number (list, 4, 1);
      tnef_writer_add_number (list, 4, (guint32) length);
    }
  g_byte_array_append (list, data, (guint) length);
  tnef_writer_add_number (list, (4 - length % 4) % 4, 0);
}

void
tnef_writer_add_file (GByteArray *self, const char *title, const char *content)
{
  static const guint8 nothing[14];

  tnef_writer_add (self, TNEF_RENDDATA, nothing, sizeof nothing);
  tnef_writer_add (self, TNEF_TITLE, title, strlen (title) + 1);
  tnef_writer_add (self, TNEF_DATA, content, strlen (content));
}
