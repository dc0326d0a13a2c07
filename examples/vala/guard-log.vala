/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a log and prints whom the guard would ban for it, and why.
 *
 * usage: guard-log FILE
 */

void guard_log (string path) throws Error
{
  var detector = new Intimail.Detector ();
  detector.load_builtin ();
  var guard = new Intimail.Guard ();
  var now = get_real_time () / 1000000;
  string text;
  FileUtils.get_contents (path, out text);
  foreach (var line in text.split ("\n")) {
    var event = detector.match (line, -1, now);
    var ban = event != null ? guard.judge (event, event.get_time ()) : null;
    if (ban != null)
      print ("%s\t%s\n", ban.get_address (), ban.get_reason ());
  }
}

int main (string[] args)
{
  Intl.setlocale ();
  if (args.length != 2) {
    printerr ("usage: guard-log FILE\n");
    return 1;
  }
  try {
    guard_log (args[1]);
  } catch (Error e) {
    printerr ("%s\n", e.message);
    return 1;
  }
  return 0;
}
