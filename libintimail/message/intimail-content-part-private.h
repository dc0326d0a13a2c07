/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A part of a message whose content goes out as base64, a little at a time.
 */

#pragma once

#include "message/intimail-gmime-private.h"

G_BEGIN_DECLS

#define INTIMAIL_TYPE_BASE64_PART (intimail_base64_part_get_type ())

G_DECLARE_FINAL_TYPE (IntimailBase64Part, intimail_base64_part, INTIMAIL, BASE64_PART, GMimePart)

/* @content is not copied. That it is base64 is for the caller to set. */
GMimeObject *intimail_base64_part_new (GBytes *content);

G_END_DECLS
