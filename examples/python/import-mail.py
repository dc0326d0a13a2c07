#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Imports an mbox, a Maildir or message files into the mail of one person of a site.

usage: import-mail.py SITE UID PATH
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail


def import_mail(site_path, uid, path):
    site = Intimail.Site.open(site_path)
    person = site.get_directory().lookup_person(uid)
    importer = Intimail.Importer.new(site.get_account(person))
    importer.set_skip_duplicates(True)
    importer.run(path)
    for count in importer.get_counts():
        print(f"{count.get_mailbox()}: {count.get_n_messages()} imported")
    for problem in importer.get_problems():
        print(problem, file=sys.stderr)


if len(sys.argv) != 4:
    sys.exit("usage: import-mail.py SITE UID PATH")
try:
    import_mail(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(error.message)
