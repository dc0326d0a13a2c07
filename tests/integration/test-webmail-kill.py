#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 of the webmail while a client flags, moves and copies: no message is lost or
there twice, the index is right, and what was answered is done.

  test-webmail-kill.py WEBMAIL [KILLS [SEED]]
"""
import http.client
import pathlib
import random
import sys
import threading
import time

from hands import OWN, PASSWORD, JmapHand
from support import DOMAIN, folder
from watcher import Intimail, Watcher, describe, make_message
from webmail_site import GLib, Server

WEBMAIL = str(pathlib.Path(sys.argv[1]).resolve())
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 25
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**31)


class Client(JmapHand):
    """Works until the server is gone; remembers what was answered."""

    def __init__(self, server, seed, answered):
        super().__init__("jmap", 1, seed)
        self.answered = answered
        self.open(server.port)

    def work(self, unused=None):
        try:
            while True:
                which = self.chance.choice(self.own)
                if self.chance.random() < 0.5:
                    box = self.chance.choice(("INBOX", "jmap"))
                    self.answered.pop((which, "box"), None)
                    self.move(which, box)
                    self.answered[which, "box"] = box
                else:
                    on = self.chance.random() < 0.5
                    self.answered.pop((which, "flag"), None)
                    self.mark(which, "$flagged", on)
                    self.answered[which, "flag"] = on
                self.turns += 1
        except (OSError, http.client.HTTPException):
            pass  # the server was killed


def prepare(path):
    site = Intimail.Site.create(path, DOMAIN)
    person = Intimail.Person.new("anna", f"anna@{DOMAIN}")
    site.get_directory().add_person(person, PASSWORD, None)
    account = site.get_account(person)
    account.create_mailbox("jmap", None, None)
    for j in range(OWN):
        account.deliver(GLib.Bytes.new(make_message(f"jmap-{j}@x")), None, None, 0, None)
    return account.get_path()


def check(mail, answered):
    account = Intimail.Account.new(mail)
    paths = {box.get_id(): "jmap" if box.get_path() == "jmap" else "INBOX" for box in account.list_mailboxes()}
    left = {e.get_message_id(): e for e in Watcher.list(account)}
    assert len(Watcher.list(account)) == OWN and len(left) == OWN, sorted(left)
    for (which, what), value in answered.items():
        boxes = [paths[box] for box in left[which].get_mailbox_ids()]
        found = boxes == [value] if what == "box" else ("$flagged" in left[which].get_keywords()) == value
        assert found, f"{which}: {what} was answered to be {value}: {boxes}, {left[which].get_keywords()}"
    findings = account.check_index(None, None)
    assert not findings, findings
    return account


def main(path):
    mail = prepare(path)
    chance = random.Random(SEED)
    answered = {}
    turns = 0
    for kill in range(KILLS):
        with Server(WEBMAIL, path) as server:
            client = Client(server, SEED + kill, answered)
            thread = threading.Thread(target=client.work)
            thread.start()
            time.sleep(chance.uniform(0, 0.3))
            server.process.kill()
            thread.join()
        turns += client.turns
        account = check(mail, answered)
    before = describe(account)
    account.rebuild_index(None, None, None, None)
    assert describe(account) == before
    print(f"{KILLS} kills, {turns} changes answered: all are done, {OWN} messages are there once")


print(f"seed {SEED}", flush=True)
with folder("webmail-kill") as path:
    main(str(path))
