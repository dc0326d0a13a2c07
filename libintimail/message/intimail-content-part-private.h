/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A part of a message whose content goes out a little at a time.
 */

#pragma once

#include "message/intimail-content-private.h"
#include "message/intimail-gmime-private.h"

G_BEGIN_DECLS

#define INTIMAIL_TYPE_CONTENT_PART (intimail_content_part_get_type ())

G_DECLARE_FINAL_TYPE (IntimailContentPart, intimail_content_part, INTIMAIL, CONTENT_PART, GMimePart)

/* To be written to an IntimailMimeStream; how it is encoded is for the caller to set. What
 * is not encoded ends its lines with LF. */
GMimeObject *intimail_content_part_new (IntimailContent *content);

G_END_DECLS
