#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail-deliver -d: one message from standard input, with an agent and without."""
import subprocess

from support import AGENT, Agent, Site, folder

OK, USAGE, NOUSER, CANTCREAT, TEMPFAIL, CONFIG = 0, 64, 67, 73, 75, 78
MESSAGES = {
    "plain": b"Subject: x\n\nhello\n",
    "no line end": b"Subject: x\n\nhello",
    "CRLF and dots": b"Subject: x\r\n\r\n.\r\n..\r\n",
    "nothing": b"",
    "large": b"Subject: x\n\n" + bytes(range(256)) * 2000,
}


def run(site, *arguments, message=MESSAGES["plain"]):
    command = [AGENT, "--site", site.path, *arguments]
    done = subprocess.run(list(map(str, command)), input=message, capture_output=True)
    return done.returncode, done.stderr.decode()


def take_new(site, seen):
    """The one message that came since."""
    new = set(site.files("anna")) - seen
    seen |= new
    path, = new
    return path.read_bytes()


def test_bytes(site, seen, protocol):
    for what, message in MESSAGES.items():
        status, said = run(site, "-d", "anna@home.example", "-f", "s@x.example", message=b"From s@x.example Mon Jan  1\n" + message)
        assert status == OK, (what, status, said)
        stored = take_new(site, seen)
        assert stored.startswith(b"Return-Path: <s@x.example>\nDelivered-To: anna@home.example\nReceived: "), stored[:200]
        assert b" with " + protocol + b" id " in stored.split(b"\n\t")[0], stored[:200]
        body = stored.split(b"\n\t", 1)[1].split(b"\n", 1)[1]
        assert body == message, f"{what}: {body[:100]!r}"


def test_statuses(site):
    """A recipient who is not there is for good, trouble is not."""
    cases = [
        (["-d", "nobody@home.example"], NOUSER, "5.1.1 "),
        (["-d", "full@home.example"], CANTCREAT, "5.2.2 "),
        (["-d", "anna@home.example", "-d", "nobody@home.example"], NOUSER, "5.1.1 "),
    ]
    for arguments, wanted, words in cases:
        status, said = run(site, *arguments)
        assert status == wanted and said.startswith(words), (arguments, status, said)


def test_trouble(site):
    """No site, no directory, a mistake on the command line of master.cf: later."""
    directory = site.path / "directory.ldif"
    content = directory.read_bytes()
    directory.unlink()
    assert run(site, "-d", "anna@home.example")[0] == TEMPFAIL
    directory.write_bytes(content)
    config = site.path / "intimail.conf"
    good = config.read_text()
    config.write_text(good + "\n[nonsense]\nkey=value\n")
    status, said = run(site, "-d", "anna@home.example")
    assert status == TEMPFAIL and "intimail.conf:" in said, (status, said)
    status, said = run(site, "--lmtp")
    assert status == CONFIG and "intimail.conf:" in said, (status, said)
    config.write_text(good)
    assert run(site, "-d", "anna@home.example", "--nonsense")[0] == TEMPFAIL
    assert run(site, "--nonsense")[0] == USAGE
    assert run(site)[0] == USAGE
    assert run(site, "--lmtp", "--listen", "somewhere")[0] != OK


with folder("lda") as path:
    site = Site(path / "site")
    site.add_person("anna")
    site.add_person("full", 100)
    seen = set()
    test_bytes(site, seen, b"LDA")
    test_statuses(site)
    with Agent(site) as agent:
        seen |= set(site.files("anna"))
        test_bytes(site, seen, b"LMTP")
        test_statuses(site)
        assert agent.stop() == 0
    test_trouble(site)
    assert len(site.list("anna")) == len(site.files("anna"))
