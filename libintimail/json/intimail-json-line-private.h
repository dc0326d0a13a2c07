/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JSON Lines that we wrote: one flat object a line, written in one canonical form
 * and read without building a tree.
 *
 * A member's value is a string, an integer, true, false, null, or an array of
 * strings. No white space stands outside strings, and strings escape only what
 * RFC 8259 section 7 demands.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_JSON_KIND_STRING,
  INTIMAIL_JSON_KIND_INTEGER,
  INTIMAIL_JSON_KIND_BOOLEAN,
  INTIMAIL_JSON_KIND_NULL,
  INTIMAIL_JSON_KIND_STRINGS,
} IntimailJsonKind;

typedef struct
{
  const char *key; /* as written, without quotes: our keys need no escape */
  gsize key_length;
  IntimailJsonKind kind;
  const char *raw; /* a string without its quotes, an array with its brackets */
  gsize raw_length;
  gboolean escaped; /* a backslash stands in raw */
  gint64 integer;   /* of an integer or a boolean */
} IntimailJsonMember;

typedef struct
{
  const char *next;
  const char *end;
} IntimailJsonLineReader;

/* Writing: begin, members in any order, end. The line goes to the end of @line. */
void intimail_json_line_begin (GString *line);
void intimail_json_line_add_string (GString *line,
                                    const char *key,
                                    const char *value); /* any bytes: bad UTF-8 becomes U+FFFD */
void intimail_json_line_add_integer (GString *line,
                                     const char *key,
                                     gint64 value);
void intimail_json_line_add_boolean (GString *line,
                                     const char *key,
                                     gboolean value);
void intimail_json_line_add_strings (GString *line,
                                     const char *key,
                                     const char *const *values); /* NULL: [] */
void intimail_json_line_end (GString *line);                     /* "}\n" */

/* Reading: @length counts neither the line end nor anything after it. FALSE when
 * it does not begin as a line in canonical form. */
gboolean intimail_json_line_reader_init (IntimailJsonLineReader *reader,
                                         const char *line,
                                         gsize length);

/* The next member. FALSE at the end, and when the line is not in canonical form:
 * intimail_json_line_reader_is_complete() tells which. */
gboolean intimail_json_line_reader_next (IntimailJsonLineReader *reader,
                                         IntimailJsonMember *member);
gboolean intimail_json_line_reader_is_complete (const IntimailJsonLineReader *reader);

gboolean intimail_json_member_is (const IntimailJsonMember *member,
                                  const char *key);

/* The value of a string member, unescaped; of an array of strings. Always UTF-8,
 * whatever stands in the file; empty when the member is of another kind. */
char *intimail_json_member_dup_string (const IntimailJsonMember *member);
char **intimail_json_member_dup_strings (const IntimailJsonMember *member);

G_END_DECLS
