#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mbsync keeps an account and a Maildir elsewhere ("the phone") alike, both ways.

It writes its own numbers into the names of our files (",U="), which costs no id.
"""
import subprocess

from dovecot import unprivileged
from watcher import GLib, Watcher, make_message

CONFIGURATION = """
MaildirStore ours
Inbox {ours}
SubFolders Maildir++

MaildirStore phone
Inbox {phone}
SubFolders Maildir++

Channel all
Far :ours:
Near :phone:
Patterns *
Create Both
Remove None
Expunge Both
Sync All
SyncState {root}/state/
"""


class Phone:
    def __init__(self, root, ours):
        self.root = root
        self.path = root / "phone"
        for part in ("cur", "new", "tmp"):
            (self.path / part).mkdir(parents=True)
        (root / "state").mkdir()
        (root / "mbsyncrc").write_text(CONFIGURATION.format(root=root, ours=ours, phone=self.path))

    def sync(self):
        done = subprocess.run(["mbsync", "-c", self.root / "mbsyncrc", "-q", "all"], capture_output=True, text=True,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(self.root)})
        assert done.returncode == 0, done.stderr

    def find(self, message_id, box=""):
        """The file with a message, or None."""
        for part in ("cur", "new"):
            folder = self.path / box / part
            for file in folder.iterdir() if folder.is_dir() else ():
                if f"<{message_id}>".encode() in file.read_bytes():
                    return file
        return None

    def mark(self, message_id, letters):
        """As a mail reader does."""
        file = self.find(message_id)
        file.rename(self.path / "cur" / (file.name.partition(":")[0] + ":2," + letters))


def story_new_mail(watcher, phone):
    ids = [watcher.account.deliver(GLib.Bytes.new(make_message(f"ours{i}@x")), None, None, 0, None) for i in range(3)]
    (phone.path / "new/1700000000.1.phone").write_bytes(make_message("phone@x"))
    phone.sync()
    assert all(phone.find(f"ours{i}@x") for i in range(3))
    watcher.wait(lambda w: w.find("phone@x", "INBOX"), "mail from the phone")
    watcher.wait(lambda w: [w.find(f"ours{i}@x")[0].get_id() for i in range(3)] == ids, "the same ids")
    assert any(",U=" in name.name for part in ("cur", "new") for name in (phone.root / "anna" / part).iterdir()), "mbsync did not touch the names"
    watcher.assert_right()


def story_flags(watcher, phone):
    phone.mark("ours0@x", "FRS")
    watcher.account.set_keywords([watcher.find("ours1@x")[0].get_id(), watcher.find("phone@x")[0].get_id()], ["$flagged"], None, None)
    phone.sync()
    watcher.wait(lambda w: w.keywords("ours0@x") == {"$flagged", "$answered", "$seen"}, "flags from the phone")
    assert all("F" in phone.find(f"{name}@x").name.partition(":2,")[2] for name in ("ours1", "phone"))
    watcher.account.set_keywords([watcher.find("ours0@x")[0].get_id()], None, ["$flagged"], None)
    phone.sync()
    assert "F" not in phone.find("ours0@x").name.partition(":2,")[2]
    watcher.assert_right()


def story_moves(watcher, phone):
    """A move is a removal and new mail for mbsync; a mailbox is made on the other side."""
    box = watcher.account.create_mailbox("Travel", None, None)
    watcher.account.set_mailboxes([watcher.find("ours2@x")[0].get_id()], [box.get_id()], None)
    phone.sync()
    assert phone.find("ours2@x") is None and phone.find("ours2@x", ".Travel")
    watcher.account.remove_messages([watcher.find("ours1@x")[0].get_id()], None)
    phone.mark("phone@x", "ST")
    phone.sync()
    assert phone.find("ours1@x") is None
    watcher.wait(lambda w: not w.find("phone@x"), "a removal from the phone")
    watcher.assert_right()


def main(path):
    watcher = Watcher(path / "anna")
    phone = Phone(path, path / "anna")
    for story in (story_new_mail, story_flags, story_moves):
        print(story.__name__, flush=True)
        story(watcher, phone)
    phone.sync()
    left = {e.get_message_id() for e in watcher.find("ours0@x") + watcher.find("ours2@x")}
    assert left == {"ours0@x", "ours2@x"}
    print(f"the slowest change was seen after {watcher.slowest * 1000:.0f} ms")


unprivileged("mbsync", main)
