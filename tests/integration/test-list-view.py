#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A GTK 4 list of a mailbox of 100,000 messages, on a display of its own (Xvfb).

It scrolls from one end to the other, each row shows the message of its place, and the
memory does not grow with it. What another process delivers is in the list at once, and
what it marks as read changes in its place. Any warning ends the test.
"""
import contextlib
import os
import pathlib
import subprocess
import sys
import time

# Each warning of GTK and of ours is the end; what GTK wants of a desktop is left out.
os.environ |= {"G_DEBUG": "fatal-warnings", "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "none",
               "GSETTINGS_BACKEND": "memory", "GTK_USE_PORTAL": "0", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}

import gi  # noqa: E402

from support import folder  # noqa: E402

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

N_MESSAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
N_FILES = 1000
STEPS = 400
MAX_GROWTH = 12 * 1024 * 1024


@contextlib.contextmanager
def display():
    """A display that is ready."""
    end, ready = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(ready), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
                              pass_fds=[ready], stderr=subprocess.DEVNULL)
    os.close(ready)
    try:
        with os.fdopen(end) as numbers:
            number = numbers.readline().strip()
        assert number, "Xvfb does not start"
        os.environ["DISPLAY"] = f":{number}"
        yield
    finally:
        server.terminate()
        server.wait()


def make_account(path):
    """Many names of few files: the mail itself is not looked at here."""
    account = Intimail.Account.new(str(path))
    account.open()
    first = []
    for i in range(N_MESSAGES):
        name = path / f"cur/{1_600_000_000 + i}.M{i}P1.list,S=80:2,S"
        if i < N_FILES:
            name.write_bytes(f"From: Person {i % 50} <p{i % 50}@b.example>\nSubject: number {i}\n\nhello\n".encode())
            first.append(name)
        else:
            os.link(first[i % N_FILES], name)
    account.refresh()
    return account


def memory():
    """Bytes that this process has for itself."""
    lines = pathlib.Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


def iterate(until, what, seconds=30):
    """Runs the main loop until a condition holds."""
    context = GLib.MainContext.default()
    end = time.monotonic() + seconds
    tick = GLib.timeout_add(5, lambda: GLib.SOURCE_CONTINUE)
    while not until():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        context.iteration(True)
    GLib.source_remove(tick)


class View:
    """A window with the list."""

    def __init__(self, listing):
        from gi.repository import Gtk

        self.items = set()
        self.n_binds = 0
        factory = Gtk.SignalListItemFactory()
        factory.connect("setup", lambda _, item: item.set_child(Gtk.Label(xalign=0)))
        factory.connect("bind", self.bind)
        factory.connect("unbind", lambda _, item: self.items.discard(item))
        self.list = Gtk.ListView(model=Gtk.NoSelection(model=listing), factory=factory)
        self.scrolled = Gtk.ScrolledWindow(child=self.list)
        self.window = Gtk.Window(child=self.scrolled, default_width=600, default_height=700)
        self.window.present()

    def bind(self, _, item):
        envelope = item.get_item()
        seen = "$seen" in envelope.get_keywords()
        text = f"{'' if seen else '* '}{envelope.get_from()}: {envelope.get_subject()}"
        item.get_child().set_text(text)
        self.items.add(item)
        self.n_binds += 1

    @property
    def rows(self):
        """What each row shows, by position: (id, text)."""
        return {item.get_position(): (item.get_item().get_id(), item.get_child().get_text()) for item in self.items}

    def scroll_to(self, part):
        """To a part of the whole, from 0 to 1; waits until the rows there are shown."""
        wanted = int(part * (N_MESSAGES - 1))
        self.list.activate_action("list.scroll-to-item", GLib.Variant.new_uint32(wanted))
        iterate(lambda: any(item.get_position() == wanted for item in self.items), f"the row {wanted}")


def check_rows(view, listing):
    for position, (message_id, _) in view.rows.items():
        assert listing.get_id(position) == message_id, position


def deliver(path):
    """In another process, as mail comes."""
    script = ("import gi, sys\ngi.require_version('Intimail', '1')\nfrom gi.repository import GLib, Intimail\n"
              "account = Intimail.Account.new(sys.argv[1])\n"
              "message = GLib.Bytes.new(b'From: New <new@b.example>\\nSubject: just now\\n\\nhello\\n')\n"
              "print(account.deliver(message, None, None, 0, None))\n")
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main():
    with folder("list-view", in_memory=True) as path, display():
        gi.require_version("Gtk", "4.0")
        account = make_account(path / "anna")
        listing = account.query(None, None, False, None)
        assert listing.get_n_items() == N_MESSAGES
        listing.start_following()
        view = View(listing)
        iterate(lambda: 0 in view.rows, "the first rows")
        check_rows(view, listing)
        for step in range(20):
            view.scroll_to(step / 20)

        before, begin, binds = memory(), time.monotonic(), view.n_binds
        for step in range(STEPS + 1):
            view.scroll_to(step / STEPS)
            check_rows(view, listing)
        assert N_MESSAGES - 1 in view.rows
        growth, seconds = memory() - before, time.monotonic() - begin
        print(f"{view.n_binds - binds} rows in {STEPS} steps, {1000 * seconds / STEPS:.1f} ms each, "
              f"{growth / 1024 / 1024:.1f} MB more memory, {len(view.rows)} rows alive")
        assert growth < MAX_GROWTH, growth
        assert len(view.rows) < 1000

        view.scroll_to(0)
        begin = time.monotonic()
        new_id = deliver(path / "anna")
        iterate(lambda: view.rows.get(0, ("",))[0] == new_id, "the new message in the first row", 10)
        assert view.rows[0][1] == "* New <new@b.example>: just now", view.rows[0]
        print(f"a new message is shown {time.monotonic() - begin:.2f} s after another process began to deliver it")
        assert listing.get_n_items() == N_MESSAGES + 1
        account.set_keywords([new_id], ["$seen"], None, None)
        iterate(lambda: view.rows.get(0, ("", ""))[1] == "New <new@b.example>: just now", "the mark in the first row", 10)
        check_rows(view, listing)
        view.window.destroy()
        iterate(lambda: not GLib.MainContext.default().pending(), "the end")


main()
