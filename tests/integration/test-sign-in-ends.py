#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an administrator decides in one process is true in all: a password that is revoked or
set anew, an account that is disabled, over or removed ends sessions, streams and mail at once,
in a file and at slapd with answers that are kept for an hour."""
import datetime

from command_site import CommandSite
from signing import Webmail
from slapd import Slapd, move_to_ldap
from streams import Stream
from support import Agent, Lmtp, folder

FIRST = "correct horse battery"
SECOND = "granite and 7 pears"
SESSION = "/.well-known/jmap"

# As "intimail directory init" has it.
ACCESS = "access to attrs=userPassword by self =xw by anonymous auth by * none\naccess to * by * read"

# Seconds that a stream may live on.
SOON = 10


class Story:
    def __init__(self, site, webmail):
        self.site = site
        self.webmail = webmail

    def sign_in(self, uid, password):
        status, answer = self.webmail.tell("/auth/session", method="POST", body={"login": uid, "password": password, "bearer": True})
        return answer["token"] if status == 200 else None

    def is_in(self, token):
        status = self.webmail.tell(SESSION, token=token)[0]
        assert status in (200, 401), status
        return status == 200

    def knows(self, uid, password):
        status = self.webmail.ask(SESSION, uid, password)
        assert status in (200, 401), status
        return status == 200

    def takes(self, uid):
        with Lmtp(self.site.lmtp) as lmtp:
            lmtp.greet()
            lmtp.ask("MAIL FROM:<s@x.example>")
            return lmtp.ask(f"RCPT TO:<{uid}@home.example>")[:3]

    def set_password(self, uid, password):
        self.site.do("person", "passwd", uid, "--password-stdin", stdin=password + "\n")

    def revoke(self, ann, ben):
        text = self.site.do("person", "app-password", "add", "ann", "phone").split()[-1]
        listed = self.site.do("person", "app-password", "list", "ann", "--json")
        identity = listed.split('"id"')[1].split('"')[1]
        assert self.knows("ann", text) and self.knows("ann", text)
        with Stream(self.webmail, login="ann", password=text) as stream, Stream(self.webmail, token=ben) as other:
            self.site.do("person", "app-password", "revoke", "ann", identity)
            assert not self.knows("ann", text), "a revoked password opens mail"
            stream.wait_for_end(SOON)
            assert self.is_in(ann), "a session ended with an app password"
            assert not other.has_ended()

    def change(self, ann, ben):
        idle = self.sign_in("ann", FIRST)
        assert self.knows("ann", FIRST)
        with Stream(self.webmail, token=idle) as stream, Stream(self.webmail, token=ben) as other:
            self.set_password("ann", SECOND)
            assert not self.is_in(ann), "a session goes on with an old password"
            assert not self.knows("ann", FIRST), "an old password opens mail"
            assert self.knows("ann", SECOND)
            stream.wait_for_end(SOON)
            assert not self.is_in(idle)
            assert self.is_in(ben) and not other.has_ended(), "somebody else's session ended"
        assert self.sign_in("ann", FIRST) is None

    def disable(self, ben):
        ann = self.sign_in("ann", SECOND)
        idle = self.sign_in("ann", SECOND)
        assert self.is_in(ann) and self.takes("ann") == "250"
        with Stream(self.webmail, token=idle) as stream:
            self.site.do("person", "set", "ann", "--status", "disabled")
            assert self.takes("ann") == "550"
            assert not self.is_in(ann), "who is disabled goes on"
            assert not self.knows("ann", SECOND)
            stream.wait_for_end(SOON)
        self.site.do("person", "set", "ann", "--status", "active")
        assert self.takes("ann") == "250"
        assert not self.is_in(ann) and not self.is_in(idle), "a session came back"
        assert self.sign_in("ann", SECOND)
        assert self.is_in(ben)

    def expire(self, ben):
        ann = self.sign_in("ann", SECOND)
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)
        self.site.do("person", "set", "ann", "--expiry", end.strftime("%Y-%m-%dT%H:%M:%SZ"))
        with Stream(self.webmail, token=ann) as stream:
            assert self.is_in(ann) and self.takes("ann") == "250"
            stream.wait_for_end(4 + SOON)
        assert not self.is_in(ann) and self.takes("ann") == "550"
        assert self.is_in(ben)
        self.site.do("person", "set", "ann", "--expiry", "never")

    def remove(self, ben):
        ann = self.sign_in("ann", SECOND)
        with Stream(self.webmail, token=ann) as stream:
            self.site.do("person", "remove", "ann")
            assert self.takes("ann") == "550"
            stream.wait_for_end(SOON)
        assert not self.is_in(ann) and not self.knows("ann", SECOND)
        self.site.do("person", "restore", "ann")
        assert not self.is_in(ann)
        assert self.is_in(ben)


def tell(site):
    site.lmtp, site.policy = site.path / "run/lmtp.sock", site.path / "run/policy.sock"
    with Webmail(site) as webmail, Agent(site):
        story = Story(site, webmail)
        story.set_password("ann", FIRST)
        ann, ben = story.sign_in("ann", FIRST), story.sign_in("ben", FIRST)
        assert ann and ben and story.is_in(ann) and story.is_in(ben)
        story.revoke(ann, ben)
        story.change(ann, ben)
        story.disable(ben)
        story.expire(ben)
        story.remove(ben)


def main():
    with folder("ends") as path:
        site = CommandSite(path / "site")
        for uid in ("ann", "ben"):
            site.do("person", "add", uid, "--password-stdin", stdin=FIRST + "\n")
        tell(site)
        with Slapd(path / "s", in_database=ACCESS) as slapd:
            pass
        move_to_ldap(site, slapd, "cache-seconds=3600\n")
        with slapd:
            tell(site)
    print("ok")


if __name__ == "__main__":
    main()
