#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""intimail-webmail over real HTTP: signing in, JMAP, files, events, and bad peers.

usage: test-webmail.py INTIMAIL-WEBMAIL
"""
import base64
import gzip
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

import webmail_site
from webmail_site import PASSWORD

PATIENCE = 3
USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"]

program = None
site = None


def basic(login, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def start(*arguments, **keywords):
    return webmail_site.Server(program, site.folder, "--patience", str(PATIENCE), *arguments, **keywords)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = start()

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        if status != 0:
            raise AssertionError(f"the server ended with {status}")

    def setUp(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(self.connection.close)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        answer.body = answer.read()
        return answer

    def ask_json(self, path, value, headers):
        answer = self.ask("POST", path, json.dumps(value), {"Content-Type": "application/json", **headers})
        answer.json = json.loads(answer.body) if answer.body else None
        return answer

    def sign_in(self, login="ada", **more):
        return self.ask_json("/auth/session", {"login": login, "password": PASSWORD, **more}, {})

    def bearer(self):
        token = self.sign_in(bearer=True).json["token"]
        return {"Authorization": "Bearer " + token}

    def session(self, headers):
        return json.loads(self.ask("GET", "/.well-known/jmap", headers=headers).body)

    def assert_problem(self, answer, status, kind="about:blank"):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = json.loads(answer.body)
        self.assertEqual(problem["type"], kind)
        self.assertEqual(problem["status"], status)
        return problem


class SignIn(Case):
    def test_cookie(self):
        answer = self.sign_in()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json["username"], "ada")
        self.assertNotIn("token", answer.json)
        cookie = answer.headers["Set-Cookie"]
        value, *attributes = [piece.strip() for piece in cookie.split(";")]
        self.assertRegex(value, r"^intimail_session=[0-9a-f]{64}$")
        self.assertLessEqual({"HttpOnly", "SameSite=Strict", "Path=/"}, set(attributes))
        self.assertNotIn("Secure", attributes)
        mine = {"Cookie": f"other=1; {value}"}
        self.assertEqual(self.ask("GET", "/.well-known/jmap", headers=mine).status, 200)
        self.assertEqual(self.ask("DELETE", "/auth/session", headers=mine).status, 204)
        self.assertEqual(self.ask("GET", "/.well-known/jmap", headers=mine).status, 401)

    def test_cookie_is_secure_behind_tls(self):
        server = start("--url", "https://mail.home.example")
        self.addCleanup(server.stop)
        self.connection.close()
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.addCleanup(self.connection.close)
        answer = self.sign_in()
        self.assertIn("Secure", [piece.strip() for piece in answer.headers["Set-Cookie"].split(";")])
        mine = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        session = self.session(mine)
        for name in ("apiUrl", "uploadUrl", "downloadUrl", "eventSourceUrl"):
            self.assertTrue(session[name].startswith("https://mail.home.example/jmap/"), session[name])

    def test_cookie_is_not_for_pages_of_others(self):
        mine = {"Cookie": self.sign_in().headers["Set-Cookie"].split(";")[0]}
        for strange in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            self.assert_problem(self.ask("GET", "/.well-known/jmap", headers={**mine, **strange}), 401)
        own = f"http://127.0.0.1:{self.server.port}"
        for known in ({"Origin": own}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://whatever.example"}):
            self.assertEqual(self.ask("GET", "/.well-known/jmap", headers={**mine, **known}).status, 200)

    def test_basic(self):
        self.assertEqual(self.ask("GET", "/.well-known/jmap", headers=basic("ada", PASSWORD)).status, 200)
        began = time.monotonic()
        for _ in range(10):
            self.assertEqual(self.ask("GET", "/.well-known/jmap", headers=basic("ada", PASSWORD)).status, 200)
        # Known for a while: ten times hashing would take a second.
        self.assertLess(time.monotonic() - began, 0.5)

    def test_bearer(self):
        mine = self.bearer()
        self.assertEqual(self.ask("GET", "/.well-known/jmap", headers=mine).status, 200)
        for wrong in ("Bearer", "Bearer ", "Bearer " + "0" * 64, "Digest x", "Basic", "Basic !!", "Basic " + base64.b64encode(b"nocolon").decode()):
            self.assert_problem(self.ask("GET", "/.well-known/jmap", headers={"Authorization": wrong}), 401)
        self.assertEqual(self.ask("DELETE", "/auth/session", headers=mine).status, 204)
        self.assert_problem(self.ask("GET", "/.well-known/jmap", headers=mine), 401)

    def test_body_of_sign_in(self):
        kind = {"Content-Type": "application/json"}
        self.assert_problem(self.ask("POST", "/auth/session", "login=ada", {"Content-Type": "application/x-www-form-urlencoded"}), 415)
        for wrong in ("", "null", "{", "[]", "{}", '{"login":"ada"}', '{"login":1,"password":[]}', "[" * 4000):
            self.assert_problem(self.ask("POST", "/auth/session", wrong, kind), 400)
        self.assert_problem(self.ask("POST", "/auth/session", "x" * 9000, kind), 400, "urn:ietf:params:jmap:error:limit")

    def test_everywhere(self):
        account = "a" + "a" * 26
        for method, path in (
            ("GET", "/.well-known/jmap"),
            ("POST", "/jmap/api"),
            ("POST", f"/jmap/upload/{account}/"),
            ("GET", f"/jmap/download/{account}/rx/x"),
            ("GET", "/jmap/events?types=*&closeafter=no&ping=0"),
        ):
            answer = self.ask(method, path, "{}" if method == "POST" else None)
            self.assert_problem(answer, 401)
            self.assertIn("Basic", answer.headers["WWW-Authenticate"])
        quiet = self.ask("GET", "/.well-known/jmap", headers={"Sec-Fetch-Mode": "cors"})
        self.assert_problem(quiet, 401)
        self.assertIsNone(quiet.headers["WWW-Authenticate"])


class WrongPasswords(Case):
    def test_same_answer_and_slower(self):
        bodies = set()
        times = []
        for login, password in (("bob", "wrong"), ("bob", "wrong again"), ("bob", "x" * 500), ("nobody", PASSWORD)):
            began = time.monotonic()
            answer = self.ask_json("/auth/session", {"login": login, "password": password}, {})
            times.append(time.monotonic() - began)
            self.assert_problem(answer, 401)
            bodies.add(answer.body)
        self.assertEqual(len(bodies), 1)
        self.assertGreaterEqual(times[0], 0.25)
        self.assertGreaterEqual(times[2], 1.0)
        self.assertEqual(sorted(times), times)


class Guesses(Case):
    def test_others_are_served_meanwhile(self):
        threads = []

        def guess():
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            connection.request("GET", "/.well-known/jmap", headers=basic("eve", f"{threading.get_ident()}"))
            connection.getresponse().read()
            connection.close()

        for _ in range(6):
            threads.append(threading.Thread(target=guess))
            threads[-1].start()
        began = time.monotonic()
        self.assertEqual(self.ask("GET", "/").status, 200)
        self.assertLess(time.monotonic() - began, 0.5)
        for thread in threads:
            thread.join()


class ForgottenClient(Case):
    def test_same_wrong_password_locks_nobody_out(self):
        """A client that was left with an old password, polling."""
        for _ in range(3):
            threads = [threading.Thread(target=self.poll) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(self.sign_in("bob").status, 200)
        self.assertEqual(self.sign_in("ada").status, 200)

    def poll(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("GET", "/.well-known/jmap", headers=basic("bob", "the old password"))
        self.assertEqual(connection.getresponse().status, 401)
        connection.close()


class TooManyFailures(Case):
    def test_429(self):
        statuses = []
        threads = []

        def guess(number):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            connection.request("GET", "/.well-known/jmap", headers=basic("bob", f"guess {number}"))
            answer = connection.getresponse()
            answer.read()
            statuses.append((answer.status, answer.headers["Retry-After"]))
            connection.close()

        for number in range(20):
            threads.append(threading.Thread(target=guess, args=(number,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        self.assertEqual({status for status, _ in statuses}, {401, 429})
        self.assertTrue(all(int(after) > 0 for status, after in statuses if status == 429))


class Aliases(Case):
    """Addresses that end, for who signed in to a session."""
    def setUp(self):
        super().setUp()
        self.mine = self.bearer()

    def listed(self, headers=None):
        return json.loads(self.ask("GET", "/auth/aliases", headers=headers or self.mine).body)["list"]

    def test_made_and_ended(self):
        before = len(self.listed())
        answer = self.ask_json("/auth/aliases", {"note": "the shop", "expires": "2090-12-31T00:00:00Z"}, self.mine)
        self.assertEqual(answer.status, 200, answer.body)
        made, = answer.json["list"]
        self.assertRegex(made["address"], r"^[a-z]{6}-[0-9]{4}@")
        self.assertEqual((made["note"], made["expires"], made["active"]), ("the shop", "2090-12-31T00:00:00Z", True))
        self.assertIn(made, self.listed())
        path = "/auth/aliases/" + urllib.parse.quote(made["address"], safe="")
        self.assertEqual(self.ask("DELETE", path, headers=self.mine).status, 204)
        self.assertEqual(self.ask("DELETE", path, headers=self.mine).status, 204)
        self.assertEqual([one["active"] for one in self.listed() if one["address"] == made["address"]], [False])
        forever = self.ask_json("/auth/aliases", {"note": "", "expires": None}, self.mine).json["list"][0]
        self.assertIsNone(forever["expires"])
        self.assertEqual(len(self.listed()), before + 2)

    def test_mistakes(self):
        for body in ({}, {"note": 1}, {"note": "x", "expires": "soon"}, {"note": "x", "expires": 5}, [], {"note": "a\nb"}, {"note": "x" * 201}):
            self.assertEqual(self.ask_json("/auth/aliases", body, self.mine).status, 400, body)
        for address in ("nobody@home.example", "", "%ff", "%00", "ada%40home.example", ".."):
            self.assertEqual(self.ask("DELETE", "/auth/aliases/" + address, headers=self.mine).status, 404, address)
        self.assert_problem(self.ask("POST", "/auth/aliases", "{}", self.mine), 415)
        self.assert_problem(self.ask("GET", "/auth/aliases"), 401)

    def test_passwords_of_programs_do_not_do(self):
        self.assert_problem(self.ask("GET", "/auth/aliases", headers=basic("ada", PASSWORD)), 403)
        self.assert_problem(self.ask_json("/auth/aliases", {"note": ""}, basic("ada", PASSWORD)), 403)


class Rules(Case):
    """The rules of who signed in to a session."""
    def setUp(self):
        super().setUp()
        self.mine = self.bearer()

    def get(self):
        answer = self.ask("GET", "/auth/rules", headers=self.mine)
        self.assertEqual((answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]),
                         (200, "application/json", "no-store"))
        return answer

    def put(self, document, state):
        return self.ask_json("/auth/rules", document, {**self.mine, "If-Match": state})

    def test_changed(self):
        first = self.get()
        document = json.loads(first.body)
        document["rules"] = [{"name": "garden", "conditions": [{"field": "subject", "test": "contains", "value": "tomato"}], "mailbox": "archive"}]
        document["vacation"]["text"] = "By the sea"
        done = self.put(document, first.headers["ETag"])
        self.assertEqual(done.status, 200, done.body)
        second = self.get()
        self.assertEqual((second.body, second.headers["ETag"]), (done.body, done.headers["ETag"]))
        self.assertEqual(json.loads(second.body)["rules"][0]["mailbox"], "archive")
        # Who was slower does not undo it.
        self.assert_problem(self.put({"rules": []}, first.headers["ETag"]), 412)
        self.assertEqual(self.get().body, second.body)
        self.assertEqual(self.put({"rules": []}, second.headers["ETag"]).status, 200)

    def test_why(self):
        state = self.get().headers["ETag"]
        rules = [{"name": "garden", "conditions": [{"field": "subject", "test": "exists"}], "mailbox": "archive", "stop": True}, {"name": "late"}]
        self.assertEqual(self.put({"rules": rules}, state).status, 200)
        account, = self.session(self.mine)["accounts"]
        calls = [["Email/query", {"accountId": account, "limit": 1}, "0"]]
        answer = self.ask_json("/jmap/api", {"using": ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"], "methodCalls": calls}, self.mine)
        ids = answer.json["methodResponses"][0][1]["ids"]
        self.assertEqual(len(ids), 1)
        said = self.ask("GET", "/auth/rules/" + ids[0], headers=self.mine)
        self.assertEqual(said.status, 200, said.body)
        said = json.loads(said.body)
        self.assertEqual([(step["name"], step["matched"]) for step in said["steps"]], [("garden", True), ("late", False), ("vacation", False)])
        self.assertEqual((said["kept"], len(said["mailboxId"]) > 0), (True, True))
        for path in ("nothing", "", "..", "%00"):
            self.assertEqual(self.ask("GET", "/auth/rules/" + path, headers=self.mine).status, 404, path)
        self.assertEqual(self.put({"rules": []}, self.get().headers["ETag"]).status, 200)

    def test_mistakes(self):
        state = self.get().headers["ETag"]
        for document, says in (({"ruels": []}, "ruels"), ({"rules": [{"name": "x", "forward": ["x"]}]}, "forward to"), ([], "no object"),
                               ({"rules": [{"name": "x"}, {"name": "x"}]}, "already"), ({"vacation": {"days": 0}}, "days")):
            answer = self.put(document, state)
            self.assert_problem(answer, 400)
            self.assertIn(says, answer.json["detail"])
        for headers in ({}, {"If-Match": "x"}, {"If-Match": "*"}):
            self.assert_problem(self.ask_json("/auth/rules", {"rules": []}, {**self.mine, **headers}), 400)
        json_type = {**self.mine, "If-Match": state, "Content-Type": "application/json"}
        self.assert_problem(self.ask("POST", "/auth/rules", "[" * 100000, json_type), 400)
        self.assert_problem(self.ask("POST", "/auth/rules", "{}\0", json_type), 400)
        self.assertEqual(self.ask("POST", "/auth/rules", " " * (1024 * 1024 + 1), json_type).status, 400)
        self.assert_problem(self.ask("POST", "/auth/rules", "{}", {**self.mine, "If-Match": state}), 415)
        self.assert_problem(self.ask("GET", "/auth/rules"), 401)
        self.assert_problem(self.ask("GET", "/auth/rules", headers=basic("ada", PASSWORD)), 403)
        self.assertEqual(self.get().headers["ETag"], state)


class Jmap(Case):
    def setUp(self):
        super().setUp()
        self.mine = basic("ada", PASSWORD)

    def test_session(self):
        answer = self.ask("GET", "/.well-known/jmap", headers=self.mine)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertIn("no-store", answer.headers["Cache-Control"])
        session = json.loads(answer.body)
        url = f"http://127.0.0.1:{self.server.port}/jmap/"
        self.assertEqual(session["apiUrl"], url + "api")
        self.assertTrue(session["eventSourceUrl"].startswith(url + "events?"))

    def test_echo(self):
        request = {"using": USING, "methodCalls": [["Core/echo", {"é": [1.5, None, {"x": "\u2028"}]}, "a"]]}
        answer = self.ask_json("/jmap/api", request, self.mine)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.json["methodResponses"], request["methodCalls"])

    def test_wrong_types(self):
        not_json = "urn:ietf:params:jmap:error:notJSON"
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            self.assert_problem(self.ask("POST", "/jmap/api", "{}", {**self.mine, "Content-Type": kind}), 415, not_json)
        self.assert_problem(self.ask("POST", "/jmap/api", "{}", self.mine), 415, not_json)

    def test_wrong_bodies(self):
        kind = {**self.mine, "Content-Type": "application/json; charset=utf-8"}
        error = "urn:ietf:params:jmap:error:"
        for body in (b"", b"{", b"\xff", b'{"using":[],"using":[]}', b'{"a":"\\u0000"}'):
            self.assert_problem(self.ask("POST", "/jmap/api", body, kind), 400, error + "notJSON")
        for body in (b"[]", b"1", b"{}", b'{"using":1,"methodCalls":[]}'):
            self.assert_problem(self.ask("POST", "/jmap/api", body, kind), 400, error + "notRequest")

        self.assert_problem(self.ask("POST", "/jmap/api", b"[" * 100000, kind), 400, error + "limit")

    def test_too_large(self):
        kind = {**self.mine, "Content-Type": "application/json"}
        problem = self.assert_problem(self.ask("POST", "/jmap/api", b" " * (10 * 1024 * 1024 + 1), kind), 400, "urn:ietf:params:jmap:error:limit")
        self.assertEqual(problem["limit"], "maxSizeRequest")
        self.assertEqual(self.ask_json("/jmap/api", {"using": [], "methodCalls": []}, self.mine).status, 200)

    def test_too_large_in_chunks(self):
        kind = {**self.mine, "Content-Type": "application/json"}
        pieces = (b" " * 65536 for _ in range(170))
        self.connection.request("POST", "/jmap/api", pieces, kind, encode_chunked=True)
        answer = self.connection.getresponse()
        answer.body = answer.read()
        self.assert_problem(answer, 400, "urn:ietf:params:jmap:error:limit")

    def test_methods(self):
        answer = self.ask("PUT", "/jmap/api", "{}", self.mine)
        self.assert_problem(answer, 405)
        self.assertEqual(answer.headers["Allow"], "POST")
        self.assert_problem(self.ask("GET", "/jmap/nothing", headers=self.mine), 404)
        self.assert_problem(self.ask("GET", "/nothing"), 404)

    def test_many_at_once(self):
        request = json.dumps({"using": USING, "methodCalls": [["Core/echo", {}, "a"]]})
        statuses = []

        def call():
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
            for _ in range(10):
                connection.request("POST", "/jmap/api", request, {**self.mine, "Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                statuses.append(answer.status)
            connection.close()

        threads = [threading.Thread(target=call) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 100)


class Files(Case):
    def setUp(self):
        super().setUp()
        self.mine = basic("ada", PASSWORD)
        session = self.session(self.mine)
        self.account = session["primaryAccounts"]["urn:ietf:params:jmap:mail"]
        self.most = session["capabilities"]["urn:ietf:params:jmap:core"]["maxSizeUpload"]

    def upload(self, data, kind="image/png", account=None):
        return self.ask("POST", f"/jmap/upload/{account or self.account}/", data, {**self.mine, "Content-Type": kind})

    def test_round_trip(self):
        for size in (0, 1, 8192, 262144, 3000001):
            data = os.urandom(size)
            answer = self.upload(data)
            self.assertEqual(answer.status, 201, answer.body)
            blob = json.loads(answer.body)
            self.assertEqual((blob["accountId"], blob["type"], blob["size"]), (self.account, "image/png", size))
            path = f"/jmap/download/{self.account}/{blob['blobId']}/p.png?type=image%2Fpng"
            answer = self.ask("GET", path, headers=self.mine)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.body, data)

    def test_chunked(self):
        data = [os.urandom(100000) for _ in range(30)]
        self.connection.request("POST", f"/jmap/upload/{self.account}/", iter(data), self.mine, encode_chunked=True)
        answer = self.connection.getresponse()
        blob = json.loads(answer.read())
        self.assertEqual((answer.status, blob["size"]), (201, 3000000))
        path = f"/jmap/download/{self.account}/{blob['blobId']}/x?type=text/html"
        self.assertEqual(self.ask("GET", path, headers=self.mine).body, b"".join(data))

    def test_headers(self):
        blob = json.loads(self.upload(b"<script>alert(1)</script>", "text/html").body)["blobId"]
        for kind, disposition in (
            ("text/html", "attachment"),
            ("image/svg%2Bxml", "attachment"),
            ("application/pdf", "attachment"),
            ("text/javascript", "attachment"),
            ("image/png", "inline"),
            ("text/plain;charset=utf-8", "inline"),
            ("x%0d%0aSet-Cookie:a=b/y", "attachment"),
        ):
            answer = self.ask("GET", f"/jmap/download/{self.account}/{blob}/a%22b%0a%C3%A9.html?type={kind}", headers=self.mine)
            self.assertEqual(answer.status, 200, kind)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
            self.assertEqual(answer.headers["Content-Disposition"],
                             f"{disposition}; filename=\"a_b__.html\"; filename*=UTF-8''a%22b%0A%C3%A9.html")
            self.assertNotIn("Set-Cookie", answer.headers)

    def test_range(self):
        blob = json.loads(self.upload(b"0123456789").body)["blobId"]
        answer = self.ask("GET", f"/jmap/download/{self.account}/{blob}/x", headers={**self.mine, "Range": "bytes=2-4"})
        self.assertEqual((answer.status, answer.body), (206, b"234"))

    def test_not_there(self):
        for path in ("rx/x", "u0/x", "..%2f..%2fetc%2fpasswd/x", "%00/x", "%ff/x", "x"):
            self.assert_problem(self.ask("GET", f"/jmap/download/{self.account}/{path}", headers=self.mine), 404)
        self.assert_problem(self.ask("GET", f"/jmap/download/{self.account}", headers=self.mine), 404)

    def test_accounts_of_others(self):
        other = self.session(basic("bob", PASSWORD))["primaryAccounts"]["urn:ietf:params:jmap:mail"]
        self.assertNotEqual(other, self.account)
        blob = json.loads(self.upload(b"mine").body)["blobId"]
        self.assert_problem(self.upload(b"x", account=other), 404)
        self.assert_problem(self.ask("GET", f"/jmap/download/{self.account}/{blob}/x", headers=basic("bob", PASSWORD)), 404)
        self.assert_problem(self.ask("GET", f"/jmap/download/{other}/{blob}/x", headers=basic("bob", PASSWORD)), 404)

    def test_too_large(self):
        answer = self.upload(b"x" * (self.most + 1))
        problem = self.assert_problem(answer, 413, "urn:ietf:params:jmap:error:limit")
        self.assertEqual(problem["limit"], "maxSizeUpload")

    def test_broken_off(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as peer:
            head = f"POST /jmap/upload/{self.account}/ HTTP/1.1\r\nHost: x\r\nAuthorization: {self.mine['Authorization']}\r\n"
            peer.sendall(head.encode() + b"Content-Length: 1000000\r\n\r\n" + b"x" * 500000)
        self.assertEqual(self.upload(b"x").status, 201)


class Events(Case):
    def setUp(self):
        super().setUp()
        self.mine = basic("ada", PASSWORD)

    def open(self, query="types=*&closeafter=no&ping=0", login="ada", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/jmap/events?" + query, headers={**basic(login, PASSWORD), **headers})
        answer = connection.getresponse()
        answer.connection = connection
        return answer

    def read_event(self, answer):
        """The fields of the next event; comments are stepped over. None at the end."""
        fields = {}
        while True:
            line = answer.readline()
            if line == b"":
                return None
            self.assertNotIn(b"\r", line)
            line = line.decode().rstrip("\n")
            if line == "" and fields:
                return fields
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def deliver(self, uid="ada"):
        """From another process than the server's."""
        site.deliver(uid, b"From: x@home.example\nSubject: hello\nMessage-ID: <%d@x>\n\ntext\n" % time.monotonic_ns())

    def test_delivery_is_told(self):
        answer = self.open("types=Email,Mailbox&closeafter=no&ping=0")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"].split(";")[0], "text/event-stream")
        self.assertEqual(answer.headers["X-Accel-Buffering"], "no")
        other = self.open(login="bob")
        began = time.monotonic()
        self.deliver()
        event = self.read_event(answer)
        self.assertLess(time.monotonic() - began, 1)
        self.assertEqual(event["event"], "state")
        self.assertTrue(event["id"])
        change = json.loads(event["data"])
        self.assertEqual(change["@type"], "StateChange")
        (states,) = change["changed"].values()
        self.assertEqual(set(states), {"Email", "Mailbox"})
        # The other person hears of his own mail only.
        self.deliver("bob")
        change = json.loads(self.read_event(other)["data"])
        self.assertNotIn(list(json.loads(event["data"])["changed"])[0], change["changed"])

    def test_vacation_is_told(self):
        """Also when it is another program that changes it."""
        answer = self.open("types=VacationResponse&closeafter=no&ping=0")
        self.assertEqual(answer.status, 200)
        account = site.account("ada")
        rules = webmail_site.Intimail.RuleSet.load(account, None)
        rules.get_vacation().set_enabled(True)
        rules.save(account, None)
        (states,) = json.loads(self.read_event(answer)["data"])["changed"].values()
        self.assertEqual(set(states), {"VacationResponse"})

    def test_missed_is_told(self):
        answer = self.open()
        self.deliver()
        seen = self.read_event(answer)["id"]
        again = self.open("types=%2A&closeafter=state&ping=0", **{"Last-Event-ID": "another"})
        self.assertEqual(self.read_event(again)["event"], "state")
        self.assertIsNone(self.read_event(again))
        ping = self.open("types=%2A&closeafter=no&ping=1", **{"Last-Event-ID": seen})
        event = self.read_event(ping)
        if event["event"] == "state":  # a delivery is several changes
            event = self.read_event(ping)
        self.assertEqual((event["event"], json.loads(event["data"])), ("ping", {"interval": 5}))
        self.assertNotIn("id", event)

    def test_close_after_state(self):
        answer = self.open("types=*&closeafter=state&ping=0")
        self.deliver()
        self.assertEqual(self.read_event(answer)["event"], "state")
        self.assertIsNone(self.read_event(answer))

    def test_bounded(self):
        answers = [self.open(login="bob") for _ in range(21)]
        self.assertEqual([answer.status for answer in answers], [200] * 20 + [429])
        for answer in answers:
            answer.close()
            answer.connection.close()
        # Those that are gone count no more.
        deadline = time.monotonic() + 10
        while True:
            answer = self.open(login="bob")
            if answer.status == 200 or time.monotonic() > deadline:
                break
            answer.connection.close()
            time.sleep(0.05)
        self.assertEqual(answer.status, 200)


