# SPDX-License-Identifier: LGPL-2.1-or-later
import mailbox
import tempfile
import unittest

from gi.repository import Gio

from support import GLib, Intimail, TestCase

MBOX = b"From ann Tue Mar 14 10:11:12 2023\nSubject: one\n\n>From here\n\nFrom ben Tue Mar 14 10:11:13 2023\nSubject: two\nStatus: RO\nX-Keywords: work\n\ntext\n\n"


def write(messages, mbox_format):
    """The bytes of an mbox with (message, sender, received, keywords)."""
    stream = Gio.MemoryOutputStream.new_resizable()
    writer = Intimail.MboxWriter.new(stream, mbox_format)
    for message, sender, received, keywords in messages:
        writer.append(message, sender, received, keywords, None)
    stream.close()
    return stream.steal_as_bytes().get_data()


class Test(TestCase):
    def test_read(self):
        reader = Intimail.MboxReader.new(GLib.Bytes.new(MBOX), Intimail.MboxFormat.RD)
        first = reader.next().get_data()
        self.assertEqual(first, b"Subject: one\n\nFrom here\n")
        self.assertEqual(reader.get_received(), 1678788672)
        self.assertEqual(reader.get_keywords(), [])
        self.assertEqual(reader.get_offset(), MBOX.index(b"From ben"))
        self.assertEqual(Intimail.Message.new_from_bytes(reader.next()).get_subject(), "two")
        self.assertEqual(reader.get_keywords(), ["$seen", "work"])
        self.assertIsNone(reader.next())

    def test_is_mbox(self):
        self.assertTrue(Intimail.MboxReader.is_mbox(MBOX))
        self.assertFalse(Intimail.MboxReader.is_mbox(GLib.Bytes.new(b"Subject: x\n\n")))

    def test_formats(self):
        self.assertEqual(Intimail.MboxReader.detect_format(MBOX), Intimail.MboxFormat.RD)
        for unquote, message in ((False, b"Subject: one\n\n>From here\n"), (True, b"Subject: one\n\nFrom here\n")):
            reader = Intimail.MboxReader.new(MBOX, Intimail.MboxFormat.O)
            reader.set_unquote(unquote)
            self.assertEqual(reader.next().get_data(), message)

    def test_write(self):
        messages = [(b"Subject: one\n\nFrom here\n", "ann", 1678788672, []),
                    (b"Subject: two\n\ntext\n", "ben", 1678788673, ["work", "$seen"])]
        self.assertEqual(write(messages, Intimail.MboxFormat.RD), MBOX)
        in_cl2 = write(messages, Intimail.MboxFormat.CL2)
        self.assertIn(b"Subject: one\nContent-Length: 10\n\nFrom here\n\nFrom ben", in_cl2)
        self.assertEqual(Intimail.MboxReader.detect_format(GLib.Bytes.new(in_cl2)), Intimail.MboxFormat.CL2)

    def test_what_an_mbox_cannot_hold(self):
        message = [(b"Subject: one\n\nno end", "ann", 0, [])]
        with self.assert_fails(Intimail.Error.NOT_SUPPORTED):
            write(message, Intimail.MboxFormat.RD)
        self.assertIn(b"no end", write(message, Intimail.MboxFormat.CL2))

    def test_python_reads_what_we_write(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(write([(b"Subject: one\n\n>From here\n", "ann@home.example", 0, ["$seen", "$flagged"])], Intimail.MboxFormat.RD))
            file.flush()
            box = mailbox.mbox(file.name)
            message = next(iter(box))
            box.close()
        self.assertEqual(message.get_from(), "ann@home.example Thu Jan  1 00:00:00 1970")
        self.assertEqual("".join(sorted(message.get_flags())), "FOR")
        self.assertEqual(message.get_payload(), ">>From here\n")

    def test_we_read_what_python_writes(self):
        with tempfile.NamedTemporaryFile() as file:
            box = mailbox.mbox(file.name)
            for flags in ("", "RO", "ROAFD"):
                message = mailbox.mboxMessage(b"Subject: x\n\nFrom here\n")
                message.set_from("ann@home.example", True)
                message.set_flags(flags)
                box.add(message)
            box.flush()
            content = open(file.name, "rb").read()
            box.close()
        reader = Intimail.MboxReader.new(GLib.Bytes.new(content), Intimail.MboxFormat.RD)
        found = []
        while (message := reader.next()) is not None:
            self.assertTrue(message.get_data().endswith(b"\n\nFrom here\n"))
            found.append(sorted(reader.get_keywords()))
        self.assertEqual(found, [[], ["$seen"], sorted(["$seen", "$answered", "$flagged", "\\deleted"])])


if __name__ == "__main__":
    unittest.main()
