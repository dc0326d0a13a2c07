#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Delivers the message on standard input to one address of a site.

usage: deliver.py SITE SENDER RECIPIENT < MESSAGE
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail


def deliver(path, sender, recipient):
    delivery = Intimail.Delivery.new(Intimail.Site.open(path), sender)
    delivery.add_recipient(recipient, 0)
    while data := sys.stdin.buffer.read(65536):
        delivery.write(data)
    delivery.finish()
    delivery.get_result(0)
    print(f"delivered to {recipient}")


if len(sys.argv) != 4:
    sys.exit("usage: deliver.py SITE SENDER RECIPIENT < MESSAGE")
try:
    deliver(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(error.message)
