# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who lets people in: the webmail, and the real Dovecot with what the command writes."""
import base64
import json
import subprocess
import urllib.error
import urllib.request

from slapd import tool
from support import BUILD, listens, wait_until

WEBMAIL = BUILD / "frontends/webmail/intimail-webmail"


class Webmail:
    def __init__(self, site):
        self.command = [str(WEBMAIL), "--site", str(site.path), "--listen", "127.0.0.1:0"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.url = "http://" + self.process.stdout.readline().removeprefix("listening on ").strip()
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def ask(self, path, login=None, password=None, method="GET", body=None):
        """The status of an answer."""
        return self.tell(path, login, password, method, body)[0]

    def tell(self, path, login=None, password=None, method="GET", body=None, token=None):
        """Its status, and what its body says."""
        request = urllib.request.Request(self.url + path, method=method)
        if login is not None:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode())
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")


DOVECOT = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = no
protocols =
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
auth_username_format = %Lu
{settings}
service auth {{
  user = root
}}
service auth-worker {{
  user = root
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


class Dovecot:
    """The real one, with what the command writes and nothing else about people."""

    def __init__(self, site, root):
        self.root = root
        root.mkdir()
        settings = site.do("directory", "dovecot-auth", root)
        settings = settings.replace("userdb {\n", f"userdb {{\n  override_fields = uid=nobody gid=nogroup home={root}\n")
        self.config = root / "dovecot.conf"
        self.config.write_text(DOVECOT.format(root=root, settings=settings))

    def __enter__(self):
        self.process = subprocess.Popen([tool("dovecot"), "-F", "-c", self.config])
        wait_until(lambda: (self.root / "run/auth-userdb").exists() and listens(self.root / "run/auth-userdb"), "Dovecot listens")
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(30)

    def sign_in(self, login, password):
        """The uid, "refused", or "later" for a failure that may pass."""
        done = subprocess.run([tool("doveadm"), "-c", self.config, "auth", "test", login, password], capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            (uid,) = [line.strip().removeprefix("user=") for line in done.stdout.splitlines() if line.strip().startswith("user=")]
            return uid
        assert "auth failed" in done.stdout + done.stderr, done
        return "later" if "temp" in done.stdout + done.stderr else "refused"
