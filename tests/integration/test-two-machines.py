#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two machines with one directory: each real Postfix hands a mail to the one that keeps the
person's mail, by what "intimail directory postfix-maps" prints."""
import shutil
import subprocess

from command_site import COMMAND
from postfix import Postfix, Smtp
from support import DOMAIN, Agent, Lmtp, Site, folder, wait_until

# The second has a name that leads here without asking anybody.
FIRST, SECOND = f"mx.{DOMAIN}", "localhost"
MESSAGE = b"From: s@x.example\r\nSubject: which machine\r\n\r\nhello\r\n.\r\n"


class Machine(Site):
    def __init__(self, path, host):
        super().__init__(path)
        self.host = host
        self.configure("site", f"hostname={host}")

    def configure(self, group, line):
        config = self.path / "intimail.conf"
        key = line.split("=")[0] + "="
        others = "".join(each for each in config.read_text().splitlines(keepends=True) if not each.startswith(key))
        config.write_text(others.replace(f"[{group}]\n", f"[{group}]\n{line}\n"))
        assert f"\n{line}\n" in config.read_text()

    @property
    def map(self):
        return self.path / "run/map.sock"

    def agent(self):
        return Agent(self, protocols=("--lmtp", "--policy", "--map"), sockets=[self.lmtp, self.policy, self.map])


def do(site, *words):
    done = subprocess.run([COMMAND, "--site", site.path, *map(str, words)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def settings_of(site):
    """The lines about people alone: the rest is the test's own."""
    wanted = ("virtual_mailbox_maps", "transport_maps", "recipient_delimiter")
    return [line for line in do(site, "directory", "postfix-maps").splitlines() if line.split(" = ")[0] in wanted]


def make_postfix(path, site, port):
    # Each with a name of its own, or it would hear itself.
    extra = [f"myhostname = {path.name}.{DOMAIN}", f"smtp_tcp_port = {port}", "smtp_host_lookup = native", *settings_of(site)]
    return Postfix(path, site, restrictions=f"check_policy_service unix:{site.policy}, permit_mynetworks, reject", extra="\n".join(extra))


def check_here(site, uid):
    """The agent alone: mail at the wrong machine waits, and is no mailbox there."""
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        lmtp.ask("MAIL FROM:<s@x.example>")
        return lmtp.ask(f"RCPT TO:<{uid}@{DOMAIN}>")


def main():
    with folder("machines") as path:
        one, two = Machine(path / "one", FIRST), Machine(path / "two", SECOND)
        for uid in ("ann", "ben"):
            do(one, "person", "add", uid, "--alias", f"{uid}.smith@{DOMAIN}", "--no-password")
        do(one, "group", "join", "admins", "ann")
        assert not any(line.startswith("transport_maps") for line in settings_of(one)), "one machine needs no table"
        do(one, "person", "set", "ben", "--host", SECOND)
        do(one, "group", "join", "admins", "ben")
        do(one, "list", "add", "choir", "--owner", "ann", "--member", "ann", "--member", "ben")
        short = do(one, "alias", "add", "ben", "--temporary").strip()
        shutil.copy(one.path / "directory.ldif", two.path / "directory.ldif")
        one.configure("transport", "kind=sendmail")
        one.configure("transport", f"command=/usr/sbin/sendmail;-C;{path / 'p1/etc'}")
        with one.agent(), two.agent():
            second = make_postfix(path / "p2", two, 1)
            first = make_postfix(path / "p1", one, second.port)
            with first, second:
                assert check_here(one, "ben").startswith("4") and check_here(two, "ben").startswith("250")
                count = 0
                with Smtp(first.port) as smtp:
                    for address in (f"ben@{DOMAIN}", f"Ben.Smith@{DOMAIN}", f"ben+x@{DOMAIN}", short):
                        replies, last = smtp.send("s@x.example", [address], MESSAGE)
                        assert replies[0].startswith("250") and last.startswith("250"), (address, replies, last)
                        count += 1
                    replies, last = smtp.send("s@x.example", [f"ann@{DOMAIN}", f"ben@{DOMAIN}"], MESSAGE)
                    assert last.startswith("250"), (replies, last)
                    replies, _ = smtp.send("s@x.example", [f"ann@{DOMAIN}", f"nobody@{DOMAIN}"], MESSAGE)
                    assert replies[1].startswith("550 5.1.1"), replies
                    # Of several people, those who are elsewhere get it through the queue.
                    for address in (f"choir@{DOMAIN}", f"postmaster@{DOMAIN}"):
                        replies, last = smtp.send("s@x.example", [address], MESSAGE)
                        assert last.startswith("250"), (address, replies, last)
                wait_until(lambda: len(two.files("ben")) == count + 3, "everything has come")
                wait_until(lambda: first.queue_length() == 0 and second.queue_length() == 0, "the queues are empty")
                assert len(two.files("ben")) == count + 3 and not one.files("ben"), first.log()
                assert len(one.files("ann")) == 4 and not two.files("ann")
    print("ok")


if __name__ == "__main__":
    main()
