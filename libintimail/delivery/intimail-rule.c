/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-rule-private.h"

#include <string.h>

#include <intimail/intimail-address.h>
#include <intimail/intimail-error.h>

#include "store/intimail-account-private.h"

/**
 * IntimailRule:
 *
 * What one person wants done with some of the mail that comes: conditions, and what
 * happens to a message that meets them.
 *
 * A rule without conditions is for every message. What a rule may do adds up with the
 * other rules that match; only the mailbox is that of the first one which names any.
 *
 * A rule belongs to one thread at a time. Whether it can be is judged when it is added
 * to a [class@Intimail.RuleSet], and when that is saved.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailRule, intimail_rule, G_TYPE_OBJECT)

static void
intimail_rule_finalize (GObject *object)
{
  IntimailRule *self = INTIMAIL_RULE (object);

  g_ptr_array_unref (self->conditions);
  g_strfreev (self->keywords);
  g_strfreev (self->forwards);
  g_free (self->mailbox);
  g_free (self->name);
  G_OBJECT_CLASS (intimail_rule_parent_class)->finalize (object);
}

static void
intimail_rule_class_init (IntimailRuleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_rule_finalize;
}

static void
intimail_rule_init (IntimailRule *self)
{
  self->name = g_strdup ("");
  self->enabled = TRUE;
  self->keeps_copy = TRUE;
  self->mailbox = g_strdup ("");
  self->keywords = g_new0 (char *, 1);
  self->forwards = g_new0 (char *, 1);
  self->conditions = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * intimail_rule_new:
 * @name: what the rule is called; no other rule of the person has that name
 *
 * Makes a rule that matches every message and does nothing.
 *
 * Returns: (transfer full): a rule
 *
 * Since: 1.0
 */
IntimailRule *
intimail_rule_new (const char *name)
{
  IntimailRule *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_RULE, NULL);
  g_free (self->name);
  self->name = g_strdup (name);
  return self;
}

/**
 * intimail_rule_get_name:
 * @self: a rule
 *
 * Gets what the rule is called.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
intimail_rule_get_name (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), NULL);

  return self->name;
}

/**
 * intimail_rule_get_enabled:
 * @self: a rule
 *
 * Tells whether the rule is applied.
 *
 * Returns: %TRUE when it is so
 *
 * Since: 1.0
 */
gboolean
intimail_rule_get_enabled (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), FALSE);

  return self->enabled;
}

/**
 * intimail_rule_set_enabled:
 * @self: a rule
 * @enabled: %FALSE to leave the rule out, but keep it
 *
 * Switches the rule on or off.
 *
 * Since: 1.0
 */
void
intimail_rule_set_enabled (IntimailRule *self, gboolean enabled)
{
  g_return_if_fail (INTIMAIL_IS_RULE (self));

  self->enabled = enabled;
}

/**
 * intimail_rule_get_matches_any:
 * @self: a rule
 *
 * Tells whether one condition that is met is enough; else all have to be.
 *
 * Returns: %TRUE when it is so
 *
 * Since: 1.0
 */
gboolean
intimail_rule_get_matches_any (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), FALSE);

  return self->matches_any;
}

/**
 * intimail_rule_set_matches_any:
 * @self: a rule
 * @matches_any: %TRUE when one condition is enough
 *
 * Sets whether one condition that is met is enough.
 *
 * Since: 1.0
 */
void
intimail_rule_set_matches_any (IntimailRule *self, gboolean matches_any)
{
  g_return_if_fail (INTIMAIL_IS_RULE (self));

  self->matches_any = matches_any;
}

/**
 * intimail_rule_get_stops:
 * @self: a rule
 *
 * Tells whether no later rule is looked at when this one matches.
 *
 * Returns: %TRUE when it is so
 *
 * Since: 1.0
 */
gboolean
intimail_rule_get_stops (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), FALSE);

  return self->stops;
}

/**
 * intimail_rule_set_stops:
 * @self: a rule
 * @stops: %TRUE to end here
 *
 * Sets whether no later rule is looked at when this one matches.
 *
 * Since: 1.0
 */
void
intimail_rule_set_stops (IntimailRule *self, gboolean stops)
{
  g_return_if_fail (INTIMAIL_IS_RULE (self));

  self->stops = stops;
}

