/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_RULE_OUTCOME (intimail_rule_outcome_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailRuleOutcome, intimail_rule_outcome, INTIMAIL, RULE_OUTCOME, GObject)

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_outcome_get_mailbox_id (IntimailRuleOutcome *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_rule_outcome_get_keywords (IntimailRuleOutcome *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_rule_outcome_get_forwards (IntimailRuleOutcome *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_outcome_is_kept (IntimailRuleOutcome *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_outcome_is_answered (IntimailRuleOutcome *self);

INTIMAIL_AVAILABLE_IN_1_0
guint intimail_rule_outcome_get_n_steps (IntimailRuleOutcome *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_outcome_get_step_name (IntimailRuleOutcome *self,
                                                 guint step);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_outcome_get_step_matched (IntimailRuleOutcome *self,
                                                 guint step);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_outcome_get_step_reason (IntimailRuleOutcome *self,
                                                   guint step);

G_END_DECLS
