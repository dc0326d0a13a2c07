# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import GLib, Intimail, TestCase

MAIL = b"From: Chloe <chloe@home.example>\nTo: Ann <ann@home.example>\nCc: cc@home.example\nReply-To: r@home.example\n" \
    b"Bcc: b@home.example\nSubject: Hello\nMessage-ID: <two@x>\nIn-Reply-To: <one@x>\nReferences: <one@x>\n" \
    b"Date: Tue, 14 Mar 2023 10:11:12 +0130\nContent-Type: multipart/mixed; boundary=b\n\n" \
    b"--b\n\nSome text\n--b\nContent-Disposition: attachment; filename=a\n\nabc\n--b--\n"


class Test(TestCase):
    def setUp(self):
        self.path = self.make_folder() / "ann"
        self.account = Intimail.Account.new(str(self.path))
        self.account.open()

    def role(self, role):
        return self.account.lookup_mailbox_by_role(role)

    def query(self, filter=None, sort=None):
        listing = self.account.query(filter, sort, False)
        return [listing.get_id(i) for i in range(listing.get_n_ids())]

    def test_mailboxes(self):
        self.assertEqual(self.account.get_path(), str(self.path))
        inbox = self.role(Intimail.MailboxRole.INBOX)
        self.assertEqual(inbox.get_n_messages(), 0)
        roles = {m.get_role() for m in self.account.list_mailboxes()}
        self.assertEqual(len(roles), 6)
        self.assertEqual(Intimail.MailboxRole.list_names(Intimail.MailboxRole.DRAFTS), ["Drafts", "Brouillons"])
        self.assertEqual(Intimail.MailboxRole.list_names(Intimail.MailboxRole.NONE), [])
        trash = self.role(Intimail.MailboxRole.TRASH)
        self.assertNotEqual(trash.get_id(), inbox.get_id())
        self.assertNotEqual(trash.get_path(), inbox.get_path())
        self.assertTrue(inbox.get_name())
        self.assertIsInstance(inbox.get_sort_order(), int)
        self.assertTrue(inbox.is_subscribed())
        self.assertIn(inbox.get_parent_id(), (None, ""))
        self.assertEqual(self.account.lookup_mailbox(trash.get_id()).get_name(), trash.get_name())
        self.assertEqual(self.account.lookup_mailbox_by_path(trash.get_path()).get_id(), trash.get_id())
        self.assertEqual((inbox.get_n_unread(), inbox.get_n_threads(), inbox.get_n_unread_threads()), (0, 0, 0))

        made = self.account.create_mailbox("Café", None)
        self.assertEqual((made.get_name(), made.get_role()), ("Café", Intimail.MailboxRole.NONE))
        none = Intimail.MailboxRole.NONE
        self.assertTrue(self.account.update_mailbox(made.get_id(), "Tea", trash.get_id(), none, 7, False))
        made = self.account.lookup_mailbox(made.get_id())
        self.assertEqual((made.get_name(), made.get_parent_id(), made.get_sort_order()), ("Tea", trash.get_id(), 7))
        self.assertFalse(made.is_subscribed())
        with self.assert_fails(Intimail.Error.EXISTS):
            self.account.create_mailbox("Tea", trash.get_id())
        self.assertTrue(self.account.remove_mailbox(made.get_id(), False))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.account.lookup_mailbox(made.get_id())

    def test_message(self):
        mail = self.account.deliver(MAIL, None, ["$seen"], 1678783272)
        envelope = self.account.get_envelope(mail)
        inbox = self.role(Intimail.MailboxRole.INBOX)
        self.assertEqual(envelope.get_id(), mail)
        self.assertEqual(envelope.get_mailbox_ids(), [inbox.get_id()])
        self.assertEqual(envelope.get_from(), "Chloe <chloe@home.example>")
        self.assertEqual(envelope.get_to(), "Ann <ann@home.example>")
        self.assertEqual((envelope.get_cc(), envelope.get_bcc(), envelope.get_reply_to()),
                         ("cc@home.example", "b@home.example", "r@home.example"))
        self.assertEqual((envelope.get_subject(), envelope.get_message_id()), ("Hello", "two@x"))
        self.assertEqual((envelope.get_sent(), envelope.get_sent_offset()), (1678783272, 90))
        self.assertEqual((envelope.get_received(), envelope.get_size()), (1678783272, len(MAIL)))
        self.assertEqual((envelope.get_n_attachments(), envelope.has_attachment()), (1, True))
        self.assertEqual(envelope.get_preview(), "Some text")
        self.assertEqual((envelope.get_keywords(), envelope.has_keyword("$seen")), (["$seen"], True))
        self.assertEqual(envelope.get_queue_id(), "")
        self.assertEqual(self.account.get_thread(envelope.get_thread_id()), [mail])

        self.assertEqual(self.account.open_message(mail).get_subject(), "Hello")
        self.assertEqual(self.account.load_message(mail).get_data(), MAIL)
        self.assertEqual(self.account.load_blob(f"p{mail}_2").get_data(), b"abc")
        for call in (self.account.get_envelope, self.account.open_message):
            with self.assert_fails(Intimail.Error.NOT_FOUND):
                call("mnothing")

    def test_query(self):
        ids = [self.account.deliver(MAIL.replace(b"Hello", subject), None, None, 1000 + n)
               for n, subject in enumerate((b"beta", b"alpha"))]
        inbox = self.role(Intimail.MailboxRole.INBOX).get_id()
        text, field = Intimail.Filter.new_text, Intimail.FilterField
        self.assertEqual(self.query(), ids[::-1])
        self.assertEqual(self.query(text(field.IN_MAILBOX, inbox), ["subject"]), ids[::-1])
        self.assertEqual(self.query(text(field.SUBJECT, "beta")), ids[:1])
        self.assertEqual(self.query(Intimail.Filter.new_number(field.AFTER, 1001)), ids[1:])
        both = Intimail.Filter.new_operator(
            Intimail.FilterOperator.AND, [text(field.SUBJECT, "beta"), text(field.SUBJECT, "alpha")])
        self.assertEqual(self.query(both), [])
        listing = self.account.query(None, None, False)
        self.assertEqual(listing.find(ids[0]), (True, 1))
        self.assertEqual(listing.get_envelope(1).get_subject(), "beta")

    def test_changes(self):
        before = self.account.get_state(Intimail.ChangeType.EMAIL)
        mail = self.account.deliver(MAIL)
        self.account.set_keywords([mail], ["$flagged"], None)
        trash = self.role(Intimail.MailboxRole.TRASH).get_id()
        self.account.set_mailboxes([mail], [trash])
        self.assertEqual(self.account.get_envelope(mail).get_mailbox_ids(), [trash])
        changes = self.account.get_changes(Intimail.ChangeType.EMAIL, before, 0)
        self.assertEqual((changes.get_created(), changes.get_updated(), changes.get_destroyed()), ([mail], [], []))
        self.assertFalse(changes.has_more())
        self.assertFalse(changes.counts_only())
        self.assertEqual(changes.get_new_state(), self.account.get_state(Intimail.ChangeType.EMAIL))
        self.account.remove_messages([mail])
        self.assertEqual(self.query(), [])
        with self.assert_fails(Intimail.Error.STATE_LOST):
            self.account.get_changes(Intimail.ChangeType.EMAIL, "nothing.1", 0)

    def test_quota(self):
        self.account.set_quota_limits(len(MAIL) + 10, 5)
        self.account.deliver(MAIL)
        quota = self.account.get_quota()
        self.assertEqual((quota.get_used_bytes(), quota.get_used_messages()), (len(MAIL), 1))
        self.assertEqual((quota.get_limit_bytes(), quota.get_limit_messages()), (len(MAIL) + 10, 5))
        with self.assert_fails(Intimail.Error.OVER_QUOTA):
            self.account.deliver(MAIL)
        with self.assert_fails(Intimail.Error.OVER_QUOTA):
            self.account.check_quota(11)

    def test_upload(self):
        upload = self.account.begin_upload(10)
        upload.write(GLib.Bytes.new(b"12345"))
        self.assertEqual(upload.get_size(), 5)
        blob = upload.finish()
        self.assertEqual(self.account.load_blob(blob).get_data(), b"12345")
        upload = self.account.begin_upload(3)
        with self.assert_fails(Intimail.Error.TOO_LARGE):
            upload.write(GLib.Bytes.new(b"12345"))

    def test_deliver_async(self):
        mail = self.call("deliver", MAIL, None, None, 0)
        self.assertEqual([mail], self.query())

    def call(self, name, *arguments):
        """The answer of an asynchronous call."""
        return self.wait(getattr(self.account, f"{name}_async"), getattr(self.account, f"{name}_finish"), *arguments)

    def test_async(self):
        self.assertTrue(self.call("open"))
        self.assertTrue(self.call("refresh"))
        mail = self.account.deliver(MAIL)
        made = self.call("create_mailbox", "Clubs", None)
        none = Intimail.MailboxRole.NONE
        self.assertTrue(self.call("update_mailbox", made.get_id(), "Sport", None, none, 3, True))
        self.assertEqual(self.call("lookup_mailbox_by_path", "Sport").get_id(), made.get_id())
        self.assertEqual(self.call("lookup_mailbox", made.get_id()).get_name(), "Sport")
        trash = self.call("lookup_mailbox_by_role", Intimail.MailboxRole.TRASH).get_id()
        self.assertEqual(len(self.call("list_mailboxes")), 7)
        listing = self.call("query", None, ["subject"], False)
        self.assertEqual(listing.get_id(0), mail)
        self.assertTrue(self.call("set_keywords", [mail], ["$flagged"], None))
        self.assertTrue(self.call("set_mailboxes", [mail], [made.get_id()]))
        envelope = self.call("get_envelope", mail)
        self.assertEqual((envelope.get_mailbox_ids(), envelope.has_keyword("$flagged")), ([made.get_id()], True))
        self.assertEqual(self.call("get_thread", envelope.get_thread_id()), [mail])
        self.assertEqual(self.call("load_message", mail).get_data(), MAIL)
        self.assertEqual(self.call("load_blob", f"r{mail}").get_data(), MAIL)
        self.assertEqual(self.call("open_message", mail).get_text().strip(), "Some text")
        self.assertEqual(self.call("begin_upload", 5).get_size(), 0)
        self.assertEqual(self.call("get_quota").get_used_messages(), 1)
        self.assertTrue(self.call("check_quota", 1))
        self.assertEqual(self.call("check_index", None), [])
        self.assertEqual(self.call("check_messages", None), [])
        self.assertTrue(self.call("rebuild_index", None))
        state = self.call("get_state", Intimail.ChangeType.EMAIL)
        self.assertTrue(self.call("record_change", Intimail.ChangeType.IDENTITY, "i1", True))
        self.assertTrue(self.call("record_removal", Intimail.ChangeType.IDENTITY, "i1"))
        self.assertTrue(self.call("set_mailboxes", [mail], [trash]))
        self.assertEqual(self.call("get_changes", Intimail.ChangeType.EMAIL, state, 0).get_updated(), [mail])
        tomorrow = int(GLib.get_real_time() / 1e6) + 86400
        self.assertEqual(self.call("list_expired", Intimail.MailboxRole.TRASH, tomorrow), [mail])
        self.assertEqual(self.call("expire", Intimail.MailboxRole.TRASH, tomorrow), (True, 1))
        self.assertTrue(self.call("remove_mailbox", made.get_id(), False))
        other = self.account.deliver(MAIL)
        self.assertTrue(self.call("remove_messages", [other]))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.call("lookup_mailbox", made.get_id())

    def test_expire(self):
        trash = self.role(Intimail.MailboxRole.TRASH).get_id()
        mail = self.account.deliver(MAIL, trash)
        now = int(GLib.get_real_time() / 1e6)
        self.assertEqual(self.account.list_expired(Intimail.MailboxRole.TRASH, now - 60), [])
        self.assertEqual(self.account.expire(Intimail.MailboxRole.TRASH, now - 60), (True, 0))
        self.assertEqual(self.account.list_expired(Intimail.MailboxRole.TRASH, now + 60), [mail])
        self.assertEqual(self.account.expire(Intimail.MailboxRole.JUNK, now + 60), (True, 0))
        self.assertEqual(self.account.expire(Intimail.MailboxRole.TRASH, now + 60), (True, 1))
        self.assertEqual(self.query(), [])

    def test_quota_settings(self):
        postmaster = Intimail.Address.parse("postmaster@home.example")
        ann = Intimail.Address.parse("Ann <ann@home.example>")
        self.account.set_quota_limits(len(MAIL) * 10, 0)
        self.account.set_quota_counts_trash(False)
        self.account.set_quota_warnings([20], postmaster, ann)
        self.account.set_vsize_in_name(True)
        self.account.set_previews(False)
        trash = self.role(Intimail.MailboxRole.TRASH).get_id()
        for _ in range(3):
            self.account.deliver(MAIL, trash)
        self.assertEqual(self.account.get_quota().get_used_bytes(), 0)
        self.account.deliver(MAIL)
        self.assertEqual(len(self.query()), 4)
        self.account.deliver(MAIL)
        subjects = [self.account.get_envelope(mail).get_subject() for mail in self.query()]
        self.assertEqual([s for s in subjects if s != "Hello"], ["Your mailbox is 20 % full"])
        self.assertEqual({self.account.get_envelope(mail).get_preview() for mail in self.query()}, {""})
        self.assertTrue(all(",W=" in path.name for path in (self.path / "new").iterdir()))

    def test_following(self):
        """A list model that lives: as a GTK view sees it, and as a loop in Python does."""
        loop, told = GLib.MainLoop(), []
        listing = self.account.query(None, None, False)

        def changed(model, position, removed, added):
            told.append((position, removed, added))
            loop.quit()

        listing.connect("items-changed", changed)
        self.assertTrue(listing.start_following())
        other = Intimail.Account.new(str(self.path))
        first = other.deliver(MAIL, None, None, 1000)
        loop.run()
        second = other.deliver(MAIL, None, None, 2000)
        loop.run()
        self.assertEqual(told, [(0, 0, 1), (0, 0, 1)])
        self.assertEqual([envelope.get_id() for envelope in listing], [second, first])
        self.assertEqual((len(listing), listing[1].get_subject()), (2, "Hello"))
        listing.stop_following()
        self.account.stop_watching()

    def test_changes_are_told(self):
        loop, told = GLib.MainLoop(), []

        def changed(account, changes):
            told.append(changes.get_created())
            loop.quit()

        self.account.connect("messages-changed", changed)
        self.account.start_watching()
        mail = self.account.deliver(MAIL)
        loop.run()
        self.assertEqual(told, [[mail]])
        self.account.stop_watching()

    def test_changes_of_others(self):
        identity = Intimail.ChangeType.IDENTITY
        before = self.account.get_state(identity)
        self.account.record_change(identity, "i1", True)
        created = self.account.get_changes(identity, before, 0)
        self.assertEqual(created.get_created(), ["i1"])
        self.account.record_removal(identity, "i1")
        gone = self.account.get_changes(identity, created.get_new_state(), 0)
        self.assertEqual(gone.get_destroyed(), ["i1"])

    def test_watching(self):
        loop, seen = GLib.MainLoop(), []

        def changed(account):
            seen.append(account)
            loop.quit()

        self.account.connect("changed", changed)
        self.account.start_watching()
        other = Intimail.Account.new(str(self.path))
        other.open()
        other.deliver(MAIL)
        GLib.timeout_add_seconds(30, loop.quit)
        loop.run()
        self.account.stop_watching()
        self.assertTrue(self.account.refresh())
        self.assertEqual(len(seen), 1)
        self.assertEqual(len(self.query()), 1)

    def test_index(self):
        self.account.deliver(MAIL)
        self.assertEqual(self.account.check_index(None), [])
        self.assertEqual(self.account.check_messages(None), [])
        self.assertTrue(self.account.rebuild_index(None, None, None))
        self.assertEqual(len(self.query()), 1)


if __name__ == "__main__":
    unittest.main()
