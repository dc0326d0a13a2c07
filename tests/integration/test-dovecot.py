#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Dovecot and the library on one account: what one does, the other sees.

What Dovecot does is waited for by the events of the file system alone.
"""
from dovecot import Dovecot, unprivileged
from watcher import GLib, Watcher, make_message


def deliver_ours(watcher, message_id, box=None):
    return watcher.account.deliver(GLib.Bytes.new(make_message(message_id)), box, None, 0, None)


def story_new_mail(watcher, dovecot, imap):
    """Dovecot's LDA and APPEND; and ours in Dovecot."""
    dovecot.deliver(make_message("lda@x"))
    watcher.wait(lambda w: w.keywords("lda@x") == set(), "mail by dovecot-lda")
    imap.must("append", "INBOX", r"(\Seen)", None, make_message("append@x").replace(b"\n", b"\r\n"))
    watcher.wait(lambda w: w.keywords("append@x") == {"$seen"}, "mail by APPEND")
    dovecot.deliver(make_message("work@x"), "Work")
    dovecot.deliver(make_message("sub@x"), "Work/2026")
    watcher.wait(lambda w: "Work/2026" in w.boxes() and w.find("sub@x", "Work/2026"), "mail in a new mailbox")
    deliver_ours(watcher, "ours@x")
    imap.open_box()
    assert imap.flags(imap.find("ours@x")) == {r"\Recent"}, imap.flags(imap.find("ours@x"))


def story_flags(watcher, dovecot, imap):
    """Flags and keywords both ways; letters of one mailbox are its own."""
    imap.open_box()
    uid = imap.find("lda@x")
    imap.change(uid, "+FLAGS", r"\Flagged", r"\Answered", "Errand", "$Label1")
    watcher.wait(lambda w: w.keywords("lda@x") == {"$flagged", "$answered", "errand", "$label1"}, "flags by Dovecot")
    imap.change(uid, "-FLAGS", r"\Flagged", "Errand")
    watcher.wait(lambda w: w.keywords("lda@x") == {"$answered", "$label1"}, "flags taken away by Dovecot")

    message = watcher.find("lda@x")[0].get_id()
    watcher.account.set_keywords([message], ["$seen", "later", "errand"], ["$answered"], None)
    imap.must("noop")
    assert {flag.lower() for flag in imap.flags(uid)} - {r"\recent"} == {r"\seen", "later", "errand", "$label1"}, imap.flags(uid)
    watcher.account.set_keywords([message], None, ["later", "errand", "$label1"], None)
    imap.must("noop")
    assert imap.flags(uid) - {r"\Recent"} == {r"\Seen"}, imap.flags(uid)
    watcher.assert_right()


def story_forwarded(watcher, dovecot, imap):
    """A word for IMAP clients, and a letter of Maildir: set and taken away by either."""
    imap.open_box()
    uid = imap.find("append@x")
    message = watcher.find("append@x")[0].get_id()
    watcher.account.set_keywords([message], ["$forwarded"], None, None)
    imap.must("noop")
    assert "$forwarded" in {flag.lower() for flag in imap.flags(uid)}, imap.flags(uid)
    imap.change(uid, "-FLAGS", "$Forwarded")
    watcher.wait(lambda w: "$forwarded" not in w.keywords("append@x"), "not forwarded, says Dovecot")
    imap.change(uid, "+FLAGS", "$Forwarded")
    watcher.wait(lambda w: "$forwarded" in w.keywords("append@x"), "forwarded, says Dovecot")
    watcher.account.set_keywords([message], None, ["$forwarded"], None)
    imap.must("noop")
    assert "$forwarded" not in {flag.lower() for flag in imap.flags(uid)}, imap.flags(uid)
    watcher.assert_right()


def story_moves(watcher, dovecot, imap):
    """Copies, moves and removals."""
    imap.open_box()
    imap.must_uid("COPY", imap.find("lda@x"), "Archive")
    watcher.wait(lambda w: w.find("lda@x", "Archive") and w.find("lda@x", "INBOX"), "a copy by Dovecot")
    imap.must_uid("MOVE", imap.find("append@x"), "Trash")
    watcher.wait(lambda w: w.find("append@x", "Trash") and not w.find("append@x", "INBOX"), "a move by Dovecot")
    imap.open_box("Trash")
    imap.change(imap.find("append@x"), "+FLAGS", r"\Deleted")
    imap.must("expunge")
    watcher.wait(lambda w: not w.find("append@x"), "a removal by Dovecot")

    message = watcher.find("ours@x")[0].get_id()
    watcher.account.set_mailboxes([message], [watcher.box_id("Sent")], None)
    imap.open_box()
    assert imap.find("ours@x") is None
    imap.open_box("Sent")
    assert imap.find("ours@x")
    watcher.account.remove_messages([message], None)
    imap.must("noop")
    assert imap.find("ours@x") is None
    watcher.assert_right()


