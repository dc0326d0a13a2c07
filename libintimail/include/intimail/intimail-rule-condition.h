/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_RULE_CONDITION (intimail_rule_condition_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailRuleCondition, intimail_rule_condition, INTIMAIL, RULE_CONDITION, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleCondition *intimail_rule_condition_new (const char *field,
                                                    const char *test,
                                                    const char *value,
                                                    gboolean negated,
                                                    GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_condition_get_field (IntimailRuleCondition *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_condition_get_test (IntimailRuleCondition *self);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_condition_get_value (IntimailRuleCondition *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_condition_is_negated (IntimailRuleCondition *self);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_rule_condition_to_string (IntimailRuleCondition *self);

G_END_DECLS
