# SPDX-License-Identifier: LGPL-2.1-or-later
"""A site that is made and filled by the command alone."""
import subprocess

from support import BUILD, DOMAIN

COMMAND = BUILD / "frontends/command/intimail"


class CommandSite:
    def __init__(self, path):
        self.path = path
        subprocess.run([COMMAND, "init", path, "--domain", DOMAIN], check=True, stdout=subprocess.DEVNULL, timeout=60)

    def ask(self, *words, stdin=None):
        return subprocess.run([COMMAND, "--site", self.path, *map(str, words)], input=stdin, capture_output=True, text=True, timeout=60)

    def do(self, *words, stdin=None):
        done = self.ask(*words, stdin=stdin)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout
