# SPDX-License-Identifier: LGPL-2.1-or-later
"""usage: run-page.py STORY.mjs [MANY]

Makes a private site with two people and their mail, starts what serves it (a private
Postfix, intimail-deliver, intimail-webmail), and runs a story in a real browser. With MANY, one
of the two has that many messages and nothing else.
"""
import contextlib
import email.policy
import json
import os
import pathlib
import secrets
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

import gi  # noqa: E402

gi.require_version("Intimail", "1")
from gi.repository import Intimail  # noqa: E402

import mails  # noqa: E402
from postfix import Postfix, Smtp  # noqa: E402
from support import BUILD, DOMAIN, Agent, Site, folder, wait_until  # noqa: E402

WEBMAIL = BUILD / "frontends/webmail/intimail-webmail"
PEOPLE = {"anna": "Anna Weber", "paul": "Paul Durand"}
QUOTA = 200_000_000


def add_people(site):
    """People with passwords, as the site's own directory keeps them."""
    passwords = {uid: secrets.token_urlsafe(9) for uid in PEOPLE}
    directory = Intimail.Site.open(str(site.path)).get_directory()
    for uid, name in PEOPLE.items():
        person = Intimail.Person.new(uid, f"{uid}@{DOMAIN}")
        person.set_display_name(name)
        person.set_quota_bytes(QUOTA)
        directory.add_person(person, passwords[uid], None)
    return passwords


class Webmail:
    """intimail-webmail on a free port of loopback, from `with` to its end."""

    def __init__(self, site, **environment):
        self.command = [WEBMAIL, "--site", site.path, "--listen", "127.0.0.1:0"]
        self.environment = {**os.environ, **environment}
        self.url = None

    def __enter__(self):
        self.process = subprocess.Popen(list(map(str, self.command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        text=True, env=self.environment)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), f"the webmail says: {line}"
        address = line.removeprefix("listening on ").strip()
        self.url = address if address.startswith("http") else f"http://{address}"
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        try:
            assert self.process.wait(30) == 0, "the webmail did not end well"
        finally:
            self.process.kill()


def deliver(postfix, site, uid, messages):
    with Smtp(postfix.port) as smtp:
        for message in messages:
            # Waits for each, so that the newest was received last.
            before = len(site.files(uid))
            sender = email.message_from_bytes(message, policy=email.policy.default)["From"].addresses[0].addr_spec
            data = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in message.split(b"\r\n"))
            _, reply = smtp.send(sender, [f"{uid}@{DOMAIN}"], data.removesuffix(b"\r\n") + b"\r\n.\r\n")
            assert reply.startswith("250"), reply
            wait_until(lambda: len(site.files(uid)) > before, "the mail is in the Maildir")


def put(site, uid, messages):
    """Older mail, put into the Maildir as another program would: its date is that of the file."""
    account = site.path / "mail" / uid
    for at, message in enumerate(messages):
        when = email.message_from_bytes(message, policy=email.policy.default)["Date"].datetime.timestamp()
        path = account / "tmp" / f"{int(when)}.P{at}.test"
        path.write_bytes(message.replace(b"\r\n", b"\n"))
        os.utime(path, (when, when))
        path.rename(account / "new" / path.name)


def remove_all(site, uid):
    for path in site.files(uid):
        path.unlink()


def put_many(site, uid, count):
    """A message a minute since long ago, read but for every third."""
    current = site.path / "mail" / uid / "cur"
    for at in range(count):
        message = mails.make_plain(at)
        when = 1_600_000_000 + at * 60
        path = current / f"{when}.P{at}.test,S={len(message)}:2,{'S' if at % 3 else ''}"
        path.write_bytes(message)
        os.utime(path, (when, when))


def use_sendmail(site):
    """Outgoing mail goes through the sendmail of the private Postfix, which MAIL_CONFIG names."""
    path = site.path / "intimail.conf"
    lines = [line for line in path.read_text().splitlines() if not line.startswith(("kind=", "command="))]
    at = lines.index("[transport]") + 1
    path.write_text("\n".join([*lines[:at], "kind=sendmail", "command=/usr/sbin/sendmail", *lines[at:], ""]))


def main(story, many=0):
    with folder("page") as root, contextlib.ExitStack() as stack:
        site = Site(root / "site")
        use_sendmail(site)
        passwords = add_people(site)
        # What rules send goes the same way as what people write.
        stack.enter_context(Agent(site, environment={**os.environ, "MAIL_CONFIG": str(root / "postfix/etc")}))
        postfix = stack.enter_context(Postfix(root / "postfix", site))
        *older, newest = mails.for_anna()
        deliver(postfix, site, "anna", [newest])
        if many:
            remove_all(site, "anna")
            put_many(site, "anna", many)
        else:
            put(site, "anna", older)
        deliver(postfix, site, "paul", mails.for_paul())
        webmail = stack.enter_context(Webmail(site, MAIL_CONFIG=str(postfix.etc)))
        environment = {
            **os.environ,
            "PAGE_URL": webmail.url,
            "MANY": str(many),
            "PAGE_INBOX": str(site.path / "mail/anna"),
            **{f"{uid.upper()}_PASSWORD": password for uid, password in passwords.items()},
        }
        for name in ("LD_LIBRARY_PATH", "G_DEBUG"):
            environment.pop(name, None)
        done = subprocess.run(["node", story], env=environment)
        if done.returncode != 0:
            print(json.dumps({"postfix": postfix.log()[-3000:]}, indent=1))
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0))
