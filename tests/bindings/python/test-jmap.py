# SPDX-License-Identifier: LGPL-2.1-or-later
import json
import unittest

from support import Intimail, TestCase

CORE, MAIL = "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"


class Test(TestCase):
    def setUp(self):
        site = Intimail.Site.create(str(self.make_folder() / "site"), "home.example")
        directory = site.get_directory()
        directory.add_person(Intimail.Person.new("ann", "ann@home.example"), "correct horse")
        self.jmap = Intimail.Jmap.new(site, directory.lookup_person("ann"))
        self.id = self.jmap.get_account_id()

    def call(self, *calls):
        request = {"using": [CORE, MAIL], "methodCalls": [[name, {"accountId": self.id, **arguments}, str(n)]
                                                          for n, (name, arguments) in enumerate(calls)]}
        answer, status = self.jmap.handle(json.dumps(request).encode())
        self.assertEqual(status, 200, answer.get_data())
        return [response[1] for response in json.loads(answer.get_data())["methodResponses"]]

    def test_session(self):
        session = json.loads(self.jmap.get_session("http://127.0.0.1:8080").get_data())
        self.assertIn(self.id, session["accounts"])
        self.assertTrue(session["apiUrl"].startswith("http://127.0.0.1:8080/"))

    def test_list_and_read(self):
        mail = self.jmap.get_account().deliver(
            b"From: =?utf-8?Q?Chlo=C3=A9?= <chloe@home.example>\nSubject: Hello\n\nText\n")
        query, get = self.call(
            ("Email/query", {}),
            ("Email/get", {"#ids": {"resultOf": "0", "name": "Email/query", "path": "/ids"},
                           "properties": ["subject", "from", "preview"]}))
        self.assertEqual(query["ids"], [mail])
        (email,) = get["list"]
        self.assertEqual(email, {"id": mail, "subject": "Hello", "preview": "Text",
                                 "from": [{"name": "Chloé", "email": "chloe@home.example"}]})

    def test_changes(self):
        before, before_id = self.jmap.get_state_change(["Email"])
        self.jmap.get_account().deliver(b"Subject: Hello\n\nText\n")
        after, after_id = self.jmap.get_state_change(["Email"])
        self.assertNotEqual((before, before_id), (after, after_id))
        self.assertIn("Email", json.loads(after)["changed"][self.id])

    def test_bad_request(self):
        answer, status = self.jmap.handle(b"{")
        self.assertEqual(status, 400)
        self.assertEqual(json.loads(answer.get_data())["type"], "urn:ietf:params:jmap:error:notJSON")


if __name__ == "__main__":
    unittest.main()
