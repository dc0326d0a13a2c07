#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail-guard in network namespaces of its own: a real sshd is attacked over IPv4 and
IPv6; the log is rotated, cut and flooded, the guard is killed, nft refuses, the disk is full.

  test-guard.py GUARD COMMAND [TEST...]
"""
import gzip
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from guard_world import (ATTACKER, ATTACKER6, COMMAND, FRIEND, GUARD, NEIGHBOUR, NETS, Guard, Host, Journal, Machine, Process, address_of, append, failures, run,
                         run_tests, start_sshd, tell, wait_for, write_conf)


def guess(host, address, n):
    """Tries passwords until nobody answers."""
    for i in range(n):
        # One that is banned in the midst waits for ever.
        result = host.run("timeout", "15", "sshpass", "-p", f"guess{i}", "ssh", "-p", "2222", "-o", "ConnectTimeout=2", "-o", "StrictHostKeyChecking=no",
                          "-o", "UserKnownHostsFile=/dev/null", "-o", "NumberOfPasswordPrompts=1", "-o", "PubkeyAuthentication=no",
                          f"nobody{i}@{address}", "true", check=False)
        yield "Permission denied" in result.stderr


def test_attack(place, world):
    """The attackers are shut out, others are not, and it ends by itself."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, guard="ban=600")
    world.server.nft("add", "table", "inet", "other")
    before = world.server.nft("list", "ruleset").stdout
    with Machine(place, world.server, log) as machine, start_sshd(place, machine), Guard(place, world.server) as guard:
        for name in NETS:
            assert world.reaches(name), name
        for name in (ATTACKER, ATTACKER6):
            for denied in guess(world.hosts[name], address_of(name, "1"), 8):
                if not denied:
                    break

            def banned(name=name):
                return address_of(name, "2") in guard.bans()
            wait_for(banned)
            guard.wait_current()
            assert not world.reaches(name), f"{name} was banned, and gets in"
        print(f"banned: {', '.join(guard.bans())}")
        assert world.reaches(NEIGHBOUR) and world.reaches(FRIEND)
        assert all(guess(world.hosts[FRIEND], address_of(FRIEND, "1"), 8)), "who is allowed was banned"
        assert world.reaches(FRIEND), "who is allowed was banned"
        assert "never banned" in guard.say("explain", address_of(FRIEND, "2")).stdout
        text = guard.say("explain", address_of(ATTACKER, "2")).stdout
        assert " banned since" in text and "sshd" in text and "nobody0" in text, text
        assert "[" in guard.say("feed", "--json").stdout
        assert address_of(ATTACKER6, "2") in guard.say("feed").stdout.split()

        for name in (ATTACKER, ATTACKER6):
            guard.say("unban", address_of(name, "2"))
            guard.wait_current()
            assert world.reaches(name), f"{name} was set free, and does not get in"
            guard.say("ban", "--for", "4", address_of(name, "2"))
        guard.wait_current()
        # From here on nobody runs but the kernel.
        guard.process.send_signal(signal.SIGSTOP)
        assert not world.reaches(ATTACKER)

        def free():
            return world.reaches(ATTACKER) and world.reaches(ATTACKER6)
        wait_for(free, 60)
        guard.process.send_signal(signal.SIGCONT)
        print("the bans ended by themselves")
        assert guard.end() == 0
    run("nsenter", "-t", world.server.pid, "-n", GUARD, "--remove")
    assert world.server.nft("list", "ruleset").stdout == before, "something is left, or another table was touched"


