/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-rule-set-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

/**
 * IntimailRuleSet:
 *
 * What one person wants done with mail that comes: rules in their order, the answer
 * while they are away, and whether junk goes into the junk mailbox.
 *
 * It is kept in the file `intimail.rules` of the account, a JSON document that may be
 * edited by hand. [func@Intimail.RuleSet.load] reads it, [method@Intimail.RuleSet.save]
 * writes it: what counts for the next message is what was saved. A file that cannot be
 * read leaves all mail in the inbox, and it is said in the log.
 *
 * Rules are looked at in their order. All that match count: marks and addresses to send
 * on to add up, and the first one that names a mailbox says where the message goes. What
 * goes to the trash or to junk is neither sent on nor answered.
 *
 * A set belongs to one thread at a time.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailRuleSet, intimail_rule_set, G_TYPE_OBJECT)

static void
intimail_rule_set_finalize (GObject *object)
{
  IntimailRuleSet *self = INTIMAIL_RULE_SET (object);

  g_ptr_array_unref (self->rules);
  g_object_unref (self->vacation);
  g_free (self->state);
  G_OBJECT_CLASS (intimail_rule_set_parent_class)->finalize (object);
}

static void
intimail_rule_set_class_init (IntimailRuleSetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_rule_set_finalize;
}

static void
intimail_rule_set_init (IntimailRuleSet *self)
{
  self->rules = g_ptr_array_new_with_free_func (g_object_unref);
  self->vacation = intimail_vacation_new ();
  self->files_junk = TRUE;
  self->state = g_strdup ("");
}

/**
 * intimail_rule_set_new:
 *
 * Makes a set without rules, as of a person who never made any.
 *
 * Returns: (transfer full): a set of rules
 *
 * Since: 1.0
 */
IntimailRuleSet *
intimail_rule_set_new (void)
{
  return g_object_new (INTIMAIL_TYPE_RULE_SET, NULL);
}

/**
 * intimail_rule_set_parse:
 * @json: a document as [method@Intimail.RuleSet.to_json] writes it
 * @state: the state of the set that it is a change of; "" for the first one
 * @error: return location for an error
 *
 * Reads a set of rules from a document.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when it is none, with the rule and the
 * member that is wrong, with %INTIMAIL_ERROR_EXISTS when two rules have one name, and
 * with %INTIMAIL_ERROR_TOO_LARGE when there are too many rules or conditions.
 *
 * Returns: (transfer full): a set of rules
 *
 * Since: 1.0
 */
IntimailRuleSet *
intimail_rule_set_parse (const char *json, const char *state, GError **error)
{
  g_autoptr (IntimailRuleSet) self = NULL;

  g_return_val_if_fail (json != NULL && state != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = intimail_rule_set_new ();
  if (!intimail_rule_set_read_json (self, json, strlen (json), error))
    return NULL;
  g_free (self->state);
  self->state = g_strdup (state);

  return g_steal_pointer (&self);
}

/**
 * intimail_rule_set_to_json:
 * @self: a set of rules
 *
 * Writes the set as the document that its file holds; docs/man/intimail.rules.5
 * describes it.
 *
 * Returns: (transfer full): JSON, on many lines
 *
 * Since: 1.0
 */
char *
intimail_rule_set_to_json (IntimailRuleSet *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), NULL);

  return intimail_rule_set_write_json (self);
}

/**
 * intimail_rule_set_get_state:
 * @self: a set of rules
 *
 * Gets which file the set was read from or saved as: a text that changes with every
 * change.
 *
 * Returns: (transfer none): the state; "" when there was no file
 *
 * Since: 1.0
 */
const char *
intimail_rule_set_get_state (IntimailRuleSet *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), NULL);

  return self->state;
}

/**
 * intimail_rule_set_get_rules:
 * @self: a set of rules
 *
 * Gets the rules in their order.
 *
 * Returns: (transfer container) (element-type IntimailRule): the rules; to change one
 *   changes the set
 *
 * Since: 1.0
 */
GPtrArray *
intimail_rule_set_get_rules (IntimailRuleSet *self)
{
  GPtrArray *rules;

  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), NULL);

  rules = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->rules->len; i++)
    g_ptr_array_add (rules, g_object_ref (self->rules->pdata[i]));

  return rules;
}

static int
find_rule (IntimailRuleSet *self, const char *name)
{
  for (guint i = 0; i < self->rules->len; i++)
    if (g_str_equal (intimail_rule_get_name (self->rules->pdata[i]), name))
      return (int) i;

  return -1;
}