/**
 * intimail_rule_get_mailbox:
 * @self: a rule
 *
 * Gets where the message goes: a mailbox's id, its role (`trash`, `junk`, `archive`,
 * `inbox` and so on) or its path (`Lists/Garden`); "" when the rule does not say.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
intimail_rule_get_mailbox (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), NULL);

  return self->mailbox;
}

/**
 * intimail_rule_set_mailbox:
 * @self: a rule
 * @mailbox: a mailbox's id, role or path, or ""
 *
 * Sets where the message goes.
 *
 * A mailbox that is not there when a message comes leaves it in the inbox.
 *
 * Since: 1.0
 */
void
intimail_rule_set_mailbox (IntimailRule *self, const char *mailbox)
{
  char *copy;

  g_return_if_fail (INTIMAIL_IS_RULE (self));
  g_return_if_fail (mailbox != NULL);

  copy = g_strdup (mailbox);
  g_free (self->mailbox);
  self->mailbox = copy;
}

/**
 * intimail_rule_get_keywords:
 * @self: a rule
 *
 * Gets how the message is marked: `$seen`, `$flagged`, or words of one's own.
 *
 * Returns: (transfer none) (array zero-terminated=1): the list
 *
 * Since: 1.0
 */
const char *const *
intimail_rule_get_keywords (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), NULL);

  return (const char *const *) self->keywords;
}

/**
 * intimail_rule_set_keywords:
 * @self: a rule
 * @keywords: (array zero-terminated=1): keywords in lower case
 *
 * Sets how the message is marked.
 *
 * Since: 1.0
 */
void
intimail_rule_set_keywords (IntimailRule *self, const char *const *keywords)
{
  char **copy;

  g_return_if_fail (INTIMAIL_IS_RULE (self));
  g_return_if_fail (keywords != NULL);

  copy = g_strdupv ((char **) keywords);
  g_strfreev (self->keywords);
  self->keywords = copy;
}

/**
 * intimail_rule_get_forwards:
 * @self: a rule
 *
 * Gets the addresses that the message is sent on to.
 *
 * Returns: (transfer none) (array zero-terminated=1): the list
 *
 * Since: 1.0
 */
const char *const *
intimail_rule_get_forwards (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), NULL);

  return (const char *const *) self->forwards;
}

/**
 * intimail_rule_set_forwards:
 * @self: a rule
 * @forwards: (array zero-terminated=1): addresses, ten at most
 *
 * Sets the addresses that the message is sent on to.
 *
 * What goes to the trash or to junk is not sent on.
 *
 * Since: 1.0
 */
void
intimail_rule_set_forwards (IntimailRule *self, const char *const *forwards)
{
  char **copy;

  g_return_if_fail (INTIMAIL_IS_RULE (self));
  g_return_if_fail (forwards != NULL);

  copy = g_strdupv ((char **) forwards);
  g_strfreev (self->forwards);
  self->forwards = copy;
}

/**
 * intimail_rule_get_keeps_copy:
 * @self: a rule
 *
 * Tells whether a message that is sent on is kept here too, as it is by default.
 *
 * Returns: %TRUE when it is so
 *
 * Since: 1.0
 */
gboolean
intimail_rule_get_keeps_copy (IntimailRule *self)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), FALSE);

  return self->keeps_copy;
}

/**
 * intimail_rule_set_keeps_copy:
 * @self: a rule
 * @keeps_copy: %FALSE to send the message on and not keep it
 *
 * Sets whether a message that is sent on is kept here too.
 *
 * It is kept in any case when another rule files it, and when it cannot be sent on
 * for good.
 *
 * Since: 1.0
 */
void
intimail_rule_set_keeps_copy (IntimailRule *self, gboolean keeps_copy)
{
  g_return_if_fail (INTIMAIL_IS_RULE (self));

  self->keeps_copy = keeps_copy;
}

/**
 * intimail_rule_add_condition:
 * @self: a rule
 * @condition: a condition
 * @error: return location for an error
 *
 * Adds a condition.
 *
 * Fails with %INTIMAIL_ERROR_TOO_LARGE when the rule has 50 already.
 *
 * Returns: %TRUE when it was added
 *
 * Since: 1.0
 */
gboolean
intimail_rule_add_condition (IntimailRule *self, IntimailRuleCondition *condition, GError **error)
{
  g_return_val_if_fail (INTIMAIL_IS_RULE (self), FALSE);
  g_return_val_if_fail (INTIMAIL_IS_RULE_CONDITION (condition), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->conditions->len >= INTIMAIL_RULE_MAX_CONDITIONS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a rule has %d conditions at most", INTIMAIL_RULE_MAX_CONDITIONS);
      return FALSE;
    }
  g_ptr_array_add (self->conditions, g_object_ref (condition));
  return TRUE;
}

