#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a JMAP client hears of mail that a real Postfix could not deliver: its report reaches
the person's inbox, and the submission says who did not get it, why, and where the report is."""
import json

import gi
from postfix import Postfix
from sending_site import SendingSite
from support import DOMAIN, Agent, folder, wait_until

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission"]
BERT, NOBODY, FAR = f"bert@{DOMAIN}", f"Nobody@{DOMAIN}", "x@far.example"


class Client:
    def __init__(self, path, uid):
        self.site = Intimail.Site.open(str(path))
        person = self.site.get_directory().lookup_person(uid, None)
        self.jmap = Intimail.Jmap.new(self.site, person)
        self.account = self.jmap.get_account_id()

    def call(self, *calls):
        full = [[name, {"accountId": self.account, **arguments}, str(i)] for i, (name, arguments) in enumerate(calls)]
        answer, status = self.jmap.handle(GLib.Bytes.new(json.dumps({"using": USING, "methodCalls": full}).encode()))
        assert status == 200, answer.get_data()
        return [answer for _, answer, _ in json.loads(answer.get_data())["methodResponses"]]

    def send(self, recipients, hold=None):
        """The id of the submission."""
        boxes, identities = self.call(("Mailbox/get", {"ids": None}), ("Identity/get", {"ids": None}))
        by_role = {box["role"]: box["id"] for box in boxes["list"]}
        made, sent, filed = self.call(
            ("Email/set", {"create": {"d": {
                "mailboxIds": {by_role["drafts"]: True}, "keywords": {"$draft": True}, "from": [{"email": f"anna@{DOMAIN}"}],
                "to": [{"email": one} for one in recipients], "subject": "news", "bodyValues": {"t": {"value": "x"}},
                "textBody": [{"partId": "t", "type": "text/plain"}]}}}),
            ("EmailSubmission/set", {
                "create": {"s": {"emailId": "#d", "identityId": identities["list"][0]["id"]}},
                "onSuccessUpdateEmail": {"#s": {f"mailboxIds/{by_role['drafts']}": None, f"mailboxIds/{by_role['sent']}": True,
                                                "keywords/$draft": None}}}))
        assert made["created"] and filed["updated"], (made, sent, filed)
        return sent["created"]["s"]

    def get(self, submission):
        return self.call(("EmailSubmission/get", {"ids": [submission]}))[0]["list"][0]


def main():
    with folder("sent-report") as path:
        home = SendingSite(path / "home", DOMAIN, path / "postfix/etc")
        home.add("anna")
        home.add("bert")
        with Agent(home), Postfix(path / "postfix", home) as postfix:
            client = Client(home.path, "anna")
            state = client.call(("EmailSubmission/get", {"ids": []}))[0]["state"]
            sent = client.send([BERT, NOBODY, FAR])
            assert {one["delivered"] for one in sent["deliveryStatus"].values()} == {"queued"}, sent
            assert sent["dsnBlobIds"] == [], sent
            wait_until(lambda: postfix.queue_length() == 0 and home.files("anna"), "Postfix reports", 60)
            after = client.get(sent["id"])
            status = after["deliveryStatus"]
            assert {who: one["delivered"] for who, one in status.items()} == {BERT: "queued", NOBODY: "no", FAR: "no"}, after
            assert status[NOBODY]["smtpReply"].startswith("550 5.1.1 "), status
            assert "nothing leaves this machine" in status[FAR]["smtpReply"], status
            assert all(one["displayed"] == "unknown" for one in status.values()), status
            changes, = client.call(("EmailSubmission/changes", {"sinceState": state}))
            assert sent["id"] in changes["created"] + changes["updated"], changes
            parsed, = client.call(("Email/parse", {"blobIds": after["dsnBlobIds"], "properties": ["intimail:deliveryStatus"]}))
            reported = {one["email"].lower() for report in parsed["parsed"].values() for one in report["intimail:deliveryStatus"]["recipients"]}
            assert reported == {NOBODY.lower(), FAR}, parsed
            print(f"{len(after['dsnBlobIds'])} report: who did not get it, why, and where it is")


if __name__ == "__main__":
    main()
