# SPDX-License-Identifier: LGPL-2.1-or-later
"""A site of its own, and intimail-webmail on a port of its own."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

PASSWORD = "a long enough: password é"


class Site:
    """Ada and Bob of home.example, in a folder that is removed at the end."""

    def __init__(self, big_max=60000000):
        build = os.environ.get("INTIMAIL_BUILD_ROOT", os.getcwd())
        self.folder = tempfile.mkdtemp(prefix="webmail-", dir=build)
        self.site = Intimail.Site.create(self.folder, "home.example")
        # What a test may send whole to reach it.
        config = pathlib.Path(self.folder, "intimail.conf")
        config.write_text(config.read_text().replace("\nbig-max=2000000000\n", f"\nbig-max={big_max}\n"))
        self.site = Intimail.Site.open(self.folder)
        for uid in ("ada", "bob"):
            person = Intimail.Person.new(uid, f"{uid}@home.example")
            self.site.get_directory().add_person(person, PASSWORD, None)

    def account(self, uid):
        return self.site.get_account(self.site.get_directory().lookup_person(uid, None))

    def deliver(self, uid, text):
        """As another process than the server."""
        account = self.account(uid)
        inbox = account.lookup_mailbox_by_role(Intimail.MailboxRole.INBOX)
        return account.deliver(GLib.Bytes.new(text), inbox.get_id(), None, 0, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        shutil.rmtree(self.folder)


class Server:
    def __init__(self, program, folder, *arguments, listen="127.0.0.1:0"):
        # What is for Python's sake is not for the program, which knows its library.
        environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
        self.process = subprocess.Popen(
            [program, "--site", folder, "--listen", listen, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise RuntimeError("the server did not start")
        self.address = line.split()[-1]
        self.port = None if listen.startswith("unix:") else int(self.address.split(":")[-1])

    def stop(self):
        """Ends it; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()
