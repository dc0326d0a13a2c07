/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What rules cost a delivery, for bench-rules:
 *
 *   rules-meter FOLDER RULES...    microseconds of the processor a message of FOLDER, one line a
 *                                  run and a column for each number of rules; 0 is no file of rules
 */

#include <stdio.h>
#include <stdlib.h>

#include <glib/gstdio.h>

#include "meter.h"

#include "delivery/intimail-rule-outcome-private.h"

#define RUNS 5
#define MAX_COLUMNS 8

/* As people have them: most of the sender, some of the list, the subject, the recipient;
 * none of them matches, so that all are looked at. */
static void
write_rules (IntimailAccount *account, guint n)
{
  static const char *const fields[] = { "from", "from", "list-id", "subject", "to" };
  static const char *const tests[] = { "is", "contains", "contains", "begins", "glob" };
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_load (account, NULL, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("rule %u", i);
      g_autofree char *value = g_strdup_printf (i % 5 == 4 ? "*nobody%u@*" : "nobody%u@nowhere.example", i);
      g_autoptr (IntimailRule) rule = intimail_rule_new (name);
      g_autoptr (IntimailRuleCondition) condition = intimail_rule_condition_new (fields[i % 5], tests[i % 5], value, FALSE, &error);
      g_autoptr (IntimailRuleCondition) second = intimail_rule_condition_new ("size", "over", "10", FALSE, &error);

      intimail_rule_set_mailbox (rule, "archive");
      intimail_rule_add_condition (rule, condition, NULL);
      intimail_rule_add_condition (rule, second, NULL);
      intimail_rule_set_add_rule (set, rule, -1, &error);
    }
  if (n > 0)
    intimail_rule_set_save (set, account, NULL, &error);
  if (error != NULL)
    g_error ("%s", error->message);
}

/* What a delivery does before it stores. */
static void
look (IntimailAccount *account, GBytes *message)
{
  static const char *const spam_fields[] = { NULL };
  g_autoptr (IntimailRuleSet) set = intimail_rule_set_borrow (account, NULL);
  g_autoptr (IntimailRuleView) view = NULL;

  if (set == NULL)
    return;
  view = intimail_rule_view_new (message, 0);
  g_object_unref (intimail_rule_outcome_new (set, spam_fields, account, view, FALSE));
}

static double
time_all (IntimailAccount *account, GPtrArray *messages)
{
  double start = meter_get_seconds ();

  for (guint i = 0; i < messages->len; i++)
    look (account, messages->pdata[i]);

  return (meter_get_seconds () - start) * 1e6 / messages->len;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) messages = NULL;
  IntimailAccount *accounts[MAX_COLUMNS];
  int n = argc - 2;

  if (n < 1 || n > MAX_COLUMNS)
    {
      fprintf (stderr, "usage: rules-meter FOLDER RULES...\n");
      return 2;
    }
  messages = meter_load (argv[1]);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *path = g_build_filename (argv[1], "..", argv[i + 2], NULL);

      g_mkdir_with_parents (path, 0700);
      accounts[i] = intimail_account_new (path);
      if (!intimail_account_open (accounts[i], NULL, NULL))
        g_error ("%s cannot be opened", path);
      write_rules (accounts[i], (guint) atoi (argv[i + 2]));
      time_all (accounts[i], messages);
    }
  for (int run = 0; run < RUNS; run++)
    for (int i = 0; i < n; i++)
      printf ("%.3f%c", time_all (accounts[i], messages), i + 1 < n ? ' ' : '\n');
  for (int i = 0; i < n; i++)
    g_object_unref (accounts[i]);

  return 0;
}
