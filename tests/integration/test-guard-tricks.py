#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whoever chooses an account's name writes the rest of a line into it, with another's
address, or a whole line: nothing that the guard sees in that is of the other. The lines are
made from each example of each pattern file.

  test-guard-tricks.py COMMAND FOLDER...
"""
import json
import pathlib
import re
import subprocess
import sys

COMMAND = sys.argv[1]
OTHER = "203.0.113.99"
MARK = "somebody"
# What cannot be in a name there: sshd takes what follows a colon for a style, and the kernel
# writes a name with a quote in hexadecimal digits.
NEVER = {"sshd": ":", "audit": '"'}


def scan(service, lines):
    done = subprocess.run([COMMAND, "guard", "test", "-", "--json", "--all", "--aggressive", "--site", "/nonexistent", "--service", service],
                          input="\n".join(lines) + "\n", capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_examples(path):
    text = path.read_text()
    return re.search(r"^service = (.+)$", text, re.M)[1], re.findall(r"^example = (\S+) (.+)$", text.replace(OTHER, "198.51.100.77"), re.M)


def find_accounts(service, examples):
    """Where in a line the account stands: whoever writes another there is called so."""
    accounts = {event["line"]: event["account"] for event in scan(service, [line for _, line in examples])}
    places = [(number, found.start(), found.end()) for number, account in accounts.items() if account
              for found in re.finditer(re.escape(account), examples[number - 1][1])]
    lines = [examples[number - 1][1][:begin] + MARK + examples[number - 1][1][end:] for number, begin, end in places]
    for event in scan(service, lines):
        if event["account"] == MARK:
            number, begin, end = places[event["line"] - 1]
            yield *examples[number - 1], begin, end


def make_tricks(line, address, begin, end):
    """In the account stands what comes behind it, what comes before it, and all of it."""
    forged = line.replace("::ffff:" + address, OTHER).replace(address, OTHER)
    shift = len(forged) - len(line) if address in line[:begin] else 0
    behind, before = forged[end + shift:], forged[:begin + shift]
    for name in ("x" + behind, "x" + behind + " ", before + "x" + behind, "x " + forged, "x\\n" + forged, f"x {OTHER}", f"x from {OTHER} port 1", f"x, rip={OTHER}, lip=192.0.2.1",
                 f'x" [{OTHER}]', f"x' {OTHER}", f"x) [{OTHER}]: y", f"x rhost={OTHER}"):
        yield name, line[:begin] + name + line[end:]


def main():
    n = 0
    wrong = []
    for path in sorted(path for folder in sys.argv[2:] for path in pathlib.Path(folder).glob("*.conf")):
        service, examples = read_examples(path)
        tricks = [(address, trick) for address, line, begin, end in find_accounts(service, examples)
                  for name, trick in make_tricks(line, address, begin, end) if not set(NEVER.get(service, "")) & set(name)]
        n += len(tricks)
        for event in scan(service, [line for _, line in tricks]):
            address, line = tricks[event["line"] - 1]
            if event["address"] != address:
                wrong.append(f"{path.name}: {event['address']} by {line}")
    print(f"{n} lines, {len(wrong)} of them name another")
    assert n > 500 and not wrong, "\n".join(wrong)


main()
