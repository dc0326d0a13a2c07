#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that fails, gets full, goes away and comes back, under a running agent: mail
is put off (4xx), never lost and never bounced, and taken again when the trouble is over.

  test-disk-trouble.py SHIM
"""
import collections
import ctypes
import errno
import os
import re
import resource
import shutil
import subprocess
import sys

from support import AGENT, Agent, DiskControl, Lmtp, Site, folder

SHIM = os.path.abspath(sys.argv[1])
ANNA = "anna@home.example"
N_MAX = 500
EX_TEMPFAIL = 75


class Sender:
    """Sends numbered messages, and knows what was promised."""

    def __init__(self, site):
        self.site = site
        self.number = 0
        self.promised = set()
        self.put_off = set()

    def send(self, where):
        self.number += 1
        with Lmtp(self.site.lmtp) as lmtp:
            lmtp.greet()
            message = f"X-Number: {self.number}\nSubject: {self.number}\n\n".encode() + b"text\n" * 500
            reply = lmtp.deliver("s@x.example", [ANNA], message)[-1]
        assert reply[0] in "24", f"{where}: {reply}"
        (self.promised if reply[0] == "2" else self.put_off).add(self.number)
        return reply

    def must_take(self, where):
        reply = self.send(where)
        assert reply.startswith("250"), f"{where}: {reply}"

    def must_put_off(self, where, *codes):
        reply = self.send(where)
        assert reply.startswith(codes or "4"), f"{where}: {reply}"

    def check(self, where, again=False):
        """Each promised message is there once, in the files and in the index; of those
        put off there is none, unless the disk may have failed to take it back."""
        files = self.site.files("anna")
        copies = collections.Counter(int(re.search(rb"X-Number: (\d+)", file.read_bytes())[1]) for file in files)
        wrong = {n: copies[n] for n in self.promised if copies[n] != 1}
        assert not wrong, f"{where}: promised, and there so often: {wrong}"
        extra = set(copies) - self.promised
        assert extra <= (self.put_off if again else set()), f"{where}: put off and there: {extra}"
        listed = self.site.list("anna")
        assert len(listed) == len(files), f"{where}: {len(listed)} in the index, {len(files)} files"


def test_each_call(path):
    """Each call to the disk that a delivery makes fails once, and from there on."""
    site = Site(path / "calls")
    site.add_person("anna")
    control = DiskControl(SHIM, path / "control")
    sender = Sender(site)
    with Agent(site, environment={**os.environ, **control.environment(site.path / "mail")}):
        sender.must_take("at first")
        for name, code, count in (("EIO", errno.EIO, 1), ("EIO for ever", errno.EIO, N_MAX), ("ENOSPC", errno.ENOSPC, 1),
                                  ("ENOSPC for ever", errno.ENOSPC, N_MAX), ("EDQUOT", errno.EDQUOT, N_MAX),
                                  ("EMFILE", errno.EMFILE, 1), ("EROFS", errno.EROFS, N_MAX)):
            for nth in range(1, N_MAX):
                control.arm(nth, count, code)
                sender.send(f"{name}, call {nth}")
                if control.disarm() < nth:
                    break
            assert nth < N_MAX - 1
            sender.must_take(f"after {name}")
            sender.check(name, again=True)
    print(f"each call: {len(sender.promised)} taken, {len(sender.put_off)} put off", flush=True)
    assert sender.put_off


def test_gone_and_back(path):
    """The disk is not mounted for a while; the account comes back from a backup."""
    site = Site(path / "gone")
    site.add_person("anna")
    mail = site.path / "mail"
    sender = Sender(site)
    with Agent(site):
        sender.must_take("at first")
        mail.rename(path / "away")
        sender.must_put_off("without the folder")
        (path / "away").rename(mail)
        sender.must_take("with the folder again")
        shutil.copytree(mail / "anna", mail / "copy")
        (mail / "anna").rename(path / "old")
        (mail / "copy").rename(mail / "anna")
        sender.must_take("with the account from a backup")
        sender.check("gone and back")


def test_no_permission(path):
    site = Site(path / "closed")
    site.add_person("anna")
    new = site.path / "mail/anna/new"
    # Root may do what it wants: then it is a file that stands in the way.
    is_root = os.geteuid() == 0
    sender = Sender(site)
    with Agent(site):
        sender.must_take("at first")
        if is_root:
            new.rename(path / "new")
            new.write_bytes(b"")
        else:
            new.chmod(0)
        sender.must_put_off("with a closed folder")
        if is_root:
            new.unlink()
            (path / "new").rename(new)
        else:
            new.chmod(0o700)
        sender.must_take("with an open folder again")
        sender.check("closed")


def test_no_files_left(path):
    """Fewer open files allowed than a delivery needs, and one more each time."""
    site = Site(path / "files")
    site.add_person("anna")
    sender = Sender(site)
    with Agent(site) as agent, Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        sender.must_take("at first")
        pid = agent.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        replies = collections.Counter()
        n_open = len(os.listdir(f"/proc/{pid}/fd"))
        # The connection before may be open still: the first limit leaves no file to anything.
        for limit in range(4, n_open + 6):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, before[1]))
            sender.number += 1
            reply = lmtp.deliver("s@x.example", [ANNA], f"X-Number: {sender.number}\n\nx\n".encode())[-1]
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
            assert lmtp.ask("RSET").startswith("250")
            assert reply[0] in "24", reply
            (sender.promised if reply[0] == "2" else sender.put_off).add(sender.number)
            replies[reply[:3]] += 1
        assert any(code[0] == "4" for code in replies), replies
        sender.must_take("with files left again")
        sender.check("no files left")


def mount(source, target, options, flags=0):
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.mount(source, bytes(target), b"tmpfs", ctypes.c_ulong(flags), options) == 0


def test_small_disk(path):
    """A disk of a megabyte, full and not; then one that may only be read."""
    ms_rdonly, ms_remount = 0x1, 0x20
    site = Site(path / "small")
    site.add_person("anna")
    mail = site.path / "mail"
    mail.mkdir(exist_ok=True)
    if os.geteuid() != 0 or not mount(b"none", mail, b"size=1m,mode=700"):
        print("nobody may mount a disk here: not tried with a small one", file=sys.stderr)
        return
    sender = Sender(site)
    filler = mail / "filler"
    command = [AGENT, "--site", site.path, "-f", "s@x.example", "-d", ANNA]
    with Agent(site) as agent:
        sender.must_take("at first")
        for _ in range(3):
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError as error:
                    assert error.errno == errno.ENOSPC
            sender.must_put_off("full", "452")
            filler.unlink()
            sender.must_take("not full any more")
        assert agent.stop() == 0
    sender.check("full")
    assert mount(b"none", mail, b"size=1m,mode=700", ms_remount | ms_rdonly)
    done = subprocess.run(command, input=b"X-Number: 0\n\n")
    assert done.returncode == EX_TEMPFAIL, done
    with Agent(site):
        sender.must_put_off("read-only")
        assert mount(b"none", mail, b"size=1m,mode=700", ms_remount)
        sender.must_take("writable again")
    sender.check("read-only")


def main():
    with folder("trouble", in_memory=True) as path:
        for test in (test_each_call, test_gone_and_back, test_no_permission, test_no_files_left, test_small_disk):
            print(test.__name__, flush=True)
            test(path)


main()
