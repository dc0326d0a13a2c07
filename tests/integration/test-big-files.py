#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Big files over real HTTP, as somebody has them who has a link and curl: the page, the
password, the count, ranges, ends, and what a stranger learns.

usage: test-big-files.py INTIMAIL-WEBMAIL
"""
import base64
import email.utils
import hashlib
import html.parser
import http.client
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import webmail_site
from webmail_site import GLib, Intimail

from gi.repository import Gio

program = None
site = None

WORDS = "correct horse battery"


class Answer:
    def __init__(self, raw):
        head, self.body = raw.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            self.headers[name.lower()] = value

    @property
    def text(self):
        return self.body.decode()


class Form(html.parser.HTMLParser):
    """What of a page a browser acts on."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.fields = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag in ("input", "form"):
            self.fields.append((tag, dict(attributes)))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = webmail_site.Server(program, site.folder)
        cls.base = f"http://127.0.0.1:{cls.server.port}"
        cls.account = site.account("ada")

    @classmethod
    def tearDownClass(cls):
        if cls.server.stop() != 0:
            raise AssertionError("the server failed")

    def offer(self, data=b"0123456789", name="film.mp4", kind="video/mp4", password=None, **settings):
        file = Intimail.BigFile.new(name, kind)
        for setting, value in settings.items():
            getattr(file, f"set_{setting}")(value)
        site.site.set_big_file_password(file, password)
        self.account.add_big_file(file, Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(data)))
        link = site.site.make_big_file_link(file)
        return file, self.base + urllib.parse.urlsplit(link).path

    def curl(self, *arguments):
        done = subprocess.run(["curl", "-sS", "-i", "--max-time", "60", *arguments], stdout=subprocess.PIPE, check=True)
        return Answer(done.stdout)

    def press(self, link, password=None, *arguments):
        """The button of the page: where it leads, or the answer that it does not."""
        data = urllib.parse.urlencode({"password": password} if password is not None else {})
        answer = self.curl(*arguments, "--data", data, link)
        if answer.status != 303:
            return answer
        self.assertTrue(answer.headers["location"].startswith(urllib.parse.urlsplit(link).path + "/"))
        return self.base + answer.headers["location"]


