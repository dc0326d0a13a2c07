/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <intimail/intimail-guard-event.h>

#include "guard/intimail-ip-private.h"

G_BEGIN_DECLS

/* Longer names of accounts are cut: nobody is called so. */
#define INTIMAIL_GUARD_MAX_ACCOUNT 256

struct _IntimailGuardEvent
{
  grefcount refs;
  gint64 time;
  IntimailIp ip;
  char *address;
  char *service;
  char *account;
  IntimailGuardKind kind;
  guint attempts;
  double weight;
  guint32 password; /* a hash; 0: not known */
  gboolean is_from_log;
};

/* @account is bytes of an enemy. */
IntimailGuardEvent *intimail_guard_event_make (gint64 time,
                                               const IntimailIp *ip,
                                               const char *service,
                                               IntimailGuardKind kind,
                                               const char *account,
                                               gsize account_length);

/* The members that an event always has, into a line of JSON that is begun. */
void intimail_guard_event_add_json (IntimailGuardEvent *self,
                                    GString *text);

gboolean intimail_guard_kind_from_string (const char *text,
                                          IntimailGuardKind *kind);

double intimail_guard_kind_get_weight (IntimailGuardKind kind);

/* A hash that nobody outside this process can aim at. */
guint32 intimail_guard_hash (const char *text,
                             gsize length);

/* The same, so long that no two texts that anybody meets have one. */
guint64 intimail_guard_long_hash (const char *text,
                                  gsize length);

G_END_DECLS
