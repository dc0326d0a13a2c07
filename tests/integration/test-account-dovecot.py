#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One account beside Dovecot 2.3 and maildrop: names of mailboxes and maildirsize mean
the same to all of them."""
import base64
import os
import re
import subprocess
import unittest

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

from support import folder  # noqa: E402

DOVECOT_LDA = "/usr/lib/dovecot/dovecot-lda"
NOBODY = 65534
CONF = """
base_dir={home}/run
state_dir={home}/state
log_path={home}/dovecot.log
ssl=no
mail_location=maildir:{mail}
first_valid_uid=1
first_valid_gid=1
mail_plugins={plugins}
postmaster_address=postmaster@home.example
hostname=home.example
namespace inbox {{
  inbox=yes
  separator=/
}}
plugin {{
  quota=maildir:User quota
  quota_grace=0%%
  {rules}
}}
"""


class Dovecot:
    """Dovecot's programs, one at a time, for one Maildir. No server is needed."""

    def __init__(self, home, mail, plugins="", rules=""):
        self.home, self.mail = home, mail
        self.conf = home / f"dovecot-{plugins}.conf"
        self.conf.write_text(CONF.format(home=home, mail=mail, plugins=plugins, rules=rules))
        self.environment = dict(os.environ, HOME=str(home), USER="anna")

    def run(self, *argv, stdin=b""):
        return subprocess.run([argv[0], "-c", self.conf, *argv[1:]], input=stdin, capture_output=True, timeout=60,
                              env=self.environment, cwd=self.home)

    def imap(self, *commands):
        """The tagged answers, and the lines before each."""
        text = "".join(f"t{i} {command}\r\n" for i, command in enumerate(commands)) + "z LOGOUT\r\n"
        done = self.run("doveadm", "exec", "imap", stdin=text.encode())
        answers, lines = [], []
        for line in done.stdout.decode().splitlines():
            if re.match(r"t\d+ ", line):
                answers.append((line.split(" ", 1)[1], lines))
                lines = []
            else:
                lines.append(line)
        assert len(answers) == len(commands), done
        return answers

    def deliver(self, message):
        return self.run(DOVECOT_LDA, "-e", "-f", "bob@other.example", stdin=message).returncode

    def used(self):
        """Bytes are rounded up to kilobytes there; messages are exact."""
        self.run("doveadm", "quota", "recalc")
        lines = self.run("doveadm", "-f", "tab", "quota", "get").stdout.decode().splitlines()[1:]
        return {line.split("\t")[1]: int(line.split("\t")[2]) for line in lines}


