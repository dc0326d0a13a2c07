#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Postfix with SASL by Dovecot, Dovecot, sshd and the webmail behind nginx run in one network
namespace; attackers in others guess passwords over IPv4 and IPv6 with swaks, curl and ssh.

  test-guard-attack.py GUARD COMMAND WEBMAIL
"""
import concurrent.futures
import grp
import json
import os
import pwd
import subprocess
import sys
import time

WEBMAIL = os.path.abspath(sys.argv.pop(3))

from command_site import CommandSite  # noqa: E402
from guard_world import (ATTACKER, ATTACKER6, FRIEND, NEIGHBOUR, NETS, Guard, Machine, address_of, run_tests,  # noqa: E402
                         start_sshd, wait_for)
from postfix import MAIN, MASTER  # noqa: E402

HOUSE = "house"
NETS[HOUSE] = "10.77.5"
PASSWORD = "correct horse battery staple"
PORTS = {"smtp": 2525, "imap": 1143, "ssh": 2222, "web": 8080}

DOVECOT = """
protocols = imap
listen = *, ::
base_dir = {root}/run
state_dir = {root}/state
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_uid = 65534
mail_gid = 65534
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  unix_listener {root}/sasl {{
    mode = 0666
  }}
}}
# No delay for who fails often, which would keep the test waiting.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {root}/users
}}
userdb {{
  driver = static
  args = home={root}/home/%n
}}
"""

NGINX = """
user root;
daemon off;
pid {root}/nginx.pid;
error_log {root}/nginx.error;
events {{
}}
http {{
  access_log off;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  server {{
    listen {port};
    listen [::]:{port} ipv6only=on;
    location / {{
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_pass http://unix:{root}/web.sock;
    }}
  }}
}}
"""


class Servers:
    """All four, from `with Servers(...)` to its end."""

    def __init__(self, place, machine):
        self.place = place
        self.machine = machine
        self.started = []

    def __enter__(self):
        try:
            self.start_dovecot()
            self.start_postfix()
            self.start_webmail()
            self.started.append(start_sshd(self.place, self.machine))
            for port in PORTS.values():
                def answers(port=port):
                    return self.machine.host.connects("127.0.0.1", port, speaks=port != PORTS["web"])
                wait_for(answers)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.machine.run("postfix", "-c", self.place / "postfix/etc", "abort", check=False)
        for process in reversed(self.started):
            process.end()

    def start_dovecot(self):
        root = self.place / "dovecot"
        (root / "home").mkdir(parents=True)
        os.chown(root / "home", 65534, 65534)
        (root / "users").write_text(f"anna:{PASSWORD}\n")
        (root / "dovecot.conf").write_text(DOVECOT.format(root=root, port=PORTS["imap"]))
        self.started.append(self.machine.start("dovecot", "-F", "-c", root / "dovecot.conf"))

    def start_postfix(self):
        root = self.place / "postfix"
        for name in ("etc", "spool", "data"):
            (root / name).mkdir(parents=True)
        os.chown(root / "data", pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid)
        main = MAIN.format(root=root, domain="home.example", lmtp=root / "none", restrictions="permit_sasl_authenticated, reject",
                           extra=f"smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {self.place}/dovecot/sasl\n")
        main = "\n".join(line for line in main.splitlines() if not line.startswith(("maillog", "inet_", "mynetworks")))
        (root / "etc/main.cf").write_text(main + "\ninet_interfaces = all\ninet_protocols = all\nmynetworks = 127.0.0.0/8\n")
        (root / "etc/master.cf").write_text(MASTER.format(port="x").replace("127.0.0.1:x", str(PORTS["smtp"])))
        self.machine.run("postfix", "-c", root / "etc", "start")

    def start_webmail(self):
        root = self.place / "web"
        root.mkdir()
        site = CommandSite(root / "site")
        site.do("person", "add", "anna", "--password-stdin", stdin=PASSWORD + "\n")
        with open(root / "site/intimail.conf", "a", encoding="utf-8") as file:
            file.write(f"\n[guard]\nevents={self.place}/events.sock\n")
        (root / "nginx.conf").write_text(NGINX.format(root=root, port=PORTS["web"]))
        # What the journal would take from it and forward.
        self.started.append(self.machine.start("logger", "-t", "intimail-webmail", stdin=subprocess.PIPE))
        with self.started[-1].process.stdin as out:
            self.started.append(self.machine.start(WEBMAIL, "--site", root / "site", "--listen", f"unix:{root}/web.sock", stdout=out, stderr=out))

        def listens():
            return (root / "web.sock").exists()
        wait_for(listens)
        self.started.append(self.machine.start("nginx", "-c", root / "nginx.conf"))


def try_smtp(host, address, user, password):
    result = host.run("swaks", "--server", f"[{address}]" if ":" in address else address, "--port", PORTS["smtp"], "--auth", "PLAIN",
                      "--auth-user", user, "--auth-password", password, "--quit-after", "AUTH", "--timeout", "3", check=False)
    return {0: "in", 28: "out"}.get(result.returncode, "away"), result


def try_curl(host, address, url, *words, seconds=4):
    url = url.format(address=f"[{address}]" if ":" in address else address)
    result = host.run("curl", "-sS", "--max-time", seconds, "--connect-timeout", "2", *words, url, check=False)
    if result.returncode == 28 or result.returncode == 7:
        return "away", result
    return "in" if result.returncode == 0 and "401" not in result.stdout and "429" not in result.stdout else "out", result


def try_imap(host, address, user, password):
    return try_curl(host, address, f"imap://{{address}}:{PORTS['imap']}/", "--user", f"{user}:{password}", "-X", "NOOP")


def try_web(host, address, user, password):
    body = json.dumps({"login": user, "password": password})
    # The webmail lets who fails often wait for up to eight seconds.
    return try_curl(host, address, f"http://{{address}}:{PORTS['web']}/auth/session", "-H", "Content-Type: application/json",
                    "-d", body, "-o", "/dev/null", "-w", "%{http_code}", seconds=12)


def try_ssh(host, address, user, password):
    result = host.run("timeout", "15", "sshpass", "-p", password, "ssh", "-p", PORTS["ssh"], "-o", "ConnectTimeout=2", "-o", "StrictHostKeyChecking=no",
                      "-o", "UserKnownHostsFile=/dev/null", "-o", "NumberOfPasswordPrompts=1", "-o", "PubkeyAuthentication=no",
                      f"{user}@{address}", "true", check=False)
    return ("out" if "Permission denied" in result.stderr else "away"), result


ATTACKS = {"smtp": try_smtp, "imap": try_imap, "web": try_web, "ssh": try_ssh}


def reaches(world, name, service):
    return world.hosts[name].connects(address_of(name, "1"), PORTS[service], speaks=service != "web")


def reached(world, name):
    """The services that answer, asked at once: one that does not takes a second."""
    with concurrent.futures.ThreadPoolExecutor(len(PORTS)) as askers:
        answers = askers.map(lambda service: reaches(world, name, service), PORTS)
        return {service for service, answer in zip(PORTS, answers) if answer}


def attack(world, guard, name, service):
    """Guesses until the next packet is dropped; how many guesses were heard, and seconds
    from the last one to the drop."""
    host, address = world.hosts[name], address_of(name, "1")
    for i in range(30):
        result, output = ATTACKS[service](host, address, f"guest{i}", f"{name} guesses {i}")
        assert result != "in", output
        heard = time.monotonic()
        if result == "away":
            assert address_of(name, "2") in guard.bans(), output
            return i
        # What was heard is judged before the next guess, or with it.
        while time.monotonic() - heard < 0.05 and address_of(name, "2") not in guard.bans():
            pass
    raise AssertionError(f"30 guesses at {service} were heard from {name}")


def test_all_services(place, world):
    """Whoever guesses at one service is shut out of all; nobody else is."""
    house = world.hosts[HOUSE]
    log = place / "auth.log"
    log.touch()
    os.chmod(log, 0o644)
    (place / "guard.conf").write_text(f"[guard]\nsources={log}: sshd postfix dovecot webmail\nown-networks=false\nban=600\n"
                                      f"[allow]\naddresses={address_of(FRIEND, '2')}\n")
    with Machine(place, world.server, log) as machine, Servers(place, machine), Guard(place, world.server) as guard:
        for name in NETS:
            assert reached(world, name) == set(PORTS), name
        # Somebody of the house reads mail, from a telephone that knows an old password too.
        for service in ("imap", "smtp", "web"):
            result, output = ATTACKS[service](house, address_of(HOUSE, "1"), "anna", PASSWORD)
            assert result == "in", (service, output, log.read_text()[-2000:])

        def trusted():
            return address_of(HOUSE, "2") in guard.say("allowed").stdout
        wait_for(trusted)
        for name in (ATTACKER, ATTACKER6):
            for service in ATTACKS:
                n = attack(world, guard, name, service)
                guard.wait_current()
                assert reached(world, name) == set(), f"{name} was banned for {service}"
                for other in (NEIGHBOUR, FRIEND, HOUSE):
                    assert reached(world, other) == set(PORTS), other
                print(f"{name} was heard {n} times at {service}, and then nowhere")
                assert 3 <= n <= 8, n
                guard.say("unban", address_of(name, "2"))
                guard.wait_current()
                assert reaches(world, name, service)
        for service in ("imap", "smtp", "web"):
            for i in range(5):
                result, output = ATTACKS[service](world.hosts[FRIEND], address_of(FRIEND, "1"), f"guest{i}", f"guess {i}")
                assert result == "out", (service, output)
        # The house mistypes no less, though of one account.
        for i in range(7):
            assert try_imap(house, address_of(HOUSE, "1"), "anna", f"old {i % 2}")[0] == "out"

        def told():
            return "is not banned" in (place / "guard.out").read_text()
        wait_for(told)
        assert set(guard.bans()) == set(), guard.bans()
        assert reached(world, FRIEND) == reached(world, HOUSE) == set(PORTS)


run_tests([test_all_services])
