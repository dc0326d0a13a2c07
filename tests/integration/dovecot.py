# SPDX-License-Identifier: LGPL-2.1-or-later
"""Dovecot's own IMAP server and delivery agent on an account, without a daemon or a port.

Dovecot gives no mail to root, so that a test with it runs as another user: see
unprivileged().
"""
import imaplib
import os
import shlex
import subprocess
import sys
import traceback

from support import BUILD, folder

LDA = "/usr/lib/dovecot/dovecot-lda"
NOBODY = 65534
CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/dovecot.log
mail_location = maildir:{mail}
ssl = no
stats_writer_socket_path =
lda_mailbox_autocreate = yes
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def unprivileged(name, story):
    """Runs a story in a new folder, as a user who is not root, and ends with its status."""
    with folder(name) as path:
        if os.geteuid() != 0:
            story(path)
            return
        os.chown(path, NOBODY, NOBODY)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
                assert os.access(BUILD, os.X_OK), f"{BUILD} is closed to other users: build in an open folder"
                story(path)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        log = path / "dovecot.log"
        if status != 0 and log.exists():
            print(log.read_text()[-4000:], file=sys.stderr)
        if status != 0:
            sys.exit(status)


class Imap(imaplib.IMAP4_stream):
    """A signed-in client; a refusal is an error."""

    def _ok(self, answer):
        assert answer[0] == "OK", answer
        return answer[1]

    def open_box(self, name="INBOX"):
        return int(self._ok(self.select(f'"{name}"'))[0])

    def find(self, message_id):
        """The UID of a message in the open mailbox, or None."""
        found = self._ok(self.uid("SEARCH", "HEADER", "Message-ID", message_id))[0].split()
        return found[0].decode() if found else None

    def flags(self, uid):
        answer = self._ok(self.uid("FETCH", uid, "(FLAGS)"))
        return {flag.decode() for flag in imaplib.ParseFlags(answer[0])} if answer[0] else None

    def change(self, uid, how, *flags):
        self._ok(self.uid("STORE", uid, how, f"({' '.join(flags)})"))

    def boxes(self):
        return {line.decode().split(' "/" ')[1].strip('"') for line in self._ok(self.list())}

    def must(self, command, *arguments):
        return self._ok(getattr(self, command)(*arguments))

    def must_uid(self, *arguments):
        return self._ok(self.uid(*arguments))


class Dovecot:
    def __init__(self, root, mail):
        self.root = root
        self.configuration = root / "dovecot.conf"
        self.configuration.write_text(CONFIGURATION.format(root=root, mail=mail))
        self.environment = {"PATH": os.environ["PATH"], "USER": "anna", "HOME": str(root)}

    @property
    def command(self):
        """A shell command that is an IMAP session."""
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return shlex.join(["exec", "env", "-i", *variables, "doveadm", "-c", str(self.configuration), "exec", "imap"])

    def imap(self):
        return Imap(self.command)

    def deliver(self, message, mailbox="INBOX"):
        subprocess.run([LDA, "-c", self.configuration, "-f", "s@x.example", "-m", mailbox], input=message, check=True,
                       env=self.environment)
