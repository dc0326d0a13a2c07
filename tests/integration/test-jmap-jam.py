#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""jmap-jam, a JMAP client of others, against intimail-webmail.

usage: test-jmap-jam.py INTIMAIL-WEBMAIL NODE NPM FOLDER
       (FOLDER is where its packages are installed, in the build tree)
"""
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys

from webmail_site import PASSWORD, Server, Site

SOURCE = pathlib.Path(__file__).parent / "jmap-jam"


def install(npm, folder):
    """The packages of the lock file, once."""
    stamp = folder / "stamp"
    wanted = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, folder)
    subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "npm_config_cache": str(folder / "npm-cache")},
    )
    stamp.write_text(wanted)


def get_token(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"login": "ada@home.example", "password": PASSWORD, "bearer": True})
    connection.request("POST", "/auth/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    token = json.loads(answer.read())["token"]
    connection.close()
    return token


def main(program, node, npm, folder):
    folder = pathlib.Path(folder)
    install(npm, folder)
    shutil.copy(SOURCE / "check.mjs", folder)
    with Site() as site, Server(program, site.folder) as server:
        origin = f"http://127.0.0.1:{server.port}"
        return subprocess.run([node, "check.mjs", origin, get_token(server.port)], cwd=folder, timeout=120).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
