/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Puts the mail of a list into a mailbox from now on, and prints all rules.
 *
 * usage: sort-list SITE UID LIST-ID MAILBOX
 */

void sort_list (string path, string uid, string list_id, string mailbox) throws Error
{
  var site = Intimail.Site.open (path);
  var account = site.get_account (site.get_directory ().lookup_person (uid, null));
  var rules = Intimail.RuleSet.load (account, null);

  if (rules.lookup_rule (list_id) == null) {
    var rule = new Intimail.Rule (list_id);
    rule.add_condition (new Intimail.RuleCondition ("list-id", "is", list_id, false));
    rule.set_mailbox (mailbox);
    rules.add_rule (rule, -1);
    rules.save (account, null);
  }
  foreach (var rule in rules.get_rules ())
    print ("%s\t%s\n", rule.get_name (), rule.get_mailbox ());
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 5) {
    printerr ("usage: sort-list SITE UID LIST-ID MAILBOX\n");
    return 1;
  }
  try {
    sort_list (args[1], args[2], args[3], args[4]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
