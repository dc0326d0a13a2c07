/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a user's program does: includes the one header, with nothing defined.
 */

#include <intimail/intimail.h>

int
main (void)
{
  return INTIMAIL_CHECK_VERSION (0, 90, 0) && !INTIMAIL_CHECK_VERSION (99, 0, 0) ? 0 : 1;
}
