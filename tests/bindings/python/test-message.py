# SPDX-License-Identifier: LGPL-2.1-or-later
import base64
import io
import unittest
import zipfile

from support import GLib, Intimail, TestCase, corpora
from gi.repository import Gio

MAIL = """\
From: =?utf-8?Q?Chlo=C3=A9?= <chloe@home.example>
To: Ann <ann@home.example>, ben@home.example
Cc: cc@home.example
Bcc: bcc@home.example
Reply-To: reply@home.example
Sender: sender@home.example
Subject: Re: =?utf-8?Q?caf=C3=A9?=
Message-ID: <two@home.example>
In-Reply-To: <one@home.example>
References: <zero@home.example> <one@home.example>
List-Unsubscribe: <mailto:leave@list.example>
Date: Tue, 14 Mar 2023 10:11:12 +0130
Received: by mail.home.example (Postfix) id 4XyZ; Tue, 14 Mar 2023 10:11:12 +0130
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Language: fr
Content-Location: http://home.example/x
Content-Transfer-Encoding: quoted-printable

un caf=E9
--c
Content-Type: text/html; charset=utf-8

<p>un <b>café</b></p>
--c--
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="a.pdf"
Content-ID: <pdf@home.example>
Content-Transfer-Encoding: base64

AAECAw==
--b--
""".encode()


