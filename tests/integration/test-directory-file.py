#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A site whose directory is a file, asked by Postfix and Dovecot as the command says:
what changes in the file counts at once."""
import os
import pwd
import re
import subprocess

from slapd import run, tool
from support import BUILD, DOMAIN, Agent, Site, folder, listens, wait_until

COMMAND = BUILD / "frontends/command/intimail"
PASSWORD = "correct horse battery"


class Filled(Site):
    def __init__(self, path):
        super().__init__(path)
        self.do("person", "add", "ann", "--alias", f"smith@{DOMAIN}", "--admin", "--quota", "5G", "--password-stdin", stdin=PASSWORD + "\n")
        self.do("person", "add", "ben", "--password-stdin", stdin=PASSWORD + "\n")
        self.do("list", "add", "choir", "--owner", "ann", "--member", "ben", "--posters", "members")

    @property
    def map(self):
        return self.path / "run/map.sock"

    def do(self, *words, stdin=None):
        done = subprocess.run([COMMAND, "--site", self.path, *map(str, words)], input=stdin, capture_output=True, text=True)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def get_setting(settings, name):
    line, = (line for line in settings.splitlines() if line.startswith(name + " = "))
    return line.split(" = ", 1)[1]


def test_postfix(path):
    site = Filled(path / "site")
    etc = path / "postfix"
    etc.mkdir()
    settings = site.do("directory", "postfix-maps")
    (etc / "main.cf").write_text("compatibility_level = 3.6\n" + settings)
    recipients = get_setting(settings, "virtual_mailbox_maps").split(" }, ")
    inline, recipients = recipients[0] + " }", recipients[1]
    senders = get_setting(settings, "smtpd_sender_login_maps")
    assert recipients == f"socketmap:unix:{site.map}:recipients" and senders == f"socketmap:unix:{site.map}:senders"
    read_back = subprocess.run([tool("postconf"), "-c", etc, "-h", "virtual_mailbox_maps"], capture_output=True, text=True)
    assert read_back.stdout.strip() == get_setting(settings, "virtual_mailbox_maps"), read_back

    for name, value in (("concurrency_limit", "2"), ("recipient_limit", "20"), ("rate_delay", "1s")):
        assert get_setting(settings, f"smtp_destination_{name}") == value

    def ask(table, key, status=None):
        done = subprocess.run([tool("postmap"), "-c", etc, "-q", key, table], capture_output=True, text=True)
        assert status is None or done.returncode == status, done
        assert done.returncode in (0, 1), done
        return done.stdout.strip()

    with Agent(site, protocols=("--map",), sockets=[site.map]) as agent:
        for key, value in (("ann", "ann"), ("Smith", "ann"), ("ann+x", "ann"), ("choir", "choir"), ("choir-bounces", "choir"),
                           ("choir-unsubscribe+abc", "choir"), ("postmaster", "admins"), ("nobody", ""), ("", "")):
            assert ask(recipients, f"{key}@{DOMAIN}") == value, key
        assert ask(inline, f"abuse@{DOMAIN}") == "admins"
        assert ask(recipients, "ann@elsewhere.example") == ""
        assert ask(recipients, "a b,c:d@" + DOMAIN) == ""
        assert ask(recipients, "é@" + DOMAIN) == ""
        assert ask(senders, f"smith@{DOMAIN}") == "ann"
        assert ask(senders, f"choir@{DOMAIN}") == "ann"
        assert ask(senders, f"nobody@{DOMAIN}") == ""

        # What changes counts with the next question.
        site.do("person", "add", "carl", "--no-password")
        assert ask(recipients, f"carl@{DOMAIN}") == "carl"
        site.do("person", "set", "carl", "--status", "disabled")
        assert ask(recipients, f"carl@{DOMAIN}") == "disabled"
        assert ask(senders, f"carl@{DOMAIN}") == ""
        # A file that is wrong is kept out; what was right before is answered.
        ldif = site.path / "directory.ldif"
        right = ldif.read_text()
        ldif.write_text(right + "\ndn: nonsense\nnonsense\n")
        assert ask(recipients, f"ann@{DOMAIN}") == "ann"
        ldif.write_text(right)
        assert agent.stop() == 0
    # An agent that is away is no answer.
    done = subprocess.run([tool("postmap"), "-c", etc, "-q", f"ann@{DOMAIN}", recipients], capture_output=True, text=True)
    assert done.returncode == 1 and "ann" not in done.stdout and "error" in done.stderr, done
    print("Postfix reads the tables of a directory that is a file")


DOVECOT = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = no
protocols =
disable_plaintext_auth = no
auth_mechanisms = plain
auth_username_format = %Lu
{settings}
"""


