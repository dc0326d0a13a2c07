/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All attachments of a message as one zip file.
 */

#pragma once

#include "webmail-request.h"

G_BEGIN_DECLS

void webmail_attachments_handle (WebmailRequest *request);

G_END_DECLS