def test_restart(place, world):
    """A new namespace, as after a reboot, gets the bans again; kill -9 loses none."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, guard="ban=300")
    expected = set()
    randomly = random.Random(1)
    for i in range(8):
        with Host() as host, Guard(place, host) as guard:
            guard.wait_current()
            found = set(guard.bans())
            assert expected <= found, expected - found
            kernel = host.nft("list", "table", "inet", "intimail").stdout
            for address in expected:
                assert address in kernel, address
            address = f"198.51.{i}.7"
            append(log, failures(address))

            def banned():
                return address in guard.bans()
            wait_for(banned)
            if i % 2 == 0:
                def written():
                    return guard.state.exists() and address in guard.state.read_text()
                wait_for(written)
                expected.add(address)
            time.sleep(randomly.random() / 10)
            guard.end(signal.SIGKILL)
        assert not guard.state.exists() or json.loads(guard.state.read_text())["version"] == 1
    print(f"{len(expected)} bans outlived 8 kills")


def test_log(place, world):
    """Lines are seen through rotation and truncation, and while the log grows by 100 MB."""
    log = place / "auth.log"
    append(log, failures("192.0.2.1"))
    write_conf(place, log)
    noise = "".join(f"Nov 27 05:00:00 home systemd[1]: noise {i}\n" for i in range(25000))
    with Guard(place, world.server) as guard:
        assert "192.0.2.1" not in guard.bans(), "what the log held before is read"
        n = 0
        for how in ("append", "move", "append", "truncate", "append", "move", "flood", "append", "move"):
            if how == "move":
                old = place / f"auth.log.{n}"
                os.rename(log, old)
                # Its writer does not know yet.
                append(old, failures(f"192.0.{n}.33"))
                append(log, failures(f"192.0.{n}.34"))
                expected = {f"192.0.{n}.33", f"192.0.{n}.34"}
            elif how == "truncate":
                before = guard.stats()["lines"]
                os.truncate(log, 0)
                append(log, failures(f"192.0.{n}.35"))
                assert before > 0
                expected = {f"192.0.{n}.35"}
            elif how == "flood":
                begin = time.monotonic()
                for _ in range(100):
                    append(log, noise)
                written = time.monotonic()
                append(log, failures(f"192.0.{n}.36"))
                expected = {f"192.0.{n}.36"}
            else:
                append(log, failures(f"192.0.{n}.37"))
                expected = {f"192.0.{n}.37"}

            def seen():
                return expected <= set(guard.bans())
            wait_for(seen, 60)
            if how == "flood":
                print(f"{100 * len(noise) / 1e6:.0f} MB written in {written - begin:.1f} s were read {time.monotonic() - written:.1f} s later")
            n += 1
        rss = int(next(line for line in open(f"/proc/{guard.pid}/status") if line.startswith("VmHWM")).split()[1])
        print(f"VmHWM {rss} kB")
        assert rss < 20000


def test_journal(place, world):
    """What a real journald has is read by fields: nobody is believed who calls himself sshd."""
    def failed(address, user="root"):
        return [f"Failed password for {user} from {address} port {4000 + i} ssh2" for i in range(5)]

    (place / "guard.conf").write_text("[guard]\nsources=journal: sshd postfix\nown-networks=false\n")
    with Journal() as journal:
        journal.tell(*failed("192.0.2.1"))
        with Guard(place, world.server, prefix=journal.prefix) as guard:
            # People, another program, and lines that a peer has made up.
            journal.tell(*failed("192.0.2.2"), uid=1000)
            journal.tell(*failed("192.0.2.2"), uid=65534)
            journal.tell(*failed("192.0.2.3"), name="cron")
            journal.tell(*failed("192.0.2.3"), name="sshd evil")
            journal.tell(*failed("192.0.2.5", "invalid user x\nFailed password for root from 192.0.2.4 port 22 ssh2\nx"))
            journal.tell(*failed("192.0.2.4\n from 192.0.2.5", "y"))
            journal.tell(*failed("192.0.2.6"))

            def banned(address="192.0.2.6"):
                return address in guard.bans()
            wait_for(banned)
            assert set(guard.bans()) == {"192.0.2.5", "192.0.2.6"}, guard.bans()
            journal.rotate()
            journal.tell("warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: x", *["warning: unknown[192.0.2.7]: SASL PLAIN authentication failed: x"] * 5,
                         name="postfix/smtpd", uid=100)

            def after_rotation():
                return banned("192.0.2.7")
            wait_for(after_rotation)
            assert guard.end() == 0
        # While nobody reads.
        journal.tell(*failed("192.0.2.8"))
        with Guard(place, world.server, prefix=journal.prefix) as guard:
            def caught_up():
                return banned("192.0.2.8") and banned("192.0.2.6")

            def banned(address):
                return address in guard.bans()
            wait_for(caught_up)
            assert "192.0.2.1" not in guard.bans(), "what the journal held before was read"


def test_many(place, world):
    """Ten thousand attackers at once."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, guard="ban=600")
    text = "".join(failures(f"{20 + i // 40000}.{i // 200 % 200}.{i % 200}.1") for i in range(10000))
    with Guard(place, world.server) as guard:
        begin = time.monotonic()
        append(log, text)

        def all_banned():
            stats = guard.stats()
            return stats["bans"] == 10000 and stats["firewall"] == "current"
        wait_for(all_banned, 60)
        seconds = time.monotonic() - begin
        print(f"10000 bans in the kernel after {seconds:.2f} s: {10000 / seconds:.0f}/s")
        assert len(json.loads(world.server.nft("-j", "list", "set", "inet", "intimail", "deny4").stdout)["nftables"][1]["set"]["elem"]) == 10000
        assert guard.say("compare").stdout == ""
        world.server.nft("flush", "set", "inet", "intimail", "deny4")
        assert guard.say("compare").stdout == "10000 bans were missing, 0 were too many\n"
        guard.wait_current()
        assert guard.say("compare").stdout == ""
        # Another program has emptied what is ours, or taken it away.
        for trouble, told in ((("flush", "chain", "inet", "intimail", "input"), "rules or allowed addresses were not as they should be\n"),
                              (("flush", "set", "inet", "intimail", "allow4"), "rules or allowed addresses were not as they should be\n"),
                              (("delete", "table", "inet", "intimail"), "the table was not there\n")):
            world.server.nft(*trouble)
            assert guard.say("compare").stdout == told, trouble
            guard.wait_current()
            assert guard.say("compare").stdout == "", trouble


