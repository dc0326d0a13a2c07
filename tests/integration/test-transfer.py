#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Import and export with intimail(1): killed on the way, beside other programs, and
with public mails, byte for byte.

  test-transfer.py SHIM
"""
import collections
import hashlib
import json
import mailbox
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import unittest

from support import DiskControl, folder_parent

BUILD = pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"])
PROGRAM = str(BUILD / "frontends/command/intimail")
SHIM = os.path.abspath(sys.argv.pop(1))
KILLS = int(os.environ.get("KILLS", 20))
FROM = "From zoe@elsewhere.example Tue Mar 14 10:11:12 2023\n"


def corpora():
    """The public test mails, as bytes; those of this tree without them."""
    root = os.environ.get("INTIMAIL_CORPORA", "")
    if not root:
        print("INTIMAIL_CORPORA is not set: the mails of this tree are used")
        for path in sorted((pathlib.Path(os.environ["INTIMAIL_SOURCE_ROOT"]) / "frontends/command/samples").glob("*.eml")):
            yield path.read_bytes()
        return
    for path in sorted(p for p in pathlib.Path(root, "mime").rglob("*") if p.is_file()):
        yield path.read_bytes()
    with tarfile.open(pathlib.Path(root, "scale/spamassassin-corpus.tar.xz")) as archive:
        for entry in archive:
            if entry.isfile():
                yield archive.extractfile(entry).read()


def digests(messages):
    return collections.Counter(hashlib.sha256(message).hexdigest() for message in messages)


class TransferTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="transfer-", dir=folder_parent()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.site = self.folder / "site"
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC", HOME=str(self.folder))
        self.disk = DiskControl(SHIM, self.folder / "control")
        self.ok("init", self.site, "--domain", "home.example", "--transport", "local", site=False)
        self.n_people = 0

    def start(self, *argv, site=True, environment=()):
        command = [PROGRAM, *(["--site", self.site] if site else []), *argv]
        return subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env={**self.environment, **dict(environment)}, cwd=self.folder)

    def ok(self, *argv, site=True):
        process = self.start(*argv, site=site)
        output, error = process.communicate(timeout=240)
        self.assertEqual((process.returncode, error), (0, ""), argv)
        return output

    def counts(self, *argv):
        return {line["mailbox"]: line for line in map(json.loads, self.ok("--json", *argv).splitlines())}

    def add_person(self):
        self.n_people += 1
        uid = f"person{self.n_people}"
        self.ok("person", "add", uid, "--no-password")
        return uid

    def files(self, uid, mailbox_folder=""):
        account = self.site / "mail" / uid / mailbox_folder
        return [path for part in ("cur", "new") for path in (account / part).iterdir()]

    def contents(self, uid, mailbox_folder=""):
        return [path.read_bytes() for path in self.files(uid, mailbox_folder)]

    # killed

    def write_sources(self, n):
        """An mbox, a Maildir and a folder of files with n mails each."""
        (self.folder / "box").write_text("".join(f"{FROM}Subject: {i}\n\n{'text ' * 200}\n\n" for i in range(n)))
        for name, pattern in (("Maildir", "cur/{}.x.host:2,S"), ("mails", "{}.eml")):
            (self.folder / name).mkdir()
            if name == "Maildir":
                (self.folder / name / "cur").mkdir()
            for i in range(n):
                (self.folder / name / pattern.format(i)).write_text(f"Subject: {i}\n\n{'text ' * 200}\n")

    def killed_at(self, step, root, *argv, kinds=-1):
        """Runs a command and kills it before its step-th call to the disk, of those kinds; its
        output, or None when it had ended before."""
        self.disk.arm(step, 1, DiskControl.KILL, kinds)
        process = self.start(*argv, environment=self.disk.environment(root))
        output, error = process.communicate(timeout=240)
        self.disk.disarm()
        if process.returncode == -signal.SIGKILL:
            return output
        self.assertEqual(process.returncode, 0, error)
        return None

    def import_rest(self, uid, source):
        """Whether it said that all was there before."""
        process = self.start("import", uid, source)
        _, error = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 0, error)
        self.assertRegex(error, r"^(intimail: .*: nothing is to be done \(.*\)\n)?$")
        return error != ""

    def check_imported(self, uid, n, what):
        """Each message is there once, and nothing else; the index is right."""
        found = collections.Counter(content.split(b"\n", 1)[0] for content in self.contents(uid))
        self.assertEqual(found, {f"Subject: {i}".encode(): 1 for i in range(n)}, what)
        self.assertEqual({len(content) for content in self.contents(uid)}, {len(f"Subject: {i}\n\n{'text ' * 200}\n") for i in range(n)})
        self.assertEqual(self.ok("index", "check", uid), "")
        account = self.site / "mail" / uid
        # What maildirsize is made of may stay in tmp/, as any program's that was killed.
        self.assertEqual([p.name for p in account.glob("intimail.import*")] + [p.name for p in account.glob("tmp/*.I*_*")], [])

    def killed_and_rest(self, source, n, step, kinds=-1):
        """What a command said that was killed there; whether the next one said that all was done. None
        when it had ended before."""
        uid = self.add_person()
        output = self.killed_at(step, self.site / "mail", "import", uid, source, kinds=kinds)
        if output is None:
            return None
        was_done = self.import_rest(uid, source)
        self.check_imported(uid, n, (source, step))
        return output, was_done

    def test_killed_at_each_step(self):
        n = 3
        self.write_sources(n)
        for source, stride in (("box", 1), ("Maildir", 5), ("mails", 5)):
            step = 1
            while self.killed_and_rest(source, n, step) is not None:
                step += stride
            print(f"{source}: killed at up to {step - stride} steps")
            self.assertGreater(step, 20)

    def test_killed_before_it_forgets(self):
        """The last file that goes says that all is done, and goes after the report on standard output."""
        n = 3
        self.write_sources(n)
        for source in ("box", "Maildir", "mails"):
            results = [self.killed_and_rest(source, n, 1, DiskControl.UNLINK)]
            while results[-1] is not None:
                results.append(self.killed_and_rest(source, n, len(results) + 1, DiskControl.UNLINK))
            # A file that did not change is done; a folder is looked through.
            self.assertEqual(results[-2], (f"Inbox: {n} imported\n", source == "box"))

    def test_killed_again(self):
        """A longer one, in batches, that is killed before it comes to its end, more than once."""
        n, n_kills = 1200, 0
        chance = random.Random(int(os.environ.get("SEED", 1)))
        self.write_sources(n)
        while n_kills < KILLS:
            for source in ("box", "Maildir", "mails"):
                uid = self.add_person()
                kills = 0
                while kills < 6 and self.killed_at(chance.randint(1, 2 * n), self.site / "mail", "import", uid, source) is not None:
                    kills += 1
                if kills == 6:
                    self.import_rest(uid, source)
                n_kills += kills
                self.check_imported(uid, n, source)
                self.assertEqual(self.count(uid), n)
        print(f"{n_kills} kills")

    def count(self, uid):
        return sum(box["messages"] for box in json.loads(self.ok("--json", "mailbox", "list", uid)))

    def test_export_killed(self):
        """What is at the place is whole; the rest is beside it."""
        self.write_sources(50)
        uid = self.add_person()
        self.ok("import", uid, "box")
        root = self.folder / "places"
        for step in range(1, 500):
            place = root / str(step) / "export"
            place.parent.mkdir(parents=True)
            output = self.killed_at(step, root, "export", uid, place, "--mailbox", "inbox", "--format", "mboxrd")
            if place.exists():
                self.assertEqual(place.read_bytes(), (self.folder / "box").read_bytes())
            if output is None:
                break
            self.ok("export", uid, root / "again", "--mailbox", "inbox", "--format", "mboxrd")
            self.assertEqual((root / "again").read_bytes(), (self.folder / "box").read_bytes())
            (root / "again").unlink()
        self.assertTrue(place.exists())
        self.assertGreater(step, 4)
        self.assertEqual(self.ok("index", "check", uid), "")

    # public mails

    def check_round_trip(self, file_format, messages):
        first, second = self.add_person(), self.add_person()
        source = self.folder / f"source-{file_format}"
        (source / "cur").mkdir(parents=True)
        for i, message in enumerate(messages):
            path = source / "cur" / f"{1000000000 + i}.x.host:2,{('', 'S', 'FS', 'R')[i % 4]}"
            path.write_bytes(message)
            os.utime(path, (1000000000 + i, 1000000000 + i))
        counted = self.counts("import", first, source)
        self.assertEqual(counted["Inbox"]["imported"], len(messages))
        self.assertEqual(digests(self.contents(first)), digests(messages))
        place = self.folder / f"place-{file_format}"
        again = self.folder / f"again-{file_format}"
        self.ok("export", first, place, "--mailbox", "inbox", "--format", file_format)
        self.ok("import", second, place, "--format", file_format)
        self.assertEqual(digests(self.contents(second)), digests(messages))
        flags = [collections.Counter((path.stat().st_mtime, path.name.split(":2,")[1]) for path in self.files(uid)) for uid in (first, second)]
        self.assertEqual(flags[0], flags[1])
        if file_format != "maildir":
            self.ok("export", second, again, "--mailbox", "inbox", "--format", file_format)
            self.assertEqual(again.read_bytes(), place.read_bytes())

    def test_public_mails(self):
        messages = list(corpora())
        ended = [message for message in messages if not message or message.endswith(b"\n")]
        bounded = [message for message in messages if not message or message.endswith(b"\n") or re.search(br"(^|\n)\r?\n", message)]
        self.check_round_trip("maildir", messages)
        self.check_round_trip("mboxcl2", bounded)
        self.check_round_trip("mboxrd", ended)
        print(f"{len(messages)} files, {len(bounded)} of which an mboxcl2 can hold, and {len(ended)} an mboxrd")

    def test_what_an_mboxrd_cannot_hold(self):
        uid = self.add_person()
        (self.folder / "a.eml").write_bytes(b"Subject: a\n\nno end")
        self.ok("import", uid, "a.eml")
        process = self.start("export", uid, "place", "--mailbox", "inbox")
        output, error = process.communicate(timeout=60)
        self.assertEqual((process.returncode, output), (1, "Inbox: 0 exported, 1 failed\n"))
        self.assertIn("an mboxcl2 or a Maildir can", error)

    # other programs

    def test_python_mailbox(self):
        uid = self.add_person()
        box = mailbox.mbox(self.folder / "box")
        for i, flags in enumerate(("", "R", "RO", "ROAFDT")):
            message = mailbox.mboxMessage(f"Subject: {i}\n\nFrom here\n".encode())
            message.set_flags(flags)
            box.add(message)
        box.flush()
        box.close()
        self.ok("import", uid, "box")
        # Marked as deleted is invisible, and there.
        self.assertEqual(len(self.files(uid)), 4)
        keywords = {e["subject"]: sorted(e["keywords"]) for e in json.loads(self.ok("--json", "message", "list", uid))}
        self.assertEqual(keywords, {"0": [], "1": ["$seen"], "2": ["$seen"]})

        self.ok("export", uid, "tree", "--format", "maildir")
        tree = mailbox.Maildir(self.folder / "tree", factory=None, create=False)
        self.assertEqual(sorted(message.get_flags() for message in tree), ["", "DFRST", "S", "S"])
        self.ok("export", uid, "again", "--mailbox", "inbox")
        again = mailbox.mbox(self.folder / "again", create=False)
        self.assertEqual(["".join(sorted(message.get_flags())) for message in again], ["", "R", "OR", "ADFORT"])
        self.assertEqual({message.get_payload() for message in again}, {">From here\n"})
        again.close()

    def test_formail(self):
        """procmail's formail writes mboxes of its own kind, and splits ours."""
        uid = self.add_person()
        box = b""
        for i in range(3):
            box += subprocess.run(["formail"], input=f"From: zoe@elsewhere.example\nSubject: {i}\n\nFrom here\n".encode(),
                                  capture_output=True, check=True).stdout
        (self.folder / "box").write_bytes(box)
        self.ok("import", uid, "box")
        self.assertEqual(sorted(e["subject"] for e in json.loads(self.ok("--json", "message", "list", uid))), ["0", "1", "2"])
        self.ok("export", uid, "again", "--mailbox", "inbox")
        split = subprocess.run(["formail", "-s", "sh", "-c", "cat >> $FILENO; printf . >> count"], input=(self.folder / "again").read_bytes(),
                               cwd=self.folder, env=self.environment, capture_output=True, check=True)
        self.assertEqual((split.stderr, (self.folder / "count").read_text()), (b"", "..."))

    def doveadm(self, root, location, *argv):
        """Dovecot's own commands on a place of their own, and never as root."""
        user, group = os.getuid() or 5000, os.getgid() or 5000
        root.mkdir(exist_ok=True)
        config = root / "dovecot.conf"
        config.write_text(f"base_dir = {root}/run\nstate_dir = {root}/state\nlog_path = /dev/stderr\nprotocols =\nssl = no\n"
                          f"mail_location = {location}\nmail_uid = {user}\nmail_gid = {group}\nnamespace inbox {{\n  inbox = yes\n}}\n")
        for entry in (root, self.folder / "tree", *(self.folder / "tree").rglob("*")):
            os.chown(entry, user, group)
        done = subprocess.run(["doveadm", "-c", str(config), "-o", "stats_writer_socket_path=", *argv], capture_output=True, timeout=120,
                              env={**self.environment, "USER": "ann", "HOME": str(root)})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_dovecot(self):
        """Dovecot reads what we export, writes an mbox of it, and we read that."""
        first, second = self.add_person(), self.add_person()
        source = self.folder / "M"
        for name in ("cur", ".Lists.Sub/cur"):
            (source / name).mkdir(parents=True)
        (source / "dovecot-keywords").write_text("0 home\n")
        (source / "cur/1000000000.x.host:2,FSa").write_text("Subject: one\n\nFrom here\n")
        os.utime(source / "cur/1000000000.x.host:2,FSa", (1000000000, 1000000000))
        (source / ".Lists.Sub/cur/1000000001.x.host:2,R").write_text("Subject: two\n\ntext\n")
        self.ok("import", first, source)
        self.ok("export", first, "tree", "--format", "maildir")
        self.folder.chmod(0o755)
        root = self.folder / "dovecot"
        fetched = self.doveadm(root, f"maildir:{self.folder}/tree", "fetch", "flags date.received.unixtime text", "mailbox", "INBOX")
        self.assertEqual(fetched,
                         b"flags: \\Flagged \\Seen \\Recent home\ndate.received.unixtime: 1000000000\ntext:\nSubject: one\n\nFrom here\n")
        self.doveadm(root, f"mbox:{root}/mbox", "import", f"maildir:{self.folder}/tree", "", "all")
        self.ok("import", second, root / "mbox")
        for folder in ("", ".Lists.Sub"):
            # Dovecot's own fields are in the middle of the header, and stay there.
            bodies = [[content.split(b"\n\n", 1)[1] for content in self.contents(uid, folder)] for uid in (first, second)]
            self.assertEqual(bodies[0], bodies[1])
            self.assertEqual([p.name.split(":2,")[1] for p in self.files(second, folder)], [p.name.split(":2,")[1] for p in self.files(first, folder)])


if __name__ == "__main__":
    unittest.main()
