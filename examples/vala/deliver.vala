/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Delivers the message on standard input to one address of a site.
 *
 * usage: deliver SITE SENDER RECIPIENT < MESSAGE
 */

void deliver (string path, string sender, string recipient) throws Error
{
  var delivery = new Intimail.Delivery (Intimail.Site.open (path), sender);
  var input = new UnixInputStream (Posix.STDIN_FILENO, false);

  delivery.add_recipient (recipient, 0, null);
  for (var data = input.read_bytes (65536); data.length > 0; data = input.read_bytes (65536))
    delivery.write (data, null);
  delivery.finish (null);
  delivery.get_result (0);
  print ("delivered to %s\n", recipient);
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 4) {
    printerr ("usage: deliver SITE SENDER RECIPIENT < MESSAGE\n");
    return 1;
  }
  try {
    deliver (args[1], args[2], args[3]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