class Page(Case):
    def test_offer(self):
        until = int(time.time()) + 86400
        _, link = self.offer(b"x" * 1234567, "Été <b>&\u202egpj.mp4", sender="Ada <ada@home.example>", expires=until)
        answer = self.curl(link)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["content-type"], "text/html; charset=utf-8")
        self.assertIn("Été _b_&amp;_gpj.mp4", answer.text)
        for words in ("1.2 MB", "video/mp4", "Ada &lt;ada@home.example&gt;", time.strftime("%Y", time.localtime(until))):
            self.assertIn(words, answer.text)
        form = Form(answer.text)
        self.assertEqual(form.fields, [("form", {"method": "post"})])
        for tag in ("script", "iframe", "b", "object"):
            self.assertNotIn(tag, form.tags)
        self.assertNotIn("http:", answer.text)

    def test_headers(self):
        _, link = self.offer()
        answer = self.curl(link)
        policy = answer.headers["content-security-policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("script", policy)
        self.assertNotIn("unsafe", policy)
        self.assertIn("form-action 'self'", policy)
        self.assertEqual(answer.headers["referrer-policy"], "no-referrer")
        self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
        self.assertEqual(answer.headers["x-frame-options"], "DENY")
        self.assertIn("no-store", answer.headers["cache-control"])
        self.assertEqual(answer.headers["x-robots-tag"], "noindex")
        self.assertNotIn("set-cookie", answer.headers)

    def test_languages(self):
        _, link = self.offer(b"x" * 1500)
        for accepted, language, words in (
            ("fr", "fr", "Télécharger"), ("fr-CA, en;q=0.5", "fr", "1,5 Ko"), ("en;q=0.2, fr;q=0.9", "fr", "Taille"),
            ("de, fr;q=0.5", "fr", "Taille"), ("en-GB", "en", "Download"), ("de", "en", "1.5 KB"), ("", "en", "Size"),
            ("frisian", "en", "Size"), ("x" * 5000, "en", "Size"),
        ):
            answer = self.curl("-H", f"Accept-Language: {accepted}", link)
            self.assertEqual((answer.headers["content-language"], answer.status), (language, 200), accepted)
            self.assertIn(f'<html lang="{language}">', answer.text)
            self.assertIn(words, answer.text)
            self.assertIn("Accept-Language", answer.headers["vary"])

    def test_head(self):
        _, link = self.offer()
        done = subprocess.run(["curl", "-sS", "--head", "--max-time", "10", link], stdout=subprocess.PIPE, check=True)
        self.assertTrue(done.stdout.startswith(b"HTTP/1.1 200"))

    def test_looking_counts_nothing(self):
        file, link = self.offer(max_downloads=1)
        for _ in range(5):
            self.assertEqual(self.curl(link).status, 200)
        self.assertEqual(self.account.lookup_big_file(file.get_id()).get_n_downloads(), 0)


class NoSuch(Case):
    """Whatever is wrong, the answer is the same, byte for byte."""

    def same(self, answer):
        headers = {name: value for name, value in answer.headers.items() if name != "date"}
        return answer.status, headers, answer.body

    def test_same(self):
        unknown = self.same(self.curl(f"{self.base}/file/{'a' * 49}"))
        self.assertEqual(unknown[0], 404)
        self.assertIn(b"<h1>", unknown[2])
        _, expired = self.offer(expires=1)
        removed_file, removed = self.offer()
        self.account.remove_big_file(removed_file.get_id())
        used_file, used = self.offer(max_downloads=1)
        self.press(used)
        _, good = self.offer()
        wrong = good[:-1] + ("a" if good[-1] != "a" else "b")
        for link in (expired, removed, used, wrong, f"{self.base}/file/", f"{self.base}/file/x", f"{self.base}/file/%00",
                     f"{self.base}/file/..%2f..%2fetc%2fpasswd", good + "/x", good + "//", good + "/1-a/b", good + "/ffffffffff-"):
            self.assertEqual(self.same(self.curl("--path-as-is", link)), unknown, link)
        for link in (expired, removed, used, wrong):
            self.assertEqual(self.same(self.press(link, "x")), unknown, link)

    def test_owner_who_left(self):
        directory = site.site.get_directory()
        bob = site.account("bob")
        file = Intimail.BigFile.new("a", None)
        bob.add_big_file(file, Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b"x")))
        link = self.base + urllib.parse.urlsplit(site.site.make_big_file_link(file)).path
        self.assertEqual(self.curl(link).status, 200)
        directory.begin_removal("bob", int(time.time()) + 1000, False)
        self.assertEqual(self.curl(link).status, 404)
        directory.undo_removal("bob")
        self.assertEqual(self.curl(link).status, 200)

    def test_methods(self):
        _, link = self.offer()
        self.assertEqual(self.curl("-X", "DELETE", link).status, 405)
        self.assertEqual(self.curl("-H", "Content-Type: application/json", "--data", "{}", link).status, 415)
        self.assertEqual(self.curl("--data", "x" * 9000, link).status, 400)


class Password(Case):
    def setUp(self):
        # Its own, with no failures of others to remember.
        self.own = webmail_site.Server(program, site.folder)
        self.addCleanup(self.own.stop)
        self.base = f"http://127.0.0.1:{self.own.port}"

    def test_password(self):
        file, link = self.offer(b"secret", password=WORDS)
        form = Form(self.curl(link).text)
        self.assertEqual([field[1].get("type") for field in form.fields], [None, "password"])
        wrong = self.press(link, "something else")
        self.assertEqual(wrong.status, 403)
        self.assertIn("does not fit", wrong.text)
        self.assertEqual(self.press(link).status, 403)
        self.assertEqual(self.account.lookup_big_file(file.get_id()).get_n_downloads(), 0)
        where = self.press(link, WORDS)
        self.assertEqual(self.curl(where).body, b"secret")
        self.assertEqual(self.account.lookup_big_file(file.get_id()).get_n_downloads(), 1)

        # A new one ends what the old one opened.
        kept = self.account.lookup_big_file(file.get_id())
        site.site.set_big_file_password(kept, "another one")
        self.account.update_big_file(kept)
        self.assertEqual(self.curl(where).status, 404)
        self.assertEqual(self.press(link, WORDS).status, 403)

    def test_guessing(self):
        _, link = self.offer(b"secret", password=WORDS)
        delays, statuses = [], []

        def guess(n):
            begin = time.monotonic()
            statuses.append(self.press(link, f"guess {n}").status)
            delays.append(time.monotonic() - begin)

        for n in range(4):
            guess(n)
        self.assertEqual(statuses, [403] * 4)
        self.assertGreater(delays[3], 1.9)
        for _ in range(6):
            guesses = [threading.Thread(target=guess, args=(n,)) for n in range(30)]
            for thread in guesses:
                thread.start()
            for thread in guesses:
                thread.join()
            if self.press(link, "guess").status == 429:
                break
        self.assertIn(429, statuses)
        self.assertLess(statuses.count(403), 20)
        # The right one does not come in either, and one more file is not guessed for it.
        answer = self.press(link, WORDS)
        self.assertEqual((answer.status, answer.headers["retry-after"]), (429, "30"))
        _, other = self.offer(b"x", password=WORDS)
        # One guess is forgotten each half minute, and that moment may be now.
        self.assertIn(429, [self.press(other, "guess").status for _ in range(2)])
        # Files without a password are not concerned.
        _, free = self.offer(b"x")
        self.assertEqual(self.curl(self.press(free)).body, b"x")


