/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-status.h"

#include <string.h>
#include <sysexits.h>

int
deliver_status_worse (int status, int other)
{
  if (status == EX_TEMPFAIL || other == EX_OK)
    return status;

  return other == EX_TEMPFAIL || status == EX_OK ? other : status;
}

int
deliver_status_map_reply (const char *reply)
{
  if (*reply == '2')
    return EX_OK;
  if (*reply != '5')
    return EX_TEMPFAIL;
  if (strlen (reply) < 9)
    return EX_UNAVAILABLE;
  if (strncmp (reply + 4, "5.1.", 4) == 0 || strncmp (reply + 4, "5.2.1", 5) == 0)
    return EX_NOUSER;
  if (strncmp (reply + 4, "5.2.", 4) == 0)
    return EX_CANTCREAT;

  return strncmp (reply + 4, "5.7.", 4) == 0 ? EX_NOPERM : EX_DATAERR;
}
