/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * g_error() ends a program by SIGTRAP, of which libFuzzer knows nothing: it would lose the
 * input that did it. As SIGABRT it is kept.
 */

#include <signal.h>
#include <stdlib.h>

static void
on_trap (int number)
{
  abort ();
}

__attribute__ ((constructor)) static void
handle_trap (void)
{
  signal (SIGTRAP, on_trap);
}
