/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One rule, as the files of this object and the set of rules see it.
 */

#pragma once

#include <intimail/intimail-rule.h>

#include "delivery/intimail-rule-condition-private.h"
#include "delivery/intimail-rule-view-private.h"

G_BEGIN_DECLS

#define INTIMAIL_RULE_MAX_NAME 200
#define INTIMAIL_RULE_MAX_MAILBOX 1000
#define INTIMAIL_RULE_MAX_CONDITIONS 50
#define INTIMAIL_RULE_MAX_KEYWORDS 20
#define INTIMAIL_RULE_MAX_FORWARDS 10

struct _IntimailRule
{
  GObject parent_instance;

  char *name;
  gboolean enabled;
  gboolean matches_any;
  gboolean stops;
  char *mailbox;
  char **keywords;
  char **forwards;
  gboolean keeps_copy;
  GPtrArray *conditions;
};

/* INVALID_ARGUMENT or TOO_LARGE when it cannot be a rule. */
gboolean intimail_rule_check (IntimailRule *self,
                              GError **error);

/* Whether the message meets the conditions; @reason may be NULL. */
gboolean intimail_rule_matches (IntimailRule *self,
                                IntimailRuleView *view,
                                char **reason);

G_END_DECLS
