# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the composer writes is read by Python's own email package."""
import email
import email.policy
import os
import pathlib
import re
import tempfile
import unittest

from gi.repository import Gio

from support import GLib, Intimail, TestCase

SUBJECTS = [
    "plain",
    "Grüße aus Zürich",
    "日本語の件名です。" * 8,
    "word " * 40,
    "x" * 300,
    "=?utf-8?Q?not_a_word?=",
    "mixed 日本 and plain, \"quoted\" (comment) <angle>",
    "🎉 emoji 👩‍👩‍👧",
]
NAMES = ["a.txt", "déjà vu.pdf", "日本語.png", "with \"quotes\" and \\ back.txt", "semi;colon=.txt", "100%.txt", "x" * 250, "long " * 30 + "é"]
TEXTS = [
    "",
    "plain\n",
    "From here\n.\n..\n",
    "trailing space \n\ttab\t\n",
    "café\n",
    "日本語" * 2000 + "\n",
    "x" * 5000 + "\n",
    "= equals =3D\n",
]


class Test(TestCase):
    def setUp(self):
        self.composer = Intimail.Composer.new()
        self.composer.set_from(Intimail.Address.new("Ann, Admin", "ann", "home.example"))

    def build(self):
        data = self.composer.build("mail.home.example").get_data()
        self.assertNotIn(b"\r", data)
        for line in data.split(b"\n"):
            self.assertLessEqual(len(line), 998)
        read = email.message_from_bytes(data, policy=email.policy.default)
        for part in read.walk():
            self.assertEqual(part.defects, [])
        return read

    def test_subjects(self):
        for subject in SUBJECTS:
            with self.subTest(subject=subject):
                self.composer.set_field("Subject", subject)
                self.assertEqual(self.build()["Subject"].strip(), subject.strip())

    def test_names(self):
        for name in NAMES:
            with self.subTest(name=name):
                self.setUp()
                self.composer.add_attachment(b"\0\xff", name, "application/x-thing")
                (part,) = self.build().iter_attachments()
                self.assertEqual(part.get_filename(), name)
                self.assertEqual(part.get_content(), b"\0\xff")
                self.assertEqual(part.get_content_type(), "application/x-thing")

    def test_texts(self):
        for text in TEXTS:
            with self.subTest(text=text[:20]):
                self.composer.set_text(text)
                self.assertEqual(self.build().get_content(), text)

    def test_addresses(self):
        people = [
            Intimail.Address.new("Zoë \"Z\" O'Hara", "zoe", "home.example"),
            Intimail.Address.new(None, "bare", "home.example"),
            Intimail.Address.new("山田 太郎", "taro", "home.example"),
            Intimail.Address.new("A" * 60, "a", "home.example"),
        ]
        self.composer.set_addresses("To", people)
        self.composer.set_addresses("cc", people[:1])
        read = self.build()
        self.assertEqual(
            [(a.display_name, a.addr_spec) for a in read["To"].addresses],
            [(p.get_name(), p.get_email()) for p in people],
        )
        self.assertEqual(read["Cc"].addresses[0].display_name, people[0].get_name())
        self.assertEqual(read["From"].addresses[0].display_name, "Ann, Admin")

    def test_long_names(self):
        """They take several encoded words. Python keeps the space between those of a name
        (RFC 2047 section 6.2 says to drop it), so this library reads them."""
        people = [Intimail.Address.new(name, "a", "home.example") for name in ("A" * 100, "山田" * 40, "é " * 60 + "é")]
        self.composer.set_addresses("To", people)
        message = Intimail.Message.new_from_bytes(self.composer.build("mail.home.example"))
        self.assertEqual([a.get_name() for a in message.get_to()], [p.get_name() for p in people])

    def test_structure(self):
        self.composer.set_text("plain")
        self.composer.set_html("<img src='cid:p@x'>")
        self.composer.add_inline(b"png", "p.png", "image/png", "p@x")
        self.composer.add_attachment(b"file", "f.bin")
        self.composer.add_attachment(GLib.Bytes.new(b"From: x\n\ny\n"), "m.eml", "message/rfc822")
        types = [part.get_content_type() for part in self.build().walk()]
        self.assertEqual(
            types,
            ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
             "application/octet-stream", "message/rfc822", "text/plain"],
        )

    def test_thread_and_date(self):
        parent = Intimail.Message.new_from_bytes(b"Message-ID: <b@x>\nReferences: <a@x>\n\n")
        self.composer.set_reply_to_message(parent)
        self.composer.set_date(GLib.DateTime.new_from_iso8601("2023-01-02T03:04:05+05:30"))
        read = self.build()
        self.assertEqual(read["In-Reply-To"], "<b@x>")
        self.assertEqual(read["References"], "<a@x> <b@x>")
        self.assertEqual(read["Date"].datetime.isoformat(), "2023-01-02T03:04:05+05:30")
        self.assertRegex(read["Message-ID"], r"^<[0-9a-f-]{36}@mail\.home\.example>$")

    def test_two_messages_differ(self):
        first, second = self.build(), self.build()
        self.assertNotEqual(first["Message-ID"], second["Message-ID"])

    def test_answers(self):
        parent = Intimail.Message.new_from_bytes(
            b"From: Ben <ben@far.example>\nTo: ann@home.example, x@far.example\nDate: Wed, 09 Dec 2015 15:48:23 +0100\n"
            b"Message-ID: <1@x>\nSubject: AW: Lunch\n\nSoup?\n")
        own = [Intimail.Address.parse("ann@home.example")]
        self.composer.set_text("Yes!")
        self.composer.set_signature("Ann")
        self.assertTrue(self.composer.reply(parent, Intimail.ReplyScope.ALL, own, "fr"))
        self.assertTrue(self.composer.get_quote().endswith(" a écrit :\n> Soup?\n"))
        self.assertEqual([a.get_email() for a in self.composer.list_addresses("To")], ["ben@far.example", "x@far.example"])
        read = self.build()
        self.assertEqual(read["Subject"], "Re: Lunch")
        self.assertEqual(read["In-Reply-To"], "<1@x>")
        self.assertTrue(read.get_content().startswith("Yes!\n\nLe mercredi 9 décembre 2015 à 15:48, Ben <ben@far.example> a écrit :\n> Soup?\n"))
        self.assertTrue(read.get_content().endswith("\n\n-- \nAnn\n"))
        self.composer.set_quote(None)
        self.assertNotIn("Soup", self.build().get_content())
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            self.composer.reply(parent, Intimail.ReplyScope.LIST, None, None)

    def test_passed_on(self):
        parent = Intimail.Message.new_from_bytes(b"From: ben@far.example\nBcc: z@far.example\nSubject: Lunch\n\nSoup?\n")
        self.assertTrue(self.composer.forward(parent, Intimail.ForwardKind.INLINE, None))
        self.assertIn("Subject: Lunch\n\nSoup?\n", self.build().get_content())
        self.setUp()
        self.assertTrue(self.composer.forward(parent, Intimail.ForwardKind.ATTACHED, None))
        read = self.build()
        self.assertEqual(read["Subject"], "Fwd: Lunch")
        (attached,) = read.iter_attachments()
        self.assertEqual(attached.get_content().items(), [("From", "ben@far.example"), ("Subject", "Lunch")])

    def test_recipients(self):
        self.composer.set_recipients("To", ["Ben <ben@home.example>"])
        self.composer.set_recipients("Bcc", ["ben@home.example", "zoe@home.example"])
        self.composer.add_group("Cc", "The Smiths", [Intimail.Address.parse("x@home.example")])
        self.assertEqual(self.composer.list_recipients(), ["ben@home.example", "x@home.example", "zoe@home.example"])
        self.assertEqual(str(self.build()["Cc"].groups[0].display_name), "The Smiths")
        self.assertIn("Bcc", self.build())
        self.composer.set_without_bcc(True)
        self.assertNotIn("Bcc", self.build())
        with self.assertRaisesRegex(GLib.Error, 'no address: "nobody", "x@"'):
            self.composer.set_recipients("To", ["nobody", "ben@home.example", "x@"])
        self.assertFalse(self.composer.needs_smtputf8())
        self.composer.set_recipients("Cc", ["zoé@home.example"])
        self.assertTrue(self.composer.needs_smtputf8())

    def test_identity(self):
        office = Intimail.Address.new("The office", "office", "home.example")
        self.composer.set_identity(office, [Intimail.Address.parse("ann@home.example")], "Mondays")
        read = self.build()
        self.assertEqual((read["From"], read["Reply-To"]), ("The office <office@home.example>", "ann@home.example"))
        self.assertEqual(read.get_content(), "-- \nMondays\n")

    def test_flowed(self):
        self.composer.set_text("word " * 40 + "\n\n> " + "quoted " * 30 + "\n")
        self.composer.set_flowed(True)
        read = self.build()
        self.assertEqual(read.get_content_type(), "text/plain")
        self.assertEqual(read["Content-Type"].params["format"], "flowed")
        self.assertLessEqual(max(map(len, read.get_content().split("\n"))), 78)
        paragraphs = re.sub(r" \n(> )?", " ", read.get_content()).split("\n")
        self.assertEqual([p.strip() for p in paragraphs], [("word " * 40).strip(), "", "> " + ("quoted " * 30).strip(), ""])

    def read_stream(self, *arguments):
        """What is written to a stream, as Python reads it."""
        stream = Gio.MemoryOutputStream.new_resizable()
        self.assertTrue(self.composer.write("mail.home.example", stream, *arguments))
        stream.close()
        return email.message_from_bytes(stream.steal_as_bytes().get_data(), policy=email.policy.default)

    def test_streams(self):
        content = bytes(range(256)) * 5000
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "été.bin")
            path.write_bytes(content)
            self.composer.add_attachment_file(str(path), None, None)
            self.composer.add_attachment_stream(Gio.MemoryInputStream.new_from_data(content), "s.bin", "application/x-thing")
            read = self.read_stream()
            self.assertEqual([(p.get_filename(), p.get_content() == content) for p in read.iter_attachments()],
                             [("été.bin", True), ("s.bin", True)])
            written = pathlib.Path(folder, "mail")
            self.composer.write_file("mail.home.example", str(written), None)
            read = email.message_from_bytes(written.read_bytes(), policy=email.policy.default)
            self.assertEqual(len(list(read.iter_attachments())), 2)
            self.assertEqual(written.stat().st_mode & 0o777, 0o600)
            path.unlink()
            with self.assert_fails(Intimail.Error.FAILED):
                self.composer.write_file("mail.home.example", str(written), None)
            self.assertEqual(os.listdir(folder), ["mail"])

    def test_async(self):
        def run(call, finish, *arguments):
            results = []
            call(self.composer, "mail.home.example", *arguments, GLib.PRIORITY_DEFAULT, None, lambda _, result: results.append(result))
            while not results:
                GLib.MainContext.default().iteration(True)
            self.assertTrue(finish(self.composer, results[0]))

        stream = Gio.MemoryOutputStream.new_resizable()
        run(Intimail.Composer.write_async, Intimail.Composer.write_finish, stream)
        self.assertGreater(stream.get_data_size(), 100)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "mail")
            run(Intimail.Composer.write_file_async, Intimail.Composer.write_file_finish, str(path))
            self.assertIn(b"MIME-Version: 1.0\n", path.read_bytes())

    def test_into_an_account(self):
        with tempfile.TemporaryDirectory() as folder:
            account = Intimail.Account.new(folder + "/ann")
            account.open(None)
            drafts = account.lookup_mailbox_by_role(Intimail.MailboxRole.DRAFTS).get_id()
            self.composer.set_field("Subject", "Draft")
            first = account.deliver_composer(self.composer, "mail.home.example", drafts, ["$draft"], None)
            self.assertEqual(account.get_envelope(first).get_subject(), "Draft")
            results = []
            account.deliver_composer_async(self.composer, "mail.home.example", drafts, None, None, lambda _, result: results.append(result))
            while not results:
                GLib.MainContext.default().iteration(True)
            second = account.deliver_composer_finish(results[0])
            self.assertNotEqual(first, second)

    def test_errors(self):
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            self.composer.set_field("Subject", "x\nBcc: eve@far.example")
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            self.composer.add_attachment(b"", "a\nb", None)
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            self.composer.add_inline(b"", None, "image/png", "no id")
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            Intimail.Composer.new().build("mail.home.example")


if __name__ == "__main__":
    unittest.main()