class Download(Case):
    def test_whole(self):
        data = os.urandom(3000001)
        file, link = self.offer(data, "Photo été.html", "text/html")
        where = self.press(link)
        answer = self.curl(where)
        self.assertEqual((answer.status, answer.body == data), (200, True))
        self.assertEqual(answer.headers["content-length"], str(len(data)))
        self.assertEqual(answer.headers["content-type"], "text/html")
        self.assertEqual(answer.headers["content-disposition"],
                         "attachment; filename=\"Photo _t_.html\"; filename*=UTF-8''Photo%20%C3%A9t%C3%A9.html")
        self.assertEqual(answer.headers["accept-ranges"], "bytes")
        self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
        self.assertEqual(answer.headers["referrer-policy"], "no-referrer")
        self.assertIn("sandbox", answer.headers["content-security-policy"])
        self.assertIn("no-store", answer.headers["cache-control"])
        self.assertAlmostEqual(email.utils.parsedate_to_datetime(answer.headers["last-modified"]).timestamp(), file.get_created(), delta=1)

    def test_empty(self):
        _, link = self.offer(b"")
        answer = self.curl(self.press(link))
        self.assertEqual((answer.status, answer.body, answer.headers["content-length"]), (200, b"", "0"))
        self.assertEqual(self.curl("-r", "0-", self.press(link)).status, 416)

    def test_ranges(self):
        data = bytes(range(200)) * 5000
        size = len(data)
        _, link = self.offer(data)
        where = self.press(link)
        for text, status, part in (
            ("bytes=0-0", 206, data[:1]), ("bytes=2-4", 206, data[2:5]), (f"bytes={size - 2}-", 206, data[-2:]),
            ("bytes=-3", 206, data[-3:]), (f"bytes=5-{size * 2}", 206, data[5:]), (f"bytes=-{size * 2}", 206, data),
            ("bytes=300000-700000", 206, data[300000:700001]), ("Bytes = 1-2", 206, data[1:3]),
            ("bytes=99999999999999999999999-", 416, None), (f"bytes={size}-", 416, None), ("bytes=-0", 416, None),
            ("bytes=4-2", 200, data), ("bytes=1-2,5-6", 200, data), ("lines=1-2", 200, data), ("bytes=", 200, data),
            ("bytes=x-y", 200, data), ("bytes=-", 200, data), ("bytes=1", 200, data), ("bytes=+1-2", 200, data),
            ("bytes=0x1-2", 200, data),
        ):
            answer = self.curl("-H", f"Range: {text}", where)
            self.assertEqual(answer.status, status, text)
            if status == 416:
                self.assertEqual(answer.headers["content-range"], f"bytes */{size}")
                continue
            self.assertTrue(answer.body == part, text)
            self.assertEqual(answer.headers["content-length"], str(len(part)))
            if status == 206:
                first, last = re.fullmatch(rf"bytes (\d+)-(\d+)/{size}", answer.headers["content-range"]).groups()
                self.assertTrue(data[int(first):int(last) + 1] == part)
            else:
                self.assertNotIn("content-range", answer.headers)

    def test_if_range(self):
        data = b"0123456789"
        _, link = self.offer(data)
        _, other_link = self.offer(data)
        where = self.press(link)
        answer = self.curl(where)
        other = self.curl(self.press(other_link)).headers["etag"]
        self.assertRegex(answer.headers["etag"], '^"f[a-z2-7]{16}"$')
        for tag, status in ((answer.headers["etag"], 206), (answer.headers["last-modified"], 206), (other, 200), ('"x"', 200),
                            ("W/" + answer.headers["etag"], 200), ("Thu, 01 Jan 1970 00:00:00 GMT", 200)):
            got = self.curl("-H", f"If-Range: {tag}", "-H", "Range: bytes=2-3", where)
            self.assertEqual((got.status, got.body), (status, data[2:4] if status == 206 else data), tag)

    def test_head(self):
        _, link = self.offer(b"0123456789")
        where = self.press(link)
        for more in ([], ["-H", "Range: bytes=2-3"]):
            done = subprocess.run(["curl", "-sS", "--head", "--max-time", "10", *more, where], stdout=subprocess.PIPE, check=True)
            answer = Answer(done.stdout)
            self.assertEqual((answer.status, answer.headers["content-length"], answer.body), (200, "10", b""))
            self.assertIn("attachment", answer.headers["content-disposition"])

    def test_goes_on(self):
        """curl breaks off and goes on, with what the button gave."""
        data = os.urandom(20000000)
        file, link = self.offer(data, max_downloads=1)
        where = self.press(link)
        with tempfile.TemporaryDirectory(dir=site.folder) as folder:
            path = pathlib.Path(folder, "part")
            head = f"GET {urllib.parse.urlsplit(where).path} HTTP/1.1\r\nHost: x\r\n\r\n"
            with socket.create_connection(("127.0.0.1", self.server.port)) as peer:
                peer.sendall(head.encode())
                got = b""
                while len(got) < 5000000:
                    got += peer.recv(65536)
            part = got.split(b"\r\n\r\n", 1)[1]
            self.assertLess(len(part), len(data))
            path.write_bytes(part)
            subprocess.run(["curl", "-sS", "--max-time", "60", "-C", "-", "-o", path, where], check=True)
            self.assertEqual(hashlib.sha256(path.read_bytes()).digest(), hashlib.sha256(data).digest())
        self.assertEqual(self.account.lookup_big_file(file.get_id()).get_n_downloads(), 1)
        self.assertEqual(self.curl(link).status, 404)

    def test_count(self):
        file, link = self.offer(b"0123456789", max_downloads=2)
        first, second = self.press(link), self.press(link)
        self.assertEqual(self.press(link).status, 404)
        self.assertEqual(self.curl(second).body, b"0123456789")
        self.assertEqual(self.account.lookup_big_file(file.get_id()).get_n_downloads(), 2)
        # What one press gave is no way to hand it on to many.
        statuses = [self.curl(first).status for _ in range(4)]
        self.assertEqual(statuses, [200, 200, 404, 404])

    def test_count_at_once(self):
        _, link = self.offer(b"x", max_downloads=3)
        results = []
        presses = [threading.Thread(target=lambda: results.append(self.press(link))) for _ in range(8)]
        for thread in presses:
            thread.start()
        for thread in presses:
            thread.join()
        self.assertEqual(sum(isinstance(result, str) for result in results), 3)

    def test_end_refuses_at_once(self):
        file, link = self.offer(b"x")
        where = self.press(link)
        kept = self.account.lookup_big_file(file.get_id())
        kept.set_expires(int(time.time()))
        self.account.update_big_file(kept)
        self.assertEqual(self.curl(where).status, 404)
        self.assertEqual(self.curl(link).status, 404)

    def test_removed_while_read(self):
        """Who is at it gets the rest."""
        data = os.urandom(8000000)
        file, link = self.offer(data)
        path = urllib.parse.urlsplit(self.press(link)).path
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        answer = connection.getresponse()
        begin = answer.read(1000)
        self.account.remove_big_file(file.get_id())
        self.assertTrue(begin + answer.read() == data)

    def test_keeps_alive(self):
        """One connection: the page, a part, all, and the page."""
        _, link = self.offer(b"0123456789")
        path = urllib.parse.urlsplit(link).path
        where = urllib.parse.urlsplit(self.press(link)).path
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        for target, headers, status in ((path, {}, 200), (where, {"Range": "bytes=1-2"}, 206), (where, {}, 200), (path, {}, 200)):
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            self.assertEqual((answer.status, len(answer.read()) > 0), (status, True))

    def test_many_at_once(self):
        data = os.urandom(4000000)
        _, link = self.offer(data)
        where = self.press(link)
        statuses = []
        reads = [threading.Thread(target=lambda: statuses.append(self.curl(where).body == data)) for _ in range(8)]
        for thread in reads:
            thread.start()
        for thread in reads:
            thread.join()
        self.assertEqual(statuses, [True] * 8)

    def test_limit_of_a_peer(self):
        """Slow readers of one address take no more than their part."""
        _, link = self.offer(os.urandom(30000000))
        path = urllib.parse.urlsplit(self.press(link)).path
        peers = []
        for _ in range(8):
            peer = socket.create_connection(("127.0.0.1", self.server.port))
            self.addCleanup(peer.close)
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            peer.recv(100)
            peers.append(peer)
        self.assertEqual(self.curl(self.base + path).status, 429)
        for peer in peers:
            peer.close()
        deadline = time.monotonic() + 20
        while self.curl(link).status == 429 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.curl(link).status, 200)


