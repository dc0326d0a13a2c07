# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import GLib, Intimail, TestCase


class Test(TestCase):
    def test_lmtp(self):
        session = Intimail.LmtpSession.new("mail.home.example", 1000)
        event = Intimail.LmtpEvent
        seen, content = [], b""
        session.feed(GLib.Bytes.new(
            b"LHLO peer.example\r\nMAIL FROM:<eve@far.example> SIZE=20\r\nRCPT TO:<ann@home.example>\r\nDATA\r\nhi\r\n..\r\n.\r\nQUIT\r\n"))
        while (what := session.next()) not in (event.NONE, event.CLOSE):
            seen.append(what)
            if what == event.RECIPIENT:
                self.assertEqual(session.get_recipient(), "ann@home.example")
                self.assertEqual(session.get_sender(), "eve@far.example")
                self.assertEqual(session.get_peer_name(), "peer.example")
                self.assertEqual(session.get_size(), 20)
            if what == event.CONTENT:
                content += session.take_content().get_data()
            if what in (event.MAIL, event.RECIPIENT, event.MESSAGE):
                session.accept()
        self.assertIn(event.MESSAGE, seen)
        self.assertEqual(content, b"hi\n.\n")
        output = session.take_output().get_data()
        self.assertRegex(output, rb"^220 ")
        self.assertIn(b"\r\n250 ", output)

    def test_lmtp_refusal(self):
        session = Intimail.LmtpSession.new("mail.home.example", 1000)
        session.feed(GLib.Bytes.new(b"LHLO p\r\nMAIL FROM:<>\r\nRCPT TO:<x@home.example>\r\n"))
        while (what := session.next()) != Intimail.LmtpEvent.NONE:
            error = GLib.Error.new_literal(Intimail.error_quark(), "no such person", Intimail.Error.NOT_FOUND)
            if what == Intimail.LmtpEvent.RECIPIENT:
                session.answer(error)
            else:
                session.accept()
        self.assertEqual(session.get_n_recipients(), 0)
        self.assertTrue(session.is_in_transaction())
        self.assertFalse(session.is_in_message())
        session.dismiss(Intimail.LmtpFarewell.STOPPING)
        output = session.take_output().get_data()
        self.assertIn(b"\r\n550 5.1.1 ", output)
        self.assertIn(b"\r\n421 ", output)

    def test_policy(self):
        session = Intimail.PolicySession.new()
        session.feed(GLib.Bytes.new(b"request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=ann@home.example\nsize=12\n\n"))
        self.assertEqual(session.next(), Intimail.PolicyEvent.RECIPIENT)
        self.assertEqual(session.get_recipient(), "ann@home.example")
        self.assertEqual(session.get_size(), 12)
        self.assertEqual(session.get_attribute("protocol_state"), "RCPT")
        session.accept()
        self.assertEqual(session.next(), Intimail.PolicyEvent.NONE)
        self.assertRegex(session.take_output().get_data(), rb"^action=DUNNO\n\n$")

    def test_socketmap(self):
        session = Intimail.SocketmapSession.new()
        session.feed(b"19:recipients a@b.test,9:senders x,9:senders y,")
        self.assertEqual(session.next(), Intimail.SocketmapEvent.LOOKUP)
        self.assertEqual((session.get_map(), session.get_key()), ("recipients", "a@b.test"))
        session.answer("ann")
        self.assertEqual(session.next(), Intimail.SocketmapEvent.LOOKUP)
        session.answer(None)
        self.assertEqual(session.next(), Intimail.SocketmapEvent.LOOKUP)
        session.fail(GLib.Error.new_literal(Intimail.error_quark(), "away", Intimail.Error.UNAVAILABLE))
        self.assertEqual(session.next(), Intimail.SocketmapEvent.NONE)
        self.assertRegex(session.take_output().get_data(), rb"^6:OK ann,9:NOTFOUND ,\d+:TEMP [^,]+, [^,]+,$")

    def test_status_of_errors(self):
        error = GLib.Error.new_literal(Intimail.error_quark(), "full", Intimail.Error.OVER_QUOTA)
        self.assertEqual(Intimail.error_get_enhanced_status(error), "5.2.2")


if __name__ == "__main__":
    unittest.main()
