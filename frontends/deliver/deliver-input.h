/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message from a descriptor, without the line that mbox puts before it.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int fd;
  gboolean begun;
} DeliverInput;

/* The next bytes; NULL at the end, and with @error after a failure. */
GBytes *deliver_input_read (DeliverInput *self,
                            GError **error);

G_END_DECLS