def check_special_use(config, mail, owner):
    """Dovecot says what our mailboxes are for, whatever the language of their names."""
    for name in (".Drafts", ".Brouillons", ".Envoy&AOk-s", ".Ind&AOk-sirables", ".Archives", ".Corbeille", ".Other"):
        for part in ("cur", "new", "tmp"):
            (mail / name / part).mkdir(parents=True)
    for entry in (mail, *mail.rglob("*")):
        os.chown(entry, owner.pw_uid, owner.pw_gid)
    done = subprocess.run([tool("doveadm"), "-c", config, "exec", "imap", "-u", "ann"], capture_output=True, text=True,
                          input='a LIST "" "*" RETURN (SPECIAL-USE)\r\nb LOGOUT\r\n')
    found = {name: use for use, name in re.findall(r'(?m)^\* LIST \((?:[^)]*?(\\(?:Drafts|Sent|Junk|Archive|Trash)))?[^)]*\) "[./]" "?([^"\r\n]*)', done.stdout)}
    assert found == {"INBOX": "", "Drafts": "\\Drafts", "Brouillons": "\\Drafts", "Envoy&AOk-s": "\\Sent", "Ind&AOk-sirables": "\\Junk",
                     "Archives": "\\Archive", "Corbeille": "\\Trash", "Other": ""}, done


def test_dovecot(path):
    site = Filled(path / "site")
    root = path / "dovecot"
    root.mkdir()
    # As an installed site has it: who delivers the mail is not root.
    nobody = pwd.getpwnam("nobody")
    os.chown(site.path / "mail", nobody.pw_uid, nobody.pw_gid)
    config = root / "dovecot.conf"
    config.write_text(DOVECOT.format(root=root, settings=site.do("directory", "dovecot-auth")))
    process = subprocess.Popen([tool("dovecot"), "-F", "-c", config])
    try:
        wait_until(lambda: (root / "run/auth-userdb").exists() and listens(root / "run/auth-userdb"), "Dovecot listens")

        def signs_in(login, password):
            done = subprocess.run([tool("doveadm"), "-c", config, "auth", "test", login, password], capture_output=True, text=True)
            assert done.returncode in (0, 77), done
            return done.returncode == 0

        assert signs_in("ann", PASSWORD), (root / "log").read_text()
        assert signs_in(f"smith@{DOMAIN}", PASSWORD)
        for login, password in (("ann", "wrong"), ("ann", ""), ("nobody", PASSWORD), (f"choir@{DOMAIN}", PASSWORD), ("ann", "x" * 600)):
            done = subprocess.run([tool("doveadm"), "-c", config, "auth", "test", login, password], capture_output=True, text=True)
            assert done.returncode != 0, (login, password)
        logged = subprocess.run([tool("doveadm"), "-c", config, "auth", "login", f"smith@{DOMAIN}", PASSWORD], capture_output=True, text=True)
        assert "user=ann" in (logged.stdout + logged.stderr).replace(" : ", "=").replace(": ", "="), logged
        user = run(tool("doveadm"), "-c", config, "user", f"smith@{DOMAIN}")
        assert f"maildir:{site.path}/mail/ann" in user, user
        assert "*:bytes=5000000000:messages=0" in user, user
        unknown = subprocess.run([tool("doveadm"), "-c", config, "user", "nobody"], capture_output=True, text=True)
        assert unknown.returncode == 67, unknown
        check_special_use(config, site.path / "mail/ann", nobody)
        # At once, too.
        site.do("person", "set", "ben", "--status", "disabled")
        assert not signs_in("ben", PASSWORD)
        site.do("person", "set", "ben", "--status", "active")
        assert signs_in("ben", PASSWORD)
    finally:
        process.terminate()
        process.wait(30)
    print("Dovecot checks the passwords of a directory that is a file")


def main():
    for story in (test_postfix, test_dovecot):
        with folder("file") as path:
            story(path)


if __name__ == "__main__":
    main()
