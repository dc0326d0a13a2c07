# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import Intimail, TestCase


class Test(TestCase):
    def setUp(self):
        self.path = self.make_folder() / "site"
        self.site = Intimail.Site.create(str(self.path), "home.example")

    def test_settings(self):
        site = Intimail.Site.open(str(self.path))
        self.assertEqual(site.get_path(), str(self.path))
        self.assertEqual(site.get_domains(), ["home.example"])
        self.assertTrue(site.get_hostname())
        self.assertTrue(site.is_local_domain("HOME.example"))
        self.assertFalse(site.is_local_domain("far.example"))
        self.assertGreater(site.get_max_message_size(), 0)
        for what in ("lmtp", "policy", "webmail"):
            self.assertTrue(getattr(site, f"get_{what}_listen")())
        self.assertRegex(site.get_webmail_url(), "^https?://")
        self.assertEqual(site.get_webmail_origins(), [])
        self.assertTrue(site.get_sendmail_command())

    def test_account(self):
        directory = self.site.get_directory()
        directory.add_person(Intimail.Person.new("ann", "ann@home.example"), "correct horse")
        ann = directory.lookup_person("ann")
        account = self.site.get_account(ann)
        self.assertIs(account, self.site.get_account(ann))
        self.assertEqual(len(account.list_mailboxes()), 6)

    def test_purge(self):
        self.assertEqual((self.site.get_removed_days(), self.site.get_expired_days()), (30, 90))
        directory = self.site.get_directory()
        directory.add_person(Intimail.Person.new("ann", "ann@home.example"), None)
        self.site.get_account(directory.lookup_person("ann"))
        directory.begin_removal("ann", 1, False)
        self.assertEqual([p.get_uid() for p in self.site.list_ended_people(4000000000)], ["ann"])
        kept = self.site.purge_person("ann", 4000000000)
        self.assertIn("/mail/.kept/ann@", kept)
        self.assertTrue(self.site.purge_leftovers())
        self.assertEqual(directory.list_people(), [])

    def test_without_blocking(self):
        directory = self.site.get_directory()
        directory.add_person(Intimail.Person.new("ann", "ann@home.example"), None)
        self.assertIn("postmaster@", self.wait(self.site.check_directory_async, self.site.check_directory_finish)[0])
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.wait(self.site.purge_person_async, self.site.purge_person_finish, "ann", 4000000000)
        directory.begin_removal("ann", 1, False)
        ended = self.wait(self.site.list_ended_people_async, self.site.list_ended_people_finish, 4000000000)
        self.assertEqual([person.get_uid() for person in ended], ["ann"])
        self.assertEqual(self.wait(self.site.purge_person_async, self.site.purge_person_finish, "ann", 4000000000), "")
        self.assertTrue(self.wait(self.site.purge_leftovers_async, self.site.purge_leftovers_finish))
        self.assertEqual(directory.list_people(), [])

    def test_check_directory(self):
        directory = self.site.get_directory()
        directory.add_person(Intimail.Person.new("ann", "ann@elsewhere.example"), None)
        findings = self.site.check_directory()
        self.assertEqual(len(findings), 2)
        self.assertIn("outside the domains", findings[0])
        self.assertIn("postmaster@", findings[1])

    def test_create_full(self):
        site = Intimail.Site.create_full(str(self.make_folder() / "site"), "home.example", "local", "fr")
        self.assertEqual(site.get_language(), "fr")
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.Site.create_full(str(self.make_folder() / "site"), "home.example", "pigeon", "fr")

    def test_errors(self):
        with self.assert_fails(Intimail.Error.EXISTS):
            Intimail.Site.create(str(self.path), "home.example")
        config = self.path / "intimail.conf"
        config.write_text(config.read_text() + "\n[nonsense]\n")
        # A mistake in the settings never bounces mail: it is a temporary error.
        with self.assert_fails(Intimail.Error.FAILED):
            Intimail.Site.open(str(self.path))


if __name__ == "__main__":
    unittest.main()
