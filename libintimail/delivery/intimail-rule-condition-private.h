/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a condition asks of a message.
 */

#pragma once

#include <intimail/intimail-rule-condition.h>

#include "delivery/intimail-rule-view-private.h"

G_BEGIN_DECLS

#define INTIMAIL_RULE_MAX_VALUE 500
/* Of the name of a field. */
#define INTIMAIL_RULE_MAX_FIELD 100

/* The condition does not change: any thread may call it. */
gboolean intimail_rule_condition_matches (IntimailRuleCondition *self,
                                          IntimailRuleView *view);

G_END_DECLS