def test_no_nft(place, world):
    """Without the right to change the firewall nothing is lost, and nothing stands still."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    with Guard(place, world.server, prefix=("setpriv", "--bounding-set", "-net_admin")) as guard:
        append(log, failures("192.0.2.1"))

        def told():
            return "192.0.2.1" in guard.bans() and "current" not in guard.stats()["firewall"]
        wait_for(told)
        append(log, failures("192.0.3.1"))

        def second():
            return "192.0.3.1" in guard.bans()
        wait_for(second)
        assert guard.end() == 0
    with Guard(place, world.server) as guard:
        guard.wait_current()
        table = world.server.nft("list", "table", "inet", "intimail").stdout
        assert "192.0.2.1" in table and "192.0.3.1" in table, table


def test_full_disk(place, world):
    """The state cannot be written: the bans work, and are written when there is room."""
    log = place / "auth.log"
    log.touch()
    small = place / "small"
    small.mkdir()
    write_conf(place, log)
    run("mount", "-t", "tmpfs", "-o", "size=64k", "none", small)
    try:
        fill = small / "fill"
        with open(fill, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        with Guard(place, world.server, "--state", small / "bans.json") as guard:
            append(log, failures("192.0.2.1"))

            def told():
                return guard.stats()["state"] == "cannot be written"
            wait_for(told)
            guard.wait_current()
            assert "192.0.2.1" in world.server.nft("list", "table", "inet", "intimail").stdout
            fill.unlink()
            append(log, failures("192.0.3.1"))

            def banned():
                return "192.0.3.1" in guard.bans()
            wait_for(banned)
            assert guard.end() == 0
        assert "192.0.2.1" in (small / "bans.json").read_text() and "192.0.3.1" in (small / "bans.json").read_text()
    finally:
        run("umount", small)


def test_import(place, world):
    """The bans of fail2ban come in, but for who is allowed."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    base = place / "fail2ban.sqlite3"
    now = int(time.time())
    run("sqlite3", base, "CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL, "
        "bancount INTEGER NOT NULL default 1, data JSON, PRIMARY KEY(ip, jail)); "
        f"INSERT INTO bips VALUES('192.0.2.1','sshd',{now},600,1,NULL),('2001:db8::1','sshd',{now},-1,1,NULL),"
        f"('192.0.2.3','sshd',{now - 700},600,1,NULL),('{address_of(FRIEND, '2')}','sshd',{now},600,1,NULL);")
    with Guard(place, world.server) as guard:
        result = guard.say("import", base)
        assert result.stdout == "2 bans came in\n" and "never banned" in result.stderr, result
        assert set(guard.bans()) == {"192.0.2.1", "2001:db8::1"} and guard.bans()["2001:db8::1"]["until"] is None
        assert guard.say("import", place / "guard.conf", check=False).returncode != 0
        guard.say("ban", "203.0.113.0/25", "--ever", "--reason", "a range")
        guard.wait_current()
        assert "203.0.113.0/25" in world.server.nft("list", "set", "inet", "intimail", "deny4range").stdout
        guard.say("unban", "203.0.113.0/25", "192.0.2.1")
        guard.wait_current()
        table = world.server.nft("list", "table", "inet", "intimail").stdout
        assert "203.0.113.0/25" not in table and "192.0.2.1" not in table
        assert guard.say("unban", "192.0.2.1", check=False).returncode == 3
        guard.say("allow", "2001:db8::/32")
        assert not guard.bans() and "2001:db8::/32 by command" in guard.say("allowed").stdout


