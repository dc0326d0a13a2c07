#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mail for people of an LDAP server that comes and goes.

A server that is away is a temporary failure, and the same mail is taken a moment
after it is back. With the server killed again and again under load, no message is
refused for good, and each one that was acknowledged is there once.
"""
import collections
import random
import re
import threading
import time

from slapd import Slapd, move_to_ldap
from support import Agent, Lmtp, Site, folder, wait_until

KILLS = 50
CONNECTIONS = 4
PEOPLE = ["anna", "bert"]
seed = random.randrange(2**32)
print(f"seed {seed}", flush=True)
CHANCE = random.Random(seed)


class Sender(threading.Thread):
    """Sends messages with rising numbers until it is told to stop, each one until it
    is acknowledged."""

    def __init__(self, site, first, stop):
        super().__init__()
        self.site = site
        self.number = first
        self.stop = stop
        self.acknowledged = set()
        self.temporary = 0
        self.failure = None

    def send(self, lmtp):
        number = self.number
        message = f"From: s@x.example\nX-Number: {number}\nSubject: {number}\n\n".encode() + b"text\n" * (number % 200)
        replies = lmtp.deliver("s@x.example", [f"{PEOPLE[number % 2]}@home.example"], message)
        if replies[0].startswith("250"):
            self.acknowledged.add(number)
            self.number += CONNECTIONS
        else:
            # Nobody is refused because of a server that is away.
            assert replies[0].startswith("4"), replies
            self.temporary += 1
            lmtp.ask("RSET")
            time.sleep(0.005)

    def run(self):
        try:
            with Lmtp(self.site.lmtp) as lmtp:
                lmtp.greet()
                while not self.stop.is_set():
                    self.send(lmtp)
        except (AssertionError, OSError, EOFError) as error:
            self.failure = error


def make_site(path):
    site = Site(path / "site")
    for uid in PEOPLE:
        site.add_person(uid)
    slapd = Slapd(path / "slapd")
    # Each question goes to the server.
    move_to_ldap(site, slapd, "cache-seconds=0\n")
    return site, slapd


def test_away_and_back(site, slapd):
    message = b"From: s@x.example\nSubject: patience\n\ntext\n"

    def deliver():
        with Lmtp(site.lmtp) as lmtp:
            lmtp.greet()
            return lmtp.deliver("s@x.example", ["anna@home.example"], message)[0]

    with slapd, Agent(site) as agent:
        assert deliver().startswith("250")
        slapd.stop()
        assert deliver().startswith("4"), "a server that is away is not a temporary failure"
        slapd.start()
        wait_until(lambda: deliver().startswith("250"), "the mail is taken")

        # In the middle of a transaction: the recipient is known, the mail is taken.
        with Lmtp(site.lmtp) as lmtp:
            lmtp.greet()
            lmtp.ask("MAIL FROM:<s@x.example>")
            assert lmtp.ask("RCPT TO:<bert@home.example>").startswith("250")
            slapd.kill()
            assert lmtp.ask("RCPT TO:<anna@home.example>").startswith("4")
            assert lmtp.ask("DATA").startswith("354")
            lmtp.send(b"Subject: half\r\n\r\ntext\r\n.\r\n")
            assert lmtp.reply()[-1].startswith("250")
        assert agent.stop() == 0
    assert len(site.files("bert")) == 1


def count(senders):
    return sum(len(sender.acknowledged) for sender in senders)


def refused(senders):
    return sum(sender.temporary for sender in senders)


def kill_again_and_again(slapd, senders):
    for _ in range(KILLS):
        goal = count(senders) + CHANCE.randint(1, 20)
        wait_until(lambda: count(senders) >= goal or any(s.failure for s in senders), "mail is delivered")
        time.sleep(CHANCE.uniform(0, 0.01))
        before = refused(senders)
        slapd.kill()
        wait_until(lambda: refused(senders) > before or any(s.failure for s in senders), "the absence is noticed")
        slapd.start()
    goal = count(senders) + 10
    wait_until(lambda: count(senders) >= goal or any(s.failure for s in senders), "mail is delivered in the end")


def count_copies(site):
    copies = collections.Counter()
    for uid in PEOPLE:
        for path in site.files(uid):
            found = re.search(rb"^X-Number: (\d+)$", path.read_bytes(), re.M)
            assert PEOPLE[int(found[1]) % 2] == uid
            copies[int(found[1])] += 1
    return copies


def test_killed_under_load(site, slapd):
    stop = threading.Event()
    senders = [Sender(site, i, stop) for i in range(CONNECTIONS)]
    with slapd, Agent(site) as agent:
        for sender in senders:
            sender.start()
        try:
            kill_again_and_again(slapd, senders)
        finally:
            stop.set()
            for sender in senders:
                sender.join()
        assert agent.stop() == 0
    failures = [s.failure for s in senders if s.failure]
    assert not failures, failures
    acknowledged = set().union(*(s.acknowledged for s in senders))
    copies = count_copies(site)
    assert set(copies) == acknowledged, "lost, or there without an acknowledgement"
    assert set(copies.values()) == {1}
    print(f"{KILLS} kills of slapd, {len(acknowledged)} messages acknowledged and there, {refused(senders)} told to wait")


def main():
    for story in (test_away_and_back, test_killed_under_load):
        with folder("ldap") as path:
            story(*make_site(path))
            print(f"ok {story.__name__}", flush=True)


if __name__ == "__main__":
    main()
