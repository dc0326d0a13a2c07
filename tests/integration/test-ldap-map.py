#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Postfix's questions to the agent in front of an LDAP server: what a filter there cannot say
(who has ended, what stands beside a list), and whom postmaster@ reaches while nobody
administrates."""
import subprocess
import time

from slapd import Slapd, move_to_ldap, tool
from support import BUILD, DOMAIN, Agent, Lmtp, Site, folder, wait_until

COMMAND = BUILD / "frontends/command/intimail"
MESSAGE = b"From: s@x.example\nSubject: duty\n\ntext\n"


class Filled(Site):
    def __init__(self, path):
        super().__init__(path)
        for uid in ("ann", "ben"):
            self.do("person", "add", uid, "--alias", f"{uid}.smith@{DOMAIN}", "--no-password")
        self.do("list", "add", "choir", "--owner", "ann", "--member", "ben", "--posters", "members")

    @property
    def map(self):
        return self.path / "run/map.sock"

    def do(self, *words):
        done = subprocess.run([COMMAND, "--site", self.path, *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()


def make_ask(path, site):
    etc = path / "postfix"
    etc.mkdir()
    (etc / "main.cf").write_text("compatibility_level = 3.6\n")

    def ask(table, key):
        """The value, "" for none, or None when it cannot be known now."""
        done = subprocess.run([tool("postmap"), "-c", etc, "-q", f"{key}@{DOMAIN}", f"socketmap:unix:{site.map}:{table}"],
                              capture_output=True, text=True)
        return None if "error" in done.stderr else done.stdout.strip()

    return ask


def test_map(site, slapd, ask):
    for key, value in (("ann", "ann"), ("Ann.Smith", "ann"), ("ann+x", "ann"), ("choir", "choir"), ("choir-bounces", "choir"),
                       ("choir-unsubscribe+abc", "choir"), ("postmaster", None), ("nobody", ""), ("a*", ""), ("ann)(uid=*", "")):
        assert ask("recipients", key) == value, key
    assert ask("senders", "ann.smith") == ask("senders", "choir") == "ann" and ask("senders", "nobody") == ""
    made = site.do("alias", "add", "ben", "--temporary").split("@")[0]
    assert ask("recipients", made) == "ben"
    site.do("alias", "end", f"{made}@{DOMAIN}")
    assert ask("recipients", made) == "disabled" and ask("senders", made) == ""
    end = int(time.time()) + 2
    site.do("person", "set", "ben", "--expiry", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end)))
    wait_until(lambda: time.time() >= end, "the second of the expiry")
    assert ask("recipients", "ben.smith") == "disabled" and ask("senders", "ben.smith") == ""
    site.do("person", "set", "ben", "--expiry", "never")
    assert ask("senders", "ben.smith") == "ben"
    slapd.stop()
    assert ask("recipients", "ann") is None and ask("senders", "nobody") is None, "what cannot be known is an answer"
    slapd.start()
    wait_until(lambda: ask("recipients", "ann") == "ann", "the server is found again")


def deliver(site, address):
    with Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        return lmtp.deliver("s@x.example", [address], MESSAGE)[-1]


def test_duties(site, protocols, sockets):
    """Nobody administrates: it waits, or goes to whom the configuration names."""
    with Agent(site, protocols=protocols, sockets=sockets):
        assert deliver(site, f"postmaster@{DOMAIN}").startswith("45")
    config = site.path / "intimail.conf"
    config.write_text(config.read_text().replace("[site]\n", "[site]\npostmaster=ben\n"))
    with Agent(site, protocols=protocols, sockets=sockets):
        for duty in ("postmaster", "Abuse"):
            assert deliver(site, f"{duty}@{DOMAIN}").startswith("250"), duty
        assert len(site.files("ben")) == 2
        site.do("group", "join", "admins", "ann")
        assert deliver(site, f"postmaster@{DOMAIN}").startswith("250")
        assert len(site.files("ann")) == 1 and len(site.files("ben")) == 2
        # Who is disabled does no duty.
        site.do("person", "set", "ann", "--status", "disabled")
        assert deliver(site, f"postmaster@{DOMAIN}").startswith("250")
        assert len(site.files("ann")) == 1 and len(site.files("ben")) == 3


def main():
    with folder("map") as path:
        site = Filled(path / "site")
        slapd = Slapd(path / "s")
        move_to_ldap(site, slapd, "cache-seconds=0\n")
        protocols, sockets = ("--lmtp", "--map"), [site.lmtp, site.map]
        with slapd:
            with Agent(site, protocols=protocols, sockets=sockets):
                test_map(site, slapd, make_ask(path, site))
            test_duties(site, protocols, sockets)
    print("ok")


if __name__ == "__main__":
    main()
