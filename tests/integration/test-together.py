#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Eight programs on one account at once: two agents, the webmail, the command, two
Python programs with the library, Dovecot and mutt.

Each has messages of its own, which it flags, moves and removes, and a keyword of its
own, which it sets and takes away on messages that all share. At the end each says what
it wants to be left, so that the whole account is known: no flag is lost, no message is
lost or there twice, the index is right, and made anew it says the same.

  test-together.py WEBMAIL COMMAND [SECONDS [SEED]]
"""
import pathlib
import random
import sys
import threading

from dovecot import Dovecot, unprivileged
from hands import (OWN, PASSWORD, SHARED, AgentHand, CommandHand, DovecotHand, JmapHand, MuttHand, ProgramHand)
from support import DOMAIN, Agent, Lmtp, Site as ToolSite
from watcher import Intimail, Watcher, describe, make_message
from webmail_site import Server


def in_thread(hand, seconds, failures):
    def run():
        try:
            hand.work(seconds)
        except BaseException as error:  # told by the main thread
            failures.append((hand.name, error))
            raise
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def prepare(path, names):
    """A site with anna, a mailbox for each, and what each works on."""
    site = ToolSite(path / "site")
    opened = Intimail.Site.open(str(site.path))
    opened.get_directory().add_person(Intimail.Person.new("anna", f"anna@{DOMAIN}"), PASSWORD, None)
    with Agent(site), Lmtp(site.lmtp) as lmtp:
        lmtp.greet()
        for message_id in [f"{name}-{j}@x" for name in names for j in range(OWN)] + [f"shared-{j}@x" for j in range(SHARED)]:
            assert lmtp.deliver("s@x.example", [f"anna@{DOMAIN}"], make_message(message_id))[-1].startswith("250")
    account = Intimail.Account.new(str(site.path / "mail/anna"))
    for name in (*names, "command"):
        account.create_mailbox(name, None, None)
    mutts = [e.get_id() for e in Watcher.list(account) if e.get_message_id().startswith("mutt-")]
    account.set_mailboxes(mutts, [account.lookup_mailbox_by_path("mutt").get_id()], None)
    return site


def read_left(account):
    paths = {mailbox.get_id(): mailbox.get_path() for mailbox in account.list_mailboxes()}
    inbox = account.lookup_mailbox_by_role(Intimail.MailboxRole.INBOX).get_id()
    left = {}
    for _, message_id, keywords, boxes in describe(account):
        assert message_id not in left, f"{message_id} is there twice"
        left[message_id] = ("+".join("INBOX" if box == inbox else paths[box] for box in boxes), set(keywords))
    return left


def check(mail, expected, command):
    account = Intimail.Account.new(str(mail))
    left = read_left(account)
    wrong = [f"{which}: {left.get(which)}, not {expected.get(which)}" for which in sorted(left.keys() | expected.keys())
             if left.get(which) != expected.get(which)]
    assert not wrong, "\n".join(wrong[:20])
    findings = account.check_index(None, None)
    assert not findings, findings
    command.run("index", "check", "anna")
    before = describe(account)
    account.rebuild_index(None, None, None, None)
    assert describe(account) == before


def main(path, webmail, command, seconds, seed):
    names = ["python1", "python2", "jmap", "dovecot"]
    site = prepare(path, [*names, "mutt"])
    mail = site.path / "mail/anna"
    second = site.path / "run/second.sock"
    (path / "eml").mkdir()
    other = Agent(site, "--listen", f"lmtp=unix:{second}", sockets=[second])
    with Agent(site), other, Server(webmail, site.path) as server:
        commander = CommandHand("command", 7, seed).open(command, site.path, path / "eml")
        hands = [ProgramHand("python1", 1, seed).start(mail, seed), ProgramHand("python2", 2, seed).start(mail, seed),
                 JmapHand("jmap", 3, seed).open(server.port), DovecotHand("dovecot", 4, seed).open(Dovecot(path, mail)),
                 MuttHand("mutt", 5, seed).open(path, mail), AgentHand("first", 6, seed).open(site.lmtp),
                 AgentHand("second", 8, seed).open(second), commander]
        failures = []
        threads = [in_thread(hand, seconds, failures) for hand in hands]
        for thread in threads:
            thread.join()
        assert not failures, failures
        for hand in hands:
            if hand.is_late:
                hand.finish()
    expected = {f"shared-{j}@x": ("INBOX", set()) for j in range(SHARED)}
    for hand in hands:
        hand.expect(expected)
    check(mail, expected, commander)
    print(f"{seconds} s: {len(expected)} messages as they should be;", ", ".join(f"{hand.name} {hand.turns or ''}".strip() for hand in hands))


SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 12
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(2**31)
print(f"seed {SEED}", flush=True)
PROGRAMS = [str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3]]
unprivileged("together", lambda path: main(path, *PROGRAMS, SECONDS, SEED))
