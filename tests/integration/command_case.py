# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of intimail(1) share: a private site, and a run of a verb on it."""
import email.message
import json
import mailbox
import os
import pathlib
import pty
import select
import shutil
import subprocess
import tempfile
import unittest

from support import folder_parent

BUILD = pathlib.Path(os.environ["INTIMAIL_BUILD_ROOT"])
SOURCE = pathlib.Path(os.environ["INTIMAIL_SOURCE_ROOT"])
PROGRAM = str(BUILD / "frontends/command/intimail")

FAILED, USAGE, NOT_FOUND, EXISTS, REFUSED, NO_ROOM, DIFFERENCE = range(1, 8)


def mail(subject, sender="Zoe <zoe@elsewhere.example>", body="Hello.\n", **fields):
    message = email.message.EmailMessage()
    message["From"] = sender
    message["To"] = "ann@home.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{abs(hash((subject, body)))}@elsewhere.example>"
    for name, value in fields.items():
        message[name] = value
    message.set_content(body)
    return message


class CommandCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="command-", dir=folder_parent()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.site = self.folder / "site"
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
        self.environment.pop("INTIMAIL_SITE", None)

    def run_program(self, *argv, stdin=None):
        return subprocess.run([PROGRAM, *map(str, argv)], input=stdin, capture_output=True, text=True,
                              timeout=60, env=self.environment, cwd=self.folder)

    def ok(self, *argv, stdin=None):
        """Standard output of a run that succeeds and complains of nothing."""
        done = self.run_program("--site", self.site, *argv, stdin=stdin)
        self.assertEqual((done.returncode, done.stderr), (0, ""), argv)
        return done.stdout

    def json(self, *argv, stdin=None):
        return json.loads(self.ok(*argv, "--json", stdin=stdin))

    def bad(self, status, message, *argv, stdin=None):
        """A run that fails with that status and says that (one line)."""
        done = self.run_program("--site", self.site, *argv, stdin=stdin)
        self.assertEqual(done.returncode, status, (argv, done.stderr))
        self.assertTrue(done.stderr.startswith("intimail: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(message, done.stderr)

    def init(self, *argv):
        return self.run_program("init", self.site, "--domain", "home.example", *argv)

    def make_site(self):
        self.assertEqual(self.init("--transport", "local").returncode, 0)
        self.ok("person", "add", "ann", "--no-password", "--name", "Ann")

    def complete(self, *words):
        """What bash offers after these words; the last may be half typed."""
        script = (f'source "{SOURCE}/data/intimail.bash-completion"; COMP_WORDS=("$@"); '
                  'COMP_CWORD=$(($# - 1)); _intimail; printf "%s\\n" "${COMPREPLY[@]}"')
        environment = dict(self.environment, PATH=f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-c", script, "bash", "intimail", *words], capture_output=True, text=True,
                              timeout=60, env=environment, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def hashes(self):
        text = (self.site / "directory.ldif").read_text()
        return [line for line in text.splitlines() if line.startswith("userPassword")]

    def talk(self, argv, answers):
        """Runs it on a terminal of its own; gives the status and what was shown."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(PROGRAM, [PROGRAM, *map(str, argv)], self.environment)
        shown = b""

        def take():
            """What is shown next; b"" when the other end has closed."""
            ready, _, _ = select.select([terminal], [], [], 20)
            self.assertTrue(ready, shown)
            try:
                return os.read(terminal, 1000)
            except OSError:
                return b""

        try:
            for question, answer in answers:
                while not shown.rstrip().endswith(question):
                    more = take()
                    self.assertTrue(more, shown)
                    shown += more
                os.write(terminal, answer)
            while more := take():
                shown += more
        finally:
            os.close(terminal)
            _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), shown

    def write_mbox(self, name, messages):
        box = mailbox.mbox(self.folder / name)
        for message in messages:
            box.add(message)
        box.close()
        return self.folder / name
