#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Puts the mail of a list into a mailbox from now on, and prints all rules.

usage: sort-list.py SITE UID LIST-ID MAILBOX
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail


def sort_list(path, uid, list_id, mailbox):
    site = Intimail.Site.open(path)
    account = site.get_account(site.get_directory().lookup_person(uid))
    rules = Intimail.RuleSet.load(account)
    if rules.lookup_rule(list_id) is None:
        rule = Intimail.Rule.new(list_id)
        rule.add_condition(Intimail.RuleCondition.new("list-id", "is", list_id, False))
        rule.set_mailbox(mailbox)
        rules.add_rule(rule, -1)
        rules.save(account)
    for rule in rules.get_rules():
        print(rule.get_name(), rule.get_mailbox(), sep="\t")


if len(sys.argv) != 5:
    sys.exit("usage: sort-list.py SITE UID LIST-ID MAILBOX")
try:
    sort_list(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(error.message)
