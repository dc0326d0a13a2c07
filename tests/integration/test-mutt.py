#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutt and the library on one account."""
import os

from dovecot import unprivileged
from mutt import Mutt
from watcher import GLib, Watcher, make_message

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
