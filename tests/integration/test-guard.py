#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail-guard in network namespaces of its own: a real sshd is attacked over IPv4 and
IPv6; the log is rotated, cut and flooded, the guard is killed, nft refuses, the disk is full.

  test-guard.py GUARD COMMAND
"""
import ctypes
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time

from support import folder

GUARD, COMMAND = map(os.path.abspath, sys.argv[1:3])
ATTACKER, ATTACKER6, NEIGHBOUR, FRIEND = "attacker", "attacker6", "neighbour", "friend"
NETS = {ATTACKER: "10.77.1", ATTACKER6: "fd77:2:", NEIGHBOUR: "10.77.3", FRIEND: "10.77.4"}
WAIT = 20


def run(*words, check=True, **kwargs):
    return subprocess.run(list(map(str, words)), check=check, capture_output=True, text=True, timeout=60, **kwargs)


def wait_for(what, seconds=WAIT):
    """What the function gives, once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = what()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError("waited in vain for " + what.__name__)


class Process:
    """Is ended, whatever happens."""

    def __init__(self, *words, **kwargs):
        self.process = subprocess.Popen(list(map(str, words)), **kwargs)
        self.pid = self.process.pid

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)


class Host(Process):
    """A network namespace, held by a process that waits for its standard input to end."""

    def __init__(self):
        super().__init__("unshare", "-n", "cat", stdin=subprocess.PIPE)
        own = os.readlink("/proc/self/ns/net")

        def apart():
            return os.readlink(f"/proc/{self.pid}/ns/net") != own
        wait_for(apart)
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *words, **kwargs):
        return run("nsenter", "-t", self.pid, "-n", *words, **kwargs)

    def nft(self, *words, **kwargs):
        return self.run("nft", *words, **kwargs)

    def connects(self, address, port):
        """Whether a new connection is answered."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        code = (f"import socket; s = socket.socket({int(family)}); s.settimeout(1); s.connect(({address!r}, {port})); s.recv(1)")
        return self.run(sys.executable, "-c", code, check=False).returncode == 0


def connect(server, host, net):
    """A cable between two namespaces."""
    name = "v" + net.replace(".", "").replace(":", "")[-6:]
    run("ip", "link", "add", name, "netns", server.pid, "type", "veth", "peer", "name", "eth0", "netns", host.pid)
    bits, one, two = ("64", ":1", ":2") if ":" in net else ("24", ".1", ".2")
    for place, device, last in ((server, name, one), (host, "eth0", two)):
        place.run("ip", "addr", "add", f"{net}{last}/{bits}", "dev", device, *(["nodad"] if ":" in net else []))
        place.run("ip", "link", "set", device, "up")


def address_of(name, last):
    return NETS[name] + (":" if ":" in NETS[name] else ".") + last


class Guard(Process):
    """The program in a namespace of the network."""

    def __init__(self, place, host, *words, prefix=()):
        self.socket = place / "guard.sock"
        self.state = place / "bans.json"
        self.out = open(place / "guard.out", "a")
        super().__init__("nsenter", "-t", host.pid, "-n", *prefix, GUARD, "--site", place, "--state", self.state,
                         "--socket", self.socket, *words, stdout=self.out, stderr=self.out)

        def ready():
            assert self.process.poll() is None, (place / "guard.out").read_text()[-2000:]
            return self.socket.exists() and self.try_stats()
        wait_for(ready)

    def try_stats(self):
        result = run(COMMAND, "guard", "stats", "--socket", self.socket, "--json", check=False)
        return json.loads(result.stdout) if result.returncode == 0 else None

    def say(self, *words, check=True):
        return run(COMMAND, "guard", *words, "--socket", self.socket, check=check)

    def stats(self):
        return json.loads(self.say("stats", "--json").stdout)

    def bans(self):
        return {ban["address"]: ban for ban in json.loads(self.say("list", "--json").stdout)}

    def wait_current(self):
        def current():
            return self.stats()["firewall"] == "current"
        wait_for(current)

    def end(self, how=signal.SIGTERM):
        status = super().end(how)
        self.out.close()
        self.socket.unlink(missing_ok=True)
        return status


def write_conf(place, log, more="", guard=""):
    (place / "guard.conf").write_text(f"[guard]\nsources={log}: sshd\nown-networks=false\n{guard}\n"
                                      f"[allow]\naddresses={address_of(FRIEND, '2')}\n{more}")


def failures(address, n=5, account="root"):
    stamp = time.strftime("%b %e %H:%M:%S")
    return "".join(f"{stamp} home sshd[{n}]: Failed password for {account} from {address} port {4000 + n} ssh2\n" for n in range(n))


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


class Sshd(Process):
    """A real sshd, whose syslog is written to a file as rsyslog does."""

    def __init__(self, place, host, log):
        self.log = log
        self.place = place
        key = place / "key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(place / "devlog"))
        self.socket.settimeout(0.1)
        self.is_over = False
        (place / "sshd.conf").write_text(f"Port 2222\nHostKey {key}\nPidFile none\nUsePAM no\nPasswordAuthentication yes\n"
                                         "KbdInteractiveAuthentication no\nUseDNS no\nMaxStartups 100\nLoginGraceTime 30\nPerSourceMaxStartups none\n")
        # In a file system of its own, where /dev/log is ours.
        dev = place / "dev"
        dev.mkdir()
        for name in ("null", "zero", "random", "urandom", "tty"):
            (dev / name).touch()
        script = (f"mkdir -p /run/sshd && for d in null zero random urandom tty; do mount --bind /dev/$d {dev}/$d; done; "
                  f"mount --rbind {dev} /dev && ln -sf {place}/devlog /dev/log && exec /usr/sbin/sshd -D -f {place}/sshd.conf")
        super().__init__("nsenter", "-t", host.pid, "-n", "unshare", "-m", "sh", "-c", script)

        self.thread = threading.Thread(target=self.relay, daemon=True)
        self.thread.start()

        def answers():
            return host.connects("127.0.0.1", 2222)
        wait_for(answers)

    def relay(self):
        """Takes what was logged to the file, until the end."""
        while not self.is_over:
            try:
                line = self.socket.recv(8192).decode("utf-8", "replace").split(">", 1)[1]
            except TimeoutError:
                continue
            append(self.log, f"{line[:15]} home {line[16:].rstrip()}\n")

    def end(self, how=signal.SIGTERM):
        status = super().end(how)
        self.is_over = True
        self.thread.join()
        self.socket.close()
        return status


def guess(host, address, n):
    """Tries passwords until nobody answers."""
    for i in range(n):
        # One that is banned in the midst waits for ever.
        result = host.run("timeout", "15", "sshpass", "-p", f"guess{i}", "ssh", "-p", "2222", "-o", "ConnectTimeout=2", "-o", "StrictHostKeyChecking=no",
                          "-o", "UserKnownHostsFile=/dev/null", "-o", "NumberOfPasswordPrompts=1", "-o", "PubkeyAuthentication=no",
                          f"nobody{i}@{address}", "true", check=False)
        yield "Permission denied" in result.stderr


class World:
    """A server and four others, each with a cable to it."""

    def __enter__(self):
        self.server = Host()
        self.hosts = {}
        for name, net in NETS.items():
            self.hosts[name] = Host()
            connect(self.server, self.hosts[name], net)
        return self

    def __exit__(self, *_):
        for host in [*self.hosts.values(), self.server]:
            host.end(signal.SIGKILL)

    def reaches(self, name):
        return self.hosts[name].connects(address_of(name, "1"), 2222)


def test_attack(place, world):
    """The attackers are shut out, others are not, and it ends by itself."""
    log = place / "auth.log"
    log.touch()
    write_conf(place, log, guard="ban=600")
    world.server.nft("add", "table", "inet", "other")
    before = world.server.nft("list", "ruleset").stdout
    with Sshd(place, world.server, log), Guard(place, world.server) as guard:
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


def main():
    ctypes.CDLL(None).unshare(0x20000)  # CLONE_NEWNS: mounts of this test are seen by nobody else
    run("mount", "--make-rprivate", "/")
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    for test in tests:
        if sys.argv[3:] and test.__name__ not in sys.argv[3:]:
            continue
        with folder("guard") as place, World() as world:
            begin = time.monotonic()
            try:
                test(pathlib.Path(place), world)
            except BaseException:
                out = pathlib.Path(place) / "guard.out"
                print(out.read_text()[-3000:] if out.exists() else "")
                print((pathlib.Path(place) / "auth.log").read_text()[-3000:])
                raise
            print(f"{test.__name__}: {time.monotonic() - begin:.1f} s", flush=True)


main()
