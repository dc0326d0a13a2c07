/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GMime, ready for use. Its types are for the files of this room that make or ask a
 * GMime object; nothing of it is in the header of another file, but here.
 */

#pragma once

#include <gmime/gmime.h>

G_BEGIN_DECLS

/* To be called before GMime is; any thread may. It is never shut down: a program may
 * end with a message in its hand. */
void intimail_gmime_init (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParamList, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)

G_END_DECLS
