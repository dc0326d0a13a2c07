/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Puts the mail of a list into a mailbox from now on, and prints all rules.
 *
 * usage: sort-list SITE UID LIST-ID MAILBOX
 */

#include <locale.h>

#include <intimail/intimail.h>

static gboolean
add_rule (IntimailRuleSet *rules, const char *list_id, const char *mailbox, GError **error)
{
  g_autoptr (IntimailRule) rule = intimail_rule_new (list_id);
  g_autoptr (IntimailRuleCondition) condition = intimail_rule_condition_new ("list-id", "is", list_id, FALSE, error);

  if (condition == NULL || !intimail_rule_add_condition (rule, condition, error))
    return FALSE;
  intimail_rule_set_mailbox (rule, mailbox);
  return intimail_rule_set_add_rule (rules, rule, -1, error);
}

static gboolean
sort_list (char **arguments, GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (arguments[0], error);
  g_autoptr (IntimailPerson) person = site != NULL ? intimail_directory_lookup_person (intimail_site_get_directory (site), arguments[1], NULL, error) : NULL;
  g_autoptr (IntimailAccount) account = person != NULL ? intimail_site_get_account (site, person, error) : NULL;
  g_autoptr (IntimailRuleSet) rules = account != NULL ? intimail_rule_set_load (account, NULL, error) : NULL;
  g_autoptr (GPtrArray) all = NULL;

  if (rules == NULL)
    return FALSE;
  if (intimail_rule_set_lookup_rule (rules, arguments[2]) == NULL &&
      (!add_rule (rules, arguments[2], arguments[3], error) || !intimail_rule_set_save (rules, account, NULL, error)))
    return FALSE;
  all = intimail_rule_set_get_rules (rules);
  for (guint i = 0; i < all->len; i++)
    g_print ("%s\t%s\n", intimail_rule_get_name (all->pdata[i]), intimail_rule_get_mailbox (all->pdata[i]));
  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 5 && sort_list (argv + 1, &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "usage: sort-list SITE UID LIST-ID MAILBOX");
  return 1;
}
