#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One process a message, as Postfix's pipe(8) starts it: intimail-deliver -d with an agent
and without, beside procmail, maildrop and dovecot-lda, run about.

usage: bench-lda.py [JOB...]      RUNS (5) and SCALE (1.0) are in the environment

The figure is CPU time a message: that of the process, from wait4(2), and what the agent
used meanwhile. Ours and dovecot-lda (mail_fsync=always) have flushed the file and its
folder, and written an index; procmail and maildrop have flushed the file alone.
"""
import os
import pathlib
import pwd
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "integration"))
from bench_common import figure, folder, say, wanted
from support import AGENT, Agent, Site

RUNS = int(os.environ.get("RUNS", 5))
MESSAGES = max(4, int(100 * float(os.environ.get("SCALE", 1))))
AT_ONCE = 4
# Somebody whom the system knows, for maildrop, and who is not root, for dovecot-lda.
USER = pwd.getpwnam("mail")

DOVECOT = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
mail_location = maildir:{root}/mail
mail_home = {root}
mail_fsync = always
first_valid_uid = 1
postmaster_address = postmaster@home.example
"""


def process_seconds(pid):
    """The CPU time of a process with its ended threads, to the nanosecond:
    clock_getcpuclockid(3)."""
    return time.clock_gettime((~pid << 3) | 2)


def make_messages(path):
    """Seeded; the median is 8 KB, the largest has 200 KB."""
    chance = random.Random(5)
    names = []
    for number in range(MESSAGES):
        size = min(200_000, int(chance.lognormvariate(9, 1)))
        fields = "".join(f"Received: from relay{hop}.example (relay{hop}.example [192.0.2.{hop}])\n"
                         f"\tby mx{hop}.example with ESMTPS id {chance.getrandbits(60):x};\n"
                         f"\tMon, 2 Nov 2026 10:0{hop}:00 +0000\n" for hop in range(1, 5))
        text = f"{fields}From: A Friend <a@b.example>\nTo: U <u@home.example>\n" \
               f"Message-ID: <{number}.{chance.getrandbits(80):x}@b.example>\n" \
               f"Subject: number {number}\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\n"
        while len(text) < size:
            text += chance.choice(("word ", "another ", "and\n", "so it goes on for a while, line after line\n"))
        name = path / f"message-{number}"
        name.write_text(text + "\n")
        names.append(name)
    return names


class Program:
    """A command that takes one message, and the Maildir where it puts it."""

    def __init__(self, inbox, command, environment=None, agent=None):
        self.inbox = inbox
        self.command = list(map(str, command))
        self.environment = {**os.environ, **(environment or {})}
        self.agent = agent
        self.own = []     # CPU milliseconds a message, a value a run
        self.both = []
        self.rates = {1: [], AT_ONCE: []}

    def count(self):
        return sum(len(list((self.inbox / part).glob("*"))) for part in ("new", "cur"))

    def spawn(self, message):
        actions = [(os.POSIX_SPAWN_OPEN, 0, str(message), os.O_RDONLY, 0)]
        return os.posix_spawn(self.command[0], self.command, self.environment, file_actions=actions)

    def deliver_all(self, messages, at_once):
        """CPU seconds of the processes."""
        waiting = list(messages)
        running = 0
        used = 0
        while waiting or running:
            while waiting and running < at_once:
                self.spawn(waiting.pop())
                running += 1
            _, status, usage = os.wait3(0)
            assert status == 0, f"{self.command[0]}: status {status}"
            used += usage.ru_utime + usage.ru_stime
            running -= 1
        return used

    def run(self, messages):
        there = self.count()
        for at_once in self.rates:
            agent_before = process_seconds(self.agent) if self.agent else 0
            begin = time.monotonic()
            used = self.deliver_all(messages, at_once)
            self.rates[at_once].append(len(messages) / (time.monotonic() - begin))
            if at_once == 1:
                theirs = process_seconds(self.agent) - agent_before if self.agent else 0
                self.own.append(used * 1000 / len(messages))
                self.both.append((used + theirs) * 1000 / len(messages))
        assert self.count() == there + 2 * len(messages), f"{self.command[0]}: mail is missing"


def make_peers(root):
    home = {"HOME": str(root), "USER": USER.pw_name, "LOGNAME": USER.pw_name}
    peers = {}
    for name in ("procmail", "maildrop", "dovecot-lda"):
        for part in ("cur", "new", "tmp"):
            (root / name / "mail" / part).mkdir(parents=True)
    (root / "procmailrc").write_text(f"DEFAULT={root}/procmail/mail/\nMAILDIR={root}\nLOGFILE=/dev/null\n")
    (root / "mailfilter").write_text(f'to "{root}/maildrop/mail"\n')
    (root / "mailfilter").chmod(0o600)
    (root / "dovecot.conf").write_text(DOVECOT.format(root=root / "dovecot-lda"))
    peers["procmail"] = Program(root / "procmail/mail", ["/usr/bin/procmail", "-m", root / "procmailrc"], home)
    peers["maildrop"] = Program(root / "maildrop/mail", ["/usr/bin/maildrop", root / "mailfilter"], home)
    peers["dovecot-lda"] = Program(root / "dovecot-lda/mail", ["/usr/lib/dovecot/dovecot-lda", "-c", root / "dovecot.conf",
                                                               "-f", "a@b.example"], home)
    return peers


def make_ours(root, name):
    site = Site(root / name)
    site.add_person("u")
    command = [AGENT, "--site", site.path, "-f", "a@b.example", "-d", "u@home.example"]
    return site, Program(site.path / "mail/u", command)


def report(job, ours, peers):
    for name, peer in peers.items():
        figure(job, ours.both, "ms CPU", name, peer.both, better="less")
    for name, program in {job: ours, **peers}.items():
        rates = ", ".join(f"{sorted(values)[len(values) // 2]:.0f}/s with {n} at once" for n, values in program.rates.items())
        own = sorted(program.own)[len(program.own) // 2]
        say(f"{name}: {own:.2f} ms in the process; {rates}")


def main():
    """As USER, so that no agent has to change who it is."""
    with folder("lda") as root:
        os.chown(root, USER.pw_uid, USER.pw_gid)
        child = os.fork()
        if child == 0:
            os.setgroups([])
            os.setgid(USER.pw_gid)
            os.setuid(USER.pw_uid)
            measure(root)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status


def measure(root):
    jobs = wanted(["lda-agent", "lda-alone"])
    if not jobs:
        return
    messages = make_messages(root)
    programs = make_peers(root)
    peers = dict(programs)
    _, programs["lda-alone"] = make_ours(root, "alone")
    site, programs["lda-agent"] = make_ours(root, "with-agent")
    with Agent(site) as agent:
        programs["lda-agent"].agent = agent.process.pid
        for program in programs.values():
            program.deliver_all(messages[:3], 1)
        for number in range(RUNS):
            order = list(programs.values())
            for program in order if number % 2 == 0 else reversed(order):
                program.run(messages)
    for job in jobs:
        report(job, programs[job], peers)


sys.exit(main())
