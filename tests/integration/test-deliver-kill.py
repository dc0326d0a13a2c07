#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 of the agent during deliveries: every acknowledged message is there, once.

Also one whose first try ended without a reply, so that the client has to try again: the
agent knows it again. None is half there, and the index is right.

  test-deliver-kill.py PROBE [MESSAGES [KILLS [SEED]]]
"""
import collections
import hashlib
import os
import random
import re
import subprocess
import sys
import threading
import time

from support import Agent, Lmtp, Site, folder, stuff

PROBE = os.path.abspath(sys.argv[1])
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 20
CONNECTIONS = 16
AHEAD = CONNECTIONS
PEOPLE = ["anna", "bert"]
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(2**32)
print(f"seed {seed}", flush=True)
CHANCE = random.Random(seed)


class Gate:
    """Holds the senders back a little beyond the next kill, so that a fast disk sees
    as many kills as a slow one, each with deliveries under way."""

    def __init__(self):
        self.senders = []
        self.goal = 0

    def count(self):
        return sum(len(sender.acknowledged) for sender in self.senders)

    def is_shut(self):
        return self.count() >= self.goal + AHEAD


class Sender(threading.Thread):
    """Sends its share; tries again until it is acknowledged."""

    def __init__(self, site, gate, numbers):
        super().__init__()
        self.site = site
        self.gate = gate
        self.todo = list(numbers)
        self.unanswered = collections.Counter()
        self.acknowledged = set()
        self.failure = None

    def send(self, lmtp, number):
        message = f"From: s@x.example\nX-Number: {number}\nSubject: {number}\n\n".encode() + b"text\n" * (number % 800)
        for command in ("MAIL FROM:<s@x.example>", f"RCPT TO:<{PEOPLE[number % 2]}@home.example>", "DATA"):
            reply = lmtp.ask(command)
            assert reply[0] in "23", reply
        self.unanswered[number] += 1
        lmtp.send(stuff(message))
        reply = lmtp.reply()[-1]
        assert reply.startswith("250"), reply
        self.unanswered[number] -= 1
        self.acknowledged.add(number)

    def run(self):
        lmtp = None
        end = time.monotonic() + 120 + MESSAGES / 10
        while self.todo and not self.failure and time.monotonic() < end:
            if self.gate.is_shut():
                time.sleep(0.001)
                continue
            try:
                if lmtp is None:
                    lmtp = Lmtp(self.site.lmtp)
                    lmtp.greet()
                self.send(lmtp, self.todo[-1])
                self.todo.pop()
            except (OSError, EOFError):
                lmtp = None
                time.sleep(0.01)
            except AssertionError as error:
                self.failure = error
        if self.todo and not self.failure:
            self.failure = f"{len(self.todo)} were never acknowledged"


def kill_now_and_then(agent, gate):
    """After some deliveries, in the middle of others. Gives the number of kills."""
    kills = 0
    while any(sender.is_alive() for sender in gate.senders):
        # What may come beyond the goal before the kill is not there for the kills after it.
        share = (MESSAGES - gate.count()) // max(KILLS - kills, 1) - AHEAD - CONNECTIONS
        gate.goal = gate.count() + CHANCE.randint(1, max(share, 2))
        while any(s.is_alive() for s in gate.senders) and gate.count() < gate.goal:
            time.sleep(0.001)
        time.sleep(CHANCE.uniform(0, 0.005))
        agent.kill()
        kills += 1
        agent.start()
    return kills


def count_copies(site):
    copies = collections.Counter()
    for uid in PEOPLE:
        for path in site.files(uid):
            number = int(re.search(rb"^X-Number: (\d+)$", path.read_bytes(), re.M)[1])
            assert PEOPLE[number % 2] == uid
            copies[number] += 1
    return copies


def check_index(account):
    """Nothing is half there, and the index made anew says the same."""
    done = subprocess.run([PROBE, "look"], input=f"{account}\n", capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.endswith(".\n"), done
    findings = [line for line in done.stdout.splitlines() if line.startswith("finding")]
    assert not findings, findings
    empty = hashlib.sha256().hexdigest()
    assert not any(empty in line for line in done.stdout.splitlines()), "half a message"


def main():
    with folder("kill") as path:
        site = Site(path / "site")
        for uid in PEOPLE:
            site.add_person(uid)
        gate = Gate()
        gate.senders = senders = [Sender(site, gate, range(i, MESSAGES, CONNECTIONS)) for i in range(CONNECTIONS)]
        with Agent(site) as agent:
            for sender in senders:
                sender.start()
            kills = kill_now_and_then(agent, gate)
            for sender in senders:
                sender.join()
            assert agent.stop() == 0

        failures = [s.failure for s in senders if s.failure]
        assert not failures, failures
        assert kills >= KILLS, f"only {kills} kills"
        acknowledged = set().union(*(s.acknowledged for s in senders))
        unanswered = sum((s.unanswered for s in senders), collections.Counter())
        copies = count_copies(site)
        assert acknowledged == set(range(MESSAGES))
        lost = [n for n in acknowledged if copies[n] == 0]
        assert not lost, f"acknowledged and lost: {lost}"
        doubled = {n: c for n, c in copies.items() if c > 1}
        assert not doubled, f"there more than once: {doubled}"
        for uid in PEOPLE:
            listed = {i for i, _, _ in site.list(uid)}
            assert len(listed) == len(site.files(uid)), f"{uid}: {len(listed)} in the index, {len(site.files(uid))} files"
            check_index(site.path / "mail" / uid)
        print(f"{MESSAGES} messages, {kills} kills, {unanswered.total()} tries without a reply: each is there once")


main()
