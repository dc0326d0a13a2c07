# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from support import GLib, Intimail, TestCase

MBOX = b"From ann Tue Mar 14 10:11:12 2023\nSubject: one\n\n>From here\n\nFrom ben Tue Mar 14 10:11:13 2023\nSubject: two\n\ntext\n"


class Test(TestCase):
    def test_read(self):
        reader = Intimail.MboxReader.new(GLib.Bytes.new(MBOX), Intimail.MboxFormat.RD)
        first = reader.next().get_data()
        self.assertEqual(first, b"Subject: one\n\nFrom here\n")
        self.assertEqual(reader.get_received(), 1678788672)
        self.assertEqual(Intimail.Message.new_from_bytes(reader.next()).get_subject(), "two")
        self.assertIsNone(reader.next())

    def test_is_mbox(self):
        self.assertTrue(Intimail.MboxReader.is_mbox(GLib.Bytes.new(MBOX)))
        self.assertFalse(Intimail.MboxReader.is_mbox(GLib.Bytes.new(b"Subject: x\n\n")))


if __name__ == "__main__":
    unittest.main()
