#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""All attachments of a message as one zip file, over real HTTP.

usage: test-attachments.py INTIMAIL-WEBMAIL
"""
import base64
import email.message
import http.client
import io
import pathlib
import random
import re
import socket
import sys
import time
import unittest
import urllib.parse
import zipfile

import webmail_site
from webmail_site import PASSWORD

AUTHORIZATION = {"Authorization": "Basic " + base64.b64encode(f"ada:{PASSWORD}".encode()).decode()}
LARGE = 20_000_000

program = None
site = None


def make_mail(*files):
    message = email.message.EmailMessage()
    message["Subject"] = "files"
    message.set_content("see below\n")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


class Attachments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = webmail_site.Server(program, site.folder)
        # What cannot be packed any smaller.
        cls.large = site.deliver("ada", make_mail(("large.bin", random.Random(1).randbytes(LARGE)), ("small.txt", b"x")))

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        if status != 0:
            raise AssertionError(f"the server ended with {status}")

    def open(self, path, headers=AUTHORIZATION):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers=headers)
        return connection, connection.getresponse()

    def get(self, path, headers=AUTHORIZATION):
        _, answer = self.open(path, headers)
        return answer, answer.read()

    def path(self, message, uid="ada", name="files.zip"):
        jmap = self.account_id(uid)
        return f"/jmap/attachments/{jmap}/{message}/{urllib.parse.quote(name, safe='')}"

    def account_id(self, uid):
        headers = {"Authorization": "Basic " + base64.b64encode(f"{uid}:{PASSWORD}".encode()).decode()}
        _, body = self.get("/.well-known/jmap", headers)
        self.assertIn(b"/jmap/attachments/{accountId}/{emailId}/{name}", body)
        return re.search(rb'"accounts":\{"([^"]+)"', body)[1].decode()

    def memory(self):
        """Of its own: a mapped message is not."""
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status)[1])

    def count_threads(self):
        names = [path.read_text().strip() for path in pathlib.Path(f"/proc/{self.server.process.pid}/task").glob("*/comm")]
        return names.count("zip")

    def await_no_thread(self):
        end = time.monotonic() + 20
        while self.count_threads() > 0:
            self.assertLess(time.monotonic(), end, "a thread packs for nobody")
            time.sleep(0.02)

    def test_all_files(self):
        message = site.deliver("ada", make_mail(("été.txt", b"one\n"), ("été.txt", b"two\n"), ("../../etc/passwd", b"three\n")))
        answer, body = self.get(self.path(message, name='a"b/é\r\n.zip'))
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.getheader("Content-Type"), "application/zip")
        disposition = answer.getheader("Content-Disposition")
        self.assertTrue(disposition.startswith('attachment; filename="a_b_'), disposition)
        self.assertIn("sandbox", answer.getheader("Content-Security-Policy"))
        self.assertIn("no-store", answer.getheader("Cache-Control"))
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            self.assertIsNone(packed.testzip())
            self.assertEqual(sorted(packed.read(name) for name in packed.namelist()), [b"one\n", b"three\n", b"two\n"])
            self.assertEqual(len(set(packed.namelist())), 3)
            for name in packed.namelist():
                self.assertNotRegex(name, r"/|\\|\.\.")

    def test_who_may(self):
        message = site.deliver("ada", make_mail(("a.txt", b"x"), ("b.txt", b"y")))
        plain = site.deliver("ada", b"Subject: x\n\ny\n")
        others = site.deliver("bob", make_mail(("a.txt", b"x")))
        path = self.path(message)
        self.assertEqual(self.get(path, {})[0].status, 401)
        bob = {"Authorization": "Basic " + base64.b64encode(f"bob:{PASSWORD}".encode()).decode()}
        self.assertEqual(self.get(path, bob)[0].status, 404)
        for wrong in (self.path(plain), self.path(others), self.path("nothing"), self.path("..%2f.."), path + "/more",
                      path.rsplit("/", 1)[0], "/jmap/attachments/", "/jmap/attachments/a/b/%ff"):
            self.assertEqual(self.get(wrong)[0].status, 404, wrong)

    def test_memory(self):
        path = self.path(self.large)
        self.get(path)
        before = self.memory()
        _, answer = self.open(path)
        most = 0
        size = 0
        while piece := answer.read(1 << 20):
            size += len(piece)
            most = max(most, self.memory())
        print(f"memory before and most of {size} bytes: {before} KiB, {most} KiB")
        self.assertGreater(size, LARGE)
        self.assertLess(most - before, 4096)
        self.await_no_thread()

    def test_peer_that_reads_nothing(self):
        """It holds a thread and no more than a pipe of memory; two of a person are enough; when it leaves, the thread ends."""
        path = self.path(self.large)
        before = self.memory()
        waiting = [self.open(path) for _ in range(2)]
        for _, answer in waiting:
            self.assertEqual(answer.status, 200)
        self.assertEqual(self.count_threads(), 2)
        self.assertEqual(self.get(path)[0].status, 400)
        self.assertLess(self.memory() - before, 4096)
        for connection, answer in waiting:
            answer.close()
            connection.close()
        self.await_no_thread()
        self.assertEqual(self.get(path)[0].status, 200)

    def test_peers_that_leave(self):
        """Twenty that leave in the middle cost no memory."""
        path = self.path(self.large)
        self.get(path)
        before = self.memory()
        for _ in range(20):
            connection, answer = self.open(path)
            self.assertEqual(answer.status, 200)
            answer.close()
            connection.close()
            self.await_no_thread()
        print(f"memory before and after: {before} KiB, {self.memory()} KiB")
        self.assertLess(self.memory() - before, 2048)

    def test_old_protocol(self):
        """A front may speak HTTP/1.0, which has no chunks: all of it comes, and the end is the end."""
        with socket.create_connection(("127.0.0.1", self.server.port), 30) as peer:
            head = f"GET {self.path(self.large)} HTTP/1.0\r\nAuthorization: {AUTHORIZATION['Authorization']}\r\n\r\n"
            peer.sendall(head.encode())
            with peer.makefile("rb") as stream:
                answer = stream.read()
        head, body = answer.split(b"\r\n\r\n", 1)
        self.assertNotIn(b"chunked", head.lower())
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            self.assertEqual(packed.getinfo("large.bin").file_size, LARGE)


if __name__ == "__main__":
    program = sys.argv.pop(1)
    with webmail_site.Site() as site:
        unittest.main()