/**
 * intimail_rule_get_conditions:
 * @self: a rule
 *
 * Gets what the rule asks of a message.
 *
 * Returns: (transfer container) (element-type IntimailRuleCondition): the conditions
 *
 * Since: 1.0
 */
GPtrArray *
intimail_rule_get_conditions (IntimailRule *self)
{
  GPtrArray *conditions;

  g_return_val_if_fail (INTIMAIL_IS_RULE (self), NULL);

  conditions = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->conditions->len; i++)
    g_ptr_array_add (conditions, g_object_ref (self->conditions->pdata[i]));

  return conditions;
}

/* ---- What a rule may say ---- */

/* One line of text for a list of rules. */
static gboolean
check_name (IntimailRule *self, GError **error)
{
  gsize length = strlen (self->name);
  gboolean ok = length > 0 && length <= INTIMAIL_RULE_MAX_NAME && g_utf8_validate (self->name, -1, NULL);

  for (const char *c = self->name; ok && *c != '\0'; c = g_utf8_next_char (c))
    ok = !g_unichar_iscntrl (g_utf8_get_char (c));
  if (!ok)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "the name of a rule is one line of at most %d bytes", INTIMAIL_RULE_MAX_NAME);

  return ok;
}

static gboolean
check_forwards (IntimailRule *self, GError **error)
{
  if (g_strv_length (self->forwards) > INTIMAIL_RULE_MAX_FORWARDS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a rule sends a message on to %d addresses at most", INTIMAIL_RULE_MAX_FORWARDS);
      return FALSE;
    }
  for (gsize i = 0; self->forwards[i] != NULL; i++)
    {
      g_autoptr (IntimailAddress) address = intimail_address_parse (self->forwards[i], error);

      if (address == NULL)
        {
          g_prefix_error (error, "forward to \"%s\": ", self->forwards[i]);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_keywords (IntimailRule *self, GError **error)
{
  if (g_strv_length (self->keywords) > INTIMAIL_RULE_MAX_KEYWORDS)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "a rule has %d keywords at most", INTIMAIL_RULE_MAX_KEYWORDS);
      return FALSE;
    }
  for (gsize i = 0; self->keywords[i] != NULL; i++)
    if (!intimail_keyword_check (self->keywords[i], error))
      return FALSE;

  return TRUE;
}

gboolean
intimail_rule_check (IntimailRule *self, GError **error)
{
  if (!check_name (self, error))
    return FALSE;
  if (strlen (self->mailbox) > INTIMAIL_RULE_MAX_MAILBOX || !g_utf8_validate (self->mailbox, -1, NULL))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "the name of a mailbox is UTF-8 of at most %d bytes", INTIMAIL_RULE_MAX_MAILBOX);
  else if (check_forwards (self, error) && check_keywords (self, error))
    return TRUE;
  g_prefix_error (error, "rule \"%s\": ", self->name);

  return FALSE;
}

/* ---- A message ---- */

/* The condition that decides: the first that is met where one is enough, the first
 * that is not where all have to be; NULL when none does. */
static IntimailRuleCondition *
find_decisive (IntimailRule *self, IntimailRuleView *view)
{
  for (guint i = 0; i < self->conditions->len; i++)
    if (intimail_rule_condition_matches (self->conditions->pdata[i], view) == self->matches_any)
      return self->conditions->pdata[i];

  return NULL;
}

gboolean
intimail_rule_matches (IntimailRule *self, IntimailRuleView *view, char **reason)
{
  IntimailRuleCondition *decisive = find_decisive (self, view);
  gboolean matches = self->conditions->len == 0 || (decisive != NULL) == self->matches_any;
  g_autofree char *text = NULL;

  if (reason == NULL)
    return matches;
  text = decisive != NULL ? intimail_rule_condition_to_string (decisive) : NULL;
  if (self->conditions->len == 0)
    *reason = g_strdup ("it is for every message");
  else if (matches)
    *reason = text != NULL ? g_steal_pointer (&text) : g_strdup ("every condition is met");
  else
    *reason = text != NULL ? g_strconcat ("not so: ", text, NULL) : g_strdup ("no condition is met");

  return matches;
}
