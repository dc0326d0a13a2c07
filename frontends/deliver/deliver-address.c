/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-address.h"

gboolean
deliver_address_is_plain (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || *c == '<' || *c == '>')
      return FALSE;

  return g_utf8_validate (text, -1, NULL);
}
