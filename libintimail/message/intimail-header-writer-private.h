/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text as it may stand in a header field: encoded words, quoted strings, folds.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A line of a field, which is folded where it gets long. */
typedef struct
{
  GString *text;
  gsize column;
} IntimailHeaderWriter;

/* "Name:"; the writer appends to @text. */
void intimail_header_writer_begin (IntimailHeaderWriter *self,
                                   GString *text,
                                   const char *name);

/* A word that is not to be broken, after a space. */
void intimail_header_writer_add_word (IntimailHeaderWriter *self,
                                      const char *word);

/* Right behind the last word. */
void intimail_header_writer_append (IntimailHeaderWriter *self,
                                    const char *text);

/* Unstructured text: encoded words where it has to be. */
void intimail_header_writer_add_text (IntimailHeaderWriter *self,
                                      const char *text);

/* A display name: atoms, a quoted string, or encoded words. */
void intimail_header_writer_add_phrase (IntimailHeaderWriter *self,
                                        const char *text);

/* "; name=value", quoted or as RFC 2231 says. */
void intimail_header_writer_add_parameter (IntimailHeaderWriter *self,
                                           const char *name,
                                           const char *value);

void intimail_header_writer_end (IntimailHeaderWriter *self);

G_END_DECLS
