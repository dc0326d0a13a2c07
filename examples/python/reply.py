#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answers a mail.

usage: reply.py SITE UID MAIL TEXT      (MAIL: an id as list-inbox.py shows it)
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail


def reply(path, uid, mail_id, text):
    site = Intimail.Site.open(path)
    person = site.get_directory().lookup_person(uid)
    mail = site.get_account(person).open_message(mail_id)
    me = Intimail.Address.parse(person.get_mail())
    composer = Intimail.Composer.new()
    composer.set_from(me)
    composer.set_text(text + "\n")
    composer.reply(mail, Intimail.ReplyScope.ALL, [me], "en")
    outbox = Intimail.Outbox.new(site, person)
    outbox.send(me.get_email(), composer.list_recipients(), composer.build(site.get_hostname()), None)
    print(f"answered {', '.join(composer.list_recipients())}")


if len(sys.argv) != 5:
    sys.exit("usage: reply.py SITE UID MAIL TEXT")
try:
    reply(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(error.message)
