#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Peers that mean no good, a disk that is full, a directory that cannot be read: the
agent answers or cuts, goes on serving the others, and ends orderly."""
import os
import random
import socket
import subprocess
import sys
import time

from support import AGENT, Agent, Lmtp, Site, folder, stuff, wait_until

SHORT = ("--timeout", "1")
MESSAGE = b"Subject: x\n\nhello\n"


def assert_alive(site):
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        assert lmtp.deliver("s@x.example", ["anna@home.example"], MESSAGE) == ["250 2.1.5 <anna@home.example> saved"]


def read_to_end(lmtp):
    data = b""
    while True:
        piece = lmtp.socket.recv(65536)
        if not piece:
            return data
        data += piece


def test_garbage(site):
    """Bytes without sense: refused, then cut."""
    chance = random.Random(1)
    for _ in range(20):
        with Lmtp(site.lmtp) as lmtp:
            try:
                lmtp.send(chance.randbytes(50000).replace(b"\n", b"x") + b"\r\n" + b"nonsense\r\n" * 30)
                answer = read_to_end(lmtp)
                assert answer.startswith(b"220 ") and b"\r\n421 " in answer, answer[-200:]
            except (BrokenPipeError, ConnectionResetError):
                pass


def test_silence(site):
    """Nothing, half a command, half a message: 421 and the end, nothing is stored."""
    before = len(site.files("anna"))
    half = b"LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<anna@home.example>\r\nDATA\r\nhalf a message\r\n.\r"
    for start in (b"", b"NOO", half):
        with Lmtp(site.lmtp) as lmtp:
            lmtp.send(start)
            begin = time.monotonic()
            answer = read_to_end(lmtp)
            assert answer.endswith(b"\r\n421 4.4.2 silent for too long, closing\r\n"), answer
            assert 0.5 < time.monotonic() - begin < 10
    assert len(site.files("anna")) == before


def test_drip(site):
    """A byte now and then does not count as an answer."""
    with Lmtp(site.lmtp) as lmtp:
        begin = time.monotonic()
        try:
            while time.monotonic() - begin < 20:
                lmtp.send(b"N")
                time.sleep(0.1)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert time.monotonic() - begin < 10


def test_half_closed(site):
    """Gone in the middle of a message: not stored."""
    before = len(site.files("anna"))
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        for command in ("MAIL FROM:<>", "RCPT TO:<anna@home.example>", "DATA"):
            lmtp.ask(command)
        lmtp.send(b"half a message\r\n")
    assert_alive(site)
    assert len(site.files("anna")) == before + 1


def test_many_recipients(site):
    """10,000 RCPT in one go: 1,000 are taken, the others may come later."""
    with Lmtp(site.lmtp, timeout=60) as lmtp:
        lmtp.greet()
        lmtp.ask("MAIL FROM:<>")
        replies = []
        for _ in range(100):
            lmtp.send(b"RCPT TO:<anna@home.example>\r\n" * 100)
            replies += [lmtp.reply()[-1][:9] for _ in range(100)]
        assert replies == ["250 2.1.5"] * 1000 + ["452 4.5.3"] * 9000
        before = len(site.files("anna"))
        lmtp.ask("DATA")
        lmtp.send(stuff(MESSAGE))
        assert all(lmtp.reply()[-1].startswith("250 ") for _ in range(1000))
    # One person, so one message.
    assert len(site.files("anna")) == before + 1


def test_too_large(site):
    """Before DATA by what the peer says, after it by what came."""
    limit = 52428800
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        assert lmtp.ask(f"MAIL FROM:<> SIZE={limit + 1}").startswith("552 5.3.4 ")
        before = len(site.files("anna"))
        reply, = lmtp.deliver("", ["anna@home.example"], b"x" * 70 + b"\n" + b"y" * limit)
        assert reply.startswith("552 5.3.4 "), reply
        assert len(site.files("anna")) == before
    assert_alive(site)


def test_too_many(site):
    """The connection over the limit is told to come back."""
    path = site.path / "run/two.sock"
    with Agent(site, "--connections", "2", "--listen", "unix:run/two.sock", sockets=[path]) as agent:
        # A peer that has gone keeps its place until its thread has noticed.
        with wait_until(lambda: admitted(path), "a place") as one, wait_until(lambda: admitted(path), "another"):
            with Lmtp(path) as three:
                assert three.reply()[-1].startswith("421 4.3.2 ")
            assert one.ask("NOOP").startswith("250 ")
        wait_until(lambda: admitted(path), "a place is free again").close()
        assert agent.stop() == 0


def admitted(path):
    """A connection that was greeted, or None."""
    lmtp = Lmtp(path)
    if lmtp.reply()[-1].startswith("220 "):
        return lmtp
    lmtp.close()
    return None


def test_odd_bytes(site):
    """NUL, bare CR, bare LF, 8-bit fields, long lines: stored as they came."""
    odd = b"Subject: \xff\xe9\n\n\0a\rb" + b"x" * 5000 + b"\n.\n..\n"
    before = set(site.files("anna"))
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        lmtp.deliver("", ["anna@home.example"], odd)
        lmtp.deliver("", ["anna@home.example"], MESSAGE)
    stored = [p.read_bytes() for p in set(site.files("anna")) - before]
    assert any(s.endswith(b"\n" + odd) for s in stored)


def test_odd_mail(site):
    """No bytes, no fields, and a line of 100 MB: stored as they came, in memory that does not grow."""
    settings = site.path / "intimail.conf"
    before = settings.read_text()
    settings.write_text(before.replace("max-message-size=52428800", "max-message-size=200000000"))
    try:
        with Agent(site) as agent, Lmtp(site.lmtp, timeout=120) as lmtp:
            lmtp.greet()
            for odd in (b"", b"\n", b"no field\n", b"\0\n", b"Subject: x\n\n" + b"x" * 100_000_000 + b"\n",
                        b"Subject: " + b"x" * 100_000_000 + b"\n"):
                there = set(site.files("anna"))
                memory = private_memory(agent.process.pid)
                reply, = lmtp.deliver("", ["anna@home.example"], odd)
                assert reply.startswith("250 "), reply
                grown = private_memory(agent.process.pid) - memory
                assert grown < 6_000_000, f"{grown} bytes more after a message of {len(odd)}"
                stored, = set(site.files("anna")) - there
                data = stored.read_bytes()
                assert data.startswith(b"Return-Path: <>\n") and data.endswith(b"\n" + odd), data[:1000]
                assert data.index(b"\nReceived: ") < 1000 and len(data) < len(odd) + 1000
    finally:
        settings.write_text(before)


def test_stop(site):
    """SIGTERM: the message that has begun comes to its end, nothing new begins."""
    with Agent(site) as agent, Lmtp(site.lmtp) as busy, Lmtp(site.lmtp) as idle:
        busy.greet()
        idle.greet()
        for command in ("MAIL FROM:<>", "RCPT TO:<anna@home.example>", "DATA"):
            busy.ask(command)
        agent.process.terminate()
        assert idle.reply()[-1].startswith("421 4.3.2 ")
        busy.send(stuff(MESSAGE))
        assert busy.reply()[-1] == "250 2.1.5 <anna@home.example> saved"
        assert busy.reply()[-1].startswith("421 4.3.2 ")
        assert agent.process.wait(10) == 0
    assert not site.lmtp.exists()
    with Agent(site, "--stop-limit", "1") as agent, Lmtp(site.lmtp) as busy:
        busy.greet()
        busy.ask("MAIL FROM:<>")
        assert agent.stop(10) == 0


def test_directory_gone(site):
    """Who cannot be looked up now comes back later."""
    directory = site.path / "directory.ldif"
    content = directory.read_bytes()
    directory.unlink()
    try:
        with Agent(site), Lmtp(site.lmtp) as lmtp:
            lmtp.greet()
            for who in ("anna", "nobody"):
                lmtp.ask("MAIL FROM:<>")
                reply = lmtp.ask(f"RCPT TO:<{who}@home.example>")
                assert reply[0] == "4", reply
                lmtp.ask("RSET")
    finally:
        directory.write_bytes(content)


def test_full_disk(site):
    """A disk of a megabyte: 452 while it is full, and the message when it is not."""
    if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("this machine lets nobody mount a disk: not tried with a full one", file=sys.stderr)
        return
    mail = site.path / "mail"
    mail.mkdir(exist_ok=True)
    mount = f'mount -t tmpfs -o size=1m,mode=0700 none "{mail}" && exec "$@"'
    with Agent(site, prefix=("unshare", "-m", "sh", "-c", mount, "sh")) as agent, Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        inside = f"/proc/{agent.process.pid}/root{mail}"
        big = b"Subject: big\n\n" + b"x" * 3_000_000 + b"\n"
        reply, = lmtp.deliver("", ["anna@home.example"], big)
        assert reply.startswith("452 4.3.1 "), reply
        reply, = lmtp.deliver("", ["anna@home.example"], MESSAGE)
        assert reply.startswith("250 "), reply
        stored = os.listdir(f"{inside}/anna/new") + os.listdir(f"{inside}/anna/cur")
        assert len(stored) == 1 and not os.listdir(f"{inside}/anna/tmp"), stored


def test_stdio(site):
    """Standard input and output, as inetd gives them."""
    talk = b"LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<anna@home.example>\r\nDATA\r\n" + stuff(MESSAGE) + b"QUIT\r\n"
    done = subprocess.run([AGENT, "--site", site.path, "--lmtp", "--stdio"], input=talk, capture_output=True)
    assert done.returncode == 0 and b"\r\n250 2.1.5 <anna@home.example> saved\r\n221 " in done.stdout, done


def test_activation(site):
    """Sockets that systemd opened: the third descriptor and those after it."""
    paths = [site.path / "run/one.sock", site.path / "run/other.sock"]
    sockets = []
    for path in paths:
        sockets.append(socket.socket(socket.AF_UNIX))
        sockets[-1].bind(str(path))
        sockets[-1].listen()
    begin = ('exec 3<&%d 4<&%d; export LISTEN_FDS=2 LISTEN_FDNAMES=lmtp:policy LISTEN_PID=$$; exec "$@"'
             % tuple(s.fileno() for s in sockets))
    command = ["bash", "-c", begin, "bash", AGENT, "--site", site.path, "--lmtp", "--policy"]
    process = subprocess.Popen(list(map(str, command)), pass_fds=[s.fileno() for s in sockets], stdin=subprocess.DEVNULL)
    try:
        with Lmtp(paths[0]) as lmtp:
            assert lmtp.greet().startswith("250 ")
        with Lmtp(paths[1]) as policy:
            policy.send(b"request=smtpd_access_policy\nrecipient=nobody@home.example\n\n")
            assert policy.file.readline().startswith(b"action=550 5.1.1 ")
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


def test_memory(site):
    """Memory does not grow with a message."""
    with Agent(site) as agent, Lmtp(site.lmtp, timeout=60) as lmtp:
        lmtp.greet()
        lmtp.deliver("", ["anna@home.example"], MESSAGE)
        before = private_memory(agent.process.pid)
        reply, = lmtp.deliver("", ["anna@home.example"], b"Subject: big\n\n" + (b"x" * 99 + b"\n") * 400_000)
        assert reply.startswith("250 "), reply
        grown = private_memory(agent.process.pid) - before
        assert grown < 6_000_000, f"{grown} bytes more after a message of 40 MB"


def private_memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return 1024 * sum(int(line.split()[1]) for line in rollup if line.startswith("Private_"))


PATIENT = (test_garbage, test_half_closed, test_many_recipients, test_odd_bytes, test_too_large)


def main():
    with folder("peers") as path:
        site = Site(path / "site")
        site.add_person("anna")
        for options, tests in (SHORT, (test_silence, test_drip)), ((), PATIENT):
            with Agent(site, *options) as agent:
                for test in tests:
                    test(site)
                    assert agent.process.poll() is None
                    print(f"{test.__name__}: {test.__doc__}", flush=True)
                assert agent.stop() == 0
        for test in (test_too_many, test_stop, test_directory_gone, test_full_disk, test_stdio, test_activation, test_memory,
                     test_odd_mail):
            test(site)
            print(f"{test.__name__}: {test.__doc__}", flush=True)
        assert len(site.list("anna")) == len(site.files("anna"))


main()
