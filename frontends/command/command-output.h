/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What goes to standard output: tables and lines for people, JSON for programs.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Text from outside without what a terminal would obey: control characters and
 * changes of direction become U+FFFD. */
char *command_output_clean (const char *text);

/* The same, keeping line ends and tabs. */
char *command_output_clean_lines (const char *text);

G_GNUC_PRINTF (1, 2)
void command_output_print (const char *format,
                           ...);

/* How many columns of a terminal the text takes. */
guint command_output_width (const char *text);

typedef struct _CommandTable CommandTable;

/* A table whose columns are named in @titles, parted by "|"; one that begins
 * with ">" is for numbers and stands to the right. */
CommandTable *command_table_new (const char *titles);

/* Adds a row: a string for each column, NULL at the end. */
void command_table_add (CommandTable *self,
                        ...) G_GNUC_NULL_TERMINATED;

/* Prints it, or @nothing when there is no row, and frees it. */
void command_table_print (CommandTable *self,
                          const char *nothing);

/* Prints what was built, on one line, and frees the builder. */
void command_output_print_json (JsonBuilder *builder);

void command_output_add_string (JsonBuilder *builder,
                                const char *name,
                                const char *value);

void command_output_add_number (JsonBuilder *builder,
                                const char *name,
                                guint64 value);

void command_output_add_boolean (JsonBuilder *builder,
                                 const char *name,
                                 gboolean value);

void command_output_add_strings (JsonBuilder *builder,
                                 const char *name,
                                 const char *const *values);

/* A time as 2030-12-31T23:59:59Z, or null for 0. */
void command_output_add_time (JsonBuilder *builder,
                              const char *name,
                              gint64 seconds);

/* "1.2 GB", or "" for 0. */
char *command_output_format_size (guint64 size);

/* A time in local time; "" for 0. */
char *command_output_format_time (gint64 seconds);

G_END_DECLS
