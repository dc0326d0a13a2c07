/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-csv-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

/* What some spreadsheets put before UTF-8. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

const IntimailCsvLimits intimail_csv_default_limits = {
  .max_field = 10000,
  .max_fields = 100,
  .max_rows = 100000,
};

typedef struct
{
  const char *rest;
  guint line;
  const IntimailCsvLimits *limits;
} Reader;

static void
row_free (gpointer data)
{
  IntimailCsvRow *row = data;

  g_strfreev (row->fields);
  g_free (row);
}

G_GNUC_PRINTF (4, 5)
static gboolean
fail (Reader *reader, IntimailError code, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, INTIMAIL_ERROR, code, "line %u: %s", reader->line, what);
  return FALSE;
}

/* "..." with "" for a quote; may go over several lines. */
static gboolean
read_quoted (Reader *reader, GString *field, GError **error)
{
  guint start = reader->line;

  for (reader->rest++; *reader->rest != '\0'; reader->rest++)
    {
      if (*reader->rest == '"' && reader->rest[1] == '"')
        reader->rest++;
      else if (*reader->rest == '"')
        {
          reader->rest++;
          return TRUE;
        }
      reader->line += *reader->rest == '\n';
      g_string_append_c (field, *reader->rest);
      if (field->len > reader->limits->max_field)
        break;
    }
  reader->line = start;
  if (field->len > reader->limits->max_field)
    return fail (reader, INTIMAIL_ERROR_TOO_LARGE, error, "a field has over %" G_GSIZE_FORMAT " bytes", reader->limits->max_field);

  return fail (reader, INTIMAIL_ERROR_INVALID_ARGUMENT, error, "a quote that begins here has no end");
}

static gboolean
read_field (Reader *reader, GString *field, GError **error)
{
  gsize length;

  if (*reader->rest == '"')
    {
      if (!read_quoted (reader, field, error))
        return FALSE;
      if (strchr (",\r\n", *reader->rest) == NULL)
        return fail (reader, INTIMAIL_ERROR_INVALID_ARGUMENT, error, "after a field in quotes comes \",\" or the end of the line");
      return TRUE;
    }
  length = strcspn (reader->rest, ",\r\n\"");
  if (reader->rest[length] == '"')
    return fail (reader, INTIMAIL_ERROR_INVALID_ARGUMENT, error, "a quote in the middle of a field: put the field in quotes, and write it twice");
  if (length > reader->limits->max_field)
    return fail (reader, INTIMAIL_ERROR_TOO_LARGE, error, "a field has over %" G_GSIZE_FORMAT " bytes", reader->limits->max_field);
  g_string_append_len (field, reader->rest, (gssize) length);
  reader->rest += length;

  return TRUE;
}

static gboolean
end_line (Reader *reader, GError **error)
{
  if (reader->rest[0] == '\r' && reader->rest[1] == '\n')
    reader->rest++;
  if (*reader->rest == '\r')
    return fail (reader, INTIMAIL_ERROR_INVALID_ARGUMENT, error, "a carriage return alone ends no line");
  if (*reader->rest == '\n')
    {
      reader->rest++;
      reader->line++;
    }

  return TRUE;
}

/* One row, or none of an empty line; FALSE for a mistake. */
static gboolean
read_row (Reader *reader, GPtrArray *rows, GError **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  guint line = reader->line;
  gboolean more = TRUE;
  IntimailCsvRow *row;

  if (strchr ("\r\n", *reader->rest) != NULL)
    return end_line (reader, error);
  while (more)
    {
      GString *field = g_string_new (NULL);
      gboolean good = read_field (reader, field, error);

      g_ptr_array_add (fields, g_string_free (field, FALSE));
      if (!good)
        return FALSE;
      if (fields->len > reader->limits->max_fields)
        return fail (reader, INTIMAIL_ERROR_TOO_LARGE, error, "over %u fields", reader->limits->max_fields);
      more = *reader->rest == ',';
      reader->rest += more;
    }
  if (rows->len >= reader->limits->max_rows)
    return fail (reader, INTIMAIL_ERROR_TOO_LARGE, error, "over %u rows", reader->limits->max_rows);
  g_ptr_array_add (fields, NULL);
  row = g_new0 (IntimailCsvRow, 1);
  row->line = line;
  row->fields = (char **) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
  g_ptr_array_add (rows, row);

  return end_line (reader, error);
}

GPtrArray *
intimail_csv_parse (const char *text, const IntimailCsvLimits *limits, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  Reader reader = { .rest = text, .line = 1, .limits = limits };

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "the table is not UTF-8");
      return NULL;
    }
  if (g_str_has_prefix (text, BYTE_ORDER_MARK))
    reader.rest += strlen (BYTE_ORDER_MARK);
  while (*reader.rest != '\0')
    if (!read_row (&reader, rows, error))
      return NULL;

  return g_steal_pointer (&rows);
}

void
intimail_csv_append (GString *text, const char *const *fields)
{
  for (gsize i = 0; fields[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (fields[i], "\"", -1);
      g_autofree char *doubled = g_strjoinv ("\"\"", parts);
      gboolean is_quoted = strpbrk (fields[i], ",\"\r\n") != NULL || (fields[0][0] == '\0' && fields[1] == NULL) ||
                           g_str_has_prefix (fields[i], BYTE_ORDER_MARK);

      g_string_append_printf (text, is_quoted ? "%s\"%s\"" : "%s%s", i > 0 ? "," : "", doubled);
    }
  g_string_append (text, "\r\n");
}
