# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import Intimail, TestCase

MBOX = b"From ann Tue Mar 14 10:11:12 2023\nSubject: one\n\n>From here\n\nFrom ben Tue Mar 14 10:11:13 2023\nSubject: two\nStatus: RO\n\ntext\n\n"


def counts(transfer):
    return [(c.get_mailbox(), c.get_n_messages(), c.get_n_skipped(), c.get_n_failed()) for c in transfer.get_counts()]


class Test(TestCase):
    def setUp(self):
        self.folder = self.make_folder()
        self.account = Intimail.Account.new(str(self.folder / "ann"))
        (self.folder / "box").write_bytes(MBOX)

    def test_import(self):
        shown = []
        importer = Intimail.Importer.new(self.account)
        importer.connect("progress", lambda _, *figures: shown.append(figures))
        self.assertTrue(importer.run(str(self.folder / "box"), None))
        self.assertEqual(counts(importer), [("Inbox", 2, 0, 0)])
        self.assertIsInstance(importer.get_counts()[0], Intimail.TransferCount)
        self.assertEqual(importer.get_problems(), [])
        self.assertEqual(shown[-1][2], 2)

    def test_settings(self):
        archive = self.account.lookup_mailbox_by_role(Intimail.MailboxRole.ARCHIVE)
        importer = Intimail.Importer.new(self.account)
        importer.set_mailbox_id(archive.get_id())
        importer.set_format(Intimail.TransferFormat.MBOXO)
        importer.set_unquote(True)
        importer.set_flat(True)
        importer.set_ignore_quota(True)
        importer.set_restart(True)
        importer.set_skip_duplicates(True)
        importer.run(str(self.folder / "box"), None)
        self.assertEqual(counts(importer), [("Archive", 2, 0, 0)])

    def test_async(self):
        importer = Intimail.Importer.new(self.account)
        self.assertTrue(self.wait(importer.run_async, importer.run_finish, str(self.folder / "box")))
        self.assertEqual(counts(importer), [("Inbox", 2, 0, 0)])

    def export(self, name, **settings):
        exporter = Intimail.Exporter.new(self.account)
        for setting, value in settings.items():
            getattr(exporter, f"set_{setting}")(value)
        exporter.run(str(self.folder / name), None)
        return exporter

    def test_export(self):
        Intimail.Importer.new(self.account).run(str(self.folder / "box"), None)
        inbox = self.account.lookup_mailbox_by_role(Intimail.MailboxRole.INBOX)
        exporter = self.export("again", mailbox_id=inbox.get_id())
        self.assertEqual((self.folder / "again").read_bytes(), MBOX)
        self.assertEqual(counts(exporter), [("Inbox", 2, 0, 0)])
        self.assertEqual(exporter.get_problems(), [])
        self.export("tree", format=Intimail.TransferFormat.MAILDIR)
        self.assertEqual(len(list((self.folder / "tree/cur").iterdir())), 2)
        with self.assert_fails(Intimail.Error.EXISTS):
            self.export("tree", format=Intimail.TransferFormat.MAILDIR)

    def test_export_async(self):
        shown = []
        exporter = Intimail.Exporter.new(self.account)
        exporter.connect("progress", lambda _, *figures: shown.append(figures))
        self.assertTrue(self.wait(exporter.run_async, exporter.run_finish, str(self.folder / "all")))
        self.assertTrue((self.folder / "all/Inbox.mbox").exists())
        self.assertTrue(shown)

    def test_nothing_there(self):
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            Intimail.Importer.new(self.account).run(str(self.folder / "nothing"), None)


if __name__ == "__main__":
    unittest.main()
