#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mail that waits, and kill -9 of the webmail that sends it: each message goes out once, or,
when nobody can know, is held back and its writer is told.

  test-send-later.py WEBMAIL [SEED]
"""
import base64
import json
import pathlib
import random
import sys
import time
import urllib.error
import urllib.request

from webmail_site import PASSWORD, Intimail, Server, Site

WEBMAIL = str(pathlib.Path(sys.argv[1]).resolve())
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**31)
MESSAGES = 24
KILLS = 12
USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission"]

# Takes its time before and after it has the message: a kill falls between.
SENDMAIL = """#!/bin/sh
subject=$(sed -n 's/^Subject: //p')
sleep 0.0$(( $$ % 9 ))
echo "$subject" >> {log}
sleep 0.0$(( $$ % 7 ))
"""


class Client:
    def __init__(self, server):
        self.address = f"http://{server.address}"
        session = self.ask("/.well-known/jmap")
        self.api = session["apiUrl"].split("/", 3)[3]
        self.account = session["primaryAccounts"]["urn:ietf:params:jmap:mail"]
        assert session["accounts"][self.account]["accountCapabilities"]["urn:ietf:params:jmap:submission"]["maxDelayedSend"] > 0

    def ask(self, path, body=None):
        request = urllib.request.Request(self.address + path)
        request.add_header("Authorization", "Basic " + base64.b64encode(f"ada:{PASSWORD}".encode()).decode())
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def call(self, *calls):
        full = [[name, {"accountId": self.account, **arguments}, str(i)] for i, (name, arguments) in enumerate(calls)]
        return [answer for _, answer, _ in self.ask("/" + self.api, {"using": USING, "methodCalls": full})["methodResponses"]]

    def submissions(self):
        return self.call(("EmailSubmission/get", {"ids": None}))[0]["list"]


def prepare(client):
    """A draft for each, and its submission; they are due within the next seconds."""
    boxes, identities = client.call(("Mailbox/get", {"ids": None}), ("Identity/get", {"ids": None}))
    drafts = next(box["id"] for box in boxes["list"] if box["role"] == "drafts")
    for i in range(MESSAGES):
        made, sent = client.call(
            ("Email/set", {"create": {"d": {
                "mailboxIds": {drafts: True}, "keywords": {"$draft": True}, "from": [{"email": "ada@home.example"}],
                "to": [{"email": "x@far.example"}], "subject": f"message {i}", "bodyValues": {"t": {"value": "x"}},
                "textBody": [{"partId": "t", "type": "text/plain"}]}}}),
            ("EmailSubmission/set", {"create": {"s": {
                "emailId": "#d", "identityId": identities["list"][0]["id"],
                "envelope": {"mailFrom": {"email": "ada@home.example", "parameters": {"HOLDFOR": str(2 + i % 4)}},
                             "rcptTo": [{"email": "x@far.example"}]}}}}))
        assert made["created"] and sent["created"]["s"]["undoStatus"] == "pending", (made, sent)


def undo_one(client):
    one = client.submissions()[MESSAGES - 1]
    done, = client.call(("EmailSubmission/set", {"update": {one["id"]: {"undoStatus": "canceled"}}}))
    assert one["id"] in done["updated"], done
    return one["emailId"]


def list_box(site, role):
    account = site.account("ada")
    box = account.lookup_mailbox_by_role(role)
    listing = account.query(Intimail.Filter.new_text(Intimail.FilterField.IN_MAILBOX, box.get_id()), None, False)
    return sorted(listing.get_envelope(i).get_subject() for i in range(listing.get_n_ids()))


def is_under_way(site):
    """A draft beside the one that was undone, of which nothing has been said."""
    return len(list_box(site, Intimail.MailboxRole.DRAFTS)) != len(list_box(site, Intimail.MailboxRole.INBOX)) + 1


def check(site, log, undone):
    sent = log.read_text().splitlines() if log.exists() else []
    assert len(sent) == len(set(sent)), f"sent twice: {sorted(sent)}"
    notices = list_box(site, Intimail.MailboxRole.INBOX)
    drafts = list_box(site, Intimail.MailboxRole.DRAFTS)
    in_sent = list_box(site, Intimail.MailboxRole.SENT)
    undone_subject = site.account("ada").get_envelope(undone).get_subject()
    held = [name for name in drafts if name != undone_subject]
    assert undone_subject in drafts and undone_subject not in sent, (drafts, sent)
    assert sorted(drafts + in_sent) == sorted(f"message {i}" for i in range(MESSAGES)), (drafts, in_sent)
    assert notices == sorted(f"Sent or not: {name}" for name in held), (notices, held)
    assert set(in_sent) <= set(sent), "in Sent, and never sent"
    assert set(sent) <= set(in_sent) | set(held)
    return len(in_sent), len(held)


def main():
    chance = random.Random(SEED)
    with Site() as site:
        folder = pathlib.Path(site.folder)
        log, program = folder / "log", folder / "sendmail"
        program.write_text(SENDMAIL.format(log=log))
        program.chmod(0o755)
        config = folder / "intimail.conf"
        config.write_text(config.read_text().replace("command=/usr/sbin/sendmail;", f"command={program};"))
        with Server(WEBMAIL, site.folder) as server:
            client = Client(server)
            prepare(client)
            undone = undo_one(client)
            server.process.kill()
            server.process.wait()
        for _ in range(KILLS):
            with Server(WEBMAIL, site.folder) as server:
                time.sleep(chance.uniform(0.05, 0.6))
                server.process.kill()
                server.process.wait()
        with Server(WEBMAIL, site.folder) as server:
            client = Client(server)
            end = time.monotonic() + 60
            while any(one["undoStatus"] == "pending" for one in client.submissions()) or is_under_way(site):
                assert time.monotonic() < end, client.submissions()
                time.sleep(0.1)
        n_sent, n_held = check(site, log, undone)
    assert n_sent > 0
    print(f"{KILLS + 1} kills: {n_sent} messages sent once, {n_held} held back and said, 1 undone")


print(f"seed {SEED}", flush=True)
main()
