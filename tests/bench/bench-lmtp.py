#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages by LMTP, on the disk before the 250: intimail-deliver beside Dovecot with
mail_fsync=always, driven by Postfix's smtp-source over loopback, run about.

usage: bench-lmtp.py [JOB...]      RUNS (5) and SCALE (1.0) are in the environment
"""
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "integration"))
from bench_common import cpu_seconds, figure, folder, private_memory, say, wanted
from support import Agent, Site, free_port, listens_at, wait_until

RUNS = int(os.environ.get("RUNS", 5))
SCALE = float(os.environ.get("SCALE", 1))

JOBS = {  # octets, connections, recipients, messages a run
    "lmtp-4k-1": (4096, 1, 1, 300),
    "lmtp-4k-16": (4096, 16, 1, 800),
    "lmtp-100k-4": (102400, 4, 1, 300),
    "lmtp-4k-10rcpt": (4096, 4, 10, 80),
}

# Any user, all under one folder, loopback only.
DOVECOT = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = lmtp
listen = 127.0.0.1
ssl = no
mail_location = maildir:{root}/mail/%n
mail_uid = 5000
mail_gid = 5000
mail_fsync = always
passdb {{
  driver = static
  args = password=x
}}
userdb {{
  driver = static
  args = uid=5000 gid=5000 home={root}/home/%n allow_all_users=yes
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
  process_limit = 64
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@home.example
}}
"""


class Dovecot:
    def __init__(self, root):
        self.root = root
        self.port = free_port()
        for name in ("run", "state", "mail", "home"):
            (root / name).mkdir(parents=True)
        for name in ("mail", "home"):
            os.chown(root / name, 5000, 5000)
        (root / "dovecot.conf").write_text(DOVECOT.format(root=root, port=self.port))

    def __enter__(self):
        subprocess.run(["dovecot", "-c", self.root / "dovecot.conf"], check=True)
        pid_file = self.root / "run/master.pid"
        wait_until(lambda: pid_file.exists() and listens_at(self.port), "Dovecot listens")
        self.pid = int(pid_file.read_text())
        return self

    def __exit__(self, *unused):
        os.kill(self.pid, signal.SIGTERM)
        wait_until(lambda: not pathlib.Path(f"/proc/{self.pid}").exists(), "Dovecot ends")


class Ours:
    def __init__(self, root):
        self.site = Site(root)
        # smtp-source puts a number before the name when there are several recipients.
        for uid in ("u", *(f"{n}u" for n in range(1, 11))):
            self.site.add_person(uid)
        self.port = free_port()
        self.agent = Agent(self.site, "--listen", f"127.0.0.1:{self.port}", sockets=[])

    def __enter__(self):
        self.agent.start()
        wait_until(lambda: listens_at(self.port), "the agent listens")
        self.pid = self.agent.process.pid
        return self

    def __exit__(self, *unused):
        self.agent.__exit__()


def send(port, octets, connections, recipients, messages):
    """Deliveries a second."""
    begin = time.monotonic()
    subprocess.run(["smtp-source", "-L", "-d", "-s", str(connections), "-m", str(messages), "-l", str(octets),
                    "-r", str(recipients), "-f", "a@b.example", "-t", "u@home.example", f"127.0.0.1:{port}"], check=True)
    return messages * recipients / (time.monotonic() - begin)


def measure(job, ours, theirs):
    octets, connections, recipients, messages = JOBS[job]
    messages = max(connections, int(messages * SCALE))
    rates = {ours: [], theirs: []}
    cpu = {ours: 0, theirs: 0}
    for run in range(RUNS):
        for server in (ours, theirs) if run % 2 == 0 else (theirs, ours):
            before = cpu_seconds(server.pid)
            rates[server].append(send(server.port, octets, connections, recipients, messages))
            cpu[server] += cpu_seconds(server.pid) - before
    figure(job, rates[ours], "msg/s", "dovecot", rates[theirs])
    per = 1000 / (RUNS * messages * recipients)
    say(f"{job}: cpu {cpu[ours] * per:.2f} ms a delivery, Dovecot {cpu[theirs] * per:.2f} ms; "
        f"private memory {private_memory(ours.pid) / 1e6:.1f} MB, Dovecot {private_memory(theirs.pid) / 1e6:.1f} MB")


def main():
    if not wanted(JOBS):
        return
    with folder("lmtp") as root, Ours(root / "site") as ours, Dovecot(root / "dovecot") as theirs:
        for server in (ours, theirs):
            send(server.port, 4096, 1, 1, 5)
            send(server.port, 4096, 1, 10, 1)
        for job in wanted(JOBS):
            measure(job, ours, theirs)


main()