def test_processes(place, world):
    """Who reads logs has no capability; who changes the firewall has one."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    with Guard(place, world.server) as guard:
        def capabilities(pid):
            lines = dict(line.split(":\t") for line in open(f"/proc/{pid}/status") if line.startswith(("Cap", "NoNew")))
            return int(lines["CapEff"], 16), int(lines["CapPrm"], 16), int(lines["NoNewPrivs"])
        child = int(run("pgrep", "-P", guard.pid).stdout)
        assert capabilities(guard.pid) == (0, 0, 1)
        assert capabilities(child) == (1 << 12, 1 << 12, 1)

        def switches():
            return [line for line in open(f"/proc/{guard.pid}/status") if line.startswith("voluntary")]
        time.sleep(0.5)
        before = switches()
        time.sleep(2)
        assert switches() == before, "it woke without a line"


def test_rotation_under_load(place, world):
    """Ten writers do not stop while the log is renamed or cut, and no line is lost that is in
    a log when it is rotated."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, guard="ban=600")
    with Guard(place, world.server) as guard:
        expected = set()
        for turn in range(20):
            addresses = [f"20.{turn}.{i}.1" for i in range(100)]
            expected.update(addresses)
            # Each attacker's lines are spread over both sides of the rotation.
            text = [failures(address).splitlines(keepends=True) for address in addresses]
            append(log, "".join("".join(lines[:3]) for lines in text))
            if turn % 2 == 0:
                os.rename(log, place / "auth.log.1")
                append(place / "auth.log.1", "".join(lines[3] for lines in text))
            else:
                # As logrotate's copytruncate; what comes between its copy and its cut is lost to all.
                def read():
                    return guard.stats()["lines"] >= 5 * len(expected) - 200
                wait_for(read)
                os.truncate(log, 0)
                # Longer than before, at once: the size alone does not tell that it was cut.
                append(log, "Nov 27 05:00:00 home systemd[1]: noise\n" * 5000)
                append(log, "".join(lines[3] for lines in text))
            append(log, "".join(lines[4] for lines in text))

            def banned():
                return expected <= set(guard.bans())
            wait_for(banned, 60)
        print(f"{len(expected)} attackers were banned through 20 rotations")


