/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-rule-outcome-private.h"

#include <intimail/intimail-error.h>

#include "store/intimail-account-private.h"

typedef struct
{
  char *name;
  gboolean matched;
  char *reason;
} Step;

/**
 * IntimailRuleOutcome:
 *
 * What the rules of a person make of one message, and why.
 *
 * There is a step for the junk filter where the site has one, for each rule that is
 * switched on, and for the vacation.
 *
 * It does not change: any thread may look at it.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailRuleOutcome, intimail_rule_outcome, G_TYPE_OBJECT)

static void
step_free (gpointer data)
{
  Step *self = data;

  g_free (self->name);
  g_free (self->reason);
  g_free (self);
}

static void
intimail_rule_outcome_finalize (GObject *object)
{
  IntimailRuleOutcome *self = INTIMAIL_RULE_OUTCOME (object);

  g_free (self->mailbox_id);
  g_strfreev (self->keywords);
  g_strfreev (self->forwards);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  G_OBJECT_CLASS (intimail_rule_outcome_parent_class)->finalize (object);
}

static void
intimail_rule_outcome_class_init (IntimailRuleOutcomeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_rule_outcome_finalize;
}

static void
intimail_rule_outcome_init (IntimailRuleOutcome *self)
{
  self->kept = TRUE;
}

/* ---- Running ---- */

typedef struct
{
  IntimailRuleOutcome *outcome;
  IntimailAccount *account;
  IntimailRuleView *view;
  IntimailRule *filing; /* the rule that names the mailbox */
  GPtrArray *keywords;  /* of text that the rules keep */
  GPtrArray *forwards;
  gboolean drops; /* a rule wants no copy */
} Run;

static void
add_once (GPtrArray *all, char **more)
{
  for (gsize i = 0; more[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (all, more[i], g_str_equal, NULL))
      g_ptr_array_add (all, more[i]);
}

static void
apply (Run *run, IntimailRule *rule)
{
  add_once (run->keywords, rule->keywords);
  add_once (run->forwards, rule->forwards);
  if (run->filing == NULL && *rule->mailbox != '\0')
    run->filing = rule;
  run->drops = run->drops || (!rule->keeps_copy && rule->forwards[0] != NULL);
}

static void
run_rules (Run *run, IntimailRuleSet *set)
{
  gboolean stopped = FALSE;

  for (guint i = 0; i < set->rules->len && (!stopped || run->outcome->steps != NULL); i++)
    {
      IntimailRule *rule = set->rules->pdata[i];
      char *reason = NULL;
      gboolean matched;

      if (!rule->enabled)
        continue;
      matched = !stopped && intimail_rule_matches (rule, run->view, run->outcome->steps != NULL ? &reason : NULL);
      intimail_rule_outcome_add_step (run->outcome, rule->name, matched, stopped ? g_strdup ("not looked at: a rule before it ends here") : reason);
      if (matched)
        apply (run, rule);
      stopped = stopped || (matched && rule->stops);
    }
}

/* Yes, YES, true; "Yes, score=12.3". */
static gboolean
says_yes (const char *text)
{
  return g_ascii_strncasecmp (text, "yes", 3) == 0 || g_ascii_strncasecmp (text, "true", 4) == 0;
}

static gboolean
find_junk (Run *run, const char *const *spam_fields)
{
  for (gsize i = 0; spam_fields[i] != NULL; i++)
    {
      g_autofree char *text = NULL;

      for (guint j = 0; (text = intimail_rule_view_read (run->view, spam_fields[i], j)) != NULL; j++)
        {
          if (says_yes (text))
            {
              intimail_rule_outcome_add_step (run->outcome, "junk", TRUE, g_strdup_printf ("%s: %s", spam_fields[i], text));
              return TRUE;
            }
          g_clear_pointer (&text, g_free);
        }
    }
  if (spam_fields[0] != NULL)
    intimail_rule_outcome_add_step (run->outcome, "junk", FALSE, g_strdup ("the filter does not call it junk"));

  return FALSE;
}

static void
file (Run *run, const char *mailbox)
{
  g_autoptr (GError) error = NULL;
  IntimailMailboxRole role = INTIMAIL_MAILBOX_ROLE_NONE;
  IntimailRuleOutcome *outcome = run->outcome;

  outcome->mailbox_id = intimail_account_resolve_mailbox (run->account, mailbox, &role, &error);
  outcome->put_away = role == INTIMAIL_MAILBOX_ROLE_TRASH || role == INTIMAIL_MAILBOX_ROLE_JUNK;
  if (error == NULL)
    return;
  g_message ("%s: a message stays in the inbox: %s", intimail_account_get_path (run->account), error->message);
  intimail_rule_outcome_add_step (outcome, run->filing != NULL ? run->filing->name : "junk", FALSE,
                                  g_strdup_printf ("it stays in the inbox: %s", error->message));
}

static char **
steal_list (GPtrArray *texts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < texts->len; i++)
    g_strv_builder_add (builder, texts->pdata[i]);

  return g_strv_builder_end (builder);
}

static void
conclude (Run *run, gboolean is_junk)
{
  IntimailRuleOutcome *outcome = run->outcome;

  /* What a person said counts more than what a filter thinks. */
  if (run->filing != NULL)
    file (run, run->filing->mailbox);
  else if (is_junk)
    file (run, "junk");
  /* Also where there is no such mailbox. */
  outcome->put_away = outcome->put_away || (is_junk && run->filing == NULL);
  if (outcome->put_away)
    g_ptr_array_set_size (run->forwards, 0);
  if (run->forwards->len > INTIMAIL_RULE_MAX_FORWARDS)
    {
      g_message ("%s: a message is sent on to %d addresses only", intimail_account_get_path (run->account), INTIMAIL_RULE_MAX_FORWARDS);
      g_ptr_array_set_size (run->forwards, INTIMAIL_RULE_MAX_FORWARDS);
    }
  outcome->kept = !run->drops || run->filing != NULL || run->forwards->len == 0;
  outcome->keywords = steal_list (run->keywords);
  outcome->forwards = steal_list (run->forwards);
}

