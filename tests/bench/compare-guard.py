#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lines a second of `intimail guard test` and of fail2ban-regex over the same lines.

  compare-guard.py INTIMAIL [LINES]

Mixed mail.log and auth.log, one in twenty a failure; processor time, the best of three.
"""
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

PEER_LINES = 20000  # it takes more than a minute for a million


def lines(n):
    """Deterministic lines as Postfix, Dovecot and sshd write them."""
    r = random.Random(1)
    good = [f"192.0.2.{i}" for i in range(1, 255)]
    bad = [f"198.51.{r.randrange(256)}.{r.randrange(1, 255)}" for _ in range(4000)]
    stamp = time.strftime("%b %e %H:%M:%S")
    ok = ["postfix/smtpd[{p}]: connect from mail.example.org[{g}]", "postfix/qmgr[{p}]: {q}: removed",
          "postfix/smtpd[{p}]: disconnect from mail.example.org[{g}] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7",
          "postfix/cleanup[{p}]: {q}: message-id=<{q}.{q}@example.org>",
          "dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip={g}, lip=192.0.2.1, mpid={p}, TLS, session=<{q}>",
          "dovecot: imap(anna)<{p}><{q}>: Disconnected: Logged out in=4711 out=815 deleted=0 expunged=0 hdr_count=2 hdr_bytes=600",
          "sshd[{p}]: pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)", "CRON[{p}]: pam_unix(cron:session): session closed for user root"]
    fail = ["postfix/smtpd[{p}]: warning: unknown[{b}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
            "postfix/smtpd[{p}]: NOQUEUE: reject: RCPT from unknown[{b}]: 554 5.7.1 <x@example.com>: Relay access denied; from=<a@example.net> to=<x@example.com> proto=ESMTP helo=<x>",
            "dovecot: imap-login: Disconnected: Connection closed (auth failed, 2 attempts in 9 secs): user=<info>, method=PLAIN, rip={b}, lip=192.0.2.1, TLS, session=<{q}>",
            "sshd[{p}]: Failed password for root from {b} port {p} ssh2"]
    for _ in range(n):
        form = r.choice(fail if r.random() < 0.05 else ok)
        yield f"{stamp} home " + form.format(p=r.randrange(1000, 30000), q=f"{r.getrandbits(40):010X}", g=r.choice(good), b=r.choice(bad)) + "\n"


def seconds(*words):
    """The best processor time of three runs."""
    best = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = took if best is None else min(best, took)
    return best


def main():
    command, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    with tempfile.TemporaryDirectory() as place:
        full, part = os.path.join(place, "full.log"), os.path.join(place, "part.log")
        with open(full, "w", encoding="utf-8") as file:
            file.writelines(lines(n))
        with open(full, encoding="utf-8") as file, open(part, "w", encoding="utf-8") as out:
            out.writelines(line for line, _ in zip(file, range(PEER_LINES)))
        took = seconds(command, "guard", "test", full, "--json")
        print(f"intimail guard test: {n / took:,.0f} lines/s")
        if shutil.which("fail2ban-regex"):
            for name in ("sshd", "postfix[mode=aggressive]", "dovecot"):
                print(f"fail2ban-regex {name}: {PEER_LINES / seconds('fail2ban-regex', '--no-check-all', part, name):,.0f} lines/s")
        else:
            print("fail2ban is not installed")


main()
