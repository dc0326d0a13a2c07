#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What intimail-guard promises in figures, in network namespaces of its own: how much memory it
takes, how long rules that shut somebody out are on trial, and that a step of the clock changes
no ban.

  test-guard-bounds.py GUARD COMMAND [TEST...]
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

from guard_world import (FRIEND, GUARD, NEIGHBOUR, WAIT, Guard, Machine, Process, address_of, append, failures, run, run_tests, start_sshd, tell, wait_for,
                         write_conf)

MEMORY = 8 * 1024  # kB, of both processes
TRACKED = 100000
HOUR, DAY = 3600, 86400
START = 1000 - int(time.time())  # to the clock of a board without a battery


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def children(pid):
    return list(map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def test_memory(place, world):
    """A hundred thousand addresses have failed, and one was banned before."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    with Guard(place, world.server) as guard:
        append(log, failures("192.0.2.1"))

        def banned():
            return "192.0.2.1" in guard.bans()
        wait_for(banned)
        guard.wait_current()
        append(log, "".join(failures(f"{20 + i // 65536}.{i // 256 % 256}.{i % 256}.1", 1) for i in range(TRACKED)))

        def tracked():
            return guard.stats()["tracked"] >= TRACKED
        wait_for(tracked, 60)
        hands, = children(guard.pid)

        def at_rest():
            return not children(hands)
        wait_for(at_rest)
        sizes = resident(guard.pid), resident(hands)
        print(f"{TRACKED} addresses: {sizes[0]} kB and {sizes[1]} kB are resident")
        assert sum(sizes) <= MEMORY


def test_trial(place, world):
    """Rules that close something go unless somebody confirms them."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, more="[firewall]\nopen=25/tcp\nonly=2222/tcp: 10.77.3.2\n")

    def closes():
        return "dport 25 accept" in world.server.nft("list", "table", "inet", "intimail", check=False).stdout

    def opens():
        return not closes()
    with Guard(place, world.server, "--trial", "2") as guard:
        wait_for(closes)
        wait_for(opens)
        assert "chain input" in world.server.nft("list", "table", "inet", "intimail").stdout
        guard.say("confirm")
        wait_for(closes)
        assert guard.end() == 0
    with Guard(place, world.server, "--trial", "1") as guard:
        wait_for(closes)
        time.sleep(1.5)
        assert closes(), "what was confirmed is on trial again"
    rules = run(GUARD, "--dry-run", "--site", place, "--state", place / "none").stdout
    assert "tcp dport 2222 drop" in rules
    world.server.run("nft", "-c", "-f", "-", input=rules)


def test_shut_out(place, world):
    """Rules that cut off who applies them are taken back after a minute, and no rule cuts a session that is on."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, more="[firewall]\nopen=25/tcp\n")
    with Machine(place, world.server, log) as machine, start_sshd(place, machine):
        admin = world.hosts[NEIGHBOUR]
        with open(place / "session.out", "w", encoding="utf-8") as out:
            code = (f"import socket, sys\ns = socket.create_connection(({address_of(NEIGHBOUR, '1')!r}, 2222))\nprint(s.recv(99), flush=True)\n"
                    "s.sendall(b'SSH-2.0-admin\\r\\n')\nsys.stdin.readline()\ns.sendall(b'x' * 10)\nprint(len(s.recv(9999)) > 0, flush=True)")
            with Process("nsenter", "-t", admin.pid, "-n", "/usr/bin/python3", "-c", code, stdin=subprocess.PIPE, stdout=out) as session:
                def begun():
                    return "SSH" in (place / "session.out").read_text()
                wait_for(begun)
                begin = time.monotonic()
                with Guard(place, world.server) as guard:
                    guard.wait_current()
                    assert not world.reaches(NEIGHBOUR), "the rules close nothing"
                    assert world.reaches(FRIEND), "who is allowed is shut out"
                    session.process.stdin.write(b"\n")
                    session.process.stdin.close()

                    def answered():
                        return "True" in (place / "session.out").read_text()
                    wait_for(answered)

                    def taken_back():
                        return world.reaches(NEIGHBOUR)
                    wait_for(taken_back, 60 + WAIT)
                    seconds = time.monotonic() - begin
                    print(f"taken back after {seconds:.1f} s")
                    assert seconds >= 60
                    guard.say("confirm")
                    guard.wait_current()
                    assert not world.reaches(NEIGHBOUR)


class Clock:
    """The wall clock of one program, which can be put elsewhere."""

    def __init__(self, place):
        self.path = place / "clock"
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        self.prefix = ("env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={self.path}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1")
        self.ahead = 0
        self.put(0)

    def put(self, ahead):
        """So many seconds ahead of what it is."""
        new = self.path.with_suffix(".new")
        new.write_text(f"{ahead:+d}")
        new.rename(self.path)
        self.ahead = ahead
        said = run(*self.prefix, "date", "+%s").stdout
        assert abs(int(said) - time.time() - ahead) < WAIT, said


def seconds_left(host, address):
    """Of a ban, by the kernel."""
    listed = json.loads(host.nft("-j", "list", "set", "inet", "intimail", "deny4").stdout)
    elements = [one["elem"] for one in listed["nftables"][1]["set"].get("elem", [])]
    return next((one["expires"] for one in elements if one["val"] == address), None)


def seconds_of_day(when):
    there = time.localtime(when)
    return there.tm_hour * HOUR + there.tm_min * 60 + there.tm_sec


def test_clock(place, world):
    """The clock is put ahead by a year, back by ten, and to where a board without a battery
    begins, under a guard that runs and one that is killed and started again."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, guard="ban=1000\nwindow=40")
    clock = Clock(place)
    begin = time.monotonic()
    out = place / "guard.out"
    for i, ahead in enumerate((0, 365 * DAY + 5 * HOUR, -3650 * DAY - 7 * HOUR, START, 0)):
        address = f"192.0.2.{i + 1}"
        with Guard(place, world.server, prefix=clock.prefix) as guard:
            clock.put(ahead)
            append(log, failures(address, ahead=ahead))

            def banned(address=address):
                return address in guard.bans() and seconds_left(world.server, address)
            wait_for(banned)
            guard.wait_current()
            assert 1000 - WAIT < seconds_left(world.server, address) <= 1000, "a ban after a step is longer or shorter"
            told = re.search(r"(\d\d):(\d\d):(\d\d)\.\d+: " + re.escape(address) + " is banned", out.read_text())
            off = (int(told[1]) * HOUR + int(told[2]) * 60 + int(told[3]) - seconds_of_day(time.time() + ahead)) % DAY
            assert min(off, DAY - off) < WAIT, f"the guard does not see the step: {told[0]}"
            left, gone = seconds_left(world.server, "192.0.2.1"), time.monotonic() - begin
            assert 1000 - gone - 5 < left <= 1000, f"{gone:.0f} s of 1000 are gone, {left} s are left"

            def written(address=address):
                return guard.state.exists() and address in guard.state.read_text()
            wait_for(written)
            guard.end(signal.SIGKILL)
    # Where it is 1970, a window slides as anywhere.
    clock.put(START)
    with Guard(place, world.server, prefix=clock.prefix) as guard:
        append(log, failures("192.0.2.99", 3, ahead=clock.ahead))

        def points(which):
            return f"has {which} of" in guard.say("explain", "192.0.2.99").stdout

        def counted():
            return points(3)
        wait_for(counted)

        def forgotten():
            return points(0)
        wait_for(forgotten, 40 + WAIT)


def test_told_once(place, world):
    """The clock of a daemon of ours is ahead of the guard's: what it tells and its log says
    again counts once, from the first on."""
    log = place / "auth.log"
    log.touch()
    (place / "guard.conf").write_text(f"[guard]\nsources={log}: webmail sshd\nown-networks=false\n")
    clock = Clock(place)
    clock.put(-100)
    with Guard(place, world.server, prefix=clock.prefix) as guard:
        for _ in range(4):
            tell(place, log, "192.0.2.1", "anna")
        append(log, failures("192.0.2.9"))

        def read():
            return "192.0.2.9" in guard.bans()
        wait_for(read)
        assert set(guard.bans()) == {"192.0.2.9"}, guard.say("explain", "192.0.2.1").stdout


run_tests([value for name, value in list(globals().items()) if name.startswith("test_")])