def list_anew(dovecot):
    """A session of Dovecot keeps the list of mailboxes that it has once made; so do the
    mailboxes of others come and go with the next session."""
    imap = dovecot.imap()
    names = imap.boxes()
    imap.logout()
    return names


def story_boxes(watcher, dovecot, imap):
    """Mailboxes of either, with names beyond ASCII; a mailbox keeps its id."""
    imap.must("create", '"&AMk-t&AOk-"')
    imap.must("create", '"&AMk-t&AOk-/Bois"')
    watcher.wait(lambda w: "Été/Bois" in w.boxes(), "a mailbox by Dovecot")
    box = watcher.box_id("Été/Bois")
    imap.must("rename", '"&AMk-t&AOk-/Bois"', '"Hiver"')
    watcher.wait(lambda w: "Hiver" in w.boxes() and "Été/Bois" not in w.boxes(), "a mailbox renamed by Dovecot")
    assert watcher.box_id("Hiver") == box
    imap.must("delete", '"Hiver"')
    watcher.wait(lambda w: "Hiver" not in w.boxes(), "a mailbox removed by Dovecot")

    made = watcher.account.create_mailbox("Übung", None, None)
    assert "&ANw-bung" in list_anew(dovecot)
    deliver_ours(watcher, "uebung@x", made.get_id())
    imap.open_box("&ANw-bung")
    assert imap.find("uebung@x")
    imap.must("unselect")
    watcher.account.remove_mailbox(made.get_id(), True, None)
    assert "&ANw-bung" not in list_anew(dovecot)
    watcher.assert_right()


def story_uids(watcher, dovecot, imap):
    """What the library does to a message costs Dovecot no UID; Dovecot's lists stay as they are."""
    for i in range(5):
        deliver_ours(watcher, f"uid{i}@x")
    imap.open_box()
    validity = imap.response("UIDVALIDITY")
    uids = [imap.find(f"uid{i}@x") for i in range(5)]
    imap.must("subscribe", '"Work/2026"')
    account = watcher.account.get_path()
    before = [open(f"{account}/{name}", "rb").read() for name in ("dovecot-uidlist", "subscriptions")]
    ids = [watcher.find(f"uid{i}@x")[0].get_id() for i in range(5)]
    watcher.account.set_keywords(ids, ["$flagged", "errand"], None, None)
    after = [open(f"{account}/{name}", "rb").read() for name in ("dovecot-uidlist", "subscriptions")]
    assert before == after
    imap.open_box()
    assert imap.response("UIDVALIDITY") == validity
    assert [imap.find(f"uid{i}@x") for i in range(5)] == uids
    assert all(r"\Flagged" in imap.flags(uid) for uid in uids)


def story_same_second(watcher, dovecot, imap):
    """Change upon change, each within the same second as the look before: none is missed."""
    imap.open_box()
    uid = imap.find("lda@x")
    for i in range(40):
        imap.change(uid, "-FLAGS" if i % 2 else "+FLAGS", r"\Flagged")
        wanted = i % 2 == 0
        watcher.wait(lambda w: ("$flagged" in w.keywords("lda@x")) == wanted, f"change {i}")
    for i in range(20):
        dovecot.deliver(make_message(f"quick{i}@x"))
        watcher.wait(lambda w: w.find(f"quick{i}@x"), f"mail {i}")
    watcher.assert_right()


def main(path):
    mail = path / "anna"
    watcher = Watcher(mail)
    dovecot = Dovecot(path, mail)
    imap = dovecot.imap()
    for story in (story_new_mail, story_flags, story_forwarded, story_moves, story_boxes, story_uids, story_same_second):
        print(story.__name__, flush=True)
        story(watcher, dovecot, imap)
    imap.logout()
    print(f"the slowest change was seen after {watcher.slowest * 1000:.0f} ms")


unprivileged("dovecot", main)
