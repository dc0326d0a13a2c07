#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Power cuts: what was acknowledged before is there, byte for byte, whenever they come.

The agent takes mail from several connections at once, and another program moves,
copies, flags and removes messages and makes mailboxes, while a shim writes down what
each does to the disk. Then the record is played up to a point by chance, and what no
flush has made safe is kept, dropped or torn by chance (disk_model.py). The account that
is left is opened: every promised message is there, nothing half is there, index and
files agree, and mail is taken again.

  test-power-cut.py SHIM PROBE [CUTS [SEED]]
"""
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import threading

from support import Agent, Lmtp, Site, folder

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from disk_model import Disk, read_log, write_tree  # noqa: E402

SHIM, PROBE = map(os.path.abspath, sys.argv[1:3])
CUTS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(2**32)
PEOPLE = ["anna", "bert"]
CONNECTIONS = 4
MESSAGES = 64
THINGS = 160


def make_content(number):
    return f"X-Number: {number}\nFrom: s@x.example\nSubject: {number}\n\n".encode() + b"text\n" * (number * 37 % 900)


def checksum(content):
    return hashlib.sha256(content).hexdigest()


class Probe:
    """One process that looks into account after account."""

    def __init__(self):
        self.process = subprocess.Popen([PROBE, "look"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def look(self, path):
        """The messages' checksums, and what is wrong."""
        sums, findings = [], []
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            assert line, f"the library ended over {path}"
            kind, *fields = line.rstrip("\n").split("\t")
            if kind == ".":
                return sums, findings
            if kind == "message":
                sums.append(fields[1])
            else:
                findings.append(" ".join(fields))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.communicate()


class Recorded:
    """What a program did below a folder, and what it promised, by position."""

    def __init__(self, start, log, accounts):
        self.start = start
        self.records = read_log(log)
        self.accounts = accounts
        self.promises = []  # (from position, to position, account, checksum)
        self.known = set()


def shim(path, root, **more):
    return {**os.environ, "LD_PRELOAD": SHIM, "DISK_SHIM_ROOT": str(root.resolve()), "DISK_SHIM_LOG": str(path), **more}


def said(records):
    """What each peer was told: (bytes up to and with it, position)."""
    totals, told = {}, {}
    for position, (fields, data) in enumerate(records):
        if fields[0] == "say":
            totals[fields[1]] = totals.get(fields[1], 0) + len(data)
            told.setdefault(fields[1], []).append((totals[fields[1]], position))
    return told


class NamedLmtp(Lmtp):
    """A client with a name, that counts the bytes of the replies."""

    def __init__(self, path, name):
        self.name = name
        self.heard = 0
        super().__init__(path)

    def make_socket(self):
        made = super().make_socket()
        made.bind("\0" + self.name)
        return made

    def reply(self):
        lines = super().reply()
        self.heard += sum(len(line) + 2 for line in lines)
        return lines


def send_some(site, name, numbers, acknowledged):
    """Every fourth message is for all."""
    with NamedLmtp(site.lmtp, name) as lmtp:
        lmtp.greet()
        for number in numbers:
            uids = PEOPLE if number % 4 == 0 else [PEOPLE[number % 2]]
            replies = lmtp.deliver("s@x.example", [f"{uid}@home.example" for uid in uids], make_content(number))
            assert all(reply.startswith("250") for reply in replies), replies
            acknowledged += [(name, lmtp.heard, uid, number) for uid in uids]


