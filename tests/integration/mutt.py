# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutt, driven by keys, in a terminal of its own."""
import os
import pty
import select
import subprocess
import time

SETTINGS = """
set folder={mail}
set spoolfile={mail}
set mbox_type=Maildir
set delete=yes
set quit=yes
set move=no
set confirmappend=no
set confirmcreate=no
set wait_key=no
set sleep_time=0
set resolve=no
set record=
set timeout=1
set mail_check=0
"""
PATIENCE = 60


class Mutt:
    def __init__(self, root, mail):
        self.root = root
        self.mail = mail
        self.settings = root / "muttrc"
        self.settings.write_text(SETTINGS.format(mail=mail))

    def run(self, keys, box=""):
        """Opens a mailbox, presses keys, and ends by itself; gives the screen for a failure."""
        master, terminal = pty.openpty()
        process = subprocess.Popen(
            ["mutt", "-n", "-F", self.settings, "-f", self.mail / box, "-e", f'push "{keys}<quit>"'],
            stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.root), "TERM": "vt100", "LANG": "C.UTF-8"})
        os.close(terminal)
        screen = b""
        end = time.monotonic() + PATIENCE
        try:
            while process.poll() is None or select.select([master], [], [], 0)[0]:
                assert time.monotonic() < end, screen[-2000:]
                if select.select([master], [], [], 0.2)[0]:
                    try:
                        screen += os.read(master, 65536)
                    except OSError:  # the terminal's other end is closed
                        break
            assert process.wait(PATIENCE) == 0, screen[-2000:]
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            os.close(master)
