#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the guard sees in other people's logs, line by line: those of fail2ban, CrowdSec and
postfix-grok-patterns. Prints how many lines agree; where one differs on purpose, the reason
stands in KEPT, and a difference that is not there, or no more there, is a failure.

  test-guard-corpora.py COMMAND
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

COMMAND = os.path.abspath(sys.argv[1])

# Of fail2ban, test-detector compares these by address, time and mode.
COMPARED = {"postfix", "dovecot", "sshd", "sshd-journal", "slapd", "roundcube-auth", "lighttpd-auth", "nginx-http-auth",
            "nginx-limit-req", "nginx-forbidden", "nginx-bad-request", "nginx-botsearch"}
# CrowdSec's suites of services that have no pattern file: nothing is to be seen there.
OTHERS = {"amavis-logs", "apache2-logs", "exchange-smtp-logs", "exim-bf", "exim-logs", "vsftpd-bf", "vsftpd-logs", "zimbra-logs"}
# Its names for what is no failure: a request, or a session of nginx as a mail proxy.
NO_FAILURE = {"http_access-log", "mail_new_session"}
# A sign-in that nginx asked for as a mail proxy: the patterns know those that failed.
EITHER = {"mail_auth"}
KEPT = {
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
                          capture_output=True, text=True, check=True, timeout=60)
    events = {}
    for line in done.stdout.splitlines():
        event = json.loads(line)
        events.setdefault(event["line"], event)
    return events


def is_failure(event):
    return event is not None and event["kind"] != "sign-in"


def compare_fail2ban(folder, kept):
    """No line that is no failure, of whatever program, gives one; and whom a line names is named."""
    n = agree = unknown = 0
    wrong = []
    for path in sorted(folder.iterdir()):
        if path.name in COMPARED or path.name in ("COPYING", "recidive", "zzz-generic-example"):
            continue
        lines = path.read_text(errors="replace").splitlines()
        events = scan(["" if line.startswith("#") else line for line in lines])
        expected = None
        for i, line in enumerate(lines, 1):
            if found := re.match(r"#\s*failJSON:\s*(\{.*\})\s*$", line):
                expected = json.loads(found[1])
            elif line and not line.startswith("#"):
                n += 1
                event = events.get(i)
                if not is_failure(event):
                    unknown += bool(expected and expected["match"])
                    agree += 1
                elif expected and expected["match"] and event["address"] == expected.get("host"):
                    agree += 1
                elif (path.name, i) in KEPT:
                    kept.add((path.name, i))
                else:
                    wrong.append(f"{path.name}:{i}: {event['address']}, not {expected}: {line}")
                expected = None
    print(f"fail2ban, other services: {agree} of {n} lines agree; {unknown} failures are of services without a pattern file")
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
            if suite.name in OTHERS or theirs.get("log_type") in NO_FAILURE or suite.name.endswith("-fp"):
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
        if bans and suite.name not in OTHERS:
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
    wrong += [f"{key} agrees now: take it out of KEPT" for key in KEPT.keys() - kept]
    assert not wrong, "\n".join(wrong)


main()
