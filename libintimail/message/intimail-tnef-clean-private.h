/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A winmail.dat, as libytnef reads it without a doubt: attributes that somebody looks
 * for, each whole and of its own length.
 *
 * libytnef 2.0 believes counts and lengths in more than one place, prints what it thinks
 * of them on standard output, and takes a file with one wrong sum for none. So it is given
 * what remains of this.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of more bytes than that none is opened. */
#define INTIMAIL_TNEF_MAX_SIZE (32 * 1024 * 1024)
/* That many files inside are listed. */
#define INTIMAIL_TNEF_MAX_FILES 1000
/* Of one list of properties that many are read. */
#define INTIMAIL_TNEF_MAX_PROPERTIES 10000
/* A text in RTF of more bytes is left out. */
#define INTIMAIL_TNEF_MAX_RTF (16 * 1024 * 1024)

typedef struct
{
  GByteArray *bytes; /* names are in UTF-8 in it */
  guint codepage;    /* of the texts; 0 when it says none */
} IntimailTnefClean;

/* FALSE when @data is no TNEF at all. What is broken is left out, and what is behind it. */
gboolean intimail_tnef_clean (IntimailTnefClean *self,
                              const guint8 *data,
                              gsize length);

void intimail_tnef_clean_clear (IntimailTnefClean *self);

/* The charset that is a code page of Windows; NULL for 0. */
char *intimail_tnef_clean_name_codepage (guint codepage);

/* Whether compressed RTF can be unpacked, to at most INTIMAIL_TNEF_MAX_RTF bytes. */
gboolean intimail_tnef_clean_is_rtf (const guint8 *data,
                                     gsize length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IntimailTnefClean, intimail_tnef_clean_clear)

G_END_DECLS
