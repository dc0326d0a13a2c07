/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where an export goes: written beside its place, and put there when it is whole.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *place;  /* where the export goes */
  char *beside; /* where it is written: a folder, or a file that is still to be made */
  gboolean is_file;
} IntimailExportPlace;

/* EXISTS when something is at @path but an empty folder, or for a file anything. */
gboolean intimail_export_place_begin (IntimailExportPlace *self,
                                      const char *path,
                                      gboolean is_file,
                                      GError **error);

/* Flushes what was written, and puts it there. */
gboolean intimail_export_place_finish (IntimailExportPlace *self,
                                       GError **error);

/* Removes what was written. */
void intimail_export_place_abandon (IntimailExportPlace *self);

void intimail_export_place_clear (IntimailExportPlace *self);

G_END_DECLS
