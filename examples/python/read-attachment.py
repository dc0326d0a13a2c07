#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the first attachment of a mail to a file.

usage: read-attachment.py SITE UID MAIL FILE      (MAIL: an id as list-inbox.py shows it)
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import Gio, GLib, Intimail


def read_attachment(path, uid, mail_id, file):
    site = Intimail.Site.open(path)
    person = site.get_directory().lookup_person(uid)
    mail = site.get_account(person).open_message(mail_id)
    if not mail.get_attachments():
        sys.exit("the mail has no attachment")
    part = mail.get_attachments()[0]
    stream = Gio.File.new_for_path(file).replace(None, False, Gio.FileCreateFlags.PRIVATE)
    part.write(stream)
    stream.close()
    print(f"{part.get_name()}, {part.get_content_type()}, {part.get_size()} bytes")


if len(sys.argv) != 5:
    sys.exit("usage: read-attachment.py SITE UID MAIL FILE")
try:
    read_attachment(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(error.message)
