/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What rules would make of a message, for people who ask.
 */

#include "delivery/intimail-rule-outcome-private.h"

#include <string.h>

#include "base/intimail-call-private.h"
#include "delivery/intimail-vacation-reply-private.h"
#include "delivery/intimail-vacation-senders-private.h"
#include "directory/intimail-person-private.h"
#include "site/intimail-site-private.h"

/* Of a message that was stored: what stands in Return-Path. */
static char *
read_sender (const IntimailRuleView *view)
{
  g_autofree char *text = intimail_rule_view_read (view, "Return-Path", 0);
  char *end = text != NULL ? strrchr (text, '>') : NULL;

  if (text == NULL)
    return g_strdup ("");
  if (text[0] != '<' || end == NULL)
    return g_steal_pointer (&text);
  *end = '\0';

  return g_strdup (text + 1);
}

static void
explain_vacation (IntimailRuleSet *self,
                  IntimailRuleOutcome *outcome,
                  IntimailPerson *person,
                  IntimailAccount *account,
                  IntimailRuleView *view)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *sender = read_sender (view);
  g_autofree char *key = intimail_person_make_address_key (sender);
  const char *obstacle = outcome->put_away ? "it is in the trash or junk" : NULL;
  gboolean had = FALSE;

  if (obstacle == NULL)
    obstacle = intimail_vacation_find_obstacle (self->vacation, person, sender, view, now);
  if (obstacle == NULL)
    intimail_vacation_senders_check (account, self->vacation, key, now, FALSE, &had, NULL);
  if (had)
    obstacle = "the sender has had the answer";
  outcome->answered = obstacle == NULL;
  intimail_rule_outcome_add_step (outcome, "vacation", outcome->answered, g_strdup (obstacle != NULL ? obstacle : "the sender gets the answer"));
}

/**
 * intimail_rule_set_test:
 * @self: a set of rules
 * @site: the site
 * @person: whose rules they are
 * @message: a message, as it came or as it is stored
 * @cancellable: (nullable): a cancellable, heeded at the beginning
 * @error: return location for an error
 *
 * Finds out what the rules would make of a message that came now, and why. Nothing is
 * stored, sent or answered.
 *
 * Fails with %INTIMAIL_ERROR_FAILED or %INTIMAIL_ERROR_UNAVAILABLE when the account
 * cannot be opened.
 *
 * Returns: (transfer full): what becomes of it, with a step for each rule
 *
 * Since: 1.0
 */
IntimailRuleOutcome *
intimail_rule_set_test (IntimailRuleSet *self,
                        IntimailSite *site,
                        IntimailPerson *person,
                        GBytes *message,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailRuleView) view = NULL;
  g_autoptr (IntimailRuleOutcome) outcome = NULL;

  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), NULL);
  g_return_val_if_fail (INTIMAIL_IS_SITE (site), NULL);
  g_return_val_if_fail (INTIMAIL_IS_PERSON (person), NULL);
  g_return_val_if_fail (message != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  account = intimail_site_get_account (site, person, error);
  if (account == NULL)
    return NULL;
  view = intimail_rule_view_new (message, 0);
  outcome = intimail_rule_outcome_new (self, (const char *const *) intimail_site_get_settings (site)->spam_fields, account, view, TRUE);
  explain_vacation (self, outcome, person, account, view);

  return g_steal_pointer (&outcome);
}

static gpointer
run_test (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return intimail_rule_set_test (self, call->objects[0], call->objects[1], call->bytes, cancellable, error);
}

/**
 * intimail_rule_set_test_async:
 * @self: a set of rules, not to be changed until there is an answer
 * @site: the site
 * @person: whose rules they are
 * @message: a message, as it came or as it is stored
 * @cancellable: (nullable): a cancellable, heeded at the beginning
 * @callback: (scope async) (closure user_data): called in the main context that was the
 *   caller's thread default
 * @user_data: data for @callback
 *
 * Finds out what the rules would make of a message without making the caller wait: see
 * [method@Intimail.RuleSet.test].
 *
 * Since: 1.0
 */
void
intimail_rule_set_test_async (IntimailRuleSet *self,
                              IntimailSite *site,
                              IntimailPerson *person,
                              GBytes *message,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  const IntimailCall call = {
    .run = run_test,
    .free_result = g_object_unref,
    .objects = { site, person },
    .bytes = message,
  };

  g_return_if_fail (INTIMAIL_IS_RULE_SET (self));
  g_return_if_fail (INTIMAIL_IS_SITE (site));
  g_return_if_fail (INTIMAIL_IS_PERSON (person));
  g_return_if_fail (message != NULL);

  intimail_call_start (self, intimail_rule_set_test_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_rule_set_test_finish:
 * @self: a set of rules
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Intimail.RuleSet.test_async].
 *
 * Fails as [method@Intimail.RuleSet.test] does.
 *
 * Returns: (transfer full): what becomes of it
 *
 * Since: 1.0
 */
IntimailRuleOutcome *
intimail_rule_set_test_finish (IntimailRuleSet *self, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (self, intimail_rule_set_test_async, result, error);
}
