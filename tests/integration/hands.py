# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs that work on one account, each with messages and a keyword of its own.

As a program: hands.py ACCOUNT NAME NUMBER SEED SECONDS works with the library.
"""
import base64
import http.client
import json
import random
import subprocess
import sys
import time

from mutt import Mutt
from support import DOMAIN, Lmtp, wait_until
from watcher import Intimail, Watcher, make_message

OWN = 12
SHARED = 10
BOX = ".mutt"
PASSWORD = "a long enough password"


def is_removed(j):
    return j % 7 == 6


def is_moved(j):
    return j % 3 == 0


def wants_keyword(number, j):
    return (number + j) % 2 == 0


class Hand:
    """What a program does; each gives the three verbs. Names are Message-IDs."""

    is_late = False  # says what shall be left when the others have ended

    def __init__(self, name, number, seed):
        self.name = name
        self.number = number
        self.chance = random.Random(seed + number)
        self.own = [f"{name}-{j}@x" for j in range(OWN)]
        self.shared = [f"shared-{j}@x" for j in range(SHARED)]
        self.turns = 0

    def work(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            which = self.chance.choice(self.shared + self.own)
            if which in self.own and self.chance.random() < 0.5:
                self.move(which, self.chance.choice(("INBOX", self.name)))
            else:
                self.mark(which, self.name, self.chance.random() < 0.5)
            self.turns += 1
        if not self.is_late:
            self.finish()

    def finish(self):
        for j, which in enumerate(self.shared):
            self.mark(which, self.name, wants_keyword(self.number, j))
        for j, which in enumerate(self.own):
            self.mark(which, "$flagged", True)
            self.mark(which, self.name, j % 2 == 0)
            self.move(which, self.name if is_moved(j) else "INBOX")
            if is_removed(j):
                self.remove(which)

    def expect(self, left):
        for j, which in enumerate(self.own):
            if not is_removed(j):
                left[which] = (self.name if is_moved(j) else "INBOX", {"$flagged"} | ({self.name} if j % 2 == 0 else set()))
        for j, which in enumerate(self.shared):
            if wants_keyword(self.number, j):
                left[which][1].add(self.name)


class LibraryHand(Hand):
    def open(self, path):
        self.account = Intimail.Account.new(str(path))
        self.ids = {e.get_message_id(): e.get_id() for e in Watcher.list(self.account)}
        self.boxes = {name: self.account.lookup_mailbox_by_path(name).get_id() for name in ("INBOX", self.name)}
        return self

    def mark(self, which, keyword, on):
        self.account.set_keywords([self.ids[which]], [keyword] if on else None, None if on else [keyword], None)

    def move(self, which, box):
        self.account.set_mailboxes([self.ids[which]], [self.boxes[box]], None)

    def remove(self, which):
        self.account.remove_messages([self.ids[which]], None)


class JmapHand(Hand):
    USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"]

    def open(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        token = base64.b64encode(f"anna:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        self.connection.request("GET", "/.well-known/jmap", headers=self.headers)
        session = json.loads(self.connection.getresponse().read())
        self.account_id = session["primaryAccounts"]["urn:ietf:params:jmap:mail"]
        found = self.call("Email/query", {})["ids"]
        emails = self.call("Email/get", {"ids": found, "properties": ["id", "messageId"]})["list"]
        self.ids = {e["messageId"][0]: e["id"] for e in emails}
        boxes = self.call("Mailbox/get", {"ids": None})["list"]
        self.boxes = {"INBOX" if box["role"] == "inbox" else box["name"]: box["id"] for box in boxes}
        return self

    def call(self, method, arguments):
        request = {"using": self.USING, "methodCalls": [[method, {"accountId": self.account_id, **arguments}, "a"]]}
        self.connection.request("POST", "/jmap/api", json.dumps(request), self.headers)
        name, answer, _ = json.loads(self.connection.getresponse().read())["methodResponses"][0]
        assert name == method, answer
        return answer

    def update(self, which, patch):
        answer = self.call("Email/set", {"update": {self.ids[which]: patch}})
        assert not answer.get("notUpdated"), answer

    def mark(self, which, keyword, on):
        self.update(which, {f"keywords/{keyword}": True if on else None})

    def move(self, which, box):
        self.update(which, {"mailboxIds": {self.boxes[box]: True}})

    def remove(self, which):
        answer = self.call("Email/set", {"destroy": [self.ids[which]]})
        assert not answer.get("notDestroyed"), answer


class DovecotHand(Hand):
    """While others rename files, Dovecot takes a message for removed now and then, and
    for a new one a moment later: then it may forget a flag that it has just been given."""

    is_late = True

    def open(self, dovecot):
        self.imap = dovecot.imap()
        self.where = {which: "INBOX" for which in self.own + self.shared}
        return self

    def choose(self, which):
        """The UID. A file that is renamed while Dovecot reads the folder may be gone for it
        until it reads again, and have another UID then."""
        def look():
            self.imap.open_box(self.where[which])
            return self.imap.find(which)
        return wait_until(look, f"Dovecot finds {which} in {self.where[which]}", 60)

    def mark(self, which, keyword, on):
        flag = r"\Flagged" if keyword == "$flagged" else keyword

        def change():
            uid = self.choose(which)
            self.imap.change(uid, "+FLAGS" if on else "-FLAGS", flag)
            flags = self.imap.flags(uid)
            return flags is not None and (flag in flags) == on
        wait_until(change, f"Dovecot changes {flag} of {which}", 60)

    def move(self, which, box):
        if self.where[which] != box:
            self.imap.must_uid("MOVE", self.choose(which), box)
            self.where[which] = box

    def remove(self, which):
        uid = self.choose(which)
        self.imap.change(uid, "+FLAGS", r"\Deleted")
        self.imap.must_uid("EXPUNGE", uid)


class MuttHand(Hand):
    """Flags, moves and removes its own; keywords are not for it. It works in a mailbox of
    its own: where others change much, it forgets the keys that are waiting."""

    def open(self, root, mail):
        self.mutt = Mutt(root, mail)
        return self

    def work(self, seconds):
        end = time.monotonic() + seconds
        mine = f"<tag-pattern>~i {self.name}-<enter><tag-prefix>"
        while time.monotonic() < end:
            self.mutt.run(mine + ("<set-flag>!" if self.turns % 2 else "<clear-flag>!"), BOX)
            self.turns += 1
        self.mutt.run(mine + "<set-flag>!", BOX)
        for j, which in enumerate(self.own):
            if is_removed(j):
                self.mutt.run(f"<limit>~i {which}<enter><delete-message>", BOX)
            elif not is_moved(j):
                self.mutt.run(f"<limit>~i {which}<enter><save-message>!<enter>", BOX)

    def expect(self, left):
        for j, which in enumerate(self.own):
            if not is_removed(j):
                left[which] = (self.name if is_moved(j) else "INBOX", {"$flagged"})


class AgentHand(Hand):
    """Brings mail until the time is over."""

    def open(self, socket):
        self.socket = socket
        return self

    def work(self, seconds):
        end = time.monotonic() + seconds
        with Lmtp(self.socket) as lmtp:
            lmtp.greet()
            while time.monotonic() < end:
                reply = lmtp.deliver("s@x.example", [f"anna@{DOMAIN}"], make_message(f"{self.name}-{self.turns}@x"))
                assert reply[-1].startswith("250"), reply
                self.turns += 1
                time.sleep(0.01)

    def expect(self, left):
        left.update({f"{self.name}-{turn}@x": ("INBOX", set()) for turn in range(self.turns)})


class CommandHand(Hand):
    """Imports files, one by one, into its mailbox."""

    def open(self, command, site, folder):
        self.command = [command, "--site", site]
        self.folder = folder
        return self

    def run(self, *arguments):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def work(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            file = self.folder / f"{self.turns}.eml"
            file.write_bytes(make_message(f"{self.name}-{self.turns}@x"))
            self.run("import", "anna", file, "--mailbox", self.name)
            self.turns += 1
            time.sleep(0.1)

    def expect(self, left):
        left.update({f"{self.name}-{turn}@x": (self.name, set()) for turn in range(self.turns)})


class ProgramHand(LibraryHand):
    """The same in a process of its own."""

    def start(self, path, seed):
        self.path, self.seed = path, seed
        return self

    def work(self, seconds):
        subprocess.run([sys.executable, __file__, self.path, self.name, str(self.number), str(self.seed), str(seconds)],
                       check=True)


if __name__ == "__main__":
    LibraryHand(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])).open(sys.argv[1]).work(float(sys.argv[5]))