IntimailRuleOutcome *
intimail_rule_outcome_new (IntimailRuleSet *set,
                           const char *const *spam_fields,
                           IntimailAccount *account,
                           IntimailRuleView *view,
                           gboolean explain)
{
  IntimailRuleOutcome *self = g_object_new (INTIMAIL_TYPE_RULE_OUTCOME, NULL);
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();
  g_autoptr (GPtrArray) forwards = g_ptr_array_new ();
  Run run = { .outcome = self, .account = account, .view = view, .keywords = keywords, .forwards = forwards };
  gboolean is_junk;

  if (explain)
    self->steps = g_ptr_array_new_with_free_func (step_free);
  is_junk = (set == NULL || set->files_junk) && find_junk (&run, spam_fields);
  if (set != NULL)
    run_rules (&run, set);
  conclude (&run, is_junk);

  return self;
}

void
intimail_rule_outcome_add_step (IntimailRuleOutcome *self, const char *name, gboolean matched, char *reason)
{
  Step *step;

  if (self->steps == NULL)
    {
      g_free (reason);
      return;
    }
  step = g_new0 (Step, 1);
  step->name = g_strdup (name);
  step->matched = matched;
  step->reason = reason;
  g_ptr_array_add (self->steps, step);
}

/* ---- Looking ---- */

/**
 * intimail_rule_outcome_get_mailbox_id:
 * @self: an outcome
 *
 * Gets where the message goes.
 *
 * Returns: (transfer none) (nullable): the id of a mailbox; %NULL is the inbox
 *
 * Since: 1.0
 */
const char *
intimail_rule_outcome_get_mailbox_id (IntimailRuleOutcome *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), NULL);

  return self->mailbox_id;
}

/**
 * intimail_rule_outcome_get_keywords:
 * @self: an outcome
 *
 * Gets how the message is marked.
 *
 * Returns: (transfer none) (array zero-terminated=1): keywords
 *
 * Since: 1.0
 */
const char *const *
intimail_rule_outcome_get_keywords (IntimailRuleOutcome *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), NULL);

  return (const char *const *) self->keywords;
}

/**
 * intimail_rule_outcome_get_forwards:
 * @self: an outcome
 *
 * Gets the addresses that the message is sent on to.
 *
 * Returns: (transfer none) (array zero-terminated=1): addresses
 *
 * Since: 1.0
 */
const char *const *
intimail_rule_outcome_get_forwards (IntimailRuleOutcome *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), NULL);

  return (const char *const *) self->forwards;
}

/**
 * intimail_rule_outcome_is_kept:
 * @self: an outcome
 *
 * Tells whether the message goes into a mailbox of the person, and not only to others.
 *
 * Returns: %TRUE when it is kept
 *
 * Since: 1.0
 */
gboolean
intimail_rule_outcome_is_kept (IntimailRuleOutcome *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), FALSE);

  return self->kept;
}

/**
 * intimail_rule_outcome_is_answered:
 * @self: an outcome
 *
 * Tells whether its sender gets the answer of somebody who is away.
 *
 * Returns: %TRUE when he does
 *
 * Since: 1.0
 */
gboolean
intimail_rule_outcome_is_answered (IntimailRuleOutcome *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), FALSE);

  return self->answered;
}

/**
 * intimail_rule_outcome_get_n_steps:
 * @self: an outcome
 *
 * Gets how many things were looked at.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
intimail_rule_outcome_get_n_steps (IntimailRuleOutcome *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), 0);

  return self->steps != NULL ? self->steps->len : 0;
}

static const Step *
get_step (IntimailRuleOutcome *self, guint step)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_OUTCOME (self), NULL);
  g_return_val_if_fail (step < intimail_rule_outcome_get_n_steps (self), NULL);

  return self->steps->pdata[step];
}

/**
 * intimail_rule_outcome_get_step_name:
 * @self: an outcome
 * @step: the number of a step, from 0
 *
 * Gets what was looked at.
 *
 * Returns: (transfer none): the name of a rule, or `junk` or `vacation`
 *
 * Since: 1.0
 */
const char *
intimail_rule_outcome_get_step_name (IntimailRuleOutcome *self, guint step)
{
  const Step *found = get_step (self, step);

  return found != NULL ? found->name : NULL;
}

/**
 * intimail_rule_outcome_get_step_matched:
 * @self: an outcome
 * @step: the number of a step, from 0
 *
 * Tells whether it concerns the message.
 *
 * Returns: %TRUE when it does
 *
 * Since: 1.0
 */
gboolean
intimail_rule_outcome_get_step_matched (IntimailRuleOutcome *self, guint step)
{
  const Step *found = get_step (self, step);

  return found != NULL && found->matched;
}

/**
 * intimail_rule_outcome_get_step_reason:
 * @self: an outcome
 * @step: the number of a step, from 0
 *
 * Gets why it does or does not.
 *
 * Returns: (transfer none): one line in English
 *
 * Since: 1.0
 */
const char *
intimail_rule_outcome_get_step_reason (IntimailRuleOutcome *self, guint step)
{
  const Step *found = get_step (self, step);

  return found != NULL ? found->reason : NULL;
}
