/* SPDX-License-Identifier: LGPL-2.1-or-later */

const string MAIL = "From: ann@home.example\nTo: ben@home.example\nSubject: Hello\n\nText\n";

string folder;

/* Below the folder of the build, where tests run. */
void make_folder () {
  DirUtils.create_with_parents ("test-folders", 0755);
  folder = DirUtils.mkdtemp (Path.build_filename (Environment.get_current_dir (), "test-folders", "vala-XXXXXX"));
}

void remove_all (string path) throws Error {
  if (FileUtils.test (path, FileTest.IS_DIR) && !FileUtils.test (path, FileTest.IS_SYMLINK)) {
    var dir = Dir.open (path);
    string? name;
    while ((name = dir.read_name ()) != null)
      remove_all (Path.build_filename (path, name));
  }
  FileUtils.remove (path);
}

Intimail.Site make_site (string name) throws Error {
  var site = Intimail.Site.create_full (Path.build_filename (folder, name), "home.example", "local", "en");

  foreach (var uid in new string[] { "ann", "ben" })
    site.get_directory ().add_person (new Intimail.Person (uid, @"$uid@home.example"), "correct horse", null);
  return site;
}

void test_report () {
  try {
    var transport = new Intimail.Transport (make_site ("report"));
    var report = transport.send_each ("ann@home.example", { "ben@home.example", "zoe@home.example" }, new Bytes (MAIL.data),
                                      Intimail.SendFlags.LEAVE_OUT_REFUSED, null);
    assert (report.get_recipients ().length == 2);
    assert (report.get_result (0));
    report.check ();
    assert_not_reached ();
  } catch (Intimail.Error.NOT_FOUND e) {
    assert (e.message.has_prefix ("zoe@home.example: "));
  } catch (Error e) {
    assert_not_reached ();
  }
}

void test_outbox () {
  try {
    var site = make_site ("outbox");
    var ann = site.get_directory ().lookup_person ("ann", null);
    var outbox = new Intimail.Outbox (site, ann);
    var id = outbox.send ("ann@home.example", { "ben@home.example" }, new Bytes (MAIL.data), null);
    assert (site.get_account (ann).get_envelope (id).get_subject () == "Hello");
    int64 next;
    assert (new Intimail.Sender (site).run (1800000000, out next, null));
    assert (next == 0);
    outbox.check ("ben@home.example", new Bytes (MAIL.data));
    assert_not_reached ();
  } catch (Intimail.Error.PERMISSION_DENIED e) {
    assert (e.message.contains ("no address of ann"));
  } catch (Error e) {
    assert_not_reached ();
  }
}

void test_delivery_status () {
  var text = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.home.example\n\n" +
             "Final-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.1.1\n";

  try {
    var status = Intimail.DeliveryStatus.read (new Intimail.Message.from_bytes (new Bytes (text.data)));
    assert (status.get_recipient (0) == "bob@far.example");
    assert (status.get_action (0) == Intimail.DeliveryAction.FAILED);
    assert (status.explain (0, "fr").has_prefix ("Personne"));
  } catch (Error e) {
    assert_not_reached ();
  }
}

int main (string[] args) {
  Test.init (ref args);
  Test.add_func ("/vala/report", test_report);
  Test.add_func ("/vala/outbox", test_outbox);
  Test.add_func ("/vala/delivery-status", test_delivery_status);
  make_folder ();
  var status = Test.run ();
  try {
    remove_all (folder);
  } catch (Error e) {
    assert_not_reached ();
  }
  return status;
}
