#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each recipient alone, through a real Postfix: a full mailbox costs nobody else the
mail, and the policy service refuses before the message is taken."""
import re

from postfix import WHO_MAY, Postfix, Smtp
from support import Agent, Site, folder, wait_until

MESSAGE = b"From: anna@home.example\r\nSubject: five\r\n\r\n" + b"hello\r\n" * 100 + b".\r\n"


def test_one_is_full(path):
    site = Site(path / "site")
    sender = site.add_person("anna")
    names = ["bert", "carl", "dora", "emil"]
    recipients = [site.add_person(uid) for uid in names] + [site.add_person("full", 100)]
    with Agent(site), Postfix(path / "postfix", site) as postfix:
        with Smtp(postfix.port) as smtp:
            replies, last = smtp.send(sender, recipients, MESSAGE)
            assert all(r.startswith("250") for r in replies + [last]), (replies, last)
        wait_until(lambda: site.files("anna"), "the report")
        wait_until(lambda: postfix.queue_length() == 0, "the queue is empty")
    for uid in names:
        stored = [p.read_bytes() for p in site.files(uid)]
        assert len(stored) == 1, (uid, len(stored))
        assert stored[0].endswith(b"Subject: five\n\n" + b"hello\n" * 100)
        assert len(site.list(uid)) == 1
    assert not site.files("full") and not site.list("full")

    report, = (p.read_text() for p in site.files("anna"))
    assert report.startswith("Return-Path: <>\nDelivered-To: anna@home.example\n")
    failed = re.findall(r"^Final-Recipient: rfc822; (\S+)$", report, re.M)
    assert failed == ["full@home.example"], report
    assert re.search(r"^Status: 5\.2\.2$", report, re.M), report
    assert re.search(r"^Diagnostic-Code: smtp; 552 5\.2\.2 ", report, re.M), report
    print("five recipients: four have it, the report names the fifth: 552 5.2.2")


def test_policy(path):
    site = Site(path / "site")
    anna, full = site.add_person("anna"), site.add_person("full", 3000)
    group = site.add_group("all", "anna", "full")
    both = ("--lmtp", "--policy")
    restrictions = f"check_policy_service unix:{site.policy}, {WHO_MAY}"
    patience = "smtpd_policy_service_timeout = 5s\nsmtpd_policy_service_retry_delay = 1s"
    with Agent(site, protocols=both) as agent, Postfix(path / "postfix", site, restrictions, patience) as postfix:
        with Smtp(postfix.port) as smtp:
            asked = [
                (anna, 5000, "250 2.1.5"),
                (full, 5000, "552 5.2.2"),
                (full, 500, "250 2.1.5"),
                (group, 5000, "250 2.1.5"),
                ("nobody@home.example", 500, "550 5.1.1"),
                ("anna+list@home.example", 500, "250 2.1.5"),
                # No opinion about other domains: what follows in the list decides.
                ("x@elsewhere.example", 500, "550 5.1.1 <x@elsewhere.example>: Recipient address rejected: nothing leaves"),
            ]
            for recipient, size, answer in asked:
                smtp.ask(f"MAIL FROM:<s@x.example> SIZE={size}")
                reply = smtp.ask(f"RCPT TO:<{recipient}>")
                assert reply.startswith(answer), (recipient, size, reply)
                smtp.ask("RSET")

            # Trouble here is never a refusal for good.
            agent.kill()
            smtp.ask("MAIL FROM:<s@x.example>")
            reply = smtp.ask("RCPT TO:<nobody@home.example>")
            assert reply.startswith("451 4."), reply
            smtp.ask("RSET")
            agent.start()
            smtp.ask("MAIL FROM:<s@x.example>")
            reply = smtp.ask("RCPT TO:<nobody@home.example>")
            assert reply.startswith("550 5.1.1"), reply
            smtp.ask("RSET")

            # A directory that cannot be read: later, not never.
            agent.kill()
            directory = site.path / "directory.ldif"
            content = directory.read_bytes()
            directory.unlink()
            agent.start()
            smtp.ask("MAIL FROM:<s@x.example>")
            reply = smtp.ask("RCPT TO:<anna@home.example>")
            assert reply.startswith("450 4."), reply
            directory.write_bytes(content)
    print("policy: unknown 550 5.1.1, full 552 5.2.2, trouble 4xx")


with folder("full") as one:
    test_one_is_full(one)
with folder("policy") as other:
    test_policy(other)
