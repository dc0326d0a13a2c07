/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-rule-condition.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_RULE (intimail_rule_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailRule, intimail_rule, INTIMAIL, RULE, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailRule *intimail_rule_new (const char *name);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_get_name (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_get_enabled (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_enabled (IntimailRule *self,
                                gboolean enabled);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_get_matches_any (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_matches_any (IntimailRule *self,
                                    gboolean matches_any);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_get_stops (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_stops (IntimailRule *self,
                              gboolean stops);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_get_mailbox (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_mailbox (IntimailRule *self,
                                const char *mailbox);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_rule_get_keywords (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_keywords (IntimailRule *self,
                                 const char *const *keywords);

INTIMAIL_AVAILABLE_IN_1_0
const char *const *intimail_rule_get_forwards (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_forwards (IntimailRule *self,
                                 const char *const *forwards);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_get_keeps_copy (IntimailRule *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_keeps_copy (IntimailRule *self,
                                   gboolean keeps_copy);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_add_condition (IntimailRule *self,
                                      IntimailRuleCondition *condition,
                                      GError **error);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_rule_get_conditions (IntimailRule *self);

G_END_DECLS
