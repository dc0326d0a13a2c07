/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(INTIMAIL_INSIDE) && !defined(INTIMAIL_COMPILATION)
#error "Only <intimail/intimail.h> can be included directly."
#endif

#include <gio/gio.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-rule-outcome.h>
#include <intimail/intimail-rule.h>
#include <intimail/intimail-site.h>
#include <intimail/intimail-vacation.h>
#include <intimail/intimail-version-macros.h>

G_BEGIN_DECLS

#define INTIMAIL_TYPE_RULE_SET (intimail_rule_set_get_type ())

INTIMAIL_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (IntimailRuleSet, intimail_rule_set, INTIMAIL, RULE_SET, GObject)

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleSet *intimail_rule_set_new (void);

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleSet *intimail_rule_set_parse (const char *json,
                                          const char *state,
                                          GError **error);

INTIMAIL_AVAILABLE_IN_1_0
char *intimail_rule_set_to_json (IntimailRuleSet *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleSet *intimail_rule_set_load (IntimailAccount *account,
                                         GCancellable *cancellable,
                                         GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_load_async (IntimailAccount *account,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleSet *intimail_rule_set_load_finish (GAsyncResult *result,
                                                GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_set_save (IntimailRuleSet *self,
                                 IntimailAccount *account,
                                 GCancellable *cancellable,
                                 GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_save_async (IntimailRuleSet *self,
                                   IntimailAccount *account,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_set_save_finish (IntimailRuleSet *self,
                                        GAsyncResult *result,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
const char *intimail_rule_set_get_state (IntimailRuleSet *self);

INTIMAIL_AVAILABLE_IN_1_0
GPtrArray *intimail_rule_set_get_rules (IntimailRuleSet *self);

INTIMAIL_AVAILABLE_IN_1_0
IntimailRule *intimail_rule_set_lookup_rule (IntimailRuleSet *self,
                                             const char *name);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_set_add_rule (IntimailRuleSet *self,
                                     IntimailRule *rule,
                                     int position,
                                     GError **error);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_set_remove_rule (IntimailRuleSet *self,
                                        const char *name,
                                        GError **error);

INTIMAIL_AVAILABLE_IN_1_0
IntimailVacation *intimail_rule_set_get_vacation (IntimailRuleSet *self);

INTIMAIL_AVAILABLE_IN_1_0
gboolean intimail_rule_set_get_files_junk (IntimailRuleSet *self);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_set_files_junk (IntimailRuleSet *self,
                                       gboolean files_junk);

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleOutcome *intimail_rule_set_test (IntimailRuleSet *self,
                                             IntimailSite *site,
                                             IntimailPerson *person,
                                             GBytes *message,
                                             GCancellable *cancellable,
                                             GError **error);

INTIMAIL_AVAILABLE_IN_1_0
void intimail_rule_set_test_async (IntimailRuleSet *self,
                                   IntimailSite *site,
                                   IntimailPerson *person,
                                   GBytes *message,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

INTIMAIL_AVAILABLE_IN_1_0
IntimailRuleOutcome *intimail_rule_set_test_finish (IntimailRuleSet *self,
                                                    GAsyncResult *result,
                                                    GError **error);

G_END_DECLS