def test_reload(place, world):
    """Settings are read again on SIGHUP and by command; with a mistake all stays as it was."""
    log, other = place / "auth.log", place / "other.log"
    log.touch()
    other.touch()
    write_conf(place, log)
    with Guard(place, world.server) as guard:
        append(log, failures("192.0.2.1") + failures("192.0.2.2", 3))

        def banned(address="192.0.2.1"):
            return address in guard.bans()
        wait_for(banned)
        assert guard.say("reload").stdout == "" and banned()
        (place / "guard.conf").write_text("[guard]\nlimit=none\n")
        assert guard.say("reload", check=False).returncode != 0
        os.kill(guard.pid, signal.SIGHUP)

        def refused():
            return "the settings stay as they were" in (place / "guard.out").read_text()
        wait_for(refused)
        assert address_of(FRIEND, "2") in guard.say("allowed").stdout
        # Another log is followed too, other addresses are allowed, and no line is read twice or not at all.
        (place / "guard.conf").write_text(f"[guard]\nsources={log}: sshd;{other}: sshd\nown-networks=false\n[allow]\naddresses=192.0.2.1\n"
                                          "[firewall]\nopen=25/tcp\n")
        os.kill(guard.pid, signal.SIGHUP)

        def free():
            return not banned()
        wait_for(free)
        guard.wait_current()
        assert address_of(FRIEND, "2") not in guard.say("allowed").stdout
        table = world.server.nft("list", "table", "inet", "intimail").stdout
        assert "192.0.2.1" in table and "10.77.4.2" not in table and "dport 25 accept" in table, table
        append(log, failures("192.0.2.2", 5)[:3 * len(failures("192.0.2.2", 1))])
        append(other, failures("192.0.2.3"))

        def both():
            return banned("192.0.2.2") and banned("192.0.2.3")
        wait_for(both)
        (place / "guard.d").mkdir()
        (place / "guard.d/door.conf").write_text("service = door\nprogram = door\n[knock]\ncontains = knock\nmatch = knock from %address%$\n"
                                                 "example = 192.0.2.9 Dec  9 15:48:23 h door: knock from 192.0.2.9\n")
        (place / "guard.conf").write_text(f"[guard]\nsources={log}: sshd door\n")
        guard.say("reload")
        append(log, f"{time.strftime('%b %e %H:%M:%S')} home door: knock from 192.0.2.4\n" * 5)

        def knocked():
            return banned("192.0.2.4")
        wait_for(knocked)
        # A service that comes with the library is known once a source names it, and no other in its log.
        (place / "guard.conf").write_text(f"[guard]\nsources={log}: sshd;{place}/mainlog: exim\nown-networks=false\n")
        guard.say("reload")
        append(place / "mainlog", failures("198.51.100.6") + "".join(f"{time.strftime('%F %T')} login authenticator failed for (x) [198.51.100.5]: 535 Incorrect authentication data (set_id=a{i})\n" for i in range(5)))
        wait_for(lambda: banned("198.51.100.5"))
        assert not banned("198.51.100.6")


