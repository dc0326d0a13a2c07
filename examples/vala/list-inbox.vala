/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists the inbox of one person of a site, the newest mail first.
 *
 * usage: list-inbox SITE UID
 */

void list_inbox (string path, string uid) throws Error
{
  var site = Intimail.Site.open (path);
  var person = site.get_directory ().lookup_person (uid, null);
  var account = site.get_account (person);
  var inbox = account.lookup_mailbox_by_role (Intimail.MailboxRole.INBOX);
  var filter = new Intimail.Filter.text (Intimail.FilterField.IN_MAILBOX, inbox.get_id ());
  var listing = account.query (filter, null, false, null);
  for (uint i = 0; i < listing.get_n_ids (); i++) {
    var mail = listing.get_envelope (i);
    print ("%s\t%s\t%s\n", mail.get_id (), mail.get_from (), mail.get_subject ());
  }
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 3) {
    printerr ("usage: list-inbox SITE UID\n");
    return 1;
  }
  try {
    list_inbox (args[1], args[2]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
