/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The guard at work: sources on one side, the firewall on the other, the state between.
 */

#pragma once

#include <intimail/intimail.h>

#include "guard-firewall.h"

G_BEGIN_DECLS

typedef struct _GuardDaemon GuardDaemon;

typedef struct
{
  const char *site;   /* the folder with guard.conf and guard.d */
  const char *state;  /* the file */
  const char *socket; /* for commands */
  const char *events; /* for what our own daemons tell */
  int hands;          /* of guard_hands_start(), or -1: the firewall is left alone */
  guint trial;        /* seconds in which closing rules are to be confirmed */
} GuardDaemonOptions;

GuardDaemon *guard_daemon_new (const GuardDaemonOptions *options,
                               GError **error);

/* Writes what is not written. */
void guard_daemon_free (GuardDaemon *self);

/* Reads guard.conf and guard.d again. After a failure all is as it was. */
gboolean guard_daemon_reload (GuardDaemon *self,
                              GError **error);

/* What a command says: words, and the answer as lines. The first is "ok", or "error" and
 * why. */
char *guard_daemon_command (GuardDaemon *self,
                            const char *const *words);

/* Seconds since 1970 that only ever grow as time passes. */
gint64 guard_daemon_get_time (void);

/* A guard with the settings and the state of a site. */
IntimailGuard *guard_daemon_load (const char *site,
                                  const char *state,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardDaemon, guard_daemon_free)

G_END_DECLS
