# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server and its peers in network namespaces of their own, a private syslog, and the guard.

Processes are ended, whatever happens: each of the classes is a context manager.
"""
import ctypes
import json
import os
import pathlib
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

    def connects(self, address, port, speaks=True):
        """Whether a new connection is answered: by a server that speaks first, or at all."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        code = (f"import socket; s = socket.socket({int(family)}); s.settimeout(1); s.connect(({address!r}, {port})); s.recv(1) if {speaks} else 0")
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
                         "--socket", self.socket, "--events", place / "events.sock", *words, stdout=self.out, stderr=self.out)

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


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def write_conf(place, log, more="", guard=""):
    (place / "guard.conf").write_text(f"[guard]\nsources={log}: sshd\nown-networks=false\n{guard}\n"
                                      f"[allow]\naddresses={address_of(FRIEND, '2')}\n{more}")


def failures(address, n=5, account="root", ahead=0):
    """Lines of a log whose clock is ahead by so many seconds."""
    stamp = time.strftime("%b %e %H:%M:%S", time.localtime(time.time() + ahead))
    return "".join(f"{stamp} home sshd[{n}]: Failed password for {account} from {address} port {4000 + n} ssh2\n" for n in range(n))


def tell(place, log, address, account):
    """A daemon of ours tells the guard of a wrong password, and then its log."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
        peer.connect(str(place / "events.sock"))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        peer.send(json.dumps({"time": now, "address": address, "service": "webmail", "kind": "bad-password", "account": account},
                             separators=(",", ":")).encode())
    append(log, f"{time.strftime('%b %e %H:%M:%S')} home intimail-webmail[1]: wrong password for \"{account}\" from {address}\n")


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


class Machine(Process):
    """The server with its programs: in a mount namespace where /dev/log is ours, so that
    what they log is written to a file as rsyslog does."""

    def __init__(self, place, host, log):
        self.log = log
        self.host = host
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(place / "devlog"))
        os.chmod(place / "devlog", 0o666)
        self.socket.settimeout(0.1)
        self.is_over = False
        dev = place / "dev"
        dev.mkdir()
        for name in ("null", "zero", "random", "urandom", "tty"):
            (dev / name).touch()
        script = (f"mkdir -p /run/sshd && for d in null zero random urandom tty; do mount --bind /dev/$d {dev}/$d; done; "
                  f"mount --rbind {dev} /dev && ln -sf {place}/devlog /dev/log && echo ready && exec cat")
        super().__init__("nsenter", "-t", host.pid, "-n", "unshare", "-m", "sh", "-c", script, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"
        self.prefix = ("nsenter", "-t", self.pid, "-n", "-m")
        self.thread = threading.Thread(target=self.relay, daemon=True)
        self.thread.start()

    def run(self, *words, **kwargs):
        return run(*self.prefix, *words, **kwargs)

    def start(self, *words, **kwargs):
        return Process(*self.prefix, *words, **kwargs)

    def relay(self):
        """Takes what was logged to the file, until the end."""
        while not self.is_over:
            try:
                line = self.socket.recv(8192).decode("utf-8", "replace").split(">", 1)[1]
            except TimeoutError:
                continue
            append(self.log, f"{line[:15]} home {line[16:].rstrip()}\n")

    def end(self, how=signal.SIGTERM):
        self.process.stdin.close()
        status = super().end(how)
        self.is_over = True
        self.thread.join()
        self.socket.close()
        self.process.stdout.close()
        return status


class Journal(Process):
    """A real systemd-journald, in a mount namespace with a /run of its own."""

    def __init__(self):
        super().__init__("unshare", "-m", "sh", "-c",
                         "mount -t tmpfs none /run && mkdir -p /run/systemd/journal /run/log/journal && exec /lib/systemd/systemd-journald",
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.prefix = ("nsenter", "-t", self.pid, "-m")

        def listens():
            return run(*self.prefix, "test", "-S", "/run/systemd/journal/socket", check=False).returncode == 0
        wait_for(listens)

    def tell(self, *messages, name="sshd", uid=0):
        """Entries by journald's own protocol, in which a message may have line ends."""
        code = """
import json, socket, struct, sys
peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
peer.connect("/run/systemd/journal/socket")
for message in json.loads(sys.argv[2]):
    data = message.encode()
    peer.send(b"SYSLOG_IDENTIFIER=" + sys.argv[1].encode() + b"\\nMESSAGE\\n" + struct.pack("<Q", len(data)) + data + b"\\n")
"""
        run(*self.prefix, "setpriv", f"--reuid={uid}", "--clear-groups", "/usr/bin/python3", "-c", code, name, json.dumps(messages))

    def rotate(self):
        run(*self.prefix, "journalctl", "--rotate", check=False)
        self.process.send_signal(signal.SIGUSR2)


def start_sshd(place, machine):
    """A real sshd at port 2222, in its machine."""
    key = place / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    (place / "sshd.conf").write_text(f"Port 2222\nHostKey {key}\nPidFile none\nUsePAM no\nPasswordAuthentication yes\n"
                                     "KbdInteractiveAuthentication no\nUseDNS no\nMaxStartups 100\nLoginGraceTime 30\nPerSourceMaxStartups none\n")
    sshd = machine.start("/usr/sbin/sshd", "-D", "-f", place / "sshd.conf")

    def answers():
        return machine.host.connects("127.0.0.1", 2222)
    wait_for(answers)
    return sshd


def run_tests(tests):
    """Those named on the command line, or all; each in a new world and folder."""
    ctypes.CDLL(None).unshare(0x20000)  # CLONE_NEWNS: mounts of this test are seen by nobody else
    run("mount", "--make-rprivate", "/")
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
                log = pathlib.Path(place) / "auth.log"
                print(log.read_text()[-3000:] if log.exists() else "")
                raise
            print(f"{test.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