def record_agent(path, **more):
    """Mail by LMTP for people who have no Maildir yet."""
    site = Site(path / "site")
    for uid in PEOPLE:
        site.add_person(uid)
    log = path / "agent.log"
    acknowledged = []
    agent = Agent(site, environment=shim(log, site.path / "mail", **more))
    tag = f"{os.getpid()}-{path.name}"
    with agent:
        threads = [threading.Thread(target=send_some, args=(site, f"{tag}-{i}", range(i, MESSAGES, CONNECTIONS), acknowledged))
                   for i in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert agent.stop() == 0
    assert len(acknowledged) == MESSAGES + MESSAGES // 4
    recorded = Recorded(None, log, PEOPLE)
    told = said(recorded.records)
    for name, heard, uid, number in acknowledged:
        position = next(p for total, p in told[name] if total >= heard)
        recorded.promises.append((position, None, uid, checksum(make_content(number))))
        recorded.known.add(checksum(make_content(number)))
    return recorded


def make_work_content(number):
    lines = "".join(f"line {i} of {number}\n" for i in range(number % 40))
    return f"X-Number: {number}\nFrom: a@x.example\nSubject: {number}\n\n{lines}".encode()


def record_work(path):
    """Moves, copies, keywords, removals, mailboxes."""
    root = path / "work"
    root.mkdir()
    log = path / "work.log"
    subprocess.run([PROBE, "work", root / "anna", str(SEED % 2**31), str(THINGS)], env=shim(log, root), check=True,
                   stdout=subprocess.DEVNULL)
    recorded = Recorded(None, log, ["anna"])
    there = {}
    for position, (fields, data) in enumerate(recorded.records):
        if fields[0] != "say":
            continue
        word, number = data.decode().split()
        content = checksum(make_work_content(int(number)))
        recorded.known.add(content)
        if word == "there":
            there[number] = (position, content)
        else:
            recorded.promises.append((there[number][0], position, "anna", there.pop(number)[1]))
    recorded.promises += [(position, None, "anna", content) for position, content in there.values()]
    return recorded


def judge(recorded, position, sums, findings, uid):
    """What is wrong after a cut before the record at a position."""
    wrong = [f"{uid}: {finding}" for finding in findings]
    for begin, end, whose, content in recorded.promises:
        promised = begin < position and (end is None or end >= position)
        if whose == uid and promised and sums.count(content) != 1:
            wrong.append(f"{uid}: a promised message is there {sums.count(content)} times")
    wrong += [f"{uid}: a message that nobody sent" for content in sums if content not in recorded.known]
    return wrong


def cut(recorded, path, cuts, chance):
    """Plays the record and cuts the power; gives how often, and what is wrong, by cut."""
    wrong = {}
    last = len(recorded.records)
    positions = [chance.randrange(1, last + 1) for _ in range(cuts)]
    # And around the moment when an index that was written anew takes its place.
    for n, (fields, _) in enumerate(recorded.records):
        if fields[0] == "rename" and fields[1].endswith("intimail.jsonl.new"):
            positions += range(max(1, n - 15), min(n + 5, last + 1))
    positions.sort()
    disk = Disk()
    fed = 0
    with Probe() as probe:
        for n, position in enumerate(positions):
            for fields, data in recorded.records[fed:position]:
                disk.feed(*fields, data=data)
            fed = position
            seed = chance.randrange(2**32)
            tree = path / f"cut-{n}"
            write_tree(disk.crash(random.Random(seed)), tree)
            for uid in recorded.accounts:
                found = judge(recorded, position, *probe.look(tree / uid), uid)
                if found:
                    wrong[f"cut {n} before record {position}, seed {seed}"] = found
            # Thousands of them are more than the memory holds. The probe may still be
            # writing what it had no time for.
            shutil.rmtree(tree, ignore_errors=True)
    return len(positions), wrong


def show(wrong, what):
    for where, found in list(wrong.items())[:5]:
        print(f"{what}, {where}:", *found[:5], sep="\n  ", flush=True)


def main():
    print(f"seed {SEED}", flush=True)
    chance = random.Random(SEED)
    failed = False
    with folder("power-cut", in_memory=True) as path:
        for what, record, share in (("agent", record_agent, 0.5), ("work", record_work, 0.5)):
            recorded = record(path)
            (path / f"cuts-{what}").mkdir()
            cuts, wrong = cut(recorded, path / f"cuts-{what}", int(CUTS * share), chance)
            print(f"{what}: {len(recorded.records)} records, {len(recorded.promises)} promises, {cuts} cuts, "
                  f"{len(wrong)} of them lost or hurt something", flush=True)
            show(wrong, what)
            failed = failed or bool(wrong)

        # The same without a flush of the folders: the model has to find it out.
        (path / "broken").mkdir()
        recorded = record_agent(path / "broken", DISK_SHIM_DEAF="1")
        (path / "deaf").mkdir()
        _, wrong = cut(recorded, path / "deaf", 60, chance)
        print(f"without a flush of the folders: {len(wrong)} of 60 cuts lost something", flush=True)
        assert any("0 times" in text for found in wrong.values() for text in found), "a missing flush is not found out"
        assert not failed, f"seed {SEED}"


main()
