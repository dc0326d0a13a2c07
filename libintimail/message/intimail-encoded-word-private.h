/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The words =?charset?B?...?= of RFC 2047, undone.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Decodes the words that stand where RFC 2047 lets them stand: between white
 * space. The others stay as they are, as do words of an unknown charset. What a
 * word hides of control characters is dropped. @text is valid UTF-8. */
char *intimail_encoded_words_decode (const char *text);

/* The same for words that touch other text and hold spaces, as they stand in the names of
 * files, where RFC 2047 lets none stand at all. */
char *intimail_encoded_words_decode_anywhere (const char *text);

/* The same in Unicode normalization form C. */
char *intimail_encoded_words_compose (const char *text);

/* The length of the encoded word that begins at @at; 0 when none does. */
gsize intimail_encoded_word_measure (const char *at);

G_END_DECLS
