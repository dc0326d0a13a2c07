/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message handed to the running agent: a small LMTP client, with the C library alone.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  const char *sender;
  char *const *recipients;
  size_t n_recipients;
  int input_fd; /* the message; a line "From " of an mbox before it is no part of it */
} DeliverHandover;

/* FALSE when no agent listens at the UNIX socket @path, or has no time: then nothing was
 * read. Else @status is the exit status, and standard error has a line for each
 * recipient who did not get it. */
bool deliver_handover (const DeliverHandover *self,
                       const char *path,
                       int *status);
