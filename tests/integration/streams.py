# SPDX-License-Identifier: LGPL-2.1-or-later
"""Event sources of the webmail, read by a client that waits for their end."""
import base64
import http.client
import time
import urllib.parse


class Stream:
    """Open when it is made: its first bytes were read."""

    def __init__(self, webmail, token=None, login=None, password=None):
        basic = base64.b64encode(f"{login}:{password}".encode()).decode()
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(webmail.url).netloc, timeout=30)
        self.connection.request("GET", "/jmap/events?types=*&closeafter=no&ping=0",
                                headers={"Authorization": f"Bearer {token}" if token else f"Basic {basic}"})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.readline() == b":\n"

    def has_ended(self, seconds=0.2):
        """Whether it ends within this time; what comes before is read."""
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                self.connection.sock.settimeout(left)
                if self.answer.read1() == b"":
                    return True
        except TimeoutError:
            pass
        return False

    def wait_for_end(self, seconds):
        assert self.has_ended(seconds), f"a stream lives on after {seconds} s"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.answer.close()
        self.connection.close()
