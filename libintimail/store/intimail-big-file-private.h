/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is kept beside the bytes of a big file: one line of JSON.
 */

#pragma once

#include <intimail/intimail-big-file.h>

G_BEGIN_DECLS

/* "f" and 16 letters of base32: not secret. */
#define INTIMAIL_BIG_FILE_ID_LENGTH 17

gboolean intimail_big_file_is_id (const char *text);

/* The record of a file that is kept; NULL when the line is none. */
IntimailBigFile *intimail_big_file_parse (const char *owner,
                                          const char *id,
                                          const char *line,
                                          gsize length);

void intimail_big_file_write (IntimailBigFile *self,
                              GString *line);

/* It is about to be kept. */
void intimail_big_file_place (IntimailBigFile *self,
                              const char *owner,
                              const char *id,
                              guint64 size,
                              gint64 created);

void intimail_big_file_set_detached (IntimailBigFile *self,
                                     gboolean detached);
void intimail_big_file_set_n_downloads (IntimailBigFile *self,
                                        guint n_downloads);

/* What its password is checked with; "" is none. Who makes it knows what it means. */
const char *intimail_big_file_get_password_hash (IntimailBigFile *self);
void intimail_big_file_set_password_hash (IntimailBigFile *self,
                                          const char *hash);

G_END_DECLS
