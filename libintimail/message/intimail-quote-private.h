/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What an answer repeats of the message that it answers.
 */

#pragma once

#include <intimail/intimail-message.h>

G_BEGIN_DECLS

/* "On ..., Ben wrote:" and the text with "> " before each line. @language is a tag such as
 * "fr-CA"; NULL, and one that is not known, is English. */
char *intimail_quote_make_reply (IntimailMessage *message,
                                 const char *language);

/* The same choice for other texts. */
gboolean intimail_quote_is_french (const char *language);

/* The fields that people want to see, and the text as it is. */
char *intimail_quote_make_forward (IntimailMessage *message,
                                   const char *language);

G_END_DECLS