class Page(Case):
    def test_policies(self):
        answer = self.ask("GET", "/")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/html"))
        policy = answer.headers["Content-Security-Policy"]
        self.assertEqual(policy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
                         "frame-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
        script = f"http://127.0.0.1:{self.server.port}/assets/frame.js"
        for query, pictures in (("", "data: blob:"), ("?remote=1", "data: blob: https: http:"), ("?remote=2", "data: blob:")):
            policy = self.ask("GET", "/frame" + query).headers["Content-Security-Policy"]
            self.assertEqual(policy, "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
                             f"script-src {script}; style-src 'unsafe-inline'; img-src {pictures}; frame-ancestors 'self'")
        for path in ("/", "/frame", "/assets/page.js", "/nothing", "/.well-known/jmap"):
            answer = self.ask("GET", path)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", path)
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"], path)
            self.assertIsNone(answer.headers["Server"])

    def test_compressed_and_cached(self):
        plain = self.ask("GET", "/assets/page.js")
        packed = self.ask("GET", "/assets/page.js", headers={"Accept-Encoding": "gzip, br"})
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertLess(len(packed.body), len(plain.body))
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertNotEqual(plain.headers["ETag"], packed.headers["ETag"])
        again = self.ask("GET", "/assets/page.js", headers={"If-None-Match": plain.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual(self.ask("HEAD", "/").body, b"")

    def test_cors_is_off(self):
        strange = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        for method, path in (("OPTIONS", "/jmap/api"), ("GET", "/")):
            answer = self.ask(method, path, headers=strange)
            self.assertIn(answer.status, (200, 204))
            self.assertFalse([name for name in answer.headers if name.lower().startswith("access-control")])


class Cors(Case):
    @classmethod
    def setUpClass(cls):
        path = os.path.join(site.folder, "intimail.conf")
        with open(path) as file:
            cls.before = file.read()
        lines = [line for line in cls.before.splitlines() if not line.startswith("origins")]
        lines.insert(lines.index("[webmail]") + 1, "origins=https://friend.example")
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        with open(os.path.join(site.folder, "intimail.conf"), "w") as file:
            file.write(cls.before)
        super().tearDownClass()

    def test_friends(self):
        friend = {"Origin": "https://friend.example"}
        answer = self.ask("OPTIONS", "/jmap/api", headers=friend)
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://friend.example")
        for name in ("Authorization", "Content-Type", "Accept", "Last-Event-ID"):
            self.assertIn(name, answer.headers["Access-Control-Allow-Headers"])
        self.assertIsNone(answer.headers["Access-Control-Allow-Credentials"])
        answer = self.ask("GET", "/.well-known/jmap", headers={**friend, **basic("ada", PASSWORD)})
        self.assertEqual((answer.status, answer.headers["Access-Control-Allow-Origin"]), (200, "https://friend.example"))
        answer = self.ask("OPTIONS", "/jmap/api", headers={"Origin": "https://evil.example"})
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])


class BadPeers(Case):
    def send(self, data):
        with socket.create_connection(("127.0.0.1", self.server.port)) as peer:
            peer.settimeout(PATIENCE + 10)
            try:
                peer.sendall(data)
                return peer.recv(65536).split(b"\r\n")[0].decode()
            except ConnectionError:
                return ""

    def test_malformed(self):
        for data, statuses in (
            (b"GARBAGE\r\n\r\n", {"400"}),
            (b"GET / HTTP/1.1\r\n\r\n", {"400"}),
            (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", {"505"}),
            (b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", {"400"}),
            (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", {"400"}),
            (b"POST /jmap/api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", {"400"}),
            (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40000 + b"\r\n\r\n", {"431"}),
            (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 500000 + b"\r\n\r\n", {""}),
            (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {"431"}),
            (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", {"404"}),
            (b"GET /assets/..%2f..%2fetc HTTP/1.1\r\nHost: x\r\n\r\n", {"404"}),
            (b"GET /assets/page.js%00 HTTP/1.1\r\nHost: x\r\n\r\n", {"404"}),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", {"", "400"}),
            (b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", {"405"}),
        ):
            status = (self.send(data) + "  ").split(" ")[1]
            self.assertIn(status, statuses, data[:60])
        self.assertEqual(self.ask("GET", "/").status, 200)

    def test_slow_head_is_cut(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as peer:
            peer.settimeout(0.2)
            began = time.monotonic()
            cut = None
            peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
            while cut is None and time.monotonic() - began < PATIENCE + 10:
                try:
                    peer.sendall(b"a")
                    if peer.recv(100) == b"":
                        cut = time.monotonic() - began
                except TimeoutError:
                    pass
                except ConnectionError:
                    cut = time.monotonic() - began
            self.assertIsNotNone(cut)
            self.assertGreater(cut, PATIENCE - 1)
            self.assertLess(cut, PATIENCE + 3)

    def test_silence_is_cut(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as peer:
            peer.settimeout(PATIENCE + 10)
            self.assertEqual(peer.recv(100), b"")

    def test_many_peers_are_refused(self):
        peers = []
        try:
            for _ in range(130):
                peers.append(socket.create_connection(("127.0.0.1", self.server.port)))
            peers[-1].settimeout(PATIENCE + 10)
            self.assertEqual(peers[-1].recv(100), b"")
        finally:
            for peer in peers:
                peer.close()
        deadline = time.monotonic() + 10
        while True:
            try:
                self.assertEqual(self.ask("GET", "/").status, 200)
                break
            except (ConnectionError, http.client.HTTPException):
                self.assertLess(time.monotonic(), deadline)
                self.connection.close()
                time.sleep(0.05)


class Program(unittest.TestCase):
    def run_program(self, *arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=30)

    def test_options(self):
        done = self.run_program("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^intimail-webmail \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_program("--nonsense").returncode, 2)
        self.assertEqual(self.run_program("more").returncode, 2)
        done = self.run_program("--site", os.path.join(site.folder, "nothing"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing", done.stderr)
        for listen in ("nonsense", "127.0.0.1:99999", "localhost:x", "192.0.2.1:8080"):
            done = self.run_program("--site", site.folder, "--listen", listen)
            self.assertEqual((done.returncode, done.stdout), (1, ""), listen)

    def test_unix_socket(self):
        path = os.path.join(site.folder, "run", "webmail.sock")
        for stale in (False, True):
            if stale:
                with socket.socket(socket.AF_UNIX) as left:
                    left.bind(path)
            server = start(listen="unix:" + path)
            try:
                self.assertEqual(self.run_program("--site", site.folder, "--listen", "unix:" + path).returncode, 1)
                with socket.socket(socket.AF_UNIX) as peer:
                    peer.connect(path)
                    peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    self.assertTrue(peer.recv(100).startswith(b"HTTP/1.0 200"))
            finally:
                self.assertEqual(server.stop(), 0)
            self.assertFalse(os.path.exists(path))

    def ask_as(self, connection, peer, method="GET", path="/", body=None):
        """As a front asks for a peer."""
        connection.request(method, path, body, {"X-Forwarded-For": peer, "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def test_limits_behind_front(self):
        path = os.path.join(site.folder, "run", "front.sock")
        server = start(listen="unix:" + path)
        self.addCleanup(server.stop)
        connection = http.client.HTTPConnection("localhost", timeout=30)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(path)
        self.addCleanup(connection.close)
        began = time.monotonic()
        seen = [self.ask_as(connection, "192.0.2.1") for _ in range(1600)]
        took = time.monotonic() - began
        self.assertEqual(seen[:1500], [200] * 1500)
        # One more for each 40 ms.
        self.assertGreaterEqual(seen.count(429), 100 - took / 0.04 - 1)
        self.assertEqual((self.ask_as(connection, "192.0.2.2"), self.ask_as(connection, "2001:db8::1")), (200, 200))

    def test_tells_the_guard(self):
        """Each failure with the peer's own address, and of the password nothing."""
        path = os.path.join(site.folder, "run", "guard.sock")
        listen = "unix:" + os.path.join(site.folder, "run", "front2.sock")
        conf = pathlib.Path(site.folder, "intimail.conf")
        before = conf.read_text(encoding="utf-8")
        self.addCleanup(conf.write_text, before, encoding="utf-8")
        conf.write_text(f"{before}\n[guard]\nevents={path}\n", encoding="utf-8")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as guard:
            guard.bind(path)
            guard.listen()
            guard.settimeout(20)
            server = start(listen=listen)
            self.addCleanup(server.stop)
            connection = http.client.HTTPConnection("localhost", timeout=30)
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(listen[5:])
            self.addCleanup(connection.close)
            told = []
            for peer, password in (("2001:db8::7", "wrong one"), ("::ffff:192.0.2.7", "wrong two"), ("192.0.2.8", "wrong two"), ("2001:db8::7", PASSWORD)):
                status = self.ask_as(connection, peer, "POST", "/auth/session", json.dumps({"login": "ada", "password": password}))
                self.assertEqual(status, 200 if password == PASSWORD else 401)
                with guard.accept()[0] as peer_of_guard:
                    line = peer_of_guard.recv(4096).decode()
                self.assertNotIn(password, line)
                told.append(json.loads(line))
        self.assertEqual([(event["address"], event["kind"], event["account"]) for event in told],
                         [("2001:db8::7", "bad-password", "ada"), ("192.0.2.7", "bad-password", "ada"), ("192.0.2.8", "bad-password", "ada"),
                          ("2001:db8::7", "sign-in", "ada")])
        self.assertNotEqual(told[0]["password"], told[1]["password"])
        self.assertEqual(told[1]["password"], told[2]["password"])

    def test_stops_with_event_sources_open(self):
        server = start()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", "/jmap/events?types=*&closeafter=no&ping=0", headers=basic("ada", PASSWORD))
        answer = connection.getresponse()
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)
        self.assertTrue(answer.read().startswith(b":"))
        connection.close()


if __name__ == "__main__":
    program = sys.argv.pop(1)
    with webmail_site.Site() as site:
        outcome = unittest.main(exit=False).result
    sys.exit(0 if outcome.wasSuccessful() else 1)
