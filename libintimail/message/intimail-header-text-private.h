/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text as GMime writes it into a header: encoded words, quotes, folds. Nothing that
 * is given can begin a field of its own.
 */

#pragma once

#include "message/intimail-gmime-private.h"

G_BEGIN_DECLS

/* Valid UTF-8 without control characters, and without white space around it. */
char *intimail_header_text_clean (const char *text);

/* "Name: text\n". */
char *intimail_header_text_write (const char *name,
                                  const char *text);

/* A name of a person or a group, ready for GMime to encode. */
char *intimail_header_text_prepare_phrase (const char *text);

/* Adds a parameter to what is written of Content-Type or Content-Disposition. */
void intimail_header_text_set_parameter (GMimeParamList *list,
                                         const char *name,
                                         const char *value);

G_END_DECLS
