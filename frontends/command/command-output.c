/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command-output.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct _CommandTable
{
  char **titles;
  guint n_columns;
  GPtrArray *cells; /* row by row, cleaned */
};

/* C0, DEL, C1, and the marks that turn text around (UAX #9): a subject must not
 * rewrite the screen, nor look like another. */
static gboolean
is_dangerous (gunichar c)
{
  return g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x200e || c == 0x200f || c == 0x61c || c == 0x2028 || c == 0x2029;
}

static char *
clean (const char *text, const char *kept)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid));

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (is_dangerous (letter) && (letter > 127 || strchr (kept, (int) letter) == NULL))
        g_string_append_unichar (out, 0xfffd);
      else
        g_string_append_unichar (out, letter);
    }

  return g_string_free (out, FALSE);
}

char *
command_output_clean (const char *text)
{
  return clean (text, "");
}

char *
command_output_clean_lines (const char *text)
{
  return clean (text, "\n\t");
}

void
command_output_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fputs (text, stdout);
}

static guint
measure (gunichar letter)
{
  if (g_unichar_iszerowidth (letter))
    return 0;

  return g_unichar_iswide (letter) ? 2 : 1;
}

guint
command_output_width (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += measure (g_utf8_get_char (text));

  return width;
}

CommandTable *
command_table_new (const char *titles)
{
  CommandTable *self = g_new0 (CommandTable, 1);

  self->titles = g_strsplit (titles, "|", -1);
  self->n_columns = g_strv_length (self->titles);
  self->cells = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
command_table_add (CommandTable *self, ...)
{
  const char *cell;
  va_list args;

  va_start (args, self);
  while ((cell = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (self->cells, command_output_clean (cell));
  va_end (args);
  g_assert (self->cells->len % self->n_columns == 0);
}

/* The columns of the terminal; without one nothing is cut. */
static guint
get_screen_width (void)
{
  struct winsize size;

  if (!isatty (STDOUT_FILENO) || ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
    return G_MAXUINT;

  return size.ws_col;
}

static gboolean
is_number (CommandTable *self, guint column)
{
  return self->titles[column][0] == '>';
}

static const char *
get_title (CommandTable *self, guint column)
{
  return self->titles[column] + (is_number (self, column) ? 1 : 0);
}

/* As much of the text as fits, an ellipsis for the rest. */
static char *
fit (const char *text, guint width)
{
  GString *out = g_string_new (NULL);
  guint used = 0;

  if (command_output_width (text) <= width)
    return g_string_free (g_string_append (out, text), FALSE);
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar letter = g_utf8_get_char (text);

      if (used + measure (letter) + 1 > width)
        break;
      used += measure (letter);
      g_string_append_unichar (out, letter);
    }
  g_string_append_unichar (out, 0x2026);

  return g_string_free (out, FALSE);
}

static void
append_cell (CommandTable *self, GString *line, guint column, const char *text, const guint *widths)
{
  g_autofree char *shown = fit (text, widths[column]);
  guint blanks = widths[column] - MIN (command_output_width (shown), widths[column]);
  gboolean is_last = column + 1 == self->n_columns;

  if (column > 0)
    g_string_append (line, "  ");
  if (is_number (self, column))
    g_string_append_printf (line, "%*s", (int) blanks, "");
  g_string_append (line, shown);
  if (!is_number (self, column) && !is_last)
    g_string_append_printf (line, "%*s", (int) blanks, "");
}

static void
append_row (CommandTable *self, GString *out, const char *const *cells, const guint *widths)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < self->n_columns; i++)
    append_cell (self, line, i, cells != NULL ? cells[i] : get_title (self, i), widths);
  /* No blanks at a line's end. */
  g_strchomp (line->str);
  g_string_append_printf (out, "%s\n", line->str);
}

void
command_table_print (CommandTable *self, const char *nothing)
{
  g_autofree guint *widths = g_new0 (guint, self->n_columns);
  g_autoptr (GString) out = g_string_new (NULL);
  guint before = 0;

  for (guint i = 0; i < self->n_columns; i++)
    widths[i] = command_output_width (get_title (self, i));
  for (guint i = 0; i < self->cells->len; i++)
    widths[i % self->n_columns] = MAX (widths[i % self->n_columns], command_output_width (self->cells->pdata[i]));
  for (guint i = 0; i + 1 < self->n_columns; i++)
    before += widths[i] + 2;
  /* The last column gives way, down to a width that still says something. */
  widths[self->n_columns - 1] = MIN (widths[self->n_columns - 1], MAX (get_screen_width (), before + 20) - before);

  if (self->cells->len > 0)
    append_row (self, out, NULL, widths);
  else
    g_string_append_printf (out, "%s\n", nothing);
  for (guint i = 0; i < self->cells->len; i += self->n_columns)
    append_row (self, out, (const char *const *) self->cells->pdata + i, widths);
  fputs (out->str, stdout);

  g_ptr_array_unref (self->cells);
  g_strfreev (self->titles);
  g_free (self);
}

void
command_output_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  puts (text);
  g_object_unref (builder);
}

void
command_output_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
command_output_add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) MIN (value, (guint64) G_MAXINT64));
}

void
command_output_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
command_output_add_strings (JsonBuilder *builder, const char *name, const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (gsize i = 0; values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

void
command_output_add_time (JsonBuilder *builder, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  json_builder_set_member_name (builder, name);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

char *
command_output_format_size (guint64 size)
{
  return size != 0 ? g_format_size (size) : g_strdup ("");
}

char *
command_output_format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_local (seconds) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("");
}
