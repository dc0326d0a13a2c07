#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""People change their own password by the page's door, in a file and at slapd: the old one is
asked for, a weak one refused, and every other session and stream of theirs ends."""
import http.client
import urllib.parse

from command_site import CommandSite
from signing import Webmail
from slapd import Slapd, move_to_ldap
from support import folder

FIRST = "correct horse battery"
SECOND = "granite and 7 pears"
WEAK = "urn:intimail:problem:weak-password"

# As "intimail directory init" has it.
ACCESS = "access to attrs=userPassword by self =xw by anonymous auth by * none\naccess to * by * read"


def sign_in(webmail, uid, password):
    status, answer = webmail.tell("/auth/session", method="POST", body={"login": uid, "password": password, "bearer": True})
    return answer["token"] if status == 200 else None


def open_stream(webmail, token):
    """An event source, after its first bytes."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(webmail.url).netloc, timeout=30)
    connection.request("GET", "/jmap/events?types=*&closeafter=no&ping=0", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.readline() == b":\n"
    return connection, answer


def story(site, old, new):
    with Webmail(site) as webmail:
        def post(path, body, token):
            return webmail.tell(path, method="POST", body=body, token=token)

        own, other, bens = sign_in(webmail, "ann", old), sign_in(webmail, "ann", old), sign_in(webmail, "ben", FIRST)
        assert own and other and bens
        kept, ended = open_stream(webmail, own), open_stream(webmail, other)
        assert webmail.ask("/.well-known/jmap", "ann", old) == 200

        for password, reason in (("secret", "short"), ("password1", "dictionary"), ("annannann1", "name"), ("ann", "name"), ("", "form"),
                                 ("a" * 300, "form")):
            status, judgement = post("/auth/password/judge", {"new": password}, own)
            assert status == 200 and not judgement["good"] and judgement["reason"] == reason and judgement["detail"], (password, judgement)
            status, problem = post("/auth/password", {"old": old, "new": password}, own)
            assert status == 400 and problem["type"] == WEAK and problem["reason"] == reason, (password, problem)
        status, problem = post("/auth/password", {"old": old, "new": old}, own)
        assert status == 400 and problem["type"] == WEAK and problem["reason"] == "similar", "the same once more"
        assert post("/auth/password/judge", {"new": new}, own) == (200, {"good": True, "reason": "none", "detail": ""})
        assert post("/auth/password", {"old": "wrong", "new": new}, own)[0] == 403
        for body in ({}, {"old": old}, {"new": new}, {"old": 1, "new": 2}, {"old": old, "new": f"{new}\0x"}, {"old": f"{old}\0", "new": new}):
            assert post("/auth/password", body, own)[0] == 400
        assert post("/auth/password", {"old": old, "new": new}, None)[0] == 401
        assert webmail.ask("/auth/password", "ann", old, method="POST", body={"old": old, "new": new}) == 403, "a password alone changes it"
        assert webmail.tell("/.well-known/jmap", token=other)[0] == 200

        changed = post("/auth/password", {"old": old, "new": new}, own)
        assert changed[0] == 204, changed
        assert webmail.tell("/.well-known/jmap", token=own)[0] == 200
        assert webmail.tell("/.well-known/jmap", token=bens)[0] == 200
        assert webmail.tell("/.well-known/jmap", token=other)[0] == 401, "another session goes on"
        assert webmail.ask("/.well-known/jmap", "ann", old) == 401, "the old password is believed"
        assert webmail.ask("/.well-known/jmap", "ann", new) == 200
        assert sign_in(webmail, "ann", old) is None and sign_in(webmail, "ann", new)
        ended[1].read()  # up to its end, which it has
        kept[0].sock.settimeout(0.2)
        try:
            assert kept[1].read1() not in (b"",), "the own stream ends"
        except TimeoutError:
            pass
        for connection, answer in (kept, ended):
            answer.close()
            connection.close()


def main():
    with folder("own") as path:
        site = CommandSite(path / "site")
        for uid in ("ann", "ben"):
            site.do("person", "add", uid, "--password-stdin", stdin=FIRST + "\n")
        assert site.ask("person", "passwd", "ann", "--password-stdin", stdin=FIRST[0] + "\0more\n").returncode == 2
        story(site, FIRST, SECOND)
        with Slapd(path / "s", in_database=ACCESS) as slapd:
            pass
        move_to_ldap(site, slapd, "cache-seconds=0\n")
        with slapd:
            story(site, SECOND, FIRST)
    print("ok")


if __name__ == "__main__":
    main()
