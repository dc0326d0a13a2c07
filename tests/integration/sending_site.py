# SPDX-License-Identifier: LGPL-2.1-or-later
"""A site that sends by a private Postfix, and what its mail says."""
import pathlib
import re
import subprocess

from postfix import Smtp
from slapd import tool
from support import BUILD, Site, wait_until

COMMAND = BUILD / "frontends/command/intimail"


class SendingSite(Site):
    def __init__(self, path, domain, etc):
        self.path = pathlib.Path(path)
        self.domain = domain
        self._tool("create", domain)
        (self.path / "run").mkdir(exist_ok=True)
        for open_to_all in (self.path, self.path / "run"):
            open_to_all.chmod(0o755)
        config = self.path / "intimail.conf"
        text = re.sub(r"(?m)^kind=.*$", "kind=sendmail", config.read_text())
        text = re.sub(r"(?m)^command=.*\n", "", text)
        config.write_text(text.replace("kind=sendmail\n", f"kind=sendmail\ncommand={tool('sendmail')};-C;{etc}\n"))

    def add(self, uid, quota="none"):
        self.do("person", "add", uid, "--mail", f"{uid}@{self.domain}", "--quota", quota, "--no-password")

    def do(self, *words):
        done = subprocess.run([COMMAND, "--site", self.path, *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def take(self, uid):
        """The messages of an inbox, which is empty then."""
        messages = [path.read_bytes() for path in self.files(uid)]
        for path in self.files(uid):
            path.unlink()
        return messages


def send(postfix, sender, recipients, data):
    """The replies to RCPT; waits until Postfix has no more to do."""
    with Smtp(postfix.port) as smtp:
        replies, last = smtp.send(sender, recipients, data)
        assert last.startswith("250"), (replies, last)
    wait_until(lambda: postfix.queue_length() == 0, "the queue is empty", 60)
    return replies


def get_field(mail, name):
    header = re.sub(rb"\n[ \t]+", b" ", mail.split(b"\n\n", 1)[0])
    return [line.split(b":", 1)[1].strip().decode() for line in header.split(b"\n") if line.lower().startswith(name.lower() + b":")]
