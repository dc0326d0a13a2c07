# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the stories share: a private site, the agent, an LMTP client, Maildirs.

Everything lies in one folder under the build tree, and what was started is ended,
whatever happens: each of the classes is a context manager.
"""
import contextlib
import ctypes
import functools
import mmap
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("INTIMAIL_BUILD_ROOT") or pathlib.Path(__file__).resolve().parents[2] / "build")
AGENT = BUILD / "frontends/deliver/intimail-deliver"
TOOL = BUILD / "tests/integration/site-tool"
DOMAIN = "home.example"
LONGEST_PARENT = 60


@functools.cache
def folder_parent():
    """Where folders are made that other users than root may pass through.

    It is in the build tree. Where that lies in somebody's closed home, Postfix's own
    user cannot get there, and nothing of that home is to be opened for a test: then
    it is a file system in memory that this process and its children alone see. So it
    is where the path is too long for the UNIX sockets in it (107 bytes).
    """
    parent = BUILD / "test-folders"
    parent.mkdir(exist_ok=True)
    is_open = all(path.stat().st_mode & 1 for path in parent.parents)
    if os.geteuid() != 0 or (is_open and len(bytes(parent)) <= LONGEST_PARENT):
        return parent
    return memory_parent()


@functools.cache
def memory_parent():
    """A file system in memory that this process and its children alone see. Where that
    takes rights that the caller has not, the build tree."""
    place = next(p for p in map(pathlib.Path, ("/mnt", "/srv", "/opt")) if p.is_dir() and p not in BUILD.parents)
    if os.geteuid() != 0:
        return folder_parent()
    _mount_in_memory(place)
    return place


def _mount_in_memory(place):
    clone_newns, ms_rec, ms_private = 0x20000, 0x4000, 0x40000  # sched.h, sys/mount.h
    libc = ctypes.CDLL(None, use_errno=True)
    done = (libc.unshare(clone_newns) == 0
            and libc.mount(b"none", b"/", None, ctypes.c_ulong(ms_rec | ms_private), None) == 0
            and libc.mount(b"tmpfs", bytes(place), b"tmpfs", ctypes.c_ulong(0), b"mode=755") == 0)
    assert done, (f"{BUILD} is closed to other users or too long for a socket, and no file system can be mounted "
                  f"for the tests ({os.strerror(ctypes.get_errno())}): build in an open folder")


@contextlib.contextmanager
def folder(name, in_memory=False):
    """A new folder; Postfix's own user may pass through it."""
    parent = memory_parent() if in_memory else folder_parent()
    path = pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=parent))
    path.chmod(0o755)
    try:
        yield path
    except BaseException:
        keep(path)
        raise
    finally:
        shutil.rmtree(path, ignore_errors=True)


def keep(path):
    """What a test that failed leaves to be looked at, where somebody wants it (run-soak
    does). A copy: a file system in memory ends with the process."""
    kept = os.environ.get("INTIMAIL_KEEP")
    if kept:
        pathlib.Path(kept).mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", path, kept], check=False)
        print(f"kept: {kept}/{path.name}", file=sys.stderr)


def wait_until(condition, what, seconds=30):
    """Waits for a condition, not for a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A site with an embedded directory, made by the library itself."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self._tool("create", DOMAIN)
        (self.path / "run").mkdir(exist_ok=True)
        for open_to_all in (self.path, self.path / "run"):
            open_to_all.chmod(0o755)

    def _tool(self, verb, *arguments):
        done = subprocess.run([TOOL, verb, self.path, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, f"site-tool {verb}: {done.stderr}"
        return done.stdout

    def add_person(self, uid, quota=0):
        self._tool("person", uid, quota)
        return f"{uid}@{DOMAIN}"

    def add_group(self, name, *members):
        self._tool("group", name, *members)
        return f"{name}@{DOMAIN}"

    def list(self, uid):
        """What the index knows: (id, size, Message-ID) for each message."""
        return [tuple(line.split("\t")) for line in self._tool("list", uid).splitlines()]

    def files(self, uid):
        """The messages in the inbox's Maildir."""
        account = self.path / "mail" / uid
        return [p for part in ("new", "cur") if (account / part).is_dir() for p in (account / part).iterdir()]

    @property
    def lmtp(self):
        return self.path / "run/lmtp.sock"

    @property
    def policy(self):
        return self.path / "run/policy.sock"


