#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the mail that comes into somebody's inbox, while it comes.

usage: watch-inbox.py SITE UID [NUMBER]

Ends after so many messages, or never.
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402


def main(path, uid, number=0):
    loop, left = GLib.MainLoop(), [int(number)]
    site = Intimail.Site.open(path)
    account = site.get_account(site.get_directory().lookup_person(uid, None))
    inbox = account.lookup_mailbox_by_role(Intimail.MailboxRole.INBOX)
    listing = account.query(Intimail.Filter.new_text(Intimail.FilterField.IN_MAILBOX, inbox.get_id()), None, False)

    def changed(model, position, removed, added):
        # One item that takes its own place is a message that was read or flagged.
        for i in range(position, position + max(added - removed, 0)):
            envelope = model.get_item(i)
            print(f"{envelope.get_from()}\t{envelope.get_subject()}", flush=True)
            left[0] -= 1
            if left[0] == 0:
                loop.quit()

    listing.connect("items-changed", changed)
    listing.start_following()
    print("watching", flush=True)
    loop.run()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except GLib.Error as error:
        sys.exit(error.message)
