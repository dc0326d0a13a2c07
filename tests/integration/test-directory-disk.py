#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that is full, or fails, while people are changed in a directory that is a file: each
call to the disk once, and from there on. The file is the old one or the new one, whole.

  test-directory-disk.py SHIM
"""
import errno
import os
import subprocess
import sys

from command_site import COMMAND, CommandSite
from support import DiskControl, folder

SHIM = os.path.abspath(sys.argv[1])
N_MAX = 200


def people(site):
    """As another process reads them."""
    return site.do("directory", "export")


def main():
    with folder("dirdisk") as path:
        site = CommandSite(path / "site")
        site.do("person", "add", "ann", "--no-password")
        ldif = site.path / "directory.ldif"
        control = DiskControl(SHIM, path / "control")
        environment = {**os.environ, **control.environment(site.path)}
        n_failed = n_kept = 0
        for name, code, count in (("ENOSPC", errno.ENOSPC, 1), ("ENOSPC for ever", errno.ENOSPC, N_MAX), ("EIO for ever", errno.EIO, N_MAX),
                                  ("EDQUOT", errno.EDQUOT, N_MAX), ("EROFS", errno.EROFS, N_MAX)):
            for nth in range(1, N_MAX):
                old, old_people = ldif.read_bytes(), people(site)
                control.arm(nth, count, code)
                done = subprocess.run([COMMAND, "--site", site.path, "person", "add", f"p{nth}", "--no-password"],
                                      capture_output=True, text=True, timeout=60, env=environment)
                reached = control.disarm() >= nth
                new = ldif.read_bytes()
                where = f"{name}, call {nth}: {done}"
                if done.returncode != 0:
                    assert reached and done.returncode in (1, 6) and done.stderr.startswith("intimail: "), where
                    n_failed += 1
                    n_kept += new == old
                if new == old:
                    assert done.returncode != 0, f"{where}: it was promised, and is not there"
                else:
                    new_people = people(site)
                    assert f"p{nth}@home.example" in new_people and old_people.splitlines()[1] in new_people, where
                    site.do("person", "remove", f"p{nth}", "--now")
                if not reached:
                    break
            else:
                raise AssertionError(f"{name}: more than {N_MAX} calls to the disk")
        assert n_kept > 10, (n_failed, n_kept)
        print(f"{n_failed} failures, {n_kept} of them with the old file to the byte, none with half a file")


if __name__ == "__main__":
    main()