class Agent:
    """intimail-deliver on the sockets of a site."""

    def __init__(self, site, *options, protocols=("--lmtp",), prefix=(), sockets=None, environment=None):
        self.site = site
        self.environment = environment
        wanted = ((site.lmtp, "--lmtp"), (site.policy, "--policy"))
        self.sockets = [path for path, option in wanted if option in protocols] if sockets is None else sockets
        self.command = [*prefix, AGENT, "--site", site.path, "--socket-mode", "0666", *protocols, *options]
        self.process = None

    def start(self):
        before = self.process.pid if self.process else None
        # Warnings about what a story breaks on purpose are not its end.
        self.process = subprocess.Popen(list(map(str, self.command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        env=self.environment)
        try:
            wait_until(lambda: self.process.poll() is not None or all(listens(path, before) for path in self.sockets),
                       "the agent listens")
        except AssertionError:
            self.kill()
            raise
        assert self.process.poll() is None, f"the agent ended with {self.process.returncode}"
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=40):
        """Asks it to end, and gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.kill()


def listens(path, before=None):
    """Somebody does, and not the process BEFORE, which was killed: what it was about to start
    has its socket for a moment, and nobody accepts there."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        pid, _, _ = struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return pid != before


def listens_at(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Lmtp:
    """A client that sees every reply; raises EOFError when the agent is gone."""

    def __init__(self, path, timeout=30):
        self.socket = self.make_socket()
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rb")

    def make_socket(self):
        return socket.socket(socket.AF_UNIX)

    def reply(self):
        """The lines of one reply."""
        lines = []
        while not lines or lines[-1][3:4] == "-":
            line = self.file.readline()
            if not line.endswith(b"\n"):
                raise EOFError("the agent ended the conversation")
            lines.append(line.decode().rstrip("\r\n"))
        return lines

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode() + b"\r\n")

    def ask(self, command):
        self.send(command)
        return self.reply()[-1]

    def greet(self):
        self.reply()
        return self.ask("LHLO client.example")

    def deliver(self, sender, recipients, message):
        """Gives the last reply to each recipient."""
        replies = [self.ask(f"MAIL FROM:<{sender}>")]
        assert replies[0].startswith("250"), replies
        replies = [self.ask(f"RCPT TO:<{r}>") for r in recipients]
        if any(r.startswith("250") for r in replies):
            self.ask("DATA")
            self.send(stuff(message))
            replies = [self.reply()[-1] if r.startswith("250") else r for r in replies]
        return replies

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class DiskControl:
    """Says which call to the disk fails in a program that has the shim (disk-shim.h) before it."""

    FORMAT = "7i"
    KILL = -1  # the error that is none
    UNLINK = 1 << 6  # a kind of call

    def __init__(self, shim, path):
        path.write_bytes(bytes(struct.calcsize(self.FORMAT)))
        self.shim, self.path = shim, path
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)

    def environment(self, root):
        """Of the program; the files below that folder count."""
        return {"LD_PRELOAD": str(self.shim), "DISK_SHIM_ROOT": str(root.resolve()), "DISK_SHIM_CONTROL": str(self.path)}

    def arm(self, nth, count, error, kinds=-1):
        self.map[:] = struct.pack(self.FORMAT, 1, kinds, nth, count, error, 0, -1)

    def disarm(self):
        """How many calls were seen."""
        seen = struct.unpack(self.FORMAT, self.map[:])[5]
        self.map[:] = bytes(len(self.map))
        return seen


def stuff(message):
    """A message with LF line ends as it goes over the line."""
    lines = message.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." if line[:1] == b"." else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def corpora(*names):
    """The public test mails, or None: then says so."""
    root = os.environ.get("INTIMAIL_CORPORA")
    if not root:
        print("INTIMAIL_CORPORA is not set: the public test mails are not sent", file=sys.stderr)
        return None
    return [pathlib.Path(root) / name for name in names]
