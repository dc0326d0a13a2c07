# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private Postfix: own configuration, queue and loopback port; root is needed.

The settings marked "as it came" switch off what Postfix does to a message by
default, so that a test can compare bytes.
"""
import os
import pathlib
import pwd
import socket
import subprocess

from support import DOMAIN, free_port, wait_until

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_autodetect_classes = all
myhostname = mx.{domain}
mydestination =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps =
virtual_transport = lmtp:unix:{lmtp}
default_transport = error:nothing leaves this machine
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = {restrictions}
smtpd_peername_lookup = no
smtpd_recipient_limit = 1000
maillog_file_prefixes = {root}
maillog_file = {root}/maillog
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
# As it came:
message_drop_headers =
local_header_rewrite_clients =
disable_mime_input_processing = yes
header_size_limit = 100000000
lmtp_line_length_limit = 0
message_size_limit = 0
mailbox_size_limit = 0
hopcount_limit = 1000
cleanup_replace_stray_cr_lf = no
{extra}
"""

# name, type of service, private, unprivileged, chroot, wakeup, limit, command
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

WHO_MAY = "permit_mynetworks, reject"


class Postfix:
    """Runs from `with Postfix(...)` to its end."""

    def __init__(self, root, site, restrictions=WHO_MAY, extra=""):
        if os.geteuid() != 0:
            raise SystemExit("Postfix needs root: run the tests as root, or by sudo")
        self.root = pathlib.Path(root)
        self.etc = self.root / "etc"
        self.port = free_port()
        for name in ("etc", "spool", "data"):
            (self.root / name).mkdir(parents=True)
        owner = pwd.getpwnam("postfix")
        os.chown(self.root / "data", owner.pw_uid, owner.pw_gid)
        values = {"root": self.root, "domain": DOMAIN, "lmtp": site.lmtp, "restrictions": restrictions, "extra": extra}
        (self.etc / "main.cf").write_text(MAIN.format(**values))
        (self.etc / "master.cf").write_text(MASTER.format(port=self.port))

    def _run(self, *command):
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MAIL_CONFIG": str(self.etc)})

    def __enter__(self):
        done = self._run("postfix", "-c", str(self.etc), "start")
        try:
            assert done.returncode == 0, f"postfix does not start: {done.stderr}"
            wait_until(self._answers, "Postfix listens")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        self._run("postfix", "-c", str(self.etc), "abort")

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def queue_length(self):
        """Messages on their way: what was taken and is neither delivered nor bounced."""
        spool = self.root / "spool"
        return sum(len(files) for q in ("maildrop", "incoming", "active", "deferred") for _, _, files in os.walk(spool / q))

    def log(self):
        return (self.root / "maillog").read_text(errors="replace")


class Smtp:
    """A client that sends bytes as they are; commands of a message go together."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.file = self.socket.makefile("rb")
        self.reply()
        self.ask("EHLO client.example")

    def reply(self):
        line = b"---- "
        while line[3:4] == b"-":
            line = self.file.readline()
            if not line:
                raise EOFError("Postfix ended the conversation")
        return line.decode(errors="replace").rstrip()

    def ask(self, command):
        self.socket.sendall(command.encode() + b"\r\n")
        return self.reply()

    def send(self, sender, recipients, data):
        """`data` ends with CRLF.CRLF. Gives the replies to RCPT, and the last one."""
        commands = [f"MAIL FROM:<{sender}> BODY=8BITMIME", *(f"RCPT TO:<{r}>" for r in recipients), "DATA"]
        self.socket.sendall("".join(c + "\r\n" for c in commands).encode())
        replies = [self.reply() for _ in commands]
        if not replies[-1].startswith("354"):
            raise AssertionError(f"not taken: {replies}")
        self.socket.sendall(data)
        return replies[1:-1], self.reply()

    def close(self):
        self.ask("QUIT")
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
