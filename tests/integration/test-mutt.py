#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutt and the library on one account. mutt is driven by keys, in a terminal of its own."""
import os
import pty
import select
import subprocess
import time

from dovecot import unprivileged
from watcher import GLib, Watcher, make_message

SETTINGS = """
set folder={mail}
set spoolfile={mail}
set mbox_type=Maildir
set delete=yes
set quit=yes
set move=no
set confirmappend=no
set confirmcreate=no
set wait_key=no
set sleep_time=0
set resolve=no
set record=
set timeout=1
set mail_check=0
"""
PATIENCE = 60


class Mutt:
    def __init__(self, root, mail):
        self.root = root
        self.mail = mail
        self.settings = root / "muttrc"
        self.settings.write_text(SETTINGS.format(mail=mail))

    def run(self, keys, box=""):
        """Opens a mailbox, presses keys, and ends by itself; gives the screen for a failure."""
        master, terminal = pty.openpty()
        process = subprocess.Popen(
            ["mutt", "-n", "-F", self.settings, "-f", self.mail / box, "-e", f'push "{keys}<quit>"'],
            stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.root), "TERM": "vt100", "LANG": "C.UTF-8"})
        os.close(terminal)
        screen = b""
        end = time.monotonic() + PATIENCE
        try:
            while process.poll() is None or select.select([master], [], [], 0)[0]:
                assert time.monotonic() < end, screen[-2000:]
                if select.select([master], [], [], 0.2)[0]:
                    try:
                        screen += os.read(master, 65536)
                    except OSError:  # the terminal's other end is closed
                        break
            assert process.wait(PATIENCE) == 0, screen[-2000:]
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            os.close(master)


def only(message_id):
    """Keys that leave one message in sight."""
    return f"<limit>~i {message_id}<enter>"


def deliver(watcher, message_id):
    return watcher.account.deliver(GLib.Bytes.new(make_message(message_id)), None, None, 0, None)


def story_reads(watcher, mutt):
    """new/ becomes cur/, and what was read is seen."""
    one, two = deliver(watcher, "one@x"), deliver(watcher, "two@x")
    mutt.run(only("one@x") + "<display-message><exit>")
    watcher.wait(lambda w: w.keywords("one@x") == {"$seen"}, "a message that mutt read")
    assert watcher.keywords("two@x") == set()
    assert [watcher.find(f"{name}@x")[0].get_id() for name in ("one", "two")] == [one, two]
    assert not os.listdir(mutt.mail / "new")
    watcher.assert_right()


def story_flags(watcher, mutt):
    mutt.run(only("two@x") + "<flag-message>")
    watcher.wait(lambda w: "$flagged" in w.keywords("two@x"), "a flag by mutt")
    watcher.account.set_keywords([watcher.find("one@x")[0].get_id()], ["$flagged", "errand"], None, None)
    # Only what mutt sees as flagged is marked by this.
    mutt.run("<tag-pattern>~F<enter><tag-prefix><toggle-new>")
    watcher.wait(lambda w: all("$seen" not in w.keywords(f"{name}@x") for name in ("one", "two")), "flagged ones unread")
    assert watcher.keywords("one@x") == {"$flagged", "errand"}, watcher.keywords("one@x")
    watcher.assert_right()


def story_moves(watcher, mutt):
    deliver(watcher, "three@x")
    mutt.run(only("three@x") + "<copy-message>=.Archive<enter>")
    watcher.wait(lambda w: w.find("three@x", "Archive") and w.find("three@x", "INBOX"), "a copy by mutt")
    mutt.run(only("three@x") + "<save-message>=.Trash<enter>")
    watcher.wait(lambda w: w.find("three@x", "Trash") and not w.find("three@x", "INBOX"), "a move by mutt")
    mutt.run(only("three@x") + "<delete-message>", ".Trash")
    watcher.wait(lambda w: not w.find("three@x", "Trash"), "a removal by mutt")
    watcher.account.set_mailboxes([watcher.find("one@x")[0].get_id()], [watcher.box_id("Archive")], None)
    mutt.run(only("one@x") + "<flag-message>", ".Archive")
    watcher.wait(lambda w: w.keywords("one@x") == {"errand"}, "our move in mutt")
    watcher.assert_right()


def main(path):
    watcher = Watcher(path / "anna")
    mutt = Mutt(path, path / "anna")
    for story in (story_reads, story_flags, story_moves):
        print(story.__name__, flush=True)
        story(watcher, mutt)
    print(f"the slowest change was seen after {watcher.slowest * 1000:.0f} ms")


unprivileged("mutt", main)
