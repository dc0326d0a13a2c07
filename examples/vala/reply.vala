/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers a mail.
 *
 * usage: reply SITE UID MAIL TEXT      (MAIL: an id as list-inbox shows it)
 */

void reply (string path, string uid, string id, string text) throws Error
{
  var site = Intimail.Site.open (path);
  var person = site.get_directory ().lookup_person (uid, null);
  var mail = site.get_account (person).open_message (id);
  var me = Intimail.Address.parse (person.get_mail ());
  var own = new GenericArray<Intimail.Address> ();
  var composer = new Intimail.Composer ();

  own.add (me);
  composer.set_from (me);
  composer.set_text (text + "\n");
  composer.reply (mail, Intimail.ReplyScope.ALL, own, "en");
  var outbox = new Intimail.Outbox (site, person);
  outbox.send (me.get_email (), composer.list_recipients (), composer.build (site.get_hostname ()), null);
  print ("answered %s\n", string.joinv (", ", composer.list_recipients ()));
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 5) {
    printerr ("usage: reply SITE UID MAIL TEXT\n");
    return 1;
  }
  try {
    reply (args[1], args[2], args[3], args[4]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
