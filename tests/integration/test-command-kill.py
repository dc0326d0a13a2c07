#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 of intimail(1) while it makes an index again, empties the trash, and renames,
moves and removes mailboxes: no message is lost or there twice, whatever was done is done
as a whole or not, and the same command can be given again. (For import and export see
test-transfer.py.)

  test-command-kill.py [KILLS [SEED]]
"""
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time

from support import folder

PROGRAM = str(pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"]) / "frontends/command/intimail")
KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**31)
KEPT, THROWN = 400, 200
OLD_DAYS = 31


class Mailbag:
    """A site with one person, and what must be there."""

    def __init__(self, path):
        self.site = path / "site"
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.ok("init", str(self.site), "--domain", "home.example", "--transport", "local", site=False)
        self.ok("person", "add", "anna", "--no-password")
        self.ok("mailbox", "create", "anna", "Clubs")
        self.ok("mailbox", "create", "anna", "Clubs/Choir")
        self.mail = self.site / "mail/anna"
        self.import_mails(path / "kept", "kept", KEPT, "Clubs/Choir")
        self.path = path
        self.n_rounds = 0
        self.durations = {}

    def start(self, *argv, site=True):
        command = [PROGRAM, *(["--site", str(self.site)] if site else []), *argv]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)

    def ok(self, *argv, site=True):
        done = self.start(*argv, site=site)
        output, error = done.communicate(timeout=120)
        assert (done.returncode, error) == (0, ""), (argv, done.returncode, error)
        return output

    def import_mails(self, path, word, n, box):
        path.write_text("".join(f"From a@x.example Mon Jan  5 10:00:00 2026\nSubject: {word} {i}\nMessage-ID: <{word}{i}@x>\n\n"
                                f"{'text ' * (i % 200)}\n\n" for i in range(n)))
        self.ok("import", "anna", str(path), "--mailbox", box, "--restart")

    def kill_one(self, chance, *argv):
        """Runs a command and kills it on the way; whether it was killed."""
        process = self.start(*argv)
        begin = time.monotonic()
        longest = self.durations.get(argv[0:2], 0.3)
        try:
            process.communicate(timeout=chance.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        if process.returncode != -9:
            # Most kills are to come before its end.
            self.durations[argv[0:2]] = max(0.001, 0.9 * (time.monotonic() - begin))
        return process.returncode == -9

    def boxes(self):
        return {line["path"]: line for line in json.loads(self.ok("--json", "mailbox", "list", "anna"))}

    def files(self):
        """Of all mailboxes; what was removed is kept elsewhere for an hour."""
        return [file for part in ("cur", "new") for box in (self.mail, *self.mail.glob(".*")) for file in box.glob(f"{part}/*")]

    def subjects(self):
        files = self.files()
        return collections.Counter(re.search(r"^Subject: (\w+)", file.read_text(), re.M)[1] for file in files)

    def check(self, what, n_thrown):
        """Each message that is to be kept is there once; index and mail agree."""
        subjects = self.subjects()
        assert subjects["kept"] == KEPT, (what, subjects)
        assert subjects["thrown"] in n_thrown, (what, subjects)
        names = [file.name.split(",")[0].split(":")[0] for file in self.files()]
        assert len(names) == len(set(names)), what
        # Who reads takes over what the killed one left; then all agree.
        listed = sum(box["messages"] for box in self.boxes().values())
        assert listed == KEPT + subjects["thrown"], (what, listed)
        self.ok("index", "check", "anna")
        return subjects["thrown"]

    def age_trash(self):
        """What is in the trash came long ago; see test-command.py."""
        for file, key in (("intimail.jsonl", "arrived"), ("intimail.mailbox", "roleSince")):
            path = self.mail / ".Trash" / file
            text, n = re.subn(rf'("{key}":)(\d+)', lambda m: f"{m[1]}{int(m[2]) - OLD_DAYS * 86400}", path.read_text())
            assert n > 0, file
            path.write_text(text)


def kill_rebuild(bag, chance):
    killed = bag.kill_one(chance, "index", "rebuild", "anna")
    bag.check("index rebuild", {0})
    return killed


def kill_expire(bag, chance):
    """Some of it may be gone; the next run takes the rest."""
    bag.n_rounds += 1
    bag.import_mails(bag.path / f"thrown{bag.n_rounds}", "thrown", THROWN, "trash")
    bag.age_trash()
    killed = bag.kill_one(chance, "expire", "anna")
    bag.check("expire", range(THROWN + 1))
    bag.ok("expire", "anna")
    bag.check("expire again", {0})
    return killed


def kill_rename(bag, chance):
    """A mailbox with one inside moves below another, and back: both names, or neither."""
    here, there = {"Clubs", "Clubs/Choir"}, {"Archive/Clubs", "Archive/Clubs/Choir"}
    own = here | there
    now = set(bag.boxes()) & own
    target = "Archive/Clubs" if now == here else "Clubs"
    killed = bag.kill_one(chance, "mailbox", "rename", "anna", "Clubs" if now == here else "Archive/Clubs", target)
    bag.check("mailbox rename", {0})
    left = set(bag.boxes()) & own
    if left not in (here, there):
        # Half of it: the same command, or the way back, is still possible for what is left.
        for old in sorted(left & here):
            bag.ok("mailbox", "rename", "anna", old, old.replace("Clubs", "Archive/Clubs", 1))
        bag.check("mailbox rename again", {0})
        left = set(bag.boxes()) & own
    assert left in (here, there), left
    return killed


def kill_remove(bag, chance):
    """A mailbox with messages that nobody wants any more."""
    bag.n_rounds += 1
    bag.ok("mailbox", "create", "anna", "Gone")
    bag.import_mails(bag.path / f"gone{bag.n_rounds}", "thrown", THROWN, "Gone")
    killed = bag.kill_one(chance, "mailbox", "remove", "anna", "Gone", "--with-messages")
    bag.check("mailbox remove", range(THROWN + 1))
    if "Gone" in bag.boxes():
        bag.ok("mailbox", "remove", "anna", "Gone", "--with-messages")
    bag.check("mailbox remove again", {0})
    return killed


def main():
    print(f"seed {SEED}", flush=True)
    chance = random.Random(SEED)
    with folder("command-kill") as path:
        bag = Mailbag(path)
        bag.check("at first", {0})
        jobs = [kill_rebuild, kill_expire, kill_rename, kill_remove]
        killed = collections.Counter()
        for turn in range(20 * KILLS):
            job = jobs[turn % len(jobs)]
            killed[job.__name__] += job(bag, chance)
            if sum(killed.values()) >= KILLS and len(+killed) == len(jobs):
                break
        print(f"{dict(killed)}: {KEPT} messages are there once")
        assert len(+killed) == len(jobs), killed


main()
