/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Imports an mbox, a Maildir or message files into the mail of one person of a site.
 *
 * usage: import-mail SITE UID PATH
 */

void import_mail (string site_path, string uid, string path) throws Error
{
  var site = Intimail.Site.open (site_path);
  var person = site.get_directory ().lookup_person (uid, null);
  var importer = new Intimail.Importer (site.get_account (person));
  importer.set_skip_duplicates (true);
  importer.run (path, null);
  foreach (unowned Intimail.TransferCount count in importer.get_counts ().data)
    print ("%s: %s imported\n", count.get_mailbox (), count.get_n_messages ().to_string ());
  foreach (unowned string problem in importer.get_problems ())
    printerr ("%s\n", problem);
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 4) {
    printerr ("usage: import-mail SITE UID PATH\n");
    return 1;
  }
  try {
    import_mail (args[1], args[2], args[3]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
