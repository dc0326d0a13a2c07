#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the guard sees in other people's logs, line by line: those of fail2ban, CrowdSec and
postfix-grok-patterns. Prints how many lines agree; where one differs on purpose, the reason
stands in KEPT, and a difference that is not there, or no more there, is a failure.

  test-guard-corpora.py COMMAND
"""
import collections
import datetime
import ipaddress
import json
import os
import pathlib
import re
import subprocess
import sys
import zoneinfo

COMMAND = os.path.abspath(sys.argv[1])

# Where fail2ban's own tests hold the clock.
NOW = "2005-08-14T12:00:00+02:00"
ZONE = zoneinfo.ZoneInfo("Europe/Zurich")
# Its names for what is no failure: a request, or a session of nginx as a mail proxy.
NO_FAILURE = {"http_access-log", "mail_new_session"}
# A sign-in that nginx asked for as a mail proxy: the patterns know those that failed.
EITHER = {"mail_auth"}
# Read with a service that is not looked for unless it is named.
NAMED = {"pam-generic": ["--service", "pam"]}
# A file of lines that no program writes.
TEMPLATES = {"zzz-generic-example": "the template of fail2ban's filters: no program writes so"}
KEPT = {
    ("3proxy", 2): "the time has a zone, +0300, which fail2ban passes over",
    ("apache-botsearch", 27): "a script that is not there is a probe, as in apache-noscript",
    ("apache-pass", 2): "a page of which its owner says that it opens a door: in no other log it is a failure",
    ("apache2-logs", 9): "a connection that was closed before an attempt",
    ("cowrie", 4): "the time is of UTC, which fail2ban passes over",
    ("cowrie", 20): "the time is of UTC, which fail2ban passes over",
    ("mongodb-auth", 10): "the end of a connection whose failure is not among these lines",
    ("zimbra-logs", 4): "the line does not say what failed: the next does, without an address",
    ("dovecot-logs", 8): "wrong commands and no attempt: a broken client does that",
    ("nginx_http-logs", 9): "a file that is not there: a request, not an attempt",
    ("sshd-logs", 4): "PAM's line; sshd's own, which follows, counts",
    ("sshd-logs", 5): "PAM's line; sshd's own, which follows, counts",
    ("sshd-logs", 7): "the end of a session whose failure sshd has told in a line of its own",
    ("sshd-logs", 8): "the end of a session whose failure sshd has told in a line of its own",
    ("sshd-logs", 22): "a connection that was closed before an attempt",
    ("traefik-auth", 9): "in Traefik's log; in nginx's it would be a failure",
}


def scan(lines, *more):
    """The first event of each line, by its number from 1."""
    done = subprocess.run([COMMAND, "guard", "test", "-", "--json", "--all", "--site", "/nonexistent", *more], input="\n".join(lines) + "\n",
                          capture_output=True, text=True, check=True, timeout=60, env={**os.environ, "TZ": "Europe/Zurich"})
    events = {}
    for line in done.stdout.splitlines():
        event = json.loads(line)
        events.setdefault(event["line"], event)
    return events


def is_failure(event):
    return event is not None and event["kind"] != "sign-in"


def read_fail2ban(path):
    """Number, line, what is expected, and whether that is so in the normal mode."""
    is_normal, expected = True, None
    for number, line in enumerate(path.read_text(errors="replace").split("\n"), 1):
        if found := re.match(r"#\s*filterOptions:\s*(.*)$", line):
            is_normal = "mode" not in found[1] or "{}" in found[1] or '"normal"' in found[1]
        elif found := re.match(r"#\s*failJSON:\s*(\{.*\})\s*$", line):
            expected = json.loads(found[1])
        elif line and not line.startswith("#"):
            yield number, line, expected, is_normal
            expected = None


def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def is_right(expected, event):
    if not expected or not expected["match"]:
        return event is None
    host = expected.get("host") or expected.get("ip4") or expected.get("ip6")
    if host and not is_address(host):
        return event is None
    if event is None or (host and ipaddress.ip_address(host) != ipaddress.ip_address(event["address"])):
        return False
    time = re.sub(r"\.0+$", "", expected.get("time") or "")
    there = datetime.datetime.fromisoformat(event["time"]).astimezone(ZONE)
    return not time or time in (there.strftime("%Y-%m-%dT%H:%M:%S"), there.strftime("%Y-%m-%-dT%H:%M:%S"))


def compare_fail2ban(folder, kept):
    """Each line, by address, time and mode; one without an expectation is no failure."""
    n = agree = 0
    wrong = []
    for path in sorted(folder.iterdir()):
        if path.name == "COPYING" or path.name in TEMPLATES:
            continue
        cases = list(read_fail2ban(path))
        texts = ["" if line.startswith("#") else line for line in path.read_text(errors="replace").split("\n")]
        modes = [scan(texts, "--now", NOW, *NAMED.get(path.name, []), *more) for more in ((), ("--aggressive",))]
        for number, line, expected, is_normal in cases:
            normal, aggressive = (event if is_failure(event := mode.get(number)) else None for mode in modes)
            match = bool(expected and expected["match"])
            if expected and "== 'aggressive'" in expected.get("constraint", ""):
                right = is_right(expected, aggressive)
            else:
                right = is_right(expected, normal) or (match and not is_normal and is_right(expected, aggressive))
            n += 1
            agree += right
            if not right and (path.name, number) in KEPT:
                kept.add((path.name, number))
            elif not right:
                wrong.append(f"{path.name}:{number}: {normal or 'nothing'}, not {expected}: {line}")
    print(f"fail2ban: {agree} of {n} lines agree")
    return wrong


def read_expected(suite):
    expected = collections.defaultdict(dict)
    path = suite / "parser.assert"
    if path.exists():
        for index, key, value in re.findall(r'\["s01-parse"\]\["[^"]+"\]\[(\d+)\]\.Evt\.Meta\["(source_ip|log_type)"\] == "([^"]*)"', path.read_text()):
            expected[int(index)][key] = value
    path = suite / "scenario.assert"
    bans = set(re.findall(r'Overflow\.Sources\["([^"]+)"\]', path.read_text())) if path.exists() else set()
    return expected, bans


def compare_crowdsec(folder, kept):
    n = agree = 0
    wrong = []
    for suite in sorted(path for path in folder.iterdir() if path.is_dir()):
        lines = [line for line in next(suite.glob("*.log")).read_text(errors="replace").splitlines() if line.strip()]
        events = scan(lines)
        expected, bans = read_expected(suite)
        for i, line in enumerate(lines, 1):
            n += 1
            theirs = expected.get(i - 1, {})
            address = theirs.get("source_ip")
            event = events.get(i)
            if theirs.get("log_type") in NO_FAILURE or suite.name.endswith("-fp"):
                right = event is None
            elif theirs.get("log_type") in EITHER:
                right = event is None or event["address"] == address
            elif theirs:
                right = event is not None and event["address"] == address and (event["kind"] == "sign-in") == (theirs["log_type"] == "auth_success" or "Login:" in line)
            else:
                right = event is None or not bans or event["address"] in bans
            agree += right
            if not right and (suite.name, i) in KEPT and event is None:
                kept.add((suite.name, i))
            elif not right:
                wrong.append(f"{suite.name}:{i}: {event}, theirs {theirs}: {line}")
        if bans:
            seen = {event["address"] for event in events.values() if is_failure(event)}
            if seen != bans:
                wrong.append(f"{suite.name}: bans {bans}, and seen is {seen}")
    print(f"CrowdSec: {agree} of {n} lines agree")
    return wrong


def compare_grok(folder):
    """An event of a message of Postfix is of the peer that the message names."""
    n = events = 0
    wrong = []
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text()
        data = re.search(r'^data: (.*)$', text, re.M)
        daemon = re.search(r'POSTFIX_(\w+?)\}', text)
        if data is None or daemon is None:
            continue
        message = data[1].strip()
        if message[:1] in "\"'":
            message = json.loads(message) if message[0] == '"' else message[1:-1].replace("''", "'")
        event = scan([f"Nov 27 05:00:00 home postfix/{daemon[1].lower()}[1]: {message}"]).get(1)
        peer = re.search(r"postfix_client_ip: [\"']?([0-9a-fA-F.:]+)", text)
        n += 1
        events += event is not None
        if event is not None and (peer is None or peer[1] != event["address"]):
            wrong.append(f"{path.name}: {event}, theirs {peer and peer[1]}: {message}")
    print(f"postfix-grok: {n - len(wrong)} of {n} messages agree, {events} of them events")
    return wrong


def main():
    corpora = os.environ.get("INTIMAIL_CORPORA")
    if not corpora:
        print("INTIMAIL_CORPORA names no folder: the examples of the patterns stand for it")
        return
    logs = pathlib.Path(corpora) / "logs"
    kept = set()
    wrong = [*compare_fail2ban(logs / "fail2ban", kept), *compare_crowdsec(logs / "crowdsec", kept), *compare_grok(logs / "postfix-grok")]
    for (name, line), why in KEPT.items():
        print(f"differs on purpose: {name}:{line}: {why}")
    for name, why in TEMPLATES.items():
        print(f"differs on purpose: {name}: {why}")
    wrong += [f"{key} agrees now: take it out of KEPT" for key in KEPT.keys() - kept]
    assert not wrong, "\n".join(wrong)


main()
