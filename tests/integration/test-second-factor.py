#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A code beside the password, from the first to the last: turned on by the page's door, asked
for by it, refused to who has the password alone, by JMAP and by Dovecot too, and reset."""
import base64
import concurrent.futures
import hashlib
import hmac
import json
import struct
import time

from command_site import CommandSite
from signing import Dovecot, Webmail
from slapd import Slapd, move_to_ldap
from support import DOMAIN, folder

PASSWORD = "correct horse battery"
CODE_NEEDED = "urn:intimail:problem:code-needed"


def make_code(secret, steps=0):
    """RFC 6238, by hand: what a telephone does."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06}"


def sign_in(webmail, code=None, password=PASSWORD):
    body = {"login": "ann", "password": password, "bearer": True}
    return webmail.tell("/auth/session", method="POST", body=body if code is None else {**body, "code": code})


def turn_on(webmail, token):
    """The secret and the recovery codes."""
    status, begun = webmail.tell("/auth/second-factor/begin", method="POST", body={}, token=token)
    assert status == 200 and begun["uri"].startswith(f"otpauth://totp/{DOMAIN}:ann?secret={begun['secret']}&"), begun
    picture = begun["picture"]
    assert picture["size"] >= 33 and picture["path"].startswith("M0 0h7v1h-7z"), picture
    # Nothing counts before one right code.
    status, refused = webmail.tell("/auth/second-factor/enable", method="POST", token=token, body={"secret": begun["secret"], "code": "abcdef"})
    assert status == 403, refused
    assert sign_in(webmail)[0] == 200
    for _ in range(2):  # the half minute may end meanwhile
        status, enabled = webmail.tell("/auth/second-factor/enable", method="POST", token=token,
                                       body={"secret": begun["secret"], "code": make_code(begun["secret"], -1)})
        if status == 200:
            break
    assert status == 200 and len(enabled["recoveryCodes"]) == 10, enabled
    return begun["secret"], enabled["recoveryCodes"]


def test_webmail(site):
    text = json.loads(site.do("--json", "person", "app-password", "add", "ann", "phone"))["password"]
    with Webmail(site) as webmail:
        token, other = (sign_in(webmail)[1]["token"] for _ in range(2))
        assert webmail.tell("/auth/second-factor", token=token)[1] == {"enabled": False, "recoveryCodes": 0}
        # Believed a moment ago, and not any more.
        assert webmail.ask("/.well-known/jmap", "ann", PASSWORD) == 200
        assert webmail.tell("/auth/second-factor", token=other)[0] == 200
        secret, recovery = turn_on(webmail, token)
        assert webmail.tell("/auth/second-factor", token=other)[0] == 401, "who signed in without a code stays signed in"
        assert webmail.ask("/.well-known/jmap", "ann", PASSWORD) == 401, "the password alone opens JMAP"
        assert webmail.ask("/.well-known/jmap", "ann", text) == 200
        for password in (PASSWORD, text):
            assert webmail.ask("/auth/second-factor", "ann", password) in (401, 403), "a program reads settings"

        status, problem = sign_in(webmail)
        assert status == 401 and problem["type"] == CODE_NEEDED, problem
        status, problem = sign_in(webmail, password="wrong")
        assert status == 401 and problem["type"] == "about:blank", problem
        code = make_code(secret)
        assert sign_in(webmail, code)[0] == 200
        assert sign_in(webmail, code)[0] == 401, "a code is good twice"
        assert sign_in(webmail, recovery[0])[0] == 200
        assert sign_in(webmail, recovery[0])[0] == 401, "a recovery code is good twice"
        assert webmail.tell("/auth/second-factor", token=token)[1] == {"enabled": True, "recoveryCodes": 9}
        assert json.loads(site.do("--json", "person", "second-factor", "show", "ann")) == {"enabled": True, "recoveryCodes": 9}

        # Off by the password; who types a wrong one stays signed in.
        assert webmail.tell("/auth/second-factor/disable", method="POST", body={"password": "wrong"}, token=token)[0] == 403
        assert webmail.tell("/auth/second-factor", token=token)[1]["enabled"]
        assert webmail.tell("/auth/second-factor/disable", method="POST", body={"password": PASSWORD}, token=token)[0] == 204
        assert sign_in(webmail)[0] == 200
        assert webmail.ask("/.well-known/jmap", "ann", PASSWORD) == 200
        turn_on(webmail, token)
    return text


def test_renewal(site):
    """Other recovery codes, by the password."""
    with Webmail(site) as webmail:
        token = sign_in(webmail)[1]["token"]
        _, recovery = turn_on(webmail, token)
        assert webmail.tell("/auth/second-factor/renew", method="POST", body={"password": "wrong"}, token=token)[0] == 403
        status, renewed = webmail.tell("/auth/second-factor/renew", method="POST", body={"password": PASSWORD}, token=token)
        assert status == 200 and len(renewed["recoveryCodes"]) == 10 and not set(renewed["recoveryCodes"]) & set(recovery), renewed
        assert sign_in(webmail, recovery[0])[0] == 401, "an old recovery code is good after a renewal"
        assert sign_in(webmail, renewed["recoveryCodes"][0])[0] == 200
        assert webmail.tell("/auth/second-factor/disable", method="POST", body={"password": PASSWORD}, token=token)[0] == 204


def test_guesses(site):
    """Wrong codes are failures like wrong passwords: after a dozen, nobody is asked. All at
    once, as somebody would who does not want to wait for the answers."""
    with Webmail(site) as webmail, concurrent.futures.ThreadPoolExecutor(20) as guessers:
        seen = list(guessers.map(lambda guess: sign_in(webmail, f"{guess:06}")[0], range(20)))
        assert set(seen) == {401, 429} and 12 <= seen.count(401) <= 14, seen
        assert sign_in(webmail, "000020")[0] == 429


def test_dovecot(site, path, text):
    with Dovecot(site, path) as dovecot:
        assert dovecot.sign_in("ann", PASSWORD) == "refused", "the password alone opens IMAP"
        assert dovecot.sign_in(f"ann@{DOMAIN}", text) == "ann"
        assert dovecot.sign_in("ann", "wrong") == "refused"
        assert dovecot.sign_in("ben", PASSWORD) == "ben"
        site.do("person", "second-factor", "reset", "ann")
        assert dovecot.sign_in("ann", PASSWORD) == "ann"


def main():
    with folder("second") as path:
        site = CommandSite(path / "site")
        for uid in ("ann", "ben"):
            site.do("person", "add", uid, "--password-stdin", stdin=PASSWORD + "\n")
        assert site.do("person", "second-factor", "show", "ann") == "off\n"
        test_renewal(site)
        test_webmail(site)
        assert "intimailSecondFactorSecret: " in (site.path / "directory.ldif").read_text()
        test_guesses(site)
        site.do("person", "second-factor", "reset", "ann")
        assert "intimailSecondFactor" not in (site.path / "directory.ldif").read_text()
        assert site.ask("person", "second-factor", "reset", "zoe").returncode == 3
        with Slapd(path / "s") as slapd:
            pass
        move_to_ldap(site, slapd, "cache-seconds=0\n")
        with slapd:
            test_renewal(site)
            text = test_webmail(site)
            test_dovecot(site, path / "dovecot", text)
    print("ok")


if __name__ == "__main__":
    main()
