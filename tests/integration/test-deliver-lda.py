#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail-deliver -d: one message from standard input, with an agent and without."""
import os
import pathlib
import shutil
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
# Around what is read and sent at a time.
MESSAGES |= {f"{size} bytes": b"Subject: x\n\n" + b"x\n" * (size // 2 - 6) for size in (65534, 65536, 65538, 131072)}


def run(site, *arguments, message=MESSAGES["plain"]):
    command = [AGENT, "--site", site.path, *arguments]
    done = subprocess.run(command, input=message, capture_output=True, env={**os.environ, "LC_ALL": "C"})
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


def test_words(site):
    """pipe(8) says addresses in UTF-8 in the C locale; what is no address is no reason to bounce."""
    for arguments, wanted in (
            (["-d", "jos\u00e9@home.example"], NOUSER),
            (["-d", "anna@home.example", "-f", "jos\u00e9@x.example"], OK),
            (["-d", "anna@home.example", "-f", "a>b@x.example"], OK),
            (["-d", b"jos\xe9@home.example"], TEMPFAIL),
            (["-d", "anna@home.example\nRCPT TO:<full@home.example>"], TEMPFAIL),
            (["-d", "anna@home.example", "extra"], TEMPFAIL),
            (["-d", "anna@home.example", "--lmtp"], TEMPFAIL)):
        status, said = run(site, *arguments)
        assert status == wanted, (arguments, status, said)


def test_crowd(site):
    """More replies than one reading holds."""
    crowd = [f"nobody-{number:04}@home.example" for number in range(900)]
    status, said = run(site, *(word for one in ["anna@home.example", *crowd] for word in ("-d", one)))
    assert status == NOUSER and len(said.splitlines()) == len(crowd), (status, said[:500])
    assert all(line.startswith("5.1.1 ") for line in said.splitlines())


def test_linking():
    """A process for each message: it starts with the C library and no more."""
    dynamic = subprocess.run(["readelf", "-d", AGENT], capture_output=True, text=True, check=True).stdout
    needed = [line.split("[")[1] for line in dynamic.splitlines() if "(NEEDED)" in line]
    assert all(name.startswith(("libc.so", "libasan", "libubsan")) for name in needed), needed


# What a reader of mail asks GMime for: parts, names to decode, quoted-printable.
RICH = b"""From: =?utf-8?q?Zo=C3=A9?= <zoe@x.example>
Subject: =?utf-8?q?caf=C3=A9?=
Content-Type: multipart/mixed; boundary=b

--b
Content-Transfer-Encoding: quoted-printable

caf=C3=A9
--b
Content-Type: image/png; name*=utf-8''%e2%82%ac.png
Content-Disposition: attachment; filename*0*=utf-8''%e2%82; filename*1*=%ac.png
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
"""


def test_gmime_is_not_waited_for(site, agent=None):
    """A delivery loads nothing that only a reader of mail needs."""
    debug = site.path / "libraries"
    debug.mkdir()
    environment = {**os.environ, "LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(debug / "of")}
    command = [AGENT, "--site", site.path, "-d", "anna@home.example"]
    assert subprocess.run(command, input=RICH, env=environment).returncode == OK
    loaded = "".join(file.read_text() for file in debug.iterdir())
    shutil.rmtree(debug)
    assert "libc.so" in loaded and ("libglib" in loaded) == (agent is None)
    assert "libgmime" not in loaded
    if agent is not None:
        assert "libgmime" not in pathlib.Path(f"/proc/{agent.process.pid}/maps").read_text()


def test_listen_key(site, seen):
    """What the small program understands of the configuration, and what it leaves to the agent."""
    config = site.path / "intimail.conf"
    good = config.read_text()
    bare = "".join(line for line in good.splitlines(True) if not line.startswith("listen="))
    for line, by in (("  listen = unix:run/lmtp.sock ", b"LMTP"),
                     (f"listen=unix:{site.path}/run/lmtp.sock", b"LMTP"),
                     ("listen=unix:run/nobody.sock", b"LDA"),
                     ("listen=unix:run/lmtp\\ssock", b"LDA"),
                     ("listen=127.0.0.1:9", b"LDA"),
                     ("listen=", b"LDA"),
                     ("#" + 5000 * "x", b"LDA"),
                     ("", b"LMTP")):
        config.write_text(bare.replace("[deliver]\n", f"[deliver]\n{line}\n"))
        status, said = run(site, "-d", "anna@home.example")
        assert status == OK, (line, status, said)
        assert b" with " + by + b" id " in take_new(site, seen), line
    config.write_text(good)


def test_without_input(site, seen):
    """A standard input that is closed is no message, and no socket is taken for one."""
    script = 'exec "$@" <&-'
    command = ["sh", "-c", script, "sh", AGENT, "--site", site.path, "-d", "anna@home.example"]
    assert subprocess.run(command, capture_output=True).returncode == TEMPFAIL
    assert not set(site.files("anna")) - seen


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
    test_linking()
    test_bytes(site, seen, b"LDA")
    test_statuses(site)
    test_words(site)
    test_crowd(site)
    test_gmime_is_not_waited_for(site)
    with Agent(site) as agent:
        seen |= set(site.files("anna"))
        test_bytes(site, seen, b"LMTP")
        test_statuses(site)
        test_words(site)
        test_crowd(site)
        test_gmime_is_not_waited_for(site, agent)
        seen |= set(site.files("anna"))
        test_listen_key(site, seen)
        test_without_input(site, seen)
        assert agent.stop() == 0
    test_trouble(site)
    assert len(site.list("anna")) == len(site.files("anna"))
