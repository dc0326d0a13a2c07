# SPDX-License-Identifier: LGPL-2.1-or-later
"""A mail server that takes mail from people who sign in: Postfix with a certificate of a
throw-away authority, and Dovecot that knows their passwords."""
import pathlib
import subprocess

from postfix import Postfix
from support import free_port, wait_until

DOVECOT = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols =
ssl = no
auth_mechanisms = plain login
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {port}
  }}
}}
service stats {{
  chroot =
}}
"""

# As docs/postfix.md has it, on ports of its own.
MAIN = """\
smtpd_tls_cert_file = {tls}/server.crt
smtpd_tls_key_file = {tls}/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
"""

# A setting twice in main.cf is a warning of each process, and Postfix 3.7 stands still when its
# log has too many of them before it has begun.
RESTRICTIONS = ("check_recipient_access inline:{{nobody@home.example = 550 5.1.1 no such user}, "
                "{later@home.example = 450 4.2.1 later}}, permit_sasl_authenticated, reject")

SERVICES = """\
127.0.0.1:{starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o smtpd_relay_restrictions=permit_sasl_authenticated,reject -o message_size_limit=200000
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes -o smtpd_relay_restrictions=permit_sasl_authenticated,reject -o message_size_limit=200000
"""


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_certificates(folder):
    """ca.crt, and server.crt and server.key of "localhost"."""
    folder.mkdir()
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *key, "-keyout", folder / "ca.key", "-out", folder / "ca.crt", "-days", "2", "-subj", "/CN=authority")
    _openssl("req", *key, "-keyout", folder / "server.key", "-out", folder / "server.csr", "-subj", "/CN=localhost")
    (folder / "san").write_text("subjectAltName=DNS:localhost\n")
    _openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key", "-CAcreateserial",
             "-days", "2", "-extfile", folder / "san", "-out", folder / "server.crt")
    (folder / "server.key").chmod(0o600)


class Passwords:
    """Dovecot's auth service alone."""

    def __init__(self, root, users):
        self.root = pathlib.Path(root)
        self.root.mkdir()
        self.port = free_port()
        (self.root / "users").write_text("".join(f"{user}:{{PLAIN}}{password}\n" for user, password in users.items()))
        (self.root / "dovecot.conf").write_text(DOVECOT.format(root=self.root, port=self.port))
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(["dovecot", "-F", "-c", self.root / "dovecot.conf"])
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(20)


class Submission(Postfix):
    """Takes mail at `starttls` and `smtps`, and at `port` without TLS."""

    def __init__(self, root, site, passwords):
        tls = pathlib.Path(root).parent / "tls"
        make_certificates(tls)
        self.ca = tls / "ca.crt"
        self.starttls, self.smtps = free_port(), free_port()
        super().__init__(root, site, RESTRICTIONS, extra=MAIN.format(tls=tls, auth=passwords.port))
        master = self.etc / "master.cf"
        master.write_text(master.read_text() + SERVICES.format(starttls=self.starttls, smtps=self.smtps))

    def wait_for_log(self, words):
        wait_until(lambda: words in self.log(), f"Postfix logs {words}")
