#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The disk that loses its power keeps what it has to keep, and loses all else now and then."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from disk_model import Disk, read_log, write_tree

SHIM = os.path.abspath(sys.argv.pop(1))


def feed(disk, text):
    for line in text.strip().splitlines():
        kind, *fields = line.split()
        data = b""
        if kind == "write":
            data = fields[2].encode()
            fields[2] = str(len(data))
        if kind == "flush" and len(fields) == 2:
            fields.append("")
        disk.feed(kind, *fields, data=data)


def outcomes(text, path, n=300):
    """Everything that may become of a path; "gone" is no file."""
    disk = Disk()
    feed(disk, text)
    return {disk.crash(random.Random(seed)).get(path, "gone") for seed in range(n)}


class TestModel(unittest.TestCase):
    def test_nothing_is_flushed(self):
        found = outcomes("create 1 a\nwrite 1 0 text", "a")
        self.assertLessEqual({"gone", b"", b"text"}, found)
        self.assertIn(b"te", found)

    def test_flushed_bytes_without_a_name(self):
        found = outcomes("create 1 a\nwrite 1 0 text\nflush 1 1\nflushed 1", "a")
        self.assertEqual(found, {"gone", b"text"})

    def test_a_flushed_name_without_bytes(self):
        found = outcomes("create 1 a\nwrite 1 0 text\nflush 1 0 .\nflushed 1", "a")
        self.assertNotIn("gone", found)
        self.assertLessEqual({b"", b"text"}, found)

    def test_both_are_flushed(self):
        text = "create 1 a\nwrite 1 0 text\nflush 1 1\nflushed 1\nflush 2 0 .\nflushed 2"
        self.assertEqual(outcomes(text, "a"), {b"text"})

    def test_a_flush_that_began_before(self):
        text = "create 1 a\nflush 1 1\nwrite 1 0 text\nflush 2 0 .\nflushed 1\nflushed 2"
        self.assertLessEqual({b"", b"text"}, outcomes(text, "a"))
        text = "flush 2 0 .\ncreate 1 a\nflushed 2"
        self.assertEqual(outcomes(text, "a"), {"gone", b""})

    def test_a_flush_that_has_not_ended(self):
        self.assertIn("gone", outcomes("create 1 a\nflush 1 0 .", "a"))

    def test_a_folder_is_lost_with_all_in_it(self):
        text = "mkdir d\ncreate 1 d/a\nflush 1 0 d\nflushed 1"
        self.assertEqual(outcomes(text, "d/a"), {"gone", b""})
        self.assertEqual(outcomes(text + "\nflush 2 0 .\nflushed 2", "d/a"), {b""})

    def test_a_rename_is_whole(self):
        text = "mkdir d\ncreate 1 a\nflush 1 0 .\nflushed 1\nrename a d/b"
        disk = Disk()
        feed(disk, text)
        for seed in range(300):
            found = disk.crash(random.Random(seed))
            self.assertEqual(("a" in found) + ("d/b" in found), 1)
        self.assertEqual(outcomes(text + "\nflush 2 0 d\nflushed 2", "a"), {"gone"})
        self.assertEqual(outcomes(text + "\nflush 2 0 d\nflushed 2", "d/b"), {b""})

    def test_a_link_may_come_after_the_removal(self):
        """Which loses the file: whoever moves by link and unlink has to flush between."""
        text = "mkdir d\ncreate 1 a\nflush 1 0 .\nflushed 1\nlink 1 d/b\nunlink a"
        disk = Disk()
        feed(disk, text)
        lost = [seed for seed in range(300) if {"a", "d/b"}.isdisjoint(disk.crash(random.Random(seed)))]
        self.assertTrue(lost)

    def test_changes_of_one_name_keep_their_order(self):
        text = "create 1 a\nflush 1 0 .\nflushed 1\nrename a b\nrename b c"
        disk = Disk()
        feed(disk, text)
        found = {tuple(sorted(disk.crash(random.Random(seed)))) for seed in range(300)}
        self.assertEqual(found, {("a",), ("b",), ("c",)})

    def test_names_of_one_file_stay_that(self):
        disk = Disk()
        feed(disk, "create 1 a\nwrite 1 0 text\nlink 1 b\ncreate 2 c\nwrite 2 0 text\nflush 1.all.1 0\nflushed 1.all.1")
        with tempfile.TemporaryDirectory() as parent:
            root = pathlib.Path(parent) / "root"
            write_tree(disk.crash(random.Random(1)), root)
            inodes = [(root / name).stat().st_ino for name in "abc"]
            self.assertEqual(inodes[0], inodes[1])
            self.assertNotEqual(inodes[0], inodes[2])
            self.assertEqual((root / "c").read_bytes(), b"text")

    def test_a_hole(self):
        found = outcomes("create 1 a\nflush 1 0 .\nflushed 1\nwrite 1 0 te\nwrite 1 2 xt", "a")
        self.assertIn(b"\0\0xt", found)

    def test_all_is_flushed(self):
        text = "mkdir d\ncreate 1 d/a\nwrite 1 0 text\nflush 1.all.1 0\nflushed 1.all.1"
        self.assertEqual(outcomes(text, "d/a"), {b"text"})


class TestShim(unittest.TestCase):
    def test_what_a_program_did_is_what_is_there(self):
        program = """
import os, sys
os.chdir(sys.argv[1])
os.mkdir("d")
fd = os.open("a", os.O_RDWR | os.O_CREAT)
os.write(fd, b"one\\n"); os.write(fd, b"two\\n"); os.pwrite(fd, b"T", 4)
os.fsync(fd)
os.rename("a", "d/b"); os.link("d/b", "c"); os.link("c", "e"); os.unlink("e")
os.ftruncate(fd, 6)
more = os.open("d/b", os.O_WRONLY | os.O_APPEND); os.write(more, b"end")
folder = os.open("d", os.O_RDONLY); os.fsync(folder)
os.write(1, b"done\\n")
"""
        with tempfile.TemporaryDirectory() as parent:
            root = pathlib.Path(parent) / "root"
            root.mkdir()
            log = pathlib.Path(parent) / "log"
            subprocess.run([sys.executable, "-c", program, root], check=True, stdout=subprocess.DEVNULL,
                           env={"LD_PRELOAD": SHIM, "DISK_SHIM_ROOT": root.resolve(), "DISK_SHIM_LOG": log})
            records = read_log(log)
            disk = Disk()
            for fields, data in records:
                disk.feed(*fields, data=data)
            everything = next(f for f in (disk.crash(random.Random(seed)) for seed in range(1000)) if len(f) == 3)
            self.assertEqual(set(everything), {"d", "d/b", "c"})
            self.assertEqual((root / "c").read_bytes(), b"one\nTwend")
            self.assertEqual(bytes(disk.files[(root / "c").stat().st_ino].safe), b"one\nTwo\n")
            kinds = [fields[0] for fields, _ in records]
            self.assertEqual(kinds, ["mkdir", "create", "write", "write", "write", "flush", "flushed", "rename", "link",
                                     "link", "unlink", "truncate", "write", "flush", "flushed", "say"])
            self.assertEqual(records[-1][1], b"done\n")


unittest.main()
