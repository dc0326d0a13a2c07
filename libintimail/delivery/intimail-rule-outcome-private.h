/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the rules of a person make of one message.
 */

#pragma once

#include <intimail/intimail-rule-outcome.h>

#include "delivery/intimail-rule-set-private.h"

G_BEGIN_DECLS

struct _IntimailRuleOutcome
{
  GObject parent_instance;

  char *mailbox_id; /* NULL is the inbox */
  char **keywords;
  char **forwards;
  gboolean kept;
  gboolean put_away; /* in the trash or in junk: nobody else hears of it */
  gboolean answered;
  GPtrArray *steps; /* NULL: nobody asks why */
};

/* @set may be NULL: there are no rules. @spam_fields are those that the site's filter
 * writes. A mailbox that is not there is the inbox; what is wrong is in the log. */
IntimailRuleOutcome *intimail_rule_outcome_new (IntimailRuleSet *set,
                                                const char *const *spam_fields,
                                                IntimailAccount *account,
                                                IntimailRuleView *view,
                                                gboolean explain);

/* Takes a step into the account, where it is asked for. Takes @reason. */
void intimail_rule_outcome_add_step (IntimailRuleOutcome *self,
                                     const char *name,
                                     gboolean matched,
                                     char *reason);

G_END_DECLS
