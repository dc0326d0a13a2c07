#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads a log and prints whom the guard would ban for it, and why.

usage: guard-log.py FILE
"""
import sys

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail


def guard_log(path):
    detector = Intimail.Detector.new()
    detector.load_builtin()
    guard = Intimail.Guard.new()
    now = GLib.get_real_time() // 1000000
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            event = detector.match(line.rstrip("\n"), -1, now)
            ban = guard.judge(event, event.get_time()) if event else None
            if ban:
                print(ban.get_address(), ban.get_reason(), sep="\t")


if len(sys.argv) != 2:
    sys.exit("usage: guard-log.py FILE")
try:
    guard_log(sys.argv[1])
except (GLib.Error, OSError) as error:
    sys.exit(getattr(error, "message", str(error)))
