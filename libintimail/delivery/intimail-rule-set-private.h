/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All that one person wants done with mail that comes, and the file intimail.rules of
 * the account, which holds it: one JSON document that people may edit by hand.
 */

#pragma once

#include <intimail/intimail-rule-set.h>

#include "delivery/intimail-rule-private.h"
#include "delivery/intimail-vacation-private.h"

G_BEGIN_DECLS

#define INTIMAIL_RULE_SET_MAX_RULES 200
/* Of all rules together: what a message costs at most. */
#define INTIMAIL_RULE_SET_MAX_CONDITIONS 1000
#define INTIMAIL_RULE_SET_MAX_SIZE (1024 * 1024)

struct _IntimailRuleSet
{
  GObject parent_instance;

  GPtrArray *rules;
  IntimailVacation *vacation;
  gboolean files_junk;
  char *state; /* of the file that it was made of; "" when there was none */
};

/* INVALID_ARGUMENT, EXISTS or TOO_LARGE when they cannot be kept. */
gboolean intimail_rule_set_check (IntimailRuleSet *self,
                                  GError **error);

/* Reads a document into an empty set. INVALID_ARGUMENT says where it is wrong. */
gboolean intimail_rule_set_read_json (IntimailRuleSet *self,
                                      const char *data,
                                      gsize length,
                                      GError **error);
char *intimail_rule_set_write_json (IntimailRuleSet *self);

/* What the account has, to be looked at and not changed; NULL without an error when it
 * has none. Read again when the file is another one. Any thread. */
IntimailRuleSet *intimail_rule_set_borrow (IntimailAccount *account,
                                           GError **error);

G_END_DECLS