/**
 * intimail_rule_set_lookup_rule:
 * @self: a set of rules
 * @name: the name of a rule
 *
 * Finds a rule by its name.
 *
 * Returns: (transfer none) (nullable): the rule, or %NULL when there is none
 *
 * Since: 1.0
 */
IntimailRule *
intimail_rule_set_lookup_rule (IntimailRuleSet *self, const char *name)
{
  int place;

  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  place = find_rule (self, name);
  return place >= 0 ? self->rules->pdata[place] : NULL;
}

/**
 * intimail_rule_set_add_rule:
 * @self: a set of rules
 * @rule: a rule
 * @position: where it goes, from 0; -1 is behind all others
 * @error: return location for an error
 *
 * Adds a rule.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when the rule has no name, or names what
 * is no address or no keyword, with %INTIMAIL_ERROR_EXISTS when another rule has its
 * name, and with %INTIMAIL_ERROR_TOO_LARGE when there are 200 rules already.
 *
 * Returns: %TRUE when it was added
 *
 * Since: 1.0
 */
gboolean
intimail_rule_set_add_rule (IntimailRuleSet *self, IntimailRule *rule, int position, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_RULE (rule), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!intimail_rule_check (rule, error))
    return FALSE;
  if (find_rule (self, intimail_rule_get_name (rule)) >= 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS, "there is a rule \"%s\" already", intimail_rule_get_name (rule));
      return FALSE;
    }
  if (self->rules->len >= INTIMAIL_RULE_SET_MAX_RULES)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a person has %d rules at most", INTIMAIL_RULE_SET_MAX_RULES);
      return FALSE;
    }
  if (position < 0 || (guint) position > self->rules->len)
    position = (int) self->rules->len;
  g_ptr_array_insert (self->rules, position, g_object_ref (rule));

  return TRUE;
}

/**
 * intimail_rule_set_remove_rule:
 * @self: a set of rules
 * @name: the name of a rule
 * @error: return location for an error
 *
 * Removes a rule.
 *
 * Fails with %INTIMAIL_ERROR_NOT_FOUND when there is none of that name.
 *
 * Returns: %TRUE when it was removed
 *
 * Since: 1.0
 */
gboolean
intimail_rule_set_remove_rule (IntimailRuleSet *self, const char *name, GError **error)
{
  int place;

  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  place = find_rule (self, name);
  if (place < 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "there is no rule \"%s\"", name);
      return FALSE;
    }
  g_ptr_array_remove_index (self->rules, (guint) place);

  return TRUE;
}

/**
 * intimail_rule_set_get_vacation:
 * @self: a set of rules
 *
 * Gets the answer while the person is away.
 *
 * Returns: (transfer none): the answer; to change it changes the set
 *
 * Since: 1.0
 */
IntimailVacation *
intimail_rule_set_get_vacation (IntimailRuleSet *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), NULL);

  return self->vacation;
}

/**
 * intimail_rule_set_get_files_junk:
 * @self: a set of rules
 *
 * Tells whether mail that the site's filter calls junk goes into the junk mailbox, as
 * it does by default where the site has a filter.
 *
 * Returns: %TRUE when it does
 *
 * Since: 1.0
 */
gboolean
intimail_rule_set_get_files_junk (IntimailRuleSet *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE_SET (self), FALSE);

  return self->files_junk;
}

/**
 * intimail_rule_set_set_files_junk:
 * @self: a set of rules
 * @files_junk: %FALSE to leave it in the inbox
 *
 * Sets whether mail that the site's filter calls junk goes into the junk mailbox.
 *
 * Since: 1.0
 */
void
intimail_rule_set_set_files_junk (IntimailRuleSet *self, gboolean files_junk)
{
  g_return_if_fail (INTIMAIL_IS_RULE_SET (self));

  self->files_junk = files_junk;
}

gboolean
intimail_rule_set_check (IntimailRuleSet *self, GError **error)
{
  guint n_conditions = 0;

  for (guint i = 0; i < self->rules->len; i++)
    {
      IntimailRule *rule = self->rules->pdata[i];

      if (!intimail_rule_check (rule, error))
        return FALSE;
      n_conditions += rule->conditions->len;
    }
  if (n_conditions > INTIMAIL_RULE_SET_MAX_CONDITIONS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                   "all rules together have %d conditions at most", INTIMAIL_RULE_SET_MAX_CONDITIONS);
      return FALSE;
    }

  return intimail_vacation_check (self->vacation, error);
}
