# SPDX-License-Identifier: LGPL-2.1-or-later
import time
import unittest

from gi.repository import Gio

from support import GLib, Intimail, TestCase


class Test(TestCase):
    def setUp(self):
        self.site = Intimail.Site.create(str(self.make_folder() / "site"), "home.example")
        self.site.get_directory().add_person(Intimail.Person.new("ann", "ann@home.example"), None)
        self.account = self.site.get_account(self.site.get_directory().lookup_person("ann"))
        self.store = self.site.get_big_files()

    def stream(self, data):
        return Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(data))

    def add(self, data=b"film", **settings):
        file = Intimail.BigFile.new("film.mp4", "video/mp4")
        for name, value in settings.items():
            getattr(file, f"set_{name}")(value)
        self.assertTrue(self.account.add_big_file(file, self.stream(data)))
        return file

    def test_life(self):
        soon = int(time.time()) + 1000
        file = self.add(sender="Ann <ann@home.example>", expires=soon, max_downloads=1)
        self.assertEqual((file.get_name(), file.get_content_type(), file.get_size()), ("film.mp4", "video/mp4", 4))
        self.assertEqual((file.get_owner(), file.get_sender()), ("ann", "Ann <ann@home.example>"))
        self.assertEqual((file.get_expires(), file.get_max_downloads(), file.get_n_downloads()), (soon, 1, 0))
        self.assertLessEqual(abs(file.get_created() - time.time()), 60)
        self.assertFalse(file.is_detached())
        self.assertFalse(file.has_password())
        self.assertTrue(file.is_offered(soon - 1))
        self.assertFalse(file.is_offered(soon))
        link = self.site.make_big_file_link(file)
        token = link.rpartition("/")[2]
        self.assertEqual(token, self.store.make_token(file))
        found = self.site.find_big_file(token)
        self.assertEqual(found.get_id(), file.get_id())
        self.assertEqual(self.store.find(token).get_id(), file.get_id())
        grant = self.store.begin_download(found, soon)
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.store.begin_download(found, soon)
        self.assertEqual(self.store.open(found, grant).read_bytes(100).get_data(), b"film")
        self.assertEqual(self.account.get_quota().get_big_bytes(), 4)
        self.assertEqual([f.get_id() for f in self.account.list_big_files()], [file.get_id()])
        self.assertEqual(self.account.lookup_big_file(file.get_id()).get_n_downloads(), 1)
        found.set_expires(1)
        self.assertTrue(self.account.update_big_file(found))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.site.find_big_file(token)
        self.assertEqual(self.account.expire_big_files(int(time.time())), (True, 1))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.account.remove_big_file(file.get_id())

    def test_password(self):
        file = Intimail.BigFile.new("a", None)
        self.site.set_big_file_password(file, "correct horse")
        self.account.add_big_file(file, self.stream(b"x"))
        found = self.account.lookup_big_file(file.get_id())
        self.assertTrue(self.site.check_big_file_password(found, "correct horse"))
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.site.check_big_file_password(found, "battery staple")
        check, finish = self.site.check_big_file_password_async, self.site.check_big_file_password_finish
        self.assertTrue(self.wait(check, finish, found, "correct horse"))

    def test_limits(self):
        self.assertEqual(self.site.get_big_over(), 20000000)
        self.assertEqual(self.site.get_big_days(), 30)
        self.assertEqual(self.store.get_max_size(), 2000000000)
        self.assertTrue(self.store.get_path().endswith("/big"))
        small = Intimail.BigFileStore.new(str(self.make_folder() / "big"), 3)
        account = Intimail.Account.new(str(self.make_folder() / "ben"))
        account.set_big_files(small, "ben")
        with self.assert_fails(Intimail.Error.TOO_LARGE):
            account.add_big_file(Intimail.BigFile.new("a", None), self.stream(b"1234"))
        self.account.set_quota_limits(3, 0)
        with self.assert_fails(Intimail.Error.OVER_QUOTA):
            self.add(b"1234")

    def test_blob(self):
        upload = self.account.begin_upload(0)
        upload.write(GLib.Bytes.new(b"bytes"))
        blob = upload.finish()
        file = Intimail.BigFile.new("a", None)
        self.assertTrue(self.account.add_big_file_from_blob(file, blob))
        self.assertEqual(self.store.open(file, None).read_bytes(100).get_data(), b"bytes")

    def deliver(self):
        return self.account.deliver(GLib.Bytes.new(
            b"From: bob@other.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n--b\n"
            b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nthe attachment\n--b--\n"), None, None, 0)

    def test_detach(self):
        start = self.site.get_big_file_link_start()
        mail = self.deliver()
        new, file = self.account.detach_part(mail, "2", start)
        self.assertEqual((file.get_name(), file.is_detached()), ("a.txt", True))
        self.assertEqual(self.store.open(file, None).read_bytes(100).get_data(), b"the attachment")
        self.assertIn(b"X-Intimail-Detached: id=", self.account.load_message(new).get_data())
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.account.load_message(mail)
        finish = self.account.detach_part_finish
        new, file = self.wait(self.account.detach_part_async, finish, self.deliver(), "2", start)
        self.assertEqual(self.account.get_envelope(new).get_subject(), "x")
        self.assertEqual(file.get_size(), 14)

    def test_async(self):
        file = Intimail.BigFile.new("a", None)
        account, store, site = self.account, self.store, self.site
        self.assertTrue(self.wait(account.add_big_file_async, account.add_big_file_finish, file, self.stream(b"abc")))
        again = Intimail.BigFile.new("b", None)
        upload = account.begin_upload(0)
        upload.write(GLib.Bytes.new(b"bytes"))
        self.assertTrue(self.wait(account.add_big_file_from_blob_async, account.add_big_file_from_blob_finish,
                                  again, upload.finish()))
        files = self.wait(account.list_big_files_async, account.list_big_files_finish)
        self.assertEqual({f.get_name() for f in files}, {"a", "b"})
        same = self.wait(account.lookup_big_file_async, account.lookup_big_file_finish, file.get_id())
        self.assertEqual(same.get_size(), 3)
        token = store.make_token(file)
        self.assertTrue(self.wait(store.find_async, store.find_finish, token))
        found = self.wait(site.find_big_file_async, site.find_big_file_finish, token)
        until = int(time.time()) + 100
        grant = self.wait(store.begin_download_async, store.begin_download_finish, found, until)
        stream = self.wait(store.open_async, store.open_finish, found, grant)
        self.assertEqual(stream.read_bytes(10).get_data(), b"abc")
        same.set_expires(1)
        self.assertTrue(self.wait(account.update_big_file_async, account.update_big_file_finish, same))
        done = self.wait(account.expire_big_files_async, account.expire_big_files_finish, until)
        self.assertEqual(done, (True, 1))
        self.assertTrue(self.wait(account.remove_big_file_async, account.remove_big_file_finish, again.get_id()))
        self.assertEqual(account.list_big_files(), [])


if __name__ == "__main__":
    unittest.main()