def test_history(place, world):
    """Old logs, packed or not, are judged on request, and the guard goes on with the new one."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    old = place / "auth.log.2.gz"
    days = "".join(f"{time.strftime('%b %e %H:%M:%S', time.localtime(time.time() - 9 * 86400))} home sshd[1]: Failed password for root "
                   f"from 192.0.2.3 port {i} ssh2\n" for i in range(9))
    # Packed twice into one file, after a line that would not fit into memory.
    with gzip.open(old, "wb", 1) as file:
        for _ in range(256):
            file.write(bytes(1 << 20))
        file.write(b"\n" + failures("192.0.2.1").encode())
    with gzip.open(old, "at") as file:
        file.write(days)
    (place / "auth.log.1").write_text(failures("192.0.2.2"))
    with Guard(place, world.server) as guard:
        said = run("prlimit", f"--data={128 << 20}", COMMAND, "guard", "history", "--site", place, "--events", place / "events.sock", old, place / "auth.log.1").stdout
        assert said == "19 events\n", said

        def banned():
            return set(guard.bans()) == {"192.0.2.1", "192.0.2.2"}
        wait_for(banned)
        append(log, failures("192.0.2.4"))

        def new():
            return "192.0.2.4" in guard.bans()
        wait_for(new)
    assert run(COMMAND, "guard", "history", "--events", place / "none", old, check=False).returncode != 0


def test_own_events(place, world):
    """What a daemon of ours tells counts once, though its log says it again."""
    log = place / "auth.log"
    log.touch()
    (place / "guard.conf").write_text(f"[guard]\nsources={log}: webmail sshd\nown-networks=false\n")

    with Guard(place, world.server) as guard:
        for _ in range(4):
            tell(place, log, "192.0.2.1", "anna")
        append(log, failures("192.0.2.9"))

        def read():
            return "192.0.2.9" in guard.bans()
        wait_for(read)
        assert set(guard.bans()) == {"192.0.2.9"}, guard.say("explain", "192.0.2.1").stdout
        tell(place, log, "192.0.2.1", "anna")

        def banned():
            return "192.0.2.1" in guard.bans()
        wait_for(banned)
        # What is no event is passed over, and who says nothing keeps nobody waiting.
        silent = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(300)]
        for peer in silent:
            peer.connect(str(place / "events.sock"))
        silent[0].send(b"{}")
        for i in range(5):
            tell(place, log, "192.0.2.2", f"anna{i}")

        def second():
            return "192.0.2.2" in guard.bans()
        wait_for(second)
        for peer in silent:
            peer.close()
        assert guard.end() == 0
    assert not (place / "events.sock").exists()


def test_names(place, world):
    """The addresses of a name are allowed, and others when it has others; a DNS server that is
    silent changes nothing."""
    log = place / "auth.log"
    log.touch()
    hosts = place / "hosts"
    hosts.write_text("192.0.2.1 anna.dyndns.example\n2001:db8::1 anna.dyndns.example\n")
    (place / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    write_conf(place, log, more="names=anna.dyndns.example;gone.example\n")
    script = f'mount --bind {place}/resolv.conf /etc/resolv.conf && exec "$@"'
    dns = ("nsenter", "-t", world.server.pid, "-n", "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", f"--addn-hosts={hosts}",
           "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file=", "--user=root", "--local-ttl=0", "--log-facility=/dev/null")
    with Guard(place, world.server, prefix=("unshare", "-m", "sh", "-c", script, "sh")) as guard:
        def allowed(*addresses):
            text = guard.say("allowed").stdout
            return all(f"{address} guard.conf allows anna" in text for address in addresses)
        assert not allowed("192.0.2.1")
        with Process(*dns) as server:
            def first():
                guard.say("reload")
                return allowed("192.0.2.1", "2001:db8::1")
            wait_for(first)
            guard.wait_current()
            assert "192.0.2.1" in world.server.nft("list", "set", "inet", "intimail", "allow4").stdout
            append(log, failures("192.0.2.1") + failures("192.0.2.2"))

            def judged():
                return "192.0.2.2" in guard.bans()
            wait_for(judged)
            assert set(guard.bans()) == {"192.0.2.2"}
            hosts.write_text("192.0.2.2 anna.dyndns.example\n")
            server.process.send_signal(signal.SIGHUP)

            def moved():
                guard.say("reload")
                return allowed("192.0.2.2") and not allowed("192.0.2.1")
            wait_for(moved)
            assert not guard.bans(), "who is allowed now is still banned"
        guard.say("reload")
        append(log, failures("192.0.2.2") + failures("192.0.2.3"))

        def still():
            return "192.0.2.3" in guard.bans()
        wait_for(still)
        assert allowed("192.0.2.2") and set(guard.bans()) == {"192.0.2.3"}


def test_other_hands(place, world):
    """Another program deletes the table, or libnftables is not there: all comes back with it."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    library = next(path for path in map(pathlib.Path, run("ldconfig", "-p").stdout.split()) if path.name == "libnftables.so.1" and path.is_absolute()).resolve()
    script = f'mount --bind /dev/null {library} && exec "$@"'
    with Guard(place, world.server, prefix=("unshare", "-m", "sh", "-c", script, "sh")) as guard:
        append(log, failures("192.0.2.1"))

        def told():
            return "192.0.2.1" in guard.bans() and "cannot be loaded" in guard.stats()["firewall"]
        wait_for(told)
        run("nsenter", "-t", guard.pid, "-m", "umount", library)
        guard.wait_current()
        assert "192.0.2.1" in world.server.nft("list", "table", "inet", "intimail").stdout
        for trouble in (("delete", "table", "inet", "intimail"), ("flush", "ruleset"), ("delete", "chain", "inet", "intimail", "input")):
            world.server.nft(*trouble)
            address = f"192.0.3.{len(guard.bans())}"
            append(log, failures(address))

            def back(address=address):
                table = world.server.nft("list", "table", "inet", "intimail", check=False).stdout
                return address in table
            wait_for(back)
            guard.say("compare")
            guard.wait_current()
            table = world.server.nft("list", "table", "inet", "intimail").stdout
            assert "192.0.2.1" in table and "@deny4 drop" in table, table


def test_left_over(place, world):
    """What a kill in the midst of writing left beside the state is gone at the next start."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log)
    left = place / "bans.json.abcdefghijkl2345"
    others = [place / "bans.json.old", place / "bans.json.ABCDEFGHIJKL2345", place / "bans.jsonabcdefghijkl2345"]
    for path in (left, *others):
        path.write_text("{")
    with Guard(place, world.server):
        assert not left.exists() and all(path.exists() for path in others)


run_tests([value for name, value in list(globals().items()) if name.startswith("test_")])
