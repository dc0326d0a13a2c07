/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes the first attachment of a mail to a file.
 *
 * usage: read-attachment SITE UID MAIL FILE      (MAIL: an id as list-inbox shows it)
 */

void read_attachment (string path, string uid, string id, string file) throws Error
{
  var site = Intimail.Site.open (path);
  var person = site.get_directory ().lookup_person (uid, null);
  var mail = site.get_account (person).open_message (id);
  unowned var parts = mail.get_attachments ();

  if (parts.length == 0)
    throw new Intimail.Error.NOT_FOUND ("the mail has no attachment");
  var part = parts[0];
  var stream = File.new_for_path (file).replace (null, false, FileCreateFlags.PRIVATE);
  part.write (stream, null);
  stream.close ();
  print ("%s, %s, %" + uint64.FORMAT + " bytes\n", part.get_name (), part.get_content_type (), part.get_size ());
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 5) {
    printerr ("usage: read-attachment SITE UID MAIL FILE\n");
    return 1;
  }
  try {
    read_attachment (args[1], args[2], args[3], args[4]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
