/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes a winmail.dat, and what looks like one.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TNEF_RENDDATA 0x00069002u
#define TNEF_TITLE 0x00018010u
#define TNEF_DATA 0x0006800fu
#define TNEF_ATTACHMENT 0x00069005u
#define TNEF_PROPERTIES 0x00069003u
#define TNEF_BODY 0x0002800cu
#define TNEF_CODEPAGE 0x00069007u

#define TNEF_STRING 0x1e
#define TNEF_UNICODE 0x1f
#define TNEF_OBJECT 0x0d
#define TNEF_BINARY 0x102
#define TNEF_LONG 3

/* An empty one. */
GByteArray *tnef_writer_new (void);

void tnef_writer_add_number (GByteArray *self,
                             gsize length,
                             guint32 number);

void tnef_writer_add (GByteArray *self,
                      guint32 id,
                      gconstpointer data,
                      gsize length);

/* A list of properties, to be added as an attribute. */
GByteArray *tnef_writer_new_list (void);

void tnef_writer_add_property (GByteArray *list,
                               guint type,
                               guint id,
                               gconstpointer data,
                               gsize length);

/* One file. */
void tnef_writer_add_file (GByteArray *self,
                           const char *title,
                           const char *content);

G_END_DECLS