class Test(TestCase):
    def setUp(self):
        self.message = Intimail.Message.new_from_bytes(MAIL)

    def test_envelope(self):
        m = self.message
        self.assertEqual(m.get_subject(), "Re: café")
        self.assertEqual(m.get_base_subject(), "café")
        self.assertEqual([(a.get_name(), a.get_email()) for a in m.get_from()], [("Chloé", "chloe@home.example")])
        self.assertEqual([a.get_email() for a in m.get_to()], ["ann@home.example", "ben@home.example"])
        for field in ("cc", "bcc", "reply_to", "sender"):
            (address,) = getattr(m, f"get_{field}")()
            self.assertEqual(address.get_domain(), "home.example")
        self.assertEqual(m.get_message_id(), "two@home.example")
        self.assertEqual(m.get_message_ids("references"), ["zero@home.example", "one@home.example"])
        self.assertEqual(m.get_message_ids("X-Nothing"), [])
        self.assertEqual(m.get_queue_id(), "4XyZ")
        self.assertEqual(m.get_date().format_iso8601(), "2023-03-14T10:11:12+01:30")
        self.assertEqual(m.get_field("cc"), "cc@home.example")
        self.assertIsNone(m.get_field("X-Nothing"))
        self.assertEqual(m.get_bytes().get_data(), MAIL)

    def test_fields(self):
        fields = {f.get_name(): f for f in self.message.get_headers()}
        self.assertEqual(list(fields)[:2], ["From", "To"])
        self.assertEqual(fields["Subject"].get_raw(), " Re: =?utf-8?Q?caf=C3=A9?=")
        self.assertEqual(fields["Subject"].get_text(), "Re: café")
        self.assertEqual(fields["Subject"].get_bytes().get_data(), b" Re: =?utf-8?Q?caf=C3=A9?=")
        self.assertEqual(fields["To"].get_addresses()[1].get_local_part(), "ben")
        self.assertEqual(fields["References"].get_message_ids()[0], "zero@home.example")
        self.assertEqual(fields["List-Unsubscribe"].get_urls(), ["mailto:leave@list.example"])
        self.assertEqual(fields["Date"].get_date().to_unix(), 1678783272)
        self.assertIsNone(fields["Subject"].get_date())

    def test_parts(self):
        m = self.message
        root = m.get_root()
        self.assertTrue(root.is_multipart())
        self.assertEqual([p.get_id() for p in root.get_parts()], ["1", "2"])
        self.assertEqual([p.get_id() for p in m.get_text_body()], ["1.1"])
        self.assertEqual([p.get_id() for p in m.get_html_body()], ["1.2"])
        self.assertEqual([p.get_id() for p in m.get_attachments()], ["2"])
        self.assertTrue(m.has_attachment())
        self.assertEqual(m.get_n_attachments(), 1)
        self.assertEqual(m.get_preview(), "un café")
        self.assertEqual(m.get_text(), "un café")
        self.assertIsNone(m.get_part("3"))

        text = m.get_part("1.1")
        self.assertEqual(text.get_text(), ("un café", False))
        self.assertEqual(text.get_charset(), "iso-8859-1")
        self.assertEqual(text.get_languages(), ["fr"])
        self.assertEqual(text.get_content_location(), "http://home.example/x")
        self.assertEqual(len(text.get_headers()), 4)

        pdf = m.get_part("2")
        self.assertEqual(pdf.get_content_type(), "application/pdf")
        self.assertEqual(pdf.get_disposition(), "attachment")
        self.assertEqual(pdf.get_name(), "a.pdf")
        self.assertEqual(pdf.get_content_id(), "pdf@home.example")
        self.assertEqual(pdf.get_size(), 4)
        self.assertEqual(pdf.get_content().get_data(), b"\0\1\2\3")
        stream = Gio.MemoryOutputStream.new_resizable()
        self.assertTrue(pdf.write(stream))
        stream.close()
        self.assertEqual(stream.steal_as_bytes().get_data(), b"\0\1\2\3")

    def test_file(self):
        mail = MAIL.replace(b'filename="a.pdf"', b'filename="../a.pdf"').replace(b"AAECAw==", b"TVqQAAMAAAAEAAAA")
        part = Intimail.Message.new_from_bytes(mail).get_part("2")
        self.assertEqual(part.get_name(), "../a.pdf")
        self.assertEqual(part.guess_content_type(), "application/x-ms-dos-executable")
        self.assertTrue(part.is_disguised())
        self.assertEqual(part.make_file_name(), "a.pdf.bin")
        stream = Gio.MemoryOutputStream.new_resizable()
        self.assertTrue(self.wait(part.write_async, part.write_finish, stream))
        stream.close()
        self.assertEqual(stream.steal_as_bytes().get_data()[:2], b"MZ")

    def test_zip(self):
        names = ["../a.txt", "a.txt", "caf\u00e9.txt", "con", "A.TXT", ""]
        contents = [b"hello\n" * 1000, b"", "caf\u00e9\n".encode(), b"\0\1\2", b"A", b"\x89PNG\r\n\x1a\n"]
        mail = ["Date: Tue, 14 Mar 2023 10:11:12 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n"]
        for name, content in zip(names, contents):
            mail.append(f'--b\nContent-Type: application/octet-stream; name="{name}"\nContent-Disposition: attachment\n'
                        f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(content).decode()}\n")
        message = Intimail.Message.new_from_bytes("".join([*mail, "--b--\n"]).encode())
        for write in (message.write_zip, lambda stream: self.wait(message.write_zip_async, message.write_zip_finish, stream)):
            stream = Gio.MemoryOutputStream.new_resizable()
            self.assertTrue(write(stream))
            stream.close()
            with zipfile.ZipFile(io.BytesIO(stream.steal_as_bytes().get_data())) as packed:
                self.assertIsNone(packed.testzip())
                self.assertEqual(packed.namelist(), ["a.txt", "a (2).txt", "caf\u00e9.txt", "_con", "A (3).TXT", "unnamed.png"])
                self.assertEqual([packed.read(info) for info in packed.infolist()], contents)
                self.assertEqual(packed.infolist()[0].date_time[:3], (2023, 3, 14))
                self.assertLess(packed.infolist()[0].compress_size, 200)
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            Intimail.Message.new_from_bytes(b"Subject: x\n\ntext\n").write_zip(Gio.MemoryOutputStream.new_resizable())

    def test_open(self):
        inner = Intimail.Message.new_from_bytes(b"Content-Type: message/rfc822\n\nSubject: inside\n\nx\n").get_root()
        self.assertTrue(inner.can_open())
        self.assertEqual(inner.open().get_subject(), "inside")
        self.assertEqual(self.wait(inner.open_async, inner.open_finish).get_subject(), "inside")
        self.assertFalse(self.message.get_part("2").can_open())
        with self.assert_fails(Intimail.Error.NOT_SUPPORTED):
            self.message.get_part("2").open()

    def test_invitation(self):
        calendar = ("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a@x\nSUMMARY:Lunch\nLOCATION:Hall\n"
                    "ORGANIZER;CN=Ann:mailto:ann@home.example\nATTENDEE;PARTSTAT=DECLINED;CN=Ben:mailto:ben@home.example\n"
                    "DTSTART:20170111T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n")
        message = Intimail.Message.new_from_bytes(f"Content-Type: text/calendar\n\n{calendar}".encode())
        found = Intimail.Invitation.find(message)
        self.assertEqual((found.get_method(), found.get_uid(), found.get_summary(), found.get_location(), found.get_organizer()),
                         ("REQUEST", "a@x", "Lunch", "Hall", "ann@home.example"))
        self.assertEqual(found.get_start().to_unix(), 1484125200)
        self.assertEqual(found.get_end().to_unix(), 1484128800)
        self.assertEqual((found.is_all_day(), found.is_floating(), found.get_zone(), found.get_rule()), (False, False, None, "FREQ=DAILY"))
        self.assertEqual((found.get_organizer_name(), found.get_n_attendees()), ("Ann", 1))
        self.assertEqual((found.get_attendee(0), found.get_attendee_name(0)), ("ben@home.example", "Ben"))
        self.assertEqual(found.get_attendance(0), Intimail.Attendance.DECLINED)
        self.assertIsNone(found.get_attendee(1))
        self.assertEqual(found.get_part().get_id(), "1")
        self.assertIsNone(Intimail.Invitation.find(self.message))

        ben = Intimail.Address.new("Ben", "ben", "home.example")
        answer = found.make_answer(ben, Intimail.Attendance.ACCEPTED, GLib.DateTime.new_utc(2017, 1, 1, 0, 0, 0))
        self.assertIn("\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=\"Ben\":mailto:ben@home.example\r\n", answer)
        composer = Intimail.Composer.new()
        composer.set_from(ben)
        self.assertTrue(composer.answer_invitation(message, Intimail.Attendance.TENTATIVE, "fr"))
        written = Intimail.Message.new_from_bytes(composer.build("mail.home.example").get_data())
        self.assertEqual(written.get_subject(), "Peut-\u00eatre : Lunch")
        self.assertEqual(Intimail.Invitation.find(written).get_attendance(0), Intimail.Attendance.TENTATIVE)
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            composer.answer_invitation(self.message, Intimail.Attendance.TENTATIVE, None)

    def test_protection(self):
        mail = (b"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n"
                b"--b\n\nx\n--b\nContent-Type: application/pgp-signature\n\ny\n--b--\n")
        message = Intimail.Message.new_from_bytes(mail)
        part = message.find_protected_part()
        self.assertEqual(part.get_id(), "")
        self.assertEqual(part.get_protection(), Intimail.Protection.PGP_SIGNED)
        self.assertEqual(self.message.get_root().get_protection(), Intimail.Protection.NONE)
        self.assertIsNone(self.message.find_protected_part())

    def test_winmail(self):
        if (folder := corpora("mime/mailcore2/summary/input")) is None:
            return
        (part,) = Intimail.Message.new_from_file(str(folder / "1808-winmail-dat.eml")).get_attachments()
        found = [(p.get_name(), p.guess_content_type(), p.get_size()) for p in part.open().get_attachments()]
        self.assertEqual(found, [("message.rtf", "application/rtf", 8246), ("GIR - LINUX.doc", "application/msword", 202240)])

    def test_errors(self):
        with self.assert_fails(Intimail.Error.INVALID_ARGUMENT):
            self.message.get_root().get_content()
        with self.assert_fails(Intimail.Error.NOT_FOUND):
            Intimail.Message.new_from_file(str(self.make_folder() / "none"))

    def test_file_and_bytes_agree(self):
        path = self.make_folder() / "mail"
        path.write_bytes(MAIL)
        m = Intimail.Message.new_from_file(str(path))
        self.assertEqual(m.get_subject(), self.message.get_subject())
        self.assertEqual(Intimail.Message.new_from_bytes(GLib.Bytes.new(MAIL)).get_text(), "un café")

    def test_delivery_status(self):
        report = Intimail.Message.new_from_bytes(
            b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.home.example\n\n"
            b"Final-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.2.2\n"
            b"Remote-MTA: dns; mx.far.example\nDiagnostic-Code: smtp; 552 5.2.2 full\n")
        status = Intimail.DeliveryStatus.read(report)
        self.assertEqual((status.get_reporter(), status.get_n_recipients()), ("mx.home.example", 1))
        self.assertEqual(status.get_recipient(0), "bob@far.example")
        self.assertEqual(status.get_action(0), Intimail.DeliveryAction.FAILED)
        self.assertEqual((status.get_status(0), status.get_remote(0)), ("5.2.2", "mx.far.example"))
        self.assertEqual(status.get_diagnostic(0), "552 5.2.2 full")
        self.assertEqual(status.get_message_id(), "")
        self.assertIn("full", status.explain(0, "en"))
        self.assertIn("pleine", status.explain(0, "fr"))
        self.assertIsNone(Intimail.DeliveryStatus.read(Intimail.Message.new_from_bytes(b"Subject: x\n\nx\n")))


if __name__ == "__main__":
    unittest.main()
