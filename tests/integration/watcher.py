# SPDX-License-Identifier: LGPL-2.1-or-later
"""An account of the library in this process that is watched: what others do to it."""
import time

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

PATIENCE = 60  # seconds until a change that never comes is a failure


class Watcher:
    def __init__(self, path):
        self.path = str(path)
        self.account = Intimail.Account.new(self.path)
        self.account.open(None)
        self.account.connect("changed", self._on_changed)
        self.account.start_watching()
        self.changed = False
        self.slowest = 0

    def _on_changed(self, unused):
        self.changed = True

    def wait(self, condition, what):
        """Until something holds; it is looked at again only when a change was told."""
        context = GLib.MainContext.default()
        begin = time.monotonic()
        late = []
        source = GLib.timeout_add_seconds(PATIENCE, late.append, True)
        try:
            while not condition(self):
                self.changed = False
                while not self.changed:
                    assert not late, f"{what}: not told within {PATIENCE} s"
                    context.iteration(True)
        finally:
            if not late:
                GLib.source_remove(source)
        self.slowest = max(self.slowest, time.monotonic() - begin)

    @staticmethod
    def list(account):
        """The envelopes. Others may remove a message between the list and its envelope: then the
        list is taken anew, and what was gone may not be in it again."""
        gone = set()
        for _ in range(100):
            listing = account.query(None, None, False, None)
            ids = [listing.get_id(i) for i in range(listing.get_n_ids())]
            assert not gone.intersection(ids), gone.intersection(ids)
            try:
                return [listing.get_envelope(i) for i in range(len(ids))]
            except GLib.Error as error:
                if not error.matches(Intimail.error_quark(), Intimail.Error.NOT_FOUND):
                    raise
                gone.update(id for id in ids if f'"{id}"' in error.message)
        raise AssertionError("the messages change too often to list them")

    def find(self, message_id, box=None):
        """The envelopes with a Message-ID, in a mailbox or anywhere."""
        box_id = self.account.lookup_mailbox_by_path(box).get_id() if box else None
        return [e for e in self.list(self.account) if e.get_message_id() == message_id and (box is None or box_id in e.get_mailbox_ids())]

    def keywords(self, message_id):
        found = self.find(message_id)
        return set(found[0].get_keywords()) if found else None

    def boxes(self):
        return {mailbox.get_path() for mailbox in self.account.list_mailboxes()}

    def box_id(self, path):
        return self.account.lookup_mailbox_by_path(path).get_id()

    def assert_right(self):
        """Index and files agree, here and for one who opens it now; made anew it says the same."""
        other = Intimail.Account.new(self.path)
        for account in (self.account, other):
            account.refresh(None)
            findings = account.check_index(None, None)
            assert not findings, findings
        before = describe(other)
        other.rebuild_index(None, None, None, None)
        after = describe(other)
        assert before == after, (sorted(before - after)[:5], sorted(after - before)[:5])


def describe(account):
    return {(e.get_id(), e.get_message_id(), tuple(sorted(e.get_keywords())), tuple(sorted(e.get_mailbox_ids()))) for e in Watcher.list(account)}


def make_message(message_id, text="hello"):
    return f"From: a@x.example\nTo: anna@home.example\nSubject: {message_id}\nMessage-ID: <{message_id}>\n\n{text}\n".encode()
