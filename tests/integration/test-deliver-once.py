#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exactly once: an agent that is killed, or a client that goes away, between the moment a
message is in new/ and the reply. The client asks again, and the message is there once."""
import contextlib
import os
import pathlib
import random
import socket
import subprocess

from support import AGENT, Agent, Lmtp, Site, folder, stuff, wait_until

KILLS = 25
seed = random.randrange(2**32)
print(f"seed {seed}", flush=True)
CHANCE = random.Random(seed)


def make(number):
    return f"From: s@x.example\nX-Number: {number}\nSubject: {number}\n\n".encode() + b"some text\n" * CHANCE.randrange(2000)


def begin(site, recipients, message):
    """A client that has sent everything and has read no reply to it."""
    lmtp = Lmtp(site.lmtp)
    lmtp.greet()
    for command in ("MAIL FROM:<s@x.example>", *(f"RCPT TO:<{r}@home.example>" for r in recipients), "DATA"):
        reply = lmtp.ask(command)
        assert reply[0] in "23", reply
    lmtp.send(stuff(message))
    return lmtp


def deliver(site, recipients, message):
    with begin(site, recipients, message) as lmtp:
        for _ in recipients:
            reply = lmtp.reply()[-1]
            assert reply.startswith("250"), reply


def copies(site, uid, message):
    """How often it is there; what is there is whole."""
    return sum(path.read_bytes().endswith(b"\n" + message) for path in site.files(uid))


def wait_for_copies(site, recipients, message):
    wait_until(lambda: all(copies(site, uid, message) for uid in recipients), "the message is there")


def is_readable(lmtp):
    try:
        return lmtp.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return False


def check(site, recipients, message, wanted=1):
    for uid in recipients:
        assert copies(site, uid, message) == wanted, f"{copies(site, uid, message)} copies for {uid}, not {wanted}"


def test_kills(site, agent):
    """As soon as the message is seen, which is before the reply, or a little after."""
    for number in range(KILLS):
        message = make(number)
        recipients = CHANCE.choice((["anna"], ["anna", "bert"], ["carl", "anna", "bert"]))
        for _ in range(CHANCE.randint(1, 3)):
            with begin(site, recipients, message):
                wait_for_copies(site, CHANCE.choice((recipients, recipients[:1])), message)
                agent.kill()
            agent.start()
        deliver(site, recipients, message)
        check(site, recipients, message)


def is_alone(agent):
    """It has the socket that it listens at and no other."""
    sockets = 0
    for fd in pathlib.Path(f"/proc/{agent.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            sockets += os.readlink(fd).startswith("socket:")
    return sockets == 1


def test_broken_connection(site, agent):
    """The reply is on its way, and nobody reads it."""
    message = make("broken")
    for _ in range(3):
        lmtp = begin(site, ["anna", "bert"], message)
        wait_until(lambda: is_readable(lmtp), "the reply")
        lmtp.close()
        wait_until(lambda: is_alone(agent), "the agent has noticed")
    check(site, ["anna", "bert"], message)
    deliver(site, ["anna", "bert"], message)
    check(site, ["anna", "bert"], message)


def test_on_purpose(site, agent):
    """Who has read the reply and sends the same again means it."""
    message = make("twice")
    deliver(site, ["anna"], message)
    deliver(site, ["anna"], message)
    check(site, ["anna"], message, 2)
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        for _ in range(2):
            reply, = lmtp.deliver("s@x.example", ["anna@home.example"], message)
            assert reply.startswith("250"), reply
        check(site, ["anna"], message, 4)
        lmtp.ask("QUIT")
    assert agent.stop() == 0
    agent.start()
    deliver(site, ["anna"], message)
    check(site, ["anna"], message, 5)


def test_lda(site, agent):
    """The agent is killed under a process that hands a message over: it is tried again,
    and the process does the work itself."""
    message = make("lda")
    command = [AGENT, "--site", site.path, "-f", "s@x.example", "-d", "anna@home.example"]
    with begin(site, ["anna"], message):
        wait_for_copies(site, ["anna"], message)
        agent.kill()
    done = subprocess.run(command, input=message)
    assert done.returncode == 0, done
    check(site, ["anna"], message)
    done = subprocess.run(command, input=message)
    assert done.returncode == 0, done
    check(site, ["anna"], message, 2)
    agent.start()


def deliver_to_two(site, message):
    """One process for anna and bert, as pipe(8) starts it; its status."""
    command = [AGENT, "--site", site.path, "-f", "s@x.example", "-d", "anna@home.example", "-d", "bert@home.example"]
    return subprocess.run(command, input=message, stderr=subprocess.DEVNULL).returncode


def test_lda_of_two(site, what):
    """A process has one status for all recipients: when one of them cannot have the message
    now, it is tried again for both, and who has it gets it once."""
    message = make(f"two, {what}")
    account, aside = site.path / "mail/bert", site.path / "bert-aside"
    account.rename(aside)
    account.write_text("no folder")
    assert [deliver_to_two(site, message) for _ in range(3)] == [75, 75, 75]
    check(site, ["anna"], message)
    account.unlink()
    aside.rename(account)
    assert deliver_to_two(site, message) == 0
    check(site, ["anna", "bert"], message)
    # Now it is known, and who sends it again means it.
    assert deliver_to_two(site, message) == 0
    check(site, ["anna", "bert"], message, 2)


def main():
    with folder("once") as path:
        site = Site(path / "site")
        for uid in ("anna", "bert", "carl"):
            site.add_person(uid)
        with Agent(site) as agent:
            test_kills(site, agent)
            test_broken_connection(site, agent)
            test_on_purpose(site, agent)
            test_lda(site, agent)
            test_lda_of_two(site, "an agent")
            assert agent.stop() == 0
        test_lda_of_two(site, "no agent")
        for uid in ("anna", "bert", "carl"):
            assert len(site.list(uid)) == len(site.files(uid))


main()
