/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-guard.h>

#include "guard/intimail-allow-list-private.h"
#include "guard/intimail-ban-private.h"
#include "guard/intimail-guard-event-private.h"
#include "guard/intimail-track-private.h"

G_BEGIN_DECLS

#define INTIMAIL_GUARD_MAX_BANS 65536u
#define INTIMAIL_GUARD_MEMORY 4096u /* events that are remembered to explain \
                                     */
#define INTIMAIL_GUARD_TIME_BASE G_GINT64_CONSTANT (1577836800) /* 2020 */
#define INTIMAIL_GUARD_V6_NETWORK 64u
#define INTIMAIL_GUARD_V4_NETWORK (INTIMAIL_IP_V4_BITS + 24u)

typedef struct
{
  guint limit;     /* points within window */
  guint window;    /* seconds */
  guint day_limit; /* points within a day */
  guint ban;       /* seconds, the first time */
  guint max_ban;
  guint forget; /* seconds after which one ban is forgotten */
  guint network_limit;
  guint signed_in; /* seconds */
  gboolean own_networks;
  gboolean closing;
  char **sources;
  char **open;
  char **only;
  char **names;
} IntimailGuardSettings;

typedef struct
{
  IntimailIp ip; /* bits 0: free */
  guint8 kind;
  guint16 parts; /* of a point, as an IntimailTrackWindow counts them */
  guint32 time;  /* of intimail_guard_get_time() */
  char service[12];
  char account[20];
} IntimailGuardMemory;

struct _IntimailGuard
{
  GObject parent_instance;

  IntimailGuardSettings settings;
  IntimailTrackTable *tracks;
  IntimailAllowList *allowed;
  GHashTable *bans; /* IntimailIp, of the ban -> IntimailBan */
  GHashTable *marks;
  GHashTable *names; /* a set */
  IntimailGuardMemory *memory;
  guint next_memory;
  guint64 n_spared;
};

/* Seconds since 2020, never 0. */
guint32 intimail_guard_get_time (gint64 time);

void intimail_guard_settings_init (IntimailGuardSettings *self);
void intimail_guard_settings_clear (IntimailGuardSettings *self);

/* INVALID_ARGUMENT when it is neither an address nor a network. */
gboolean intimail_guard_parse_address (const char *text,
                                       IntimailIp *ip,
                                       GError **error);

/* Allows this machine, whatever is said. */
void intimail_guard_allow_machine (IntimailGuard *self);

/* Bans for @seconds, 0 for ever, -1 for longer than the last time. Lends the ban. */
IntimailBan *intimail_guard_add_ban (IntimailGuard *self,
                                     const IntimailIp *ip,
                                     gint64 seconds,
                                     const char *reason,
                                     gint64 now);

/* The ban of the address, or of its /24 or /64; or NULL. */
IntimailBan *intimail_guard_find_ban (IntimailGuard *self,
                                      const IntimailIp *ip,
                                      gint64 now);

/* Takes a ban as it is. */
void intimail_guard_put_ban (IntimailGuard *self, IntimailBan *ban);

G_END_DECLS
