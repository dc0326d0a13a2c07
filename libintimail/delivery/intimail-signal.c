/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-signal-private.h"

static void
make_set (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGPIPE);
}

void
intimail_blocked_signal_begin (IntimailBlockedSignal *self)
{
  sigset_t broken_pipe;

  make_set (&broken_pipe);
  sigpending (&self->pending);
  pthread_sigmask (SIG_BLOCK, &broken_pipe, &self->before);
}

void
intimail_blocked_signal_end (IntimailBlockedSignal *self)
{
  const struct timespec now = { 0, 0 };
  sigset_t broken_pipe;

  make_set (&broken_pipe);
  if (!sigismember (&self->before, SIGPIPE) && !sigismember (&self->pending, SIGPIPE))
    sigtimedwait (&broken_pipe, NULL, &now);
  pthread_sigmask (SIG_SETMASK, &self->before, NULL);
}
