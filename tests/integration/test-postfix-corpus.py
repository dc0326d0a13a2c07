#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real mails by SMTP through Postfix and LMTP: all are there, byte for byte.

Below the trace fields, a message is what was sent but for what SMTP and Postfix do
to it, which `expect` says, one function a rule.
"""
import collections
import re
import sys
import tarfile
import threading

from postfix import Postfix, Smtp
from support import Agent, Site, corpora, folder, wait_until

PEOPLE = ["anna", "bert", "carl"]
CONNECTIONS = 6
CHANGES = collections.Counter()

OWN = {
    "plain": b"From: a@x.example\nTo: anna@home.example\nSubject: plain\nMessage-ID: <1@x.example>\n\nhello\n",
    "crlf": b"From: a@x.example\r\nSubject: crlf\r\n\r\nhello\r\n.\r\n..\r\n",
    "no-end": b"Subject: no line end\n\nhello",
    "8-bit": "Subject: grün\n\n日本語\n".encode() + b"\xff\xfe\n",
    "long": b"Subject: long\n\n" + b"x" * 100000 + b"\n",
    "nul": b"Subject: nul\n\na\0b\n",
    "bare-cr": b"Subject: bare\n\na\rb\n",
    "no-fields": b"\nhello\n",
    "empty": b"",
}


def own_mails():
    return list(OWN.items())


def corpus_mails():
    """(name, bytes) of all files that are messages."""
    places = corpora("mime", "scale/spamassassin-corpus.tar.xz")
    if places is None:
        return []
    mime, scale = places
    mails = [(str(p), p.read_bytes()) for p in sorted(mime.rglob("*")) if p.is_file() and is_message(p)]
    with tarfile.open(scale) as archive:
        mails += [(m.name, archive.extractfile(m).read()) for m in archive if m.isfile() and not m.name.endswith("cmds")]
    return mails


def is_message(path):
    return path.suffix in (".msg", ".eml", ".mime") or path.parent.name == "mails" or path.match("cpython-email/msg_*.txt")


def from_line(lines):
    """A first line "From " (mbox) becomes the field X-Mailbox-Line: smtpd(8)."""
    n = 0
    while n < len(lines) and re.match(rb">*From ", lines[n]):
        n += 1
    return [b"X-Mailbox-Line: " + line for line in lines[:n]] + lines[n:]


def leading_blank(lines):
    """A first line that begins with white space gets an empty line before it: smtpd(8)."""
    return [b"", *lines] if lines and lines[0][:1] in (b" ", b"\t") else lines


def carriage_returns(lines):
    """All CR before a line end belong to the line end: smtpd(8)."""
    return [line.rstrip(b"\r") for line in lines]


def last_line_end(lines):
    """A message ends with a line end: SMTP knows no other."""
    return lines[:-1] if lines[-1:] == [b""] else lines


def blank_line(lines):
    """A line among the fields that is no field ends them: cleanup(8) puts an empty
    line before it."""
    for i, line in enumerate(lines):
        if line == b"":
            return lines
        if not (FIELD.match(line) or (i > 0 and line[:1] in b" \t")):
            return [*lines[:i], b"", *lines[i:]]
    return lines


def blank_before_colon(lines):
    """White space between a field's name and its colon is left out: cleanup(8)."""
    end = lines.index(b"") if b"" in lines else len(lines)
    return [OBSOLETE.sub(rb"\1:", line) for line in lines[:end]] + lines[end:]


OBSOLETE = re.compile(rb"^([\x21-\x39\x3b-\x7e]+)[ \t]+:")
FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")
RULES = [last_line_end, carriage_returns, from_line, leading_blank, blank_line, blank_before_colon]


def expect(message):
    lines = message.split(b"\n")
    for rule in RULES:
        changed = rule(lines)
        # Of the first rule the opposite is a change.
        if (changed != lines) != (rule is last_line_end):
            CHANGES[rule.__doc__.split(":")[0].replace("\n    ", " ")] += 1
        lines = changed
    return b"".join(line + b"\n" for line in lines)


def over_the_line(message):
    lines = last_line_end(message.split(b"\n"))
    lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
    return b"".join((b"." if line[:1] == b"." else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def send_all(port, mails):
    """The sender's address names the mail: it comes back in Return-Path."""
    todo = iter(enumerate(mails))
    lock = threading.Lock()
    failures = []

    def work():
        try:
            with Smtp(port) as smtp:
                while True:
                    with lock:
                        number, (name, message) = next(todo, (None, (None, None)))
                    if name is None:
                        return
                    recipient = PEOPLE[number % len(PEOPLE)] + "@home.example"
                    _, reply = smtp.send(f"m{number}@x.example", [recipient], over_the_line(message))
                    if not reply.startswith("250"):
                        failures.append((name, reply))
        except (OSError, EOFError, AssertionError) as error:
            failures.append(("connection", repr(error)))

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:5]


TRACE = re.compile(rb"Return-Path: <m(\d+)@x\.example>\n"
                   rb"Delivered-To: (\w+)@home\.example\n"
                   rb"Received: from \S+ by \S+ with LMTP id \w+;\n\t[^\n]+\n"
                   rb"Received: from [^\n]+\n(?:[ \t][^\n]*\n)+")


def compare(site, mails):
    seen = set()
    wrong = []
    for uid in PEOPLE:
        files = site.files(uid)
        for path in files:
            stored = path.read_bytes()
            trace = TRACE.match(stored)
            assert trace, f"{path}: no trace fields: {stored[:300]!r}"
            number = int(trace[1])
            assert number not in seen, f"{mails[number][0]} is there twice"
            assert trace[2].decode() == uid
            seen.add(number)
            name, message = mails[number]
            if stored[trace.end():] != expect(message):
                wrong.append((name, path))
        listed = site.list(uid)
        assert len(listed) == len({i for i, _, _ in listed}) == len(files), f"{uid}: {len(listed)} in the index, {len(files)} files"
        assert sorted(int(size) for _, size, _ in listed) == sorted(p.stat().st_size for p in files), f"{uid}: sizes in the index"
    lost = set(range(len(mails))) - seen
    assert not lost, f"{len(lost)} lost: {[mails[n][0] for n in sorted(lost)[:5]]}"
    for name, path in wrong[:5]:
        number = next(i for i, m in enumerate(mails) if m[0] == name)
        show_difference(name, TRACE.sub(b"", path.read_bytes(), 1), expect(mails[number][1]))
    assert not wrong, f"{len(wrong)} differ"


def show_difference(name, stored, wanted):
    at = next((i for i, (a, b) in enumerate(zip(stored, wanted)) if a != b), min(len(stored), len(wanted)))
    print(f"{name}: from byte {at}: {stored[max(0, at - 40):at + 60]!r} instead of {wanted[max(0, at - 40):at + 60]!r}", file=sys.stderr)


def main():
    mails = own_mails() + corpus_mails()
    with folder("corpus") as path:
        site = Site(path / "site")
        for uid in PEOPLE:
            site.add_person(uid)
        with Agent(site) as agent, Postfix(path / "postfix", site) as postfix:
            send_all(postfix.port, mails)
            wait_until(lambda: postfix.queue_length() == 0, "the queue is empty", 120)
            assert agent.stop() == 0
        compare(site, mails)
    print(f"{len(mails)} mails, 0 lost, 0 doubled; changed on their way:")
    for what, count in CHANGES.most_common():
        print(f"  {count:5d}  {what}")


if __name__ == "__main__":
    main()
