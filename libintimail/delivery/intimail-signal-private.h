/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A peer may leave before it has read everything. The library leaves the handlers of its
 * process alone, so the signal for that (SIGPIPE) is kept from this thread.
 */

#pragma once

#include <signal.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  sigset_t before;
  sigset_t pending; /* one that was there already is not ours */
} IntimailBlockedSignal;

void intimail_blocked_signal_begin (IntimailBlockedSignal *self);

void intimail_blocked_signal_end (IntimailBlockedSignal *self);

G_END_DECLS
