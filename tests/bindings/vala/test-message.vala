/* SPDX-License-Identifier: LGPL-2.1-or-later */

void test_message ()
{
  var text = "From: Ann <ann@home.example>\nSubject: =?utf-8?Q?caf=C3=A9?=\n\nHello\n";
  Intimail.Message message;

  try {
    message = new Intimail.Message.from_bytes (new Bytes (text.data));
  } catch (Error e) {
    assert_not_reached ();
  }
  assert (message.get_subject () == "café");
  assert (message.get_preview () == "Hello");
  assert (message.get_from ().length == 1);
  assert (message.get_from ()[0].get_email () == "ann@home.example");
  assert (message.get_headers ()[1].get_name () == "Subject");
  assert (message.get_root ().get_id () == "1");
  assert (message.get_part ("2") == null);
}

void test_files ()
{
  var text = "Content-Type: text/plain; name=\"../a.pdf\"\n\n-----BEGIN PGP MESSAGE-----\n";

  try {
    var message = new Intimail.Message.from_bytes (new Bytes (text.data));
    var part = message.find_protected_part ();
    assert (part.get_protection () == Intimail.Protection.PGP_INLINE_ENCRYPTED);
    assert (part.guess_content_type () == "application/pgp-encrypted");
    assert (part.is_disguised ());
    assert (part.make_file_name () == "a.pdf.asc");
    assert (!part.can_open ());
    assert (Intimail.Invitation.find (message) == null);
    Intimail.Signature.verify (message, null);
    assert_not_reached ();
  } catch (Intimail.Error.NOT_SUPPORTED e) {
    assert (e.message != "");
  } catch (Error e) {
    assert_not_reached ();
  }
}

void test_composer ()
{
  var composer = new Intimail.Composer ();

  try {
    composer.set_from (new Intimail.Address ("Ann", "ann", "home.example"));
    composer.set_text ("Hello\n");
    composer.add_attachment (new Bytes ({ 1, 2, 3 }), "a.bin", "application/x-thing");
    var message = new Intimail.Message.from_bytes (composer.build ("mail.home.example"));
    assert (message.get_attachments ().length == 1);
    assert (message.get_attachments ()[0].get_content ().length == 3);
    composer.add_attachment_stream (new MemoryInputStream.from_data ({ 4, 5 }), "b.bin", null);
    var stream = new MemoryOutputStream.resizable ();
    composer.write ("mail.home.example", stream, null);
    stream.close ();
    message = new Intimail.Message.from_bytes (stream.steal_as_bytes ());
    assert (message.get_attachments ().length == 2);
    var answer = new Intimail.Composer ();
    answer.set_from (new Intimail.Address ("Ben", "ben", "home.example"));
    answer.reply (message, Intimail.ReplyScope.AUTHOR, null, null);
    assert (answer.list_recipients ()[0] == "ann@home.example");
    assert (answer.get_quote ().has_suffix ("> Hello\n"));
    answer.forward (message, Intimail.ForwardKind.ATTACHED, null);
  } catch (Error e) {
    assert_not_reached ();
  }
}

void test_errors ()
{
  var composer = new Intimail.Composer ();

  try {
    composer.set_field ("Subject", "x\nBcc: eve@far.example");
    assert_not_reached ();
  } catch (Intimail.Error.INVALID_ARGUMENT e) {
    assert (e.message != "");
  } catch (Error e) {
    assert_not_reached ();
  }
}

void remove_folder (string path) throws Error
{
  var folder = Dir.open (path);

  for (var name = folder.read_name (); name != null; name = folder.read_name ())
    FileUtils.remove (Path.build_filename (path, name));
  DirUtils.remove (path);
}

void test_directory ()
{
  var folder = DirUtils.mkdtemp (Path.build_filename (Environment.get_variable ("INTIMAIL_BUILD_ROOT") ?? ".", "vala-XXXXXX"));

  try {
    var path = Path.build_filename (folder, "directory.ldif");

    Intimail.LdifDirectory.create (path, "dc=home,dc=example", "Home");
    var directory = new Intimail.LdifDirectory (path, "dc=home,dc=example");
    directory.add_person (new Intimail.Person ("ann", "ann@home.example"), "correct horse", null);
    assert (directory.list_people (null).length == 1);
    assert (directory.authenticate ("ann", "correct horse", null).get_uid () == "ann");
    remove_folder (folder);
  } catch (Error e) {
    Test.message ("%s", e.message);
    Test.fail ();
  }
}

int main (string[] args)
{
  Test.init (ref args);

  Test.add_func ("/vala/message", test_message);
  Test.add_func ("/vala/files", test_files);
  Test.add_func ("/vala/composer", test_composer);
  Test.add_func ("/vala/errors", test_errors);
  Test.add_func ("/vala/directory", test_directory);

  return Test.run ();
}
