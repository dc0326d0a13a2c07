/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-gmime-private.h"

void
intimail_gmime_init (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      g_mime_init ();
      g_once_init_leave (&done, 1);
    }
}
