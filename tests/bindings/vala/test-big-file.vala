/* SPDX-License-Identifier: LGPL-2.1-or-later */

void test_life ()
{
  try {
    var path = DirUtils.make_tmp ("big-file-XXXXXX");
    var site = Intimail.Site.create (Path.build_filename (path, "site"), "home.example");
    var directory = site.get_directory ();
    directory.add_person (new Intimail.Person ("ann", "ann@home.example"), null);
    var account = site.get_account (directory.lookup_person ("ann"));
    var file = new Intimail.BigFile ("film.mp4", "video/mp4");
    file.set_max_downloads (1);
    site.set_big_file_password (file, "correct horse");
    account.add_big_file (file, new MemoryInputStream.from_data ("film".data));
    assert (file.get_size () == 4);
    assert (account.get_quota ().get_big_bytes () == 4);
    var link = site.make_big_file_link (file);
    var found = site.find_big_file (link.substring (link.last_index_of ("/") + 1));
    assert (site.check_big_file_password (found, "correct horse"));
    var store = site.get_big_files ();
    var grant = store.begin_download (found, new DateTime.now_utc ().to_unix () + 100);
    var bytes = store.open (found, grant).read_bytes (10);
    assert (bytes.length == 4);
    assert (account.list_big_files ().length == 1);
    account.remove_big_file (file.get_id ());
    try {
      account.lookup_big_file (file.get_id ());
      assert_not_reached ();
    } catch (Intimail.Error.NOT_FOUND e) {
      assert (e.message != "");
    }
    Process.spawn_sync (null, { "rm", "-r", path }, null, SpawnFlags.SEARCH_PATH, null);
  } catch (Error e) {
    error ("%s", e.message);
  }
}

int main (string[] args)
{
  Test.init (ref args);
  Test.add_func ("/vala/big-file/life", test_life);
  return Test.run ();
}
