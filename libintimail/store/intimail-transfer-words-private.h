/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The words that the letters of a Maildir stand for (the file dovecot-keywords).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define INTIMAIL_TRANSFER_N_LETTERS 26

typedef struct
{
  char *words[INTIMAIL_TRANSFER_N_LETTERS]; /* of a to z; any may be NULL */
} IntimailTransferWords;

void intimail_transfer_words_load (IntimailTransferWords *self,
                                   const char *folder);
void intimail_transfer_words_clear (IntimailTransferWords *self);

/* As the file has it; "" when there are no words. */
char *intimail_transfer_words_describe (const IntimailTransferWords *self);

/* The keywords of a message with these letters. */
GStrv intimail_transfer_words_name (const IntimailTransferWords *self,
                                    const char *letters);

G_END_DECLS