class Large(Case):
    def test_no_room(self):
        """A file that no message holds is refused with its first piece."""
        directory = site.site.get_directory()
        bob = directory.lookup_person("bob")
        bob.set_quota_bytes(1000000)
        directory.update_person(bob)
        login = base64.b64encode(f"bob:{webmail_site.PASSWORD}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/.well-known/jmap", headers={"Authorization": f"Basic {login}"})
        account = re.search(rb'"urn:ietf:params:jmap:mail":"(a[a-z2-7]+)"', connection.getresponse().read()).group(1).decode()
        for size, status in ((53000000, 507), (900000, 201)):
            connection.request("POST", f"/jmap/upload/{account}/", b"x" * size, {"Authorization": f"Basic {login}"})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, status)

    def test_memory(self):
        """10 GB that take no room on the disk: a part from their end, and 1 GB of them; the
        server's memory stays as it was."""
        size = 10 * 1024 ** 3
        file, link = self.offer(b"x")
        folder = pathlib.Path(site.site.get_big_files().get_path(), "ada")
        with open(folder / f"{file.get_id()}.data", "r+b") as data:
            data.truncate(size)
            data.seek(size - 3)
            data.write(b"end")
        record = folder / f"{file.get_id()}.json"
        record.write_text(record.read_text().replace('"size":1,', f'"size":{size},'))
        self.addCleanup(self.account.remove_big_file, file.get_id())
        where = self.press(link)
        self.assertEqual(self.curl("-r", "-3", where).body, b"end")
        self.assertEqual(self.curl("-r", f"{size - 5}-{size - 2}", where).body, b"\0\0en")
        before = self.memory()
        done = subprocess.run(["curl", "-sS", "--max-time", "100", "-r", f"{size - 10 ** 9}-", "-o", "/dev/null", "-w", "%{size_download}", where],
                              stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual(int(done.stdout), 10 ** 9)
        print(f"memory before and after 1 GB: {before} KiB, {self.memory()} KiB")
        self.assertLess(self.memory() - before, 4096)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))

    def test_cut_upload(self):
        """Half an upload, and the server killed in the middle of another: nothing is left."""
        uploads = pathlib.Path(site.folder, "mail", "ada", "intimail.uploads")
        login = base64.b64encode(f"ada:{webmail_site.PASSWORD}".encode()).decode()
        server = webmail_site.Server(program, site.folder)
        self.addCleanup(server.stop)

        def send(port, n):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/.well-known/jmap", headers={"Authorization": f"Basic {login}"})
            account = re.search(rb'"urn:ietf:params:jmap:mail":"(a[a-z2-7]+)"', connection.getresponse().read()).group(1).decode()
            connection.close()
            peer = socket.create_connection(("127.0.0.1", port))
            peer.sendall(f"POST /jmap/upload/{account}/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {login}\r\n"
                         f"Content-Length: {n}\r\n\r\n".encode() + b"x" * (n // 2))
            return peer

        peer = send(server.port, 8000000)
        self.assertEqual(list(uploads.iterdir()) if uploads.exists() else [], [])
        peer.close()
        second = send(server.port, 8000000)
        server.process.kill()
        server.process.wait()
        second.close()
        self.assertEqual(list(uploads.iterdir()), [])


def main():
    global program, site
    program = sys.argv.pop(1)
    with webmail_site.Site() as site:
        result = unittest.main(exit=False).result
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
