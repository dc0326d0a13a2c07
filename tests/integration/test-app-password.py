#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""App passwords where they are used: made in a file, moved to slapd unchanged, and asked
for by the webmail and by Dovecot."""
import hashlib
import json
import time

from command_site import CommandSite
from signing import Dovecot, Webmail
from slapd import BASE, Slapd, move_to_ldap
from support import DOMAIN, folder, wait_until

PASSWORD = "correct horse battery"


def id_of(text):
    return hashlib.sha256(text.encode()).hexdigest()[:4]


class Site(CommandSite):
    def list(self, uid):
        return json.loads(self.do("--json", "person", "app-password", "list", uid))


def test_command(site):
    """What was made, is listed by id and name, and never again by its text."""
    made = json.loads(site.do("--json", "person", "app-password", "add", "ann", "phone"))
    text = made["password"]
    assert made["uid"] == "ann" and made["name"] == "phone", made
    assert text not in (site.path / "directory.ldif").read_text()
    (listed,) = site.list("ann")
    assert listed["id"] == id_of(text) and listed["name"] == "phone" and listed["lastUse"] is None, listed
    assert listed["created"].startswith("20"), listed
    table = site.do("person", "app-password", "list", "ann")
    assert listed["id"] in table and "never" in table and "phone" in table, table
    gone = json.loads(site.do("--json", "person", "app-password", "add", "ann", "old tablet"))["password"]
    site.do("person", "app-password", "revoke", "ann", id_of(gone))
    assert [one["name"] for one in site.list("ann")] == ["phone"]
    again = site.ask("person", "app-password", "revoke", "ann", id_of(gone))
    assert again.returncode == 3 and "no app password" in again.stderr, again
    assert site.ask("person", "app-password", "add", "ann", " ").returncode == 2
    assert site.ask("person", "app-password", "list", "zoe").returncode == 3
    return text, gone


def test_webmail(site, text, gone):
    """JMAP takes it; the sign-in of the page does not."""
    with Webmail(site) as webmail:
        assert webmail.ask("/.well-known/jmap", "ann", text) == 200
        assert webmail.ask("/.well-known/jmap", f"ann@{DOMAIN}", text) == 200
        assert webmail.ask("/.well-known/jmap", "ann", PASSWORD) == 200
        assert webmail.ask("/.well-known/jmap", "ben", text) == 401
        assert webmail.ask("/.well-known/jmap", "ann", gone) == 401
        assert webmail.ask("/auth/session", method="POST", body={"login": "ann", "password": text}) == 401
        assert webmail.ask("/auth/session", method="POST", body={"login": "ann", "password": PASSWORD}) == 200
        wait_until(lambda: site.list("ann")[0]["lastUse"] is not None, "the use is noted")


def test_expiry(site, dovecot, text):
    """Who expires is out with that second, by whatever password and name, and is in again
    when the time is put off."""
    logins = (("ann", PASSWORD), ("ann", text), (f"ann@{DOMAIN}", PASSWORD), (f"smith@{DOMAIN}", text))
    end = int(time.time()) + 4
    site.do("person", "set", "ann", "--expiry", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end)))
    before = [dovecot.sign_in(*login) for login in logins]
    if time.time() < end:
        assert before == ["ann"] * 4, before
    wait_until(lambda: time.time() >= end, "the second of the expiry")
    after = [dovecot.sign_in(*login) for login in logins]
    assert after == ["refused"] * 4, f"{after}\n{(dovecot.root / 'log').read_text()}"
    assert dovecot.sign_in("ann", "wrong") == "refused" and dovecot.sign_in("ben", "é" * 8) == "ben"
    site.do("person", "set", "ann", "--expiry", "30d")
    assert [dovecot.sign_in(*login) for login in logins] == ["ann"] * 4
    # What cannot be known lets nobody in.
    config = site.path / "intimail.conf"
    right = config.read_text()
    config.write_text(right.replace("uri=ldapi:", "uri=ldapi:x"))
    assert dovecot.sign_in("ann", PASSWORD) == "later" and dovecot.sign_in("ann", "wrong") == "refused"
    config.write_text(right)
    assert dovecot.sign_in("ann", PASSWORD) == "ann"


def test_dovecot(site, slapd, path, text, gone):
    with Dovecot(site, path) as dovecot:
        log = dovecot.root / "log"
        cases = (
            ("ann", PASSWORD, "ann"),
            ("ann", text, "ann"),
            (f"ann@{DOMAIN}", text, "ann"),
            (f"smith@{DOMAIN}", text, "ann"),
            ("ann", gone, "refused"),
            ("ann", text[:-1] + ("a" if text[-1] != "a" else "b"), "refused"),
            ("ann", text[:-1], "refused"),
            ("ann", id_of(text), "refused"),
            ("ann", "wrong", "refused"),
            ("ann", "*", "refused"),
            ("ann", "********)(cn=*", "refused"),
            ("ann", "abcdefg\\", "refused"),
            ("ann", "é" * 8, "refused"),
            ("ben", "é" * 8, "ben"),
            ("ben", text, "refused"),
            (f"ben@{DOMAIN}", text, "refused"),
            ("zoe", text, "refused"),
            ("zoe", PASSWORD, "refused"),
            ("*", text, "refused"),
        )
        for login, password, wanted in cases:
            got = dovecot.sign_in(login, password)
            assert got == wanted, f"{login} {password}: {got}\n{log.read_text()}"
        site.do("person", "set", "ann", "--status", "disabled")
        assert dovecot.sign_in("ann", text) == "refused", "somebody who is disabled signs in"
        site.do("person", "set", "ann", "--status", "active")
        assert dovecot.sign_in("ann", text) == "ann"
        test_expiry(site, dovecot, text)
        site.do("person", "app-password", "revoke", "ann", id_of(text))
        assert dovecot.sign_in("ann", text) == "refused"
        slapd.stop()
        for password in (text, PASSWORD, "wrong", "é" * 8):
            assert dovecot.sign_in("ann", password) == "later", "a server that is away is taken for a wrong password"
        slapd.start()
        wait_until(lambda: dovecot.sign_in("ann", PASSWORD) == "ann", "Dovecot finds the server again")


def main():
    with folder("app") as path:
        site = Site(path / "site")
        site.do("person", "add", "ann", "--alias", f"smith@{DOMAIN}", "--password-stdin", stdin=PASSWORD + "\n")
        site.do("person", "add", "ben", "--password-stdin", stdin="é" * 8 + "\n")
        text, gone = test_command(site)
        test_webmail(site, text, gone)
        with Slapd(path / "s") as slapd:
            pass
        move_to_ldap(site, slapd, "cache-seconds=0\n")
        with slapd:
            entry = f"cn={id_of(text)},uid=ann,ou=people,{BASE}"
            assert slapd.whoami(slapd.ldapi, entry, text).returncode == 0, "the hash of the file is not taken by slapd"
            assert slapd.whoami(slapd.ldapi, entry, text + "x").returncode == 49
            test_webmail(site, text, gone)
            test_dovecot(site, slapd, path / "dovecot", text, gone)
            text, gone = test_command_at_slapd(site)
            test_webmail(site, text, gone)
    print("ok")


def test_command_at_slapd(site):
    """The same again, where the server makes the hash."""
    made = json.loads(site.do("--json", "person", "app-password", "add", "ann", "second phone"))["password"]
    gone = json.loads(site.do("--json", "person", "app-password", "add", "ann", "third phone"))["password"]
    site.do("person", "app-password", "revoke", "ann", id_of(gone))
    assert [one["name"] for one in site.list("ann")] == ["second phone"]
    return made, gone


if __name__ == "__main__":
    main()
