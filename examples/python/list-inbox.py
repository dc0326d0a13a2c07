#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lists the inbox of one person of a site, the newest mail first.

usage: list-inbox.py SITE UID
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail


def list_inbox(path, uid):
    site = Intimail.Site.open(path)
    person = site.get_directory().lookup_person(uid)
    account = site.get_account(person)
    inbox = account.lookup_mailbox_by_role(Intimail.MailboxRole.INBOX)
    listing = account.query(Intimail.Filter.new_text(Intimail.FilterField.IN_MAILBOX, inbox.get_id()), None, False)
    for position in range(listing.get_n_ids()):
        mail = listing.get_envelope(position)
        print(mail.get_id(), mail.get_from(), mail.get_subject(), sep="\t")


if len(sys.argv) != 3:
    sys.exit("usage: list-inbox.py SITE UID")
try:
    list_inbox(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(error.message)
