#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs of intimail(1) about mail, mailboxes, files, quotas and indexes."""
import contextlib
import json
import mailbox
import os
import pathlib
import pty
import re
import subprocess
import sys
import unittest

from command_case import (DIFFERENCE, EXISTS, FAILED, NO_ROOM, NOT_FOUND, PROGRAM, REFUSED, USAGE, CommandCase, mail)


class MailTest(CommandCase):
    def test_send(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        text = mail("one", sender="Ann <ann@home.example>", Bcc="ben@home.example").as_string()
        self.bad(REFUSED, "no address of ben", "message", "send", "ben", "ann@home.example", stdin=text)
        self.bad(REFUSED, "no address of ann", "message", "send", "--sender", "ben@home.example", "ann", stdin=text)
        self.bad(NOT_FOUND, "zoe", "message", "send", "zoe", stdin=text)
        self.bad(USAGE, "to nobody", "message", "send", "ann", stdin="From: ann@home.example\n\nx\n")
        self.assertTrue(self.json("message", "send", "ann", stdin=text)["id"])
        self.assertEqual([one["subject"] for one in self.json("message", "list", "ben")], ["one"])
        self.assertEqual(len(self.json("message", "list", "ann")), 1)
        self.assertIn("Sent: ", self.ok("message", "send", "ann", "ben@home.example", stdin=text))
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "sent")), 2)
        self.bad(NOT_FOUND, "kept among the drafts", "message", "send", "ann", "nobody@home.example", stdin=text)
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "drafts")), 1)
        self.assertNotIn("Bcc:", self.ok("message", "show", "ben", self.json("message", "list", "ben")[0]["id"], "--raw"))

    def test_import_mbox(self):
        self.make_site()
        path = self.write_mbox("box", [mail("one", Status="RO"), mail("two", **{"X-Status": "AF"}),
                                       mail("three", body="Dear all,\n\nFrom now on ...\n")])
        self.assertEqual(self.json("import", "ann", path), {"mailbox": "Inbox", "imported": 3, "skipped": 0, "failed": 0})
        known = {envelope["subject"]: envelope for envelope in self.json("message", "list", "ann")}
        self.assertEqual(known["one"]["keywords"], ["$seen"])
        self.assertEqual(sorted(known["two"]["keywords"]), ["$answered", "$flagged"])
        self.assertEqual(known["three"]["from"], "Zoe <zoe@elsewhere.example>")
        self.assertEqual(self.json("list", "ann"), self.json("message", "list", "ann"))
        raw = self.ok("message", "show", "ann", known["three"]["id"], "--raw")
        self.assertEqual(self.ok("show", "ann", known["three"]["id"], "--raw"), raw)
        self.assertIn("\nFrom now on ...\n", raw)
        self.assertEqual(self.json("import", "ann", path, "--skip-duplicates"),
                         {"mailbox": "Inbox", "imported": 0, "skipped": 3, "failed": 0})
        self.assertEqual(self.ok("import", "ann", path, "--skip-duplicates"), "Inbox: 0 imported, 3 skipped\n")
        self.assertEqual(self.ok("import", "ann", path, "--mailbox", "archive"), "Archive: 3 imported\n")
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "archive")), 3)
        self.assertEqual(len(self.json("message", "list", "ann")), 3)

    def test_root_writes_as_the_owner_of_the_mail(self):
        """The agent runs as somebody, and must be able to go on where root imported."""
        owner = 65534
        if os.geteuid() != 0:
            print("not root: the owner of imported mail is not tested")
            return
        self.make_site()
        path = self.write_mbox("box", [mail("one"), mail("two")])
        path.chmod(0o600)
        closed = self.folder / "closed"
        closed.mkdir(mode=0o700)
        path = path.rename(closed / "box")
        self.folder.chmod(0o755)
        for entry in (self.site / "mail", *(self.site / "mail").rglob("*")):
            os.chown(entry, owner, owner)
        self.ok("import", "ann", path)
        self.assertEqual(len(self.json("message", "list", "ann")), 2)
        self.assertEqual({entry.stat().st_uid for entry in (self.site / "mail").rglob("*")}, {owner})
        self.assertEqual({entry.stat().st_gid for entry in (self.site / "mail").rglob("*")}, {owner})

    def test_import_maildir(self):
        self.make_site()
        box = mailbox.Maildir(self.folder / "Maildir", create=True)
        for subject, flags in (("new", ""), ("seen", "S"), ("starred", "FS")):
            message = mailbox.MaildirMessage(mail(subject))
            message.set_subdir("cur" if flags else "new")
            message.set_flags(flags)
            message.set_date(1000000000)
            box.add(message)
        box.add_folder("Old").add(mailbox.MaildirMessage(mail("old")))
        self.assertEqual(self.ok("import", "ann", self.folder / "Maildir"), "Inbox: 3 imported\nOld: 1 imported\n")
        self.assertEqual([e["subject"] for e in self.json("message", "list", "ann", "--mailbox", "Old")], ["old"])
        known = {envelope["subject"]: envelope for envelope in self.json("message", "list", "ann")}
        self.assertEqual(known["new"]["keywords"], [])
        self.assertEqual(known["seen"]["keywords"], ["$seen"])
        self.assertEqual(sorted(known["starred"]["keywords"]), ["$flagged", "$seen"])
        self.assertEqual(known["seen"]["received"], "2001-09-09T01:46:40Z")
        self.assertEqual([e["subject"] for e in self.json("message", "list", "ann", "--unread")], ["new"])

    def test_import_eml(self):
        self.make_site()
        folder = self.folder / "mails"
        folder.mkdir()
        for i in range(3):
            (folder / f"{i}.eml").write_bytes(mail(f"number {i}").as_bytes())
        (folder / "readme.txt").write_text("no mail\n")
        self.ok("import", "ann", folder)
        self.ok("import", "ann", folder / "0.eml", "--mailbox", "Archive")
        self.assertEqual(len(self.json("message", "list", "ann")), 3)
        self.assertEqual([e["received"] for e in self.json("message", "list", "ann", "--mailbox", "Archive")], ["2026-01-05T10:00:00Z"])

    def test_import_is_refused(self):
        self.make_site()
        empty = self.folder / "empty"
        empty.mkdir()
        self.bad(NOT_FOUND, "nowhere.eml", "import", "ann", "nowhere.eml")
        self.bad(USAGE, "is neither a Maildir", "import", "ann", empty)
        self.bad(USAGE, "is no Maildir", "import", "ann", empty, "--format", "maildir")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "import", "zoe", empty)
        self.bad(NOT_FOUND, "no such mailbox \"Nowhere\": see \"intimail mailbox list UID\"",
                 "import", "ann", empty, "--mailbox", "Nowhere")
        self.ok("person", "set", "ann", "--quota", "3000")
        path = self.write_mbox("large", [mail(f"n{i}", body="x\n" * 500) for i in range(5)])
        done = self.run_program("--site", self.site, "import", "ann", path)
        self.assertEqual((done.returncode, done.stdout), (NO_ROOM, "Inbox: 2 imported\n"), done.stderr)
        self.assertIn("the same command goes on when there is more room", done.stderr)
        # What was imported, and the message that says how full the mailbox is.
        subjects = sorted(m["subject"] for m in self.json("message", "list", "ann"))
        self.assertEqual((len(subjects), subjects[1:]), (3, ["n0", "n1"]))
        self.assertRegex(subjects[0], r"^Your mailbox is 8\d % full$")
        self.assertEqual(self.subjects("ann"), ["n0", "n1"])
        self.ok("person", "set", "ann", "--quota", "none")
        self.assertEqual(self.ok("import", "ann", path), "Inbox: 3 imported\n")
        self.assertEqual(self.subjects("ann"), [f"n{i}" for i in range(5)])

    def subjects(self, uid):
        """What arrived, without notices of the quota."""
        return sorted(e["subject"] for e in self.json("message", "list", uid) if e["from"].startswith("Zoe"))

    def test_import_with_problems(self):
        self.make_site()
        folder = self.folder / "mails"
        folder.mkdir()
        (folder / "a.eml").write_bytes(mail("a").as_bytes())
        os.mkfifo(folder / "b.eml")
        (folder / "c.eml").write_bytes(mail("c").as_bytes())
        done = self.run_program("--site", self.site, "import", "ann", folder)
        self.assertEqual((done.returncode, done.stdout), (FAILED, "Inbox: 2 imported, 1 failed\n"))
        self.assertEqual(done.stderr, f"intimail: {folder}/b.eml: is no regular file\n")
        # Only what failed is tried again.
        (folder / "b.eml").unlink()
        (folder / "b.eml").write_bytes(mail("b").as_bytes())
        self.assertEqual(self.ok("import", "ann", folder), "Inbox: 1 imported\n")
        self.assertEqual(self.subjects("ann"), ["a", "b", "c"])

    def test_import_shows_how_far_it_is(self):
        self.make_site()
        path = self.write_mbox("box", [mail(f"n{i}") for i in range(20)])
        ours, theirs = pty.openpty()
        done = subprocess.run([PROGRAM, "--site", self.site, "import", "ann", path], stdout=subprocess.PIPE, stderr=theirs,
                              timeout=60, env=self.environment)
        os.close(theirs)
        with open(ours, "rb", buffering=0) as terminal:
            shown = ""
            with contextlib.suppress(OSError):  # the other end is closed
                while piece := terminal.read(4096):
                    shown += piece.decode()
        self.assertEqual((done.returncode, done.stdout), (0, b"Inbox: 20 imported\n"))
        self.assertIn("[##############################] 100 %, 20 messages", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)

    def test_list(self):
        self.make_site()
        self.assertEqual(self.ok("message", "list", "ann"), "no mail\n")
        self.assertEqual(self.json("message", "list", "ann"), [])
        path = self.write_mbox("box", [mail(f"number {i}") for i in range(9)])
        self.ok("import", "ann", path)
        page = self.ok("message", "list", "ann", "--limit", "4", "--offset", "2")
        self.assertEqual(len(page.splitlines()), 6)
        self.assertIn("4 of 9", page)
        self.assertEqual([e["subject"] for e in self.json("message", "list", "ann", "--search", "number 7")], ["number 7"])
        self.assertEqual(self.json("message", "list", "ann", "--offset", "100"), [])
        self.bad(NOT_FOUND, "no such mailbox", "message", "list", "ann", "--mailbox", "x")
        self.bad(NOT_FOUND, "no such person", "message", "list", "zoe")

    def test_show(self):
        self.make_site()
        message = mail("Grüße", body="Schöne Grüße\n")
        message.add_attachment(b"\x00\x01\xff", maintype="application", subtype="octet-stream", filename="däta.bin")
        (self.folder / "x.eml").write_bytes(message.as_bytes())
        self.ok("import", "ann", "x.eml")
        envelope, = self.json("message", "list", "ann")
        text = self.ok("message", "show", "ann", envelope["id"])
        for line in ("from:    Zoe <zoe@elsewhere.example>", "subject: Grüße", "Schöne Grüße"):
            self.assertIn(line + "\n", text)
        shown = self.json("message", "show", "ann", envelope["id"])
        self.assertEqual(shown["envelope"], envelope)
        self.assertEqual(shown["text"], "Schöne Grüße\n")
        file, = shown["attachments"]
        self.assertEqual((file["name"], file["type"], file["size"]), ("däta.bin", "application/octet-stream", 3))
        part = subprocess.run([PROGRAM, "--site", self.site, "message", "show", "ann", envelope["id"], "--part", file["part"]],
                              capture_output=True, timeout=60, env=self.environment)
        self.assertEqual((part.returncode, part.stdout), (0, b"\x00\x01\xff"))
        raw = subprocess.run([PROGRAM, "--site", self.site, "message", "show", "ann", envelope["id"], "--raw"],
                             capture_output=True, timeout=60, env=self.environment)
        self.assertEqual(raw.stdout, message.as_bytes())
        self.bad(NOT_FOUND, "no part \"9\"", "message", "show", "ann", envelope["id"], "--part", "9")
        self.bad(NOT_FOUND, "", "message", "show", "ann", "mnothing")
        self.bad(NOT_FOUND, "", "message", "show", "ann", "../../../etc/passwd")

    def test_mailbox_list(self):
        self.make_site()
        roles = {m["role"]: m for m in self.json("mailbox", "list", "ann")}
        self.assertEqual(set(roles), {"inbox", "sent", "drafts", "trash", "junk", "archive"})
        self.assertEqual(roles["inbox"]["messages"], 0)
        self.assertIn("inbox", self.ok("mailbox", "list", "ann"))
        self.bad(NOT_FOUND, "no such person", "mailbox", "list", "zoe")

    def test_mailbox_changes(self):
        self.make_site()
        def paths():
            return {m["path"] for m in self.json("mailbox", "list", "ann") if m["role"] == ""}
        self.ok("mailbox", "create", "ann", "Clubs")
        made = self.json("mailbox", "create", "ann", "Clubs/Été 1.2")
        self.assertEqual((made["path"], made["name"], made["messages"]), ("Clubs/Été 1.2", "Été 1.2", 0))
        self.ok("import", "ann", self.write_mbox("box", [mail("one")]), "--mailbox", "Clubs/Été 1.2")
        self.ok("mailbox", "create", "ann", "Archive/2026")
        self.ok("mailbox", "rename", "ann", "Clubs", "Archive/2026/~clubs")
        self.assertEqual(paths(), {"Archive/2026", "Archive/2026/~clubs", "Archive/2026/~clubs/Été 1.2"})
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "Archive/2026/~clubs/Été 1.2")), 1)
        self.bad(EXISTS, "there are mailboxes inside", "mailbox", "remove", "ann", "Archive/2026/~clubs")
        self.bad(EXISTS, "there are messages inside", "mailbox", "remove", "ann", "Archive/2026/~clubs/Été 1.2")
        self.ok("mailbox", "remove", "ann", "Archive/2026/~clubs/Été 1.2", "--with-messages")
        self.ok("mailbox", "remove", "ann", "Archive/2026/~clubs")
        self.assertEqual(paths(), {"Archive/2026"})
        for path, status, message in (
            ("", USAGE, "it is empty"), ("..", USAGE, "it stands for a folder"), ("x" * 300, USAGE, "over 200 bytes"),
            ("a\tb", USAGE, "a control character"), (" a", USAGE, "a space"), ("inbox", EXISTS, "already"),
            ("Archive/2026", EXISTS, "already"), ("None/x", NOT_FOUND, "no such mailbox \"None\""),
            ("Archive/", USAGE, "it is empty"), ("../x", NOT_FOUND, "no such mailbox \"..\""),
        ):
            self.bad(status, message, "mailbox", "create", "ann", path)
            self.bad(status, message, "mailbox", "rename", "ann", "sent", path)
        self.bad(USAGE, "the inbox cannot be removed", "mailbox", "remove", "ann", "inbox")

    def test_expire(self):
        """The days are changed in the files: nobody waits for 30 of them."""
        self.make_site()
        self.ok("person", "add", "ben", "--no-password")
        self.ok("import", "ann", self.write_mbox("box", [mail("one"), mail("two")]), "--mailbox", "trash")
        self.ok("import", "ann", self.write_mbox("spam", [mail("three")]), "--mailbox", "junk")
        self.assertEqual(self.json("expire"), [])
        self.assertIn("nothing to remove", self.ok("expire"))
        for name, days in (("Trash", 31), ("Junk", 29)):
            for file, key in (("intimail.jsonl", "arrived"), ("intimail.mailbox", "roleSince")):
                path = self.site / "mail/ann" / f".{name}" / file
                text, n = re.subn(rf'("{key}":)(\d+)', lambda m: f"{m[1]}{int(m[2]) - days * 86400 - 3600}", path.read_text())
                self.assertGreater(n, 0)
                path.write_text(text)
        listed = self.json("expire", "--dry-run")
        self.assertEqual(sorted((m["uid"], m["role"], m["subject"]) for m in listed), [("ann", "trash", "one"), ("ann", "trash", "two")])
        self.assertIn("two", self.ok("expire", "--dry-run", "ann"))
        self.assertEqual(self.json("expire", "--dry-run", "ben"), [])
        self.assertEqual(self.json("expire"), [{"uid": "ann", "role": "trash", "days": 30, "removed": 2}])
        self.assertEqual(self.json("expire"), [])
        self.assertEqual(self.json("message", "list", "ann", "--mailbox", "trash"), [])
        self.assertEqual(len(self.json("message", "list", "ann", "--mailbox", "junk")), 1)
        self.assertFalse((self.site / "mail/ben").exists())
        settings = self.site / "intimail.conf"
        settings.write_text(settings.read_text().replace("junk-days=30", "junk-days=29"))
        self.assertIn("29", self.ok("expire", "ann"))
        self.assertEqual(self.json("message", "list", "ann", "--mailbox", "junk"), [])
        self.bad(NOT_FOUND, "no such person \"zoe\"", "expire", "zoe")

    def test_file(self):
        self.make_site()
        path = pathlib.Path(self.folder, "Photo été.png")
        path.write_bytes(b"x" * 2500)
        self.assertEqual(self.json("file", "list", "ann"), [])
        self.assertIn("none", self.ok("file", "list", "ann"))
        made = self.json("file", "add", "ann", str(path), "--downloads", "3", "--expires", "2090-12-31")
        self.assertEqual((made["name"], made["type"], made["size"]), ("Photo été.png", "image/png", 2500))
        self.assertEqual((made["maxDownloads"], made["downloads"], made["password"], made["detached"]), (3, 0, False, False))
        self.assertTrue(made["expires"].startswith("2090-12-31"))
        self.assertRegex(made["link"], "^http://127.0.0.1:8080/file/[a-z2-7]{49}$")
        self.assertIn(made["link"], self.ok("file", "show", "ann", made["id"]))
        listed = self.json("file", "list", "ann")
        self.assertEqual([file["id"] for file in listed], [made["id"]])
        self.assertNotIn("link", listed[0])
        self.assertIn("0 of 3", self.ok("file", "list", "ann"))
        secret = json.loads(self.ok("--json", "file", "add", "ann", str(path), "--password-stdin", "--name", "b", stdin="correct horse\n"))
        self.assertTrue(secret["password"])
        piped = json.loads(self.ok("--json", "file", "add", "ann", "-", "--name", "c", "--type", "text/x-c", "--expires", "never", stdin="hello"))
        self.assertEqual((piped["name"], piped["size"], piped["type"], piped["expires"]), ("c", 5, "text/x-c", None))
        site = ("--site", str(self.site))
        self.assertIn(made["id"], self.complete(*site, "file", "revoke", "ann", ""))
        self.assertEqual(self.complete("file", "s"), ["show"])
        self.ok("file", "revoke", "ann", made["id"], piped["id"])
        self.assertEqual([file["id"] for file in self.json("file", "list", "ann")], [secret["id"]])
        self.bad(NOT_FOUND, "no such file", "file", "show", "ann", made["id"])
        self.bad(NOT_FOUND, "no such file", "file", "revoke", "ann", "../x")
        self.bad(NOT_FOUND, "No such file", "file", "add", "ann", str(path) + "x")
        self.bad(NOT_FOUND, "no such person", "file", "add", "zoe", str(path))
        self.bad(USAGE, "--downloads", "file", "add", "ann", str(path), "--downloads", "-1")
        self.bad(USAGE, "standard input", "file", "add", "ann", "-", "--password-stdin")
        self.ok("person", "set", "ann", "--quota", "4k")
        self.bad(NO_ROOM, "there is room for", "file", "add", "ann", str(path))

        # Its time is over: refused at once, and removed by the next run.
        record = self.site / "big/ann" / f"{secret['id']}.json"
        record.write_text(re.sub(r'"expires":\d+', '"expires":1', record.read_text()))
        self.assertEqual(self.json("expire", "--dry-run"), [{"uid": "ann", "file": secret["id"], "name": "b"}])
        self.assertEqual(self.json("expire"), [{"uid": "ann", "removedFiles": 1}])
        self.assertEqual(list((self.site / "big/ann").iterdir()), [])

    def test_quota(self):
        self.make_site()
        self.ok("person", "add", "ben", "--no-password", "--quota", "1M", "--quota-messages", "7")
        self.ok("import", "ann", self.write_mbox("box", [mail("one")]))
        ann, ben = self.json("quota")
        self.assertEqual((ann["uid"], ann["limitBytes"], ann["usedMessages"]), ("ann", 0, 1))
        self.assertGreater(ann["usedBytes"], 100)
        self.assertEqual(ben, {"uid": "ben", "usedBytes": 0, "limitBytes": 1000000, "usedMessages": 0, "limitMessages": 7})
        self.assertEqual(self.json("quota", "ben"), [ben])
        self.assertIn("1.0", self.ok("quota", "ben"))
        self.bad(NOT_FOUND, "no such person \"zoe\"", "quota", "ann", "zoe")

    def test_index(self):
        self.make_site()
        self.ok("import", "ann", self.write_mbox("box", [mail("one"), mail("two")]))
        self.assertEqual(self.ok("index", "check"), "")
        self.assertEqual(self.json("index", "check", "ann"), [])
        self.assertEqual(self.json("index", "check", "--deep", "ann"), [])
        index = self.site / "mail/ann/intimail.jsonl"
        index.write_text(index.read_text().replace('"subject":"two"', '"subject":"too"'))
        self.assertEqual(self.ok("index", "check"), "")
        done = self.run_program("--site", self.site, "index", "check", "--deep")
        self.assertEqual(done.returncode, DIFFERENCE)
        self.assertIn('by "subject"', done.stdout)
        self.assertIn('by "subject"', self.ok("index", "check", "--deep", "--mend"))
        self.assertEqual(self.ok("index", "check", "--deep"), "")
        index.write_text(index.read_text().splitlines()[0] + "\n")
        done = self.run_program("--site", self.site, "index", "check", "--json")
        self.assertEqual((done.returncode, done.stderr), (DIFFERENCE, ""))
        self.assertEqual(json.loads(done.stdout)[0]["uid"], "ann")
        done = self.run_program("--site", self.site, "index", "check", "ann")
        self.assertEqual(done.returncode, DIFFERENCE)
        self.assertIn("\"intimail index rebuild\" mends it", done.stdout)
        rebuilt = self.json("index", "rebuild", "ann", "inbox")
        self.assertEqual([(r["uid"], r["messages"]) for r in rebuilt], [("ann", 2)])
        self.assertEqual(self.ok("index", "check"), "")
        self.assertEqual(sorted(e["subject"] for e in self.json("message", "list", "ann")), ["one", "two"])
        self.assertIn("2 messages", self.ok("index", "rebuild", "ann", "inbox"))
        index.write_text(index.read_text().splitlines()[0] + "\n")
        self.assertIn("does not know", self.ok("index", "check", "--mend"))
        self.assertEqual(self.ok("index", "check"), "")
        self.bad(NOT_FOUND, "no such person \"zoe\"", "index", "check", "zoe")
        self.bad(NOT_FOUND, "no such mailbox", "index", "rebuild", "ann", "x")


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
