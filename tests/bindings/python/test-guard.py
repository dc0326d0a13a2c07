# SPDX-License-Identifier: LGPL-2.1-or-later
import json
import os
import socket
import tempfile
import unittest

from support import GLib, Intimail, TestCase

NOW = 1893456000
LINE = "Dec  9 15:48:23 home sshd[1]: Failed password for {} from {} port 1 ssh2"


class Test(TestCase):
    def test_detector(self):
        detector = Intimail.Detector.new()
        detector.load_builtin()
        self.assertIn("sshd", detector.list_services())
        event = detector.match(LINE.format("anna", "192.0.2.1"), -1, NOW)
        self.assertEqual((event.get_address(), event.get_account(), event.get_service()), ("192.0.2.1", "anna", "sshd"))
        self.assertEqual((event.get_kind(), event.get_attempts(), event.get_weight()), (Intimail.GuardKind.BAD_PASSWORD, 1, 1))
        self.assertEqual((json.loads(event.to_json(7))["line"], event.is_from_log()), (7, True))
        entry = detector.match_entry("sshd", "1", "Failed password for x\nfrom 192.0.2.9 port 1 ssh2 from 192.0.2.3 port 1 ssh2", -1, NOW - 5)
        self.assertEqual((entry.get_address(), entry.get_time()), ("192.0.2.3", NOW - 5))
        self.assertIsNone(detector.match_entry("sshd evil", None, "Failed password for x from 192.0.2.3 port 1 ssh2", -1, NOW))
        seen = []
        text = (LINE.format("a", "192.0.2.2") + "\nx\n" + LINE.format("b", "2001:db8::1") + "\n").encode()
        detector.set_live(True)
        self.assertEqual(detector.scan(text, NOW, lambda event, line, *_: seen.append((event.get_address(), event.get_time(), line))), len(text))
        self.assertEqual(seen, [("192.0.2.2", NOW, 1), ("2001:db8::1", NOW, 3)])
        self.assertEqual(detector.get_lines(), 6)
        detector.set_services(["dovecot"])
        detector.set_aggressive(True)
        detector.set_untimed(True)
        self.assertIsNone(detector.match(LINE.format("anna", "192.0.2.1"), -1, NOW))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.conf")
            with open(path, "w", encoding="utf-8") as file:
                file.write("service = x\nprogram = x\n[a]\ncontains = abc\nmatch = abc %address%\nexample = 192.0.2.9 Dec  9 15:48:23 h x: abc 192.0.2.9\n")
            detector.load_file(path)
            detector.load_folder(folder)

    def test_guard(self):
        guard = Intimail.Guard.new()
        ban = None
        for i in range(5):
            event = Intimail.GuardEvent.new(NOW, "192.0.2.1", "webmail", Intimail.GuardKind.BAD_PASSWORD, "anna")
            event.set_password(f"guess {i}")
            ban = guard.judge(event, NOW)
        self.assertEqual((ban.get_address(), ban.get_since(), ban.get_until(), ban.get_count()), ("192.0.2.1", NOW, NOW + 600, 1))
        self.assertIn("5 points", ban.get_reason())
        self.assertIn("webmail", guard.explain("192.0.2.1", NOW))
        self.assertEqual(guard.lookup_ban("192.0.2.1", NOW).get_address(), "192.0.2.1")
        guard.ban("203.0.113.0/24", 0, "test", NOW)
        guard.allow("2001:db8::/32", "us")
        self.assertEqual(guard.get_allowance("2001:db8::1", NOW), "us")
        self.assertIn("2001:db8::/32 us", guard.list_allowed(NOW))
        with self.assertRaises(GLib.Error):
            guard.ban("2001:db8::1", 60, "test", NOW)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bans.json")
            guard.set_mark("a", "b")
            guard.save_state(path, NOW)
            again = Intimail.Guard.new()
            again.load_settings(os.path.join(folder, "guard.conf"))
            again.load_state(path, NOW)
            self.assertEqual({ban.get_address() for ban in again.list_bans(NOW)}, {"192.0.2.1", "203.0.113.0/24"})
            self.assertEqual(again.get_mark("a"), "b")
            self.assertTrue(self.wait(guard.save_state_async, guard.save_state_finish, path + "2", NOW))
            later = Intimail.Guard.new()
            self.assertTrue(self.wait(later.load_state_async, later.load_state_finish, path + "2", NOW))
            self.assertEqual(len(later.list_bans(NOW)), 2)
            with self.assertRaises(GLib.Error):
                self.wait(guard.save_state_async, guard.save_state_finish, os.path.join(folder, "nothing", "here"), NOW)
        guard.disallow("2001:db8::/32")
        guard.unban("203.0.113.0/24")
        guard.expire(NOW)
        guard.set_name("friend.example", ["192.0.2.1"])
        guard.allow_own_networks()
        self.assertEqual((guard.list_names(), guard.list_bans(NOW), guard.get_ports()), ([], [], []))
        self.assertTrue(guard.get_sources())
        self.assertLessEqual(guard.get_n_tracked(), 2)
        self.assertEqual(guard.get_n_spared(), 0)
        serial = guard.get_allowed_serial()
        guard.allow("198.51.100.7", "us")
        guard.release_allowed(NOW)
        self.assertGreater(guard.get_allowed_serial(), serial)

    def test_firewall(self):
        guard = Intimail.Guard.new()
        guard.set_closing(False)
        guard.ban("198.51.100.1", 60, "test", NOW)
        self.assertIn("198.51.100.1 timeout 60s", Intimail.firewall_format_rules(guard, NOW))
        self.assertIn("add element inet intimail deny4 { 198.51.100.1 timeout 59s }", Intimail.firewall_format_bans(guard.list_bans(NOW), NOW + 1))
        # Only of who was banned before may something be there to take away.
        self.assertNotIn("delete element", Intimail.firewall_format_bans(guard.list_bans(NOW), NOW + 1))
        guard.ban("198.51.100.1", 600, "test", NOW)
        self.assertEqual(Intimail.firewall_format_bans(guard.list_bans(NOW), NOW + 1).split("\n")[1:3],
                         ["delete element inet intimail deny4 { 198.51.100.1 }", "add element inet intimail deny4 { 198.51.100.1 timeout 599s }"])
        self.assertIn("delete element", Intimail.firewall_format_unban("198.51.100.1"))
        self.assertEqual(Intimail.firewall_format_removal(), "table inet intimail\ndelete table inet intimail\n")

    def test_limiter(self):
        limiter = Intimail.Limiter.new(1000)
        self.assertEqual(limiter.get_interval(), 1000)
        self.assertEqual([limiter.count("anna", 0) for _ in range(3)], [1, 2, 3])
        limiter.take_back("anna", 0)
        self.assertEqual((limiter.get_level("anna", 1500), limiter.get_level("ben", 0)), (1, 0))

    def test_report(self):
        event = Intimail.GuardEvent.new(NOW, "192.0.2.1", "webmail", Intimail.GuardKind.BAD_PASSWORD, "anna")
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as guard:
            path = os.path.join(folder, "events")
            guard.bind(path)
            guard.listen()
            event.set_password("wrong")
            event.report(path)
            with guard.accept()[0] as peer:
                again = Intimail.GuardEvent.new_from_report(GLib.Bytes.new(peer.recv(4096)))
            self.assertEqual((again.get_time(), again.get_address(), again.get_account(), again.is_from_log()), (NOW, "192.0.2.1", "anna", False))
            with self.assertRaises(GLib.Error):
                event.report(path + "x")


if __name__ == "__main__":
    unittest.main()
