# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from gi.repository import GLib
from support import Intimail, TestCase

MAIL = b"From: Eve <eve@far.example>\nTo: ann@home.example\nSubject: Hello\n\nText\n"


class Test(TestCase):
    def setUp(self):
        self.site = Intimail.Site.create_full(str(self.make_folder() / "site"), "home.example", "local", "en")
        for uid in ("ann", "ben"):
            self.site.get_directory().add_person(Intimail.Person.new(uid, f"{uid}@home.example"), "correct horse")

    def inbox(self, uid):
        account = self.site.get_account(self.site.get_directory().lookup_person(uid))
        listing = account.query(None, None, False)
        return [listing.get_envelope(i).get_subject() for i in range(listing.get_n_ids())]

    def test_each_recipient_alone(self):
        delivery = Intimail.Delivery.new(self.site, "eve@far.example")
        self.assertTrue(delivery.add_recipient("ann@home.example", len(MAIL)))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            delivery.add_recipient("nobody@home.example", len(MAIL))
        self.assertTrue(delivery.add_recipient("ben@home.example", len(MAIL)))
        self.assertEqual(delivery.get_n_recipients(), 2)
        delivery.write(MAIL)
        self.assertTrue(delivery.finish())
        for recipient in range(2):
            self.assertTrue(delivery.get_result(recipient))
        self.assertEqual((self.inbox("ann"), self.inbox("ben")), (["Hello"], ["Hello"]))

    def deliver(self, confirm):
        delivery = Intimail.Delivery.new(self.site, "eve@far.example")
        delivery.await_confirmation()
        delivery.add_recipient("ann@home.example", len(MAIL))
        delivery.write(MAIL)
        delivery.finish()
        if confirm:
            delivery.confirm()

    def test_confirmation(self):
        self.deliver(confirm=False)
        self.deliver(confirm=True)
        self.assertEqual(self.inbox("ann"), ["Hello"])
        self.deliver(confirm=True)
        self.assertEqual(self.inbox("ann"), ["Hello", "Hello"])

    def test_check(self):
        self.assertTrue(Intimail.Delivery.check_recipient(self.site, None, "ann@home.example", 0))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            Intimail.Delivery.check_recipient(self.site, None, "nobody@home.example", 0)

    def test_leave_list(self):
        group = Intimail.Group.new("choir")
        group.set_mail("choir@home.example")
        group.set_members(["ann"])
        self.site.get_directory().add_group(group)
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            Intimail.Delivery.leave_list(self.site, "choir", "ann", "aaaaaaaaaaaaaaaa")
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            self.wait(lambda *arguments: Intimail.Delivery.leave_list_async(self.site, *arguments),
                      lambda result: Intimail.Delivery.leave_list_finish(self.site, result), "choir", "ann", "x")
        self.assertEqual(self.site.get_directory().lookup_group("choir").get_members(), ["ann"])

    def test_transport(self):
        transport = Intimail.Transport.new(self.site)
        self.assertTrue(transport.send("ann@home.example", ["ben@home.example"], MAIL))
        self.assertEqual(self.inbox("ben"), ["Hello"])
        with self.assert_fails(Intimail.Error.NOT_SUPPORTED):
            transport.send("ann@home.example", ["eve@far.example"], MAIL)
        self.assertEqual(self.inbox("ann"), [])

    def test_outbox(self):
        ann = self.site.get_directory().lookup_person("ann")
        outbox = Intimail.Outbox.new(self.site, ann)
        text = MAIL.replace(b"eve@far.example", b"ann@home.example")
        self.assertTrue(outbox.check("ann@home.example", text))
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            outbox.check("ben@home.example", text)
        with self.assert_fails(Intimail.Error.PERMISSION_DENIED):
            outbox.send("ann@home.example", ["ben@home.example"], MAIL)
        self.assertEqual(self.inbox("ben"), [])
        copy = outbox.send("ann@home.example", ["ben@home.example"], text)
        self.assertEqual(self.inbox("ben"), ["Hello"])
        sent = self.site.get_account(ann).get_envelope(copy)
        self.assertTrue(sent.has_keyword("$seen") and not sent.has_keyword("$draft"))

    def test_sender(self):
        sender = Intimail.Sender.new(self.site)
        self.assertEqual(sender.run(1800000000), (True, 0))
        self.assertTrue(sender.start())
        self.assertTrue(sender.is_busy())
        sender.stop()
        while sender.is_busy():
            GLib.MainContext.default().iteration(True)

    def test_report(self):
        transport = Intimail.Transport.new(self.site)
        recipients = ["ben@home.example", "nobody@home.example"]
        strict = transport.send_each("ann@home.example", recipients, MAIL)
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            strict.check()
        with self.assert_fails(Intimail.Error.FAILED):
            strict.get_result(0)
        self.assertEqual(self.inbox("ben"), [])
        report = transport.send_each("ann@home.example", recipients, MAIL, Intimail.SendFlags.LEAVE_OUT_REFUSED)
        self.assertIsInstance(report, Intimail.SendReport)
        self.assertEqual(report.get_recipients(), recipients)
        self.assertTrue(report.get_result(0))
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            report.get_result(1)
        self.assertEqual(self.inbox("ben"), ["Hello"])


if __name__ == "__main__":
    unittest.main()