def quoted(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mail(size):
    head = b"From: bob@other.example\nSubject: x\n\n"
    return head + b"x" * (size - len(head) - 1) + b"\n"


class AccountTest(unittest.TestCase):
    def setUp(self):
        context = folder("dovecot")
        self.home = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.mail = self.home / "mail"
        self.account = self.open_account()

    def open_account(self):
        account = Intimail.Account.new(str(self.mail))
        account.open()
        return account

    def deliver(self, message, mailbox_id=None):
        return self.account.deliver(GLib.Bytes.new(message), mailbox_id, None, 0, None)

    def role(self, role):
        return self.account.lookup_mailbox_by_role(role).get_id()

    def paths(self):
        return {m.get_path() for m in self.account.list_mailboxes() if m.get_role() == Intimail.MailboxRole.NONE}

    def used(self):
        quota = self.account.get_quota()
        return quota.get_used_bytes(), quota.get_used_messages()

    def file_says(self):
        """The sums of maildirsize, as anybody may add them up."""
        limits, *changes = (self.mail / "maildirsize").read_text().splitlines()
        return limits, tuple(map(sum, zip(*(map(int, line.split()) for line in changes))))

    # Names

    ODD = ["1.2", "~peter", "a\\b", "v1.0 (old)", "R&D", "...", "\\2e"]

    def test_our_names_in_dovecot(self):
        """With its plugin the names are the same; without, each can be opened all the same."""
        for name in self.ODD:
            made = self.account.create_mailbox(name, None)
            self.deliver(mail(100), made.get_id())
            inside = self.account.create_mailbox(name, made.get_id())
            self.deliver(mail(100), inside.get_id())
        plain, escaping = Dovecot(self.home, self.mail), Dovecot(self.home, self.mail, "listescape")
        for name in self.ODD:
            wire = name.replace("&", "&-")
            for answer, lines in escaping.imap(f"EXAMINE {quoted(wire)}", f"EXAMINE {quoted(wire + '/' + wire)}"):
                self.assertTrue(answer.startswith("OK"), (name, answer))
                self.assertIn("* 1 EXISTS", lines)
        # The names that it shows then are those on the disk.
        names = [p.name[1:].replace(".", "/") for p in self.mail.iterdir() if p.name.startswith(".") and (p / "cur").is_dir()]
        self.assertEqual(len(names), 2 * len(self.ODD) + 5)
        for (answer, _), name in zip(plain.imap(*(f"EXAMINE {quoted(name)}" for name in names)), names):
            self.assertTrue(answer.startswith("OK"), (name, answer))

    def test_dovecots_names_here(self):
        for plugins, names in (("", ["Clés", "x/~y", "a\\b", "Été/Plage", " sp "]), ("listescape", self.ODD)):
            with self.subTest(plugins=plugins):
                dovecot = Dovecot(self.home, self.mail, plugins)
                for name in names:
                    wire = encode(name)
                    (answer, _), = dovecot.imap(f"CREATE {quoted(wire)}")
                    self.assertTrue(answer.startswith("OK"), (name, answer))
                    self.assertIn(name, {p.replace("x.", "x/").replace("Été.", "Été/") for p in self.paths()})

    def test_refused_alike(self):
        """What Dovecot refuses, with or without its plugin, is refused here too, or can be opened there."""
        dovecot = Dovecot(self.home, self.mail, "listescape")
        for name in ("a//b", "/a", "ctl\x01"):
            with self.assertRaises(GLib.Error):
                self.account.create_mailbox(name, None)
        answers = dovecot.imap('CREATE "a//b"', 'CREATE "ctl&AAE-"')
        self.assertEqual([a[:2] for a, _ in answers], ["NO", "NO"])

    # Quota

    def test_quota_is_shared(self):
        """Deliveries by turns: each of us counts what the others brought."""
        self.account.set_quota_limits(20000, 20)
        dovecot = Dovecot(self.home, self.mail, "quota", "quota_rule=*:bytes=20000:messages=20")
        for _ in range(3):
            self.deliver(mail(1000))
            self.assertEqual(dovecot.deliver(mail(1000)), 0)
        total = sum(path.stat().st_size for part in ("new", "cur") for path in (self.mail / part).iterdir())
        self.assertEqual(self.used(), (total, 6))
        self.assertEqual(self.file_says(), ("20000S,20C", (total, 6)))
        self.assertEqual(dovecot.used(), {"STORAGE": -(-total // 1024), "MESSAGE": 6})

        # What IMAP removes makes room here, what we remove makes room there.
        dovecot.imap("SELECT INBOX", "STORE 1:2 +FLAGS (\\Deleted)", "EXPUNGE")
        self.assertEqual(self.used()[1], 4)
        listing = self.account.query(None, None, False)
        self.account.remove_messages([listing.get_id(0)])
        self.assertEqual(self.used()[1], 3)
        self.assertEqual(self.file_says()[1], self.used())
        self.assertEqual(dovecot.used()["MESSAGE"], 3)
        self.assertEqual(self.account.check_index(None), [])

    def test_quota_ends_alike(self):
        """The last byte is taken and one more is not, whoever brings it."""
        self.account.set_quota_limits(5000, 0)
        dovecot = Dovecot(self.home, self.mail, "quota", "quota_rule=*:bytes=5000")
        self.deliver(mail(3000))
        self.assertEqual(dovecot.deliver(mail(2001)), 77)
        with self.assertRaises(GLib.Error) as caught:
            self.deliver(mail(2001))
        self.assertTrue(caught.exception.matches(Intimail.error_quark(), Intimail.Error.OVER_QUOTA))
        self.deliver(mail(2000))
        self.assertEqual(self.file_says(), ("5000S", (5000, 2)))
        self.assertEqual(dovecot.deliver(mail(100)), 77)
        self.assertFalse(list((self.mail / "tmp").iterdir()))

    def test_trash_ignored_alike(self):
        self.account.set_quota_limits(10000, 100)
        self.account.set_quota_counts_trash(False)
        dovecot = Dovecot(self.home, self.mail, "quota", "quota_rule=*:bytes=10000:messages=100\n  quota_rule2=Trash:ignore")
        ids = [self.deliver(mail(1000)) for _ in range(4)]
        self.account.set_mailboxes(ids[:1], [self.role(Intimail.MailboxRole.TRASH)])
        self.assertEqual(self.used(), (3000, 3))
        self.assertEqual(dovecot.used()["MESSAGE"], 3)
        self.assertEqual(self.used(), (3000, 3))
        (answer, _), = dovecot.imap("SELECT INBOX", 'COPY 1 Trash', "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE")[1:2]
        self.assertTrue(answer.startswith("OK"), answer)
        self.assertEqual(self.used(), (2000, 2))
        self.assertEqual(dovecot.used()["MESSAGE"], 2)

    def test_maildrop(self):
        """deliverquota adds to the file, and believes what is in it."""
        self.account.set_quota_limits(5000, 10)
        self.deliver(mail(1000))

        def deliver(size):
            return subprocess.run(["deliverquota", self.mail, "5000S,10C"], input=mail(size), capture_output=True,
                                  timeout=60).returncode
        self.assertEqual(deliver(1000), 0)
        self.assertEqual(self.file_says()[1], self.used())
        self.assertEqual(self.used()[1], 2)
        self.deliver(mail(5000 - self.used()[0]))
        self.assertEqual(self.used(), (5000, 3))
        self.assertEqual(deliver(100), 77)
        self.assertEqual(self.used(), (5000, 3))

    def test_vsize(self):
        """The size that Dovecot tells is the one in the name."""
        self.account.set_vsize_in_name(True)
        for text in (b"a: b\n\nx\ny\n", b"a: b\r\n\r\nx\r\n", b"a: b\n\nno end", b""):
            self.deliver(text)
        names = sorted(p.name for p in (self.mail / "new").iterdir())
        sizes = sorted(int(re.search(r",W=(\d+)", name)[1]) for name in names)
        dovecot = Dovecot(self.home, self.mail)
        _, (_, lines) = dovecot.imap("EXAMINE INBOX", "FETCH 1:* RFC822.SIZE")
        told = sorted(int(re.search(r"RFC822.SIZE (\d+)", line)[1]) for line in lines if "FETCH" in line)
        self.assertEqual(told, sizes)

    def test_size_that_dovecot_corrects(self):
        """It gives the file of a message whose size in its name is wrong another name: it stays the
        same message. (A wrong S= it finds, too, but 2.3 stumbles over it before it renames.)"""
        message_id = self.deliver(mail(300))
        self.account.set_keywords([message_id], ["$seen"], None)
        path, = (self.mail / "cur").iterdir()
        path.rename(path.with_name(path.name.replace(",S=300:", ",S=300,W=900:")))
        self.account.refresh()
        dovecot = Dovecot(self.home, self.mail)
        done = dovecot.run("doveadm", "exec", "imap", stdin=b"a SELECT INBOX\r\nb FETCH 1 (BODY.PEEK[])\r\nc LOGOUT\r\n")
        self.assertIn(b"Maildir filename has wrong W value, renamed the file", done.stderr)
        self.assertEqual([p.name for p in (self.mail / "cur").iterdir()], [path.name])
        self.account.refresh()
        listing = self.account.query(None, None, False)
        self.assertEqual([listing.get_id(i) for i in range(listing.get_n_ids())], [message_id])
        self.assertEqual(listing.get_envelope(0).get_keywords(), ["$seen"])
        self.assertEqual(self.account.load_message(message_id).get_data(), mail(300))
        self.assertEqual(self.account.check_index(None), [])


def encode(name):
    """Modified UTF-7 (RFC 3501 section 5.1.3)."""
    out = ""
    for part in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", name):
        if part[0] <= "\x7e":
            out += part.replace("&", "&-")
        else:
            coded = part.encode("utf-16-be")
            out += "&" + base64.b64encode(coded).decode().rstrip("=").replace("/", ",") + "-"
    return out


def become_nobody():
    """Dovecot serves no mail as root, and a test needs no root."""
    from support import folder_parent
    parent = folder_parent()
    place = parent / "dovecot-nobody"
    place.mkdir(exist_ok=True)
    os.chown(place, NOBODY, NOBODY)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    return place


if __name__ == "__main__":
    if os.geteuid() == 0:
        import support
        place = become_nobody()
        support.folder_parent = lambda: place
    unittest.main(verbosity=2)
